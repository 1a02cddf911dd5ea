"""The statement of clearing as a form: the amounts owed to and by an area, the signatures, and its first lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.clearing.domain.statements import StatementJson
from chalicelib.kernel.money import parse_yuan
from chalicelib.kernel.time import Instant, civil_date_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.platform.forms.model import Column, ColumnKind, Grid, PrintedForm, Value
from chalicelib.printing.forms.names import Names
from chalicelib.registry.domain.model import NATION

LINES_PRINTED_MAX = 1000
_MORE = f"本表列前 {LINES_PRINTED_MAX} 笔，全部明细见清分表的 Excel 文件。"
_DISPUTED = "明细合计含有异议的金额；有异议、未列入的，不计入应收应付和区划之间的金额。"
_KINDS = {"fund": "医保基金", "subsidy": "财政补助"}
_STATES = {"cleared": "列入清算", "disputed": "有异议，未列入", "dispute-pending": "有异议，待裁定"}
_KIND = Column("类别", width=6)
_SIDES = (Column("应付方", width=9), Column("应收方", width=9))
_MONEY = ("应收", "应付", "净额", "异议金额")


def clearing_form(statement: StatementJson, issued_on: date, names: Names) -> PrintedForm:
    """Build the form of an area's statement. The form shows the lines while they are no more than a thousand; the other
    lines stand in the statement's own workbook.
    """
    area, lines = statement["area"], statement["lines"]
    net_fen = sum(parse_yuan(total["net"]) for total in statement["totals"])
    terms, printed = statement["terms"], lines[:LINES_PRINTED_MAX]
    cited = terms["citation"]
    return PrintedForm(
        title="医疗保障费用清分表",
        unit=_centre(statement["tier"], names),
        facts=(
            ("统筹区", names.area(area)),
            ("清算期", f"{statement['period']} 第 {statement['window']} 期"),
            ("版次", f"第 {statement['edition']} 版{'（有异议待裁定）' if statement['dispute_pending'] else ''}"),
            ("确认期限", f"{terms['confirm_within_days']} 日{'，逾期视为同意' if terms['silence_is_consent'] else ''}"),
            ("依据", "—" if cited is None else f"{cited['document_no']} {cited['article']}"),
            ("明细", f"{len(lines)} 笔"),
        ),
        grids=(_totals(statement["totals"]), _obligations(statement["obligations"], names), _lines(printed, names)),
        capitals_fen=net_fen,
        capitals_label="净额（大写，负为应付）",
        notes=(
            f"{names.area(area)}确认意见：＿＿＿＿＿＿＿＿＿＿　　确认单位（盖章）：＿＿＿＿＿＿　　日期：＿＿＿＿＿",
            *((_DISPUTED,) if any(row["status"] != "cleared" for row in printed) else ()),
            *((_MORE,) if len(lines) > len(printed) else ()),
        ),
        issued_on=issued_on,
        codes=(
            ("清算轮次", statement["run_id"]),
            ("默克尔根", statement["root"]),
            ("统筹区代码", area),
            *((f"序号 {place}", _ids(line)) for place, line in enumerate(printed, 1)),
        ),
        landscape=True,
    )


def _ids(line: Mapping[str, str]) -> str:
    return f"{line['claim_id']} {line['transaction_id']}"


def _centre(tier: AreaCode, names: Names) -> str:
    return "国家异地就医清算中心" if tier == NATION else f"{names.area(tier)}异地就医清算中心"


def _totals(rows: list[dict[str, str]]) -> Grid:
    said: list[tuple[Value, ...]] = [
        (_KINDS[row["kind"]], *(parse_yuan(row[name]) for name in ("owed_to", "owed_by", "net", "disputed")))
        for row in rows
    ]
    columns = (_KIND, *(Column(heading, ColumnKind.MONEY, 9) for heading in _MONEY))
    return Grid(columns, said, _summed(said, columns), heading="应收应付")


def _obligations(rows: list[dict[str, Any]], names: Names) -> Grid:
    columns = (_KIND, *_SIDES, Column("笔数", ColumnKind.COUNT, 4), Column("金额", ColumnKind.MONEY, 9))
    said: list[tuple[Value, ...]] = [
        (
            _KINDS[row["kind"]],
            names.area(AreaCode(row["debtor"])),
            names.area(AreaCode(row["creditor"])),
            row["claims"],
            parse_yuan(row["amount"]),
        )
        for row in rows
    ]
    return Grid(columns, said, _summed(said, columns), heading="区划之间")


def _lines(rows: list[dict[str, str]], names: Names) -> Grid:
    columns = (
        Column("序号", width=4),
        Column("记账日", ColumnKind.DAY, 6),
        _KIND,
        *_SIDES,
        Column("金额", ColumnKind.MONEY, 9),
        Column("状态", width=8),
    )
    said: list[tuple[Value, ...]] = [
        (
            str(place),
            civil_date_of(Instant(row["occurred_at"])),
            _KINDS[row["kind"]],
            names.area(AreaCode(row["debtor"])),
            names.area(AreaCode(row["creditor"])),
            parse_yuan(row["amount"]),
            _STATES[row["status"]],
        )
        for place, row in enumerate(rows, 1)
    ]
    return Grid(columns, said, _summed(said, columns), heading="明细")


def _summed(rows: list[tuple[Value, ...]], columns: tuple[Column, ...]) -> tuple[Value, ...]:
    sums: list[Value] = ["合计"]
    for place, column in enumerate(columns[1:], 1):
        is_number = column.kind in (ColumnKind.MONEY, ColumnKind.COUNT)
        sums.append(sum(int(str(row[place])) for row in rows) if is_number else None)
    return tuple(sums)
