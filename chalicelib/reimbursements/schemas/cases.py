"""Wire models of reimbursements by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.adjudication.domain.claim import VisitKind
from chalicelib.bank.domain import BankOutcome
from chalicelib.claims.domain.submission import Submission
from chalicelib.claims.schemas.claims import ClaimBody
from chalicelib.law.domain.services.vocabulary import PaperKind
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
    Person,
    Sha256,
    ShownInstant,
    Yuan,
)
from chalicelib.platform.http.fields import BankReference, Reason, ReasonedDecisionBody
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.reimbursements.domain.case import Payee, Reimbursement, ReimbursementStatus

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
    corrected: Annotated[ActDocument, Field(validation_alias="act")]
    reason: str


class ReimbursedDocument(Answer):
    """The payment; `fiscal` is the finance department's part of the amount, `orders` the number of payment orders."""

    amount: Yuan
    fiscal: Yuan
    determination: Annotated[Sha256, Field(validation_alias="determination_hash")]
    ordered_at: ShownInstant
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
    admitted: Annotated[date, Field(validation_alias="admitted_on")]
    discharged: Annotated[date, Field(validation_alias="discharged_on")]
    total: Yuan
    payee: Payee
    insured_area: Area
    payer: Area
    required: list[PaperKind]
    missing: list[PaperKind]
    documents: Annotated[list[PaperDocument], Field(validation_alias="papers")]
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
    document = ReimbursementDocument.from_record(case, cite, now)
    if document["payment"] is not None and not is_party:
        document["payment"]["bank_reference"] = None
    return document
