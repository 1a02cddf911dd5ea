"""Enrolments, filings and institutions on the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chalicelib.enrolment.usecases.cancel import CancellationRequest
from chalicelib.enrolment.usecases.upload import EnrolmentLine
from chalicelib.kernel.errors import Finding, Invalid, Malformed
from chalicelib.kernel.words.uploads import UploadedLine, read_upload
from chalicelib.platform.http.fields import (
    AreaCodeText,
    DateText,
    FileText,
    PersonName,
    PersonTokenText,
    Reason,
    ReasonedDecisionBody,
    parse,
    read,
    table_of,
)
from chalicelib.platform.http.findings import finding
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.registry.domain.model import AssistanceClass, Employment, Insurance
from chalicelib.registry.domain.requests import EnrolmentRequest, TransferRequest
from chalicelib.registry.domain.transfers import NewInsurance
from chalicelib.registry.schemas.identity import DocumentBody
from chalicelib.registry.schemas.terms import check_employment


class FormerDocumentBody(DocumentBody):
    """The document under which a person was recorded before, such as a newborn's or a passport since renewed."""


class EnrolmentBody(DocumentBody):
    """A person's insurance for a period; without `from` and `to` the insurance has always been in force and still is.
    With `formerly` the person recorded under that document has this document, too, from now on.
    """

    formerly: FormerDocumentBody | None = Field(default=None, repr=False)

    name: PersonName = Field(repr=False)
    insured_area: AreaCodeText | None = None
    insurance: Choice[Insurance]
    employment: Choice[Employment] | None = None
    assistance: Choice[AssistanceClass]
    starts_on: DateText | None = Field(default=None, validation_alias="from")
    ends_on: DateText | None = Field(default=None, validation_alias="to")

    def findings(self) -> list[Finding]:
        """Return the errors of the body alone; area and period are checked with the register of areas at hand."""
        return check_employment(self.insurance, self.employment, "employment")


class EnrolmentCancellationBody(WireModel):
    """A cancellation of the period of `insured_area` beginning on `from` (null: without a first day) as never true."""

    person: PersonTokenText
    insured_area: AreaCodeText
    starts_on: DateText | None = Field(validation_alias="from")
    reason: Reason

    def to_request(self) -> CancellationRequest:
        return CancellationRequest(self.person, self.insured_area, self.starts_on, self.reason)


class TransferBody(DocumentBody):
    """A person whom another area insures, requested from a day on; the terms are given together or not at all."""

    name: PersonName = Field(repr=False)
    insured_area: AreaCodeText
    starts_on: DateText = Field(validation_alias="from")
    insurance: Literal["employee", "resident"] | None = None
    employment: Choice[Employment] | None = None
    assistance: Choice[AssistanceClass] | None = None

    def to_request(self) -> TransferRequest:
        """Convert the body to the transfer request. Raises `Invalid` where the terms do not fit together."""
        terms = None
        if self.insurance is not None:
            insurance = Insurance(self.insurance)
            if wrong := check_employment(insurance, self.employment, "employment"):
                raise Invalid(wrong)
            terms = NewInsurance(
                insurance,
                self.employment or Employment.NONE,
                self.assistance or AssistanceClass.NONE,
            )
        elif self.employment is not None or self.assistance is not None:
            raise Invalid([finding("field-missing", "insurance")])
        return TransferRequest(
            document=self.to_document(),
            name=self.name,
            insured_area=self.insured_area,
            starts_on=self.starts_on,
            terms=terms,
        )


class TransferDecisionBody(ReasonedDecisionBody):
    pass


class EnrolmentsUploadBody(WireModel):
    """A table of enrolments. `file` has the columns `id_no`, `name`, `insurance` and, where they apply, `id_type`,
    `issued_by`, `insured_area`, `employment`, `assistance`, `from`, `to`. Empty cells are left out; an absent
    `assistance` is none.
    """

    file: FileText

    def to_lines(self) -> tuple[EnrolmentLine, ...]:
        """Convert the table to the use case's lines. Raises `Invalid` for text that is no such table."""
        return tuple(_line(each) for each in read_upload(table_of(self.file), _REQUIRED, _OPTIONAL))


_REQUIRED = ("id_no", "name", "insurance")
_OPTIONAL = ("id_type", "issued_by", "insured_area", "employment", "assistance", "from", "to")


def _line(line: UploadedLine) -> EnrolmentLine:
    document = {"assistance": "none"} | {name: cell for name, cell in line.cells.items() if cell}
    try:
        return EnrolmentLine(line.number, _request(read(EnrolmentBody, document).value))
    except (Malformed, Invalid) as error:
        return EnrolmentLine(line.number, None, tuple(error.findings))


def parse_enrolment(raw: bytes) -> EnrolmentRequest:
    """Read an enrolment. Raises `Malformed` or `Invalid` with every error of its form."""
    return _request(parse(EnrolmentBody, raw).value)


def _request(body: EnrolmentBody) -> EnrolmentRequest:
    if findings := body.findings():
        raise Invalid(findings)
    return EnrolmentRequest(
        document=body.to_document(),
        name=body.name,
        insured_area=body.insured_area,
        insurance=body.insurance,
        employment=body.employment or Employment.NONE,
        assistance=body.assistance,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        formerly=None if body.formerly is None else body.formerly.to_document(),
    )
