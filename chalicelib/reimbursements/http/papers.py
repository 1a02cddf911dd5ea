"""Routes of the copies of a reimbursement's documents: upload and download."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.law.domain.services.vocabulary import PaperKind
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag
from chalicelib.platform.http.query import path_value
from chalicelib.reimbursements.access import REIMBURSEMENT_COMPLETE, REIMBURSEMENT_PAPERS
from chalicelib.reimbursements.schemas.papers import (
    PaperAddressDocument,
    PaperUploadBody,
    PaperUploadDocument,
    address_document,
    copy_upload_document,
)
from chalicelib.reimbursements.usecases.papers import PaperCopies

_CASE_ID = path_value("case_id", Text("手工报销编号", "The case's id"))
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

UPLOAD = Operation(
    id="askForDocumentUpload",
    tag=Tag.CLAIMS,
    summary=Text("取得材料电子件的上传地址", "Ask for the upload address of a document's copy"),
    detail=Text(
        "按所给哈希、大小和类型签名，十五分钟内有效；按 method 和 headers 原样上传，内容不符的不予接收。"
        "上传后再登记材料，登记时核对电子件是否存在、哈希是否一致。",
        "The address is signed over the given hash, size and type and holds for fifteen minutes. Send the file by "
        "`method` with `headers` unchanged; any other content is refused. Then add the document: its copy must "
        "be stored and have that hash.",
    ),
    action=REIMBURSEMENT_COMPLETE,
    parameters=(_CASE_ID,),
    body=PaperUploadBody,
    body_example={"content_hash": _SHA256, "size": 482133, "media_type": "application/pdf"},
    answers={200: Success(Text("上传地址", "The upload address"), PaperUploadDocument)},
    problems=(400, 404, 409, 422),
)
FETCH = Operation(
    id="fetchReimbursementDocument",
    tag=Tag.CLAIMS,
    summary=Text("取得材料电子件的下载地址", "Ask for the download address of a document's copy"),
    detail=Text(
        "五分钟内有效；每次均留痕。财政不查看材料。",
        "The address holds for five minutes; every call stands in the access record. Finance does not see documents.",
    ),
    action=REIMBURSEMENT_PAPERS,
    parameters=(
        _CASE_ID,
        path_value("kind", Text("材料种类", "Kind of document"), enum=[kind.value for kind in PaperKind]),
    ),
    answers={200: Success(Text("下载地址", "The download address"), PaperAddressDocument)},
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of copies."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/reimbursements/{case_id}/uploads", UPLOAD)
    def ask_for_document_upload(call: Call, principal: Principal, case_id: ClaimId) -> Response:
        copy = call.sent(PaperUploadBody).to_copy()
        return answer(copy_upload_document(call.use(PaperCopies).bring(principal, case_id, copy)))

    @endpoints.route("GET", "/v1/reimbursements/{case_id}/documents/{kind}", FETCH)
    def fetch_reimbursement_document(call: Call, principal: Principal, case_id: ClaimId, kind: str) -> Response:
        return answer(address_document(*call.use(PaperCopies).fetch(principal, case_id, kind)))

    return endpoints.blueprint
