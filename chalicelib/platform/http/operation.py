"""Descriptions of routes, written once beside them: the source of the OpenAPI document and of the checks before a view
runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from enum import Enum
from typing import Any, TypedDict, Unpack

from pydantic import BaseModel

from chalicelib.kernel.access import Action
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.platform.http.query import LIST_FORMAT, PAGE_PARAMETERS, Parameter, Query

SVG = "image/svg+xml"
CSV = "text/csv"
HTML = "text/html"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIST_FILES = (CSV, XLSX)
REPORT_FILES = (CSV, XLSX, HTML)


class Tag(Enum):
    """The groups of routes, in the order of the description."""

    CLAIMS = ("claims", Text("结算申请", "Claims"))
    REGISTRY = ("registry", Text("参保与机构登记", "Registry"))
    POLICIES = ("policies", Text("政策文件", "Policies"))
    MONEY = ("money", Text("预拨与支付", "Advances and payments"))
    DESK = ("desk", Text("经办服务", "Service desk"))
    REPORTS = ("reports", Text("统计", "Reports"))
    LEDGER = ("ledger", Text("账务", "Ledger"))
    CLEARING = ("clearing", Text("区域间清算", "Clearing"))
    SYSTEM = ("system", Text("系统", "System"))

    @property
    def key(self) -> str:
        return self.value[0]

    @property
    def title(self) -> Text:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Success:
    """A successful answer. `model` is None for a page or a script, whose type is `media`; `files` are the media types
    in which the same answer is available as a file.
    """

    text: Text
    model: type[BaseModel] | None = None
    media: str = "application/json"
    headers: Mapping[str, Text] = field(default_factory=dict)
    example: Any = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The operation of a route. `action` is the action that the caller's role must be granted, None for a route without
    a token; `also` are the actions that the same call performs for some contents.

    `problems` are the statuses beyond those that every route may answer with (401 and 403 for a route with a token,
    500, 503, and 413 and 415 for a route with a body). `rules` refuse parameters that contradict each other.
    `ignores_unknown` is true for a page that others lead browsers to
    with parameters of their own.
    """

    id: str
    tag: Tag
    summary: Text
    detail: Text
    action: Action | None
    answers: Mapping[int, Success]
    problems: tuple[int, ...] = ()
    body: type[BaseModel] | None = None
    body_example: Any = None
    parameters: tuple[Parameter[Any], ...] = ()
    also: tuple[Action, ...] = ()
    rules: tuple[Callable[[Query], None], ...] = ()
    ignores_unknown: bool = False

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every action that the call may perform; empty for a public route."""
        return () if self.action is None else (self.action, *self.also)


class About(TypedDict):
    """The part of an operation that is its own whatever its kind: id, texts and action."""

    id: str
    summary: Text
    detail: Text
    action: Action | None


A_PAGE = Text("一页", "A page")


def listing(
    *,
    tag: Tag,
    page: type[BaseModel],
    filters: tuple[Parameter[Any], ...] = (),
    text: Text = A_PAGE,
    is_file: bool = False,
    problems: tuple[int, ...] = (),
    rules: tuple[Callable[[Query], None], ...] = (),
    **about: Unpack[About],
) -> Operation:
    """Return the operation of a list: a page that `filters` narrow; with `is_file` the whole list as a file as well."""
    return Operation(
        **about,
        tag=tag,
        parameters=(*filters, *([LIST_FORMAT] if is_file else ()), *PAGE_PARAMETERS),
        answers={200: Success(text, page, files=LIST_FILES if is_file else ())},
        problems=(400, *problems),
        rules=rules,
    )


@dataclass(frozen=True, slots=True)
class ResourceType:
    """The resource of a group of operations: the values in its path and its document, the answer of every operation."""

    tag: Tag
    text: Text
    model: type[BaseModel]
    path: tuple[Parameter[Any], ...] = ()

    def reading(self, *, problems: tuple[int, ...] = (404,), **about: Unpack[About]) -> Operation:
        """Return the operation that reads the resource."""
        return self.changing(problems=problems, **about)

    def changing(
        self,
        *,
        body: type[BaseModel] | None = None,
        body_example: Any = None,
        status: int = 200,
        problems: tuple[int, ...] = (404, 409),
        **about: Unpack[About],
    ) -> Operation:
        """Return the operation that changes the resource."""
        return Operation(
            **about,
            tag=self.tag,
            parameters=self.path,
            body=body,
            body_example=body_example,
            answers={status: Success(self.text, self.model)},
            problems=problems,
        )

    def adding(
        self,
        *,
        body: type[BaseModel] | None = None,
        body_example: Any = None,
        status: int = 200,
        problems: tuple[int, ...] = (404, 409),
        **about: Unpack[About],
    ) -> Operation:
        """Return an operation on the collection, which has no value of the resource in its path."""
        changed = self.changing(body=body, body_example=body_example, status=status, problems=problems, **about)
        return replace(changed, parameters=())
