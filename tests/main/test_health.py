"""Health of the system, as a load balancer and a start script ask for it."""

from __future__ import annotations

import pytest

from chalicelib.kernel.errors import Unavailable
from chalicelib.law.ports import BundleStore
from chalicelib.main.health import STARTING, ReadHealth
from tests.kit.memory.world import World


def test_a_system_whose_registry_is_still_being_loaded_is_not_ready(world: World) -> None:
    with pytest.raises(Unavailable):
        ReadHealth(world.ports[BundleStore], lambda: STARTING)()


@pytest.mark.parametrize("report", ["running", "done"])
def test_a_loaded_system_says_how_far_its_report_is(world: World, report: str) -> None:
    found = ReadHealth(world.ports[BundleStore], lambda: report)()
    assert (found["status"], found["report"]) == ("ok", report)
    assert found["bundle"] == world.ports[BundleStore].current().hash
