"""The months that an audit reads, and an audit of them: those after the last sealed one, or all in the books."""

from __future__ import annotations

import json
from datetime import timedelta

from chalicelib.audit.access import LEDGER_AUDIT
from chalicelib.audit.domain.runs import Audited, Opening
from chalicelib.audit.domain.seals import broken_links
from chalicelib.audit.domain.tally import AuditTally
from chalicelib.audit.ports import SealStore
from chalicelib.audit.usecases.audit import Audit, AuditReport
from chalicelib.audit.usecases.judge import JudgeState
from chalicelib.audit.usecases.prove import Copied, ProveMonth
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock, DocumentKind, DocumentStore
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.ledger.domain.copy import CopiedItem
from chalicelib.ledger.domain.months import period_after, period_begins, periods_until
from chalicelib.ledger.domain.obligations import STATE_PARTS, month_parts
from chalicelib.ledger.domain.transaction import posting_period
from chalicelib.ledger.ports import Books, LedgerStore
from chalicelib.ledger.usecases.copy import LedgerArchive
from chalicelib.ledger.usecases.fold import ARRIVES_WITHIN
from chalicelib.registry.domain.resources import own


@dataclass(frozen=True, slots=True)
class MonthSpan:
    """The months to read, up to the running month; nothing is posted before `cut` any more."""

    sealed: str
    months: tuple[str, ...]
    cut: Instant


@dataclass(frozen=True, slots=True)
class MonthsToAudit:
    """The months not sealed yet, and the sums at the end of the sealed ones."""

    seals: SealStore
    books: Books
    documents: DocumentStore
    clock: Clock

    def __call__(self) -> MonthSpan | None:
        """Return the months to read; None before the first posting in the books, which are five minutes old at most."""
        newest, folded = self.seals.newest(), self.books.folded()
        if newest is None and folded is None:
            return None
        now = self.clock.now()
        first = period_after(newest.period) if newest else posting_period(folded.began) if folded else ""
        # A day ahead of the clock, as for every reader of the books: a posting of another clock is read as well.
        last = posting_period(instant(now + timedelta(days=1)))
        months = tuple(periods_until(first, last))
        return MonthSpan(newest.period if newest else "", months, instant(now - ARRIVES_WITHIN))

    def opening(self, sealed: str) -> Opening:
        """Return the sums at the end of a sealed month; empty sums where no month is sealed."""
        found = next((each for each in self.seals.all() if each.period == sealed), None)
        if found is None:
            return Opening(AuditTally())
        return Opening.of(json.loads(self.documents.get(DocumentKind.AUDIT, found.opening)))


@dataclass(frozen=True, slots=True)
class AuditSinceSeal:
    span: MonthsToAudit
    months: ProveMonth
    judge: JudgeState
    seals: SealStore
    ledger: LedgerStore
    archive: LedgerArchive
    whole: Audit

    def __call__(self, principal: Principal) -> AuditReport:
        """Audit the unsealed months at an auditor's request."""
        require(principal, LEDGER_AUDIT, own(principal, "ledger"))
        return self.run()

    def run(self) -> AuditReport:
        """Audit the unsealed months, part by part; audit the whole journal where no month is known."""
        span = self.span()
        if span is None:
            return self.whole.run()
        tallies, differences = [], list(broken_links(self.seals.all()))
        for period in span.months:
            copied = self._copied(period)
            proofs = [self.months(period, part, span.cut, copied[part]) for part in month_parts(period)]
            differences += [each for proof in proofs for each in proof.differences]
            tally = AuditTally()
            for proof in proofs:
                tally.add(proof.tally)
            tallies.append((period, tally))
        audited = audited_of(span, self.span.opening(span.sealed), tuple(tallies))
        for part in STATE_PARTS:
            differences += self.judge.part(audited, part)
        differences += self.judge.whole(audited)
        return AuditReport(self.judge.total(audited).replay(), tuple(differences), span.months[0])

    def _copied(self, period: str) -> list[Copied]:
        """Return the copies of a month, by the month's parts."""
        found: list[list[CopiedItem]] = [[] for _ in month_parts(period)]
        tiers = set[AreaCode]()
        for part in month_parts(period):
            for each in self.archive.copies_of(period, part):
                place = self.ledger.place_of(each.key, period)
                found[place.part].append(each)
                tiers |= {place.tier} if place.tier else set()
        return [Copied(tuple(each), frozenset(tiers)) for each in found]


def audited_of(span: MonthSpan, opening: Opening, months: tuple[tuple[str, AuditTally], ...]) -> Audited:
    """Return the results known once the months were read."""
    return Audited(opening, months, span.cut, period_begins(span.months[0]), span.sealed)
