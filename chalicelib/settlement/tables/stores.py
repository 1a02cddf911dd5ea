"""A hospital's money as the state table holds it: advances, payment orders, remittance lines and budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.budgets.domain import Budget, MonthSpending
from chalicelib.claims.domain.visits import years_of
from chalicelib.claims.tables.agreements import terms_on_record
from chalicelib.claims.tables.persons import Found, Place, places_of_facts, read_facts
from chalicelib.clearing.tables.stores import pointer_place, read_pointer
from chalicelib.kernel.money import Fen
from chalicelib.kernel.pages import Page, PageRequest, read_all, read_page
from chalicelib.kernel.time import BEFORE_ALL, Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.obligations import province_of
from chalicelib.platform.aws.table import BASE, GSI1, Span, Table
from chalicelib.registry.domain.model import NATION
from chalicelib.registry.tables import terms_key
from chalicelib.settlement.domain.order import FundBalance, HospitalMoney, PaymentOrder, PaymentStatus
from chalicelib.settlement.domain.squaring import RemittanceLine
from chalicelib.settlement.ports import ClaimFacts
from chalicelib.settlement.tables import items


class DynamoHospitalStore:
    """Hospitals on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def special_advance_fen(self, institution: InstitutionCode) -> Fen:
        return self._fund(institution, AdvanceFund.SPECIAL).ready_fen

    def money(self, institution: InstitutionCode) -> HospitalMoney:
        return _read_money(institution, self._table.get_many(_places_of_money(institution)))

    def payment_order(self, institution: InstitutionCode, claim_id: ClaimId, number: int = 0) -> PaymentOrder | None:
        payment_id = PaymentOrder(claim_id, institution, 0, BEFORE_ALL, number).payment_id
        item = self._table.get(items.hospital_pk(institution), f"{items.ORDER_PREFIX}{payment_id}")
        return None if item is None else items.ORDERS.read(item)

    def payment_orders(self, institution: InstitutionCode, page: PageRequest) -> Page[PaymentOrder]:
        reader = self._table.reader(BASE, Span(prefix=items.ORDER_PREFIX), items.ORDERS.read)
        return read_page((items.hospital_pk(institution),), page, reader)

    def orders_of(
        self, agencies: Sequence[AreaCode], statuses: Sequence[PaymentStatus], page: PageRequest
    ) -> Page[PaymentOrder]:
        reader = self._table.reader(GSI1, Span(), items.ORDERS.read)
        partitions = [items.orders_partition(agency, status) for agency in agencies for status in statuses]
        return read_page(partitions, page, reader)

    def remittances(
        self, institution: InstitutionCode, from_at: Instant, before_at: Instant
    ) -> tuple[RemittanceLine, ...]:
        span = Span(f"{items.REMITTANCE_PREFIX}{from_at}", f"{items.REMITTANCE_PREFIX}{before_at}")
        reader = self._table.reader(BASE, span, items.read_remittance_item)
        return tuple(read_all(items.hospital_pk(institution), reader))

    def budget(self, institution: InstitutionCode, year: int) -> Budget:
        return items.read_budget(institution, year, self._budgets(institution, items.budget_prefix(year)))

    def budgets(self, institution: InstitutionCode) -> tuple[Budget, ...]:
        years = groupby(self._budgets(institution, items.BUDGET_PREFIX), items.year_of)
        return tuple(items.read_budget(institution, year, parts) for year, parts in years)

    def spending(self, institution: InstitutionCode, periods: Sequence[str]) -> tuple[MonthSpending, ...]:
        if not periods:
            return ()
        span = Span(items.spending_prefix(min(periods)), f"{items.spending_prefix(max(periods))}~")
        found = {month.period: month for month in self._months(institution, span)}
        return tuple(found.get(period, MonthSpending(period)) for period in periods)

    def months(self, institution: InstitutionCode, from_period: str = "") -> tuple[MonthSpending, ...]:
        span = Span(f"{items.SPENDING_PREFIX}{from_period}", f"{items.SPENDING_PREFIX}~")
        return tuple(self._months(institution, span))

    def _months(self, institution: InstitutionCode, span: Span) -> Iterator[MonthSpending]:
        """Read the months of a span, in one query."""
        months = groupby(self._parts(institution, span), items.period_of)
        return (items.read_spending(period, parts) for period, parts in months)

    def _budgets(self, institution: InstitutionCode, prefix: str) -> Iterator[Mapping[str, Any]]:
        return self._parts(institution, Span(prefix=prefix))

    def _parts(self, institution: InstitutionCode, span: Span) -> Iterator[Mapping[str, Any]]:
        """Read the items of a span in the order of their keys, including every write answered before the read."""
        return read_all(items.budgets_pk(institution), self._table.reader(BASE, span, dict))

    def _fund(self, institution: InstitutionCode, fund: AdvanceFund) -> FundBalance:
        return items.read_fund_item(self._table.get(items.hospital_pk(institution), items.advance_sk(fund)))


class DynamoFactStore:
    """All facts of the state table that a decision reads, fetched together by their keys."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, claim: Claim, period: str) -> ClaimFacts:
        visit, years = claim.visit, tuple(years_of(claim.visit))
        tiers = dict.fromkeys((province_of(AreaCode(claim.institution[1:7])), NATION))
        places = (
            *places_of_facts(claim.person, visit.discharged_on.year, years),
            terms_key(claim.institution),
            *_places_of_money(claim.institution),
            *(pointer_place(tier, period) for tier in tiers),
        )
        found = self._table.get_many(places)
        return ClaimFacts(
            read_facts(found, claim.person, visit.discharged_on.year, years),
            terms_on_record(claim.institution, found.get(terms_key(claim.institution))),
            _read_money(claim.institution, found),
            {tier: read_pointer(tier, period, found.get(pointer_place(tier, period))) for tier in tiers},
        )


def _places_of_money(institution: InstitutionCode) -> tuple[Place, ...]:
    names = (items.OVERPAID, *(items.advance_sk(fund) for fund in AdvanceFund))
    return tuple((items.hospital_pk(institution), name) for name in names)


def _read_money(institution: InstitutionCode, found: Found) -> HospitalMoney:
    pk = items.hospital_pk(institution)
    overpaid = found.get((pk, items.OVERPAID))
    special, ordinary = (
        items.read_fund_item(found.get((pk, items.advance_sk(fund))))
        for fund in (AdvanceFund.SPECIAL, AdvanceFund.ORDINARY)
    )
    return HospitalMoney(special, ordinary, 0 if overpaid is None else overpaid["balance_fen"])
