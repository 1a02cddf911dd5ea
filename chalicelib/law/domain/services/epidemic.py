"""Lifting of the epidemic in a place: its day, and the businesses a notice put off until then.

D-06 (beds struck off), D-11 (dialysis audited), D-14 (premiums paid in arrear), N-07 and Y-04 (clearing together) hang
on that day. An area's own notice names the day before the nation's does.
"""

from __future__ import annotations

from datetime import date, timedelta

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider


@dataclass(frozen=True, slots=True)
class EpidemicLifted:
    """The day on which the epidemic is lifted in a place, and the provision that says so."""

    on: date
    citation: str


def epidemic_lifted(bundle: Bundle, place: AreaCode, day: date) -> EpidemicLifted | None:
    """Find the day the epidemic is or will be lifted in a place, as known on a day; None while the day is unnamed."""
    found = decider(bundle, Slot.EPIDEMIC_LIFTED, place, day)
    return None if found is None else EpidemicLifted(date.fromisoformat(found.value["day"]), found.citation)


@dataclass(frozen=True, slots=True)
class AfterEpidemic:
    """The time of a business that waits for the epidemic's end in a place: its first day, and its last day.

    `from_on` is None while the day is not known; `until_on` also where no figure is given. `citations` names the
    provision that postpones the business, and the provision that lifted the epidemic.
    """

    business: str
    from_on: date | None
    until_on: date | None
    citations: tuple[str, ...]

    def has_come(self, day: date) -> bool:
        """Tell whether the business may be done: the day of the end itself counts."""
        return self.from_on is not None and self.from_on <= day

    def is_over(self, day: date) -> bool:
        """Tell whether the last day of the business has passed."""
        return self.until_on is not None and day > self.until_on


def after_epidemic(
    bundle: Bundle, business: str, place: AreaCode, day: date, *, waits_since: date
) -> AfterEpidemic | None:
    """Find the time of a business that a notice put off until the epidemic's end; None where no notice did.

    `waits_since` is the day on which the business was put off: the notice of that day binds, also once it has ended.
    """
    found = decider(bundle, Slot.AFTER_EPIDEMIC, place, waits_since, business)
    if found is None:
        return None
    lifted = epidemic_lifted(bundle, place, day)
    if lifted is None:
        return AfterEpidemic(business, None, None, (found.citation,))
    months = found.value.get("within_months")
    until = None if months is None else months_after(lifted.on, int(months))
    return AfterEpidemic(business, lifted.on, until, (found.citation, lifted.citation))


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day where it has no such day."""
    at = day.year * 12 + day.month - 1 + months
    first = date(at // 12, at % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)
