"""Expansion of a compact base file into its provisions: one per scheme, benefit and served area.

Ordinary benefits have standing `base`, so every notice sets them aside; they begin in the open past.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from chalicelib.law.authoring.findings import Path, Report, SourceFile
from chalicelib.law.authoring.models import BaseFile, EmployeeFields, ResidentFields
from chalicelib.law.authoring.provisions import Placed, ReadNotice, Row, text_row
from chalicelib.law.authoring.slots.table import compiled_value
from chalicelib.law.authoring.validation import fit
from chalicelib.law.domain.model import Slot
from chalicelib.registry.domain.model import NATION

EVERY_AREA = "*"
_ISSUED_ON = date(2020, 1, 1)
"""The day of issue of a base file that names none; base rules never compete by this day across areas."""

_SAYS: dict[str, tuple[str, str]] = {
    "employee-deductible": ("职工住院起付标准。", "Employees' deductible per inpatient stay."),
    "employee-ratio": ("职工住院统筹支付比例。", "Ratio the employees' pool pays for inpatients."),
    "employee-pool-cap": ("职工统筹年度限额。", "What the employees' pool pays at most in a year."),
    "employee-large-sum": ("职工大额医疗补助。", "The employees' large-sum layer beyond the pool cap."),
    "resident-deductible": ("居民住院起付标准。", "Residents' deductible per inpatient stay."),
    "resident-ratio": ("居民住院统筹支付比例。", "Ratio the residents' pool pays for inpatients."),
    "resident-pool-cap": ("居民统筹年度限额。", "What the residents' pool pays at most in a year."),
    "resident-critical-illness": ("居民大病保险分段支付。", "Residents' critical-illness insurance, by band."),
    "outpatient-ordinary": ("普通门诊统筹。", "Ordinary outpatient pooling."),
    "remote-cut": ("异地就医比例与起付标准调整。", "What treatment elsewhere changes in ratio and deductible."),
    "assistance": ("医疗救助。", "Medical assistance by class."),
}

Benefit = tuple[str, Slot, dict[str, list[str]], Row, Path]
"""A benefit's name, slot, conditions, value, and its place in the file."""


def read_base(source: SourceFile, report: Report) -> ReadNotice | None:
    """Read a base/<area>.yaml. None when the file does not fit."""
    fields = fit(BaseFile, source.data, source, (), report)
    if fields is None:
        return None
    base = fields.base
    served = [NATION if area == EVERY_AREA else area for area in base.serves]
    header = {
        "id": base.id,
        "document_no": base.document_no,
        "title": text_row(base.title),
        "issued_on": (base.issued_on or _ISSUED_ON).isoformat(),
        "issuer": base.issuer,
        "area": served[0],
        "standing": "base",
        "confidence": base.status,
        "source": base.source,
    }
    provisions = [
        Placed(_row(base.id, area, benefit), source, benefit[4]) for area in served for benefit in _benefits(fields)
    ]
    return ReadNotice(Placed(header, source, ("base",)), tuple(provisions))


def _row(notice: str, area: str, benefit: Benefit) -> Row:
    name, slot, when, value, _ = benefit
    zh, en = _SAYS[name]
    return {
        "notice": notice,
        "id": f"{name}@{area}",
        "article": zh.rstrip("。"),
        "rows": [],
        "says": {"zh": zh, "en": en},
        "decides": slot.value,
        "when": when,
        "value": value,
        "effective": {"from": None, "to": None, "anchor": "discharge"},
        "area": area,
        "overrides": [],
        "interpretation": None,
        "why_not_executed": None,
        "pending": False,
    }


def _benefits(fields: BaseFile) -> Iterator[Benefit]:
    if fields.employee:
        yield from _employee(fields.employee)
    if fields.resident:
        yield from _resident(fields.resident)
    if fields.critical:
        resident = {"insurance": ["resident"]}
        value = compiled_value(fields.critical)
        yield "resident-critical-illness", Slot.CRITICAL_ILLNESS, resident, value, ("critical",)
    insured = {"insurance": ["employee", "resident"]}
    if fields.outpatient:
        yield (
            "outpatient-ordinary",
            Slot.OUTPATIENT_ORDINARY,
            insured,
            compiled_value(fields.outpatient),
            ("outpatient",),
        )
    if fields.remote:
        yield "remote-cut", Slot.REMOTE_CUT, insured, compiled_value(fields.remote), ("remote",)
    if fields.assistance:
        yield "assistance", Slot.ASSISTANCE, {}, compiled_value(fields.assistance), ("assistance",)


def _employee(fields: EmployeeFields) -> Iterator[Benefit]:
    when = {"insurance": ["employee"]}
    ratio: Row = {"by_level": _by_level(fields.ratio)}
    if fields.retired_ratio is not None:
        ratio["retired_by_level"] = _by_level(fields.retired_ratio)
    else:
        ratio["retired_add"] = fields.retired_ratio_add
    deductible = {"by_level_fen": _by_level(fields.deductible)}
    large_sum = {"ratio": fields.large_sum.ratio, "cap_fen": fields.large_sum.cap}
    yield "employee-deductible", Slot.DEDUCTIBLE, when, deductible, ("employee", "deductible")
    yield "employee-ratio", Slot.RATIO, when, ratio, ("employee", "ratio")
    yield "employee-pool-cap", Slot.POOL_CAP, when, {"cap_fen": fields.cap}, ("employee", "cap")
    yield "employee-large-sum", Slot.LARGE_SUM, when, large_sum, ("employee", "large_sum")


def _resident(fields: ResidentFields) -> Iterator[Benefit]:
    when = {"insurance": ["resident"]}
    deductible = {"by_level_fen": _by_level(fields.deductible)}
    yield "resident-deductible", Slot.DEDUCTIBLE, when, deductible, ("resident", "deductible")
    yield "resident-ratio", Slot.RATIO, when, {"by_level": _by_level(fields.ratio)}, ("resident", "ratio")
    yield "resident-pool-cap", Slot.POOL_CAP, when, {"cap_fen": fields.cap}, ("resident", "cap")


def _by_level(values: list[Any]) -> Row:
    return {str(level): value for level, value in enumerate(values, start=1)}
