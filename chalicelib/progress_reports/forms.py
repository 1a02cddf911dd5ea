"""Printed form of a day's progress reports, signed and sealed. Forms are Chinese, with English headings below."""

from __future__ import annotations

from datetime import date, datetime

from chalicelib.kernel.time import SHANGHAI, Instant
from chalicelib.platform.forms.model import Column, Grid, PrintedForm, Value
from chalicelib.progress_reports.domain import DayOfReports, UnitOfDay, UnitStatus

_STATES = {
    UnitStatus.DUE: "未到时限",
    UnitStatus.SENT: "已报",
    UnitStatus.LATE: "迟报",
    UnitStatus.MISSING: "未报",
}
_COLUMNS = (
    Column("单位", width=7, english="Unit"),
    Column("状态", width=5, english="State"),
    Column("首次上报时间", width=8, english="First sent"),
    Column("工作做法", width=14, english="Practice"),
    Column("工作进展", width=14, english="Progress"),
    Column("存在问题", width=12, english="Problems"),
    Column("负责人员（科室、职务、工号）", width=10, english="Responsible"),
)


def progress_form(day: DayOfReports, area_name: str, cited: str, issued_on: date) -> PrintedForm:
    """Build the form of all units' reports of a day; `cited` is the article that requires the reports."""
    required = day.requirement
    missing = [each.unit.name.zh for each in day.units if each.status is UnitStatus.MISSING]
    return PrintedForm(
        title="工作进展日报汇总表",
        english="Progress of the day, by unit",
        unit=f"{area_name}医疗保障经办机构",
        facts=(
            ("日期 Day", required.on.isoformat()),
            ("时限 Due by", _moment(required.clock.due)),
            ("应报 Expected", f"{len(day.units)} 个单位"),
            ("未报 Missing", f"{len(missing)} 个单位"),
            ("未报单位 Who is missing", "、".join(missing) or "无"),
            ("依据 By", cited),
        ),
        grids=(Grid(_COLUMNS, [_row(each) for each in day.units]),),
        notes=("再次上报的，列最后一次内容；过时上报为迟报。",),
        issued_on=issued_on,
        codes=(("区划代码", required.told), *((each.unit.unit, each.unit.name.zh) for each in day.units)),
        measure="",
        landscape=True,
    )


def _row(row: UnitOfDay) -> tuple[Value, ...]:
    named = (row.unit.name.zh, _STATES[row.status])
    if row.report is None:
        return (*named, "", "", "", "", "")
    said = row.report.latest
    responsible = "；".join(f"{each.office} {each.post} {each.staff_no}" for each in said.responsible)
    sent = _moment(row.report.versions[0].sent.at)
    return (*named, sent, said.practice, said.progress, said.problems or "", responsible)


def _moment(at: Instant | None) -> str:
    """Return an instant in China's time."""
    return "" if at is None else datetime.fromisoformat(at).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
