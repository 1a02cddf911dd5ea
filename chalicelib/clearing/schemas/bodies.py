"""The shapes of clearing on the wire: request bodies and answered documents."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.clearing.domain.bank import HandDownStatus, Outcome, Payment
from chalicelib.clearing.domain.repair import Mending, RepairStatus
from chalicelib.clearing.domain.run import RunStatus
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.merkle import Side
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Citation, Sha256, TextPair, Yuan
from chalicelib.platform.http.fields import (
    AreaCodeText,
    BankReference,
    ClaimReference,
    DecisionBody,
    Label,
    MoneyText,
    Reason,
    Reference,
)
from chalicelib.platform.http.reading import Choice, WireModel

Period = Annotated[str, StringConstraints(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$")]


class RunBody(WireModel):
    """The start of a run. Without `period` the month is the current one; the open window of the month is closed now."""

    period: Period | None = None
    tier: AreaCodeText


class ConfirmationBody(WireModel):
    area: AreaCodeText


class DisputeBody(WireModel):
    """A party's dispute; `reason` is for the other side and the centre, and names no person."""

    area: AreaCodeText
    claim_id: ClaimReference
    reason: Label


class ResolutionBody(WireModel):
    """A ruling; `amount` goes with `reduced` and with nothing else: the amount still owed of the disputed total."""

    verdict: Choice[Verdict]
    amount: MoneyText | None = None


class OutcomeBody(WireModel):
    """The outcome for the amount a ruling took; `reason` is for the record and names no person."""

    outcome: Choice[RulingOutcome]
    reason: Reason


class ReceiptBody(WireModel):
    """A receipt of the bank. Money that went back is a negative amount under a reference of its own."""

    instruction: Reference
    bank_reference: BankReference
    amount: MoneyText


class RepairBody(WireModel):
    """A request for a repair; `reason` is for the second person, who decides, and for the record."""

    reason: Label


class RepairDecisionBody(DecisionBody):
    pass


class RunStarted(Answer):
    run_id: str


class PositionDocument(Answer):
    """A party's sums of one kind; `net` is positive for a party that receives. The nets of a kind sum to zero."""

    area: Area
    kind: ObligationKind
    owed_to: Yuan
    owed_by: Yuan
    net: Yuan


class ObligationDocument(Answer):
    kind: ObligationKind
    debtor: Area
    creditor: Area
    amount: Yuan
    claims: int


class InstructionDocument(Answer):
    """A payment of a run. `instruction` is the payment's name at the bank; `to` receives from `from`."""

    instruction: str
    kind: ObligationKind
    payer: Annotated[Area, Field(alias="from")]
    payee: Annotated[Area, Field(alias="to")]
    amount: Yuan


class AllocationDocument(Answer):
    """The part of its province's net that a pooling area bears; negative: the area pays."""

    province: Area
    area: Area
    kind: ObligationKind
    amount: Yuan


class HandDownPayment(InstructionDocument):
    """A payment between a province and one of its pooling areas, by which the province's net is passed on, with its
    position on the receipts of the province's bank.
    """

    province: Area
    received: Yuan
    state: Payment


class PaymentDocument(Answer):
    """An instruction, or a name that is no instruction, held against the bank's receipts."""

    instruction: str
    due: Yuan
    received: Yuan
    state: Payment


class FaultDocument(Answer):
    """A fault that keeps the window from being cleared."""

    code: str
    shard: int
    transaction_id: str | None = None


class MendedDocument(Answer):
    """A change made by a repair. `booked`: into the window of that number; `struck`: out of that window; `corrected`:
    to the ledger's contents; `recounted`: the shard's gate and sums.
    """

    what: Mending
    shard: int
    window: int
    transaction_id: str | None = None


class RepairDocument(Answer):
    """A repair of the run's window: its requester and its decider, its faults, and its changes."""

    repair_id: str
    status: RepairStatus
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
    """A dispute, its ruling, and the outcome for the amount the ruling took. `amount` is the disputed amount when the
    dispute was raised, `in_dispute` the amount now disputed while the dispute is open.
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
    verdict: Verdict | None
    owed: Yuan | None
    ruled_at: str | None
    in_suspense: Yuan
    awaits_outcome: bool
    outcome: RulingOutcome | None
    outcome_reason: str | None
    outcome_at: str | None


class DisputePage(Answer):
    items: list[DisputeDocument]
    next: str | None


class TermsDocument(Answer):
    """The parties' terms of confirming. `citation` is null where no notice sets any: `interpretation` then says so."""

    confirm_within_days: int
    silence_is_consent: bool
    citation: Citation | None
    bundle: Sha256 | None
    interpretation: TextPair | None


class RunDocument(Answer):
    """A run; an agency and finance see the rows that concern their area.

    The run is `settled` when the bank has matched its own `instructions`; `open` names the unmatched rows. After a
    national run `hand_downs` are the payments inside the provinces, and `hand_down` the status of the slowest.
    """

    run_id: str
    status: RunStatus
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
    hand_down: HandDownStatus | None
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
    kind: ObligationKind
    debtor: Area
    creditor: Area
    amount: Yuan
    status: Literal["cleared", "disputed", "dispute-pending"]


class StatementDocument(Answer):
    """An area's statement, with a page of its lines. `root` is the same on every statement of the run."""

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
    """The SHA-256 of an area's statement in each of its forms, as downloaded; for JSON, of the form as kept."""

    area: Area
    json_: Annotated[Sha256, Field(alias="json")]
    csv: Sha256
    xlsx: Sha256


class ManifestDocument(Answer):
    """The document that binds the statements of an edition; `previous` is the hash of the tier's manifest before."""

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
    side: Side
    hash: Sha256


class ProofDocument(Answer):
    """The proof of a line. `leaf` is the SHA-256 of 0x00 and `content`; every next value up to `root` is the SHA-256 of
    0x01 and two values, left and right: the value before and its neighbour.
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
    """The payments a province hands down after a national run, with the open rows; an area sees its own payments."""

    run_id: str
    province: Area
    status: HandDownStatus
    totals: HandDownTotals
    instructions: list[InstructionDocument]
    payments: list[PaymentDocument]
    open: list[PaymentDocument]


class ReceiptOutcome(Answer):
    """The outcome of a receipt, with the run's status and the open rows afterwards."""

    outcome: Outcome
    status: RunStatus
    open: list[PaymentDocument]


class HandDownOutcome(Answer):
    """The outcome of a receipt for a province's hand-down, with its status and the open rows afterwards."""

    outcome: Outcome
    status: HandDownStatus
    open: list[PaymentDocument]
