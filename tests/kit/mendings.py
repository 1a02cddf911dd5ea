"""The mendings of later words about money, each to be taken out, so that who watches over it shows that it is gone."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.clearing.domain import postings
from chalicelib.clearing.domain.run import RunStatus
from chalicelib.clearing.usecases import pay
from chalicelib.clearing.usecases.debts import DebtBook
from chalicelib.settlement.usecases import redecide


def rulings_are_not_read(patch: pytest.MonkeyPatch) -> None:
    """Hide postings of a claim's disputes, rulings and outcomes from whatever moves the claim later."""
    patch.setattr(DebtBook, "posted", lambda *_: ())


def rulings_bind_nothing(patch: pytest.MonkeyPatch) -> None:
    """Make a claim decided anew owed as it is decided, whatever was ruled about the claim."""
    patch.setattr(redecide, "recognised", lambda target, _: tuple(target))


def rulings_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Whatever moves a claim later looks at its settlement and corrections alone (faults 01 and 03)."""
    rulings_are_not_read(patch)
    rulings_bind_nothing(patch)


def nothing_is_withheld(patch: pytest.MonkeyPatch) -> None:
    """Make a dispute take the lines of its run and leave the claim's debts in the open window."""
    patch.setattr(postings, "withheld", lambda *_: None)


def the_expense_stays(patch: pytest.MonkeyPatch) -> None:
    """Make a ruling move the debts between areas and nothing else (fault 04)."""
    moved = postings._moved

    def between_areas(*debts: Any) -> list[tuple[str, int]]:
        return [each for each in moved(*debts) if each[0].startswith(("region/", "subsidy/"))]

    patch.setattr(postings, "_moved", between_areas)


def outcomes_are_not_posted(patch: pytest.MonkeyPatch) -> None:
    """Report the outcome of amounts that a ruling took, without moving money."""
    patch.setattr(postings, "borne", lambda *_: None)
    patch.setattr(postings, "presented", lambda *_: None)


def disputes_are_not_posted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(postings, "disputed", lambda *_: None)


def a_reference_names_nothing(patch: pytest.MonkeyPatch) -> None:
    """Make each report of clearing a movement of its own, whatever the bank's reference."""
    numbers = itertools.count()
    patch.setattr(pay, "movement_id_of", lambda office, reference: f"{office}{reference}{next(numbers)}")


def the_bank_is_heard_while_it_is_waited_for(patch: pytest.MonkeyPatch) -> None:
    """Refuse the bank's movements once a run has settled, or while the run has failed."""
    desk = pay.ClearingPayment._desk

    def closed(self: pay.ClearingPayment, run: Any) -> Any:
        return replace(desk(self, run), opened=run.status is RunStatus.INSTRUCTED)

    patch.setattr(pay.ClearingPayment, "_desk", closed)
