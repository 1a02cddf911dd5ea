"""Duplicate bills: a bill under two numbers is refused; a bill declared distinct settles, and its payment waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.claims.domain.record import ClaimStatus, Flag
from chalicelib.claims.domain.submission import ClaimFilter, ClaimView
from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.ports import UpdateClaim
from chalicelib.claims.usecases.listing import ListClaims
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode
from chalicelib.kernel.writes import Part
from chalicelib.settlement.domain.order import PaymentStatus
from chalicelib.settlement.usecases.correct_status import CorrectStatus
from chalicelib.settlement.usecases.release import ReleasePayment
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.areas import WUHAN
from tests.kit.between import slower, writes
from tests.kit.books import what_is_wrong
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.samples import agency, body, enrol_sample, enrolment, hospital, passport, policies, submission
from tests.kit.memory.world import World

HERE, ELSEWHERE = InstitutionCode("H53010200001"), "H53010200003"
KUNMING = AreaCode("530100")


@pytest.fixture
def world() -> World:
    made = World(policies())
    enrol_sample(made, body()["patient"]["id_no"])
    return made


def stay(number: str, admitted: str = "2020-02-05", discharged: str = "2020-02-20", **changed: Any) -> dict[str, Any]:
    """A stay whose only line lies on its first day."""
    line = {**body()["lines"][0], "date": admitted}
    visit = {"kind": "inpatient", "admitted": admitted, "discharged": discharged, **changed.pop("visit", {})}
    return {**body(), "claim_no": number, "visit": visit, "lines": [line], **changed}


def outpatient(number: str, quantity: str = "5", **changed: Any) -> dict[str, Any]:
    line = {**body()["lines"][0], "date": "2020-02-07", "quantity": quantity, "amount": f"{int(quantity) * 1200}.00"}
    visit = {"kind": "outpatient", "date": "2020-02-07"}
    return {**body(), "claim_no": number, "visit": visit, "lines": [line], **changed}


def send(world: World, claim: dict[str, Any], *, resubmit: bool = False) -> ClaimId:
    caller = hospital(claim["institution"])
    return world.system[SubmitClaim](caller, submission({**claim, "resubmit": resubmit})).view.claim_id


def read(world: World, claim_id: ClaimId) -> ClaimView:
    return world.system[ReadClaim](hospital(world.memory.claims[claim_id].institution), claim_id)


def settled(world: World, *claims: dict[str, Any]) -> list[ClaimView]:
    ids = [send(world, claim) for claim in claims]
    world.run_all()
    return [read(world, claim_id) for claim_id in ids]


def states(world: World, *claims: dict[str, Any]) -> list[str]:
    return [view.status.value for view in settled(world, *claims)]


def orders(world: World, claim_id: ClaimId) -> list[tuple[PaymentStatus, int]]:
    return [
        (order.status, order.amount_fen) for order in world.memory.money.orders.values() if order.claim_id == claim_id
    ]


def wrong(world: World) -> list[str]:
    return what_is_wrong(world.ports, world.system, list(world.memory.claims))


def release(world: World, claim_id: ClaimId, who: Principal | None = None, reason: str = "two stays") -> ClaimView:
    return world.system[ReleasePayment](who or agency(KUNMING), claim_id, reason)


def test_the_same_stay_under_another_number_is_refused_and_names_the_first(world: World) -> None:
    first, second = settled(world, stay("A"), stay("B"))
    assert (first.status, second.status) == (ClaimStatus.SETTLED, ClaimStatus.REJECTED)
    (finding,) = second.findings
    assert finding.code == "duplicate-bill"
    assert dict(finding.about) == {"claim_id": first.claim_id, "claim_no": "A"}
    assert wrong(world) == []


def test_the_first_received_stands_whichever_is_settled_first(world: World) -> None:
    first, second = send(world, stay("A")), send(world, stay("B"))
    world.workflows.waiting.reverse()
    world.run_all()
    assert (read(world, first).status, read(world, second).status) == (ClaimStatus.SETTLED, ClaimStatus.REJECTED)


@pytest.mark.parametrize(
    ("admitted", "discharged", "refused"),
    [
        ("2020-02-20", "2020-02-25", False),
        ("2020-02-01", "2020-02-05", False),
        ("2020-02-19", "2020-02-25", True),
        ("2020-02-10", "2020-02-10", True),
        ("2020-02-20", "2020-02-20", False),
        ("2020-01-01", "2020-12-31", True),
        ("2020-02-21", "2020-02-25", False),
    ],
)
def test_stays_overlap_beyond_a_shared_first_or_last_day(
    world: World,
    admitted: str,
    discharged: str,
    refused: bool,  # noqa: FBT001 parametrized
) -> None:
    expected = ["settled", "rejected" if refused else "settled"]
    assert states(world, stay("A"), stay("B", admitted, discharged)) == expected


@pytest.mark.parametrize("crossing_first", [True, False])
def test_stays_on_both_sides_of_a_years_end_see_each_other(
    world: World,
    crossing_first: bool,  # noqa: FBT001 parametrized
) -> None:
    stays = [stay("A", "2019-12-20", "2020-01-10"), stay("B", "2020-01-05", "2020-01-20")]
    assert states(world, *(stays if crossing_first else reversed(stays))) == ["settled", "rejected"]


def test_the_same_outpatient_visit_is_one_bill_however_its_lines_are_numbered_and_named(world: World) -> None:
    again = outpatient("B")
    again["lines"][0] |= {"no": 7, "name": "另一名称", "quantity": "5.0"}
    assert states(world, outpatient("A"), again, outpatient("C", "4")) == ["settled", "rejected", "settled"]


def test_another_person_and_another_institutions_outpatients_are_no_duplicates(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), enrolment(passport(1)["id_no"]))
    others = outpatient("B", patient=passport(1)), outpatient("C", institution=ELSEWHERE)
    assert "rejected" not in states(world, outpatient("A"), *others)
    assert all(not record.flags for record in world.memory.claims.values())


def test_a_corrected_version_of_the_same_number_is_no_duplicate(world: World) -> None:
    (first,) = settled(world, stay("A"))
    world.system[ReverseClaim](hospital(), first.claim_id, "one day more")
    (second,) = settled(world, stay("A", "2020-02-05", "2020-02-21"))
    assert (second.version, second.status) == (2, ClaimStatus.SETTLED)
    assert wrong(world) == []


def test_the_duplicate_of_a_deferred_claim_is_refused_and_follows_once_that_is_withdrawn(world: World) -> None:
    first = send(world, stay("A", patient=passport(1)))
    world.run_all()
    second = send(world, stay("B", patient=passport(1)))
    world.run_all()
    assert (read(world, first).status, read(world, second).status) == (ClaimStatus.DEFERRED, ClaimStatus.REJECTED)
    world.system[ReverseClaim](hospital(), first, "another number counts")
    again = send(world, stay("B", patient=passport(1)), resubmit=True)
    world.system[EnrolPerson](agency(KUNMING), enrolment(passport(1)["id_no"]))
    world.run_all()
    assert read(world, again).status is ClaimStatus.SETTLED
    assert wrong(world) == []


@pytest.mark.parametrize("ended", ["reversed", "rejected"])
def test_what_is_over_is_nobodys_duplicate(world: World, ended: str) -> None:
    codes = {**body()["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}
    first = send(world, stay("A") | ({"diagnosis": codes} if ended == "rejected" else {}))
    world.run_all()
    if ended == "reversed":
        world.system[ReverseClaim](hospital(), first, "wrong number")
    assert read(world, first).status.value == ended
    assert states(world, stay("B")) == ["settled"]


def test_what_the_hospital_says_is_another_bill_settles_and_waits_for_its_agency(world: World) -> None:
    first, second = settled(world, outpatient("A"), outpatient("B", distinct_from=["A"]))
    assert [each.code for each in second.warnings] == ["possible-duplicate"]
    assert second.settlement is not None
    assert second.settlement.held_fen == second.settlement.payable_fen > 0
    assert [status for status, _ in orders(world, first.claim_id)] == [PaymentStatus.ORDERED]
    assert [status for status, _ in orders(world, second.claim_id)] == [PaymentStatus.HELD]
    listed = world.system[ListClaims](agency(KUNMING), ClaimFilter(flag=Flag.HELD), PageRequest(10)).items
    assert [each.claim_id for each in listed] == [second.claim_id]
    assert wrong(world) == []


def test_a_released_payment_is_ordered_once_and_the_advice_says_so(world: World) -> None:
    _, second = settled(world, stay("A"), stay("B", distinct_from=["A"]))
    assert second.settlement is not None
    release(world, second.claim_id)
    release(world, second.claim_id, reason="asked twice")
    assert orders(world, second.claim_id) == [(PaymentStatus.ORDERED, second.settlement.payable_fen)]
    lines = [each for each in world.memory.money.remittances.values() if each.claim_id == second.claim_id]
    assert [(each.event, each.ordered_fen, each.held_fen) for each in sorted(lines, key=lambda each: each.event)] == [
        ("released", second.settlement.payable_fen, -second.settlement.payable_fen),
        ("settled", 0, second.settlement.payable_fen),
    ]
    assert world.memory.claims[second.claim_id].flags == (Flag.POSSIBLE_DUPLICATE,)
    kept = world.memory.claims[second.claim_id].settlement
    assert kept is not None
    assert kept.release is not None
    assert (kept.release.act.actor, kept.release.reason) == ("clerk", "two stays")
    assert wrong(world) == []


def test_a_correction_releases_nothing(world: World) -> None:
    early = stay("A", "2020-02-05", "2020-02-10")
    first, held = settled(world, early, stay("B", "2020-02-08", "2020-02-20", distinct_from=["A"]))
    world.system[ReverseClaim](hospital(), first.claim_id, "wrong patient")
    world.run_all()
    doctor = Principal("doctor", Role.HEALTH, "530102")
    event = StatusEvent(CaseStatus.EXCLUDED, date(2020, 2, 9))
    world.system[CorrectStatus].of_claim(doctor, held.claim_id, event, "second test negative")
    assert {status for status, _ in orders(world, held.claim_id)} <= {PaymentStatus.HELD, PaymentStatus.RECALLED}
    assert wrong(world) == []
    release(world, held.claim_id)
    assert PaymentStatus.HELD not in {status for status, _ in orders(world, held.claim_id)}
    assert wrong(world) == []


def test_a_reversal_by_the_agency_ends_the_hold_and_gives_back_what_stood_in(world: World) -> None:
    world.memory.money.grant(HERE, 100_000)
    world.memory.money.overpaid[HERE] = 0
    send(world, stay("A"))
    world.run_all()
    world.memory.money.grant(HERE, 50_000)
    (held,) = settled(world, stay("B", distinct_from=["A"]))
    assert held.settlement is not None
    assert held.settlement.advance_offset_fen == 50_000
    world.system[ReverseClaim](agency(KUNMING), held.claim_id, "one bill")
    assert [status for status, _ in orders(world, held.claim_id)] == [PaymentStatus.RECALLED]
    assert world.memory.money.ready[HERE, next(iter(world.memory.money.ready))[1]] == 50_000
    assert world.memory.claims[held.claim_id].flags == ()
    with pytest.raises(Conflict) as refused:
        release(world, held.claim_id)
    assert [each.code for each in refused.value.findings] == ["not-held"]


def test_nobody_lets_go_but_the_agency_that_settles_with_the_hospital_and_not_who_submitted(world: World) -> None:
    first, held = settled(world, stay("A"), stay("B", distinct_from=["A"]))
    with pytest.raises(Forbidden):
        release(world, held.claim_id, hospital())
    with pytest.raises(NotFound):
        release(world, held.claim_id, agency(WUHAN))
    with pytest.raises(Forbidden):
        release(world, held.claim_id, Principal("his", Role.AGENCY, KUNMING))
    with pytest.raises(Invalid):
        release(world, held.claim_id, reason=" ")
    with pytest.raises(Conflict):
        release(world, first.claim_id)


def test_a_stay_that_overlaps_one_elsewhere_settles_held_and_is_not_told_where(world: World) -> None:
    first, second = settled(world, stay("A"), stay("B", "2020-02-10", "2020-02-25", institution=ELSEWHERE))
    assert (first.warnings, second.status) == ((), ClaimStatus.SETTLED)
    (warning,) = second.warnings
    assert (warning.code, warning.about) == ("possible-duplicate", ())
    assert [status for status, _ in orders(world, second.claim_id)] == [PaymentStatus.HELD]
    assert [status for status, _ in orders(world, first.claim_id)] == [PaymentStatus.ORDERED]


def under_another_name(claim: dict[str, Any]) -> dict[str, Any]:
    return {**claim, "patient": {**claim["patient"], "name": "示例假"}}


def test_a_stay_elsewhere_under_another_name_holds_nobodys_payment(world: World) -> None:
    """A hospital that mistypes a name has billed nobody yet: the right person's stay elsewhere is paid."""
    waiting, right = settled(
        world, under_another_name(stay("A")), stay("B", "2020-02-10", "2020-02-25", institution=ELSEWHERE)
    )
    assert (waiting.status, right.status) == (ClaimStatus.DEFERRED, ClaimStatus.SETTLED)
    assert (right.warnings, world.memory.claims[right.claim_id].flags) == ((), ())
    assert wrong(world) == []


def test_it_is_compared_once_its_name_is_put_right_and_is_held_then(world: World) -> None:
    """Of two overlapping stays a single stay is held, whichever could be looked at first."""
    waiting, right = settled(
        world, under_another_name(stay("A")), stay("B", "2020-02-10", "2020-02-25", institution=ELSEWHERE)
    )
    world.system[EnrolPerson](agency(KUNMING), replace(enrolment(body()["patient"]["id_no"]), name="示例假"))
    world.run_all()
    assert read(world, waiting.claim_id).status is ClaimStatus.SETTLED
    flags = [world.memory.claims[each.claim_id].flags for each in (waiting, right)]
    assert flags == [(Flag.POSSIBLE_DUPLICATE, Flag.HELD), ()]
    assert wrong(world) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("2020-02-05", "2020-02-20"), ("2020-02-10", "2020-02-25")),
        (("2020-12-10", "2020-12-28"), ("2020-12-20", "2021-01-05")),
    ],
    ids=["in one year", "across a year's end"],
)
def test_of_two_that_wait_for_one_person_exactly_one_is_held_whoever_is_looked_at_first(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    """Both settlements look before either writes: the second to write looks again."""
    world = World(policies())
    first = send(world, stay("A", *one))
    second = send(world, stay("B", *other, institution=ELSEWHERE))
    assert world.run_all() == ["Deferred", "Deferred"]
    waits = world.memory.claims[first]
    enrol_sample(world, body()["patient"]["id_no"])
    # The first claim's resumption was cut off: the claim still waits while the second is looked at.
    standing = world.memory.claims[first]
    world.memory.claims[first] = replace(waits, attempt=2, revision=standing.revision, as_read=standing.as_read)

    def settles(parts: Sequence[Part]) -> bool:
        return any(isinstance(part, UpdateClaim) and part.record.claim_id == second for part in parts)

    overtaken = slower(world, settles, lambda: run_settlement(world.system, first))
    assert run_settlement(overtaken, second) == "Settled"
    held = [Flag.HELD in world.memory.claims[each].flags for each in (first, second)]
    assert held == [False, True]
    assert wrong(world) == []


def test_a_declared_transfer_or_episode_or_a_shared_day_elsewhere_is_nothing(world: World) -> None:
    first = send(world, stay("A", visit={"episode": "E-1"}))
    later = {"admitted": "2020-02-18", "discharged": "2020-02-25"}
    transferred = send(world, stay("B", **later, institution=ELSEWHERE, visit={"transfer_from": first}))
    world.run_all()
    assert read(world, transferred).warnings == ()
    world.system[ReverseClaim](hospital(ELSEWHERE), transferred, "again")
    linked, shared = settled(
        world,
        stay("C", **later, institution=ELSEWHERE, visit={"episode": "E-1"}),
        stay("D", "2020-02-25", "2020-02-28", institution="H53010200002"),
    )
    assert (linked.warnings, shared.warnings) == ((), ())


def test_a_preview_tells_what_submitting_would(world: World) -> None:
    settled(world, stay("A"))
    with pytest.raises(Invalid) as refused:
        world.system[PreviewClaim](hospital(), submission(stay("B")))
    assert [each.code for each in refused.value.findings] == ["duplicate-bill"]
    declared = world.system[PreviewClaim](hospital(), submission(stay("B", distinct_from=["A"])))
    assert [each.code for each in declared.warnings] == ["possible-duplicate"]
    assert world.system[PreviewClaim](hospital(), submission(stay("A"))).warnings == ()


def test_two_that_are_sent_at_the_same_moment_are_written_one_after_the_other(world: World) -> None:
    """Also across a year's end: the stay that touches both years meets the other in the list of the second."""
    stays = stay("A", "2019-12-20", "2020-01-10"), stay("B", "2020-01-05", "2020-01-20")
    for place, (slow, fast) in enumerate((stays, stays[::-1])):
        who = {"patient": passport(place)}
        world.system[EnrolPerson](agency(KUNMING), enrolment(passport(place)["id_no"]))
        first = {**slow, **who, "claim_no": f"SLOW-{place}"}
        other = {**fast, **who, "claim_no": f"FAST-{place}"}
        ids: list[ClaimId] = []
        system = slower(world, writes(PersonVisits), lambda other=other, ids=ids: ids.append(send(world, other)))  # type: ignore[misc]
        ids.append(system[SubmitClaim](hospital(), submission(first)).view.claim_id)
        world.run_all()
        fast_one, slow_one = (read(world, claim_id) for claim_id in ids)
        assert (fast_one.status, slow_one.status) == (ClaimStatus.SETTLED, ClaimStatus.REJECTED)
        assert dict(slow_one.findings[0].about)["claim_no"] == f"FAST-{place}"
    assert wrong(world) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_that_are_settled_at_the_same_moment_the_first_received_settles(
    world: World, order: tuple[int, int]
) -> None:
    ids = [send(world, stay("A")), send(world, stay("B"))]
    one, other = (ids[place] for place in order)
    tasks = slower(world, writes(UpdateClaim), lambda: run_settlement(world.system, other))
    run_settlement(tasks, one)
    assert [read(world, claim_id).status.value for claim_id in ids] == ["settled", "rejected"]
    assert wrong(world) == []


def test_a_claim_whose_twin_is_withdrawn_while_it_is_refused_settles_after_all(world: World) -> None:
    first, second = send(world, stay("A")), send(world, stay("B"))

    def withdraw() -> None:
        world.system[ReverseClaim](hospital(), first, "wrong number")

    tasks = slower(world, writes(UpdateClaim), withdraw)
    run_settlement(tasks, second)
    world.run_all()
    assert (read(world, first).status, read(world, second).status) == (ClaimStatus.WITHDRAWN, ClaimStatus.SETTLED)
    assert wrong(world) == []


@pytest.mark.parametrize("faster", ["release", "refuse"])
def test_a_release_and_a_refusal_at_the_same_moment_do_one_thing(world: World, faster: str) -> None:
    _, held = settled(world, stay("A"), stay("B", distinct_from=["A"]))

    def refuse() -> None:
        world.system[ReverseClaim](agency(KUNMING), held.claim_id, "one bill")

    acts = {"release": lambda: release(world, held.claim_id), "refuse": refuse}
    system = slower(world, writes(UpdateClaim), acts[faster])
    if faster == "release":
        system[ReverseClaim](agency(KUNMING), held.claim_id, "one bill")
    else:
        with pytest.raises(Conflict):
            system[ReleasePayment](agency(KUNMING), held.claim_id, "two stays")
    assert read(world, held.claim_id).status is ClaimStatus.REVERSED
    assert [status for status, _ in orders(world, held.claim_id)] == [PaymentStatus.RECALLED]
    assert wrong(world) == []
