"""Tallies of transactions: sums that can be kept and added up in any order, so that an audit is done in parts.

A tally covers some transactions as `audit/domain/replay.py` and its neighbours cover the whole journal, so that a part
of a month is read once, wherever and whenever, and the month before is not read again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from chalicelib.audit.domain.claims import OF_CLAIMS, Moved, Pair
from chalicelib.audit.domain.positions import BROUGHT_ABOUT_BY_CLEARING, DEBT, KINDS, tier_of_pair
from chalicelib.audit.domain.replay import ADVANCE, Replay
from chalicelib.audit.domain.requisitions import ON_ITS_WAY
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.ledger.domain.obligations import STATE_PARTS
from chalicelib.ledger.domain.transaction import Transaction

Sums = Counter[tuple[str, ...]]
"""Amounts in fen by their subject; the first word names the kind of sum."""

BEGAN = ("began",)
"""The key that marks a claim settled among these transactions, so that none of the claim's transactions is older."""

_BETWEEN = "|"


class AuditTally:
    """The sums of some transactions: `sums` over all of them, `causes` by claim and requisition; `under_way` holds
    advances instructed and neither confirmed nor failed among these transactions, `ended` those confirmed or failed.
    """

    def __init__(self) -> None:
        self.transactions = 0
        self.sums: Sums = Counter()
        self.causes: dict[str, Sums] = defaultdict(Counter)
        self.under_way: dict[str, tuple[str, Fen]] = {}
        self.ended: set[str] = set()

    def take(self, transaction: Transaction) -> None:
        """Take a transaction; the caller shows every transaction once."""
        self.transactions += 1
        brought_about = transaction.event in BROUGHT_ABOUT_BY_CLEARING
        for posting in transaction.postings:
            self.sums["balance", posting.account] += posting.amount_fen
            if transaction.event == "advance-instructed" and ADVANCE.fullmatch(posting.account):
                self.under_way[transaction.cause] = (posting.account, posting.amount_fen)
            if (debt := DEBT.fullmatch(posting.account)) and not brought_about:
                pair = (KINDS[debt[1]], debt[2], debt[3])
                self.sums["placed", *pair] -= posting.amount_fen
                if transaction.event in OF_CLAIMS:
                    self.causes[transaction.cause]["placed", *pair] -= posting.amount_fen
            if on_its_way := ON_ITS_WAY.fullmatch(posting.account):
                is_paid = transaction.event == "requisition-paid"
                side = ("side", on_its_way.group(1), "paid" if is_paid else "received")
                self.causes[transaction.cause][side] += posting.amount_fen if is_paid else -posting.amount_fen
        if transaction.event in {"advance-confirmed", "advance-failed"}:
            self.ended.add(transaction.cause)
        for use in transaction.budget:
            self.sums["budget", use.institution, str(use.year), use.kind] += use.amount_fen
            self.sums["spending", use.institution, transaction.period, use.kind] += use.amount_fen
        if transaction.event in OF_CLAIMS:
            self._moved(transaction)
        if transaction.event == "settled":
            self.causes[transaction.cause][BEGAN] += 1

    def _moved(self, transaction: Transaction) -> None:
        moved, sums = Moved(), self.causes[transaction.cause]
        moved.take(transaction)
        for pair, amount_fen in moved.owed.items():
            sums["owed", *pair] += amount_fen
        for area, amount_fen in moved.expense.items():
            sums["expense", area] += amount_fen
        for area, amount_fen in moved.suspense.items():
            sums["suspense", area] += amount_fen

    def add(self, other: AuditTally) -> None:
        """Add the tally of other transactions."""
        self.transactions += other.transactions
        self.sums.update(other.sums)
        for cause, sums in other.causes.items():
            self.causes[cause].update(sums)
        self.under_way |= other.under_way
        self.ended |= other.ended

    def carried(self) -> AuditTally:
        """Return the opening of the next month's audit: the standing sums, without claims, which are kept by claim."""
        kept = AuditTally()
        kept.transactions = self.transactions
        kept.sums = Counter({key: fen for key, fen in self.sums.items() if fen and key[0] != "spending"})
        kept.under_way = {cause: of for cause, of in self.under_way.items() if cause not in self.ended}
        return kept

    @property
    def owed_between(self) -> Counter[Pair]:
        """Return the debts in the accounts between areas, by pair."""
        return Counter(
            {
                (KINDS[debt[1]], debt[2], debt[3]): -fen
                for (account,), fen in sums_of(self.sums, "balance").items()
                if (debt := DEBT.fullmatch(account))
            }
        )

    @property
    def tiers(self) -> frozenset[AreaCode]:
        """Return the tiers in which anything was ever put into a window."""
        return frozenset(tier_of_pair((pair[0], pair[1], pair[2])) for pair in sums_of(self.sums, "placed"))

    def replay(self) -> Replay:
        """Return the tally as the replay of a journal."""
        under_way: Counter[str] = Counter()
        for cause, (account, amount_fen) in self.under_way.items():
            if cause not in self.ended:
                under_way[account] += amount_fen
        budgets = sums_of(self.sums, "budget")
        return Replay(
            transactions=self.transactions,
            balances={account: fen for (account,), fen in sums_of(self.sums, "balance").items()},
            under_way=dict(under_way),
            budgets={(code, int(year), kind): fen for (code, year, kind), fen in budgets.items()},
            spending={(key[0], key[1], key[2]): fen for key, fen in sums_of(self.sums, "spending").items()},
            broken=(),
        )

    def document(self) -> dict[str, Any]:
        """Return the document to keep, without the sums by claim and requisition."""
        return {
            "transactions": self.transactions,
            "sums": written(self.sums),
            "under_way": {cause: list(of) for cause, of in self.under_way.items()},
            "ended": sorted(self.ended),
        }

    def documents_of_causes(self) -> list[dict[str, Any]]:
        """Return the sums by claim and requisition as documents to keep, one for each part of the state."""
        documents: list[dict[str, Any]] = [{} for _ in STATE_PARTS]
        for cause, sums in self.causes.items():
            documents[part_of_name(cause)][cause] = written(sums)
        return documents

    @classmethod
    def of(cls, document: Mapping[str, Any], causes: Mapping[str, Any] | None = None) -> AuditTally:
        """Read the tally from the kept document, with the claims and requisitions of `causes`."""
        read = cls()
        read.transactions = document["transactions"]
        read.sums = read_sums(document["sums"])
        read.causes.update({cause: read_sums(sums) for cause, sums in (causes or {}).items()})
        read.under_way = {cause: (account, fen) for cause, (account, fen) in document["under_way"].items()}
        read.ended = set(document["ended"])
        return read


def part_of_name(name: str) -> int:
    """Return the part of the state in which a hospital, a claim or a requisition is judged."""
    return sha256(name.encode()).digest()[0] % len(STATE_PARTS)


def tally_of(transactions: Iterable[Transaction]) -> AuditTally:
    """Return the tally of some transactions."""
    found = AuditTally()
    for each in transactions:
        found.take(each)
    return found


def sums_of(sums: Sums, kind: str) -> Sums:
    """Return the sums of one kind, keyed by the remaining words."""
    return Counter({key[1:]: fen for key, fen in sums.items() if key[0] == kind})


def moved_of(sums: Sums) -> Moved:
    """Return the money moved for a claim."""
    owed: Counter[Pair] = Counter({(a, b, c): fen for (a, b, c), fen in sums_of(sums, "owed").items()})
    expense = Counter({area: fen for (area,), fen in sums_of(sums, "expense").items()})
    return Moved(owed, expense, Counter({area: fen for (area,), fen in sums_of(sums, "suspense").items()}))


def written(sums: Sums) -> dict[str, Fen]:
    """Return sums keyed by a joined text; no word in a key holds the stroke that joins them."""
    return {_BETWEEN.join(key): fen for key, fen in sums.items()}


def read_sums(document: Mapping[str, Fen]) -> Sums:
    """Read sums from the joined keys of `written`."""
    return Counter({tuple(key.split(_BETWEEN)): fen for key, fen in document.items()})
