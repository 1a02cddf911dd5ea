"""Enrolments, filings and institutions on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from chalicelib.api.wire import AreaCode, DateText, PersonName, parse
from chalicelib.api.wire_identity import DocumentBody
from chalicelib.api.wire_messages import finding
from chalicelib.application.requests import EnrolmentRequest, FilingRequest
from chalicelib.domain.errors import Finding, Invalid
from chalicelib.domain.registry import (
    AssistanceClass,
    Employment,
    FilingChannel,
    FilingKind,
    FilingRecord,
    Institution,
    Insurance,
)


class EnrolmentBody(DocumentBody):
    """One person's insurance for a period; without `from` and `to` it has always been in force and still is."""

    name: PersonName = Field(repr=False)
    insured_area: AreaCode | None = None
    insurance: Literal["employee", "resident", "none"]
    employment: Literal["active", "retired", "none"] | None = None
    assistance: Literal["none", "extreme-poverty", "subsistence", "near-subsistence"]
    starts_on: DateText | None = Field(default=None, validation_alias="from")
    ends_on: DateText | None = Field(default=None, validation_alias="to")

    def findings(self) -> list[Finding]:
        """What the body alone shows wrong; area and period are checked with the register of areas at hand."""
        is_employee, is_working = self.insurance == "employee", self.employment in {"active", "retired"}
        if is_employee == is_working:
            return []
        return [finding("employment-missing" if is_employee else "employment-unexpected", "employment")]


class FilingBody(DocumentBody):
    """Treatment outside the insured place, registered beforehand or, in an emergency, at admission."""

    treatment_area: AreaCode
    kind: Literal["long-term", "temporary", "emergency"]
    channel: Literal["online", "phone", "mail", "counter"]
    starts_on: DateText = Field(validation_alias="from")
    ends_on: DateText | None = Field(default=None, validation_alias="to")


def parse_enrolment(raw: bytes) -> EnrolmentRequest:
    """Read an enrolment. Raises `Malformed` or `Invalid` with everything that is wrong with its form."""
    body = parse(EnrolmentBody, raw).value
    if findings := body.findings():
        raise Invalid(findings)
    return EnrolmentRequest(
        document=body.to_document(),
        name=body.name,
        insured_area=body.insured_area,
        insurance=Insurance(body.insurance),
        employment=Employment(body.employment or Employment.NONE),
        assistance=AssistanceClass(body.assistance),
        starts_on=body.starts_on,
        ends_on=body.ends_on,
    )


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


def filing_document(record: FilingRecord) -> dict[str, Any]:
    """A filing on record; open ends are null."""
    return {
        "filing_id": record.filing_id,
        "person": record.person,
        "treatment_area": record.treatment_area,
        "kind": str(record.kind),
        "channel": str(record.channel),
        "from": record.starts_on.isoformat() if record.starts_on else None,
        "to": record.ends_on.isoformat() if record.ends_on else None,
        "filed_at": record.filed_at,
    }


def institution_document(institution: Institution) -> dict[str, Any]:
    """An institution with its agreements; a date is null where there is none."""
    until, temporary_until = institution.agreement_until, institution.temporary_agreement_until
    return {
        "code": institution.code,
        "name_zh": institution.name_zh,
        "area": institution.area,
        "pooling_area": institution.pooling_area,
        "agency": institution.agency,
        "level": institution.level,
        "kind": str(institution.kind),
        "treatment_designated": institution.treatment_designated,
        "agreement_until": until.isoformat() if until else None,
        "temporary_agreement_until": temporary_until.isoformat() if temporary_until else None,
    }
