"""Printed forms of the desk's and the hotline's reports, to be signed. Forms are Chinese."""

from __future__ import annotations

from datetime import date

from chalicelib.law.domain.services.vocabulary import ConsultationSubject
from chalicelib.platform.forms.model import Column, ColumnKind, Grid, PrintedForm, Value
from chalicelib.service_desk.domain.counts import DeskReport, DeskSum
from chalicelib.service_desk.domain.hotline import HotlineReport
from chalicelib.service_desk.domain.kinds import Channel, DeskMatterKind

CASES = "单位：件"
_KINDS = {
    DeskMatterKind.RELOCATION_FILING: "异地安置备案",
    DeskMatterKind.INSTITUTION_SETTLEMENT: "定点医药机构结算",
    DeskMatterKind.INSTITUTION_RECORDS: "定点医药机构档案管理",
    DeskMatterKind.COVER_TRANSFER: "医疗保险关系转移接续",
    DeskMatterKind.RESIDENT_REGISTRATION: "城乡居民新参保建档",
    DeskMatterKind.DECEASED_ACCOUNT: "医疗保险死亡账户注销",
    DeskMatterKind.CIVIL_SERVANT_BENEFIT: "公务员待遇核准",
    DeskMatterKind.OTHER_CONTACTLESS: "其他不见面业务",
    DeskMatterKind.REMOTE_REIMBURSEMENT: "异地就医垫付费用手工报销",
    DeskMatterKind.MATERNITY_BENEFIT: "生育津贴及医疗费报销",
    DeskMatterKind.FAMILY_PLANNING_BENEFIT: "计划生育津贴及医疗费报销",
    DeskMatterKind.ACCOUNT_WITHDRAWAL: "异地安置人员提取个人账户",
    DeskMatterKind.PENSION_REPORTING: "退休金报盘",
    DeskMatterKind.OTHER: "其他业务",
}
_CHANNELS = {
    Channel.WEB: "网上",
    Channel.APP: "手机应用",
    Channel.PHONE: "电话",
    Channel.MAIL: "邮寄",
    Channel.FAX: "传真",
    Channel.COUNTER: "窗口",
}
CALLS = "单位：人次"
_SUBJECTS = {ConsultationSubject.EPIDEMIC: "疫情相关咨询", ConsultationSubject.BUSINESS: "医保政策及业务咨询"}


def desk_form(report: DeskReport, area_name: str, cited: tuple[str, ...], issued_on: date) -> PrintedForm:
    """Lay out the report for the head of an agency; `cited` are the articles that allow contactless business."""
    figures = tuple(Column(heading, ColumnKind.COUNT, 5) for heading in ("受理", "办结", "撤回"))
    rows: list[tuple[Value, ...]] = [
        (_KINDS[kind], _CHANNELS[channel], *_figures(each)) for kind, channel, each in report.by_kind
    ]
    days: list[tuple[Value, ...]] = [(day, *_figures(each)) for day, each in report.by_day]
    contactless = report.contactless
    return PrintedForm(
        title="经办服务件数统计表",
        unit=f"{area_name}医疗保障经办机构",
        facts=(
            ("期间", f"{report.from_on} 至 {report.to_on}"),
            ("不见面受理", f"{contactless.received} 件"),
            ("不见面办结", f"{contactless.finished} 件"),
            ("依据", "；".join(cited) or "—"),
        ),
        grids=(
            Grid(
                (Column("业务", width=14), Column("方式", width=5), *figures),
                rows,
                ("合计", "", *_figures(report.total)),
                "按业务和方式",
            ),
            Grid((Column("日期", ColumnKind.DAY, 8), *figures), days, heading="按日"),
        ),
        notes=("受理、办结、撤回各计入发生当日；不见面指窗口以外的各种方式。",),
        issued_on=issued_on,
        codes=(("区划代码", report.area),),
        measure=CASES,
    )


def hotline_form(report: HotlineReport, area_name: str, cited: tuple[str, ...], issued_on: date) -> PrintedForm:
    """Lay out the consultations of some days by hour and subject; `cited` are the articles that set up the hotline."""
    subjects = tuple(Column(_SUBJECTS[each], ColumnKind.COUNT, 9) for each in ConsultationSubject)
    rows: list[tuple[Value, ...]] = [
        (f"{hour:02d}:00", *(count for _, count in found), sum(count for _, count in found))
        for hour, found in report.by_hour
    ]
    numbers = "、".join(f"{each.number}（{each.from_hour}:00-{each.to_hour}:00）" for each in report.hotlines)
    return PrintedForm(
        title="医保热线咨询统计表",
        unit=f"{area_name}医疗保障经办机构",
        facts=(
            ("期间", f"{report.from_on} 至 {report.to_on}"),
            ("热线", numbers or "—"),
            ("咨询", f"{report.total} 人次"),
            ("依据", "；".join(cited) or "—"),
        ),
        grids=(
            Grid(
                (Column("时段", width=6), *subjects, Column("合计", ColumnKind.COUNT, 5)),
                rows,
                ("合计", *(count for _, count in report.by_subject), report.total),
            ),
        ),
        notes=("按来电时间（北京时间）计入所在小时；撤回的记录已扣除。",),
        issued_on=issued_on,
        codes=(("区划代码", report.area),),
        measure=CALLS,
    )


def _figures(each: DeskSum) -> tuple[int, int, int]:
    return each.received, each.finished, each.withdrawn
