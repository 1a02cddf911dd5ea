"""Parameters of a query, each declared once: its description for the OpenAPI document and the reader of its text.

An unreadable parameter is malformed (HTTP 400).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Generic, TypeVar, cast

from chalicelib.kernel.errors import Finding, Invalid, Malformed
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, parse_yuan
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.kernel.words.spelling import nearest_of
from chalicelib.platform.http.fields import read_date, read_instant
from chalicelib.platform.http.findings import allowed_values, finding, joined
from chalicelib.platform.http.reading import NAMEABLE

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

AREA_PATTERN = "[0-9]{6}"
INSTITUTION_PATTERN = "[HP][0-9]{11}"


@dataclass(frozen=True, slots=True)
class Parameter(Generic[T]):
    """A parameter of a query, a path or a header, with its JSON schema.

    `read` returns the value of a query's text and raises `LookupError` or `ValueError` for a text against the schema;
    `otherwise` is the value of an absent parameter.
    """

    name: str
    place: str
    text: Text
    schema: Mapping[str, Any]
    read: Callable[[str], T]
    otherwise: T
    required: bool = False


def path_value(name: str, text: Text, **schema: Any) -> Parameter[str]:
    """Return a value in the path, a text that the view receives as written."""
    return Parameter(name, "path", text, {"type": "string", **schema}, str, "", required=True)


def header(name: str, text: Text, **schema: Any) -> Parameter[str]:
    """Return a header, which the view reads itself."""
    return Parameter(name, "header", text, {"type": "string", **schema}, str, "")


def matching(name: str, text: Text, pattern: str, **schema: Any) -> Parameter[str | None]:
    """Return a parameter whose text matches a pattern as a whole."""
    form = re.compile(pattern)
    known = {"type": "string", "pattern": f"^{pattern}$", **schema}
    return Parameter(name, "query", text, known, lambda value: _matching(value, form), None)


def choice(name: str, text: Text, values: Iterable[E], **schema: Any) -> Parameter[E | None]:
    """Return a parameter that is one of some values of an enumeration."""
    known = {each.value: each for each in values}
    described = {"type": "string", "enum": [*known], **schema}
    return Parameter(name, "query", text, described, lambda value: known[value], None)


def form(text: Text, *forms: str) -> Parameter[str]:
    """Return the parameter `format`: the form of the answer, by default the first of `forms`."""
    known = {each: each for each in forms}
    return Parameter(
        "format", "query", text, {"type": "string", "enum": [*known]}, lambda value: known[value], forms[0]
    )


def switch(name: str, text: Text, *, may_be_off: bool = True) -> Parameter[bool]:
    """Return a parameter that is off unless the query says `true`."""
    known = {"true": True, "false": False} if may_be_off else {"true": True}
    return Parameter(name, "query", text, {"type": "string", "enum": [*known]}, lambda value: known[value], False)


def day(name: str, text: Text) -> Parameter[date | None]:
    """Return a parameter that is a day, written YYYY-MM-DD."""
    return Parameter(name, "query", text, {"type": "string", "format": "date"}, read_date, None)


def instant_parameter(name: str, text: Text, **schema: Any) -> Parameter[datetime | None]:
    """Return a parameter that is an instant with its offset. A plus sent unescaped arrives as a space."""
    known = {"type": "string", "format": "date-time", **schema}
    return Parameter(name, "query", text, known, lambda value: read_instant(value.replace(" ", "+")), None)


def whole_number(name: str, text: Text, least: int, most: int, **schema: Any) -> Parameter[int | None]:
    """Return a parameter that is a whole number from `least` to `most`."""

    def read(value: str) -> int:
        number = int(_matching(value, _WHOLE))
        if not least <= number <= most:
            raise ValueError("out of range")
        return number

    known = {"type": "integer", "minimum": least, "maximum": most, **schema}
    return Parameter(name, "query", text, known, read, None)


def amount(name: str, text: Text) -> Parameter[Fen | None]:
    """Return a parameter that is an amount of yuan with two decimals, not negative, which the view receives in fen."""
    known = {"type": "string", "pattern": f"^{_YUAN.pattern}$", "examples": ["5000.00"]}
    return Parameter(name, "query", text, known, lambda value: parse_yuan(_matching(value, _YUAN)), None)


def required(parameter: Parameter[T | None]) -> Parameter[T]:
    """Return a parameter of a query as one that must be given."""
    return cast("Parameter[T]", replace(parameter, required=True))


def area_parameter(text: Text, name: str = "area") -> Parameter[AreaCode | None]:
    """Return a parameter that is an area's code."""
    return cast("Parameter[AreaCode | None]", matching(name, text, AREA_PATTERN))


def institution_parameter(text: Text, **schema: Any) -> Parameter[InstitutionCode | None]:
    """Return the parameter `institution`: a hospital's or a pharmacy's code."""
    found = matching("institution", text, INSTITUTION_PATTERN, **schema)
    return cast("Parameter[InstitutionCode | None]", found)


def person_parameter(text: Text, **schema: Any) -> Parameter[PersonToken | None]:
    """Return the parameter `person`: a person's token."""
    return cast("Parameter[PersonToken | None]", matching("person", text, "prs_[0-9a-f]{32}", **schema))


_STATUS_TEXT = Text("状态，默认全部", "The state, all by default")


def status_parameter(statuses: Iterable[E], text: Text = _STATUS_TEXT) -> Parameter[E | None]:
    """Return the parameter `status`, which narrows a list to a single state."""
    return choice("status", text, statuses)


_WHOLE = re.compile("[1-9][0-9]{0,3}")
_YUAN = re.compile(r"[0-9]{1,12}\.[0-9]{2}")

OWN_AREA_PARAMETER = area_parameter(Text("区划代码，默认为本区划。", "An area's code, by default the caller's."))
AREA_OF_AUDITOR = area_parameter(Text("仅供审计：只看该单位", "A single office, for the auditor alone"))
FROM_DAY, TO_DAY = required(day("from", Text("起", "The first day"))), required(day("to", Text("止", "The last day")))
CODE = path_value("code", Text("机构编码", "The institution's code"), examples=["H53010200001"])

_LIMIT_TEXT = Text("每页条数，1 至 200，默认 50。", "Items per page, 1 to 200, 50 by default.")
LIMIT = cast("Parameter[int]", replace(whole_number("limit", _LIMIT_TEXT, 1, 200, default=50), otherwise=50))
CURSOR = matching("cursor", Text("上一页返回的 next。", "The `next` of the previous page."), "[A-Za-z0-9._~=-]{1,2048}")
PAGE_PARAMETERS = (LIMIT, CURSOR)

LIST_FORMAT = form(
    Text(
        "json（默认，分页）、csv 或 xlsx（全部，至多 5000 行）。",
        "json (the default, paged), csv or xlsx (the whole list, at most 5,000 rows).",
    ),
    "json",
    "csv",
    "xlsx",
)
UPLOAD_FORMAT = replace(
    LIST_FORMAT,
    text=Text(
        "答复的形式：json（默认）、csv 或 xlsx（逐行结果和错误）。",
        "The answer's form: json (the default), csv or xlsx (every line with its errors).",
    ),
)
REPORT_FORMAT = form(
    Text(
        "json（默认）、csv（表中各行）、xlsx 或 html（供打印、签章的表单）。",
        "json (the default), csv (the rows of the table), xlsx or html (the form to print, sign and seal).",
    ),
    "json",
    "csv",
    "xlsx",
    "html",
)


class Query:
    """The parameters of a request, read as their operation declares them. Errors are gathered until `check`, so that
    all of them are reported.
    """

    def __init__(self, texts: Mapping[str, str] | None, parameters: Sequence[Parameter[Any]]) -> None:
        self._texts = texts or {}
        self._known = {each.name: each for each in parameters if each.place == "query"}
        self._findings: list[Finding] = [
            unknown_parameter(name, self._known) for name in self._texts if name not in self._known
        ]
        # The intended one of two values cannot be known; dropping either would widen or empty a list silently.
        self._findings += [finding("parameter-twice", name) for name in self._known if self._is_repeated(name)]
        self._values = {name: self._read(each) for name, each in self._known.items()}

    def _is_repeated(self, name: str) -> bool:
        every = getattr(self._texts, "getlist", None)
        return every is not None and name in self._texts and len(every(name)) > 1

    def _read(self, parameter: Parameter[Any]) -> Any:
        """Read a parameter; an empty parameter counts as absent."""
        text = self._texts.get(parameter.name)
        if text:
            try:
                return parameter.read(text)
            except (LookupError, ValueError):
                self.refuse(parameter)
        elif parameter.required and not any(each.field == parameter.name for each in self._findings):
            self._findings.append(finding("field-missing", parameter.name))
        return parameter.otherwise

    def of(self, parameter: Parameter[T]) -> T:
        """Return the value of a parameter of the operation."""
        return cast("T", self._values[parameter.name])

    def refuse(self, parameter: Parameter[Any], allowed: Text | None = None) -> None:
        """Report a parameter that cannot be read, alone or together with another, with its permitted values: `allowed`
        where its schema alone does not tell.
        """
        said = finding("parameter-invalid", parameter.name)
        self._findings.append(replace(said, message=joined(said.message, allowed or _may_be(parameter))))

    def check(self) -> None:
        """Raise `Malformed` with every unreadable parameter."""
        if self._findings:
            raise Malformed(self._findings)


def ends_after(first: Parameter[date | None], last: Parameter[date | None]) -> Callable[[Query], None]:
    """Return the rule that refuses a last day before the first."""

    def rule(query: Query) -> None:
        from_on, to_on = query.of(first), query.of(last)
        if from_on and to_on and to_on < from_on:
            query.refuse(last)

    return rule


def unknown_parameter(name: str, known: Collection[str]) -> Finding:
    """Report a parameter that the route does not know, with the known parameters."""
    said = finding("parameter-unknown", name if NAMEABLE.fullmatch(name) else "*")
    names = Text(
        f"可用的查询参数：{'、'.join(known)}。" if known else "此路径没有查询参数。",
        f"Known parameters: {', '.join(known)}." if known else "This path has no query parameters.",
    )
    nearest = nearest_of(name, known)
    asked = Text(f"是否应为“{nearest}”？", f'Is "{nearest}" meant?') if nearest else None
    return replace(said, message=joined(joined(said.message, asked), names))


def _may_be(parameter: Parameter[Any]) -> Text:
    """Return the permitted content of a parameter, from its schema, or its purpose."""
    schema = parameter.schema
    if "enum" in schema:
        return allowed_values(map(str, schema["enum"]))
    if schema.get("format") == "date":
        return finding("date-format", "").message
    if schema.get("format") == "date-time":
        return finding("instant-format", "").message
    if schema.get("type") == "integer" and "maximum" in schema:
        least, most = schema.get("minimum", 0), schema["maximum"]
        return Text(f"须为 {least} 至 {most} 的整数。", f"The value is a whole number from {least} to {most}.")
    if "pattern" in schema:
        return Text(f"须符合格式 {schema['pattern']}。", f"The value must match {schema['pattern']}.")
    return Text(f"该参数为：{parameter.text.zh}。", f"The parameter is: {parameter.text.en}.")


def page_document(page: Page[T], document_of: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    """Write a page in the contract's form."""
    return {"items": [document_of(item) for item in page.items], "next": page.next}


FILE_ROWS_MAX = 5000
"""The maximum number of rows of a list's file: the content of a single answer of the gateway."""


def whole_list(fetch: Callable[[PageRequest], Page[T]]) -> tuple[T, ...]:
    """Return every item of a list that fits into a file. Raises `Invalid` for a longer list."""
    found = tuple(islice(every(fetch), FILE_ROWS_MAX + 1))
    if len(found) > FILE_ROWS_MAX:
        raise Invalid([_TOO_LONG])
    return found


_TOO_LONG = Finding(
    "list-too-long",
    "format",
    Text(
        f"列表超过 {FILE_ROWS_MAX} 行，请缩小筛选范围后再导出，或分页读取。",
        f"Read it page by page, or give more filters: a file holds at most {FILE_ROWS_MAX} rows.",
    ),
)


def _matching(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise ValueError("does not match")
    return text


WAIT_S_MAX = 20
"""The longest wait in seconds; API Gateway cuts an answer off at 29."""

_WAIT = re.compile(r'wait\s*=\s*"?([0-9]{1,9})"?', re.IGNORECASE)


def wait_of(prefer: str | None) -> int:
    """Return the seconds that the caller is willing to wait, 0 without a preference that can be honoured.

    An unknown or unreadable preference is ignored, as the RFC asks; of two, the first counts.
    """
    for preference in (prefer or "").split(","):
        token = preference.split(";", 1)[0].strip()
        if found := _WAIT.fullmatch(token):
            return min(int(found.group(1)), WAIT_S_MAX)
    return 0


def asks_for_later(prefer: str | None) -> bool:
    """Tell whether the caller would rather follow a run than wait for its result (`respond-async`)."""
    return any(each.split(";", 1)[0].strip().lower() == "respond-async" for each in (prefer or "").split(","))
