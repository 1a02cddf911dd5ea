"""The register of issues: issues reported upward, forwarded, answered, listed."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.issues.access import ISSUE_ANSWER, ISSUE_FORWARD, ISSUE_READ, ISSUE_REPORT
from chalicelib.issues.domain import Issue, IssueStatus
from chalicelib.issues.schemas import (
    IssueAnswerBody,
    IssueBody,
    IssueDocument,
    IssueForwardingBody,
    IssuePage,
    issue_document,
)
from chalicelib.issues.usecases import Issues
from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.fields import parse
from chalicelib.platform.http.operation import (
    OWN_AREA_PARAMETER,
    PAGE_PARAMETERS,
    Operation,
    Parameter,
    Success,
    Tag,
    status_parameter,
)
from chalicelib.platform.http.query import page_document

_ISSUE_ID = Parameter("issue_id", "path", Text("问题编号", "The issue's id"), {"type": "string"}, required=True)
_ONE = Text("问题", "The issue")

REPORT = Operation(
    id="reportIssue",
    tag=Tag.REGISTRY,
    summary=Text("报告问题", "Report a problem"),
    detail=Text(
        "医疗机构、乡镇街道（可由区县代为登记）报区县医保部门，区县报市级部门；须该日有文件规定。同一内容重复报告返回同一条。",
        "An institution or a township office (or its district for it) tells the district's bureau, a district its "
        "city's offices, where a notice of that day says so. The same again is the same issue.",
    ),
    action=ISSUE_REPORT,
    body=IssueBody,
    body_example={
        "reporter": "institution",
        "topic": "system",
        "title": "the settlement system is down",
        "detail": "no claim can be sent since the morning",
        "on": "2020-02-03",
    },
    answers={200: Success(_ONE, IssueDocument)},
    problems=(400, 404, 422),
)
LIST = Operation(
    id="listIssues",
    tag=Tag.REGISTRY,
    summary=Text("列出问题", "List issues"),
    detail=Text(
        "机构、乡镇街道：自己报告的；各部门：涉及本区划的，先报的在前。",
        "A hospital's or township office's own, or those that concern an area, oldest first.",
    ),
    action=ISSUE_READ,
    parameters=(status_parameter(IssueStatus), OWN_AREA_PARAMETER, *PAGE_PARAMETERS),
    answers={200: Success(Text("一页", "A page"), IssuePage)},
    problems=(400, 404),
)
READ = Operation(
    id="readIssue",
    tag=Tag.REGISTRY,
    summary=Text("查看问题", "Read an issue"),
    detail=Text(
        "含报告人、各级被报送部门、期限和答复。",
        "With who reported it, each level that was told, its clock and the answer.",
    ),
    action=ISSUE_READ,
    parameters=(_ISSUE_ID,),
    answers={200: Success(_ONE, IssueDocument)},
    problems=(404,),
)
FORWARD = Operation(
    id="forwardIssue",
    tag=Tag.REGISTRY,
    summary=Text("上报问题", "Forward an issue"),
    detail=Text(
        "被报送的经办机构不能解决的，依文件报上一级，上级另计期限；重复上报返回同一条。",
        "By the agency that was told, to the level above that a notice names, with a clock of its own; the same again "
        "is the same issue.",
    ),
    action=ISSUE_FORWARD,
    parameters=(_ISSUE_ID,),
    body=IssueForwardingBody,
    body_example={"reason": "the city runs the settlement system"},
    answers={200: Success(_ONE, IssueDocument)},
    problems=(400, 404, 409, 422),
)
ANSWER = Operation(
    id="answerIssue",
    tag=Tag.REGISTRY,
    summary=Text("答复问题", "Answer an issue"),
    detail=Text(
        "由被报送区划的医保、财政或卫健部门答复，报告人本人不得答复。",
        "By an office of the area that was told, and not by the person who reported it.",
    ),
    action=ISSUE_ANSWER,
    parameters=(_ISSUE_ID,),
    body=IssueAnswerBody,
    body_example={"answer": "the system is up again; send the claims that waited"},
    answers={200: Success(_ONE, IssueDocument)},
    problems=(400, 404, 409, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of issues."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, issue: Issue) -> dict[str, Any]:
        return issue_document(issue, call.cite, call.use(Clock).now())

    @endpoints.route("POST", "/v1/issues", REPORT)
    def report_issue(call: Call, principal: Principal) -> Response:
        request = parse(IssueBody, call.body).value.to_request()
        return answer(shown(call, call.use(Issues).report(principal, request)))

    @endpoints.route("GET", "/v1/issues", LIST)
    def list_issues(call: Call, principal: Principal) -> Response:
        query = call.query
        status, area, page = query.read("status", IssueStatus), query.area(), query.page()
        query.check()
        found = call.use(Issues).find(principal, status, area, page)
        return answer(page_document(found, lambda each: shown(call, each)))

    @endpoints.route("GET", "/v1/issues/{issue_id}", READ)
    def read_issue(call: Call, principal: Principal, issue_id: str) -> Response:
        return answer(shown(call, call.use(Issues).read(principal, issue_id)))

    @endpoints.route("POST", "/v1/issues/{issue_id}/answer", ANSWER)
    def answer_issue(call: Call, principal: Principal, issue_id: str) -> Response:
        body = parse(IssueAnswerBody, call.body).value
        return answer(shown(call, call.use(Issues).answer(principal, issue_id, body.answer)))

    @endpoints.route("POST", "/v1/issues/{issue_id}/forwarding", FORWARD)
    def forward_issue(call: Call, principal: Principal, issue_id: str) -> Response:
        body = parse(IssueForwardingBody, call.body).value
        return answer(shown(call, call.use(Issues).forward(principal, issue_id, body.reason)))

    return endpoints.blueprint
