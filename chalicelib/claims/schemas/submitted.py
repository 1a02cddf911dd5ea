"""Wire form of a claim as its hospital sent it, without its patient."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from chalicelib.adjudication.domain.claim import CaseStatus, DiagnosisRole, Entry, Filing, OnlineVisit, VisitKind
from chalicelib.platform.http.answers import Answer, Yuan


def _decimal(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value


DecimalText = Annotated[str, BeforeValidator(_decimal), Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["5"])]


class SubmittedVisitDocument(Answer):
    """A visit; an outpatient or emergency visit begins and ends on its day."""

    kind: VisitKind
    admitted_on: Annotated[date, Field(serialization_alias="admitted")]
    discharged_on: Annotated[date, Field(serialization_alias="discharged")]
    episode: str | None
    transfer_from: str | None
    online: OnlineVisit | None


class SubmittedStatusDocument(Answer):
    status: CaseStatus
    on: date


class SubmittedCodeDocument(Answer):
    code: str
    role: DiagnosisRole


class SubmittedDiagnosisDocument(Answer):
    """The diagnosis as the hospital stated it: statuses by day, and codes."""

    history: list[SubmittedStatusDocument]
    codes: list[SubmittedCodeDocument]
    disease_code: str | None


class SubmittedLineDocument(Answer):
    """A line of the bill; a refund has a negative quantity and names the line in `refunds`."""

    no: int
    code: str
    name: str
    on: Annotated[date, Field(serialization_alias="date")]
    quantity: DecimalText
    price: DecimalText
    amount: Yuan
    refunds: int | None
    supply: str | None


class SubmittedDocument(Answer):
    """A claim as its hospital sent it. The patient's document and name are kept apart and stand in no answer."""

    claim_no: str
    institution: str
    entry: Entry
    filing: Filing | None
    distinct_from: list[str]
    visit: SubmittedVisitDocument
    diagnosis: SubmittedDiagnosisDocument
    lines: list[SubmittedLineDocument]
