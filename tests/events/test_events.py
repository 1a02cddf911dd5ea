"""Events: kept for the offices that a change concerns, in order, and handed out again while they are young."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.claims.domain.history import event_id_of
from chalicelib.claims.ports import ClaimStore
from chalicelib.claims.tables.history import HISTORY
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.events.domain import LAG, KeptEvent, area_audience, institution_audience
from chalicelib.events.ports import EventStore
from chalicelib.events.tables import FEED, followed_changes
from chalicelib.events.tasks import EventSteps
from chalicelib.events.usecases import ReadEvents
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Forbidden, NotFound
from chalicelib.platform.aws.table import to_item
from chalicelib.settlement.domain.order import PaymentStatus
from chalicelib.settlement.ports import HospitalStore
from chalicelib.settlement.tables.items import ORDERS
from tests.kit.areas import CHONGQING, DALI, KUNMING, WUHAN, WUHUA, YUNNAN, YUZHONG
from tests.kit.fixtures.system import System
from tests.kit.memory.faults import Fault, When, faulty
from tests.kit.memory.samples import (
    AUDITOR,
    KUNMING_HOSPITAL,
    agency,
    body,
    enrol_sample,
    hospital,
    policies,
    submission,
)
from tests.kit.memory.world import World
from tests.kit.worked_cases import worked_cases

YOUNG = timedelta(seconds=1)


def record(item: dict[str, Any], number: int = 0, name: str = "INSERT") -> dict[str, Any]:
    return {"eventName": name, "dynamodb": {"NewImage": to_item(item), "SequenceNumber": str(number)}}


def kept(world: World, *items: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of the task behind the stream after these items were written."""
    steps = EventSteps(lambda: world.system, followed_changes)
    return steps.events_keep({"Records": [record(item, number) for number, item in enumerate(items)]})


def settled(world: World) -> list[dict[str, Any]]:
    """The items of the history of a claim that waited for its person and settled."""
    claim_id = world.system[SubmitClaim](hospital(), submission()).view.claim_id
    world.run_all()
    enrol_sample(world, body()["patient"]["id_no"])
    world.run_all()
    return [HISTORY.write(entry) for entry in world.calm_ports[ClaimStore].history(claim_id)]


def read(world: World, principal: Principal, after: str | None = None, limit: int = 50) -> list[str]:
    return [event.told.kind for event in world.system[ReadEvents](principal, after, limit).events]


def test_a_hospital_its_agency_and_those_above_it_follow_a_claim_and_no_other_does(world: World) -> None:
    assert kept(world, *settled(world)) == {"batchItemFailures": []}
    told = ["claim.deferred", "claim.resumed", "claim.settled", "payment.ordered"]
    assert sorted(read(world, hospital())) == told
    for area in (KUNMING, YUNNAN):
        assert sorted(read(world, agency(area))) == told
        assert sorted(read(world, Principal("treasurer", Role.FINANCE, area))) == told
    assert read(world, hospital("H53010200003")) == read(world, agency(WUHAN)) == []
    with pytest.raises(Forbidden):
        read(world, Principal("doctor", Role.HEALTH, "530100"))


def test_an_area_under_ones_own_is_followed_alone_and_no_other(world: World) -> None:
    kept(world, *settled(world))
    events = world.system[ReadEvents]
    for reader in (agency(YUNNAN), AUDITOR):
        assert len(events(reader, None, 50, area=KUNMING).events) == 4
        assert events(reader, None, 50, area=DALI).events == ()
    for reader in (agency(WUHAN), agency(WUHUA), hospital()):
        with pytest.raises(NotFound):
            events(reader, None, 50, area=KUNMING)


def test_what_is_kept_names_nothing_of_a_person(world: World) -> None:
    kept(world, *settled(world))
    patient = body()["patient"]
    events = world.system[ReadEvents](hospital(), None, 50).events
    for secret in (patient["id_no"], patient["name"], "prs_"):
        assert secret not in repr(events)


def test_a_young_event_is_handed_out_again_and_an_older_one_is_passed(world: World) -> None:
    first, *rest = settled(world)
    kept(world, first)
    assert world.system[ReadEvents](hospital(), None, 50).place is None
    world.clock.sleep((LAG + YOUNG).total_seconds())
    page = world.system[ReadEvents](hospital(), None, 50)
    assert page.place == page.events[-1].place
    kept(world, *rest)
    following = world.system[ReadEvents](hospital(), page.place, 50)
    assert sorted(event.told.kind for event in following.events) == [
        "claim.resumed",
        "claim.settled",
        "payment.ordered",
    ]
    assert following.place == page.place
    world.clock.sleep((LAG + YOUNG).total_seconds())
    last = world.system[ReadEvents](hospital(), page.place, 50).place
    assert read(world, hospital(), last) == []
    assert world.system[ReadEvents](hospital(), last, 50).place == last


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_follow_one_another_to_the_end_also_within_the_events_of_a_write(world: World, limit: int) -> None:
    kept(world, *settled(world))
    world.clock.sleep((LAG + YOUNG).total_seconds())
    seen: list[KeptEvent] = []
    place = None
    while page := world.system[ReadEvents](hospital(), place, limit).events:
        assert len(page) <= limit
        seen += page
        place = world.system[ReadEvents](hospital(), place, limit).place
    kinds = [event.told.kind for event in seen]
    assert kinds[:2] == ["claim.deferred", "claim.resumed"]
    assert sorted(kinds[2:]) == ["claim.settled", "payment.ordered"]
    assert len({event.told.event_id for event in seen}) == 4


def test_a_settlement_and_the_payment_ordered_with_it_are_one_record_of_each_audience(world: World) -> None:
    kept(world, *settled(world)[-1:])
    records = [FEED.read(item) for item in world.memory.tables.state.everything() if item["pk"].startswith("FEED#")]
    audiences = [institution_audience(KUNMING_HOSPITAL), area_audience("530100")]
    assert sorted(each.audience for each in records) == sorted(audiences)
    for each in records:
        assert sorted(event.kind for event in each.told) == ["claim.settled", "payment.ordered"]


def test_a_claims_first_order_is_told_by_its_settlement_alone(world: World) -> None:
    items = settled(world)
    claim_id = items[0]["claim_id"]
    order = world.calm_ports[HospitalStore].payment_order(KUNMING_HOSPITAL, claim_id)
    assert order is not None
    assert followed_changes(record(ORDERS.write(order))) == ()
    (settlement, payment) = followed_changes(record(items[-1]))
    paid = replace(order, status=PaymentStatus.PAID, revision=2)
    (later,) = followed_changes(record(ORDERS.write(paid)))
    assert settlement.kind == "claim.settled"
    assert replace(payment, kind="payment.paid", event_id=later.event_id, at=later.at) == later
    assert payment.kind == "payment.ordered"
    assert payment.event_id == event_id_of(f"{order.payment_id}#{order.revision}")


ADVANCE = {
    "pk": "ADVANCE#adv_1", "sk": "ADVANCE", "advance_id": "adv_1", "institution": KUNMING_HOSPITAL, "agency": "530102",
    "fund": "special", "status": "approved", "revision": 2, "reason": "示例甲 asked",
    "requested": {"at": "2020-02-10T01:00:00Z"}, "decided_in": {"at": "2020-02-11T01:00:00Z"},
}  # fmt: skip
PAYMENT = {
    "pk": f"HOSPITAL#{KUNMING_HOSPITAL}", "sk": "ORDER#clm_1-2", "claim_id": "clm_1", "institution": KUNMING_HOSPITAL,
    "agency": "530102", "number": 2, "status": "paid", "revision": 3, "ordered_at": "2020-02-12T01:00:00Z",
    "bank_reference": "B-1",
}  # fmt: skip
RUN = {
    "pk": "RUN#run_1", "sk": "RUN", "run_id": "run_1", "status": "confirming", "revision": 4, "tier": "530000",
    "period": "2020-02", "started_at": "2020-03-01T01:00:00Z",
}  # fmt: skip
FILING = {
    "pk": "FILING#fil_1", "sk": "FILING", "filing_id": "fil_1", "person": "prs_1", "kind": "temporary", "revision": 1,
    "treatment_area": "530100", "listed_under": ["420100", "530100"],
    "made": {"actor": "clerk", "role": "hospital", "subject": KUNMING_HOSPITAL, "at": "2020-02-03T01:00:00Z"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("item", "kind", "about", "audiences"),
    [
        (ADVANCE, "advance.approved", {"advance_id": "adv_1", "fund": "special"}, ["530100", "530102", "hospital"]),
        (PAYMENT, "payment.paid", {"payment_id": "clm_1-2", "claim_id": "clm_1"}, ["530100", "530102", "hospital"]),
        (RUN, "run.confirming", {"run_id": "run_1", "tier": "530000", "period": "2020-02"}, ["530000", "centre"]),
        (
            FILING,
            "filing.made",
            {"filing_id": "fil_1", "kind": "temporary", "treatment_area": "530100"},
            ["420100", "530100", "hospital"],
        ),
    ],
    ids=["advance", "payment", "run", "filing"],
)
def test_what_else_is_followed(
    world: World, item: dict[str, Any], kind: str, about: dict[str, str], audiences: list[str]
) -> None:
    kept(world, item)
    readers: dict[str, Principal] = {
        "hospital": hospital(),
        "centre": Principal("clerk", Role.CENTRE, "530000"),
        **{area: agency(area) for area in (WUHAN, KUNMING, WUHUA)},
        "530000": Principal("clerk", Role.AGENCY, "530000"),
    }
    for name, reader in readers.items():
        events = world.system[ReadEvents](reader, None, 50).events
        wanted = name in audiences or (name == "530000" and "530100" in audiences)
        assert [event.told.kind for event in events] == ([kind] if wanted else []), name
        for event in events:
            assert dict(event.told.about) == about
            assert "示例甲" not in repr(event)
            assert "B-1" not in repr(event)
            assert "prs_" not in repr(event)


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_a_province_reads_what_concerns_its_areas_in_order_and_each_event_once(world: World, limit: int) -> None:
    places = [["532900", "530100"], ["530102"], ["420100"], ["530000"], ["530100"]]
    filings = [
        {**FILING, "pk": f"FILING#fil_{number}", "filing_id": f"fil_{number}", "listed_under": areas}
        for number, areas in enumerate(places)
    ]
    kept(world, *filings)
    world.clock.sleep((LAG + YOUNG).total_seconds())
    seen: list[str] = []
    place = None
    while (page := world.system[ReadEvents](agency(YUNNAN), place, limit)).events:
        assert len(page.events) <= limit
        seen += [dict(event.told.about)["filing_id"] for event in page.events]
        place = page.place
    assert seen == ["fil_0", "fil_1", "fil_3", "fil_4"]
    by_auditor = world.system[ReadEvents](AUDITOR, None, 50, area=YUNNAN).events
    assert [dict(event.told.about)["filing_id"] for event in by_auditor] == seen


def test_a_municipality_reads_its_own_events_and_those_of_its_districts(world: World) -> None:
    kept(world, *({**FILING, "filing_id": area, "listed_under": [area]} for area in (CHONGQING, YUZHONG)))
    told = {area: world.system[ReadEvents](agency(area), None, 50).events for area in (CHONGQING, YUZHONG)}
    assert [dict(each.told.about)["filing_id"] for each in told[CHONGQING]] == [CHONGQING, YUZHONG]
    assert [dict(each.told.about)["filing_id"] for each in told[YUZHONG]] == [YUZHONG]


def test_copies_and_what_nobody_follows_are_no_changes() -> None:
    for item in ({"pk": "FILINGS#530100", "sk": "fil_1"}, {"pk": "CLAIM#clm_1", "sk": "CLAIM"}):
        assert followed_changes(record(item)) == ()
    assert followed_changes({"eventName": "REMOVE", "dynamodb": {"Keys": {}}}) == ()


@pytest.mark.parametrize("when", list(When), ids=lambda when: when.name.lower())
def test_what_could_not_be_kept_comes_again_under_the_same_id(when: When) -> None:
    fault = Fault()
    world = World(policies(), faulty(fault))
    items = settled(world)
    fault.arm(None)
    assert kept(world, *items) == {"batchItemFailures": []}
    for number in range(len(fault.calls)):
        fault.arm(number, when)
        failed = kept(world, *items)["batchItemFailures"]
        assert failed == [{"itemIdentifier": "0"}]
    assert kept(world, *items) == {"batchItemFailures": []}
    events = world.calm_ports[EventStore].after([institution_audience(KUNMING_HOSPITAL)], None, 200)
    assert len({event.told.event_id for event in events}) == 4
    assert world.calm_ports[EventStore].after([area_audience("530100")], None, 50)


def test_a_hospital_follows_its_claim_over_http(system: System) -> None:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    claim = system.settle(system.for_newcomer(case.claim, "followed-1"))
    system.stack.streams.drain()
    desk = ("hospital", case.claim["institution"])
    seen: dict[str, dict[str, Any]] = {}
    path = "/v1/events?limit=200"
    while items := (page := system.client.expect(200, system.client.call("GET", path, desk)))["items"]:
        seen |= {event["event_id"]: event for event in items}
        if page["next"] is None or path.endswith(page["next"]):
            break
        path = f"/v1/events?limit=200&after={page['next']}"
    mine = [event for event in seen.values() if event["ids"].get("claim_id") == claim["claim_id"]]
    assert "claim.settled" in {event["event"] for event in mine}
    stranger = system.client.call("GET", "/v1/events", ("hospital", "H42010200001"))
    assert claim["claim_id"] not in str(stranger.body)
