"""Prescriptions: issued, passed on, dispensed, counted; and the list of institutions that see patients online."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.answers import UploadDocument, upload_document
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, day, path_value, required
from chalicelib.prescriptions.access import (
    INTERNET_LIST_PUBLISH,
    PRESCRIPTION_DISPENSE,
    PRESCRIPTION_ISSUE,
    PRESCRIPTION_READ,
)
from chalicelib.prescriptions.domain import Prescription, PrescriptionId
from chalicelib.prescriptions.schemas import (
    CirculationBody,
    DispensingBody,
    InternetInstitutionDocument,
    InternetInstitutionPage,
    InternetListBody,
    PrescriptionBody,
    PrescriptionCountsDocument,
    PrescriptionDocument,
    PrescriptionPage,
    prescription_document,
)
from chalicelib.prescriptions.usecases.list_online import InternetList
from chalicelib.prescriptions.usecases.prescribe import Prescriptions

_ID = path_value("prescription_id", Text("处方编号", "The prescription's id"))
_ONE = Text("处方", "The prescription")

_ISSUED_ON = day("issued_on", Text("开具日", "The day of issue"))
_DATE = required(day("date", Text("日期", "The day")))
_PRESCRIPTION = ResourceType(Tag.CLAIMS, Text("处方", "The prescription"), PrescriptionDocument, (_ID,))

ISSUE = Operation(
    id="issuePrescription",
    tag=Tag.CLAIMS,
    summary=Text("登记处方", "Record a prescription"),
    detail=Text(
        "一次用量按患者类别、日期和机构所在地的规定；补开处方写明原应开具的日期和原因。同一处方号、同一内容重复发送，返回同一处方。",
        "The quantity follows the provisions of the institution's place for the kind of patient and the day; a "
        "prescription issued later states the missed day and the reason. The same number and content again "
        "answers the first prescription.",
    ),
    action=PRESCRIPTION_ISSUE,
    body=PrescriptionBody,
    body_example={
        "prescription_no": "RX-0001",
        "patient": {"id_no": "530102190001010019", "name": "示例甲"},
        "kind": "chronic",
        "electronic": False,
        "issued_on": "2020-03-02",
        "days": 60,
        "items": [{"code": "XC08CAA077A001010100001", "name": "氨氯地平片", "quantity": "60"}],
    },
    answers={201: Success(_ONE, PrescriptionDocument), 200: Success(_ONE, PrescriptionDocument)},
    problems=(400, 409, 422, 429),
)
LIST = listing(
    id="listPrescriptions",
    tag=Tag.CLAIMS,
    summary=Text("列出处方", "List prescriptions"),
    detail=Text(
        "机构：本机构开具的和流转来的；经办机构：本统筹区某日开具的，默认今天。新的在前。",
        "An institution sees its own prescriptions and those sent to it; an agency sees its pooling area's "
        "prescriptions of a day, by default today. The newest stand first.",
    ),
    action=PRESCRIPTION_READ,
    page=PrescriptionPage,
    filters=(_ISSUED_ON, OWN_AREA_PARAMETER),
    problems=(404,),
)
READ = _PRESCRIPTION.reading(
    id="readPrescription",
    summary=Text("查询处方", "Read a prescription"),
    detail=Text(
        "开具机构、流转到的药店、经办机构和审计可见；过了有效期未调配的为 expired。",
        "The issuing institution, the pharmacy it was sent to, the agency and the auditor see a prescription; "
        "after its last day an undispensed prescription is expired.",
    ),
    action=PRESCRIPTION_READ,
)
SEND = _PRESCRIPTION.changing(
    id="sendPrescription",
    summary=Text("处方流转到药店", "Send a prescription to a pharmacy"),
    detail=Text(
        "由开具机构流转到一家定点零售药店；须有处方流转的规定。",
        "The issuing institution sends a prescription to a single pharmacy of the register; a provision must let "
        "prescriptions circulate.",
    ),
    action=PRESCRIPTION_ISSUE,
    body=CirculationBody,
    body_example={"pharmacy": "P42010600001"},
)
DISPENSE = _PRESCRIPTION.changing(
    id="dispensePrescription",
    summary=Text("调配处方", "Dispense a prescription"),
    detail=Text(
        "每张处方只调配一次：已流转的由药店，未流转的由开具机构；记录凭证和支付方式。",
        "A prescription is dispensed a single time: by the pharmacy it was sent to, otherwise by the issuing "
        "institution. The person's proof of identity and the way of payment are recorded.",
    ),
    action=PRESCRIPTION_DISPENSE,
    body=DispensingBody,
    body_example={"on": "2020-03-02", "certificate": "social-security-card", "paid_by": "cash"},
)
COUNT = Operation(
    id="countPrescriptions",
    tag=Tag.REPORTS,
    summary=Text("某日处方计数", "Count a day's prescriptions"),
    detail=Text(
        "本统筹区某日开具、流转到药店、调配的处方数，其中电子处方数。",
        "The report counts the prescriptions issued in a pooling area on a day, sent to pharmacies and dispensed, "
        "and the electronic prescriptions among them.",
    ),
    action=PRESCRIPTION_READ,
    parameters=(_DATE, OWN_AREA_PARAMETER),
    answers={200: Success(Text("计数", "The counts"), PrescriptionCountsDocument)},
    problems=(400, 404),
)
PUBLISH = Operation(
    id="publishInternetInstitutions",
    tag=Tag.REGISTRY,
    summary=Text("公布互联网医疗机构名单", "Publish the institutions that see patients online"),
    detail=Text(
        "卫生健康部门上传 CSV，逐行核对：列 institution、from，截止的另列 to。每行各有答复；"
        "同一机构、同一起始日再次上传即更改截止日。",
        "The health side uploads a CSV, which is checked line by line: columns `institution`, `from` and, for a "
        "list that ends, `to`. Every line has its answer; the same institution and first day again changes the "
        "last day.",
    ),
    action=INTERNET_LIST_PUBLISH,
    body=InternetListBody,
    body_example={"csv": "institution,from,to\nH37100200001,2023-01-10,2023-03-31\n"},
    answers={200: Success(Text("逐行答复", "The answer of every line"), UploadDocument)},
    problems=(400, 422),
)
LIST_ONLINE = listing(
    id="listInternetInstitutions",
    tag=Tag.REGISTRY,
    summary=Text("公示：互联网医疗机构名单", "The public list of internet institutions"),
    detail=Text("向社会公开，按机构编码和起始日排列。", "Everybody may read the list, by institution and first day."),
    action=None,
    page=InternetInstitutionPage,
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of prescriptions."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, record: Prescription, status: int = 200) -> Response:
        return answer(prescription_document(record, call.use(Clock).today(), call.cite), status)

    @endpoints.route("POST", "/v1/prescriptions", ISSUE)
    def issue_prescription(call: Call, principal: Principal) -> Response:
        request = call.sent(PrescriptionBody).to_request()
        record, is_new = call.use(Prescriptions).issue(principal, request)
        return shown(call, record, 201 if is_new else 200)

    @endpoints.route("GET", "/v1/prescriptions", LIST)
    def list_prescriptions(call: Call, principal: Principal) -> Response:
        day, area = call.asked(_ISSUED_ON), call.asked(OWN_AREA_PARAMETER)
        find, today = partial(call.use(Prescriptions).find, principal, area, day), call.use(Clock).today()
        return call.listed(find, lambda record: prescription_document(record, today, call.cite))

    @endpoints.route("GET", "/v1/prescriptions/{prescription_id}", READ)
    def read_prescription(call: Call, principal: Principal, prescription_id: PrescriptionId) -> Response:
        return shown(call, call.use(Prescriptions).read(principal, prescription_id))

    @endpoints.route("POST", "/v1/prescriptions/{prescription_id}/circulation", SEND)
    def send_prescription(call: Call, principal: Principal, prescription_id: PrescriptionId) -> Response:
        body = call.sent(CirculationBody)
        return shown(call, call.use(Prescriptions).send(principal, prescription_id, body.pharmacy))

    @endpoints.route("POST", "/v1/prescriptions/{prescription_id}/dispensing", DISPENSE)
    def dispense_prescription(call: Call, principal: Principal, prescription_id: PrescriptionId) -> Response:
        body = call.sent(DispensingBody)
        record = call.use(Prescriptions).dispense(principal, prescription_id, body.on, body.certificate, body.paid_by)
        return shown(call, record)

    @endpoints.route("GET", "/v1/reports/prescriptions", COUNT)
    def count_prescriptions(call: Call, principal: Principal) -> Response:
        day, area = call.asked(_DATE), call.asked(OWN_AREA_PARAMETER)
        return answer(PrescriptionCountsDocument.from_record(call.use(Prescriptions).counts(principal, area, day)))

    @endpoints.route("POST", "/v1/internet-institutions", PUBLISH)
    def publish_internet_institutions(call: Call, principal: Principal) -> Response:
        body = call.sent(InternetListBody)
        return answer(upload_document(call.use(InternetList).publish(principal, body.csv), call.cite))

    @endpoints.route("GET", "/v1/internet-institutions", LIST_ONLINE)
    def list_internet_institutions(call: Call) -> Response:
        return call.listed(
            call.use(InternetList).find, lambda each: InternetInstitutionDocument.from_record(each, call.cite)
        )

    return endpoints.blueprint
