"""The form by which a district asks for funds (用款申请表): amounts requested, approved, paid, received and short.

The notice orders requisitions and shows no form; the columns are our reading, and the form says so.
Source: C-12, 渝医保发〔2020〕3号 三（三）.
"""

from __future__ import annotations

from chalicelib.kernel.time import civil_date_of
from chalicelib.platform.forms.model import Column, ColumnKind, Grid, PrintedForm
from chalicelib.printing.forms.names import Names
from chalicelib.requisitions.domain import Requisition, RequisitionKind, RequisitionPurpose, RequisitionStatus

_PURPOSES = {
    RequisitionPurpose.SETTLEMENT: "结算支付",
    RequisitionPurpose.CLEARING: "异地清算",
    RequisitionPurpose.ADVANCE: "预付医疗机构",
    RequisitionPurpose.DEFICIT: "弥补基金缺口",
    RequisitionPurpose.ADJUSTMENT: "省级调剂",
}
_KINDS = {
    RequisitionKind.BASIC: "基本医疗保险基金",
    RequisitionKind.CRITICAL: "大病保险（大额补助）资金",
    RequisitionKind.ASSISTANCE: "医疗救助资金",
    RequisitionKind.FISCAL: "财政补助资金",
}
_STATES = {
    RequisitionStatus.ASKED: "待审批",
    RequisitionStatus.REFUSED: "不予批准",
    RequisitionStatus.APPROVED: "已批准，拨付中",
    RequisitionStatus.PAID: "已足额拨付",
    RequisitionStatus.RECEIVED: "已足额到账",
    RequisitionStatus.WITHDRAWN: "申请区划已撤回",
}


def requisition_form(requisition: Requisition, cited: str, names: Names) -> PrintedForm:
    """Build the form of a requisition's present state; `cited` is the article by which the payer pays it."""
    decided, withdrawn = requisition.decided, requisition.withdrawn
    rows = tuple(_row(requisition, kind) for kind in RequisitionKind if kind in _asked(requisition))
    totals = [sum(figure) for figure in zip(*(row[1:] for row in rows), strict=True)]
    columns = (
        Column("资金种类", width=12),
        *(Column(heading, ColumnKind.MONEY, 8) for heading in ("申请额", "批准额", "已拨付", "已到账", "尚欠", "超付")),
    )
    why = [("审批意见", requisition.because), ("撤回原因", requisition.withdrawn_because)]
    return PrintedForm(
        title="医疗保障资金用款申请表",
        unit=names.agency(requisition.area),
        facts=(
            ("申请编号", requisition.number),
            ("拨款单位", f"{names.area(requisition.payer)}财政部门"),
            ("用途", _PURPOSES[requisition.purpose]),
            ("状态", _STATES[requisition.status]),
            ("申请日期", civil_date_of(requisition.asked.at).isoformat()),
            ("需用日期", requisition.needed_on.isoformat()),
            ("审批日期", "—" if decided is None else civil_date_of(decided.at).isoformat()),
            ("依据", cited),
            ("申请理由", requisition.reason),
            *((label, told) for label, told in why if told is not None),
        ),
        grids=(Grid(columns, rows, ("合计", *totals)),),
        capitals_fen=totals[0] if decided is None else totals[1],
        capitals_label="申请金额（大写）" if decided is None else "批准金额（大写）",
        notes=("本表栏目为系统对用款申请的理解，以财政部门发布的表样为准。",),
        signatures=("申请单位负责人", "财政审核", "拨款经办"),
        landscape=True,
        issued_on=civil_date_of((withdrawn or decided or requisition.asked).at),
        codes=(("用款申请标识", requisition.requisition_id), ("申请区划代码", requisition.area)),
    )


def _asked(requisition: Requisition) -> frozenset[RequisitionKind]:
    return frozenset(line.kind for line in requisition.lines)


def _row(requisition: Requisition, kind: RequisitionKind) -> tuple[str, *tuple[int, ...]]:
    line = requisition.line(kind)
    return (
        _KINDS[kind],
        line.asked_fen,
        line.approved_fen,
        line.paid_fen,
        line.received_fen,
        line.short_fen,
        line.beyond_fen,
    )
