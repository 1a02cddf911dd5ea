"""Service agreements: requested, confirmed, listed; the daily blacklist; and the public list."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.agreements.access import (
    AGREEMENT_DECIDE,
    AGREEMENT_READ,
    AGREEMENT_RECORD,
    BLACKLIST_READ,
    BLACKLIST_UPLOAD,
    BLACKLIST_VERIFY,
)
from chalicelib.agreements.domain import AgreementId, AgreementStatus, BlacklistEntryId, EntryStatus
from chalicelib.agreements.schemas import (
    AgreementBody,
    AgreementDecisionBody,
    AgreementDocument,
    AgreementPage,
    BlacklistBody,
    BlacklistEntryDocument,
    BlacklistPage,
    PublicAgreementPage,
    VerificationBody,
    public_document,
)
from chalicelib.agreements.usecases.agree import Agreements
from chalicelib.agreements.usecases.blacklist import Blacklist
from chalicelib.agreements.usecases.publish import PublicAgreements
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.answers import UploadDocument, upload_document
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import (
    OWN_AREA_PARAMETER,
    area_parameter,
    day,
    institution_parameter,
    path_value,
    status_parameter,
)

_AREA, _INSTITUTION = "[0-9]{6}", "[HP][0-9]{11}"
_AGREEMENT_ID = path_value("agreement_id", Text("协议记录编号", "The agreement's id"))
_ENTRY_ID = path_value("entry_id", Text("名单条目编号", "The entry's id"))
_OF_INSTITUTION = institution_parameter(Text("机构编码", "An institution's code"))
_OF_AREA = area_parameter(Text("区划代码，默认全部", "An area's code, all by default"))

_STATUS = status_parameter(AgreementStatus)
_ON = day("on", Text("日期，默认今天", "The day, today by default"))
_LISTED_ON = day("listed_on", Text("名单日期", "The day of the list"))
_LIST_BLACKLIST_STATUS = status_parameter(EntryStatus)
_AGREEMENT = ResourceType(Tag.REGISTRY, Text("协议记录", "The agreement"), AgreementDocument, (_AGREEMENT_ID,))

RECORD = _AGREEMENT.adding(
    id="requestAgreement",
    summary=Text(
        "提出协议签订、延长、临时专项协议或解除",
        "Ask for an agreement, its extension, a special agreement or a termination",
    ),
    detail=Text(
        "由与该机构结算的经办机构一人提出，另一人确认后生效，并据此判断结算申请的协议是否有效；机构名录所载为起点。"
        "临时专项协议须有认可它的规定；解除自今后某日起，此前入院的按原协议结算。",
        "A person of the agency that settles with the institution asks; the record counts once another person has "
        "confirmed it and then decides whether a claim's agreement is in force, starting from the register of "
        "institutions. A special agreement needs a provision that honours it; a termination begins on a later "
        "day, and a patient admitted before that day is settled under the agreement.",
    ),
    action=AGREEMENT_RECORD,
    body=AgreementBody,
    body_example={
        "institution": "H53010200001",
        "kind": "service",
        "from": "2027-01-01",
        "to": "2027-12-31",
        "reason": "renewed for a year",
    },
    status=202,
    problems=(404,),
)

DECIDE = _AGREEMENT.changing(
    id="decideAgreement",
    summary=Text("确认或不予确认", "Confirm or refuse a request for an agreement"),
    detail=Text(
        "须由提出人以外的人办理；不予确认的说明原因。",
        "Another person than the one who asked decides; a refusal gives its reason.",
    ),
    action=AGREEMENT_DECIDE,
    body=AgreementDecisionBody,
    body_example={"decision": "approve"},
)

READ = _AGREEMENT.reading(
    id="readAgreement",
    summary=Text("查询一条协议记录", "Read an agreement"),
    detail=Text("机构自身、其经办机构和审计可见。", "The institution, its agency and the auditor see an agreement."),
    action=AGREEMENT_READ,
)

LIST = listing(
    id="listAgreements",
    tag=Tag.REGISTRY,
    summary=Text("列出协议记录", "List agreements"),
    detail=Text(
        "机构：本机构的；经办机构：与其结算的机构的，新的在前；status=requested 即等待确认的。",
        "An institution sees its own agreements, an agency those of the institutions it settles with; the newest "
        "stand first. `status=requested` lists the agreements that wait for confirmation.",
    ),
    action=AGREEMENT_READ,
    page=AgreementPage,
    filters=(_OF_INSTITUTION, _STATUS, OWN_AREA_PARAMETER),
    problems=(404,),
)

PUBLIC = listing(
    id="listPublicAgreements",
    tag=Tag.REGISTRY,
    summary=Text("公示：各机构的协议", "The public list of agreements"),
    detail=Text(
        "向社会公开各机构某日的协议状态；解除协议的，注明起始日和所依条款。",
        "Everybody may read the state of each institution's agreements on a day; a terminated agreement shows its "
        "last day and its provision.",
    ),
    action=None,
    page=PublicAgreementPage,
    filters=(_OF_AREA, _ON),
)

UPLOAD = Operation(
    id="uploadBlacklist",
    tag=Tag.REGISTRY,
    summary=Text("上传当日失信名单", "Upload a day's blacklist"),
    detail=Text(
        "CSV 逐行核对：列 name（机构全称）、ground（事由），知道编码的另列 code。每行各有答复，正确的行即保存，"
        "重复上传不重复登记。",
        "The CSV is checked line by line: columns `name` (the whole name), `ground` and, where it is known, "
        "`code`. Every line has its answer; correct lines are kept whatever is wrong with others, and the same "
        "list again keeps nothing twice.",
    ),
    action=BLACKLIST_UPLOAD,
    body=BlacklistBody,
    body_example={"listed_on": "2020-02-18", "csv": "code,name,ground\nH21020200001,,hoarded masks\n"},
    answers={200: Success(Text("逐行答复", "The answer of every line"), UploadDocument)},
    problems=(400, 422),
)

VERIFY = Operation(
    id="verifyBlacklistEntry",
    tag=Tag.REGISTRY,
    summary=Text("甄别复核名单条目", "Verify an entry of the blacklist"),
    detail=Text(
        "由上传人以外的人复核：属实的写明自何日起解除协议（今后某日），不属实的说明原因。",
        "Another person than the one who uploaded the list decides. An approved entry ends the institution's "
        "agreements on the stated later day; a refused entry clears the institution and gives the reason.",
    ),
    action=BLACKLIST_VERIFY,
    parameters=(_ENTRY_ID,),
    body=VerificationBody,
    body_example={"decision": "refuse", "reason": "another company of the same name"},
    answers={200: Success(Text("名单条目", "The entry"), BlacklistEntryDocument)},
    problems=(400, 404, 409, 422),
)

LIST_BLACKLIST = listing(
    id="listBlacklist",
    tag=Tag.REGISTRY,
    summary=Text("列出失信名单条目", "List the blacklist"),
    detail=Text(
        "日期新的在前；status=listed 即等待复核的。",
        "The latest day stands first; `status=listed` lists the entries that wait for verification.",
    ),
    action=BLACKLIST_READ,
    page=BlacklistPage,
    filters=(_LISTED_ON, _LIST_BLACKLIST_STATUS, OWN_AREA_PARAMETER),
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of agreements."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/agreements", RECORD)
    def request_agreement(call: Call, principal: Principal) -> Response:
        request = call.sent(AgreementBody).to_request()
        return answer(AgreementDocument.from_record(call.use(Agreements).ask(principal, request), call.cite), 202)

    @endpoints.route("GET", "/v1/agreements", LIST)
    def list_agreements(call: Call, principal: Principal) -> Response:
        status = call.asked(_STATUS)
        area, institution = call.asked(OWN_AREA_PARAMETER), call.asked(_OF_INSTITUTION)
        find = partial(call.use(Agreements).find, principal, area, institution, status)
        return call.listed(find, lambda record: AgreementDocument.from_record(record, call.cite))

    @endpoints.route("GET", "/v1/agreements/public", PUBLIC)
    def list_public_agreements(call: Call) -> Response:
        area, on = call.asked(_OF_AREA), call.asked(_ON)
        find = partial(call.use(PublicAgreements).find, area, on)
        return call.listed(find, lambda shown: public_document(shown, call.cite))

    @endpoints.route("GET", "/v1/agreements/{agreement_id}", READ)
    def read_agreement(call: Call, principal: Principal, agreement_id: AgreementId) -> Response:
        return answer(AgreementDocument.from_record(call.use(Agreements).read(principal, agreement_id), call.cite))

    @endpoints.route("POST", "/v1/agreements/{agreement_id}/decision", DECIDE)
    def decide_agreement(call: Call, principal: Principal, agreement_id: AgreementId) -> Response:
        body = call.sent(AgreementDecisionBody)
        record = call.use(Agreements).decide(principal, agreement_id, approve=body.approves, answer=body.reason)
        return answer(AgreementDocument.from_record(record, call.cite))

    @endpoints.route("POST", "/v1/blacklist", UPLOAD)
    def upload_blacklist(call: Call, principal: Principal) -> Response:
        body = call.sent(BlacklistBody)
        return answer(upload_document(call.use(Blacklist).upload(principal, body.listed_on, body.csv), call.cite))

    @endpoints.route("GET", "/v1/blacklist", LIST_BLACKLIST)
    def list_blacklist(call: Call, principal: Principal) -> Response:
        listed_on, status = call.asked(_LISTED_ON), call.asked(_LIST_BLACKLIST_STATUS)
        area = call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(Blacklist).find, principal, area, listed_on, status)
        return call.listed(find, lambda entry: BlacklistEntryDocument.from_record(entry, call.cite))

    @endpoints.route("POST", "/v1/blacklist/{entry_id}/decision", VERIFY)
    def verify_blacklist_entry(call: Call, principal: Principal, entry_id: BlacklistEntryId) -> Response:
        body = call.sent(VerificationBody)
        entry = call.use(Blacklist).verify(
            principal, entry_id, approve=body.approves, starts_on=body.starts_on, answer=body.reason
        )
        return answer(BlacklistEntryDocument.from_record(entry, call.cite))

    return endpoints.blueprint
