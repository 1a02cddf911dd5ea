"""Validation of parsed data against its pydantic model; for each misfit the author is told what to write instead."""

from __future__ import annotations

import difflib
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chalicelib.law.authoring.findings import Path, Report, SourceFile

Model = TypeVar("Model", bound=BaseModel)


def fit(
    model: type[Model], data: Any, source: SourceFile, path: Path, report: Report, citation: str | None = None
) -> Model | None:
    """Return the model of some data, or None when the data do not fit; every misfit is reported with its line."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            code, zh, en = _explain(detail, model)
            report.at(source, (*path, *detail["loc"]), code, zh, en, citation)
        return None


def _explain(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, str]:
    """Return the code, Chinese text and English text of a misfit."""
    kind, context, found = detail["type"], detail.get("ctx", {}), repr(detail["input"])
    name = str(detail["loc"][-1]) if detail["loc"] else "?"
    if "zh" in context:
        return kind, context["zh"], context["en"]
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(name, _known_names(model), n=1)
        zh, en = (f"是否为 {close[0]}？", f"did you mean `{close[0]}`?") if close else ("请删除。", "remove it.")
        return "unknown-key", f"不认识的键 {name}；{zh}", f"`{name}` is not a known key; {en}"
    if kind in _WANTED:
        wanted_zh, wanted_en = _WANTED[kind]
        return "wrong-type", f"{name} 应为{wanted_zh}；写的是 {found}。", f"`{name}` is {wanted_en}; found {found}."
    code, zh, en = _TEMPLATES.get(kind, _OTHERWISE)
    parts = {"name": name, "found": found, "problem": detail["msg"], "expected": "", "pattern": "", **context}
    parts_zh = {**parts, "expected": str(parts["expected"]).replace(" or ", ", ").replace(", ", "、")}
    return code.format(**parts), zh.format(**parts_zh), en.format(**parts)


_UNKNOWN_VALUE = (
    "unknown-value",
    "{name} 的值 {found} 不在可选范围；请写 {expected} 之一。",
    "{found} is not a value of `{name}`; write one of {expected}.",
)
_TEMPLATES = {
    "missing": ("missing-{name}", "缺少 {name}；请补写。", "`{name}` is missing; add it."),
    "literal_error": _UNKNOWN_VALUE,
    "enum": _UNKNOWN_VALUE,
    "string_pattern_mismatch": (
        "pattern",
        "{name} 的值 {found} 不符合格式 {pattern}；请按格式填写。",
        "{found} does not fit `{name}`; write it as {pattern}.",
    ),
}
_OTHERWISE = ("wrong-value", "{name} 的值不合要求（{problem}）；请更正。", "`{name}`: {problem}; correct it.")
_WANTED = {
    "string_type": ("文字（数字须加引号）", "text (put numbers in quotes)"),
    "bool_type": (" true 或 false", "true or false"),
    "int_type": ("整数", "a whole number"),
    "list_type": ("列表 [..]", "a list, as [a, b]"),
    "dict_type": ("键值表", "a mapping of keys to values"),
    "model_type": ("键值表", "a mapping of keys to values"),
    "string_too_short": ("非空文字", "text that is not empty"),
}


def _known_names(model: type[BaseModel]) -> list[str]:
    """Return the field names of a model and of the models inside it, as authors write them."""
    names: list[str] = []
    for name, field in model.model_fields.items():
        names.append(field.alias or name)
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                names.extend(_known_names(inner))
    return names
