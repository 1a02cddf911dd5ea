"""Whatever was decided, the books balance, both sides of a debt agree, and a reversal leaves nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adjudication.domain.determination import (
    FUNDS,
    CrossRegion,
    Determination,
    FiscalPart,
    Payer,
    PayerAmount,
)
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.transaction import (
    Transaction,
    obligations,
    offset_transaction,
    payment_confirmed,
    payment_order,
    reversal_of,
    settlement_transaction,
    trial_balance,
    unmatched_mirrors,
)
from chalicelib.registry.domain.model import NATION
from chalicelib.settlement.domain.squaring import advance_offset_fen
from tests.kit.areas import DALI, WUHAN, WUHUA, YUNNAN
from tests.kit.builders import NOW, determination, institution

KUNMING = institution()
PAYABLE = accounts.hospital_payable(KUNMING.code)
FEN = st.one_of(st.just(0), st.integers(min_value=0, max_value=10**10))
LEVELS = (NATION, YUNNAN, AreaCode("530100"), WUHUA)


@st.composite
def determinations(draw: st.DrawFn) -> Determination:
    """Insured here, insured elsewhere, or not insured; the fiscal share split among any levels, any of them first."""
    scheme = draw(st.sampled_from(["employee", "resident", "enrolment-pending", "uninsured"]))
    insured = scheme in ("employee", "resident")
    area = draw(st.sampled_from([AreaCode("530100"), DALI, WUHAN])) if insured else AreaCode("530100")
    layers = [Payer.BASIC] if scheme == "enrolment-pending" else list(FUNDS)
    funds = tuple(PayerAmount(layer, area, scheme, draw(FEN)) for layer in layers)
    split = tuple(FiscalPart(level, draw(FEN)) for level in draw(st.lists(st.sampled_from(LEVELS), unique=True)))
    fiscal_fen = sum(part.amount_fen for part in split)
    remote = CrossRegion(area, AreaCode("530100"), sum(part.amount_fen for part in funds), "national")
    return determination(
        funds=funds,
        fiscal_split=split,
        pays_first=draw(st.sampled_from(LEVELS)) if fiscal_fen else None,
        cross_region=remote if area != "530100" else None,
        central_refund_fen=draw(st.integers(min_value=0, max_value=fiscal_fen)),
        patient_fen=draw(FEN),
    )


def settled(decided: Determination, number: int = 0) -> Transaction:
    return settlement_transaction(ClaimId(f"clm_{number}"), NOW, decided, KUNMING)


def moved(transaction: Transaction) -> dict[str, int]:
    return {posting.account: posting.amount_fen for posting in transaction.postings}


@given(determinations())
def test_every_settlement_balances_and_its_mirrors_agree(decided: Determination) -> None:
    transaction = settled(decided)
    assert sum(posting.amount_fen for posting in transaction.postings) == 0
    assert all(posting.amount_fen for posting in transaction.postings)
    assert unmatched_mirrors([transaction]) == ()


@given(determinations())
def test_a_hospital_is_owed_what_the_funds_and_finance_pay(decided: Determination) -> None:
    postings = moved(settled(decided))
    assert -postings.get(PAYABLE, 0) == decided.shares.funds_fen + decided.shares.fiscal_fen
    expenses = {name: fen for name, fen in postings.items() if name.startswith(("fund/", "enrolment-pending/"))}
    assert sum(expenses.values()) == decided.shares.funds_fen
    assert sum(fen for name, fen in postings.items() if name.startswith("fiscal/")) == decided.shares.fiscal_fen


@given(determinations())
def test_areas_owe_each_other_exactly_what_was_decided(decided: Determination) -> None:
    owed = obligations(settled(decided))
    funds_fen = decided.cross_region.amount_fen if decided.cross_region else 0
    others_fen = sum(part.amount_fen for part in decided.fiscal_split if part.area != decided.pays_first)
    subsidies = [each for each in owed if each.kind is ObligationKind.SUBSIDY]
    to_province = any(part.area == "530000" and part.amount_fen for part in decided.fiscal_split)
    refunded = "530000" if to_province else decided.pays_first
    refund_fen = decided.central_refund_fen if decided.pays_first != "000000" else 0
    assert sum(each.amount_fen for each in owed if each.kind is ObligationKind.FUND) == funds_fen
    assert sum(each.amount_fen for each in subsidies) == others_fen + refund_fen
    assert all(each.creditor in (decided.pays_first, refunded) for each in subsidies)
    assert all(each.debtor != decided.pays_first for each in subsidies)


@given(determinations())
def test_a_reversal_nets_to_nothing(decided: Determination) -> None:
    transaction = settled(decided)
    reversal = reversal_of(transaction, NOW, "clm_0")
    assert all(line.balance_fen == 0 for line in trial_balance([transaction, reversal]).accounts)
    owed = [*obligations(transaction), *obligations(reversal)]
    assert sum(each.amount_fen for each in owed) == 0


@given(st.lists(determinations(), max_size=6), st.data())
def test_any_interleaving_of_events_keeps_the_books_balanced(decided: list[Determination], data: st.DataObject) -> None:
    transactions: list[Transaction] = []
    held_fen = data.draw(FEN)
    for number, each in enumerate(decided):
        claim_id = ClaimId(f"clm_{number}")
        transactions.append(settled(each, number))
        payable_fen = each.shares.funds_fen + each.shares.fiscal_fen
        if data.draw(st.booleans()):
            transactions.append(reversal_of(transactions[-1], NOW, claim_id))
            continue
        offset_fen = advance_offset_fen(payable_fen, each.protected_fen, held_fen)
        held_fen -= offset_fen
        assert held_fen >= 0
        transactions.append(offset_transaction(claim_id, NOW, KUNMING, offset_fen))
        transactions.append(payment_order(claim_id, NOW, KUNMING, payable_fen - offset_fen))
        transactions.append(payment_confirmed(claim_id, NOW, KUNMING, payable_fen - offset_fen))
    order = data.draw(st.permutations(transactions))
    balance = trial_balance(order)
    assert balance == trial_balance(transactions)
    assert balance.balance_fen == 0
    assert unmatched_mirrors(order) == ()
    assert all(line.balance_fen == 0 for line in balance.accounts if line.account == PAYABLE)
