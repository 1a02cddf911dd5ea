"""What is remembered of a clearing run beside the run itself: its shards, figures, statements and confirmations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from chalicelib.domain.accounts import ObligationKind
from chalicelib.domain.canonical import canonical_json
from chalicelib.domain.clearing import netting
from chalicelib.domain.clearing.netting import Allocation, Instruction, Net
from chalicelib.domain.clearing.proof import Fault
from chalicelib.domain.clearing.statements import read_position, write_position
from chalicelib.domain.clearing.windows import Position


class Stage(StrEnum):
    """What a run waits for outside of itself."""

    CONFIRMATIONS = "confirmations"
    RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class ShardSummary:
    """What proving one shard found. `content` names its lines, `positions` its positions and `areas` the lines of
    each area, all as stored documents; `root` is the root of its part of the tree. `faults` are the first of them.
    """

    shard: int
    lines: int
    root: str
    content: str
    positions: str
    areas: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """An area's statement of one edition: the hashes of its three forms."""

    area: str
    edition: int
    lines: int
    json: str
    csv: str
    xlsx: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An area agrees with its statement."""

    area: str
    confirmed_by: str
    confirmed_at: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of a run: all that was owed (`gross`, the evidence), what is cleared of it now, and the payments."""

    gross: tuple[Position, ...]
    cleared: tuple[Position, ...]
    nets: tuple[Net, ...]
    instructions: tuple[Instruction, ...]
    allocations: tuple[Allocation, ...]

    @classmethod
    def of(cls, gross: Sequence[Position], cleared: Sequence[Position], tier: str) -> Figures:
        """Net what is to be cleared. Raises `Unbalanced` where it does not sum to zero."""
        nets = netting.net(cleared, tier)
        return cls(tuple(gross), tuple(cleared), nets, netting.instruct(nets), netting.allocate(cleared, tier))

    def write(self) -> bytes:
        """The figures as the document that the run names by its hash."""
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
        """The inverse of `write`. The last ones read are kept: every statement of a run needs the same."""
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
