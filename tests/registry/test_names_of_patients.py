"""A bill's name is the enrolment's, or the number is nobody's: the same answer whichever of both is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.errors import Invalid
from chalicelib.registry.domain.identity_documents import StatedDocument
from chalicelib.settlement.usecases.defer import Deferral
from chalicelib.settlement.usecases.settle import Settlement
from tests.kit.areas import KUNMING
from tests.kit.memory.samples import (
    agency,
    body,
    enrol_sample,
    enrolment,
    hospital,
    moved,
    passport,
    policies,
    submission,
)
from tests.kit.memory.world import World

ID_NO = body()["patient"]["id_no"]


@pytest.fixture(name="world")
def fixture_world() -> World:
    return World(policies())


def named(name: str, **changes: Any) -> dict[str, Any]:
    claim = body()
    return {**claim, **changes, "patient": {**claim["patient"], "name": name}}


def settled_as(world: World, claim: dict[str, Any]) -> tuple[ClaimStatus, str | None]:
    outcome = world.system[SubmitClaim](hospital(), submission(claim))
    world.run_all()
    view = world.system[ReadClaim](hospital(), outcome.view.claim_id)
    return view.status, view.reason


def refused(world: World, claim: dict[str, Any]) -> tuple[Any, ...]:
    with pytest.raises(Invalid) as caught:
        world.system[PreviewClaim](hospital(), submission(claim))
    return caught.value.findings


def test_a_wrong_name_and_an_unknown_number_are_answered_alike(world: World) -> None:
    unknown, unknown_settled = refused(world, body()), settled_as(world, body())
    enrol_sample(world, ID_NO)
    wrong = moved(named("另一个人", claim_no="WRONG-NAME"), 60)  # not the first bill's stay again
    assert refused(world, wrong) == unknown
    assert [finding.code for finding in unknown] == ["person-unknown"]
    assert settled_as(world, wrong) == unknown_settled == (ClaimStatus.DEFERRED, "enrolment-missing")


@pytest.mark.parametrize("spelling", ["示例甲", " 示 例 甲 ", "示例·甲", "示例甲\u3000"])
def test_another_spelling_of_the_name_settles(world: World, spelling: str) -> None:
    enrol_sample(world, ID_NO)
    assert settled_as(world, named(spelling)) == (ClaimStatus.SETTLED, None)


def test_a_name_that_the_registry_corrects_lets_the_claim_go_on(world: World) -> None:
    request = enrolment(ID_NO)
    world.system[EnrolPerson](agency(KUNMING), replace(request, name="示例假"))
    claim = world.system[SubmitClaim](hospital(), submission(body())).view.claim_id
    world.run_all()
    assert world.system[ReadClaim](hospital(), claim).status is ClaimStatus.DEFERRED
    world.system[Deferral].sweep()
    assert world.run_all() == [], "nothing has changed that it waits for"

    world.system[EnrolPerson](agency(KUNMING), replace(request, name="示例甲"))
    assert world.run_all() == ["Settled"]
    assert world.system[ReadClaim](hospital(), claim).status is ClaimStatus.SETTLED


def test_a_name_that_matched_when_it_settled_is_not_asked_again(world: World) -> None:
    enrol_sample(world, ID_NO)
    first = world.system[SubmitClaim](hospital(), submission(body())).view.claim_id
    world.run_all()
    before = world.system[ReadClaim](hospital(), first).determination
    world.system[EnrolPerson](agency(KUNMING), replace(enrolment(ID_NO), name="改名甲"))
    world.system[Deferral].sweep()
    year = world.ports[PersonStore].years(world.memory.claims[first].person)[0]
    world.system[Settlement].redeciding.settle_up(year.person, year.year, year.standing)
    world.run_all()

    view = world.system[ReadClaim](hospital(), first)
    assert (view.status, view.determination) == (ClaimStatus.SETTLED, before)
    again = world.system[SubmitClaim](hospital(), submission(body()))
    assert (again.created, again.view.claim_id) == (False, first)


def test_the_old_number_on_the_bill_finds_the_new_one_in_the_registry(world: World) -> None:
    enrol_sample(world, ID_NO)
    claim = named("示例甲")
    claim["patient"]["id_no"] = ID_NO[:6] + ID_NO[8:17]
    assert settled_as(world, claim) == (ClaimStatus.SETTLED, None)


def test_a_passport_of_another_country_with_the_same_number_is_another_person(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), enrolment(passport(1)["id_no"]))
    theirs = replace(enrolment(passport(1)["id_no"]), document=StatedDocument("passport", passport(1)["id_no"], "GBR"))
    assert settled_as(world, {**body(), "patient": {**passport(1), "issued_by": "GBR"}})[0] is ClaimStatus.DEFERRED
    world.system[EnrolPerson](agency(KUNMING), theirs)
    assert world.run_all() == ["Settled"]


def test_neither_name_nor_what_it_is_compared_by_is_told(world: World) -> None:
    person = enrol_sample(world, ID_NO)
    settled_as(world, body())
    key = world.names.key(person, body()["patient"]["name"])
    (record,) = world.memory.claims.values()
    view = world.system[ReadClaim](hospital(), record.claim_id)
    assert body()["patient"]["name"] not in world.everything_kept()
    assert key not in repr(view)
