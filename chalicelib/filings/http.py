"""Filings: treatment outside the insured place, registered (异地就医备案), listed and taken back."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.filings.access import FILING_CONFIRM, FILING_READ, FILING_RECORD, FILING_WITHDRAW
from chalicelib.filings.schemas import (
    FilingBody,
    FilingDocument,
    FilingListDocument,
    FilingOutcomeDocument,
    FilingWithdrawalBody,
    Reader,
    filing_document,
    filing_outcome_document,
    parse_filing,
)
from chalicelib.filings.usecases import Filings
from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import FilingId
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, path_value, person_parameter, switch

_ACT = {"actor": "clerk", "role": "agency", "subject": "420100", "at": "2020-02-01T01:02:03.000000Z"}

_PERSON = person_parameter(Text("人员代码。", "A person's token."))
_BACKDATED = switch(
    "backdated",
    Text(
        "true：只列生效日早于登记日的；与 person 不同时使用。",
        "`true` lists the filings alone whose first day lies before the day of recording; not together with `person`.",
    ),
    may_be_off=False,
)

RECORD = Operation(
    id="recordFiling",
    tag=Tag.REGISTRY,
    summary=Text("登记异地就医备案", "Record a filing of treatment elsewhere"),
    detail=Text(
        "经办机构登记的，按其起始日生效，不论何时登记；医疗机构登记的，自登记之日起生效（急诊在出院前登记的，自入院起），"
        "出院后登记的不影响待遇。乡镇街道依文件登记本区参保人的备案，自来电或登记之日起生效。由参保地以外登记的，由参保地经办机构"
        "在期限内答复。所涉已结算申请重新核定，并向经办机构告知笔数。",
        "An agency's filing holds from its first day, whenever it is recorded; a hospital's filing holds from the "
        "day it is made (an emergency filed before discharge: from admission) and has no effect after discharge. "
        "A township office files for persons insured in its district where a notice says so, from the day of the "
        "call or of the filing. The insured place's agency answers within its term the filings that others made. "
        "The settled claims concerned are decided again, and an agency is told their number. The answer does not "
        "tell whose the number is, or whether anybody knows it.",
    ),
    action=FILING_RECORD,
    body=FilingBody,
    body_example={
        "id_no": "420106190004010110",
        "treatment_area": "530100",
        "kind": "temporary",
        "channel": "online",
        "from": "2020-02-01",
    },
    answers={
        201: Success(
            Text("已登记", "Recorded"),
            FilingOutcomeDocument,
            example={
                "filing_id": "fil_0123456789abcdef",
                "person": "prs_0123456789abcdef0123456789abcdef",
                "treatment_area": "530100",
                "kind": "temporary",
                "channel": "online",
                "from": "2020-02-01",
                "asked_from": "2020-02-01",
                "to": None,
                "filed_at": "2020-02-01T01:02:03.000000Z",
                "made": _ACT,
                "withdrawn": None,
                "reason": None,
                "called_at": "2020-02-01T00:10:00.000000Z",
                "backdated": False,
                "confirmed": None,
                "answer": None,
                "report": None,
                "redecided": 0,
            },
        )
    },
    problems=(400, 404, 422),
)

LIST = listing(
    id="listFilings",
    tag=Tag.REGISTRY,
    summary=Text("备案列表", "List filings"),
    detail=Text(
        "按人员查询，或不填人员列出本机构登记的、涉及本区划的备案，新的在前；已撤回的仍列出。",
        "The answer lists a person's filings or, without a person, those that the hospital made or that concern "
        "the area; the newest stand first, and withdrawn filings stay in the list.",
    ),
    action=FILING_READ,
    page=FilingListDocument,
    filters=(_PERSON, OWN_AREA_PARAMETER, _BACKDATED),
    text=Text("备案", "Filings"),
    problems=(404,),
)

CONFIRM = Operation(
    id="confirmFiling",
    tag=Tag.REGISTRY,
    summary=Text("答复备案", "Answer a filing"),
    detail=Text(
        "由参保地经办机构对医疗机构、乡镇街道或就医地登记的备案确认，答复期限随之停止；不同意的予以撤回。",
        "The insured place's agency confirms a filing that a hospital, a township office or the treatment place "
        "registered, and the term of the answer ends. The agency withdraws a filing that it does not accept.",
    ),
    action=FILING_CONFIRM,
    parameters=(path_value("filing_id", Text("备案编号", "The filing's id")),),
    answers={200: Success(Text("已答复", "Answered"), FilingDocument)},
    problems=(404, 409),
)

WITHDRAW = Operation(
    id="withdrawFiling",
    tag=Tag.REGISTRY,
    summary=Text("撤回备案", "Withdraw a filing"),
    detail=Text(
        "由原登记的机构或参保地经办机构撤回，记录保留。撤回后不再影响待遇，所涉已结算申请重新核定，并向经办机构告知笔数。",
        "The institution or agency that made the filing, or the agency that insures the person, withdraws it; the "
        "record stays. The filing then has no effect, the settled claims it concerned are decided again, and an "
        "agency is told their number.",
    ),
    action=FILING_WITHDRAW,
    parameters=(path_value("filing_id", Text("备案编号", "The filing's id")),),
    body=FilingWithdrawalBody,
    body_example={"reason": "filed for another person"},
    answers={200: Success(Text("已撤回", "Withdrawn"), FilingOutcomeDocument)},
    problems=(400, 404, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of filings."""
    endpoints = Endpoints(__name__, edge)

    def reader(call: Call, principal: Principal) -> Reader:
        return Reader(principal.role, call.use(Clock).now(), call.cite)

    @endpoints.route("POST", "/v1/filings", RECORD)
    def record_filing(call: Call, principal: Principal) -> Response:
        outcome = call.use(Filings).record(principal, parse_filing(call.body))
        return answer(filing_outcome_document(outcome, reader(call, principal)), 201)

    @endpoints.route("GET", "/v1/filings", LIST)
    def list_filings(call: Call, principal: Principal) -> Response:
        person, area, filings = call.asked(_PERSON), call.asked(OWN_AREA_PARAMETER), call.use(Filings)
        find = partial(filings.of_subject, principal, area, backdated=call.asked(_BACKDATED))
        if person is not None:
            find = partial(filings.of_person, principal, person)
        reads = reader(call, principal)
        return call.listed(find, lambda filing: filing_document(filing, reads))

    @endpoints.route("POST", "/v1/filings/{filing_id}/confirmation", CONFIRM)
    def confirm_filing(call: Call, principal: Principal, filing_id: FilingId) -> Response:
        return answer(filing_document(call.use(Filings).confirm(principal, filing_id), reader(call, principal)))

    @endpoints.route("POST", "/v1/filings/{filing_id}/withdrawal", WITHDRAW)
    def withdraw_filing(call: Call, principal: Principal, filing_id: FilingId) -> Response:
        reason = call.sent(FilingWithdrawalBody).reason
        outcome = call.use(Filings).withdraw(principal, filing_id, reason)
        return answer(filing_outcome_document(outcome, reader(call, principal)))

    return endpoints.blueprint
