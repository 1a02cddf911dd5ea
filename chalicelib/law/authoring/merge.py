"""Rows of the register of institutions or of the catalogue, laid over those of a bundle: an agency's dated list.

A row of the catalogue says from which day it holds; a standing row of the item without an end then ends the day before,
so that past decisions by that row stay unchanged. An institution has one row, and a new row takes its place. Every line
has its answer; where any line is refused there is no new bundle, since half a list must not come into force. Source:
design.md section 4.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.errors import Finding, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.words.uploads import LineAnswer, LineOutcome
from chalicelib.law.authoring.checks import check_tables
from chalicelib.law.authoring.compiler import TABLES
from chalicelib.law.authoring.findings import Report
from chalicelib.law.authoring.registry_files import TableRow, read_table
from chalicelib.law.domain.bundle import WrittenBundle
from chalicelib.registry.domain.lists import Parts, RowTree
from chalicelib.registry.domain.register import by_code, edit_registers

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MergedTable:
    """The bundle with the rows laid over it, and the changed parts of its lists, None where a line is refused or
    nothing changes; the answer to every line, and the faults of the table as a whole.
    """

    bundle: WrittenBundle | None
    answers: tuple[LineAnswer, ...]
    wrong: tuple[Finding, ...] = ()


def merge_table(bundle: bytes, parts: Parts, table: str, text: str, agency: AreaCode | None) -> MergedTable:
    """Lay the rows of a CSV text over `table` of a bundle, whose lists lie in `parts`. Only institutions of `agency`
    may be changed. Only rows of the same codes are read and checked anew: the others stay as they were.
    """
    report = Report()
    rows = read_table(table, text.encode(), TABLES[table], report)
    document = json.loads(bundle)
    standing = _standing(document["registers"], parts, table, {each.row["code"] for each in rows})
    merged, answers = _merged(table, standing, rows, agency, report)
    areas = [TableRow(row, 0) for row in document["areas"]]
    if not report.findings:
        check_tables(
            {name: name for name in TABLES}, {**dict.fromkeys(TABLES, ()), "areas": areas, table: merged}, report
        )
    if report.findings:
        return _refused(answers, report)
    if all(each.outcome is LineOutcome.KNOWN for each in answers):
        return MergedTable(None, answers)
    changed = [each.row for each in merged]
    institutions = {row["code"]: row for row in changed} if table == "institutions" else {}
    items = by_code(changed) if table == "catalogue" else {}
    registers = edit_registers(document["registers"], parts, institutions, items)
    content = canonical_json({**document, "registers": registers.document})
    return MergedTable(WrittenBundle(content, registers.parts), answers)


def _standing(registers: Mapping[str, Any], parts: Parts, table: str, codes: set[str]) -> list[TableRow]:
    """Return the standing rows of some codes."""
    tree = RowTree(registers[table]["root"], parts)
    found = [value for code in sorted(codes) if (value := tree.get(code)) is not None]
    rows = found if table == "institutions" else [row for dated in found for row in dated]
    return [TableRow(row, 0) for row in rows]


def _merged(
    table: str, standing: Sequence[TableRow], rows: Sequence[TableRow], agency: AreaCode | None, report: Report
) -> tuple[list[TableRow], tuple[LineAnswer, ...]]:
    kept = {_key(table, each.row): each for each in standing}
    answers: list[LineAnswer] = []
    said: set[tuple[str, str]] = set()
    for each in rows:
        key = _key(table, each.row)
        before = kept.get(key)
        if wrong := _wrong_with(table, each.row, None if before is None else before.row, agency, repeated=key in said):
            report.findings.append((table, each.line, wrong))
        said.add(key)
        is_known = before is not None and before.row == each.row
        outcome = LineOutcome.KNOWN if is_known else LineOutcome.KEPT if before is None else LineOutcome.CHANGED
        answers.append(LineAnswer(each.line, outcome, each.row["code"]))
        if not is_known:
            kept[key] = each
            if table == "catalogue" and before is None:
                _end_before(kept, each)
    return list(kept.values()), tuple(answers)


def _key(table: str, row: Mapping[str, Any]) -> tuple[str, str]:
    return row["code"], (row["valid_from"] or "") if table == "catalogue" else ""


def _end_before(kept: dict[tuple[str, str], TableRow], new: TableRow) -> None:
    """End the item's earlier row that has no end on the day before the new one begins."""
    begins = new.row["valid_from"]
    if not begins:
        return
    last = (date.fromisoformat(begins) - timedelta(days=1)).isoformat()
    for key, each in kept.items():
        if key[0] == new.row["code"] and key[1] < begins and each.row["valid_to"] is None:
            kept[key] = replace(each, row={**each.row, "valid_to": last})


def _wrong_with(table: str, row: Row, before: Row | None, agency: AreaCode | None, *, repeated: bool) -> Finding | None:
    if repeated:
        return _TWICE
    if table == "catalogue":
        return None if row["valid_from"] else _FROM_MISSING
    settled_by = {row["agency"], *([] if before is None else [before["agency"]])}
    return None if agency is None or settled_by == {agency} else _ELSEWHERE


def _refused(answers: Sequence[LineAnswer], report: Report) -> MergedTable:
    """Return every line with its faults; a fault of no line of the upload stands by itself."""
    by_line: dict[int, list[Finding]] = {}
    for _, line, said in sorted(report.findings, key=lambda entry: (entry[1], entry[2].code)):
        by_line.setdefault(line, []).append(replace(said, field=f"line {line}" if line > 1 else ""))
    known = {each.line: each for each in answers}
    lines = sorted({*known, *(line for line in by_line if line > 1)})
    said_of = {line: tuple(by_line.get(line, ())) for line in lines}
    return MergedTable(
        None,
        tuple(
            LineAnswer(line, LineOutcome.REFUSED, None, said_of[line]) if said_of[line] else known[line]
            for line in lines
        ),
        tuple(each for line, found in by_line.items() if line <= 1 for each in found),
    )


_TWICE = finding(
    "duplicate-id",
    "",
    "同一代码和起始日在文件中出现两次，请只保留一行。",
    "Keep one line: the code and its first day stand twice in the file.",
)
_FROM_MISSING = finding(
    "valid-from-missing", "", "请填写生效日 valid_from。", "Give `valid_from`, the day from which the row holds."
)
_ELSEWHERE = finding(
    "institution-elsewhere",
    "",
    "只能登记与本经办机构结算的机构，请由其经办机构上传。",
    "Have the agency that settles with the institution send its row.",
)
