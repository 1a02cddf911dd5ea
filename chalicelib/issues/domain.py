"""A problem of the work, reported upward: who reports to whom, who answers, and since when it waits.

The slot `issue-report` names, for each kind of reporter, the level that is told and its offices: institutions and
townships tell their district, districts their city. Nothing here reads a store.
Source: C-20, C-21, 渝医保发〔2020〕3号; C-22, 涪医保发〔2020〕6号 三; W-05, 威医保发〔2023〕2号 三.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from chalicelib.kernel.access import Role
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Conflict, Finding, Invalid, finding
from chalicelib.kernel.persons.acts import Act
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.registry.domain.model import AreaLevel, Registry


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
    """Who met the problem. A district's agency enters what a township tells it."""

    INSTITUTION = "institution"
    TOWNSHIP = "township"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Addressee:
    """The area that is told, its offices that may answer, and what says so."""

    area: str
    offices: tuple[Role, ...]
    citation: str


@dataclass(frozen=True, slots=True)
class Issue:
    """`area` is where it arose, `institution` whose it is where one reported it, `on` the day it concerns, `addressee`
    the area whose `offices` may answer.
    """

    issue_id: str
    reporter: Reporter
    topic: IssueTopic
    title: str
    detail: str
    on: date
    area: str
    institution: str | None
    addressee: str
    offices: tuple[Role, ...]
    citation: str
    reported: Act
    status: IssueStatus = IssueStatus.OPEN
    answered: Act | None = None
    answer: str | None = None
    revision: int = 1

    @property
    def areas(self) -> frozenset[str]:
        """The areas that may see it."""
        return frozenset({self.area, self.addressee})

    def answered_by(self, act: Act, text: str) -> Issue:
        """The issue with its answer; the same answer of the same person again changes nothing.

        Raises `Conflict` for one that is answered otherwise, `Invalid` for an office that was not told.
        """
        if self.answered is not None:
            if (self.answer, self.answered.actor) == (text, act.actor):
                return self
            raise Conflict([_ANSWERED])
        if act.role not in self.offices:
            raise Invalid([_NOT_TOLD])
        return replace(self, status=IssueStatus.ANSWERED, answered=act, answer=text, revision=self.revision + 1)


def issue_id_of(subject: str, reporter: Reporter, topic: IssueTopic, on: date, *texts: str) -> str:
    """The same report of the same reporter is the same issue."""
    return f"iss_{fingerprint([subject, reporter.value, topic.value, on.isoformat(), *texts])[:26]}"


def addressee_of(bundle: Bundle, area: str, reporter: Reporter, on: date) -> Addressee | None:
    """Whom a reporter of an area tells on a day; None where no notice says."""
    found = decider(bundle, Slot.ISSUE_REPORT, area, on, f"issue-of-{reporter.value}")
    if found is None:
        return None
    offices = tuple(Role(office) for office in found.value["offices"])
    return Addressee(_area_at(bundle.registry, area, found.value["to"]), offices, found.citation)


def _area_at(registry: Registry, area: str, level: str) -> str:
    """The district or the city an area lies in; itself where it lies in no district."""
    if level == "city":
        return registry.pooling_area(area)
    return next((each for each in registry.chain(area) if registry.areas[each].level is AreaLevel.COUNTY), area)


def reporter_findings(role: Role, reporter: Reporter, on: date, today: date) -> tuple[Finding, ...]:
    """A reporter who is not the caller's to name, and a day that is still to come."""
    own = (role is Role.HOSPITAL) == (reporter is Reporter.INSTITUTION)
    return (*(() if own else (_OTHER_REPORTER,)), *(() if on <= today else (_TO_COME,)))


NO_ADDRESSEE = finding(
    "issue-not-provided",
    "on",
    "该区划在该日没有文件规定由此报告问题，请核对日期和报告主体，或按日常渠道联系经办机构。",
    "Check day and reporter: no notice in force there on that day has this reporter report problems.",
)
_OTHER_REPORTER = finding(
    "issue-reporter",
    "reporter",
    "机构只能以机构名义报告，经办机构以区县或乡镇街道名义登记，请更正。",
    "Correct the reporter: an institution reports as one, an agency as a district or for a township.",
)
_TO_COME = finding("day-to-come", "on", "日期不得晚于今天，请更正。", "Correct the day: it is still to come.")
_ANSWERED = finding(
    "issue-answered",
    "",
    "该问题已经答复；如有新情况，请另行报告。",
    "The issue was answered already; report what is new as another one.",
)
_NOT_TOLD = finding(
    "office-not-told",
    "",
    "该问题未报送本部门，请由被报送的部门答复。",
    "Have an office that was told give the answer; this one was not.",
)
