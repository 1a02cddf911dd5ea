"""The notices of money: an agency's advance to a hospital, and its payment for some days' settlements."""

from __future__ import annotations

from datetime import date

from chalicelib.advances.domain.model import Advance, AdvanceStatus
from chalicelib.kernel.time import civil_date_of
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.platform.forms.model import Column, ColumnKind, Grid, PrintedForm, Value
from chalicelib.printing.forms.names import Names
from chalicelib.settlement.domain.squaring import Remittance

_FUNDS = {AdvanceFund.SPECIAL: "专项预拨", AdvanceFund.ORDINARY: "日常预付"}
_STATES = {
    AdvanceStatus.REQUESTED: "待审批",
    AdvanceStatus.APPROVED: "已批准，待拨付",
    AdvanceStatus.INSTRUCTED: "已通知银行付款",
    AdvanceStatus.PAID: "已支付",
    AdvanceStatus.FAILED: "支付失败",
    AdvanceStatus.REFUSED: "不予批准",
    AdvanceStatus.RETURNED: "已退回",
}
_EVENTS = {
    "settled": "结算",
    "corrected": "更正",
    "reversed": "冲销",
    "released": "放行",
    "failed": "支付失败",
    "came-back": "退票",
}
"""The subject of a line, by the word its event begins with; a number may follow."""


def advance_notice(advance: Advance, cited: str, names: Names) -> PrintedForm:
    """Build the notice of an advance; `cited` is the article by which its quota was reckoned.

    An advance that waits for its decision has no amount in capital figures, since nothing is granted yet.
    """
    decided = advance.decided_in
    dated = civil_date_of((decided or advance.requested).at)
    columns = (Column("事项", width=10), Column("日期", ColumnKind.DAY, 8), Column("金额", ColumnKind.MONEY, 10))
    rows: list[tuple[Value, ...]] = [("申请", civil_date_of(advance.requested.at), advance.amount_fen)]
    if decided is not None:
        rows.append((_STATES[advance.status], dated, advance.approved_fen))
    rows += [("退回", civil_date_of(each.reported.at), -each.amount_fen) for each in advance.returns]
    return PrintedForm(
        title=f"{_FUNDS[advance.fund]}款拨付通知单",
        unit=names.agency(advance.agency),
        facts=(
            ("收款医疗机构", names.institution(advance.institution)),
            ("款项", _FUNDS[advance.fund]),
            ("状态", _STATES[advance.status]),
            ("依据", cited),
        ),
        grids=(Grid(columns, rows),),
        capitals_fen=None if decided is None else advance.approved_fen - advance.returned_fen,
        capitals_label="实际拨付（大写）",
        notes=("专项预拨款用于收治保障对象，结算时冲抵，结余按通知退回。",)
        if advance.fund is AdvanceFund.SPECIAL
        else (),
        issued_on=dated,
        codes=(
            ("预拨编号", advance.advance_id),
            ("医疗机构编码", advance.institution),
            ("银行流水号", advance.bank_reference or "—"),
        ),
    )


def payment_notice(advice: Remittance, from_on: date, to_on: date, issued_on: date, names: Names) -> PrintedForm:
    """Build the notice of a hospital's payment for the settlements of some days, both inclusive."""
    columns = (
        Column("结算申请号", width=9),
        Column("事项", width=4),
        Column("日期", ColumnKind.DAY, 6),
        Column("费用总额", ColumnKind.MONEY, 7),
        Column("患者负担", ColumnKind.MONEY, 7),
        Column("应付", ColumnKind.MONEY, 7),
        Column("抵扣预拨", ColumnKind.MONEY, 7),
        Column("扣回", ColumnKind.MONEY, 6),
        Column("暂缓", ColumnKind.MONEY, 6),
        Column("本次支付", ColumnKind.MONEY, 7),
    )
    rows: list[tuple[Value, ...]] = [
        (
            line.claim_no,
            _event(line.event),
            civil_date_of(line.at),
            line.bill.billed_fen,
            line.bill.patient_fen,
            line.owed_fen,
            line.offset_fen,
            line.withheld_fen,
            line.held_fen,
            line.ordered_fen,
        )
        for line in advice.lines
    ]
    total: tuple[Value, ...] = (
        "合计",
        "",
        None,
        sum(line.bill.billed_fen for line in advice.lines),
        sum(line.bill.patient_fen for line in advice.lines),
        advice.owed_fen,
        advice.offset_fen,
        advice.withheld_fen,
        advice.held_fen,
        advice.ordered_fen,
    )
    return PrintedForm(
        title="应急医疗保障费用支付通知单",
        unit=names.agency(names.registry.institutions[advice.institution].agency),
        facts=(("收款医疗机构", names.institution(advice.institution)), ("期间", f"{from_on} 至 {to_on}")),
        grids=(Grid(columns, rows, total),),
        capitals_fen=advice.ordered_fen,
        capitals_label="本次支付（大写）",
        notes=("应付减抵扣预拨、扣回和暂缓，等于本次支付。",),
        issued_on=issued_on,
        codes=(("医疗机构编码", advice.institution), *((line.claim_no, line.claim_id) for line in advice.lines)),
        landscape=True,
    )


def _event(event: str) -> str:
    return next((said for word, said in _EVENTS.items() if event.startswith(word)), event)
