"""Operations of the claims' routes, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from chalicelib.claims.access import CLAIM_PREVIEW, CLAIM_READ, CLAIM_SUBMIT
from chalicelib.claims.domain.record import ClaimStatus, Flag
from chalicelib.claims.domain.submission import ClaimFilter, ClaimSort
from chalicelib.claims.schemas.alternatives import AlternativesDocument
from chalicelib.claims.schemas.answers import ClaimDocument, ClaimPage, ClaimReceiptDocument, PreviewDocument
from chalicelib.claims.schemas.claims import CLAIM_EXAMPLE, ClaimBody
from chalicelib.claims.schemas.submitted import SubmittedDocument
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.platform.http.endpoints import Call
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.query import (
    Parameter,
    Query,
    amount,
    area_parameter,
    choice,
    day,
    ends_after,
    header,
    instant_parameter,
    institution_parameter,
    matching,
    path_value,
    person_parameter,
    status_parameter,
    switch,
)

_CLAIM_ID = "clm_abcdefghijklmnopqrstuvwxyz"
_RECEIVED_AT = "2026-11-05T03:04:05Z"

WITH_ALTERNATIVES = switch(
    "alternatives",
    Text(
        "true：另附会改变个人负担的事实，逐项改变后重新核定，用时长于一般预结算。",
        "true adds the facts that would change the patient's part: the claim is decided again with each fact "
        "changed in turn, which takes longer than a plain preview.",
    ),
)
BY_BUNDLE = matching(
    "bundle",
    Text(
        "按此政策包试算（已发布或待批准的），默认现行政策包",
        "The bundle to decide by, published or waiting; the one in force by default",
    ),
    "[0-9a-f]{64}",
)
_CLAIM_NO = matching("claim_no", Text("机构的申请号", "The hospital's number"), r"[A-Za-z0-9._/-]{1,64}", maxLength=64)
_STATUS = status_parameter(ClaimStatus, Text("状态", "The claim's state"))
_REASON = matching(
    "reason",
    Text("暂缓或撤回的原因，如 enrolment-missing", "The reason of a deferral or withdrawal, such as enrolment-missing"),
    "[a-z-]{1,64}",
)
_CHANGED_SINCE = instant_parameter(
    "changed_since",
    Text(
        "只列此时刻（含）以来有变动的申请，先变动的在前",
        "The instant of the earliest change (included); the oldest change stands first",
    ),
    examples=["2026-11-05T00:00:00Z"],
)
_SORT = choice(
    "sort",
    Text("排序，均为从大到小、从新到旧；默认按受理时间", "The order, greatest or latest first; by receipt by default"),
    ClaimSort,
)
_FLAG = choice(
    "flag",
    Text(
        "待核实标记：possible-duplicate 疑似重复，held 款项暂缓支付",
        "The mark that the agency examines: `possible-duplicate`, and `held` while the claim's payment waits",
    ),
    Flag,
)
_FROM = day("from", Text("受理日起（北京时间，含）", "The first day of receipt (Asia/Shanghai, included)"))
_TO = day("to", Text("受理日止（北京时间，含）", "The last day of receipt (Asia/Shanghai, included)"))
_INSTITUTION = institution_parameter(Text("就医机构编码", "The code of the treating institution"))
_AREA = area_parameter(Text("经办机构所在区划或其上级", "The settling agency's area or one above it"))
_PERSON = person_parameter(
    Text("人员代码；按人员列出记入查询记录", "The person's token; a list by person stands in the access record")
)

_AMOUNT_FROM = amount("amount_from", Text("医疗费用总额不低于，元（含）", "The least bill in yuan (included)"))
_AMOUNT_TO = amount("amount_to", Text("医疗费用总额不高于，元（含）", "The greatest bill in yuan (included)"))

_BY_CHANGE = Text(
    "changed_since 按变动先后列出，不与 sort、amount_from、amount_to 同用。",
    "changed_since lists claims in the order of their changes and does not go with sort, amount_from and amount_to.",
)
_AMOUNTS_ORDER = Text("amount_to 不得小于 amount_from。", "amount_to is not less than amount_from.")


def _refuse_order_of_changes(query: Query) -> None:
    if query.of(_CHANGED_SINCE) is None:
        return
    others: tuple[Parameter[Any], ...] = (_SORT, _AMOUNT_FROM, _AMOUNT_TO)
    for other in others:
        if query.of(other) is not None:
            query.refuse(other, _BY_CHANGE)


def _refuse_amounts_out_of_order(query: Query) -> None:
    least_fen, most_fen = query.of(_AMOUNT_FROM), query.of(_AMOUNT_TO)
    if least_fen is not None and most_fen is not None and most_fen < least_fen:
        query.refuse(_AMOUNT_TO, _AMOUNTS_ORDER)


PREVIEW = Operation(
    id="previewClaim",
    tag=Tag.CLAIMS,
    summary=Text("预结算：只核定，不入账", "Decide a claim without posting it"),
    detail=Text(
        "按现行政策文件核定，返回各方支付金额及逐步依据；不留下任何记录。请求体、登记、协议和政策上的全部错误一次返回。",
        "The claim is decided by the policy files in force; the answer names the payment of every payer with the "
        "reasons of every step. No record is kept. Every error in the body, the registry, the agreement and the "
        "policy is reported at once.",
    ),
    action=CLAIM_PREVIEW,
    parameters=(WITH_ALTERNATIVES, BY_BUNDLE),
    body=ClaimBody,
    body_example=CLAIM_EXAMPLE,
    answers={200: Success(Text("核定结果", "The determination"), PreviewDocument)},
    problems=(400, 404, 422),
)

SUBMIT = Operation(
    id="submitClaim",
    tag=Tag.CLAIMS,
    summary=Text("提交结算申请", "Submit a claim"),
    detail=Text(
        "受理后由状态机核定并入账。同一机构、同一申请号、同一内容再次提交，返回同一 claim_id（200）；"
        "内容不同时，尚未结算的前一版本改为已撤回，已拒绝、冲销或撤回的由新版本接续"
        "（未改动的内容须加 resubmit: true），"
        "已结算的为 409 claim-no-taken。"
        "带 Prefer: wait=20 时，若及时办结则返回 200 和最终状态。",
        "The claim is received, then decided and posted by the state machine. The same institution, number and "
        "body again answers 200 with the same claim_id. Another body replaces a version that is still open, which "
        "ends as withdrawn, and follows a version that was rejected, reversed or withdrawn (an unchanged body "
        "needs resubmit: true); a settled claim answers 409 claim-no-taken. With Prefer: wait=20 the final state "
        "is answered with 200 if it is reached in time.",
    ),
    action=CLAIM_SUBMIT,
    body=ClaimBody,
    body_example=CLAIM_EXAMPLE,
    parameters=(
        header(
            "Prefer",
            Text("愿意等待的秒数，最多 20。", "The seconds that the caller is willing to wait, at most 20 (RFC 7240)."),
            examples=["wait=20"],
        ),
    ),
    answers={
        200: Success(
            Text("已办结，或该申请此前已受理", "Decided in time, or received before"),
            ClaimDocument,
            headers={
                "Location": Text("申请的地址", "The claim's address"),
                "Preference-Applied": Text("采用的等待秒数", "The wait that was applied"),
            },
        ),
        202: Success(
            Text("已受理", "Received"),
            ClaimReceiptDocument,
            headers={
                "Location": Text("申请的地址", "The claim's address"),
                "Preference-Applied": Text("采用的等待秒数", "The wait that was applied"),
            },
            example={"claim_id": _CLAIM_ID, "status": "received"},
        ),
    },
    problems=(400, 404, 409, 422),
)

READ = Operation(
    id="readClaim",
    tag=Tag.CLAIMS,
    summary=Text("查询结算申请", "Read a claim"),
    detail=Text(
        "返回状态；已拒绝的附全部原因，暂缓的附所等待的事项，已结算的附核定结果和账务。",
        "The answer holds the claim's state: every reason of a rejection, the matter that a deferred claim waits "
        "for, the determination and the money of a settled claim.",
    ),
    action=CLAIM_READ,
    parameters=(path_value("claim_id", Text("申请编号", "The claim's id"), examples=[_CLAIM_ID]),),
    answers={
        200: Success(
            Text("结算申请", "The claim"),
            ClaimDocument,
            example={
                "claim_id": _CLAIM_ID,
                "claim_no": "EXAMPLE-0001",
                "institution": "H53010200001",
                "version": 1,
                "status": "deferred",
                "received_at": _RECEIVED_AT,
                "changed_at": _RECEIVED_AT,
                "reason": "enrolment-missing",
            },
        )
    },
    problems=(404,),
)

SUBMITTED = Operation(
    id="readSubmitted",
    tag=Tag.CLAIMS,
    summary=Text("查询申请原文", "Read a claim as it was sent"),
    detail=Text(
        "医疗机构提交的就诊、诊断和费用明细原文；不含患者的证件和姓名。卫生健康部门其后的更正见历史，不改变原文。",
        "The answer holds the visit, the diagnosis and the lines as the hospital sent them, without the patient's "
        "document and name. Later corrections of the health side stand in the history and leave it unchanged.",
    ),
    action=CLAIM_READ,
    parameters=READ.parameters,
    answers={200: Success(Text("申请原文", "The claim as sent"), SubmittedDocument)},
    problems=(404,),
)

ALTERNATIVES = Operation(
    id="readAlternatives",
    tag=Tag.CLAIMS,
    summary=Text("查询会改变个人负担的事实", "Read the facts that would change the patient's part"),
    detail=Text(
        "对已结算申请，按其所用政策包和核定时的事实，逐项改变备案、病例状态、参保、救助身份、入境、机构级别等一项事实后"
        "重新核定；只列出个人负担有变化的，附依据条款和办理途径。不入账，不影响已结算结果。",
        "A settled claim is decided again by its own bundle on the facts of its decision, with one fact changed: "
        "filing, status, enrolment, class of assistance, entry, the institution's level and others. The answer "
        "holds the facts that change the patient's part, with the provisions that ask for them and the next step. "
        "Nothing is posted.",
    ),
    action=CLAIM_READ,
    parameters=READ.parameters,
    answers={200: Success(Text("会改变个人负担的事实", "The alternatives"), AlternativesDocument)},
    problems=(404, 409),
)

LIST = listing(
    id="listClaims",
    tag=Tag.CLAIMS,
    summary=Text("列出结算申请", "List claims"),
    detail=Text(
        "只列出调用方可见的申请，分页返回。changed_since 列出此后有变动的申请（数秒后可见，变动保留 400 天）："
        "翻页期间再次变动的，后页再次列出；审计须同时给出 area 或 institution。"
        "按金额（amount）或最近变更（updated_at）排序、按金额筛选须给出受理日期间：一个机构至多 31 天，"
        "其他至多 1 天，至多 2000 件。",
        "The answer lists the claims that the caller may see, a page at a time. `changed_since` lists the claims "
        "changed since an instant, visible a few seconds after the change and for 400 days: a claim that changes "
        "again meanwhile is listed again, a page may hold fewer than asked for, and the auditor names an area or "
        "institution as well. An order by amount or change, and a filter by amount, needs a period of receipt: at most "
        "31 days of one institution or a single day of others, and at most 2,000 claims.",
    ),
    action=CLAIM_READ,
    page=ClaimPage,
    filters=(
        _CLAIM_NO,
        _STATUS,
        _REASON,
        _FLAG,
        _FROM,
        _TO,
        _INSTITUTION,
        _AREA,
        _PERSON,
        _CHANGED_SINCE,
        _SORT,
        _AMOUNT_FROM,
        _AMOUNT_TO,
    ),
    problems=(422,),
    rules=(_refuse_order_of_changes, _refuse_amounts_out_of_order, ends_after(_FROM, _TO)),
)


def claim_filter_of(call: Call) -> ClaimFilter:
    """Return the narrowing of a list of claims."""
    changed_since = call.asked(_CHANGED_SINCE)
    return ClaimFilter(
        claim_no=call.asked(_CLAIM_NO),
        status=call.asked(_STATUS),
        reason=call.asked(_REASON),
        flag=call.asked(_FLAG),
        from_on=call.asked(_FROM),
        to_on=call.asked(_TO),
        area=call.asked(_AREA),
        person=call.asked(_PERSON),
        institution=call.asked(_INSTITUTION),
        changed_since=None if changed_since is None else instant(changed_since),
        sort=call.asked(_SORT),
        amount_from_fen=call.asked(_AMOUNT_FROM),
        amount_to_fen=call.asked(_AMOUNT_TO),
    )
