"""Records the stock of institutions, lets the agency answer shortages, and shows the missing drugs.

A report is stored first; then the institution's shortages are read, then its reports, and every shortage that they
change is written under its revision. Of two reports at the same moment, one therefore sees both, and the same report
sent again completes an interrupted call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.clocks import WorkingDays, start_clock
from chalicelib.kernel.errors import Conflict, Invalid, existing, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.persons.steps import TakeStep
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Part, Put, Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.services.clocks import clock_rule
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.checks import DAY_IN_FUTURE
from chalicelib.registry.domain.model import CatalogueItem, Institution
from chalicelib.registry.domain.resources import own, require_found
from chalicelib.supply.access import SHORTAGE_ANSWER, STOCK_READ, STOCK_REPORT
from chalicelib.supply.domain.corrections import NOTHING_TO_CORRECT
from chalicelib.supply.domain.shortages import (
    DRUG_SHORTAGE,
    DrugShortage,
    ShortageId,
    ShortageStatus,
    shortage_of,
)
from chalicelib.supply.domain.stocks import (
    DrugAvailability,
    DrugStocking,
    LastReported,
    StockLine,
    StockReport,
    StockState,
    availability,
    drug_stocking,
    last_reported,
    listed_drugs,
    stock_findings,
    stock_report_id_of,
    stock_reported_for,
)
from chalicelib.supply.ports import DrugShortageStore, StockReportStore, purchases_of, stocks_on
from chalicelib.supply.usecases.lists import KIND, lists_asked_for
from chalicelib.worklist.domain import Duty, Task, done, duty_task


@dataclass(frozen=True, slots=True)
class StockRequest:
    """A report of stock. `corrects` is the revision whose lines are corrected, None for a first report."""

    on: date
    lines: tuple[StockLine, ...]
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class ReportStock:
    """Records reports of the stock of treatment drugs."""

    reports: StockReportStore
    shortages: DrugShortageStore
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock
    working_days: WorkingDays

    def __call__(self, principal: Principal, request: StockRequest) -> StockReport:
        """Record an institution's stock at the end of a day; the same report again returns the first record.

        Raises `Invalid` for a future day, an institution that the provision does not concern, and lines that no report
        can hold; `Conflict` for other lines that name no revision to correct.
        """
        require(principal, STOCK_REPORT, own(principal, KIND))
        bundle = self.bundles.current()
        institution = existing(bundle.registry.institutions.get(principal.subject))
        stocking = self._stocking(bundle, institution, request)
        act = Act.of(principal, instant(self.clock.now()))
        first = stock_reported_for(institution, request.on, request.lines, act, stocking.provision.citation)

        def once() -> StockReport:
            known = self.reports.get(first.report_id)
            if known is None and request.corrects is not None:
                raise Conflict([NOTHING_TO_CORRECT])
            kept = first if known is None else known.corrected_by(act, request.lines, request.corrects)
            if kept is not known:
                self.commits.commit([Revise(kept)])
            return kept

        kept = self.retrying.on_conflict(once)
        self.retrying.on_conflict(lambda: self._look(bundle, stocking, institution))
        return kept

    def _stocking(self, bundle: Bundle, institution: Institution, request: StockRequest) -> DrugStocking:
        if request.on > self.clock.today():
            raise Invalid([DAY_IN_FUTURE])
        stocking = drug_stocking(bundle, institution.area, request.on)
        if stocking is None or not stocking.concerns(institution):
            raise Invalid([_NOT_ASKED])
        drugs = listed_drugs(bundle, stocking, institution.area, request.on)
        wrong = [*stock_findings(request.lines, drugs)]
        if wrong:
            raise Invalid(wrong)
        return stocking

    def _look(self, bundle: Bundle, stocking: DrugStocking, institution: Institution) -> None:
        """Open, update and end the institution's shortages by its reports of the last days."""
        whose = (purchases_of(institution.code),)
        known = {each.code: each for each in every(lambda page: self.shortages.find(whose, page))}
        today = self.clock.today()
        # An institution has one report a day, so these reports cover all of the last days.
        newest = self.reports.find(whose, PageRequest(stocking.days_shown.days + 1)).items
        for (_, code), last in last_reported(newest, today - stocking.days_shown, today).items():
            standing = known.get(code)
            moved = self._moved(bundle, standing, last, stocking.state(last.line))
            if moved is not standing and moved is not None:
                self.commits.commit(_written(moved))

    def _moved(
        self, bundle: Bundle, standing: DrugShortage | None, last: LastReported, state: StockState
    ) -> DrugShortage | None:
        """Return a drug's shortage by its last report; None if there never was a shortage."""
        now = self.clock.now()
        if state is StockState.STOCKED:
            return None if standing is None else standing.ended(instant(now))
        if standing is not None and standing.ended_at is None:
            return standing.seen_again(last, state)
        rule = clock_rule(bundle, DRUG_SHORTAGE, last.report.area, last.report.on)
        return shortage_of(standing, last, state, start_clock(rule, now, self.working_days), instant(now))


@dataclass(frozen=True, slots=True)
class FollowShortages:
    """Reads shortages and records the agency's answers."""

    shortages: DrugShortageStore
    bundles: BundleStore
    take_step: TakeStep

    def answer(self, principal: Principal, shortage_id: ShortageId, text: str) -> DrugShortage:
        """Record the agency's answer. Raises `Conflict` for another answer, and for a shortage that has ended."""

        def answered(shortage: DrugShortage, act: Act) -> DrugShortage:
            return shortage.answered_by(act, text)

        return self.take_step(
            principal,
            lambda: self._visible(principal, SHORTAGE_ANSWER, shortage_id),
            answered,
            lambda _, moved: _written(moved),
        )

    def read(self, principal: Principal, shortage_id: ShortageId) -> DrugShortage:
        """Return a shortage to the institution, its agency, the health commission or the auditor."""
        return self._visible(principal, STOCK_READ, shortage_id)

    def find(
        self, principal: Principal, status: ShortageStatus | None, area: AreaCode | None, page: PageRequest
    ) -> Page[DrugShortage]:
        """List an institution's or an area's shortages, by institution."""
        lists = lists_asked_for(self.bundles.current(), principal, STOCK_READ, area)
        return self.shortages.find(lists, page, None if status is None else {"status": status.value}, newest=False)

    def _visible(self, principal: Principal, action: Action, shortage_id: ShortageId) -> DrugShortage:
        shortage = require_found(principal, action, KIND, self.shortages.get(shortage_id))
        areas = frozenset({shortage.agency, shortage.area})
        require(principal, action, Resource(KIND, institution=shortage.institution, areas=areas))
        return shortage


@dataclass(frozen=True, slots=True)
class AvailabilityFilter:
    """The filter of a list of availability: a drug, a state, or everything."""

    on: date | None = None
    area: AreaCode | None = None
    code: str | None = None
    state: StockState | None = None


@dataclass(frozen=True, slots=True)
class ShowStocks:
    """Shows reports of stock, and the state of every drug in every institution on a day."""

    reports: StockReportStore
    bundles: BundleStore
    clock: Clock

    def find(self, principal: Principal, area: AreaCode | None, page: PageRequest) -> Page[StockReport]:
        """List an institution's or an area's reports, the newest day first."""
        return self.reports.find(lists_asked_for(self.bundles.current(), principal, STOCK_READ, area), page)

    def availability(self, principal: Principal, wanted: AvailabilityFilter) -> tuple[DrugAvailability, ...]:
        """List the state of every drug concerned in every institution concerned, of a hospital or an area, on a day (by
        default today), by institution and drug; the list is empty without a provision that encourages a stock. Raises
        as `require` does for a foreign area.
        """
        bundle, on = self.bundles.current(), wanted.on or self.clock.today()
        groups = _groups(bundle, _asked_about(bundle, principal, wanted.area), on)
        reports = self._reports(groups, on)
        rows = (
            row
            for each in groups
            for row in availability(each.stocking, each.institutions, each.drugs, reports, on)
            if wanted.code in (None, row.drug.code) and wanted.state in (None, row.state)
        )
        return tuple(sorted(rows, key=lambda row: row.row_key))

    def _reports(self, groups: Sequence[_Group], on: date) -> Sequence[StockReport]:
        """Read the reports of the last days: a single institution's by id, those of several by area and day."""
        institutions = [each for group in groups for each in group.institutions]
        shown = max((each.stocking.days_shown.days for each in groups), default=0)
        days = [on - timedelta(days=each) for each in range(shown + 1)]
        if len(institutions) == 1:
            ids = [stock_report_id_of(institutions[0].code, day) for day in days]
            return [found for each in ids if (found := self.reports.get(each)) is not None]
        lists = tuple(
            stocks_on(area, day) for area in sorted({each.pooling_area for each in institutions}) for day in days
        )
        return [*every(lambda page: self.reports.find(lists, page))] if lists else []


class _Group(NamedTuple):
    """The institutions of an area that a provision concerns, and the drugs concerned there."""

    stocking: DrugStocking
    institutions: Sequence[Institution]
    drugs: Mapping[str, CatalogueItem]


def _groups(bundle: Bundle, asked: Sequence[Institution], on: date) -> Sequence[_Group]:
    groups: list[_Group] = []
    for where in sorted({each.area for each in asked}):
        stocking = drug_stocking(bundle, where, on)
        if stocking is not None:
            meant = [each for each in asked if each.area == where and stocking.concerns(each)]
            groups.append(_Group(stocking, meant, listed_drugs(bundle, stocking, where, on)))
    return groups


def _asked_about(bundle: Bundle, principal: Principal, area: AreaCode | None) -> list[Institution]:
    """List the institutions that a reader asks about: a hospital itself, for other readers those of an area."""
    lists_asked_for(bundle, principal, STOCK_READ, area)
    institutions = bundle.registry.institutions
    if principal.role is Role.HOSPITAL:
        return [institutions[principal.subject]] if principal.subject in institutions else []
    whose = principal.area if area is None else area
    within = bundle.registry.institutions_at(lambda place: whose in {place.agency, *bundle.registry.chain(place.area)})
    return [each for _, each in within]


def _written(shortage: DrugShortage) -> list[Part]:
    """Build the writes of a shortage and its duty, which stands until the shortage is answered or ended."""
    clock = shortage.clock
    task = _task(shortage)
    return [Revise(shortage), Put(task if clock.stopped is None else done(task, clock.stopped))]


def _task(shortage: DrugShortage) -> Task:
    duty = Duty(DRUG_SHORTAGE, shortage.shortage_id, shortage.clock)
    areas = frozenset({shortage.agency, shortage.area})
    return duty_task(duty, Role.AGENCY, agency=shortage.agency, areas=areas)


_NOT_ASKED = finding(
    "stock-not-asked",
    "on",
    "该日没有规定鼓励本机构配备治疗药物，无需报送，请核对日期。",
    "Check the day: no provision of the place encourages this institution to hold a stock then.",
)
