"""Claims listed by what changed since an instant, and bounded sets of them in another order than by receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, Flag
from chalicelib.claims.domain.submission import ClaimFilter, ClaimSort, ClaimView
from chalicelib.claims.ports import ClaimQuery, ClaimStore, InsertClaim
from chalicelib.claims.tables.history import HISTORY
from chalicelib.claims.usecases import listing
from chalicelib.claims.usecases.listing import ListClaims
from chalicelib.events.tables import followed_changes
from chalicelib.events.tasks import EventSteps
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.pages import every
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode
from chalicelib.main.capabilities import build_system
from chalicelib.platform.aws.table import to_item
from infra.local.stack import LocalStack
from tests.kit.areas import WUHAN
from tests.kit.memory.samples import AUDITOR, KUNMING_HOSPITAL, agency, body, enrol_sample, hospital, moved, policies
from tests.kit.memory.world import World
from tests.kit.tables import tables
from tests.settlement.test_worked_corrections import settle

KUNMING, YUNNAN, ELSEWHERE = agency(AreaCode("530100")), agency(AreaCode("530000")), agency(AreaCode("420100"))


def told(world: World, claim_id: ClaimId) -> None:
    """Keep the events of a claim's whole history, as the state table's stream brings them."""
    history = world.calm_ports[ClaimStore].history(claim_id)
    records = [{"dynamodb": {"NewImage": to_item(HISTORY.write(each)), "SequenceNumber": "1"}} for each in history]
    assert EventSteps(lambda: world.system, followed_changes).events_keep({"Records": records}) == {
        "batchItemFailures": []
    }


def listed(world: World, reader: Principal, wanted: ClaimFilter, limit: int = 2) -> list[str]:
    return [view.claim_id for view in every(partial(world.system[ListClaims], reader, wanted), limit)]


def codes(world: World, reader: Principal, wanted: ClaimFilter) -> list[str]:
    with pytest.raises(Invalid) as refused:
        listed(world, reader, wanted)
    return [each.code for each in refused.value.findings]


@pytest.fixture(name="two")
def fixture_two(world: World) -> tuple[str, Instant, str]:
    """Two settled claims of one hospital, the second an hour later, and the instant between them."""
    enrol_sample(world, body()["patient"]["id_no"])
    first = settle(world, body())
    told(world, first)
    world.clock.move_to(world.clock.now() + timedelta(minutes=30))
    between = instant(world.clock.now())
    world.clock.move_to(world.clock.now() + timedelta(minutes=30))
    other = moved(body(), 15) | {"claim_no": "YN-NEXT"}
    second = settle(world, other)
    told(world, second)
    return first, between, second


def test_what_changed_since_an_instant_is_listed_to_its_parties_alone(
    world: World, two: tuple[str, Instant, str]
) -> None:
    first, between, second = two
    since, all_of_it = (
        ClaimFilter(changed_since=between),
        ClaimFilter(changed_since=Instant("2026-01-01T00:00:00.000000Z")),
    )
    for reader in (hospital(), KUNMING):
        assert listed(world, reader, since) == [second]
        assert listed(world, reader, all_of_it, 1) == [first, second]
        assert listed(world, reader, replace(all_of_it, claim_no="YN-NEXT")) == [second]
        assert listed(world, reader, replace(all_of_it, status=ClaimStatus.REJECTED)) == []
    assert listed(world, AUDITOR, replace(all_of_it, area=AreaCode("530000"))) == [first, second]
    assert listed(world, AUDITOR, replace(all_of_it, area=AreaCode("530100"))) == [first, second]
    assert listed(world, AUDITOR, replace(all_of_it, institution=KUNMING_HOSPITAL)) == [first, second]
    for stranger in (YUNNAN, ELSEWHERE, hospital("H53010200003")):
        assert listed(world, stranger, all_of_it) == []
        assert listed(world, stranger, replace(all_of_it, institution=KUNMING_HOSPITAL)) == []


def test_changes_of_nobody_and_changes_that_are_not_kept_are_refused(
    world: World, two: tuple[str, Instant, str]
) -> None:
    assert codes(world, AUDITOR, ClaimFilter(changed_since=two[1])) == ["filter-needed"]
    long_ago = instant(world.clock.now() - timedelta(days=401))
    assert codes(world, hospital(), ClaimFilter(changed_since=long_ago)) == ["changes-not-kept"]


def test_a_page_looks_at_no_more_changes_than_its_bound_and_the_next_goes_on(
    world: World, two: tuple[str, Instant, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_CHANGES_LOOKED_AT_MAX", 1)
    all_of_it = ClaimFilter(changed_since=Instant("2026-01-01T00:00:00.000000Z"))
    found = listed(world, hospital(), all_of_it, 50)
    assert list(dict.fromkeys(found)) == [two[0], two[2]]


def a_days_claims(record: ClaimRecord, count: int = 7) -> list[ClaimRecord]:
    """Return copies of a settled claim with bills of their own, the last of them without one."""
    settled, at = record.settlement, datetime.fromisoformat(record.received_at)
    assert settled is not None
    copies = []
    for number in range(1, count + 1):
        bill = replace(settled.bill, basic_fen=number * 7919 % 1000, fiscal_fen=1)
        summary = replace(settled, bill=bill)
        copies.append(
            replace(
                record,
                claim_id=ClaimId(f"clm_{number}"),
                claim_no=f"N-{number}",
                revision=1,
                as_read=None,
                settlement=summary,
                changed_at=instant(at + timedelta(seconds=number * 37 % 11)),
                received_at=instant(at + timedelta(microseconds=number)),
            )
        )
    last = replace(copies[-1], settlement=None, status=ClaimStatus.DEFERRED)
    return [*copies[:-1], last]


@pytest.fixture(name="day")
def fixture_day(world: World) -> list[ClaimRecord]:
    enrol_sample(world, body()["patient"]["id_no"])
    record = world.memory.claims.pop(settle(world, body()))
    found = a_days_claims(record)
    world.memory.claims |= {each.claim_id: each for each in found}
    return found


def billed(record: ClaimRecord) -> int:
    return -1 if record.settlement is None else record.settlement.bill.billed_fen


def test_a_days_claims_are_listed_by_amount_and_by_change(world: World, day: list[ClaimRecord]) -> None:
    today = world.clock.today()
    wanted = ClaimFilter(from_on=today, to_on=today, sort=ClaimSort.AMOUNT)
    by_amount = [each.claim_id for each in sorted(day, key=billed, reverse=True)]
    by_change = [each.claim_id for each in sorted(day, key=lambda each: (each.changed_at, each.claim_id), reverse=True)]
    of_it = replace(wanted, institution=KUNMING_HOSPITAL, from_on=today - timedelta(days=30))
    for reader in (hospital(), KUNMING, AUDITOR):
        assert listed(world, reader, wanted) == listed(world, reader, of_it) == by_amount
        assert listed(world, reader, replace(wanted, sort=ClaimSort.UPDATED_AT)) == by_change
        assert listed(world, reader, replace(of_it, status=ClaimStatus.DEFERRED)) == by_amount[-1:]
    for stranger in (YUNNAN, ELSEWHERE, hospital("H53010200003")):
        assert listed(world, stranger, wanted) == listed(world, stranger, of_it) == []


def test_a_days_claims_are_narrowed_by_the_amount_of_their_bill(world: World, day: list[ClaimRecord]) -> None:
    today = world.clock.today()
    amounts = sorted(billed(each) for each in day if each.settlement is not None)
    least_fen, most_fen = amounts[1], amounts[-2]
    between = [each.claim_id for each in day if least_fen <= billed(each) <= most_fen]
    wanted = ClaimFilter(from_on=today, to_on=today, amount_from_fen=least_fen, amount_to_fen=most_fen)
    for reader in (hospital(), KUNMING, AUDITOR):
        assert listed(world, reader, wanted) == between[::-1], "the newest receipt stands first"
        by_amount = listed(world, reader, replace(wanted, sort=ClaimSort.AMOUNT))
        assert by_amount == sorted(between, key=lambda name: -next(billed(e) for e in day if e.claim_id == name))
        assert listed(world, reader, replace(wanted, amount_from_fen=0, amount_to_fen=None)) != []
    assert codes(world, KUNMING, replace(wanted, from_on=None)) == ["period-too-long"]
    assert listed(world, YUNNAN, wanted) == []


def test_a_set_without_bounds_or_too_large_is_not_put_in_order(
    world: World, day: list[ClaimRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    today = world.clock.today()
    by_amount = ClaimFilter(sort=ClaimSort.AMOUNT)
    two_days = replace(by_amount, from_on=today - timedelta(days=1), to_on=today)
    assert codes(world, KUNMING, by_amount) == ["period-too-long"]
    assert codes(world, KUNMING, replace(by_amount, from_on=today)) == ["period-too-long"]
    assert codes(world, KUNMING, two_days) == ["period-too-long"]
    assert len(listed(world, hospital(), two_days)) == len(day)
    assert codes(world, hospital(), replace(two_days, from_on=today - timedelta(days=31))) == ["period-too-long"]
    monkeypatch.setattr(listing, "SORTED_MAX", len(day) - 1)
    assert codes(world, hospital(), two_days) == ["list-too-long"]


def queries(record: ClaimRecord) -> Iterator[ClaimQuery]:
    """Return queries of every kind, each of whose parts some of the claims do not meet."""
    for whose in (
        ClaimQuery(institution=KUNMING_HOSPITAL),
        ClaimQuery(area=AreaCode("530100")),
        ClaimQuery(area=WUHAN),
        ClaimQuery(agencies=(AreaCode("530100"), None)),
        ClaimQuery(agencies=(WUHAN,)),
    ):
        yield whose
        yield replace(whose, settled_by=("420100",))
        yield replace(whose, treated_at=InstitutionCode("H53010200003"))
        yield replace(whose, claim_no="N-3", status=ClaimStatus.SETTLED)
        yield replace(whose, status=ClaimStatus.DEFERRED)
        yield replace(whose, reason="enrolment-missing")
        yield replace(whose, flag=Flag.HELD)
        yield replace(whose, person=record.person)
        yield replace(whose, received_from=record.received_at)
        yield replace(whose, received_before=record.received_at)


@pytest.mark.stack
def test_a_query_admits_what_the_tables_find(cloud: LocalStack) -> None:
    with tables(cloud.client("dynamodb")) as names:
        world = World(policies())
        ports = names.under(world.ports, cloud.client("dynamodb"))
        enrol_sample(world, body()["patient"]["id_no"])
        claims = a_days_claims(world.memory.claims[settle(world, body())])
        for each in claims:
            ports[Commits].commit([InsertClaim(each)])
        store = ports[ClaimStore]
        assert store.get_many([*(each.claim_id for each in claims), ClaimId("clm_unknown")]).keys() == {
            each.claim_id for each in claims
        }
        for query in queries(claims[3]):
            found = {each.claim_id for each in every(partial(store.find, query), 50)}
            assert found == {each.claim_id for each in claims if query.admits(each)}, query
        today = world.clock.today()
        wanted = ClaimFilter(from_on=today, to_on=today, sort=ClaimSort.AMOUNT)
        views: Iterator[ClaimView] = every(partial(build_system(ports)[ListClaims], hospital(), wanted), 2)
        assert [each.claim_id for each in views] == [each.claim_id for each in sorted(claims, key=billed, reverse=True)]
