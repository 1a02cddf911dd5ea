"""Plays the whole journal through, and holds the state's counters and the ledger's locked copy against it (see
`domain/audit.py` and `domain/ledger_copy.py`).

Postings go on while the auditor reads, so what differs is looked at again; only what differs twice is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.application.ledger_copy import CompareCopies
from chalicelib.application.paging import every
from chalicelib.application.ports import BundleStore, HospitalStore, LedgerStore
from chalicelib.domain.access import Action, Principal, own, require
from chalicelib.domain.audit import Counters, Difference, HospitalCounters, Replay, audit
from chalicelib.domain.clearing.windows import entries
from chalicelib.domain.errors import QuebaoError
from chalicelib.domain.ledger import Transaction
from chalicelib.domain.money import Fen
from chalicelib.domain.texts import Text


class BooksDiffer(QuebaoError):
    """The state does not say what the journal says. The schedule fails with it, and the alarm on failures goes off."""

    code = "books-differ"
    message = Text("账簿与状态不一致。", "The state does not say what the journal says.")


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

    def __call__(self, principal: Principal) -> AuditReport:
        """Audit at an auditor's request."""
        require(principal, Action.LEDGER_AUDIT, own(principal, "ledger"))
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
        counters = self._counters()
        months: set[tuple[str, str]] = set()
        played, differences = audit(_noting(every(self.ledger.journal), months), counters)
        return AuditReport(played, (*differences, *self.copies(months)))

    def _counters(self) -> Counters:
        hospitals: dict[str, HospitalCounters] = {}
        budgets: dict[tuple[str, int, str], Fen] = {}
        for code in self.bundles.current().registry.institutions:
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
        return Counters(hospitals, budgets)


def _noting(journal: Iterator[Transaction], months: set[tuple[str, str]]) -> Iterator[Transaction]:
    """The same journal; on the way, the tiers and months in which it owes between areas are noted."""
    for transaction in journal:
        months.update((tier, transaction.period) for tier in entries(transaction))
        yield transaction
