"""Records purchases of watched items, finds abnormal figures, and has them investigated.

A report is stored first and then compared with those around it, every matter in a write of its own: of two reports at
the same moment, the later one to be stored sees both. The same report sent again is compared again, so that nothing is
lost if a call broke off between the two steps.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.clocks import WorkingDays, start_clock
from chalicelib.kernel.errors import Conflict, Finding, Invalid, existing, finding
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
from chalicelib.ledger.domain.months import periods_until
from chalicelib.registry.domain.checks import DAY_IN_FUTURE
from chalicelib.registry.domain.model import Institution
from chalicelib.registry.domain.resources import own, require_found
from chalicelib.supply.access import SUPPLY_CLOSE, SUPPLY_INVESTIGATE, SUPPLY_READ, SUPPLY_REPORT
from chalicelib.supply.domain.corrections import NOTHING_TO_CORRECT
from chalicelib.supply.domain.matters import (
    SUPPLY_INVESTIGATION,
    SupplyMatter,
    SupplyMatterId,
    SupplyMatterStatus,
    SupplyVerdict,
    supply_matter_of,
)
from chalicelib.supply.domain.measures import (
    SupplyFigures,
    SupplyReport,
    SupplyWatch,
    abnormal_reports,
    figures_findings,
    reported_for,
    supply_report_id_of,
    supply_watch,
    watched_item,
)
from chalicelib.supply.ports import SupplyMatterStore, SupplyReportStore, reports_about
from chalicelib.supply.usecases.lists import KIND, lists_asked_for
from chalicelib.worklist.domain import Duty, Task, done, duty_task


@dataclass(frozen=True, slots=True)
class SupplyRequest:
    """A report of purchases. `corrects` is the revision whose figures are corrected, None for a first report."""

    code: str
    on: date
    price: Decimal
    ordered: Decimal
    delivered: Decimal
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class WatchSupply:
    """Records reports of purchases."""

    reports: SupplyReportStore
    matters: SupplyMatterStore
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock
    working_days: WorkingDays

    def report(self, principal: Principal, request: SupplyRequest) -> SupplyReport:
        """Record an institution's purchases of an item on a day; the same report again returns the first record.

        Raises `Invalid` for a future day, figures that no purchase has, a place and day without a watch, and an item
        that is not watched; `Conflict` for other figures that name no revision to correct.
        """
        require(principal, SUPPLY_REPORT, own(principal, KIND))
        bundle = self.bundles.current()
        institution = existing(bundle.registry.institutions.get(principal.subject))
        watch = self._watch(bundle, institution, request)
        act = Act.of(principal, instant(self.clock.now()))
        figures = SupplyFigures.of(request.price, request.ordered, request.delivered)
        first = reported_for(institution, request.code, request.on, figures, act, watch.provision.citation)

        def once() -> SupplyReport:
            known = self.reports.get(first.report_id)
            kept = first if known is None else known.corrected_by(act, figures, request.corrects)
            if known is None and request.corrects is not None:
                raise Conflict([NOTHING_TO_CORRECT])
            if kept is not known:
                self.commits.commit([Revise(kept)])
            return kept

        kept = self.retrying.on_conflict(once)
        self._look(bundle, watch, kept)
        return kept

    def known(self, principal: Principal, request: SupplyRequest) -> SupplyReport | None:
        """Return the caller's earlier report of the item and the day, if any."""
        require(principal, SUPPLY_REPORT, own(principal, KIND))
        return self.reports.get(supply_report_id_of(principal.institution, request.code, request.on))

    def find(
        self, principal: Principal, code: str | None, area: AreaCode | None, page: PageRequest
    ) -> Page[SupplyReport]:
        """List an institution's or an area's reports, the newest day first, of one item if given."""
        lists = lists_asked_for(self.bundles.current(), principal, SUPPLY_READ, area, code)
        return self.reports.find(lists, page, None if code is None else {"code": code})

    def _watch(self, bundle: Bundle, institution: Institution, request: SupplyRequest) -> SupplyWatch:
        wrong: list[Finding] = [*figures_findings(request.price, request.ordered, request.delivered)]
        if request.on > self.clock.today():
            raise Invalid([DAY_IN_FUTURE, *wrong])
        watch = supply_watch(bundle, institution.area, request.on)
        if watch is None:
            raise Invalid([_NOT_WATCHED, *wrong])
        if not watched_item(bundle, watch, request.code, request.on):
            wrong.insert(0, _ITEM_NOT_WATCHED)
        if wrong:
            raise Invalid(wrong)
        return watch

    def _look(self, bundle: Bundle, watch: SupplyWatch, kept: SupplyReport) -> None:
        """Compare a report, and the reports around it, with one another."""
        near = timedelta(days=watch.days)
        since, until = kept.on - near, kept.on + near
        months = periods_until(f"{since - near:%Y-%m}", f"{until + near:%Y-%m}")
        lists = tuple(reports_about(kept.area, kept.code, month) for month in months)
        around = tuple(every(lambda page: self.reports.find(lists, page)))
        now = self.clock.now()
        for found in abnormal_reports(watch, around, since, until):
            rule = clock_rule(bundle, SUPPLY_INVESTIGATION, kept.area, kept.on)
            clock = start_clock(rule, now, self.working_days)
            matter = supply_matter_of(found, watch, bundle.registry, clock, instant(now))
            self.retrying.on_conflict(partial(self._keep, matter))

    def _keep(self, matter: SupplyMatter) -> None:
        if self.matters.get(matter.matter_id) is None:
            self.commits.commit([Revise(matter), Put(_task(matter))])


@dataclass(frozen=True, slots=True)
class FollowSupply:
    """Reads abnormal figures and records what becomes of them."""

    matters: SupplyMatterStore
    bundles: BundleStore
    take_step: TakeStep

    def investigate(
        self, principal: Principal, matter_id: SupplyMatterId, verdict: SupplyVerdict, findings: str
    ) -> SupplyMatter:
        """Record the findings. Raises `Conflict` for other findings."""
        return self._step(
            principal, SUPPLY_INVESTIGATE, matter_id, lambda matter, act: matter.investigated_by(act, verdict, findings)
        )

    def pass_on(self, principal: Principal, matter_id: SupplyMatterId, reason: str) -> SupplyMatter:
        """Report a matter to the level above, which then sees the matter. Raises `Conflict` before an investigation."""
        return self._step(
            principal, SUPPLY_INVESTIGATE, matter_id, lambda matter, act: matter.passed_on_by(act, reason)
        )

    def close(self, principal: Principal, matter_id: SupplyMatterId, because: str) -> SupplyMatter:
        """Close a matter. Raises `OwnAct` for the actor of an earlier step, `Conflict` if a step is missing."""
        return self._step(principal, SUPPLY_CLOSE, matter_id, lambda matter, act: matter.closed_by(act, because))

    def read(self, principal: Principal, matter_id: SupplyMatterId) -> SupplyMatter:
        """Return a matter to the institution, the areas concerned or the auditor."""
        return self._visible(principal, SUPPLY_READ, matter_id)

    def find(
        self, principal: Principal, status: SupplyMatterStatus | None, area: AreaCode | None, page: PageRequest
    ) -> Page[SupplyMatter]:
        """List an institution's or an area's matters, the oldest first."""
        lists = lists_asked_for(self.bundles.current(), principal, SUPPLY_READ, area)
        return self.matters.find(lists, page, None if status is None else {"status": status.value}, newest=False)

    def _step(
        self,
        principal: Principal,
        action: Action,
        matter_id: SupplyMatterId,
        change: Callable[[SupplyMatter, Act], SupplyMatter],
    ) -> SupplyMatter:
        return self.take_step(principal, lambda: self._visible(principal, action, matter_id), change, _written)

    def _visible(self, principal: Principal, action: Action, matter_id: SupplyMatterId) -> SupplyMatter:
        matter = require_found(principal, action, KIND, self.matters.get(matter_id))
        resource = Resource(KIND, institution=matter.institution, areas=matter.areas, acted=matter.acted)
        require(principal, action, resource)
        return matter


def _written(matter: SupplyMatter, moved: SupplyMatter) -> list[Part]:
    """Build the writes of a step, with the end of the duty once the matter is closed."""
    return [Revise(moved), *(() if moved.closed is None else (Put(done(_task(matter), moved.closed.at)),))]


def _task(matter: SupplyMatter) -> Task:
    duty = Duty(SUPPLY_INVESTIGATION, matter.matter_id, matter.clock)
    return duty_task(duty, Role.AGENCY, agency=matter.agency, areas=frozenset({matter.agency, matter.area}))


_NOT_WATCHED = finding(
    "supply-not-watched",
    "on",
    "该日在本区划没有监测采购价格和配送的规定，请核对日期。",
    "Check the day: no provision of the place has purchases watched then.",
)
_ITEM_NOT_WATCHED = finding(
    "item-not-watched",
    "code",
    "该品种当日不在监测范围内，请核对编码。",
    "Check the code: the item is not one of those watched on that day.",
)
