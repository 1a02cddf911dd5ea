"""The auditor's third book: the comparison, by claim and kind, of what was cleared with what was settled, with
corrections, reversals, enrolments and rulings.

Like `audit.py`, the module repeats the rules in its own words and reads amounts from the journal alone. From the state
come the places of transactions, the amounts that disputes took out of runs, and the bounds that rulings set for a
claim. Source: design.md section 6; contract.md, Clearing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import TypeAlias

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import AreaCode, ClaimId, TransactionId
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.transaction import Transaction

Pair: TypeAlias = tuple[str, str, str]
"""Kind (`fund`, `subsidy`), debtor, creditor."""

_DEBT = re.compile(r"(region|subsidy)/(\d{6})/due-to/(\d{6})")
_FUND = re.compile(r"fund/(\d{6})/.+")
_SUSPENSE = re.compile(r"suspense/(\d{6})")
OF_CLAIMS = frozenset(
    {
        "settled",
        "corrected",
        "enrolled",
        "reversed",
        "disputed",
        "dispute-withheld",
        "resolved",
        "ruled",
        "ruling-borne",
        "ruling-presented",
    }
)


@dataclass(frozen=True, slots=True)
class ClaimState:
    """The recorded state of a disputed claim.

    `disputed`: the amounts that disputes took out of runs, ruled on or not; `open_debtors`: the debtors whose debt is
    not ruled on yet; `bounds`: the most that rulings which took something leave owed; `waits`: an outcome is open.
    """

    claim_id: ClaimId
    disputed: Mapping[Pair, Fen] = field(default_factory=dict)
    open_debtors: frozenset[AreaCode] = frozenset()
    bounds: Mapping[Pair, Fen] = field(default_factory=dict)
    waits: bool = False


@dataclass(slots=True)
class Moved:
    """The money that the journal moved for a claim: the debt by now, the part that funds bear, and the suspense."""

    owed: Counter[Pair] = field(default_factory=Counter)
    expense: Counter[str] = field(default_factory=Counter)
    suspense: Counter[str] = field(default_factory=Counter)

    def take(self, transaction: Transaction) -> bool:
        """Add one transaction of the claim, and tell whether the transaction moved what is owed."""
        owes = False
        for posting in transaction.postings:
            if debt := _DEBT.fullmatch(posting.account):
                kind = "fund" if debt[1] == "region" else "subsidy"
                self.owed[kind, debt[2], debt[3]] -= posting.amount_fen
                owes = True
            elif fund := _FUND.fullmatch(posting.account):
                self.expense[fund[1]] += posting.amount_fen
            elif held := _SUSPENSE.fullmatch(posting.account):
                self.suspense[held[1]] += posting.amount_fen
        return owes


class ClaimAuditor:
    """The auditor of claims: takes the journal's transactions in any order, and then compares."""

    def __init__(self) -> None:
        self._claims: dict[ClaimId, Moved] = defaultdict(Moved)
        self._cause: dict[str, ClaimId] = {}

    def take(self, transaction: Transaction) -> None:
        """Take a transaction; the caller shows every transaction once."""
        if transaction.event not in OF_CLAIMS:
            return
        if self._claims[transaction.claim_id].take(transaction):
            self._cause[transaction.id] = transaction.claim_id

    def compare(
        self, entries: Iterable[Mapping[TransactionId, Mapping[Pair, Fen]]], states: Iterable[ClaimState]
    ) -> tuple[Difference, ...]:
        """Find every difference between a claim's money and the claim's state. `entries` holds the windows' amounts by
        transaction; `states` holds every claim that was disputed in a run of these windows.
        """
        presented: dict[ClaimId, Counter[Pair]] = defaultdict(Counter)
        for window in entries:
            for name, owed in window.items():
                if name in self._cause:
                    presented[self._cause[name]].update(owed)
        disputed = {state.claim_id: state for state in states}
        return tuple(
            found
            for claim_id, moved in sorted(self._claims.items())
            for found in claim_differences(
                claim_id, moved, presented.get(claim_id, Counter()), disputed.get(claim_id, ClaimState(claim_id))
            )
        )


def claim_differences(
    claim_id: ClaimId, moved: Moved, presented: Counter[Pair], state: ClaimState
) -> Iterator[Difference]:
    """Find every difference between one claim's money and its state; `presented` is the amount put into windows."""
    for pair in sorted(moved.owed.keys() | presented.keys()):
        where, owed_fen = "/".join((claim_id, *pair)), moved.owed[pair]
        cleared_fen = presented[pair] - state.disputed.get(pair, 0)
        if owed_fen < 0:
            yield Difference("claim-below-zero", where, owed_fen)
        if cleared_fen != owed_fen:
            yield Difference("claim-cleared", where, owed_fen, cleared_fen)
        if owed_fen > state.bounds.get(pair, owed_fen):
            yield Difference("claim-over-ruling", where, owed_fen, state.bounds[pair])
    yield from _expense(claim_id, moved)
    yield from _suspense(claim_id, moved, state)


def _expense(claim_id: ClaimId, moved: Moved) -> Iterator[Difference]:
    """Check that a fund elsewhere bears its debt for the claim, and the disputed amount until the ruling."""
    owing: Counter[str] = Counter()
    for (kind, debtor, _), amount_fen in moved.owed.items():
        if kind == "fund":
            owing[debtor] += amount_fen
    creditors = {creditor for kind, _, creditor in moved.owed if kind == "fund"}
    for debtor in sorted(owing.keys() - creditors):
        disputed_fen = max(0, -moved.suspense[debtor]) if moved.expense[debtor] else 0
        if moved.expense[debtor] != owing[debtor] + disputed_fen:
            yield Difference("claim-expense", f"{claim_id}/{debtor}", moved.expense[debtor], owing[debtor])


def _suspense(claim_id: ClaimId, moved: Moved, state: ClaimState) -> Iterator[Difference]:
    """Check a claim's suspense: an amount must wait for a ruling or an outcome, and only the debtor of an open dispute
    may stand below zero.
    """
    for area, amount_fen in sorted(moved.suspense.items()):
        if amount_fen and not (state.waits or state.open_debtors):
            yield Difference("suspense-unexplained", f"{claim_id}/{area}", amount_fen)
        elif amount_fen < 0 and area not in state.open_debtors:
            yield Difference("suspense-below-zero", f"{claim_id}/{area}", amount_fen)
