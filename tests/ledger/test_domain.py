"""Which accounts each event moves; the docstrings hold the ledger's text (design.md section 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.adjudication.domain.determination import CrossRegion, Determination, FiscalPart, Payer, PayerAmount
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken, TransactionId
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.transaction import (
    AccountBalance,
    LedgerEvent,
    Obligation,
    Posting,
    Transaction,
    obligations,
    offset_transaction,
    payment_confirmed,
    payment_order,
    posting_period,
    reversal_of,
    settlement_transaction,
    trial_balance,
    unmatched_mirrors,
)
from chalicelib.registry.domain.model import NATION, Institution
from chalicelib.settlement.domain.squaring import advance_offset_fen
from tests.kit.areas import HUANCUI, SHANDONG, WUHAN, YUNNAN
from tests.kit.builders import CLAIM_ID, NOW, determination, institution

KUNMING = institution()
PAYABLE = "hospital/H53010200001/payable"


def settled(decided: Determination, at: Institution = KUNMING) -> Transaction:
    return settlement_transaction(CLAIM_ID, NOW, decided, at)


def written(transaction: Transaction) -> str:
    return "\n".join(f"{posting.account} {posting.amount_fen}" for posting in transaction.postings)


def text(docstring: str | None) -> str:
    """The ledger's text: the lines of a docstring after its first paragraph."""
    return "\n".join(line.strip() for line in (docstring or "").split("\n\n", 1)[1].strip().splitlines())


def local() -> Determination:
    return determination(
        funds=(PayerAmount(Payer.BASIC, AreaCode("530100"), "employee", 1_530_000),),
        fiscal_split=(FiscalPart(AreaCode("530100"), 170_000),),
        pays_first=AreaCode("530100"),
    )


def remote() -> Determination:
    return determination(
        funds=(PayerAmount(Payer.BASIC, WUHAN, "employee", 2_511_200),),
        fiscal_split=(FiscalPart(AreaCode("530100"), 488_800),),
        pays_first=AreaCode("530100"),
        cross_region=CrossRegion(WUHAN, AreaCode("530100"), 2_511_200, "national"),
    )


def divided() -> Determination:
    return replace(
        determination(
            funds=(PayerAmount(Payer.BASIC, AreaCode("371000"), "resident", 578_760),),
            fiscal_split=(
                FiscalPart(SHANDONG, 140_174),
                FiscalPart(AreaCode("371000"), 7_009),
                FiscalPart(HUANCUI, 28_035),
            ),
            pays_first=AreaCode("371002"),
            patient_fen=46_022,
        ),
        institution=InstitutionCode("H37100200001"),
    )


WEIHAI = institution(InstitutionCode("H37100200001"), HUANCUI, AreaCode("371000"), AreaCode("371000"))


def test_a_local_claim_is_an_expense_of_the_fund_and_a_receivable_on_finance() -> None:
    """Source: Y-03, 云医保〔2020〕12号: the fund 90%, finance the remainder.

    fund/530100/employee/basic 1530000
    fiscal/530100/receivable 170000
    hospital/H53010200001/payable -1700000
    """
    transaction = settled(local())
    assert written(transaction) == text(
        test_a_local_claim_is_an_expense_of_the_fund_and_a_receivable_on_finance.__doc__
    )
    assert obligations(transaction) == ()


def test_a_remote_claim_holds_both_sides_of_the_debt() -> None:
    """Wuhan owes Kunming the funds' part; Kunming's finance pays the remainder. Source: N-07.

    fund/420100/employee/basic 2511200
    region/530100/due-from/420100 2511200
    region/420100/due-to/530100 -2511200
    fiscal/530100/receivable 488800
    hospital/H53010200001/payable -3000000
    """
    transaction = settled(remote())
    assert written(transaction) == text(test_a_remote_claim_holds_both_sides_of_the_debt.__doc__)
    assert obligations(transaction) == (Obligation(WUHAN, AreaCode("530100"), ObligationKind.FUND, 2_511_200),)


def test_the_levels_that_refund_owe_the_area_that_pays_first() -> None:
    """Source: S-02 and W-03: the province bears 80%, the city and the county share the rest.

    fund/371000/resident/basic 578760
    fiscal/371002/receivable 175218
    subsidy/371002/due-from/370000 140174
    subsidy/370000/due-to/371002 -140174
    subsidy/371002/due-from/371000 7009
    subsidy/371000/due-to/371002 -7009
    hospital/H37100200001/payable -753978
    """
    transaction = settled(divided(), WEIHAI)
    assert written(transaction) == text(test_the_levels_that_refund_owe_the_area_that_pays_first.__doc__)
    assert obligations(transaction) == (
        Obligation(SHANDONG, HUANCUI, ObligationKind.SUBSIDY, 140_174),
        Obligation(AreaCode("371000"), HUANCUI, ObligationKind.SUBSIDY, 7_009),
    )


def test_what_the_centre_refunds_is_owed_by_the_nation() -> None:
    """The centre's part changes no figure of the claim.

    fund/530100/employee/basic 1530000
    fiscal/530100/receivable 170000
    subsidy/530100/due-from/000000 102000
    subsidy/000000/due-to/530100 -102000
    hospital/H53010200001/payable -1700000
    """
    transaction = settled(replace(local(), central_refund_fen=102_000))
    assert written(transaction) == text(test_what_the_centre_refunds_is_owed_by_the_nation.__doc__)


def test_the_centre_refunds_the_province_where_the_province_refunds_the_payer() -> None:
    """The province's 80% contain the centre's part: the county never gets back more than it paid. Source: S-02.

    fund/371000/resident/basic 578760
    fiscal/371002/receivable 175218
    subsidy/371002/due-from/370000 140174
    subsidy/370000/due-to/371002 -140174
    subsidy/371002/due-from/371000 7009
    subsidy/371000/due-to/371002 -7009
    subsidy/370000/due-from/000000 105131
    subsidy/000000/due-to/370000 -105131
    hospital/H37100200001/payable -753978
    """
    transaction = settled(replace(divided(), central_refund_fen=105_131), WEIHAI)
    assert written(transaction) == text(
        test_the_centre_refunds_the_province_where_the_province_refunds_the_payer.__doc__
    )


def test_the_centres_part_of_a_split_and_its_refund_are_one_debt() -> None:
    """Both are owed by the nation to the area that pays first.

    fiscal/530100/receivable 170000
    subsidy/530100/due-from/000000 102000
    subsidy/000000/due-to/530100 -102000
    hospital/H53010200001/payable -170000
    """
    parts = (FiscalPart(NATION, 100_000), FiscalPart(AreaCode("530100"), 70_000))
    transaction = settled(determination(fiscal_split=parts, pays_first=AreaCode("530100"), central_refund_fen=2_000))
    assert written(transaction) == text(test_the_centres_part_of_a_split_and_its_refund_are_one_debt.__doc__)


def test_an_uninsured_persons_basic_part_waits_for_the_enrolment() -> None:
    """Source: Y-15: advanced until the person is enrolled; assistance is the treatment place's.

    enrolment-pending/530100 540000
    fund/530100/uninsured/assistance 10000
    fiscal/530100/receivable 50000
    hospital/H53010200001/payable -600000
    """
    transaction = settled(
        determination(
            funds=(
                PayerAmount(Payer.BASIC, AreaCode("530100"), "enrolment-pending", 540_000),
                PayerAmount(Payer.ASSISTANCE, AreaCode("530100"), "uninsured", 10_000),
            ),
            fiscal_split=(FiscalPart(AreaCode("530100"), 50_000),),
            pays_first=AreaCode("530100"),
        )
    )
    assert written(transaction) == text(test_an_uninsured_persons_basic_part_waits_for_the_enrolment.__doc__)


def test_the_provincial_employees_fund_may_stand_in_for_the_uninsured() -> None:
    """The provincial hospital's agency is the province's.

    fund/530000/employee/basic 540000
    fiscal/530100/receivable 60000
    hospital/H53000000002/payable -600000
    """
    decided = determination(
        funds=(PayerAmount(Payer.BASIC, YUNNAN, "employee", 540_000),),
        fiscal_split=(FiscalPart(AreaCode("530100"), 60_000),),
        pays_first=AreaCode("530100"),
    )
    provincial = institution(InstitutionCode("H53000000002"), agency=YUNNAN)
    transaction = settled(replace(decided, institution=InstitutionCode("H53000000002")), provincial)
    assert written(transaction) == text(test_the_provincial_employees_fund_may_stand_in_for_the_uninsured.__doc__)


def test_two_parts_of_one_account_are_one_posting() -> None:
    parts = (
        PayerAmount(Payer.BASIC, AreaCode("530100"), "employee", 3),
        PayerAmount(Payer.BASIC, AreaCode("530100"), "employee", 4),
    )
    assert Posting("fund/530100/employee/basic", 7) in settled(determination(funds=parts)).postings


def test_a_claim_the_patient_pays_whole_is_settled_without_a_posting() -> None:
    transaction = settled(determination(funds=(PayerAmount(Payer.BASIC, None, None, 0),), patient_fen=600_000))
    assert transaction.postings == ()
    assert transaction.event is LedgerEvent.SETTLED


def test_a_settlement_has_its_claims_id_its_provisions_once_and_its_month() -> None:
    transaction = settled(local())
    assert transaction.id == f"settle:{CLAIM_ID}"
    assert transaction.cause == CLAIM_ID
    assert transaction.citations == ("yn-2020-12.3.5", "nat-2020-2.1", "yn-2020-12.3.6")
    assert transaction.period == "2026-11"


@pytest.mark.parametrize(
    ("decided", "contradiction"),
    [
        (replace(local(), institution=InstitutionCode("H53010200003")), "another institution"),
        (replace(local(), payers=()), "not their sum"),
        (replace(local(), fiscal_split=()), "not its sum"),
        (replace(local(), pays_first=None), "pays first"),
        (replace(local(), central_refund_fen=170_001), "a part of the fiscal share"),
        (replace(local(), central_refund_fen=-1), "a part of the fiscal share"),
        (replace(remote(), cross_region=CrossRegion(WUHAN, AreaCode("530100"), 1, "national")), "debtor's fund"),
        (
            replace(remote(), cross_region=CrossRegion(AreaCode("530100"), WUHAN, 2_511_200, "national")),
            "debtor's fund",
        ),
        (determination(funds=(PayerAmount(Payer.BASIC, None, "employee", 1),)), "area and scheme"),
        (determination(funds=(PayerAmount(Payer.BASIC, AreaCode("530100"), None, 1),)), "area and scheme"),
        (determination(funds=(PayerAmount(Payer.BASIC, AreaCode("530100"), "merchants", 1),)), "not a valid Scheme"),
        (
            determination(funds=(PayerAmount(Payer.CRITICAL, AreaCode("530100"), "enrolment-pending", 1),)),
            "only basic money",
        ),
    ],
)
def test_a_determination_that_contradicts_itself_is_never_posted(decided: Determination, contradiction: str) -> None:
    with pytest.raises(ValueError, match=contradiction):
        settled(decided)


@pytest.mark.parametrize(
    ("occurred_at", "period"),
    [
        ("2026-10-31T15:59:59Z", "2026-10"),
        ("2026-10-31T16:00:00Z", "2026-11"),
        ("2026-12-31T16:00:00.000001Z", "2027-01"),
    ],
)
def test_the_month_of_posting_is_shanghais(occurred_at: Instant, period: str) -> None:
    assert posting_period(occurred_at) == period


# Transactions


def test_an_unbalanced_transaction_cannot_exist() -> None:
    with pytest.raises(ValueError, match="sum to zero"):
        Transaction(
            TransactionId("t"), LedgerEvent.SETTLED, NOW, "c", (Posting(PAYABLE, -1), Posting("bank/530100/cash", 2))
        )


def test_a_transaction_names_an_account_once() -> None:
    with pytest.raises(ValueError, match="once"):
        Transaction(TransactionId("t"), LedgerEvent.SETTLED, NOW, "c", (Posting(PAYABLE, -1), Posting(PAYABLE, 1)))


def test_a_posting_of_nothing_cannot_exist() -> None:
    with pytest.raises(ValueError, match="moves something"):
        Posting(PAYABLE, 0)


@pytest.mark.parametrize("instant", ["2026-11-05", "2026-11-05T03:04:05+08:00", "2026-11-05T03:04:05", "2026-13-05"])
def test_a_transaction_occurs_at_an_instant_in_utc(instant: str) -> None:
    with pytest.raises(ValueError, match="UTC"):
        Transaction(TransactionId("t"), LedgerEvent.SETTLED, Instant(instant), "c", ())


# Offset and payment


def test_a_special_advance_covers_at_most_itself_and_the_claim() -> None:
    assert advance_offset_fen(1_700_000, 1_700_000, 1_000_000) == 1_000_000
    assert advance_offset_fen(1_700_000, 1_700_000, 2_000_000) == 1_700_000
    assert advance_offset_fen(1_700_000, 1_700_000, 0) == 0


def test_a_special_advance_is_spent_on_the_protected_part_of_a_claim_only() -> None:
    assert advance_offset_fen(1_700_000, 0, 1_000_000) == 0
    assert advance_offset_fen(1_700_000, 400_000, 1_000_000) == 400_000


def test_an_offset_lowers_what_is_owed_and_what_is_held() -> None:
    """The hospital keeps the money it already has.

    hospital/H53010200001/payable 1000000
    hospital/H53010200001/advance-special -1000000
    """
    transaction = offset_transaction(CLAIM_ID, NOW, KUNMING, 1_000_000)
    assert written(transaction) == text(test_an_offset_lowers_what_is_owed_and_what_is_held.__doc__)
    assert transaction.id == f"offset:{CLAIM_ID}"


def test_a_payment_passes_through_the_bank_of_the_hospitals_agency() -> None:
    """Ordered, then confirmed.

    hospital/H53000000002/payable 700000
    bank/530000/in-transit -700000
    bank/530000/in-transit 700000
    bank/530000/cash -700000
    """
    provincial = institution(InstitutionCode("H53000000002"), agency=YUNNAN)
    ordered = payment_order(CLAIM_ID, NOW, provincial, 700_000)
    confirmed = payment_confirmed(CLAIM_ID, NOW, provincial, 700_000)
    assert f"{written(ordered)}\n{written(confirmed)}" == text(
        test_a_payment_passes_through_the_bank_of_the_hospitals_agency.__doc__
    )
    assert (ordered.id, confirmed.id) == (f"pay:{CLAIM_ID}", f"paid:{CLAIM_ID}")


def test_a_settled_offset_and_paid_claim_leaves_the_hospital_owed_nothing() -> None:
    transactions = [
        settled(local()),
        offset_transaction(CLAIM_ID, NOW, KUNMING, 1_000_000),
        payment_order(CLAIM_ID, NOW, KUNMING, 700_000),
        payment_confirmed(CLAIM_ID, NOW, KUNMING, 700_000),
    ]
    balances = {line.account: line.balance_fen for line in trial_balance(transactions).accounts}
    assert balances == {
        "fund/530100/employee/basic": 1_530_000,
        "fiscal/530100/receivable": 170_000,
        PAYABLE: 0,
        "hospital/H53010200001/advance-special": -1_000_000,
        "bank/530100/in-transit": 0,
        "bank/530100/cash": -700_000,
    }


def test_a_payment_of_nothing_is_recorded_without_a_posting() -> None:
    assert payment_order(CLAIM_ID, NOW, KUNMING, 0).postings == ()


def test_a_negative_amount_is_never_moved() -> None:
    with pytest.raises(ValueError, match="not negative"):
        offset_transaction(CLAIM_ID, NOW, KUNMING, -1)


# Reversal


def test_a_reversal_negates_every_posting_and_names_what_it_takes_back() -> None:
    """Wuhan's debt to Kunming is taken back with everything else.

    fund/420100/employee/basic -2511200
    region/530100/due-from/420100 -2511200
    region/420100/due-to/530100 2511200
    fiscal/530100/receivable -488800
    hospital/H53010200001/payable 3000000
    """
    transaction = reversal_of(settled(remote()), Instant("2026-12-01T00:00:00Z"), CLAIM_ID)
    assert written(transaction) == text(test_a_reversal_negates_every_posting_and_names_what_it_takes_back.__doc__)
    assert transaction.corrects == f"settle:{CLAIM_ID}"
    assert transaction.id == f"reverse:settle:{CLAIM_ID}"
    assert transaction.period == "2026-12"
    assert obligations(transaction) == (Obligation(WUHAN, AreaCode("530100"), ObligationKind.FUND, -2_511_200),)


def test_a_reversal_is_not_reversed() -> None:
    with pytest.raises(ValueError, match="not reversed"):
        reversal_of(reversal_of(settled(local()), NOW, CLAIM_ID), NOW, CLAIM_ID)


# Trial balance


def test_a_trial_balance_lists_debits_and_credits_by_account_name() -> None:
    balance = trial_balance([settled(local()), offset_transaction(CLAIM_ID, NOW, KUNMING, 1_000_000)])
    assert balance.accounts == (
        AccountBalance("fiscal/530100/receivable", 170_000, 0),
        AccountBalance("fund/530100/employee/basic", 1_530_000, 0),
        AccountBalance("hospital/H53010200001/advance-special", 0, 1_000_000),
        AccountBalance(PAYABLE, 1_000_000, 1_700_000),
    )
    assert (balance.debit_fen, balance.credit_fen, balance.balance_fen) == (2_700_000, 2_700_000, 0)


def test_a_part_of_the_trial_balance_need_not_be_zero() -> None:
    part = trial_balance([settled(remote())]).where(lambda account: accounts.owner_area(account) == "420100")
    assert [line.account for line in part.accounts] == ["fund/420100/employee/basic", "region/420100/due-to/530100"]
    assert part.balance_fen == 0
    assert trial_balance([settled(local())]).where(lambda account: account.startswith("fund/")).balance_fen == 1_530_000


def test_a_debt_known_to_one_side_only_is_found() -> None:
    one_sided = Transaction(
        TransactionId("t"),
        LedgerEvent.SETTLED,
        NOW,
        "c",
        (Posting("region/530100/due-from/420100", 5), Posting("suspense/530100", -5)),
    )
    assert unmatched_mirrors([settled(remote())]) == ()
    assert unmatched_mirrors([settled(remote()), one_sided]) == (
        "region/420100/due-to/530100",
        "region/530100/due-from/420100",
    )


# Account names


def test_every_account_has_one_name() -> None:
    assert [
        accounts.hospital_payable(InstitutionCode("H53010200001")),
        accounts.hospital_advance_special(InstitutionCode("H53010200001")),
        accounts.hospital_advance_ordinary(InstitutionCode("H53010200001")),
        accounts.fund(AreaCode("530100"), "resident", "critical"),
        accounts.fiscal_receivable(AreaCode("530100")),
        accounts.enrolment_pending(AreaCode("530100")),
        accounts.bank_in_transit(AreaCode("530100")),
        accounts.bank_cash(AreaCode("530100")),
        accounts.due_from(ObligationKind.FUND, creditor=AreaCode("530100"), debtor=WUHAN),
        accounts.due_to(ObligationKind.FUND, debtor=WUHAN, creditor=AreaCode("530100")),
        accounts.due_from(ObligationKind.SUBSIDY, creditor=HUANCUI, debtor=SHANDONG),
        accounts.due_to(ObligationKind.SUBSIDY, debtor=SHANDONG, creditor=HUANCUI),
        accounts.hub(NATION),
        accounts.person_payable(PersonToken("prs_0123456789abcdef0123456789abcdef")),
        accounts.suspense(AreaCode("530100")),
    ] == [
        "hospital/H53010200001/payable",
        "hospital/H53010200001/advance-special",
        "hospital/H53010200001/advance-ordinary",
        "fund/530100/resident/critical",
        "fiscal/530100/receivable",
        "enrolment-pending/530100",
        "bank/530100/in-transit",
        "bank/530100/cash",
        "region/530100/due-from/420100",
        "region/420100/due-to/530100",
        "subsidy/371002/due-from/370000",
        "subsidy/370000/due-to/371002",
        "hub/000000",
        "person/prs_0123456789abcdef0123456789abcdef/payable",
        "suspense/530100",
    ]


@pytest.mark.parametrize(
    ("opening", "parts", "refusal"),
    [
        (accounts.hospital_payable, ("530102190001010019",), "wrong shape"),
        (accounts.fund, ("5301", "employee", "basic"), "wrong shape"),
        (accounts.fund, ("530100", "merchants", "basic"), "not a valid Scheme"),
        (accounts.fund, ("530100", "employee", "fiscal"), "not a valid Layer"),
        (accounts.fiscal_receivable, ("530100/x",), "wrong shape"),
        (accounts.person_payable, ("530102190001010019",), "wrong shape"),
        (accounts.hub, ("National",), "wrong shape"),
        (accounts.due_to, (ObligationKind.FUND, "530100", "530100"), "owes itself nothing"),
    ],
)
def test_a_part_of_another_shape_opens_no_account(
    opening: Callable[..., str], parts: tuple[str, ...], refusal: str
) -> None:
    with pytest.raises(ValueError, match=refusal):
        opening(*parts)


def test_an_account_belongs_to_the_area_in_its_name() -> None:
    assert accounts.owner_area("subsidy/370000/due-to/371002") == "370000"
    assert accounts.owner_area("enrolment-pending/530100") == "530100"
    assert accounts.owner_area(PAYABLE) is None
    assert accounts.owner_area("hub/000000") is None
