"""Requests of the hourly reminder of progress reports as the reports of other days grow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.progress_reports.domain import ProgressReportId
from chalicelib.progress_reports.usecases import ProgressReports, RemindOfReports
from tests.kit.growth import Asked, assert_as_written, is_flat, world_counted_by_request
from tests.progress_reports.test_usecases import FIRST_DAY, RONGCHENG, SENT, UNITS, at

DAYS = (60, 120, 240)


def cost(days: int) -> Asked:
    """Count the requests of an hour on which one of six units has reported, after reports of so many days."""
    world, counting = world_counted_by_request()
    kept = at(world, 10, 10).system[ProgressReports].report(RONGCHENG, SENT)
    for number in range(1, days + 1):
        on = FIRST_DAY - timedelta(days=number)
        world.memory.tables.keep(replace(kept, report_id=ProgressReportId(f"{kept.report_id}-{number}"), on=on))
    reminded: list[int] = []
    asked = counting.during(lambda: reminded.append(world.system[RemindOfReports]()))
    assert reminded == [len(UNITS) - 1]
    return asked


@pytest.mark.schedule("progress-remind")
def test_a_reminder_asks_for_the_days_units_and_for_no_other_day(tell: Callable[[str], None]) -> None:
    asked = [cost(size) for size in DAYS]
    tell(f"the reminder after {DAYS} days of reports: {asked}")
    assert is_flat(asked)
    assert_as_written("the hourly reminder of six units, so many days of reports", [each.requests for each in asked])
