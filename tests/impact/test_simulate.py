"""A simulation too large for one request: computed shard by shard, followed by its id, the same figures as at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.impact.domain.effects import Effect, simulate, summed
from chalicelib.impact.domain.simulation import SimulationStatus
from chalicelib.impact.usecases import effects as at_once
from chalicelib.impact.usecases import simulate as simulating
from chalicelib.impact.usecases.effects import ListEffects, SimulatePolicies
from chalicelib.impact.usecases.simulate import ReadSimulation, Simulating, SimulationDetail, StartSimulation
from chalicelib.impact.usecases.walk import shards_of
from chalicelib.kernel.errors import Forbidden, Malformed, NotFound, Unavailable
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, SimulationId
from tests.impact.test_recalculate import effects, failing_world, kept, publish, settle, simulated
from tests.kit.areas import KUNMING, SHANDONG, YUNNAN
from tests.kit.memory.samples import AUDITOR, OFFICER, agency, body, hospital, passport
from tests.kit.memory.samples import enrolment as enrolment_of
from tests.kit.memory.world import World
from tests.kit.policy_sets import shipped_files, with_kunming_share

PAGE = PageRequest(50)


def start(world: World, bundle: str, area: AreaCode | None = None) -> SimulationId:
    return world.system[StartSimulation](OFFICER, bundle, area).simulation_id


def read(world: World, simulation_id: SimulationId, page: PageRequest = PAGE) -> SimulationDetail:
    return world.system[ReadSimulation](AUDITOR, simulation_id, page)


def run(world: World) -> None:
    world.simulation_machine.run(world.system[Simulating])


def many_stays(world: World, count: int) -> None:
    """Stays of as many new employees of Kunming."""
    for number in range(count):
        claim = body() | {"claim_no": f"MANY-{number}"}
        claim["patient"] = passport(number)
        world.system[EnrolPerson](agency(KUNMING), enrolment_of(claim["patient"]["id_no"]))
        world.system[SubmitClaim](hospital(), submission_of(claim))
    assert set(world.run_all()) == {"Settled"}


def submission_of(claim: dict[str, Any]) -> Any:
    from tests.kit.memory.samples import submission  # noqa: PLC0415

    return submission(claim)


def test_it_comes_to_the_figures_of_a_simulation_at_once(world: World) -> None:
    settle(world, body())
    settle(world, body("weihai-2023-inpatient-split"))
    settle(world, body("kunming-resident-critical-illness"))
    bundle = kept(world, with_kunming_share(80))
    simulation_id = start(world, bundle)
    assert (read(world, simulation_id).run.status, read(world, simulation_id).simulation) == ("running", None)
    run(world)
    found = read(world, simulation_id)
    assert found.run.status is SimulationStatus.DONE
    assert found.simulation == simulated(world, bundle)
    assert (found.looked_at, set(found.effects.items)) == (3, set(effects(world, bundle)))


def test_it_is_narrowed_to_an_area(world: World) -> None:
    settle(world, body())
    settle(world, body("weihai-2023-inpatient-split"))
    simulation_id = start(world, "current", SHANDONG)
    run(world)
    assert read(world, simulation_id).simulation == simulated(world, "current", SHANDONG)
    assert start(world, "current") != simulation_id


def without_weihais_hospitals() -> dict[str, bytes]:
    """The shipped files after every institution that Weihai's agency settles with has left."""
    files = shipped_files()
    table = "registry/institutions.csv"
    lines = files[table].decode().splitlines()
    return {**files, table: "\n".join(line for line in lines if ",371000," not in line).encode() + b"\n"}


def test_claims_of_an_agency_the_bundle_leaves_out_are_told_and_not_forgotten(world: World) -> None:
    settle(world, body())
    left_out = settle(world, body("weihai-2023-inpatient-split"))
    bundle = kept(world, without_weihais_hospitals())
    (effect,) = effects(world, bundle)
    assert (effect.claim_id, effect.cannot_be_decided) == (left_out, ("institution-unknown",))
    assert (simulated(world, bundle).claims, simulated(world, bundle).cannot_be_decided) == (2, 1)
    simulation_id = start(world, bundle)
    run(world)
    assert read(world, simulation_id).simulation == simulated(world, bundle)


def test_a_round_keeps_to_the_agencies_it_began_with(world: World) -> None:
    """Published while it runs, a bundle that adds or drops agencies neither stops it nor takes a shard away."""
    settle(world, body("weihai-2023-inpatient-split"))
    bundle = kept(world, without_weihais_hospitals())
    simulation_id = start(world, bundle)
    planned = world.system[Simulating].plan(simulation_id)
    publish(world, without_weihais_hospitals())
    assert "371000-0" in planned
    assert world.system[Simulating].plan(simulation_id) == planned
    run(world)
    found = read(world, simulation_id).simulation
    assert found is not None
    assert (found.claims, found.cannot_be_decided) == (1, 1)


def test_an_area_nobody_knows_is_not_found(world: World) -> None:
    for ask in (effects_in, simulated, start):
        with pytest.raises(NotFound):
            ask(world, "current", AreaCode("379999"))


def effects_in(world: World, bundle: str, area: AreaCode) -> Any:
    return world.system[ListEffects](OFFICER, bundle, area, PAGE)


def test_more_claims_than_a_request_decides_are_left_to_a_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_once, "SIMULATED_MAX", 2)
    many_stays(world, 2)
    assert world.system[SimulatePolicies](OFFICER, "current", None) is not None
    settle(world, body())
    assert world.system[SimulatePolicies](OFFICER, "current", None) is None


def test_pages_and_tasks_end_where_they_will_and_the_figures_are_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven claims by pages of two and tasks of one page; each 17,000.00, of which eighty per cent instead of ninety
    are the funds': 1,700.00 less each.
    """
    monkeypatch.setattr(simulating, "YEARS_AT_ONCE", 2)
    monkeypatch.setattr(simulating, "ENOUGH", timedelta())
    many_stays(world, 7)
    bundle = kept(world, with_kunming_share(80))
    simulation_id = start(world, bundle)
    run(world)
    found = read(world, simulation_id)
    assert found.simulation is not None
    assert (found.simulation.claims, found.simulation.changed) == (7, 7)
    assert {row.payer: row.difference_fen for row in found.simulation.by_payer} == {
        "basic": -7 * 1_700_00,
        "fiscal": 7 * 1_700_00,
    }
    seen: list[Effect] = []
    cursor = None
    while True:
        page = read(world, simulation_id, PageRequest(3, cursor)).effects
        assert len(page.items) <= 3
        seen += page.items
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len({effect.claim_id for effect in seen}) == 7


def test_asked_for_again_it_goes_on_starts_over_or_is_left_alone(world: World) -> None:
    settle(world, body())
    bundle = kept(world, with_kunming_share(80))
    simulation_id = start(world, bundle)
    for shard in shards_of([KUNMING]):
        world.system[Simulating].look(simulation_id, shard)
    world.system[Simulating].fail(simulation_id)
    assert read(world, simulation_id).run.status is SimulationStatus.FAILED
    assert (start(world, bundle), read(world, simulation_id).looked_at) == (simulation_id, 1)
    run(world)
    world.system[Simulating].fail(simulation_id)
    assert read(world, simulation_id).run.status is SimulationStatus.DONE
    settle(world, body("kunming-resident-critical-illness"))
    start(world, bundle)
    assert (read(world, simulation_id).looked_at, read(world, simulation_id).effects.items) == (0, ())
    run(world)
    found = read(world, simulation_id)
    assert (found.looked_at, found.run.round, found.run.attempt) == (2, 2, 3)


def test_an_execution_that_died_silently_is_started_anew(world: World) -> None:
    start(world, "current")
    simulation_id = start(world, "current")
    assert world.simulation_machine.started == [(simulation_id, 1), (simulation_id, 2)]


def test_it_is_not_summed_before_every_agency_was_looked_at(world: World) -> None:
    settle(world, body())
    simulation_id = start(world, "current")
    world.system[Simulating].look(simulation_id, "530100-0")
    with pytest.raises(NotFound):
        world.system[Simulating].sum(simulation_id)


@pytest.mark.parametrize("step", range(1, 40))
def test_wherever_it_is_cut_off_it_comes_to_the_same_end(step: int) -> None:
    """Every call of each store fails once after it took effect; tried again, nothing is lost or counted twice."""
    world = failing_world(step)
    settle(world, body())
    settle(world, body("weihai-2023-inpatient-split"))
    bundle = kept(world, with_kunming_share(80))
    simulation_id = start(world, bundle, YUNNAN)
    tasks = world.system[Simulating]
    world.armed = True  # type: ignore[attr-defined]
    done = False
    while not done:
        try:
            for each in tasks.plan(simulation_id):
                while not tasks.look(simulation_id, each):
                    pass
            tasks.sum(simulation_id)
            done = True
        except Unavailable:
            continue
    world.armed = False  # type: ignore[attr-defined]
    found = read(world, simulation_id)
    assert found.simulation == simulated(world, bundle, YUNNAN)
    assert set(found.effects.items) == set(effects(world, bundle))


def test_only_a_policy_officer_asks_for_it_and_an_auditor_reads_it(world: World) -> None:
    work = world.system
    for stranger in (agency(KUNMING), hospital(), AUDITOR):
        with pytest.raises(Forbidden):
            work[StartSimulation](stranger, "current", None)
    with pytest.raises(Forbidden):
        work[ReadSimulation](agency(KUNMING), SimulationId("sim_none"), PAGE)
    with pytest.raises(NotFound):
        work[ReadSimulation](AUDITOR, SimulationId("sim_none"), PAGE)
    with pytest.raises(NotFound):
        work[StartSimulation](OFFICER, "00" * 32, None)


def test_a_cursor_of_another_list_is_refused(world: World) -> None:
    settle(world, body())
    first, second = start(world, "current"), start(world, kept(world, with_kunming_share(80)))
    run(world)
    claims = world.system[ListEffects](OFFICER, "current", None, PageRequest(1))
    for cursor in ("x", claims.next or "W10"):
        with pytest.raises(Malformed):
            read(world, first, PageRequest(1, cursor))
    assert read(world, second).effects.next is None


def test_no_claims_sum_to_nothing() -> None:
    empty = simulate("00" * 32, [])
    assert summed("00" * 32, [empty, empty]) == empty
