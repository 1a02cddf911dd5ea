"""A backdated notice: what it changes of settled claims, and the corrections that are posted for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.adjudication.domain.facts import Circumstances
from chalicelib.audit.usecases.audit import Audit
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.claims.usecases.documents import Documents
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.filings.usecases import Filings
from chalicelib.impact.domain.effects import Effect, Simulation
from chalicelib.impact.domain.recalculation import RecalculatedClaim, Recalculation, RecalculationStatus
from chalicelib.impact.usecases.effects import ListEffects, ReadKnownOn, SimulatePolicies
from chalicelib.impact.usecases.recalculate import (
    DecideRecalculation,
    ReadRecalculation,
    Recalculating,
    RequestRecalculation,
)
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RecalculationId
from chalicelib.law.usecases.publish import KeepPolicies, PolicyDraft
from chalicelib.ledger.domain.transaction import LedgerEvent, Transaction, trial_balance
from chalicelib.registry.domain.model import FilingChannel, FilingKind
from chalicelib.registry.domain.requests import FilingRequest
from tests.kit.areas import KUNMING, SHANDONG, YUNNAN
from tests.kit.books import assert_in_balance, not_as_replayed
from tests.kit.memory.samples import (
    AUDITOR,
    OFFICER,
    SECOND_OFFICER,
    agency,
    body,
    enrol_sample,
    hospital,
    moved,
    put_in_force,
    stated,
    submission,
)
from tests.kit.memory.world import World
from tests.kit.policy_sets import shipped_files, with_kunming_share
from tests.settlement.test_worked_corrections import pneumonia

PAGE = PageRequest(50)
BASE = "base/530100.yaml"


def settle(world: World, claim: dict[str, Any]) -> ClaimId:
    """Settle a worked claim; its id."""
    enrol_sample(world, claim["patient"]["id_no"])
    claim_id = world.system[SubmitClaim](hospital(claim["institution"]), submission(claim)).view.claim_id
    assert world.run_all() == ["Settled"]
    return claim_id


def publish(world: World, files: dict[str, bytes]) -> str:
    return put_in_force(world.system, files)


def kept(world: World, files: dict[str, bytes]) -> str:
    outcome = world.system[KeepPolicies](OFFICER, PolicyDraft(files))
    return outcome.checked.bundle.hash


def effects(world: World, bundle: str) -> list[Effect]:
    return list(world.system[ListEffects](OFFICER, bundle, None, PAGE).items)


def started(world: World, bundle: str = "current") -> Recalculation:
    """Request a recalculation as one officer and, if required, start it as another."""
    work = world.system
    run = work[RequestRecalculation](OFFICER, bundle)
    if run.status is not RecalculationStatus.REQUESTED:
        return run
    return work[DecideRecalculation](SECOND_OFFICER, run.recalculation_id, approve=True)


def recalculate(world: World, bundle: str = "current") -> RecalculationId:
    run = started(world, bundle)
    world.recalculation_machine.run(world.system[Recalculating])
    return run.recalculation_id


def corrections(world: World, recalculation_id: RecalculationId) -> list[RecalculatedClaim]:
    return list(world.system[ReadRecalculation](AUDITOR, recalculation_id, PAGE)[1].items)


def posted(world: World, event: LedgerEvent) -> list[Transaction]:
    return [each for each in world.memory.ledger.values() if each.event is event]


def shares(world: World, claim_id: ClaimId) -> dict[str, str]:
    record = world.memory.claims[claim_id]
    view = world.system[ReadClaim](hospital(record.institution), claim_id)
    assert view.determination is not None
    return dict(view.determination["shares"])


def simulated(world: World, bundle: str, area: AreaCode | None = None) -> Simulation:
    found = world.system[SimulatePolicies](OFFICER, bundle, area)
    assert found is not None
    return found


def differences(changes: Any) -> dict[tuple[str, str | None], int]:
    return {(row.payer, row.area): row.difference_fen for row in changes if row.difference_fen}


@pytest.fixture(name="balanced", autouse=True)
def fixture_balanced(world: World) -> Iterator[None]:
    """Whatever a test posts, the books balance and the audit finds nothing."""
    yield
    assert_in_balance(world)


def test_a_bundle_that_says_the_same_has_no_effects(world: World) -> None:
    settle(world, body())
    assert effects(world, "current") == []


def test_a_backdated_notice_lists_the_claims_it_changes_by_how_much_for_whom(world: World) -> None:
    claim_id = settle(world, body())
    settle(world, body("weihai-2023-inpatient-split"))
    (effect,) = effects(world, kept(world, with_kunming_share(95)))
    assert effect.claim_id == claim_id
    assert effect.moves_money
    assert differences(effect.changes) == {("basic", "530100"): 85_000, ("fiscal", "530100"): -85_000}
    assert posted(world, LedgerEvent.CORRECTED) == []


def test_the_differences_are_posted_citing_both_bundles(world: World) -> None:
    claim_id = settle(world, body())
    before = world.bundles.current_hash()
    after = publish(world, with_kunming_share(95))
    recalculation_id = recalculate(world)
    (correction,) = posted(world, LedgerEvent.CORRECTED)
    assert correction.corrects == f"settle:{claim_id}"
    assert {f"bundle:{before}", f"bundle:{after}", "km-2020-9.1"} <= set(correction.citations)
    moved = {each.account: each.amount_fen for each in correction.postings}
    assert moved == {
        "fund/530100/employee/basic": 85_000,
        "fiscal/530100/receivable": -85_000,
        "subsidy/530100/due-from/000000": -51_000,  # the centre's 60% of what the area no longer pays
        "subsidy/000000/due-to/530100": 51_000,
    }
    assert shares(world, claim_id)["basic"] == "16150.00"
    (row,) = corrections(world, recalculation_id)
    assert (row.transaction_id, row.bundle_before, row.bundle_after) == (correction.id, before, after)
    run, _ = world.system[ReadRecalculation](OFFICER, recalculation_id, PAGE)
    assert (run.status, run.looked_at) == (RecalculationStatus.DONE, 1)


def test_a_visit_that_a_new_register_makes_remote_is_settled_by_the_filing_on_record(world: World) -> None:
    """Of a patient insured where they are treated no filing is read; once the place counts as elsewhere, it is."""
    claim = body()
    enrol_sample(world, claim["patient"]["id_no"])
    filing = FilingRequest(
        stated(claim["patient"]["id_no"]), KUNMING, FilingKind.LONG_TERM, FilingChannel.PHONE, date(2020, 1, 1), None
    )
    world.system[Filings].record(agency(KUNMING), filing)
    claim_id = settle(world, claim)
    documents = world.system[Documents]

    def known() -> Circumstances:
        settled = world.memory.claims[claim_id].settlement
        assert settled is not None
        return documents.circumstances(settled.decided_hash)

    assert not known().filing_on_record
    files = shipped_files()
    name = "registry/institutions.csv"
    register = files[name].decode().replace("530102,530100,530100,3", "530102,530000,530100,3", 1)
    publish(world, {**files, name: register.encode()})
    recalculate(world)
    assert known().filing_on_record


def test_what_was_posted_leaves_no_effects_and_posting_again_changes_nothing(world: World) -> None:
    settle(world, body())
    publish(world, with_kunming_share(95))
    recalculate(world)
    assert effects(world, "current") == []
    ledger = dict(world.memory.ledger)
    recalculate(world)
    assert world.memory.ledger == ledger


def test_going_back_to_the_earlier_bundle_takes_the_differences_back(world: World) -> None:
    claim_id = settle(world, body())
    first = shares(world, claim_id)
    publish(world, with_kunming_share(95))
    recalculate(world)
    publish(world, dict(shipped_files()))
    recalculate(world)
    assert shares(world, claim_id) == first
    balances = {line.account: line.balance_fen for line in trial_balance(world.memory.ledger.values()).accounts}
    assert balances["fund/530100/employee/basic"] == 1_530_000


def two_stays(world: World) -> tuple[ClaimId, ClaimId]:
    """Two stays of a resident in a year; the second stay is decided on the remainder of the year."""
    first = body("kunming-resident-critical-illness")
    second = moved({**body("kunming-resident-critical-illness"), "claim_no": "YN-SECOND"}, 41)
    return settle(world, first), settle(world, second)


def cheaper_base() -> dict[str, bytes]:
    """Ordinary rules by which Kunming's residents get a fifth of a stay from basic insurance, not three."""
    text = shipped_files()[BASE].decode()
    assert "[17/20, 3/4, 3/5]" in text
    return {**shipped_files(), BASE: text.replace("[17/20, 3/4, 3/5]", "[17/20, 3/4, 1/5]").encode()}


def test_a_persons_year_is_recalculated_in_the_order_of_its_claims(world: World) -> None:
    first, second = two_stays(world)
    person = world.memory.claims[first].person
    publish(world, cheaper_base())
    foreseen = {effect.claim_id: differences(effect.changes) for effect in effects(world, "current")}
    recalculation_id = recalculate(world)
    assert {row.claim_id: differences(row.changes) for row in corrections(world, recalculation_id)} == foreseen
    year = world.ports[PersonStore].year(person, world.memory.claims[first].settlement.year)  # type: ignore[union-attr]
    assert year.standing == (first, second)
    assert effects(world, "current") == []


def test_a_later_claim_of_a_year_that_moves_rests_on_the_bundle_and_is_not_corrected_where_its_figures_stay(
    world: World,
) -> None:
    claim = body()
    first, later = settle(world, claim), settle(world, {**pneumonia("LATER-4", 3_000), "patient": claim["patient"]})
    bundle = publish(world, with_kunming_share(95))
    run = recalculate(world)
    assert {row.claim_id for row in corrections(world, run)} == {first}
    assert [each.cause for each in posted(world, LedgerEvent.CORRECTED)] == [first]
    settled = world.memory.claims[later].settlement
    assert settled is not None
    assert (settled.bundle_hash, settled.corrections) == (bundle, 0)
    (said,) = [each for each in world.ports[ClaimStore].history(later) if each.event is HistoryEvent.RECALCULATION]
    assert (said.transaction_id, said.bundle) == (None, bundle)
    assert not_as_replayed(world.calm_ports, [first, later]) == []


def test_a_cut_off_recalculation_goes_on_where_it_stood(world: World) -> None:
    claim_id = settle(world, body())
    publish(world, with_kunming_share(95))
    run = started(world)
    world.system[Recalculating].fail(run.recalculation_id)
    assert world.memory.all(Recalculation)[0].status is RecalculationStatus.FAILED
    recalculation_id = recalculate(world)
    assert world.recalculation_machine.started == [(recalculation_id, 1), (recalculation_id, 2)]
    assert shares(world, claim_id)["basic"] == "16150.00"


def test_an_execution_that_died_silently_is_started_anew(world: World) -> None:
    settle(world, body())
    publish(world, with_kunming_share(95))
    first = started(world)
    again = started(world)
    assert (first.attempt, again.attempt) == (1, 2)


@pytest.mark.parametrize("step", range(1, 24))
def test_wherever_a_recalculation_is_cut_off_it_comes_to_the_same_end(step: int) -> None:
    """Every write of the recalculation fails once; tried again, nothing is lost or doubled."""
    world = failing_world(step)
    claim_id = settle(world, body())
    publish(world, with_kunming_share(95))
    started(world)
    world.armed = True  # type: ignore[attr-defined]
    done = False
    while not done:
        try:
            world.recalculation_machine.run(world.system[Recalculating])
            done = True
        except Unavailable:
            continue
    world.armed = False  # type: ignore[attr-defined]
    assert len(posted(world, LedgerEvent.CORRECTED)) == 1
    assert shares(world, claim_id)["basic"] == "16150.00"
    assert trial_balance(world.memory.ledger.values()).balance_fen == 0
    world.system[Audit].run_or_raise()


def failing_world(step: int) -> World:
    """A world in which the `step`-th call of any store fails once, after it took effect, once it is armed."""
    from tests.kit.memory.samples import policies  # noqa: PLC0415

    counted = 0

    class Failing:
        def __init__(self, port: object) -> None:
            self._port = port

        def __getattr__(self, name: str) -> Any:
            found = getattr(self._port, name)
            if not callable(found):
                return found

            def call(*arguments: Any, **named: Any) -> Any:
                nonlocal counted
                answer = found(*arguments, **named)
                if getattr(world, "armed", False):
                    counted += 1
                    if counted == step:
                        raise Unavailable
                return answer

            return call

    world: World = World(policies(), lambda _, port: Failing(port))
    return world


def test_a_bundle_published_meanwhile_ends_the_recalculation(world: World) -> None:
    settle(world, body())
    publish(world, with_kunming_share(95))
    started(world)
    publish(world, with_kunming_share(96))
    world.recalculation_machine.run(world.system[Recalculating])
    assert world.memory.all(Recalculation)[0].status is RecalculationStatus.SUPERSEDED
    assert posted(world, LedgerEvent.CORRECTED) == []


def test_only_the_bundle_in_force_is_posted(world: World) -> None:
    with pytest.raises(Conflict):
        world.system[RequestRecalculation](OFFICER, kept(world, with_kunming_share(95)))


def test_only_a_policy_officer_asks_for_it_and_an_auditor_reads_it(world: World) -> None:
    work = world.system
    for stranger in (agency(KUNMING), hospital(), AUDITOR):
        with pytest.raises(Forbidden):
            work[RequestRecalculation](stranger, "current")
        with pytest.raises(Forbidden):
            work[ListEffects](stranger, "current", None, PAGE)
        with pytest.raises(Forbidden):
            work[SimulatePolicies](stranger, "current", None)
    with pytest.raises(NotFound):
        work[ReadRecalculation](AUDITOR, RecalculationId("rcl_none"), PAGE)
    with pytest.raises(Forbidden):
        work[ReadRecalculation](agency(KUNMING), RecalculationId("rcl_none"), PAGE)


def test_a_claim_the_bundle_cannot_decide_is_told_and_left_as_it_is(world: World) -> None:
    claim_id = settle(world, body())
    name = "registry/institutions.csv"
    ended = shipped_files()[name].replace(b"530100,3,hospital,true,2020-12-31", b"530100,3,hospital,true,2020-01-31")
    publish(world, {**shipped_files(), name: ended})
    (found,) = effects(world, "current")
    assert (found.claim_id, found.moves_money) == (claim_id, False)
    assert found.cannot_be_decided == ("agreement-not-in-force",)
    recalculate(world)
    assert posted(world, LedgerEvent.CORRECTED) == []


def test_a_simulation_sums_every_payer_and_area_and_conserves_the_bill(world: World) -> None:
    settle(world, body())
    settle(world, body("weihai-2023-inpatient-split"))
    found = simulated(world, kept(world, with_kunming_share(80)))
    assert (found.claims, found.changed, found.cannot_be_decided) == (2, 1, 0)
    assert differences(found.rows) == {("basic", "530100"): -170_000, ("fiscal", "530100"): 170_000}
    assert sum(row.before_fen for row in found.rows) == sum(row.after_fen for row in found.rows)
    assert sum(row.after_fen for row in found.by_payer) == sum(row.after_fen for row in found.rows)
    assert (found.patients.gaining, found.patients.losing) == (0, 0)


def test_a_simulation_can_be_narrowed_to_an_area(world: World) -> None:
    settle(world, body())
    settle(world, body("weihai-2023-inpatient-split"))
    assert simulated(world, "current", SHANDONG).claims == 1
    assert simulated(world, "current", YUNNAN).claims == 1


def test_a_claim_known_on_the_day_it_was_decided_comes_to_the_same_bytes(world: World) -> None:
    claim_id = settle(world, body())
    today = world.clock.today()
    found = world.system[ReadKnownOn](hospital(), claim_id, today)
    assert found.same
    world.clock.sleep(timedelta(days=2).total_seconds())
    publish(world, with_kunming_share(95))
    before = world.system[ReadKnownOn](hospital(), claim_id, today)
    after = world.system[ReadKnownOn](hospital(), claim_id, world.clock.today())
    assert before.same
    assert (after.same, after.publication.number) == (False, 2)
    assert after.document is not None
    assert after.document["shares"]["basic"] == "16150.00"


def test_before_the_first_publication_nothing_was_known(world: World) -> None:
    claim_id = settle(world, body())
    with pytest.raises(Invalid):
        world.system[ReadKnownOn](hospital(), claim_id, date(2020, 1, 1))
    with pytest.raises(NotFound):
        world.system[ReadKnownOn](hospital("H53010200003"), claim_id, world.clock.today())
