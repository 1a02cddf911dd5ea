"""The load of the epidemic's costs on an area's fund in a month, and the plan of responses beyond set figures.

A plan is proposed by one person and approved by another; the plan in force on a day is the approved plan with the
latest first day. A month is analysed once it is over: the amount that the funds paid, the part outside total control,
and the comparison with the months before. Every trigger that is met names its response. Nothing here reads a store.

Source: S-15, 鲁医保发〔2023〕1号 八.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import NewType

from chalicelib.adjudication.domain.claim_document import decimal_of_units
from chalicelib.budgets.domain import MonthSpending
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, Finding, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.domain.services.vocabulary import FundMeasure

ContingencyPlanId = NewType("ContingencyPlanId", str)
FundAnalysisId = NewType("FundAnalysisId", str)

FUND_CONTINGENCY = "fund-contingency"
"""The policy name of the business."""

THRESHOLD_DECIMALS = 4
"""The decimal places of a threshold, held in whole ten-thousandths: of the whole, or of a yuan."""


def _digits(units: int) -> str:
    return decimal_of_units(units, THRESHOLD_DECIMALS)


@dataclass(frozen=True, slots=True)
class FundFigures:
    """The funds' payments to the institutions of an area in a month, and in the months before, latest first."""

    total_control_fen: Fen
    separate_fen: Fen
    before_fen: tuple[Fen, ...]

    @classmethod
    def of(cls, month: Iterable[MonthSpending], before: Iterable[Sequence[MonthSpending]]) -> FundFigures:
        """Sum the payments over the institutions of an area."""
        found = tuple(month)
        return cls(
            sum(each.total_control_fen for each in found),
            sum(each.separate_fen for each in found),
            tuple(sum(each.funds_fen for each in one) for one in before),
        )

    @property
    def funds_fen(self) -> Fen:
        return self.total_control_fen + self.separate_fen

    def measured(self, measure: FundMeasure) -> int | None:
        """Return a figure in whole ten-thousandths, None without a payment to compare it with."""
        match measure:
            case FundMeasure.EPIDEMIC_AMOUNT:
                return self.separate_fen * 100
            case FundMeasure.EPIDEMIC_SHARE:
                return self.separate_fen * 10_000 // self.funds_fen if self.funds_fen > 0 else None
            case FundMeasure.GROWTH:
                total = sum(self.before_fen)
                return self.funds_fen * len(self.before_fen) * 10_000 // total if total > 0 else None

    def measured_text(self, measure: FundMeasure) -> str | None:
        """Write a figure by its digits; None where `measured` gives none."""
        found = self.measured(measure)
        return None if found is None else _digits(found)


@dataclass(frozen=True, slots=True)
class FundTrigger:
    """A figure of a month beyond which the plan sets a response."""

    measure: FundMeasure
    threshold: int
    response: str

    @classmethod
    def of(cls, measure: FundMeasure, threshold: Decimal, response: str) -> FundTrigger:
        return cls(measure, int(threshold.scaleb(THRESHOLD_DECIMALS)), response)

    @property
    def threshold_text(self) -> str:
        """The threshold by its digits."""
        return _digits(self.threshold)

    def is_met(self, figures: FundFigures) -> bool:
        """Tell whether a month reaches the threshold."""
        found = figures.measured(self.measure)
        return found is not None and found >= self.threshold


class PlanStatus(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ContingencyPlan:
    """A version of an area's plan, in force from a day on."""

    plan_id: ContingencyPlanId
    area: AreaCode
    plan_no: str
    title: str
    starts_on: date
    triggers: tuple[FundTrigger, ...]
    proposed: Act
    citation: str
    status: PlanStatus = PlanStatus.PROPOSED
    decided: Act | None = None
    reason: str | None = None
    revision: int = 1

    @property
    def content(self) -> tuple[object, ...]:
        """The content proposed, without its time and proposer."""
        return (self.title, self.starts_on, self.triggers)

    def decided_by(self, act: Act, status: PlanStatus, reason: str | None) -> ContingencyPlan:
        """Decide the plan; the same decision again changes nothing. Raises `Conflict` for another decision."""
        if self.decided is not None:
            if (self.status, self.reason) == (status, reason):
                return self
            raise Conflict([_DECIDED.naming(status=self.status.value)])
        return replace(self, status=status, decided=act, reason=reason, revision=self.revision + 1)


def plan_id_of(area: AreaCode, plan_no: str) -> ContingencyPlanId:
    """Derive the plan's id: an area's number names a single version."""
    return ContingencyPlanId(f"pln_{fingerprint([area, plan_no])[:26]}")


def plan_in_force(plans: Iterable[ContingencyPlan], on: date) -> ContingencyPlan | None:
    """Find the plan in force on a day: the latest to begin, of two the plan that was approved later. `plans` come with
    the latest first day first, and the versions before the plan in force are not taken.
    """
    standing = (each for each in plans if each.status is PlanStatus.APPROVED and each.starts_on <= on)
    _, latest = next(groupby(standing, key=lambda each: each.starts_on), (None, ()))
    return max(latest, key=lambda each: each.decided.at if each.decided else "", default=None)


class AnalysisStatus(StrEnum):
    """`quiet`: no trigger was met. `open`: the plan's responses are still to be made. `answered`: they were made."""

    QUIET = "quiet"
    OPEN = "open"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class FundAnalysis:
    """A month of an area's fund under a plan. `met` are the triggers reached."""

    analysis_id: FundAnalysisId
    area: AreaCode
    month: str
    plan_id: ContingencyPlanId
    figures: FundFigures
    met: tuple[FundTrigger, ...]
    analysed: Act
    clock: LegalClock
    citation: str
    status: AnalysisStatus
    answered: Act | None = None
    answer: str | None = None
    revision: int = 1

    def answered_by(self, act: Act, text: str) -> FundAnalysis:
        """Record the responses made to the triggers; the same answer again changes nothing.

        Raises `Conflict` for another answer, and for a month that reached no trigger.
        """
        if self.answered is not None:
            if self.answer == text:
                return self
            raise Conflict([_ANSWERED.naming(status=self.status.value)])
        if self.status is AnalysisStatus.QUIET:
            raise Conflict([_QUIET.naming(status=self.status.value)])
        return replace(
            self,
            status=AnalysisStatus.ANSWERED,
            answered=act,
            answer=text,
            clock=self.clock.stop(act.at),
            revision=self.revision + 1,
        )


def analysis_id_of(area: AreaCode, month: str, plan_id: ContingencyPlanId) -> FundAnalysisId:
    """Derive the analysis' id: a month is analysed once under every version of the plan."""
    return FundAnalysisId(f"ana_{fingerprint([area, month, plan_id])[:26]}")


def analysis_of(plan: ContingencyPlan, month: str, figures: FundFigures, act: Act, clock: LegalClock) -> FundAnalysis:
    """Analyse a month under a plan."""
    met = tuple(each for each in plan.triggers if each.is_met(figures))
    return FundAnalysis(
        analysis_id_of(plan.area, month, plan.plan_id),
        plan.area,
        month,
        plan.plan_id,
        figures,
        met,
        act,
        clock if met else clock.stop(act.at),
        plan.citation,
        AnalysisStatus.OPEN if met else AnalysisStatus.QUIET,
    )


@dataclass(frozen=True, slots=True)
class ContingencyRule:
    """The provision that has an area keep a plan."""

    provision: Provision

    @property
    def months_before(self) -> int:
        return int(self.provision.value["months_before"])

    def findings(self, triggers: Sequence[FundTrigger]) -> Iterator[Finding]:
        """Find the triggers that no plan can hold: measures not provided for, repeated triggers, thresholds of zero."""
        allowed = self.provision.value["measures"]
        seen: set[tuple[FundMeasure, int]] = set()
        for place, trigger in enumerate(triggers):
            if trigger.measure.value not in allowed:
                yield finding("measure-not-provided", f"triggers[{place}].measure", *_MEASURE, self.provision.citation)
            if trigger.threshold <= 0:
                yield finding("threshold-not-positive", f"triggers[{place}].threshold", *_THRESHOLD)
            if (trigger.measure, trigger.threshold) in seen:
                yield finding("trigger-repeated", f"triggers[{place}]", *_REPEATED)
            seen.add((trigger.measure, trigger.threshold))


def contingency_rule(bundle: Bundle, area: AreaCode, on: date) -> ContingencyRule | None:
    """Find the provision that has a plan kept in an area on a day; None without such a provision."""
    found = decider(bundle, Slot.FUND_CONTINGENCY, area, on)
    return None if found is None else ContingencyRule(found)


_MEASURE = ("该指标不在文件所列指标之内，请更正。", "Choose a figure that the provision names.")
_THRESHOLD = ("触发值应大于零，请更正。", "Correct the threshold: it has to be more than zero.")
_REPEATED = (
    "同一指标同一触发值只列一次，请合并。",
    "Put both into one: a trigger with this figure stands there already.",
)
_DECIDED = finding(
    "plan-decided", "decision", "该预案已有决定，请先查询。", "Read the plan first: it was decided otherwise."
)
_ANSWERED = finding(
    "analysis-answered", "text", "该分析已有处理结果，请先查询。", "Read the analysis first: it was answered otherwise."
)
_QUIET = finding(
    "analysis-quiet",
    "",
    "该月未达到任何触发值，请查询分析结果。",
    "Read the analysis: the month reached no trigger of the plan.",
)
