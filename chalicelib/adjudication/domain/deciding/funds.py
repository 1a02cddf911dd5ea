"""What the funds pay by ordinary rules: basic, critical illness (or the employees' large sum), assistance.

Steps 2 to 4 of design.md section 5. Every product is rounded half up once, where the text says so; caps count the
person's year of discharge.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from chalicelib.adjudication.domain.deciding import wording_of_funds as wording
from chalicelib.adjudication.domain.deciding.trace import Trace, percent
from chalicelib.adjudication.domain.determination import YearContribution
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.money import Fen, format_yuan, round_half_up
from chalicelib.kernel.text import Text
from chalicelib.law.domain.facts import Facts
from chalicelib.law.domain.model import Provision, Slot
from chalicelib.law.domain.resolution import Resolver
from chalicelib.law.domain.values import (
    Assistance,
    CriticalIllness,
    Deductible,
    LargeSum,
    OutpatientOrdinary,
    OutpatientRule,
    PoolCap,
    Ratio,
    RemoteCut,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The claim's in-scope amounts in fen: all of it, and the part on plan lines."""

    in_scope_fen: Fen
    in_scope_of_plan_fen: Fen


@dataclass(frozen=True, slots=True)
class FundShares:
    """What each fund pays before any target, the deductible used, and what enters the person's year."""

    basic_fen: Fen
    critical_fen: Fen
    assistance_fen: Fen
    deductible_fen: Fen
    contribution: YearContribution


class FundAssessor:
    """Applies the ordinary rules of the insured place to one claim."""

    def __init__(self, resolver: Resolver, prior: YearToDate, trace: Trace) -> None:
        self._resolver = resolver
        self._facts: Facts = resolver.facts
        self._prior = prior
        self._trace = trace

    def assess(self, scope: Scope) -> FundShares:
        values = self._facts.values
        if values["visit"] != "inpatient":
            return FundShares(0, 0, 0, 0, YearContribution()) if values["insurance"] == "none" else self._visit(scope)
        if values["insurance"] == "none":
            return self._uninsured(scope)
        return self._stay(scope)

    def _decider(self, slot: Slot) -> Provision:
        winner = self._resolver.resolve(slot).winner
        if winner is None:
            raise Invalid([_undecided(slot)])
        return winner

    def _visit(self, scope: Scope) -> FundShares:
        """An outpatient or emergency visit: no deductible, no critical illness, no assistance."""
        rule = OutpatientRule.read(self._decider(Slot.OUTPATIENT_RULE).value)
        ordinary = OutpatientOrdinary.read(self._decider(Slot.OUTPATIENT_ORDINARY).value)
        special_fen = 0
        rest_fen = scope.in_scope_fen
        by = [self._resolver.resolve(Slot.OUTPATIENT_RULE)]
        formula: list[str] = []
        if rule.plan_ratio is not None:
            rest_fen -= scope.in_scope_of_plan_fen
            special_fen = round_half_up(scope.in_scope_of_plan_fen * rule.plan_ratio)
            formula.append(f"{format_yuan(scope.in_scope_of_plan_fen)} × {percent(rule.plan_ratio)}")
        left_fen = max(0, ordinary.cap_fen - self._prior.outpatient_fen)
        wanted_fen = round_half_up(rest_fen * ordinary.ratio)
        ordinary_fen = min(wanted_fen, left_fen)
        if rest_fen or rule.plan_ratio is None:
            by.append(self._resolver.resolve(Slot.OUTPATIENT_ORDINARY))
            formula.append(f"min({format_yuan(rest_fen)} × {percent(ordinary.ratio)}, {format_yuan(left_fen)})")
        basic_fen = special_fen + ordinary_fen
        self._trace.add(
            "basic",
            wording.outpatient(
                None if rule.plan_ratio is None else (scope.in_scope_of_plan_fen, rule.plan_ratio, special_fen),
                wording.Limited(rest_fen, ordinary.ratio, wanted_fen, left_fen),
            ),
            before=0,
            after=basic_fen,
            formula=" + ".join(formula),
            by=by,
        )
        return FundShares(basic_fen, 0, 0, 0, YearContribution(outpatient_fen=ordinary_fen))

    def _uninsured(self, scope: Scope) -> FundShares:
        grant = self._resolver.resolve(Slot.UNINSURED_ASSISTANCE)
        assistance_fen = self._assistance(scope.in_scope_fen, (grant.decided_by)) if grant.granted else 0
        return FundShares(0, 0, assistance_fen, 0, YearContribution(assistance_fen=assistance_fen))

    def _stay(self, scope: Scope) -> FundShares:
        """An inpatient stay of an insured person."""
        deductible_fen, ratio = self._terms(scope.in_scope_fen)
        cap_fen = PoolCap.read(self._decider(Slot.POOL_CAP).value).cap_fen
        cap_left_fen = max(0, cap_fen - self._prior.pool_fen)
        above_fen = scope.in_scope_fen - deductible_fen
        wanted_fen = round_half_up(above_fen * ratio)
        basic_fen = min(wanted_fen, cap_left_fen)
        self._trace.add(
            "basic",
            wording.basic_of_stay(wording.Limited(above_fen, ratio, wanted_fen, cap_left_fen)),
            before=0,
            after=basic_fen,
            formula=f"min({format_yuan(above_fen)} × {percent(ratio)}, {format_yuan(cap_left_fen)})",
            by=[self._resolver.resolve(slot) for slot in (Slot.RATIO, Slot.POOL_CAP)],
        )
        burden_fen = scope.in_scope_fen - basic_fen
        large_fen = critical_fen = 0
        if self._facts.values["insurance"] == "employee":
            large_fen = self._large_sum(above_fen, ratio, cap_left_fen)
        else:
            critical_fen = self._critical(burden_fen)
        second_fen = large_fen + critical_fen
        assistance_fen = self._assistance(burden_fen - second_fen, ())
        contribution = YearContribution(basic_fen, burden_fen, critical_fen, large_fen, assistance_fen, 0)
        return FundShares(basic_fen, second_fen, assistance_fen, deductible_fen, contribution)

    def _terms(self, in_scope_fen: Fen) -> tuple[Fen, Fraction]:
        """Deductible and ratio, with the remote cut unless it is waived."""
        values = self._facts.values
        level = values["level"]
        deductible = Deductible.read(self._decider(Slot.DEDUCTIBLE).value).by_level[level]
        table = Ratio.read(self._decider(Slot.RATIO).value)
        ratio = (table.retired_by_level if values["employment"] == "retired" else table.by_level)[level]
        by = [self._resolver.resolve(Slot.DEDUCTIBLE)]
        if values["distance"] != "local":
            waiver = self._resolver.resolve(Slot.REMOTE_CUT_WAIVER)
            cut = RemoteCut.read(self._decider(Slot.REMOTE_CUT).value)
            factor, times = cut.ratio_factor[values["filing"]], cut.deductible_factor[values["filing"]]
            told = wording.remote_cut(wording.RemoteTerms(ratio, factor, deductible, times), waived=waiver.granted)
            if waiver.granted:
                self._trace.add("remote-cut", told, before=percent(ratio), after=percent(ratio), by=[waiver])
            else:
                self._trace.add(
                    "remote-cut",
                    told,
                    before=percent(ratio),
                    after=percent(ratio * factor),
                    formula=f"{percent(ratio)} × {percent(factor)}",
                    by=[self._resolver.resolve(Slot.REMOTE_CUT)],
                )
                ratio, deductible = ratio * factor, round_half_up(deductible * times)
        used_fen = min(deductible, in_scope_fen)
        self._trace.add(
            "deductible",
            wording.deductible(in_scope_fen, deductible, used_fen),
            before=in_scope_fen,
            after=in_scope_fen - used_fen,
            formula=f"{format_yuan(in_scope_fen)} − min({format_yuan(deductible)}, {format_yuan(in_scope_fen)})",
            by=by,
        )
        return used_fen, ratio

    def _large_sum(self, above_fen: Fen, ratio: Fraction, cap_left_fen: Fen) -> Fen:
        """Employees: the in-scope amount beyond the one at which the pool cap was reached."""
        layer = LargeSum.read(self._decider(Slot.LARGE_SUM).value)
        reached_fen = -(-cap_left_fen // ratio) if ratio else above_fen
        beyond_fen = max(0, above_fen - int(reached_fen))
        left_fen = max(0, layer.cap_fen - self._prior.large_sum_fen)
        wanted_fen = round_half_up(beyond_fen * layer.ratio)
        paid_fen = min(wanted_fen, left_fen)
        if beyond_fen:
            self._trace.add(
                "critical",
                wording.large_sum(wording.Limited(beyond_fen, layer.ratio, wanted_fen, left_fen)),
                before=0,
                after=paid_fen,
                formula=f"min({format_yuan(beyond_fen)} × {percent(layer.ratio)}, {format_yuan(left_fen)})",
                by=[self._resolver.resolve(Slot.LARGE_SUM)],
            )
        return paid_fen

    def _critical(self, burden_fen: Fen) -> Fen:
        """Residents: bands on the year's accumulated in-scope burden, less what was paid before."""
        layer = CriticalIllness.read(self._decider(Slot.CRITICAL_ILLNESS).value)
        by = [self._resolver.resolve(Slot.CRITICAL_ILLNESS)]
        threshold = Fraction(layer.threshold_fen)
        added = Fraction(0)
        if self._facts.values["assistance"] != "none":
            relief = Assistance.read(self._decider(Slot.ASSISTANCE).value)
            threshold *= relief.critical_threshold_factor
            added = relief.critical_ratio_add
            by.append(self._resolver.resolve(Slot.ASSISTANCE))
        accumulated_fen = self._prior.burden_fen + burden_fen
        exact = Fraction(0)
        edge = threshold
        bands: list[tuple[Fen, Fraction]] = []
        for band in layer.bands:
            upper = (
                Fraction(accumulated_fen)
                if band.to_fen is None
                else min(Fraction(accumulated_fen), Fraction(band.to_fen))
            )
            if upper > edge:
                ratio = min(Fraction(1), band.ratio + added)
                exact += (upper - edge) * ratio
                bands.append((round_half_up(upper - edge), ratio))
                edge = upper
        due_fen = min(round_half_up(exact), layer.cap_fen)
        # A class or band that changed within the year may leave more due than this claim has burden.
        paid_fen = min(max(0, due_fen - self._prior.critical_fen), burden_fen)
        if bands:
            year = wording.BandedYear(
                year=self._facts.days.discharge.year,
                accumulated_fen=accumulated_fen,
                threshold_fen=round_half_up(threshold),
                bands=tuple(bands),
                cap_fen=layer.cap_fen,
                paid_before_fen=self._prior.critical_fen,
                burden_fen=burden_fen,
                paid_fen=paid_fen,
            )
            told = wording.critical_illness(year)
            self._trace.add("critical", told, before=0, after=paid_fen, formula=year.formula, by=by)
        return paid_fen

    def _assistance(self, burden_fen: Fen, granted_by: tuple[Provision, ...]) -> Fen:
        """Medical assistance by class on the burden that is left, within the year's cap."""
        kind = self._facts.values["assistance"]
        if kind == "none":
            return 0
        rule = Assistance.read(self._decider(Slot.ASSISTANCE).value)
        ratio = rule.by_class.get(kind, Fraction(0))
        left_fen = max(0, rule.cap_fen - self._prior.assistance_fen)
        wanted_fen = round_half_up(burden_fen * ratio)
        paid_fen = min(wanted_fen, left_fen)
        self._trace.add(
            "assistance",
            wording.assistance(
                wording.Limited(burden_fen, ratio, wanted_fen, left_fen),
                insured=self._facts.values["insurance"] != "none",
            ),
            before=0,
            after=paid_fen,
            formula=f"min({format_yuan(burden_fen)} × {percent(ratio)}, {format_yuan(left_fen)})",
            by=[self._resolver.resolve(Slot.ASSISTANCE)],
            citing=granted_by,
        )
        return paid_fen


def _undecided(slot: Slot) -> Finding:
    return Finding(
        "benefits-missing",
        "patient",
        Text(
            f"参保地没有已发布的普通待遇（{slot.value}），无法核定；请联系参保地经办机构发布。",
            f"No ordinary benefits are published for the insured place ({slot.value}); ask its agency to publish them.",
        ),
    )
