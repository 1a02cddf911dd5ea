"""Posts the changes of a backdated notice: every settled claim whose result changes is corrected, citing both bundles.

A person's year is recalculated as a whole and in the order of its numbers, since a claim depends on those before it.
From the first claim whose money, or use of the year, changes, the later claims of the year move to the new bundle with
it, also where every figure of theirs stays: the year then rests on one law, and nothing is posted for them. Finished
work is recognised, so that an interrupted page is simply walked again; and a year with claims of several agencies,
which is met once for each of them, is brought in order the first time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

from chalicelib.adjudication.domain.assess import Assessment, assess
from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.claims.usecases.documents import Documents
from chalicelib.claims.usecases.examine import known_under
from chalicelib.impact.access import POLICY_RECALCULATE, RECALCULATION_DECIDE, RECALCULATION_READ
from chalicelib.impact.domain.effects import moves_money
from chalicelib.impact.domain.recalculation import (
    RecalculatedClaim,
    Recalculation,
    RecalculationShard,
    RecalculationStatus,
    recalculation_id_of,
)
from chalicelib.impact.ports import RecalculationMachine, RecalculationStore
from chalicelib.impact.usecases.effects import settled_claims
from chalicelib.impact.usecases.walk import ENOUGH, YEARS_AT_ONCE, shard_named, shards_of
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import Conflict, Finding, NotFound, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying, carry, is_under_way
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, PersonToken, RecalculationId
from chalicelib.kernel.writes import Insert, Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.transaction import numbered
from chalicelib.settlement.domain.anew import Anew, Known, Noted
from chalicelib.settlement.usecases.pay import Payment
from chalicelib.settlement.usecases.redecide import Redeciding

_NOT_CURRENT = Finding(
    "bundle-not-current",
    "bundle",
    Text(
        "只能按现行政策包入账更正；请先发布该政策包。",
        "Corrections are posted by the bundle in force only; publish this one first.",
    ),
)


RecalculationDetail: TypeAlias = tuple[Recalculation, Page[RecalculatedClaim]]
"""A recalculation, and one page of the claims it looked at."""


@dataclass(frozen=True, slots=True)
class RequestRecalculation:
    bundles: BundleStore
    runs: RecalculationStore
    machine: RecalculationMachine
    commits: Commits
    clock: Clock
    retrying: Retrying

    def __call__(self, principal: Principal, bundle: str) -> Recalculation:
        """Request the posting of the differences of the bundle in force. The request waits for another officer.

        On another request, a waiting recalculation is left unchanged; a failed or interrupted run goes on where it
        stood, since it had consent; a done, refused or superseded recalculation is requested anew, for later
        settlements. Raises `Conflict` where the bundle is not the one in force.
        """
        require(principal, POLICY_RECALCULATE, Resource("policy"))
        current = self.bundles.current_hash()
        if current is None:
            raise Conflict([_NOT_CURRENT])
        if bundle not in (current, "current"):
            raise Conflict([_NOT_CURRENT.naming(bundle=current)])
        known = self.runs.get(recalculation_id_of(current))
        if known is not None and known.status in _CONSENTED:
            return self._carried_on(known.recalculation_id)
        return self.retrying.on_conflict(lambda: self._requested_once(principal, current))

    def _requested_once(self, principal: Principal, bundle: str) -> Recalculation:
        recalculation_id, requested = recalculation_id_of(bundle), Act.of(principal, instant(self.clock.now()))
        known = self.runs.get(recalculation_id)
        if known is None:
            run = Recalculation(recalculation_id, bundle, requested)
        elif known.status in _CONSENTED or known.status is RecalculationStatus.REQUESTED:
            return known
        else:
            run = Recalculation(
                recalculation_id,
                bundle,
                requested,
                revision=known.revision + 1,
                attempt=known.attempt,
                round=known.round + 1,
            )
        self.commits.commit([Revise(run)])
        return run

    def _carried_on(self, recalculation_id: RecalculationId) -> Recalculation:
        return carry(
            lambda ended: self._opened(recalculation_id, ended),
            lambda run: not run.is_running or self.machine.start(run.recalculation_id, run.attempt),
            self.retrying,
        )

    def _opened(self, recalculation_id: RecalculationId, ended: Recalculation | None) -> Recalculation:
        known = existing(self.runs.get(recalculation_id))
        if known.status not in _CONSENTED or is_under_way(known, ended):
            return known
        run = replace(known, status=RecalculationStatus.RUNNING, revision=known.revision + 1, attempt=known.attempt + 1)
        self.commits.commit([Revise(run)])
        return run


_CONSENTED = frozenset({RecalculationStatus.RUNNING, RecalculationStatus.FAILED})
"""The states that another officer's consent still carries."""


@dataclass(frozen=True, slots=True)
class DecideRecalculation:
    bundles: BundleStore
    runs: RecalculationStore
    machine: RecalculationMachine
    commits: Commits
    clock: Clock
    retrying: Retrying

    def __call__(
        self, principal: Principal, recalculation_id: RecalculationId, *, approve: bool, reason: str | None = None
    ) -> Recalculation:
        """Approve or refuse another officer's request; the same decision again is answered as the first.

        Raises `NotFound`, `OwnAct` for the requester, and `Conflict` where the request was decided otherwise or the
        bundle is not in force any more.
        """
        require(principal, RECALCULATION_DECIDE, Resource("policy"))
        wanted = RecalculationStatus.RUNNING if approve else RecalculationStatus.REFUSED
        run = self.retrying.on_conflict(lambda: self._decide_once(principal, recalculation_id, wanted, reason))
        if run.is_running:
            # Start also where the decision was made before: that call may have ended between writing and starting.
            self.machine.start(run.recalculation_id, run.attempt)
        return run

    def _decide_once(
        self,
        principal: Principal,
        recalculation_id: RecalculationId,
        wanted: RecalculationStatus,
        reason: str | None,
    ) -> Recalculation:
        known = existing(self.runs.get(recalculation_id))
        require(principal, RECALCULATION_DECIDE, Resource("policy", acted=(known.requested.actor,)))
        if known.status is not RecalculationStatus.REQUESTED:
            if (wanted is RecalculationStatus.REFUSED) is not (known.status is RecalculationStatus.REFUSED):
                raise Conflict([_DECIDED.naming(status=known.status.value)])
            return known
        starts = wanted is RecalculationStatus.RUNNING
        if starts and self.bundles.current_hash() != known.bundle:
            raise Conflict([_NOT_CURRENT.naming(bundle=self.bundles.current_hash() or "")])
        decided = replace(
            known,
            status=wanted,
            revision=known.revision + 1,
            attempt=known.attempt + (1 if starts else 0),
            decided=Act.of(principal, instant(self.clock.now())),
            reason=reason,
        )
        self.commits.commit([Revise(decided)])
        return decided


_DECIDED = Finding(
    "recalculation-decided",
    "decision",
    Text("该重算已有另一决定，请重新申请。", "Another decision was taken on this recalculation; ask for it anew."),
)


@dataclass(frozen=True, slots=True)
class ListRecalculations:
    runs: RecalculationStore

    def __call__(
        self, principal: Principal, status: RecalculationStatus | None, bundle: str | None, page: PageRequest
    ) -> Page[Recalculation]:
        """Return every recalculation, or those in one state or of one bundle, the newest first."""
        require(principal, RECALCULATION_READ, Resource("policy"))
        return self.runs.find(status, bundle, page)


@dataclass(frozen=True, slots=True)
class ReadRecalculation:
    runs: RecalculationStore

    def __call__(
        self, principal: Principal, recalculation_id: RecalculationId, page: PageRequest
    ) -> RecalculationDetail:
        """Return a recalculation's progress, and a page of its postings. Raises `NotFound`."""
        require(principal, RECALCULATION_READ, Resource("policy"))
        run = existing(self.runs.get(recalculation_id))
        if run.status in _CONSENTED:
            run = replace(run, looked_at=sum(each.looked_at for each in self.runs.shards(recalculation_id, run.round)))
        return run, self.runs.corrections(recalculation_id, page)


@dataclass(frozen=True, slots=True)
class Recalculating:
    """The tasks of the recalculation state machine."""

    claims: ClaimStore
    persons: PersonStore
    documents: Documents
    bundles: BundleStore
    runs: RecalculationStore
    commits: Commits
    redeciding: Redeciding
    payment: Payment
    clock: Clock
    retrying: Retrying

    def plan(self, recalculation_id: RecalculationId) -> tuple[str, ...]:
        """Return the shards that are not done; without any left, mark the run as done."""
        run = self._run(recalculation_id)
        if not run.is_running:
            return ()
        shards = {f"{each.agency}-{each.part}": each for each in self.runs.shards(recalculation_id, run.round)}
        left = tuple(name for name in shards_of(self._agencies(run)) if name not in shards or not shards[name].done)
        if not left:
            looked_at = sum(each.looked_at for each in shards.values())
            self._write(run, status=RecalculationStatus.DONE, looked_at=looked_at)
        return left

    def step(self, recalculation_id: RecalculationId, name: str) -> bool:
        """Recalculate the years of a shard until all are done or the time is up; return whether the shard is done.

        page of years ──> each: decide in order, post the difference ──> move the cursor ──> next, while there is time
        """
        run, (agency, part), began = self._run(recalculation_id), shard_named(name), self.clock.now()
        shard = self.runs.shard(recalculation_id, run.round, agency, part) or RecalculationShard(
            recalculation_id, run.round, agency, part
        )
        while not shard.done:
            if not self._goes_on(recalculation_id):
                return True
            bundle = self.bundles.load(run.bundle)
            page = self.persons.settled_years(agency, part, PageRequest(YEARS_AT_ONCE, shard.cursor))
            agencies = [
                each for met in page.items for each in self.year(recalculation_id, met.person, met.year, bundle)
            ]
            shard = replace(
                shard,
                revision=shard.revision + 1,
                cursor=page.next,
                looked_at=shard.looked_at + agencies.count(agency),
                done=page.next is None,
            )
            self.commits.commit([Revise(shard)])
            if self.clock.now() - began >= ENOUGH:
                break
        return shard.done

    def _goes_on(self, recalculation_id: RecalculationId) -> bool:
        """Tell whether the recalculation is running and its bundle is still in force."""

        def look() -> bool:
            run = self._run(recalculation_id)
            if run.is_running and self.bundles.current_hash() != run.bundle:
                self._write(run, status=RecalculationStatus.SUPERSEDED)
                return False
            return run.is_running

        return self.retrying.on_conflict(look)

    def _agencies(self, run: Recalculation) -> tuple[AreaCode | None, ...]:
        """Return the agencies that the bundle or the one before it knows."""
        pointer = self.bundles.pointer()
        before = None if pointer is None else self.bundles.publication(pointer.number - 1)
        hashes = (run.bundle, *(() if before is None else (before.bundle,)))
        return settled_claims((self.bundles.load(each).registry for each in hashes), None).agencies

    def _run(self, recalculation_id: RecalculationId) -> Recalculation:
        return existing(self.runs.get(recalculation_id))

    def fail(self, recalculation_id: RecalculationId) -> None:
        """Mark the run as failed, so that the failure is seen and the run can be requested again."""
        run = self.runs.get(recalculation_id)
        if run is not None and run.status is RecalculationStatus.RUNNING:
            self._write(run, status=RecalculationStatus.FAILED)

    def year(
        self, recalculation_id: RecalculationId, person: PersonToken, year: int, bundle: Bundle
    ) -> list[str | None]:
        """Bring one person's year under a bundle, a claim at a time; return the agencies of its claims."""
        return self.retrying.on_conflict(
            lambda: self._year_once(recalculation_id, self.persons.year(person, year), bundle)
        )

    def _write(self, run: Recalculation, **changes: Any) -> None:
        self.commits.commit([Revise(replace(run, revision=run.revision + 1, **changes))])

    def _year_once(self, recalculation_id: RecalculationId, year: PersonYear, bundle: Bundle) -> list[str | None]:
        moved, agencies = False, list[str | None]()
        for claim_id in year.standing:
            record = self.claims.get(claim_id)
            settled = None if record is None else record.settlement
            if record is None or settled is None:
                raise NotFound
            agencies.append(record.agency)
            claim, was = self.documents.decided(settled.decided_hash)
            known = replace(known_under(self.persons, claim, was, bundle.registry), prior=year.prior_of(claim_id))
            moved = moved or settled.bundle_hash == bundle.hash
            is_done = settled.bundle_hash == bundle.hash and known == was
            assessment = None if is_done else assess(claim, known, bundle, again=True)
            if assessment is None or assessment.document is None:
                if not settled.ordered:
                    # Corrected by a try that ended before the claim was squared.
                    self.payment.pay(claim_id)
                continue
            standing = self.documents.determination(settled)
            anew = Anew.of(standing, settled.protected_fen, year.contribution_of(claim_id), assessment)
            # A claim's use of the year may change without any payer's part: the later claims are decided on that use.
            if not moved and anew.uses_as_much and not moves_money(standing, anew.document):
                continue
            moved = True
            year = self._moved(recalculation_id, record, Known(claim, known), assessment, anew, year)
        return agencies

    def _moved(
        self,
        recalculation_id: RecalculationId,
        record: ClaimRecord,
        known: Known,
        assessment: Assessment,
        anew: Anew,
        year: PersonYear,
    ) -> PersonYear:
        """Let a claim rest on the bundle, and post the difference in figures; return the resulting year."""
        settled, document = record.settlement, assessment.document
        if settled is None or document is None:
            raise AssertionError("only what was settled and is decided moves to another bundle")
        both = {"bundle_before": settled.bundle_hash, "bundle_after": document["receipt"]["bundle"]}
        decided = self.documents.put_decision(document, known.claim, known.circumstances, both)
        summary = replace(
            settled,
            bundle_hash=both["bundle_after"],
            determination_hash=decided.determination_hash,
            decided_hash=decided.decided_hash,
        )
        if anew.has_the_same_figures:
            noted = Noted(HistoryEvent.RECALCULATION)
            self.redeciding.keep(record, summary, assessment.duties, year, noted)
            return year
        number = settled.corrections + 1
        row = RecalculatedClaim(
            recalculation_id=recalculation_id,
            claim_id=record.claim_id,
            transaction_id=numbered("correct", record.claim_id, number),
            changes=anew.changes,
            **both,
        )
        noted = Noted(
            HistoryEvent.RECALCULATION,
            citations=(f"bundle:{row.bundle_before}", f"bundle:{row.bundle_after}"),
            parts=(Insert(row),),
        )
        after = self.redeciding.post(record, summary, assessment, year, noted, row.changes)
        self.payment.pay(record.claim_id)
        return after
