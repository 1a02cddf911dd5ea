"""Requests for a page of a province's events as its events grow, and as its areas do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.events.domain import KeptEvents, ToldEvent, area_audience
from chalicelib.events.ports import EventStore
from chalicelib.events.usecases import ReadEvents
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, EventId
from tests.kit.areas import DALI, KUNMING, YUNNAN
from tests.kit.growth import assert_as_written, is_flat, world_counted_by_request
from tests.kit.memory.samples import agency
from tests.kit.memory.world import World

BEFORE = (60, 120, 240)
PAGE = 50


def happened(world: World, count: int) -> str:
    """Keep so many events in the feeds of two areas of a province, and a page of events after them; return the place of
    the last event before that page.
    """
    places = []
    for number in range(count + PAGE):
        at = instant(world.clock.now() - timedelta(hours=1) + timedelta(seconds=number))
        told = ToldEvent(EventId(f"evt_{number:06}"), "claim.settled", at, (), ())
        kept = KeptEvents(area_audience((KUNMING, DALI)[number % 2]), at, (told,), 2**31)
        world.ports[EventStore].keep([kept])
        places.append(kept.place)
    return places[count - 1]


def areas_below(world: World, province: AreaCode) -> int:
    return sum(area.parent == province for area in world.bundles.current().registry.areas.values())


def test_a_page_of_a_provinces_events_asks_each_area_below_once(tell: Callable[[str], None]) -> None:
    asked = []
    for count in BEFORE:
        world, counting = world_counted_by_request()
        place, read = happened(world, count), world.system[ReadEvents]
        asked.append(counting.during(lambda read=read, place=place: read(agency(YUNNAN), place, PAGE)))  # type: ignore[misc]
        assert len(read(agency(YUNNAN), place, PAGE).events) == PAGE
        assert asked[-1].requests == 1 + areas_below(world, YUNNAN)
    tell(f"a page of a province's events, {BEFORE} before: {asked}")
    assert is_flat(asked)
    assert_as_written("a page of a province's events, so many events before", [each.requests for each in asked])


@pytest.mark.parametrize("reader", [KUNMING, DALI])
def test_an_area_below_a_province_asks_for_its_own_feed_alone(reader: AreaCode) -> None:
    world, counting = world_counted_by_request()
    place = happened(world, PAGE)
    assert counting.during(lambda: world.system[ReadEvents](agency(reader), place, PAGE)).requests == 1
