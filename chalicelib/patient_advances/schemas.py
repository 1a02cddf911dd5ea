"""Advances for patients elsewhere on the wire: the bodies of requests, the documents of answers, their shapes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasPath, Field

from chalicelib.adjudication.domain.claim import CaseStatus, VisitKind
from chalicelib.advances.domain.model import AdvanceStatus
from chalicelib.clearing.domain.run import RunStatus
from chalicelib.clearing.schemas.bodies import Period
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.persons.acts import actor_of, instant_of
from chalicelib.patient_advances.domain import (
    PatientAdvance,
    PatientAdvanceStatus,
    PatientCase,
    Stage,
)
from chalicelib.patient_advances.usecases.request import PatientAdvanceView
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Person, Yuan, act_document, act_or_none
from chalicelib.platform.http.fields import DateText, InstitutionCodeText, MoneyText, PersonTokenText, Reason
from chalicelib.platform.http.reading import Choice, WireModel

CaseStatusText = Literal["confirmed", "suspected"]


class PatientVisitBody(WireModel):
    """A visit. `discharged` is left out while an inpatient is still treated; other visits have one day, `admitted`."""

    kind: Choice[VisitKind]
    admitted: DateText
    discharged: DateText | None = None


class PatientAdvanceBody(WireModel):
    """A request. `person` is the token that enrolling answered; `reason` names nobody."""

    person: PersonTokenText
    institution: InstitutionCodeText
    visit: PatientVisitBody
    case_status: CaseStatusText
    amount: MoneyText
    reason: Reason

    def to_case(self) -> PatientCase:
        """Return the case in the domain's terms."""
        visit = self.visit
        return PatientCase(
            person=self.person,
            institution=self.institution,
            visit=visit.kind,
            admitted_on=visit.admitted,
            discharged_on=visit.discharged,
            status=CaseStatus(self.case_status),
        )


class ForwardingBody(WireModel):
    """The centre's decision. Declining needs a reason."""

    decision: Literal["forward", "decline"]
    reason: Reason | None = None


class PatientAdvanceDecisionBody(WireModel):
    """The agency's decision. Without an amount, the requested amount is granted. Refusing needs a reason."""

    decision: Literal["accept", "refuse"]
    amount: MoneyText | None = None
    reason: Reason | None = None


class PatientVisitDocument(Answer):
    kind: VisitKind
    admitted: str
    discharged: str | None


class PatientAdvanceDocument(Answer):
    """A request. `centre` is the insured province, `agency` settles with the institution; `answer` is the reason for
    declining or refusing, `advance_id` the special advance that grants the request.
    """

    patient_advance_id: str
    person: Person
    insured_area: Area
    centre: Area
    institution: str
    agency: Area
    visit: PatientVisitDocument
    case_status: CaseStatusText
    amount: Yuan
    granted: Yuan | None
    reason: str
    citation: Annotated[str, Field(examples=["yn-2020-12.4.3"])]
    status: PatientAdvanceStatus
    reported_by: str
    reported_at: str
    reported: ActDocument
    centre_decided_by: str | None
    centre_decided_at: str | None
    centre_decided: ActDocument | None
    agency_decided_by: str | None
    agency_decided_at: str | None
    agency_decided: ActDocument | None
    answer: str | None
    advance_id: str | None


class PatientAdvancePage(Answer):
    items: list[PatientAdvanceDocument]
    next: str | None


class WindowDocument(Answer):
    tier: Area
    period: Period
    number: int


class DebtDocument(Answer):
    """A debt of the insured place's fund from one transaction. `run_id` is null while its window is open; a disputed
    debt is cleared by the dispute's resolution, whose own debt follows it.
    """

    transaction_id: str
    amount: Yuan
    window: WindowDocument
    run_id: str | None
    run_status: RunStatus | None
    disputed: Annotated[bool, Field(validation_alias="is_disputed")]
    cleared: Annotated[bool, Field(validation_alias="is_cleared")]


class SettledClaimDocument(Answer):
    claim_id: str
    settled_at: str
    offset: Yuan
    debts: list[DebtDocument]


class FollowedDocument(Answer):
    """Course of the money: the advance, the person's claims at the hospital since, and the clearing of each claim.

    `offset` is the claims' total offset against the hospital's special advance.
    """

    stage: Stage
    advance_status: Annotated[AdvanceStatus, Field(validation_alias=AliasPath("advance", "status"))]
    offset: Yuan
    claims: list[SettledClaimDocument]


class FollowedPatientAdvanceDocument(PatientAdvanceDocument):
    """A request with the course of its money. `followed` is null until the request is accepted."""

    followed: FollowedDocument | None


def patient_advance_document(request: PatientAdvance) -> dict[str, Any]:
    """Write a request."""
    case = request.case
    return {
        "patient_advance_id": request.request_id,
        "person": case.person,
        "insured_area": request.insured_area,
        "centre": request.centre,
        "institution": case.institution,
        "agency": request.agency,
        "visit": {
            "kind": case.visit.value,
            "admitted": case.admitted_on.isoformat(),
            "discharged": None if case.discharged_on is None else case.discharged_on.isoformat(),
        },
        "case_status": case.status.value,
        "amount": format_yuan(request.amount_fen),
        "granted": format_yuan(request.granted_fen) if request.granted_fen else None,
        "reason": request.reason,
        "citation": request.citation,
        "status": request.status.value,
        "reported_by": request.reported.actor,
        "reported_at": request.reported.at,
        "reported": act_document(request.reported),
        "centre_decided_by": actor_of(request.centre_decided),
        "centre_decided_at": instant_of(request.centre_decided),
        "centre_decided": act_or_none(request.centre_decided),
        "agency_decided_by": actor_of(request.agency_decided),
        "agency_decided_at": instant_of(request.agency_decided),
        "agency_decided": act_or_none(request.agency_decided),
        "answer": request.answer,
        "advance_id": request.advance_id,
    }


def followed_document(view: PatientAdvanceView) -> dict[str, Any]:
    """Write a request with the course of its money."""
    followed = view.followed
    return {
        **patient_advance_document(view.request),
        "followed": None if followed is None else FollowedDocument.from_record(followed),
    }
