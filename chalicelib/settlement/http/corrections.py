"""What changes claims after they were sent: reversal, batches of late entries, reconciliation, a status put right."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.claims.access import CLAIM_RECONCILE, CLAIM_SUBMIT
from chalicelib.claims.schemas.answers import ClaimReceiptDocument
from chalicelib.claims.schemas.checks import checked_submission
from chalicelib.claims.schemas.claims import CLAIM_EXAMPLE, ClaimBody, claim_document, receipt_document
from chalicelib.claims.schemas.reconciliation import ReconciliationBody, ReconciliationDocument, reconciliation_document
from chalicelib.claims.usecases.reconcile import Reconcile
from chalicelib.claims.usecases.submit import BATCH_CALL, SubmitClaim
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Finding, Malformed, QuebaoError, TooLarge, TooManyRequests
from chalicelib.kernel.persons.personal_data import personal_data
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.answers import Answer, ErrorItem
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.fields import Twice, load_apart, parse, read_envelope, refuse_twice
from chalicelib.platform.http.findings import finding, finding_document, one_of
from chalicelib.platform.http.operation import Operation, Parameter, Success, Tag
from chalicelib.platform.http.problems import listed, status_of, unexpected
from chalicelib.platform.http.reading import Allowance, WireModel
from chalicelib.platform.http.screen import Holds
from chalicelib.platform.http.tokens import require_own
from chalicelib.settlement.access import CASE_CORRECT, CLAIM_REVERSE
from chalicelib.settlement.schemas import CaseStatusBody, CaseStatusDocument, ReversalBody
from chalicelib.settlement.usecases.correct_status import CorrectStatus, StatusCorrected
from chalicelib.settlement.usecases.reverse import ReverseClaim

BATCH_MAX = 1000
BATCH_ERRORS_MAX = 20
"""Errors listed of each claim of a batch: a thousand claims share the 6 MB of one answer."""

BATCH_CHECKED_MAX = 2000
"""Errors that the claims of a batch are searched for together; then a claim that is not whole is refused as such."""

_CLAIM_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")


class BatchBody(WireModel):
    claims: Annotated[list[ClaimBody], Field(min_length=1, max_length=BATCH_MAX)]


class _Envelope(WireModel):
    """A batch whose claims are still unread: each is read, and answered, by itself."""

    claims: Annotated[list[Any], Holds.OWN]


class BatchItemDocument(Answer):
    """One claim's answer, in the order of the request: as submitting it alone would have answered."""

    index: int
    http_status: int
    claim_no: str | None = None
    claim_id: str | None = None
    status: str | None = None
    retry_after_s: int | None = None
    errors: list[ErrorItem] | None = None


class BatchDocument(Answer):
    accepted: int
    refused: int
    items: list[BatchItemDocument]


REVERSE = Operation(
    id="reverseClaim",
    tag=Tag.CLAIMS,
    summary=Text("冲销已结算的申请，或撤回尚未结算的申请", "Reverse a claim, or withdraw an open one"),
    detail=Text(
        "冲回全部分录；同一人该年度其后的结算随之更正。清算窗口关闭前由机构撤销，之后由经办机构撤销。"
        "尚未结算的申请由其机构撤回，状态为 withdrawn。",
        "Negates every posting and decides the person's later claims of the year again. The hospital may until the "
        "claim's window closes, then its agency. An open one is withdrawn, by its hospital alone.",
    ),
    action=CLAIM_REVERSE,
    parameters=(Parameter("claim_id", "path", Text("申请编号", "The claim's id"), {"type": "string"}, required=True),),
    body=ReversalBody,
    body_example={"reason": "entered twice"},
    answers={202: Success(Text("已撤销或撤回", "Reversed or withdrawn"), ClaimReceiptDocument)},
    problems=(400, 404, 409, 422),
)

BATCH = Operation(
    id="submitClaims",
    tag=Tag.CLAIMS,
    summary=Text("批量补录", "Submit a batch of claims"),
    detail=Text(
        "系统故障恢复后补录，最多 1,000 笔、4,500,000 字节；逐笔受理，逐笔答复，部分失败不影响其余。"
        "达到本分钟查询上限后的申请答复 429，未受理；请待 Retry-After 所示秒数后重发这些申请。",
        "For entry after an outage: up to 1,000 claims and 4,500,000 bytes. Each is received and answered by itself; "
        "one that is refused does not hold up the others. Claims beyond the look-ups of a minute are answered 429 and "
        "not received: send those claims again after the seconds in `Retry-After`.",
    ),
    action=CLAIM_SUBMIT,
    body=BatchBody,
    body_example={"claims": [CLAIM_EXAMPLE]},
    answers={
        200: Success(
            Text("逐笔答复", "An answer for each claim"),
            BatchDocument,
            headers={
                "Retry-After": Text(
                    "有申请因查询过多未受理时：多少秒后可重发",
                    "Where claims met the limit of look-ups: the seconds after which they may be sent again",
                )
            },
        )
    },
    problems=(400,),
)

RECONCILE = Operation(
    id="reconcile",
    tag=Tag.CLAIMS,
    summary=Text("对账", "Reconcile"),
    detail=Text(
        "先对总额，再对明细：双方各缺哪些申请、哪些金额不同。",
        "Totals first, then rows: what is missing on either side and what differs, claim by claim.",
    ),
    action=CLAIM_RECONCILE,
    body=ReconciliationBody,
    body_example={
        "institution": "H53010200001",
        "from": "2026-11-01",
        "to": "2026-11-30",
        "totals": {
            "claims": 1,
            "total": "17000.00",
            "funds": "15300.00",
            "fiscal": "1700.00",
            "patient": "0.00",
        },
    },
    answers={200: Success(Text("对账结果", "What was found"), ReconciliationDocument)},
    problems=(400, 404, 422),
)

CORRECT = Operation(
    id="correctStatus",
    tag=Tag.CLAIMS,
    summary=Text("更正病例状态", "Correct a patient's status"),
    detail=Text(
        "自该日起以更正的状态为准（none 表示该日起所述状态均不成立），所涉结算以更正分录重新核定，不再核对编码。"
        "尚未核定的申请记录更正、按更正核定；无法重新核定的成为经办机构的待办事项（left），并说明原因。",
        "From that day the corrected status holds (`none`: what was stated from that day on never was so); the claims "
        "it touches are decided again by correcting transactions, and no code is asked again. A claim that is still "
        "open keeps the correction and is decided with it (`recorded`); one that cannot be decided again becomes its "
        "agency's task, with the reasons (`left`).",
    ),
    action=CASE_CORRECT,
    body=CaseStatusBody,
    body_example={
        "claim_id": "clm_abcdefghijklmnopqrstuvwxyz",
        "status": "confirmed",
        "on": "2020-02-06",
        "reason": "second nucleic-acid test positive",
    },
    answers={202: Success(Text("重新核定的结算", "What was decided again"), CaseStatusDocument)},
    problems=(400, 404, 409, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """The routes of what changes claims."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/claims/{claim_id}/reversal", REVERSE)
    def reverse_claim(call: Call, principal: Principal, claim_id: str) -> Response:
        body = parse(ReversalBody, call.body).value
        view = call.use(ReverseClaim)(principal, claim_id, body.reason)
        return answer({"claim_id": view.claim_id, "status": view.status.value}, 202)

    @endpoints.route("POST", "/v1/claims/batch", BATCH)
    def submit_claims(call: Call, principal: Principal) -> Response:
        allowance = Allowance(BATCH_CHECKED_MAX)
        items = [_submitted(call, principal, allowance, each) for each in enumerate(_claims(call.body))]
        refused = sum(item["http_status"] >= 400 for item in items)
        waits = [item["retry_after_s"] for item in items if "retry_after_s" in item]
        headers = {"Retry-After": str(max(waits))} if waits else {}
        return answer({"accepted": len(items) - refused, "refused": refused, "items": items}, headers=headers)

    @endpoints.route("POST", "/v1/reconciliations", RECONCILE)
    def reconcile(call: Call, principal: Principal) -> Response:
        body = parse(ReconciliationBody, call.body).value
        require_own(principal, body.institution)
        rows = None if body.rows is None else [row.to_row() for row in body.rows]
        found = call.use(Reconcile)(
            principal, body.institution, body.from_on, body.to_on, body.totals.to_totals(), rows
        )
        return answer(reconciliation_document(found))

    @endpoints.route("POST", "/v1/cases/status", CORRECT)
    def correct_status(call: Call, principal: Principal) -> Response:
        body = parse(CaseStatusBody, call.body).value
        event, correct = StatusEvent(CaseStatus(body.status), body.on), call.use(CorrectStatus)
        if body.claim_id is not None and body.person is None:
            found = correct.of_claim(principal, body.claim_id, event, body.reason)
        elif body.person is not None and body.claim_id is None:
            found = correct.of_person(principal, body.person, event, body.reason)
        else:
            raise Malformed([one_of("claim_id", "person")])
        return answer({name: list(getattr(found, name)) for name in StatusCorrected.__slots__}, 202)

    return endpoints.blueprint


def _claims(raw: bytes) -> list[Any]:
    """The claims of a batch, still unread. Raises `Malformed` for another shape and for none, `TooLarge` for too
    many.
    """
    document = load_apart(raw)
    if isinstance(document, Twice):
        refuse_twice(document)
    claims = read_envelope(_Envelope, document).claims
    if not claims:
        raise Malformed([finding("field-missing", "claims")])
    if len(claims) > BATCH_MAX:
        raise TooLarge
    return claims


def _submitted(call: Call, principal: Principal, allowance: Allowance, sent: tuple[int, Any]) -> dict[str, Any]:
    """What submitting one claim alone would answer, whatever it is: one that cannot be read, or that meets a dependency
    which is away (503: send it again), does not take the answers of the others with it.
    """
    index, claim = sent
    known: dict[str, Any] = {"index": index, **_number_of(claim)}
    try:
        refuse_twice(claim)
        submission = checked_submission(claim, call.use(Clock).today, allowance=allowance)
        require_own(principal, submission.institution)
        outcome = call.use(SubmitClaim)(principal, submission, call=BATCH_CALL)
    except QuebaoError as refused:
        found = listed(refused.findings or (Finding(refused.code, "", refused.message),), BATCH_ERRORS_MAX)
        errors = [finding_document(each, call.cite) for each in found]
        wait = {"retry_after_s": refused.retry_after_s} if isinstance(refused, TooManyRequests) else {}
        return {**known, "http_status": status_of(refused), **wait, "errors": errors}
    except Exception as error:  # noqa: BLE001 - the others' answers must not be lost with it
        problem = unexpected(error, call.request)
        return {**known, "http_status": problem.status_code, "errors": json.loads(str(problem.body))["errors"]}
    if outcome.created:
        return {**known, "http_status": 202, **receipt_document(outcome, call.cite)}
    return {**known, "http_status": 200, **claim_document(outcome.view, call.cite)}


def _number_of(claim: Any) -> dict[str, str]:
    """The claim's number where it can be repeated: one that is none of ours could hold anything."""
    number = claim.get("claim_no") if isinstance(claim, dict) else None
    is_ours = isinstance(number, str) and _CLAIM_NO.fullmatch(number) and not personal_data(number)
    return {"claim_no": str(number)} if is_ours else {}
