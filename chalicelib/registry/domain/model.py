"""What the registries know: areas, institutions with their agreements, catalogue items, and people's enrolments.

Areas, institutions and the catalogue are dated data inside the policy bundle; enrolments and filings are kept by the
agencies. Nothing here reads a store.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen

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


@dataclass(frozen=True, slots=True)
class Registry:
    """Areas, institutions and catalogue of one bundle. `catalogue` maps a code to its dated rows."""

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
