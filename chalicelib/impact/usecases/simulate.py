"""Simulates a bundle over more settled claims than one request can decide: a state machine over the years of agencies'
persons.

Every page is kept as a document with the sum of its shard until then, and moves its shard on in one write. A finished
page is never looked at again in the same round, so that an interrupted run is simply started anew and goes on. Nothing
is posted. A run sees each claim as it stands when its page is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.documents import Documents
from chalicelib.impact.access import POLICY_EFFECTS, SIMULATION_READ
from chalicelib.impact.domain.effects import Effect, Simulation, simulate, summed
from chalicelib.impact.domain.simulation import (
    Simulated,
    SimulationFilter,
    SimulationPage,
    SimulationRun,
    SimulationShard,
    SimulationStatus,
    read_simulated,
    simulation_id_of,
    write_simulated,
)
from chalicelib.impact.ports import (
    SimulationMachine,
    SimulationStore,
)
from chalicelib.impact.usecases.effects import Reconsidering, registries_beside, settled_claims
from chalicelib.impact.usecases.walk import ENOUGH, YEARS_AT_ONCE, shard_named, shards_of
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import Malformed, NotFound, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Key, Page, PageRequest, read_page
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying, carry, is_under_way
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, SimulationId
from chalicelib.kernel.writes import Insert, Part, Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.law.ports import BundleStore
from chalicelib.law.usecases.compare import bundle_named


@dataclass(frozen=True, slots=True)
class StartSimulation:
    bundles: BundleStore
    runs: SimulationStore
    machine: SimulationMachine
    commits: Commits
    clock: Clock
    retrying: Retrying

    def __call__(self, principal: Principal, bundle: str, area: AreaCode | None) -> SimulationRun:
        """Have a bundle simulated. On another request, a failed run goes on where it stood, a done run starts over, a
        running run is left alone. Raises `NotFound` for an unknown bundle and an unknown area.
        """
        require(principal, POLICY_EFFECTS, Resource("policy"))
        other = bundle_named(self.bundles, bundle)
        settled_claims(registries_beside(self.bundles, other), area)
        named = other.hash
        return carry(
            lambda ended: self._opened(principal, named, area, ended),
            lambda run: self.machine.start(run.simulation_id, run.attempt),
            self.retrying,
        )

    def _opened(
        self, principal: Principal, bundle: str, area: AreaCode | None, ended: SimulationRun | None
    ) -> SimulationRun:
        simulation_id, now = simulation_id_of(bundle, area), instant(self.clock.now())
        known = self.runs.get(simulation_id)
        if known is None:
            run = SimulationRun(simulation_id, bundle, area, principal.actor, now, in_force=self.bundles.current_hash())
        elif is_under_way(known, ended):
            return known
        else:
            is_anew = known.status is SimulationStatus.DONE
            run = replace(
                known,
                status=SimulationStatus.RUNNING,
                revision=known.revision + 1,
                attempt=known.attempt + 1,
                round=known.round + is_anew,
                in_force=self.bundles.current_hash() if is_anew else known.in_force,
                requested_by=principal.actor,
                requested_at=now,
                result=None,
            )
        self.commits.commit([Revise(run)])
        return run


@dataclass(frozen=True, slots=True)
class SimulationDetail:
    """A run's progress, its sum once the run is done, and a page of the changing claims found so far."""

    run: SimulationRun
    looked_at: int
    simulation: Simulation | None
    effects: Page[Effect]


@dataclass(frozen=True, slots=True)
class ListSimulations:
    runs: SimulationStore

    def __call__(self, principal: Principal, wanted: SimulationFilter, page: PageRequest) -> Page[SimulationRun]:
        """Return every simulation that a machine computes, the latest request first."""
        require(principal, SIMULATION_READ, Resource("policy"))
        return self.runs.find(wanted, page)


@dataclass(frozen=True, slots=True)
class ReadSimulation:
    runs: SimulationStore
    documents: Documents

    def __call__(self, principal: Principal, simulation_id: SimulationId, page: PageRequest) -> SimulationDetail:
        """Return a run's progress and its findings. Raises `NotFound`."""
        require(principal, SIMULATION_READ, Resource("policy"))
        run = existing(self.runs.get(simulation_id))

        return SimulationDetail(
            run=run,
            looked_at=sum(shard.looked_at for shard in self.runs.shards(simulation_id, run.round)),
            simulation=read_simulated(self.documents.simulated(run.result)).sum if run.result else None,
            effects=read_page((simulation_id,), page, lambda _, after, limit: self._effects(run, after, limit)),
        )

    def _effects(
        self, run: SimulationRun, after: Key | None, limit: int
    ) -> tuple[Sequence[tuple[Key, Effect]], Key | None]:
        """Return effects by their page's place and their number in the page."""
        place, number = _position(after)
        found: list[tuple[Key, Effect]] = []
        for page in self.runs.pages(run.simulation_id, run.round, place):
            effects = read_simulated(self.documents.simulated(page.hash)).effects
            first = number + 1 if page.place == place else 0
            for index in range(first, len(effects)):
                if len(found) == limit:
                    return found, found[-1][0] if found else after
                found.append(((page.place, str(index)), effects[index]))
        return found, None


def _position(after: Key | None) -> tuple[str, int]:
    match after:
        case None:
            return "", -1
        case (place, number) if number.isdecimal():
            return place, int(number)
        case _:
            raise Malformed


@dataclass(frozen=True, slots=True)
class Simulating:
    """The tasks of the simulation state machine."""

    persons: PersonStore
    reconsidering: Reconsidering
    documents: Documents
    bundles: BundleStore
    runs: SimulationStore
    commits: Commits
    clock: Clock

    def plan(self, simulation_id: SimulationId) -> tuple[str, ...]:
        """Return the shards whose years are looked at."""
        run = self._run(simulation_id)
        return self._shards(run, self.bundles.load(run.bundle))

    def look(self, simulation_id: SimulationId, name: str) -> bool:
        """Look at the years of a shard until all are done or the time is up; return whether the shard is done."""
        run, (agency, part), began = self._run(simulation_id), shard_named(name), self.clock.now()
        bundle = self.bundles.load(run.bundle)
        shard = self.runs.shard(simulation_id, run.round, agency, part) or SimulationShard(
            simulation_id, run.round, agency, part, revision=0
        )
        while not shard.done:
            shard = self._page(shard, bundle)
            if self.clock.now() - began >= ENOUGH:
                break
        return shard.done

    def sum(self, simulation_id: SimulationId) -> None:
        """Sum the shards up, and mark the run as done. Raises `NotFound` where a shard is missing."""
        run = self._run(simulation_id)
        if run.status is not SimulationStatus.RUNNING:
            return
        shards = {f"{shard.agency}-{shard.part}": shard for shard in self.runs.shards(simulation_id, run.round)}
        parts = []
        for name in self._shards(run, self.bundles.load(run.bundle)):
            shard = shards.get(name)
            if shard is None or not shard.done or shard.last is None:
                raise NotFound
            parts.append(read_simulated(self.documents.simulated(shard.last)).sum)
        result = self.documents.put_simulated(write_simulated(Simulated(summed(run.bundle, parts))))
        self._write(run, status=SimulationStatus.DONE, result=result)

    def fail(self, simulation_id: SimulationId) -> None:
        """Mark the run as failed, so that the failure is seen and the run can be requested again."""
        run = self.runs.get(simulation_id)
        if run is not None and run.status is SimulationStatus.RUNNING:
            self._write(run, status=SimulationStatus.FAILED)

    def _page(self, shard: SimulationShard, bundle: Bundle) -> SimulationShard:
        """Work on a page: decide its years, keep the results of the agency's claims, move the shard on."""
        page = self.persons.settled_years(shard.agency, shard.part, PageRequest(YEARS_AT_ONCE, shard.cursor))
        years = (self.persons.year(each.person, each.year) for each in page.items)
        decided = (each for year in years for each in self.reconsidering.of_year(year, bundle))
        effects = tuple(each.effect for each in decided if each.record.agency == shard.agency)
        before = () if shard.last is None else (read_simulated(self.documents.simulated(shard.last)).sum,)
        whole = summed(bundle.hash, (*before, simulate(bundle.hash, effects)))
        concerned = tuple(effect for effect in effects if effect.concerns)
        kept = self.documents.put_simulated(write_simulated(Simulated(whole, concerned)))
        after = replace(
            shard,
            revision=shard.revision + 1,
            cursor=page.next,
            pages=shard.pages + 1,
            looked_at=shard.looked_at + len(effects),
            last=kept,
            done=page.next is None,
        )
        parts: list[Part] = [Revise(after)]
        if concerned:
            place = f"{shard.agency}#{shard.part}#{after.pages:06}"
            parts.append(Insert(SimulationPage(shard.simulation_id, shard.round, place, kept)))
        self.commits.commit(parts)
        return after

    def _run(self, simulation_id: SimulationId) -> SimulationRun:
        return existing(self.runs.get(simulation_id))

    def _shards(self, run: SimulationRun, bundle: Bundle) -> tuple[str, ...]:
        return shards_of(settled_claims(registries_beside(self.bundles, bundle, run.in_force), run.area).agencies)

    def _write(self, run: SimulationRun, **changes: Any) -> None:
        self.commits.commit([Revise(replace(run, revision=run.revision + 1, **changes))])
