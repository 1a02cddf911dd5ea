"""The lists of clearing: runs and windows by tier and month, and the claims of a statement."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from chalice.app import Blueprint, Response
from pydantic import AliasPath, Field

from chalicelib.clearing.access import CLEARING_READ, STATEMENT_READ
from chalicelib.clearing.domain.run import RunStatus
from chalicelib.clearing.http.operations import AREA, KIND, RUN_ID
from chalicelib.clearing.schemas.stated_claims import StatedLinePage, stated_line, stated_lines_file
from chalicelib.clearing.usecases.list_runs import ListClearing, WindowView
from chalicelib.clearing.usecases.stated_claims import ListStatedClaims
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, RunId
from chalicelib.platform.http.answers import Answer, Area
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints
from chalicelib.platform.http.operation import Tag, listing
from chalicelib.platform.http.query import area_parameter, matching, status_parameter

_MONTH = "(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])"
_TIER = area_parameter(
    Text(
        "清算层级：省级区划或 000000，默认本方所在各层级",
        "The tier: a province, or 000000; by default the caller's tiers",
    ),
    "tier",
)
_PERIOD = matching(
    "period", Text("月份，默认本月", "The month, the current one by default"), _MONTH, examples=["2026-11"]
)


class RunSummary(Answer):
    """A run in a list; the matrix and payments of the run are read by its id."""

    run_id: RunId
    status: RunStatus
    tier: Annotated[Area, Field(validation_alias=AliasPath("window", "tier"))]
    period: Annotated[str, Field(validation_alias=AliasPath("window", "period"))]
    window: Annotated[int, Field(validation_alias=AliasPath("window", "number"))]
    edition: int
    lines: int
    started_at: Instant
    deadline: str | None
    reason: str | None


class RunPage(Answer):
    items: list[RunSummary]
    next: str | None


class WindowSummary(Answer):
    """A window; `run_id` and `run_status` are null while the window is open."""

    tier: Area
    period: str
    number: int
    run_id: RunId | None
    run_status: RunStatus | None


class WindowPage(Answer):
    items: list[WindowSummary]
    next: str | None


_STATUS = status_parameter(RunStatus, Text("批次状态", "The run's status"))
RUNS = listing(
    id="listClearingRuns",
    tag=Tag.CLEARING,
    summary=Text("列出清算批次", "List clearing runs"),
    detail=Text(
        "某月的清算批次，新的在前。经办机构和财政只见与本区划有关的批次。",
        "The answer lists the runs of a month, the newest first. An agency and finance see the runs that concern "
        "their area.",
    ),
    action=CLEARING_READ,
    page=RunPage,
    filters=(_TIER, _PERIOD, _STATUS),
)

WINDOWS = listing(
    id="listClearingWindows",
    tag=Tag.CLEARING,
    summary=Text("列出清算窗口", "List clearing windows"),
    detail=Text(
        "某月的清算窗口及其批次；没有批次的窗口仍然开放。",
        "The answer lists the windows of a month with their runs; a window without a run is still open.",
    ),
    action=CLEARING_READ,
    page=WindowPage,
    filters=(_TIER, _PERIOD),
)

STATED_CLAIMS = listing(
    id="listStatementClaims",
    tag=Tag.CLEARING,
    summary=Text("列出清分表所列的结算申请", "List the claims of a statement"),
    detail=Text(
        "清分表的逐笔明细，附结算申请现在的申请号、医疗机构、受理时间、状态和总费用，供核对；不属于证明内容，"
        "申请其后更正的以现状为准。调用方无权查看的申请不附。format=csv 或 xlsx 为整份核对表。",
        "The lines of a statement, each with its claim's number, institution, receipt, status and bill as they "
        "stand, for an office that checks them. They are no part of what is proved; a claim corrected since is "
        "shown as corrected. A claim that the caller may not read is left out. `format=csv` or `xlsx` answers the "
        "whole table.",
    ),
    action=STATEMENT_READ,
    page=StatedLinePage,
    filters=(RUN_ID, AREA, KIND),
    is_file=True,
    problems=(404, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of the lists."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/clearing/runs", RUNS)
    def list_runs(call: Call, principal: Principal) -> Response:
        tier, period = call.asked(_TIER), call.asked(_PERIOD)
        status = call.asked(_STATUS)
        return call.listed(
            partial(call.use(ListClearing).runs_of, principal, tier, period, status), RunSummary.from_record
        )

    @endpoints.route("GET", "/v1/clearing/windows", WINDOWS)
    def list_windows(call: Call, principal: Principal) -> Response:
        tier, period = call.asked(_TIER), call.asked(_PERIOD)
        return call.listed(partial(call.use(ListClearing).windows_of, principal, tier, period), _window)

    @endpoints.route("GET", "/v1/clearing/runs/{run_id}/statements/{area}/claims", STATED_CLAIMS)
    def list_stated_claims(call: Call, principal: Principal, run_id: RunId, area: AreaCode) -> Response:
        find = partial(call.use(ListStatedClaims), principal, run_id, area, call.asked(KIND))
        return call.listed(find, stated_line, stated_lines_file)

    return endpoints.blueprint


def _window(view: WindowView) -> dict[str, Any]:
    return {
        "tier": view.window.tier,
        "period": view.window.period,
        "number": view.window.number,
        "run_id": None if view.run is None else view.run.run_id,
        "run_status": None if view.run is None else view.run.status.value,
    }
