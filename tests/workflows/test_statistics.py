"""The statistics the bureau has to give, figure by figure."""

from __future__ import annotations

from fractions import Fraction

import pytest

from chalicelib.domain.reports import SettlementFigures
from tests.fakes.samples import AUDITOR, body
from tests.fakes.world import World
from tests.workflows.test_recalculation import settle


@pytest.mark.shows("N-05")
def test_the_settlement_table_counts_person_times_and_the_confirmed_among_them(world: World) -> None:
    """17,000.00 (funds 15,300.00) and 232,000.00 (208,800.00) are of confirmed persons, 1,920.00 (1,440.00) is of a
    suspected one, and one claim is of neither: three person-times, 250,920.00, insurance 225,540.00; the confirmed
    249,000.00, 124,500.00 each, 224,100 / 249,000 = 0.9 of it insured.
    """
    for name in ("yunnan-employee-90-10", "kunming-resident-critical-illness", "weihai-2023-outpatient-75"):
        settle(world, body(name))
    ordinary = body() | {"claim_no": "ORDINARY"}
    ordinary["diagnosis"] = {"history": [], "codes": [{"code": "J18.900", "role": "main"}]}
    settle(world, ordinary)
    today = world.clock.today()
    report = world.services.money.reports.settlement(AUDITOR, today, today, None)
    assert report.figures == SettlementFigures(
        person_times=3,
        total_fen=250_920_00,
        insurance_fen=225_540_00,
        confirmed_persons=2,
        confirmed_total_fen=249_000_00,
        confirmed_average_fen=124_500_00,
        confirmed_share=Fraction(9, 10),
    )
