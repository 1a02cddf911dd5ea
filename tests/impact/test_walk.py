"""Walking everything that was settled: nothing that was committed is missed, no history fills up, no square is paid."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.claims.domain.years import SettledYear
from chalicelib.claims.ports import PersonStore, UpdateClaim
from chalicelib.impact.domain.recalculation import Recalculation, RecalculationStatus
from chalicelib.impact.usecases.recalculate import Recalculating
from chalicelib.impact.usecases.simulate import ReadSimulation, Simulating, StartSimulation
from chalicelib.impact.usecases.walk import ENOUGH, shards_of
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.words.ids import ClaimId, PersonToken, TransactionId
from chalicelib.kernel.writes import Part, Put
from chalicelib.ledger.domain.transaction import LedgerEvent, settlement_id, trial_balance
from infra.local.template import INFRA
from tests.impact.test_recalculate import publish, recalculate, settle, started
from tests.kit.areas import KUNMING
from tests.kit.books import not_as_replayed
from tests.kit.growth import SIZES, Asked, assert_as_written, counted_world, is_linear
from tests.kit.memory.samples import OFFICER, body, moved, policies
from tests.kit.memory.world import World
from tests.kit.policy_sets import with_kunming_share
from tests.settlement.test_worked_corrections import pneumonia

EVENTS_MAX = 25_000
EVENTS_OF_A_TASK = 7
"""A task's own five, and two of the choice after it."""
EVENTS_OF_A_RETRY = 3
MACHINES = {"recalculation": "Step", "simulation": "Look"}


@pytest.mark.parametrize("name", MACHINES)
def test_time_ends_an_execution_before_its_history_is_full(name: str) -> None:
    machine = json.loads((INFRA / "workflows" / f"{name}.asl.json").read_text(encoding="utf-8"))
    walk = machine["States"]["Shards"]
    assert walk["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED", "each shard has a history of its own"
    task = walk["ItemProcessor"]["States"][MACHINES[name]]
    assert task["TimeoutSeconds"] > 2 * ENOUGH.total_seconds(), "the last page has as long again"
    tasks = machine["TimeoutSeconds"] / ENOUGH.total_seconds()
    assert tasks * EVENTS_OF_A_TASK < EVENTS_MAX - 100 * EVENTS_OF_A_RETRY


class Interrupting:
    """Commits, before the first of which that settles something else happens."""

    def __init__(self, commits: Commits) -> None:
        self._commits = commits
        self.first: Callable[[], object] | None = None

    def commit(self, parts: Sequence[Part]) -> None:
        act, settles = self.first, any(isinstance(part, UpdateClaim) for part in parts)
        if act is not None and settles:
            self.first = None
            act()
        self._commits.commit(parts)


@pytest.mark.parametrize("stays_before", [0, 1])
def test_a_claim_that_was_decided_by_the_bundle_before_and_written_after_the_publication_is_found(
    stays_before: int,
) -> None:
    """A year that begins with the claim, and a year that had claims already."""
    world = World(policies(), lambda name, port: Interrupting(cast("Any", port)) if name == "Commits" else port)
    interrupting = cast("Interrupting", world.ports[Commits])
    for number in range(stays_before):
        settle(world, {**moved(body(), 40 * (number + 1)), "claim_no": f"BEFORE-{number}"})
    before = world.bundles.current_hash()
    interrupting.first = lambda: publish(world, with_kunming_share(95))
    late = settle(world, body())
    record = world.memory.claims[late]
    assert record.settlement is not None
    assert record.settlement.bundle_hash == before != world.bundles.current_hash()

    recalculate(world)

    settled = [each.settlement for each in world.memory.claims.values() if each.settlement is not None]
    assert {each.bundle_hash for each in settled} == {world.bundles.current_hash()}
    assert f"correct:{late}:1" in world.memory.ledger
    (run,) = world.memory.all(Recalculation)
    assert (run.status, run.looked_at) == (RecalculationStatus.DONE, stays_before + 1)


def test_a_year_is_written_where_it_is_walked_with_its_first_claim_and_once(world: World) -> None:
    claim = body()
    first = settle(world, claim)
    settle(world, {**moved(claim, 40), "claim_no": "SECOND"})
    person = world.memory.claims[first].person
    found = [
        each
        for name in shards_of([KUNMING])
        for each in world.ports[PersonStore].settled_years(KUNMING, name[-1], PageRequest(10)).items
    ]
    assert found == world.memory.all(SettledYear) == [SettledYear(KUNMING, person, 2020)]


def many(world: World, persons: int, template: list[ClaimId], kind: str) -> list[ClaimId]:
    """So many persons more whose years are as that of the template's: their claims, records and transactions."""
    claims = []
    records = [world.memory.claims[each] for each in template]
    person = records[0].person
    year = world.calm_ports[PersonStore].year(person, 2020)
    postings = [(name, each) for name, each in world.memory.ledger.items() if each.cause in template]
    for number in range(persons):
        token = PersonToken(f"prs_{kind}{number:028d}")
        names = {each: ClaimId(f"{each}-{number}") for each in template}
        entries = tuple(replace(each, claim_id=names[each.claim_id]) for each in year.entries)
        world.memory.tables.commit(
            [
                Put(replace(year, person=token, entries=entries)),
                Put(SettledYear(KUNMING, token, 2020)),
            ]
        )
        for record in records:
            copied = _of(record, names[record.claim_id], token)
            world.memory.claims[copied.claim_id] = copied
            claims.append(copied.claim_id)
        for name, posting in postings:
            copied_id = names[posting.claim_id]
            renamed = TransactionId(name.replace(posting.cause, copied_id))
            world.memory.ledger[renamed] = replace(posting, id=renamed, cause=copied_id)
    return claims


def _of(record: ClaimRecord, claim_id: ClaimId, person: PersonToken) -> ClaimRecord:
    settled = record.settlement
    assert settled is not None
    settled = replace(settled, transaction_id=settlement_id(claim_id))
    return replace(record, claim_id=claim_id, person=person, settlement=settled)


CLAIMS = int(os.environ.get("QUEBAO_RECALCULATED", "600"))
"""Number of settled claims that are walked; .ci/run sets a hundred thousand."""


def settled_world(persons: int, world: World) -> tuple[list[ClaimId], list[ClaimId]]:
    """Fill a world with so many persons more. Every tenth is ill and has two claims; every other person has three."""
    ill = body()
    later = {**pneumonia("ILL-4", 3_000), "patient": ill["patient"]}
    ill_claims = [settle(world, ill), settle(world, later)]
    well_claims = [settle(world, pneumonia(f"WELL-{number}", 3_000)) for number in (1, 5, 9)]
    every_tenth = persons // 10
    return (
        ill_claims + many(world, every_tenth, ill_claims, "ill"),
        well_claims + many(world, persons - every_tenth, well_claims, "well"),
    )


def test_very_many_claims_are_recalculated_and_only_what_the_notice_changes_is_corrected(
    tell: Callable[[str], None],
) -> None:
    world = World(policies())
    ill, well = settled_world(CLAIMS * 10 // 29, world)
    began = time.process_time()
    bundle = publish(world, with_kunming_share(95))
    simulation = world.system[StartSimulation](OFFICER, "current", None).simulation_id
    world.simulation_machine.run(world.system[Simulating])
    run = recalculate(world)
    spent = time.process_time() - began

    found = world.system[ReadSimulation](OFFICER, simulation, PageRequest(1)).simulation
    assert found is not None
    assert (found.claims, found.changed) == (len(ill) + len(well), len(ill) // 2)
    (record,) = world.memory.all(Recalculation)
    assert (record.recalculation_id, record.status, record.looked_at) == (
        run,
        RecalculationStatus.DONE,
        len(ill) + len(well),
    )
    corrected = {each.cause for each in world.memory.ledger.values() if each.event is LedgerEvent.CORRECTED}
    assert corrected == set(ill[::2])
    summaries = {name: world.memory.claims[name].settlement for name in (*ill, *well)}
    # The later stay of who was ill rests on the new law too, and nothing is posted for it.
    moved_on = {name for name, each in summaries.items() if each is not None and each.bundle_hash == bundle}
    assert moved_on == set(ill)
    assert trial_balance(world.memory.ledger.values()).balance_fen == 0
    assert not_as_replayed(world.calm_ports, [*ill[:20], *well[:20]]) == []
    tell(f"{len(ill) + len(well)} claims simulated and recalculated, {len(corrected)} corrected: {spent:.0f} s of CPU")


def cost_of_walk(persons: int) -> Asked:
    world, counting = counted_world()
    settled_world(10 * persons, world)
    publish(world, with_kunming_share(95))
    started(world)
    return counting.during(lambda: world.recalculation_machine.run(world.system[Recalculating]))


def test_a_recalculation_grows_as_the_claims_do(tell: Callable[[str], None]) -> None:
    asked = [cost_of_walk(size) for size in SIZES]
    tell(f"recalculation of {[29 * each for each in SIZES]} claims: {[each.requests for each in asked]} requests")
    assert_as_written("a recalculation", [each.requests for each in asked])
    assert is_linear(asked), asked
