"""The audit shows each fault of rulings when its mending is taken out: claim by claim, and kind by kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.clearing.domain import postings
from chalicelib.clearing.domain.disputes import RulingOutcome, Verdict
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.usecases.debts import DebtBook
from chalicelib.settlement.usecases import redecide as redeciding
from tests.kit.memory.world import World
from tests.kit.remote_claims import RemoteClaim

Taken = Callable[[pytest.MonkeyPatch], None]


def rulings_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Whatever moves the claim later looks at its settlement and corrections alone, as before (faults 01 and 03)."""
    patch.setattr(DebtBook, "posted", lambda *_: ())
    patch.setattr(redeciding, "recognised", lambda target, _: tuple(target))


def the_expense_stays(patch: pytest.MonkeyPatch) -> None:
    """A ruling moves what areas owe each other and nothing else (fault 04)."""
    moved = postings._moved

    def between_areas(*debts: Any) -> list[tuple[str, int]]:
        return [each for each in moved(*debts) if each[0].startswith(("region/", "subsidy/"))]

    patch.setattr(postings, "_moved", between_areas)


def nothing_is_withheld(patch: pytest.MonkeyPatch) -> None:
    """A dispute takes the lines of its run and leaves what the open window holds of the claim."""
    patch.setattr(postings, "withheld", lambda *_: None)


def outcomes_are_not_posted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(postings, "borne", lambda *_: None)


def disputes_are_not_posted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(postings, "disputed", lambda *_: None)


def rule_and_reverse(claim: RemoteClaim) -> None:
    ruled_out(claim)
    claim.reverse()


def rule_and_correct(claim: RemoteClaim) -> None:
    ruled_out(claim, confirmed=False)
    claim.confirm_patient()


def reverse_and_dispute(claim: RemoteClaim) -> None:
    claim.settle()
    claim.ask()
    claim.reverse()
    claim.dispute()


def rule_and_bear(claim: RemoteClaim) -> None:
    ruled_out(claim)
    (dispute,) = claim.world.ports[RunStore].disputes(claim.runs[0])
    claim.dispose(dispute, RulingOutcome.BORNE)


def ruled_out(claim: RemoteClaim, *, confirmed: bool = True) -> None:
    claim.settle(confirmed=confirmed)
    claim.ask()
    claim.rule(claim.dispute(), Verdict.NOT_OWED)


FAULTS: list[tuple[str, Taken, Callable[[RemoteClaim], None], set[str]]] = [
    ("a reversal takes back what was ruled away", rulings_are_forgotten, rule_and_reverse, {"claim-below-zero"}),
    ("a correction owes beside the ruling", rulings_are_forgotten, rule_and_correct, {"claim-over-ruling"}),
    ("the debtor keeps the expense", the_expense_stays, ruled_out, {"claim-expense"}),
    ("a reversal is cleared beside the dispute", nothing_is_withheld, reverse_and_dispute, {"claim-below-zero"}),
    ("an outcome moves nothing", outcomes_are_not_posted, rule_and_bear, {"suspense-unexplained"}),
    ("a dispute moves nothing", disputes_are_not_posted, ruled_out, {"claim-cleared"}),
]


@pytest.mark.parametrize(("taken_out", "story", "shown"), [each[1:] for each in FAULTS], ids=[one[0] for one in FAULTS])
def test_with_its_mending_taken_out_a_fault_is_shown(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    taken_out: Taken,
    story: Callable[[RemoteClaim], None],
    shown: set[str],
) -> None:
    claim = RemoteClaim(world)
    taken_out(monkeypatch)
    story(claim)
    assert shown <= claim.wrong()


@pytest.mark.parametrize("story", list(dict.fromkeys(each[2] for each in FAULTS)))
def test_with_the_mending_in_place_there_is_nothing_to_show(world: World, story: Callable[[RemoteClaim], None]) -> None:
    claim = RemoteClaim(world)
    story(claim)
    assert claim.wrong() == set()
