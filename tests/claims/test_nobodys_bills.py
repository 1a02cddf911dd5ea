"""Bills of an unknown patient: such a bill holds up no other bill, and is compared once the patient is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.domain.submission import ClaimView
from chalicelib.claims.ports import PersonStore, UpdateClaim
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode
from chalicelib.settlement.domain.order import PaymentStatus
from chalicelib.settlement.usecases.defer import STALE_AFTER, Deferral
from tests.kit.areas import KUNMING
from tests.kit.between import slower, writes
from tests.kit.books import what_is_wrong
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.samples import agency, body, enrolment, hospital, policies, submission
from tests.kit.memory.world import World

HERE, ELSEWHERE = "H53010200001", InstitutionCode("H53010200003")
NAME = "示例甲"
SETTLED, DEFERRED, REJECTED = ClaimStatus.SETTLED, ClaimStatus.DEFERRED, ClaimStatus.REJECTED


@pytest.fixture(name="world")
def fixture_world() -> World:
    made = World(policies())
    enrol(made)
    return made


def enrol(world: World, name: str = NAME) -> None:
    """The registry's name for the number: again is a correction of it."""
    request = replace(enrolment(body()["patient"]["id_no"]), name=name)
    world.system[EnrolPerson](agency(KUNMING), request)


def stay(number: str, institution: str = HERE, name: str = NAME, **days: str) -> dict[str, Any]:
    admitted = days.get("admitted", "2020-02-05")
    visit = {"kind": "inpatient", "admitted": admitted, "discharged": days.get("discharged", "2020-02-20")}
    line = {**body()["lines"][0], "date": admitted}
    patient = {**body()["patient"], "name": name}
    return {
        **body(), "claim_no": number, "institution": institution, "visit": visit, "lines": [line], "patient": patient
    }  # fmt: skip


def send(world: World, claim: dict[str, Any]) -> ClaimId:
    return world.system[SubmitClaim](hospital(claim["institution"]), submission(claim)).view.claim_id


def settled(world: World, claim: dict[str, Any]) -> ClaimId:
    claim_id = send(world, claim)
    world.run_all()
    return claim_id


def read(world: World, claim_id: ClaimId) -> ClaimView:
    return world.system[ReadClaim](hospital(world.memory.claims[claim_id].institution), claim_id)


def warned(world: World, claim_id: ClaimId) -> set[str]:
    return {each.code for each in read(world, claim_id).warnings}


def payments(world: World, claim_id: ClaimId) -> list[PaymentStatus]:
    return [each.shown_status for each in world.memory.money.orders.values() if each.claim_id == claim_id]


def is_free(world: World, claim_id: ClaimId) -> bool:
    view = read(world, claim_id)
    return (view.status, view.flags, payments(world, claim_id)) == (SETTLED, (), [PaymentStatus.ORDERED])


def is_held(world: World, claim_id: ClaimId) -> bool:
    return (read(world, claim_id).status, payments(world, claim_id)) == (SETTLED, [PaymentStatus.HELD])


def entered(world: World, year: int = 2020) -> list[str]:
    (person,) = {record.person for record in world.memory.claims.values()}
    return [entry.claim_no for entry in world.ports[PersonStore].visits(person, year).entries]


def wrong(world: World) -> list[str]:
    return what_is_wrong(world.ports, world.system, list(world.memory.claims))


def test_a_stay_under_a_wrong_name_holds_no_ones_elsewhere_and_is_held_itself_once_mended(world: World) -> None:
    nobodys = settled(world, stay("A", ELSEWHERE, "另一个人"))
    right = settled(world, stay("B"))
    assert read(world, nobodys).reason == "enrolment-missing"
    assert is_free(world, right)
    assert entered(world) == ["B", "A"]

    mended = settled(world, stay("A", ELSEWHERE))
    assert read(world, nobodys).status is ClaimStatus.WITHDRAWN
    assert is_held(world, mended)
    assert warned(world, mended) >= {"possible-duplicate"}
    assert is_free(world, right)
    assert wrong(world) == []


def test_a_name_that_the_registry_corrects_brings_the_claim_back_behind_those_that_passed_it(world: World) -> None:
    nobodys, right = settled(world, stay("A", ELSEWHERE, "示例乙")), settled(world, stay("B"))
    enrol(world, "示例乙")
    world.run_all()
    assert is_held(world, nobodys)
    assert is_free(world, right)
    assert wrong(world) == []


def test_at_the_same_institution_the_right_persons_bill_stands_and_the_mistyped_one_is_refused(world: World) -> None:
    mistyped, right = settled(world, stay("A", name="示例乙")), settled(world, stay("B"))
    assert (read(world, mistyped).status, is_free(world, right)) == (DEFERRED, True)
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    world.system[Deferral].sweep()
    world.run_all()
    view = read(world, mistyped)
    assert (view.status, [each.code for each in view.findings]) == (REJECTED, ["duplicate-bill"])
    assert dict(view.findings[0].about)["claim_no"] == "B"
    assert wrong(world) == []


def test_a_preview_is_not_warned_of_a_bill_that_is_nobodys(world: World) -> None:
    settled(world, stay("A", ELSEWHERE, "另一个人"))
    found = world.system[PreviewClaim](hospital(), submission(stay("B")))
    assert "possible-duplicate" not in {each.code for each in found.warnings}
    assert entered(world) == ["A"]


def test_who_is_not_enrolled_yet_keeps_the_place_in_which_the_bill_was_received() -> None:
    world = World(policies())
    first, second = settled(world, stay("A", ELSEWHERE)), settled(world, stay("B"))
    assert {read(world, each).status for each in (first, second)} == {DEFERRED}
    enrol(world)
    world.run_all()
    assert is_free(world, first)
    assert is_held(world, second)
    assert wrong(world) == []


def test_a_bill_that_settled_under_an_earlier_name_still_stands_first(world: World) -> None:
    first = settled(world, stay("A", ELSEWHERE))
    enrol(world, "示例乙")
    second = settled(world, stay("B", name="示例乙"))
    assert is_free(world, first)
    assert is_held(world, second)


def test_a_name_mended_while_the_other_bill_settles_lets_the_first_stand_first(world: World) -> None:
    first, second = send(world, stay("A", ELSEWHERE, "示例乙")), send(world, stay("B"))

    def mend() -> None:
        enrol(world, "示例乙")
        enrol(world)
        run_settlement(world.system, first)

    tasks = slower(world, writes(UpdateClaim), mend)
    run_settlement(tasks, second)
    world.run_all()
    assert read(world, first).status is DEFERRED, "the name was put back before it was looked at"
    assert is_free(world, second)
    assert wrong(world) == []


def cover_from(world: World, day: date) -> None:
    request = replace(enrolment(body()["patient"]["id_no"], starts_on=day), name=NAME)
    world.system[EnrolPerson](agency(KUNMING), request)


def before_cover() -> tuple[World, ClaimId, ClaimId]:
    """A stay that ended before its patient was insured, and an overlapping, covered stay elsewhere."""
    world = World(policies())
    cover_from(world, date(2020, 2, 10))
    first = send(world, stay("A", ELSEWHERE, admitted="2020-02-01", discharged="2020-02-09"))
    return world, first, send(world, stay("B"))


def test_a_stay_that_nothing_covers_holds_no_ones() -> None:
    world, first, second = before_cover()
    world.run_all()
    assert read(world, first).status is DEFERRED
    assert is_free(world, second)
    assert wrong(world) == []


def test_of_two_of_which_the_first_is_covered_while_the_second_settles_the_first_stands() -> None:
    world, first, second = before_cover()

    def cover() -> None:
        cover_from(world, date(2020, 1, 1))
        run_settlement(world.system, first)

    run_settlement(slower(world, writes(UpdateClaim), cover), second)
    world.run_all()
    assert is_free(world, first)
    assert is_held(world, second)
    assert wrong(world) == []


def test_who_passes_a_stay_across_a_years_end_passes_it_in_both_years(world: World) -> None:
    crossing = stay("A", ELSEWHERE, "另一个人", admitted="2019-12-20", discharged="2020-01-10")
    waiting = stay("C", InstitutionCode("H53010200004"), "别的人", admitted="2019-12-22", discharged="2020-01-04")
    right = stay("B", admitted="2020-01-05", discharged="2020-01-20")
    settled(world, crossing)
    settled(world, waiting)
    assert is_free(world, settled(world, right))
    assert (entered(world, 2019), entered(world, 2020)) == (["C", "A"], ["C", "B", "A"])
    assert wrong(world) == []
