"""Routes of reviews of dialysis: ask, decide, audit, take back, list."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer, answer_list
from chalicelib.platform.http.fields import parse
from chalicelib.platform.http.operation import (
    OWN_AREA_PARAMETER,
    PAGE_PARAMETERS,
    Operation,
    Parameter,
    Success,
    Tag,
    status_parameter,
)
from chalicelib.platform.http.query import LIST_FILES, LIST_FORMAT, LIST_FORMATS, page_document, whole_list
from chalicelib.service_desk.access import DIALYSIS_ASK, DIALYSIS_AUDIT, DIALYSIS_DECIDE, DIALYSIS_READ
from chalicelib.service_desk.domain.dialysis import DialysisStatus
from chalicelib.service_desk.schemas.dialysis import (
    DialysisAuditBody,
    DialysisBody,
    DialysisDecisionBody,
    DialysisDocument,
    DialysisPage,
    DialysisWithdrawalBody,
    dialysis_document,
    dialysis_file,
)
from chalicelib.service_desk.usecases.dialysis import DialysisReviews, ShownDialysis

_ID = Parameter("review_id", "path", Text("透析审核标识", "The review's id"), {"type": "string"}, required=True)
_ONE = {200: Success(Text("透析审核", "The review"), DialysisDocument)}

ASK = Operation(
    id="askDialysisReview",
    tag=Tag.DESK,
    summary=Text("提出透析审核", "Lay a dialysis before the agency"),
    detail=Text(
        "医疗机构提出某患者一段时间的透析审核。当日有先过后审规定且疫情未解除的自动通过，待解除后补审；否则由经办机构审核。"
        "同一编号、同一内容返回原记录。",
        "A hospital has a patient's dialysis of some days reviewed. Where a provision of today lets it pass and the "
        "epidemic is not lifted, it passes at once and is audited afterwards; elsewhere the agency decides. The same "
        "number and content again is the first one.",
    ),
    action=DIALYSIS_ASK,
    body=DialysisBody,
    body_example={"review_no": "TX-0001", "person": f"prs_{'0' * 32}", "from": "2020-02-01", "to": "2020-02-29"},
    answers=_ONE,
    problems=(400, 404, 409, 422),
)
LIST = Operation(
    id="listDialysisReviews",
    tag=Tag.DESK,
    summary=Text("列出透析审核", "List reviews of dialysis"),
    detail=Text(
        "医疗机构：自己提出的；经办机构：本区划的，新的在前；可导出 CSV 或 Excel。",
        "A hospital's own, or an area's, newest first; as a file too.",
    ),
    action=DIALYSIS_READ,
    parameters=(status_parameter(DialysisStatus), OWN_AREA_PARAMETER, LIST_FORMAT, *PAGE_PARAMETERS),
    answers={200: Success(Text("一页", "A page"), DialysisPage, files=LIST_FILES)},
    problems=(400, 404, 422),
)
READ = Operation(
    id="readDialysisReview",
    tag=Tag.DESK,
    summary=Text("查看透析审核", "Read a review of dialysis"),
    detail=Text("含状态、依据、补审起始日和结论。", "Its status and why, from when it is audited, and what was found."),
    action=DIALYSIS_READ,
    parameters=(_ID,),
    answers=_ONE,
    problems=(404,),
)
DECIDE = Operation(
    id="decideDialysisReview",
    tag=Tag.DESK,
    summary=Text("审核透析", "Decide on a dialysis"),
    detail=Text(
        "没有自动通过的，由提出人以外的人审核。", "What did not pass by itself, by another person than who asked."
    ),
    action=DIALYSIS_DECIDE,
    parameters=(_ID,),
    body=DialysisDecisionBody,
    body_example={"decision": "approve"},
    answers=_ONE,
    problems=(400, 404, 409, 422),
)
AUDIT = Operation(
    id="auditDialysisReview",
    tag=Tag.DESK,
    summary=Text("补审透析", "Audit a dialysis that has passed"),
    detail=Text(
        "疫情解除后，由提出人以外的人补审自动通过的审核。结论为 wrong 的，所列结算申请逐笔冲销，款项向医疗机构追回；"
        "追回中断的，重复提交同一结论即继续。",
        "Once the epidemic is lifted, by another person than who asked. Where it was passed wrongly, the claims that "
        "are named are reversed and their money is taken back from the hospital. A recovery that broke off goes on "
        "when the same is said again.",
    ),
    action=DIALYSIS_AUDIT,
    parameters=(_ID,),
    body=DialysisAuditBody,
    body_example={"outcome": "upheld", "reason": "the sessions are on the ward's record"},
    answers=_ONE,
    problems=(400, 404, 409, 422),
)
WITHDRAW = Operation(
    id="withdrawDialysisReview",
    tag=Tag.DESK,
    summary=Text("撤回透析审核", "Take a review of dialysis back"),
    detail=Text(
        "尚未审核的可以撤回；已自动通过的不能撤回，待补审。",
        "What waits for the agency can be taken back; what has passed is audited.",
    ),
    action=DIALYSIS_ASK,
    parameters=(_ID,),
    body=DialysisWithdrawalBody,
    body_example={"reason": "asked for twice"},
    answers=_ONE,
    problems=(400, 404, 409, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of reviews of dialysis."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, found: ShownDialysis) -> Response:
        return answer(dialysis_document(found, call.use(Clock).now(), call.cite))

    @endpoints.route("POST", "/v1/dialysis-reviews", ASK)
    def ask_dialysis_review(call: Call, principal: Principal) -> Response:
        request = parse(DialysisBody, call.body).value.to_request()
        return shown(call, call.use(DialysisReviews).ask(principal, request))

    @endpoints.route("GET", "/v1/dialysis-reviews", LIST)
    def list_dialysis_reviews(call: Call, principal: Principal) -> Response:
        query = call.query
        status, area = query.read("status", DialysisStatus), query.area()
        form, page = query.text("format", LIST_FORMATS) or "json", query.page()
        query.check()
        fetch = partial(call.use(DialysisReviews).find, principal, area, status)
        if form != "json":
            return answer_list(dialysis_file(whole_list(fetch)), form)
        now = call.use(Clock).now()
        return answer(page_document(fetch(page), lambda each: dialysis_document(each, now, call.cite)))

    @endpoints.route("GET", "/v1/dialysis-reviews/{review_id}", READ)
    def read_dialysis_review(call: Call, principal: Principal, review_id: str) -> Response:
        return shown(call, call.use(DialysisReviews).read(principal, review_id))

    @endpoints.route("POST", "/v1/dialysis-reviews/{review_id}/decision", DECIDE)
    def decide_dialysis_review(call: Call, principal: Principal, review_id: str) -> Response:
        body = parse(DialysisDecisionBody, call.body).value
        approve = body.approves
        return shown(call, call.use(DialysisReviews).decide(principal, review_id, approve=approve, because=body.reason))

    @endpoints.route("POST", "/v1/dialysis-reviews/{review_id}/audit", AUDIT)
    def audit_dialysis_review(call: Call, principal: Principal, review_id: str) -> Response:
        body = parse(DialysisAuditBody, call.body).value
        found = call.use(DialysisReviews).audit(principal, review_id, body.outcome, body.reason, tuple(body.claims))
        return shown(call, found)

    @endpoints.route("POST", "/v1/dialysis-reviews/{review_id}/withdrawal", WITHDRAW)
    def withdraw_dialysis_review(call: Call, principal: Principal, review_id: str) -> Response:
        reason = parse(DialysisWithdrawalBody, call.body).value.reason
        return shown(call, call.use(DialysisReviews).withdraw(principal, review_id, reason))

    return endpoints.blueprint
