"""Usual and unusual supply reports, in whole units; and corrections of the reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.access import Role
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.law.domain.services.vocabulary import SupplyMeasure
from chalicelib.supply.domain.corrections import CORRECTIONS_MAX
from chalicelib.supply.domain.measures import (
    SupplyFigures,
    SupplyReport,
    SupplyWatch,
    UsualRange,
    abnormal_reports,
    supply_report_id_of,
    supply_watch,
    usual_range,
    watched_item,
)
from tests.kit.areas import CHONGQING, FULING
from tests.kit.worked_cases import shipped_bundle

DAY = date(2020, 3, 2)
ACT = Act("buyer", Role.HOSPITAL, "H50010200001", Instant("2020-03-02T04:00:00.000000Z"))


def reported(
    number: int, price: str, ordered: str = "100", delivered: str = "100", on: date = DAY, code: str = "X1"
) -> SupplyReport:
    figures = SupplyFigures.of(Decimal(price), Decimal(ordered), Decimal(delivered))
    institution = InstitutionCode(f"H{number:011}")
    report_id = supply_report_id_of(institution, code, on)
    return SupplyReport(report_id, institution, CHONGQING, CHONGQING, code, on, figures, ACT, "any")


def watch() -> SupplyWatch:
    found = supply_watch(shipped_bundle(), FULING, DAY)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("others", "spreads", "least", "expected"),
    [
        ([10, 12, 14], 2, "0", UsualRange(12, 8, 16)),
        ([10, 13], 1, "0", UsualRange(11, 10, 12)),
        ([100, 100, 100], 5, "1/20", UsualRange(100, 75, 125)),
        ([100, 100, 900], 3, "1/30", UsualRange(100, 90, 110)),
        ([1, 5, 9], 5, "0", UsualRange(5, 0, 25)),
    ],
)
def test_the_usual_range_lies_around_the_median_by_median_distances(
    others: list[int], spreads: int, least: str, expected: UsualRange
) -> None:
    """10, 13: the mean of the two is 11.5, the distances are 1 and 2, and half a unit falls away each time."""
    assert usual_range(others, spreads, Fraction(least)) == expected


@given(st.lists(st.integers(0, 10**15), min_size=5, max_size=30), st.integers(0, 10**15))
def test_one_wrong_figure_moves_the_middle_no_further_than_its_neighbours(figures: list[int], wrong: int) -> None:
    """For any value of one report, the median stays between the figures next to the middle of the others."""
    ordered = sorted(figures)
    usual = usual_range([*figures, wrong], 5, Fraction(0))
    half = len(ordered) // 2
    assert ordered[max(0, half - 1)] <= usual.median <= ordered[min(len(ordered) - 1, half + len(ordered) % 2)]
    assert 0 <= usual.low <= usual.median <= usual.high
    assert isinstance(usual.low, int)


def test_the_abnormal_price_is_named_with_its_institution_and_range_and_the_others_are_not() -> None:
    reports = [reported(number, price) for number, price in enumerate(["15", "15.1", "14.9", "15", "15", "30"])]
    (found,) = abnormal_reports(watch(), reports, DAY, DAY)
    assert (found.report.institution, found.measure) == ("H00000000005", SupplyMeasure.PRICE)
    assert (found.figure, found.usual) == (30_000_000, UsualRange(15_000_000, 11_250_000, 18_750_000))


def test_too_few_other_reports_say_nothing_and_reports_of_other_weeks_do_not_count() -> None:
    usual = [reported(number, "15") for number in range(5)]
    odd = reported(9, "30")
    assert abnormal_reports(watch(), [*usual[1:], odd], DAY, DAY) == []
    assert [each.report for each in abnormal_reports(watch(), [*usual, odd], DAY, DAY)] == [odd]
    later = DAY + timedelta(days=31)
    far = [reported(number, "15", on=later) for number in range(5)]
    assert abnormal_reports(watch(), [*far, odd], DAY, DAY) == []
    near = [reported(number, "15", on=later - timedelta(days=1)) for number in range(5)]
    assert [each.report for each in abnormal_reports(watch(), [*near, odd], DAY, DAY)] == [odd]


def test_a_volume_is_compared_with_the_same_institutions_and_a_delivery_only_where_it_is_low() -> None:
    mine = [reported(1, "15", ordered="100", delivered="90", on=DAY + timedelta(days=each)) for each in range(5)]
    large = [reported(2, "15", ordered="9000", delivered="8100", on=DAY + timedelta(days=each)) for each in range(5)]
    odd = reported(1, "15", ordered="400", delivered="120", on=DAY + timedelta(days=6))
    full = reported(2, "15", ordered="9000", delivered="9000", on=DAY + timedelta(days=6))
    found = abnormal_reports(watch(), [*mine, *large, odd, full], DAY, odd.on)
    assert [(each.report, each.measure, each.figure) for each in found] == [
        (odd, SupplyMeasure.VOLUME, 4_000_000),
        (odd, SupplyMeasure.DELIVERY, 3_000),
    ]


def test_nothing_ordered_has_no_delivery_rate() -> None:
    assert reported(1, "15", ordered="0", delivered="0").figures.figure(SupplyMeasure.DELIVERY) is None


def test_only_the_plans_drugs_are_watched_and_only_while_they_are_in_the_plan() -> None:
    bundle, found = shipped_bundle(), watch()
    assert watched_item(bundle, found, "XN02BEP001A001010100014", DAY)
    assert not watched_item(bundle, found, "XB05BBD001A001010100010", DAY), "a drug outside the plan"
    assert not watched_item(bundle, found, "C1401020000100100001", DAY), "a material"
    assert not watched_item(bundle, found, "XP01BAL002A001010100004", date(2020, 2, 17)), "not in the plan yet"
    assert not watched_item(bundle, found, "X1", DAY), "unknown"


def test_a_correction_names_the_current_revision_and_keeps_what_stood_before() -> None:
    first, later = reported(1, "15"), replace(ACT, at=Instant("2020-03-03T04:00:00.000000Z"))
    right = SupplyFigures.of(Decimal(16), Decimal(100), Decimal(100))
    moved = first.corrected_by(later, right, 1)
    assert (moved.revision, moved.figures, moved.reported) == (2, right, later)
    assert [(each.figures, each.reported) for each in moved.earlier] == [(first.figures, ACT)]
    assert moved.corrected_by(later, right, 1) is moved, "the correction again"
    for corrects in (None, 1, 3):
        with pytest.raises(Conflict):
            moved.corrected_by(later, first.figures, corrects)


def test_a_report_is_corrected_only_so_often() -> None:
    report = reported(1, "15")
    for number in range(CORRECTIONS_MAX):
        report = report.corrected_by(ACT, SupplyFigures(number + 1, 1, 1), report.revision)
    with pytest.raises(Conflict):
        report.corrected_by(ACT, SupplyFigures(99, 1, 1), report.revision)
