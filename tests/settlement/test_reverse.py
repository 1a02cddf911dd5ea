"""Reversal of a settled claim: the callers who may reverse it, and the time limit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.kernel.errors import Conflict, NotFound
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.areas import KUNMING, WUHAN
from tests.kit.books import what_is_wrong
from tests.kit.memory.samples import agency, enrol_sample, hospital
from tests.kit.memory.world import World
from tests.settlement.test_worked_corrections import RESIDENT, pneumonia, settle

NEXT_MONTH = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
"""The first instant of December in Asia/Shanghai."""


def test_a_hospital_reverses_a_claim_that_owes_nobody_elsewhere_until_its_month_ends_then_its_agency(
    world: World,
) -> None:
    enrol_sample(world, RESIDENT)
    first, second = settle(world, pneumonia("MONTH-1", 3_000)), settle(world, pneumonia("MONTH-2", 3_000))
    world.system[ReverseClaim](hospital(), first, "entered twice")
    world.clock.move_to(NEXT_MONTH)

    with pytest.raises(Conflict) as refused:
        world.system[ReverseClaim](hospital(), second, "entered twice")

    assert [each.code for each in refused.value.findings] == ["window-closed"]
    assert world.memory.claims[second].status is ClaimStatus.SETTLED
    with pytest.raises(NotFound):
        world.system[ReverseClaim](agency(WUHAN), second, "entered twice")
    assert world.system[ReverseClaim](agency(KUNMING), second, "entered twice").status is ClaimStatus.REVERSED
    assert what_is_wrong(world.calm_ports, world.system, [first, second]) == []
