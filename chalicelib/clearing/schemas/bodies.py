"""The shapes of clearing on the wire: bodies that come in, documents that go out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.platform.http.answers import ActDocument, Answer, Area, Citation, Sha256, TextPair, Yuan
from chalicelib.platform.http.fields import AreaCode, BankReference, Label, MoneyText, Reason, Reference
from chalicelib.platform.http.reading import WireModel

Period = Annotated[str, StringConstraints(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$")]
Kind = Literal["fund", "subsidy"]
Status = Literal["closing", "verified", "netted", "confirming", "instructed", "settled", "failed"]
HandDownState = Literal["waiting", "instructed", "settled"]
Outcome = Literal["exact", "partial", "over", "duplicate", "unknown"]
PaymentState = Literal["unpaid", "under", "matched", "over", "unknown"]


VerdictName = Literal["owed", "reduced", "not-owed"]
OutcomeName = Literal["borne", "presented", "recovered"]


class RunBody(WireModel):
    """Without `period`, the current month; its open window is closed now."""

    period: Period | None = None
    tier: AreaCode


class ConfirmationBody(WireModel):
    area: AreaCode


class DisputeBody(WireModel):
    """`reason` is for the other side and the centre; it names no person."""

    area: AreaCode
    claim_id: Reference
    reason: Label


class ResolutionBody(WireModel):
    """`amount` goes with `reduced` and with nothing else: what is still owed of the disputed total."""

    verdict: VerdictName
    amount: MoneyText | None = None


class OutcomeBody(WireModel):
    """What becomes of what a ruling took; `reason` is for the record and names no person."""

    outcome: OutcomeName
    reason: Reason


class ReceiptBody(WireModel):
    """Money that went back is a negative amount under a reference of its own."""

    instruction: Reference
    bank_reference: BankReference
    amount: MoneyText


class RepairBody(WireModel):
    """`reason` is for the second person, who decides, and for the record."""

    reason: Label


class RepairDecisionBody(WireModel):
    decision: Literal["approve", "refuse"]


class RunStarted(Answer):
    run_id: str


class PositionDocument(Answer):
    """One party's sums of one kind; `net` is positive for who receives. They sum to zero."""

    area: Area
    kind: Kind
    owed_to: Yuan
    owed_by: Yuan
    net: Yuan


class ObligationDocument(Answer):
    kind: Kind
    debtor: Area
    creditor: Area
    amount: Yuan
    claims: int


class InstructionDocument(Answer):
    """`instruction` is the name the payment carries at the bank; `to` receives from `from`."""

    instruction: str
    kind: Kind
    payer: Annotated[Area, Field(alias="from")]
    payee: Annotated[Area, Field(alias="to")]
    amount: Yuan


class AllocationDocument(Answer):
    """What a pooling area bears of its province's net; negative: it pays."""

    province: Area
    area: Area
    kind: Kind
    amount: Yuan


class HandDownPayment(InstructionDocument):
    """A payment between a province and one of its pooling areas, by which the province's net is passed on, and how it
    stands on the receipts of the province's bank.
    """

    province: Area
    received: Yuan
    state: PaymentState


class PaymentDocument(Answer):
    """An instruction, or a name that is none, held against the bank's receipts."""

    instruction: str
    due: Yuan
    received: Yuan
    state: PaymentState


class FaultDocument(Answer):
    """What keeps the window from being cleared."""

    code: str
    shard: int
    transaction_id: str | None = None


class MendedDocument(Answer):
    """One thing a repair did. `booked` into the window of that number; `struck` out of it; `corrected` to what the
    ledger says; `recounted`: the shard's gate and sums.
    """

    what: Literal["booked", "struck", "corrected", "recounted"]
    shard: int
    window: int
    transaction_id: str | None = None


class RepairDocument(Answer):
    """A repair of the run's window: who asked and who decided, the faults it is for, and what it did."""

    repair_id: str
    status: Literal["requested", "approved", "refused"]
    reason: str
    requested_by: str
    requested_at: str
    requested: ActDocument
    decided_by: str | None
    decided_at: str | None
    decided: ActDocument | None
    faults: list[FaultDocument]
    done: list[MendedDocument]


class ClearingTotals(Answer):
    lines: int
    gross: Yuan
    cleared: Yuan
    to_pay: Yuan
    confirmed: Yuan
    disputed: Yuan
    in_suspense: Yuan


class HandDownTotals(Answer):
    to_pay: Yuan
    confirmed: Yuan


class DisputeDocument(Answer):
    """A dispute, the ruling on it and what became of what that took. `amount` is what was disputed when it was raised,
    `in_dispute` what it concerns by now while it is open.
    """

    dispute_id: str
    run_id: str
    area: Area
    claim_id: str
    reason: str
    raised_at: str
    amount: Yuan
    in_dispute: Yuan
    status: Literal["open", "resolved"]
    verdict: VerdictName | None
    owed: Yuan | None
    ruled_at: str | None
    in_suspense: Yuan
    awaits_outcome: bool
    outcome: OutcomeName | None
    outcome_reason: str | None
    outcome_at: str | None


class DisputePage(Answer):
    items: list[DisputeDocument]
    next: str | None


class TermsDocument(Answer):
    """On what terms the parties confirm. `citation` is null where no notice sets any: `interpretation` then says so."""

    confirm_within_days: int
    silence_is_consent: bool
    citation: Citation | None
    bundle: Sha256 | None
    interpretation: TextPair | None


class RunDocument(Answer):
    """A run; an agency and finance see the rows that concern their area.

    It is `settled` when the bank has matched its own `instructions`; `open` names what is not. After a national run
    `hand_downs` are the payments that follow inside the provinces, and `hand_down` is how far the slowest has come.
    """

    run_id: str
    status: Status
    period: str
    tier: Area
    window: int
    edition: int
    root: Sha256 | None
    manifest: Sha256 | None
    deadline: str | None
    terms: TermsDocument
    reason: str | None
    totals: ClearingTotals
    positions: list[PositionDocument]
    obligations: list[ObligationDocument]
    instructions: list[InstructionDocument]
    allocations: list[AllocationDocument]
    hand_downs: list[HandDownPayment]
    hand_down: HandDownState | None
    confirmations: list[Area]
    awaited: list[Area]
    disputes: list[DisputeDocument]
    payments: list[PaymentDocument]
    open: list[PaymentDocument]
    faults: list[FaultDocument]
    repairs: list[RepairDocument]


class StatementLineDocument(Answer):
    claim_id: str
    transaction_id: str
    occurred_at: str
    kind: Kind
    debtor: Area
    creditor: Area
    amount: Yuan
    status: Literal["cleared", "disputed", "dispute-pending"]


class StatementDocument(Answer):
    """An area's statement, its lines a page at a time. `root` is the same on every statement of the run."""

    run_id: str
    tier: Area
    period: str
    window: int
    area: Area
    edition: int
    dispute_pending: bool
    root: Sha256
    manifest: Sha256
    lines_of_run: int
    terms: TermsDocument
    totals: list[dict[str, str]]
    obligations: list[ObligationDocument]
    disputed: list[ObligationDocument]
    items: list[StatementLineDocument]
    next: str | None


class StatementHashes(Answer):
    """The SHA-256 of an area's statement in each of its forms, as they are downloaded; of the JSON as it is kept."""

    area: Area
    json_: Annotated[Sha256, Field(alias="json")]
    csv: Sha256
    xlsx: Sha256


class ManifestDocument(Answer):
    """What binds the statements of an edition; `previous` is the hash of the tier's manifest before it."""

    format: int
    run_id: str
    tier: Area
    period: str
    window: int
    edition: int
    root: Sha256
    lines: int
    matrix: list[ObligationDocument]
    statements: list[StatementHashes]
    previous: Sha256 | None


class NeighbourDocument(Answer):
    side: Literal["left", "right"]
    hash: Sha256


class ProofDocument(Answer):
    """SHA-256 of 0x00 and `content` is `leaf`; with each neighbour, of 0x01, left and right, the next value up to
    `root`.
    """

    line: dict[str, str]
    content: str
    leaf: Sha256
    path: list[NeighbourDocument]


class ProofsDocument(Answer):
    run_id: str
    claim_id: str
    root: Sha256
    proofs: list[ProofDocument]


class HandDownDocument(Answer):
    """What a province hands down after a national run, and what is open of it; an area sees its own payments."""

    run_id: str
    province: Area
    status: HandDownState
    totals: HandDownTotals
    instructions: list[InstructionDocument]
    payments: list[PaymentDocument]
    open: list[PaymentDocument]


class ReceiptOutcome(Answer):
    """What a receipt was; the run's status and what is open of it afterwards."""

    outcome: Outcome
    status: Status
    open: list[PaymentDocument]


class HandDownOutcome(Answer):
    """The same of a receipt for what a province hands down."""

    outcome: Outcome
    status: HandDownState
    open: list[PaymentDocument]
