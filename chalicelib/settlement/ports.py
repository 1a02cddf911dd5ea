"""What settlement needs of the world: a hospital's money."""

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
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.obligations import Window
from chalicelib.registry.domain.agreements import InstitutionTerms
from chalicelib.settlement.domain.order import HospitalMoney, PaymentOrder, PaymentStatus
from chalicelib.settlement.domain.squaring import RemittanceLine


@dataclass(frozen=True, slots=True)
class OrderPayment(Part):
    """Write a payment order. Condition: the claim has none of its number."""

    order: PaymentOrder


@dataclass(frozen=True, slots=True)
class UpdateOrder(Part):
    """Replace a payment order, as it was read but for what changed. Condition: its status is `was` and nobody has
    written it since it was read at `order.revision`; it stands at the next one then.
    """

    order: PaymentOrder
    was: PaymentStatus


@dataclass(frozen=True, slots=True)
class AddRemittance(Part):
    """Write a line of a hospital's remittance advice; the same line again changes nothing."""

    institution: str
    line: RemittanceLine


@dataclass(frozen=True, slots=True)
class MoveAdvance(Part):
    """Change what a hospital holds of one kind of advance. Condition: neither sum goes below zero."""

    institution: str
    fund: AdvanceFund
    ready_fen: Fen = 0
    instructed_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class MoveOverpaid(Part):
    """Change what a hospital owes back; below zero it is owed to it. Condition: it is `was_fen`, where given."""

    institution: str
    amount_fen: Fen
    was_fen: Fen | None = None


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What is read of a claim's person, its hospital and its clearing before it is decided. `windows` are the open ones
    of a month by their tier, of the province of treatment and of the nation.
    """

    person: PersonFacts
    terms: InstitutionTerms
    money: HospitalMoney
    windows: Mapping[str, Window]


@dataclass(frozen=True, slots=True)
class SweepPlace:
    """How far the sweep came in the queues of a kind: the cursor to go on from, None to begin with the oldest."""

    kind: QueueKind
    cursor: str | None = None


class SweepStore(Protocol):
    def place(self, kind: QueueKind) -> SweepPlace:
        """Where the last sweep left the queues of a kind."""
        ...


class FactStore(Protocol):
    def of(self, claim: Claim, period: str) -> ClaimFacts:
        """What deciding a claim reads, in one request; `period` is the month in which it would post."""
        ...


class HospitalStore(BudgetStore, Protocol):
    def special_advance_fen(self, institution: str) -> Fen:
        """The balance of the hospital's special advance; 0 where it never had one."""
        ...

    def payment_order(self, institution: str, claim_id: str, number: int = 0) -> PaymentOrder | None: ...

    def payment_orders(self, institution: str, page: PageRequest) -> Page[PaymentOrder]:
        """A hospital's payment orders, by claim and round."""
        ...

    def orders_of(
        self, agencies: Sequence[str], statuses: Sequence[PaymentStatus], page: PageRequest
    ) -> Page[PaymentOrder]:
        """The payment orders of some offices in some states, oldest first in each, from an index that may lag."""
        ...

    def remittances(self, institution: str, from_at: str, before_at: str) -> tuple[RemittanceLine, ...]:
        """The lines of a span of time, by instant; `from_at` is inside, `before_at` is not."""
        ...

    def money(self, institution: str) -> HospitalMoney:
        """What the hospital holds of advances and owes back."""
        ...

    def budgets(self, institution: str) -> tuple[Budget, ...]:
        """Every budget of an institution, by year."""
        ...

    def spending(self, institution: str, periods: Sequence[str]) -> tuple[MonthSpending, ...]:
        """What the funds paid the hospital in some months (`2026-11`), in their order."""
        ...

    def months(self, institution: str) -> tuple[MonthSpending, ...]:
        """Every month in which the funds paid the hospital, by month."""
        ...
