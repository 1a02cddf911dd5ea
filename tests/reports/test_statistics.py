"""The statistics the bureau has to give, figure by figure."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.kernel.access import Principal, Role
from chalicelib.reports.domain import SettlementFigures
from chalicelib.reports.usecases import Reports
from chalicelib.settlement.usecases.correct_status import CorrectStatus
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.impact.test_recalculate import settle
from tests.kit.memory.samples import AUDITOR, body, hospital, moved
from tests.kit.memory.world import World

HEALTH = Principal("doctor", Role.HEALTH, "530102")


@pytest.mark.shows("N-05")
def test_the_settlement_table_counts_person_times_and_the_confirmed_among_them(world: World) -> None:
    """17,000.00 (funds 15,300.00) and 232,000.00 (208,800.00) are of confirmed persons, 1,920.00 (1,440.00) is of a
    suspected one, and one claim is of neither: three person-times, 250,920.00, insurance 225,540.00; the confirmed
    249,000.00, 124,500.00 each, 224,100 / 249,000 = 0.9 of it insured.
    """
    for name in ("yunnan-employee-90-10", "kunming-resident-critical-illness", "weihai-2023-outpatient-75"):
        settle(world, body(name))
    ordinary = moved(body() | {"claim_no": "ORDINARY"}, 15)
    ordinary["diagnosis"] = {"history": [], "codes": [{"code": "J18.900", "role": "main"}]}
    settle(world, ordinary)
    today = world.clock.today()
    report = world.system[Reports].settlement(AUDITOR, today, today, None, None)
    assert report.figures == SettlementFigures(
        person_times=3,
        total_fen=250_920_00,
        insurance_fen=225_540_00,
        confirmed_persons=2,
        confirmed_total_fen=249_000_00,
        confirmed_average_fen=124_500_00,
        confirmed_share=Fraction(9, 10),
    )


@pytest.mark.shows("N-05")
def test_a_published_table_can_be_made_again_whatever_came_later(world: World) -> None:
    """On the first day two claims of 17,000.00 and 232,000.00 post. The day after, the first is reversed and the second
    patient, suspected until then, is confirmed: the table of the first day as at that day still shows what it showed.
    """
    first = settle(world, body("yunnan-employee-90-10"))
    suspected = body("kunming-resident-critical-illness")
    suspected["diagnosis"]["history"] = [{"status": "suspected", "on": "2020-02-05"}]
    suspected["diagnosis"]["codes"].append({"code": "Z03.800", "role": "additional"})
    second = settle(world, suspected)
    day = world.clock.today()
    world.clock.sleep(24 * 3600)
    world.system[ReverseClaim](hospital(), first, "entered twice")
    confirmed = StatusEvent(CaseStatus.CONFIRMED, date(2020, 2, 6))
    world.system[CorrectStatus].of_claim(HEALTH, second, confirmed, "positive test")

    def table(as_at: date | None) -> tuple[int, int, int]:
        figures = world.system[Reports].settlement(AUDITOR, day, day, as_at, None).figures
        return figures.person_times, figures.total_fen, figures.confirmed_persons

    assert table(day) == (2, 249_000_00, 1)
    assert table(None) == (1, 232_000_00, 1)
    assert table(day - timedelta(days=1)) == (0, 0, 0)


@pytest.mark.shows("N-05")
def test_the_bill_of_an_uninsured_returnee_is_no_settlement_of_medical_insurance(world: World) -> None:
    """The returnee's 6,000.00 is the patient's and assistance's (X-02); Yunnan's uninsured patient is borne by the
    employee fund (Y-15), so that bill of 6,000.00 counts, with 5,400.00 paid by insurance.
    """
    for name in ("shanxi-uninsured-returnee", "uninsured-provincial-yunnan"):
        settle(world, body(name))
    today = world.clock.today()
    figures = world.system[Reports].settlement(AUDITOR, today, today, None, None).figures
    assert (figures.person_times, figures.total_fen, figures.insurance_fen) == (1, 6_000_00, 5_400_00)
    assert (figures.uninsured_person_times, figures.uninsured_total_fen) == (1, 6_000_00)
