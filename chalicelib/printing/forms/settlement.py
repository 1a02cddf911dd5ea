"""The statement of settlement that a hospital hands to its patient: the bill, and each payer's share with its rule.

The patient's name is left to the hospital's pen: names and numbers stand nowhere outside the vault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.adjudication.domain.claim import Claim, VisitKind
from chalicelib.adjudication.domain.determination import DeterminationJson
from chalicelib.claims.domain.submission import ClaimView
from chalicelib.kernel.money import Fen, parse_yuan
from chalicelib.kernel.time import civil_date_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.platform.forms.model import Column, ColumnKind, Grid, PrintedForm, Value
from chalicelib.printing.forms.names import Names

_VISITS = {VisitKind.INPATIENT: "住院", VisitKind.OUTPATIENT: "门诊", VisitKind.EMERGENCY: "急诊"}
_SCHEMES = {"employee": "职工基本医疗保险", "resident": "城乡居民基本医疗保险"}
_PAYERS = (
    ("basic", "基本医疗保险", ("combined-share", "basic", "outpatient")),
    ("critical", "大病保险（职工大额医疗费用补助）", ("critical",)),
    ("assistance", "医疗救助", ("assistance",)),
    ("fiscal", "财政补助", ("fiscal",)),
    ("patient", "个人负担", ("patient",)),
)
"""Payers in the order in which they pay, and the steps whose articles decide their part."""

_LINES = (
    Column("序号", ColumnKind.COUNT, 3),
    Column("项目", width=12),
    Column("日期", ColumnKind.DAY, 6),
    Column("数量", ColumnKind.DECIMAL, 4),
    Column("单价", ColumnKind.PRICE, 6),
    Column("金额", ColumnKind.MONEY, 7),
    Column("政策范围内", ColumnKind.MONEY, 7),
    Column("先行自付", ColumnKind.MONEY, 6),
    Column("全自费", ColumnKind.MONEY, 6),
    Column("超限价", ColumnKind.MONEY, 6),
)


def settlement_form(claim: Claim, view: ClaimView, determination: DeterminationJson, names: Names) -> PrintedForm:
    """Build the form of a settled claim; `determination` is the document of its decision."""
    visit = claim.visit
    days = visit.admitted_on.isoformat()
    if visit.is_inpatient:
        days = f"{days} 至 {visit.discharged_on.isoformat()}"
    return PrintedForm(
        title="应急医疗保障费用结算单",
        unit=names.institution(claim.institution),
        facts=(
            ("结算申请号", claim.claim_no),
            ("就诊类别", _VISITS[visit.kind]),
            ("姓名", "＿＿＿＿＿（由医疗机构填写）"),
            ("就诊日期", days),
            ("参保地", names.area(_insured_area(determination))),
            ("参保险种", _scheme(determination)),
            ("就医地", names.area(names.registry.institutions[claim.institution].pooling_area)),
            ("诊断", "、".join(code.code for code in claim.diagnosis.codes) or "—"),
        ),
        grids=(_paid(determination), _lines(claim, determination)),
        capitals_fen=parse_yuan(determination["shares"]["patient"]),
        capitals_label="个人负担（大写）",
        notes=("政策范围内费用、先行自付、全自费、超限价之和等于金额；各方支付之和等于费用总额。",),
        signatures=("经办人", "复核", "患者（家属）签字"),
        issued_on=civil_date_of(view.changed_at),
        codes=_codes(view, determination),
        landscape=True,
        illustrative=bool(determination["illustrative"]),
    )


def _insured_area(determination: DeterminationJson) -> AreaCode | None:
    """Return the area whose fund pays; None for an uninsured person."""
    return next((each["account_area"] for each in determination["payers"] if each.get("scheme")), None)


def _scheme(determination: DeterminationJson) -> str:
    schemes = {each["scheme"] for each in determination["payers"] if each.get("scheme")}
    return "、".join(_SCHEMES.get(each, each) for each in sorted(schemes)) or "—"


def _paid(determination: DeterminationJson) -> Grid:
    steps = {step["step"]: step for step in determination["steps"]}
    rows: list[tuple[Value, ...]] = []
    for payer, name, deciding in _PAYERS:
        amount_fen = parse_yuan(determination["shares"][payer])
        step = next((steps[each] for each in deciding if each in steps), None)
        rows.append((name, amount_fen, "；".join(_articles(step)) if step is not None and amount_fen else ""))
    total_fen = parse_yuan(determination["total"])
    columns = (Column("支付方", width=12), Column("金额", ColumnKind.MONEY, 8), Column("依据", width=24))
    return Grid(columns, rows, ("合计", total_fen, ""), "一、各方支付")


def _articles(step: Mapping[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for cited in step["decided_by"]:
        named = cited["document_no"] if cited["article"] == "—" else f"{cited['document_no']} {cited['article']}"
        if named not in seen:
            seen.add(named)
            yield named


def _lines(claim: Claim, determination: DeterminationJson) -> Grid:
    decided = {line["no"]: line for line in determination["lines"]}
    rows: list[tuple[Value, ...]] = []
    sums: list[Fen] = [0] * 5
    for line in claim.lines:
        parts = [parse_yuan(decided[line.no][part]) for part in _PARTS]
        sums = [one + other for one, other in zip(sums, parts, strict=True)]
        rows.append((line.no, line.name, line.on, f"{line.quantity:f}", f"{line.price:f}", *parts))
    return Grid(_LINES, rows, (None, "合计", None, "", "", *sums), "二、费用明细")


_PARTS = ("amount", "in_scope", "first_self_pay", "excluded", "over_limit")


def _codes(view: ClaimView, determination: DeterminationJson) -> tuple[tuple[str, str], ...]:
    receipt = determination["receipt"]
    posted = "—" if view.settlement is None else view.settlement.transaction_id
    return (
        ("结算申请编号", f"{view.claim_id}（第 {view.version} 版）"),
        ("医疗机构编码", view.institution),
        ("记账凭证编号", posted),
        ("核定程序", receipt["engine"]),
        ("政策包", receipt["bundle"]),
        ("申请内容", receipt["input"]),
        ("核定结果", receipt["result"]),
    )
