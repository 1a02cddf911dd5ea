"""Route that releases the held payment of a claim that resembles another."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.claims.schemas.answers import ClaimDocument
from chalicelib.claims.schemas.claims import claim_document
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag
from chalicelib.platform.http.query import path_value
from chalicelib.settlement.access import CLAIM_RELEASE
from chalicelib.settlement.schemas import ReversalBody
from chalicelib.settlement.usecases.release import ReleasePayment

RELEASE = Operation(
    id="releasePayment",
    tag=Tag.CLAIMS,
    summary=Text("放行疑似重复申请的款项", "Release the held payment of a possible duplicate"),
    detail=Text(
        "经办机构核实后放行，款项随即下达支付。再次放行返回首次结果。不予支付的，由经办机构撤销该申请。"
        "提交该申请的人员不得放行。",
        "The agency has examined the claim and releases the payment, which is ordered at once. A second release "
        "answers the first. To refuse the payment, the agency reverses the claim. The person who submitted the "
        "claim may not release its payment.",
    ),
    action=CLAIM_RELEASE,
    parameters=(path_value("claim_id", Text("申请编号", "The claim's id")),),
    body=ReversalBody,
    body_example={"reason": "two stays, records of both seen"},
    answers={200: Success(Text("已放行的申请", "The released claim"), ClaimDocument)},
    problems=(400, 404, 409, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the route of holds."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/claims/{claim_id}/release", RELEASE)
    def release_payment(call: Call, principal: Principal, claim_id: ClaimId) -> Response:
        body = call.sent(ReversalBody)
        view = call.use(ReleasePayment)(principal, claim_id, body.reason)
        return answer(claim_document(view, call.cite))

    return endpoints.blueprint
