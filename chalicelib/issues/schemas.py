"""Issues on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal, TypeAlias

from chalicelib.issues.domain import Issue, IssueTopic, Reporter
from chalicelib.issues.usecases import IssueRequest
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Citation, act_document, act_or_none
from chalicelib.platform.http.fields import DateText, Label, Reason
from chalicelib.platform.http.reading import WireModel

_Cite: TypeAlias = Callable[[str], Mapping[str, Any]]
ReporterText = Literal["institution", "township", "district"]
TopicText = Literal["settlement", "benefits", "funds", "system", "supply", "other"]


class IssueBody(WireModel):
    """`on` is the day the problem concerns; neither `title` nor `detail` names a patient."""

    reporter: ReporterText
    topic: TopicText
    title: Label
    detail: Reason
    on: DateText

    def to_request(self) -> IssueRequest:
        """The report as the use case takes it."""
        return IssueRequest(Reporter(self.reporter), IssueTopic(self.topic), self.title, self.detail, self.on)


class IssueAnswerBody(WireModel):
    answer: Reason


class IssueDocument(Answer):
    """One issue. `offices` of `addressee` may answer it; `citation` says who is told."""

    issue_id: str
    reporter: ReporterText
    topic: TopicText
    title: str
    detail: str
    on: date
    area: Area
    institution: str | None
    addressee: Area
    offices: list[Literal["agency", "finance", "health"]]
    status: Literal["open", "answered"]
    reported: ActDocument
    answered: ActDocument | None
    answer: str | None
    citation: Citation


class IssuePage(Answer):
    items: list[IssueDocument]
    next: str | None


def issue_document(issue: Issue, cite: _Cite) -> dict[str, Any]:
    """One issue."""
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
        "citation": dict(cite(issue.citation)),
    }
