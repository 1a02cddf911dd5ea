"""The audit of the whole journal: the state's counters and windows and the ledger's locked copy compared with a replay.

`audit/domain/replay.py`, `audit/domain/positions.py` and `ledger/domain/copy.py` name the comparisons.

Postings go on while the auditor reads, so a difference is looked at again and reported only when found twice.
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
    """A difference between state and journal. The schedule fails with this error, which sets the alarm off."""

    code = "books-differ"
    message = Text(
        "账簿与状态不一致，请告知运行方。", "The journal and the recorded state do not agree; tell the operator."
    )


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The result of an audit: the replay and the differences, `()` when all is well. `since` is the month with which
    the audit began, None for an audit from the first transaction on.
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
        """Audit; a difference found once but not again was posted in between."""
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
        # Every institution of the registry, and those that left the registry: the journal keeps their balances.
        institutions = played.institutions.union(self.bundles.current().registry.institutions)
        differences = audit(played, self.counters(institutions))
        copies = self.copies(periods, set(positions.months), self.seals.stored())
        asked = requisitions.differences(said_of(self.requisitions, requisitions.requisitions))
        books = books_differ(self.accounts, played)
        found = (*differences, *copies, *self.positions(positions), *asked, *books, *self.sealed.all())
        return AuditReport(played, found)


def _shown(journal: Iterator[Transaction], show: Callable[[Transaction], None]) -> Iterator[Transaction]:
    """Yield the journal unchanged, and show each transaction to a second reader on the way."""
    for transaction in journal:
        show(transaction)
        yield transaction
