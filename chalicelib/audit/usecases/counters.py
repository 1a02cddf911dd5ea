"""The recorded counters of hospitals, requisitions and accounts, read for the auditor's judgement."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.audit.domain.replay import Counters, HospitalCounters, Replay
from chalicelib.audit.domain.requisitions import MovedSide
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.ledger.domain.books import book_of
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.usecases.read import Accounts
from chalicelib.requisitions.ports import RequisitionStore
from chalicelib.settlement.ports import HospitalStore


@dataclass(frozen=True, slots=True)
class ReadCounters:
    hospitals: HospitalStore

    def __call__(self, institutions: Iterable[str], from_period: str = "") -> Counters:
        """Read the counters of some institutions; spending of the months before `from_period` is not read."""
        hospitals: dict[str, HospitalCounters] = {}
        budgets: dict[tuple[str, int, str], Fen] = {}
        spending: dict[tuple[str, str, str], Fen] = {}
        for code in map(InstitutionCode, sorted(institutions)):
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
            for month in self.hospitals.months(code, from_period):
                spending[code, month.period, "separate"] = month.separate_fen
                spending[code, month.period, "total-control"] = month.total_control_fen
        return Counters(hospitals, budgets, spending)


def said_of(requisitions: RequisitionStore, names: Iterable[str]) -> dict[MovedSide, Fen]:
    """Return the amounts that requisitions record as paid and received."""
    said: dict[MovedSide, Fen] = {}
    for name in names:
        found = requisitions.get(name)
        for line in () if found is None else found.lines:
            said[name, line.kind.value, "paid"] = line.paid_fen
            said[name, line.kind.value, "received"] = line.received_fen
    return said


def books_differ(accounts: Accounts, played: Replay) -> list[Difference]:
    """Find the accounts whose balance in the books, with later postings, differs from the replay."""
    names = sorted({book_of(account) for account in played.balances})
    said = {line.account: line.balance_fen for line in accounts.whole(names).accounts}
    sides = {each: (played.balances.get(each, 0), said.get(each, 0)) for each in said.keys() | played.balances}
    return [Difference("books-differ", each, *both) for each, both in sorted(sides.items()) if both[0] != both[1]]
