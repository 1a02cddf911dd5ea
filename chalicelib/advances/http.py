"""Routes of advances: request, decide, record the bank's answer, read."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.advances.access import ADVANCE_CONFIRM, ADVANCE_DECIDE, ADVANCE_LIST, ADVANCE_READ, ADVANCE_REQUEST
from chalicelib.advances.domain.model import AdvanceStatus
from chalicelib.advances.schemas import (
    AdvanceBody,
    AdvanceDecisionBody,
    AdvanceDocument,
    AdvancePage,
    AdvanceReceiptDocument,
    BankAnswerBody,
    InstitutionAdvancesDocument,
    ReturnBody,
    advance_document,
    institution_advances_document,
)
from chalicelib.advances.usecases.advance import Advances
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Malformed
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AdvanceId, InstitutionCode
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.findings import one_of
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import AREA_OF_AUDITOR, CODE, path_value, status_parameter
from chalicelib.platform.http.tokens import require_own

ADVANCE_ID = path_value("advance_id", Text("预拨编号", "The advance's id"), examples=["adv_0123456789abcdef0123456789"])


_STATUS = status_parameter(AdvanceStatus)
_ADVANCE = ResourceType(Tag.MONEY, Text("预拨", "The advance"), AdvanceDocument, (ADVANCE_ID,))

REQUEST = Operation(
    id="requestAdvance",
    tag=Tag.MONEY,
    summary=Text("申请预拨", "Ask for an advance"),
    detail=Text(
        "专项预拨须有政策依据，并附政策的测算依据；同一申请在审批前重复提交，返回同一编号。",
        "A special advance needs a policy that grants it, and carries the measure that the policy names. The same "
        "application, sent again before it is decided, answers the same id.",
    ),
    action=ADVANCE_REQUEST,
    body=AdvanceBody,
    body_example={
        "institution": "H53010200001",
        "fund": "special",
        "amount": "1000000.00",
        "reason": "treatment of confirmed patients in February",
    },
    answers={202: Success(Text("已受理", "Received"), AdvanceReceiptDocument)},
    problems=(400, 404, 422),
)

DECIDE = Operation(
    id="decideAdvance",
    tag=Tag.MONEY,
    summary=Text("审批预拨", "Decide an advance"),
    detail=Text(
        "由非申请人审批；不填金额则按申请额批准，政策下限更高时按下限。低于政策下限须写理由。以日常预付顶替专项预拨的不予受理。",
        "Another person than the one who asked decides. An approval without an amount grants the amount asked "
        "for, or the policy's floor where the floor is more; an approval below the floor gives a reason. An offer "
        "of ordinary money for a special advance is refused.",
    ),
    action=ADVANCE_DECIDE,
    parameters=(ADVANCE_ID,),
    body=AdvanceDecisionBody,
    body_example={"decision": "approve"},
    answers={200: Success(Text("审批结果", "The decision"), AdvanceDocument)},
    problems=(400, 404, 409, 422),
)

RECEIVE = _ADVANCE.changing(
    id="receiveAdvance",
    summary=Text("登记银行回单", "Record the bank's receipt"),
    detail=Text(
        "付款成功则余额可用；失败则冲回拨付指令。失败、超时或已付之后又付款的照样记账，机构应予退还；付款后又失败的，退回机构所持余额。"
        "登记人不得是申请人或审批人。同一流水号重复登记，返回现有结果。",
        "A payment makes the balance available; a failure takes the instruction back. Money that the bank pays "
        "after a failure, a silence or a payment is booked all the same and owed back by the hospital; money that "
        "came back after a payment is taken from the hospital's balance. The persons who asked or approved may "
        "not record the receipt. The same report again is answered as the advance stands.",
    ),
    action=ADVANCE_CONFIRM,
    body=BankAnswerBody,
    body_example={"bank_reference": "BANK-2020-0001", "outcome": "paid"},
)

RETURN = _ADVANCE.changing(
    id="returnAdvance",
    summary=Text("登记余款返还", "Record the return of an advance"),
    detail=Text(
        "措施终止后机构返还余款，可分次；金额须填写，或以 all: true 表示全部余额；余额为零时状态为已返还。"
        "同一银行流水号重复登记不再记账。",
        "After the measure has ended the hospital pays the rest back, at once or in parts: an amount, or `all: "
        "true` for the whole balance. An advance without a balance is `returned`. The same bank reference again "
        "books nothing.",
    ),
    action=ADVANCE_CONFIRM,
    body=ReturnBody,
    body_example={"bank_reference": "BANK-2020-0002", "amount": "300.00"},
)

LIST = listing(
    id="listAdvances",
    tag=Tag.MONEY,
    summary=Text("列出本单位的预拨", "List an office's advances"),
    detail=Text(
        "由本单位审批和拨付的预拨，按状态；status=instructed 即等待银行回单的。",
        "An office sees the advances that it decides on and pays, by state; `instructed` advances wait for the bank.",
    ),
    action=ADVANCE_LIST,
    page=AdvancePage,
    filters=(_STATUS, AREA_OF_AUDITOR),
)

READ = _ADVANCE.reading(
    id="readAdvance",
    summary=Text("查询预拨", "Read an advance"),
    detail=Text(
        "状态、额度依据和各环节时间。",
        "The answer holds the advance's status, the ground of its quota and the time of every step.",
    ),
    action=ADVANCE_READ,
)

OF_INSTITUTION = listing(
    id="listInstitutionAdvances",
    tag=Tag.MONEY,
    summary=Text("机构的预拨和余额", "A hospital's advances and balances"),
    detail=Text(
        "按类别的余额与在途，及各笔预拨。",
        "The answer holds the balance and the amount under way by kind, and every advance.",
    ),
    action=ADVANCE_READ,
    page=InstitutionAdvancesDocument,
    filters=(CODE,),
    text=Text("预拨和余额", "Advances and balances"),
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of advances."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/advances", REQUEST)
    def request_advance(call: Call, principal: Principal) -> Response:
        body = call.sent(AdvanceBody)
        require_own(principal, body.institution)
        advance = call.use(Advances).request(principal, body.institution, body.fund, body.amount, body.reason)
        return answer(AdvanceReceiptDocument.from_record(advance), 202)

    @endpoints.route("POST", "/v1/advances/{advance_id}/decision", DECIDE)
    def decide_advance(call: Call, principal: Principal, advance_id: AdvanceId) -> Response:
        body = call.sent(AdvanceDecisionBody)
        advance = call.use(Advances).decide(
            principal,
            advance_id,
            approve=body.approves,
            amount_fen=body.amount,
            fund=body.fund,
            reason=body.reason,
        )
        return answer(advance_document(advance))

    @endpoints.route("POST", "/v1/advances/{advance_id}/receipt", RECEIVE)
    def receive_advance(call: Call, principal: Principal, advance_id: AdvanceId) -> Response:
        body = call.sent(BankAnswerBody)
        received = call.use(AdvanceReceipts).receive(
            principal, advance_id, body.bank_reference, paid=body.outcome == "paid"
        )
        return answer(advance_document(received))

    @endpoints.route("POST", "/v1/advances/{advance_id}/return", RETURN)
    def return_advance(call: Call, principal: Principal, advance_id: AdvanceId) -> Response:
        body = call.sent(ReturnBody)
        if (body.amount is None) != (body.is_all is True):
            raise Malformed([one_of("amount", "all")])
        returned = call.use(AdvanceReceipts).give_back(principal, advance_id, body.bank_reference, body.amount)
        return answer(advance_document(returned))

    @endpoints.route("GET", "/v1/advances", LIST)
    def list_advances(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_STATUS), call.asked(AREA_OF_AUDITOR)
        return call.listed(partial(call.use(Advances).find, principal, status, area), advance_document)

    @endpoints.route("GET", "/v1/advances/{advance_id}", READ)
    def read_advance(call: Call, principal: Principal, advance_id: AdvanceId) -> Response:
        return answer(advance_document(call.use(Advances).read(principal, advance_id)))

    @endpoints.route("GET", "/v1/institutions/{code}/advances", OF_INSTITUTION)
    def list_institution_advances(call: Call, principal: Principal, code: InstitutionCode) -> Response:
        view = call.use(Advances).of_institution(principal, code, call.page)
        return answer(institution_advances_document(view))

    return endpoints.blueprint
