"""Routes that change claims after submission: reversal, reconciliation, correction of a status."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.adjudication.domain.claim import StatusEvent
from chalicelib.claims.access import CLAIM_RECONCILE
from chalicelib.claims.schemas.answers import ClaimReceiptDocument
from chalicelib.claims.schemas.reconciliation import ReconciliationBody, ReconciliationDocument, reconciliation_document
from chalicelib.claims.usecases.reconcile import Reconcile
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Malformed
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.findings import one_of
from chalicelib.platform.http.operation import Operation, Success, Tag
from chalicelib.platform.http.query import path_value
from chalicelib.platform.http.tokens import require_own
from chalicelib.settlement.access import CASE_CORRECT, CLAIM_REVERSE
from chalicelib.settlement.schemas import CaseStatusBody, CaseStatusDocument, ReversalBody
from chalicelib.settlement.usecases.correct_status import CorrectStatus, StatusCorrected
from chalicelib.settlement.usecases.reverse import ReverseClaim

REVERSE = Operation(
    id="reverseClaim",
    tag=Tag.CLAIMS,
    summary=Text("冲销已结算的申请，或撤回尚未结算的申请", "Reverse a claim, or withdraw an open one"),
    detail=Text(
        "冲回全部分录；同一人该年度其后的结算随之更正。清算窗口关闭前由机构撤销，之后由经办机构撤销。"
        "尚未结算的申请由其机构撤回，状态为 withdrawn。",
        "Every posting is negated, and the person's later claims of the year are decided again. The hospital may "
        "reverse until the claim's clearing window closes, afterwards its agency. An open claim is withdrawn, by "
        "its hospital alone.",
    ),
    action=CLAIM_REVERSE,
    parameters=(path_value("claim_id", Text("申请编号", "The claim's id")),),
    body=ReversalBody,
    body_example={"reason": "entered twice"},
    answers={202: Success(Text("已撤销或撤回", "Reversed or withdrawn"), ClaimReceiptDocument)},
    problems=(400, 404, 409, 422),
)

RECONCILE = Operation(
    id="reconcile",
    tag=Tag.CLAIMS,
    summary=Text("对账", "Reconcile claims"),
    detail=Text(
        "先对总额，再对明细：双方各缺哪些申请、哪些金额不同。",
        "Totals are compared first, then claims: the claims missing on either side and the amounts that differ.",
    ),
    action=CLAIM_RECONCILE,
    body=ReconciliationBody,
    body_example={
        "institution": "H53010200001",
        "from": "2026-11-01",
        "to": "2026-11-30",
        "totals": {
            "claims": 1,
            "total": "17000.00",
            "funds": "15300.00",
            "fiscal": "1700.00",
            "patient": "0.00",
        },
    },
    answers={200: Success(Text("对账结果", "The result"), ReconciliationDocument)},
    problems=(400, 404, 422),
)

CORRECT = Operation(
    id="correctStatus",
    tag=Tag.CLAIMS,
    summary=Text("更正病例状态", "Correct a patient's status"),
    detail=Text(
        "自该日起以更正的状态为准（none 表示该日起所述状态均不成立），所涉结算以更正分录重新核定，不再核对编码。"
        "尚未核定的申请记录更正、按更正核定；无法重新核定的成为经办机构的待办事项（left），并说明原因。",
        "The corrected status holds from that day (`none`: what was stated from that day on never held). The "
        "claims that the correction touches are decided again by correcting transactions, and no code is asked "
        "for again. A claim that is still open keeps the correction and is decided with it (`recorded`); a claim "
        "that cannot be decided again becomes its agency's task, with the reasons (`left`).",
    ),
    action=CASE_CORRECT,
    body=CaseStatusBody,
    body_example={
        "claim_id": "clm_abcdefghijklmnopqrstuvwxyz",
        "status": "confirmed",
        "on": "2020-02-06",
        "reason": "second nucleic-acid test positive",
    },
    answers={202: Success(Text("重新核定的结算", "The claims decided again"), CaseStatusDocument)},
    problems=(400, 404, 409, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes that change claims after submission."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/claims/{claim_id}/reversal", REVERSE)
    def reverse_claim(call: Call, principal: Principal, claim_id: ClaimId) -> Response:
        body = call.sent(ReversalBody)
        view = call.use(ReverseClaim)(principal, claim_id, body.reason)
        return answer({"claim_id": view.claim_id, "status": view.status.value}, 202)

    @endpoints.route("POST", "/v1/reconciliations", RECONCILE)
    def reconcile(call: Call, principal: Principal) -> Response:
        body = call.sent(ReconciliationBody)
        require_own(principal, body.institution)
        rows = None if body.rows is None else [row.to_row() for row in body.rows]
        found = call.use(Reconcile)(
            principal, body.institution, body.from_on, body.to_on, body.totals.to_totals(), rows
        )
        return answer(reconciliation_document(found))

    @endpoints.route("POST", "/v1/cases/status", CORRECT)
    def correct_status(call: Call, principal: Principal) -> Response:
        body = call.sent(CaseStatusBody)
        event, correct = StatusEvent(body.status, body.on), call.use(CorrectStatus)
        if body.claim_id is not None and body.person is None:
            found = correct.of_claim(principal, body.claim_id, event, body.reason)
        elif body.person is not None and body.claim_id is None:
            found = correct.of_person(principal, body.person, event, body.reason)
        else:
            raise Malformed([one_of("claim_id", "person")])
        return answer({name: list(getattr(found, name)) for name in StatusCorrected.__slots__}, 202)

    return endpoints.blueprint
