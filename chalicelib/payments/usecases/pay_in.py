"""The fiscal share paid in by a finance department, held against the amount its area still owes and ever owed.

An amount beyond the receivable stands to the area's credit and meets its next debts; an amount beyond everything ever
owed is a typing error. The debt is read from the books with the postings since, and the payment's number makes two
simultaneous payments follow each other.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.advances.domain.model import amount_findings
from chalicelib.bank.domain import BankOutcome, Movement, MovementKind, divide, movement_id_of
from chalicelib.bank.usecases import Register, require_reference
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import IntegrityError, Invalid, NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, MovementId
from chalicelib.kernel.writes import Revise
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.transaction import LedgerEvent, Transaction
from chalicelib.ledger.ports import LedgerStore, PostTransaction
from chalicelib.ledger.usecases.read import Accounts
from chalicelib.payments.access import FINANCE_PAY
from chalicelib.registry.domain.resources import of_area, own
from chalicelib.settlement.domain.postings import finance_paid


@dataclass(frozen=True, slots=True)
class _Owed:
    """The debt of an area's finance department: the sum still owed, the sum ever owed, the credit paid beyond, and the
    number of payments.
    """

    still_fen: Fen
    ever_fen: Fen
    credit_fen: Fen
    payments: int


@dataclass(frozen=True, slots=True)
class FiscalPayments:
    ledger: LedgerStore
    accounts: Accounts
    bundles: BundleStore
    register: Register
    commits: Commits
    clock: Clock
    retrying: Retrying

    def pay_in(self, principal: Principal, area: AreaCode, bank_reference: str, amount_fen: Fen) -> Transaction:
        """Pay in a part of the fiscal share an area owes; the same reference again returns the first payment.

        Raises `NotFound` for an unknown area, `Invalid` for an amount the area never owed, and `Conflict` where the
        reference names another movement.
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

    def _pay_in_once(self, principal: Principal, area: AreaCode, bank_reference: str, amount_fen: Fen) -> Transaction:
        movement_id, now = movement_id_of(area, bank_reference), instant(self.clock.now())
        said = Act.of(principal, now)
        reported = Movement(movement_id, area, MovementKind.FISCAL, (area,), BankOutcome.PAID, amount_fen, said)
        movement = self.register.new(reported)
        if movement is None:
            return self._known(movement_id)
        owed = self._owed(area)
        used_fen = min(owed.credit_fen, max(0, owed.still_fen))
        division = divide(amount_fen, owed.still_fen - used_fen, owed.ever_fen)
        paid = finance_paid((area, owed.payments, movement_id), now, division, used_fen)
        self.commits.commit([Revise(movement), PostTransaction(paid)])
        return paid

    def _known(self, movement_id: MovementId) -> Transaction:
        """Return the transaction posted when a movement was first reported, which was at that instant."""
        first = self.register.movements.get(movement_id)
        posted = () if first is None else self.ledger.between(first.said.at, _next_instant(first.said.at))
        known = next((each for each in posted if each.cause == movement_id), None)
        if known is None:
            raise IntegrityError
        return known

    def _owed(self, area: AreaCode) -> _Owed:
        owed, beyond, cash = named = [
            accounts.fiscal_receivable(area),
            accounts.fiscal_overpaid(area),
            accounts.bank_cash(area),
        ]
        standing = self.accounts.standing(named)
        # Every payment of finance moves the area's cash, whatever part of the payment is matched.
        payments = standing[cash].of(LedgerEvent.FINANCE_PAID).count
        receivable, credit_fen = standing[owed], -standing[beyond].balance.balance_fen
        return _Owed(receivable.balance.balance_fen, receivable.debit_fen, credit_fen, payments)


def _next_instant(at: Instant) -> Instant:
    return instant(datetime.fromisoformat(at) + timedelta(microseconds=1))
