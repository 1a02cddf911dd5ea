"""What reimbursements by hand need of the world: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.reimbursements.domain.case import Reimbursement


def accepted_at(desk: str) -> str:
    """The list of what an institution or a township office accepted."""
    return f"DESK#{desk}"


def reimbursed_in(area: str) -> str:
    """The list of what concerns an area."""
    return f"AREA#{area}"


class ReimbursementStore(Shelf[Reimbursement], Protocol):
    """Cases by desk and by area, in the order in which they were accepted."""
