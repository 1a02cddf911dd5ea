"""Wire models of reimbursements by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.adjudication.domain.claim import VisitKind
from chalicelib.bank.domain import BankOutcome
from chalicelib.claims.domain.submission import Submission
from chalicelib.claims.schemas.claims import ClaimBody
from chalicelib.kernel.money import format_yuan
from chalicelib.law.domain.services.vocabulary import PaperKind
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
    Person,
    Sha256,
    Yuan,
    act_document,
    act_or_none,
    clock_document,
)
from chalicelib.platform.http.fields import BankReference, Reason, ReasonedDecisionBody
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.reimbursements.domain.case import Payee, Payment, Reimbursement, ReimbursementStatus

FileHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ReimbursementBody(WireModel):
    """The bill as its hospital would claim it; `claim_no` is the number of the invoice, `payee` the party that paid."""

    claim: ClaimBody
    payee: Choice[Payee]

    def to_submission(self, warnings: tuple[Any, ...]) -> Submission:
        """Build the submission for the use case."""
        return self.claim.to_submission(warnings)


class ReimbursementCorrectionBody(ReimbursementBody):
    """The corrected bill and payee, and the reason of the correction."""

    reason: Reason


class PaperBody(WireModel):
    kind: Choice[PaperKind]
    sha256: FileHash


class PapersBody(WireModel):
    documents: Annotated[list[PaperBody], Field(min_length=1, max_length=20)]

    def to_papers(self) -> list[tuple[PaperKind, str]]:
        """Build the documents for the use case."""
        return [(each.kind, each.sha256) for each in self.documents]


class AuditBody(WireModel):
    """The outcome of an audit; `incomplete` names the documents, `incomplete` and `refused` give the reason."""

    outcome: Literal["passed", "incomplete", "refused"]
    documents: Annotated[list[Choice[PaperKind]], Field(max_length=3)] = Field(default_factory=list)
    reason: Reason | None = None


class ReleaseBody(ReasonedDecisionBody):
    pass


class ReimbursementReceiptBody(WireModel):
    bank_reference: BankReference
    outcome: Choice[BankOutcome]


class GivenUpBody(WireModel):
    reason: Reason


class PaperDocument(Answer):
    kind: PaperKind
    sha256: Sha256
    given: ActDocument


class ReimbursementCorrectionDocument(Answer):
    corrected: ActDocument
    reason: str


class ReimbursedDocument(Answer):
    """The payment; `fiscal` is the finance department's part of the amount, `orders` the number of payment orders."""

    amount: Yuan
    fiscal: Yuan
    determination: Sha256
    ordered_at: datetime
    orders: int
    overpaid: Yuan
    bank_reference: str | None


class ReimbursementDocument(Answer):
    """A case. `payer` is the pooling area whose fund and finance pay; `required` are the documents that `citation` asks
    for, `missing` the required documents not yet brought; `clock` is that of the waiting step.
    """

    case_id: str
    status: ReimbursementStatus
    person: Person
    institution: str
    invoice_no: str
    visit: VisitKind
    admitted: date
    discharged: date
    total: Yuan
    payee: Payee
    insured_area: Area
    payer: Area
    required: list[PaperKind]
    missing: list[PaperKind]
    documents: list[PaperDocument]
    accepted: ActDocument
    forwarded: ActDocument | None
    audited: ActDocument | None
    decided: ActDocument | None
    ended: ActDocument | None
    reason: str | None
    corrections: list[ReimbursementCorrectionDocument]
    payment: ReimbursedDocument | None
    citation: Citation
    clock: ClockDocument


class ReimbursementPage(Answer):
    items: list[ReimbursementDocument]
    next: str | None


def reimbursement_document(case: Reimbursement, cite: Cite, now: datetime, *, is_party: bool) -> dict[str, Any]:
    """Write the document of a case, with the bank's reference only for a party to the money."""
    return {
        "case_id": case.case_id,
        "status": case.status.value,
        "person": case.person,
        "institution": case.institution,
        "invoice_no": case.invoice_no,
        "visit": case.visit,
        "admitted": case.admitted_on.isoformat(),
        "discharged": case.discharged_on.isoformat(),
        "total": format_yuan(case.total_fen),
        "payee": case.payee.value,
        "insured_area": case.insured_area,
        "payer": case.payer,
        "required": list(case.required),
        "missing": list(case.missing),
        "documents": [PaperDocument.from_record(each) for each in case.papers],
        "accepted": act_document(case.accepted),
        "forwarded": act_or_none(case.forwarded),
        "audited": act_or_none(case.audited),
        "decided": act_or_none(case.decided),
        "ended": act_or_none(case.ended),
        "reason": case.reason,
        "corrections": [{"corrected": act_document(each.act), "reason": each.reason} for each in case.corrections],
        "payment": None if case.payment is None else _payment(case.payment, is_party=is_party),
        "citation": cite(case.citation),
        "clock": clock_document(case.clock, now, cite),
    }


def _payment(payment: Payment, *, is_party: bool) -> dict[str, Any]:
    return {
        "amount": format_yuan(payment.amount_fen),
        "fiscal": format_yuan(payment.fiscal_fen),
        "determination": payment.determination_hash,
        "ordered_at": payment.ordered_at,
        "orders": payment.number + 1,
        "overpaid": format_yuan(payment.amount_fen * payment.beyond),
        "bank_reference": payment.bank_reference if is_party else None,
    }
