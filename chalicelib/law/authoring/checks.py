"""Checks between files: known areas, unique ids, overrides with targets, known rows, no overlaps."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.authoring.findings import Report
from chalicelib.law.authoring.models import ArticleFields
from chalicelib.law.authoring.provisions import Placed, ReadNotice
from chalicelib.law.authoring.registry_files import TableRow
from chalicelib.law.domain.model import SLOTS, Combination, Slot

Tables = Mapping[str, Sequence[TableRow]]


def check_notices(
    notices: Sequence[ReadNotice], areas: set[AreaCode], rows: set[str] | None, known: set[str] | None, report: Report
) -> None:
    """Check the references of notices. `known` are all citations and ids written, also of provisions that did not fit;
    None where a file could not be read, so that references into that file are not taken for missing.
    """
    _check_ids(notices, report)
    for notice in notices:
        _check_area(notice.header, areas, ("notice", "area"), report, None)
        for placed in notice.provisions:
            if placed.row["area"] != notice.header.row["area"]:
                _check_area(placed, areas, (*placed.path, "area"), report, placed.citation)
            if known is not None:
                _check_overrides(placed, known, report)
            _check_rows(placed, rows, report)
        _check_overlaps(notice.provisions, report)


def _check_ids(notices: Sequence[ReadNotice], report: Report) -> None:
    seen: dict[str, str] = {}
    for notice in notices:
        if notice.id in seen:
            report.at(
                notice.header.source,
                (*notice.header.path, "id"),
                "duplicate-id",
                f"文件编号 {notice.id} 已用于 {seen[notice.id]}；请换一个。",
                f"the notice id {notice.id} is taken by {seen[notice.id]}; choose another.",
            )
        seen.setdefault(notice.id, notice.header.place)
        provisions: dict[str, str] = {}
        for placed in notice.provisions:
            name = placed.row["id"]
            if name in provisions:
                report.at(
                    placed.source,
                    (*placed.path, "id"),
                    "duplicate-id",
                    f"条款编号 {name} 已用于 {provisions[name]}；请换一个，如 {name}b。",
                    f"the provision id {name} is taken by {provisions[name]}; choose another, as {name}b.",
                    placed.citation,
                )
            provisions.setdefault(name, placed.place)


def _check_area(placed: Placed, areas: set[AreaCode], path: Any, report: Report, citation: str | None) -> None:
    area = placed.row["area"]
    if area not in areas:
        report.at(
            placed.source,
            path,
            "unknown-area",
            f"区划 {area} 不在 registry/areas.csv 中；请更正代码或先登记该区划。",
            f"the area {area} is not in registry/areas.csv; correct the code or add the area there first.",
            citation,
        )


def _check_overrides(placed: Placed, known: set[str], report: Report) -> None:
    for position, target in enumerate(placed.row["overrides"]):
        where = (*placed.path, "overrides", position)
        if target in (placed.citation, placed.row["notice"]):
            report.at(
                placed.source,
                where,
                "dangling-override",
                "条款不能取代自身或本文件；请改写其他条款。",
                "a provision cannot override itself or its own notice; name another.",
                placed.citation,
            )
        elif target not in known:
            report.at(
                placed.source,
                where,
                "dangling-override",
                f"overrides 指向不存在的 {target}；请写已有的文件编号或 文件编号.条款编号。",
                f"overrides names {target}, which does not exist; write a notice id or notice.provision.",
                placed.citation,
            )


def _check_rows(placed: Placed, rows: set[str] | None, report: Report) -> None:
    if rows is None:
        return
    key = "rows" if (*placed.path, "rows") in placed.source.lines else "source"
    for position, row in enumerate(placed.row["rows"]):
        if row not in rows:
            report.at(
                placed.source,
                (*placed.path, key, position),
                "unknown-row",
                f"articles.yaml 中没有条目 {row}；请更正。",
                f"articles.yaml has no row {row}; correct it.",
                placed.citation,
            )


def _check_overlaps(provisions: Iterable[Placed], report: Report) -> None:
    """Check that no two provisions of a notice decide a slot under the same conditions on the same day."""
    alike: dict[str, list[Placed]] = defaultdict(list)
    for placed in provisions:
        row = placed.row
        if SLOTS[Slot(row["decides"])].combination is Combination.MOST_SPECIFIC:
            same = [row["decides"], row["area"], row["when"], row["effective"]["anchor"]]
            alike[json.dumps(same, sort_keys=True)].append(placed)
    for group in alike.values():
        for one, other in itertools.combinations(group, 2):
            first, second = one.row["effective"], other.row["effective"]
            if _overlap(first["from"], first["to"], second["from"], second["to"]):
                report.at(
                    other.source,
                    other.path,
                    "overlapping-dates",
                    f"与 {one.citation}（{one.place}）决定同一事项、条件相同且日期重叠；请用 effective 分开两段日期。",
                    f"it decides the same as {one.citation} ({one.place}) under the same conditions on days that "
                    "overlap; give each its own `effective` dates.",
                    other.citation,
                )


def _overlap(from_a: str | None, to_a: str | None, from_b: str | None, to_b: str | None) -> bool:
    first, last = date.min.isoformat(), date.max.isoformat()
    return (from_a or first) <= (to_b or last) and (from_b or first) <= (to_a or last)


def check_tables(names: Mapping[str, str], tables: Tables, report: Report) -> None:
    """Check the registry: unique codes, known areas, a tree of areas that ends at the nation, dated rows that agree."""
    areas = {row.row["code"]: row for row in tables["areas"]}
    _check_unique(names["areas"], tables["areas"], report)
    _check_unique(names["institutions"], tables["institutions"], report)
    for entry in tables["areas"]:
        parent = entry.row["parent"]
        if parent is None and entry.row["level"] != "nation":
            _unknown(names["areas"], entry, "parent", "", report)
        elif parent is not None and (parent not in areas or parent == entry.row["code"]):
            _unknown(names["areas"], entry, "parent", parent, report)
        elif _lies_below_itself(entry.row["code"], areas):
            report.add(
                "area-circle",
                names["areas"],
                entry.line,
                f"{entry.row['code']} 的上级（parent）绕回到它自己；请改为真正的上级。",
                f"the parents of {entry.row['code']} lead back to it; name the area above it.",
            )
    can_be_followed = not report.findings
    for entry in tables["institutions"]:
        unknown = [column for column in ("area", "pooling_area", "agency") if entry.row[column] not in areas]
        for column in unknown:
            _unknown(names["institutions"], entry, column, entry.row[column], report)
        if can_be_followed and not unknown:
            _check_place(names["institutions"], entry, areas, report)
    _check_catalogue(names["catalogue"], tables["catalogue"], report)


def _check_place(name: str, entry: TableRow, areas: Mapping[str, TableRow], report: Report) -> None:
    """Check that an institution's pooling area and settling area are its own area or an area above it."""
    above: list[str] = []
    code = entry.row["area"]
    while code is not None:
        above.append(code)
        code = areas[code].row["parent"]
    for column in ("pooling_area", "agency"):
        if entry.row[column] not in above:
            report.add(
                "area-elsewhere",
                name,
                entry.line,
                f"{column} 的区划 {entry.row[column]} 不在机构所在区划 {entry.row['area']} 之上；请更正。",
                f"`{column}` names {entry.row[column]}, which is not the institution's area {entry.row['area']} or one "
                "above it; correct it.",
            )


def _lies_below_itself(code: str, areas: Mapping[str, TableRow]) -> bool:
    passed: set[str] = set()
    above = areas[code].row["parent"]
    while above in areas and above not in passed:
        if above == code:
            return True
        passed.add(above)
        above = areas[above].row["parent"]
    return False


def _unknown(name: str, entry: TableRow, column: str, area: str, report: Report) -> None:
    report.add(
        "unknown-area",
        name,
        entry.line,
        f"{column} 的区划 {area or '（空）'} 未登记；请更正或先在 areas.csv 登记。",
        f"`{column}` names the area {area or '(none)'}, which is not in areas.csv; correct it or add it first.",
    )


def _check_unique(name: str, rows: Sequence[TableRow], report: Report) -> None:
    seen: set[str] = set()
    for entry in rows:
        code = entry.row["code"]
        if code in seen:
            report.add(
                "duplicate-id",
                name,
                entry.line,
                f"代码 {code} 重复；请只保留一行。",
                f"the code {code} stands twice; keep one line.",
            )
        seen.add(code)


def _check_catalogue(name: str, rows: Sequence[TableRow], report: Report) -> None:
    by_code: dict[str, list[TableRow]] = defaultdict(list)
    for entry in rows:
        row = entry.row
        for start, end in (("valid_from", "valid_to"), ("plan_from", "plan_to")):
            if row[start] and row[end] and row[end] < row[start]:
                report.add(
                    "reversed-dates",
                    name,
                    entry.line,
                    f"{end} 早于 {start}；请更正。",
                    f"`{end}` is before `{start}`; correct them.",
                )
        for other in by_code[row["code"]]:
            if _overlap(row["valid_from"], row["valid_to"], other.row["valid_from"], other.row["valid_to"]):
                report.add(
                    "overlapping-dates",
                    name,
                    entry.line,
                    f"{row['code']} 与第 {other.line} 行有效期重叠；请用 valid_from、valid_to 分开。",
                    f"{row['code']} is valid on days of line {other.line} too; part them by valid_from and valid_to.",
                )
        by_code[row["code"]].append(entry)


def check_articles(articles: Sequence[tuple[ArticleFields, int]], name: str, report: Report) -> None:
    """Check that the row ids of articles.yaml are unique."""
    seen: set[str] = set()
    for article, line in articles:
        if article.id in seen:
            report.add(
                "duplicate-id",
                name,
                line,
                f"条目 {article.id} 重复；请只保留一个。",
                f"the row {article.id} stands twice; keep one.",
            )
        seen.add(article.id)
