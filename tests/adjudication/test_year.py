"""A person's year adds up in the order of posting and can be read as it was at any claim (design.md section 5, 4)."""

from __future__ import annotations

import pytest

from chalicelib.adjudication.domain.determination import YearContribution
from chalicelib.adjudication.domain.year import PersonYear, YearEntry, YearToDate
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode
from tests.kit.builders import PERSON

KUNMING, DALI = InstitutionCode("H53010200001"), InstitutionCode("H53290100001")
FIRST = YearContribution(pool_fen=100, burden_fen=20, critical_fen=3)
SECOND = YearContribution(pool_fen=50, large_sum_fen=7, assistance_fen=8, outpatient_fen=9)
EMPTY = PersonYear(PERSON, 2020)
TWO = EMPTY.with_entry(ClaimId("clm_a"), KUNMING, "1", FIRST).with_entry(ClaimId("clm_b"), DALI, "1", SECOND)


def test_a_new_year_is_empty_at_version_zero() -> None:
    assert EMPTY.to_date() == YearToDate()
    assert EMPTY.version == 0


def test_each_figure_is_the_sum_of_its_own() -> None:
    assert TWO.to_date() == YearToDate(
        pool_fen=150, burden_fen=20, critical_fen=3, large_sum_fen=7, assistance_fen=8, outpatient_fen=9
    )


def test_claims_are_numbered_as_they_post_and_each_raises_the_version() -> None:
    assert [entry.sequence for entry in TWO.entries] == [1, 2]
    assert (
        TWO.sequence_of(ClaimId("clm_a")),
        TWO.sequence_of(ClaimId("clm_b")),
        TWO.sequence_of(ClaimId("clm_c")),
    ) == (
        1,
        2,
        None,
    )
    assert TWO.version == 2


def test_the_same_claim_counts_once_whatever_it_brings_the_second_time() -> None:
    assert TWO.with_entry(ClaimId("clm_a"), KUNMING, "1", SECOND) is TWO


def test_a_preview_leaves_out_the_same_claim_number_of_the_same_institution_only() -> None:
    assert TWO.to_date(excluding=(KUNMING, "1")) == EMPTY.with_entry(ClaimId("clm_b"), DALI, "1", SECOND).to_date()
    assert TWO.to_date(excluding=(KUNMING, "2")) == TWO.to_date()


def test_a_replay_reads_the_year_before_its_claim() -> None:
    assert TWO.to_date(before_sequence=1) == YearToDate()
    assert TWO.to_date(before_sequence=2) == EMPTY.with_entry(ClaimId("clm_a"), KUNMING, "1", FIRST).to_date()


def test_a_claim_taken_back_no_longer_counts_but_later_claims_still_replay_with_it() -> None:
    reversed_year = TWO.without(ClaimId("clm_a"))
    assert reversed_year.to_date() == EMPTY.with_entry(ClaimId("clm_b"), DALI, "1", SECOND).to_date()
    assert reversed_year.to_date(before_sequence=2) == TWO.to_date(before_sequence=2)
    assert reversed_year.version == 3
    assert reversed_year.sequence_of(ClaimId("clm_a")) == 1


def test_a_claim_is_taken_back_once_and_only_if_it_is_there() -> None:
    reversed_year = TWO.without(ClaimId("clm_a"))
    assert reversed_year.without(ClaimId("clm_a")) is reversed_year
    assert TWO.without(ClaimId("clm_c")) is TWO


def test_a_new_version_of_a_reversed_claim_takes_the_next_number() -> None:
    again = TWO.without(ClaimId("clm_b")).with_entry(ClaimId("clm_b2"), DALI, "1", FIRST)
    assert again.sequence_of(ClaimId("clm_b2")) == 4
    assert again.to_date(excluding=(DALI, "1")) == TWO.to_date(excluding=(DALI, "1"))


def test_a_year_with_a_gap_in_its_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="without a gap"):
        PersonYear(PERSON, 2020, 1, (YearEntry(ClaimId("clm_a"), KUNMING, "1", 2, FIRST),))
