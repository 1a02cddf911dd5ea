"""Prescriptions and the list of internet institutions on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.adjudication.domain.claim_document import plain_decimal
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Citation, Person, act_document, act_or_none
from chalicelib.platform.http.fields import (
    BusinessNumber,
    Code,
    CsvText,
    DateText,
    InstitutionCodeText,
    Label,
    PersonName,
    QuantityText,
)
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.prescriptions.domain import (
    Certificate,
    PaidBy,
    PrescribedItem,
    Prescription,
    PrescriptionKind,
    PrescriptionStatus,
)
from chalicelib.prescriptions.usecases.prescribe import PrescriptionRequest
from chalicelib.registry.schemas.identity import DocumentBody

ITEMS_MAX = 100


class PrescribedPatientBody(DocumentBody):
    name: PersonName


class PrescribedItemBody(WireModel):
    code: Code
    name: Label
    quantity: QuantityText

    def to_item(self) -> PrescribedItem:
        """Convert the item to the domain's item."""
        return PrescribedItem(self.code, self.name, plain_decimal(self.quantity))


class PrescriptionBody(WireModel):
    """A prescription to issue. `days` is the supply in days; `missed_on` is the day made up for, with its reason."""

    prescription_no: BusinessNumber
    patient: PrescribedPatientBody
    kind: Choice[PrescriptionKind]
    electronic: bool
    issued_on: DateText
    days: Annotated[int, Field(ge=1, le=366)]
    items: Annotated[list[PrescribedItemBody], Field(min_length=1, max_length=ITEMS_MAX)]
    missed_on: DateText | None = None
    make_up_reason: Literal["holiday-extended"] | None = None

    def to_request(self) -> PrescriptionRequest:
        """Convert the body to the use case's request."""
        return PrescriptionRequest(
            prescription_no=self.prescription_no,
            document=self.patient.to_document(),
            name=self.patient.name,
            kind=self.kind,
            is_electronic=self.electronic,
            issued_on=self.issued_on,
            days=self.days,
            items=tuple(each.to_item() for each in self.items),
            missed_on=self.missed_on,
            reason=self.make_up_reason,
        )


class CirculationBody(WireModel):
    pharmacy: InstitutionCodeText


class DispensingBody(WireModel):
    on: DateText
    certificate: Choice[Certificate]
    paid_by: Choice[PaidBy]


class InternetListBody(WireModel):
    """A list of internet institutions. `csv` has the columns `institution`, `from` and, for a closed listing, `to`."""

    csv: CsvText


class PrescribedItemDocument(Answer):
    code: str
    name: str
    quantity: str


class PrescriptionDocument(Answer):
    """A prescription in its status of today; `citations` are the provisions that allow the prescription."""

    prescription_id: str
    prescription_no: str
    institution: str
    person: Person
    kind: PrescriptionKind
    electronic: bool
    issued_on: date
    days: int
    valid_until: date
    missed_on: date | None
    items: list[PrescribedItemDocument]
    status: PrescriptionStatus
    issued: ActDocument
    pharmacy: str | None
    sent: ActDocument | None
    dispensed: ActDocument | None
    dispensed_on: date | None
    certificate: Certificate | None
    paid_by: PaidBy | None
    citations: list[Citation]


class PrescriptionPage(Answer):
    items: list[PrescriptionDocument]
    next: str | None


class PrescriptionCountsDocument(Answer):
    """The counts of an area's prescriptions on a day."""

    on: date
    area: Area
    issued: int
    electronic: int
    sent: int
    dispensed: int


class InternetInstitutionDocument(Answer):
    listing_id: str
    institution: str
    publisher: Area
    starts_on: Annotated[date, Field(alias="from")]
    ends_on: Annotated[date | None, Field(alias="to")]
    published: ActDocument
    citation: Citation


class InternetInstitutionPage(Answer):
    items: list[InternetInstitutionDocument]
    next: str | None


def prescription_document(record: Prescription, today: date, cite: Cite) -> dict[str, Any]:
    """Write the answer for a prescription, with its status of today."""
    return {
        "prescription_id": record.prescription_id,
        "prescription_no": record.prescription_no,
        "institution": record.institution,
        "person": record.person,
        "kind": record.kind.value,
        "electronic": record.is_electronic,
        "issued_on": record.issued_on.isoformat(),
        "days": record.days,
        "valid_until": record.valid_until.isoformat(),
        "missed_on": None if record.missed_on is None else record.missed_on.isoformat(),
        "items": [{"code": each.code, "name": each.name, "quantity": each.quantity} for each in record.items],
        "status": record.status_on(today).value,
        "issued": act_document(record.issued),
        "pharmacy": record.pharmacy,
        "sent": act_or_none(record.sent),
        "dispensed": act_or_none(record.dispensed),
        "dispensed_on": None if record.dispensed_on is None else record.dispensed_on.isoformat(),
        "certificate": None if record.certificate is None else record.certificate.value,
        "paid_by": None if record.paid_by is None else record.paid_by.value,
        "citations": [cite(each) for each in record.citations],
    }
