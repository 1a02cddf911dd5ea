"""Descriptions of routes, written once beside them: the source of the OpenAPI document and of the checks before a view
runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum, StrEnum
from typing import Any

from pydantic import BaseModel

from chalicelib.kernel.access import Action
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text

SVG = "image/svg+xml"
CSV = "text/csv"
HTML = "text/html"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
class Parameter:
    """A parameter of a query, a path or a header, with its JSON schema."""

    name: str
    place: str
    text: Text
    schema: Mapping[str, Any]
    required: bool = False


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
    500, 503, and 413 and 415 for a route with a body).
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
    parameters: tuple[Parameter, ...] = ()
    also: tuple[Action, ...] = ()

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every action that the call may perform; empty for a public route."""
        return () if self.action is None else (self.action, *self.also)


OWN_AREA_PARAMETER = Parameter(
    "area",
    "query",
    Text("区划代码，默认为本区划。", "An area's code; the caller's own unless it says another."),
    {"type": "string", "pattern": "^[0-9]{6}$"},
)

PAGE_PARAMETERS = (
    Parameter(
        "limit",
        "query",
        Text("每页条数，1 至 200，默认 50。", "Items per page, 1 to 200, 50 by default."),
        {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
    ),
    Parameter(
        "cursor",
        "query",
        Text("上一页返回的 next。", "The `next` of the page before."),
        {"type": "string", "pattern": r"^[A-Za-z0-9._~=-]{1,2048}$"},
    ),
)


CODE = Parameter(
    "code",
    "path",
    Text("机构编码", "The institution's code"),
    {"type": "string", "examples": ["H53010200001"]},
    required=True,
)

AREA_OF_AUDITOR = Parameter(
    "area",
    "query",
    Text("仅供审计：只看该单位", "For the auditor: one office alone"),
    {"type": "string", "pattern": "^[0-9]{6}$"},
)


def status_parameter(statuses: type[StrEnum]) -> Parameter:
    """Return the parameter that narrows a list to a single state."""
    return Parameter(
        "status",
        "query",
        Text("状态，默认全部", "Their state, all by default"),
        {"type": "string", "enum": [status.value for status in statuses]},
    )
