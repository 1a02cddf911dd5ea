"""The auditor's second book: every clearing position, rebuilt from the journal alone and compared with the windows.

Like `audit.py`, the module repeats the rules in its own words: the accounts between areas, the tier of an obligation,
the count of a gate. From the windows come only the places of transactions, not the amounts owed there. Months of a tier
in which the journal owes nothing are the close's business. Source: design.md section 7.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import TypeAlias

from chalicelib.audit.domain.claims import ClaimAuditor, ClaimState
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import AreaCode, RunId, TransactionId
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.transaction import Transaction

Pair: TypeAlias = tuple[str, str, str]
"""Kind (`fund`, `subsidy`), debtor, creditor."""
Month: TypeAlias = tuple[AreaCode, str]
"""A tier and a month of posting."""

DEBT = re.compile(r"(region|subsidy)/(\d{6})/due-to/(\d{6})")
KINDS = {"region": "fund", "subsidy": "subsidy"}
BROUGHT_ABOUT_BY_CLEARING = frozenset({"cleared", "disputed"})


@dataclass(frozen=True, slots=True)
class ShardState:
    """The recorded state of one gate: the number of transactions passed and the sum of their hashes, the amounts owed
    by transaction, and the sums kept beside them.
    """

    month: Month
    window: int
    shard: int
    passed: int
    hash_sum: int
    entries: Mapping[TransactionId, Mapping[Pair, Fen]]
    positions: Mapping[Pair, Fen]


@dataclass(frozen=True, slots=True)
class RunState:
    """The recorded amounts that a run took out of the accounts between areas: cleared and disputed."""

    run_id: RunId
    cleared: Mapping[Pair, Fen]
    disputed: Mapping[Pair, Fen]
    is_instructed: bool


class OwedAuditor:
    """The auditor of the debts at gates: takes transactions in any order, every one once, and keeps only those that owe
    between areas.
    """

    def __init__(self) -> None:
        self._owed: dict[Month, dict[TransactionId, dict[Pair, Fen]]] = defaultdict(dict)

    @property
    def months(self) -> tuple[Month, ...]:
        """Return the tiers and months in which the journal owes between areas."""
        return tuple(sorted(self._owed))

    def take(self, transaction: Transaction) -> None:
        if transaction.event in BROUGHT_ABOUT_BY_CLEARING:
            return
        for pair, amount_fen in debts_of(transaction):
            month = (tier_of_pair(pair), transaction.period)
            self._owed[month].setdefault(transaction.id, {})[pair] = amount_fen

    def placed(self, shards: Collection[ShardState]) -> tuple[Difference, ...]:
        """Find every difference between these gates and the journal's debts at them."""
        months = sorted(self._owed.keys() | {shard.month for shard in shards})
        return (
            *(each for month in months for each in self._placed(month, shards)),
            *(each for shard in shards for each in self._rebuilt(shard)),
        )

    def _placed(self, month: Month, shards: Iterable[ShardState]) -> Iterator[Difference]:
        """Check that every transaction stands in exactly one window, with the amounts that the journal owes."""
        owed, found = self._owed.get(month, {}), defaultdict[TransactionId, list[Mapping[Pair, Fen]]](list)
        for shard in shards:
            if shard.month == month:
                for name, entry in shard.entries.items():
                    found[name].append(entry)
        for name in sorted(owed.keys() | found.keys()):
            journal, state = owed.get(name), found.get(name, [])
            if journal is None:
                what = "position-without-transaction"
            elif not state:
                what = "position-missing"
            elif len(state) > 1:
                what = "position-twice"
            elif dict(state[0]) != journal:
                what = "position-differs"
            else:
                continue
            state_fen = sum(sum(entry.values()) for entry in state)
            yield Difference(what, "/".join((*month, name)), sum((journal or {}).values()), state_fen)

    def _rebuilt(self, shard: ShardState) -> Iterator[Difference]:
        """Check a gate's sums and count against the journal's debts for the transactions that stand there."""
        owed = self._owed.get(shard.month, {})
        own = [name for name in shard.entries if name in owed]
        sums: Counter[Pair] = Counter()
        for name in own:
            sums.update(owed[name])
        where = "/".join((*shard.month, str(shard.window), f"{shard.shard:x}"))
        for pair in sorted(sums.keys() | shard.positions.keys()):
            if (pair in sums, sums[pair]) != (pair in shard.positions, shard.positions.get(pair, 0)):
                yield Difference("window-position", "/".join((where, *pair)), sums[pair], shard.positions.get(pair, 0))
        if (shard.passed, shard.hash_sum) != (len(own), sum(map(_hash, own))):
            yield Difference("gate-count", where, 0)


class PositionAuditor:
    """The auditor of positions: takes the journal's transactions in any order, and then compares."""

    def __init__(self) -> None:
        self._ids: set[TransactionId] = set()
        self._owed = OwedAuditor()
        self._balances: Counter[Pair] = Counter()
        self._claims = ClaimAuditor()

    @property
    def months(self) -> tuple[Month, ...]:
        """Return the tiers and months in which the journal owes between areas."""
        return self._owed.months

    def take(self, transaction: Transaction) -> None:
        if transaction.id in self._ids:
            return
        self._ids.add(transaction.id)
        self._claims.take(transaction)
        self._owed.take(transaction)
        for pair, amount_fen in debts_of(transaction):
            self._balances[pair] += amount_fen

    def compare(
        self, shards: Collection[ShardState], runs: Collection[RunState], claims: Collection[ClaimState] = ()
    ) -> tuple[Difference, ...]:
        """Find every difference between windows and journal; `()` when all is well."""
        return (
            *self._owed.placed(shards),
            *self._between_areas(shards, runs),
            *self._claims.compare((shard.entries for shard in shards), claims),
        )

    def _between_areas(self, shards: Iterable[ShardState], runs: Iterable[RunState]) -> Iterator[Difference]:
        """Check that the debt between two areas equals the windows' amounts that no run has cleared or set aside."""
        placed: Counter[Pair] = Counter()
        for shard in shards:
            placed.update(shard.positions)
        return between_areas(self._balances, placed, runs, self._ids.__contains__)


def debts_of(transaction: Transaction) -> Iterator[tuple[Pair, Fen]]:
    """Yield the amounts by which a transaction raises the debts between areas, posting by posting."""
    for posting in transaction.postings:
        if debt := DEBT.fullmatch(posting.account):
            yield (KINDS[debt[1]], debt[2], debt[3]), -posting.amount_fen


def between_areas(
    balances: Counter[Pair], placed: Counter[Pair], runs: Iterable[RunState], is_posted: Callable[[TransactionId], bool]
) -> Iterator[Difference]:
    """Find the accounts between two areas that differ from the windows' amounts less those that runs took out."""
    state = Counter(placed)
    for run in runs:
        state.subtract(taken_out(run, is_posted))
    for pair in sorted(state.keys() | balances.keys()):
        if state[pair] != balances[pair]:
            yield Difference("between-areas", "/".join(pair), balances[pair], state[pair])


def taken_out(run: RunState, is_posted: Callable[[TransactionId], bool]) -> Counter[Pair]:
    """Return the amounts that a run took out of the accounts between areas.

    A run that ordered its payments has cleared every debtor; before the order the journal tells the cleared debtors.
    """
    taken = Counter(run.disputed)
    for pair, amount_fen in run.cleared.items():
        if run.is_instructed or is_posted(TransactionId(f"clear:{run.run_id}:{pair[1]}")):
            taken[pair] += amount_fen
    return taken


def tier_of_pair(pair: Pair) -> AreaCode:
    """Return the province of both sides, the nation's share counting as the other side's; otherwise the nation."""
    provinces = {area[:2] for area in pair[1:]} - {"00"}
    return AreaCode(f"{provinces.pop()}0000" if len(provinces) == 1 else "000000")


def _hash(transaction_id: TransactionId) -> int:
    return int.from_bytes(sha256(transaction_id.encode()).digest()[:8], "big")
