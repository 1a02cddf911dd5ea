"""Lookups of a person: alike for every unknown person, on record before the answer, and limited per minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.claims.domain.submission import ClaimFilter
from chalicelib.claims.usecases.listing import ListClaims
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.eligibility.domain import Routing, RoutingGround, RoutingWay
from chalicelib.eligibility.usecases.list_access_records import ReadAccessRecords
from chalicelib.eligibility.usecases.read import Eligibility, EligibilityRequest, ReadEligibility
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.enrolment.usecases.read import ReadEnrolments
from chalicelib.filings.usecases import Filings
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Forbidden, Invalid, NotFound, QuebaoError, TooManyRequests, Unavailable
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import PersonToken
from chalicelib.lookups.domain import LookupLimits, Purpose
from chalicelib.registry.domain.identity_documents import StatedDocument
from chalicelib.registry.domain.model import FilingChannel, FilingKind, Insurance
from chalicelib.registry.domain.requests import FilingRequest
from tests.kit.areas import KUNMING, WUHAN
from tests.kit.memory.samples import (
    AUDITOR,
    agency,
    body,
    enrol_sample,
    enrolment,
    hospital,
    moved,
    policies,
    submission,
)
from tests.kit.memory.world import World

ID_NO, NAME = body()["patient"]["id_no"], body()["patient"]["name"]
OTHER_HOSPITAL = "H37100200001"
ON = date(2020, 2, 5)
FEW = LookupLimits(unmatched_max=60, matched_max=80)


@pytest.fixture(name="world")
def fixture_world() -> World:
    world = World(policies(), limits=FEW)
    enrol_sample(world, ID_NO)
    return world


def asked(id_no: str = ID_NO, name: str = NAME, on: date = ON) -> EligibilityRequest:
    return EligibilityRequest(StatedDocument(None, id_no), name, on)


def preview(world: World, **patient: str) -> object:
    claim = body()
    return world.system[PreviewClaim](hospital(), submission({**claim, "patient": {**claim["patient"], **patient}}))


def refusal(act: Any) -> QuebaoError:
    with pytest.raises(QuebaoError) as caught:
        act()
    return caught.value


def test_a_desk_learns_the_cover_of_a_day_and_no_more(world: World) -> None:
    found = world.system[ReadEligibility](hospital(), asked())
    here = Routing(RoutingWay.LOCAL, RoutingGround.INSURED_HERE, ("yn-2020-12.4.1-network",))
    assert found == Eligibility(ON, Insurance.EMPLOYEE, KUNMING, (), here)


def test_an_unknown_number_and_a_wrong_name_are_refused_alike(world: World) -> None:
    unknown = refusal(lambda: world.system[ReadEligibility](hospital(), asked("530102190001020022")))
    wrong = refusal(lambda: world.system[ReadEligibility](hospital(), asked(name="另一个人")))
    assert (unknown.code, unknown.findings) == (wrong.code, wrong.findings)
    assert [(each.code, each.field) for each in unknown.findings] == [("person-unknown", "id_no")]


def test_a_day_without_cover_is_told_to_who_knows_the_name(world: World) -> None:
    ended = enrolment("SAMPLE000009", ends_on=ON - timedelta(days=1))
    world.system[EnrolPerson](agency(KUNMING), ended)
    found = world.system[ReadEligibility](hospital(), EligibilityRequest(ended.document, ended.name, ON))
    assert found == Eligibility(ON, None, None, (), None)


def test_every_way_of_asking_is_on_record_with_who_when_and_what_for(world: World) -> None:
    person = world.access_records.kept[0].person
    world.system[ReadEligibility](hospital(), asked())
    refusal(lambda: world.system[ReadEligibility](hospital(OTHER_HOSPITAL), asked(name="另一个人")))
    preview(world)
    claim_id = world.system[SubmitClaim](hospital(), submission()).view.claim_id
    world.system[ReadClaim](agency(KUNMING), claim_id)
    told = [(each.purpose, each.by.role, each.by.subject, each.matched) for each in world.access_records.kept]
    assert told == [
        (Purpose.ENROLMENT, Role.AGENCY, "530100", None),
        (Purpose.ELIGIBILITY, Role.HOSPITAL, hospital().subject, True),
        (Purpose.ELIGIBILITY, Role.HOSPITAL, OTHER_HOSPITAL, False),
        (Purpose.PREVIEW, Role.HOSPITAL, hospital().subject, True),
        (Purpose.SUBMIT, Role.HOSPITAL, hospital().subject, True),
        (Purpose.RECORDS, Role.AGENCY, "530100", None),
    ]
    assert {each.person for each in world.access_records.kept} == {person}
    assert {each.by.actor for each in world.access_records.kept} == {"clerk", "his"}


def test_nothing_is_told_that_could_not_be_recorded(world: World) -> None:
    def lost(lookup: object) -> None:
        raise Unavailable

    world.access_records.keep = lost  # type: ignore[method-assign]
    for act in (lambda: preview(world), lambda: world.system[ReadEligibility](hospital(), asked())):
        assert isinstance(refusal(act), Unavailable)


def test_the_record_is_read_by_the_auditor_and_by_the_persons_own_agency(world: World) -> None:
    person = world.access_records.kept[0].person
    page, today = PageRequest(10), world.clock.today()
    for reader in (AUDITOR, agency(KUNMING)):
        found = world.system[ReadAccessRecords](reader, person, today, today, page)
        assert found.items[0].purpose is Purpose.ENROLMENT
        assert found.items[-1].by.actor == reader.actor, "who reads the record stands in it"
    assert world.system[ReadAccessRecords](AUDITOR, person, None, today - timedelta(days=1), page).items == ()
    with pytest.raises(NotFound):
        world.system[ReadAccessRecords](agency(WUHAN), person, None, None, page)
    with pytest.raises(NotFound):
        world.system[ReadAccessRecords](agency(KUNMING), PersonToken("prs_" + "0" * 32), None, None, page)
    with pytest.raises(Forbidden):
        world.system[ReadAccessRecords](hospital(), person, None, None, page)


@pytest.mark.parametrize("patient", [{"id_no": "530102190001020022"}, {"name": "另一个人"}])
def test_the_sixty_first_look_up_that_meets_nobody_ends_the_minute(world: World, patient: dict[str, str]) -> None:
    for _ in range(FEW.unmatched_max):
        assert isinstance(refusal(lambda: preview(world, **patient)), Invalid)
    beyond = refusal(lambda: preview(world, **patient))
    known = refusal(lambda: preview(world))
    assert isinstance(beyond, TooManyRequests)
    assert isinstance(known, TooManyRequests), "a right number is not told by being answered"
    assert beyond.retry_after_s == 60
    with pytest.raises(TooManyRequests):
        world.system[SubmitClaim](hospital(), submission())
    with pytest.raises(TooManyRequests):
        world.system[ReadEligibility](hospital(), asked())
    assert world.system[ReadEligibility](hospital(OTHER_HOSPITAL), asked()).insured_area == "530100"
    assert len(world.access_records.kept) == 1 + FEW.unmatched_max + 1, "what is not answered is not on record"

    world.clock.move_to(world.clock.now() + timedelta(seconds=60))
    preview(world)


def test_look_ups_that_meet_who_was_named_have_a_limit_of_their_own(world: World) -> None:
    for _ in range(FEW.matched_max):
        preview(world)
    assert isinstance(refusal(lambda: preview(world)), TooManyRequests)


def test_a_claim_refused_for_its_form_asks_about_nobody(world: World) -> None:
    before = len(world.access_records.kept)
    refusal(lambda: preview(world, id_no="530102190001010018"))
    assert len(world.access_records.kept) == before


def test_a_document_that_cannot_be_one_is_told_before_anybody_is_looked_for(world: World) -> None:
    wrong = replace(asked(), document=StatedDocument("passport", "E12345678"))
    found = refusal(lambda: world.system[ReadEligibility](hospital(), wrong))
    assert [each.code for each in found.findings] == ["issued-by-missing"]
    with pytest.raises(Forbidden):
        world.system[ReadEligibility](Principal("clerk", Role.AGENCY, "530100"), asked())


def test_who_lists_a_persons_filings_or_enrolments_stands_in_the_record(world: World) -> None:
    person = world.access_records.kept[0].person
    filing = FilingRequest(asked().document, KUNMING, FilingKind.EMERGENCY, FilingChannel.PHONE, None, None)
    world.system[Filings].record(hospital(), filing)
    before = len(world.access_records.kept)
    world.system[Filings].of_person(hospital(), person, PageRequest(10))
    world.system[ReadEnrolments](agency(KUNMING), person)
    with pytest.raises(NotFound):
        world.system[Filings].of_person(hospital(OTHER_HOSPITAL), person, PageRequest(10))
    told = [(each.call, each.by.subject, each.person) for each in world.access_records.kept[before:]]
    assert told == [
        ("GET /v1/filings", hospital().subject, person),
        ("GET /v1/enrolments", "530100", person),
    ]


def test_a_persons_claims_are_listed_to_who_may_see_them_and_the_asking_is_on_record(world: World) -> None:
    person = world.access_records.kept[0].person
    claim_id = world.system[SubmitClaim](hospital(), submission()).view.claim_id
    other = {**moved(body(), 400), "claim_no": "OTHER", "patient": {**body()["patient"], "id_no": "530102190001020022"}}
    world.system[SubmitClaim](hospital(), submission(other))
    world.run_all()
    before, page = len(world.access_records.kept), PageRequest(10)
    for reader, seen in ((hospital(), [claim_id]), (agency(KUNMING), [claim_id]), (AUDITOR, [claim_id])):
        found = world.system[ListClaims](reader, ClaimFilter(person=person), page).items
        assert [each.claim_id for each in found] == seen
    for reader, whom in ((hospital(OTHER_HOSPITAL), person), (hospital(), PersonToken("prs_" + "0" * 32))):
        assert world.system[ListClaims](reader, ClaimFilter(person=whom), page).items == ()
    kept = world.access_records.kept[before:]
    assert [(each.call, each.purpose, each.person) for each in kept[:4]] == [
        ("GET /v1/claims", Purpose.RECORDS, person)
    ] * 4
    assert len(kept) == 5
    world.system[ListClaims](hospital(), ClaimFilter(), page)
    assert len(world.access_records.kept) == before + 5, "a list that is of nobody is no look-up"


def test_a_claim_id_that_is_not_this_patients_counts_as_a_look_up_that_met_nobody(world: World) -> None:
    claim = body()
    claim["visit"] = {**claim["visit"], "transfer_from": "clm_" + "a" * 26}
    for _ in range(FEW.unmatched_max):
        found = refusal(lambda: world.system[PreviewClaim](hospital(), submission(claim))).findings
        assert [each.code for each in found] == ["person-unknown"]
    assert isinstance(refusal(lambda: preview(world)), TooManyRequests)
