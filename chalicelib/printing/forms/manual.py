"""The form for settlement by hand (手工结算表) of a bill that could not be settled online: Yunnan's annex 2.

Our copy of the notice names the annex without its columns; the columns here are our reading, and the form says so. The
patient's name is left to the desk's pen. Source: Y-12, 云医保〔2020〕12号 四（一） and annex 2.
"""

from __future__ import annotations

from chalicelib.adjudication.domain.claim import Claim, VisitKind
from chalicelib.kernel.time import civil_date_of
from chalicelib.law.domain.services.vocabulary import PaperKind
from chalicelib.platform.forms.model import Column, ColumnKind, Grid, PrintedForm, Value
from chalicelib.printing.forms.names import Names
from chalicelib.reimbursements.domain.case import Payee, Reimbursement

_VISITS = {VisitKind.INPATIENT: "住院", VisitKind.OUTPATIENT: "门诊", VisitKind.EMERGENCY: "急诊"}
_PAYEES = {Payee.PERSON: "本人", Payee.INSTITUTION: "医疗机构"}
_PAPERS = {
    PaperKind.INVOICE: "医疗发票",
    PaperKind.ITEMISED_LIST: "费用明细清单",
    PaperKind.DIAGNOSIS: "诊断证明",
}
_LINES = (
    Column("序号", ColumnKind.COUNT, 3),
    Column("项目编码", width=7),
    Column("项目", width=12),
    Column("日期", ColumnKind.DAY, 6),
    Column("数量", ColumnKind.DECIMAL, 4),
    Column("单价", ColumnKind.PRICE, 6),
    Column("金额", ColumnKind.MONEY, 7),
)


def manual_form(case: Reimbursement, claim: Claim, names: Names) -> PrintedForm:
    """Build the form of a case, before or after its decision."""
    days = case.admitted_on.isoformat()
    if claim.visit.is_inpatient:
        days = f"{days} 至 {case.discharged_on.isoformat()}"
    return PrintedForm(
        title="保障对象未实行联网结算医疗费用手工结算表",
        unit=names.institution(case.institution),
        facts=(
            ("票据号码", case.invoice_no),
            ("就诊类别", _VISITS[claim.visit.kind]),
            ("姓名", "＿＿＿＿＿（由受理处填写）"),
            ("就诊日期", days),
            ("参保地", names.area(case.insured_area)),
            ("垫付人", _PAYEES[case.payee]),
            ("受理日期", civil_date_of(case.accepted.at).isoformat()),
            ("诊断", "、".join(code.code for code in claim.diagnosis.codes) or "—"),
        ),
        grids=(_money(case), _lines(claim), _papers(case)),
        capitals_fen=case.total_fen,
        capitals_label="医疗费用总额（大写）",
        notes=("本表栏目为系统对附件2的理解，以经办机构发布的表样为准。",),
        signatures=("经办人", "复核", "领款人签字"),
        issued_on=civil_date_of((case.decided or case.accepted).at),
        codes=(
            ("手工报销编号", case.case_id),
            ("医疗机构编码", case.institution),
            *((_PAPERS[paper.kind], paper.sha256) for paper in case.papers),
        ),
    )


def _money(case: Reimbursement) -> Grid:
    columns = (Column("项目", width=12), Column("金额", ColumnKind.MONEY, 8))
    rows: list[tuple[Value, ...]] = [("医疗费用总额", case.total_fen)]
    payment = case.payment
    funds_fen = None if payment is None else payment.amount_fen - payment.fiscal_fen
    rows += [
        ("医保基金支付", funds_fen),
        ("财政补助", None if payment is None else payment.fiscal_fen),
        ("个人负担", None if payment is None else case.total_fen - payment.amount_fen),
    ]
    return Grid(columns, rows, heading="一、费用与支付（核定后填列）")


def _lines(claim: Claim) -> Grid:
    rows: list[tuple[Value, ...]] = [
        (line.no, line.code, line.name, line.on, f"{line.quantity:f}", f"{line.price:f}", line.amount_fen)
        for line in claim.lines
    ]
    total_fen = sum(line.amount_fen for line in claim.lines)
    return Grid(_LINES, rows, (None, "", "合计", None, "", "", total_fen), "二、费用明细")


def _papers(case: Reimbursement) -> Grid:
    columns = (Column("材料", width=12), Column("是否齐备", width=6))
    kinds = [PaperKind(kind) for kind in case.required]
    rows = [(_PAPERS[kind], "缺" if kind.value in case.missing else "有") for kind in kinds]
    return Grid(columns, rows, heading="三、所附材料")
