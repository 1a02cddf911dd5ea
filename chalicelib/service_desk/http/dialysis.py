"""Routes of reviews of dialysis: ask, decide, audit, take back, list."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import ResourceType, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, path_value, status_parameter
from chalicelib.service_desk.access import DIALYSIS_ASK, DIALYSIS_AUDIT, DIALYSIS_DECIDE, DIALYSIS_READ
from chalicelib.service_desk.domain.dialysis import DialysisReviewId, DialysisStatus
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

_ID = path_value("review_id", Text("透析审核标识", "The review's id"))

_STATUS = status_parameter(DialysisStatus)
_DIALYSIS = ResourceType(Tag.DESK, Text("透析审核", "The review"), DialysisDocument, (_ID,))

ASK = _DIALYSIS.adding(
    id="askDialysisReview",
    summary=Text("提出透析审核", "Ask for a review of dialysis"),
    detail=Text(
        "医疗机构提出某患者一段时间的透析审核。当日有先过后审规定且疫情未解除的自动通过，待解除后补审；否则由经办机构审核。"
        "同一编号、同一内容返回原记录。",
        "A hospital asks for the review of a patient's dialysis in a period. Where a provision of today lets the "
        "dialysis pass and the epidemic is not lifted, the review passes at once and is audited afterwards; "
        "elsewhere the agency decides. The same number and content again answers the first review.",
    ),
    action=DIALYSIS_ASK,
    body=DialysisBody,
    body_example={"review_no": "TX-0001", "person": f"prs_{'0' * 32}", "from": "2020-02-01", "to": "2020-02-29"},
)
LIST = listing(
    id="listDialysisReviews",
    tag=Tag.DESK,
    summary=Text("列出透析审核", "List reviews of dialysis"),
    detail=Text(
        "医疗机构：自己提出的；经办机构：本区划的，新的在前；可导出 CSV 或 Excel。",
        "A hospital sees its own reviews, an agency those of its area; the newest stand first, and the list is "
        "available as a file.",
    ),
    action=DIALYSIS_READ,
    page=DialysisPage,
    filters=(_STATUS, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)
READ = _DIALYSIS.reading(
    id="readDialysisReview",
    summary=Text("查看透析审核", "Read a review of dialysis"),
    detail=Text(
        "含状态、依据、补审起始日和结论。",
        "The answer holds the status with its ground, the first day of the audit and the outcome.",
    ),
    action=DIALYSIS_READ,
)
DECIDE = _DIALYSIS.changing(
    id="decideDialysisReview",
    summary=Text("审核透析", "Decide on a dialysis"),
    detail=Text(
        "没有自动通过的，由提出人以外的人审核。",
        "A review that did not pass by itself is decided by another person than the one who asked.",
    ),
    action=DIALYSIS_DECIDE,
    body=DialysisDecisionBody,
    body_example={"decision": "approve"},
)
AUDIT = _DIALYSIS.changing(
    id="auditDialysisReview",
    summary=Text("补审透析", "Audit a dialysis that has passed"),
    detail=Text(
        "疫情解除后，由提出人以外的人补审自动通过的审核。结论为 wrong 的，所列结算申请逐笔冲销，款项向医疗机构追回；"
        "追回中断的，重复提交同一结论即继续。",
        "Once the epidemic is lifted, another person than the one who asked audits a review that passed by "
        "itself. The outcome `wrong` reverses the named claims and recovers their money from the hospital. A "
        "recovery that was cut off goes on when the same outcome is sent again.",
    ),
    action=DIALYSIS_AUDIT,
    body=DialysisAuditBody,
    body_example={"outcome": "upheld", "reason": "the sessions are on the ward's record"},
)
WITHDRAW = _DIALYSIS.changing(
    id="withdrawDialysisReview",
    summary=Text("撤回透析审核", "Withdraw a review of dialysis"),
    detail=Text(
        "尚未审核的可以撤回；已自动通过的不能撤回，待补审。",
        "A review that waits for the agency may be withdrawn; a review that has passed is audited instead.",
    ),
    action=DIALYSIS_ASK,
    body=DialysisWithdrawalBody,
    body_example={"reason": "asked for twice"},
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of reviews of dialysis."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, found: ShownDialysis) -> Response:
        return answer(dialysis_document(found, call.use(Clock).now(), call.cite))

    @endpoints.route("POST", "/v1/dialysis-reviews", ASK)
    def ask_dialysis_review(call: Call, principal: Principal) -> Response:
        request = call.sent(DialysisBody).to_request()
        return shown(call, call.use(DialysisReviews).ask(principal, request))

    @endpoints.route("GET", "/v1/dialysis-reviews", LIST)
    def list_dialysis_reviews(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_STATUS), call.asked(OWN_AREA_PARAMETER)
        find, now = partial(call.use(DialysisReviews).find, principal, area, status), call.use(Clock).now()
        return call.listed(find, lambda each: dialysis_document(each, now, call.cite), dialysis_file)

    @endpoints.route("GET", "/v1/dialysis-reviews/{review_id}", READ)
    def read_dialysis_review(call: Call, principal: Principal, review_id: DialysisReviewId) -> Response:
        return shown(call, call.use(DialysisReviews).read(principal, review_id))

    @endpoints.route("POST", "/v1/dialysis-reviews/{review_id}/decision", DECIDE)
    def decide_dialysis_review(call: Call, principal: Principal, review_id: DialysisReviewId) -> Response:
        body = call.sent(DialysisDecisionBody)
        approve = body.approves
        return shown(call, call.use(DialysisReviews).decide(principal, review_id, approve=approve, because=body.reason))

    @endpoints.route("POST", "/v1/dialysis-reviews/{review_id}/audit", AUDIT)
    def audit_dialysis_review(call: Call, principal: Principal, review_id: DialysisReviewId) -> Response:
        body = call.sent(DialysisAuditBody)
        found = call.use(DialysisReviews).audit(principal, review_id, body.outcome, body.reason, tuple(body.claims))
        return shown(call, found)

    @endpoints.route("POST", "/v1/dialysis-reviews/{review_id}/withdrawal", WITHDRAW)
    def withdraw_dialysis_review(call: Call, principal: Principal, review_id: DialysisReviewId) -> Response:
        reason = call.sent(DialysisWithdrawalBody).reason
        return shown(call, call.use(DialysisReviews).withdraw(principal, review_id, reason))

    return endpoints.blueprint
