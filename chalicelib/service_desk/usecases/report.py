"""Reports an area's desk matters taken in, finished and taken back in some days, by kind and by channel."""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Invalid, NotFound, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.citation import articles_of
from chalicelib.law.ports import BundleStore
from chalicelib.platform.forms.model import PrintedForm
from chalicelib.registry.domain.checks import check_period
from chalicelib.registry.domain.model import Registry
from chalicelib.registry.domain.resources import of_area
from chalicelib.service_desk.access import DESK_REPORT
from chalicelib.service_desk.domain.counts import REPORT_DAYS_MAX, DeskReport, desk_report_of
from chalicelib.service_desk.forms import desk_form
from chalicelib.service_desk.ports import DeskCountStore


@dataclass(frozen=True, slots=True)
class DeskReports:
    counts: DeskCountStore
    bundles: BundleStore
    clock: Clock

    def __call__(self, principal: Principal, area: AreaCode | None, from_on: date, to_on: date) -> DeskReport:
        """Report the counts of an area's days, both inside, by default the caller's area.

        Raises `NotFound` for an area that is not the caller's, `Invalid` for days in the wrong order or too many.
        """
        bundle = self.bundles.current()
        whose = reported_area(principal, bundle.registry, area)
        check_days(from_on, to_on)
        return desk_report_of(bundle, whose, from_on, to_on, self.counts.between(whose, from_on, to_on))

    def printed(self, principal: Principal, area: AreaCode | None, from_on: date, to_on: date) -> PrintedForm:
        """Lay out the same report as a form to be signed, issued today."""
        report, bundle = self(principal, area, from_on, to_on), self.bundles.current()
        name = bundle.registry.areas[report.area].name_zh
        return desk_form(report, name, articles_of(bundle, report.citations), self.clock.today())


def reported_area(principal: Principal, registry: Registry, area: AreaCode | None) -> AreaCode:
    """Return the area whose counts are asked for. Raises `NotFound` for an unknown or foreign area."""
    whose = principal.area if area is None else area
    if whose not in registry.areas:
        raise NotFound
    require(principal, DESK_REPORT, of_area(registry, whose, "report"))
    return whose


def check_days(from_on: date, to_on: date) -> None:
    """Raise `Invalid` for days in the wrong order and for more days than a report holds."""
    wrong = check_period(from_on, to_on)
    if not wrong and (to_on - from_on).days >= REPORT_DAYS_MAX:
        wrong = (_TOO_LONG,)
    if wrong:
        raise Invalid(wrong)


_TOO_LONG = finding(
    "period-too-long",
    "to",
    f"一份统计至多 {REPORT_DAYS_MAX} 天，请缩短期间。",
    f"Ask for at most {REPORT_DAYS_MAX} days in one report.",
)
