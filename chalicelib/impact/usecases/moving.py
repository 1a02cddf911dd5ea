"""Decides a period's claims without each article in turn: the tasks behind `moved.py`, on the machine of simulations.

A shard is a day of posting. Its claims are looked at in the order of their ids, some hundreds at once in columns; every
page is kept as a document with the sum of its day until then and moves the day on in one write, so that an interrupted
run is started anew and goes on. Nothing is posted; a claim is seen as it stands when its page is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, SettlementSummary
from chalicelib.claims.ports import ClaimStore
from chalicelib.claims.usecases.documents import Documents
from chalicelib.impact.domain.moved import MovedMoney, MovedMonth, MovedRun, read_moved, summed_moved, write_moved
from chalicelib.impact.domain.simulation import SimulationShard, SimulationStatus
from chalicelib.impact.domain.without import Case, moved_by_units
from chalicelib.impact.ports import MovedStore, SimulationStore
from chalicelib.impact.usecases.walk import ENOUGH, shard_named
from chalicelib.kernel.errors import NotFound, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.time import start_of
from chalicelib.kernel.words.ids import ClaimId, SimulationId
from chalicelib.kernel.writes import Revise
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.ledger.ports import LedgerStore
from chalicelib.registry.domain.model import InstitutionPlace

CLAIMS_AT_ONCE = 500
"""Claims of one page: enough for columns, and their documents read within seconds."""


@dataclass(frozen=True, slots=True)
class Moving:
    """The tasks of a run over moved amounts, as named by the run's id."""

    ledger: LedgerStore
    claims: ClaimStore
    documents: Documents
    bundles: BundleStore
    runs: MovedStore
    shards: SimulationStore
    commits: Commits
    clock: Clock

    def plan(self, moved_id: SimulationId) -> tuple[str, ...]:
        """Return the days whose claims are looked at."""
        run = self._run(moved_id)
        return tuple(_shard_of(run, day) for day in self._days(run))

    def look(self, moved_id: SimulationId, name: str) -> bool:
        """Look at a day's claims until all are done or the time is up; return whether the day is done."""
        run, (area, day), began = self._run(moved_id), shard_named(name), self.clock.now()
        shard = self.shards.shard(moved_id, run.round, area, day) or SimulationShard(
            moved_id, run.round, area, day, revision=0
        )
        if shard.done:
            return True
        left = [each for each in self._settled(run, date.fromisoformat(day)) if each > (shard.cursor or "")]
        while not shard.done:
            page, left = left[:CLAIMS_AT_ONCE], left[CLAIMS_AT_ONCE:]
            shard = self._page(run, shard, page, is_last=not left)
            if self.clock.now() - began >= ENOUGH:
                break
        return shard.done

    def sum(self, moved_id: SimulationId) -> None:
        """Sum the days up, and mark the run as done. Raises `NotFound` where a day is missing."""
        run = self._run(moved_id)
        if not run.is_running:
            return
        shards = {f"{shard.agency}-{shard.part}": shard for shard in self.shards.shards(moved_id, run.round)}
        parts = []
        for day in self._days(run):
            shard = shards.get(_shard_of(run, day))
            if shard is None or not shard.done or shard.last is None:
                raise NotFound
            parts.append(read_moved(self.documents.simulated(shard.last)))
        result = self.documents.put_simulated(write_moved(summed_moved(parts)))
        self._write(run, status=SimulationStatus.DONE, result=result)

    def fail(self, moved_id: SimulationId) -> None:
        """Mark the run as failed, so that the failure is seen and the run can be requested again."""
        run = self.runs.get(moved_id)
        if run is not None and run.is_running:
            self._write(run, status=SimulationStatus.FAILED)

    def _days(self, run: MovedRun) -> list[date]:
        """Return the days that are looked at: before the first publication nothing was settled."""
        first = self.bundles.publication(1)
        return [day for day in run.days if first is not None and first.published_on <= day]

    def _settled(self, run: MovedRun, day: date) -> list[ClaimId]:
        """Return the ids of the claims that posted on a day at the area's institutions, in order."""
        registry = self.bundles.current().registry
        places = {
            place
            for place in registry.places
            if run.area in (*registry.chain(place.area), *registry.chain(place.agency))
        }
        posted = self.ledger.between(start_of(day), start_of(day + timedelta(days=1)))
        settled = {each.claim_id for each in posted if each.event is LedgerEvent.SETTLED}
        records = (self.claims.get(claim_id) for claim_id in sorted(settled))
        at = registry.institutions.get
        return [
            each.claim_id
            for each in records
            if each is not None
            and (institution := at(each.institution)) is not None
            and InstitutionPlace.of(institution) in places
        ]

    def _page(
        self, run: MovedRun, shard: SimulationShard, claim_ids: Sequence[ClaimId], *, is_last: bool
    ) -> SimulationShard:
        """Work on a page: decide its claims without each unit, keep the results, move the shard on."""
        month = date.fromisoformat(shard.part).strftime("%Y-%m")
        before = () if shard.last is None else (read_moved(self.documents.simulated(shard.last)),)
        found, looked_at = [MovedMoney((MovedMonth(month, 0, ()),))], 0
        for bundle_hash, cases in self._cases(claim_ids):
            rows = moved_by_units(cases, self.bundles.load(bundle_hash), run.by)
            found.append(MovedMoney((MovedMonth(month, len(cases), rows),)))
            looked_at += len(cases)
        after = replace(
            shard,
            revision=shard.revision + 1,
            cursor=claim_ids[-1] if claim_ids else shard.cursor,
            pages=shard.pages + 1,
            looked_at=shard.looked_at + looked_at,
            last=self.documents.put_simulated(write_moved(summed_moved((*before, *found)))),
            done=is_last,
        )
        self.commits.commit([Revise(after)])
        return after

    def _cases(self, claim_ids: Sequence[ClaimId]) -> Iterator[tuple[str, list[Case]]]:
        """Return the claims that stand as settled, by the bundle that decided them last."""
        by_bundle: dict[str, list[Case]] = {}
        for claim_id in claim_ids:
            settled = _standing(self.claims.get(claim_id))
            if settled is not None:
                by_bundle.setdefault(settled.bundle_hash, []).append(self.documents.decided(settled.decided_hash))
        yield from sorted(by_bundle.items(), key=lambda each: each[0])

    def _run(self, moved_id: SimulationId) -> MovedRun:
        return existing(self.runs.get(moved_id))

    def _write(self, run: MovedRun, **changes: Any) -> None:
        self.commits.commit([Revise(replace(run, revision=run.revision + 1, **changes))])


def _shard_of(run: MovedRun, day: date) -> str:
    return f"{run.area}-{day:%Y%m%d}"


def _standing(record: ClaimRecord | None) -> SettlementSummary | None:
    return record.settlement if record is not None and record.status is ClaimStatus.SETTLED else None
