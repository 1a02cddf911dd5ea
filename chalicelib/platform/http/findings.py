"""The texts of errors of form, in two languages, by stable code; and the codes that mean a malformed request.

No text has a place for a value of the request: sent content is never repeated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from chalicelib.kernel.errors import Finding
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.citations import CitedProvision

MALFORMED = frozenset(
    {
        "json-invalid", "json-duplicate-key", "field-missing", "field-type", "decimal-not-a-string",
        "parameter-invalid", "parameter-unknown", "parameter-twice", "header-invalid", "fields-too-many", "one-of",
        "json-too-many-values", "text-surrogate", "charset-invalid", "charset-undeclared",
        "errors-too-many", "json-too-deep",
    }
)  # fmt: skip
"""Codes for a malformed request (HTTP 400); the other codes mean that a value breaks a rule (422)."""

_TEXTS: Mapping[str, Text] = {
    "json-invalid": Text(
        "请求体不是有效的 JSON（UTF-8），请更正后重新发送。",
        "The body is not valid JSON in UTF-8; correct it and send it again.",
    ),
    "json-too-many-values": Text(
        "请求体中的对象和数组过多，未作解析；请分批发送。",
        "The body has too many objects and lists and was not read; send it in parts.",
    ),
    "json-too-deep": Text(
        "请求体的嵌套超过 32 层；请按接口说明中的结构发送。",
        "The body is nested more than 32 levels deep; send the structure that the description shows.",
    ),
    "errors-too-many": Text(
        "本申请缺少必填字段；本批其他申请的错误已过多，未逐项列出。请更正后重新发送，或单独发送本申请查看全部错误。",
        "The claim lacks required fields. The other claims of the batch have so many errors that these are not listed; "
        "correct the claim and send it again, or send it alone to see them all.",
    ),
    "text-surrogate": Text(
        "文本中有不成对的代理字符（\\ud800 至 \\udfff），请按 UTF-8 重新编码。",
        "A text has a surrogate (\\ud800 to \\udfff) without its other half; encode it as UTF-8 anew.",
    ),
    "json-duplicate-key": Text(
        "同一对象中有重复的字段名，请只保留一个。", "One object names the same field twice; keep one of them."
    ),
    "field-missing": Text("缺少必填字段，请填写。", "A required field is missing; give it."),
    "field-type": Text(
        "字段类型不正确，请对照接口说明更正。",
        "The field has the wrong type; correct it by the description of the interface.",
    ),
    "decimal-not-a-string": Text(
        "金额、单价和数量须以字符串形式填写十进制数，不得使用 JSON 数字。",
        "Write amounts, prices and quantities as decimal strings, never as JSON numbers.",
    ),
    "parameter-unknown": Text(
        "未知的查询参数，请更正或删除。", "The query parameter is unknown; correct its name or leave it out."
    ),
    "parameter-invalid": Text("查询参数无效，请更正。", "The query parameter is not valid; correct it."),
    "parameter-twice": Text(
        "该查询参数出现多次，请只填写一次。", "The query parameter is given more than once; give it once."
    ),
    "charset-undeclared": Text(
        "请求体不是 UTF-8 编码。请改用 UTF-8；如为国标编码，请在 Content-Type 头中声明 GB18030。",
        "The body is not UTF-8. Send UTF-8; where it is GB18030 (or GBK, GB2312), declare that in the header "
        "`Content-Type`.",
    ),
    "charset-invalid": Text(
        "请求体不是所声明的 GB18030 编码，请改用 UTF-8。",
        "The body is not in the GB18030 that was declared; send it as UTF-8.",
    ),
    "name-format": Text(
        "姓名中没有文字，请按证件填写。", "Write the name as the document has it: this one has no letter."
    ),
    "header-invalid": Text("请求头无效，请更正。", "The header is not valid; correct it."),
    "money-format": Text(
        "金额须为以元为单位、保留两位小数的字符串，用半角数字，不加千分位和货币符号，例如“17000.00”。",
        'Write the amount as a string in yuan with exactly two decimals and nothing else, such as "17000.00".',
    ),
    "quantity-format": Text(
        "数量须为最多四位小数的十进制字符串，用半角数字，不加千分位，例如“1.5”。",
        'Write the quantity as a decimal string of at most four decimals and nothing else, such as "1.5".',
    ),
    "price-format": Text(
        "单价须为最多六位小数的十进制字符串，用半角数字，不加千分位和货币符号，例如“1200.00”。",
        'Write the price as a decimal string of at most six decimals and nothing else, such as "1200.00".',
    ),
    "date-format": Text(
        "日期须为真实存在的日期，格式为 YYYY-MM-DD，介于 1900-01-01 与 2199-12-31 之间。",
        "Write a day that exists as YYYY-MM-DD, from 1900-01-01 to 2199-12-31.",
    ),
    "instant-format": Text(
        "时刻须写明日期、时间和时区，如“2020-02-05T21:30:00+08:00”，且在 1900 年至 2199 年之间，请更正。",
        "Write an instant with its offset, such as 2020-02-05T13:30:00Z or 2020-02-05T21:30:00+08:00, from 1900 to "
        "2199.",
    ),
    "value-unknown": Text("取值不在允许范围内，请更正。", "The value is not one of those allowed; correct it."),
    "text-format": Text(
        "文本长度或字符不符合要求，请更正。", "The text has a length or characters that are not allowed; correct it."
    ),
    "number-range": Text("数值超出允许范围，请更正。", "The number is out of range; correct it."),
    "filing-from-record": Text(
        "“filed”只能来自已登记的异地就医备案，医院不能自行申报；请填写 emergency 或 unfiled，或先登记备案。",
        '"filed" comes from a filing on record only; write "emergency" or "unfiled", or record the filing first.',
    ),
    "employment-missing": Text(
        "职工医保参保人员须填写在职或退休状态。", "A person of the employees' scheme is active or retired; say which."
    ),
    "employment-unexpected": Text(
        "只有职工医保参保人员才有在职或退休状态，其他人员请勿填写。",
        "Only a person of the employees' scheme is active or retired; leave the field out.",
    ),
    "field-unknown": Text("未知字段，请更正或删除。", "The field is unknown; correct its name or leave it out."),
    "field-ignored": Text(
        "未知字段，已忽略；如系误写，请更正后重新发送。",
        "The field is unknown and was ignored; correct it and send again if another one was meant.",
    ),
    "fields-too-many": Text(
        "未知字段过多，无法逐一核对，请按接口文档重新生成请求体。",
        "There are too many unknown fields to tell apart; make the body again from the interface document.",
    ),
}

_TOLD_AS: Mapping[str, str] = {"field-ignored": "field-unknown"}
"""The codes shown to callers in place of internal codes, which exist for a sentence of their own: a field was left out
and nothing refused.
"""

_QUOTED = re.compile(r"'([^']*)'")
"""The values in pydantic's "'main' or 'additional'", whose English conjunctions do not belong in a Chinese sentence."""

_OF_PYDANTIC: Mapping[str, str] = {
    "missing": "field-missing",
    "union_tag_not_found": "field-missing",
    "union_tag_invalid": "value-unknown",
    "literal_error": "value-unknown",
    "enum": "value-unknown",
    "string_too_short": "text-format",
    "string_too_long": "text-format",
    "string_pattern_mismatch": "text-format",
    "greater_than_equal": "number-range",
    "greater_than": "number-range",
    "less_than_equal": "number-range",
    "less_than": "number-range",
    "int_parsing_size": "number-range",
}

_KINDS: Mapping[str, tuple[str, str]] = {
    "string_type": ("文本", "a text"),
    "int_type": ("整数", "a whole number"),
    "bool_type": ("true 或 false", "true or false"),
    "list_type": ("数组", "a list"),
    "dict_type": ("对象", "an object"),
    "model_type": ("对象", "an object"),
    "model_attributes_type": ("对象", "an object"),
}
"""The required type of a value, in words, by pydantic's error."""


def finding(code: str, field: str) -> Finding:
    """Return an error of form at a place."""
    return Finding(_TOLD_AS.get(code, code), field, _TEXTS[code])


def unknown_field(field: str, nearest: str | None, known: Iterable[str]) -> Finding:
    """Return the finding of an unknown field, with the likely intended name and the known names."""
    said, names = _TEXTS["field-unknown"], list(known)
    asked = Text(f"是否应为“{nearest}”？", f' Is "{nearest}" meant?') if nearest else Text("", "")
    return Finding(
        "field-unknown",
        field,
        Text(
            f"{said.zh}{asked.zh}此处可用的字段：{'、'.join(names)}。",
            f"{said.en}{asked.en} Fields of this object: {', '.join(names)}.",
        ),
    )


def one_of(*fields: str) -> Finding:
    """Return the finding that exactly one of these fields is required."""
    return Finding(
        "one-of",
        fields[0],
        Text(f"{'、'.join(fields)} 须填写且只填写一个。", f"Give exactly one of {' and '.join(fields)}."),
    )


def is_malformed(found: Finding) -> bool:
    """Tell whether an error of form makes the whole request malformed."""
    return found.code in MALFORMED


def finding_of_pydantic(error: Mapping[str, Any], path: str) -> Finding:
    """Translate an error of pydantic. Types not listed are those of a value of the wrong type.

    The input that pydantic reports is examined for its type and goes no further.
    """
    kind, value = str(error["type"]), error.get("input")
    context = error.get("ctx", {})
    if kind == "list-too-long":
        return too_long(context["code"], path, context["maximum"])
    if kind == "too_long":
        return too_long("list-too-long", path, context["max_length"])
    if kind == "too_short":
        return too_short(path, context["min_length"])
    if kind in _TEXTS:
        return Finding(_TOLD_AS.get(kind, kind), path, joined(_TEXTS[kind], _allowed(kind, context)))
    if kind in _KINDS:
        zh, en = _KINDS[kind]
        expected = Text(f"须为{zh}。", f"It is {en}.")
        return Finding("field-type", path, joined(_TEXTS["field-type"], expected))
    code = _OF_PYDANTIC.get(kind, "field-type")
    if kind in {"union_tag_not_found", "union_tag_invalid"}:
        path = f"{path}.kind" if path else "kind"
        value = value.get("kind") if isinstance(value, Mapping) else value
    if code == "value-unknown" and not isinstance(value, str):
        code = "field-type"
    message = _TEXTS[code]
    return Finding(code, path, joined(message, _allowed(code, context)))


def too_long(code: str, path: str, maximum: int) -> Finding:
    """Return the finding of a list with too many items, none of which was examined."""
    return Finding(
        code,
        path,
        Text(
            f"此列表超过 {maximum} 条，请分次发送；其中内容尚未检查。",
            f"The list has more than {maximum} items; send it in parts. None of its items was checked.",
        ),
    )


def too_short(path: str, minimum: int) -> Finding:
    """Return the finding of a list, or an object of names, with too few items."""
    return Finding(
        "list-too-short",
        path,
        Text(f"此处少于 {minimum} 条，请补充。", f"Give at least {minimum} here: the list has fewer."),
    )


def joined(said: Text, more: Text | None) -> Text:
    """Join two sentences into a single message."""
    return said if more is None else Text(f"{said.zh}{more.zh}", f"{said.en} {more.en}")


def allowed_values(values: Iterable[str]) -> Text:
    """List the permitted values of a field or parameter, in both languages."""
    known = list(values)
    return Text(f"允许的取值：{'、'.join(known)}。", f"Allowed: {', '.join(known)}.")


def _allowed(code: str, context: Mapping[str, Any]) -> Text | None:
    """Return the permitted content, as known to pydantic."""
    if code == "value-unknown":
        expected = context.get("expected") or context.get("expected_tags")
        return allowed_values(_QUOTED.findall(str(expected))) if expected else None
    for name, zh, en in _BOUNDS:
        if name in context:
            bound = context[name]
            return Text(zh.format(bound), en.format(bound))
    pattern = str(context.get("pattern", ""))
    if pattern.startswith("^[^"):
        return _PLAIN_ONLY
    return Text(f"须符合格式 {pattern}。", f"It must match {pattern}.") if pattern else None


_BOUNDS = (
    ("min_length", "至少 {} 个字符。", "Its least length is {}."),
    ("max_length", "最多 {} 个字符。", "Its greatest length is {}."),
    ("ge", "须不小于 {}。", "It must be at least {}."),
    ("gt", "须大于 {}。", "It must be more than {}."),
    ("le", "须不大于 {}。", "It must be at most {}."),
    ("lt", "须小于 {}。", "It must be less than {}."),
)
_PLAIN_ONLY = Text(
    "不得含有换行、控制字符或不可见字符，编码中不得有空格。",
    "Leave out line breaks, control characters and what cannot be seen; a code has no blanks.",
)


Cite: TypeAlias = Callable[[str], CitedProvision]
"""A function that finds the provision of a citation, for callers."""


def finding_document(found: Finding, cite: Cite) -> dict[str, Any]:
    """Write an error or warning in the contract's form."""
    document: dict[str, Any] = {
        "code": found.code,
        "field": found.field,
        "message": {"zh": found.message.zh, "en": found.message.en},
    }
    if found.citation is not None:
        document["citation"] = cite(found.citation)
    if found.about:
        document["about"] = dict(found.about)
    return document


def json_text(document: Any) -> str:
    """Write an answer's text, Chinese unescaped, which halves its bytes; a function's answer ends at 6 MB. Provisions
    that the answer cites are written here.
    """
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=CitedProvision.document)
