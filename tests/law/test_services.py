"""Policy for the offices of an area: clocks, what may wait, and the day the epidemic is lifted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from chalicelib.kernel.clocks import ClockKind, ClockRule
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.authoring.findings import PolicyFileError
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.comparison import compare
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.proof import Fault, prove
from chalicelib.law.domain.services.clocks import clock_rule
from chalicelib.law.domain.services.epidemic import after_epidemic, epidemic_lifted, months_after
from tests.kit.policy_sets import shipped_files, with_rule

CHONGQING, FULING, DALIAN, KUNMING, NATION = (
    AreaCode("500000"),
    AreaCode("500102"),
    AreaCode("210200"),
    AreaCode("530100"),
    AreaCode("000000"),
)
DAY = date(2020, 2, 20)
BUSINESS = "account-withdrawal"
WHEN = f"{{business: {BUSINESS}}}"
HOURS = "{kind: hours, length: 24}"


def bundle_of(files: Mapping[str, bytes]) -> Bundle:
    compiled = compile_files(files)
    return open_file(compiled)


def faults(bundle: Bundle, slot: Slot) -> set[Fault]:
    return {failure.fault for failure in prove(bundle, [slot]).failures}


def test_a_clock_is_that_of_the_area_and_those_above_it_and_is_cited() -> None:
    bundle = bundle_of(with_rule(CHONGQING, "clock", HOURS, WHEN))
    found = {area: clock_rule(bundle, BUSINESS, area, DAY) for area in (CHONGQING, FULING, KUNMING)}
    rule = ClockRule(ClockKind.HOURS, 24, "rule-500000-1.1")
    assert found == {CHONGQING: rule, FULING: rule, KUNMING: ClockRule(ClockKind.NONE)}
    assert clock_rule(bundle, "pension-reporting", FULING, DAY) == ClockRule(ClockKind.NONE)


def test_the_narrower_areas_clock_comes_first_and_two_of_one_rank_are_a_tie() -> None:
    one = with_rule(CHONGQING, "clock", HOURS, WHEN)
    narrower = bundle_of(with_rule(FULING, "clock", "{kind: working-days, length: 2}", WHEN, files=one))
    assert clock_rule(narrower, BUSINESS, FULING, DAY) == ClockRule(ClockKind.WORKING_DAYS, 2, "rule-500102-1.1")
    assert faults(narrower, Slot.CLOCK) == set()
    tied = bundle_of(with_rule(CHONGQING, "clock", "{kind: none}", WHEN, files=one, number=2))
    assert Fault.TIE in faults(tied, Slot.CLOCK)


def test_what_may_wait_has_no_end_unless_somebody_cannot_wait() -> None:
    one = with_rule(NATION, "clock", HOURS, WHEN)
    waiting = "{until: epidemic-lifted, urgent_by: [phone]}"
    bundle = bundle_of(with_rule(CHONGQING, "postponement", waiting, WHEN, files=one, number=2))
    waits = clock_rule(bundle, BUSINESS, CHONGQING, DAY)
    assert waits == ClockRule(ClockKind.NONE, None, "rule-500000-2.1", postponed=True)
    assert clock_rule(bundle, BUSINESS, CHONGQING, DAY, urgent=True).length == 24
    assert clock_rule(bundle, BUSINESS, KUNMING, DAY).length == 24


@pytest.mark.parametrize("value", ["{kind: hours}", "{kind: none, length: 3}", "{kind: hours, length: 0}", "{}"])
def test_a_clock_has_a_figure_or_says_that_it_has_none(value: str) -> None:
    with pytest.raises(PolicyFileError):
        compile_files(with_rule(CHONGQING, "clock", value, WHEN))


@pytest.mark.parametrize(
    ("decides", "value", "when"),
    [
        ("clock", HOURS, "{status: confirmed}"),
        ("epidemic-lifted", "{day: 2020-05-01}", "{remote: true}"),
        ("plan-catalogue", "{becomes_class_a: true}", WHEN),
    ],
)
def test_conditions_ask_of_an_office_only_its_business_and_of_a_claim_never(
    decides: str, value: str, when: str
) -> None:
    with pytest.raises(PolicyFileError) as refused:
        compile_files(with_rule(CHONGQING, decides, value, when))
    assert {each.code for each in refused.value.findings} <= {"condition-of-claim", "condition-of-business"}


def test_a_diff_shows_the_place_and_the_business_whose_clock_changes() -> None:
    after = bundle_of(with_rule(CHONGQING, "clock", HOURS, WHEN))
    changes = [each for each in compare(bundle_of(shipped_files()), after).cells if each.slot is Slot.CLOCK]
    assert {(each.treatment, each.cell["business"], each.after.deciders) for each in changes} == {
        (CHONGQING, (BUSINESS,), ("rule-500000-1.1",))
    }


# ---------------------------------------------------------------------- the day the epidemic is lifted


def test_the_day_is_not_known_before_it_is_announced() -> None:
    bundle = bundle_of(shipped_files())
    assert epidemic_lifted(bundle, DALIAN, date(2022, 12, 25)) is None
    found = epidemic_lifted(bundle, DALIAN, date(2022, 12, 26))
    assert found is not None
    assert (found.on, found.citation) == (date(2023, 1, 8), "nhc-2022-7.lifted")


def test_an_area_that_names_another_day_goes_by_its_own() -> None:
    bundle = bundle_of(
        with_rule(DALIAN, "epidemic-lifted", "{day: 2023-02-01}", from_on="2022-12-28", issued_on="2022-12-28")
    )
    days = {area: epidemic_lifted(bundle, area, date(2023, 1, 1)) for area in (DALIAN, KUNMING)}
    assert {area: found.on for area, found in days.items() if found is not None} == {
        DALIAN: date(2023, 2, 1), KUNMING: date(2023, 1, 8),
    }  # fmt: skip
    assert faults(bundle, Slot.EPIDEMIC_LIFTED) == set()


@pytest.mark.parametrize(("area", "first"), [(DALIAN, "nat-2020.4.1-after"), (KUNMING, "yn-2020-12.3.3-after")])
def test_clearing_together_waits_for_the_day_and_says_what_it_hangs_on(area: AreaCode, first: str) -> None:
    """N-07 for the nation, Y-04 for Yunnan: 疫情结束后统一清算."""
    bundle = bundle_of(shipped_files())
    waiting = after_epidemic(bundle, "unified-clearing", area, date(2020, 6, 1), waits_since=DAY)
    assert waiting is not None
    assert (waiting.from_on, waiting.citations) == (None, (first,))
    assert not waiting.has_come(date(2020, 6, 1))
    come = after_epidemic(bundle, "unified-clearing", area, date(2023, 1, 8), waits_since=DAY)
    assert come is not None
    assert (come.from_on, come.citations) == (date(2023, 1, 8), (first, "nhc-2022-7.lifted"))
    assert (come.has_come(date(2023, 1, 7)), come.has_come(date(2023, 1, 8))) == (False, True)
    assert not come.is_over(date(2030, 1, 1)), "no figure is given"


def test_what_has_a_figure_is_due_so_many_months_after_the_day() -> None:
    bundle = bundle_of(with_rule(DALIAN, "after-epidemic", "{within_months: 3}", "{business: deferred-premiums}"))
    found = after_epidemic(bundle, "deferred-premiums", DALIAN, date(2023, 1, 8), waits_since=DAY)
    assert found is not None
    assert found.until_on == date(2023, 4, 8)
    assert (found.is_over(date(2023, 4, 8)), found.is_over(date(2023, 4, 9))) == (False, True)
    assert after_epidemic(bundle, "deferred-premiums", KUNMING, date(2023, 1, 8), waits_since=DAY) is None


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2023, 1, 8), 3, date(2023, 4, 8)),
        (date(2022, 11, 30), 3, date(2023, 2, 28)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2022, 12, 1), 1, date(2023, 1, 1)),
    ],
)
def test_months_are_counted_on_the_calendar(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then
