"""The nightly review goes on turn by turn until every claim of the day was looked at, and makes up for missed days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.pages import PageRequest
from chalicelib.supervision.domain.matters import ClaimReview
from chalicelib.supervision.domain.nightly import Seen
from chalicelib.supervision.usecases import nightly
from chalicelib.supervision.usecases.follow import MatterFilter, Supervision
from chalicelib.supervision.usecases.nightly import ReviewNight
from infra.local.replacing import replaced
from tests.kit.growth import SIZES, Asked, assert_as_written, counted_world, is_flat, is_linear
from tests.kit.memory.samples import agency, body, passport
from tests.kit.memory.world import World
from tests.supervision.test_usecases import CHONGQING, send

BUREAU = agency(CHONGQING)
TODAY = date(2026, 11, 21)
TONIGHT = datetime(2026, 11, 21, 18, tzinfo=UTC)
ALL = PageRequest(200)


def claims_of_today(world: World, count: int) -> None:
    """Claims received today with a scan twice, of persons nobody has recorded: they stay open."""
    for number in range(count):
        send(world, body("chongqing-price-ceilings"), claim_no=f"NIGHT-{number}", patient=passport(number))


def matters(world: World) -> set[str]:
    return {each.matter_id for each in world.system[Supervision].find(BUREAU, MatterFilter(), ALL).items}


def reviews(world: World) -> list[ClaimReview]:
    return [each for each in world.system[Supervision].reviewed(BUREAU, None, ALL).items if each.by is None]


def test_a_day_too_long_for_a_turn_is_finished_by_the_next_turns(world: World) -> None:
    claims_of_today(world, 3)
    world.clock.move_to(TONIGHT)
    turns = []
    with replaced(nightly, _PAGE=1, CLAIMS_A_STEP=1, CLAIMS_A_TURN=1):
        while looked_at := world.system[ReviewNight]():
            turns.append(looked_at)
            assert world.system[ReviewNight].through() == (TODAY if len(turns) == 6 else TODAY - timedelta(days=1))
            world.clock.move_to(world.clock.now() + timedelta(minutes=15))
    assert turns == [1] * 6, "each claim once in each pass"
    (review,) = reviews(world)
    assert (review.from_on, review.claims, review.matters) == (TODAY, 3, 3)
    assert len(matters(world)) == 3


def test_a_day_that_was_missed_is_reviewed_before_the_next(world: World) -> None:
    world.clock.move_to(TONIGHT - timedelta(days=1))
    assert world.system[ReviewNight]() == 0
    world.clock.move_to(TONIGHT - timedelta(hours=8))
    claims_of_today(world, 1)
    world.clock.move_to(TONIGHT + timedelta(days=2))
    assert world.system[ReviewNight]() == 2
    days = [TODAY + timedelta(days=days) for days in (-1, 0, 1, 2)]
    assert sorted((each.from_on, each.claims) for each in reviews(world)) == list(zip(days, (0, 1, 0, 0), strict=True))


def test_what_was_seen_is_read_back_as_it_was_kept() -> None:
    seen = Seen()
    seen.matters, seen.citations, seen.is_priced = {"mat_b", "mat_a"}, {"cq.1"}, True
    document = canonical_json(seen.document())
    assert document == canonical_json(Seen.of(seen.document()).document())


def cost(today: int, before: int) -> Asked:
    """Count the requests of a night with so many claims of the day and of the day before."""
    world, counting = counted_world()
    world.clock.move_to(TONIGHT - timedelta(days=1, hours=14))
    claims_of_today(world, before)
    world.clock.move_to(TONIGHT - timedelta(hours=14))
    for number in range(today):
        send(world, body("chongqing-price-ceilings"), claim_no=f"DAY-{number}", patient=passport(500 + number))
    world.clock.move_to(TONIGHT)
    return counting.during(world.system[ReviewNight])


@pytest.mark.schedule("supervision-review")
@pytest.mark.parametrize("what", ["of the day", "of the day before"])
def test_a_night_asks_in_proportion_to_the_day_and_nothing_for_the_history(
    what: str, tell: Callable[[str], None]
) -> None:
    asked = [cost(size, 4) if what == "of the day" else cost(4, size) for size in SIZES]
    tell(f"the nightly review, {SIZES} claims {what}: {asked}")
    assert is_linear(asked) if what == "of the day" else is_flat(asked)
    assert_as_written(f"the nightly review of claims, so many {what}", [each.requests for each in asked])
