"""List files and printed forms of contingency plans and analysed months, to be signed and sealed.

Source: S-15, 鲁医保发〔2023〕1号 八. Forms are Chinese, with English headings below.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chalicelib.contingency.domain import AnalysisStatus, ContingencyPlan, FundAnalysis, FundTrigger, PlanStatus
from chalicelib.law.domain.services.vocabulary import FundMeasure
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind, Grid, PrintedForm, Value

_MONEY, _DECIMAL = ColumnKind.MONEY, ColumnKind.DECIMAL
_MEASURES = {
    FundMeasure.EPIDEMIC_AMOUNT: "不纳入总额控制的基金支付（元）",
    FundMeasure.EPIDEMIC_SHARE: "不纳入总额控制部分占基金支付的比例",
    FundMeasure.GROWTH: "基金支付与前几个月平均之比",
}
_PLAN_STATES = {PlanStatus.PROPOSED: "待审批", PlanStatus.APPROVED: "已批准", PlanStatus.REFUSED: "不予批准"}
_MONTH_STATES = {
    AnalysisStatus.QUIET: "未达到触发条件",
    AnalysisStatus.OPEN: "待落实",
    AnalysisStatus.ANSWERED: "已落实",
}


def plan_file(plans: Sequence[ContingencyPlan]) -> ListFile:
    """Write versions of plans as a file, one trigger per row."""
    columns = (
        Column("区划", english="area"),
        Column("预案文号", english="plan_no"),
        Column("名称", english="title"),
        Column("起始日", ColumnKind.DAY, english="starts_on"),
        Column("状态", english="status"),
        Column("指标", english="measure"),
        Column("触发值", _DECIMAL, english="threshold"),
        Column("应对措施", english="response"),
        Column("提出时间", english="proposed"),
        Column("审批时间", english="decided"),
        Column("预案编号", english="plan_id"),
    )
    rows: list[tuple[Value, ...]] = [
        (
            plan.area,
            plan.plan_no,
            plan.title,
            plan.starts_on,
            plan.status.value,
            each.measure.value,
            each.threshold_text,
            each.response,
            plan.proposed.at,
            None if plan.decided is None else plan.decided.at,
            plan.plan_id,
        )
        for plan in plans
        for each in plan.triggers
    ]
    return ListFile("contingency-plans", columns, rows)


def analysis_file(analyses: Sequence[FundAnalysis]) -> ListFile:
    """Write analysed months as a file, one per row, with the responses made."""
    columns = (
        Column("区划", english="area"),
        Column("月份", english="month"),
        Column("基金支付", _MONEY, english="funds"),
        Column("不纳入总额控制", _MONEY, english="epidemic"),
        Column("占比", _DECIMAL, english="epidemic_share"),
        Column("与前几个月平均之比", _DECIMAL, english="growth"),
        Column("达到的触发条件数", ColumnKind.COUNT, english="met"),
        Column("状态", english="status"),
        Column("落实情况", english="answer"),
        Column("期限", english="due"),
        Column("预案编号", english="plan_id"),
        Column("基金分析编号", english="analysis_id"),
    )
    rows: list[tuple[Value, ...]] = [
        (
            each.area,
            each.month,
            each.figures.funds_fen,
            each.figures.separate_fen,
            each.figures.measured_text(FundMeasure.EPIDEMIC_SHARE),
            each.figures.measured_text(FundMeasure.GROWTH),
            len(each.met),
            each.status.value,
            each.answer,
            each.clock.due,
            each.plan_id,
            each.analysis_id,
        )
        for each in analyses
    ]
    return ListFile("fund-analyses", columns, rows)


def plan_form(plan: ContingencyPlan, area_name: str, cited: str, issued_on: date) -> PrintedForm:
    """Lay out a version of a plan; `cited` is the article that asks for a plan."""
    decided = () if plan.decided is None else (("审批时间 Decided", plan.decided.at[:10]),)
    refused = () if plan.reason is None else (("理由 Reason", plan.reason),)
    return PrintedForm(
        title="医疗保险基金调整预案",
        english="Contingency plan of the fund",
        unit=f"{area_name}医疗保障经办机构",
        facts=(
            ("预案文号 Number", plan.plan_no),
            ("名称 Title", plan.title),
            ("起始日 From", plan.starts_on.isoformat()),
            ("状态 State", _PLAN_STATES[plan.status]),
            ("提出时间 Proposed", plan.proposed.at[:10]),
            *decided,
            *refused,
            ("依据 By", cited),
        ),
        grids=(_triggers(plan.triggers, "触发条件和应对措施 Triggers"),),
        issued_on=issued_on,
        codes=(("区划代码", plan.area), ("预案编号", plan.plan_id)),
        measure="",
        signatures=("拟制", "审批", "负责人"),
    )


def analysis_form(analysis: FundAnalysis, area_name: str, cited: str, issued_on: date) -> PrintedForm:
    """Lay out a month under its plan; `cited` is the article that has the fund analysed."""
    figures = analysis.figures
    paid: list[tuple[Value, ...]] = [
        ("基金支付 Paid by the funds", figures.funds_fen),
        ("其中不纳入总额控制 Outside total control", figures.separate_fen),
        *((f"前第 {back} 个月 Months before: {back}", fen) for back, fen in enumerate(figures.before_fen, 1)),
    ]
    measured: list[tuple[Value, ...]] = [
        (_MEASURES[each], figures.measured_text(each)) for each in (FundMeasure.EPIDEMIC_SHARE, FundMeasure.GROWTH)
    ]
    return PrintedForm(
        title="医疗保险基金运行分析表",
        english="Analysis of a month of the fund",
        unit=f"{area_name}医疗保障经办机构",
        facts=(
            ("月份 Month", analysis.month),
            ("区划 Area", area_name),
            ("状态 State", _MONTH_STATES[analysis.status]),
            ("落实情况 What was done", analysis.answer or "—"),
            ("依据 By", cited),
        ),
        grids=(
            Grid(
                (Column("项目", width=20, english="Item"), Column("金额", _MONEY, 12, "Amount")),
                paid,
                heading="一、基金支付 Paid",
            ),
            Grid(
                (Column("指标", width=20, english="Measure"), Column("数值", _DECIMAL, 12, "Value")),
                measured,
                heading="二、指标 Measures",
            ),
            _triggers(analysis.met, "三、达到的触发条件 Triggers that were reached"),
        ),
        notes=("基金支付按入账月（北京时间）汇总本区划医疗机构的基金支付。",),
        issued_on=issued_on,
        codes=(("区划代码", analysis.area), ("预案编号", analysis.plan_id), ("基金分析编号", analysis.analysis_id)),
    )


def _triggers(triggers: Sequence[FundTrigger], heading: str) -> Grid:
    columns = (
        Column("指标", width=14, english="Measure"),
        Column("触发值", _DECIMAL, 8, "Threshold"),
        Column("应对措施", width=20, english="Response"),
    )
    rows: list[tuple[Value, ...]] = [(_MEASURES[each.measure], each.threshold_text, each.response) for each in triggers]
    return Grid(columns, rows or [("无", None, "")], heading=heading)
