"""What a finance department pays in of the fiscal share: held against what its area still owes, and ever owed.

What is beyond the receivable stands to the area's credit and meets what it comes to owe next; more than was ever owed
is a typing error. What is owed is read from the journal, and the number of the payment makes two at once one after the
other.
"""

from __future__ import annotations

from chalicelib.advances.domain.model import amount_findings
from chalicelib.bank.domain import BankOutcome, Movement, MovementKind, divide, movement_id_of
from chalicelib.bank.usecases import Register, require_reference
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import IntegrityError, Invalid, NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.pages import every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.writes import Revise
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.transaction import LedgerEvent, Transaction
from chalicelib.ledger.ports import LedgerStore, PostTransaction
from chalicelib.payments.access import FINANCE_PAY
from chalicelib.registry.domain.resources import of_area, own
from chalicelib.settlement.domain.postings import finance_paid


@dataclass(frozen=True, slots=True)
class _Owed:
    """What an area's finance department owes: what stands, what ever stood, what it has paid beyond, how often it paid,
    and the transaction of a movement where there is one.
    """

    still_fen: Fen
    ever_fen: Fen
    credit_fen: Fen
    payments: int
    known: Transaction | None


@dataclass(frozen=True, slots=True)
class FiscalPayments:
    ledger: LedgerStore
    bundles: BundleStore
    register: Register
    commits: Commits
    clock: Clock
    retrying: Retrying

    def pay_in(self, principal: Principal, area: str, bank_reference: str, amount_fen: Fen) -> Transaction:
        """Finance pays in what its area owes of the fiscal share; the same reference again is the first one.

        Raises `NotFound` for an area nobody knows, `Invalid` for an amount the area never owed, and `Conflict` where
        the reference names another movement.
        """
        registry = self.bundles.current().registry
        resource = of_area(registry, area, "finance") if area in registry.areas else own(principal, "finance")
        require(principal, FINANCE_PAY, resource)
        if area not in registry.areas:
            raise NotFound
        wrong = amount_findings(amount_fen)
        if wrong:
            raise Invalid(wrong)
        require_reference(bank_reference)
        return self.retrying.on_conflict(lambda: self._pay_in_once(principal, area, bank_reference, amount_fen))

    def _pay_in_once(self, principal: Principal, area: str, bank_reference: str, amount_fen: Fen) -> Transaction:
        movement_id, now = movement_id_of(area, bank_reference), instant(self.clock.now())
        said = Act.of(principal, now)
        reported = Movement(movement_id, area, MovementKind.FISCAL, (area,), BankOutcome.PAID, amount_fen, said)
        movement = self.register.new(reported)
        owed = self._owed(area, movement_id)
        if movement is None:
            if owed.known is None:
                raise IntegrityError
            return owed.known
        used_fen = min(owed.credit_fen, max(0, owed.still_fen))
        division = divide(amount_fen, owed.still_fen - used_fen, owed.ever_fen)
        paid = finance_paid((area, owed.payments, movement_id), now, division, used_fen)
        self.commits.commit([Revise(movement), PostTransaction(paid)])
        return paid

    def _owed(self, area: str, movement_id: str) -> _Owed:
        receivable, beyond = accounts.fiscal_receivable(area), accounts.fiscal_overpaid(area)
        still_fen = ever_fen = credit_fen = payments = 0
        known = None
        for each in every(self.ledger.journal):
            if each.event is LedgerEvent.FINANCE_PAID and each.id.startswith(f"finance:{area}:"):
                payments += 1
                known = each if each.cause == movement_id else known
            for posting in each.postings:
                if posting.account == receivable:
                    still_fen += posting.amount_fen
                    ever_fen += max(0, posting.amount_fen)
                elif posting.account == beyond:
                    credit_fen -= posting.amount_fen
        return _Owed(still_fen, ever_fen, credit_fen, payments, known)
