"""Wire models of the desk's matters and appointments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AliasPath, Field, StringConstraints

from chalicelib.kernel.words.ids import PersonToken
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
from chalicelib.platform.http.fields import AreaCodeText, BusinessNumber, DateText, Label, PersonTokenText, Reason
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.service_desk.domain.handling import Handling
from chalicelib.service_desk.domain.kinds import Channel, DeskMatterKind, Urgency, Way
from chalicelib.service_desk.domain.matters import DeskMatter, DeskMatterStatus
from chalicelib.service_desk.usecases.appoint import AppointmentRequest
from chalicelib.service_desk.usecases.matters import DeskMatterRequest, ShownDeskMatter

ContactlessText = Literal["web", "app", "phone", "mail", "fax"]

Papers = Annotated[list[Label], Field(max_length=20)]
Window = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,6}$")]
Quarter = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):(00|15|30|45)$")]


class DeskMatterBody(WireModel):
    """A matter to take in; `subject` names no patient. `came_on` defaults to today."""

    matter_no: BusinessNumber
    kind: Choice[DeskMatterKind]
    urgency: Choice[Urgency]
    channel: Choice[Channel]
    subject: Label
    person: PersonTokenText | None = None
    of_patient: bool
    came_on: DateText | None = None
    deadline_on: DateText | None = None
    papers_missing: Papers = Field(default_factory=list)

    def to_request(self) -> DeskMatterRequest:
        """Build the request of the use case."""
        return DeskMatterRequest(
            self.matter_no,
            self.kind,
            self.urgency,
            self.channel,
            self.subject,
            self.person,
            self.of_patient,
            self.came_on,
            self.deadline_on,
            tuple(self.papers_missing),
        )


class DeskMatterHandoverBody(WireModel):
    area: AreaCodeText
    reason: Reason


class DeskMatterAnswerBody(WireModel):
    """The answer to a matter; `assurance` names the worry removed, `papers_brought` the papers that have come since."""

    answer: Reason
    assurance: Reason | None = None
    papers_brought: Papers = Field(default_factory=list)


class DeskMatterWithdrawalBody(WireModel):
    reason: Reason


class AppointmentBody(WireModel):
    """A window at a quarter of an hour of a day, the channel of the request, and the reason that cannot wait."""

    window: Window
    on: DateText
    at: Quarter
    channel: ContactlessText
    reason: Reason

    def to_request(self) -> AppointmentRequest:
        """Build the request of the use case."""
        return AppointmentRequest(self.window, self.on, self.at, Channel(self.channel), self.reason)


class AppointmentCancellationBody(WireModel):
    reason: Reason


class HandlingDocument(Answer):
    """The handling of a matter with its provisions. `resumes_on` is null while the day is unknown."""

    way: Way
    contactless: list[ContactlessText]
    papers_later: bool
    after_deadline: bool
    appointment_by: list[ContactlessText]
    resumes_on: date | None
    citations: list[Citation]


class HandoverDocument(Answer):
    area: Area
    act: ActDocument
    reason: str


class DeskMatterDocument(Answer):
    """A matter. `handler` is the area that has the matter now; `papers_owed` are still to come; `answer` gives the
    reason of a withdrawal.
    """

    matter_id: str
    matter_no: str
    area: Area
    handler: Area
    kind: DeskMatterKind
    urgency: Urgency
    channel: Channel
    subject: str
    person: PersonToken | None
    institution: str | None
    of_patient: bool
    came_on: date
    status: DeskMatterStatus
    handling: HandlingDocument
    clock: ClockDocument
    received: ActDocument
    papers_owed: list[str]
    handovers: list[HandoverDocument]
    appointment_id: str | None
    resumed_at: datetime | None
    closed: ActDocument | None
    answer: str | None
    assurance: str | None


class DeskMatterPage(Answer):
    items: list[DeskMatterDocument]
    next: str | None


class AppointmentDocument(Answer):
    """An appointment; `cancelled` once its place is free again."""

    appointment_id: str
    matter_id: str
    area: Annotated[Area, Field(validation_alias=AliasPath("place", "area"))]
    window: Annotated[str, Field(validation_alias=AliasPath("place", "window"))]
    on: Annotated[date, Field(validation_alias=AliasPath("place", "on"))]
    at: Annotated[str, Field(validation_alias=AliasPath("place", "at"))]
    channel: ContactlessText
    reason: str
    made: ActDocument
    citation: Citation
    cancelled: ActDocument | None
    cancelled_because: str | None


class AppointmentPage(Answer):
    items: list[AppointmentDocument]
    next: str | None


def desk_matter_document(shown: ShownDeskMatter, now: datetime, cite: Cite) -> dict[str, Any]:
    """Write the document of a matter."""
    matter = shown.matter
    return {
        "matter_id": matter.matter_id,
        "matter_no": matter.matter_no,
        "area": matter.area,
        "handler": matter.handler,
        "kind": matter.kind.value,
        "urgency": matter.urgency.value,
        "channel": matter.channel.value,
        "subject": matter.subject,
        "person": matter.person,
        "institution": matter.institution,
        "of_patient": matter.of_patient,
        "came_on": matter.came_on.isoformat(),
        "status": matter.status.value,
        "handling": _handling_document(matter.handling, shown.resumes_on, cite),
        "clock": clock_document(matter.clock, now, cite),
        "received": act_document(matter.received),
        "papers_owed": list(matter.owed),
        "handovers": _handovers(matter),
        "appointment_id": matter.appointment_id,
        "resumed_at": matter.resumed_at,
        "closed": act_or_none(matter.closed),
        "answer": matter.answer,
        "assurance": matter.assurance,
    }


def _handling_document(handling: Handling, resumes_on: date | None, cite: Cite) -> dict[str, Any]:
    return {
        "way": handling.way.value,
        "contactless": [each.value for each in handling.contactless],
        "papers_later": handling.papers_later,
        "after_deadline": handling.after_deadline,
        "appointment_by": [each.value for each in handling.urgent_by],
        "resumes_on": None if resumes_on is None else resumes_on.isoformat(),
        "citations": [cite(each) for each in handling.citations],
    }


def _handovers(matter: DeskMatter) -> list[dict[str, Any]]:
    return [{"area": each.to, "act": act_document(each.act), "reason": each.reason} for each in matter.handovers]
