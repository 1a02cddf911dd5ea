"""Terms on which a run is confirmed: a single notice decides for a tier, or the default does and says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import pytest

from chalicelib.clearing.domain.terms import NO_NOTICE, read_terms, terms_for, write_terms
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.authoring.findings import PolicyFileError
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.comparison import compare
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.proof import Fault, prove
from tests.kit.policy_sets import shipped_files, with_clearing_terms

NATION, YUNNAN, SHANDONG, KUNMING = AreaCode("000000"), AreaCode("530000"), AreaCode("370000"), AreaCode("530100")
PERIOD, AFTER = "2026-11", date(2026, 12, 1)


def bundle_of(files: Mapping[str, bytes]) -> Bundle:
    compiled = compile_files(files)
    return open_file(compiled)


@cache
def shipped() -> Bundle:
    return bundle_of(shipped_files())


def two_tiers() -> Bundle:
    """The nation takes silence for a yes after twenty days; Yunnan waits five days and does not."""
    national = with_clearing_terms(NATION, 20, silence_is_consent=True)
    return bundle_of(with_clearing_terms(YUNNAN, 5, silence_is_consent=False, files=national))


def faults(bundle: Bundle) -> set[Fault]:
    return {failure.fault for failure in prove(bundle, [Slot.CLEARING_TERMS]).failures}


def test_no_notice_shipped_sets_the_terms_so_the_default_stands_and_says_so() -> None:
    assert shipped().by_slot[Slot.CLEARING_TERMS] == ()
    terms = terms_for(shipped(), YUNNAN, PERIOD, AFTER)
    assert (terms.confirm_within_days, terms.silence_is_consent, terms.citation) == (10, False, None)
    assert (terms.interpretation, terms.bundle) == (NO_NOTICE, shipped().hash)
    assert faults(shipped()) == set()


def test_the_narrower_notice_decides_for_its_tier_and_is_cited() -> None:
    bundle = two_tiers()
    found = {tier: terms_for(bundle, tier, PERIOD, AFTER) for tier in (NATION, YUNNAN, SHANDONG)}
    assert {tier: (each.confirm_within_days, each.silence_is_consent) for tier, each in found.items()} == {
        NATION: (20, True), YUNNAN: (5, False), SHANDONG: (20, True),
    }  # fmt: skip
    assert [found[tier].citation.notice for tier in (NATION, YUNNAN)] == ["clr-000000-1", "clr-530000-1"]  # type: ignore[union-attr]
    assert faults(bundle) == set()
    assert all(read_terms(write_terms(each)) == each for each in found.values())


def test_a_province_the_register_does_not_know_stands_under_the_nation() -> None:
    assert terms_for(two_tiers(), AreaCode("990000"), PERIOD, AFTER).confirm_within_days == 20


@pytest.mark.parametrize(
    ("from_on", "today", "days"),
    [
        ("2026-11-30", AFTER, 5),  # in force on the last day of the month that is cleared
        ("2026-12-01", AFTER, 10),  # in force when the run starts, not in its month
        ("2026-11-20", date(2026, 11, 19), 10),  # the month is under way, and it is not in force yet
        ("2026-11-20", date(2026, 11, 20), 5),
    ],
)
def test_terms_are_those_of_the_last_day_of_the_period_that_has_come(from_on: str, today: date, days: int) -> None:
    bundle = bundle_of(with_clearing_terms(YUNNAN, 5, silence_is_consent=True, from_on=from_on))
    assert terms_for(bundle, YUNNAN, PERIOD, today).confirm_within_days == days


def test_two_notices_of_one_rank_are_a_tie() -> None:
    one = with_clearing_terms(YUNNAN, 5, silence_is_consent=False)
    two = with_clearing_terms(YUNNAN, 7, silence_is_consent=False, files=one, number=2)
    failure = next(each for each in prove(bundle_of(two), [Slot.CLEARING_TERMS]).failures if each.fault is Fault.TIE)
    assert failure.treatment == YUNNAN
    assert failure.provisions == ("clr-530000-1.1", "clr-530000-2.1")


@pytest.mark.parametrize(
    ("area", "when"), [(KUNMING, "{}"), (YUNNAN, "{status: [confirmed]}")], ids=["a city", "a condition on a claim"]
)
def test_terms_that_no_tier_can_ask_for_never_apply(area: AreaCode, when: str) -> None:
    bundle = bundle_of(with_clearing_terms(area, 5, silence_is_consent=True, when=when))
    assert faults(bundle) == {Fault.NEVER_APPLIES}


def test_a_diff_shows_the_tier_whose_terms_change() -> None:
    after = bundle_of(with_clearing_terms(YUNNAN, 5, silence_is_consent=True))
    changes = [change for change in compare(shipped(), after).cells if change.slot is Slot.CLEARING_TERMS]
    assert [change.after.deciders for change in changes] == [("clr-530000-1.1",)]


@pytest.mark.parametrize("value", ["{confirm_within_days: 5}", "{confirm_within_days: 0, silence_is_consent: true}"])
def test_terms_are_written_whole_and_give_at_least_a_day(value: str) -> None:
    files = with_clearing_terms(YUNNAN, 5, silence_is_consent=True)
    path = f"{YUNNAN}-clearing-1/notice.yaml"
    files[path] = files[path].replace(b"{confirm_within_days: 5, silence_is_consent: true}", value.encode())
    with pytest.raises(PolicyFileError):
        compile_files(files)
