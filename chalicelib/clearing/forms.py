"""A statement as a table: CSV and Excel, the same bytes for the same statement, so that a hash can name them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from chalicelib.clearing.domain.statements import COLUMNS
from chalicelib.kernel.canonical import canonical_json
from chalicelib.platform.forms.workbooks import saved

_EDITION = "版次 edition"
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


def csv_of(statement: dict[str, Any]) -> bytes:
    """The lines as UTF-8 CSV with a byte-order mark, as spreadsheets expect it for Chinese."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([*(_HEADINGS[name] for name in COLUMNS), _EDITION])
    edition = _edition(statement)
    table.writerows([*(line[name] for name in COLUMNS), edition] for line in statement["lines"])
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(statement: dict[str, Any]) -> bytes:
    """A workbook of two sheets: the sums with the root, and the lines. Amounts are texts, exact as everywhere."""
    from openpyxl import Workbook  # noqa: PLC0415 - a third of a second that only this task pays

    book = Workbook(write_only=True)
    sums, lines = book.create_sheet("汇总 sums"), book.create_sheet("明细 lines")
    for row in _sums(statement):
        sums.append(row)
    lines.append([_HEADINGS[name] for name in COLUMNS])
    for line in statement["lines"]:
        lines.append([line[name] for name in COLUMNS])
    return saved(book)


def _sums(statement: dict[str, Any]) -> Iterator[list[str]]:
    for name in ("area", "tier", "period", "run_id", "root"):
        yield [name, statement[name]]
    yield [_EDITION, _edition(statement)]
    terms = statement["terms"]
    cited = terms["citation"] or {"document_no": "—", "article": "—"}
    yield ["确认期限（日） days to confirm", str(terms["confirm_within_days"])]
    yield ["逾期视为同意 silence is consent", "是 yes" if terms["silence_is_consent"] else "否 no"]
    yield ["依据 by", f"{cited['document_no']} {cited['article']}"]
    yield []
    yield ["类别 kind", "应收 owed to", "应付 owed by", "净额 net", "争议 disputed"]
    for total in statement["totals"]:
        yield [total[name] for name in ("kind", "owed_to", "owed_by", "net", "disputed")]
    yield []
    yield ["类别 kind", "应付区划 debtor", "应收区划 creditor", "金额（元） amount", "笔数 claims"]
    for row in statement["obligations"]:
        yield [row["kind"], row["debtor"], row["creditor"], row["amount"], str(row["claims"])]


def _edition(statement: dict[str, Any]) -> str:
    """Which edition it is, and whether a dispute that it does not show in its sums is open."""
    pending = "，有异议待裁定 dispute pending" if statement["dispute_pending"] else ""
    return f"{statement['edition']}{pending}"


Forms: TypeAlias = Mapping[str, Callable[[dict[str, Any]], bytes]]

FORMS: Forms = {"json": canonical_json, "csv": csv_of, "xlsx": xlsx_of}
"""How a statement is written in each of its forms."""
