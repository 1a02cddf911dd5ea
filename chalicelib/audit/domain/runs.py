"""One night's audit: which months it reads, in which parts, and what stands at the end of a month.

Nothing is closed while a part is missing. Nothing here knows a store or the clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from chalicelib.audit.domain.tally import BEGAN, AuditTally, Sums, read_sums, written
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.obligations import MONTH_PARTS, Window


class Step(StrEnum):
    """What a part does: read the copies of a month, hold a part of a month against them and its windows, hold a sealed
    month against its seal, hold the state against what was found.
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
    """`cut` is the instant before which nothing more is posted; `sealed` the last month that was sealed when the audit
    began, empty for none; `months` those that are read, `again` a sealed one that is read once more, or empty.
    """

    audit_id: str
    started_at: str
    cut: str
    sealed: str
    months: tuple[str, ...]
    again: str
    status: AuditStatus = AuditStatus.RUNNING
    found: tuple[Difference, ...] = ()
    revision: int = 1

    @property
    def copies(self) -> tuple[str, ...]:
        """The parts that come first."""
        return tuple(f"{Step.COPIES}#{each}#{part:x}" for each in self.months for part in MONTH_PARTS)

    @property
    def transactions(self) -> tuple[str, ...]:
        """Those that come next."""
        months = [(Step.MONTH, each) for each in self.months]
        again = [(Step.SEALED, self.again)] if self.again else []
        return tuple(f"{step}#{each}#{part:x}" for step, each in (*months, *again) for part in MONTH_PARTS)

    @property
    def state(self) -> tuple[str, ...]:
        """Those that come last."""
        return tuple(f"{Step.STATE}##{part:x}" for part in MONTH_PARTS)

    @property
    def parts(self) -> Iterator[str]:
        """Every part without which it is not closed."""
        yield from (*self.copies, *self.transactions, *self.state)


def read_name(name: str) -> tuple[Step, str, int]:
    """The step, month and number of a part. Raises `ValueError` for another name."""
    step, period, part = name.split("#")
    return Step(step), period, int(part, 16)


@dataclass(frozen=True, slots=True)
class AuditPart:
    """What a part found, by the hashes of the documents it kept; an empty one stands for nothing. `tiers` are those
    that copies name, `root` is that over the items of a part of a month.
    """

    audit_id: str
    name: str
    documents: tuple[str, ...]
    tiers: tuple[str, ...] = ()
    root: str = ""


@dataclass(frozen=True, slots=True)
class ProvedSum:
    of: str
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class Proved:
    """What a claim or requisition had come to at the end of a month in which it moved."""

    about: str
    period: str
    sums: tuple[ProvedSum, ...]

    @classmethod
    def of(cls, about: str, period: str, sums: Sums) -> Proved:
        """What is kept."""
        rows = sorted(written(Counter({key: fen for key, fen in sums.items() if fen and key != BEGAN})).items())
        return cls(about, period, tuple(ProvedSum(name, fen) for name, fen in rows))

    @property
    def read(self) -> Sums:
        return read_sums({each.of: each.amount_fen for each in self.sums})


@dataclass(frozen=True, slots=True)
class PartProof:
    """What a part of a month was found to be: the root over its items, what it comes to, and what differs."""

    period: str
    root: str
    tally: AuditTally
    differences: tuple[Difference, ...] = ()

    def document(self) -> dict[str, Any]:
        """What is kept of it; nothing where nothing was found."""
        if not self.tally.transactions and not self.differences:
            return {}
        return {"tally": self.tally.document(), "differences": rows_of(self.differences)}

    @classmethod
    def of(cls, period: str, root: str, document: Mapping[str, Any]) -> PartProof:
        """What was kept."""
        if not document:
            return cls(period, root, AuditTally())
        return cls(period, root, AuditTally.of(document["tally"]), differences_of(document["differences"]))


@dataclass(frozen=True, slots=True)
class Opening:
    """What an audit begins with: what stood at the end of the last sealed month, and the windows of sealed months whose
    runs were not over.
    """

    tally: AuditTally
    windows: tuple[Window, ...] = ()

    def document(self) -> dict[str, Any]:
        """What is kept of it."""
        windows = [[each.tier, each.period, each.number] for each in self.windows]
        return {"tally": self.tally.document(), "windows": windows}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Opening:
        """What was kept."""
        return cls(AuditTally.of(document["tally"]), tuple(Window(*each) for each in document["windows"]))


@dataclass(frozen=True, slots=True)
class Audited:
    """What is known by now: the opening, what each month came to, and from where on neither says anything. `since` is
    the instant with which the first month begins, `sealed` the month before it.
    """

    opening: Opening
    months: tuple[tuple[str, AuditTally], ...]
    cut: str
    since: str
    sealed: str


def rows_of(differences: tuple[Difference, ...]) -> list[list[Any]]:
    """Differences as they are kept."""
    return [[each.what, each.where, each.journal_fen, each.state_fen] for each in differences]


def differences_of(rows: list[list[Any]]) -> tuple[Difference, ...]:
    """Differences that were kept."""
    return tuple(Difference(*each) for each in rows)
