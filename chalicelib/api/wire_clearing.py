"""Clearing on the wire: the bodies that come in, the documents that go out, and the shapes of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.api.wire import AreaCode, Label, MoneyText, Reference, WireModel
from chalicelib.api.wire_answers import Answer, Area, Citation, Sha256, TextPair, Yuan
from chalicelib.application.clearing_reading import HandDownView, LineProof, RepairView, RunView, StatementPage
from chalicelib.domain.clearing import bank
from chalicelib.domain.clearing.netting import Instruction, hand_down
from chalicelib.domain.clearing.proof import Fault
from chalicelib.domain.clearing.run import Dispute, Run
from chalicelib.domain.clearing.statements import write_line, write_position
from chalicelib.domain.clearing.terms import write_terms
from chalicelib.domain.money import format_yuan

Period = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Kind = Annotated[Literal["fund", "subsidy"], Field(description="benefits of the funds, or parts of the fiscal share")]
Status = Literal["closing", "verified", "netted", "confirming", "instructed", "settled", "failed"]


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
    """`amount` goes with `reduced`: what is still owed of the disputed total."""

    verdict: Literal["owed", "reduced", "not-owed"] = "owed"
    amount: MoneyText | None = None


class ReceiptBody(WireModel):
    """Money that went back is a negative amount under a reference of its own."""

    instruction: Reference
    bank_reference: Reference
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
    """A payment between a province and one of its pooling areas, by which the province's net is passed on."""

    province: Area


class PaymentDocument(Answer):
    """An instruction, or a name that is none, held against the bank's receipts."""

    instruction: str
    due: Yuan
    received: Yuan
    state: Literal["unpaid", "under", "matched", "over", "unknown"]


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
    decided_by: str | None
    decided_at: str | None
    faults: list[FaultDocument]
    done: list[MendedDocument]


class ClearingTotals(Answer):
    lines: int
    gross: Yuan
    cleared: Yuan
    paid: Yuan
    disputed: Yuan


class DisputeDocument(Answer):
    dispute_id: str
    area: Area
    claim_id: str
    reason: str
    raised_at: str
    amount: Yuan
    status: Literal["open", "resolved"]
    verdict: Literal["owed", "reduced", "not-owed"] | None
    owed: Yuan | None


class TermsDocument(Answer):
    """On what terms the parties confirm. `citation` is null where no notice sets any: `interpretation` then says so."""

    confirm_within_days: int
    silence_is_consent: bool
    citation: Citation | None
    bundle: Sha256 | None
    interpretation: TextPair | None


class RunDocument(Answer):
    """A run; an agency and finance see the rows that concern their area."""

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
    status: Literal["cleared", "disputed"]


class StatementDocument(Answer):
    """An area's statement, its lines a page at a time. `root` is the same on every statement of the run."""

    run_id: str
    tier: Area
    period: str
    window: int
    area: Area
    edition: int
    root: Sha256
    manifest: Sha256
    lines_of_run: int
    terms: TermsDocument
    totals: list[dict[str, str]]
    obligations: list[ObligationDocument]
    disputed: list[ObligationDocument]
    items: list[StatementLineDocument]
    next: str | None


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
    status: Status
    instructions: list[InstructionDocument]
    payments: list[PaymentDocument]
    open: list[PaymentDocument]


class ReceiptOutcome(Answer):
    outcome: Literal["exact", "partial", "over", "duplicate", "unknown"]
    status: Status
    open: list[PaymentDocument]


def run_document(view: RunView) -> dict[str, Any]:
    """A run as its reader may see it."""
    run, figures = view.run, view.figures
    payments = [_payment(row) for row in view.payments]
    return {
        "run_id": run.run_id,
        "status": run.status.value,
        "period": run.window.period,
        "tier": run.window.tier,
        "window": run.window.number,
        "edition": run.edition,
        "root": run.root,
        "manifest": run.manifest,
        "deadline": run.deadline,
        "terms": write_terms(run.terms),
        "reason": run.reason,
        "totals": {
            "lines": run.lines,
            "gross": format_yuan(sum(each.amount_fen for each in figures.gross)),
            "cleared": format_yuan(sum(each.amount_fen for each in figures.cleared)),
            "paid": format_yuan(sum(each.amount_fen for each in figures.instructions)),
            "disputed": format_yuan(sum(line.amount_fen for each in view.disputes for line in each.lines)),
        },
        "positions": [
            {
                "area": each.party,
                "kind": each.kind.value,
                "owed_to": format_yuan(each.owed_to_fen),
                "owed_by": format_yuan(each.owed_by_fen),
                "net": format_yuan(each.net_fen),
            }
            for each in figures.nets
        ],
        "obligations": [write_position(each) for each in figures.cleared],
        "instructions": _instructions(run.run_id, figures.instructions),
        "allocations": [
            {
                "province": each.province,
                "area": each.area,
                "kind": each.kind.value,
                "amount": format_yuan(each.amount_fen),
            }
            for each in figures.allocations
        ],
        "hand_downs": _hand_downs(view),
        "confirmations": [each.area for each in view.confirmations],
        "awaited": list(view.awaited),
        "disputes": [dispute_document(each) for each in view.disputes],
        "payments": payments,
        "open": [row for row in payments if row["state"] != bank.Payment.MATCHED.value],
        "faults": _faults(view.faults),
        "repairs": [repair_document(each) for each in view.repairs],
    }


def repair_document(view: RepairView) -> dict[str, Any]:
    """A repair, as far as it has come."""
    repair = view.repair
    return {
        "repair_id": repair.repair_id,
        "status": repair.status.value,
        "reason": repair.reason,
        "requested_by": repair.requested_by,
        "requested_at": repair.requested_at,
        "decided_by": repair.decided_by,
        "decided_at": repair.decided_at,
        "faults": _faults(repair.faults),
        "done": [
            {"what": each.what.value, "shard": each.shard, "window": each.window, "transaction_id": each.transaction_id}
            for each in view.done
        ],
    }


def dispute_document(dispute: Dispute) -> dict[str, Any]:
    """A dispute; `owed` is what its resolution left owed."""
    resolution = dispute.resolution
    return {
        "dispute_id": dispute.dispute_id,
        "area": dispute.area,
        "claim_id": dispute.claim_id,
        "reason": dispute.reason,
        "raised_at": dispute.raised_at,
        "amount": format_yuan(sum(line.amount_fen for line in dispute.lines)),
        "status": "open" if resolution is None else "resolved",
        "verdict": None if resolution is None else resolution.verdict.value,
        "owed": None if resolution is None else format_yuan(sum(resolution.amounts_fen)),
    }


def statement_document(page: StatementPage) -> dict[str, Any]:
    """A statement with one page of its lines."""
    return {**page.heading, "manifest": page.manifest, "items": list(page.lines.items), "next": page.lines.next}


def proofs_document(run: Run, claim_id: str, proofs: tuple[LineProof, ...]) -> dict[str, Any]:
    """The proofs of a claim's lines."""
    return {
        "run_id": run.run_id,
        "claim_id": claim_id,
        "root": run.root,
        "proofs": [
            {
                "line": write_line(each.line),
                "content": each.content.decode(),
                "leaf": each.leaf.hex(),
                "path": [{"side": step.side.value, "hash": step.digest.hex()} for step in each.path],
            }
            for each in proofs
        ],
    }


def hand_down_document(view: HandDownView) -> dict[str, Any]:
    """What a province hands down, as its reader may see it."""
    return {
        "run_id": view.run.run_id,
        "province": view.province,
        "status": view.run.status.value,
        "instructions": _instructions(bank.hand_down_id(view.run.run_id, view.province), view.ordered),
        "payments": [_payment(row) for row in view.payments],
        "open": [_payment(row) for row in bank.open_rows(view.payments)],
    }


def outcome_document(outcome: bank.Outcome, view: RunView | HandDownView) -> dict[str, Any]:
    """What a receipt was, and what is open after it."""
    return {
        "outcome": outcome.value,
        "status": view.run.status.value,
        "open": [_payment(row) for row in bank.open_rows(view.payments)],
    }


def _faults(found: Sequence[Fault]) -> list[dict[str, Any]]:
    return [{"code": each.code.value, "shard": each.shard, "transaction_id": each.transaction_id} for each in found]


def _hand_downs(view: RunView) -> list[dict[str, str]]:
    allocations = view.figures.allocations
    return [
        {**row, "province": province}
        for province in sorted({each.province for each in allocations})
        for row in _instructions(bank.hand_down_id(view.run.run_id, province), hand_down(allocations, province))
    ]


def _instructions(name: str, ordered: Sequence[Instruction]) -> list[dict[str, str]]:
    return [
        {
            "instruction": bank.instruction_id(name, each.number),
            "kind": each.kind.value,
            "from": each.payer,
            "to": each.payee,
            "amount": format_yuan(each.amount_fen),
        }
        for each in ordered
    ]


def _payment(row: bank.Row) -> dict[str, str]:
    return {
        "instruction": row.instruction,
        "due": format_yuan(row.due_fen),
        "received": format_yuan(row.received_fen),
        "state": row.payment.value,
    }
