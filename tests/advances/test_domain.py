"""Limits of each city's policy on an agency's approval, and the steps of an advance, each figure worked out by hand.

The measures are those of the project's own policies, so the texts and the formulas are tested together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.advances.domain.model import Advance, AdvanceStatus, refuse_substitute
from chalicelib.advances.domain.quota import Measure, Quota, Spending, measure_for, needs_top_up, quota_of
from chalicelib.bank.domain import BankOutcome, divide
from chalicelib.kernel.access import Role
from chalicelib.kernel.errors import Conflict, Invalid, OwnAct
from chalicelib.kernel.money import FEN_MAX
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, InstitutionCode, MovementId
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.services.vocabulary import Basis
from chalicelib.ledger.domain.accounts import AdvanceFund
from tests.kit.builders import act
from tests.kit.memory.samples import policies

KUNMING, CHONGQING, DALIAN, WEIHAI, TAIYUAN = (
    InstitutionCode("H53010200001"), "H50010300002", "H21020200001", "H37100200002", "H14010500001",
)  # fmt: skip
IN_2020, IN_2023 = date(2020, 3, 1), date(2023, 2, 1)


@pytest.fixture(name="bundle", scope="module")
def fixture_bundle() -> Bundle:
    return open_file(policies())


def measure(bundle: Bundle, code: str, day: date) -> Measure:
    found = measure_for(bundle, bundle.registry.institutions[code], day)
    assert found is not None
    return found


def asked(amount_fen: int = 1_000, quota: Quota | None = None) -> Advance:
    return Advance(
        advance_id=AdvanceId("adv_x"),
        institution=KUNMING,
        agency=AreaCode("530100"),
        fund=AdvanceFund.SPECIAL,
        amount_fen=amount_fen,
        reason="treatment",
        requested=Act("his", Role.HOSPITAL, "H53010200001", Instant("2026-11-05T03:04:05Z")),
        quota=quota or Quota(None, "ordinary"),
    )


def approve(advance: Advance, amount_fen: int | None = None) -> Advance:
    return advance.decided(
        approve=True, amount_fen=amount_fen, act=Act("head", Role.AGENCY, "530100", Instant("2026-11-05T04:00:00Z"))
    )


def codes(error: pytest.ExceptionInfo[Invalid] | pytest.ExceptionInfo[Conflict]) -> list[str]:
    return [each.code for each in error.value.findings]


def test_shandong_has_at_least_one_to_two_months_of_fund_payments_paid_beforehand(bundle: Bundle) -> None:
    found = measure(bundle, WEIHAI, IN_2023)
    assert (found.basis, found.tops_up, found.ended) == (Basis.TRAILING_MONTHS, True, False)
    quota = quota_of(found, 9_999_999, Spending(monthly_fen=1_234_567))
    assert (quota.least_fen, quota.least_to_fen, quota.monthly_fen) == (1_234_567, 2_469_134, 1_234_567)


@pytest.mark.parametrize(
    ("held_fen", "least_fen", "least_to_fen"), [(300, 700, 1_700), (1_000, 0, 1_000), (2_500, 0, 0)]
)
def test_what_a_hospital_of_shandong_holds_counts_towards_its_months(
    bundle: Bundle, held_fen: int, least_fen: int, least_to_fen: int
) -> None:
    quota = quota_of(measure(bundle, WEIHAI, IN_2023), 1, Spending(monthly_fen=1_000, held_fen=held_fen))
    assert (quota.least_fen, quota.least_to_fen) == (least_fen, least_to_fen)


def test_shandong_with_no_month_on_record_lets_the_need_decide(bundle: Bundle) -> None:
    quota = quota_of(measure(bundle, WEIHAI, IN_2023), 500, Spending())
    assert (quota.least_fen, quota.monthly_fen) == (0, 0)


def test_chongqing_shows_what_is_weighed_and_computes_no_sum(bundle: Bundle) -> None:
    found = measure(bundle, CHONGQING, IN_2020)
    assert (found.basis, found.tops_up) == (Basis.ORDINARY_QUOTA_PLUS, False)
    quota = quota_of(found, 300_000, Spending(monthly_fen=777, ordinary_quota_fen=1_000_000, added_fen=45_678))
    assert (quota.least_fen, quota.ordinary_quota_fen, quota.added_fen) == (0, 1_000_000, 45_678)


@pytest.mark.parametrize(("code", "day"), [(CHONGQING, IN_2020), (KUNMING, date(2020, 1, 25))])
def test_an_advance_for_who_treats_does_not_depend_on_being_named(bundle: Bundle, code: str, day: date) -> None:
    """C-10 speaks of institutions with an agreement that diagnose and treat, N-04 of hospitals. Source: C-10, N-04."""
    institution = replace(bundle.registry.institutions[code], treatment_designated=False)
    assert measure_for(bundle, institution, day) == measure(bundle, code, day)


def test_a_pharmacy_is_prepaid_by_nobody(bundle: Bundle) -> None:
    assert measure_for(bundle, bundle.registry.institutions["P53010200009"], IN_2020) is None


def test_dalians_forty_million_are_shown_as_its_first_payment(bundle: Bundle) -> None:
    found = measure(bundle, DALIAN, IN_2020)
    assert found.basis is Basis.FIRST_PAYMENT
    quota = quota_of(found, 1, Spending(held_fen=4_000_000_000))
    assert (quota.least_fen, quota.first_payment_fen) == (0, 4_000_000_000)


def test_shanxi_prepays_the_whole_need_and_less_of_it_gives_a_reason(bundle: Bundle) -> None:
    """足额预付: the applied amount is the floor. Source: X-06."""
    quota = quota_of(measure(bundle, TAIYUAN, date(2020, 4, 1)), 5_000, Spending())
    assert quota.least_fen == 5_000
    with pytest.raises(Invalid) as refused:
        approve(asked(5_000, quota), 4_999)
    assert codes(refused) == ["reason-required"]


def test_yunnan_earmarks_the_need_and_sets_no_bound_to_it(bundle: Bundle) -> None:
    found = measure(bundle, KUNMING, IN_2020)
    assert (found.basis, found.earmarked, found.tops_up, found.citation) == (
        Basis.EARMARKED, True, True, "yn-2020-12.3.2",
    )  # fmt: skip
    assert quota_of(found, 123, Spending(5, 5, 5, 5)) == Quota("yn-2020-12.3.2", "earmarked")


def test_an_ordinary_advance_stands_on_no_policy() -> None:
    assert quota_of(None, 123, Spending(5, 5, 5, 5)) == Quota(None, "ordinary")


def test_a_measure_that_has_ended_is_named_and_flagged_and_not_topped_up(bundle: Bundle) -> None:
    found = measure(bundle, KUNMING, date(2026, 11, 21))
    assert (found.citation, found.ended) == ("yn-2020-12.3.2", True)
    assert not needs_top_up(found, 1_000, 0)


def test_the_last_day_of_a_measure_that_ended_is_kept_with_the_quota(bundle: Bundle) -> None:
    """The regime of 8 January 2023 ended the notices of 2020."""
    assert quota_of(measure(bundle, KUNMING, date(2023, 1, 7)), 1, Spending()).ended_on is None
    for day in (date(2023, 1, 8), date(2026, 11, 21)):
        assert quota_of(measure(bundle, KUNMING, day), 1, Spending()).ended_on == "2023-01-07"


def test_no_measure_grants_anything_before_the_first_one(bundle: Bundle) -> None:
    assert measure_for(bundle, bundle.registry.institutions[KUNMING], date(2019, 12, 31)) is None


@pytest.mark.parametrize(("balance_fen", "needed"), [(199, True), (200, False), (201, False)])
def test_a_balance_below_a_fifth_of_the_last_advance_is_topped_up(
    bundle: Bundle, balance_fen: int, *, needed: bool
) -> None:
    found = measure(bundle, KUNMING, IN_2020)
    assert found.top_up_below == Fraction(1, 5)
    assert needs_top_up(found, 1_000, balance_fen) is needed


def test_chongqing_does_not_top_up(bundle: Bundle) -> None:
    assert not needs_top_up(measure(bundle, CHONGQING, IN_2020), 1_000, 0)


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [(AdvanceFund.SPECIAL, AdvanceFund.ORDINARY), (AdvanceFund.ORDINARY, AdvanceFund.SPECIAL)],
)
def test_neither_kind_of_advance_takes_the_others_place(
    bundle: Bundle, wanted: AdvanceFund, offered: AdvanceFund
) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_substitute(wanted, offered, measure(bundle, KUNMING, IN_2020))
    assert [(each.code, each.citation) for each in refused.value.findings] == [
        ("advance-not-interchangeable", "yn-2020-12.3.2")
    ]
    refuse_substitute(wanted, wanted, None)


@pytest.mark.parametrize(("least_fen", "approved_fen"), [(0, 1_000), (600, 1_000), (1_500, 1_500)])
def test_without_an_amount_the_request_is_approved_or_the_floor_where_that_is_more(
    least_fen: int, approved_fen: int
) -> None:
    assert approve(asked(1_000, Quota("x", "trailing-months", least_fen))).approved_fen == approved_fen


@pytest.mark.parametrize(
    ("amount_fen", "code"),
    [(0, "amount-range"), (-1, "amount-range"), (FEN_MAX + 1, "amount-range"), (1_001, "amount-over-limit")],
)
def test_no_amount_beyond_what_was_asked_for_is_approved(amount_fen: int, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        approve(asked(1_000, Quota("x", "first-payment")), amount_fen)
    assert codes(refused) == [code]


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_less_than_the_floor_needs_a_reason(reason: str | None) -> None:
    below = asked(1_000, Quota("x", "trailing-months", 900))
    with pytest.raises(Invalid) as refused:
        below.decided(approve=True, amount_fen=899, act=Act("head", Role.AGENCY, "530100", Instant("x")), reason=reason)
    assert [(each.code, each.citation) for each in refused.value.findings] == [("reason-required", "x")]
    granted = below.decided(
        approve=True, amount_fen=899, act=Act("head", Role.AGENCY, "530100", Instant("x")), reason="a ward was closed"
    )
    assert (granted.approved_fen, granted.decision_reason) == (899, "a ward was closed")


def test_the_floor_of_a_policy_that_has_ended_binds_nobody(bundle: Bundle) -> None:
    quota = quota_of(measure(bundle, TAIYUAN, date(2026, 11, 21)), 5_000, Spending())
    assert (quota.citation, quota.least_fen, quota.ended_on) == ("sx-2020.6", 0, "2023-01-07")


def test_nobody_decides_what_they_asked_for() -> None:
    for spelt in ("his", "HIS", " His "):
        with pytest.raises(OwnAct):
            asked().decided(
                approve=True, amount_fen=None, act=Act(spelt, Role.AGENCY, "530100", Instant("2026-11-05T04:00:00Z"))
            )


HEARD_AT = Instant("x")


def confirmed(advance: Advance, at: Instant = HEARD_AT) -> Advance:
    return advance.heard(advance.step_of(BankOutcome.PAID), "BANK-1", MovementId("mov_1"), act("finance", at))


def returned(advance: Advance, amount_fen: int | None, held_fen: int, at: Instant = HEARD_AT) -> Advance:
    """Return the advance after a return, given the balance that its hospital holds."""
    left_fen = advance.left_fen(held_fen)
    named_fen = advance.returning(amount_fen, left_fen)
    division = divide(named_fen, left_fen, advance.ever_paid_fen)
    return advance.returned(division, f"BACK-{len(advance.returns)}", left_fen, act("finance", at))


def test_an_advance_goes_its_way_step_by_step_and_no_step_twice() -> None:
    at = Instant("2026-11-05T05:00:00Z")
    approved = approve(asked(1_000), 900)
    instructed = approved.instructed(at)
    paid = confirmed(instructed, at)
    ended = returned(paid, 900, 900, at)
    assert [each.revision for each in (approved, instructed, paid, ended)] == [2, 3, 4, 5]
    assert (ended.status, ended.returned_fen) == (AdvanceStatus.RETURNED, 900)
    steps: tuple[Callable[[], Advance], ...] = (
        lambda: approve(approved),
        lambda: instructed.instructed(at),
        lambda: confirmed(approved, at),
        lambda: confirmed(asked(), at),
        lambda: returned(instructed, None, 900),
        lambda: returned(ended, None, 0),
    )
    for step in steps:
        with pytest.raises(Conflict) as refused:
            step()
        assert codes(refused) == ["advance-status"]


@pytest.mark.parametrize(
    ("before", "outcome", "status", "beyond"),
    [
        ("paid", BankOutcome.PAID, AdvanceStatus.PAID, 1),
        ("paid", BankOutcome.FAILED, AdvanceStatus.FAILED, 0),
        ("failed", BankOutcome.PAID, AdvanceStatus.FAILED, 1),
        ("failed", BankOutcome.FAILED, AdvanceStatus.FAILED, 0),
        ("returned", BankOutcome.PAID, AdvanceStatus.RETURNED, 1),
        ("returned", BankOutcome.FAILED, AdvanceStatus.FAILED, 0),
        ("paid after it had failed", BankOutcome.FAILED, AdvanceStatus.FAILED, 0),
    ],
)
def test_what_the_bank_says_of_an_advance_that_has_ended_is_heard(
    before: str, outcome: BankOutcome, status: AdvanceStatus, beyond: int
) -> None:
    instructed = approve(asked(1_000)).instructed(Instant("x"))
    paid, failed = confirmed(instructed), instructed.taken_back(Instant("x"))
    stood = {
        "paid": paid,
        "failed": failed,
        "returned": returned(paid, None, 1_000),
        "paid after it had failed": confirmed(failed),
    }[before]
    heard = stood.heard(stood.step_of(outcome), "BANK-2", MovementId("mov_2"), act("finance", Instant("y")))
    assert (heard.status, heard.beyond, heard.heard_of(MovementId("mov_2"), outcome)) == (status, beyond, True)


def test_no_more_comes_back_than_was_ever_paid() -> None:
    paid = confirmed(approve(asked(1_000)).instructed(Instant("x")))
    with pytest.raises(Invalid) as refused:
        returned(paid, 1_001, 5_000)
    assert codes(refused) == ["amount-over-owed"]


@given(approved_fen=st.integers(1, 9), held_fen=st.integers(0, 12), amounts=st.lists(st.integers(1, 9), max_size=9))
def test_an_advance_that_comes_back_in_parts_ends_when_nothing_of_it_is_left(
    approved_fen: int, held_fen: int, amounts: list[int]
) -> None:
    """A return beyond the rest settles the hospital's other debts; a return beyond all ever paid is refused."""
    advance, beyond_fen = confirmed(approve(asked(approved_fen)).instructed(Instant("x"))), 0
    for amount_fen in amounts:
        left_fen = advance.left_fen(held_fen)
        if amount_fen > approved_fen:
            with pytest.raises(Invalid):
                returned(advance, amount_fen, held_fen)
            continue
        advance, matched_fen = returned(advance, amount_fen, held_fen), min(amount_fen, left_fen)
        held_fen, beyond_fen = held_fen - matched_fen, beyond_fen + amount_fen - matched_fen
        assert (advance.status is AdvanceStatus.RETURNED) == (0 < left_fen == matched_fen) or not matched_fen
    assert advance.returned_fen + beyond_fen == sum(each.amount_fen for each in advance.returns)
    assert advance.returned_fen <= approved_fen
    assert advance.bank_reference == "BANK-1"


def test_what_a_corrected_claim_gives_back_to_an_advance_that_ended_can_still_come_back() -> None:
    paid = confirmed(approve(asked(1_000)).instructed(Instant("x")))
    ended = returned(paid, None, 600)
    assert (ended.status, ended.returned_fen) == (AdvanceStatus.RETURNED, 600)
    again = returned(ended, None, 150, Instant("y"))
    assert (again.status, again.returned_fen, again.closed_at) == (AdvanceStatus.RETURNED, 750, "y")
