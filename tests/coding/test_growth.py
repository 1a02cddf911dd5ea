"""Requests of the nightly opening of coding duties as institutions grow, where policy asks them and elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chalicelib.coding.usecases import CodingDuties
from tests.kit.areas import YUZHONG
from tests.kit.growth import Asked, assert_as_written, is_flat, is_linear, world_counted_by_request
from tests.kit.nation import grown

INSTITUTIONS = (100, 200, 400)
"""All designated for treatment, which is what the provision asks of."""
ELSEWHERE = "x00001"
"""A county of a province without a coding provision."""


def cost(institutions: int, at: str) -> tuple[Asked, Asked]:
    """Count the requests of a night that opens the duties, and of the next, with so many institutions more."""
    world, counting = world_counted_by_request(grown(institutions, 0, provinces=1, at=at))
    world.clock.move_to(datetime(2020, 2, 3, 4, tzinfo=UTC))
    opening = counting.during(world.system[CodingDuties].open_everywhere)
    return opening, counting.during(world.system[CodingDuties].open_everywhere)


@pytest.mark.schedule("coding-open")
@pytest.mark.parametrize("what", ["that a provision names", "elsewhere"])
def test_coding_duties_ask_for_the_institutions_that_policy_names_and_for_no_other(
    what: str, tell: Callable[[str], None]
) -> None:
    asked = [cost(size, ELSEWHERE if what == "elsewhere" else YUZHONG) for size in INSTITUTIONS]
    nights = {"opened": [first for first, _ in asked], "looked at again": [again for _, again in asked]}
    for night, counts in nights.items():
        tell(f"coding duties are {night}, {INSTITUTIONS} institutions {what}: {counts}")
        assert is_flat(counts) if what == "elsewhere" else is_linear(counts)
        assert_as_written(f"coding duties are {night}, so many institutions {what}", [each.requests for each in counts])
