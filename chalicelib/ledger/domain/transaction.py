"""Double entry: the accounts that an event moves, in transactions that refuse to exist unless they sum to zero.

Append only: a transaction is never changed; a correction is a new transaction that names the corrected one. Ids are
made from the transaction's cause, so the same event gives the same id however often it is tried. Neither a store nor
the clock is known here; `occurred_at` is passed in. Source: design.md section 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum

from chalicelib.adjudication.domain.determination import ENROLMENT_PENDING, FUNDS, Determination, Payer, PayerAmount
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import Instant, civil_date_of
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, TransactionId
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.registry.domain.model import NATION, Institution

_UTC_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z")


class LedgerEvent(StrEnum):
    """The events that move the ledger."""

    SETTLED = "settled"
    CORRECTED = "corrected"
    OFFSET = "offset"
    OFFSET_RESTORED = "offset-restored"
    PAYMENT_ORDERED = "payment-ordered"
    PAYMENT_CONFIRMED = "payment-confirmed"
    REVERSED = "reversed"
    ADVANCE_INSTRUCTED = "advance-instructed"
    ADVANCE_CONFIRMED = "advance-confirmed"
    ADVANCE_FAILED = "advance-failed"
    ADVANCE_RETURNED = "advance-returned"
    PAID_BEYOND = "paid-beyond"
    CAME_BACK = "came-back"
    REIMBURSED = "reimbursed"
    FINANCE_PAID = "finance-paid"
    ENROLLED = "enrolled"
    CLEARED = "cleared"
    DISPUTED = "disputed"
    DISPUTE_WITHHELD = "dispute-withheld"
    RESOLVED = "resolved"
    RULED = "ruled"
    RULING_BORNE = "ruling-borne"
    RULING_PRESENTED = "ruling-presented"
    CLEARING_INSTRUCTED = "clearing-instructed"
    CLEARING_RECEIVED = "clearing-received"
    HANDED_DOWN = "handed-down"
    REQUISITION_PAID = "requisition-paid"
    REQUISITION_RECEIVED = "requisition-received"


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement of an account in fen; debit is positive, credit negative, and zero is refused."""

    account: str
    amount_fen: Fen

    def __post_init__(self) -> None:
        if self.amount_fen == 0:
            raise ValueError("a posting moves something")


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """A transaction's use of an institution's yearly budget, in fen; negative for an amount given back. `kind` is
    `separate` or `total-control`. The journal carries the use so that budgets can be rebuilt from it alone.
    """

    institution: InstitutionCode
    year: int
    kind: str
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class Transaction:
    """The postings of an event. `cause` is the id of the event's cause (a claim's, say), `corrects` the id of the
    transaction taken back. `occurred_at` is an instant in UTC, `2026-11-05T03:04:05Z`.

    An event that moved nothing has no postings and is recorded as well. `about` is an account that the event concerns
    and does not move: the advance in a bank's message. Raises `ValueError` when the postings do not sum to zero, name
    an account twice, or the instant is not in UTC.
    """

    id: TransactionId
    event: LedgerEvent
    occurred_at: Instant
    cause: str
    postings: tuple[Posting, ...]
    citations: tuple[str, ...] = ()
    corrects: TransactionId | None = None
    budget: tuple[BudgetUse, ...] = ()
    about: str | None = None

    def __post_init__(self) -> None:
        if not _UTC_INSTANT.fullmatch(self.occurred_at):
            raise ValueError("a transaction occurs at an instant in UTC, written with a Z")
        if sum(posting.amount_fen for posting in self.postings) != 0:
            raise ValueError("the postings of a transaction sum to zero")
        if len({posting.account for posting in self.postings}) != len(self.postings):
            raise ValueError("a transaction names an account once")

    @property
    def claim_id(self) -> ClaimId:
        """The cause of an event of a claim."""
        return ClaimId(self.cause)

    @property
    def period(self) -> str:
        """The month of posting in Asia/Shanghai, `2026-11`."""
        return posting_period(self.occurred_at)


@dataclass(frozen=True, slots=True)
class Obligation:
    """An area's obligation to another by a transaction, in fen; negative where the transaction takes a debt back."""

    debtor: AreaCode
    creditor: AreaCode
    kind: ObligationKind
    amount_fen: Fen


def posting_period(occurred_at: Instant) -> str:
    """Return the Asia/Shanghai month of an instant in UTC: 31 October 16:00Z is November."""
    return civil_date_of(occurred_at).strftime("%Y-%m")


def settlement_id(claim_id: ClaimId) -> TransactionId:
    """Return the only id that a claim can settle under."""
    return TransactionId(f"settle:{claim_id}")


def reversal_id(taken_back: TransactionId) -> TransactionId:
    """Return the only id under which a transaction is taken back."""
    return TransactionId(f"reverse:{taken_back}")


def settlement_transaction(
    claim_id: ClaimId, occurred_at: Instant, determination: Determination, institution: Institution
) -> Transaction:
    """Build the transaction of a decided claim; the patient's part is owed to the hospital and moves nothing here.

    The hospital is owed the funds' part and the fiscal share. A fund's part is an expense of its area and, where that
    is elsewhere, a debt of the insured place to the treatment place, both sides in this transaction. The fiscal share
    is owed by the area that pays first, and the other levels owe that area theirs; see `_refunded_by_centre` for the
    centre's refund.

    Raises `ValueError` where the determination is not the institution's or contradicts itself.
    """
    if determination.institution != institution.code:
        raise ValueError("the determination is of another institution")
    entries = [*_fund_entries(determination), *_fiscal_entries(determination)]
    payable_fen = determination.shares.funds_fen + determination.shares.fiscal_fen
    entries.append((accounts.hospital_payable(institution.code), -payable_fen))
    return Transaction(
        id=settlement_id(claim_id),
        event=LedgerEvent.SETTLED,
        occurred_at=occurred_at,
        cause=claim_id,
        postings=posted(entries),
        citations=citations_of(determination),
    )


def numbered(kind: str, cause: str, number: int) -> TransactionId:
    """Return the id of the `number`-th event of a kind for a cause; an event's with the number 0 is `kind:cause`."""
    return TransactionId(f"{kind}:{cause}" if number == 0 else f"{kind}:{cause}:{number}")


def offset_transaction(
    claim_id: ClaimId, occurred_at: Instant, institution: Institution, amount_fen: Fen, number: int = 0
) -> Transaction:
    """Build the spending of a special advance on a claim: the hospital is owed less and holds less. `number` counts the
    claim's rounds of payment, also in the functions below.
    """
    return moved(
        (numbered("offset", claim_id, number), LedgerEvent.OFFSET, claim_id, occurred_at),
        accounts.hospital_payable(institution.code),
        accounts.hospital_advance_special(institution.code),
        amount_fen,
    )


def payment_order(
    claim_id: ClaimId, occurred_at: Instant, institution: Institution, amount_fen: Fen, number: int = 0
) -> Transaction:
    """Build the order of the hospital's agency to its bank to pay the rest of a claim."""
    return moved(
        (numbered("pay", claim_id, number), LedgerEvent.PAYMENT_ORDERED, claim_id, occurred_at),
        accounts.hospital_payable(institution.code),
        accounts.bank_in_transit(institution.agency),
        amount_fen,
    )


def payment_confirmed(
    claim_id: ClaimId, occurred_at: Instant, institution: Institution, amount_fen: Fen, number: int = 0
) -> Transaction:
    """Build the bank's confirmation of a payment."""
    return moved(
        (numbered("paid", claim_id, number), LedgerEvent.PAYMENT_CONFIRMED, claim_id, occurred_at),
        accounts.bank_in_transit(institution.agency),
        accounts.bank_cash(institution.agency),
        amount_fen,
    )


def reversal_of(transaction: Transaction, occurred_at: Instant, cause: str) -> Transaction:
    """Build the negation of every posting, naming the transaction taken back; the first transaction stays unchanged.

    Raises `ValueError` for a reversal: a transaction taken back is done again as an event of its own.
    """
    if transaction.event is LedgerEvent.REVERSED:
        raise ValueError("a reversal is not reversed")
    return Transaction(
        id=reversal_id(transaction.id),
        event=LedgerEvent.REVERSED,
        occurred_at=occurred_at,
        cause=cause,
        postings=tuple(Posting(posting.account, -posting.amount_fen) for posting in transaction.postings),
        citations=transaction.citations,
        corrects=transaction.id,
        budget=tuple(replace(use, amount_fen=-use.amount_fen) for use in transaction.budget),
    )


def obligations(transaction: Transaction) -> tuple[Obligation, ...]:
    """Return the obligations between areas by a transaction, read from the debtors' side, for the clearing."""
    owed = []
    for posting in transaction.postings:
        due = accounts.parse_due(posting.account)
        if due is not None and due[3]:
            kind, debtor, creditor, _ = due
            owed.append(Obligation(debtor, creditor, kind, -posting.amount_fen))
    return tuple(owed)


def unmatched_mirrors(transactions: Iterable[Transaction]) -> tuple[str, ...]:
    """Return the accounts between areas whose mirror does not hold the negated balance; `()` when all mirrors agree."""
    balances = {line.account: line.balance_fen for line in trial_balance(transactions).accounts}
    return tuple(account for account in balances if not _is_mirrored(account, balances))


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """The sums of an account's debits and credits, both non-negative, in fen."""

    account: str
    debit_fen: Fen
    credit_fen: Fen

    @property
    def balance_fen(self) -> Fen:
        return self.debit_fen - self.credit_fen


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account that ever moved, by name. The balance over the whole ledger is zero; a part's need not be."""

    accounts: tuple[AccountBalance, ...]

    @property
    def debit_fen(self) -> Fen:
        return sum(line.debit_fen for line in self.accounts)

    @property
    def credit_fen(self) -> Fen:
        return sum(line.credit_fen for line in self.accounts)

    @property
    def balance_fen(self) -> Fen:
        return self.debit_fen - self.credit_fen

    def where(self, visible: Callable[[str], bool]) -> TrialBalance:
        """Return the part visible to a reader, by account name."""
        return TrialBalance(tuple(line for line in self.accounts if visible(line.account)))


def trial_balance(transactions: Iterable[Transaction]) -> TrialBalance:
    """Sum debits and credits by account."""
    debited: dict[str, Fen] = {}
    credited: dict[str, Fen] = {}
    for transaction in transactions:
        for posting in transaction.postings:
            side = debited if posting.amount_fen > 0 else credited
            side[posting.account] = side.get(posting.account, 0) + abs(posting.amount_fen)
    names = sorted(debited.keys() | credited.keys())
    return TrialBalance(tuple(AccountBalance(name, debited.get(name, 0), credited.get(name, 0)) for name in names))


def _fund_entries(determination: Determination) -> list[tuple[str, Fen]]:
    """Return the fund expenses by layer, and the debt between areas for the expenses borne by the debtor's fund."""
    parts = [part for part in determination.payers if part.payer in FUNDS and part.amount_fen]
    if sum(part.amount_fen for part in parts) != determination.shares.funds_fen:
        raise ValueError("the funds' parts are not their sum")
    entries = [(_fund_account(part), part.amount_fen) for part in parts]
    cross = determination.cross_region
    if cross is None:
        return entries
    borne_fen = sum(part.amount_fen for part in parts if part.account_area == cross.debtor)
    if borne_fen != cross.amount_fen:
        raise ValueError("the debt between areas is what the debtor's fund bears")
    return [*entries, *owed(ObligationKind.FUND, cross.debtor, cross.creditor, cross.amount_fen)]


def _fund_account(part: PayerAmount) -> str:
    if part.account_area is None or part.scheme is None:
        raise ValueError("a fund's part names its area and scheme")
    if part.scheme == ENROLMENT_PENDING:
        if part.payer is not Payer.BASIC:
            raise ValueError("only basic money is advanced until a person is enrolled")
        return accounts.enrolment_pending(part.account_area)
    return accounts.fund(part.account_area, part.scheme, part.payer.value)


def _fiscal_entries(determination: Determination) -> list[tuple[str, Fen]]:
    """Return the receivable on the area that pays first, and that area's claims on other levels and the centre."""
    fiscal_fen = determination.shares.fiscal_fen
    if sum(part.amount_fen for part in determination.fiscal_split) != fiscal_fen:
        raise ValueError("the split of the fiscal share is not its sum")
    if not 0 <= determination.central_refund_fen <= fiscal_fen:
        raise ValueError("the centre refunds a part of the fiscal share")
    if fiscal_fen == 0:
        return []
    payer = determination.pays_first
    if payer is None:
        raise ValueError("a fiscal share has an area that pays first")
    entries = [(accounts.fiscal_receivable(payer), fiscal_fen)]
    for part in determination.fiscal_split:
        if part.area != payer:
            entries += owed(ObligationKind.SUBSIDY, part.area, payer, part.amount_fen)
    if payer != NATION:
        refunded = _refunded_by_centre(determination, payer)
        entries += owed(ObligationKind.SUBSIDY, NATION, refunded, determination.central_refund_fen)
    return entries


def _refunded_by_centre(determination: Determination, payer: AreaCode) -> AreaCode:
    """Return the receiver of the centre's refund: the area that pays first, unless a province refunds that area.

    The province's refund then contains the centre's, and both together would return more than was paid. Source: S-02,
    鲁医保发〔2023〕1号 一.
    """
    provinces = [part.area for part in determination.fiscal_split if part.amount_fen and _is_province(part.area)]
    return provinces[0] if provinces else payer


def _is_province(area: AreaCode) -> bool:
    """Tell whether an area is a province: by GB/T 2260 its code ends in four zeros; the nation's is zeros alone."""
    return area.endswith("0000") and area != NATION


def owed(kind: ObligationKind, debtor: AreaCode, creditor: AreaCode, amount_fen: Fen) -> list[tuple[str, Fen]]:
    """Return both sides of a debt: the creditor's debit and the debtor's credit."""
    return [
        (accounts.due_from(kind, creditor, debtor), amount_fen),
        (accounts.due_to(kind, debtor, creditor), -amount_fen),
    ]


def moved(
    key: tuple[TransactionId, LedgerEvent, str, Instant], debit: str, credit: str, amount_fen: Fen
) -> Transaction:
    """Build a transaction of two postings. `key` is (id, event, cause, instant). Raises `ValueError` below zero."""
    if amount_fen < 0:
        raise ValueError("an amount that is moved is not negative")
    transaction_id, event, cause, occurred_at = key
    return Transaction(transaction_id, event, occurred_at, cause, posted([(debit, amount_fen), (credit, -amount_fen)]))


def posted(entries: Iterable[tuple[str, Fen]]) -> tuple[Posting, ...]:
    """Sum entries to a posting per account, in the order of first mention; an account with sum zero has no posting."""
    sums: dict[str, Fen] = {}
    for account, amount_fen in entries:
        sums[account] = sums.get(account, 0) + amount_fen
    return tuple(Posting(account, amount_fen) for account, amount_fen in sums.items() if amount_fen)


def citations_of(determination: Determination) -> tuple[str, ...]:
    """Return every provision that decided a step, without repetition, in the order of the steps."""
    return tuple(dict.fromkeys(citation for step in determination.steps for citation in step.decided_by))


def _is_mirrored(account: str, balances: dict[str, Fen]) -> bool:
    if (due := accounts.parse_due(account)) is None:
        return True
    kind, debtor, creditor, is_debtors = due
    mirror = accounts.due_from(kind, creditor, debtor) if is_debtors else accounts.due_to(kind, debtor, creditor)
    return balances.get(mirror, 0) == -balances[account]
