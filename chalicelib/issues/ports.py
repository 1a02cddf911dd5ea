"""What the register of issues needs of the world: its store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.issues.domain import Issue
from chalicelib.kernel.ports import Shelf


def issues_of(institution: str) -> str:
    """The list of what an institution reported."""
    return f"INSTITUTION#{institution}"


def issues_by_townships(district: str) -> str:
    """The list of what a district's township offices reported."""
    return f"TOWNSHIP#{district}"


def issues_in(area: str) -> str:
    """The list of what concerns an area."""
    return f"AREA#{area}"


class IssueStore(Shelf[Issue], Protocol):
    """Issues by institution and by area."""
