"""A statement as a table: CSV and Excel, the same bytes for the same statement, so that a hash can name them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from chalicelib.clearing.domain.statements import COLUMNS
from chalicelib.kernel.canonical import canonical_json

_NEVER = datetime(1980, 1, 1)  # noqa: DTZ001 - a zip file's earliest date, and no instant at all
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
    book.properties.creator = "quebao"
    book.properties.created = book.properties.modified = _NEVER
    sums, lines = book.create_sheet("汇总 sums"), book.create_sheet("明细 lines")
    for row in _sums(statement):
        sums.append(row)
    lines.append([_HEADINGS[name] for name in COLUMNS])
    for line in statement["lines"]:
        lines.append([line[name] for name in COLUMNS])
    content = io.BytesIO()
    book.save(content)
    return _without_times(content.getvalue())


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


def _without_times(content: bytes) -> bytes:
    """The same archive with every file at one date, for openpyxl writes the present one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            part = read.read(name)
            if name == "docProps/core.xml":
                part = _fixed_properties(part)
            written.writestr(zipfile.ZipInfo(name, _NEVER.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _fixed_properties(part: bytes) -> bytes:
    """The properties without the time of saving, which openpyxl sets on its own."""
    start, end = part.find(b"<dcterms:modified"), part.find(b"</dcterms:modified>")
    return part if start < 0 else part[:start] + part[end + len(b"</dcterms:modified>") :]


Forms: TypeAlias = Mapping[str, Callable[[dict[str, Any]], bytes]]

FORMS: Forms = {"json": canonical_json, "csv": csv_of, "xlsx": xlsx_of}
"""How a statement is written in each of its forms."""
