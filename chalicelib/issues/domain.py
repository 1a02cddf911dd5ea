"""Issues: problems of the work, reported upward, with the level that answers and the clock of each level.

The slot `issue-report` names, for each kind of reporter, the level that is told and its offices: institutions and
townships tell their district, districts their city. A level forwards an issue it cannot settle as a district does; each
level answers by a clock of its own. Nothing here reads a store.
Source: C-20, C-21, 渝医保发〔2020〕3号; C-22, 涪医保发〔2020〕6号 三; W-05, 威医保发〔2023〕2号 三.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NewType

from chalicelib.kernel.access import Role
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, Finding, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.registry.domain.model import AreaLevel, Registry

IssueId = NewType("IssueId", str)


class IssueTopic(StrEnum):
    SETTLEMENT = "settlement"
    BENEFITS = "benefits"
    FUNDS = "funds"
    SYSTEM = "system"
    SUPPLY = "supply"
    OTHER = "other"


class IssueStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"


class Reporter(StrEnum):
    """The party that met the problem. A township office reports itself, or its district's agency enters the report."""

    INSTITUTION = "institution"
    TOWNSHIP = "township"
    DISTRICT = "district"

    @property
    def business(self) -> str:
        """Return the policy's name of the reporter's duty."""
        return f"issue-of-{self.value}"


@dataclass(frozen=True, slots=True)
class Addressee:
    """The area that is told, its offices that may answer, and the citation of the provision."""

    area: AreaCode
    offices: tuple[Role, ...]
    citation: str


@dataclass(frozen=True, slots=True)
class Forwarding:
    """A step upward: the act, the reason, the provision naming the next level, and the clock of the level left."""

    area: AreaCode
    act: Act
    reason: str
    citation: str
    clock: LegalClock


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue. `area` is the place of the problem, `institution` or `township` (its district) the reporter, `on` the
    day concerned, `addressee` the area whose `offices` may answer, `clock` the deadline.
    """

    issue_id: IssueId
    reporter: Reporter
    topic: IssueTopic
    title: str
    detail: str
    on: date
    area: AreaCode
    institution: InstitutionCode | None
    addressee: AreaCode
    offices: tuple[Role, ...]
    citation: str
    reported: Act
    clock: LegalClock
    township: str | None = None
    forwarded: tuple[Forwarding, ...] = ()
    status: IssueStatus = IssueStatus.OPEN
    answered: Act | None = None
    answer: str | None = None
    revision: int = 1

    @property
    def areas(self) -> frozenset[AreaCode]:
        """Return the areas that may see the issue; an area once told stays among them."""
        return frozenset({self.area, self.addressee, *(each.area for each in self.forwarded)})

    @property
    def business(self) -> str:
        """Return the duty of the level told now: a forwarded issue is a district's report."""
        return (Reporter.DISTRICT if self.forwarded else self.reporter).business

    def forwarded_by(self, act: Act, reason: str, told: Addressee | None, clock: LegalClock) -> Issue:
        """Return the issue before the next level; the same area's forwarding again changes nothing.

        Raises `Conflict` for an answered issue, `Invalid` where no notice names a level above.
        """
        if any(each.area == act.subject for each in self.forwarded):
            return self
        if self.answered is not None:
            raise Conflict([_ANSWERED.naming(issue_id=self.issue_id)])
        if told is None or told.area in self.areas:
            raise Invalid([_NO_LEVEL_ABOVE])
        step = Forwarding(self.addressee, act, reason, told.citation, self.clock.stop(act.at))
        return replace(
            self,
            addressee=told.area,
            offices=told.offices,
            citation=told.citation,
            clock=clock,
            forwarded=(*self.forwarded, step),
            revision=self.revision + 1,
        )

    def answered_by(self, act: Act, text: str) -> Issue:
        """Return the issue with its answer; the same answer by the same person again changes nothing.

        Raises `Conflict` for an issue answered otherwise, `Invalid` for an office that was not told.
        """
        if self.answered is not None:
            if (self.answer, self.answered.actor) == (text, act.actor):
                return self
            raise Conflict([_ANSWERED.naming(issue_id=self.issue_id)])
        if act.role not in self.offices:
            raise Invalid([_NOT_TOLD])
        return replace(
            self,
            status=IssueStatus.ANSWERED,
            answered=act,
            answer=text,
            clock=self.clock.stop(act.at),
            revision=self.revision + 1,
        )


def issue_id_of(subject: str, reporter: Reporter, topic: IssueTopic, on: date, *texts: str) -> IssueId:
    """Return the id of an issue; the same report by the same reporter is the same issue."""
    return IssueId(f"iss_{fingerprint([subject, reporter.value, topic.value, on.isoformat(), *texts])[:26]}")


def addressee_of(bundle: Bundle, area: AreaCode, reporter: Reporter, on: date) -> Addressee | None:
    """Return the addressee of an area's reporter on a day; None where no notice names an addressee."""
    found = decider(bundle, Slot.ISSUE_REPORT, area, on, reporter.business)
    if found is None:
        return None
    offices = tuple(Role(office) for office in found.value["offices"])
    return Addressee(_area_at(bundle.registry, area, found.value["to"]), offices, found.citation)


def _area_at(registry: Registry, area: AreaCode, level: str) -> AreaCode:
    """Return the district or the city of an area; the area itself where it lies in no district."""
    if level == "city":
        return registry.pooling_area(area)
    return next((each for each in registry.chain(area) if registry.areas[each].level is AreaLevel.COUNTY), area)


_REPORTERS_OF = {
    Role.HOSPITAL: (Reporter.INSTITUTION,),
    Role.TOWNSHIP: (Reporter.TOWNSHIP,),
    Role.AGENCY: (Reporter.TOWNSHIP, Reporter.DISTRICT),
}


def reporter_findings(role: Role, reporter: Reporter, on: date, today: date) -> tuple[Finding, ...]:
    """Find a reporter that the caller may not name, and a day still to come."""
    return (*(() if reporter in _REPORTERS_OF[role] else (_OTHER_REPORTER,)), *(() if on <= today else (_TO_COME,)))


NO_ADDRESSEE = finding(
    "issue-not-provided",
    "on",
    "该区划在该日没有文件规定由此报告问题，请核对日期和报告主体，或按日常渠道联系经办机构。",
    "Check the day and the reporter: no notice in force there on that day has problems reported this way. "
    "Otherwise, contact the agency as usual.",
)
_OTHER_REPORTER = finding(
    "issue-reporter",
    "reporter",
    "机构以机构名义报告，乡镇街道以乡镇街道名义报告，经办机构以区县或乡镇街道名义登记，请更正。",
    "Correct the reporter: an institution and a township office report as such, an agency as a district or for a "
    "township.",
)
_TO_COME = finding("day-to-come", "on", "日期不得晚于今天，请更正。", "Correct the day: it is in the future.")
_ANSWERED = finding(
    "issue-answered",
    "",
    "该问题已经答复；如有新情况，请另行报告。",
    "The issue was answered already; report what is new as another one.",
)
_NO_LEVEL_ABOVE = finding(
    "issue-level-above",
    "",
    "该日没有文件规定由本级继续上报，请由本级答复。",
    "Have this level answer the issue: no notice of its day names one above.",
)
_NOT_TOLD = finding(
    "office-not-told",
    "",
    "该问题未报送本部门，请由被报送的部门答复。",
    "Have an office that was told give the answer; this one was not.",
)
