"""A bundle compiled to cells: for an institution, a set of facts and the days that the law tells apart, all deciding
provisions, resolved once.

A cell is made when the first claim of its kind is decided and kept as long as the bundle. A cell holds the parameters
of the arithmetic, the treatments of items on their days, and the citations of each step, ready to be written. Nothing
in a cell depends on an amount. Source: design.md section 5, two back ends, one plan.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from chalicelib.adjudication.domain.deciding.rates import Rate
from chalicelib.adjudication.domain.deciding.terms import (
    FundTerms,
    SharingTerms,
    SplitTerms,
    read_fund_terms,
    read_sharing_terms,
    read_split_terms,
)
from chalicelib.adjudication.domain.determination import Grounds, Lost
from chalicelib.adjudication.domain.facts import CaseKind, establish_facts
from chalicelib.kernel.canonical import canonical_text
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.text import render_text
from chalicelib.law.domain.cells import cuts
from chalicelib.law.domain.citation import cited
from chalicelib.law.domain.facts import Days, Facts
from chalicelib.law.domain.model import Anchor, Bundle, Provision, Slot
from chalicelib.law.domain.resolution import Resolution, Resolver
from chalicelib.law.domain.values import DiagnosisCodes, DiseaseCode, PlanCatalogue, PreDiagnosisCost
from chalicelib.registry.domain.model import CatalogueItem, Institution, InstitutionKind, ItemClass

CELLS_MAX = 20_000
"""The most cells that a plan holds before starting anew: far more than an area has, and bounded."""

_T = TypeVar("_T")


class DayIntervals(dict[date, int]):
    """The numbers of the intervals in which days lie: the law is the same on all days of an interval."""

    def __init__(self, starts: Iterable[date]) -> None:
        super().__init__()
        self._starts = sorted({*starts})

    @cached_property
    def ordinals(self) -> tuple[int, ...]:
        """Return the first days of the intervals after the first."""
        return tuple(day.toordinal() for day in self._starts)

    def __missing__(self, day: date) -> int:
        found = self[day] = bisect_right(self._starts, day)
        return found


@dataclass(frozen=True, slots=True)
class Treatment:
    """The law's treatment of an item on its days: `is_excluded` excludes all of it, `is_whole` puts the item in scope
    at any price; otherwise the item is in scope up to a ceiling, less a first self-pay.
    """

    is_excluded: bool
    ceiling_fen: Fen | None
    self_pay: Rate | None
    in_plan: bool
    provisions: tuple[Provision, ...]
    citations: tuple[str, ...]
    is_whole: bool


UNKNOWN = Treatment(True, None, None, in_plan=False, provisions=(), citations=(), is_whole=False)
"""The treatment of an item without a catalogue row on the day."""

OWN_GOODS = Treatment(True, None, None, in_plan=False, provisions=(), citations=(), is_whole=False)
"""The treatment of goods bought for protection: the person's own, whatever the catalogue says of the item (Y-07)."""


class Plan:
    """The cells of a bundle, by their distinguishing facts and days."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.admission, self.discharge, self.settlement, self.lines = (
            DayIntervals(cuts(bundle.provisions, Anchor.ADMISSION)),
            DayIntervals((*cuts(bundle.provisions, Anchor.DISCHARGE), *cuts(bundle.provisions, Anchor.SERVICE))),
            DayIntervals(cuts(bundle.provisions, Anchor.SETTLEMENT)),
            DayIntervals((*cuts(bundle.provisions, Anchor.SERVICE), *_cuts_of_catalogue(bundle))),
        )
        self._cells: dict[Hashable, CompiledCell] = {}
        self._citations: dict[str, str] = {}
        self._of_lines: dict[tuple[str, ...], str] = {}
        self._readings: dict[str, str] = {}

    def known(self, kind: CaseKind, admitted_on: date, discharged_on: date, settled_on: date) -> CompiledCell | None:
        """Return the cell of an earlier claim of this kind on days of the same intervals, None for the first."""
        key = (kind, self.admission[admitted_on], self.discharge[discharged_on], self.settlement[settled_on], None)
        return self._cells.get(key)

    def cell(self, kind: CaseKind, days: Days, illness: Days | None = None) -> CompiledCell:
        """Return the cell that decides a kind of claim on its days; `illness` are the days of a later claim whose
        diagnosis covers the claim, where those days count as well. The kind's institution must be in the register.
        """
        key = (
            kind,
            self.admission[days.admission],
            self.discharge[days.discharge],
            self.settlement[days.settlement],
            None if illness is None else (self.admission[illness.admission], self.discharge[illness.discharge]),
        )
        found = self._cells.get(key)
        if found is None:
            if len(self._cells) >= CELLS_MAX:
                self._cells.clear()
            registry = self.bundle.registry
            facts = establish_facts(kind, registry, days, illness)
            found = self._cells[key] = CompiledCell(self, registry.institutions[kind.institution], facts)
        return found

    def citation_json(self, citation: str) -> str:
        """Return a citation as written in a document, rendered once per provision."""
        found = self._citations.get(citation)
        if found is None:
            found = self._citations[citation] = canonical_text(cited(citation, self.bundle).document())
        return found

    def line_citations(self, citations: tuple[str, ...]) -> str:
        """Return the citations of a line, rendered once: few sets of citations serve all lines."""
        found = self._of_lines.get(citations)
        if found is None:
            found = self._of_lines[citations] = self.citations_json(citations)
        return found

    def citations_json(self, citations: Iterable[str]) -> str:
        return f"[{','.join([self.citation_json(citation) for citation in citations])}]"

    def interpretations_json(self, citations: Iterable[str]) -> str:
        """Return provisions with the reading of several that is taken, each rendered once."""
        return f"[{','.join([self._readings.get(each) or self._reading(each) for each in citations])}]"

    def _reading(self, citation: str) -> str:
        reading = self.bundle.by_citation[citation].interpretation
        text = canonical_text(None if reading is None else render_text(reading))
        found = self._readings[citation] = f'{{"citation":{self.citation_json(citation)},"text":{text}}}'
        return found


def _cuts_of_catalogue(bundle: Bundle) -> Iterable[date]:
    """Yield the days on which an item changes: validity, place in the plan, filing by a province (S-09)."""
    yield from bundle.registry.item_days
    for provision in bundle.by_slot[Slot.PLAN_CATALOGUE]:
        yield from (PlanCatalogue.read(provision.value).items or {}).values()


class CompiledCell:
    """The law that decides the claims of a cell."""

    def __init__(self, plan: Plan, institution: Institution, facts: Facts) -> None:
        self.plan = plan
        self.institution = institution
        self.resolver = Resolver(plan.bundle, facts)
        self.facts = self.resolver.facts
        self._treatments: dict[int, dict[str, Treatment]] = {}
        self._kept: dict[Hashable, Any] = {}
        self.codings: dict[tuple[frozenset[str], frozenset[str]], Any] = {}
        """The checks of diagnosis codes so far, by the main and the additional codes."""

    @cached_property
    def is_protected(self) -> bool:
        return self.resolver.protection.granted

    @cached_property
    def refuses_inpatients(self) -> bool:
        """Tell whether the institution cannot admit the inpatients of the cell."""
        cannot = self.institution.kind is InstitutionKind.PHARMACY or self.institution.level is None
        return self.facts.values["visit"] == "inpatient" and cannot

    @cached_property
    def reaches_earlier_visits(self) -> bool:
        """Tell whether some provision covers earlier visits of the illness (N-08)."""
        grants = self.resolver.resolve(Slot.PRE_DIAGNOSIS_COST).decided_by
        return any(PreDiagnosisCost.read(provision.value).earlier_visits for provision in grants)

    @cached_property
    def codes_asked(self) -> tuple[DiagnosisCodes, str] | None:
        """Return the rule for diagnosis codes with its citation; None where no code is asked for."""
        winner = self.resolver.resolve(Slot.DIAGNOSIS_CODES).winner
        rule = None if winner is None else DiagnosisCodes.read(winner.value)
        return None if winner is None or rule is None or rule == DiagnosisCodes.read({}) else (rule, winner.citation)

    @cached_property
    def disease_code_asked(self) -> tuple[DiseaseCode, str] | None:
        """Return the rule for the disease-category code with its citation; None where none is asked for."""
        winner = self.resolver.resolve(Slot.DISEASE_CODE).winner
        rule = None if winner is None else DiseaseCode.read(winner.value)
        return None if winner is None or rule is None or rule.code is None else (rule, winner.citation)

    @cached_property
    def funds(self) -> FundTerms | Invalid:
        """Return the terms of the funds, or the reason for their absence."""
        try:
            return read_fund_terms(self.resolver)
        except Invalid as undecidable:
            return undecidable

    @cached_property
    def sharing(self) -> SharingTerms:
        return read_sharing_terms(self.resolver)

    @cached_property
    def split(self) -> SplitTerms:
        return read_split_terms(self.institution, self.resolver)

    def treatment(self, code: str, on: date) -> Treatment:
        """Return the law's treatment of an item on a day."""
        known = self.treatments_on(on)
        found = known.get(code)
        if found is None:
            item = self.plan.bundle.registry.item(code, on)
            found = known[code] = UNKNOWN if item is None else self._treat(item, on)
        return found

    def treatments_on(self, day: date) -> dict[str, Treatment]:
        """Return the treatments known of the days of an interval, by item; `treatment` adds a missing one."""
        interval = self.plan.lines[day]
        found = self._treatments.get(interval)
        if found is None:
            found = self._treatments[interval] = {}
        return found

    def _treat(self, item: CatalogueItem, on: date) -> Treatment:
        facts = self.facts.of_line(item, on)
        grants: list[Provision] = []
        becomes_class_a = False
        for provision in self.resolver.resolve_line(Slot.PLAN_CATALOGUE, facts).decided_by:
            value = PlanCatalogue.read(provision.value)
            filed_on = None if value.items is None else value.items.get(item.code)
            granted = item.in_plan_on(on) if value.items is None else filed_on is not None and filed_on <= on
            if granted:
                grants.append(provision)
                becomes_class_a |= value.becomes_class_a
        item_class = ItemClass.A if becomes_class_a else item.item_class
        stops = () if becomes_class_a else self.resolver.resolve_line(Slot.CATALOGUE_STOP, facts).decided_by
        provisions = (*grants, *stops)
        return Treatment(
            item_class is ItemClass.C,
            item.price_ceiling_fen,
            Rate.read(item.self_pay_ratio) if item_class is ItemClass.B else None,
            bool(grants),
            provisions,
            tuple(provision.citation for provision in provisions),
            is_whole=item_class is ItemClass.A and item.price_ceiling_fen is None,
        )

    def keep(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Return a part of the reasons that is the same for every claim of the cell, made once."""
        if key not in self._kept:
            self._kept[key] = make()
        found: _T = self._kept[key]
        return found

    def grounds(self, *slots: Slot) -> Grounds:
        """Return the grounds in these slots: the provisions that decided and those that lost."""
        found = self._kept.get(slots)
        if found is None:
            found = self._kept[slots] = self._grounds([self.resolver.resolve(slot) for slot in slots], ())
        grounds: Grounds = found
        return grounds

    def grounds_citing(self, provisions: Iterable[Provision], *slots: Slot) -> Grounds:
        """Return the grounds in these slots with further provisions cited beside them."""
        cited = tuple(provisions)
        key = ("citing", slots, tuple(provision.citation for provision in cited))
        return self.keep(key, lambda: self._grounds([self.resolver.resolve(slot) for slot in slots], cited))

    def _grounds(self, resolutions: Iterable[Resolution], cited: tuple[Provision, ...]) -> Grounds:
        found = tuple(resolutions)
        decided = {p.citation: p for p in (*(p for each in found for p in each.decided_by), *cited)}
        bundle = self.plan.bundle
        lost = tuple(Lost(entry.provision.citation, entry.text(bundle)) for each in found for entry in each.lost)
        rows = [
            f'{{"citation":{self.plan.citation_json(entry.citation)},"why":{canonical_text(render_text(entry.why))}}}'
            for entry in lost
        ]
        return Grounds(
            tuple(decided),
            lost,
            self.plan.citations_json(decided),
            f"[{','.join(rows)}]",
            any(bundle.notices[provision.notice].confidence == "illustrative" for provision in decided.values()),
            tuple(citation for citation, provision in decided.items() if provision.interpretation is not None),
        )
