"""Uploaded CSV lists, read line by line, so that every fault is reported of its own line.

The first line names the columns, in any order; blank lines are passed over. Cells are trimmed; the apostrophe that a
spreadsheet puts before a text is taken off.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from io import StringIO
from types import MappingProxyType

from chalicelib.kernel.errors import Finding, Invalid, QuebaoError, Unavailable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text

UPLOAD_LINES_MAX = 1000


@dataclass(frozen=True, slots=True)
class UploadedLine:
    """A line of an upload, by its number in the file (the heading is 1). An empty or missing cell is ''."""

    number: int
    cells: Mapping[str, str]


class LineOutcome(StrEnum):
    """The outcome of a line: `kept` is new, `known` stood before and is unchanged, `changed` gives new facts of the
    same thing, `refused` says why.
    """

    KEPT = "kept"
    KNOWN = "known"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """The answer to a line of an upload. `record_id` is the id its record is kept under."""

    line: int
    outcome: LineOutcome
    record_id: str | None = None
    findings: tuple[Finding, ...] = ()


def answered_line(line: int, act: Callable[[], tuple[LineOutcome, str | None]]) -> LineAnswer:
    """Carry out a line and answer with its outcome, or with the reason it was refused. Raises `Unavailable` as `act`
    does: a line that a store did not answer was not refused, and the same upload again goes on.
    """
    try:
        outcome, record_id = act()
    except Unavailable:
        raise
    except QuebaoError as refused:
        wrong = refused.findings or (Finding(refused.code, "", refused.message),)
        return LineAnswer(line, LineOutcome.REFUSED, None, tuple(wrong))
    return LineAnswer(line, outcome, record_id)


def read_upload(
    text: str, required: Sequence[str], optional: Sequence[str] = (), titles: Mapping[str, str] = MappingProxyType({})
) -> tuple[UploadedLine, ...]:
    """Return the lines below the heading. `titles` are other headings of columns, with the names of their columns.
    Raises `Invalid` for no table of these columns, or a longer one.
    """
    known = (*required, *optional)
    try:
        rows = list(csv.reader(StringIO(text.removeprefix("\ufeff")), strict=True))
    except csv.Error as error:
        raise Invalid([_UNREADABLE]) from error
    heading = [titles.get(cell.strip(), cell.strip()) for cell in rows[0]] if rows else []
    if set(heading) - set(known) or set(required) - set(heading) or len(heading) != len(set(heading)):
        raise Invalid([_heading(known)])
    filled = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    if len(filled) > UPLOAD_LINES_MAX:
        raise Invalid([_TOO_LONG])
    return tuple(
        UploadedLine(number, {name: _cell(row, place) for place, name in enumerate(heading)} | _absent(known, heading))
        for number, row in filled
    )


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip().removeprefix("'") if place < len(row) else ""


def _absent(known: Sequence[str], heading: Sequence[str]) -> dict[str, str]:
    return {name: "" for name in known if name not in heading}


_UNREADABLE = Finding(
    "upload-unreadable",
    "csv",
    Text(
        "文件不是可读的 CSV，请核对引号和换行后重新上传。",
        "The file is not readable CSV: check its quotation marks and line ends, then send it again.",
    ),
)
_TOO_LONG = Finding(
    "upload-too-long",
    "csv",
    Text("一次最多上传 1000 行，请分次上传。", "Send the list in parts: an upload holds at most 1,000 lines."),
)


def _heading(known: Sequence[str]) -> Finding:
    names = ",".join(known)
    return Finding(
        "upload-heading",
        "csv",
        Text(f"首行应写列名：{names}；请更正后重新上传。", f"Name the columns in the first line: {names}."),
    )
