"""Values of the slots: one typed record per slot, read from the plain JSON of a checked bundle.

The authoring edge has validated every value before it was hashed; here a malformed one is a broken bundle.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen


def _levels(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return {level: value[level] for level in ("1", "2", "3")}


@dataclass(frozen=True, slots=True)
class Deductible:
    """The deductible in fen per inpatient stay, by institution level "1", "2", "3"."""

    by_level: Mapping[str, Fen]

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Deductible:
        return cls({level: int(amount) for level, amount in _levels(value["by_level_fen"]).items()})


@dataclass(frozen=True, slots=True)
class Ratio:
    """The pool's ratio by institution level; for the retired either a table of their own or an addition."""

    by_level: Mapping[str, Fraction]
    retired_by_level: Mapping[str, Fraction]

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Ratio:
        active = {level: Fraction(ratio) for level, ratio in _levels(value["by_level"]).items()}
        if "retired_by_level" in value:
            retired = {level: Fraction(ratio) for level, ratio in _levels(value["retired_by_level"]).items()}
        else:
            addition = Fraction(value.get("retired_add", "0"))
            retired = {level: min(Fraction(1), ratio + addition) for level, ratio in active.items()}
        return cls(active, retired)


@dataclass(frozen=True, slots=True)
class PoolCap:
    """The most the pool pays per person and year of discharge."""

    cap_fen: Fen

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> PoolCap:
        return cls(int(value["cap_fen"]))


@dataclass(frozen=True, slots=True)
class LargeSum:
    """The employees' layer beyond the pool cap; `none` where the scheme has no such layer."""

    ratio: Fraction
    cap_fen: Fen

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> LargeSum:
        return cls(Fraction(value.get("ratio", "0")), int(value.get("cap_fen", 0)))


@dataclass(frozen=True, slots=True)
class Band:
    """A band of the accumulated burden up to `to_fen` (None: no upper edge) paid at `ratio`."""

    to_fen: Fen | None
    ratio: Fraction


@dataclass(frozen=True, slots=True)
class CriticalIllness:
    """The residents' second layer: bands above a threshold of the year's in-scope burden, with a yearly cap."""

    threshold_fen: Fen
    bands: tuple[Band, ...]
    cap_fen: Fen

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> CriticalIllness:
        bands = tuple(
            Band(int(band["to_fen"]) if band.get("to_fen") is not None else None, Fraction(band["ratio"]))
            for band in value.get("bands", ())
        )
        return cls(int(value.get("threshold_fen", 0)), bands, int(value.get("cap_fen", 0)))


@dataclass(frozen=True, slots=True)
class Assistance:
    """Medical assistance by class, with the relief the same classes have in critical illness."""

    by_class: Mapping[str, Fraction]
    cap_fen: Fen
    critical_threshold_factor: Fraction
    critical_ratio_add: Fraction

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Assistance:
        return cls(
            {name: Fraction(ratio) for name, ratio in value["by_class"].items()},
            int(value["cap_fen"]),
            Fraction(value["critical_threshold_factor"]),
            Fraction(value["critical_ratio_add"]),
        )


@dataclass(frozen=True, slots=True)
class RemoteCut:
    """Factors on ratio and deductible for treatment outside the pooling area, by filing."""

    ratio_factor: Mapping[str, Fraction]
    deductible_factor: Mapping[str, Fraction]

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> RemoteCut:
        return cls(
            {name: Fraction(factor) for name, factor in value["ratio_factor"].items()},
            {name: Fraction(factor) for name, factor in value["deductible_factor"].items()},
        )


@dataclass(frozen=True, slots=True)
class OutpatientOrdinary:
    """Ordinary outpatient pooling: a ratio of the in-scope cost up to a yearly cap."""

    ratio: Fraction
    cap_fen: Fen

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> OutpatientOrdinary:
        return cls(Fraction(value["ratio"]), int(value["cap_fen"]))


@dataclass(frozen=True, slots=True)
class OutpatientRule:
    """A special ratio for plan lines without deductible or cap, or None where the ordinary rule stands."""

    plan_ratio: Fraction | None

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> OutpatientRule:
        ratio = value.get("plan_ratio")
        return cls(None if ratio is None else Fraction(ratio))


class FilledBy(StrEnum):
    """The payer of what the funds lack to the combined share."""

    BASIC = "basic"
    EMPLOYEE_FUND = "employee-fund"
    ENROLMENT_PENDING = "enrolment-pending"


@dataclass(frozen=True, slots=True)
class CombinedShare:
    """The share of the mask that the funds together pay, or None where no target stands."""

    share: Fraction | None
    filled_by: FilledBy | None

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> CombinedShare:
        if value.get("share") is None:
            return cls(None, None)
        return cls(Fraction(value["share"]), FilledBy(value["filled_by"]))


class Scope(StrEnum):
    NONE = "none"
    ALL = "all"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class SubsidyScope:
    """The lines that a subsidy or target covers."""

    scope: Scope

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> SubsidyScope:
        return cls(Scope(value["scope"]))


class Remainder(StrEnum):
    FISCAL = "fiscal"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class PayerOfRemainder:
    payer: Remainder

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> PayerOfRemainder:
        return cls(Remainder(value["payer"]))


class SplitParty(StrEnum):
    """A level of the institution's own chain of areas, or the area itself."""

    PROVINCE = "province"
    CITY = "city"
    OWN = "own"
    POOLING = "pooling"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of the fiscal part by level, in order. Whatever these shares leave open falls to `rest`.

    `pays_first` advances the whole; the other levels refund it afterwards.
    """

    shares: tuple[tuple[SplitParty, Fraction], ...]
    rest: SplitParty
    pays_first: SplitParty

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Split:
        shares = tuple((SplitParty(row["party"]), Fraction(row["share"])) for row in value.get("shares", ()))
        return cls(shares, SplitParty(value["rest"]), SplitParty(value["pays_first"]))


@dataclass(frozen=True, slots=True)
class LocalSplit:
    """Local shares of the part that a split leaves open, in order; empty: the split's `rest` bears that part.

    `pays_first` None leaves the split's own answer standing.
    """

    shares: tuple[tuple[SplitParty, Fraction], ...]
    pays_first: SplitParty | None

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> LocalSplit:
        shares = tuple((SplitParty(row["party"]), Fraction(row["share"])) for row in value.get("shares", ()))
        first = value.get("pays_first")
        return cls(shares, None if first is None else SplitParty(first))


@dataclass(frozen=True, slots=True)
class CentralRefund:
    """The part of the fiscal share that the centre refunds later; it changes no figure of the determination."""

    share: Fraction

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> CentralRefund:
        return cls(Fraction(value["share"]))


@dataclass(frozen=True, slots=True)
class PreDiagnosisCost:
    """The covered costs before the diagnosis: those of the stay itself always, and `earlier_visits` of the illness
    where the text speaks of the patient and not of the stay.
    """

    earlier_visits: bool

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> PreDiagnosisCost:
        return cls(bool(value.get("earlier_visits", False)))


@dataclass(frozen=True, slots=True)
class DiagnosisCodes:
    """The codes asked for: main code one of `main_any_of` (empty: any), all of `additional_all_of` present, none of
    `never_main` main, one of `any_position_of` anywhere. A main code of `or_main_any_of` meets the first two as well.
    """

    main_any_of: tuple[str, ...]
    additional_all_of: tuple[str, ...]
    never_main: tuple[str, ...]
    any_position_of: tuple[str, ...] = ()
    or_main_any_of: tuple[str, ...] = ()

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> DiagnosisCodes:
        return cls(
            tuple(value.get("main_any_of", ())),
            tuple(value.get("additional_all_of", ())),
            tuple(value.get("never_main", ())),
            tuple(value.get("any_position_of", ())),
            tuple(value.get("or_main_any_of", ())),
        )


@dataclass(frozen=True, slots=True)
class DiseaseCode:
    """The disease-category code that belongs on the claim, or None. Where the text does not ask this hospital and this
    patient for the code, a claim without it is not refused.
    """

    code: str | None
    refuses: bool = True

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> DiseaseCode:
        return cls(value.get("code"), bool(value.get("refuses", True)))


class BudgetKind(StrEnum):
    SEPARATE = "separate"
    TOTAL_CONTROL = "total-control"


@dataclass(frozen=True, slots=True)
class Budget:
    kind: BudgetKind

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Budget:
        return cls(BudgetKind(value["kind"]))


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """The way the agency pays the hospital: `by-item`, `single-disease` or `ordinary`; recorded, changes no figure."""

    method: str

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> PaymentMethod:
        return cls(value["method"])


@dataclass(frozen=True, slots=True)
class ClearingTier:
    """The tier at which an obligation between areas is cleared: `national`, `province`, or `none` for a local claim."""

    tier: str

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> ClearingTier:
        return cls(value["tier"])


@dataclass(frozen=True, slots=True)
class ClearingTerms:
    """The days the parties of a clearing run have to confirm, and whether a party's silence is consent."""

    confirm_within_days: int
    silence_is_consent: bool

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> ClearingTerms:
        return cls(int(value["confirm_within_days"]), bool(value["silence_is_consent"]))


@dataclass(frozen=True, slots=True)
class PlanCatalogue:
    """The effect of a grant on a plan line: the line's class becomes A without restriction, or stays its own.

    `items` narrows the grant to listed codes with the day each was filed (S-09); None: every plan item.
    """

    becomes_class_a: bool
    items: Mapping[str, date] | None

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> PlanCatalogue:
        items = value.get("items")
        listed = None if items is None else {code: date.fromisoformat(day) for code, day in items.items()}
        return cls(bool(value["becomes_class_a"]), listed)


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement extended to a day, where it ended on `ending_from` or later; or temporary agreements honoured."""

    extended_to: date | None
    honours_temporary: bool
    ending_from: date

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Agreement:
        to_on, since = value.get("extended_to"), date.fromisoformat(value.get("ending_from", "0001-01-01"))
        return cls(to_on and date.fromisoformat(to_on), bool(value.get("honours_temporary")), since)

    def extends(self, ended_on: date | None, day: date) -> bool:
        """Tell whether an agreement that ended on a day still covers another day."""
        return ended_on is not None and self.ending_from <= ended_on and day <= (self.extended_to or date.min)


@dataclass(frozen=True, slots=True)
class PersonalAccount:
    """Goods that the personal account may pay for, by the line's `supply` mark."""

    supplies: frozenset[str]

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> PersonalAccount:
        return cls(frozenset(value["supplies"]))
