"""The audit of a night: the months read, the parts of the work, and the state at the end of a month.

An audit is not closed while a part is missing. Nothing here knows a store or the clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NewType

from chalicelib.audit.domain.tally import BEGAN, AuditTally, Sums, read_sums, written
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.obligations import STATE_PARTS, Window, month_parts

AuditId = NewType("AuditId", str)
"""The id of an audit, made from its night."""


class Step(StrEnum):
    """The task of a part: read the copies of a month, compare a part of a month with the copies and the windows,
    compare a sealed month with its seal, compare the state with the results.
    """

    COPIES = "copies"
    MONTH = "month"
    SEALED = "sealed"
    STATE = "state"


class AuditStatus(StrEnum):
    RUNNING = "running"
    CLOSED = "closed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AuditRun:
    """The audit of a night. `cut` is the instant before which nothing more is posted; `sealed` the last month sealed
    when the audit began, empty for none; `months` the months read; `again` a sealed month read once more, or empty.
    """

    audit_id: AuditId
    started_at: Instant
    cut: Instant
    sealed: str
    months: tuple[str, ...]
    again: str
    status: AuditStatus = AuditStatus.RUNNING
    found: tuple[Difference, ...] = ()
    revision: int = 1

    @property
    def copies(self) -> tuple[str, ...]:
        """Return the names of the first parts: those that read the copies."""
        return tuple(f"{Step.COPIES}#{each}#{part:x}" for each in self.months for part in month_parts(each))

    @property
    def transactions(self) -> tuple[str, ...]:
        """Return the names of the parts that come next: those that read months."""
        months = [(Step.MONTH, each) for each in self.months]
        again = [(Step.SEALED, self.again)] if self.again else []
        return tuple(f"{step}#{each}#{part:x}" for step, each in (*months, *again) for part in month_parts(each))

    @property
    def state(self) -> tuple[str, ...]:
        """Return the names of the last parts: those that check the state."""
        return tuple(f"{Step.STATE}##{part:x}" for part in STATE_PARTS)

    @property
    def parts(self) -> Iterator[str]:
        """Return the names of all parts, without which the audit is not closed."""
        yield from (*self.copies, *self.transactions, *self.state)


def read_name(name: str) -> tuple[Step, str, int]:
    """Return the step, month and number of a part. Raises `ValueError` for another name."""
    step, period, part = name.split("#")
    return Step(step), period, int(part, 16)


@dataclass(frozen=True, slots=True)
class AuditPart:
    """The result of a part, as the hashes of the documents kept; an empty hash stands for an empty result. A part of a
    month keeps its result first, then what each part of the state reads of it. `tiers` are
    the tiers that copies name; `root` is the root over the items of a part of a month.
    """

    audit_id: AuditId
    name: str
    documents: tuple[str, ...]
    tiers: tuple[AreaCode, ...] = ()
    root: str = ""


@dataclass(frozen=True, slots=True)
class ProvedSum:
    of: str
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class Proved:
    """The sums of a claim or requisition at the end of a month in which money moved for the claim or requisition."""

    about: str
    period: str
    sums: tuple[ProvedSum, ...]

    @classmethod
    def of(cls, about: str, period: str, sums: Sums) -> Proved:
        """Build the record to keep from the sums."""
        rows = sorted(written(Counter({key: fen for key, fen in sums.items() if fen and key != BEGAN})).items())
        return cls(about, period, tuple(ProvedSum(name, fen) for name, fen in rows))

    @property
    def read(self) -> Sums:
        return read_sums({each.of: each.amount_fen for each in self.sums})


@dataclass(frozen=True, slots=True)
class PartProof:
    """The result for a part of a month: the root over its items, the tally, and the differences."""

    period: str
    root: str
    tally: AuditTally
    differences: tuple[Difference, ...] = ()

    def documents(self) -> list[dict[str, Any]]:
        """Return the documents to keep: the result, then the sums by claim and requisition for each part of the state;
        an empty document for an empty result.
        """
        is_empty = not self.tally.transactions and not self.differences
        result = {} if is_empty else {"tally": self.tally.document(), "differences": rows_of(self.differences)}
        return [result, *self.tally.documents_of_causes()]

    @classmethod
    def of(cls, period: str, root: str, document: Mapping[str, Any], causes: Mapping[str, Any]) -> PartProof:
        """Read the proof from the kept document, with the claims and requisitions of `causes`."""
        if not document:
            return cls(period, root, AuditTally())
        return cls(period, root, AuditTally.of(document["tally"], causes), differences_of(document["differences"]))


@dataclass(frozen=True, slots=True)
class Opening:
    """The starting point of an audit: the sums at the end of the last sealed month, and the windows of sealed months
    whose runs were not over.
    """

    tally: AuditTally
    windows: tuple[Window, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the document to keep."""
        windows = [[each.tier, each.period, each.number] for each in self.windows]
        return {"tally": self.tally.document(), "windows": windows}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Opening:
        """Read the opening from the kept document."""
        return cls(AuditTally.of(document["tally"]), tuple(Window(*each) for each in document["windows"]))


@dataclass(frozen=True, slots=True)
class Audited:
    """The results known so far: the opening, the tally of each month, and the instant from which on neither
    covers a posting. `since` is the instant with which the first month begins, `sealed` the month before it.
    """

    opening: Opening
    months: tuple[tuple[str, AuditTally], ...]
    cut: Instant
    since: Instant
    sealed: str


def rows_of(differences: tuple[Difference, ...]) -> list[list[Any]]:
    """Return differences as rows to keep."""
    return [[each.what, each.where, each.journal_fen, each.state_fen] for each in differences]


def differences_of(rows: list[list[Any]]) -> tuple[Difference, ...]:
    """Read differences from kept rows."""
    return tuple(Difference(*each) for each in rows)
