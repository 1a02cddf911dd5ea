"""Reader of a provision's `when`: a set of values for each dimension, with a little sugar, never an expression."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from chalicelib.law.authoring.findings import Path, Report, SourceFile
from chalicelib.law.domain.model import BUSINESS, DIMENSIONS, LINE_DIMENSIONS, SLOTS, Slot

YES_NO = frozenset(name for name, values in DIMENSIONS.items() if values == ("yes", "no"))

SUGAR: Mapping[str, Mapping[bool, tuple[str, tuple[str, ...]]]] = {
    "insured": {True: ("insurance", ("employee", "resident")), False: ("insurance", ("none",))},
    "remote": {True: ("distance", ("within-province", "cross-province")), False: ("distance", ("local",))},
}
"""Short ways to write a common condition: the name, and the dimension and values meant by true and by false."""


def read_conditions(
    when: Mapping[str, Any], slot: Slot, source: SourceFile, path: Path, report: Report, citation: str
) -> dict[str, list[str]]:
    """Return canonical conditions: dimension -> values in the dimension's own order. Misfits are reported."""
    found: dict[str, list[str]] = {}
    for written, value in when.items():
        here = (*path, written)
        name = written.replace("_", "-")
        if name in SUGAR:
            if not isinstance(value, bool):
                report.at(
                    source,
                    here,
                    "condition-value",
                    f"{written} 应写 true 或 false。",
                    f"`{written}` takes true or false; write one of them.",
                    citation,
                )
                continue
            name, allowed = SUGAR[name][value]
            values = list(allowed)
        elif name in DIMENSIONS:
            values = _values(name, value, source, here, report, citation)
        else:
            close = difflib.get_close_matches(name, [*DIMENSIONS, *SUGAR], n=1)
            known = ", ".join([*DIMENSIONS, *SUGAR])
            report.at(
                source,
                here,
                "unknown-dimension",
                f"不认识的条件 {written}；" + (f"请核对，是否为 {close[0]}？" if close else f"请改用：{known}。"),
                f"`{written}` is not a condition; "
                + (f"correct it: did you mean `{close[0]}`?" if close else f"use one of {known}."),
                citation,
            )
            continue
        if name in found:
            report.at(
                source,
                here,
                "condition-twice",
                f"条件 {name} 写了两次；请合并。",
                f"the condition `{name}` is given twice; merge them.",
                citation,
            )
        found[name] = [value for value in DIMENSIONS[name] if value in values]
    _check_reach(found, slot, source, path, report, citation)
    return found


def _values(name: str, value: Any, source: SourceFile, path: Path, report: Report, citation: str) -> list[str]:
    if name == "level" and isinstance(value, dict) and set(value) <= {"min", "max"} and value:
        low, high = value.get("min", 1), value.get("max", 3)
        if isinstance(low, int) and isinstance(high, int) and 1 <= low <= high <= 3:
            return [str(level) for level in range(low, high + 1)]
        report.at(
            source,
            path,
            "condition-value",
            "level 的 min、max 应为 1 至 3 的整数。",
            "write min and max of `level` from 1 to 3, as {max: 2}.",
            citation,
        )
        return list(DIMENSIONS[name])
    written = value if isinstance(value, list) else [value]
    values: list[str] = []
    for one in written:
        text = ("yes" if one else "no") if isinstance(one, bool) and name in YES_NO else one
        if isinstance(text, str) and text in DIMENSIONS[name]:
            values.append(text)
            continue
        allowed = _spelled(name)
        report.at(
            source,
            path,
            "condition-value",
            f"{name} 没有取值 {one!r}；请改写为其一：{allowed}。",
            f"{one!r} is no value of `{name}`; write one of {allowed}.",
            citation,
        )
    if not written:
        report.at(
            source,
            path,
            "condition-value",
            f"{name} 为空列表，永不成立；请删除或写值。",
            f"`{name}` is empty and never holds; remove it or write values.",
            citation,
        )
    return values


def _spelled(name: str) -> str:
    """Return the values of a dimension as an author writes them."""
    if name in YES_NO:
        return "true, false"
    return ", ".join(f'"{value}"' if value.isdigit() else value for value in DIMENSIONS[name])


def _check_reach(
    found: Mapping[str, list[str]], slot: Slot, source: SourceFile, path: Path, report: Report, citation: str
) -> None:
    """Check that a condition asks only for facts that are known when its slot is decided."""
    if slot is Slot.PROTECTION and "protected" in found:
        report.at(
            source,
            (*path, "protected"),
            "condition-circular",
            "protection 条款不能以 protected 为条件；请改用 status 等。",
            "a protection provision cannot ask whether the patient is protected; use `status`.",
            citation,
        )
    if BUSINESS in found and not SLOTS[slot].of_place:
        place_slots = ", ".join(slot.value for slot, rule in SLOTS.items() if rule.of_place)
        report.at(
            source,
            (*path, BUSINESS),
            "condition-of-business",
            f"business 只在按区划和业务决定的条款（{place_slots}）中可用；请删除或改写条款。",
            f"`business` is known for an area's offices only; use it with {place_slots}.",
            citation,
        )
    if SLOTS[slot].of_place:
        for name in sorted(found.keys() - {BUSINESS}):
            report.at(
                source,
                (*path, name),
                "condition-of-claim",
                f"{slot.value} 不针对申请，不能以 {name} 为条件；请删除，只写 business。",
                f"`{slot.value}` is asked for no claim, so `{name}` is never known; remove it and name a `business`.",
                citation,
            )
    if not SLOTS[slot].of_line:
        for name in sorted(LINE_DIMENSIONS & found.keys()):
            line_slots = ", ".join(slot.value for slot, rule in SLOTS.items() if rule.of_line)
            report.at(
                source,
                (*path, name),
                "condition-of-line",
                f"{name} 只在逐行决定的条款（{line_slots}）中可用；请删除或改写条款。",
                f"`{name}` is known for a line only; use it with {line_slots}.",
                citation,
            )
