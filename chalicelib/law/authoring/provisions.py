"""Conversion of an authored notice to rows of the bundle: its header and its provisions, each provision on its own.

A provision that does not fit is reported and left out, so that the rest can still be checked.
"""

from __future__ import annotations

from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.law.authoring.conditions import read_conditions
from chalicelib.law.authoring.fields import TextFields
from chalicelib.law.authoring.findings import Path, Report, SourceFile
from chalicelib.law.authoring.models import EffectiveFields, NoticeFields, ProvisionFields
from chalicelib.law.authoring.slots.table import VALUE_MODELS, compiled_value
from chalicelib.law.authoring.validation import fit
from chalicelib.law.domain.model import Slot, Standing

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """A row of the bundle and the place where the row was written."""

    row: Row
    source: SourceFile
    path: Path

    @property
    def citation(self) -> str:
        return f"{self.row['notice']}.{self.row['id']}"

    @property
    def place(self) -> str:
        return f"{self.source.name}:{self.source.line_of(self.path)}"


@dataclass(frozen=True, slots=True)
class ReadNotice:
    """A notice as read: its header, and the provisions that fit."""

    header: Placed
    provisions: tuple[Placed, ...]

    @property
    def id(self) -> str:
        return str(self.header.row["id"])


def text_row(fields: TextFields | None) -> Row | None:
    """Return a sentence as the bundle holds it."""
    return None if fields is None else {"zh": fields.zh, "en": fields.en}


def effective_row(fields: EffectiveFields) -> Row:
    """Return effective dates as the bundle holds them."""
    return {
        "from": fields.from_on.isoformat() if fields.from_on else None,
        "to": fields.to_on.isoformat() if fields.to_on else None,
        "anchor": fields.anchor,
    }


def read_notice(source: SourceFile, report: Report) -> ReadNotice | None:
    """Read a notice.yaml. None when the notice's header does not fit."""
    data = source.data
    if not isinstance(data, dict) or not isinstance(data.get("notice"), dict):
        report.at(
            source,
            (),
            "missing-notice",
            "缺少 notice: 文件头；请参照 policies/README.md。",
            "the file has no `notice:` header; see policies/README.md.",
        )
        return None
    for key in sorted(set(data) - {"notice", "provisions"}):
        report.at(
            source,
            (key,),
            "unknown-key",
            f"不认识的键 {key}；顶层只有 notice 与 provisions；请更正或删除。",
            f"`{key}` is not a known key; the top holds `notice` and `provisions` only; correct or remove it.",
        )
    fields = fit(NoticeFields, data["notice"], source, ("notice",), report)
    notice_id = fields.id if fields else str(data["notice"].get("id", "?"))
    written = data.get("provisions")
    if not isinstance(written, list) or not written:
        report.at(
            source,
            ("provisions",),
            "missing-provisions",
            "缺少 provisions 列表；请至少写一条。",
            "`provisions` is missing; write at least one.",
        )
        written = []
    placed = [_read_provision(one, position, notice_id, fields, source, report) for position, one in enumerate(written)]
    if fields is None:
        return None
    header = {
        "id": fields.id,
        "document_no": fields.document_no,
        "title": text_row(fields.title),
        "issued_on": fields.issued_on.isoformat(),
        "issuer": fields.issuer,
        "area": fields.area,
        "standing": fields.standing,
        "confidence": fields.confidence,
        "source": fields.source,
    }
    return ReadNotice(Placed(header, source, ("notice",)), tuple(one for one in placed if one is not None))


def _read_provision(
    data: Any, position: int, notice_id: str, notice: NoticeFields | None, source: SourceFile, report: Report
) -> Placed | None:
    path: Path = ("provisions", position)
    name = data.get("id") if isinstance(data, dict) else None
    citation = f"{notice_id}.{name if isinstance(name, str) else f'#{position + 1}'}"
    before = len(report.findings)
    fields = fit(ProvisionFields, data, source, path, report, citation)
    if fields is None:
        return None
    slot = Slot(fields.decides)
    when = read_conditions(fields.when, slot, source, (*path, "when"), report, citation)
    value = fit(VALUE_MODELS[slot], fields.value, source, (*path, "value"), report, citation)
    rows = fields.rows if fields.rows is not None else fields.source
    if rows is None and (notice is None or notice.standing is Standing.NOTICE):
        report.at(
            source,
            path,
            "missing-source",
            "缺少 rows；请写所执行的条目（如 [Y-09]），确无条目写 []。",
            "`rows` is missing; name the rows of articles.yaml it carries out, as [Y-09], or [] when there is none.",
            citation,
        )
    if notice is None or value is None or len(report.findings) > before:
        return None
    row = {
        "notice": notice_id,
        "id": fields.id,
        "article": fields.article,
        "rows": rows or [],
        "says": text_row(fields.says),
        "decides": slot.value,
        "when": when,
        "value": compiled_value(value),
        "effective": effective_row(fields.effective or notice.effective),
        "area": fields.area or notice.area,
        "overrides": fields.overrides,
        "interpretation": text_row(fields.interpretation),
        "why_not_executed": text_row(fields.why),
        "pending": fields.pending,
    }
    return Placed(row, source, path)
