"""A statement as a table: CSV and Excel, with the same bytes for the same statement, so that a hash can name them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, TypeAlias

from chalicelib.clearing.domain.statements import COLUMNS, StatementJson
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.time import Instant
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.platform.forms.workbooks import one_page_wide, saved

_EDITION = "版次 edition"
_POSTED_AT = "记账时间（北京时间） posted at"
_BEIJING = timezone(timedelta(hours=8))
_HEADINGS = {
    "claim_id": "结算编号 claim",
    "transaction_id": "账务编号 transaction",
    "occurred_at": "记账时间 posted at (UTC)",
    "kind": "类别 kind",
    "debtor": "应付区划 debtor",
    "creditor": "应收区划 creditor",
    "amount": "金额（元） amount",
    "status": "状态 status",
}
_ABOUT = {
    "area": "区划 area",
    "tier": "清算层级 tier",
    "period": "期间 period",
    "run_id": "清算编号 run",
    "root": "明细校验根 root of the lines",
}
KINDS = {ObligationKind.FUND: "基金 fund", ObligationKind.SUBSIDY: "补助 subsidy"}
STATUSES = {
    "cleared": "已清算 cleared",
    "disputed": "有异议 disputed",
    "dispute-pending": "有异议待裁定 dispute pending",
}


def csv_of(statement: StatementJson) -> bytes:
    """Write the lines as UTF-8 CSV with a byte-order mark, as spreadsheets expect for Chinese."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([*(_HEADINGS[name] for name in COLUMNS), _EDITION])
    edition = _edition(statement)
    table.writerows([*(line[name] for name in COLUMNS), edition] for line in statement["lines"])
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(statement: StatementJson) -> bytes:
    """Write a workbook of two sheets: the sums with the root, and the lines. Amounts and counts are numbers, instants
    are times in Beijing, kinds and states are words, and each sheet is printed on A4, one page wide, with its heading
    on every page.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - the import takes a third of a second, which only this task needs
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above

    def shown(sheet: Any, value: _Shown) -> Any:
        if not isinstance(value, Decimal | datetime):
            return value
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "#,##0.00" if isinstance(value, Decimal) else "yyyy-mm-dd hh:mm:ss"
        return cell

    book = Workbook(write_only=True)
    for title, rows, is_table in (("汇总 sums", _sums(statement), False), ("明细 lines", _lines(statement), True)):
        sheet = book.create_sheet(title)
        _set_up(sheet, is_table=is_table)
        for row in rows:
            sheet.append([shown(sheet, value) for value in row])
    return saved(book)


_Shown: TypeAlias = "str | int | Decimal | datetime"
_WIDTHS = (34, 44, 20, 12, 14, 14, 16, 16)


def _set_up(sheet: Any, *, is_table: bool) -> None:
    one_page_wide(sheet, landscape=is_table)
    for place, width in enumerate(_WIDTHS if is_table else (34, 18, 18, 18, 18)):
        sheet.column_dimensions["ABCDEFGH"[place]].width = width
    if is_table:
        sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"


def _lines(statement: StatementJson) -> Iterator[Sequence[_Shown]]:
    yield [_HEADINGS[name] for name in COLUMNS[:2]] + [_POSTED_AT] + [_HEADINGS[name] for name in COLUMNS[3:]]
    for line in statement["lines"]:
        typed: dict[str, _Shown] = {
            "amount": Decimal(line["amount"]),
            "occurred_at": _beijing(line["occurred_at"]),
            "kind": KINDS[line["kind"]],
            "status": STATUSES[line["status"]],
        }
        yield [typed.get(name, line[name]) for name in COLUMNS]


def _beijing(at: Instant) -> datetime:
    """Return an instant as spreadsheets hold it: the time in Beijing, without a zone."""
    return datetime.fromisoformat(at).astimezone(_BEIJING).replace(tzinfo=None, microsecond=0)


def _sums(statement: StatementJson) -> Iterator[Sequence[_Shown]]:
    for name, heading in _ABOUT.items():
        yield [heading, statement[name]]
    yield [_EDITION, _edition(statement)]
    terms = statement["terms"]
    cited = terms["citation"] or {"document_no": "—", "article": "—"}
    yield ["确认期限（日） days to confirm", terms["confirm_within_days"]]
    yield ["逾期视为同意 silence is consent", "是 yes" if terms["silence_is_consent"] else "否 no"]
    yield ["依据 by", f"{cited['document_no']} {cited['article']}"]
    yield []
    yield ["类别 kind", "应收 owed to", "应付 owed by", "净额 net", "争议 disputed"]
    for total in statement["totals"]:
        yield [KINDS[total["kind"]], *(Decimal(total[name]) for name in ("owed_to", "owed_by", "net", "disputed"))]
    yield []
    yield ["类别 kind", "应付区划 debtor", "应收区划 creditor", "金额（元） amount", "笔数 claims"]
    for row in statement["obligations"]:
        yield [KINDS[row["kind"]], row["debtor"], row["creditor"], Decimal(row["amount"]), row["claims"]]


def _edition(statement: StatementJson) -> str:
    """Return the edition's number, with a mark where a dispute is open that the edition's sums do not show."""
    pending = f"，{STATUSES['dispute-pending']}" if statement["dispute_pending"] else ""
    return f"{statement['edition']}{pending}"


Forms: TypeAlias = Mapping[str, Callable[[StatementJson], bytes]]

FORMS: Forms = {"json": canonical_json, "csv": csv_of, "xlsx": xlsx_of}
"""The writers of a statement, by form."""
