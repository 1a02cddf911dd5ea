"""A hospital's money in memory: advances, orders, remittance lines and budgets, with the adapters' conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

from chalicelib.budgets.domain import Budget, MonthSpending
from chalicelib.budgets.ports import AdjustBudget, UseBudgets
from chalicelib.kernel.money import Fen
from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, ClaimId, InstitutionCode
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.settlement.domain.order import FundBalance, HospitalMoney, PaymentOrder, PaymentStatus
from chalicelib.settlement.domain.squaring import RemittanceLine
from chalicelib.settlement.ports import AddRemittance, MoveAdvance, MoveOverpaid, OrderPayment, UpdateOrder
from chalicelib.settlement.tables.items import MoneyPart


class MoneyMemory:
    """The state that the hospitals' stores share; the lock is the world's."""

    def __init__(self) -> None:
        self.ready: dict[tuple[str, AdvanceFund], Fen] = {}
        self.instructed: dict[tuple[str, AdvanceFund], Fen] = {}
        self.overpaid: dict[str, Fen] = {}
        self.orders: dict[tuple[str, str], PaymentOrder] = {}
        self.remittances: dict[tuple[str, str, str, str], RemittanceLine] = {}
        self.budgets: dict[tuple[str, int], Budget] = {}
        self.spending: dict[tuple[str, str], MonthSpending] = {}

    def grant(self, institution: InstitutionCode, amount_fen: Fen) -> None:
        """Give a hospital a special advance without its history."""
        self.ready[institution, AdvanceFund.SPECIAL] = amount_fen

    def holds(self, part: MoneyPart) -> bool:
        """Tell whether the part's condition holds."""
        match part:
            case OrderPayment(order):
                return (order.institution, order.payment_id) not in self.orders
            case UpdateOrder(order, was):
                known = self.orders.get((order.institution, order.payment_id))
                return known is not None and (known.status, known.revision) == (was, order.revision)
            case MoveAdvance(institution, fund, ready_fen, instructed_fen):
                key = (institution, fund)
                return _stays(self.ready.get(key, 0), ready_fen) and _stays(self.instructed.get(key, 0), instructed_fen)
            case MoveOverpaid(institution, _, was_fen):
                return was_fen in (None, self.overpaid.get(institution, 0))
            case AdjustBudget(budget):
                stands = self.budgets.get((budget.institution, budget.year))
                return (stands.version if stands else 0) == budget.version - 1
            case AddRemittance() | UseBudgets():
                return True

    def apply(self, part: MoneyPart) -> None:
        """Write the part."""
        match part:
            case OrderPayment(order):
                self.orders[order.institution, order.payment_id] = order
            case UpdateOrder(order, _):
                self.orders[order.institution, order.payment_id] = replace(order, revision=order.revision + 1)
            case AddRemittance(institution, line):
                self.remittances[institution, line.at, line.claim_id, line.event] = line
            case MoveAdvance(institution, fund, ready_fen, instructed_fen):
                key = (institution, fund)
                self.ready[key] = self.ready.get(key, 0) + ready_fen
                self.instructed[key] = self.instructed.get(key, 0) + instructed_fen
            case MoveOverpaid(institution, amount_fen):
                self.overpaid[institution] = self.overpaid.get(institution, 0) + amount_fen
            case UseBudgets():
                self._use(part)
            case AdjustBudget(budget):
                stands = self.budget(budget.institution, budget.year)
                self.budgets[budget.institution, budget.year] = replace(
                    stands, quota_fen=budget.quota_fen, adjustments=budget.adjustments
                )

    def budget(self, institution: InstitutionCode, year: int) -> Budget:
        """Return a budget, empty if it was never used."""
        return self.budgets.get((institution, year), Budget(institution, year))

    def _use(self, part: UseBudgets) -> None:
        month = self.spending.get((part.institution, part.period), MonthSpending(part.period))
        for use in part.uses:
            self.budgets[use.institution, use.year] = self.budget(use.institution, use.year).used(use)
            figure = "separate_fen" if use.kind == "separate" else "total_control_fen"
            month = replace(month, **{figure: getattr(month, figure) + use.amount_fen})
        self.spending[part.institution, part.period] = month


class FakeHospitalStore:
    """Hospitals' money."""

    def __init__(self, memory: MoneyMemory) -> None:
        self._memory = memory

    def special_advance_fen(self, institution: InstitutionCode) -> Fen:
        return self._memory.ready.get((institution, AdvanceFund.SPECIAL), 0)

    def money(self, institution: InstitutionCode) -> HospitalMoney:
        special, ordinary = (
            FundBalance(
                self._memory.ready.get((institution, fund), 0), self._memory.instructed.get((institution, fund), 0)
            )
            for fund in (AdvanceFund.SPECIAL, AdvanceFund.ORDINARY)
        )
        return HospitalMoney(special, ordinary, self._memory.overpaid.get(institution, 0))

    def payment_order(self, institution: InstitutionCode, claim_id: ClaimId, number: int = 0) -> PaymentOrder | None:
        payment_id = PaymentOrder(claim_id, institution, 0, Instant(""), number).payment_id
        return self._memory.orders.get((institution, payment_id))

    def payment_orders(self, institution: InstitutionCode, page: PageRequest) -> Page[PaymentOrder]:
        found = [order for (code, _), order in sorted(self._memory.orders.items()) if code == institution]
        return page_of(found, lambda order: order.payment_id, page)

    def orders_of(
        self, agencies: Sequence[AreaCode], statuses: Sequence[PaymentStatus], page: PageRequest
    ) -> Page[PaymentOrder]:
        places = {(agency, status): place for place, (agency, status) in enumerate(product(agencies, statuses))}
        found = [order for order in self._memory.orders.values() if (order.agency, order.shown_status) in places]
        key = lambda order: (  # noqa: E731 the index's partition and sort key
            f"{places[order.agency, order.shown_status]:06d}#{order.ordered_at}#{order.payment_id}"
        )
        return page_of(sorted(found, key=key), key, page)

    def remittances(
        self, institution: InstitutionCode, from_at: Instant, before_at: Instant
    ) -> tuple[RemittanceLine, ...]:
        found = sorted(self._memory.remittances.items())
        return tuple(line for (code, at, *_), line in found if code == institution and from_at <= at < before_at)

    def budget(self, institution: InstitutionCode, year: int) -> Budget:
        return self._memory.budget(institution, year)

    def budgets(self, institution: InstitutionCode) -> tuple[Budget, ...]:
        return tuple(budget for (code, _), budget in sorted(self._memory.budgets.items()) if code == institution)

    def spending(self, institution: InstitutionCode, periods: Sequence[str]) -> tuple[MonthSpending, ...]:
        return tuple(self._memory.spending.get((institution, period), MonthSpending(period)) for period in periods)

    def months(self, institution: InstitutionCode, from_period: str = "") -> tuple[MonthSpending, ...]:
        found = sorted(self._memory.spending.items())
        return tuple(month for (code, period), month in found if code == institution and period >= from_period)


class FakePrepaymentMachine:
    """Remembers the started machines and the answered tokens; a test plays the machine's part."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.answered: list[tuple[str, str]] = []
        self.on_start: Callable[[str], None] = lambda _: None

    def start(self, advance_id: AdvanceId) -> None:
        if advance_id not in self.started:
            self.started.append(advance_id)
            self.on_start(advance_id)

    def proceed(self, token: str, answer: str) -> None:
        self.answered.append((token, answer))


def _stays(held_fen: Fen, change_fen: Fen) -> bool:
    """Tell whether a sum may change: it may always grow, and shrink as far as zero."""
    return change_fen >= 0 or held_fen + change_fen >= 0
