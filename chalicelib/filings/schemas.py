"""Filings of treatment elsewhere on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.filings.usecases import FilingOutcome
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Person, Redecided, act_document, act_or_none
from chalicelib.platform.http.fields import AreaCode, DateText, Reason, parse
from chalicelib.platform.http.reading import WireModel
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.model import FilingChannel, FilingKind
from chalicelib.registry.domain.requests import FilingRequest
from chalicelib.registry.schemas.identity import DocumentBody


class FilingBody(DocumentBody):
    """Treatment outside the insured place, registered beforehand or, in an emergency, at admission."""

    treatment_area: AreaCode
    kind: Literal["long-term", "temporary", "emergency"]
    channel: Literal["online", "phone", "mail", "counter"]
    starts_on: DateText | None = Field(default=None, validation_alias="from")
    ends_on: DateText | None = Field(default=None, validation_alias="to")


class FilingWithdrawalBody(WireModel):
    reason: Reason


def parse_filing(raw: bytes) -> FilingRequest:
    """Read a filing. Raises `Malformed` or `Invalid` with everything that is wrong with its form."""
    body = parse(FilingBody, raw).value
    return FilingRequest(
        document=body.to_document(),
        treatment_area=body.treatment_area,
        kind=FilingKind(body.kind),
        channel=FilingChannel(body.channel),
        starts_on=body.starts_on,
        ends_on=body.ends_on,
    )


class FilingDocument(Answer):
    """`from` is the first day it counts for, `asked_from` the one that was asked for: a hospital's filing counts from
    the day it was made.
    """

    filing_id: str
    person: Person
    treatment_area: Area
    kind: Literal["long-term", "temporary", "emergency"]
    channel: Literal["online", "phone", "mail", "counter"]
    starts_on: Annotated[date, Field(alias="from")]
    asked_from: date
    ends_on: Annotated[date | None, Field(alias="to")]
    filed_at: datetime
    made: ActDocument
    withdrawn: ActDocument | None
    reason: str | None


class FilingOutcomeDocument(FilingDocument):
    """`redecided` is left out for a hospital."""

    redecided: Redecided | None = None


class FilingListDocument(Answer):
    items: list[FilingDocument]
    next: str | None


def filing_document(filing: FilingRecord) -> dict[str, Any]:
    """A filing on record; an open end is null."""
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
    }


def filing_outcome_document(outcome: FilingOutcome) -> dict[str, Any]:
    """A filing and what followed."""
    document = filing_document(outcome.filing)
    return document if outcome.redecided is None else {**document, "redecided": outcome.redecided}
