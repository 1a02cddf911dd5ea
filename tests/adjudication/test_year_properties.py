"""Whatever is posted, tried again or taken back, every claim can be decided again on the figures it had."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adjudication.domain.determination import YearContribution
from chalicelib.adjudication.domain.year import PersonYear, YearToDate
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode
from tests.kit.builders import PERSON

FEN = st.integers(min_value=0, max_value=10**9)
CONTRIBUTIONS = st.builds(YearContribution, FEN, FEN, FEN, FEN, FEN, FEN)
CLAIMS = st.sampled_from(
    [
        (ClaimId("clm_a"), InstitutionCode("H53010200001"), "1"),
        (ClaimId("clm_b"), InstitutionCode("H53010200001"), "2"),
        (ClaimId("clm_c"), InstitutionCode("H53290100001"), "1"),
    ]
)
POSTED = st.tuples(CLAIMS, CONTRIBUTIONS)
TAKEN_BACK = st.tuples(CLAIMS, st.none())


@given(st.lists(st.one_of(POSTED, TAKEN_BACK), max_size=12))
def test_a_replay_in_sequence_order_gives_what_every_claim_was_decided_on(
    events: list[tuple[tuple[ClaimId, InstitutionCode, str], YearContribution | None]],
) -> None:
    year = PersonYear(PERSON, 2020)
    read_at_posting: dict[int, YearToDate] = {}
    for (claim_id, institution, claim_no), contribution in events:
        before = year
        if contribution is None:
            year = year.without(claim_id)
        else:
            year = year.with_entry(claim_id, institution, claim_no, contribution)
        assert year.version == len(year.entries)
        if year is not before:
            read_at_posting[year.entries[-1].sequence] = before.to_date()
    assert {number: year.to_date(before_sequence=number) for number in read_at_posting} == read_at_posting


@given(st.lists(POSTED, max_size=8))
def test_the_order_of_posting_changes_no_sum(
    events: list[tuple[tuple[ClaimId, InstitutionCode, str], YearContribution]],
) -> None:
    once = list({claim[0]: (claim, contribution) for claim, contribution in events}.values())
    sums = []
    for order in (once, once[::-1]):
        year = PersonYear(PERSON, 2020)
        for (claim_id, institution, claim_no), contribution in order:
            year = year.with_entry(claim_id, institution, claim_no, contribution)
        sums.append(year.to_date())
    assert sums[0] == sums[1]


@given(st.lists(POSTED, max_size=8))
def test_a_year_whose_claims_are_all_taken_back_is_as_if_empty(
    events: list[tuple[tuple[ClaimId, InstitutionCode, str], YearContribution]],
) -> None:
    year = PersonYear(PERSON, 2020)
    for (claim_id, institution, claim_no), contribution in events:
        year = year.with_entry(claim_id, institution, claim_no, contribution)
    for (claim_id, _, _), _ in events:
        year = year.without(claim_id)
    assert year.to_date() == YearToDate()
