"""Transfers of insurance between areas (关系转移接续): requested, released or refused, listed for both sides."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.enrolment.access import TRANSFER_DECIDE, TRANSFER_READ, TRANSFER_REQUEST
from chalicelib.enrolment.schemas.answers import (
    TransferDecidedDocument,
    TransferDocument,
    TransferListDocument,
    transfer_decided_document,
    transfer_document,
)
from chalicelib.enrolment.schemas.bodies import TransferBody, TransferDecisionBody
from chalicelib.enrolment.usecases.transfer import EnrolmentTransfers
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import TransferId
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, path_value

_TRANSFER_ID = path_value("transfer_id", Text("转移申请编号", "The transfer's id"))
_ONE = Text("转移申请", "The transfer")

_TRANSFER = ResourceType(Tag.REGISTRY, Text("转移申请", "The transfer"), TransferDocument, (_TRANSFER_ID,))

REQUEST = _TRANSFER.adding(
    id="requestEnrolmentTransfer",
    summary=Text("申请参保关系转移", "Ask for a transfer of insurance"),
    detail=Text(
        "由转入地经办机构申请；自 from 之日起转入。不填参保条件的，沿用转出地的条件。转出地决定之前一切不变。",
        "The new area's agency asks; the person changes areas on the day `from`. Without terms of its own the "
        "transfer keeps those of the period it ends. Nothing changes until the present area decides.",
    ),
    action=TRANSFER_REQUEST,
    body=TransferBody,
    body_example={
        "id_no": "530102190001010019",
        "name": "示例甲",
        "insured_area": "420100",
        "from": "2026-12-01",
    },
    status=202,
)

DECIDE = Operation(
    id="decideEnrolmentTransfer",
    tag=Tag.REGISTRY,
    summary=Text("决定参保关系转移", "Approve or refuse a transfer"),
    detail=Text(
        "由转出地经办机构的另一名经办人员决定。同意的，原期间至前一日止，新期间自当日起；所涉已结算申请重新核定，并告知笔数。",
        "The present area's agency decides, by another person than the one who asked. An approval ends the old "
        "period on the day before and begins the new period; the settled claims it concerns are decided again, "
        "and the answer gives their number.",
    ),
    action=TRANSFER_DECIDE,
    parameters=(_TRANSFER_ID,),
    body=TransferDecisionBody,
    body_example={"decision": "approve"},
    answers={200: Success(_ONE, TransferDecidedDocument)},
    problems=(400, 404, 409, 422),
)

READ = _TRANSFER.reading(
    id="readEnrolmentTransfer",
    summary=Text("查询转移申请", "Read a transfer"),
    detail=Text("供转出、转入双方及审计查询。", "Both areas and the auditor may read a transfer."),
    action=TRANSFER_READ,
)

LIST = listing(
    id="listEnrolmentTransfers",
    tag=Tag.REGISTRY,
    summary=Text("转移申请列表", "List transfers"),
    detail=Text(
        "本统筹区申请的和待本统筹区决定的，新的在前。",
        "An area sees the transfers it asked for and those it must decide, the newest first.",
    ),
    action=TRANSFER_READ,
    page=TransferListDocument,
    filters=(OWN_AREA_PARAMETER,),
    text=Text("转移申请", "Transfers"),
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of transfers."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/enrolment-transfers", REQUEST)
    def request_transfer(call: Call, principal: Principal) -> Response:
        request = call.sent(TransferBody).to_request()
        return answer(transfer_document(call.use(EnrolmentTransfers).ask(principal, request)), 202)

    @endpoints.route("GET", "/v1/enrolment-transfers", LIST)
    def list_transfers(call: Call, principal: Principal) -> Response:
        area = call.asked(OWN_AREA_PARAMETER)
        return call.listed(partial(call.use(EnrolmentTransfers).find, principal, area), transfer_document)

    @endpoints.route("GET", "/v1/enrolment-transfers/{transfer_id}", READ)
    def read_transfer(call: Call, principal: Principal, transfer_id: TransferId) -> Response:
        return answer(transfer_document(call.use(EnrolmentTransfers).read(principal, transfer_id)))

    @endpoints.route("POST", "/v1/enrolment-transfers/{transfer_id}/decision", DECIDE)
    def decide_transfer(call: Call, principal: Principal, transfer_id: TransferId) -> Response:
        body = call.sent(TransferDecisionBody)
        decided = call.use(EnrolmentTransfers).decide(principal, transfer_id, approve=body.approves, reason=body.reason)
        return answer(transfer_decided_document(decided))

    return endpoints.blueprint
