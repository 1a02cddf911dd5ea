"""China's working days, from the calendar that the State Council announces each autumn for the next year.

The package with the calendar is imported on first use, for few calls need the calendar. The yearly update is described
in docs/operations.md.
"""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.text import Text


class ChineseWorkingDays:
    """The calendar of the package `chinesecalendar`."""

    def is_working(self, day: date) -> bool:
        import chinese_calendar  # noqa: PLC0415 as above

        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError as error:
            raise Invalid([unknown_year(day.year)]) from error


def unknown_year(year: int) -> Finding:
    """Return the finding for a clock that would end in a year without a calendar."""
    return Finding(
        "working-days-unknown",
        "at",
        Text(
            f"系统尚无 {year} 年的工作日历，无法推算期限；请运行方按运行手册更新工作日历后重新发送。",
            f"The calendar of working days of {year} is missing, so the deadline cannot be computed. Have the "
            "operator update the calendar as the operations manual says, then send the request again.",
        ),
        about=(("year", year),),
    )
