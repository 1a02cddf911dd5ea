"""Records of claims and their payment: summaries and hashes; bodies and determinations stand apart.

Every record that changes carries its revision, and a writer names the revision that was read.
"""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum

from chalicelib.adjudication.domain.claim import StatusEvent
from chalicelib.claims.domain.remittance import NOTHING_BILLED, Bill
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, PersonToken, TransactionId


class ClaimStatus(StrEnum):
    """The status of a claim: received <-> deferred, then settled, rejected or (replaced or taken back by its hospital)
    withdrawn; a settled claim may be reversed.
    """

    RECEIVED = "received"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    SETTLED = "settled"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({ClaimStatus.RECEIVED, ClaimStatus.DEFERRED})
"""The states from which a claim may still be settled."""

CLOSED = frozenset({ClaimStatus.REJECTED, ClaimStatus.REVERSED, ClaimStatus.WITHDRAWN})
"""The states in which a claim is over and owes nothing: a new version may follow under the same number."""

REPLACED = "replaced"
"""The reason of a withdrawn claim whose hospital sent another body under its number."""


class Hold(StrEnum):
    """The hold on a settled claim's payment: held for its agency because the claim resembles another, or released."""

    HELD = "held"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Release:
    """The release of a held payment: its actor and reason."""

    act: Act
    reason: str


class Flag(StrEnum):
    """A mark on a settled claim for its agency to look at. `possible-duplicate` stays once the payment is released."""

    POSSIBLE_DUPLICATE = "possible-duplicate"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class SettlementSummary:
    """The summary that posting leaves on a claim.

    `payable_fen` is the amount still owed to the hospital after `advance_offset_fen` of its special advance was set
    against the claim; once `ordered`, both amounts stand until the claim is corrected. `ordered_fen` is the amount that
    went to the bank or was held against an overpayment, in so many `rounds`. `protected_fen` is the part of the debt
    that a special advance may meet. `corrections` counts how often the claim was decided again; `decided_hash` names
    the decided claim, which a corrected status makes differ from the hospital's body, with the circumstances known
    beside the claim. `bill` is the bill as decided. `reclassified`: the amount pending for a later enrolment has found
    its fund. `hold` is set where the claim resembles another: `held_fen` of the ordered amount then waits for its
    agency, and `release` ends the hold.
    """

    transaction_id: TransactionId
    determination_hash: str
    bundle_hash: str
    protected_fen: Fen
    settled_on: str
    year: int
    payable_fen: Fen
    advance_offset_fen: Fen = 0
    ordered: bool = False
    ordered_fen: Fen = 0
    rounds: int = 0
    corrections: int = 0
    reclassified: bool = False
    decided_hash: str = ""
    bill: Bill = NOTHING_BILLED
    hold: Hold | None = None
    held_fen: Fen = 0
    release: Release | None = None

    @property
    def owed_fen(self) -> Fen:
        """The whole amount owed to the hospital for the claim, by whichever means the debt is met."""
        return self.payable_fen + self.advance_offset_fen


@dataclass(frozen=True, slots=True)
class Counted:
    """The count of one revision of a claim in summaries. The amounts are a settled claim's and 0 for any other claim;
    `areas` are the areas that the claim concerns.
    """

    revision: int
    status: ClaimStatus
    agency: AreaCode | None
    areas: tuple[AreaCode, ...]
    basic_fen: Fen = 0
    critical_fen: Fen = 0
    assistance_fen: Fen = 0
    fiscal_fen: Fen = 0
    patient_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """A version of a claim.

    `body_hash` is the fingerprint of the claim's body, which is kept beside the record; `notes_hash` names its stored
    findings and warnings (None without any), since thousands of lines can bring more findings than an item holds.

    `agency` settles with the institution and `areas` are all areas that may see the claim; None and empty where the
    institution is unknown. `transfer_from` is the sending hospital's claim, after a transfer, `submitted_by` the acting
    person; `awaited` tells whether a receiving hospital's claim has waited for this claim. `attempt` counts the
    executions started for the claim, `restarts` the executions that the sweep started since the claim was last received
    or put aside. `waiting` is the key of an open claim's queue, None once the claim is final. `statuses` are the health
    side's corrections in their order, which prevail over the hospital's body; `open_tasks` are the kinds of the claim's
    open tasks. `as_read` is no part of the record: the claim's count as read from its store, which the next write
    counts away.
    """

    claim_id: ClaimId
    claim_no: str
    institution: InstitutionCode
    agency: AreaCode | None
    person: PersonToken
    version: int
    body_hash: str
    received_at: Instant
    changed_at: Instant
    status: ClaimStatus = ClaimStatus.RECEIVED
    revision: int = 1
    attempt: int = 1
    waiting: str | None = None
    reason: str | None = None
    areas: tuple[AreaCode, ...] = ()
    notes_hash: str | None = None
    settlement: SettlementSummary | None = None
    transfer_from: ClaimId | None = None
    statuses: tuple[StatusEvent, ...] = ()
    open_tasks: tuple[str, ...] = ()
    submitted_by: str = ""
    awaited: bool = False
    restarts: int = 0
    as_read: Counted | None = field(default=None, compare=False)

    @property
    def counted(self) -> Counted:
        """The claim's present count."""
        settled = self.settlement if self.status is ClaimStatus.SETTLED else None
        areas = tuple(sorted({*self.areas, *filter(None, (self.agency,))}))
        bill = NOTHING_BILLED if settled is None else settled.bill
        return Counted(
            self.revision,
            self.status,
            self.agency,
            areas,
            bill.basic_fen,
            bill.critical_fen,
            bill.assistance_fen,
            bill.fiscal_fen,
            bill.patient_fen,
        )

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def started(self) -> Waiting | None:
        """The place of a claim whose execution is to run or is running, since its last change; None for any other."""
        if self.waiting != start_queue(self.claim_id):
            return None
        return Waiting(self.waiting, self.claim_id, self.changed_at)

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The flags that the inspection list shows of the claim: none once the claim is reversed."""
        hold = None if self.settlement is None or self.status is not ClaimStatus.SETTLED else self.settlement.hold
        if hold is None:
            return ()
        return (Flag.POSSIBLE_DUPLICATE, Flag.HELD) if hold is Hold.HELD else (Flag.POSSIBLE_DUPLICATE,)


def with_statuses(record: ClaimRecord, statuses: tuple[StatusEvent, ...]) -> ClaimRecord:
    """Return the record with the health side's statuses after its earlier ones; repeated statuses change nothing."""
    if not statuses or record.statuses[-len(statuses) :] == statuses:
        return record
    return replace(record, statuses=(*record.statuses, *statuses))


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of a claim: its findings, which are errors, and its warnings, which are oddities."""

    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


class QueueKind(StrEnum):
    """The kind of a queue by what its claims wait for; the first word of the queue's key. `start`: their execution.
    `pay`, `redecide`, `cover`: the step that follows a decision. `dependency`: a dependency that could not be reached.
    `transfer`: the sending hospital's claim. `enrolment`: the patient's enrolment. `quarantine`: a person who starts
    the claims again.

    A claim stands in its queue by a record of that queue, except in `start`: there its own record is its place.
    """

    START = "start"
    PAY = "pay"
    REDECIDE = "redecide"
    COVER = "cover"
    DEPENDENCY = "dependency"
    TRANSFER = "transfer"
    ENROLMENT = "enrolment"
    QUARANTINE = "quarantine"


def start_queue(claim_id: ClaimId) -> str:
    """Return the queue of one claim whose execution is to run or is running."""
    return f"start#{claim_id}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open claim's place in a queue. `since` orders the sweep."""

    key: str
    claim_id: ClaimId
    since: Instant

    @property
    def kind(self) -> QueueKind:
        return QueueKind(self.key.partition("#")[0])
