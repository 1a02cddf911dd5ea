"""Routes of recalculations: request one, decide on another officer's request, follow its progress."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.impact.access import POLICY_RECALCULATE, RECALCULATION_DECIDE, RECALCULATION_READ
from chalicelib.impact.domain.recalculation import RecalculationStatus
from chalicelib.impact.schemas.changes import (
    RecalculationDecisionBody,
    RecalculationDocument,
    RecalculationPage,
    RecalculationStarted,
    RecalculationSummary,
    recalculation_document,
    recalculation_summary,
)
from chalicelib.impact.usecases.recalculate import (
    DecideRecalculation,
    ListRecalculations,
    ReadRecalculation,
    RequestRecalculation,
)
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import RecalculationId
from chalicelib.law.schemas.publication import BUNDLE, BUNDLE_FILTER, BUNDLE_FORM
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.query import path_value, status_parameter

_BUNDLE = path_value("bundle", BUNDLE, pattern=BUNDLE_FORM)

_RECALCULATION_ID = path_value("recalculation_id", Text("编号", "The run's id"))
_STATUS = status_parameter(RecalculationStatus, Text("状态", "The state"))

RECALCULATE = Operation(
    id="recalculate",
    tag=Tag.POLICIES,
    summary=Text("将现行政策包的差额入账更正", "Post the differences of the bundle in force"),
    detail=Text(
        "提出后由另一名政策人员决定，批准后由状态机逐笔更正已结算申请，每笔更正载明前后两个政策包。再次请求：失败的按原批准从中断处"
        "继续，已完成的就其后结算的另行申请，等待中和进行中的不受影响。非现行政策包返回 409。",
        "The call asks for a recalculation; once another officer approves, a state machine corrects the settled "
        "claims, every correction citing both bundles. A second call continues a failed run under the same "
        "approval, asks anew for claims settled since a finished run, and leaves a waiting or running "
        "recalculation alone. A bundle that is not in force answers 409.",
    ),
    action=POLICY_RECALCULATE,
    parameters=(_BUNDLE,),
    answers={202: Success(Text("已受理", "Accepted"), RecalculationStarted)},
    problems=(409,),
)


DECIDE_RECALCULATION = Operation(
    id="decideRecalculation",
    tag=Tag.POLICIES,
    summary=Text("决定是否重算入账", "Approve or refuse a recalculation"),
    detail=Text(
        "由提出人以外的政策人员决定；批准即开始。同一决定重复发送，返回首次结果。",
        "Another officer than the one who asked decides; an approval starts the recalculation. The same decision "
        "again answers the first.",
    ),
    action=RECALCULATION_DECIDE,
    parameters=(_RECALCULATION_ID,),
    body=RecalculationDecisionBody,
    body_example={"decision": "approve"},
    answers={200: Success(Text("决定", "The decision"), RecalculationSummary)},
    problems=(400, 404, 409, 422),
)

LIST_RECALCULATIONS = listing(
    id="listRecalculations",
    tag=Tag.POLICIES,
    summary=Text("列出重算", "List the recalculations"),
    detail=Text(
        "最近提出的在最前，可按状态和政策包筛选；status=requested 列出等待决定的。",
        "The newest stand first, by state and bundle; `status=requested` lists the recalculations that wait for a "
        "decision.",
    ),
    action=RECALCULATION_READ,
    page=RecalculationPage,
    filters=(_STATUS, BUNDLE_FILTER),
)

READ = listing(
    id="readRecalculation",
    tag=Tag.POLICIES,
    summary=Text("查询更正进度和已入账的更正", "Read a recalculation and its corrections"),
    detail=Text("进度，以及一页已入账的更正。", "The answer holds the progress and a page of the posted corrections."),
    action=RECALCULATION_READ,
    page=RecalculationDocument,
    filters=(_RECALCULATION_ID,),
    text=Text("进度与更正", "The recalculation"),
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of recalculations."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/policies/bundles/{bundle}/recalculation", RECALCULATE)
    def recalculate(call: Call, principal: Principal, bundle: str) -> Response:
        return answer(RecalculationStarted.from_record(call.use(RequestRecalculation)(principal, bundle)), 202)

    @endpoints.route("POST", "/v1/policies/recalculations/{recalculation_id}/decision", DECIDE_RECALCULATION)
    def decide_recalculation(call: Call, principal: Principal, recalculation_id: RecalculationId) -> Response:
        body = call.sent(RecalculationDecisionBody)
        run = call.use(DecideRecalculation)(principal, recalculation_id, approve=body.approves, reason=body.reason)
        return answer(recalculation_summary(run))

    @endpoints.route("GET", "/v1/policies/recalculations", LIST_RECALCULATIONS)
    def list_recalculations(call: Call, principal: Principal) -> Response:
        status, bundle = call.asked(_STATUS), call.asked(BUNDLE_FILTER)
        find = partial(call.use(ListRecalculations), principal, status, bundle)
        return call.listed(find, recalculation_summary)

    @endpoints.route("GET", "/v1/policies/recalculations/{recalculation_id}", READ)
    def read_recalculation(call: Call, principal: Principal, recalculation_id: RecalculationId) -> Response:
        found = call.use(ReadRecalculation)(principal, recalculation_id, call.page)
        return answer(recalculation_document(found))

    return endpoints.blueprint
