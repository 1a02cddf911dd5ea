"""The proof of a part of a month: its items compared with each other, with their copies and with their windows.

A month is the sum of its parts, so a month is read by as many tasks as it has parts, and by none of them for long. A
difference caused by a posting during the reading appears once; only a difference found twice is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from chalicelib.audit.domain.positions import OwedAuditor
from chalicelib.audit.domain.runs import PartProof
from chalicelib.audit.domain.seals import root_over
from chalicelib.audit.domain.tally import AuditTally
from chalicelib.audit.ports import SealStore
from chalicelib.audit.usecases.positions import ComparePositions
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, TransactionId
from chalicelib.ledger.domain.copy import CopiedItem, Difference, LedgerItem, compare_copies
from chalicelib.ledger.domain.obligations import SHARDS, month_parts
from chalicelib.ledger.domain.transaction import Transaction, posting_period
from chalicelib.ledger.ports import LedgerStore, StoredTransaction

_HELD_AT_ONCE = 1_000
"""Transactions that are held while they are compared with those of their ids: a page of DynamoDB holds as many."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The copies of one part of a month, and the tiers in which the copies of the whole month show a debt."""

    items: tuple[CopiedItem, ...]
    tiers: frozenset[AreaCode] = frozenset()


class _Part:
    """What is kept of a part while it is read: its items, the debts between areas and the ids of its transactions. A
    transaction is taken once and not held, since a part of a month may have some hundred thousand.
    """

    def __init__(self, period: str, take: Callable[[Transaction], None]) -> None:
        self._period = period
        self._take = take
        self._unreadable: list[Difference] = []
        self._twins: list[Difference] = []
        self.items: dict[str, LedgerItem] = {}
        self.owed = OwedAuditor()
        self.ids: set[TransactionId] = set()
        self.correcting: dict[TransactionId, TransactionId] = {}

    @property
    def differences(self) -> tuple[Difference, ...]:
        return (*self._unreadable, *self._twins)

    def add(self, posted: Iterable[StoredTransaction], own: Mapping[TransactionId, StoredTransaction]) -> None:
        """Add some transactions stored by instant, with those of their ids stored by id. Checks that a transaction is
        stored once by id and once by instant, with equal content but for the citations.
        """
        for each in posted:
            said = each.transaction
            self._keep(each)
            if said is None:
                continue
            if said.id in self.ids:
                self._differs("posted-twice", said.id)
                continue
            if said.id not in own:
                self._differs("posted-alone", said.id)
            elif _without_citations(own[said.id].transaction) != said or said.period != self._period:
                self._differs("posted-differs", said.id)
            self.ids.add(said.id)
            if said.corrects is not None:
                self.correcting[said.corrects] = said.id
            self.owed.take(said)
            self._take(said)
        for each in own.values():
            self._keep(each)

    def add_alone(self, own: Mapping[TransactionId, StoredTransaction]) -> None:
        """Add transactions stored by id that no instant has, although they were copied."""
        for each in own.values():
            self._keep(each)
        for name in sorted(own):
            self._differs("not-by-instant", name)

    def _keep(self, each: StoredTransaction) -> None:
        if each.transaction is None:
            self._unreadable.append(Difference("unreadable", each.item.key, 0))
        self.items[each.item.key] = each.item

    def _differs(self, what: str, transaction_id: TransactionId) -> None:
        self._twins.append(Difference(what, transaction_id, 0))


@dataclass(frozen=True, slots=True)
class ProveMonth:
    ledger: LedgerStore
    seals: SealStore
    positions: ComparePositions

    def __call__(self, period: str, part: int, cut: Instant, copied: Copied) -> PartProof:
        """Prove a part of a month before an instant: the tally and the differences; `copied` are the part's copies as
        read before.
        """
        proof = self._once(period, part, cut, copied)
        if not (found := frozenset(proof.differences)):
            return proof
        del proof  # only one tally is held at a time
        second = self._once(period, part, cut, copied)
        return replace(second, differences=tuple(each for each in second.differences if each in found))

    def root(self, period: str, part: int) -> str:
        """Return the root over the items of a part, as they stand now."""
        return root_over(self._read(period, part, (), lambda _: None).items)

    def _once(self, period: str, part: int, cut: Instant, copied: Copied) -> PartProof:
        tally = AuditTally()

        def take(transaction: Transaction) -> None:
            if transaction.occurred_at < cut:
                tally.take(transaction)

        read = self._read(period, part, copied.items, take)
        windows = self.positions.standing(period, {*copied.tiers, *(tier for tier, _ in read.owed.months)})
        gates = [self.positions.shard(window, gate) for window in windows for gate in gates_of(period, part)]
        differences = (
            *read.differences,
            *self._corrects_nothing(read),
            *compare_copies(read.items, copied.items, cut),
            *read.owed.placed(gates),
        )
        return PartProof(period, root_over(read.items), tally, differences)

    def _read(self, period: str, part: int, copies: Iterable[CopiedItem], take: Callable[[Transaction], None]) -> _Part:
        """Read a part, and let each of its transactions be taken once."""
        read, posted = _Part(period, take), iter(self.ledger.posted_in(period, part))
        while some := tuple(islice(posted, _HELD_AT_ONCE)):
            said = {each.transaction.id for each in some if each.transaction is not None}
            read.add(some, self.ledger.stored_by_id(sorted(said)))
        names = (self.ledger.place_of(each.key, period).transaction_id for each in copies)
        read.add_alone(self.ledger.stored_by_id(sorted({name for name in names if name and name not in read.ids})))
        for tier, _ in read.owed.months:
            for gate in gates_of(period, part):
                read.items.update((each.key, each) for each in self.ledger.owing_at(tier, period, gate))
        here = (each for each in self.seals.stored() if self._is_here(each, period, part))
        read.items.update((each.key, each) for each in here)
        return read

    def _is_here(self, seal: LedgerItem, period: str, part: int) -> bool:
        """Tell whether a seal belongs to this part: a seal is copied with the postings of the month of the sealing."""
        return posting_period(seal.occurred_at) == period and self.ledger.place_of(seal.key, period).part == part

    def _corrects_nothing(self, read: _Part) -> Iterator[Difference]:
        missing = read.correcting.keys() - read.ids
        missing -= self.ledger.stored_by_id(sorted(missing)).keys()
        yield from (Difference("corrects-nothing", read.correcting[each], 0) for each in sorted(missing))


def gates_of(period: str, part: int) -> tuple[int, ...]:
    """Return the gates that the transactions of a month's part pass."""
    parts = len(month_parts(period))
    return tuple(gate for gate in SHARDS if gate % parts == part)


def _without_citations(transaction: Transaction | None) -> Transaction | None:
    return None if transaction is None else replace(transaction, citations=())
