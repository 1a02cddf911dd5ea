"""Choices that a form offers: areas, institutions, items of the catalogue, and the codes that the notices name.

All of them stand in the published bundle and are as public as the notices are. The end of an agreement is not shown
here: it is for the institution's own parties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, page_looked_for, page_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.access import REGISTER_READ
from chalicelib.law.domain.model import Slot
from chalicelib.law.domain.values import DiagnosisCodes
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.model import Area, CatalogueItem, Institution

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ListAreas:
    bundles: BundleStore

    def __call__(self, principal: Principal, search: str, page: PageRequest) -> Page[Area]:
        """Return the areas whose code or name holds the words of `search`, by code."""
        require(principal, REGISTER_READ, Resource("register"))
        areas = self.bundles.current().registry.areas.values()
        found = (each for each in areas if _holds(search, each.code, each.name_zh, each.name_en))
        return _by_code(found, page)


@dataclass(frozen=True, slots=True)
class ListInstitutions:
    bundles: BundleStore

    def __call__(
        self, principal: Principal, search: str, area: AreaCode | None, page: PageRequest
    ) -> Page[Institution]:
        """Return the institutions whose code or name holds the words of `search`, by code; with `area` those that stand
        in it or below it, or with which it settles, by place and code.
        """
        require(principal, REGISTER_READ, Resource("register"))
        registry = self.bundles.current().registry

        def entries(after: str | None) -> Iterator[tuple[str, Institution]]:
            if area is None:
                return registry.institutions_by_code(after)
            return registry.institutions_at(
                lambda place: area == place.agency or area in registry.chain(place.area), after
            )

        return page_looked_for(entries, lambda each: each if _holds(search, each.code, each.name_zh) else None, page)


@dataclass(frozen=True, slots=True)
class ListCatalogue:
    bundles: BundleStore

    def __call__(self, principal: Principal, search: str, on: date, page: PageRequest) -> Page[CatalogueItem]:
        """Return the items that may be billed on a day and whose code or name holds the words of `search`, by code."""
        require(principal, REGISTER_READ, Resource("register"))

        def choose(rows: tuple[CatalogueItem, ...]) -> CatalogueItem | None:
            valid = (row for row in rows if row.valid_on(on))
            return next((row for row in valid if _holds(search, row.code, row.name_zh, row.name_en)), None)

        return page_looked_for(self.bundles.current().registry.items_by_code, choose, page)


@dataclass(frozen=True, slots=True)
class NamedDiagnosis:
    """A code of diagnosis that notices speak of, and the provisions that name it."""

    code: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListDiagnoses:
    bundles: BundleStore

    def __call__(self, principal: Principal, search: str, page: PageRequest) -> Page[NamedDiagnosis]:
        """Return the codes that begin with `search` and that some provision on coding names, by code. A bill may carry
        any other code as well.
        """
        require(principal, REGISTER_READ, Resource("register"))
        named: dict[str, list[str]] = {}
        for provision in self.bundles.current().provisions:
            if provision.slot is Slot.DIAGNOSIS_CODES:
                for code in _codes_of(DiagnosisCodes.read(provision.value)):
                    named.setdefault(code, []).append(provision.citation)
        found = [NamedDiagnosis(code, tuple(named[code])) for code in named if code.startswith(search.strip().upper())]
        return _by_code(found, page)


def _codes_of(codes: DiagnosisCodes) -> tuple[str, ...]:
    every = (codes.main_any_of, codes.additional_all_of, codes.never_main, codes.any_position_of, codes.or_main_any_of)
    return tuple(dict.fromkeys(code for some in every for code in some))


def _holds(search: str, *texts: str) -> bool:
    """Tell whether every word of the search stands in any of the texts, whatever its case."""
    within = "\n".join(texts).casefold()
    return all(word in within for word in search.casefold().split())


def _by_code(found: Iterable[T], page: PageRequest) -> Page[T]:
    rows = sorted(found, key=_code)
    return page_of(rows, _code, page)


def _code(row: object) -> str:
    return str(getattr(row, "code"))  # noqa: B009 every row of a register has one
