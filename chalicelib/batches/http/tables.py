"""Routes of tables of claims: the template, a table sent as a batch, and the table with the answers of its batch."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

from chalice.app import Blueprint, Response

from chalicelib.batches.domain import BatchId
from chalicelib.batches.http.batches import BATCH_CHECKED_MAX, BATCH_ID, accept_batch, read_for_batch
from chalicelib.batches.schemas.answered_tables import (
    ClaimTableDocument,
    answered_rows,
    answered_table,
    table_document,
)
from chalicelib.batches.schemas.batches import BatchReceived, number_of
from chalicelib.batches.schemas.tables import ClaimTableBody, TableClaim, template
from chalicelib.batches.usecases import ReadBatch, Refused, Sent
from chalicelib.claims.access import CLAIM_SUBMIT
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer, answer_list
from chalicelib.platform.http.operation import CSV, LIST_FILES, XLSX, Operation, Success, Tag
from chalicelib.platform.http.query import UPLOAD_FORMAT, form
from chalicelib.platform.http.reading import Allowance

TEMPLATE_FORMAT = form(Text("xlsx（默认）或 csv。", "xlsx (the default) or csv."), "xlsx", "csv")

TEMPLATE = Operation(
    id="readClaimTemplate",
    tag=Tag.CLAIMS,
    summary=Text("下载结算申请导入模板", "Read the template of a table of claims"),
    detail=Text(
        "空表，首行为列名。每行一条费用明细，同一申请号的各行为一件申请；患者、就诊和诊断填在该申请的首行，其余各行可留空。",
        "An empty table with its heading. A row is a line of a bill; the rows of a number are a claim. Patient, visit "
        "and diagnosis stand in the claim's first row, and its other rows may leave them empty.",
    ),
    action=CLAIM_SUBMIT,
    parameters=(TEMPLATE_FORMAT,),
    answers={200: Success(Text("模板", "The template"), media=XLSX, files=(CSV,))},
    problems=(400,),
)

UPLOAD = Operation(
    id="uploadClaims",
    tag=Tag.CLAIMS,
    summary=Text("从表格导入结算申请", "Submit claims from a table"),
    detail=Text(
        "CSV（UTF-8 或 GB18030）或 Excel，列名见模板，一次至多 1,000 行。作为一个批次逐件受理，与单独提交相同；"
        "同一文件再次发送为同一批次。受理后用 POST /v1/claims/batches/{batch_id}/table 取回带结果和错误列的表格。",
        "CSV in UTF-8 or GB18030, or an Excel workbook, in the columns of the template and with at most 1,000 rows. "
        "The claims are a batch, and each is received as if sent alone; the same file again is the same batch. `POST "
        "/v1/claims/batches/{batch_id}/table` gives the table back with the answers and errors beside its rows.",
    ),
    action=CLAIM_SUBMIT,
    body=ClaimTableBody,
    body_example={"file": b64encode(b"claim_no,id_no,name\n").decode()},
    answers={
        202: Success(
            Text("已接收，逐件受理中", "Accepted, and received claim by claim"),
            BatchReceived,
            headers={"Location": Text("批次的地址", "The batch's address")},
            example={"batch_id": "bat_0123456789abcdef0123456789abcdef", "status": "receiving", "claims": 12},
        )
    },
    problems=(400, 422),
)

ANSWERED = Operation(
    id="readClaimTable",
    tag=Tag.CLAIMS,
    summary=Text("取回带结果的表格", "Read a table with the answers of its batch"),
    detail=Text(
        "再次发送导入时的文件，逐行返回受理结果、申请编号和错误；format=csv 或 xlsx 为原表加结果列。"
        "系统不保存表格，须由机构提供。",
        "The file of the import is sent once more, and every row comes back with its outcome, the claim's id and its "
        "errors; `format=csv` or `xlsx` is the table itself with columns for these. The system keeps no table, so the "
        "institution brings its own.",
    ),
    action=CLAIM_SUBMIT,
    parameters=(BATCH_ID, UPLOAD_FORMAT),
    body=ClaimTableBody,
    body_example=UPLOAD.body_example,
    answers={200: Success(Text("逐行结果", "The answer of every row"), ClaimTableDocument, files=LIST_FILES)},
    problems=(400, 404, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of tables of claims."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/claims/batch/table", TEMPLATE)
    def read_claim_template(call: Call, _principal: Principal) -> Response:
        return answer_list(template(), call.asked(TEMPLATE_FORMAT))

    @endpoints.route("POST", "/v1/claims/batch/table", UPLOAD)
    def upload_claims(call: Call, principal: Principal) -> Response:
        allowance = Allowance(BATCH_CHECKED_MAX)
        claims = call.sent(ClaimTableBody).to_claims(principal.institution)
        return accept_batch(call, principal, [_sent(call, principal, allowance, each) for each in claims])

    @endpoints.route("POST", "/v1/claims/batches/{batch_id}/table", ANSWERED)
    def read_claim_table(call: Call, principal: Principal, batch_id: BatchId) -> Response:
        body = call.sent(ClaimTableBody)
        batch, answers = call.use(ReadBatch).whole(principal, batch_id)
        rows = answered_rows(body.to_claims(batch.institution), answers)
        wanted = call.asked(UPLOAD_FORMAT)
        if wanted == "json":
            return answer(table_document(batch, rows, call.cite))
        return answer_list(answered_table(rows), wanted)

    return endpoints.blueprint


def _sent(call: Call, principal: Principal, allowance: Allowance, claim: TableClaim) -> Sent:
    """Read a claim of a table; contradictions between its rows refuse it, beside the errors of its body."""
    sent = read_for_batch(call, principal, allowance, claim.body)
    if not claim.wrong:
        return sent
    if isinstance(sent, Refused):
        return replace(sent, findings=(*claim.wrong, *sent.findings))
    return Refused(number_of(claim.body).get("claim_no"), Invalid.code, claim.wrong)
