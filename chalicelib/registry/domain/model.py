"""What the registries know: areas, institutions with their agreements, catalogue items, and people's enrolments.

Areas are dated data inside the policy bundle, institutions and the catalogue lists that it names by their roots;
enrolments and filings are kept by the agencies. Nothing here knows a store: who opens a bundle says where the parts of
its lists come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.registry.domain.lists import KeptRows, RowTree, Value, WithRow, in_order

NATION = "000000"


class AreaLevel(StrEnum):
    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class FiscalStatus(StrEnum):
    NATION = "nation"
    PROVINCE = "province"
    MUNICIPALITY = "municipality"
    CITY = "city"
    COUNTY = "county"
    DIRECTLY_MANAGED_COUNTY = "directly-managed-county"


@dataclass(frozen=True, slots=True)
class Area:
    code: str
    name_zh: str
    name_en: str
    level: AreaLevel
    parent: str | None
    fiscal_status: FiscalStatus


class InstitutionKind(StrEnum):
    HOSPITAL = "hospital"
    FEVER_CLINIC = "fever-clinic"
    PHARMACY = "pharmacy"


@dataclass(frozen=True, slots=True)
class Institution:
    """`area` is where it stands, `pooling_area` whose fund it is local to, `agency` who settles with it.

    `agreement_until` is None where it has no service agreement; `temporary_agreement_until` is the special one of S-14.
    """

    code: str
    name_zh: str
    area: str
    pooling_area: str
    agency: str
    level: int | None
    kind: InstitutionKind
    treatment_designated: bool
    agreement_until: date | None
    temporary_agreement_until: date | None = None


@dataclass(frozen=True, slots=True)
class InstitutionPlace:
    """Where institutions stand, whose fund they are local to, who settles with them: as many as areas, not as they."""

    area: str
    pooling_area: str
    agency: str

    @classmethod
    def of(cls, institution: Institution) -> InstitutionPlace:
        return cls(institution.area, institution.pooling_area, institution.agency)

    @property
    def key(self) -> str:
        """How the keys of its institutions begin where they lie by place."""
        return f"{self.area}/{self.pooling_area}/{self.agency}/"


class KeptInstitutions(KeptRows[Institution]):
    """Institutions by code, and the same again by place and code."""

    def __init__(
        self,
        tree: RowTree,
        size: int,
        decode: Callable[[Value], Institution],
        by_place: RowTree,
        places: frozenset[InstitutionPlace],
    ) -> None:
        super().__init__(tree, size, decode)
        self._by_place = by_place
        self.places = places

    def at(self, place: InstitutionPlace, after: str | None) -> Iterator[tuple[str, Institution]]:
        """The institutions of a place by key, those behind one or all of them."""
        return ((key, self._decode(value)) for key, value in self._by_place.under(place.key, after))


class ItemKind(StrEnum):
    DRUG = "drug"
    SERVICE = "service"
    MATERIAL = "material"
    PREPARATION = "preparation"


class ItemClass(StrEnum):
    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One dated row of the catalogue. Windows include both days; an open end is None.

    `plan_from`/`plan_to`: when the item stood in the national treatment plan.
    """

    code: str
    name_zh: str
    name_en: str
    kind: ItemKind
    item_class: ItemClass
    self_pay_ratio: Fraction
    price_ceiling_fen: Fen | None
    valid_from: date | None
    valid_to: date | None
    plan_from: date | None
    plan_to: date | None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def in_plan_on(self, day: date) -> bool:
        return self.plan_from is not None and self.plan_from <= day and (self.plan_to is None or day <= self.plan_to)

    def left_plan_before(self, day: date) -> bool:
        return self.plan_to is not None and self.plan_to < day


class KeptCatalogue(KeptRows[tuple[CatalogueItem, ...]]):
    """The dated rows of each item by code; apart the codes of those that ever stood in the treatment plan, and the
    `days` from which an item is another.
    """

    def __init__(
        self,
        tree: RowTree,
        size: int,
        decode: Callable[[Value], tuple[CatalogueItem, ...]],
        planned: RowTree,
        days: frozenset[date],
    ) -> None:
        super().__init__(tree, size, decode)
        self._planned = planned
        self.days = days

    def planned(self) -> Iterator[str]:
        return (code for code, _ in self._planned.entries())


def days_of(item: CatalogueItem) -> Iterator[date]:
    """The days from which a row makes its item another: valid or not, in the plan or not."""
    yield from (day for day in (item.valid_from, item.plan_from) if day is not None)
    yield from (day + timedelta(1) for day in (item.valid_to, item.plan_to) if day is not None)


@dataclass(frozen=True, slots=True)
class Registry:
    """Areas, institutions and catalogue of one bundle. `catalogue` maps a code to its dated rows. Institutions and
    items are asked for by key; who goes through them takes a method, which reads them in order and no further.
    """

    areas: Mapping[str, Area]
    institutions: Mapping[str, Institution]
    catalogue: Mapping[str, tuple[CatalogueItem, ...]]

    def chain(self, code: str) -> tuple[str, ...]:
        """The area and everything above it, narrowest first, ending with the nation."""
        chain: list[str] = []
        current: str | None = code
        while current is not None and current in self.areas:
            chain.append(current)
            current = self.areas[current].parent
        return tuple(chain)

    def pooling_area(self, code: str) -> str:
        """The pooling area an area belongs to: its city, or the municipality; a province stands for itself."""
        for candidate in self.chain(code):
            area = self.areas[candidate]
            if area.level is AreaLevel.CITY or area.fiscal_status is FiscalStatus.MUNICIPALITY:
                return candidate
        return code

    def province(self, code: str) -> str:
        """The province an area lies in."""
        for candidate in self.chain(code):
            if self.areas[candidate].level is AreaLevel.PROVINCE:
                return candidate
        return code

    def item(self, code: str, day: date) -> CatalogueItem | None:
        """The catalogue row valid on a day, or None when the code is unknown then."""
        return next((row for row in self.catalogue.get(code, ()) if row.valid_on(day)), None)

    @property
    def places(self) -> frozenset[InstitutionPlace]:
        """Every place where some institution stands."""
        known = self.institutions
        if isinstance(known, KeptInstitutions):
            return known.places
        return frozenset(InstitutionPlace.of(each) for each in known.values())

    @property
    def agencies(self) -> frozenset[str]:
        """Who settles with some institution."""
        return frozenset(place.agency for place in self.places)

    def with_institution(self, other: Institution) -> Registry:
        """The same, one of whose institutions is another; nothing more of them is read."""
        return replace(self, institutions=WithRow(self.institutions, other.code, other))

    def institutions_at(
        self, holds: Callable[[InstitutionPlace], bool], after: str | None = None
    ) -> Iterator[tuple[str, Institution]]:
        """The institutions of the places for which something holds, by place and code, each with the key behind which
        another reading goes on.
        """
        for place in sorted(filter(holds, self.places), key=lambda each: each.key):
            behind = after if after is not None and after.startswith(place.key) else None
            if after is None or behind is not None or place.key > after:
                yield from self._at(place, behind)

    def institutions_by_code(self, after: str | None = None) -> Iterator[tuple[str, Institution]]:
        """Every institution, or those behind a code."""
        return in_order(self.institutions, after)

    def items_by_code(self, after: str | None = None) -> Iterator[tuple[str, tuple[CatalogueItem, ...]]]:
        """Every item with its dated rows, or those behind a code."""
        return in_order(self.catalogue, after)

    def planned_items(self) -> Iterator[str]:
        """The codes of the items that ever stood in the national treatment plan."""
        known = self.catalogue
        if isinstance(known, KeptCatalogue):
            return known.planned()
        return (code for code, rows in known.items() if any(row.plan_from is not None for row in rows))

    @property
    def item_days(self) -> frozenset[date]:
        """The days from which some item is another."""
        known = self.catalogue
        if isinstance(known, KeptCatalogue):
            return known.days
        return frozenset(day for rows in known.values() for row in rows for day in days_of(row))

    def _at(self, place: InstitutionPlace, after: str | None) -> Iterator[tuple[str, Institution]]:
        known = self.institutions
        if isinstance(known, KeptInstitutions):
            return known.at(place, after)
        keyed = {place.key + code: each for code, each in known.items() if InstitutionPlace.of(each) == place}
        return in_order(keyed, after)


class Insurance(StrEnum):
    EMPLOYEE = "employee"
    RESIDENT = "resident"
    NONE = "none"


class Employment(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"
    NONE = "none"


class AssistanceClass(StrEnum):
    NONE = "none"
    EXTREME_POVERTY = "extreme-poverty"
    SUBSISTENCE = "subsistence"
    NEAR_SUBSISTENCE = "near-subsistence"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One person's insurance for a period, as an agency recorded it. `insured_area` is None where insurance is none.

    `name_key` is the keyed hash of the name it was recorded under, `recorded_by` the area whose agency said so; a
    decision asks for neither.
    """

    person: str
    insured_area: str | None
    insurance: Insurance
    employment: Employment
    assistance: AssistanceClass
    starts_on: date | None = None
    ends_on: date | None = None
    name_key: str = ""
    recorded_by: str | None = None

    def in_force_on(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


class FilingKind(StrEnum):
    LONG_TERM = "long-term"
    TEMPORARY = "temporary"
    EMERGENCY = "emergency"


class FilingChannel(StrEnum):
    ONLINE = "online"
    PHONE = "phone"
    MAIL = "mail"
    COUNTER = "counter"
