"""The answered documents of clearing: runs, statements, proofs, disputes, repairs and receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.clearing.domain import bank
from chalicelib.clearing.domain.disputes import DisputeView
from chalicelib.clearing.domain.netting import Instruction
from chalicelib.clearing.domain.proof import Fault
from chalicelib.clearing.domain.run import Run, RunStatus
from chalicelib.clearing.domain.statements import write_line, write_position
from chalicelib.clearing.domain.terms import write_terms
from chalicelib.clearing.usecases.read import LineProof, RepairView, RunView, StatementPage
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.persons.acts import actor_of, instant_of
from chalicelib.platform.http.answers import act_document, act_or_none


def run_document(view: RunView) -> dict[str, Any]:
    """Write a run as its reader may see it."""
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
            "to_pay": format_yuan(sum(each.amount_fen for each in figures.instructions)),
            "confirmed": format_yuan(bank.confirmed_fen(view.payments)),
            "disputed": format_yuan(sum(each.dispute.amount_fen for each in view.disputes)),
            "in_suspense": format_yuan(sum(each.held_fen for each in view.disputes)),
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
        "hand_downs": [row for each in view.hand_downs for row in _hand_down_payments(each)],
        "hand_down": bank.slowest(view.hand_downs),
        "confirmations": [each.area for each in view.confirmations],
        "awaited": list(view.awaited),
        "disputes": [dispute_document(each) for each in view.disputes],
        "payments": payments,
        "open": [row for row in payments if row["state"] != bank.Payment.MATCHED.value],
        "faults": _faults(view.faults),
        "repairs": [repair_document(each) for each in view.repairs],
    }


def repair_document(view: RepairView) -> dict[str, Any]:
    """Write a repair in its present state."""
    repair = view.repair
    return {
        "repair_id": repair.repair_id,
        "status": repair.status.value,
        "reason": repair.reason,
        "requested_by": repair.requested.actor,
        "requested_at": repair.requested.at,
        "requested": act_document(repair.requested),
        "decided_by": actor_of(repair.decided_in),
        "decided_at": instant_of(repair.decided_in),
        "decided": act_or_none(repair.decided_in),
        "faults": _faults(repair.faults),
        "done": [
            {"what": each.what.value, "shard": each.shard, "window": each.window, "transaction_id": each.transaction_id}
            for each in view.done
        ],
    }


def dispute_document(view: DisputeView) -> dict[str, Any]:
    """Write a dispute; `owed` is the amount its ruling left owed, `in_suspense` the rest that awaits its outcome."""
    dispute = view.dispute
    resolution, disposal = dispute.resolution, dispute.disposal
    return {
        "dispute_id": dispute.dispute_id,
        "run_id": dispute.run_id,
        "area": dispute.area,
        "claim_id": dispute.claim_id,
        "reason": dispute.reason,
        "raised_at": dispute.raised.at,
        "amount": format_yuan(dispute.amount_fen),
        "in_dispute": format_yuan(view.disputed_fen),
        "status": "open" if resolution is None else "resolved",
        "verdict": None if resolution is None else resolution.verdict.value,
        "owed": None if resolution is None else format_yuan(sum(resolution.amounts_fen)),
        "ruled_at": None if resolution is None else resolution.act.at,
        "in_suspense": format_yuan(view.held_fen),
        "awaits_outcome": dispute.awaits_outcome,
        "outcome": None if disposal is None else disposal.outcome.value,
        "outcome_reason": None if disposal is None else disposal.reason,
        "outcome_at": None if disposal is None else disposal.act.at,
    }


def statement_document(page: StatementPage) -> dict[str, Any]:
    """Write a statement with one page of its lines."""
    return {**page.heading, "manifest": page.manifest, "items": list(page.lines.items), "next": page.lines.next}


def proofs_document(run: Run, claim_id: str, proofs: tuple[LineProof, ...]) -> dict[str, Any]:
    """Write the proofs of a claim's lines."""
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


def hand_down_document(run: Run, handed: bank.HandDown) -> dict[str, Any]:
    """Write a province's hand-down as its reader may see it."""
    return {
        "run_id": run.run_id,
        "province": handed.province,
        "status": handed.status.value,
        "totals": {
            "to_pay": format_yuan(sum(each.amount_fen for each in handed.payments)),
            "confirmed": format_yuan(bank.confirmed_fen(handed.rows)),
        },
        "instructions": _instructions(handed.name, handed.payments),
        "payments": [_payment(row) for row in handed.rows],
        "open": [_payment(row) for row in bank.open_rows(handed.rows)],
    }


def outcome_document(
    outcome: bank.Outcome, status: RunStatus | bank.HandDownStatus, rows: Sequence[bank.Row]
) -> dict[str, Any]:
    """Write a receipt's outcome, the resulting status of the run or hand-down, and the open rows of its payments."""
    return {
        "outcome": outcome.value,
        "status": status.value,
        "open": [_payment(row) for row in bank.open_rows(rows)],
    }


def _faults(found: Sequence[Fault]) -> list[dict[str, Any]]:
    return [{"code": each.code.value, "shard": each.shard, "transaction_id": each.transaction_id} for each in found]


def _hand_down_payments(handed: bank.HandDown) -> list[dict[str, str]]:
    rows = {row.instruction: row for row in handed.rows}
    return [
        {
            **each,
            "province": handed.province,
            "received": format_yuan(rows[each["instruction"]].received_fen),
            "state": rows[each["instruction"]].payment.value,
        }
        for each in _instructions(handed.name, handed.payments)
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
