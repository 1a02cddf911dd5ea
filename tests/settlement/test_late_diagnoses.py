"""A diagnosis made later, elsewhere or by the health side, and the visits and claims it reaches. Figures by hand.

The visit is an outpatient's: a chest CT of 300.00 (class B, a tenth first) and ceftriaxone of 600.00 (class A).
Not of the illness: in scope 270 + 600 = 870, of which an outpatient's fund pays half: 435; the patient 465.
Of the illness: the CT is in the plan from 22 January and class A: in scope 900, the fund 450, finance 450, the patient
nothing. Where the insured place is Yunnan its fund pays 0.9 x 900 = 810 and finance 90 (Y-09).
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest

from chalicelib.adjudication.domain.claim import CaseStatus, DiagnosisCode, DiagnosisRole, StatusEvent
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolmentRecorded, EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Unavailable
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.main.capabilities import build_system
from chalicelib.registry.domain.model import Employment, Insurance
from chalicelib.settlement.domain.anew import Known, Noted, Outcome
from chalicelib.settlement.usecases.correct_status import CorrectStatus
from chalicelib.settlement.usecases.defer import STALE_AFTER, Deferral
from chalicelib.settlement.usecases.redecide import Redeciding
from chalicelib.settlement.usecases.reverse import ReverseClaim
from chalicelib.settlement.usecases.settle import OthersFollow, Settlement
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import Task, TaskKind, TaskStatus
from tests.kit.an_illness import CHONGQING, CODES, HEALTH, KUNMING, NAMES, PATIENT, WEIHAI, WUHAN, stay, visit
from tests.kit.books import not_as_replayed, what_is_wrong
from tests.kit.memory.faults import Fault, When, faulty
from tests.kit.memory.samples import AUDITOR, agency, enrolment, hospital, passport, policies, submission
from tests.kit.memory.world import World
from tests.settlement.test_worked_corrections import settle

ORDINARY = ("435.00", "0.00", "465.00")
COVERED = ("450.00", "450.00", "0.00")
STRANGER = passport(2)
PAGE = PageRequest(50)


@pytest.fixture(name="insured", autouse=True)
def fixture_insured(world: World) -> Iterator[None]:
    """The patient is an employee of Wuhan. Whatever is posted, the books are true and each year replays to itself."""
    enrol(world)
    yield
    claim_ids = list(world.memory.claims)
    assert what_is_wrong(world.calm_ports, world.system, claim_ids) == []
    assert not_as_replayed(world.calm_ports, claim_ids) == []
    assert [key for key, _ in world.memory.waiting if key.startswith("redecide#")] == []


def enrol(world: World, patient: dict[str, str] = PATIENT, **changes: Any) -> EnrolmentRecorded:
    request = enrolment(patient["id_no"], insured_area=AreaCode("420100"), insurance=Insurance.EMPLOYEE)
    return world.system[EnrolPerson](agency(AreaCode("420100")), replace(request, **changes))


def shares(world: World, claim_id: ClaimId) -> tuple[str, ...]:
    """Basic, fiscal and patient, in yuan."""
    record = world.memory.claims[claim_id]
    view = world.system[ReadClaim](hospital(record.institution), claim_id)
    assert view.determination is not None
    return tuple(view.determination["shares"][payer] for payer in ("basic", "fiscal", "patient"))


def correct(world: World, claim_id: ClaimId, status: CaseStatus, on: date) -> Any:
    health = HEALTH[world.memory.claims[claim_id].institution]
    return world.system[CorrectStatus].of_claim(health, claim_id, StatusEvent(status, on), "second test")


def tasks(world: World, principal: Principal, status: TaskStatus | None = TaskStatus.OPEN) -> tuple[Task, ...]:
    return world.system[TaskWork].find(principal, status, None, PAGE).items


def events(world: World, claim_id: ClaimId) -> list[str]:
    return [entry.event.value for entry in world.calm_ports[ClaimStore].history(claim_id)]


@pytest.mark.parametrize("late_bill", [False, True], ids=["the visit settled first", "the visit's bill came late"])
@pytest.mark.parametrize(
    ("earlier", "later"),
    [(one, other) for one in NAMES for other in NAMES],
    ids=lambda code: NAMES[code],
)
def test_a_diagnosis_covers_an_earlier_visit_at_whichever_place(
    world: World, earlier: str, later: str, *, late_bill: bool
) -> None:
    """Source: N-08, 问4. The visit keeps its own codes, and which bill came first does not matter."""
    if late_bill:
        settle(world, stay(later))
        visited = settle(world, visit(earlier))
    else:
        visited = settle(world, visit(earlier))
        assert shares(world, visited) == ORDINARY
        settle(world, stay(later))

    assert shares(world, visited) == COVERED
    decided = world.memory.claims[visited].settlement
    assert decided is not None
    codes = world.system[Redeciding].documents.claim(decided.decided_hash).diagnosis.codes
    assert codes == (DiagnosisCode("J18.900", DiagnosisRole.MAIN),)
    assert events(world, visited) == ["settled", "reach-back"]


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside the visit's own execution"])
@pytest.mark.parametrize("when", When)
def test_the_year_follows_what_a_diagnosis_reached_wherever_the_first_try_was_cut_off(
    when: When, *, beside: bool
) -> None:
    """The stay was decided after the visit, so it is decided again once the visit is covered. Nobody may try again but
    the sweep, and the visit's own execution may come to its end in between.
    """
    commits = list[int]()
    for at in itertools.chain([None], commits):
        fault = Fault()
        cut = World(policies(), faulty(fault))
        enrol(cut)
        settlement, submit = cut.system[Settlement], cut.system[SubmitClaim]
        visited = submit(hospital(CHONGQING), submission(visit(CHONGQING))).view.claim_id
        sent = submit(hospital(WUHAN), submission(stay(WUHAN))).view.claim_id
        for each in (visited, sent):
            with pytest.raises(OthersFollow):
                settlement.settle(each)
            if not beside and each == visited:
                settlement.follow(visited)
        fault.arm(at, when)
        with contextlib.suppress(Unavailable):
            settlement.follow(sent)
        if at is None:
            commits += [number for number, call in enumerate(fault.calls) if call.endswith(".commit")]
            assert commits
        fault.arm(None)
        if beside:
            settlement.follow(visited)
        cut.clock.sleep(STALE_AFTER.total_seconds() + 1)
        cut.system[Deferral].sweep()
        assert shares(cut, visited) == COVERED
        assert not_as_replayed(cut.calm_ports, [visited, sent]) == []
        assert cut.memory.waiting == {}


@pytest.mark.parametrize("treated_in", [CHONGQING, WUHAN, WEIHAI], ids=NAMES.get)
def test_the_insured_places_target_reaches_back_with_the_diagnosis(world: World, treated_in: str) -> None:
    """An employee of Kunming: 0.9 x 900 = 810 from the fund, 90 from finance (Y-09 is the insured place's)."""
    world.system[EnrolPerson](agency(AreaCode("530100")), enrolment(STRANGER["id_no"]))
    visited = settle(world, visit(treated_in) | {"patient": STRANGER})
    settle(world, stay(KUNMING) | {"patient": STRANGER})
    assert shares(world, visited) == ("810.00", "90.00", "0.00")


def test_a_visit_in_chongqing_is_covered_by_a_stay_in_wuhan_to_the_fen(world: World) -> None:
    """A CT of 575.00 and moxifloxacin of 262.85, each class B with a tenth first. Not of the illness: 517.50 + 236.56 =
    754.06 in scope, half of it 377.03. Of the illness: the CT is class A, 575.00 + 236.56 = 811.56, half of it 405.78.
    """
    bill = visit(CHONGQING)
    scan, drug = bill["lines"]
    scan |= {"price": "575.00", "amount": "575.00"}
    drug |= {"code": "XJ01MAM001A001010100012", "name": "莫西沙星注射液", "quantity": "1"}
    drug |= {"price": "262.85", "amount": "262.85"}
    first = settle(world, bill)
    assert shares(world, first) == ("377.03", "0.00", "460.82")
    settle(world, stay(WUHAN))
    assert shares(world, first) == ("405.78", "432.07", "0.00")


def test_a_visit_before_22_january_is_covered_by_a_diagnosis_after_it(world: World) -> None:
    """On 20 January the CT is not in the plan yet: in scope 870, the fund 435, finance the rest of 900."""
    visited = settle(world, visit(CHONGQING, "2020-01-20"))
    settle(world, stay(CHONGQING, admitted="2020-01-24", on="2020-01-25"))
    assert shares(world, visited) == ("435.00", "465.00", "0.00")


def test_a_visit_before_27_january_is_covered_by_a_suspicion_whose_claim_is_covered(world: World) -> None:
    visited = settle(world, visit(CHONGQING, "2020-01-24"))
    settle(world, stay(CHONGQING, admitted="2020-01-25", status="suspected", on="2020-01-26"))
    assert shares(world, visited) == COVERED


@pytest.mark.parametrize("insured_in", ["420100", "371000"])
@pytest.mark.parametrize("later", ["H37100200001", WEIHAI])
@pytest.mark.parametrize(
    ("visited_on", "admitted", "paid"),
    [
        ("2022-12-30", "2023-01-07", COVERED),
        ("2023-01-05", "2023-01-07", COVERED),
        ("2023-01-05", "2023-01-08", ORDINARY),
        ("2023-01-09", "2023-01-11", ORDINARY),
    ],
)
def test_in_weihai_a_stay_until_7_january_2023_reaches_back_and_none_from_the_8th_on(
    world: World, insured_in: AreaCode, later: str, visited_on: str, admitted: str, paid: tuple[str, ...]
) -> None:
    """N-08 ended for admissions from 8 January 2023, and it is asked on the day of the claim that brought the
    diagnosis: the visit's own day does not matter, nor which of the city's hospitals it was, nor the end of the year.
    Both places' funds pay half of an outpatient's bill, so the figures are those of the module's docstring.
    """
    world.system[EnrolPerson](agency(insured_in), enrolment(STRANGER["id_no"], insured_area=insured_in))
    visited = settle(world, visit(WEIHAI, visited_on) | {"patient": STRANGER})
    assert shares(world, visited) == ORDINARY
    bill = stay(WEIHAI, admitted=admitted, discharged="2023-01-20", on="2023-01-12")
    settle(world, bill | {"patient": STRANGER, "institution": later})
    assert shares(world, visited) == paid
    assert events(world, visited) == (["settled", "reach-back"] if paid == COVERED else ["settled"])


def test_a_visit_of_another_episode_is_not_reached(world: World) -> None:
    visited = settle(world, visit(KUNMING, episode=None))
    settle(world, stay(WUHAN))
    assert shares(world, visited) == ORDINARY


def test_reversing_the_claim_that_brought_the_diagnosis_takes_the_cover_back(world: World) -> None:
    visited, diagnosed = settle(world, visit(KUNMING)), settle(world, stay(WUHAN))
    world.system[ReverseClaim](hospital(WUHAN), diagnosed, "entered twice")
    assert shares(world, visited) == ORDINARY


@pytest.mark.parametrize("status", [CaseStatus.EXCLUDED, CaseStatus.NONE])
def test_a_diagnosis_that_never_was_takes_the_cover_back(world: World, status: CaseStatus) -> None:
    visited, diagnosed = settle(world, visit(KUNMING)), settle(world, stay(WUHAN))
    correct(world, diagnosed, status, date(2020, 2, 7))
    assert shares(world, visited) == ORDINARY


def test_with_a_second_diagnosis_the_visit_stays_covered_when_the_first_is_taken_back(world: World) -> None:
    visited, first = settle(world, visit(KUNMING)), settle(world, stay(WUHAN))
    second = stay(CHONGQING, admitted="2020-02-21", discharged="2020-03-02", on="2020-02-22", number="SECOND")
    settle(world, second)
    world.system[ReverseClaim](hospital(WUHAN), first, "entered twice")
    assert shares(world, visited) == COVERED


def test_an_earlier_visit_that_waits_is_reached_when_it_settles(world: World) -> None:
    sent = visit(KUNMING) | {"patient": STRANGER}
    claim_id = world.system[SubmitClaim](hospital(KUNMING), submission(sent)).view.claim_id
    diagnosed = world.system[SubmitClaim](hospital(WUHAN), submission(stay(WUHAN) | {"patient": STRANGER}))
    assert world.run_all() == ["Deferred", "Deferred"]
    enrol(world, STRANGER)
    assert world.run_all() == ["Settled", "Settled"]
    assert shares(world, claim_id) == COVERED
    assert shares(world, diagnosed.view.claim_id)[2] == "0.00"


@pytest.mark.parametrize("place", [WUHAN, CHONGQING, KUNMING], ids=NAMES.get)
@pytest.mark.parametrize("before", [None, "suspected"])
def test_the_health_side_confirms_a_patient_whatever_the_codes(world: World, place: str, before: str | None) -> None:
    """3,000.00 in scope; the patient pays nothing any more, and the hospital owes the codes."""
    claim_id = settle(world, stay(place, status=before))
    found = correct(world, claim_id, CaseStatus.CONFIRMED, date(2020, 2, 8))
    assert shares(world, claim_id)[2] == "0.00"
    (task,) = tasks(world, hospital(place))
    assert (task.kind, task.owner, task.claim_id) == (TaskKind.CODES, Role.HOSPITAL, claim_id)
    warned = {each.code for each in world.system[ReadClaim](hospital(place), claim_id).warnings}
    assert {each.code for each in task.reasons} <= warned
    assert claim_id in (*found.redecided, *found.unchanged)
    assert found.left == ()

    again = correct(world, claim_id, CaseStatus.CONFIRMED, date(2020, 2, 8))
    assert (again.redecided, again.unchanged) == ((), (claim_id,))


def test_a_suspicion_is_excluded_without_the_code_for_it(world: World) -> None:
    """Kunming asks for Z03.800 of a submission; excluded before the first cost, nothing of it is covered.
    Wuhan's employee, confirmed nowhere: (3000 - 2 x 800) x 0.86 x 0.7 = 842.80; the patient 2,157.20.
    """
    claim_id = settle(world, stay(KUNMING, status="suspected", on="2020-02-05"))
    assert shares(world, claim_id)[2] == "0.00"
    correct(world, claim_id, CaseStatus.NONE, date(2020, 2, 5))
    assert shares(world, claim_id) == ("842.80", "0.00", "2157.20")


def test_completed_codes_end_the_hospitals_task_and_move_nobodys_money(world: World) -> None:
    claim_id = settle(world, stay(KUNMING, status=None))
    correct(world, claim_id, CaseStatus.CONFIRMED, date(2020, 2, 8))
    before = shares(world, claim_id)
    (task,) = tasks(world, hospital())
    codes = (DiagnosisCode("J12.800", DiagnosisRole.MAIN),)
    half = world.system[TaskWork].complete_codes(hospital(), task.task_id, codes, None)
    assert [each.code for each in half.reasons] == ["diagnosis-additional-required"]
    whole = (*codes, DiagnosisCode("B97.200", DiagnosisRole.ADDITIONAL))
    done = world.system[TaskWork].complete_codes(hospital(), task.task_id, whole, None)

    assert (done.status, tasks(world, hospital())) == (TaskStatus.DONE, ())
    assert world.system[ReadClaim](hospital(), claim_id).warnings == ()
    assert shares(world, claim_id) == before
    assert world.system[TaskWork].complete_codes(hospital(), task.task_id, whole, None) == done
    with pytest.raises(Conflict):
        world.system[TaskWork].complete_codes(hospital(), task.task_id, codes, None)


def test_a_status_of_a_claim_that_waits_is_kept_for_whatever_is_sent_of_it_afterwards(world: World) -> None:
    """The national code is on the bill, so the confirmed patient's claim settles: nothing for the patient."""
    sent = stay(WUHAN, status=None) | {"patient": STRANGER, "diagnosis": {"history": [], **CODES[WUHAN]}}
    claim_id = world.system[SubmitClaim](hospital(WUHAN), submission(sent)).view.claim_id
    assert world.run_all() == ["Deferred"]
    for _ in range(2):
        assert correct(world, claim_id, CaseStatus.CONFIRMED, date(2020, 2, 8)).recorded == (claim_id,)
    world.system[ReverseClaim](hospital(WUHAN), claim_id, "typing error")
    with pytest.raises(Conflict):
        correct(world, claim_id, CaseStatus.CONFIRMED, date(2020, 2, 8))
    again = world.system[SubmitClaim](hospital(WUHAN), submission({**sent, "resubmit": True})).view.claim_id
    enrol(world, STRANGER)
    assert "Settled" in world.run_all()
    assert events(world, claim_id) == ["deferred", "correction", "withdrawn"]
    assert world.memory.claims[again].statuses == (StatusEvent(CaseStatus.CONFIRMED, date(2020, 2, 8)),)
    assert shares(world, again)[2] == "0.00"


def test_a_status_of_a_person_reaches_open_claims_and_settled_ones(world: World) -> None:
    """The stay in Kunming is settled, that of the same person in Wuhan waits until the name is put right."""
    settled = settle(world, stay(KUNMING, status=None) | {"diagnosis": {"history": [], **CODES[KUNMING]}})
    waiting = stay(WUHAN, admitted="2020-03-01", discharged="2020-03-09", status=None, number="WAITS")
    waiting |= {"patient": PATIENT | {"name": "别人"}, "diagnosis": {"history": [], **CODES[WUHAN]}}
    open_id = world.system[SubmitClaim](hospital(WUHAN), submission(waiting)).view.claim_id
    assert world.run_all() == ["Deferred"]
    person = world.memory.claims[settled].person

    nation = Principal("doctor", Role.HEALTH, "000000")
    event = StatusEvent(CaseStatus.CONFIRMED, date(2020, 2, 8))
    corrected = world.system[CorrectStatus].of_person(nation, person, event, "second test")

    # The waiting stay began after that day, but nothing says yet that it was of the illness.
    assert (corrected.redecided, corrected.recorded) == ((settled,), ())
    within = StatusEvent(CaseStatus.CONFIRMED, date(2020, 3, 2))
    assert world.system[CorrectStatus].of_person(nation, person, within, "third test").recorded == (open_id,)
    assert world.memory.claims[open_id].statuses == (within,)


def test_an_enrolment_corrected_backwards_decides_its_claims_again_and_says_how_many(world: World) -> None:
    """Wuhan's employee: (3000 - 800) x 0.86 = 1892; retired: x 0.90 = 1980; finance the rest."""
    claim_id = settle(world, stay(KUNMING))
    assert shares(world, claim_id) == ("1892.00", "1108.00", "0.00")
    assert enrol(world, employment=Employment.RETIRED).redecided == 1
    assert shares(world, claim_id) == ("1980.00", "1020.00", "0.00")
    assert events(world, claim_id) == ["settled", "enrolment"]
    assert enrol(world, employment=Employment.RETIRED).redecided == 0


def test_what_cannot_be_decided_again_is_the_agencys_task_until_it_can(world: World) -> None:
    claim_id = settle(world, stay(KUNMING))
    before = shares(world, claim_id)

    def of_nobody(known: Known) -> Known:
        return replace(known, circumstances=replace(known.circumstances, enrolment=None))

    for _ in range(2):
        outcome = world.system[Redeciding].redecide(claim_id, of_nobody, Noted(HistoryEvent.ENROLMENT))
        assert outcome is Outcome.LEFT
    (task,) = tasks(world, agency(AreaCode("530100")))
    assert (task.kind, task.owner) == (TaskKind.REDECIDE, Role.AGENCY)
    assert [each.code for each in task.reasons] == ["person-unknown"]
    assert [each.task_id for each in tasks(world, HEALTH[KUNMING])] == [task.task_id]
    assert [each.task_id for each in tasks(world, AUDITOR)] == [task.task_id]
    assert tasks(world, agency(AreaCode("500000"))) == ()
    assert shares(world, claim_id) == before

    done = world.system[TaskWork].retry(agency(AreaCode("530100")), task.task_id)

    assert done.status is TaskStatus.DONE
    assert shares(world, claim_id) == before
    assert tasks(world, agency(AreaCode("530100"))) == ()


def test_a_status_that_could_not_be_put_right_waits_in_the_task_and_is_put_right_by_trying_again(world: World) -> None:
    claim_id = settle(world, stay(KUNMING, status=None))
    event = StatusEvent(CaseStatus.CONFIRMED, date(2020, 2, 8))

    def of_nobody(known: Known) -> Known:
        return replace(known, circumstances=replace(known.circumstances, enrolment=None))

    noted = Noted(HistoryEvent.CORRECTION, Role.HEALTH, statuses=(event,))
    assert world.system[Redeciding].redecide(claim_id, of_nobody, noted) is Outcome.LEFT
    assert shares(world, claim_id)[2] != "0.00"
    (task,) = tasks(world, agency(AreaCode("530100")))

    assert world.system[TaskWork].retry(agency(AreaCode("530100")), task.task_id).status is TaskStatus.DONE

    assert shares(world, claim_id)[2] == "0.00"


def test_a_claim_taken_back_leaves_no_task(world: World) -> None:
    claim_id = settle(world, stay(KUNMING, status=None))
    correct(world, claim_id, CaseStatus.CONFIRMED, date(2020, 2, 8))
    world.system[ReverseClaim](hospital(), claim_id, "entered twice")
    assert tasks(world, hospital()) == ()
    assert [each.status for each in tasks(world, hospital(), None)] == [TaskStatus.DONE]


def test_a_claim_that_is_taken_back_meanwhile_is_not_decided_again(world: World) -> None:
    claim_id = settle(world, stay(KUNMING))
    world.system[ReverseClaim](hospital(), claim_id, "entered twice")
    outcome = world.system[Redeciding].redecide(claim_id, lambda known: known, Noted())
    assert outcome.value == "unchanged"


def test_a_claim_reversed_between_the_look_at_it_and_at_its_year_is_looked_at_again(world: World) -> None:
    """The claim stands when it is read and is gone from the year when that is: no fault, and nothing is posted."""
    claim_id = settle(world, stay(KUNMING, status=None))
    inner = world.ports[PersonStore]

    class Overtaken:
        def __init__(self) -> None:
            self.reversed = False

        def __getattr__(self, name: str) -> Any:
            if name == "year" and not self.reversed:
                self.reversed = True
                world.system[ReverseClaim](hospital(KUNMING), claim_id, "entered twice")
            return getattr(inner, name)

    overtaken = Overtaken()
    system = build_system(world.ports.give(PersonStore, cast("Any", overtaken)))
    event = StatusEvent(CaseStatus.CONFIRMED, date(2020, 2, 8))
    found = system[CorrectStatus].of_claim(HEALTH[KUNMING], claim_id, event, "second test")
    assert overtaken.reversed
    assert (found.redecided, found.left) == ((), ())
    assert world.memory.claims[claim_id].status is ClaimStatus.REVERSED
