"""Wire forms of claims: the body that a hospital writes, and the answers.

Reads the body of a claim into a `Submission`; writes a `ClaimView` as the contract's document. The domain checks the
meaning of the fields, alone and against each other, so that all errors are reported together.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from chalicelib.adjudication.domain.claim import (
    LINES_MAX,
    CaseStatus,
    Diagnosis,
    DiagnosisCode,
    DiagnosisRole,
    Entry,
    Filing,
    Line,
    OnlineVisit,
    StatusEvent,
    Visit,
    VisitKind,
)
from chalicelib.claims.domain.history import ClaimClearing, ClaimDispute, ClearedIn, HistoryEntry
from chalicelib.claims.domain.remittance import Bill
from chalicelib.claims.domain.submission import ClaimView, Previewed, Submission, SubmitOutcome
from chalicelib.claims.schemas.alternatives import alternative_documents
from chalicelib.claims.schemas.answers import PartyDifferenceDocument, SettlementDocument
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.money import format_yuan
from chalicelib.platform.http.fields import (
    ClaimNumber,
    ClaimReference,
    Code,
    DateText,
    InstitutionCodeText,
    Label,
    MoneyText,
    PersonName,
    PriceText,
    QuantityText,
    Reference,
    escapes_surrogates,
    load,
    read,
)
from chalicelib.platform.http.findings import Cite, finding_document
from chalicelib.platform.http.reading import Allowance, Choice, TolerantModel, at_most
from chalicelib.platform.http.screen import Holds
from chalicelib.registry.domain.requests import PatientIdentity
from chalicelib.registry.schemas.identity import DocumentBody, MotherBody

CLAIM_EXAMPLE: dict[str, Any] = {
    "claim_no": "EXAMPLE-0001",
    "institution": "H53010200001",
    "visit": {"kind": "inpatient", "admitted": "2020-06-05", "discharged": "2020-06-20"},
    "patient": {"id_type": "identity-card", "id_no": "530102190001010019", "name": "示例甲"},
    "diagnosis": {
        "history": [{"status": "confirmed", "on": "2020-06-06"}],
        "codes": [{"code": "J12.800", "role": "main"}, {"code": "B97.200", "role": "additional"}],
    },
    "lines": [
        {
            "no": 1,
            "code": "120100010",
            "name": "有创机械通气",
            "date": "2020-06-10",
            "quantity": "5",
            "price": "1200.00",
            "amount": "6000.00",
        }
    ],
}
"""A sample person and a sample hospital, under a number and on days that no worked claim uses."""


HISTORY_MAX, CODES_MAX = 200, 50

_ASSERTABLE = ("emergency", "unfiled")


class InpatientVisitBody(TolerantModel):
    """A stay; the days of admission and discharge are both included."""

    kind: Literal["inpatient"]
    admitted: DateText
    discharged: DateText
    episode: Annotated[Reference, Holds.SERIAL] | None = None
    transfer_from: ClaimReference | None = None

    def to_visit(self) -> Visit:
        """Return the stay in the domain's form."""
        return Visit(VisitKind.INPATIENT, self.admitted, self.discharged, self.episode, self.transfer_from)


class OutpatientVisitBody(TolerantModel):
    """An outpatient or emergency visit of one day; `online` is for an outpatient visit over the internet."""

    kind: Literal["outpatient", "emergency"]
    on: DateText = Field(validation_alias="date")
    episode: Annotated[Reference, Holds.SERIAL] | None = None
    transfer_from: ClaimReference | None = None
    online: Choice[OnlineVisit] | None = None

    def to_visit(self) -> Visit:
        """Return the visit in the domain's form: both its days are the service date."""
        return Visit(VisitKind(self.kind), self.on, self.on, self.episode, self.transfer_from, self.online)


class PatientMotherBody(MotherBody, TolerantModel):
    """The document of a newborn patient's mother."""


class PatientBody(DocumentBody, TolerantModel):
    """The patient of the bill: an identity document and the name on the document."""

    mother: PatientMotherBody | None = Field(default=None, repr=False)
    name: PersonName = Field(repr=False)
    entry: Choice[Entry] | None = None


class StatusBody(TolerantModel):
    status: Literal["suspected", "confirmed", "excluded"]
    on: DateText


class DiagnosisCodeBody(TolerantModel):
    code: Code
    role: Choice[DiagnosisRole]


class DiagnosisBody(TolerantModel):
    """The diagnosis of a visit. `history`: the health side's statuses, by day. `codes`: ICD-10 in the insurance
    version.
    """

    history: Annotated[list[StatusBody], *at_most(HISTORY_MAX)] = Field(default_factory=list)
    codes: Annotated[list[DiagnosisCodeBody], *at_most(CODES_MAX)]
    disease_code: Code | None = None

    def to_diagnosis(self) -> Diagnosis:
        """Return the diagnosis in the domain's form."""
        return Diagnosis(
            tuple(StatusEvent(CaseStatus(event.status), event.on) for event in self.history),
            tuple(DiagnosisCode(code.code, code.role) for code in self.codes),
            self.disease_code,
        )


LineNumber = Annotated[int, Field(ge=1, le=999_999_999)]
"""The number of a line, in any order and with gaps allowed: some systems number the lines of a whole day."""


class LineBody(TolerantModel):
    """An item of the bill. A refund has a negative quantity and names the line in `refunds` (or `refund_of`)."""

    no: LineNumber
    code: Code
    name: Label
    on: DateText = Field(validation_alias="date")
    quantity: QuantityText
    price: PriceText
    amount: MoneyText
    refunds: LineNumber | None = Field(default=None, validation_alias=AliasChoices("refunds", "refund_of"))
    supply: Reference | None = None

    def to_line(self) -> Line:
        """Return the line in the domain's form."""
        return Line(
            no=self.no,
            code=self.code,
            name=self.name,
            on=self.on,
            quantity=self.quantity,
            price=self.price,
            amount_fen=self.amount,
            refunds=self.refunds,
            supply=self.supply,
        )


def _read_filing(value: object) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "string_type")
    if value == Filing.FILED:
        raise PydanticCustomError("filing-from-record", "filing-from-record")
    if value not in _ASSERTABLE:
        raise PydanticCustomError("value-unknown", "value-unknown", {"expected": "'emergency' or 'unfiled'"})
    return value


class RemoteBody(TolerantModel):
    """The hospital's assertion about treatment outside the insured place."""

    filing: Annotated[str, PlainValidator(_read_filing), WithJsonSchema({"type": "string", "enum": [*_ASSERTABLE]})]


class ClaimBody(TolerantModel):
    """A bill of one visit. `resubmit` asks for a new version of a claim that is over, unchanged. `distinct_from` names
    claims of the same institution that look alike and are other bills.
    """

    claim_no: ClaimNumber
    institution: InstitutionCodeText
    visit: Annotated[InpatientVisitBody | OutpatientVisitBody, Field(discriminator="kind")]
    patient: PatientBody
    diagnosis: DiagnosisBody
    lines: Annotated[list[LineBody], *at_most(LINES_MAX, "too-many-lines")]
    remote: RemoteBody | None = None
    distinct_from: Annotated[list[ClaimNumber], Field(max_length=50)] = Field(default_factory=list)
    resubmit: bool = False

    def to_submission(self, warnings: tuple[Finding, ...]) -> Submission:
        """Return the claim in the form that the use cases take."""
        return Submission(
            claim_no=self.claim_no,
            institution=self.institution,
            entry=self.patient.entry or Entry.NONE,
            patient=PatientIdentity(self.patient.to_document(), self.patient.name),
            visit=self.visit.to_visit(),
            diagnosis=self.diagnosis.to_diagnosis(),
            lines=tuple(line.to_line() for line in self.lines),
            filing=Filing(self.remote.filing) if self.remote else None,
            distinct_from=tuple(sorted(set(self.distinct_from))),
            resubmit=self.resubmit,
            warnings=warnings,
        )


def parse_claim(raw: bytes) -> Submission:
    """Read a claim's body. Raises `Malformed` or `Invalid` with every error in the body's form."""
    return submission_of(load(raw), may_hold_surrogates=escapes_surrogates(raw))


def submission_of(document: Any, *, may_hold_surrogates: bool = True, allowance: Allowance | None = None) -> Submission:
    """Read a claim given as JSON values. Raises as `parse_claim` does."""
    parsed = read(ClaimBody, document, may_hold_surrogates=may_hold_surrogates, allowance=allowance)
    return parsed.value.to_submission(parsed.warnings)


def claim_document(view: ClaimView, cite: Cite) -> dict[str, Any]:
    """Write a claim in the contract's form; fields that its status does not have are left out."""
    document: dict[str, Any] = {
        "claim_id": view.claim_id,
        "claim_no": view.claim_no,
        "institution": view.institution,
        "version": view.version,
        "status": str(view.status),
        "received_at": view.received_at,
        "changed_at": view.changed_at,
    }
    if view.bill is not None:
        document["bill"] = bill_document(view.bill)
    if view.flags:
        document["flags"] = [flag.value for flag in view.flags]
    if view.reason is not None:
        document["reason"] = view.reason
    if view.findings:
        document["errors"] = [finding_document(found, cite) for found in view.findings]
    if view.warnings:
        document["warnings"] = [finding_document(found, cite) for found in view.warnings]
    if view.determination is not None:
        document["determination"] = view.determination
    if view.settlement is not None:
        document["settlement"] = SettlementDocument.from_record(view.settlement)
    return {**document, **_what_became_of(view)}


def _what_became_of(view: ClaimView) -> dict[str, Any]:
    """Write the fields of a claim that is read by itself: history, clearing and disputes."""
    document: dict[str, Any] = {}
    if view.history:
        document["history"] = [history_document(entry) for entry in view.history]
    if view.clearing is not None:
        document["clearing"] = clearing_of_claim_document(view.clearing)
    if view.disputes:
        document["disputes"] = [claim_dispute_document(each) for each in view.disputes]
    return document


def bill_document(bill: Bill) -> dict[str, str]:
    """Write the bill of a claim: the hospital's whole bill, and every payer's part."""
    amounts_fen = {"total": bill.billed_fen, **{payer.value: fen for payer, fen in bill.payers}}
    return {name: format_yuan(fen) for name, fen in {**amounts_fen, "patient": bill.patient_fen}.items()}


def clearing_of_claim_document(clearing: ClaimClearing) -> dict[str, Any]:
    """Write the clearing of a claim's settlement, with every window that the claim's debts went through."""
    windows = [
        {"transaction_id": each.transaction_id, "at": each.at, **_cleared_in_document(each)}
        for each in clearing.windows
    ]
    return {**_cleared_in_document(clearing.first), "windows": windows}


def _cleared_in_document(cleared: ClearedIn) -> dict[str, Any]:
    window = cleared.window
    return {
        "run_id": cleared.run_id,
        "window": {"tier": window.tier, "period": window.period, "number": window.number},
        "status": cleared.status,
    }


def claim_dispute_document(dispute: ClaimDispute) -> dict[str, Any]:
    """Write a dispute for the answer about its claim."""
    return {
        "dispute_id": dispute.dispute_id,
        "run_id": dispute.run_id,
        "status": "open" if dispute.verdict is None else "resolved",
        "amount": format_yuan(dispute.amount_fen),
        "verdict": dispute.verdict,
        "owed": None if dispute.owed_fen is None else format_yuan(dispute.owed_fen),
        "in_suspense": format_yuan(dispute.held_fen),
        "awaits_outcome": dispute.awaits_outcome,
        "outcome": dispute.outcome,
    }


def history_document(entry: HistoryEntry) -> dict[str, Any]:
    """Write a change of a claim, without absent values. `system` is the actor of a change that follows by itself."""
    document: dict[str, Any] = {
        "at": entry.at,
        "event": entry.event.value,
        "version": entry.version,
        "actor_role": "system" if entry.role is None else entry.role.value,
    }
    known = {"transaction_id": entry.transaction_id, "bundle": entry.bundle, "reason": entry.reason}
    document |= {name: value for name, value in known.items() if value is not None}
    if entry.changes:
        document["changes"] = [PartyDifferenceDocument.from_record(each) for each in entry.changes]
    return document


def preview_document(previewed: Previewed, cite: Cite) -> dict[str, Any]:
    """Write a determination that was not posted, with its warnings if any, and the alternatives where asked for."""
    document = dict(previewed.determination)
    if previewed.warnings:
        document["warnings"] = [finding_document(found, cite) for found in previewed.warnings]
    if previewed.alternatives is not None:
        document["alternatives"] = alternative_documents(previewed.alternatives)
    return document


def receipt_document(outcome: SubmitOutcome, cite: Cite) -> dict[str, Any]:
    """Write the receipt that a hospital gets before the claim is decided."""
    document: dict[str, Any] = {"claim_id": outcome.view.claim_id, "status": str(outcome.view.status)}
    if outcome.view.warnings:
        document["warnings"] = [finding_document(found, cite) for found in outcome.view.warnings]
    return document
