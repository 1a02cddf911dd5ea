"""The audit shows each fault of rulings when its mending is taken out: claim by claim, and kind by kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.clearing.ports import RunStore
from tests.kit.memory.world import World
from tests.kit.mendings import (
    disputes_are_not_posted,
    nothing_is_withheld,
    outcomes_are_not_posted,
    rulings_are_forgotten,
    rulings_are_not_read,
    rulings_bind_nothing,
    the_expense_stays,
)
from tests.kit.remote_claims import RemoteClaim

Taken = Callable[[pytest.MonkeyPatch], None]


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
    rule_and_dispose(claim, RulingOutcome.BORNE)


def rule_and_present(claim: RemoteClaim) -> None:
    rule_and_dispose(claim, RulingOutcome.PRESENTED)


def rule_and_dispose(claim: RemoteClaim, outcome: RulingOutcome) -> None:
    ruled_out(claim)
    (dispute,) = claim.world.ports[RunStore].disputes(claim.runs[0])
    claim.dispose(dispute, outcome)


def ruled_out(claim: RemoteClaim, *, confirmed: bool = True) -> None:
    claim.settle(confirmed=confirmed)
    claim.ask()
    claim.rule(claim.dispute(), Verdict.NOT_OWED)


FAULTS: list[tuple[str, Taken, Callable[[RemoteClaim], None], set[str]]] = [
    ("a reversal takes back what was ruled away", rulings_are_forgotten, rule_and_reverse, {"claim-below-zero"}),
    ("a reversal does not see what was ruled", rulings_are_not_read, rule_and_reverse, {"claim-below-zero"}),
    ("a correction does not see what was ruled", rulings_are_not_read, rule_and_correct, {"claim-below-zero"}),
    ("a correction owes beside the ruling", rulings_are_forgotten, rule_and_correct, {"claim-over-ruling"}),
    ("a correction is not bound by the ruling", rulings_bind_nothing, rule_and_correct, {"claim-over-ruling"}),
    ("the debtor keeps the expense", the_expense_stays, ruled_out, {"claim-expense"}),
    ("a reversal is cleared beside the dispute", nothing_is_withheld, reverse_and_dispute, {"claim-below-zero"}),
    ("an outcome moves nothing", outcomes_are_not_posted, rule_and_bear, {"suspense-unexplained"}),
    ("what is presented anew moves nothing", outcomes_are_not_posted, rule_and_present, {"suspense-unexplained"}),
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
