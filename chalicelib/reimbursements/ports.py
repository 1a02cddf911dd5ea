"""Port of reimbursements by hand: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.reimbursements.domain.case import Reimbursement


def accepted_at(desk: str) -> str:
    """Name the list of the cases accepted by an institution or a township office."""
    return f"DESK#{desk}"


def reimbursed_in(area: AreaCode) -> str:
    """Name the list of the cases that concern an area."""
    return f"AREA#{area}"


class ReimbursementStore(Shelf[Reimbursement], Protocol):
    """Cases by desk and by area, in the order of acceptance."""
