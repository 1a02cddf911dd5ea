"""What is remembered of a claim, a person and a payment: summaries and hashes; bodies and determinations stand apart.

Every record that changes carries the revision it is at, and a writer names the revision it read.
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


class ClaimStatus(StrEnum):
    """received <-> deferred, then settled, rejected or (replaced or taken back by its hospital) withdrawn; a settled
    claim may be reversed.
    """

    RECEIVED = "received"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    SETTLED = "settled"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({ClaimStatus.RECEIVED, ClaimStatus.DEFERRED})
"""The states a settlement may still come out of."""

CLOSED = frozenset({ClaimStatus.REJECTED, ClaimStatus.REVERSED, ClaimStatus.WITHDRAWN})
"""The states in which a claim is over and owes nothing: a new version may follow under the same number."""

REPLACED = "replaced"
"""The reason of a withdrawn claim whose hospital sent another body under its number."""


class Hold(StrEnum):
    """Whether a settled claim's payment waits for its agency, since the claim resembles another."""

    HELD = "held"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Release:
    """The release of a held payment: its actor and reason."""

    act: Act
    reason: str


class Flag(StrEnum):
    """What of a settled claim its agency should look at. `possible-duplicate` stays once the payment is released."""

    POSSIBLE_DUPLICATE = "possible-duplicate"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class SettlementSummary:
    """What posting left on a claim.

    `payable_fen` is what is still owed to the hospital after `advance_offset_fen` of its special advance stood in; both
    stand until the claim is corrected once `ordered`. `ordered_fen` is what went to the bank or was held against an
    overpayment, in so many `rounds`. `protected_fen` is what a special advance may meet of the debt.
    `corrections` counts how often the claim was decided again; `decided_hash` names the claim that was decided, which a
    corrected status makes another than the hospital's body, with what was known beside it. `bill` is
    what the claim came to. `reclassified` once what was pending for a later enrolment has found its fund. `hold` where
    the claim resembles another: `held_fen` of what was ordered then waits for its agency, `release` is how it ended.
    """

    transaction_id: str
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
        """What the hospital is owed for the claim in all, however it is met."""
        return self.payable_fen + self.advance_offset_fen


@dataclass(frozen=True, slots=True)
class Counted:
    """How one revision of a claim counts in summaries. The amounts are a settled claim's and 0 for any other; `areas`
    are those that the claim concerns.
    """

    revision: int
    status: ClaimStatus
    agency: str | None
    areas: tuple[str, ...]
    basic_fen: Fen = 0
    critical_fen: Fen = 0
    assistance_fen: Fen = 0
    fiscal_fen: Fen = 0
    patient_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """One version of a claim.

    `body_hash` is the fingerprint of its body, which is kept beside it; `notes_hash` names its stored findings and
    warnings (None where there are none), since thousands of lines can bring more of them than an item holds.

    `agency` settles with the institution and `areas` are all areas that may see the claim; None and empty where the
    institution is unknown. `transfer_from` is the sending hospital's claim, after a transfer, `submitted_by` the acting
    person, `awaited` whether a receiving hospital's claim has waited for it. `attempt` counts the executions started
    for it, `restarts` those that the sweep started since it was last received or put aside. `waiting` is the key of the
    queue an open claim stands in, None once it is final. `statuses` are the health side's corrections in their order,
    which the hospital's body gives way to; `open_tasks` the kinds of the tasks that stand open for it. `as_read` is no
    part of the record: whoever reads one from its store learns how it counted then, which the next write counts away.
    """

    claim_id: str
    claim_no: str
    institution: str
    agency: str | None
    person: str
    version: int
    body_hash: str
    received_at: str
    changed_at: str
    status: ClaimStatus = ClaimStatus.RECEIVED
    revision: int = 1
    attempt: int = 1
    waiting: str | None = None
    reason: str | None = None
    areas: tuple[str, ...] = ()
    notes_hash: str | None = None
    settlement: SettlementSummary | None = None
    transfer_from: str | None = None
    statuses: tuple[StatusEvent, ...] = ()
    open_tasks: tuple[str, ...] = ()
    submitted_by: str = ""
    awaited: bool = False
    restarts: int = 0
    as_read: Counted | None = field(default=None, compare=False)

    @property
    def counted(self) -> Counted:
        """How the claim counts as it is."""
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
    def flags(self) -> tuple[Flag, ...]:
        """What the inspection list shows of the claim: nothing any more once it is reversed."""
        hold = None if self.settlement is None or self.status is not ClaimStatus.SETTLED else self.settlement.hold
        if hold is None:
            return ()
        return (Flag.POSSIBLE_DUPLICATE, Flag.HELD) if hold is Hold.HELD else (Flag.POSSIBLE_DUPLICATE,)


def with_statuses(record: ClaimRecord, statuses: tuple[StatusEvent, ...]) -> ClaimRecord:
    """The record with the health side's word after what it said before; the same again changes nothing."""
    if not statuses or record.statuses[-len(statuses) :] == statuses:
        return record
    return replace(record, statuses=(*record.statuses, *statuses))


@dataclass(frozen=True, slots=True)
class Notes:
    """What is wrong with a claim, and what is odd about it."""

    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


class QueueKind(StrEnum):
    """What the claims of a queue wait for; the first word of the queue's key. `start`: their execution. `pay`,
    `redecide`, `cover`: what follows a decision. `dependency`: something that could not be reached. `transfer`: the
    sending hospital's claim. `enrolment`: the patient's. `quarantine`: a person who starts them again.
    """

    START = "start"
    PAY = "pay"
    REDECIDE = "redecide"
    COVER = "cover"
    DEPENDENCY = "dependency"
    TRANSFER = "transfer"
    ENROLMENT = "enrolment"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place in the queue of what an open claim waits for. `since` orders the sweep."""

    key: str
    claim_id: str
    since: str

    @property
    def kind(self) -> QueueKind:
        return QueueKind(self.key.partition("#")[0])
