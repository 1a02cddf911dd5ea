"""The comparison of the months' tallies with the state: hospitals, claims and requisitions part by part, and the
accounts as a whole.

Postings since the months were read are added first, so that both sides describe the same moment; a difference caused by
a posting in between appears once and not again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from chalicelib.audit.domain.claims import ClaimState, claim_differences
from chalicelib.audit.domain.positions import Pair, between_areas, taken_out
from chalicelib.audit.domain.replay import ADVANCE, Replay, audit_accounts, audit_hospitals
from chalicelib.audit.domain.runs import Audited, Opening, Proved
from chalicelib.audit.domain.tally import BEGAN, AuditTally, Sums, moved_of, part_of_name, sums_of, tally_of
from chalicelib.audit.ports import AuditStore
from chalicelib.audit.usecases.counters import ReadCounters, books_differ, said_of
from chalicelib.audit.usecases.positions import ComparePositions, disputed_in
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import ClaimId, TransactionId
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.months import period_after, period_begins
from chalicelib.ledger.domain.obligations import Window
from chalicelib.ledger.ports import LedgerStore
from chalicelib.ledger.usecases.read import Accounts
from chalicelib.requisitions.ports import RequisitionStore

_AHEAD = timedelta(days=1)
_REQUISITION = "req_"


@dataclass(frozen=True, slots=True)
class JudgeState:
    ledger: LedgerStore
    audits: AuditStore
    counters: ReadCounters
    positions: ComparePositions
    requisitions: RequisitionStore
    bundles: BundleStore
    accounts: Accounts
    clock: Clock

    def part(self, audited: Audited, part: int) -> tuple[Difference, ...]:
        """Find the differences of the hospitals, claims and requisitions of a part."""
        return _twice(lambda: self._part(audited, part))

    def whole(self, audited: Audited) -> tuple[Difference, ...]:
        """Find the differences of the accounts: their sum, their mirrors, the accounts between areas, the books."""
        return _twice(lambda: self._whole(audited))

    def moved(self, audited: Audited, period: str, part: int) -> Iterator[Proved]:
        """Yield the sums, at a month's end, of the claims and requisitions of one part that moved in the month."""
        until = AuditTally()
        for month, tally in audited.months:
            if month <= period:
                until.add(tally)
        moved = next(tally for month, tally in audited.months if month == period)
        for about in sorted(moved.causes):
            if part_of_name(about) == part and _is_kept(until.causes[about]):
                yield Proved.of(about, period, self._all_of(audited, about, until.causes[about]))

    def opening_after(self, audited: Audited, period: str) -> Opening:
        """Return the opening of the next audit, once a month is sealed."""
        until = AuditTally()
        until.add(audited.opening.tally)
        for month, tally in audited.months:
            if month <= period:
                until.add(tally)
        months = [month for month, _ in audited.months if month <= period]
        windows = [*audited.opening.windows, *self._windows(months, until)]
        end = period_begins(period_after(period))
        over = [each for each in windows if self.positions.is_over(each, end)]
        for run in self.positions.runs_of(over):
            for pair, amount_fen in taken_out(run, self._is_posted).items():
                until.sums["taken", *pair] += amount_fen
        return Opening(until.carried(), tuple(each for each in windows if each not in over))

    def total(self, audited: Audited) -> AuditTally:
        """Return the tally of everything up to now."""
        total = AuditTally()
        for each in (audited.opening.tally, *(tally for _, tally in audited.months)):
            total.add(each)
        total.add(tally_of(self.ledger.between(audited.cut, instant(self.clock.now() + _AHEAD))))
        return total

    def _part(self, audited: Audited, part: int) -> Iterator[Difference]:
        total = self.total(audited)
        yield from self._hospitals(audited, total.replay(), part)
        disputes = self.positions.disputes(self._open_windows(audited, total))
        for about in sorted(total.causes.keys() | disputes.keys()):
            if part_of_name(about) == part:
                sums = self._all_of(audited, about, total.causes.get(about, Counter()))
                if about.startswith(_REQUISITION):
                    yield from self._requisition(about, sums)
                else:
                    claim_id = ClaimId(about)
                    yield from self._claim(audited, claim_id, sums, disputes.get(claim_id, []))

    def _hospitals(self, audited: Audited, played: Replay, part: int) -> Iterator[Difference]:
        known = played.institutions.union(self.bundles.current().registry.institutions)
        institutions = {each for each in known if part_of_name(each) == part}
        counted = self.counters(institutions, from_period=audited.months[0][0])
        own = replace(
            played,
            balances={each: fen for each, fen in played.balances.items() if _holder(each) in institutions},
            under_way={each: fen for each, fen in played.under_way.items() if _holder(each) in institutions},
            budgets={key: fen for key, fen in played.budgets.items() if key[0] in institutions},
            spending={key: fen for key, fen in played.spending.items() if key[0] in institutions},
        )
        yield from audit_hospitals(own, counted)

    def _all_of(self, audited: Audited, about: str, since: Sums) -> Sums:
        """Return the sums of a claim or requisition, including those at the end of the last sealed month."""
        if not audited.sealed or BEGAN in since:
            return since
        before = self.audits.proved(about, audited.sealed)
        return since if before is None else _added(before.read, since)

    def _claim(self, audited: Audited, about: ClaimId, sums: Sums, disputes: list[Dispute]) -> Iterator[Difference]:
        state = self._state(audited, about, sums, disputes)
        return claim_differences(about, moved_of(sums), _pairs(sums, "placed"), state)

    def _state(self, audited: Audited, about: ClaimId, sums: Sums, disputes: list[Dispute]) -> ClaimState:
        """Return the state of a claim after its disputes. Disputes before the months read were found right then, and
        their amount is the difference between the amounts put into windows and those owed.
        """
        is_older = audited.sealed and BEGAN not in sums
        before = self.audits.proved(about, audited.sealed) if is_older else None
        if before is None:
            return self.positions.claim(about, disputes) if disputes else ClaimState(about)
        taken = Counter(disputed_in(each for each in disputes if each.raised.at >= audited.since))
        taken.update(_pairs(before.read, "placed"))
        taken.subtract(_pairs(before.read, "owed"))
        return replace(self.positions.claim(about, disputes), disputed=taken)

    def _requisition(self, about: str, sums: Sums) -> Iterator[Difference]:
        moved = {(about, kind, side): fen for (kind, side), fen in sums_of(sums, "side").items()}
        said = said_of(self.requisitions, [about])
        for side in sorted(moved.keys() | said.keys()):
            if moved.get(side, 0) != said.get(side, 0):
                yield Difference("requisition", "/".join(side), moved.get(side, 0), said.get(side, 0))

    def _whole(self, audited: Audited) -> Iterator[Difference]:
        total = self.total(audited)
        played = total.replay()
        yield from audit_accounts(played)
        placed = _pairs(total.sums, "placed")
        placed.subtract(_pairs(total.sums, "taken"))
        runs = self.positions.runs_of(self._open_windows(audited, total))
        yield from between_areas(total.owed_between, placed, runs, self._is_posted)
        yield from books_differ(self.accounts, played)

    def _open_windows(self, audited: Audited, total: AuditTally) -> list[Window]:
        return [*audited.opening.windows, *self._windows([month for month, _ in audited.months], total)]

    def _windows(self, periods: Iterable[str], total: AuditTally) -> Iterator[Window]:
        for period in periods:
            yield from self.positions.standing(period, total.tiers)

    def _is_posted(self, transaction_id: TransactionId) -> bool:
        return self.ledger.get(transaction_id) is not None


def _holder(account: str) -> str:
    advance = ADVANCE.fullmatch(account)
    return advance[1] if advance else ""


def _is_kept(sums: Sums) -> bool:
    """Tell whether a later month could add to these sums: amounts between areas, in suspense, on their way."""
    return any(key[0] in {"owed", "placed", "suspense", "side"} for key in sums)


def _pairs(sums: Sums, kind: str) -> Counter[Pair]:
    return Counter({(a, b, c): fen for (a, b, c), fen in sums_of(sums, kind).items()})


def _added(one: Sums, other: Sums) -> Sums:
    both = Counter(one)
    both.update(other)
    return both


def _twice(look: Callable[[], Iterable[Difference]]) -> tuple[Difference, ...]:
    first = tuple(look())
    if not first:
        return first
    second = tuple(look())
    return tuple(each for each in second if each in first)
