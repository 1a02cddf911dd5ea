"""Routes of reimbursements by hand: accept, correct, complete, forward, audit, decide, pay, give up, list."""

from __future__ import annotations

from functools import partial
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.claims.schemas.claims import CLAIM_EXAMPLE
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.fields import parse
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, path_value, status_parameter
from chalicelib.reimbursements.access import (
    REIMBURSEMENT_ACCEPT,
    REIMBURSEMENT_AUDIT,
    REIMBURSEMENT_COMPLETE,
    REIMBURSEMENT_DECIDE,
    REIMBURSEMENT_READ,
    REIMBURSEMENT_RECEIPT,
)
from chalicelib.reimbursements.domain.case import Payee, Reimbursement, ReimbursementStatus
from chalicelib.reimbursements.schemas.cases import (
    AuditBody,
    GivenUpBody,
    PapersBody,
    ReimbursementBody,
    ReimbursementCorrectionBody,
    ReimbursementDocument,
    ReimbursementPage,
    ReimbursementReceiptBody,
    ReleaseBody,
    reimbursement_document,
)
from chalicelib.reimbursements.usecases.accept import AcceptReimbursement
from chalicelib.reimbursements.usecases.cases import Cases
from chalicelib.reimbursements.usecases.correct import CorrectReimbursement
from chalicelib.reimbursements.usecases.decide import DecideReimbursement, ReimbursementReceipts

_CASE_ID = path_value("case_id", Text("手工报销编号", "The case's id"))
_ONE = Text("手工报销", "The case")
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

_STATUS = status_parameter(ReimbursementStatus)
_CASE = ResourceType(Tag.CLAIMS, _ONE, ReimbursementDocument, (_CASE_ID,))
_PAYMENT = ResourceType(Tag.MONEY, _ONE, ReimbursementDocument, (_CASE_ID,))

ACCEPT = Operation(
    id="acceptReimbursement",
    tag=Tag.CLAIMS,
    summary=Text("受理手工报销", "Accept a reimbursement by hand"),
    detail=Text(
        "任一经办机构、就医机构或规定受理的乡镇街道均可受理已由个人或机构垫付的费用；claim_no 填票据号码。"
        "参保地须有文件规定，且这次就医未由机构结算。同一票据、同一内容返回原件。",
        "Any agency, the treating institution, or a township office where a notice says so, accepts a bill that a "
        "person or an institution paid; `claim_no` is the invoice's number. A notice of the insured place must "
        "provide for the reimbursement, and no other bill of the visit may stand. The same invoice and bill again "
        "is the same case.",
    ),
    action=REIMBURSEMENT_ACCEPT,
    body=ReimbursementBody,
    body_example={"claim": CLAIM_EXAMPLE, "payee": "person"},
    answers={
        201: Success(Text("已受理", "Accepted"), ReimbursementDocument),
        200: Success(_ONE, ReimbursementDocument),
    },
    problems=(400, 404, 409, 422, 429),
)
CORRECT = _CASE.changing(
    id="correctReimbursement",
    summary=Text("更正手工报销", "Correct a case"),
    detail=Text(
        "核定前由受理处或参保地更正费用或垫付人并说明原因；人员、机构和票据号码不变，已报送或审核的须重新报送、审核。"
        "内容与现有一致的不重复登记。",
        "Before the decision the desk or the insured place corrects the bill or its payer, with the reason; "
        "person, institution and invoice stay the same. A case that was forwarded or audited is forwarded and "
        "audited anew. A correction that changes nothing is answered as the case stands.",
    ),
    action=REIMBURSEMENT_COMPLETE,
    body=ReimbursementCorrectionBody,
    body_example={"claim": CLAIM_EXAMPLE, "payee": "person", "reason": "a price was typed wrongly"},
    problems=(404, 409, 429),
)
LIST = listing(
    id="listReimbursements",
    tag=Tag.CLAIMS,
    summary=Text("列出手工报销", "List reimbursements by hand"),
    detail=Text(
        "机构、乡镇街道：自己受理的；经办机构、财政：涉及本区划的，先受理的在前，含各环节期限。",
        "A desk sees the cases it accepted, an office those that concern its area; the oldest stand first, with "
        "the term of their step.",
    ),
    action=REIMBURSEMENT_READ,
    page=ReimbursementPage,
    filters=(_STATUS, OWN_AREA_PARAMETER),
    problems=(404,),
)
READ = _CASE.reading(
    id="readReimbursement",
    summary=Text("查看手工报销", "Read a reimbursement by hand"),
    detail=Text("含材料、经办人、期限和支付。", "The answer holds the case's documents, acts, term and payment."),
    action=REIMBURSEMENT_READ,
)
DOCUMENTS = _CASE.changing(
    id="addReimbursementDocuments",
    summary=Text("登记材料", "Add the documents of a case"),
    detail=Text(
        "登记已上传的材料，逐件核对电子件是否存在、哈希是否一致；同一种材料再次登记以新件为准。",
        "The desk lists the documents whose copies were sent; every copy is checked to be stored and to have its "
        "hash. Another copy of a kind replaces the first.",
    ),
    action=REIMBURSEMENT_COMPLETE,
    body=PapersBody,
    body_example={"documents": [{"kind": "invoice", "sha256": _SHA256}]},
)
FORWARD = _CASE.changing(
    id="forwardReimbursement",
    summary=Text("报送参保地", "Forward a case to the insured place"),
    detail=Text(
        "材料齐全后报送参保地经办机构审核。",
        "Once no document is missing, the case goes to the insured place's agency for audit.",
    ),
    action=REIMBURSEMENT_COMPLETE,
    problems=(404, 409, 422),
)
AUDIT = _CASE.changing(
    id="auditReimbursement",
    summary=Text("审核手工报销", "Audit a case"),
    detail=Text(
        "由参保地经办机构审核：通过、退回补件（列明材料和原因）或不予报销（写明原因）。",
        "The insured place's agency passes the case, sends it back for documents with the reason, or refuses it "
        "with the reason.",
    ),
    action=REIMBURSEMENT_AUDIT,
    body=AuditBody,
    body_example={"outcome": "incomplete", "documents": ["diagnosis"], "reason": "the certificate is not stamped"},
)
DECIDE = _CASE.changing(
    id="decideReimbursement",
    summary=Text("核定并拨付手工报销", "Decide a case and release its payment"),
    detail=Text(
        "由参保地经办机构未参与受理、报送、审核的另一人办理：按结算同一规则核定，基金与参保地财政分别承担，并下达支付。",
        "Another person of the insured place's agency than those who handled the case decides by the rules of "
        "every claim; the insured place's fund and finance bear the cost, and the payment is ordered.",
    ),
    action=REIMBURSEMENT_DECIDE,
    body=ReleaseBody,
    body_example={"decision": "approve"},
)
PAY_AGAIN = _PAYMENT.changing(
    id="orderReimbursementAgain",
    summary=Text("重新下达支付", "Order the payment of a reimbursement again"),
    detail=Text("银行未能支付的，重新下达。", "A payment that the bank could not make is ordered again."),
    action=REIMBURSEMENT_DECIDE,
)
RECEIPT = _PAYMENT.changing(
    id="reportReimbursementReceipt",
    summary=Text("登记银行回单", "Record the bank's receipt of a reimbursement"),
    detail=Text(
        "由参保地财政登记；同一流水号、同一内容再次登记不重复记账。重复支付记为应退。",
        "The insured place's finance records the bank's report; the same report again books nothing. Money paid "
        "twice is owed back.",
    ),
    action=REIMBURSEMENT_RECEIPT,
    body=ReimbursementReceiptBody,
    body_example={"bank_reference": "ICBC-20200303-0001", "outcome": "paid"},
)
WITHDRAW = _CASE.changing(
    id="withdrawReimbursement",
    summary=Text("撤回手工报销", "Withdraw a case"),
    detail=Text(
        "下达支付前由受理处或参保地撤回，就医机构可再行结算。",
        "The desk or the insured place withdraws a case before its payment is ordered; the hospital may then "
        "claim the visit again.",
    ),
    action=REIMBURSEMENT_COMPLETE,
    body=GivenUpBody,
    body_example={"reason": "the hospital settles the visit after all"},
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of reimbursements by hand."""
    endpoints = Endpoints(__name__, edge)
    _at_the_desk(endpoints)
    _at_the_insured_place(endpoints)
    return endpoints.blueprint


def shown(call: Call, principal: Principal, case: Reimbursement) -> dict[str, Any]:
    """Show a case as it stands now; the bank's reference is shown only to parties to the money."""
    is_party = principal.role is not Role.TOWNSHIP and (
        principal.role is not Role.HOSPITAL or case.payee is Payee.INSTITUTION
    )
    return reimbursement_document(case, call.cite, call.use(Clock).now(), is_party=is_party)


def _at_the_desk(endpoints: Endpoints) -> None:
    @endpoints.route("POST", "/v1/reimbursements", ACCEPT)
    def accept_reimbursement(call: Call, principal: Principal) -> Response:
        body = parse(ReimbursementBody, call.body)
        submission = body.value.to_submission(body.warnings)
        case, is_new = call.use(AcceptReimbursement)(principal, submission, body.value.payee)
        return answer(shown(call, principal, case), 201 if is_new else 200)

    @endpoints.route("POST", "/v1/reimbursements/{case_id}/correction", CORRECT)
    def correct_reimbursement(call: Call, principal: Principal, case_id: ClaimId) -> Response:
        body = parse(ReimbursementCorrectionBody, call.body)
        sent, told = body.value.to_submission(body.warnings), body.value
        corrected = call.use(CorrectReimbursement)(principal, case_id, sent, told.payee, told.reason)
        return answer(shown(call, principal, corrected))

    @endpoints.route("GET", "/v1/reimbursements", LIST)
    def list_reimbursements(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_STATUS), call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(Cases).find, principal, status, area)
        return call.listed(find, lambda each: shown(call, principal, each))

    @endpoints.route("GET", "/v1/reimbursements/{case_id}", READ)
    def read_reimbursement(call: Call, principal: Principal, case_id: ClaimId) -> Response:
        return answer(shown(call, principal, call.use(Cases).read(principal, case_id)))

    @endpoints.route("POST", "/v1/reimbursements/{case_id}/documents", DOCUMENTS)
    def add_documents(call: Call, principal: Principal, case_id: ClaimId) -> Response:
        papers = call.sent(PapersBody).to_papers()
        return answer(shown(call, principal, call.use(AcceptReimbursement).complete(principal, case_id, papers)))

    @endpoints.route("POST", "/v1/reimbursements/{case_id}/forwarding", FORWARD)
    def forward_reimbursement(call: Call, principal: Principal, case_id: ClaimId) -> Response:
        return answer(shown(call, principal, call.use(AcceptReimbursement).forward(principal, case_id)))

    @endpoints.route("POST", "/v1/reimbursements/{case_id}/withdrawal", WITHDRAW)
    def withdraw_reimbursement(call: Call, principal: Principal, case_id: ClaimId) -> Response:
        reason = call.sent(GivenUpBody).reason
        return answer(shown(call, principal, call.use(AcceptReimbursement).withdraw(principal, case_id, reason)))


def _at_the_insured_place(endpoints: Endpoints) -> None:
    @endpoints.route("POST", "/v1/reimbursements/{case_id}/audit", AUDIT)
    def audit_reimbursement(call: Call, principal: Principal, case_id: ClaimId) -> Response:
        body = call.sent(AuditBody)
        audits, reason = call.use(DecideReimbursement), body.reason or ""
        if body.outcome == "passed":
            case = audits.audit(principal, case_id)
        elif body.outcome == "refused":
            case = audits.turn_down(principal, case_id, reason)
        else:
            case = audits.send_back(principal, case_id, body.documents, reason)
        return answer(shown(call, principal, case))

    @endpoints.route("POST", "/v1/reimbursements/{case_id}/decision", DECIDE)
    def decide_reimbursement(call: Call, principal: Principal, case_id: ClaimId) -> Response:
        body, decides = call.sent(ReleaseBody), call.use(DecideReimbursement)
        if body.approves:
            return answer(shown(call, principal, decides.release(principal, case_id)))
        return answer(shown(call, principal, decides.refuse(principal, case_id, body.reason or "")))

    @endpoints.route("POST", "/v1/reimbursements/{case_id}/payment", PAY_AGAIN)
    def order_again(call: Call, principal: Principal, case_id: ClaimId) -> Response:
        return answer(shown(call, principal, call.use(DecideReimbursement).order_again(principal, case_id)))

    @endpoints.route("POST", "/v1/reimbursements/{case_id}/receipt", RECEIPT)
    def report_receipt(call: Call, principal: Principal, case_id: ClaimId) -> Response:
        body = call.sent(ReimbursementReceiptBody)
        heard = call.use(ReimbursementReceipts).receive(principal, case_id, body.bank_reference, body.outcome)
        return answer(shown(call, principal, heard))
