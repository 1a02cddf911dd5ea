"""Values of the slots: one typed record per slot, read from the plain JSON of a checked bundle.

The authoring edge has validated every value before it was hashed; here a malformed one is a broken bundle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from types import NoneType
from typing import Any, Self, cast, get_args, get_origin, get_type_hints

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen


class Value:
    """A record read from JSON: each field from the value of its name, by the type that the field declares; a field with
    a default may be absent. Ratios and dates are text in JSON, amounts whole fen.
    """

    __slots__ = ()

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Self:
        given = {name: each for name, each in value.items() if each is not None}
        readings = _readings(cast("Any", cls))
        return cls(**{name: read(given[name]) for name, read in readings.items() if name in given})


@cache
def _readings(kind: type[Value]) -> Mapping[str, Callable[[Any], Any]]:
    return {name: _reading(hint) for name, hint in get_type_hints(kind).items()}


def _reading(hint: Any) -> Callable[[Any], Any]:
    """Return the reading of values of a declared type."""
    origin, declared = get_origin(hint), [each for each in get_args(hint) if each not in (NoneType, Ellipsis)]
    if origin is Mapping:
        each_of = _reading(declared[1])
        return lambda found: {name: each_of(each) for name, each in found.items()}
    if origin in (tuple, frozenset):
        each_of = _reading(declared[0])
        return lambda found: origin(each_of(each) for each in found)
    if declared:
        return _reading(declared[0])
    if isinstance(hint, type) and issubclass(hint, Value):
        return hint.read
    return date.fromisoformat if hint is date else hint


@dataclass(frozen=True, slots=True)
class Deductible(Value):
    """The deductible in fen per inpatient stay, by institution level "1", "2", "3"."""

    by_level_fen: Mapping[str, Fen]


@dataclass(frozen=True, slots=True)
class Ratio(Value):
    """The pool's ratio by institution level; for the retired either a table of their own or an addition."""

    by_level: Mapping[str, Fraction]
    retired_by_level: Mapping[str, Fraction] | None = None
    retired_add: Fraction = Fraction(0)

    def of(self, level: str, *, retired: bool) -> Fraction:
        """Return the ratio at a level; with the addition for the retired, at most the whole."""
        if not retired:
            return self.by_level[level]
        if self.retired_by_level is not None:
            return self.retired_by_level[level]
        return min(Fraction(1), self.by_level[level] + self.retired_add)


@dataclass(frozen=True, slots=True)
class PoolCap(Value):
    """The most the pool pays per person and year of discharge."""

    cap_fen: Fen


@dataclass(frozen=True, slots=True)
class LargeSum(Value):
    """The employees' layer beyond the pool cap; `none` where the scheme has no such layer."""

    ratio: Fraction = Fraction(0)
    cap_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class Band(Value):
    """A band of the accumulated burden up to `to_fen` (None: no upper edge) paid at `ratio`."""

    ratio: Fraction
    to_fen: Fen | None = None


@dataclass(frozen=True, slots=True)
class CriticalIllness(Value):
    """The residents' second layer: bands above a threshold of the year's in-scope burden, with a yearly cap."""

    threshold_fen: Fen = 0
    bands: tuple[Band, ...] = ()
    cap_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class Assistance(Value):
    """Medical assistance by class, with the relief the same classes have in critical illness."""

    by_class: Mapping[str, Fraction]
    cap_fen: Fen
    critical_threshold_factor: Fraction
    critical_ratio_add: Fraction


@dataclass(frozen=True, slots=True)
class RemoteCut(Value):
    """Factors on ratio and deductible for treatment outside the pooling area, by filing."""

    ratio_factor: Mapping[str, Fraction]
    deductible_factor: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class OutpatientOrdinary(Value):
    """Ordinary outpatient pooling: a ratio of the in-scope cost up to a yearly cap."""

    ratio: Fraction
    cap_fen: Fen


@dataclass(frozen=True, slots=True)
class OutpatientRule(Value):
    """A special ratio for plan lines without deductible or cap, or None where the ordinary rule stands."""

    plan_ratio: Fraction | None = None


class FilledBy(StrEnum):
    """The payer of what the funds lack to the combined share."""

    BASIC = "basic"
    EMPLOYEE_FUND = "employee-fund"
    ENROLMENT_PENDING = "enrolment-pending"


@dataclass(frozen=True, slots=True)
class CombinedShare(Value):
    """The share of the mask that the funds together pay, or None where no target stands."""

    share: Fraction | None = None
    filled_by: FilledBy | None = None


class Scope(StrEnum):
    NONE = "none"
    ALL = "all"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class SubsidyScope(Value):
    """The lines that a subsidy or target covers."""

    scope: Scope


class Remainder(StrEnum):
    FISCAL = "fiscal"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class PayerOfRemainder(Value):
    payer: Remainder


class SplitParty(StrEnum):
    """A level of the institution's own chain of areas, or the area itself."""

    PROVINCE = "province"
    CITY = "city"
    OWN = "own"
    POOLING = "pooling"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class LevelShare(Value):
    """The share of a level in the fiscal part."""

    party: SplitParty
    share: Fraction


@dataclass(frozen=True, slots=True)
class Split(Value):
    """Shares of the fiscal part by level, in order. Whatever these shares leave open falls to `rest`.

    `pays_first` advances the whole; the other levels refund it afterwards.
    """

    rest: SplitParty
    pays_first: SplitParty
    shares: tuple[LevelShare, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalSplit(Value):
    """Local shares of the part that a split leaves open, in order; empty: the split's `rest` bears that part.

    `pays_first` None leaves the split's own answer standing.
    """

    shares: tuple[LevelShare, ...] = ()
    pays_first: SplitParty | None = None


@dataclass(frozen=True, slots=True)
class CentralRefund(Value):
    """The part of the fiscal share that the centre refunds later; it changes no figure of the determination."""

    share: Fraction


@dataclass(frozen=True, slots=True)
class PreDiagnosisCost(Value):
    """The covered costs before the diagnosis: those of the stay itself always, and `earlier_visits` of the illness
    where the text speaks of the patient and not of the stay.
    """

    earlier_visits: bool = False


@dataclass(frozen=True, slots=True)
class DiagnosisCodes(Value):
    """The codes asked for: main code one of `main_any_of` (empty: any), all of `additional_all_of` present, none of
    `never_main` main, one of `any_position_of` anywhere. A main code of `or_main_any_of` meets the first two as well.
    """

    main_any_of: tuple[str, ...] = ()
    additional_all_of: tuple[str, ...] = ()
    never_main: tuple[str, ...] = ()
    any_position_of: tuple[str, ...] = ()
    or_main_any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DiseaseCode(Value):
    """The disease-category code that belongs on the claim, or None. Where the text does not ask this hospital and this
    patient for the code, a claim without it is not refused.
    """

    code: str | None = None
    refuses: bool = True


class BudgetKind(StrEnum):
    SEPARATE = "separate"
    TOTAL_CONTROL = "total-control"


@dataclass(frozen=True, slots=True)
class Budget(Value):
    kind: BudgetKind


@dataclass(frozen=True, slots=True)
class PaymentMethod(Value):
    """The way the agency pays the hospital: `by-item`, `single-disease` or `ordinary`; recorded, changes no figure."""

    method: str


@dataclass(frozen=True, slots=True)
class ClearingTier(Value):
    """The tier at which an obligation between areas is cleared: `national`, `province`, or `none` for a local claim."""

    tier: str


@dataclass(frozen=True, slots=True)
class ClearingTerms(Value):
    """The days the parties of a clearing run have to confirm, and whether a party's silence is consent."""

    confirm_within_days: int
    silence_is_consent: bool


@dataclass(frozen=True, slots=True)
class PlanCatalogue(Value):
    """The effect of a grant on a plan line: the line's class becomes A without restriction, or stays its own.

    `items` narrows the grant to listed codes with the day each was filed (S-09); None: every plan item.
    """

    becomes_class_a: bool
    items: Mapping[str, date] | None = None


@dataclass(frozen=True, slots=True)
class Agreement(Value):
    """An agreement extended to a day, where it ended on `ending_from` or later; or temporary agreements honoured."""

    extended_to: date | None = None
    honours_temporary: bool = False
    ending_from: date = date.min

    def extends(self, ended_on: date | None, day: date) -> bool:
        """Tell whether an agreement that ended on a day still covers another day."""
        return ended_on is not None and self.ending_from <= ended_on and day <= (self.extended_to or date.min)


@dataclass(frozen=True, slots=True)
class PersonalAccount(Value):
    """Goods that the personal account may pay for, by the line's `supply` mark."""

    supplies: frozenset[str]
