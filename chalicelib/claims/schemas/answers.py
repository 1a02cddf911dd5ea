"""Shapes of the answers about claims, for the OpenAPI document and the tests that hold the answers to these shapes.

Answers themselves are written by the `*_document` functions; nothing is parsed with these shapes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.claims.domain.history import HistoryEvent, RulingOutcome, Verdict
from chalicelib.claims.domain.record import ClaimStatus, Flag
from chalicelib.claims.schemas.alternatives import AlternativeDocument
from chalicelib.claims.schemas.determination import DeterminationDocument
from chalicelib.platform.http.answers import Answer, Area, ErrorItem, Sha256, Yuan


class PreviewDocument(DeterminationDocument):
    """A determination that was not posted; `warnings` are those that submitting the claim would bring, `alternatives`
    the facts that would change the patient's part, where asked for.
    """

    warnings: list[ErrorItem] | None = None
    alternatives: list[AlternativeDocument] | None = None


class SettlementDocument(Answer):
    transaction_id: Annotated[str, Field(examples=["settle:clm_"])]
    advance_offset: Yuan
    payable: Yuan
    held: Yuan


class BillDocument(Answer):
    """The bill of a settled claim, and every payer's part of the bill."""

    total: Yuan
    basic: Yuan
    critical: Yuan
    assistance: Yuan
    fiscal: Yuan
    patient: Yuan


ShownClaimId = Annotated[str, Field(pattern=r"^clm_[a-z2-7]{26}$")]


class ClaimReceiptDocument(Answer):
    claim_id: ShownClaimId
    status: ClaimStatus
    warnings: list[ErrorItem] | None = None


class PartyDifferenceDocument(Answer):
    """A payer's part before and after a change; `area` is the area of the payer's account, null for the patient."""

    payer: str
    area: Area | None
    before: Yuan
    after: Yuan


class HistoryEntryDocument(Answer):
    """A change of a claim, in a list with the oldest first. `actor_role` is `system` for a change that follows by
    itself.
    """

    at: datetime
    event: HistoryEvent
    version: int
    actor_role: Literal[
        "hospital", "agency", "finance", "health", "centre", "policy", "auditor", "township", "operator", "system"
    ]
    transaction_id: str | None = None
    bundle: Sha256 | None = None
    reason: str | None = None
    changes: list[PartyDifferenceDocument] | None = None


class ClaimWindowDocument(Answer):
    tier: Area
    period: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    number: int


class ClearedInDocument(Answer):
    """A transaction that moved debts between areas for the claim, with its clearing window. `run_id` is null while the
    window is open.
    """

    transaction_id: str
    at: datetime
    run_id: str | None
    window: ClaimWindowDocument
    status: str


class ClaimClearingDocument(Answer):
    """The clearing of the claim; `windows` are all that its settlement, corrections, reversal and rulings went through.
    `run_id` is null while the window is open.
    """

    run_id: str | None
    window: ClaimWindowDocument
    status: str
    windows: list[ClearedInDocument]


class ClaimDisputeDocument(Answer):
    """A dispute about the claim with its ruling, in whichever run the dispute was raised."""

    dispute_id: str
    run_id: str
    status: Literal["open", "resolved"]
    amount: Yuan
    verdict: Verdict | None
    owed: Yuan | None
    in_suspense: Yuan
    awaits_outcome: bool
    outcome: RulingOutcome | None


class ClaimDocument(Answer):
    """A claim. `reason` is present while deferred, `errors` when rejected, `determination` and `settlement` once
    settled; `history`, `clearing` and `disputes` are present where the claim is read by itself.
    """

    claim_id: ShownClaimId
    claim_no: str
    institution: str
    version: int
    status: ClaimStatus
    received_at: datetime
    changed_at: datetime
    bill: BillDocument | None = None
    flags: list[Flag] | None = None
    reason: str | None = None
    errors: list[ErrorItem] | None = None
    warnings: list[ErrorItem] | None = None
    determination: DeterminationDocument | None = None
    settlement: SettlementDocument | None = None
    history: list[HistoryEntryDocument] | None = None
    clearing: ClaimClearingDocument | None = None
    disputes: list[ClaimDisputeDocument] | None = None


class ClaimPage(Answer):
    items: list[ClaimDocument]
    next: str | None
