"""Plays the whole journal through; holds the state's counters and windows and the ledger's locked copy against it.

What is held against what is said in `audit/domain/replay.py`, `audit/domain/positions.py` and `ledger/domain/copy.py`.

Postings go on while the auditor reads, so what differs is looked at again; only what differs twice is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chalicelib.audit.access import LEDGER_AUDIT
from chalicelib.audit.domain.positions import PositionAuditor
from chalicelib.audit.domain.replay import Replay, audit, replay
from chalicelib.audit.domain.requisitions import RequisitionAuditor
from chalicelib.audit.ports import SealStore
from chalicelib.audit.usecases.counters import ReadCounters, books_differ, said_of
from chalicelib.audit.usecases.positions import ComparePositions
from chalicelib.audit.usecases.sealed import SealedMonths
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import QuebaoError
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import every
from chalicelib.kernel.text import Text
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.ports import LedgerStore
from chalicelib.ledger.usecases.copy import CompareCopies
from chalicelib.ledger.usecases.read import Accounts
from chalicelib.registry.domain.resources import own
from chalicelib.requisitions.ports import RequisitionStore


class BooksDiffer(QuebaoError):
    """The state does not say what the journal says. The schedule fails with it, and the alarm on failures goes off."""

    code = "books-differ"
    message = Text(
        "账簿与状态不一致，请告知运行方。", "The journal and the recorded state do not agree; tell the operator."
    )


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was replayed and what differs; `()` when all is well. `since` is the month with which the audit began, None
    for one that began with the first transaction there is.
    """

    replay: Replay
    differences: tuple[Difference, ...]
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    ledger: LedgerStore
    counters: ReadCounters
    bundles: BundleStore
    copies: CompareCopies
    positions: ComparePositions
    requisitions: RequisitionStore
    accounts: Accounts
    seals: SealStore
    sealed: SealedMonths

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
        # Of every institution of the registry, and of those that left it: the journal keeps what they had.
        institutions = played.institutions.union(self.bundles.current().registry.institutions)
        differences = audit(played, self.counters(institutions))
        copies = self.copies(periods, set(positions.months), self.seals.stored())
        asked = requisitions.differences(said_of(self.requisitions, requisitions.requisitions))
        books = books_differ(self.accounts, played)
        found = (*differences, *copies, *self.positions(positions), *asked, *books, *self.sealed.all())
        return AuditReport(played, found)


def _shown(journal: Iterator[Transaction], show: Callable[[Transaction], None]) -> Iterator[Transaction]:
    """The same journal, shown to a second reader on the way."""
    for transaction in journal:
        show(transaction)
        yield transaction
