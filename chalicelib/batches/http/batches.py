"""Routes of batches: many claims in one call, up to fifty answered at once, more received one by one and read later."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.batches.access import BATCH_READ
from chalicelib.batches.domain import BatchId, BatchStatus
from chalicelib.batches.schemas.batches import (
    BatchBody,
    BatchDocument,
    BatchPage,
    BatchReceived,
    BatchSummary,
    batch_document,
    batch_summary,
    claims_of,
    number_of,
)
from chalicelib.batches.usecases import Checked, ListBatches, ReadBatch, Refused, Sent, SubmitBatch, findings_of
from chalicelib.claims.access import CLAIM_SUBMIT
from chalicelib.claims.domain.submission import Submission
from chalicelib.claims.schemas.checks import checked_submission
from chalicelib.claims.schemas.claims import CLAIM_EXAMPLE, claim_document, receipt_document
from chalicelib.claims.usecases.submit import BATCH_CALL, SubmitClaim
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import QuebaoError, TooManyRequests
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.fields import refuse_twice
from chalicelib.platform.http.findings import finding_document
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.problems import listed, status_of, unexpected
from chalicelib.platform.http.query import path_value, status_parameter
from chalicelib.platform.http.reading import Allowance
from chalicelib.platform.http.tokens import require_own

ANSWERED_AT_ONCE = 50
"""The most claims that one call receives and answers; more claims would keep the caller waiting."""

BATCH_ERRORS_MAX = 20
"""The most errors listed of a claim in a batch: a thousand claims share the 6 MB of one answer."""

BATCH_CHECKED_MAX = 2000
"""The most errors searched for in all claims of a batch; beyond them a claim that is not whole is refused as such."""

_BATCH_ID = "bat_0123456789abcdef0123456789abcdef"

BATCH_ID = path_value("batch_id", Text("批次编号", "The batch's id"))

_STATUS = status_parameter(BatchStatus)

BATCH = Operation(
    id="submitClaims",
    tag=Tag.CLAIMS,
    summary=Text("批量补录", "Submit a batch of claims"),
    detail=Text(
        "系统故障恢复后补录，最多 1,000 笔、4,500,000 字节；逐笔受理，逐笔答复，部分失败不影响其余。"
        "50 笔以内当即答复；达到本分钟查询上限后的申请答复 429，未受理，请待 Retry-After 所示秒数后重发这些申请。"
        "超过 50 笔的答复 202 和批次编号，由系统逐笔受理，达到上限时自行等待，"
        "答复用 GET /v1/claims/batches/{batch_id} 查询。"
        "同一内容再次发送为同一批次：受理中的不受影响，失败的从中断处继续，已办结的重新逐笔受理。",
        "Hospitals enter claims here after an outage: up to 1,000 claims and 4,500,000 bytes. Every claim is "
        "received and answered by itself; a refused claim does not hold up the others. Up to 50 claims are "
        "answered at once; claims beyond the look-ups of a minute are answered 429 and not received: send them "
        "again after the seconds in `Retry-After`. More than 50 claims are answered 202 with the batch's id and "
        "received one after another, waiting for the next minute where necessary; `GET "
        "/v1/claims/batches/{batch_id}` answers every claim. The same content again is the same batch: a batch "
        "that is being received is left alone, a failed batch goes on where it stood, and a finished batch is "
        "received again from its first claim.",
    ),
    action=CLAIM_SUBMIT,
    body=BatchBody,
    body_example={"claims": [CLAIM_EXAMPLE]},
    answers={
        200: Success(
            Text("逐笔答复", "The answer of every claim"),
            BatchDocument,
            headers={
                "Retry-After": Text(
                    "有申请因查询过多未受理时：多少秒后可重发",
                    "The seconds after which claims that met the limit of look-ups may be sent again",
                )
            },
        ),
        202: Success(
            Text("超过 50 笔：已接收，逐笔受理中", "More than 50 claims: accepted, and received claim by claim"),
            BatchReceived,
            headers={"Location": Text("批次的地址", "The batch's address")},
            example={"batch_id": _BATCH_ID, "status": "receiving", "claims": 200},
        ),
    },
    problems=(400,),
)

READ = listing(
    id="readBatch",
    tag=Tag.CLAIMS,
    summary=Text("查询批次及逐笔答复", "Read a batch and the answers of its claims"),
    detail=Text(
        "进度，以及已有的逐笔答复，按发送顺序分页；答复与单独提交该申请时相同。",
        "The answer holds the batch's progress and the answers so far, in the order in which the claims were "
        "sent. Every answer is the one that submitting the claim alone would have had.",
    ),
    action=BATCH_READ,
    page=BatchPage,
    filters=(BATCH_ID,),
    text=Text("批次", "The batch"),
    problems=(404,),
)

LIST = listing(
    id="listBatches",
    tag=Tag.CLAIMS,
    summary=Text("列出批次", "List the batches"),
    detail=Text(
        "超过 50 笔的批次和从表格导入的批次，最近的在前。",
        "The answer lists batches of more than 50 claims and those of tables, the newest first.",
    ),
    action=BATCH_READ,
    page=BatchSummary,
    filters=(_STATUS,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of batches."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/claims/batch", BATCH)
    def submit_claims(call: Call, principal: Principal) -> Response:
        allowance, claims = Allowance(BATCH_CHECKED_MAX), claims_of(call.body)
        if len(claims) > ANSWERED_AT_ONCE:
            return accept_batch(call, principal, [read_for_batch(call, principal, allowance, each) for each in claims])
        items = [_submitted(call, principal, allowance, each) for each in enumerate(claims)]
        refused = sum(item["http_status"] >= 400 for item in items)
        waits = [item["retry_after_s"] for item in items if "retry_after_s" in item]
        headers = {"Retry-After": str(max(waits))} if waits else {}
        return answer({"accepted": len(items) - refused, "refused": refused, "items": items}, headers=headers)

    @endpoints.route("GET", "/v1/claims/batches", LIST)
    def list_batches(call: Call, principal: Principal) -> Response:
        status = call.asked(_STATUS)
        return call.listed(partial(call.use(ListBatches), principal, status), batch_summary)

    @endpoints.route("GET", "/v1/claims/batches/{batch_id}", READ)
    def read_batch(call: Call, principal: Principal, batch_id: BatchId) -> Response:
        return answer(batch_document(*call.use(ReadBatch)(principal, batch_id, call.page), call.cite))

    return endpoints.blueprint


def _read(call: Call, principal: Principal, allowance: Allowance, claim: Any) -> Submission:
    refuse_twice(claim)
    submission = checked_submission(claim, call.use(Clock).today, allowance=allowance)
    require_own(principal, submission.institution)
    return submission


def read_for_batch(call: Call, principal: Principal, allowance: Allowance, claim: Any) -> Sent:
    """Read one claim of a large batch; a claim that cannot be read does not take the others with it."""
    try:
        submission = _read(call, principal, allowance, claim)
        return Checked(submission, call.use(SubmitClaim).checked(principal, submission))
    except QuebaoError as refused:
        found = tuple(listed(findings_of(refused), BATCH_ERRORS_MAX))
        return Refused(number_of(claim).get("claim_no"), refused.code, found)


def accept_batch(call: Call, principal: Principal, claims: Sequence[Sent]) -> Response:
    """Keep a batch, have its claims received one by one, and answer with the batch's address."""
    batch = call.use(SubmitBatch)(principal, claims)
    return answer(BatchReceived.from_record(batch), 202, {"Location": f"/v1/claims/batches/{batch.batch_id}"})


def _submitted(call: Call, principal: Principal, allowance: Allowance, sent: tuple[int, Any]) -> dict[str, Any]:
    """Return the answer that submitting one claim alone would give. A claim that cannot be read, or that meets a
    dependency which is away (503: send the claim again), does not take the answers of the others with it.
    """
    index, claim = sent
    known: dict[str, Any] = {"index": index, **number_of(claim)}
    try:
        outcome = call.use(SubmitClaim)(principal, _read(call, principal, allowance, claim), call=BATCH_CALL)
    except QuebaoError as refused:
        errors = [finding_document(each, call.cite) for each in listed(findings_of(refused), BATCH_ERRORS_MAX)]
        wait = {"retry_after_s": refused.retry_after_s} if isinstance(refused, TooManyRequests) else {}
        return {**known, "http_status": status_of(refused), **wait, "errors": errors}
    except Exception as error:  # noqa: BLE001 - the other claims' answers must not be lost
        problem = unexpected(error, call.request)
        return {**known, "http_status": problem.status_code, "errors": json.loads(str(problem.body))["errors"]}
    if outcome.created:
        return {**known, "http_status": 202, **receipt_document(outcome, call.cite)}
    return {**known, "http_status": 200, **claim_document(outcome.view, call.cite)}
