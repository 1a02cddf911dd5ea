"""Enrolments: the agencies' records of people's insurance."""

from __future__ import annotations

from base64 import b64encode

from chalice.app import Blueprint, Response

from chalicelib.enrolment.access import ENROLMENT_CANCEL, ENROLMENT_READ, ENROLMENT_RECORD, ENROLMENT_RECORD_UNINSURED
from chalicelib.enrolment.schemas.answers import (
    EnrolmentDocument,
    EnrolmentsDocument,
    enrolments_document,
)
from chalicelib.enrolment.schemas.bodies import (
    EnrolmentBody,
    EnrolmentCancellationBody,
    EnrolmentsUploadBody,
    parse_enrolment,
)
from chalicelib.enrolment.usecases.cancel import CancelEnrolment
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.enrolment.usecases.read import ReadEnrolments
from chalicelib.enrolment.usecases.upload import EnrolMany
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.answers import UploadDocument
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import LIST_FILES, Operation, Success, Tag
from chalicelib.platform.http.query import UPLOAD_FORMAT
from chalicelib.registry.schemas.identity import PERSON

UPLOAD = Operation(
    id="uploadEnrolments",
    tag=Tag.REGISTRY,
    summary=Text("批量登记参保信息", "Record enrolments from a table"),
    detail=Text(
        "CSV（UTF-8 或 GB18030）或 Excel，逐行与单笔登记相同办理，一次至多 200 行；每行各有答复，重复上传不重复登记。"
        "format=csv 或 xlsx 返回逐行错误清单。",
        "CSV in UTF-8 or GB18030, or an Excel workbook, is read line by line as if every line had been sent "
        "alone, at most 200 lines. Every line has its answer, and the same table again changes nothing. "
        "`format=csv` or `xlsx` gives the lines with their errors as a file.",
    ),
    action=ENROLMENT_RECORD,
    also=(ENROLMENT_RECORD_UNINSURED,),
    parameters=(UPLOAD_FORMAT,),
    body=EnrolmentsUploadBody,
    body_example={"file": b64encode(b"id_no,name,insurance,employment,insured_area\n").decode()},
    answers={200: Success(Text("逐行答复", "The answer of every line"), UploadDocument, files=LIST_FILES)},
    problems=(400, 404, 422),
)

RECORD = Operation(
    id="recordEnrolment",
    tag=Tag.REGISTRY,
    summary=Text("登记参保信息", "Record an enrolment"),
    detail=Text(
        "由参保地经办机构登记或更正本统筹区的期间；与其他统筹区的参保期间重叠的为 409 insured-elsewhere，"
        "须办理关系转移接续；证件号码与姓名不符的不作此提示，登记内容予以留存但不生效，答复与无记录者相同。"
        "未参保（insurance 为 none）可由任一经办机构登记，不影响任何参保期间，答复相同。"
        "因缺少参保信息而暂缓的申请随即继续办理，所涉已结算申请重新核定，并告知笔数。",
        "An agency records and corrects its own area's periods. A period that shares a day with another area's "
        "insured period answers 409 insured-elsewhere and needs a transfer; under a name that is not that "
        "person's the entry is kept, takes no effect and is answered as for an unknown person. Any agency may "
        "record that nobody insures a person: the entry displaces no insured period and has the same answer. "
        "Claims deferred for lack of an enrolment continue; the settled claims it concerns are decided again, and "
        "the answer gives their number.",
    ),
    action=ENROLMENT_RECORD,
    also=(ENROLMENT_RECORD_UNINSURED,),
    body=EnrolmentBody,
    body_example={
        "id_no": "530102190001010019",
        "name": "示例甲",
        "insured_area": "530100",
        "insurance": "employee",
        "employment": "active",
        "assistance": "none",
    },
    answers={
        201: Success(
            Text("已登记，返回人员代码", "Recorded; the person's token"),
            EnrolmentDocument,
            example={"person": "prs_0123456789abcdef0123456789abcdef", "redecided": 0},
        )
    },
    problems=(400, 404, 409, 422),
)

CANCEL = Operation(
    id="cancelEnrolment",
    tag=Tag.REGISTRY,
    summary=Text("撤销误登的参保期间", "Cancel a period of insurance recorded by mistake"),
    detail=Text(
        "由登记该期间的统筹区撤销整个期间，须填写原因；各次登记均予保留。已按该期间结算的申请重新核定："
        "就诊时另有参保的按其核定，否则按尚未参保人员核定，转入该基金的挂账资金退回挂账，并告知笔数。",
        "The area that recorded the period cancels the whole period and gives the reason; every version is kept. "
        "Claims settled under the period are decided again: under the insurance that covers the visit, otherwise "
        "as of a patient whom nobody insures yet. Money advanced until enrolment returns from the fund to "
        "pending. The answer gives the number of claims.",
    ),
    action=ENROLMENT_CANCEL,
    body=EnrolmentCancellationBody,
    body_example={
        "person": "prs_0123456789abcdef0123456789abcdef",
        "insured_area": "530100",
        "from": "2020-02-01",
        "reason": "recorded for another person",
    },
    answers={
        200: Success(
            Text("已撤销", "Cancelled"),
            EnrolmentDocument,
            example={"person": "prs_0123456789abcdef0123456789abcdef", "redecided": 1},
        )
    },
    problems=(400, 404, 422),
)

READ = Operation(
    id="readEnrolments",
    tag=Tag.REGISTRY,
    summary=Text("查询参保期间及变更记录", "Read a person's enrolments and their history"),
    detail=Text(
        "本统筹区现行的期间，以及每一次登记、转移的内容、经办人和时间。",
        "The answer holds the area's periods in force, and every statement and release with its author and time.",
    ),
    action=ENROLMENT_READ,
    parameters=(PERSON,),
    answers={200: Success(Text("参保期间", "The periods"), EnrolmentsDocument)},
    problems=(400, 404),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of enrolments."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/enrolments", RECORD)
    def record_enrolment(call: Call, principal: Principal) -> Response:
        return answer(EnrolmentDocument.from_record(call.use(EnrolPerson)(principal, parse_enrolment(call.body))), 201)

    @endpoints.route("POST", "/v1/enrolments/upload", UPLOAD)
    def upload_enrolments(call: Call, principal: Principal) -> Response:
        lines = call.sent(EnrolmentsUploadBody).to_lines()
        return call.uploaded("enrolments-answered", call.use(EnrolMany)(principal, lines))

    @endpoints.route("POST", "/v1/enrolments/cancellations", CANCEL)
    def cancel_enrolment(call: Call, principal: Principal) -> Response:
        request = call.sent(EnrolmentCancellationBody).to_request()
        return answer(EnrolmentDocument.from_record(call.use(CancelEnrolment)(principal, request)))

    @endpoints.route("GET", "/v1/enrolments", READ)
    def read_enrolments(call: Call, principal: Principal) -> Response:
        person = call.asked(PERSON)
        return answer(enrolments_document(call.use(ReadEnrolments)(principal, person)))

    return endpoints.blueprint
