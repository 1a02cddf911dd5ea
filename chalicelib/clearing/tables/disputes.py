"""The items of disputes, and of what they and rulings left on a claim: how they are read from and written to.

A dispute lies under its run, a claim's debts under `DEBTS#claim`, since disputes of several runs concern one claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chalicelib.clearing.domain.debts import ClaimDebts, Debt, Pair, Taken
from chalicelib.clearing.domain.disputes import Disposal, Dispute, Resolution, RulingOutcome, Verdict
from chalicelib.clearing.domain.statements import read_line, write_line
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.platform.aws.acts import read_act, write_act
from chalicelib.platform.aws.table import without_nones

DEBTS = "DEBTS"
DISPUTE_PREFIX = "DISPUTE#"


def debts_pk(claim_id: str) -> str:
    """Where what disputes and rulings left on a claim lies."""
    return f"DEBTS#{claim_id}"


def write_dispute(dispute: Dispute) -> dict[str, Any]:
    """A dispute; `resolution` is there once it is resolved, `disposal` once what the ruling took is disposed of."""
    resolution, disposal = dispute.resolution, dispute.disposal
    return without_nones(
        {
            "pk": f"RUN#{dispute.run_id}",
            "sk": f"{DISPUTE_PREFIX}{dispute.dispute_id}",
            "dispute_id": dispute.dispute_id,
            "run_id": dispute.run_id,
            "area": dispute.area,
            "claim_id": dispute.claim_id,
            "reason": dispute.reason,
            "raised": write_act(dispute.raised),
            "lines": [write_line(line) for line in dispute.lines],
            "resolution": None
            if resolution is None
            else {
                "verdict": resolution.verdict.value,
                "amounts_fen": list(resolution.amounts_fen),
                "act": write_act(resolution.act),
            },
            "disposal": None
            if disposal is None
            else {"outcome": disposal.outcome.value, "reason": disposal.reason, "act": write_act(disposal.act)},
        }
    )


def read_dispute(item: Mapping[str, Any]) -> Dispute:
    """The inverse of `write_dispute`."""
    return Dispute(
        dispute_id=item["dispute_id"],
        run_id=item["run_id"],
        area=item["area"],
        claim_id=item["claim_id"],
        reason=item["reason"],
        raised=read_act(item["raised"]),
        lines=tuple(read_line(row) for row in item["lines"]),
        resolution=_read_resolution(item.get("resolution")),
        disposal=_read_disposal(item.get("disposal")),
    )


def write_debts(debts: ClaimDebts) -> dict[str, Any]:
    """What disputes and rulings left on a claim."""
    return {
        "pk": debts_pk(debts.claim_id),
        "sk": DEBTS,
        "claim_id": debts.claim_id,
        "version": debts.version,
        "disputes": [list(each) for each in debts.disputes],
        "is_reversed": debts.is_reversed,
        "debts": [_write_debt(debt) for debt in debts.debts],
    }


def read_debts(item: Mapping[str, Any]) -> ClaimDebts:
    """The inverse of `write_debts`."""
    return ClaimDebts(
        claim_id=item["claim_id"],
        version=item["version"],
        debts=tuple(_read_debt(row) for row in item["debts"]),
        disputes=tuple((run_id, dispute_id) for run_id, dispute_id in item["disputes"]),
        is_reversed=item["is_reversed"],
    )


def _write_debt(debt: Debt) -> dict[str, Any]:
    return without_nones(
        {
            "kind": debt.pair.kind.value,
            "debtor": debt.pair.debtor,
            "creditor": debt.pair.creditor,
            "decided_fen": debt.decided_fen,
            "layers": [list(layer) for layer in debt.layers],
            "granted_fen": debt.granted_fen,
            "disputed": [list(each) for each in debt.disputed],
            "taken": [asdict(each) for each in debt.taken],
        }
    )


def _read_debt(row: Mapping[str, Any]) -> Debt:
    return Debt(
        pair=Pair(ObligationKind(row["kind"]), row["debtor"], row["creditor"]),
        decided_fen=row["decided_fen"],
        layers=tuple((account, amount_fen) for account, amount_fen in row["layers"]),
        granted_fen=row.get("granted_fen"),
        disputed=tuple((dispute_id, amount_fen) for dispute_id, amount_fen in row["disputed"]),
        taken=tuple(Taken(**each) for each in row["taken"]),
    )


def _read_resolution(found: Mapping[str, Any] | None) -> Resolution | None:
    if found is None:
        return None
    return Resolution(Verdict(found["verdict"]), tuple(found["amounts_fen"]), read_act(found["act"]))


def _read_disposal(found: Mapping[str, Any] | None) -> Disposal | None:
    if found is None:
        return None
    return Disposal(RulingOutcome(found["outcome"]), found["reason"], read_act(found["act"]))
