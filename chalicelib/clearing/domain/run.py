"""A clearing run: its states, its figures, and the parties that still have to confirm.

    closing -> verified -> netted -> confirming -> instructed -> settled
       any of the first five -> failed -> where it failed

A run owns exactly one window; starting it moves the tier's pointer in the same write, so no window is in two runs and
none is in no run. Nothing here knows a store or the clock.
"""

from __future__ import annotations

import json
from base64 import b32encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any

from chalicelib.clearing.domain import netting
from chalicelib.clearing.domain.netting import Allocation, Instruction, Net, party_in
from chalicelib.clearing.domain.proof import Fault
from chalicelib.clearing.domain.statements import read_position, write_position
from chalicelib.clearing.domain.terms import Terms
from chalicelib.clearing.domain.windows import Position
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, RunId
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.obligations import Window


class RunStatus(StrEnum):
    CLOSING = "closing"
    VERIFIED = "verified"
    NETTED = "netted"
    CONFIRMING = "confirming"
    INSTRUCTED = "instructed"
    SETTLED = "settled"
    FAILED = "failed"


_NEXT = {
    RunStatus.CLOSING: RunStatus.VERIFIED,
    RunStatus.VERIFIED: RunStatus.NETTED,
    RunStatus.NETTED: RunStatus.CONFIRMING,
    RunStatus.CONFIRMING: RunStatus.INSTRUCTED,
    RunStatus.INSTRUCTED: RunStatus.SETTLED,
}
_ORDER = {status: place for place, status in enumerate(RunStatus)}


@dataclass(frozen=True, slots=True)
class Run:
    """A run over a window. Hashes name stored documents: `figures` the matrix, nets and payments, `manifest` the
    current edition's statements.

    `sealed` once no further dispute is accepted: the payments are then final. `handed_down` once the provinces were
    told to pass on the sums cleared by the nation, which happens when the run settles. `failed_in` is the state in
    which a failed run continues; `attempt` counts the executions started for the run.
    """

    run_id: RunId
    window: Window
    started_by: str
    started_at: Instant
    terms: Terms
    status: RunStatus = RunStatus.CLOSING
    revision: int = 1
    attempt: int = 1
    lines: int = 0
    root: str | None = None
    figures: str | None = None
    edition: int = 0
    manifest: str | None = None
    deadline: str | None = None
    sealed: bool = False
    handed_down: bool = False
    failed_in: RunStatus | None = None
    reason: str | None = None

    def to(self, status: RunStatus) -> Run:
        """Move the run one state further. Raises `ValueError` for a step the machine does not have."""
        if _NEXT.get(self.status) is not status:
            raise ValueError(f"a run does not go from {self.status} to {status}")
        return replace(self, status=status)

    def failed(self, reason: str) -> Run:
        """Return the run stopped in its present state; a settled run cannot fail."""
        if self.status in (RunStatus.FAILED, RunStatus.SETTLED):
            raise ValueError("only a run that is under way can fail")
        return replace(self, status=RunStatus.FAILED, failed_in=self.status, reason=reason)

    def resumed(self) -> Run:
        """Return a failed run to the state in which it failed, for another execution."""
        if self.status is not RunStatus.FAILED or self.failed_in is None:
            raise ValueError("only a failed run is resumed")
        return replace(self, status=self.failed_in, failed_in=None, reason=None, attempt=self.attempt + 1)

    def reached(self, status: RunStatus) -> bool:
        """Tell whether the run has been in a state, so that a task which leads to the state has nothing left to do."""
        current = self.failed_in if self.status is RunStatus.FAILED and self.failed_in else self.status
        return _ORDER[current] >= _ORDER[status]


def run_id_of(window: Window) -> RunId:
    """Return the id of a window's run: the same window gives the same id, so starting twice starts once."""
    digest = sha256(f"{window.tier}|{window.period}|{window.number}".encode()).digest()
    return RunId("clr_" + b32encode(digest).decode().lower()[:26])


def parties(matrix: Iterable[Position], tier: AreaCode) -> dict[AreaCode, frozenset[AreaCode]]:
    """Return the parties that have to confirm, with the areas whose obligations each party answers for."""
    party = party_in(tier)
    beneath: dict[AreaCode, set[AreaCode]] = {}
    for position in matrix:
        for area in (position.debtor, position.creditor):
            beneath.setdefault(party(area), set()).add(area)
    return {name: frozenset(areas) for name, areas in sorted(beneath.items())}


def awaited(matrix: Iterable[Position], tier: AreaCode, confirmed: Collection[str]) -> tuple[AreaCode, ...]:
    """Return the parties that have not confirmed. A province confirms by itself or by all its pooling areas."""
    return tuple(
        party
        for party, beneath in parties(matrix, tier).items()
        if party not in confirmed and not beneath <= set(confirmed)
    )


class Stage(StrEnum):
    """The external event a run waits for."""

    CONFIRMATIONS = "confirmations"
    RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class ShardSummary:
    """The result of proving a shard. `content` names its lines, `positions` its positions and `areas` the lines of each
    area, all as stored documents, None where the shard has none; `root` is the root of the shard's part of the tree.
    `faults` are the first faults of the shard.
    """

    shard: int
    lines: int
    root: str
    content: str | None
    positions: str | None
    areas: Mapping[AreaCode, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """An area's statement of one edition: the hashes of its three forms."""

    area: AreaCode
    edition: int
    lines: int
    json: str
    csv: str
    xlsx: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An area's agreement with its statement."""

    area: AreaCode
    confirmed_by: str
    confirmed_at: Instant


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of a run: all that was owed (`gross`, the evidence), the part cleared now, and the payments."""

    gross: tuple[Position, ...]
    cleared: tuple[Position, ...]
    nets: tuple[Net, ...]
    instructions: tuple[Instruction, ...]
    allocations: tuple[Allocation, ...]

    @classmethod
    def of(cls, gross: Sequence[Position], cleared: Sequence[Position], tier: AreaCode) -> Figures:
        """Net the positions to be cleared. Raises `Unbalanced` where they do not sum to zero."""
        nets = netting.net(cleared, tier)
        return cls(tuple(gross), tuple(cleared), nets, netting.instruct(nets), netting.allocate(cleared, tier))

    def write(self) -> bytes:
        """Write the figures as the document that the run names by its hash."""
        return canonical_json(
            {
                "gross": [write_position(position) for position in self.gross],
                "cleared": [write_position(position) for position in self.cleared],
                "nets": [[n.party, n.kind.value, n.owed_to_fen, n.owed_by_fen] for n in self.nets],
                "instructions": [[i.number, i.kind.value, i.payer, i.payee, i.amount_fen] for i in self.instructions],
                "allocations": [[a.province, a.area, a.kind.value, a.amount_fen] for a in self.allocations],
            }
        )

    @staticmethod
    @lru_cache(maxsize=4)
    def read(content: bytes) -> Figures:
        """Read the figures, the inverse of `write`. The last figures read are kept for all statements of a run."""
        document: dict[str, Any] = json.loads(content)
        return Figures(
            tuple(read_position(row) for row in document["gross"]),
            tuple(read_position(row) for row in document["cleared"]),
            tuple(Net(row[0], ObligationKind(row[1]), row[2], row[3]) for row in document["nets"]),
            tuple(
                Instruction(row[0], ObligationKind(row[1]), row[2], row[3], row[4]) for row in document["instructions"]
            ),
            tuple(Allocation(row[0], row[1], ObligationKind(row[2]), row[3]) for row in document["allocations"]),
        )
