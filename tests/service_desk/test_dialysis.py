"""A dialysis passes while the epidemic lasts and is audited afterwards; wrongly passed sums are taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Invalid, NotFound, OwnAct, VersionConflict
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, ClaimId, PersonToken
from chalicelib.service_desk.domain.dialysis import DialysisOutcome, DialysisReview, DialysisReviewId, DialysisStatus
from chalicelib.service_desk.schemas.dialysis import dialysis_file
from chalicelib.service_desk.usecases.dialysis import DialysisRequest, DialysisReviews
from chalicelib.service_desk.usecases.resume import ResumePostponed
from chalicelib.settlement.usecases.reverse import ReverseClaim
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import TaskKind, TaskStatus
from tests.kit.books import not_as_replayed, what_is_wrong
from tests.kit.memory.samples import AUDITOR, agency, body, enrol_sample, hospital, submission
from tests.kit.memory.world import World
from tests.kit.service_behaviours import dalian_lets_dialysis_pass_and_audits_it_once_the_epidemic_is_lifted, dialysis
from tests.kit.worked_cases import shipped_bundle

DALIAN, KUNMING = agency(AreaCode("210200")), agency(AreaCode("530100"))
HOSPITAL = hospital("H21020200002")
WRONG, UPHELD = DialysisOutcome.WRONG, DialysisOutcome.UPHELD
FIRST = PageRequest(50)


@pytest.fixture(name="world")
def fixture_in_march(world: World) -> Iterator[World]:
    """A hospital of Dalian on 2 March 2020. Whatever is taken back, the books are true."""
    world.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
    yield world
    claim_ids = list(world.memory.claims)
    assert what_is_wrong(world.calm_ports, world.system, claim_ids) == []
    assert not_as_replayed(world.calm_ports, claim_ids) == []


def lifted(world: World) -> None:
    world.clock.move_to(datetime(2023, 1, 8, 4, tzinfo=UTC))


def settled(world: World) -> tuple[ClaimId, PersonToken]:
    """Return the id and the person of a claim of a patient of the hospital in February 2020."""
    claim = body("dalian-local-resident-near-subsistence")
    enrol_sample(world, claim["patient"]["id_no"])
    claim_id = world.system[SubmitClaim](hospital(claim["institution"]), submission(claim)).view.claim_id
    assert world.run_all() == ["Settled"]
    return claim_id, world.memory.claims[claim_id].person


def passed(
    world: World, person: PersonToken, review_no: str = "TX-1", to_on: date = date(2020, 2, 29)
) -> DialysisReview:
    asked = DialysisRequest(review_no, person, date(2020, 2, 1), to_on)
    return world.system[DialysisReviews].ask(HOSPITAL, asked).review


def duties(world: World, status: TaskStatus = TaskStatus.OPEN) -> list[str]:
    found = world.system[TaskWork].find(DALIAN, status, TaskKind.DUTY, FIRST).items
    return [each.duty.subject_id for each in found if each.duty is not None]


def code_of(refused: pytest.ExceptionInfo[Conflict] | pytest.ExceptionInfo[Invalid]) -> str:
    (found,) = refused.value.findings
    return found.code


@pytest.mark.shows("D-11")
def test_dalian_lets_dialysis_pass_and_audits_it_later() -> None:
    dalian_lets_dialysis_pass_and_audits_it_once_the_epidemic_is_lifted(shipped_bundle())


@pytest.mark.shows("D-11")
def test_what_was_passed_wrongly_is_taken_back_from_the_hospital(world: World) -> None:
    claim_id, person = settled(world)
    made = passed(world, person)
    assert (made.status, made.citation, duties(world)) == (DialysisStatus.PASSED, "dl-2020.3.4", [])
    lifted(world)
    reviews = world.system[DialysisReviews]
    found = reviews.audit(DALIAN, made.review_id, WRONG, "no session took place", (claim_id,)).review
    assert (found.status, found.claims) == (DialysisStatus.RECOVERED, (claim_id,))
    record = world.memory.claims[claim_id]
    assert (record.status, record.reason) == (ClaimStatus.REVERSED, "no session took place")
    again = reviews.audit(DALIAN, made.review_id, WRONG, "no session took place", (claim_id,)).review
    assert again == found
    for outcome, because in ((UPHELD, "no session took place"), (WRONG, "another reason")):
        with pytest.raises(Conflict) as refused:
            reviews.audit(DALIAN, made.review_id, outcome, because, ())
        assert code_of(refused) == "audit-taken"
    assert duties(world) == []


@pytest.mark.shows("D-11")
def test_an_audit_comes_to_the_work_list_on_the_day_the_epidemic_is_lifted_and_not_before(world: World) -> None:
    made = dialysis(world)
    world.clock.move_to(datetime(2023, 1, 7, 4, tzinfo=UTC))
    assert (world.system[ResumePostponed](), duties(world)) == (0, [])
    lifted(world)
    assert (world.system[ResumePostponed](), world.system[ResumePostponed]()) == (1, 0)
    assert duties(world) == [made.review_id]
    shown = world.system[DialysisReviews].read(AUDITOR, made.review_id)
    assert (shown.review.status, shown.audit_from) == (DialysisStatus.DUE, date(2023, 1, 8))
    world.system[DialysisReviews].audit(DALIAN, made.review_id, UPHELD, "as recorded", ())
    assert (duties(world), duties(world, TaskStatus.DONE)) == ([], [made.review_id])


def test_an_audit_that_comes_before_the_daily_task_leaves_it_nothing_to_do(world: World) -> None:
    made = dialysis(world)
    lifted(world)
    world.system[DialysisReviews].audit(DALIAN, made.review_id, UPHELD, "as recorded", ())
    assert (world.system[ResumePostponed](), duties(world)) == (0, [])


def test_who_asked_never_audits_and_another_area_does_not_see_it(world: World) -> None:
    made = dialysis(world)
    lifted(world)
    reviews = world.system[DialysisReviews]
    same = Principal(f" {HOSPITAL.actor.upper()} ", Role.AGENCY, "210200")
    with pytest.raises(OwnAct):
        reviews.audit(same, made.review_id, UPHELD, "as recorded", ())
    for principal, review_id in ((KUNMING, made.review_id), (DALIAN, "dia_none")):
        with pytest.raises(NotFound):
            reviews.audit(principal, DialysisReviewId(review_id), UPHELD, "as recorded", ())
    with pytest.raises(NotFound):
        reviews.read(hospital("H21020200001"), made.review_id)


def test_only_settled_claims_of_the_review_are_taken_back(world: World) -> None:
    claim_id, person = settled(world)
    within, before = passed(world, person), passed(world, person, "TX-2", date(2020, 2, 27))
    lifted(world)
    reviews = world.system[DialysisReviews]
    none = ClaimId("clm_none")
    for review, claims in ((before, (claim_id,)), (within, (none,)), (within, (claim_id, none))):
        with pytest.raises(Invalid) as refused:
            reviews.audit(DALIAN, review.review_id, WRONG, "no session", claims)
        assert code_of(refused) == "claim-outside-review"
    with pytest.raises(Invalid) as refused:
        reviews.audit(DALIAN, within.review_id, UPHELD, "as recorded", (claim_id,))
    assert code_of(refused) == "claims-unexpected"
    assert world.memory.claims[claim_id].status is ClaimStatus.SETTLED
    world.system[ReverseClaim](DALIAN, claim_id, "entered twice")
    with pytest.raises(Invalid):
        reviews.audit(DALIAN, within.review_id, WRONG, "no session", (claim_id,))
    assert reviews.audit(DALIAN, within.review_id, WRONG, "no session", ()).review.status is DialysisStatus.RECOVERED


def test_a_recovery_that_broke_off_stays_a_duty_and_goes_on_when_the_same_is_said_again(world: World) -> None:
    claim_id, person = settled(world)
    made = passed(world, person)
    lifted(world)
    reviews = world.system[DialysisReviews]

    def out_of_reach(*_: object) -> object:
        raise VersionConflict

    with pytest.raises(VersionConflict):
        replace(reviews, recover=out_of_reach).audit(DALIAN, made.review_id, WRONG, "no session", (claim_id,))
    assert reviews.read(DALIAN, made.review_id).review.status is DialysisStatus.RECOVERING
    assert duties(world) == [made.review_id]
    with pytest.raises(Conflict):
        reviews.audit(DALIAN, made.review_id, UPHELD, "as recorded", ())
    second = Principal("second", Role.AGENCY, "210200")
    done = reviews.audit(second, made.review_id, WRONG, "no session", (claim_id,)).review
    assert (done.status, duties(world)) == (DialysisStatus.RECOVERED, [])
    assert done.audited is not None
    assert done.audited.actor == DALIAN.actor
    assert world.memory.claims[claim_id].status is ClaimStatus.REVERSED


def test_after_the_epidemic_a_person_decides_and_another_than_who_asked(world: World) -> None:
    lifted(world)
    made, reviews = dialysis(world), world.system[DialysisReviews]
    assert (made.status, made.citation, duties(world)) == (DialysisStatus.WAITING, None, [made.review_id])
    with pytest.raises(OwnAct):
        reviews.decide(Principal(HOSPITAL.actor, Role.AGENCY, "210200"), made.review_id, approve=True, because=None)
    approved = reviews.decide(DALIAN, made.review_id, approve=True, because=None).review
    assert reviews.decide(DALIAN, made.review_id, approve=True, because=None).review == approved
    with pytest.raises(Conflict) as refused:
        reviews.decide(DALIAN, made.review_id, approve=False, because="no need")
    assert code_of(refused) == "review-not-waiting"
    with pytest.raises(Conflict) as refused:
        reviews.audit(DALIAN, made.review_id, UPHELD, "as recorded", ())
    assert code_of(refused) == "review-not-passed"
    assert duties(world) == []


def test_what_waits_can_be_taken_back_and_what_has_passed_cannot(world: World) -> None:
    early, reviews = dialysis(world), world.system[DialysisReviews]
    with pytest.raises(Conflict) as refused:
        reviews.withdraw(HOSPITAL, early.review_id, "asked twice")
    assert code_of(refused) == "review-not-waiting"
    lifted(world)
    late = dialysis(world, review_no="TX-2")
    back = reviews.withdraw(HOSPITAL, late.review_id, "asked twice").review
    assert back.status is DialysisStatus.WITHDRAWN
    assert reviews.withdraw(HOSPITAL, late.review_id, "again").review == back
    assert duties(world) == []


def test_a_number_names_one_review_and_its_days_are_in_order(world: World) -> None:
    first = dialysis(world)
    assert dialysis(world) == first
    with pytest.raises(Conflict) as refused:
        dialysis(world, to_on=date(2020, 2, 28))
    assert code_of(refused) == "review-no-taken"
    for to_on, code in ((date(2020, 1, 1), "period-order"), (date(2021, 2, 1), "period-too-long")):
        with pytest.raises(Invalid) as wrong:
            dialysis(world, review_no="TX-2", to_on=to_on)
        assert code_of(wrong) == code
    with pytest.raises(NotFound):
        dialysis(world, person=f"prs_{'0' * 32}")


def test_reviews_are_listed_by_hospital_area_and_status_and_as_a_file(world: World) -> None:
    first, second = dialysis(world), dialysis(world, review_no="TX-2")
    reviews = world.system[DialysisReviews]
    for principal, area in ((HOSPITAL, None), (DALIAN, None), (AUDITOR, AreaCode("210200"))):
        found = reviews.find(principal, area, None, FIRST).items
        assert {each.review.review_id for each in found} == {first.review_id, second.review_id}
    assert reviews.find(DALIAN, None, DialysisStatus.DUE, FIRST).items == ()
    with pytest.raises(NotFound):
        reviews.find(KUNMING, AreaCode("210200"), None, FIRST)
    lines = dialysis_file(reviews.find(DALIAN, None, None, FIRST).items).as_csv().decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert ",passed," in lines[1]
