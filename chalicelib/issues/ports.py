"""Port of the register of issues: the store of issues."""

from __future__ import annotations

from typing import Protocol

from chalicelib.issues.domain import Issue
from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode


def issues_of(institution: InstitutionCode) -> str:
    """Return the name of the list of an institution's issues."""
    return f"INSTITUTION#{institution}"


def issues_by_townships(district: str) -> str:
    """Return the name of the list of issues reported by a district's township offices."""
    return f"TOWNSHIP#{district}"


def issues_in(area: AreaCode) -> str:
    """Return the name of the list of issues that concern an area."""
    return f"AREA#{area}"


class IssueStore(Shelf[Issue], Protocol):
    """The store of issues, by institution, by township and by area."""
