"""Takes the day's reports, lists the missing units, and puts owed reports on the work list."""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.access import Principal, Role, require
from chalicelib.kernel.errors import Invalid, VersionConflict, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Put, Require, Revise
from chalicelib.law.domain.citation import articles_of
from chalicelib.law.ports import BundleStore
from chalicelib.platform.forms.model import PrintedForm
from chalicelib.progress_reports.access import PROGRESS_READ, PROGRESS_REPORT
from chalicelib.progress_reports.domain import (
    BUSINESS,
    NOT_REQUIRED,
    TO_COME,
    UNIT_UNKNOWN,
    DayOfReports,
    ProgressReport,
    Requirement,
    Responsible,
    Unit,
    UnitOfDay,
    Version,
    report_findings,
    report_id_of,
    requirement_of,
    requirements_of,
    unit_status_of,
)
from chalicelib.progress_reports.forms import progress_form
from chalicelib.progress_reports.ports import ProgressReportStore, reports_in
from chalicelib.registry.domain.resources import area_to_read, of_area
from chalicelib.worklist.domain import Duty, Task, done, duty_task

_KIND = "progress-report"


@dataclass(frozen=True, slots=True)
class ProgressRequest:
    """A report to take. `unit` is None for the caller's own area."""

    unit: str | None
    on: date
    practice: str
    progress: str
    problems: str | None
    responsible: tuple[Responsible, ...]


@dataclass(frozen=True, slots=True)
class ProgressReports:
    reports: ProgressReportStore
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def report(self, principal: Principal, request: ProgressRequest) -> ProgressReport:
        """Take a unit's report of a day, or amend the report; the same words again change nothing.

        Raises `Invalid` for a future day or a day without a requirement, for a unit that owes no report, and for a
        first report that names no responsible officer.
        """
        bundle = self.bundles.current()
        name = principal.subject if request.unit is None else request.unit
        area = AreaCode(name[:6])
        require(principal, PROGRESS_REPORT, of_area(bundle.registry, area, _KIND))
        if request.on > self.clock.today():
            raise Invalid([TO_COME])
        requirement = requirement_of(bundle, area, request.on)
        if requirement is None:
            raise Invalid([NOT_REQUIRED])
        unit = requirement.unit(name)
        if unit is None:
            raise Invalid([UNIT_UNKNOWN])

        def once() -> ProgressReport:
            version = Version(
                Act.of(principal, instant(self.clock.now())),
                request.practice,
                request.progress,
                request.problems,
                request.responsible,
            )
            return self._keep(requirement, unit, version)

        return self.retrying.on_conflict(once)

    def find(self, principal: Principal, area: AreaCode | None, page: PageRequest) -> Page[ProgressReport]:
        """Find an area's reports, the latest day first."""
        whose = area_to_read(principal, PROGRESS_READ, self.bundles.current().registry, area, _KIND)
        return self.reports.find((reports_in(whose),), page)

    def day(self, principal: Principal, area: AreaCode | None, on: date) -> DayOfReports:
        """Return every unit's day, to the told area. Raises `NotFound` where no notice requires reports that day."""
        bundle, now = self.bundles.current(), self.clock.now()
        whose = area_to_read(principal, PROGRESS_READ, bundle.registry, area, _KIND)
        requirement = existing(requirement_of(bundle, whose, on))
        require(principal, PROGRESS_READ, of_area(bundle.registry, requirement.told, _KIND))
        rows = []
        for unit in requirement.units:
            report = self.reports.get(report_id_of(requirement.told, unit.unit, on))
            rows.append(UnitOfDay(unit, unit_status_of(requirement, report, now), report))
        return DayOfReports(requirement, tuple(rows))

    def printed(self, day: DayOfReports) -> PrintedForm:
        """Build the form of a day, to be signed, issued today."""
        bundle, required = self.bundles.current(), day.requirement
        cited = "；".join(articles_of(bundle, (required.citation,)))
        return progress_form(day, bundle.registry.areas[required.told].name_zh, cited, self.clock.today())

    def _keep(self, requirement: Requirement, unit: Unit, version: Version) -> ProgressReport:
        known = self.reports.get(report_id_of(requirement.told, unit.unit, requirement.on))
        kept = _blank(requirement, unit, (version,), revision=1) if known is None else known.amended(version)
        if kept is known:
            return kept
        if wrong := report_findings(requirement, version):
            raise Invalid(wrong)
        owed_no_more = [Put(done(_task(requirement, unit), version.sent.at))] if known is None else []
        self.commits.commit([Revise(kept), *owed_no_more])
        return kept


@dataclass(frozen=True, slots=True)
class RemindOfReports:
    """Puts the reports owed today on their units' work lists, with the hour as the clock."""

    reports: ProgressReportStore
    bundles: BundleStore
    commits: Commits
    clock: Clock

    def __call__(self) -> int:
        """Remind the units and return their number; a unit that reports at the same moment is not counted."""
        reminded = 0
        for requirement in requirements_of(self.bundles.current(), self.clock.today()):
            for unit in requirement.units:
                reminded += self._remind(requirement, unit)
        return reminded

    def _remind(self, requirement: Requirement, unit: Unit) -> bool:
        if self.reports.get(report_id_of(requirement.told, unit.unit, requirement.on)) is not None:
            return False
        nothing_yet = _blank(requirement, unit, (), revision=0)
        try:
            self.commits.commit([Require(nothing_yet), Put(_task(requirement, unit))])
        except VersionConflict:
            return False
        return True


def _blank(requirement: Requirement, unit: Unit, versions: tuple[Version, ...], *, revision: int) -> ProgressReport:
    return ProgressReport(
        report_id=report_id_of(requirement.told, unit.unit, requirement.on),
        told=requirement.told,
        unit=unit,
        on=requirement.on,
        clock=requirement.clock,
        citation=requirement.citation,
        versions=versions,
        revision=revision,
    )


def _task(requirement: Requirement, unit: Unit) -> Task:
    """Return the duty of the unit, or of the told area that enters the unit's report."""
    duty = Duty(BUSINESS, report_id_of(requirement.told, unit.unit, requirement.on), requirement.clock)
    return duty_task(duty, Role.AGENCY, agency=unit.area, areas=frozenset({unit.area, requirement.told}))
