"""Parameters of a query: pages, dates and choices. An unreadable parameter is malformed (HTTP 400)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from chalicelib.kernel.errors import Finding, Invalid, Malformed
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import PersonToken
from chalicelib.kernel.words.spelling import nearest_of
from chalicelib.platform.http.fields import read_date, read_instant
from chalicelib.platform.http.findings import allowed_values, finding, joined
from chalicelib.platform.http.operation import CSV, HTML, XLSX, Parameter
from chalicelib.platform.http.reading import NAMEABLE

LIMIT_DEFAULT = 50
LIMIT_MAX = 200
_NO_DAY = date.min
_AREA = "[0-9]{6}"
_PERSON = "prs_[0-9a-f]{32}"

_LIMIT = re.compile(r"[1-9][0-9]{0,2}")
_CURSOR = re.compile(r"[A-Za-z0-9._~=-]{1,2048}")

T = TypeVar("T")


class Query:
    """The parameters of a request. Errors are gathered until `check`, so that all of them are reported."""

    def __init__(self, parameters: Mapping[str, str] | None, known: Sequence[Parameter]) -> None:
        self._parameters = parameters or {}
        self._known = {each.name: each for each in known if each.place == "query"}
        self._findings: list[Finding] = [
            unknown_parameter(name, self._known) for name in self._parameters if name not in self._known
        ]
        # The intended one of two values cannot be known; dropping either would widen or empty a list silently.
        self._findings += [finding("parameter-twice", name) for name in self._known if self._is_repeated(name)]

    def _is_repeated(self, name: str) -> bool:
        every = getattr(self._parameters, "getlist", None)
        return every is not None and name in self._parameters and len(every(name)) > 1

    def read(self, name: str, reader: Callable[[str], T]) -> T | None:
        """Read a parameter; None for an absent, empty or unreadable parameter (`reader` raised `ValueError`)."""
        text = self._parameters.get(name)
        if not text:
            return None
        try:
            return reader(text)
        except ValueError:
            self.refuse(name)
            return None

    def text(self, name: str, pattern: str) -> str | None:
        """Read a parameter that matches a pattern as a whole."""
        return self.read(name, lambda text: _matching(text, re.compile(pattern)))

    def person(self) -> PersonToken | None:
        """Read the parameter `person`: a person's token."""
        found = self.text("person", _PERSON)
        return None if found is None else PersonToken(found)

    def required_person(self) -> PersonToken:
        """Read the required parameter `person`; a missing or unreadable token is reported by `check`."""
        return PersonToken(self.required_text("person", _PERSON))

    def area(self) -> str | None:
        """Read the parameter `area`: an area code."""
        return self.text("area", _AREA)

    def day(self, name: str) -> date:
        """Read a required day. A missing day is reported by `check`; until then a stand-in is returned."""
        found = self.date(name)
        if found is None and not any(each.field == name for each in self._findings):
            self._findings.append(finding("field-missing", name))
        return found or _NO_DAY

    def required_text(self, name: str, pattern: str) -> str:
        """Read a required parameter that matches a pattern as a whole; any other is reported by `check`."""
        found = self.text(name, pattern)
        if found is None and not any(each.field == name for each in self._findings):
            self._findings.append(finding("field-missing", name))
        return found or ""

    def required(self, name: str, reader: Callable[[str], T], otherwise: T) -> T:
        """Read a required parameter; a missing parameter is reported by `check`, and `otherwise` stands in."""
        found = self.read(name, reader)
        if found is None and not any(each.field == name for each in self._findings):
            self._findings.append(finding("field-missing", name))
        return otherwise if found is None else found

    def date(self, name: str) -> date | None:
        """Read a day, written YYYY-MM-DD."""
        return self.read(name, read_date)

    def instant(self, name: str) -> datetime | None:
        """Read an instant with its offset. A plus sent unescaped arrives as a space."""
        return self.read(name, lambda text: read_instant(text.replace(" ", "+")))

    def page(self) -> PageRequest:
        """Read `limit` and `cursor`."""
        limit = self.read("limit", _limit)
        return PageRequest(LIMIT_DEFAULT if limit is None else limit, self.read("cursor", _cursor))

    def refuse(self, name: str, allowed: Text | None = None) -> None:
        """Report a parameter that cannot be read, alone or together with another, with its permitted values: `allowed`
        where its schema alone does not tell.
        """
        known = self._known.get(name)
        said = finding("parameter-invalid", name)
        may_be = _may_be(known) if allowed is None and known is not None else allowed
        self._findings.append(replace(said, message=joined(said.message, may_be)))

    def check(self) -> None:
        """Raise `Malformed` with every unreadable parameter."""
        if self._findings:
            raise Malformed(self._findings)


def unknown_parameter(name: str, known: Collection[str]) -> Finding:
    """Report a parameter that the route does not know, with the known parameters."""
    said = finding("parameter-unknown", name if NAMEABLE.fullmatch(name) else "*")
    names = Text(
        f"可用的查询参数：{'、'.join(known)}。" if known else "此路径没有查询参数。",
        f"Known here: {', '.join(known)}." if known else "This path has none.",
    )
    nearest = nearest_of(name, known)
    asked = Text(f"是否应为“{nearest}”？", f'Is "{nearest}" meant?') if nearest else None
    return replace(said, message=joined(joined(said.message, asked), names))


def _may_be(parameter: Parameter) -> Text:
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
        return Text(f"须为 {least} 至 {most} 的整数。", f"It is a whole number from {least} to {most}.")
    if "pattern" in schema:
        return Text(f"须符合格式 {schema['pattern']}。", f"It must match {schema['pattern']}.")
    return Text(f"该参数为：{parameter.text.zh}。", f"It stands for: {parameter.text.en}.")


def page_document(page: Page[T], document_of: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    """Write a page in the contract's form."""
    return {"items": [document_of(item) for item in page.items], "next": page.next}


FILE_ROWS_MAX = 5000
"""The maximum number of rows of a list's file: the content of a single answer of the gateway."""

LIST_FORMAT = Parameter(
    "format",
    "query",
    Text(
        "json（默认，分页）、csv 或 xlsx（全部，至多 5000 行）。",
        "json (the default, paged), csv or xlsx (all of it, at most 5,000 rows).",
    ),
    {"type": "string", "enum": ["json", "csv", "xlsx"]},
)
UPLOAD_FORMAT = replace(
    LIST_FORMAT,
    text=Text(
        "答复的形式：json（默认）、csv 或 xlsx（逐行结果和错误）。",
        "The answer's form: json (the default), csv or xlsx (each line with what is wrong with it).",
    ),
)
REPORT_FORMAT = replace(
    LIST_FORMAT,
    text=Text(
        "json（默认）、csv（表中各行）、xlsx 或 html（供打印、签章的表单）。",
        "json (the default), csv (the rows of the table), xlsx or html (the form to print, sign and seal).",
    ),
    schema={"type": "string", "enum": ["json", "csv", "xlsx", "html"]},
)
REPORT_FORMATS = "json|csv|xlsx|html"
REPORT_FILES = (CSV, XLSX, HTML)
LIST_FORMATS = "json|csv|xlsx"
LIST_FILES = (CSV, XLSX)


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


def _limit(text: str) -> int:
    limit = int(_matching(text, _LIMIT))
    if limit > LIMIT_MAX:
        raise ValueError("more than a page may hold")
    return limit


def _cursor(text: str) -> str:
    return _matching(text, _CURSOR)


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
