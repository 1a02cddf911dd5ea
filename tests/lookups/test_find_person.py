"""An office finds a person by document and name, and learns of no person beyond its reach."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.eligibility.usecases import find_person
from chalicelib.eligibility.usecases.find_person import FindPerson, PersonFound, PersonSearch
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Finding, Forbidden, Invalid, TooManyRequests
from chalicelib.lookups.domain import LookupLimits, Purpose
from chalicelib.registry.domain.identity_documents import StatedDocument
from tests.kit.areas import DALI, KUNMING, WUHAN, YUNNAN
from tests.kit.memory.samples import AUDITOR, agency, body, enrol_sample, hospital, moved, policies, submission
from tests.kit.memory.world import World

ID_NO, NAME = body()["patient"]["id_no"], body()["patient"]["name"]
HEALTH, HEALTH_OF_DALI = (Principal("officer", Role.HEALTH, area) for area in (YUNNAN, DALI))
ASKED = PersonSearch(StatedDocument(None, ID_NO), NAME)
OF_NOBODY = PersonSearch(StatedDocument(None, "530102190001020022"), NAME)
UNDER_ANOTHER_NAME = replace(ASKED, name="另一个人")


@pytest.fixture(name="world")
def fixture_world() -> World:
    """A world with one insured person, of whom two stays at a hospital of Kunming are settled."""
    world = World(policies(), limits=LookupLimits(unmatched_max=3, matched_max=80))
    enrol_sample(world, ID_NO)
    for number in range(2):
        stay = moved({**body(), "claim_no": f"F-{number}"}, 60 * number)
        world.system[SubmitClaim](hospital(), submission(stay))
    world.run_all()
    return world


def found(world: World, principal: Principal, asked: PersonSearch = ASKED) -> PersonFound:
    return world.system[FindPerson](principal, asked)


def refused(world: World, principal: Principal, asked: PersonSearch = ASKED) -> list[Finding]:
    with pytest.raises(Invalid) as caught:
        found(world, principal, asked)
    return list(caught.value.findings)


@pytest.mark.parametrize("principal", [agency(KUNMING), HEALTH, AUDITOR], ids=lambda each: each.role)
def test_an_office_finds_a_person_and_the_claims_within_its_reach(world: World, principal: Principal) -> None:
    person = found(world, principal)
    assert [each.visit.claim_no for each in person.claims] == ["F-1", "F-0"]
    assert {each.status for each in person.claims} == {ClaimStatus.SETTLED}
    assert (person.person, person.more) == (next(iter(world.memory.claims.values())).person, False)
    kept = world.access_records.kept[-1]
    assert (kept.person, kept.purpose, kept.matched) == (person.person, Purpose.SEARCH, True)


@pytest.mark.parametrize("principal", [agency(WUHAN), HEALTH_OF_DALI], ids=lambda each: each.role)
def test_a_person_beyond_an_offices_reach_is_answered_like_nobody_and_like_a_wrong_name(
    world: World, principal: Principal
) -> None:
    beyond = refused(world, principal)
    assert [(each.code, each.field) for each in beyond] == [("person-unknown", "id_no")]
    assert refused(world, principal, OF_NOBODY) == refused(world, principal, UNDER_ANOTHER_NAME) == beyond


def test_an_insured_person_without_claims_is_found_by_the_agency_and_not_by_the_health_commission() -> None:
    world = World(policies())
    enrol_sample(world, ID_NO)
    assert found(world, agency(KUNMING)).claims == ()
    assert [each.code for each in refused(world, HEALTH)] == ["person-unknown"]


@pytest.mark.parametrize("asked", [OF_NOBODY, UNDER_ANOTHER_NAME], ids=["of nobody", "under another name"])
def test_the_auditor_learns_of_nobody_by_a_number_alone_and_each_look_up_is_on_record(
    world: World, asked: PersonSearch
) -> None:
    before = len(world.access_records.kept)
    assert [each.code for each in refused(world, AUDITOR, asked)] == ["person-unknown"]
    (kept,) = world.access_records.kept[before:]
    assert (kept.by.role, kept.purpose, kept.matched) == (Role.AUDITOR, Purpose.SEARCH, False)


def test_the_auditors_search_changes_nothing_but_the_record_of_look_ups(world: World) -> None:
    claims, ledger = dict(world.memory.claims), dict(world.memory.ledger)
    found(world, AUDITOR)
    assert (dict(world.memory.claims), dict(world.memory.ledger)) == (claims, ledger)


def test_an_office_that_met_nobody_too_often_in_a_minute_waits(world: World) -> None:
    for _ in range(3):
        refused(world, agency(KUNMING), OF_NOBODY)
    with pytest.raises(TooManyRequests):
        found(world, agency(KUNMING))


def test_an_answer_holds_so_many_claims_and_tells_that_there_are_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_person, "SHOWN_MAX", 1)
    person = found(world, HEALTH)
    assert ([each.visit.claim_no for each in person.claims], person.more) == (["F-1"], True)


@pytest.mark.parametrize(
    "principal", [hospital(), Principal("clerk", Role.FINANCE, KUNMING)], ids=lambda each: each.role
)
def test_a_role_without_the_grant_finds_nobody(world: World, principal: Principal) -> None:
    with pytest.raises(Forbidden):
        found(world, principal)
