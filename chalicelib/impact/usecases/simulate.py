"""Simulates a bundle over more settled claims than one request can decide: a state machine over the agencies' pages.

Every page is kept as a document with the sum of its shard until then, and moves its shard on in one write. What was
looked at is never looked at again in the same round, so a run that was cut off is simply started anew and goes on.
Nothing is posted. A run sees each claim as it stands when its page is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.ports import ClaimQuery, ClaimStore
from chalicelib.claims.usecases.documents import Documents
from chalicelib.impact.access import POLICY_EFFECTS, SIMULATION_READ
from chalicelib.impact.domain.effects import Effect, Simulation, simulate, summed
from chalicelib.impact.domain.simulation import (
    Simulated,
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
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import Malformed, NotFound
from chalicelib.kernel.pages import Key, Page, PageRequest, read_page
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying, carry, is_under_way
from chalicelib.kernel.time import instant
from chalicelib.kernel.writes import Insert, Part, Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.law.ports import BundleStore
from chalicelib.law.usecases.compare import bundle_named

PAGE = 50
"""Claims of one page: a document of them is read whole for a page of an answer."""

PAGES_AT_ONCE = 10
"""Pages of one task: few enough to end well within its time limit, many enough that a nation fits one execution."""


@dataclass(frozen=True, slots=True)
class StartSimulation:
    bundles: BundleStore
    runs: SimulationStore
    machine: SimulationMachine
    commits: Commits
    clock: Clock
    retrying: Retrying

    def __call__(self, principal: Principal, bundle: str, area: str | None) -> SimulationRun:
        """Have a bundle simulated. Asked for again, what failed goes on where it stood, what is done starts over, what
        runs is left alone. Raises `NotFound` for a bundle nobody kept and an area nobody knows.
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
        self, principal: Principal, bundle: str, area: str | None, ended: SimulationRun | None
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
    """How far a run is, its sum once it is done, and a page of the claims it found to change so far."""

    run: SimulationRun
    looked_at: int
    simulation: Simulation | None
    effects: Page[Effect]


@dataclass(frozen=True, slots=True)
class ReadSimulation:
    runs: SimulationStore
    documents: Documents

    def __call__(self, principal: Principal, simulation_id: str, page: PageRequest) -> SimulationDetail:
        """How far it is and what it found. Raises `NotFound`."""
        require(principal, SIMULATION_READ, Resource("policy"))
        run = self.runs.get(simulation_id)
        if run is None:
            raise NotFound

        def read(_: str, after: Key | None, limit: int) -> tuple[Sequence[tuple[Key, Effect]], Key | None]:
            return self._effects(run, after, limit)

        return SimulationDetail(
            run=run,
            looked_at=sum(shard.looked_at for shard in self.runs.shards(simulation_id, run.round)),
            simulation=read_simulated(self.documents.simulated(run.result)).sum if run.result else None,
            effects=read_page((simulation_id,), page, read),
        )

    def _effects(
        self, run: SimulationRun, after: Key | None, limit: int
    ) -> tuple[Sequence[tuple[Key, Effect]], Key | None]:
        """Effects by their page's place and their number in it."""
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

    claims: ClaimStore
    reconsidering: Reconsidering
    documents: Documents
    bundles: BundleStore
    runs: SimulationStore
    commits: Commits

    def plan(self, simulation_id: str) -> tuple[str, ...]:
        """The agencies whose claims are looked at, each a shard."""
        run = self._run(simulation_id)
        return self._agencies(run, self.bundles.load(run.bundle))

    def look(self, simulation_id: str, agency: str) -> bool:
        """Look at some more pages of one agency's settled claims; whether all of it is done."""
        run = self._run(simulation_id)
        bundle = self.bundles.load(run.bundle)
        shard = self.runs.shard(simulation_id, run.round, agency) or SimulationShard(
            simulation_id, run.round, agency, revision=0
        )
        for _ in range(PAGES_AT_ONCE):
            if shard.done:
                break
            shard = self._page(shard, bundle)
        return shard.done

    def sum(self, simulation_id: str) -> None:
        """Sum the shards up, and say that all is done. Raises `NotFound` where a shard is missing."""
        run = self._run(simulation_id)
        if run.status is not SimulationStatus.RUNNING:
            return
        shards = {shard.agency: shard for shard in self.runs.shards(simulation_id, run.round)}
        parts = []
        for agency in self._agencies(run, self.bundles.load(run.bundle)):
            shard = shards.get(agency)
            if shard is None or not shard.done or shard.last is None:
                raise NotFound
            parts.append(read_simulated(self.documents.simulated(shard.last)).sum)
        result = self.documents.put_simulated(write_simulated(Simulated(summed(run.bundle, parts))))
        self._write(run, status=SimulationStatus.DONE, result=result)

    def fail(self, simulation_id: str) -> None:
        """Say that it stopped, so that it can be seen and asked for again."""
        run = self.runs.get(simulation_id)
        if run is not None and run.status is SimulationStatus.RUNNING:
            self._write(run, status=SimulationStatus.FAILED)

    def _page(self, shard: SimulationShard, bundle: Bundle) -> SimulationShard:
        """One page: decide its claims, keep what they come to, move the shard on."""
        query = ClaimQuery(agencies=(shard.agency,), status=ClaimStatus.SETTLED)
        page = self.claims.find(query, PageRequest(PAGE, shard.cursor))
        effects = tuple(self.reconsidering.of_claims(iter(page.items), bundle))
        before = () if shard.last is None else (read_simulated(self.documents.simulated(shard.last)).sum,)
        whole = summed(bundle.hash, (*before, simulate(bundle.hash, effects)))
        concerned = tuple(effect for effect in effects if effect.concerns)
        kept = self.documents.put_simulated(write_simulated(Simulated(whole, concerned)))
        after = replace(
            shard,
            revision=shard.revision + 1,
            cursor=page.next,
            pages=shard.pages + 1,
            looked_at=shard.looked_at + len(page.items),
            last=kept,
            done=page.next is None,
        )
        parts: list[Part] = [Revise(after)]
        if concerned:
            place = f"{shard.agency}#{after.pages:06}"
            parts.append(Insert(SimulationPage(shard.simulation_id, shard.round, place, kept)))
        self.commits.commit(parts)
        return after

    def _run(self, simulation_id: str) -> SimulationRun:
        run = self.runs.get(simulation_id)
        if run is None:
            raise NotFound
        return run

    def _agencies(self, run: SimulationRun, bundle: Bundle) -> tuple[str, ...]:
        looked_at = settled_claims(registries_beside(self.bundles, bundle, run.in_force), run.area)
        return tuple(agency for agency in looked_at.agencies if agency is not None)

    def _write(self, run: SimulationRun, **changes: Any) -> None:
        self.commits.commit([Revise(replace(run, revision=run.revision + 1, **changes))])
