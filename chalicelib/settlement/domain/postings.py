"""Ledger movements beside a settlement: advances, payments of a later step, finance, enrolment, corrections.

`ledger.py` holds the transaction, its invariants and the settlement; this module holds every other event of design.md
section 6 except clearing. Ids follow from the cause of the transaction and, where the cause can recur, its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chalicelib.adjudication.domain.determination import Determination
from chalicelib.bank.domain import Division
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, ClaimId, InstitutionCode, MovementId, TransactionId
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.transaction import (
    BudgetUse,
    LedgerEvent,
    Posting,
    Transaction,
    citations_of,
    moved,
    numbered,
    owed,
    posted,
    reversal_id,
    settlement_id,
    settlement_transaction,
)
from chalicelib.registry.domain.model import Institution, Registry


def advance_account(institution: InstitutionCode, fund: str) -> str:
    """Return the hospital's account of one kind of advance, `special` or `ordinary`."""
    if fund == "special":
        return accounts.hospital_advance_special(institution)
    if fund == "ordinary":
        return accounts.hospital_advance_ordinary(institution)
    raise ValueError("an advance is special or ordinary")


def advance_instructed(
    advance_id: AdvanceId,
    occurred_at: Instant,
    institution: Institution,
    fund: str,
    amount_fen: Fen,
    citations: tuple[str, ...],
) -> Transaction:
    """Post the instruction to the agency's bank to pay an advance."""
    key = (TransactionId(f"advance:{advance_id}"), LedgerEvent.ADVANCE_INSTRUCTED, advance_id, occurred_at)
    transaction = moved(
        key, advance_account(institution.code, fund), accounts.bank_in_transit(institution.agency), amount_fen
    )
    return replace(transaction, citations=citations)


def advance_confirmed(
    advance_id: AdvanceId, occurred_at: Instant, institution: Institution, fund: str, amount_fen: Fen
) -> Transaction:
    """Post the bank's payment of an advance."""
    paid = moved(
        (TransactionId(f"advance-paid:{advance_id}"), LedgerEvent.ADVANCE_CONFIRMED, advance_id, occurred_at),
        accounts.bank_in_transit(institution.agency),
        accounts.bank_cash(institution.agency),
        amount_fen,
    )
    return replace(paid, about=advance_account(institution.code, fund))


def advance_failed(
    advance_id: AdvanceId, occurred_at: Instant, institution: Institution, fund: str, amount_fen: Fen
) -> Transaction:
    """Post the bank's failure to pay an advance: the instruction is undone, the hospital never held the money."""
    transaction = moved(
        (TransactionId(f"advance-failed:{advance_id}"), LedgerEvent.ADVANCE_FAILED, advance_id, occurred_at),
        accounts.bank_in_transit(institution.agency),
        advance_account(institution.code, fund),
        amount_fen,
    )
    return replace(transaction, corrects=TransactionId(f"advance:{advance_id}"))


def advance_returned(
    key: tuple[str, int], occurred_at: Instant, institution: Institution, fund: str, division: Division
) -> Transaction:
    """Post the hospital's return of all or some unspent advance; `key` is the advance's id and the number of the
    return, the first being 0. An amount beyond the hospital's remaining holding settles the hospital's debt.
    """
    advance_id, number = key
    amount_fen = division.matched_fen + division.beyond_fen
    return Transaction(
        numbered("advance-returned", advance_id, number),
        LedgerEvent.ADVANCE_RETURNED,
        occurred_at,
        advance_id,
        posted(
            [
                (accounts.bank_cash(institution.agency), amount_fen),
                (advance_account(institution.code, fund), -division.matched_fen),
                (accounts.hospital_payable(institution.code), -division.beyond_fen),
            ]
        ),
    )


def advance_came_back(
    key: tuple[AdvanceId, MovementId],
    occurred_at: Instant,
    institution: Institution,
    fund: str,
    taken_fen: Fen,
    owed_fen: Fen,
) -> Transaction:
    """Post an advance that the bank paid and that came back: the hospital never had it. The part still held is taken
    away; the part spent on claims is owed to the hospital again. `key` is the advance's id and the movement's.
    """
    advance_id, movement_id = key
    return Transaction(
        TransactionId(f"came-back:{advance_id}:{movement_id}"),
        LedgerEvent.CAME_BACK,
        occurred_at,
        advance_id,
        posted(
            [
                (accounts.bank_cash(institution.agency), taken_fen + owed_fen),
                (advance_account(institution.code, fund), -taken_fen),
                (accounts.hospital_payable(institution.code), -owed_fen),
            ]
        ),
    )


def paid_beyond(key: str, cause: str, occurred_at: Instant, institution: Institution, amount_fen: Fen) -> Transaction:
    """Post a bank payment of an order recalled, failed, given up or paid before: the hospital owes the money back.
    `key` names the order and the movement.
    """
    return moved(
        (TransactionId(f"paid-beyond:{key}"), LedgerEvent.PAID_BEYOND, cause, occurred_at),
        accounts.hospital_payable(institution.code),
        accounts.bank_cash(institution.agency),
        amount_fen,
    )


def came_back(key: str, cause: str, occurred_at: Instant, institution: Institution, amount_fen: Fen) -> Transaction:
    """Post money that the bank had paid a hospital and that came back, so that the payment counts no longer."""
    return moved(
        (TransactionId(f"came-back:{key}"), LedgerEvent.CAME_BACK, cause, occurred_at),
        accounts.bank_cash(institution.agency),
        accounts.hospital_payable(institution.code),
        amount_fen,
    )


def offset_restored(
    claim_id: ClaimId, number: int, occurred_at: Instant, institution: Institution, amount_fen: Fen
) -> Transaction:
    """Give the special advance taken by a claim back to the hospital: the claim came to less or lost its protection."""
    return moved(
        (numbered("restore", claim_id, number), LedgerEvent.OFFSET_RESTORED, claim_id, occurred_at),
        accounts.hospital_advance_special(institution.code),
        accounts.hospital_payable(institution.code),
        amount_fen,
    )


def finance_paid(
    key: tuple[AreaCode, int, MovementId], occurred_at: Instant, division: Division, used_fen: Fen
) -> Transaction:
    """Post the payment by an area's finance department of its debt of the fiscal share. `key` is the area, the number
    of the payment and the movement's id; `used_fen` is an earlier payment beyond the debt that now meets a debt.
    """
    area, number, movement_id = key
    return Transaction(
        TransactionId(f"finance:{area}:{number:06d}"),
        LedgerEvent.FINANCE_PAID,
        occurred_at,
        movement_id,
        posted(
            [
                (accounts.bank_cash(area), division.matched_fen + division.beyond_fen),
                (accounts.fiscal_receivable(area), -division.matched_fen - used_fen),
                (accounts.fiscal_overpaid(area), used_fen - division.beyond_fen),
            ]
        ),
    )


def enrolled_later(
    claim_id: ClaimId,
    number: int,
    occurred_at: Instant,
    settlement: Sequence[Transaction],
    insured_area: AreaCode,
    scheme: str,
    registry: Registry,
) -> Transaction | None:
    """Turn the money advanced for a person until enrolment into an expense of the fund the person is enrolled with.

    Where that fund is elsewhere, the fund owes the treatment place: both sides are in this transaction. None where the
    claim's transactions left nothing pending. `number` is that of the claim's last correction.

    Source: Y-15, 云医保〔2020〕12号 四（四）.
    """
    pending = {
        posting.account: amount_fen
        for posting in balances_of(settlement)
        if posting.account.startswith("enrolment-pending/") and (amount_fen := posting.amount_fen)
    }
    if not pending:
        return None
    fund_area = registry.pooling_area(insured_area)
    entries: list[tuple[str, Fen]] = []
    for account, amount_fen in pending.items():
        advanced_by = accounts.owner_area(account) or AreaCode("")
        entries += [(accounts.fund(fund_area, scheme, "basic"), amount_fen), (account, -amount_fen)]
        if advanced_by != fund_area:
            entries += owed(ObligationKind.FUND, fund_area, advanced_by, amount_fen)
    return Transaction(
        id=numbered("enrol", claim_id, number),
        event=LedgerEvent.ENROLLED,
        occurred_at=occurred_at,
        cause=claim_id,
        postings=posted(entries),
        corrects=settlement_id(claim_id),
    )


def has_pending(settlement: Sequence[Transaction]) -> bool:
    """Tell whether a claim's transactions left something advanced until the person is enrolled."""
    return any(posting.account.startswith("enrolment-pending/") for posting in balances_of(settlement))


@dataclass(frozen=True, slots=True)
class Correction:
    """A claim decided anew: the `number`-th correction, from 1.

    `standing` are the claim's settlement and the corrections until now, `enrolments` the moves from pending to a fund,
    `rulings` the moves by disputes and rulings; `is_borne` tells whether that fund's enrolment still stands.
    """

    claim_id: ClaimId
    number: int
    occurred_at: Instant
    standing: tuple[Transaction, ...]
    enrolments: tuple[Transaction, ...] = ()
    rulings: tuple[Transaction, ...] = ()
    is_borne: bool = True

    def target(self, determination: Determination, institution: Institution, registry: Registry) -> tuple[Posting, ...]:
        """Return the claim's postings now if nothing is disputed or ruled. An advance until enrolment is borne by the
        fund the person was enrolled with since, so that nothing is pending again unless that enrolment was a mistake.

        Source: Y-15, 云医保〔2020〕12号 四（四）.
        """
        anew = settlement_transaction(self.claim_id, self.occurred_at, determination, institution)
        if not self.enrolments or not self.is_borne:
            return anew.postings
        area, scheme = fund_of(self.enrolments)
        moves = enrolled_later(self.claim_id, 0, self.occurred_at, (anew,), area, scheme, registry)
        return anew.postings if moves is None else balances_of((anew, moves))

    def of(self, determination: Determination, target: Iterable[Posting], budget: tuple[BudgetUse, ...]) -> Transaction:
        """Post the difference between the recognised amounts and `target`; no postings where nothing moves."""
        recognised = (*self.standing, *self.enrolments, *self.rulings)
        return Transaction(
            id=numbered("correct", self.claim_id, self.number),
            event=LedgerEvent.CORRECTED,
            occurred_at=self.occurred_at,
            cause=self.claim_id,
            postings=difference(recognised, target),
            citations=citations_of(determination),
            corrects=self.standing[-1].id,
            budget=budget_difference(self.standing, budget),
        )


def fund_of(enrolments: Sequence[Transaction]) -> tuple[AreaCode, str]:
    """Return the pooling area and the scheme of the fund that bears the money advanced until enrolment."""
    fund = next(each.account for each in enrolments[-1].postings if each.account.startswith("fund/"))
    _, area, scheme, _ = fund.split("/")
    return AreaCode(area), scheme


def balances_of(transactions: Iterable[Transaction]) -> tuple[Posting, ...]:
    """Sum transactions by account, without the accounts that sum to nothing."""
    return posted(
        (posting.account, posting.amount_fen) for transaction in transactions for posting in transaction.postings
    )


def difference(standing: Iterable[Transaction], anew: Iterable[Posting]) -> tuple[Posting, ...]:
    """Return the postings that turn the standing amounts into the new ones."""
    taken_back = [(posting.account, -posting.amount_fen) for posting in balances_of(standing)]
    return posted([*((posting.account, posting.amount_fen) for posting in anew), *taken_back])


def budget_difference(standing: Iterable[Transaction], anew: Iterable[BudgetUse]) -> tuple[BudgetUse, ...]:
    """Return the same difference for budgets: the use of another kind or year is given back."""
    sums: dict[tuple[InstitutionCode, int, str], Fen] = {}
    for use in anew:
        key = (use.institution, use.year, use.kind)
        sums[key] = sums.get(key, 0) + use.amount_fen
    for transaction in standing:
        for use in transaction.budget:
            key = (use.institution, use.year, use.kind)
            sums[key] = sums.get(key, 0) - use.amount_fen
    return tuple(BudgetUse(*key, amount_fen) for key, amount_fen in sums.items() if amount_fen)


def reversal_of_claim(standing: Sequence[Transaction], occurred_at: Instant, claim_id: ClaimId) -> Transaction:
    """Negate everything that settled a claim, with corrections and later enrolment, naming the first transaction."""
    first = standing[0]
    return Transaction(
        id=reversal_id(first.id),
        event=LedgerEvent.REVERSED,
        occurred_at=occurred_at,
        cause=claim_id,
        postings=difference(standing, ()),
        citations=first.citations,
        corrects=first.id,
        budget=budget_difference(standing, ()),
    )
