"""Routes of look-ups: a patient's eligibility for a hospital's desk, a person by document and name for an office, and
the access records of a person.
"""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.eligibility.access import ACCESS_RECORDS_READ, ELIGIBILITY_READ, PERSON_FIND
from chalicelib.eligibility.schemas import (
    AccessRecordPage,
    EligibilityBody,
    EligibilityDocument,
    PersonFoundDocument,
    PersonSearchBody,
    access_record_document,
    eligibility_document,
    parse_eligibility,
    parse_person_search,
    person_found_document,
)
from chalicelib.eligibility.usecases.find_person import FindPerson
from chalicelib.eligibility.usecases.list_access_records import ReadAccessRecords
from chalicelib.eligibility.usecases.read import ReadEligibility
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.query import day, ends_after, person_parameter, required

_PERSON = "prs_0123456789abcdef0123456789abcdef"

_LIST_PERSON = required(person_parameter(Text("人员代码", "The person's token"), examples=[_PERSON]))
_FROM = day("from", Text("查询日起（北京时间，含）", "The first day of the look-ups (Asia/Shanghai, included)"))
_TO = day("to", Text("查询日止（北京时间，含）", "The last day of the look-ups (Asia/Shanghai, included)"))

ELIGIBILITY = Operation(
    id="readEligibility",
    tag=Tag.REGISTRY,
    summary=Text("查询患者参保和备案情况", "Read a patient's cover and filings"),
    detail=Text(
        "供医疗机构在结算前核对，并告知就诊如何结算：本地、异地联网或手工。证件与姓名须与参保登记一致；证件不存在与"
        "姓名不符的答复相同（422 person-unknown）。每次查询均留痕，并按机构限次（429）。",
        "A hospital checks a patient before billing; the answer says how the visit is settled: locally, online "
        "with the insured place, or by hand. Document and name must be those of the enrolment: an unknown number "
        "and a wrong name have the same answer (422 person-unknown). Every call is recorded, and an institution's "
        "calls are limited (429).",
    ),
    action=ELIGIBILITY_READ,
    body=EligibilityBody,
    body_example={"id_no": "530102190001010019", "name": "示例甲", "on": "2020-02-05"},
    answers={
        200: Success(
            Text("当日参保和备案情况", "Cover and filings of the day"),
            EligibilityDocument,
            example={
                "on": "2020-02-05",
                "cover": {"insurance": "employee", "insured_area": "530100"},
                "filings": [],
                "routing": {"way": "local", "ground": "insured-here", "documents": [], "citations": []},
            },
        )
    },
    problems=(400, 422),
)

FIND = Operation(
    id="findPerson",
    tag=Tag.REGISTRY,
    summary=Text("按证件和姓名查找人员", "Find a person by document and name"),
    detail=Text(
        "供经办机构、卫生健康部门和审计按证件、姓名找到人员代码及职责范围内的结算申请，无须事先得知代码。证件不存在、"
        "姓名不符和不属于本单位职责范围的答复相同（422 person-unknown）。每次查找均留痕，并按单位限次（429）。",
        "An agency, a health commission or the auditor finds a person's token and the claims within the office's "
        "reach, without being told a token. An unknown number, a wrong name and a person outside the office's reach "
        "have the same answer (422 person-unknown). Every call is recorded, and an office's calls are limited (429).",
    ),
    action=PERSON_FIND,
    body=PersonSearchBody,
    body_example={"id_no": "530102190001010019", "name": "示例甲"},
    answers={
        200: Success(
            Text("人员代码和结算申请", "The person's token and claims"),
            PersonFoundDocument,
            example={
                "person": _PERSON,
                "claims": [
                    {
                        "claim_id": "clm_abcdefghijklmnopqrstuvwxyz",
                        "claim_no": "EXAMPLE-0001",
                        "institution": "H53010200001",
                        "kind": "inpatient",
                        "admitted": "2020-06-05",
                        "discharged": "2020-06-20",
                        "status": "settled",
                    }
                ],
                "more": False,
            },
        )
    },
    problems=(400, 422),
)

LIST = listing(
    id="listAccessRecords",
    tag=Tag.REGISTRY,
    summary=Text("列出人员信息的查询记录", "List the look-ups of a person"),
    detail=Text(
        "逐条列出该人员信息的查询人、时间、接口和事由；审计及该人员参保地经办机构可见。记录只增不改。",
        "The answer lists every look-up of the person: caller, time, call and purpose, the oldest first. The "
        "auditor and the agency that insures the person may read the records; a record is never changed or "
        "removed.",
    ),
    action=ACCESS_RECORDS_READ,
    page=AccessRecordPage,
    filters=(_LIST_PERSON, _FROM, _TO),
    problems=(404,),
    rules=(ends_after(_FROM, _TO),),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of look-ups."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/eligibility", ELIGIBILITY)
    def read_eligibility(call: Call, principal: Principal) -> Response:
        return answer(
            eligibility_document(call.use(ReadEligibility)(principal, parse_eligibility(call.body)), call.cite)
        )

    @endpoints.route("POST", "/v1/persons/search", FIND)
    def find_person(call: Call, principal: Principal) -> Response:
        return answer(person_found_document(call.use(FindPerson)(principal, parse_person_search(call.body))))

    @endpoints.route("GET", "/v1/access-records", LIST)
    def list_access_records(call: Call, principal: Principal) -> Response:
        person = call.asked(_LIST_PERSON)
        from_on, to_on = call.asked(_FROM), call.asked(_TO)
        find = partial(call.use(ReadAccessRecords), principal, person, from_on, to_on)
        return call.listed(find, access_record_document)

    return endpoints.blueprint
