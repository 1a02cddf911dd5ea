"""Rules in words: a provision's matter, conditions and value, in Chinese and English.

A reader of a policy meets no identifier of a file. Every slot, business, dimension, field and enumerated value that an
author may write has its words in `names` and `value_names`; tests/law/test_wording.py finds any without words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from chalicelib.kernel.money import group_yuan
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.terms import RECORDS
from chalicelib.law.domain.model import DIMENSIONS, Slot
from chalicelib.law.schemas.names import BUSINESS_NAMES, DIMENSION_NAMES, DUTY_NAMES, SLOT_NAMES
from chalicelib.law.schemas.value_names import FIELD_NAMES, VALUE_NAMES

_TRUTH = {True: Text("是", "yes"), False: Text("否", "no")}
_NOTHING_MORE = Text("", "")


def name_of_slot(slot: str) -> Text:
    """Return the name of the matter that a provision of the slot decides."""
    return SLOT_NAMES[Slot(slot)]


def name_of_duty(business: str) -> Text:
    """Return the name of the matter of a task of an area's offices."""
    return DUTY_NAMES.get(business, _plain(business))


def condition_in_words(when: Mapping[str, Collection[str]]) -> Text:
    """Write the conditions of a provision, `险种：职工医保`; empty where there is none."""
    named = {
        each: [value for value in known if value in when[each]] for each, known in DIMENSIONS.items() if each in when
    }
    return _joined([_said(DIMENSION_NAMES[each], _values(each, values)) for each, values in named.items()])


def value_in_words(value: Mapping[str, Any]) -> Text:
    """Write the value of a provision, field by field; money in yuan, exact ratios as percentages."""
    return _joined([_field(each, _value(each, found)) for each, found in value.items()])


def _said(name: Text, value: Text) -> Text:
    return Text(f"{name.zh}：{value.zh}", f"{name.en}: {value.en}")


def _field(name: str, value: Text) -> Text:
    """Write a field. Keys of a record or of a table by date that no author's model names stand as they were written."""
    return _said(FIELD_NAMES.get(name, _plain(name)), value)


def _joined(parts: Sequence[Text], zh: str = "；", en: str = "; ") -> Text:
    return Text(zh.join(each.zh for each in parts), en.join(each.en for each in parts)) if parts else _NOTHING_MORE


def _values(field: str, values: Sequence[Any]) -> Text:
    return _joined([_value(field, each) for each in values], "、", ", ")


def _value(field: str, value: Any) -> Text:
    if isinstance(value, bool):
        return _TRUTH[value]
    if isinstance(value, Mapping) and value.keys() >= {"zh", "en"}:
        return Text(value["zh"], value["en"])
    if isinstance(value, Mapping):
        inner = [_field(each, _value(_inside(field, each), found)) for each, found in value.items()]
        named = _joined(inner, "，", ", ")
        return Text(f"（{named.zh}）", f"({named.en})")
    if isinstance(value, list | tuple):
        return _values(field, value)
    if isinstance(value, int):
        return _plain(group_yuan(value) if field.endswith("_fen") else str(value))
    return _text(field, str(value))


def _inside(field: str, name: str) -> str:
    """Return a key's field: a table by level holds the outer field's values, amounts where it ends in `_fen`."""
    return field if name in ("1", "2", "3") else name


def _text(field: str, value: str) -> Text:
    if field == "what":
        return RECORDS[value]
    if field == "business":
        return BUSINESS_NAMES[value]
    found = VALUE_NAMES.get(f"{field}.{value}") or VALUE_NAMES.get(value)
    return found or _plain(_percentage(value))


def _percentage(value: str) -> str:
    """Write a ratio as authors write it ("9/10") as a percentage of two digits at most; any other text as it is."""
    parts = value.split("/")
    if not all(part.isdigit() for part in parts) or len(parts) != 2:
        return value
    hundredths = Fraction(int(parts[0]), int(parts[1])) * 10_000
    if hundredths.denominator != 1:
        return value
    whole, rest = divmod(int(hundredths), 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def _plain(value: str) -> Text:
    return Text(value, value)
