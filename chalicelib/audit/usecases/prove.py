"""The proof of a part of a month: its items compared with each other, with their copies and with their windows.

A month is the sum of its parts, so a month is read by as many tasks as it has parts, and by none of them for long. A
difference caused by a posting during the reading appears once; only a difference found twice is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from chalicelib.audit.domain.positions import PositionAuditor
from chalicelib.audit.domain.runs import PartProof
from chalicelib.audit.domain.seals import root_over
from chalicelib.audit.domain.tally import AuditTally
from chalicelib.audit.ports import SealStore
from chalicelib.audit.usecases.positions import ComparePositions
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.ledger.domain.copy import CopiedItem, Difference, LedgerItem, compare_copies
from chalicelib.ledger.domain.obligations import SHARDS, month_parts
from chalicelib.ledger.domain.transaction import Transaction, posting_period
from chalicelib.ledger.ports import LedgerStore, StoredTransaction


@dataclass(frozen=True, slots=True)
class Copied:
    """The copies of one part of a month, and the tiers in which the copies of the whole month show a debt."""

    items: tuple[CopiedItem, ...]
    tiers: frozenset[AreaCode] = frozenset()


@dataclass(frozen=True, slots=True)
class _Read:
    """The content of a part: the items of its transactions by key, the transactions as stored, and the differences."""

    items: Mapping[str, LedgerItem]
    transactions: tuple[Transaction, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class ProveMonth:
    ledger: LedgerStore
    seals: SealStore
    positions: ComparePositions

    def __call__(self, period: str, part: int, cut: str, copied: Copied) -> PartProof:
        """Prove a part of a month before an instant: the tally and the differences; `copied` are the part's copies as
        read before.
        """
        first = self._once(period, part, cut, copied)
        if not first.differences:
            return first
        second = self._once(period, part, cut, copied)
        return replace(second, differences=tuple(each for each in second.differences if each in first.differences))

    def root(self, period: str, part: int) -> str:
        """Return the root over the items of a part, as they stand now."""
        return root_over(self._read(period, part, ()).items)

    def _once(self, period: str, part: int, cut: str, copied: Copied) -> PartProof:
        read = self._read(period, part, copied.items)
        tally, positions = AuditTally(), PositionAuditor()
        for each in read.transactions:
            positions.take(each)
            if each.occurred_at < cut:
                tally.take(each)
        windows = self.positions.standing(period, {*copied.tiers, *(tier for tier, _ in positions.months)})
        gates = [self.positions.shard(window, gate) for window in windows for gate in gates_of(period, part)]
        differences = (
            *read.differences,
            *self._corrects_nothing(read.transactions),
            *compare_copies(read.items, copied.items, cut),
            *positions.placed(gates),
        )
        return PartProof(period, root_over(read.items), tally, differences)

    def _read(self, period: str, part: int, copies: Iterable[CopiedItem]) -> _Read:
        posted = list(self.ledger.posted_in(period, part))
        said = [each.transaction for each in posted if each.transaction is not None]
        copied = {name for each in copies if (name := self.ledger.place_of(each.key, period).transaction_id)}
        own = self.ledger.stored_by_id(sorted({each.id for each in said} | copied))
        tiers = PositionAuditor()
        for transaction in said:
            tiers.take(transaction)
        owing = (
            self.ledger.owing_at(tier, period, gate) for tier, _ in tiers.months for gate in gates_of(period, part)
        )
        seals = (each for each in self.seals.stored() if self._is_here(each, period, part))
        rows = [*(each.item for each in (*posted, *own.values())), *(each for found in owing for each in found), *seals]
        differences = (
            *_unreadable((*posted, *own.values())),
            *_twins(period, said, {name: each.transaction for name, each in own.items()}),
        )
        return _Read({each.key: each for each in rows}, tuple({each.id: each for each in said}.values()), differences)

    def _is_here(self, seal: LedgerItem, period: str, part: int) -> bool:
        """Tell whether a seal belongs to this part: a seal is copied with the postings of the month of the sealing."""
        return posting_period(seal.occurred_at) == period and self.ledger.place_of(seal.key, period).part == part

    def _corrects_nothing(self, transactions: tuple[Transaction, ...]) -> Iterator[Difference]:
        named = {each.corrects: each.id for each in transactions if each.corrects is not None}
        missing = named.keys() - {each.id for each in transactions}
        missing -= self.ledger.stored_by_id(sorted(missing)).keys()
        yield from (Difference("corrects-nothing", named[each], 0) for each in sorted(missing))


def gates_of(period: str, part: int) -> tuple[int, ...]:
    """Return the gates that the transactions of a month's part pass."""
    return tuple(gate for gate in SHARDS if gate % len(month_parts(period)) == part)


def _unreadable(stored: Iterable[StoredTransaction]) -> Iterator[Difference]:
    yield from (Difference("unreadable", each.item.key, 0) for each in stored if each.transaction is None)


def _twins(period: str, posted: Iterable[Transaction], own: Mapping[str, Transaction | None]) -> Iterator[Difference]:
    """Check that a transaction is stored once by id and once by instant, with equal content but for the citations."""
    seen: set[str] = set()
    for each in posted:
        if each.id in seen:
            yield Difference("posted-twice", each.id, 0)
        elif each.id not in own:
            yield Difference("posted-alone", each.id, 0)
        elif _without_citations(own[each.id]) != each or each.period != period:
            yield Difference("posted-differs", each.id, 0)
        seen.add(each.id)
    yield from (Difference("not-by-instant", each, 0) for each in sorted(own.keys() - seen))


def _without_citations(transaction: Transaction | None) -> Transaction | None:
    return None if transaction is None else replace(transaction, citations=())
