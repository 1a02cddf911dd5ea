"""What the rows of the agency's services decide, each by an answer that its provision alone brings about.

A behaviour takes a policy set and fails by an assertion, as in `row_behaviours`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from chalicelib.agreements.usecases.blacklist import Blacklist
from chalicelib.kernel.errors import Invalid
from chalicelib.law.domain.model import Bundle
from tests.kit.memory.samples import agency, policies
from tests.kit.memory.world import World
from tests.kit.row_behaviours import shows


def office(bundle: Bundle, day: date) -> World:
    """A world in which a policy set is in force, at noon of a day."""
    world = World(policies())
    world.bundles.current = lambda: bundle  # type: ignore[method-assign]  # as if it were published
    world.clock.move_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    return world


@shows("D-16")
def dalian_takes_in_the_daily_blacklist(bundle: Bundle) -> None:
    world = office(bundle, date(2020, 2, 18))
    try:
        (line,) = world.system[Blacklist].upload(
            agency("210200"), date(2020, 2, 18), "code,name,ground\nH21020200001,,hoarded masks\n"
        )
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert line.record_id is not None
