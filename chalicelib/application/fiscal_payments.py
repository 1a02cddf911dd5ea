"""What a finance department pays in of the fiscal share: held against what its area still owes, and ever owed.

What is beyond the receivable stands to the area's credit and meets what it comes to owe next; more than was ever owed
is a typing error. What is owed is read from the journal, and the number of the payment makes two at once one after the
other.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.application.bank_movements import Register, require_reference
from chalicelib.application.commits import KeepMovement, PostTransaction
from chalicelib.application.paging import every
from chalicelib.application.ports import BundleStore, Clock, Commits, LedgerStore
from chalicelib.application.retrying import Retrying
from chalicelib.application.times import instant
from chalicelib.domain import accounts
from chalicelib.domain.access import Action, Principal, of_area, own, require
from chalicelib.domain.acts import Act
from chalicelib.domain.advances import amount_findings
from chalicelib.domain.bank_word import BankOutcome, Movement, MovementKind, divide, movement_id_of
from chalicelib.domain.errors import IntegrityError, Invalid, NotFound
from chalicelib.domain.ledger import LedgerEvent, Transaction
from chalicelib.domain.money import Fen
from chalicelib.domain.postings import finance_paid


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
        require(principal, Action.FINANCE_PAY, resource)
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
        self.commits.commit([KeepMovement(movement), PostTransaction(paid)])
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
