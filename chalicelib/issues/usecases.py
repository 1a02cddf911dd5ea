"""Reports a problem upward, forwards an issue to the next level, answers and lists issues, each under its clock."""

from __future__ import annotations

from datetime import date, datetime

from chalicelib.issues.access import ISSUE_ANSWER, ISSUE_FORWARD, ISSUE_READ, ISSUE_REPORT
from chalicelib.issues.domain import (
    NO_ADDRESSEE,
    Issue,
    IssueId,
    IssueStatus,
    IssueTopic,
    Reporter,
    addressee_of,
    issue_id_of,
    reporter_findings,
)
from chalicelib.issues.ports import IssueStore, issues_by_townships, issues_in, issues_of
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.clocks import LegalClock, WorkingDays, start_clock
from chalicelib.kernel.errors import Invalid, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.persons.steps import TakeStep
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import BEFORE_ALL, instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Part, Put, Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.services.clocks import clock_rule
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import area_to_read, own, require_found
from chalicelib.worklist.domain import Duty, Task, done, duty_task

_KIND = "issue"


@dataclass(frozen=True, slots=True)
class IssueRequest:
    reporter: Reporter
    topic: IssueTopic
    title: str
    detail: str
    on: date


@dataclass(frozen=True, slots=True)
class Issues:
    issues: IssueStore
    bundles: BundleStore
    take_step: TakeStep
    commits: Commits
    retrying: Retrying
    clock: Clock
    working_days: WorkingDays

    def report(self, principal: Principal, request: IssueRequest) -> Issue:
        """Report a problem to the level named by the notices of its day. The same report again is the same issue.

        Raises `Invalid` for a future day, another's reporter, and where no notice lets this reporter report.
        """
        require(principal, ISSUE_REPORT, own(principal, _KIND))
        bundle = self.bundles.current()
        area, institution = principal.area, None
        if principal.role is Role.HOSPITAL:
            known = existing(bundle.registry.institutions.get(principal.subject))
            area, institution = known.area, known.code
        if wrong := reporter_findings(principal.role, request.reporter, request.on, self.clock.today()):
            raise Invalid(wrong)
        told = addressee_of(bundle, area, request.reporter, request.on)
        if told is None:
            raise Invalid([NO_ADDRESSEE])
        now = self.clock.now()
        issue = Issue(
            issue_id=issue_id_of(
                principal.subject, request.reporter, request.topic, request.on, request.title, request.detail
            ),
            reporter=request.reporter,
            topic=request.topic,
            title=request.title,
            detail=request.detail,
            on=request.on,
            area=area,
            institution=institution,
            addressee=told.area,
            offices=told.offices,
            citation=told.citation,
            reported=Act.of(principal, instant(now)),
            clock=self._clock(bundle, request.reporter, told.area, request.on, now),
            township=principal.area if principal.role is Role.TOWNSHIP else None,
        )
        return self.retrying.on_conflict(lambda: self._keep(issue))

    def answer(self, principal: Principal, issue_id: IssueId, text: str) -> Issue:
        """Answer an issue. Raises `Conflict` for an issue answered otherwise, `OwnAct` for its reporter."""

        def answered(issue: Issue, act: Act) -> Issue:
            return issue.answered_by(act, text)

        return self.take_step(
            principal,
            lambda: self._visible(principal, ISSUE_ANSWER, issue_id),
            answered,
            lambda issue, moved: [Revise(moved), Put(done(_task(issue), moved.clock.stopped or BEFORE_ALL))],
        )

    def forward(self, principal: Principal, issue_id: IssueId, reason: str) -> Issue:
        """Pass an issue on to the level above, as a district's report; the levels told before still see the issue.

        Raises `Conflict` for an answered issue, `Invalid` where no notice of its day names a level above.
        """
        bundle = self.bundles.current()

        def once() -> Issue:
            issue = self._visible(principal, ISSUE_FORWARD, issue_id)
            now = self.clock.now()
            told = addressee_of(bundle, issue.addressee, Reporter.DISTRICT, issue.on)
            above = issue.addressee if told is None else told.area
            clock = self._clock(bundle, Reporter.DISTRICT, above, issue.on, now)
            moved = issue.forwarded_by(Act.of(principal, instant(now)), reason, told, clock)
            if moved is not issue:
                self.commits.commit([Revise(moved), *_handed_on(issue, moved)])
            return moved

        return self.retrying.on_conflict(once)

    def read(self, principal: Principal, issue_id: IssueId) -> Issue:
        """Return an issue to those who may see it."""
        return self._visible(principal, ISSUE_READ, issue_id)

    def find(
        self, principal: Principal, status: IssueStatus | None, area: AreaCode | None, page: PageRequest
    ) -> Page[Issue]:
        """Find the issues of a hospital or a township's offices, or those that concern an area, oldest first."""
        if principal.role is Role.HOSPITAL:
            require(principal, ISSUE_READ, own(principal, _KIND))
            lists = (issues_of(principal.institution),)
        elif principal.role is Role.TOWNSHIP:
            require(principal, ISSUE_READ, own(principal, _KIND))
            lists = (issues_by_townships(principal.area),)
        else:
            whose = area_to_read(principal, ISSUE_READ, self.bundles.current().registry, area, _KIND)
            lists = (issues_in(whose),)
        equal = None if status is None else {"status": status.value}
        return self.issues.find(lists, page, equal, newest=False)

    def _keep(self, issue: Issue) -> Issue:
        known = self.issues.get(issue.issue_id)
        if known is None:
            self.commits.commit([Revise(issue), Put(_task(issue))])
        return known or issue

    def _clock(self, bundle: Bundle, reporter: Reporter, area: AreaCode, on: date, now: datetime) -> LegalClock:
        return start_clock(clock_rule(bundle, reporter.business, area, on), now, self.working_days)

    def _visible(self, principal: Principal, action: Action, issue_id: IssueId) -> Issue:
        issue = require_found(principal, action, _KIND, self.issues.get(issue_id))
        areas = issue.areas
        if action is ISSUE_ANSWER:
            areas = frozenset({issue.addressee})
        elif action is ISSUE_FORWARD:
            areas = frozenset({issue.addressee, *(each.area for each in issue.forwarded)})
        whose = issue.township if principal.role is Role.TOWNSHIP else issue.institution
        require(principal, action, Resource(_KIND, institution=whose, areas=areas, acted=(issue.reported.actor,)))
        return issue


def _task(issue: Issue) -> Task:
    """Return the duty of the area told now."""
    duty = Duty(issue.business, issue.issue_id, issue.clock)
    return duty_task(duty, Role.AGENCY, agency=issue.addressee, areas=frozenset({issue.addressee}))


def _handed_on(issue: Issue, moved: Issue) -> list[Part]:
    """Return the writes that end the duty of the forwarding level and open the duty of the next level."""
    return [Put(done(_task(issue), moved.clock.started)), Put(_task(moved))]
