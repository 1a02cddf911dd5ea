"""Routes of reviews of claims and of the suspicious matters that reviews find."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import (
    OWN_AREA_PARAMETER,
    choice,
    institution_parameter,
    path_value,
    status_parameter,
)
from chalicelib.supervision.access import (
    SUPERVISION_ANSWER,
    SUPERVISION_ASK,
    SUPERVISION_CLOSE,
    SUPERVISION_READ,
    SUPERVISION_REVIEW,
)
from chalicelib.supervision.domain.matters import MatterOutcome, MatterStatus, SuspiciousMatter, SuspiciousMatterId
from chalicelib.supervision.domain.signs import SupervisionRule
from chalicelib.supervision.schemas import (
    MatterAnswerBody,
    MatterDocument,
    MatterOutcomeBody,
    MatterPage,
    MatterQuestionBody,
    ReviewBody,
    ReviewDocument,
    ReviewPage,
    matter_file,
)
from chalicelib.supervision.usecases.follow import MatterFilter, Supervision
from chalicelib.supervision.usecases.review import ReviewClaims

_INSTITUTION = "[HP][0-9]{11}"
_MATTER_ID = path_value("matter_id", Text("可疑事项编号", "The matter's id"))

_STATUS = status_parameter(MatterStatus)
_RULE = choice("rule", Text("规则，默认全部", "The rule, all by default"), SupervisionRule)
_OUTCOME = choice("outcome", Text("结果，默认全部", "The outcome, all by default"), MatterOutcome)
_LIST_INSTITUTION = institution_parameter(Text("机构编码", "An institution's code"))
_MATTER = ResourceType(Tag.CLAIMS, Text("可疑事项", "The matter"), MatterDocument, (_MATTER_ID,))

REVIEW = Operation(
    id="reviewClaims",
    tag=Tag.CLAIMS,
    summary=Text("核查结算申请", "Review claims"),
    detail=Text(
        "按收到日期核查本经办机构的已结算和未结算申请，按规定找出可疑情形；同一情形只记一次，不影响结算和支付。"
        "系统每晚核查前一日收到的申请。",
        "The settled and open claims that the agency received in a period are searched for the signs that its "
        "provisions name. A sign is recorded a single time and holds nothing back. Every night the claims of the "
        "day before are reviewed.",
    ),
    action=SUPERVISION_REVIEW,
    body=ReviewBody,
    body_example={"from": "2020-02-01", "to": "2020-02-07"},
    answers={200: Success(Text("核查记录", "The review"), ReviewDocument)},
    problems=(400, 404, 422),
)
REVIEWS = listing(
    id="listClaimReviews",
    tag=Tag.CLAIMS,
    summary=Text("列出核查记录", "List reviews"),
    detail=Text("本区划的，新的在前。", "An area sees its own reviews, the newest first."),
    action=SUPERVISION_READ,
    page=ReviewPage,
    filters=(OWN_AREA_PARAMETER,),
    problems=(404,),
)
LIST = listing(
    id="listSuspiciousMatters",
    tag=Tag.CLAIMS,
    summary=Text("列出可疑事项", "List suspicious matters"),
    detail=Text(
        "经办机构：本区划的；机构：已向其询问的。新的在前。",
        "An agency sees its area's matters, a hospital those it was asked about; the newest stand first.",
    ),
    action=SUPERVISION_READ,
    page=MatterPage,
    filters=(_STATUS, _RULE, _OUTCOME, _LIST_INSTITUTION, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)
READ = _MATTER.reading(
    id="readSuspiciousMatter",
    summary=Text("查看可疑事项", "Read a suspicious matter"),
    detail=Text(
        "含数字、理由、条款、询问、答复和结果。",
        "The answer holds figures, reason, provision, question, answer and outcome.",
    ),
    action=SUPERVISION_READ,
)
ASK = _MATTER.changing(
    id="takeUpSuspiciousMatter",
    summary=Text("向机构询问", "Ask the institution about a matter"),
    detail=Text(
        "由与机构结算的经办机构办理，机构自此可见并列入其待办。",
        "The agency that settles with the institution asks; the institution sees the matter from then on and has "
        "it on its work list.",
    ),
    action=SUPERVISION_ASK,
    body=MatterQuestionBody,
    body_example={"question": "why was the scan made twice on one day?"},
)
ANSWER = _MATTER.changing(
    id="answerSuspiciousMatter",
    summary=Text("答复询问", "Answer a question about a matter"),
    detail=Text("由被询问的机构答复。", "The institution that was asked answers."),
    action=SUPERVISION_ANSWER,
    body=MatterAnswerBody,
    body_example={"answer": "the second scan followed a fall; see the record"},
)
CLOSE = _MATTER.changing(
    id="closeSuspiciousMatter",
    summary=Text("办结可疑事项", "Close a suspicious matter"),
    detail=Text(
        "由询问人以外的人办结：没有问题、追回（须先冲销或更正该结算申请）或移送。",
        "Another person than the one who took the matter up closes it: nothing was wrong, recovered (once the "
        "claim was reversed or corrected), or passed on.",
    ),
    action=SUPERVISION_CLOSE,
    body=MatterOutcomeBody,
    body_example={"outcome": "nothing", "because": "the record shows the fall"},
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of reviews and matters."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, matter: SuspiciousMatter) -> Response:
        return answer(MatterDocument.from_record(matter, call.cite, call.use(Clock).now()))

    @endpoints.route("POST", "/v1/claim-reviews", REVIEW)
    def review_claims(call: Call, principal: Principal) -> Response:
        body = call.sent(ReviewBody)
        return answer(
            ReviewDocument.from_record(call.use(ReviewClaims)(principal, body.from_on, body.to_on), call.cite)
        )

    @endpoints.route("GET", "/v1/claim-reviews", REVIEWS)
    def list_reviews(call: Call, principal: Principal) -> Response:
        area = call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(Supervision).reviewed, principal, area)
        return call.listed(find, lambda each: ReviewDocument.from_record(each, call.cite))

    @endpoints.route("GET", "/v1/suspicious-matters", LIST)
    def list_matters(call: Call, principal: Principal) -> Response:
        wanted = MatterFilter(
            call.asked(_STATUS),
            call.asked(_RULE),
            call.asked(_OUTCOME),
            call.asked(OWN_AREA_PARAMETER),
            call.asked(_LIST_INSTITUTION),
        )
        now = call.use(Clock).now()
        return call.listed(
            partial(call.use(Supervision).find, principal, wanted),
            lambda each: MatterDocument.from_record(each, call.cite, now),
            matter_file,
        )

    @endpoints.route("GET", "/v1/suspicious-matters/{matter_id}", READ)
    def read_matter(call: Call, principal: Principal, matter_id: SuspiciousMatterId) -> Response:
        return shown(call, call.use(Supervision).read(principal, matter_id))

    @endpoints.route("POST", "/v1/suspicious-matters/{matter_id}/question", ASK)
    def take_up_matter(call: Call, principal: Principal, matter_id: SuspiciousMatterId) -> Response:
        body = call.sent(MatterQuestionBody)
        return shown(call, call.use(Supervision).ask(principal, matter_id, body.question))

    @endpoints.route("POST", "/v1/suspicious-matters/{matter_id}/answer", ANSWER)
    def answer_matter(call: Call, principal: Principal, matter_id: SuspiciousMatterId) -> Response:
        body = call.sent(MatterAnswerBody)
        return shown(call, call.use(Supervision).answer(principal, matter_id, body.answer))

    @endpoints.route("POST", "/v1/suspicious-matters/{matter_id}/outcome", CLOSE)
    def close_matter(call: Call, principal: Principal, matter_id: SuspiciousMatterId) -> Response:
        body = call.sent(MatterOutcomeBody)
        return shown(call, call.use(Supervision).close(principal, matter_id, body.outcome, body.because))

    return endpoints.blueprint
