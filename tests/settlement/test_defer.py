"""Waiting: for an enrolment, for a sending hospital, for a dependency; nothing received is ever forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.bodies import BodyPart
from chalicelib.claims.domain.record import ClaimStatus, Waiting
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.kernel.writes import Remove
from chalicelib.registry.domain.model import Insurance
from chalicelib.settlement.usecases.defer import RESTARTS_MAX, STALE_AFTER, SWEEP_FOR, Deferral
from chalicelib.settlement.usecases.reverse import ReverseClaim
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import TaskKind, TaskStatus
from tests.kit.areas import KUNMING, WEIHAI, WUHAN
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.samples import (
    KUNMING_HOSPITAL,
    agency,
    body,
    enrol_sample,
    enrolment,
    hospital,
    moved,
    passport,
    submission,
)
from tests.kit.memory.world import World, claim_id_of


def submitted(world: World, claim: dict | None = None) -> ClaimId:
    claim = claim or body()
    return world.system[SubmitClaim](hospital(claim["institution"]), submission(claim)).view.claim_id


def state(world: World, claim_id: ClaimId) -> tuple[ClaimStatus, str | None]:
    record = world.memory.claims[claim_id]
    return record.status, record.reason


def transferred(sender: str, number: str = "YN-RECEIVER") -> dict:
    """A later stay of the same patient; the number says which, so that no two of a circle are the same days."""
    stay = moved({**body(), "claim_no": number}, 15 * (1 + sum(map(ord, number)) % 11))
    return {**stay, "visit": {**stay["visit"], "transfer_from": sender}}


@pytest.mark.shows("C-04")
def test_a_claim_of_an_unknown_person_waits_and_settles_by_itself_once_the_enrolment_arrives(world: World) -> None:
    claim_id = submitted(world)
    assert world.run_all() == ["Deferred"]
    assert state(world, claim_id) == (ClaimStatus.DEFERRED, "enrolment-missing")
    enrol_sample(world, body()["patient"]["id_no"])
    assert state(world, claim_id) == (ClaimStatus.RECEIVED, None)
    assert world.run_all() == ["Settled"]
    assert world.memory.waiting == {}


def test_an_enrolment_that_ended_before_the_visit_does_not_help(world: World) -> None:
    patient = passport(1)
    claim_id = submitted(world, {**body(), "patient": patient})
    world.run_all()
    ended = body()["visit"]["admitted"]
    past = date.fromisoformat(ended) - timedelta(days=1)
    world.system[EnrolPerson](agency(KUNMING), enrolment(patient["id_no"], ends_on=past))
    assert world.run_all() == ["Deferred"]
    assert state(world, claim_id) == (ClaimStatus.DEFERRED, "enrolment-missing")
    world.system[EnrolPerson](agency(KUNMING), enrolment(patient["id_no"], insurance=Insurance.RESIDENT))
    assert world.run_all() == ["Settled"]


def test_an_enrolment_that_arrives_while_the_claim_is_being_put_aside_is_not_missed(world: World) -> None:
    """Between the read and the write the record arrives: the condition fails, and the task decides on the new state."""
    claim_id = submitted(world)
    world.workflows.waiting.clear()
    commits = world.ports[Commits]
    enrolled: list[bool] = []
    commit = type(commits).commit

    def slow_commit(self: object, parts: object) -> None:
        if not enrolled:
            enrolled.append(True)
            enrol_sample(world, body()["patient"]["id_no"])
        commit(self, parts)  # type: ignore[arg-type]  # passed on as it came

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(commits), "commit", slow_commit)
        assert run_settlement(world.system, claim_id) == "Settled"
    assert [each.event.value for each in world.ports[ClaimStore].history(claim_id)] == ["settled"]


def test_a_dependency_that_stays_unreachable_defers_and_the_sweep_resumes(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    world.bundles.reachable = False
    claim_id = submitted(world)
    assert world.run_all() == ["Deferred"]
    assert state(world, claim_id) == (ClaimStatus.DEFERRED, "dependency-unavailable")
    world.bundles.reachable = True
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    assert world.system[Deferral].sweep().resumed == 1
    assert world.run_all() == ["Settled"]
    assert world.system[ReadClaim](agency(KUNMING), claim_id).status is ClaimStatus.SETTLED


def test_a_bill_whose_rows_of_the_catalogue_cannot_be_read_is_deferred_and_the_sweep_resumes(world: World) -> None:
    world.bundles.open_anew()
    enrol_sample(world, body()["patient"]["id_no"])
    claim_id = submitted(world)
    world.bundles.parts.reachable = False
    assert world.run_all() == ["Deferred"]
    assert state(world, claim_id) == (ClaimStatus.DEFERRED, "dependency-unavailable")
    world.bundles.parts.reachable = True
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    assert world.system[Deferral].sweep().resumed == 1
    assert world.run_all() == ["Settled"]


@pytest.mark.shows("C-16")
def test_a_transferred_patients_sending_hospital_settles_first(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    sender = submitted(world)
    receiver = submitted(world, transferred(sender))
    world.workflows.waiting.reverse()
    assert world.run_all() == ["Deferred", "Settled", "Settled"]
    (year,) = world.memory.all(PersonYear)
    assert [entry.claim_id for entry in year.entries] == [sender, receiver]


def test_a_sender_that_was_rejected_is_waited_for_in_its_next_version(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    wrong = {**body(), "diagnosis": {**body()["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}}
    rejected = submitted(world, wrong)
    assert world.run_all() == ["Rejected"]
    receiver = submitted(world, transferred(rejected))
    assert world.run_all() == ["Deferred"]
    assert state(world, receiver) == (ClaimStatus.DEFERRED, "transfer-sender-unsettled")
    submitted(world)
    assert world.run_all() == ["Settled", "Settled"]


@pytest.mark.parametrize("length", [2, 3, 7])
def test_claims_that_name_each_other_as_senders_in_a_circle_are_refused_once_and_then_settle(
    world: World, length: int
) -> None:
    """The first of them to be looked at is refused and says why; the others wait for its correction, not for ever."""
    enrol_sample(world, body()["patient"]["id_no"])
    numbers = [f"YN-{number}" for number in range(length)]
    ids = [claim_id_of(KUNMING_HOSPITAL, number, 1) for number in numbers]
    for number, sender in zip(numbers, [*ids[1:], ids[0]], strict=True):
        submitted(world, transferred(sender, number))
    assert sorted(world.run_all()) == ["Deferred"] * (length - 1) + ["Rejected"]
    (refused,) = [claim_id for claim_id in ids if state(world, claim_id)[0] is ClaimStatus.REJECTED]
    (finding,) = world.system[ReadClaim](hospital(), refused).findings
    assert (finding.code, finding.field, finding.citation) == ("transfer-cycle", "visit.transfer_from", "cq-2020-3.4.4")
    submitted(world, {**body(), "claim_no": numbers[ids.index(refused)]})
    assert world.run_all() == ["Settled"] * length


def test_a_circle_closed_by_a_corrected_claim_is_found_by_that_claim(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    wrong = {**body(), "diagnosis": {**body()["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}}
    first = submitted(world, wrong)
    receiver = submitted(world, transferred(first))
    assert world.run_all() == ["Rejected", "Deferred"]
    second = submitted(world, transferred(receiver, body()["claim_no"]))
    assert world.run_all() == ["Rejected"]
    assert [found.code for found in world.system[ReadClaim](hospital(), second).findings] == ["transfer-cycle"]


def test_claims_that_already_wait_for_each_other_are_found_by_the_sweep(world: World) -> None:
    """As claims do that were put aside before circles were looked for."""
    enrol_sample(world, body()["patient"]["id_no"])
    ids = [claim_id_of(KUNMING_HOSPITAL, number, 1) for number in ("YN-A", "YN-B")]
    submitted(world, transferred(ids[1], "YN-A"))
    submitted(world, transferred(ids[0], "YN-B"))
    world.workflows.waiting.clear()
    for claim_id in ids:
        world.memory.claims[claim_id] = replace(
            world.memory.claims[claim_id], status=ClaimStatus.DEFERRED, reason="transfer-sender-unsettled"
        )
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    world.system[Deferral].sweep()
    assert sorted(world.run_all()) == ["Deferred", "Rejected"]


@pytest.mark.parametrize("whose", ["nobody's", "another person's", "its own"])
def test_a_transfer_from_a_claim_that_is_not_this_patients_is_refused(world: World, whose: str) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    named = "clm_unknownunknownunknownunkno"
    if whose == "another person's":
        named = submitted(world, {**body(), "claim_no": "OTHER", "patient": passport(2)})
    if whose == "its own":
        named = submitted(world)
        world.workflows.waiting.clear()
        claim = {**transferred(named), "claim_no": "SELF"}
        record = world.memory.claims[named]
        world.memory.claims[named] = type(record)(
            **{name: getattr(record, name) for name in record.__slots__} | {"claim_no": "SELF"}
        )
    else:
        claim = transferred(named)
    world.workflows.waiting.clear()
    refused = submitted(world, claim)
    assert run_settlement(world.system, refused) == "Rejected"
    view = world.system[ReadClaim](hospital(), refused)
    assert [finding.code for finding in view.findings] == ["transfer-unknown"]


def test_the_sweep_starts_a_claim_whose_execution_never_began(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    claim_id = submitted(world)
    world.workflows.waiting.clear()
    assert world.system[Deferral].sweep().seen == 0
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    assert world.system[Deferral].sweep().resumed == 1
    assert world.workflows.waiting == [(claim_id, 2)]
    assert world.run_all() == ["Settled"]


def test_the_sweep_starts_a_claim_again_whose_execution_failed(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    claim_id = submitted(world)
    world.workflows.run_next(lambda _: None)
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    world.system[Deferral].sweep()
    assert world.workflows.waiting == [(claim_id, 2)]
    assert world.run_all() == ["Settled"]


def test_a_claim_whose_settlement_fails_again_and_again_is_put_aside_for_a_person(world: World) -> None:
    """The sweep starts nothing for ever: after some failures it lets the claim be, and every later sweep does, too."""
    enrol_sample(world, body()["patient"]["id_no"])
    claim_id = submitted(world)
    for _ in range(RESTARTS_MAX + 3):
        while world.workflows.run_next(lambda _: None):
            pass
        world.clock.sleep(STALE_AFTER.total_seconds() + 1)
        world.system[Deferral].sweep()
    assert state(world, claim_id) == (ClaimStatus.DEFERRED, "settlement-failed")
    assert world.memory.claims[claim_id].attempt == 1 + RESTARTS_MAX
    assert world.workflows.waiting == []
    assert world.system[Deferral].sweep().seen == 0, "nobody but a person starts it again"


def put_aside(world: World) -> ClaimId:
    """Return a claim whose settlement failed until the claim was put aside."""
    enrol_sample(world, body()["patient"]["id_no"])
    claim_id = submitted(world)
    while state(world, claim_id)[0] is not ClaimStatus.DEFERRED:
        world.workflows.waiting.clear()
        world.clock.sleep(STALE_AFTER.total_seconds() + 1)
        world.system[Deferral].sweep()
    return claim_id


def test_its_agency_starts_again_once_what_was_put_aside(world: World) -> None:
    claim_id, work, agency_of = put_aside(world), world.system[TaskWork], agency(KUNMING)
    (task,) = work.find(agency_of, TaskStatus.OPEN, TaskKind.SETTLE, PageRequest(5)).items
    assert (task.claim_id, task.owner, task.reasons[0].code) == (claim_id, Role.AGENCY, "settlement-failed")
    for other in (agency(WEIHAI), agency(WUHAN)):
        with pytest.raises(NotFound):
            work.retry(other, task.task_id)
    assert work.retry(agency_of, task.task_id).status is TaskStatus.DONE
    assert work.retry(agency_of, task.task_id).status is TaskStatus.DONE
    assert len(world.workflows.waiting) == 1
    assert world.run_all() == ["Settled"]
    assert work.find(agency_of, TaskStatus.OPEN, None, PageRequest(5)).items == ()
    told = [(each.event.value, each.role) for each in world.ports[ClaimStore].history(claim_id)]
    assert told == [("deferred", None), ("resumed", Role.AGENCY), ("settled", None)]


def test_who_runs_the_system_may_start_it_again_as_well(world: World) -> None:
    claim_id, work, operator = put_aside(world), world.system[TaskWork], Principal("watch", Role.OPERATOR, "000000")
    (task,) = work.find(operator, TaskStatus.OPEN, TaskKind.SETTLE, PageRequest(5)).items
    assert work.retry(operator, task.task_id).status is TaskStatus.DONE
    assert world.run_all() == ["Settled"]
    told = [(each.event.value, each.role) for each in world.ports[ClaimStore].history(claim_id)]
    assert told == [("deferred", None), ("resumed", Role.OPERATOR), ("settled", None)]


def test_what_fails_again_once_it_was_started_again_is_its_agencys_task_again(world: World) -> None:
    claim_id, work, agency_of = put_aside(world), world.system[TaskWork], agency(KUNMING)
    (task,) = work.find(agency_of, TaskStatus.OPEN, TaskKind.SETTLE, PageRequest(5)).items
    work.retry(agency_of, task.task_id)
    for _ in range(RESTARTS_MAX + 1):
        world.workflows.waiting.clear()
        world.clock.sleep(STALE_AFTER.total_seconds() + 1)
        world.system[Deferral].sweep()
    assert state(world, claim_id) == (ClaimStatus.DEFERRED, "settlement-failed")
    assert work.read(agency_of, task.task_id).status is TaskStatus.OPEN


@pytest.mark.parametrize("how", ["withdrawn", "replaced"])
def test_what_its_hospital_takes_back_is_nobodys_task_any_more(world: World, how: str) -> None:
    claim_id, work = put_aside(world), world.system[TaskWork]
    if how == "withdrawn":
        world.system[ReverseClaim](hospital(), claim_id, "another bill")
    else:
        submitted(world, moved(body(), 1))
    assert state(world, claim_id)[0] is ClaimStatus.WITHDRAWN
    assert work.find(agency(KUNMING), TaskStatus.OPEN, None, PageRequest(5)).items == ()


def test_no_kind_of_queue_and_no_claim_keeps_the_others_from_being_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Very many wait for an enrolment, and each look takes a while; lost starts are found in the first sweep all the
    same, and every claim that waits is met before any is met twice.
    """
    waiting = [submitted(world, {**body(), "claim_no": f"YN-{n}", "patient": passport(n)}) for n in range(9)]
    assert set(world.run_all()) == {"Deferred"}
    enrol_sample(world, body()["patient"]["id_no"])
    lost = submitted(world)
    world.workflows.waiting.clear()
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    monkeypatch.setattr("chalicelib.settlement.usecases.defer.TURN", 2)
    met: list[str] = []

    def slow(self: Deferral, claim: Waiting) -> bool:
        met.append(claim.claim_id)
        world.clock.sleep(SWEEP_FOR.total_seconds() / 3)
        if claim.claim_id == waiting[0]:
            raise ZeroDivisionError
        return False

    monkeypatch.setattr(Deferral, "_start_again", slow)
    first = world.system[Deferral].sweep()
    assert (lost in met, first.seen < len(waiting)) == (True, True)
    while len(met) - met.count(lost) < len(waiting):
        world.system[Deferral].sweep()
    assert sorted(each for each in met if each != lost)[: len(waiting)] == sorted(waiting)


def test_the_sweep_leaves_waiting_who_still_waits(world: World) -> None:
    claim_id = submitted(world)
    world.run_all()
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    result = world.system[Deferral].sweep()
    assert (result.seen, result.resumed) == (1, 0)
    assert state(world, claim_id) == (ClaimStatus.DEFERRED, "enrolment-missing")


def test_one_claim_the_sweep_cannot_read_does_not_keep_the_others_waiting(world: World) -> None:
    lost, kept = submitted(world), submitted(world, moved({**body(), "claim_no": "YN-KEPT"}, 15))
    assert world.run_all() == ["Deferred", "Deferred"]
    world.memory.tables.commit([Remove(BodyPart(lost, 0, 1, b""))])
    person = world.memory.claims[kept].person
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    enrol_sample(world, body()["patient"]["id_no"])
    world.workflows.waiting.clear()
    assert world.ports[PersonStore].enrolments(person).version == 1
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    assert world.system[Deferral].sweep().resumed == 2


def test_a_claim_with_something_wrong_is_rejected_once_its_person_is_known(world: World) -> None:
    wrong = {**body(), "diagnosis": {**body()["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}}
    submitted(world, wrong)
    assert world.run_all() == ["Deferred"]
    enrol_sample(world, body()["patient"]["id_no"])
    assert world.run_all() == ["Rejected"]
