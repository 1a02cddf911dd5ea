"""Issues on the wire."""

from __future__ import annotations

from datetime import date

from chalicelib.issues.domain import IssueStatus, IssueTopic, Reporter
from chalicelib.issues.usecases import IssueRequest
from chalicelib.kernel.access import Office
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
)
from chalicelib.platform.http.fields import DateText, Label, Reason
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
