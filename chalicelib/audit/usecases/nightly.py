"""The nightly audit: planned, read in parallel parts, and closed only when every part is done.

The result of a part is kept under the part's name, so that a retried part keeps the same result. A finished month
without differences is sealed when the audit is closed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.audit.domain.runs import (
    Audited,
    AuditId,
    AuditPart,
    AuditRun,
    AuditStatus,
    PartProof,
    Step,
    differences_of,
    read_name,
    rows_of,
)
from chalicelib.audit.domain.seals import Seal, broken_links
from chalicelib.audit.domain.tally import AuditTally
from chalicelib.audit.ports import AuditMachine, AuditStore, SealStore
from chalicelib.audit.usecases.audit import BooksDiffer
from chalicelib.audit.usecases.judge import JudgeState
from chalicelib.audit.usecases.prove import Copied, ProveMonth
from chalicelib.audit.usecases.sealed import SealedMonths
from chalicelib.audit.usecases.since import MonthSpan, MonthsToAudit, audited_of
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.errors import QuebaoError, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock, Commits, DocumentKind, DocumentStore
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Insert, Part, Put, Revise
from chalicelib.ledger.domain.copy import CopiedItem, Difference
from chalicelib.ledger.domain.months import period_after, period_begins
from chalicelib.ledger.domain.obligations import month_parts
from chalicelib.ledger.ports import LedgerStore
from chalicelib.ledger.usecases.copy import LedgerArchive

_SEALED_AFTER = timedelta(days=1)
"""The wait before sealing: postings into a month end a quarter of an hour after its end; copies may be a day late."""

_WRITTEN_AT_ONCE = 100
_FOUND_MAX = 100
"""The most differences kept with the audit; the documents of its parts hold all of them."""


class AuditIncomplete(QuebaoError):
    """A missing part of the audit: the part's postings stay unproved. The machine fails, and its alarm goes off."""

    code = "audit-incomplete"
    message = Text("审计有部分未完成，请告知运行方。", "A part of the audit was not done; tell the operator.")


@dataclass(frozen=True, slots=True)
class PlanAudit:
    span: MonthsToAudit
    seals: SealStore
    audits: AuditStore
    commits: Commits
    machine: AuditMachine
    clock: Clock

    def __call__(self) -> str:
        """Begin an audit and return its id, empty where nothing was ever posted."""
        span, now = self.span(), self.clock.now()
        if span is None:
            return ""
        audit_id = AuditId(f"aud_{now:%Y%m%d%H%M}")
        if self.audits.get(audit_id) is None:
            run = AuditRun(audit_id, instant(now), span.cut, span.sealed, span.months, self._again(now))
            self.commits.commit([Revise(run)])
        self.machine.start(audit_id)
        return audit_id

    def _again(self, now: datetime) -> str:
        """Return the sealed month to read once more: a sealed month a night, in turn."""
        sealed = self.seals.all()
        return sealed[now.toordinal() % len(sealed)].period if sealed else ""


@dataclass(frozen=True, slots=True)
class AuditPartly:
    """The use case that does one part of an audit."""

    audits: AuditStore
    months: ProveMonth
    sealed: SealedMonths
    judge: JudgeState
    span: MonthsToAudit
    ledger: LedgerStore
    archive: LedgerArchive
    documents: DocumentStore
    commits: Commits

    def __call__(self, audit_id: AuditId, name: str) -> None:
        """Do a part and keep its result; a finished part stays unchanged. Raises `NotFound`."""
        run = require_run(self.audits, audit_id)
        step, period, part = read_name(name)
        if self.audits.part(audit_id, name) is None:
            self.commits.commit([Put(self._found(run, name, step, period, part))])

    def copies(self, period: str, part: int) -> tuple[list[list[Any]], tuple[AreaCode, ...]]:
        """Return the copies of one part of a month, by the parts of the ledger that hold their items, and the tiers
        that the copies name.
        """
        rows: list[list[Any]] = [[] for _ in month_parts(period)]
        tiers = set[AreaCode]()
        for each in self.archive.copies_of(period, part):
            place = self.ledger.place_of(each.key, period)
            rows[place.part].append([each.key, each.content_hash, each.versions, each.hidden])
            tiers |= {place.tier} if place.tier else set()
        return rows, tuple(sorted(tiers))

    def _found(self, run: AuditRun, name: str, step: Step, period: str, part: int) -> AuditPart:
        done = AuditPart(run.audit_id, name, ())
        match step:
            case Step.COPIES:
                rows, tiers = self.copies(period, part)
                return replace(done, documents=self._kept(*rows), tiers=tiers)
            case Step.MONTH:
                proof = self._month(run, period, part)
                return replace(done, documents=self._kept(*proof.documents()), root=proof.root)
            case Step.SEALED:
                return replace(done, documents=self._kept(rows_of(self.sealed.part(period, part))))
            case Step.STATE:
                return replace(done, documents=self._kept(rows_of(self._state(run, part))))

    def _kept(self, *found: Any) -> tuple[str, ...]:
        """Keep documents and return their names; an empty document has an empty name."""
        return tuple(self.documents.put(DocumentKind.AUDIT, canonical_json(each)) if each else "" for each in found)

    def _month(self, run: AuditRun, period: str, part: int) -> PartProof:
        kept = require_parts(self.audits, run, (each for each in run.copies if f"#{period}#" in each)).values()
        rows = (row for each in kept for row in read_kept(self.documents, each.documents[part], []))
        tiers = frozenset(tier for each in kept for tier in each.tiers)
        return self.months(period, part, run.cut, Copied(tuple(CopiedItem(*row) for row in rows), tiers))

    def _state(self, run: AuditRun, part: int) -> tuple[Difference, ...]:
        audited = audited_by(run, self.audits, self.documents, self.span, part)
        differences = self.judge.part(audited, part)
        if not differences:
            for period in to_be_sealed(run):
                # The rows have no reader before the month is sealed, and a retry writes the same rows.
                for some in _chunks([Put(each) for each in self.judge.moved(audited, period, part)]):
                    self.commits.commit(some)
        return differences


@dataclass(frozen=True, slots=True)
class CloseAudit:
    audits: AuditStore
    seals: SealStore
    judge: JudgeState
    span: MonthsToAudit
    documents: DocumentStore
    commits: Commits
    clock: Clock

    def __call__(self, audit_id: AuditId) -> AuditRun:
        """Close an audit whose every part is there, and seal the months that the audit proved.

        Raises `AuditIncomplete`, and `BooksDiffer` where anything differs.
        """
        run = require_run(self.audits, audit_id)
        if run.status is AuditStatus.RUNNING:
            run = self._closed(run)
        if run.status is AuditStatus.FAILED:
            raise AuditIncomplete
        if run.found:
            raise BooksDiffer
        return run

    def plan(self, audit_id: AuditId) -> dict[str, list[str]]:
        """Return the parts of an audit in the order of the work: each kind needs the results of the kind before."""
        run = require_run(self.audits, audit_id)
        return {"copies": list(run.copies), "months": list(run.transactions), "state": list(run.state)}

    def fail(self, audit_id: AuditId) -> None:
        """Record that an audit was not closed."""
        run = require_run(self.audits, audit_id)
        if run.status is AuditStatus.RUNNING:
            self.commits.commit([Revise(replace(run, status=AuditStatus.FAILED, revision=run.revision + 1))])

    def _closed(self, run: AuditRun) -> AuditRun:
        audited = audited_by(run, self.audits, self.documents, self.span)
        differences = (*broken_links(self.seals.all()), *self._found(run), *self.judge.whole(audited))
        status = AuditStatus.CLOSED
        closed = replace(run, status=status, found=differences[:_FOUND_MAX], revision=run.revision + 1)
        seals: list[Part] = [] if differences else [Insert(each) for each in self._sealed(run, audited)]
        self.commits.commit([Revise(closed), *seals])
        return closed

    def _found(self, run: AuditRun) -> Iterator[Difference]:
        """Yield the differences that the parts found."""
        parts = require_parts(self.audits, run, run.parts)
        for name, part in parts.items():
            step, _, _ = read_name(name)
            if step is not Step.COPIES:
                rows = read_kept(self.documents, part.documents[0], [])
                yield from differences_of(rows["differences"] if isinstance(rows, dict) else rows)

    def _sealed(self, run: AuditRun, audited: Audited) -> Iterator[Seal]:
        standing = self.seals.newest()
        if (standing.period if standing else "") != run.sealed:
            return  # another audit has sealed them
        at = instant(self.clock.now())
        for period in to_be_sealed(run):
            opening = canonical_json(self.judge.opening_after(audited, period).document())
            proofs = [proof for proof in proofs_of(run, self.audits, self.documents) if proof.period == period]
            standing = Seal(
                period=period,
                transactions=sum(each.tally.transactions for each in proofs),
                roots=tuple(each.root for each in proofs),
                opening=self.documents.put(DocumentKind.AUDIT, opening),
                occurred_at=at,
                audit_id=run.audit_id,
                previous=standing.link if standing else "",
            )
            yield standing


def to_be_sealed(run: AuditRun) -> tuple[str, ...]:
    """Return the months that were over for long enough when the audit began."""
    latest = instant(datetime.fromisoformat(run.started_at) - _SEALED_AFTER)
    return tuple(each for each in run.months if period_begins(period_after(each)) <= latest)


def require_run(audits: AuditStore, audit_id: AuditId) -> AuditRun:
    """Return an audit that was begun. Raises `NotFound`."""
    return existing(audits.get(audit_id))


def require_parts(audits: AuditStore, run: AuditRun, names: Iterable[str]) -> Mapping[str, AuditPart]:
    """Return these parts of an audit, in their order. Raises `AuditIncomplete` where a part is missing."""
    done = audits.parts(run.audit_id)
    try:
        return {name: done[name] for name in names}
    except KeyError as error:
        raise AuditIncomplete from error


def proofs_of(run: AuditRun, audits: AuditStore, documents: DocumentStore, part: int | None = None) -> list[PartProof]:
    """Return the proofs of the months' parts, in their order, with the claims and requisitions of a part of the state,
    where given: so much of a nation's month, and no more, fits a function. Raises `AuditIncomplete`.
    """
    names = [name for name in run.transactions if read_name(name)[0] is Step.MONTH]
    parts = require_parts(audits, run, names)
    return [
        PartProof.of(
            read_name(name)[1],
            each.root,
            read_kept(documents, each.documents[0], {}),
            {} if part is None else read_kept(documents, each.documents[1 + part], {}),
        )
        for name, each in parts.items()
    ]


def audited_by(
    run: AuditRun, audits: AuditStore, documents: DocumentStore, span: MonthsToAudit, part: int | None = None
) -> Audited:
    """Return the audit's results once its months were read, with the claims and requisitions of a part of the state,
    where given. Raises `AuditIncomplete`.
    """
    tallies = {period: AuditTally() for period in run.months}
    for proof in proofs_of(run, audits, documents, part):
        tallies[proof.period].add(proof.tally)
    known = MonthSpan(run.sealed, run.months, run.cut)
    return audited_of(known, span.opening(run.sealed), tuple(tallies.items()))


def read_kept(documents: DocumentStore, name: str, nothing: Any) -> Any:
    """Read a kept document of an audit; `nothing` for an empty name."""
    return json.loads(documents.get(DocumentKind.AUDIT, name)) if name else nothing


def _chunks(parts: list[Part]) -> Iterator[list[Part]]:
    return (parts[first : first + _WRITTEN_AT_ONCE] for first in range(0, len(parts), _WRITTEN_AT_ONCE))
