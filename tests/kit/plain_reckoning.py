"""A second reckoning of one claim, slow and plain, that shares no code and no policy file with the product.

The reckoning reads the claim, the enrolment and the registers of items and institutions, and holds rules as literals:
notices as `if`s over dates and places, the ordinary benefits as a table. Arithmetic is `Fraction` and one rounding.
The results are exactly what a test compares: the parts of the lines, the shares and the accounts that bear them, the
split, the debt between areas, the centre's refund, the budget.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from math import ceil, floor
from pathlib import Path
from typing import Any

from chalicelib.adjudication.domain.claim import CaseStatus, Claim, LaterDiagnosis, Line
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.registry.domain.model import Enrolment

_REGISTRY = Path(__file__).parents[2] / "policies" / "registry"

JANUARY_22 = date(2020, 1, 22)
JANUARY_27 = date(2020, 1, 27)
FEBRUARY_1 = date(2020, 2, 1)
MARCH_26 = date(2020, 3, 26)
CHONGQING_FROM = date(2020, 1, 23)
CLASS_B_FROM, CLASS_B_TO = date(2023, 1, 8), date(2023, 3, 31)


@dataclass(frozen=True)
class _Benefits:
    """Yuan per level 1, 2, 3 and plain ratios, as the schedules print them."""

    employee_deductible: tuple[int, int, int]
    employee_ratio: tuple[str, str, str]
    retired_add: str | None
    retired_ratio: str | None
    employee_cap: int
    large_ratio: str
    large_cap: int
    resident_deductible: tuple[int, int, int]
    resident_ratio: tuple[str, str, str]
    resident_cap: int
    threshold: int
    bands: tuple[tuple[int | None, str], ...]
    critical_cap: int


_KUNMING = _Benefits(
    (200, 500, 1200), (".91", ".88", ".85"), ".04", None, 500_000, ".90", 300_000,
    (200, 550, 880), (".85", ".75", ".60"), 60_000,
    12_000, ((50_000, ".60"), (100_000, ".70"), (None, ".80")), 300_000,
)  # fmt: skip
_CHONGQING = _Benefits(
    (220, 440, 880), (".90", ".87", ".85"), None, ".95", 47_000, "1", 453_000,
    (100, 300, 800), (".80", ".70", ".50"), 80_000,
    18_797, ((None, ".60"),), 200_000,
)  # fmt: skip
_DALIAN = _Benefits(
    (200, 300, 600), (".94", ".92", ".88"), ".03", None, 150_000, ".90", 350_000,
    (200, 400, 800), (".85", ".75", ".65"), 150_000,
    16_000, ((50_000, ".60"), (100_000, ".65"), (None, ".75")), 400_000,
)  # fmt: skip
_WEIHAI = _Benefits(
    (200, 400, 800), (".93", ".90", ".87"), ".03", None, 600_000, ".85", 500_000,
    (100, 300, 700), (".88", ".78", ".68"), 200_000,
    14_000, ((100_000, ".60"), (200_000, ".65"), (300_000, ".70"), (None, ".75")), 400_000,
)  # fmt: skip
_TAIYUAN = _Benefits(
    (300, 500, 800), (".90", ".86", ".82"), ".05", None, 600_000, ".90", 300_000,
    (200, 500, 1000), (".85", ".75", ".60"), 150_000,
    10_000, ((50_000, ".60"), (100_000, ".65"), (None, ".75")), 400_000,
)  # fmt: skip
_WUHAN = _Benefits(
    (400, 600, 800), (".90", ".88", ".86"), ".04", None, 240_000, ".85", 300_000,
    (200, 400, 800), (".90", ".70", ".60"), 150_000,
    12_000, ((30_000, ".60"), (100_000, ".65"), (None, ".75")), 300_000,
)  # fmt: skip
_BENEFITS = {
    "530100": _KUNMING,
    "532900": _KUNMING,
    "500000": _CHONGQING,
    "210200": _DALIAN,
    "371000": _WEIHAI,
    "371500": _WEIHAI,
    "140100": _TAIYUAN,
    "420100": _WUHAN,
}
_OUTPATIENT_RATIO, _OUTPATIENT_CAP = Fraction(1, 2), 2_000_00
_RATIO_FACTOR = {"filed": Fraction(1), "emergency": Fraction("0.9"), "unfiled": Fraction("0.7")}
_DEDUCTIBLE_FACTOR = {"filed": 1, "emergency": 1, "unfiled": 2}
_ASSISTANCE = {
    "extreme-poverty": Fraction(1),
    "subsistence": Fraction("0.7"),
    "near-subsistence": Fraction("0.6"),
    "none": Fraction(0),
}
_ASSISTANCE_CAP = 50_000_00
_PAYERS = ("basic", "critical", "assistance", "fiscal", "patient")


@dataclass(frozen=True)
class Reckoned:
    """Amounts in fen. `parts` holds, per line, in scope, first self-pay, excluded, over limit."""

    parts: tuple[tuple[int, int, int, int], ...]
    deductible: int
    shares: tuple[int, int, int, int, int]
    split: tuple[tuple[str, int], ...]
    owed: tuple[str, str, int] | None
    centre_refunds: int
    budgets: tuple[tuple[str, int], ...]
    accounts: tuple[tuple[str, str | None, int], ...]


def half_up(value: Fraction | int) -> int:
    """Half away from zero."""
    magnitude = floor(abs(Fraction(value)) + Fraction(1, 2))
    return magnitude if value >= 0 else -magnitude


def by_largest_remainder(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Whole fen in proportion to the weights, the left-over fen to the largest remainders, the earlier at a tie."""
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    exact = [total * weight / whole for weight in weights]
    found = [floor(value) for value in exact]
    while sum(found) < total:
        remainders = [value - part for value, part in zip(exact, found, strict=True)]
        found[remainders.index(max(remainders))] += 1
    return found


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (_REGISTRY / name).open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def reckon(claim: Claim, person: Enrolment, prior: YearToDate, *, filed: bool) -> Reckoned:
    """The whole claim, in the order in which design.md section 5 tells it."""
    return _Reckoning(claim, person, prior, filed).result()


@dataclass
class _Part:
    in_scope: int = 0
    self_pay: int = 0
    excluded: int = 0
    over: int = 0
    planned: bool = False
    masked: bool = False
    late: bool = False


@dataclass
class _Reckoning:
    claim: Claim
    person: Enrolment
    prior: YearToDate
    filed: bool
    place: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.place = next(row for row in _rows("institutions.csv") if row["code"] == self.claim.institution)
        statuses = {event.status for event in self.claim.diagnosis.history}
        self._is_ill(CaseStatus.CONFIRMED in statuses, CaseStatus.SUSPECTED in statuses)
        self.insured = self.person.insurance.value != "none"
        self.inpatient = self.claim.visit.kind.value == "inpatient"
        self._asked_on(self.claim.visit.admitted_on, self.claim.visit.discharged_on)
        self.home = self.person.insured_area if self.insured else None
        self.pool = self.place["pooling_area"]
        self.remote = self.home is not None and self.home != self.pool
        self.grass_roots = self.place["level"] in ("1", "2")
        if self.claim.diagnosis.later is not None:
            self._reach_back(self.claim.diagnosis.later)

    def _is_ill(self, confirmed: bool, suspected: bool) -> None:  # noqa: FBT001
        self.confirmed, self.suspected = confirmed, suspected and not confirmed
        self.ill = confirmed or suspected

    def _asked_on(self, admitted: date, left: date) -> None:
        """The days on which the notices are asked whether they stand."""
        self.left = left
        self.old_law = admitted < CLASS_B_FROM
        self.new_law = _within(admitted, CLASS_B_FROM, CLASS_B_TO)

    def _reach_back(self, later: LaterDiagnosis) -> None:
        """N-08: a later stay's diagnosis covers a visit at which the illness was unknown. The visit's own days are
        asked first, then those of the stay that brought the diagnosis; the notices of 2023 know no reaching back.
        """
        if self.ill:
            return
        own = (self.claim.visit.admitted_on, self.claim.visit.discharged_on)
        self._is_ill(later.status is CaseStatus.CONFIRMED, later.status is CaseStatus.SUSPECTED)
        for days in (own, (later.admitted_on, later.discharged_on)):
            self._asked_on(*days)
            if self.old_law and self.protected():
                return
        self._is_ill(False, False)
        self._asked_on(*own)

    # the notices

    def protected(self) -> bool:
        if self.old_law:
            if self.confirmed:
                return self.left >= JANUARY_22
            return self.suspected and self.left >= JANUARY_27
        return self.new_law and self.inpatient and self.confirmed

    def cut_is_waived(self) -> bool:
        if not self.old_law:
            return False
        if self.confirmed and self.left >= JANUARY_22:
            return True
        provinces = {self.pool[:2], (self.home or "")[:2]}
        dalian = "210200" in (self.pool, self.home) and self.left >= JANUARY_27
        return self.suspected and (dalian or ("53" in provinces and self.left >= FEBRUARY_1))

    def plan_counts(self) -> bool:
        """Tell whether lines of the treatment plan count as such for the patient."""
        if self.old_law:
            return self.protected() or self.shanxi()
        return self.protected() or self.special_outpatient()

    def shanxi(self) -> bool:
        """Class A there, its in-hospital preparations too, since the epidemic began."""
        return self.pool[:2] == "14" and self.ill and self.left >= JANUARY_22

    def special_outpatient(self) -> bool:
        """Level two and below in 2023, wherever the person is insured: 75 percent of Shandong, else the floor."""
        return self.new_law and not self.inpatient and self.ill and self.insured and self.grass_roots

    def special_ratio(self) -> Fraction:
        return Fraction(3, 4) if (self.home or "")[:2] == "37" else Fraction(7, 10)

    def returnee_pays(self) -> bool:
        return (
            self.old_law
            and self.left >= MARCH_26
            and self.pool[:2] == "14"
            and not self.insured
            and self.claim.entry.value == "overseas-returnee"
        )

    # step 1

    def part_of(self, line: Line) -> _Part:
        row = _row_of(line)
        part = _Part()
        if row is None or line.supply is not None:
            part.excluded = line.amount_fen
            return part
        part.planned, item_class = self._plan_of(line, row)
        if item_class == "C":
            part.excluded = line.amount_fen
            return part
        if row["price_ceiling"]:
            limit = Fraction(line.quantity) * Fraction(row["price_ceiling"]) * 100
            part.over = max(0, half_up(line.amount_fen - limit))
        if item_class == "B":
            part.self_pay = half_up((line.amount_fen - part.over) * Fraction(row["self_pay_ratio"]))
        part.in_scope = line.amount_fen - part.over - part.self_pay
        return part

    def _plan_of(self, line: Line, row: dict[str, str]) -> tuple[bool, str]:
        """Tell whether the treatment plan lists the item for the claim; also return the class it then counts as."""
        planned, item_class = False, row["class"]
        if not (row["plan_from"] and _within(line.on, _day(row["plan_from"]), _day(row["plan_to"]))):
            return planned, item_class
        kinds = ("drug", "service", "preparation") if self.shanxi() else ("drug", "service")
        if self.old_law and self.plan_counts() and row["kind"] in kinds:
            planned, item_class = True, "A"
        if self.new_law:
            planned = self.protected() or self.special_outpatient()
            if row["kind"] == "drug" and item_class == "C" and self.ill:
                planned, item_class = True, "A"
        return planned, item_class

    def parts(self) -> list[_Part]:
        excluded_on = self._suspicion_excluded_on()
        covers_all = self.old_law and self.protected()
        found: dict[int, _Part] = {}
        for line in self.claim.lines:
            if line.refunds is None:
                part = self.part_of(line)
                late = excluded_on is not None and line.on > excluded_on
                part.late = late
                bought = line.supply is not None
                part.masked = self.protected() and not late and not bought and (covers_all or part.planned)
                found[line.no] = part
        left = {no: [part.over, part.self_pay, part.excluded] for no, part in found.items()}
        for line in self.claim.lines:
            if line.refunds is not None:
                found[line.no] = self._refund(line, found[line.refunds], left[line.refunds])
        return [found[line.no] for line in self.claim.lines]

    def _refund(self, line: Line, of: _Part, left: list[int]) -> _Part:
        refunded = next(other for other in self.claim.lines if other.no == line.refunds)
        share = abs(Fraction(line.quantity)) / Fraction(refunded.quantity)
        amount = -line.amount_fen
        if of.excluded:
            return _Part(0, 0, -amount, 0, of.planned, of.masked, of.late)
        over = min(half_up(of.over * share), left[0], amount)
        left[0] -= over
        self_pay = min(half_up(of.self_pay * share), left[1], amount - over)
        left[1] -= self_pay
        return _Part(-(amount - over - self_pay), -self_pay, 0, -over, of.planned, of.masked, of.late)

    def _suspicion_excluded_on(self) -> date | None:
        if not self.suspected or not any(each.status is CaseStatus.SUSPECTED for each in self.claim.diagnosis.history):
            return None
        ordered = sorted(self.claim.diagnosis.history, key=lambda event: event.on)
        return ordered[-1].on if ordered[-1].status is CaseStatus.EXCLUDED else None

    # steps 2 to 4

    def basic_and_deductible(self, in_scope: int, parts: list[_Part]) -> tuple[int, int, Fraction]:
        if not self.insured:
            return 0, 0, Fraction(0)
        if not self.inpatient:
            return self._outpatient(parts), 0, Fraction(0)
        table = _BENEFITS[str(self.home)]
        level = int(self.place["level"]) - 1
        if self.person.insurance.value == "employee":
            deductible, ratio = table.employee_deductible[level], Fraction(table.employee_ratio[level])
            cap = table.employee_cap
            if self.person.employment.value == "retired":
                ratio = (
                    Fraction(table.retired_ratio) if table.retired_ratio else ratio + Fraction(table.retired_add or 0)
                )
        else:
            deductible, ratio = table.resident_deductible[level], Fraction(table.resident_ratio[level])
            cap = table.resident_cap
        if self.remote and not self.cut_is_waived():
            filing = "filed" if self.filed else self.claim.filing.value if self.claim.filing else "unfiled"
            ratio *= _RATIO_FACTOR[filing]
            deductible *= _DEDUCTIBLE_FACTOR[filing]
        taken = min(deductible * 100, in_scope)
        basic = min(half_up((in_scope - taken) * ratio), max(0, cap * 100 - self.prior.pool_fen))
        return basic, taken, ratio

    def _outpatient(self, parts: list[_Part]) -> int:
        plan = sum(part.in_scope for part in parts if part.planned)
        special = half_up(plan * self.special_ratio()) if self.special_outpatient() else 0
        ordinary = sum(part.in_scope for part in parts) - (plan if self.special_outpatient() else 0)
        return special + self.ordinary_outpatient(ordinary)

    def ordinary_outpatient(self, amount: int) -> int:
        return min(half_up(amount * _OUTPATIENT_RATIO), max(0, _OUTPATIENT_CAP - self.prior.outpatient_fen))

    def critical(self, in_scope: int, deductible: int, basic: int, ratio: Fraction) -> int:
        if not self.insured or not self.inpatient:
            return 0
        table = _BENEFITS[str(self.home)]
        if self.person.insurance.value == "employee":
            reached = ceil(max(0, table.employee_cap * 100 - self.prior.pool_fen) / ratio)
            beyond = max(0, in_scope - deductible - reached)
            return min(
                half_up(beyond * Fraction(table.large_ratio)), max(0, table.large_cap * 100 - self.prior.large_sum_fen)
            )
        poor = self.person.assistance.value != "none"
        burden = self.prior.burden_fen + in_scope - basic
        lower = Fraction(table.threshold * 100) / (2 if poor else 1)
        due = Fraction(0)
        for upper, band_ratio in table.bands:
            upper_fen = Fraction(upper * 100) if upper is not None else Fraction(burden)
            due += max(Fraction(0), min(Fraction(burden), upper_fen) - lower) * (
                Fraction(band_ratio) + (Fraction("0.05") if poor else 0)
            )
            lower = max(lower, upper_fen)
        due_fen = min(half_up(due), table.critical_cap * 100)
        return min(max(0, due_fen - self.prior.critical_fen), in_scope - basic)

    def assistance(self, in_scope: int, basic: int, critical: int) -> int:
        if not self.inpatient or not (self.insured or (self.returnee_pays() and self.ill)):
            return 0
        wanted = half_up((in_scope - basic - critical) * _ASSISTANCE[self.person.assistance.value])
        return min(wanted, max(0, _ASSISTANCE_CAP - self.prior.assistance_fen))

    # steps 5 to 8

    def target(self) -> Fraction | None:
        if not self.old_law or not self.protected() or self.left < FEBRUARY_1:
            return None
        place = (self.home or "") if self.insured else self.pool
        return Fraction(9, 10) if place[:2] == "53" else None

    def result(self) -> Reckoned:
        parts = self.parts()
        in_scope = sum(part.in_scope for part in parts)
        total = self.claim.total_fen
        basic, deductible, ratio = self.basic_and_deductible(in_scope, parts)
        critical = self.critical(in_scope, deductible, basic, ratio)
        funds = [basic, critical, self.assistance(in_scope, basic, critical)]
        masked_amount = sum(line.amount_fen for line, part in zip(self.claim.lines, parts, strict=True) if part.masked)
        masked_scope = sum(part.in_scope for part in parts if part.masked)
        on_mask_sum = half_up(Fraction(sum(funds) * masked_scope, in_scope)) if in_scope else 0
        on_mask = by_largest_remainder(on_mask_sum, [Fraction(amount) for amount in funds])
        off_mask = [whole - part for whole, part in zip(funds, on_mask, strict=True)]
        share = self.target()
        if share is not None:
            self._bring_to(half_up(share * masked_amount), on_mask)
        fiscal = masked_amount - sum(on_mask) if self.protected() and not self.returnee_pays() else 0
        shares = [one + other for one, other in zip(on_mask, off_mask, strict=True)]
        paid = sum(shares)
        return Reckoned(
            tuple((part.in_scope, part.self_pay, part.excluded, part.over) for part in parts),
            deductible,
            (shares[0], shares[1], shares[2], fiscal, total - paid - fiscal),
            tuple(self.split(fiscal)),
            (str(self.home), self.pool, paid) if self.remote else None,
            self.centre_refunds(fiscal),
            self.budgets(parts, sum(funds), in_scope, paid),
            tuple(self.accounts(shares, sum(on_mask) if share is not None and not self.insured else 0)),
        )

    def centre_refunds(self, fiscal: int) -> int:
        """60 percent of what local finance paid: for the confirmed from 25 January 2020, and again in 2023."""
        granted = self.new_law or (self.old_law and self.confirmed and self.left >= date(2020, 1, 25))
        return half_up(fiscal * Fraction(3, 5)) if granted else 0

    def budgets(self, parts: list[_Part], before: int, in_scope: int, paid: int) -> tuple[tuple[str, int], ...]:
        """Split the funds' payment by budget; costs after an excluded suspicion always count in the yearly total."""
        kind = self.budget_kind()
        until_then = sum(part.in_scope for part in parts if not part.late)
        late = before - (half_up(Fraction(before * until_then, in_scope)) if in_scope else 0)
        if kind == "total-control" or not late:
            return ((kind, paid),)
        return ((kind, paid - late), ("total-control", late))

    def budget_kind(self) -> str:
        designated = self.place["treatment_designated"] == "true"
        chongqing = self.pool == "500000" and self.confirmed and self.left >= CHONGQING_FROM
        if self.old_law:
            return "separate" if self.protected() and (designated or chongqing) else "total-control"
        return "separate" if self.pool[:2] == "37" and self.ill and self.insured else "total-control"

    def accounts(self, shares: list[int], pending: int) -> list[tuple[str, str | None, int]]:
        """Return the account that bears each fund's share; an uninsured person's money is the treatment place's."""
        home = self.home or ("530000" if pending and self.place["agency"] == "530000" else self.pool)
        names = ("basic", "critical", "assistance")
        return [(name, home, amount) for name, amount in zip(names, shares, strict=True) if amount]

    def _bring_to(self, target: int, on_mask: list[int]) -> None:
        on_mask[0] += max(0, target - sum(on_mask))
        for last in (2, 1, 0):
            on_mask[last] -= min(on_mask[last], max(0, sum(on_mask) - target))

    def split(self, fiscal: int) -> list[tuple[str, int]]:
        if not fiscal:
            return []
        if not (self.new_law and self.pool[:2] == "37"):
            return [(self.pool, fiscal)]
        area = self.place["area"]
        if area == "371526":
            weights = [("370000", Fraction("0.9")), (area, Fraction("0.1"))]
        elif self.pool == "371000":
            weights = [("370000", Fraction("0.8")), ("371000", Fraction("0.04")), (area, Fraction("0.16"))]
        else:
            weights = [("370000", Fraction("0.8")), (area, Fraction("0.2"))]
        amounts = by_largest_remainder(fiscal, [weight for _, weight in weights])
        return [(party, amount) for (party, _), amount in zip(weights, amounts, strict=True)]


def reckoned_of(document: dict[str, Any]) -> Reckoned:
    """A determination's document, in the same shape."""

    def fen(text: str) -> int:
        return int(text.replace(".", ""))

    owed = document["cross_region"]
    parts = tuple(
        tuple(fen(line[name]) for name in ("in_scope", "first_self_pay", "excluded", "over_limit"))
        for line in document["lines"]
    )
    return Reckoned(
        parts,  # type: ignore[arg-type]
        fen(document["deductible"]),
        tuple(fen(document["shares"][name]) for name in _PAYERS),  # type: ignore[arg-type]
        tuple((row["area"], fen(row["amount"])) for row in document["fiscal_split"]),
        (owed["debtor"], owed["creditor"], fen(owed["amount"])) if owed else None,
        fen(document["central_refund"]),
        tuple((part["kind"], fen(part["amount"])) for part in document["budgets"]),
        tuple(
            (row["payer"], row["account_area"], fen(row["amount"]))
            for row in document["payers"]
            if row["payer"] in _PAYERS[:3] and fen(row["amount"])
        ),
    )


def _row_of(line: Line) -> dict[str, str] | None:
    """The catalogue's row of a line on its day."""
    for row in _rows("catalogue.csv"):
        if row["code"] == line.code and _within(line.on, _day(row["valid_from"]), _day(row["valid_to"])):
            return row
    return None
