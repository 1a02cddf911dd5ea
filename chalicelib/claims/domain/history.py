"""The history of a claim, change by change: an append-only record that is written with every change.

A transaction that moves a claim inserts one entry, so a change without its entry cannot be. An entry names the acting
role, never the person, and holds no personal value. Receipt is no entry: the claim itself holds its instant of receipt.
Source: contract.md, `history`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.kernel.access import Role
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, DisputeId, EventId, InstitutionCode, RunId, TransactionId
from chalicelib.kernel.writes import Insert
from chalicelib.ledger.domain.obligations import Window


class HistoryEvent(StrEnum):
    """The kind of a claim's change. `year-order`: decided again because an earlier claim of its year changed."""

    RECEIVED = "received"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    DEFERRED = "deferred"
    RESUMED = "resumed"
    REJECTED = "rejected"
    SETTLED = "settled"
    CORRECTION = "correction"
    CODES = "codes"
    ENROLMENT = "enrolment"
    YEAR_ORDER = "year-order"
    REACH_BACK = "reach-back"
    RECALCULATION = "recalculation"
    REVERSAL = "reversal"
    DISPUTE = "dispute"
    RULING = "ruling"
    OUTCOME = "outcome"
    HELD = "held"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """The documents of the decision that stood after a change, by hash: the determination, and the decided claim with
    the circumstances known beside the claim. From these documents a table of an earlier day can be made again.
    """

    determination_hash: str
    decided_hash: str


@dataclass(frozen=True, slots=True)
class OrderedPayment:
    """The payment order that was written in one with a settlement, under the claim's own id: its state, and the office
    whose bank pays.
    """

    status: str
    agency: AreaCode


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A change of one version of a claim.

    `revision` is the claim's own after the change (or at the change, where the claim's record stays the same), which
    orders entries of one instant. `role` is None for a change that follows by itself. `changes` lists every payer with
    a part before or after, where the payers' parts changed. `institution`, `attempt`, the claim's `status` after the
    change, `about` (of a ruling, its dispute) and `payment` are for those who are told of the change.
    """

    claim_id: ClaimId
    at: Instant
    event: HistoryEvent
    version: int
    revision: int
    role: Role | None = None
    transaction_id: TransactionId | None = None
    bundle: str | None = None
    reason: str | None = None
    changes: tuple[PartyChange, ...] = ()
    decided: DecidedBy | None = None
    institution: InstitutionCode = InstitutionCode("")
    attempt: int = 1
    status: str = ""
    about: str | None = None
    payment: OrderedPayment | None = None

    @property
    def place(self) -> str:
        """The entry's key, which sorts the entries of its claim in the order in which they happened."""
        return f"{self.at}#{self.revision:08d}#{self.event.value}#{self.transaction_id or ''}"

    @property
    def event_id(self) -> EventId:
        """The id under which the change is told."""
        return event_id_of(f"{self.claim_id}#{self.place}")


@dataclass(frozen=True, slots=True)
class ClearedIn:
    """A transaction that moved debts between areas for a claim, in a clearing window of the claim. `run_id` is None
    while the window is open; `status` is `open` then, and the run's status afterwards.
    """

    transaction_id: TransactionId
    at: Instant
    window: Window
    run_id: RunId | None
    status: str


@dataclass(frozen=True, slots=True)
class ClaimClearing:
    """The clearing of a claim's debts: `first` is the settlement's transaction, or the earliest transaction where the
    settlement owed nothing; `windows` are all transactions in order, with corrections, reversal, rulings and debts
    presented anew.
    """

    first: ClearedIn
    windows: tuple[ClearedIn, ...]


class Verdict(StrEnum):
    """The centre's decision about a disputed amount."""

    OWED = "owed"
    REDUCED = "reduced"
    NOT_OWED = "not-owed"


class RulingOutcome(StrEnum):
    """The outcome for the amount a ruling took: borne by the creditor's own fund, presented anew in the open window, or
    recovered by reversing the claim against the hospital.
    """

    BORNE = "borne"
    PRESENTED = "presented"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class ClaimDispute:
    """A dispute about a claim, as the claim shows it. `verdict` and `owed_fen` are None until the ruling; `outcome` is
    None until somebody says what becomes of the amount taken by the ruling.
    """

    dispute_id: DisputeId
    run_id: RunId
    amount_fen: Fen
    verdict: Verdict | None
    owed_fen: Fen | None
    held_fen: Fen
    awaits_outcome: bool
    outcome: RulingOutcome | None


def event_id_of(name: str) -> EventId:
    """Return the id under which a change is told, whoever tells the change; `name` identifies the change among all."""
    return EventId(f"evt_{sha256_hex(name.encode())[:32]}")


class FindsClearing(Protocol):
    """The clearing and the disputes of a claim, as the clearing side knows them."""

    def __call__(self, record: ClaimRecord) -> ClaimClearing | None: ...

    def disputes(self, claim_id: ClaimId) -> tuple[ClaimDispute, ...]: ...


def told(  # noqa: PLR0913 the fields of an entry, by name
    record: ClaimRecord,
    event: HistoryEvent,
    role: Role | None = None,
    *,
    transaction_id: TransactionId | None = None,
    bundle: str | None = None,
    reason: str | None = None,
    changes: tuple[PartyChange, ...] = (),
    about: str | None = None,
    payment: OrderedPayment | None = None,
) -> Insert:
    """Return the history entry that a transaction writes beside the moved claim: `record` is the claim's record after
    the change. Where the record itself does not change (a ruling), pass `replace(record, changed_at=now)`.
    """
    return Insert(
        HistoryEntry(
            claim_id=record.claim_id,
            at=record.changed_at,
            event=event,
            version=record.version,
            revision=record.revision,
            role=role,
            transaction_id=transaction_id,
            bundle=bundle,
            reason=reason,
            changes=changes,
            decided=_decided(record),
            institution=record.institution,
            attempt=record.attempt,
            status=record.status.value,
            about=about,
            payment=payment,
        )
    )


def _decided(record: ClaimRecord) -> DecidedBy | None:
    settled = record.settlement
    if settled is None:
        return None
    return DecidedBy(settled.determination_hash, settled.decided_hash)


def whole_history(record: ClaimRecord, kept: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    """Return the kept entries with the receipt before them."""
    received = HistoryEntry(
        record.claim_id, record.received_at, HistoryEvent.RECEIVED, record.version, 1, role=Role.HOSPITAL
    )
    return (received, *kept)
