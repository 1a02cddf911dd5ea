"""The independent auditor: rebuilds every balance, budget and advance from the journal alone and finds the differences.

The auditor shares nothing with the posting code but the shape of a transaction: it knows accounts by their names, sums
by itself, and repeats the invariants in its own words, so that a mistake in the posting code is not repeated. No
counter enters the auditor's sums; the counters are the object of the audit. Source: design.md section 6.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import TypeVar

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.transaction import Transaction

T = TypeVar("T", int, str)

_DUE = re.compile(r"(region|subsidy)/(\d{6})/due-(from|to)/(\d{6})")
ADVANCE = re.compile(r"hospital/([HP]\d{11})/advance-(special|ordinary)")


@dataclass(frozen=True, slots=True)
class HospitalCounters:
    """The recorded advances of one hospital, in fen: ready to be spent, and instructed but not confirmed."""

    special_fen: Fen = 0
    special_instructed_fen: Fen = 0
    ordinary_fen: Fen = 0
    ordinary_instructed_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class Counters:
    """The recorded counters: hospitals by code, budgets used by (institution, year, kind), and spending by
    (institution, month of posting, kind).
    """

    hospitals: Mapping[str, HospitalCounters] = field(default_factory=dict)
    budgets: Mapping[tuple[str, int, str], Fen] = field(default_factory=dict)
    spending: Mapping[tuple[str, str, str], Fen] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replay:
    """The result of playing the journal through once.

    `balances` by account; `under_way` by advance account: instructed, neither confirmed nor failed; `budgets` by
    (institution, year, kind); `spending` by (institution, month, kind); `broken`: the errors met in the journal.
    """

    transactions: int
    balances: Mapping[str, Fen]
    under_way: Mapping[str, Fen]
    budgets: Mapping[tuple[str, int, str], Fen]
    spending: Mapping[tuple[str, str, str], Fen]
    broken: tuple[Difference, ...]

    @property
    def institutions(self) -> frozenset[str]:
        """Return every institution whose advances or budgets the journal moved, in today's registry or not."""
        advanced = (match.group(1) for account in self.balances if (match := ADVANCE.fullmatch(account)))
        return frozenset((*advanced, *(institution for institution, _, _ in self.budgets)))


def replay(journal: Iterable[Transaction]) -> Replay:
    """Play the journal through, in whatever order the journal is stored."""
    auditor = _Auditor()
    for transaction in journal:
        auditor.take(transaction)
    return auditor.result()


class _Auditor:
    """The sums of the transactions seen so far."""

    def __init__(self) -> None:
        self._balances: Counter[str] = Counter()
        self._budgets: Counter[tuple[str, int, str]] = Counter()
        self._spending: Counter[tuple[str, str, str]] = Counter()
        self._instructed: dict[str, tuple[str, Fen]] = {}
        self._finished: set[str] = set()
        self._corrects: dict[str, str | None] = {}
        self._broken: list[Difference] = []

    def take(self, transaction: Transaction) -> None:
        if transaction.id in self._corrects:
            self._broken.append(Difference("posted-twice", transaction.id, 0))
            return
        self._corrects[transaction.id] = transaction.corrects
        total_fen = 0
        for posting in transaction.postings:
            total_fen += posting.amount_fen
            self._balances[posting.account] += posting.amount_fen
            if transaction.event == "advance-instructed" and ADVANCE.fullmatch(posting.account):
                self._instructed[transaction.cause] = (posting.account, posting.amount_fen)
        if total_fen:
            self._broken.append(Difference("unbalanced", transaction.id, total_fen))
        if transaction.event in {"advance-confirmed", "advance-failed"}:
            self._finished.add(transaction.cause)
        for use in transaction.budget:
            self._budgets[use.institution, use.year, use.kind] += use.amount_fen
            self._spending[use.institution, transaction.period, use.kind] += use.amount_fen

    def result(self) -> Replay:
        under_way: Counter[str] = Counter()
        for cause, (account, amount_fen) in self._instructed.items():
            if cause not in self._finished:
                under_way[account] += amount_fen
        dangling = [
            Difference("corrects-nothing", one, 0)
            for one, other in self._corrects.items()
            if other is not None and other not in self._corrects
        ]
        broken = (*self._broken, *dangling)
        return Replay(
            transactions=len(self._corrects),
            balances=dict(self._balances),
            under_way=dict(under_way),
            budgets=dict(self._budgets),
            spending=dict(self._spending),
            broken=broken,
        )


def audit(played: Replay, counters: Counters) -> tuple[Difference, ...]:
    """Compare the journal with itself and with the recorded counters; `()` when all is well."""
    return (*played.broken, *audit_accounts(played), *audit_hospitals(played, counters))


def audit_accounts(played: Replay) -> tuple[Difference, ...]:
    """Check that all accounts together sum to zero, and the mirrored accounts of two areas as well."""
    return (*_trial_balance(played), *_mirrors(played))


def audit_hospitals(played: Replay, counters: Counters) -> tuple[Difference, ...]:
    """Check that hospitals hold the advances and have used the budgets that the journal shows."""
    return (*_advances(played, counters), *_budgets(played, counters))


def _trial_balance(played: Replay) -> list[Difference]:
    total_fen = sum(played.balances.values())
    return [Difference("trial-balance", "", total_fen)] if total_fen else []


def _mirrors(played: Replay) -> list[Difference]:
    """Check that the amount due to an area from another is the amount that the other area owes."""
    found = []
    for account, balance_fen in played.balances.items():
        match = _DUE.fullmatch(account)
        if match is None:
            continue
        kind, owner, direction, other = match.groups()
        mirror = f"{kind}/{other}/due-{'to' if direction == 'from' else 'from'}/{owner}"
        if played.balances.get(mirror, 0) != -balance_fen:
            found.append(Difference("mirror", account, balance_fen, -played.balances.get(mirror, 0)))
    return found


def _advances(played: Replay, counters: Counters) -> list[Difference]:
    """Check that a hospital holds its confirmed and unspent advances, and that no advance is below zero."""
    found = []
    accounts = {account for account in played.balances if ADVANCE.fullmatch(account)}
    for code in counters.hospitals:
        accounts |= {f"hospital/{code}/advance-special", f"hospital/{code}/advance-ordinary"}
    for account in sorted(accounts):
        match = ADVANCE.fullmatch(account)
        code, fund = match.groups() if match else ("", "")
        state = counters.hospitals.get(code, HospitalCounters())
        ready_fen, instructed_fen = (
            (state.special_fen, state.special_instructed_fen)
            if fund == "special"
            else (state.ordinary_fen, state.ordinary_instructed_fen)
        )
        under_way_fen = played.under_way.get(account, 0)
        held_fen = played.balances.get(account, 0) - under_way_fen
        if held_fen < 0:
            found.append(Difference("advance-below-zero", account, held_fen))
        if held_fen != ready_fen:
            found.append(Difference("advance-balance", account, held_fen, ready_fen))
        if under_way_fen != instructed_fen:
            found.append(Difference("advance-under-way", account, under_way_fen, instructed_fen))
    return found


def _budgets(played: Replay, counters: Counters) -> list[Difference]:
    years = _sums("budget-used", played.budgets, counters.budgets)
    return [*years, *_sums("month-spending", played.spending, counters.spending)]


def _sums(
    code: str, played: Mapping[tuple[str, T, str], Fen], counted: Mapping[tuple[str, T, str], Fen]
) -> list[Difference]:
    found = []
    for key in sorted(played.keys() | counted.keys()):
        journal_fen, state_fen = played.get(key, 0), counted.get(key, 0)
        if journal_fen != state_fen:
            found.append(Difference(code, "/".join(map(str, key)), journal_fen, state_fen))
    return found
