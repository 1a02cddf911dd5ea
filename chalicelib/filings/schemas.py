"""Filings of treatment elsewhere on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from chalicelib.filings.usecases import FilingOutcome
from chalicelib.kernel.access import Role
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.frozen import dataclass
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    ClockDocument,
    Person,
    Redecided,
    act_document,
    act_or_none,
    clock_document,
)
from chalicelib.platform.http.fields import AreaCodeText, DateText, InstantText, Reason, parse
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.model import FilingChannel, FilingKind
from chalicelib.registry.domain.requests import FilingRequest
from chalicelib.registry.schemas.identity import DocumentBody


class FilingBody(DocumentBody):
    """Treatment outside the insured place, registered beforehand or, in an emergency, at admission."""

    treatment_area: AreaCodeText
    kind: Choice[FilingKind]
    channel: Choice[FilingChannel]
    starts_on: DateText | None = Field(default=None, validation_alias="from")
    ends_on: DateText | None = Field(default=None, validation_alias="to")
    called_at: InstantText | None = None


class FilingWithdrawalBody(WireModel):
    reason: Reason


def parse_filing(raw: bytes) -> FilingRequest:
    """Read a filing. Raises `Malformed` or `Invalid` with every error of its form."""
    body = parse(FilingBody, raw).value
    return FilingRequest(
        document=body.to_document(),
        treatment_area=body.treatment_area,
        kind=body.kind,
        channel=body.channel,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        called_at=body.called_at,
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a filing: role, present instant, and the wording of citations."""

    role: Role
    now: datetime
    cite: Cite


class FilingDocument(Answer):
    """A filing. `from` is the first day that counts, `asked_from` the day asked for: a hospital's filing counts from
    the day it was made. `answer` is the insured place's clock, `report` a township office's; a hospital is told neither
    clock, since both would reveal where the person is insured.
    """

    filing_id: str
    person: Person
    treatment_area: Area
    kind: FilingKind
    channel: FilingChannel
    starts_on: Annotated[date, Field(alias="from")]
    asked_from: date
    ends_on: Annotated[date | None, Field(alias="to")]
    filed_at: datetime
    made: ActDocument
    withdrawn: ActDocument | None
    reason: str | None
    called_at: datetime | None
    backdated: bool
    confirmed: ActDocument | None
    answer: ClockDocument | None
    report: ClockDocument | None


class FilingOutcomeDocument(FilingDocument):
    """A filing and its consequences; `redecided` is left out for a hospital."""

    redecided: Redecided | None = None


class FilingListDocument(Answer):
    items: list[FilingDocument]
    next: str | None


def filing_document(filing: FilingRecord, reader: Reader) -> dict[str, Any]:
    """Write the answer for a filing; an open end is null."""

    def clock(found: LegalClock | None) -> dict[str, Any] | None:
        hidden = found is None or reader.role is Role.HOSPITAL
        return None if hidden or found is None else clock_document(found, reader.now, reader.cite)

    return {
        "filing_id": filing.filing_id,
        "person": filing.person,
        "treatment_area": filing.treatment_area,
        "kind": filing.kind.value,
        "channel": filing.channel.value,
        "from": filing.counts_from.isoformat(),
        "asked_from": filing.starts_on.isoformat(),
        "to": None if filing.ends_on is None else filing.ends_on.isoformat(),
        "filed_at": filing.made.at,
        "made": act_document(filing.made),
        "withdrawn": act_or_none(filing.withdrawn),
        "reason": filing.reason,
        "called_at": filing.called_at,
        "backdated": filing.is_backdated,
        "confirmed": None if reader.role is Role.HOSPITAL else act_or_none(filing.confirmed),
        "answer": clock(filing.answer),
        "report": clock(filing.report),
    }


def filing_outcome_document(outcome: FilingOutcome, reader: Reader) -> dict[str, Any]:
    """Write the answer for a filing and its consequences."""
    document = filing_document(outcome.filing, reader)
    return document if outcome.redecided is None else {**document, "redecided": outcome.redecided}
