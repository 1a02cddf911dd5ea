"""Plays the whole journal through; holds the state's counters and windows and the ledger's locked copy against it.

What is held against what is said in `audit/domain/replay.py`, `audit/domain/positions.py` and `ledger/domain/copy.py`.

Postings go on while the auditor reads, so what differs is looked at again; only what differs twice is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chalicelib.audit.access import LEDGER_AUDIT
from chalicelib.audit.domain.positions import PositionAuditor
from chalicelib.audit.domain.replay import Counters, HospitalCounters, Replay, audit, replay
from chalicelib.audit.domain.requisitions import MovedSide, RequisitionAuditor
from chalicelib.audit.usecases.positions import ComparePositions
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import QuebaoError
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.pages import every
from chalicelib.kernel.text import Text
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.books import book_of
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.ports import LedgerStore
from chalicelib.ledger.usecases.copy import CompareCopies
from chalicelib.ledger.usecases.read import Accounts
from chalicelib.registry.domain.resources import own
from chalicelib.requisitions.ports import RequisitionStore
from chalicelib.settlement.ports import HospitalStore


class BooksDiffer(QuebaoError):
    """The state does not say what the journal says. The schedule fails with it, and the alarm on failures goes off."""

    code = "books-differ"
    message = Text(
        "账簿与状态不一致，请告知运行方。", "The journal and the recorded state do not agree; tell the operator."
    )


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was replayed and what differs; `()` when all is well."""

    replay: Replay
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    ledger: LedgerStore
    hospitals: HospitalStore
    bundles: BundleStore
    copies: CompareCopies
    positions: ComparePositions
    requisitions: RequisitionStore
    accounts: Accounts

    def __call__(self, principal: Principal) -> AuditReport:
        """Audit at an auditor's request."""
        require(principal, LEDGER_AUDIT, own(principal, "ledger"))
        return self.run()

    def run(self) -> AuditReport:
        """Audit; what differs once but not again was posted in between."""
        first = self._once()
        if not first.differences:
            return first
        second = self._once()
        return AuditReport(second.replay, tuple(each for each in second.differences if each in first.differences))

    def run_or_raise(self) -> AuditReport:
        """Audit on a schedule. Raises `BooksDiffer` on any difference."""
        report = self.run()
        if report.differences:
            raise BooksDiffer
        return report

    def _once(self) -> AuditReport:
        positions, requisitions, periods = PositionAuditor(), RequisitionAuditor(), set[str]()
        journal = _shown(every(self.ledger.journal), positions.take)
        journal = _shown(journal, lambda transaction: periods.add(transaction.period))
        played = replay(_shown(journal, requisitions.take))
        differences = audit(played, self._counters(played))
        copies = self.copies(periods, set(positions.months))
        asked = requisitions.differences(self._said_of(requisitions.requisitions))
        books = self._books(played)
        return AuditReport(played, (*differences, *copies, *self.positions(positions), *asked, *books))

    def _books(self, played: Replay) -> list[Difference]:
        """Where the books, with what was posted since, do not say an account's balance."""
        names = sorted({book_of(account) for account in played.balances})
        said = {line.account: line.balance_fen for line in self.accounts.whole(names).accounts}
        wrong = (account for account in played.balances if said.get(account) != played.balances[account])
        return [Difference("books-differ", each, played.balances[each], said.get(each, 0)) for each in sorted(wrong)]

    def _said_of(self, names: frozenset[str]) -> dict[MovedSide, Fen]:
        said: dict[MovedSide, Fen] = {}
        for name in names:
            found = self.requisitions.get(name)
            for line in () if found is None else found.lines:
                said[name, line.kind.value, "paid"] = line.paid_fen
                said[name, line.kind.value, "received"] = line.received_fen
        return said

    def _counters(self, played: Replay) -> Counters:
        """Of every institution of the registry, and of those that left it: the journal keeps what they had."""
        hospitals: dict[str, HospitalCounters] = {}
        budgets: dict[tuple[str, int, str], Fen] = {}
        spending: dict[tuple[str, str, str], Fen] = {}
        for code in sorted(played.institutions.union(self.bundles.current().registry.institutions)):
            money = self.hospitals.money(code)
            hospitals[code] = HospitalCounters(
                money.special.ready_fen,
                money.special.instructed_fen,
                money.ordinary.ready_fen,
                money.ordinary.instructed_fen,
            )
            for budget in self.hospitals.budgets(code):
                budgets[code, budget.year, "separate"] = budget.separate_used_fen
                budgets[code, budget.year, "total-control"] = budget.total_control_used_fen
            for month in self.hospitals.months(code):
                spending[code, month.period, "separate"] = month.separate_fen
                spending[code, month.period, "total-control"] = month.total_control_fen
        return Counters(hospitals, budgets, spending)


def _shown(journal: Iterator[Transaction], show: Callable[[Transaction], None]) -> Iterator[Transaction]:
    """The same journal, shown to a second reader on the way."""
    for transaction in journal:
        show(transaction)
        yield transaction
