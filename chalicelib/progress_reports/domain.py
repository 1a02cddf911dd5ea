"""Daily progress reports on carrying a notice out: the units that owe a report, the hour, the senders, the gaps.

A notice names the days, the hour and, beside the districts of its area, units that have no area code. A report after
the hour is late and stays a report; a report sent again amends the first, and every version stays on record. The hour
runs on weekends too. Nothing here reads a store.
Source: W-04, 威医保发〔2023〕2号 三.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import ClockKind, ClockRule, LegalClock
from chalicelib.kernel.errors import Conflict, Finding, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import SHANGHAI, instant, start_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.registry.domain.model import AreaLevel, Registry

ProgressReportId = NewType("ProgressReportId", str)

BUSINESS = "progress-report"
VERSIONS_MAX = 20


class UnitStatus(StrEnum):
    """Status of a unit's day. `due`: the hour has not come. `missing`: the hour has passed without a report."""

    DUE = "due"
    SENT = "sent"
    LATE = "late"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that owes a report: a district by its area code, or a unit without an area code, for which the told area's
    agency enters the report; `area` is then that area.
    """

    unit: str
    area: AreaCode
    name: Text


@dataclass(frozen=True, slots=True)
class Requirement:
    """The requirement of a day's notice: the area that is told, its units, the day's clock, and the citation."""

    told: AreaCode
    on: date
    is_first: bool
    units: tuple[Unit, ...]
    clock: LegalClock
    citation: str

    def unit(self, name: str) -> Unit | None:
        """Return the unit of that name, None for a unit that owes no report."""
        return next((each for each in self.units if each.unit == name), None)


@dataclass(frozen=True, slots=True)
class Responsible:
    """A responsible officer of a unit: office, post and staff number, without a name."""

    office: str
    post: str
    staff_no: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a report: practice, progress, problems, and the responsible officers."""

    sent: Act
    practice: str
    progress: str
    problems: str | None
    responsible: tuple[Responsible, ...]

    def says_the_same(self, other: Version) -> bool:
        """Tell whether both versions have the same content, whoever sent them."""
        return replace(self, sent=other.sent) == other


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """A unit's report of a day with every version; the last version is in force."""

    report_id: ProgressReportId
    told: AreaCode
    unit: Unit
    on: date
    clock: LegalClock
    citation: str
    versions: tuple[Version, ...]
    revision: int = 1

    @property
    def latest(self) -> Version:
        return self.versions[-1]

    @property
    def areas(self) -> frozenset[AreaCode]:
        """Return the areas that may see the report."""
        return frozenset({self.told, self.unit.area})

    def amended(self, version: Version) -> ProgressReport:
        """Return the report with another version; repeating the present words changes nothing. Raises `Conflict` for a
        report amended too often.
        """
        if self.latest.says_the_same(version):
            return self
        if len(self.versions) >= VERSIONS_MAX:
            raise Conflict([_AMENDED_TOO_OFTEN.naming(versions=len(self.versions))])
        return replace(self, versions=(*self.versions, version), revision=self.revision + 1)


@dataclass(frozen=True, slots=True)
class UnitOfDay:
    """A unit's day: status, and the report if sent."""

    unit: Unit
    status: UnitStatus
    report: ProgressReport | None


@dataclass(frozen=True, slots=True)
class DayOfReports:
    """A day of a told area: the requirement, and every unit's day."""

    requirement: Requirement
    units: tuple[UnitOfDay, ...]


def report_id_of(told: AreaCode, unit: str, on: date) -> ProgressReportId:
    """Return the id of a unit's only report of a day."""
    return ProgressReportId(f"prg_{fingerprint([told, unit, on.isoformat()])[:26]}")


def requirement_of(bundle: Bundle, area: AreaCode, on: date) -> Requirement | None:
    """Return the requirement of an area, or of the area above, for a day; None where no notice sets any."""
    found = decider(bundle, Slot.PROGRESS_REPORT, area, on)
    return None if found is None else _requirement(bundle.registry, found, on)


def requirements_of(bundle: Bundle, on: date) -> tuple[Requirement, ...]:
    """Return the requirements of all areas for a day."""
    told = sorted({each.area for each in bundle.by_slot[Slot.PROGRESS_REPORT] if each.effective.covers(on)})
    found = (requirement_of(bundle, area, on) for area in told)
    return tuple(each for each in found if each is not None)


def unit_status_of(requirement: Requirement, report: ProgressReport | None, now: datetime) -> UnitStatus:
    """Return the status of a unit's report of a day at an instant."""
    if report is None:
        return UnitStatus.MISSING if requirement.clock.is_late(instant(now)) else UnitStatus.DUE
    return UnitStatus.LATE if report.clock.is_late(report.versions[0].sent.at) else UnitStatus.SENT


def _requirement(registry: Registry, found: Provision, on: date) -> Requirement:
    districts = (
        Unit(area.code, area.code, Text(area.name_zh, area.name_en))
        for area in registry.areas.values()
        if area.level is AreaLevel.COUNTY and found.area in registry.chain(area.code)
    )
    others = (
        Unit(f"{found.area}-{each['id']}", found.area, Text(each["zh"], each["en"])) for each in found.value["units"]
    )
    due = datetime.combine(on, time.fromisoformat(found.value["by"]), SHANGHAI)
    clock = LegalClock(ClockRule(ClockKind.HOURS, None, found.citation), start_of(on), instant(due))
    units = (*sorted(districts, key=lambda each: each.unit), *others)
    return Requirement(found.area, on, on == found.effective.from_on, units, clock, found.citation)


def report_findings(requirement: Requirement, version: Version) -> tuple[Finding, ...]:
    """Find a first day's report without responsible officers."""
    return (_RESPONSIBLE_REQUIRED,) if requirement.is_first and not version.responsible else ()


NOT_REQUIRED = finding(
    "progress-report-not-required",
    "on",
    "该日没有文件要求该区划报告工作进展，请核对日期。",
    "Check the day: no notice in force there on that day has progress reported.",
)
TO_COME = finding("day-to-come", "on", "日期不得晚于今天，请更正。", "Correct the day: it is in the future.")
UNIT_UNKNOWN = finding(
    "reporting-unit-unknown",
    "unit",
    "该单位不在应报单位之列，请从当日应报单位中选择。",
    "Choose one of the units that owe a report of that day.",
)
_RESPONSIBLE_REQUIRED = finding(
    "responsible-required",
    "responsible",
    "首日上报须同时报送负责人员名单（科室、职务、工号），请补充。",
    "Name who is responsible, by office, post and staff number: the first day's report does.",
)
_AMENDED_TOO_OFTEN = finding(
    "amended-too-often",
    "",
    f"当日报告已更正 {VERSIONS_MAX} 次，请写入次日报告。",
    f"Put this in tomorrow's report: the day's was amended {VERSIONS_MAX} times already.",
)
