"""Disputes and repairs of runs, and the debts that disputes and rulings left on a claim, in the state table.

| pk | sk | content |
|---|---|---|
| RUN#id | DISPUTE#id, REPAIR#number | a dispute, a repair |
| DEBTS#claim | DEBTS | the debts that disputes of all runs and rulings left on a claim |
"""

from __future__ import annotations

from chalicelib.clearing.domain.debts import ClaimDebts
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.clearing.domain.repair import Repair
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.platform.aws.codec import Record

DISPUTE_PREFIX = "DISPUTE#"
REPAIR_PREFIX = "REPAIR#"


def debts_key(claim_id: ClaimId) -> tuple[str, str]:
    """Return the key of the debts that disputes and rulings left on a claim."""
    return f"DEBTS#{claim_id}", "DEBTS"


DISPUTES = Record(Dispute, lambda dispute: (f"RUN#{dispute.run_id}", f"{DISPUTE_PREFIX}{dispute.dispute_id}"))
DEBTS = Record(ClaimDebts, lambda debts: debts_key(debts.claim_id), revision="version")
REPAIRS = Record(Repair, lambda repair: (f"RUN#{repair.run_id}", f"{REPAIR_PREFIX}{repair.number:04d}"))
