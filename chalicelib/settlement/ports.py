"""Ports of settlement: the parts, facts and stores of a hospital's money and of the sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.budgets.domain import Budget, MonthSpending
from chalicelib.budgets.ports import BudgetStore
from chalicelib.claims.domain.record import QueueKind
from chalicelib.claims.ports import PersonFacts
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.obligations import Window
from chalicelib.registry.domain.agreements import InstitutionTerms
from chalicelib.settlement.domain.order import HospitalMoney, PaymentOrder, PaymentStatus
from chalicelib.settlement.domain.squaring import RemittanceLine


@dataclass(frozen=True, slots=True)
class OrderPayment(Part):
    """Write a payment order. Condition: the claim has no order of its number."""

    order: PaymentOrder


@dataclass(frozen=True, slots=True)
class UpdateOrder(Part):
    """Replace a payment order, as read but for the changed fields. Condition: the order's status is `was` and nobody
    has written the order since it was read at `order.revision`; the write raises the revision by one.
    """

    order: PaymentOrder
    was: PaymentStatus


@dataclass(frozen=True, slots=True)
class AddRemittance(Part):
    """Write a line of a hospital's remittance advice; the same line again changes nothing."""

    institution: InstitutionCode
    line: RemittanceLine


@dataclass(frozen=True, slots=True)
class MoveAdvance(Part):
    """Change a hospital's holding of one kind of advance. Condition: neither sum goes below zero."""

    institution: InstitutionCode
    fund: AdvanceFund
    ready_fen: Fen = 0
    instructed_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class MoveOverpaid(Part):
    """Change a hospital's overpaid sum; a negative sum is owed to it. Condition: the sum is `was_fen`, where given."""

    institution: InstitutionCode
    amount_fen: Fen
    was_fen: Fen | None = None


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """The facts of a claim's person, hospital and clearing, read before the decision. `windows` are the open windows of
    a month by their tier, of the province of treatment and of the nation.
    """

    person: PersonFacts
    terms: InstitutionTerms
    money: HospitalMoney
    windows: Mapping[str, Window]


@dataclass(frozen=True, slots=True)
class SweepPlace:
    """The sweep's place in the queues of a kind: the cursor to go on from, None to begin with the oldest."""

    kind: QueueKind
    cursor: str | None = None


class SweepStore(Protocol):
    def place(self, kind: QueueKind) -> SweepPlace:
        """Return the place at which the last sweep left the queues of a kind."""
        ...


class FactStore(Protocol):
    def of(self, claim: Claim, period: str) -> ClaimFacts:
        """Read the facts for deciding a claim, in one request; `period` is the month of the decision's posting."""
        ...


class HospitalStore(BudgetStore, Protocol):
    def special_advance_fen(self, institution: InstitutionCode) -> Fen:
        """Return the balance of the hospital's special advance; 0 where the hospital never had one."""
        ...

    def payment_order(
        self, institution: InstitutionCode, claim_id: ClaimId, number: int = 0
    ) -> PaymentOrder | None: ...

    def payment_orders(self, institution: InstitutionCode, page: PageRequest) -> Page[PaymentOrder]:
        """Return a hospital's payment orders, by claim and round."""
        ...

    def orders_of(
        self, agencies: Sequence[AreaCode], statuses: Sequence[PaymentStatus], page: PageRequest
    ) -> Page[PaymentOrder]:
        """Return the payment orders of offices in some states, oldest first in each, from an index that may lag."""
        ...

    def remittances(
        self, institution: InstitutionCode, from_at: Instant, before_at: Instant
    ) -> tuple[RemittanceLine, ...]:
        """Return the lines of a span of time, by instant; `from_at` is inside, `before_at` is not."""
        ...

    def money(self, institution: InstitutionCode) -> HospitalMoney:
        """Return the hospital's advances and the amount it owes back."""
        ...

    def budgets(self, institution: InstitutionCode) -> tuple[Budget, ...]:
        """Return every budget of an institution, by year."""
        ...

    def spending(self, institution: InstitutionCode, periods: Sequence[str]) -> tuple[MonthSpending, ...]:
        """Return the funds' payments to the hospital in some months (`2026-11`), in their order."""
        ...

    def months(self, institution: InstitutionCode, from_period: str = "") -> tuple[MonthSpending, ...]:
        """Return the months in which the funds paid the hospital, by month; those before `from_period` are not read."""
        ...
