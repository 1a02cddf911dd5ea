"""The reports of an area: the advances' figures, the settlement statistics, and the bank's movements of a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from chalicelib.adjudication.domain.facts import gravest_status
from chalicelib.claims.domain.history import DecidedBy, HistoryEvent
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.claims.ports import ClaimStore
from chalicelib.claims.usecases.documents import Documents
from chalicelib.kernel.access import Principal, Resource, Role, require
from chalicelib.kernel.errors import Malformed, NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import parse_yuan
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.time import Instant, start_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.citation import articles_of
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.accounts import AdvanceFund, bank_cash, hospital_payable
from chalicelib.ledger.domain.books import book_of
from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.ledger.ports import LedgerStore
from chalicelib.ledger.usecases.read import Accounts
from chalicelib.platform.forms.model import PrintedForm
from chalicelib.registry.domain.checks import check_period
from chalicelib.registry.domain.model import NATION, Insurance, Registry
from chalicelib.registry.domain.resources import of_area
from chalicelib.reports.access import REPORT_READ
from chalicelib.reports.domain import (
    ADVANCE,
    AdvanceFigures,
    AdvanceLine,
    AdvancesReport,
    BankDay,
    BankLine,
    SettledClaim,
    SettlementFigures,
    SettlementReport,
    advance_figures,
)
from chalicelib.reports.forms import advances_form, bank_form, statistics_form

SETTLEMENT_STATISTICS = "settlement-statistics"


@dataclass(frozen=True, slots=True)
class Reports:
    ledger: LedgerStore
    accounts: Accounts
    claims: ClaimStore
    documents: Documents
    bundles: BundleStore
    clock: Clock

    def advances(self, principal: Principal, as_of: date | None, area: AreaCode | None) -> AdvancesReport:
        """Report the advances to an area's institutions by the end of a day (today unless `as_of` is given)."""
        registry = self.bundles.current().registry
        code, day = self._area(principal, area, registry), as_of or self.clock.today()
        within = registry.institutions_at(lambda place: code in _around(registry, place.area, place.agency))
        around = sorted((each for _, each in within), key=lambda each: each.code)
        names = sorted({book_of(hospital_payable(each.code)) for each in around})
        ended = start_of(day + timedelta(days=1))
        moved = advance_figures(self.accounts.before(ended, names, ("hospital/", ADVANCE)).values())
        nothing = AdvanceFigures()
        lines = tuple(
            AdvanceLine(
                institution.code,
                institution.area,
                moved.get((institution.code, AdvanceFund.SPECIAL.value), nothing),
                moved.get((institution.code, AdvanceFund.ORDINARY.value), nothing),
            )
            for institution in around
            if any((institution.code, fund.value) in moved for fund in AdvanceFund)
        )
        provinces = sorted({registry.province(line.area) for line in lines})
        by_province = tuple(
            (province, *_sums(line for line in lines if registry.province(line.area) == province))
            for province in provinces
        )
        special, ordinary = _sums(iter(lines))
        return AdvancesReport(day, code, lines, by_province, special, ordinary)

    def settlement(
        self, principal: Principal, from_on: date, to_on: date, as_at: date | None, area: AreaCode | None
    ) -> SettlementReport:
        """Report the table of N-05 over the claims posted from `from_on` to `to_on`, both included, as known at the end
        of the day `as_at` (today unless given): later events change nothing in a published table.
        """
        if wrong := check_period(from_on, to_on):
            raise Malformed(wrong)
        registry = self.bundles.current().registry
        code = self._area(principal, area, registry)
        day = as_at or self.clock.today()
        known_before = start_of(day + timedelta(days=1))
        days = (start_of(from_on), min(start_of(to_on + timedelta(days=1)), known_before))
        counted = list(self._settled(code, days, known_before, registry))
        return SettlementReport(from_on, to_on, day, code, SettlementFigures.of(counted))

    def bank(self, principal: Principal, on: date | None, area: AreaCode | None) -> BankDay:
        """Report the movements that the bank confirmed on a day (today unless `on` is given), for the agencies of an
        area and the areas below, area by area and by kind of event.
        """
        registry = self.bundles.current().registry
        code, day = self._area(principal, area, registry), on or self.clock.today()
        areas = {bank_cash(each): each for each in sorted(registry.areas) if code in registry.chain(each)}
        moved = self.accounts.on(day, areas)
        lines = tuple(
            BankLine(areas[account], event, found.count, found.debit_fen, found.credit_fen)
            for account in areas
            if account in moved
            for event in LedgerEvent
            if (found := moved[account].of(event)).count
        )
        return BankDay(day, code, lines)

    def advances_form(self, report: AdvancesReport) -> PrintedForm:
        """Build a report on advances as a form to be signed, issued today."""
        bundle = self.bundles.current()
        counted = (each.citation for each in bundle.by_slot[Slot.ADVANCE] if each.area == NATION)
        cited = "；".join(articles_of(bundle, counted))
        return advances_form(report, bundle.registry, cited, self.clock.today())

    def bank_form(self, report: BankDay) -> PrintedForm:
        """Build a day's bank movements as a form to be signed, issued today."""
        return bank_form(report, self.bundles.current().registry, self.clock.today())

    def statistics_form(self, report: SettlementReport) -> PrintedForm:
        """Build the statistics as a form to be signed, issued today."""
        bundle = self.bundles.current()
        cited = "；".join(articles_of(bundle, statistics_ordered_by(bundle)))
        return statistics_form(report, bundle.registry, cited, self.clock.today())

    def _settled(
        self, area: AreaCode, days: tuple[Instant, Instant], known_before: Instant, registry: Registry
    ) -> Iterator[SettledClaim]:
        from_at, before_at = days
        for transaction in self.ledger.between(from_at, before_at):
            if transaction.event is not LedgerEvent.SETTLED:
                continue
            record = self.claims.get(transaction.claim_id)
            institution = None if record is None else registry.institutions.get(record.institution)
            if record is None or institution is None:
                continue
            if area in _around(registry, institution.area, institution.agency):
                yield from self._counted(record, known_before)

    def _counted(self, record: ClaimRecord, known_before: str) -> Iterator[SettledClaim]:
        decided = self._standing(record, known_before)
        if decided is None:
            return
        claim, known = self.documents.decided(decided.decided_hash)
        status = gravest_status(claim.diagnosis)
        if status == "none":
            return
        document = self.documents.determination(decided)
        enrolment = known.enrolment
        shares = {payer: parse_yuan(amount) for payer, amount in document["shares"].items()}
        funds_fen = shares["basic"] + shares["critical"] + shares["assistance"]
        is_insured = enrolment is not None and enrolment.insurance is not Insurance.NONE
        yield SettledClaim(
            person=record.person,
            confirmed=status == "confirmed",
            insured=is_insured or shares["basic"] + shares["critical"] > 0,
            total_fen=parse_yuan(document["total"]),
            insurance_fen=funds_fen,
        )

    def _standing(self, record: ClaimRecord, known_before: str) -> DecidedBy | None:
        """Return the decision in force before an instant; None where the claim was reversed by then."""
        known = [each for each in self.claims.history(record.claim_id) if each.at < known_before and each.decided]
        if not known or any(each.event is HistoryEvent.REVERSAL for each in known):
            return None
        return known[-1].decided

    def _area(self, principal: Principal, area: AreaCode | None, registry: Registry) -> AreaCode:
        """Return the requested area, by default the caller's own. Raises `NotFound` for an area of others."""
        code = area or (NATION if principal.role is Role.AUDITOR else principal.area)
        known = code in registry.areas
        require(principal, REPORT_READ, of_area(registry, code, "report") if known else Resource("report"))
        if not known:
            raise NotFound
        return code


def statistics_ordered_by(bundle: Bundle) -> tuple[str, ...]:
    """Return the citations of the provisions that order the statistics."""
    records = bundle.by_slot[Slot.RECORD]
    return tuple(each.citation for each in records if each.value.get("what") == SETTLEMENT_STATISTICS)


def _around(registry: Registry, area: AreaCode, agency: AreaCode) -> set[str]:
    return {*registry.chain(area), agency}


def _sums(lines: Iterator[AdvanceLine]) -> tuple[AdvanceFigures, AdvanceFigures]:
    special = ordinary = AdvanceFigures()
    for line in lines:
        special, ordinary = special.plus(line.special), ordinary.plus(line.ordinary)
    return special, ordinary
