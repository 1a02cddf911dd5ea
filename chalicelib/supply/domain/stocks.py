"""Stock of the epidemic's treatment drugs in institutions of the lower levels, and the drugs that are missing there.

Holding a stock is encouraged and never demanded: no stock is ever late, but missing drugs are shown. The provision of
the slot `drug-stock` names the institutions and drugs concerned, the days of use that a stock should last and the
greatest age of a report. Nothing here reads a store.

Source: S-21, 鲁医保发〔2023〕1号 二; S-09, the same 四 (the province's own list of drugs).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Finding, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law.domain.facts import facts_of_place
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.resolution import overridden
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.domain.values import PlanCatalogue
from chalicelib.registry.domain.model import CatalogueItem, Institution
from chalicelib.supply.domain.corrections import require_correction

StockReportId = NewType("StockReportId", str)

QUANTITY_DECIMALS = 4
"""The decimal places of a quantity, held in whole ten-thousandths of the unit in which the drug is priced."""


class StockState(StrEnum):
    """`stocked`: the drug lasts as long as the provision says. `low`: the drug lasts less long. `out`: no stock is
    left. `unreported`: no report of the last days names the drug.
    """

    STOCKED = "stocked"
    LOW = "low"
    OUT = "out"
    UNREPORTED = "unreported"


@dataclass(frozen=True, slots=True)
class StockLine:
    """The quantity of a drug in stock, and the quantity used a day."""

    code: str
    on_hand: int
    daily_use: int

    @classmethod
    def of(cls, code: str, on_hand: Decimal, daily_use: Decimal) -> StockLine:
        return cls(code, int(on_hand.scaleb(QUANTITY_DECIMALS)), int(daily_use.scaleb(QUANTITY_DECIMALS)))

    @property
    def days(self) -> int | None:
        """The whole days for which the stock lasts; None if none is used."""
        return self.on_hand // self.daily_use if self.daily_use else None


@dataclass(frozen=True, slots=True)
class CorrectedStock:
    """Lines that were corrected, with their reporter."""

    lines: tuple[StockLine, ...]
    reported: Act


@dataclass(frozen=True, slots=True)
class StockReport:
    """An institution's stock at the end of a day, with one line per drug. `earlier` holds the corrected lines."""

    report_id: StockReportId
    institution: InstitutionCode
    agency: AreaCode
    area: AreaCode
    on: date
    lines: tuple[StockLine, ...]
    reported: Act
    citation: str
    earlier: tuple[CorrectedStock, ...] = ()
    revision: int = 1

    def corrected_by(self, act: Act, lines: tuple[StockLine, ...], corrects: int | None) -> StockReport:
        """Replace the lines by corrected ones; the same lines again, in any order, change nothing.

        Raises `Conflict` for other lines that name no revision to correct.
        """
        if frozenset(lines) == frozenset(self.lines):
            return self
        require_correction(corrects, self.revision, len(self.earlier))
        before = CorrectedStock(self.lines, self.reported)
        return replace(self, lines=lines, reported=act, earlier=(*self.earlier, before), revision=self.revision + 1)


def stock_report_id_of(institution: InstitutionCode, on: date) -> StockReportId:
    """Derive the report's id: an institution has a single report of a day."""
    return StockReportId(f"stk_{fingerprint([institution, on.isoformat()])[:26]}")


def stock_reported_for(
    institution: Institution, on: date, lines: tuple[StockLine, ...], act: Act, citation: str
) -> StockReport:
    """Build an institution's first report of a day."""
    return StockReport(
        stock_report_id_of(institution.code, on),
        institution.code,
        institution.agency,
        institution.pooling_area,
        on,
        lines,
        act,
        citation,
    )


@dataclass(frozen=True, slots=True)
class DrugStocking:
    """The provision that encourages institutions of an area to hold a stock, with its figures."""

    provision: Provision

    @property
    def days_min(self) -> int:
        return int(self.provision.value["days_min"])

    @property
    def days_shown(self) -> timedelta:
        """The time for which a report shows the stock."""
        return timedelta(days=int(self.provision.value["reported_within_days"]))

    def concerns(self, institution: Institution) -> bool:
        """Tell whether the provision concerns an institution."""
        value = self.provision.value
        level = "none" if institution.level is None else str(institution.level)
        return level in value["levels"] and institution.kind.value in value["institution_kinds"]

    def state(self, line: StockLine | None) -> StockState:
        """Decide the state of a drug by its last reported line."""
        if line is None:
            return StockState.UNREPORTED
        if line.on_hand == 0:
            return StockState.OUT
        return StockState.LOW if line.on_hand < line.daily_use * self.days_min else StockState.STOCKED


def drug_stocking(bundle: Bundle, area: AreaCode, on: date) -> DrugStocking | None:
    """Find the provision that encourages a stock in an area on a day; None without such a provision."""
    found = decider(bundle, Slot.DRUG_STOCK, area, on)
    return None if found is None else DrugStocking(found)


def listed_drugs(bundle: Bundle, stocking: DrugStocking, area: AreaCode, on: date) -> Mapping[str, CatalogueItem]:
    """List the treatment drugs concerned in an area on a day: those of the plan and those that the province adds."""
    value = stocking.provision.value
    added = frozenset(_added(bundle, area, on)) if value["additions"] else frozenset()
    known = ((code, bundle.registry.item(code, on)) for code in sorted({*bundle.registry.planned_items(), *added}))
    return {
        code: item
        for code, item in known
        if item is not None and item.kind.value in value["kinds"] and (item.in_plan_on(on) or code in added)
    }


def _added(bundle: Bundle, area: AreaCode, on: date) -> Iterator[str]:
    """Find the drugs of the lists filed by the area's notices by a day (S-09)."""
    facts = facts_of_place(bundle.registry, area, on)
    ended = overridden(bundle, facts)
    for provision in bundle.by_slot[Slot.PLAN_CATALOGUE]:
        stands = provision.area in facts.treatment_chain and provision.effective.covers(on)
        if stands and not {provision.citation, provision.notice} & ended.keys():
            items = PlanCatalogue.read(provision.value).items or {}
            yield from (code for code, filed_on in items.items() if filed_on <= on)


@dataclass(frozen=True, slots=True)
class LastReported:
    """The last reported line of a drug in an institution."""

    report: StockReport
    line: StockLine


def last_reported(reports: Iterable[StockReport], since: date, until: date) -> Mapping[tuple[str, str], LastReported]:
    """Find the last lines of some days, by institution and drug, for reports in any order."""
    found: dict[tuple[str, str], LastReported] = {}
    for report in sorted((each for each in reports if since <= each.on <= until), key=lambda each: each.on):
        found |= {(report.institution, line.code): LastReported(report, line) for line in report.lines}
    return found


@dataclass(frozen=True, slots=True)
class DrugAvailability:
    """The state of a drug in an institution on a day, by the last report that names the drug."""

    institution: Institution
    drug: CatalogueItem
    state: StockState
    last: LastReported | None
    citation: str

    @property
    def row_key(self) -> str:
        """The row's place in a list ordered by institution and drug."""
        return f"{self.institution.code}#{self.drug.code}"


def availability(
    stocking: DrugStocking,
    institutions: Iterable[Institution],
    drugs: Mapping[str, CatalogueItem],
    reports: Sequence[StockReport],
    on: date,
) -> Iterator[DrugAvailability]:
    """Decide the state of every drug in every institution."""
    last = last_reported(reports, on - stocking.days_shown, on)
    for institution in institutions:
        for code, drug in drugs.items():
            seen = last.get((institution.code, code))
            state = stocking.state(None if seen is None else seen.line)
            yield DrugAvailability(institution, drug, state, seen, stocking.provision.citation)


def stock_findings(lines: Sequence[StockLine], drugs: Mapping[str, CatalogueItem]) -> Iterator[Finding]:
    """Find the lines that no report can hold: drugs not concerned on the day, repeated drugs, negative quantities."""
    seen: set[str] = set()
    for place, line in enumerate(lines):
        if line.code not in drugs:
            yield finding("drug-not-listed", f"lines[{place}].code", *_NOT_LISTED)
        if line.code in seen:
            yield finding("drug-repeated", f"lines[{place}].code", *_REPEATED)
        for name in ("on_hand", "daily_use"):
            if getattr(line, name) < 0:
                yield finding("quantity-negative", f"lines[{place}].{name}", *_NEGATIVE)
        seen.add(line.code)


_NOT_LISTED = (
    "该药品当日不在应配备的治疗药物范围内，请核对编码。",
    "Check the code: it is not one of the treatment drugs of that day.",
)
_REPEATED = ("同一药品只报一行，请合并或删去。", "Name each drug once: it stands in an earlier line already.")
_NEGATIVE = ("数量不能为负，请更正。", "Correct the quantity: it cannot be below zero.")
