"""Checks of areas and spans of days: a code and a sentence for every error."""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.errors import Finding, finding
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.registry.domain.model import Insurance, Registry

DAY_IN_FUTURE = finding(
    "date-in-future", "on", "日期不能晚于今天，请更正。", "The day is in the future; give today or an earlier day."
)
_AREA_UNKNOWN = Text("区划代码不存在，请核对。", "Correct the area code: no such area is known.")
_AREA_REQUIRED = Text("参保人员须填写参保地。", "Name the insured area of an insured person.")
_AREA_NOT_ALLOWED = Text("未参保人员请勿填写参保地。", "Leave the insured area out: an uninsured person has none.")
_PERIOD_ORDER = Text("截止日早于起始日，请更正。", "Correct the days: they end before they begin.")


def check_area(code: str, registry: Registry, field_path: str) -> tuple[Finding, ...]:
    """Report `area-unknown` at the field, unless the register of areas has the code."""
    return () if code in registry.areas else (Finding("area-unknown", field_path, _AREA_UNKNOWN),)


def check_area_stated(area: AreaCode | None, insurance: Insurance, field_path: str) -> tuple[Finding, ...]:
    """Report `area-required` for an insured person without an area, `area-not-allowed` for an area and no insurance."""
    if (area is None) == (insurance is Insurance.NONE):
        return ()
    if area is None:
        return (Finding("area-required", field_path, _AREA_REQUIRED),)
    return (Finding("area-not-allowed", field_path, _AREA_NOT_ALLOWED),)


def check_period(starts_on: date | None, ends_on: date | None) -> tuple[Finding, ...]:
    """Report `period-order` at `to` for a span that ends before it begins; an open end is no error. Both days are
    included.
    """
    if starts_on is None or ends_on is None or starts_on <= ends_on:
        return ()
    return (Finding("period-order", "to", _PERIOD_ORDER),)
