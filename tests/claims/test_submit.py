"""Submission: once by (institution, claim number), with a new version after a refusal, however often it is repeated."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.domain.submission import ClaimFilter
from chalicelib.claims.usecases.listing import ListClaims
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import ClaimId
from tests.kit.areas import CHONGQING, KUNMING, WUHAN, YUNNAN
from tests.kit.memory.samples import (
    AUDITOR,
    KUNMING_HOSPITAL,
    REMOTE_CLAIM,
    agency,
    body,
    enrol_sample,
    expected,
    hospital,
    passport,
    submission,
)
from tests.kit.memory.world import World
from tests.kit.worked_cases import differences


def enrolled(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])


def rejected_body() -> dict:
    """Yunnan asks for a main and an additional diagnosis code; this has neither (Y-10)."""
    return {**body(), "diagnosis": {**body()["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}}


def test_a_claim_is_received_and_its_settlement_started(world: World) -> None:
    outcome = world.system[SubmitClaim](hospital(), submission())
    assert outcome.created
    assert outcome.view.status is ClaimStatus.RECEIVED
    assert world.workflows.waiting == [(outcome.view.claim_id, 1)]


def test_the_same_body_again_is_the_same_claim(world: World) -> None:
    first = world.system[SubmitClaim](hospital(), submission())
    again = world.system[SubmitClaim](hospital(), submission())
    assert not again.created
    assert again.view.claim_id == first.view.claim_id
    assert len(world.memory.claims) == 1


def test_the_same_body_again_after_settlement_answers_with_the_determination(world: World) -> None:
    enrolled(world)
    world.system[SubmitClaim](hospital(), submission())
    world.run_all()
    again = world.system[SubmitClaim](hospital(), submission())
    assert again.view.status is ClaimStatus.SETTLED
    assert differences(expected(), again.view.determination) == []
    assert world.workflows.waiting == []


def test_another_body_under_the_number_of_a_settled_claim_is_a_conflict_that_names_it(world: World) -> None:
    enrolled(world)
    first = world.system[SubmitClaim](hospital(), submission()).view
    world.run_all()
    with pytest.raises(Conflict) as refused:
        world.system[SubmitClaim](hospital(), submission({**body(), "visit": {**body()["visit"], "episode": "E1"}}))
    (finding,) = refused.value.findings
    assert (finding.code, finding.field) == ("claim-no-taken", "claim_no")
    assert dict(finding.about) == {"claim_id": first.claim_id, "version": 1, "status": "settled"}


def test_the_same_figures_written_differently_are_the_same_body(world: World) -> None:
    world.system[SubmitClaim](hospital(), submission())
    written = body()
    written["lines"][0]["quantity"] = "5.0000"
    assert not world.system[SubmitClaim](hospital(), submission(written)).created


def test_two_hospitals_may_use_the_same_number(world: World) -> None:
    one = world.system[SubmitClaim](hospital(), submission())
    elsewhere = {**body(), "institution": "H53010200003"}
    other = world.system[SubmitClaim](hospital("H53010200003"), submission(elsewhere))
    assert one.view.claim_id != other.view.claim_id


def test_after_a_rejection_a_changed_body_is_a_new_version_under_a_new_id(world: World) -> None:
    enrolled(world)
    first = world.system[SubmitClaim](hospital(), submission(rejected_body()))
    assert world.run_all() == ["Rejected"]
    second = world.system[SubmitClaim](hospital(), submission())
    assert second.created
    assert second.view.version == 2
    assert second.view.claim_id != first.view.claim_id
    assert world.run_all() == ["Settled"]
    assert world.system[ReadClaim](hospital(), first.view.claim_id).status is ClaimStatus.REJECTED


def test_after_a_rejection_an_unchanged_body_is_tried_again_only_when_asked(world: World) -> None:
    enrolled(world)
    first = world.system[SubmitClaim](hospital(), submission(rejected_body()))
    world.run_all()
    same = world.system[SubmitClaim](hospital(), submission(rejected_body()))
    assert not same.created
    assert same.view.claim_id == first.view.claim_id
    (remark,) = same.view.warnings
    assert (remark.code, dict(remark.about)["status"]) == ("resubmit-required", "rejected")
    asked = world.system[SubmitClaim](hospital(), submission({**rejected_body(), "resubmit": True}))
    assert asked.created
    assert asked.view.version == 2


def test_asking_to_resubmit_does_not_settle_a_settled_claim_again(world: World) -> None:
    enrolled(world)
    first = world.system[SubmitClaim](hospital(), submission())
    world.run_all()
    again = world.system[SubmitClaim](hospital(), submission({**body(), "resubmit": True}))
    assert not again.created
    assert again.view.claim_id == first.view.claim_id


def test_what_the_body_alone_shows_wrong_is_refused_whole_and_nothing_is_kept(world: World) -> None:
    wrong = body()
    wrong["lines"][0]["amount"] = "1.00"
    wrong["visit"] = {**wrong["visit"], "discharged": "2020-01-01"}
    with pytest.raises(Invalid) as refused:
        world.system[SubmitClaim](hospital(), submission(wrong))
    assert len({finding.code for finding in refused.value.findings}) >= 2
    assert world.memory.claims == {}
    assert world.documents.kept == {}


def test_a_claim_of_an_unknown_institution_is_received_and_then_rejected(world: World) -> None:
    """A bill is not lost because the register lags; the hospital reads why."""
    unknown = "H99999999999"
    outcome = world.system[SubmitClaim](hospital(unknown), submission({**body(), "institution": unknown}))
    assert world.run_all() == ["Rejected"]
    view = world.system[ReadClaim](hospital(unknown), outcome.view.claim_id)
    assert [finding.code for finding in view.findings] == ["institution-unknown"]
    listed = world.system[ListClaims](AUDITOR, ClaimFilter(), PageRequest(10))
    assert [claim.claim_id for claim in listed.items] == [outcome.view.claim_id]


def test_a_waiting_submission_whose_execution_takes_longer_answers_with_how_far_it_came(world: World) -> None:
    world.workflows.run_at_once = lambda _: None
    outcome = world.system[SubmitClaim](hospital(), submission(), wait_s=3)
    assert outcome.view.status is ClaimStatus.RECEIVED


def test_a_waiting_submission_is_answered_with_the_claim_as_its_execution_left_it(world: World) -> None:
    enrolled(world)
    view = world.system[SubmitClaim](hospital(), submission(), wait_s=20).view
    assert world.workflows.waiting == []
    assert view.status is ClaimStatus.SETTLED
    assert view.settlement is not None
    assert differences(expected(), view.determination) == []


def test_a_crash_between_recording_and_starting_heals_when_the_body_comes_again(world: World) -> None:
    outcome = world.system[SubmitClaim](hospital(), submission())
    world.workflows.waiting.clear()
    world.system[SubmitClaim](hospital(), submission())
    assert world.workflows.waiting == [(outcome.view.claim_id, 1)]


def test_forty_submissions_of_one_claim_at_once_leave_one(world: World) -> None:
    enrolled(world)
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda _: world.system[SubmitClaim](hospital(), submission()), range(40)))
    assert sum(outcome.created for outcome in outcomes) == 1
    assert len({outcome.view.claim_id for outcome in outcomes}) == 1
    assert world.run_all() == ["Settled"]
    assert len(world.memory.ledger) == 2
    assert sum(name.startswith("settle:") for name in world.memory.ledger) == 1


def test_a_hospital_submits_and_previews_its_own_claims_only(world: World) -> None:
    for use_case in (world.system[SubmitClaim], world.system[PreviewClaim]):
        with pytest.raises(NotFound):
            use_case(hospital("H53010200003"), submission())
        with pytest.raises(Forbidden):
            use_case(AUDITOR, submission())


def test_a_claim_is_read_by_those_it_concerns_and_nobody_else(world: World) -> None:
    remote = body(REMOTE_CLAIM)
    enrol_sample(world, remote["patient"]["id_no"])
    claim_id = world.system[SubmitClaim](hospital(remote["institution"]), submission(remote)).view.claim_id
    with pytest.raises(NotFound):
        world.system[ReadClaim](agency(WUHAN), claim_id)
    world.run_all()
    for reader in (hospital(remote["institution"]), agency(KUNMING), agency(WUHAN), AUDITOR):
        assert world.system[ReadClaim](reader, claim_id).status is ClaimStatus.SETTLED
        listed = world.system[ListClaims](reader, ClaimFilter(), PageRequest(10))
        assert [view.claim_id for view in listed.items] == [claim_id]
    for stranger in (hospital("H53010200003"), agency(CHONGQING)):
        with pytest.raises(NotFound):
            world.system[ReadClaim](stranger, claim_id)
        assert world.system[ListClaims](stranger, ClaimFilter(), PageRequest(10)).items == ()
    with pytest.raises(Forbidden):
        world.system[ReadClaim](Principal("officer", Role.POLICY, "000000"), claim_id)
    with pytest.raises(NotFound):
        world.system[ReadClaim](AUDITOR, ClaimId("clm_unknown"))


def test_claims_are_listed_by_the_day_of_receipt_in_china_and_by_area(world: World) -> None:
    """The test's clock stands at noon of 21 November in China."""
    world.system[SubmitClaim](hospital(), submission())
    today = world.clock.today()
    yesterday = today.replace(day=today.day - 1)

    def listed(wanted: ClaimFilter, reader: Principal = AUDITOR) -> int:
        return len(world.system[ListClaims](reader, wanted, PageRequest(10)).items)

    assert listed(ClaimFilter(from_on=today, to_on=today)) == 1
    assert listed(ClaimFilter(to_on=yesterday)) == 0
    assert listed(ClaimFilter(area=YUNNAN)) == 1
    assert listed(ClaimFilter(area=KUNMING), hospital()) == 1
    assert listed(ClaimFilter(area=CHONGQING)) == 0
    assert listed(ClaimFilter(area=CHONGQING), hospital()) == 0
    assert listed(ClaimFilter(status=ClaimStatus.SETTLED)) == 0
    assert listed(ClaimFilter(claim_no=body()["claim_no"])) == 1


def test_a_preview_is_what_a_submission_comes_to_and_leaves_nothing(world: World) -> None:
    enrolled(world)
    previewed = world.system[PreviewClaim](hospital(), submission()).determination
    assert world.memory.claims == {}
    assert world.documents.kept == {}
    claim_id = world.system[SubmitClaim](hospital(), submission()).view.claim_id
    world.run_all()
    assert world.system[ReadClaim](hospital(), claim_id).determination == previewed
    assert world.system[PreviewClaim](hospital(), submission()).determination == previewed


def test_a_preview_reports_body_registry_policy_and_person_at_once(world: World) -> None:
    wrong = rejected_body()
    wrong["lines"][0]["amount"] = "1.00"
    with pytest.raises(Invalid) as refused:
        world.system[PreviewClaim](hospital(), submission(wrong))
    codes = {finding.code for finding in refused.value.findings}
    assert {"person-unknown", "diagnosis-main-required", "diagnosis-additional-required"} <= codes
    assert any(finding.field.startswith("lines[0]") for finding in refused.value.findings)


def test_a_preview_for_an_unknown_person_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        world.system[PreviewClaim](hospital(), submission())
    assert [finding.code for finding in refused.value.findings] == ["person-unknown"]


def test_nothing_that_is_kept_names_the_patient(world: World) -> None:
    """All but the vault: items, documents, executions, events."""
    patient = body()["patient"]
    enrolled(world)
    world.system[SubmitClaim](hospital(), submission())
    world.run_all()
    kept = world.everything_kept()
    assert KUNMING_HOSPITAL in kept
    assert patient["id_no"] not in kept
    assert patient["name"] not in kept
    assert list(world.vault.kept.values()) == [(patient["id_no"], patient["name"])]


def test_a_patient_with_a_passport_is_a_person_like_any_other(world: World) -> None:
    foreign = {**body(), "patient": passport(1)}
    world.system[SubmitClaim](hospital(), submission(foreign))
    assert world.run_all() == ["Deferred"]
