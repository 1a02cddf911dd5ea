"""Issues on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from chalicelib.issues.domain import Forwarding, Issue, IssueStatus, IssueTopic, Reporter
from chalicelib.issues.usecases import IssueRequest
from chalicelib.kernel.access import Office
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
    act_document,
    act_or_none,
    clock_document,
)
from chalicelib.platform.http.fields import DateText, Label, Reason
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel


class IssueBody(WireModel):
    """A problem to report. `on` is the day concerned; neither `title` nor `detail` names a patient."""

    reporter: Choice[Reporter]
    topic: Choice[IssueTopic]
    title: Label
    detail: Reason
    on: DateText

    def to_request(self) -> IssueRequest:
        """Convert the body to the use case's request."""
        return IssueRequest(self.reporter, self.topic, self.title, self.detail, self.on)


class IssueAnswerBody(WireModel):
    answer: Reason


class IssueForwardingBody(WireModel):
    reason: Reason


class ForwardingDocument(Answer):
    """A step upward: the forwarding act, the reason, the provision naming the next level, and the stopped clock."""

    area: Area
    act: ActDocument
    reason: str
    citation: Citation
    clock: ClockDocument


class IssueDocument(Answer):
    """An issue. `offices` of `addressee` may answer by `clock`; `citation` names the addressee; `forwarded` are the
    levels that passed the issue on, the first level first.
    """

    issue_id: str
    reporter: Reporter
    topic: IssueTopic
    title: str
    detail: str
    on: date
    area: Area
    institution: str | None
    addressee: Area
    offices: list[Office]
    status: IssueStatus
    reported: ActDocument
    answered: ActDocument | None
    answer: str | None
    citation: Citation
    clock: ClockDocument
    forwarded: list[ForwardingDocument]


class IssuePage(Answer):
    items: list[IssueDocument]
    next: str | None


def issue_document(issue: Issue, cite: Cite, now: datetime) -> dict[str, Any]:
    """Write the answer for an issue."""
    return {
        "issue_id": issue.issue_id,
        "reporter": issue.reporter.value,
        "topic": issue.topic.value,
        "title": issue.title,
        "detail": issue.detail,
        "on": issue.on.isoformat(),
        "area": issue.area,
        "institution": issue.institution,
        "addressee": issue.addressee,
        "offices": [each.value for each in issue.offices],
        "status": issue.status.value,
        "reported": act_document(issue.reported),
        "answered": act_or_none(issue.answered),
        "answer": issue.answer,
        "citation": cite(issue.citation),
        "clock": clock_document(issue.clock, now, cite),
        "forwarded": [_forwarding_document(each, cite, now) for each in issue.forwarded],
    }


def _forwarding_document(step: Forwarding, cite: Cite, now: datetime) -> dict[str, Any]:
    return {
        "area": step.area,
        "act": act_document(step.act),
        "reason": step.reason,
        "citation": cite(step.citation),
        "clock": clock_document(step.clock, now, cite),
    }
