"""Answers of the registry: periods with their versions, transfers, filings."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from chalicelib.enrolment.usecases.read import EnrolmentsView
from chalicelib.enrolment.usecases.transfer import TransferDecided
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Person, Redecided, act_document, act_or_none
from chalicelib.registry.domain.enrolments import StatementKind
from chalicelib.registry.domain.model import AssistanceClass, Employment, Insurance
from chalicelib.registry.domain.transfers import EnrolmentTransfer, TransferStatus


class EnrolmentDocument(Answer):
    person: Person
    redecided: Redecided


class PeriodDocument(Answer):
    """An insured period; both days are inclusive, an open end is null. `recorded_by` is the recording agency's area."""

    insured_area: Area | None
    insurance: Insurance
    employment: Employment
    assistance: AssistanceClass
    starts_on: Annotated[date | None, Field(alias="from")]
    ends_on: Annotated[date | None, Field(alias="to")]
    recorded_by: Area | None


class EnrolmentVersionDocument(Answer):
    """A statement as made: `recorded`, `cancelled` as never true, or `released` by the standing area."""

    number: int
    kind: StatementKind
    stated: PeriodDocument
    act: ActDocument
    transfer_id: str | None
    reason: str | None


class EnrolmentsDocument(Answer):
    """The periods that stand now and every version, oldest first, as far as the caller's own area may see."""

    person: Person
    items: list[PeriodDocument]
    history: list[EnrolmentVersionDocument]
    next: str | None


class TransferDocument(Answer):
    """A transfer: `insured_area` asks for the person from `from` on, `standing_area` decides."""

    transfer_id: str
    person: Person
    insured_area: Area
    standing_area: Area
    starts_on: Annotated[date, Field(alias="from")]
    status: TransferStatus
    insurance: Insurance | None
    employment: Employment | None
    assistance: AssistanceClass | None
    asked: ActDocument
    decided: ActDocument | None
    reason: str | None


class TransferDecidedDocument(TransferDocument):
    redecided: Redecided


class TransferListDocument(Answer):
    items: list[TransferDocument]
    next: str | None


def enrolments_document(view: EnrolmentsView) -> dict[str, Any]:
    """Write the answer for a person's periods and versions; a page holds all of them, since they are few."""
    return {
        "person": view.person,
        "items": [PeriodDocument.from_record(period) for period in view.periods],
        "history": [EnrolmentVersionDocument.from_record(version) for version in view.versions],
        "next": None,
    }


def transfer_document(transfer: EnrolmentTransfer) -> dict[str, Any]:
    """Write the answer for a transfer; without terms of its own the released period's terms go on."""
    terms = transfer.terms
    return {
        "transfer_id": transfer.transfer_id,
        "person": transfer.person,
        "insured_area": transfer.insured_area,
        "standing_area": transfer.standing_area,
        "from": transfer.starts_on.isoformat(),
        "status": transfer.status.value,
        "insurance": None if terms is None else terms.insurance.value,
        "employment": None if terms is None else terms.employment.value,
        "assistance": None if terms is None else terms.assistance.value,
        "asked": act_document(transfer.asked),
        "decided": act_or_none(transfer.decided),
        "reason": transfer.reason,
    }


def transfer_decided_document(decided: TransferDecided) -> dict[str, Any]:
    """Write the answer for a decided transfer and its consequences."""
    return {**transfer_document(decided.transfer), "redecided": decided.redecided}
