"""The content of the registries: areas, institutions with their agreements, catalogue items, and people's enrolments.

Areas are dated data inside the policy bundle, institutions and the catalogue are lists that the bundle names by their
roots; enrolments and filings are kept by the agencies. Nothing here knows a store: the code that opens a bundle
supplies the parts of its lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.registry.domain.lists import KeptRows, RowTree, Value, WithRow, in_order

NATION = AreaCode("000000")


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
    code: AreaCode
    name_zh: str
    name_en: str
    level: AreaLevel
    parent: AreaCode | None
    fiscal_status: FiscalStatus


class InstitutionKind(StrEnum):
    HOSPITAL = "hospital"
    FEVER_CLINIC = "fever-clinic"
    PHARMACY = "pharmacy"


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution. `area` is its location, `pooling_area` the area of its local fund, `agency` the agency that
    settles with the institution.

    `agreement_until` is None without a service agreement; `temporary_agreement_until` is the special agreement of S-14.
    """

    code: InstitutionCode
    name_zh: str
    area: AreaCode
    pooling_area: AreaCode
    agency: AreaCode
    level: int | None
    kind: InstitutionKind
    treatment_designated: bool
    agreement_until: date | None
    temporary_agreement_until: date | None = None


@dataclass(frozen=True, slots=True)
class InstitutionPlace:
    """A place of institutions: area, pooling area and agency. Places are as many as areas, not as institutions."""

    area: AreaCode
    pooling_area: AreaCode
    agency: AreaCode

    @classmethod
    def of(cls, institution: Institution) -> InstitutionPlace:
        return cls(institution.area, institution.pooling_area, institution.agency)

    @property
    def key(self) -> str:
        """The prefix of its institutions' keys in the list by place."""
        return f"{self.area}/{self.pooling_area}/{self.agency}/"


class KeptInstitutions(KeptRows[Institution]):
    """Institutions by code, and again by place and code."""

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
        """Return the institutions of a place by key, after a key or all."""
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
    """A dated row of the catalogue. Windows include both days; an open end is None.

    `plan_from`/`plan_to`: the days of the item in the national treatment plan.
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
    """The dated rows of every item by code, the codes of the items that ever stood in the treatment plan, and the
    `days` from which any item changes.
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
    """Return the days from which a row changes its item: valid or not, in the plan or not."""
    yield from (day for day in (item.valid_from, item.plan_from) if day is not None)
    yield from (day + timedelta(1) for day in (item.valid_to, item.plan_to) if day is not None)


@dataclass(frozen=True, slots=True)
class Registry:
    """Areas, institutions and catalogue of a bundle. `catalogue` maps a code to its dated rows. Institutions and items
    are looked up by key; the methods iterate over them in order and read no further than needed.
    """

    areas: Mapping[AreaCode, Area]
    institutions: Mapping[str, Institution]
    catalogue: Mapping[str, tuple[CatalogueItem, ...]]

    def chain(self, code: AreaCode) -> tuple[AreaCode, ...]:
        """Return the area and everything above it, narrowest first, ending with the nation."""
        chain: list[AreaCode] = []
        current: AreaCode | None = code
        while current is not None and current in self.areas:
            chain.append(current)
            current = self.areas[current].parent
        return tuple(chain)

    def pooling_area(self, code: AreaCode) -> AreaCode:
        """Return the pooling area of an area: its city, or the municipality; a province stands for itself."""
        for candidate in self.chain(code):
            area = self.areas[candidate]
            if area.level is AreaLevel.CITY or area.fiscal_status is FiscalStatus.MUNICIPALITY:
                return candidate
        return code

    def province(self, code: AreaCode) -> AreaCode:
        """Return the province of an area."""
        for candidate in self.chain(code):
            if self.areas[candidate].level is AreaLevel.PROVINCE:
                return candidate
        return code

    def item(self, code: str, day: date) -> CatalogueItem | None:
        """Return the catalogue row valid on a day, or None when the code is unknown on the day."""
        return next((row for row in self.catalogue.get(code, ()) if row.valid_on(day)), None)

    @property
    def places(self) -> frozenset[InstitutionPlace]:
        """Every place with at least one institution."""
        known = self.institutions
        if isinstance(known, KeptInstitutions):
            return known.places
        return frozenset(InstitutionPlace.of(each) for each in known.values())

    @property
    def agencies(self) -> frozenset[AreaCode]:
        """The agencies that settle with at least one institution."""
        return frozenset(place.agency for place in self.places)

    def with_institution(self, other: Institution) -> Registry:
        """Return the registry with an institution replaced; no other institution is read."""
        return replace(self, institutions=WithRow(self.institutions, other.code, other))

    def institutions_at(
        self, holds: Callable[[InstitutionPlace], bool], after: str | None = None
    ) -> Iterator[tuple[str, Institution]]:
        """Return the institutions of the places that satisfy `holds`, by place and code, together with the key after
        which another reading continues.
        """
        for place in sorted(filter(holds, self.places), key=lambda each: each.key):
            behind = after if after is not None and after.startswith(place.key) else None
            if after is None or behind is not None or place.key > after:
                yield from self._at(place, behind)

    def institutions_by_code(self, after: str | None = None) -> Iterator[tuple[str, Institution]]:
        """Return every institution, or those after a code."""
        return in_order(self.institutions, after)

    def items_by_code(self, after: str | None = None) -> Iterator[tuple[str, tuple[CatalogueItem, ...]]]:
        """Return every item with its dated rows, or those after a code."""
        return in_order(self.catalogue, after)

    def planned_items(self) -> Iterator[str]:
        """Return the codes of the items that ever stood in the national treatment plan."""
        known = self.catalogue
        if isinstance(known, KeptCatalogue):
            return known.planned()
        return (code for code, rows in known.items() if any(row.plan_from is not None for row in rows))

    @property
    def item_days(self) -> frozenset[date]:
        """The days from which any item changes."""
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
    """A person's insurance for a period, as recorded by an agency. `insured_area` is None where insurance is none.

    `name_key` is the keyed hash of the recorded name, `recorded_by` the area of the recording agency; a decision uses
    neither.
    """

    person: PersonToken
    insured_area: AreaCode | None
    insurance: Insurance
    employment: Employment
    assistance: AssistanceClass
    starts_on: date | None = None
    ends_on: date | None = None
    name_key: str = ""
    recorded_by: AreaCode | None = None

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
