"""Eligibility and the access record on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.eligibility.usecases.read import Eligibility, EligibilityRequest
from chalicelib.lookups.domain import Lookup
from chalicelib.platform.http.answers import Answer, Area, Person
from chalicelib.platform.http.fields import DateText, Label, parse
from chalicelib.registry.schemas.identity import DocumentBody


class CoverDocument(Answer):
    """The insurance of the day; `insured_area` is null for the uninsured."""

    insurance: Literal["employee", "resident", "none"]
    insured_area: Area | None


class FilingInForce(Answer):
    """A filing for treatment at the hospital's place."""

    treatment_area: Area
    kind: Literal["long-term", "temporary", "emergency"]
    starts_on: Annotated[date, Field(alias="from")]
    ends_on: Annotated[date | None, Field(alias="to")]


class EligibilityDocument(Answer):
    """`cover` is null where nothing is recorded for the day."""

    on: date
    cover: CoverDocument | None
    filings: list[FilingInForce]


class AccessRecordDocument(Answer):
    """One look-up. `matched`: whether number and name were an enrolled person's; left out where none was asked for."""

    person: Person
    at: datetime
    actor: str
    role: Literal["hospital", "agency", "finance", "health", "centre", "policy", "auditor", "township"]
    subject: str
    call: str
    purpose: Literal["preview", "submit", "eligibility", "filing", "enrolment", "arrival", "records"]
    matched: bool | None = None


class AccessRecordPage(Answer):
    items: list[AccessRecordDocument]
    next: str | None


class EligibilityBody(DocumentBody):
    """A patient by document and name, and the day that is asked about."""

    name: Label = Field(repr=False)
    on: DateText


def parse_eligibility(raw: bytes) -> EligibilityRequest:
    """Read the body. Raises `Malformed` or `Invalid` with everything that is wrong with its form."""
    body = parse(EligibilityBody, raw).value
    return EligibilityRequest(body.to_document(), body.name, body.on)


def eligibility_document(found: Eligibility) -> dict[str, Any]:
    """Cover and filings of a day; `cover` is null where nothing is recorded for it."""
    cover = None if found.insurance is None else {"insurance": str(found.insurance), "insured_area": found.insured_area}
    return {
        "on": found.on.isoformat(),
        "cover": cover,
        "filings": [
            {
                "treatment_area": filing.treatment_area,
                "kind": str(filing.kind),
                "from": filing.counts_from.isoformat(),
                "to": filing.ends_on.isoformat() if filing.ends_on else None,
            }
            for filing in found.filings
        ],
    }


def access_record_document(lookup: Lookup) -> dict[str, Any]:
    """One look-up; `matched` is left out where no name was asked for."""
    document: dict[str, Any] = {
        "person": lookup.person,
        "at": lookup.by.at,
        "actor": lookup.by.actor,
        "role": str(lookup.by.role),
        "subject": lookup.by.subject,
        "call": lookup.call,
        "purpose": str(lookup.purpose),
    }
    return document if lookup.matched is None else {**document, "matched": lookup.matched}
