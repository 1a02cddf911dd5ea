"""Measures of supply: the usual range of an item's price, purchased volume and delivery rate, and the reports outside.

The middle is the median of other reports, the spread the median distance from it, both in whole units, so that a few
wrong figures do not move the range by which they are found. The provision of the slot `supply-watch` sets the width of
the range, the least number of reports and the days compared; nothing here reads a store.

Source: C-19, 渝医保发〔2020〕3号 工作要求（四）; D-17, 大连 2020-02-20 发布会 协同-1; S-12, 鲁医保发〔2023〕1号 六.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Finding, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.domain.services.vocabulary import SupplyMeasure
from chalicelib.registry.domain.model import Institution
from chalicelib.supply.domain.corrections import require_correction

SupplyReportId = NewType("SupplyReportId", str)


@dataclass(frozen=True, slots=True)
class SupplyFigures:
    """A day's purchases of an item: the unit price in millionths of a yuan, quantities in ten-thousandths."""

    price_millionths: int
    ordered: int
    delivered: int

    @classmethod
    def of(cls, price: Decimal, ordered: Decimal, delivered: Decimal) -> SupplyFigures:
        return cls(int(price.scaleb(6)), int(ordered.scaleb(4)), int(delivered.scaleb(4)))

    def figure(self, measure: SupplyMeasure) -> int | None:
        """Return the figure to compare; None for the delivery rate if nothing was ordered."""
        match measure:
            case SupplyMeasure.PRICE:
                return self.price_millionths
            case SupplyMeasure.VOLUME:
                return self.ordered
            case SupplyMeasure.DELIVERY:
                return self.delivered * 10_000 // self.ordered if self.ordered else None


@dataclass(frozen=True, slots=True)
class CorrectedFigures:
    """Figures that were corrected, with their reporter."""

    figures: SupplyFigures
    reported: Act


@dataclass(frozen=True, slots=True)
class SupplyReport:
    """An institution's purchases of an item on a day. `earlier` holds the corrected figures in order."""

    report_id: SupplyReportId
    institution: InstitutionCode
    agency: AreaCode
    area: AreaCode
    code: str
    on: date
    figures: SupplyFigures
    reported: Act
    citation: str
    earlier: tuple[CorrectedFigures, ...] = ()
    revision: int = 1

    def corrected_by(self, act: Act, figures: SupplyFigures, corrects: int | None) -> SupplyReport:
        """Replace the figures by corrected ones; the same figures again change nothing.

        Raises `Conflict` for other figures that name no revision to correct, or a past revision.
        """
        if figures == self.figures:
            return self
        require_correction(corrects, self.revision, len(self.earlier))
        before = CorrectedFigures(self.figures, self.reported)
        return replace(self, figures=figures, reported=act, earlier=(*self.earlier, before), revision=self.revision + 1)


def supply_report_id_of(institution: InstitutionCode, code: str, on: date) -> SupplyReportId:
    """Derive the report's id: an institution has a single report of an item and a day."""
    return SupplyReportId(f"sup_{fingerprint([institution, code, on.isoformat()])[:26]}")


@dataclass(frozen=True, slots=True)
class UsualRange:
    """The median of other reports, and the lowest and the highest figure that is still usual."""

    median: int
    low: int
    high: int


def usual_range(others: Sequence[int], spreads_max: int, spread_min: Fraction) -> UsualRange:
    """Find the range around the median of figures that extends `spreads_max` median distances to either side.

    A distance counts as at least `spread_min` of the median, since figures that are all the same have none.
    """
    middle = _median(others)
    spread = max(Fraction(_median([abs(each - middle) for each in others])), middle * spread_min)
    reach = spreads_max * spread // 1
    return UsualRange(middle, max(0, middle - reach), middle + reach)


def _median(figures: Sequence[int]) -> int:
    """Return the middle figure, or the whole part of the mean of the two middle figures."""
    ordered, half = sorted(figures), len(figures) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2


@dataclass(frozen=True, slots=True)
class SupplyWatch:
    """The provision under which an area's supply is watched, with its limits."""

    provision: Provision

    @property
    def days(self) -> int:
        return int(self.provision.value["days"])

    @property
    def measures(self) -> tuple[SupplyMeasure, ...]:
        return tuple(SupplyMeasure(each) for each in self.provision.value["measures"])

    def usual(self, others: Sequence[int]) -> UsualRange | None:
        """Find the usual range by other reports; None if they are too few."""
        value = self.provision.value
        if len(others) < int(value["reports_min"]):
            return None
        return usual_range(others, int(value["spreads_max"]), Fraction(value["spread_min"]))


@dataclass(frozen=True, slots=True)
class Abnormality:
    """A report with a figure outside of the usual range."""

    report: SupplyReport
    measure: SupplyMeasure
    figure: int
    usual: UsualRange


def supply_watch(bundle: Bundle, area: AreaCode, on: date) -> SupplyWatch | None:
    """Find the provision under which an area's supply is watched on a day; None without such a provision."""
    found = decider(bundle, Slot.SUPPLY_WATCH, area, on)
    return None if found is None else SupplyWatch(found)


def watched_item(bundle: Bundle, watch: SupplyWatch, code: str, on: date) -> bool:
    """Tell whether an item is watched on a day."""
    item = bundle.registry.item(code, on)
    value = watch.provision.value
    if item is None or item.kind.value not in value["kinds"]:
        return False
    return item.in_plan_on(on) or not value["plan_only"]


def abnormal_reports(
    watch: SupplyWatch, reports: Sequence[SupplyReport], since: date, until: date
) -> list[Abnormality]:
    """Find the reports of some days that are abnormal among the surrounding reports of the same item and area."""
    looked_at = [each for each in reports if since <= each.on <= until]
    return [found for report in looked_at for found in _abnormal(watch, report, reports)]


def _abnormal(watch: SupplyWatch, report: SupplyReport, reports: Sequence[SupplyReport]) -> Iterator[Abnormality]:
    for measure in watch.measures:
        figure = report.figures.figure(measure)
        usual = watch.usual(_others(watch, report, measure, reports))
        if figure is None or usual is None:
            continue
        if figure < usual.low or (figure > usual.high and measure is not SupplyMeasure.DELIVERY):
            yield Abnormality(report, measure, figure, usual)


def _others(
    watch: SupplyWatch, report: SupplyReport, measure: SupplyMeasure, reports: Sequence[SupplyReport]
) -> list[int]:
    """Collect the figures of the surrounding days that a report is compared with."""
    near = (
        each
        for each in reports
        if each.report_id != report.report_id
        and abs((each.on - report.on).days) <= watch.days
        and (measure is not SupplyMeasure.VOLUME or each.institution == report.institution)
    )
    return [figure for each in near if (figure := each.figures.figure(measure)) is not None]


def figures_findings(price: Decimal, ordered: Decimal, delivered: Decimal) -> tuple[Finding, ...]:
    """Find the figures that no purchase can have."""
    wrong = [each for each, bad in ((_PRICE, price <= 0), (_ORDERED, ordered < 0), (_DELIVERED, delivered < 0)) if bad]
    return (*wrong, *(() if delivered <= ordered else (_MORE_DELIVERED,)))


def reported_for(
    institution: Institution, code: str, on: date, figures: SupplyFigures, act: Act, citation: str
) -> SupplyReport:
    """Build an institution's first report of an item and a day."""
    return SupplyReport(
        supply_report_id_of(institution.code, code, on),
        institution.code,
        institution.agency,
        institution.pooling_area,
        code,
        on,
        figures,
        act,
        citation,
    )


_PRICE = finding(
    "price-not-positive", "price", "采购单价应大于零，请更正。", "Correct the price: it has to be more than zero."
)
_ORDERED = finding(
    "quantity-negative", "ordered", "采购数量不能为负，请更正。", "Correct the quantity: it cannot be below zero."
)
_DELIVERED = finding(
    "quantity-negative", "delivered", "配送数量不能为负，请更正。", "Correct the quantity: it cannot be below zero."
)
_MORE_DELIVERED = finding(
    "delivered-over-ordered",
    "delivered",
    "配送数量不能多于采购数量，请更正。",
    "Correct the quantities: no more can be delivered than was ordered.",
)
