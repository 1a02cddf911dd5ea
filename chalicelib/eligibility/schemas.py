"""Eligibility and the access record on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from chalicelib.adjudication.domain.claim import VisitKind
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.schemas.answers import ShownClaimId
from chalicelib.eligibility.domain import RoutingGround, RoutingWay
from chalicelib.eligibility.usecases.find_person import PersonFound, PersonSearch
from chalicelib.eligibility.usecases.read import Eligibility, EligibilityRequest
from chalicelib.kernel.access import Role
from chalicelib.law.domain.services.vocabulary import PaperKind
from chalicelib.lookups.domain import Lookup, Purpose
from chalicelib.platform.http.answers import Answer, Area, Citation, Person
from chalicelib.platform.http.fields import DateText, Label, parse
from chalicelib.platform.http.findings import Cite
from chalicelib.registry.domain.model import FilingKind, Insurance
from chalicelib.registry.schemas.identity import DocumentBody


class CoverDocument(Answer):
    """The insurance of the day; `insured_area` is null for the uninsured."""

    insurance: Insurance
    insured_area: Area | None


class FilingInForce(Answer):
    """A filing for treatment at the hospital's place."""

    treatment_area: Area
    kind: FilingKind
    starts_on: Annotated[date, Field(alias="from")]
    ends_on: Annotated[date | None, Field(alias="to")]


class RoutingDocument(Answer):
    """Way and ground of the visit's settlement. `documents` are those to be kept for settlement by hand."""

    way: RoutingWay
    ground: RoutingGround
    documents: Annotated[list[PaperKind], Field(validation_alias="papers")]
    citations: list[Citation]


class EligibilityDocument(Answer):
    """Cover, filings and routing of a day. `cover` and `routing` are null where nothing is recorded for the day."""

    on: date
    cover: CoverDocument | None
    filings: list[FilingInForce]
    routing: RoutingDocument | None


class AccessRecordDocument(Answer):
    """A look-up. `matched`: whether number and name were an enrolled person's; left out where no name was asked for."""

    person: Person
    at: datetime
    actor: str
    role: Role
    subject: str
    call: str
    purpose: Purpose
    matched: bool | None = None


class AccessRecordPage(Answer):
    items: list[AccessRecordDocument]
    next: str | None


class PersonSearchBody(DocumentBody):
    """A person by document and name."""

    name: Label = Field(repr=False)


class FoundClaimDocument(Answer):
    """A claim of the person within the caller's reach."""

    claim_id: ShownClaimId
    claim_no: str
    institution: str
    kind: VisitKind
    admitted: date
    discharged: date
    status: ClaimStatus


class PersonFoundDocument(Answer):
    """The person's token, with the claims on which the caller's office may act, the latest discharge first."""

    person: Person
    claims: list[FoundClaimDocument]
    more: bool


class EligibilityBody(DocumentBody):
    """A patient by document and name, and the requested day."""

    name: Label = Field(repr=False)
    on: DateText


def parse_eligibility(raw: bytes) -> EligibilityRequest:
    """Read the body. Raises `Malformed` or `Invalid` with every finding on its form."""
    body = parse(EligibilityBody, raw).value
    return EligibilityRequest(body.to_document(), body.name, body.on)


def parse_person_search(raw: bytes) -> PersonSearch:
    """Read the body. Raises `Malformed` or `Invalid` with every finding on its form."""
    body = parse(PersonSearchBody, raw).value
    return PersonSearch(body.to_document(), body.name)


def person_found_document(found: PersonFound) -> dict[str, Any]:
    """Write the person of a document and a name with the claims."""
    claims = [
        {
            "claim_id": each.visit.claim_id,
            "claim_no": each.visit.claim_no,
            "institution": each.visit.institution,
            "kind": each.visit.kind.value,
            "admitted": each.visit.admitted_on.isoformat(),
            "discharged": each.visit.discharged_on.isoformat(),
            "status": each.status.value,
        }
        for each in found.claims
    ]
    return {"person": found.person, "claims": claims, "more": found.more}


def eligibility_document(found: Eligibility, cite: Cite) -> dict[str, Any]:
    """Write the cover, filings and routing of a day; `cover` and `routing` are null where nothing is recorded."""
    routing = found.routing
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
        "routing": None if routing is None else RoutingDocument.from_record(routing, cite),
    }


def access_record_document(lookup: Lookup) -> dict[str, Any]:
    """Write a look-up; `matched` is left out where no name was asked for."""
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
