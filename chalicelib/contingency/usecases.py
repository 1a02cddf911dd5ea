"""Keeps versions of an area's contingency plan, analyses months of its fund, and records the responses made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chalicelib.budgets.domain import MonthSpending
from chalicelib.contingency.access import (
    CONTINGENCY_ANALYSE,
    CONTINGENCY_DECIDE,
    CONTINGENCY_PROPOSE,
    CONTINGENCY_READ,
)
from chalicelib.contingency.domain import (
    FUND_CONTINGENCY,
    AnalysisStatus,
    ContingencyPlan,
    ContingencyPlanId,
    ContingencyRule,
    FundAnalysis,
    FundAnalysisId,
    FundFigures,
    FundTrigger,
    PlanStatus,
    analysis_id_of,
    analysis_of,
    contingency_rule,
    plan_id_of,
    plan_in_force,
)
from chalicelib.contingency.forms import analysis_form, plan_form
from chalicelib.contingency.ports import ContingencyPlanStore, FundAnalysisStore, contingency_in
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.clocks import WorkingDays, start_clock
from chalicelib.kernel.errors import Conflict, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.persons.steps import TakeStep
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import BEFORE_ALL, instant, last_day_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Part, Put, Revise
from chalicelib.law.domain.citation import articles_of
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.services.clocks import clock_rule
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.months import periods_before
from chalicelib.platform.forms.model import PrintedForm
from chalicelib.registry.domain.resources import area_to_read, own, require_found
from chalicelib.settlement.ports import HospitalStore
from chalicelib.worklist.domain import Duty, Task, done, duty_task

_KIND = "contingency"
SCHEDULE = "schedule"
"""The actor of the work done on a schedule."""
_VERSIONS_AT_ONCE = 25
"""Versions of a plan in one page: the version in force is among the latest."""


@dataclass(frozen=True, slots=True)
class PlanRequest:
    plan_no: str
    title: str
    starts_on: date
    triggers: tuple[FundTrigger, ...]


@dataclass(frozen=True, slots=True)
class ContingencyPlans:
    plans: ContingencyPlanStore
    bundles: BundleStore
    take_step: TakeStep
    commits: Commits
    retrying: Retrying
    clock: Clock

    def propose(self, principal: Principal, request: PlanRequest) -> ContingencyPlan:
        """Propose a version of the plan of the caller's area; the same version again returns the first.

        Raises `Invalid` without a provision of the place for a plan, and for triggers that no plan can hold; `Conflict`
        for another content under the number.
        """
        require(principal, CONTINGENCY_PROPOSE, own(principal, _KIND))
        rule = _rule(self.bundles.current(), principal.area, self.clock.today())
        wrong = [*rule.findings(request.triggers)]
        if wrong:
            raise Invalid(wrong)
        plan = ContingencyPlan(
            plan_id_of(principal.area, request.plan_no),
            principal.area,
            request.plan_no,
            request.title,
            request.starts_on,
            request.triggers,
            Act.of(principal, instant(self.clock.now())),
            rule.provision.citation,
        )

        def once() -> ContingencyPlan:
            known = self.plans.get(plan.plan_id)
            if known is None:
                self.commits.commit([Revise(plan)])
                return plan
            if known.content != plan.content:
                raise Conflict([_NUMBER_TAKEN.naming(plan_id=known.plan_id)])
            return known

        return self.retrying.on_conflict(once)

    def decide(
        self, principal: Principal, plan_id: ContingencyPlanId, status: PlanStatus, reason: str | None
    ) -> ContingencyPlan:
        """Approve or refuse a version. Raises `OwnAct` for the proposer, `Conflict` if the version was decided
        otherwise, and `Invalid` for a refusal without a reason.
        """
        if status is PlanStatus.REFUSED and reason is None:
            require(principal, CONTINGENCY_DECIDE, own(principal, _KIND))
            raise Invalid([_REASON])

        def decided(plan: ContingencyPlan, act: Act) -> ContingencyPlan:
            return plan.decided_by(act, status, reason)

        return self.take_step(
            principal,
            lambda: self._visible(principal, CONTINGENCY_DECIDE, plan_id),
            decided,
            lambda _, moved: [Revise(moved)],
        )

    def read(self, principal: Principal, plan_id: ContingencyPlanId) -> ContingencyPlan:
        """Return a version to the area's agency, its finance department or the auditor."""
        return self._visible(principal, CONTINGENCY_READ, plan_id)

    def find(
        self, principal: Principal, status: PlanStatus | None, area: AreaCode | None, page: PageRequest
    ) -> Page[ContingencyPlan]:
        """List an area's versions, the latest first day first."""
        lists = _lists(self.bundles.current(), principal, area)
        return self.plans.find(lists, page, None if status is None else {"status": status.value})

    def printed(self, plan: ContingencyPlan) -> PrintedForm:
        """Lay out a version as a form to be signed, issued today."""
        bundle = self.bundles.current()
        cited = "；".join(articles_of(bundle, (plan.citation,)))
        return plan_form(plan, bundle.registry.areas[plan.area].name_zh, cited, self.clock.today())

    def _visible(self, principal: Principal, action: Action, plan_id: ContingencyPlanId) -> ContingencyPlan:
        plan = require_found(principal, action, _KIND, self.plans.get(plan_id))
        require(principal, action, Resource(_KIND, areas=frozenset({plan.area}), acted=(plan.proposed.actor,)))
        return plan


@dataclass(frozen=True, slots=True)
class AnalyseFund:
    plans: ContingencyPlanStore
    analyses: FundAnalysisStore
    hospitals: HospitalStore
    bundles: BundleStore
    take_step: TakeStep
    commits: Commits
    retrying: Retrying
    clock: Clock
    working_days: WorkingDays

    def __call__(self, principal: Principal, month: str) -> FundAnalysis:
        """Analyse a month of the caller's area under the plan in force on its last day; a repeated analysis under the
        same plan returns the first.

        Raises `Invalid` for a month that is not over, without a provision of the place for analyses, and without an
        approved plan.
        """
        require(principal, CONTINGENCY_ANALYSE, own(principal, _KIND))
        bundle, last = self.bundles.current(), last_day_of(month)
        if last >= self.clock.today():
            raise Invalid([_NOT_OVER])
        rule = _rule(bundle, principal.area, last)
        plan = self.plan_of(principal.area, last)
        if plan is None:
            raise Invalid([_NO_PLAN])
        return self.under(plan, rule, month, Act.of(principal, instant(self.clock.now())))

    def plan_of(self, area: AreaCode, on: date) -> ContingencyPlan | None:
        """Find the plan in force in an area on a day."""
        lists = (contingency_in(area),)
        return plan_in_force(every(lambda page: self.plans.find(lists, page), _VERSIONS_AT_ONCE), on)

    def under(self, plan: ContingencyPlan, rule: ContingencyRule, month: str, act: Act) -> FundAnalysis:
        """Analyse a month under a plan on behalf of the actor; a month already analysed is only read."""
        known = self.analyses.get(analysis_id_of(plan.area, month, plan.plan_id))
        if known is not None:
            return known
        bundle, now = self.bundles.current(), self.clock.now()
        figures = self._figures(bundle, plan.area, month, rule)
        days = clock_rule(bundle, FUND_CONTINGENCY, plan.area, last_day_of(month))
        analysis = analysis_of(plan, month, figures, act, start_clock(days, now, self.working_days))

        def once() -> FundAnalysis:
            known = self.analyses.get(analysis.analysis_id)
            if known is None:
                waiting = (Put(_task(analysis)),) if analysis.met else ()
                self.commits.commit([Revise(analysis), *waiting])
            return known or analysis

        return self.retrying.on_conflict(once)

    def answer(self, principal: Principal, analysis_id: FundAnalysisId, text: str) -> FundAnalysis:
        """Record the responses made to the triggers met. Raises `Conflict` for another answer."""

        def answered(analysis: FundAnalysis, act: Act) -> FundAnalysis:
            return analysis.answered_by(act, text)

        return self.take_step(
            principal,
            lambda: self._visible(principal, CONTINGENCY_ANALYSE, analysis_id),
            answered,
            _answered,
        )

    def read(self, principal: Principal, analysis_id: FundAnalysisId) -> FundAnalysis:
        """Return an analysis to the area's agency, its finance department or the auditor."""
        return self._visible(principal, CONTINGENCY_READ, analysis_id)

    def find(
        self, principal: Principal, status: AnalysisStatus | None, area: AreaCode | None, page: PageRequest
    ) -> Page[FundAnalysis]:
        """List an area's analyses, the latest month first."""
        lists = _lists(self.bundles.current(), principal, area)
        return self.analyses.find(lists, page, None if status is None else {"status": status.value})

    def _figures(self, bundle: Bundle, area: AreaCode, month: str, rule: ContingencyRule) -> FundFigures:
        months = (month, *periods_before(month, rule.months_before))
        spent = [MonthSpending(each) for each in months]
        for _, institution in bundle.registry.institutions_at(lambda place: place.pooling_area == area):
            added = self.hospitals.spending(institution.code, months)
            spent = [one.plus(other) for one, other in zip(spent, added, strict=True)]
        return FundFigures.of(spent[:1], [[each] for each in spent[1:]])

    def printed(self, analysis: FundAnalysis) -> PrintedForm:
        """Lay out a month as a form to be signed, issued today."""
        bundle = self.bundles.current()
        cited = "；".join(articles_of(bundle, (analysis.citation,)))
        return analysis_form(analysis, bundle.registry.areas[analysis.area].name_zh, cited, self.clock.today())

    def _visible(self, principal: Principal, action: Action, analysis_id: FundAnalysisId) -> FundAnalysis:
        analysis = require_found(principal, action, _KIND, self.analyses.get(analysis_id))
        require(principal, action, Resource(_KIND, areas=frozenset({analysis.area})))
        return analysis


@dataclass(frozen=True, slots=True)
class AnalyseEveryFund:
    """Analyses the past month of every area that keeps a plan, without a request."""

    analyse: AnalyseFund
    bundles: BundleStore
    clock: Clock

    def __call__(self) -> int:
        """Return the number of areas analysed; a repeat changes nothing, and the next run meets plans approved late."""
        bundle = self.bundles.current()
        (month,) = periods_before(self.clock.today().isoformat()[:7], 1)
        last, at = last_day_of(month), instant(self.clock.now())
        areas = sorted({each.pooling_area for each in bundle.registry.places})
        analysed = 0
        for area in areas:
            rule = contingency_rule(bundle, area, last)
            plan = None if rule is None else self.analyse.plan_of(area, last)
            if rule is not None and plan is not None:
                self.analyse.under(plan, rule, month, Act(SCHEDULE, Role.AGENCY, area, at))
                analysed += 1
        return analysed


def _rule(bundle: Bundle, area: AreaCode, on: date) -> ContingencyRule:
    rule = contingency_rule(bundle, area, on)
    if rule is None:
        raise Invalid([_NOT_PROVIDED])
    return rule


def _lists(bundle: Bundle, principal: Principal, area: AreaCode | None) -> tuple[str, ...]:
    whose = area_to_read(principal, CONTINGENCY_READ, bundle.registry, area, _KIND)
    return (contingency_in(whose),)


def _answered(analysis: FundAnalysis, moved: FundAnalysis) -> Sequence[Part]:
    return [Revise(moved), Put(done(_task(analysis), moved.clock.stopped or BEFORE_ALL))]


def _task(analysis: FundAnalysis) -> Task:
    duty = Duty(FUND_CONTINGENCY, analysis.analysis_id, analysis.clock)
    return duty_task(duty, Role.AGENCY, agency=analysis.area, areas=frozenset({analysis.area}))


_NOT_PROVIDED = finding(
    "contingency-not-provided",
    "",
    "本区划当日没有基金运行分析和预案的规定，请核对日期和区划。",
    "Check the day and the area: no provision has the fund analysed and a plan kept there.",
)
_NUMBER_TAKEN = finding(
    "plan-no-taken",
    "plan_no",
    "该预案编号已用于另一内容，请换号或查询原预案。",
    "Use another number, or read the plan that has this one: its content differs.",
)
_REASON = finding("reason-required", "reason", "不予批准须说明原因。", "Give the reason of the refusal.")
_NOT_OVER = finding("month-not-over", "month", "该月尚未结束，请于月末后分析。", "Wait until the month is over.")
_NO_PLAN = finding(
    "no-plan-in-force",
    "month",
    "该月末没有已批准的预案，请先提出并批准预案。",
    "Propose a plan and have it approved first: none held at the end of the month.",
)
