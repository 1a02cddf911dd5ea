"""The register of issues: reported upward, answered, listed."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.issues.access import ISSUE_ANSWER, ISSUE_READ, ISSUE_REPORT
from chalicelib.issues.domain import IssueStatus
from chalicelib.issues.schemas import IssueAnswerBody, IssueBody, IssueDocument, IssuePage, issue_document
from chalicelib.issues.usecases import Issues
from chalicelib.kernel.access import Principal
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
        "医疗机构、乡镇街道（由区县登记）报区县医保部门，区县报市级部门；须该日有文件规定。同一内容重复报告返回同一条。",
        "An institution, or a township through its district, tells the district's bureau, a district its city's "
        "offices, where a notice of that day says so. The same again is the same issue.",
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
        "机构：本机构报告的；各部门：涉及本区划的，先报的在前。",
        "A hospital's own, or those that concern an area, oldest first.",
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
    detail=Text("含报告人、被报送部门和答复。", "With who reported it, who was told and the answer."),
    action=ISSUE_READ,
    parameters=(_ISSUE_ID,),
    answers={200: Success(_ONE, IssueDocument)},
    problems=(404,),
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
    """The routes of issues."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/issues", REPORT)
    def report_issue(call: Call, principal: Principal) -> Response:
        request = parse(IssueBody, call.body).value.to_request()
        return answer(issue_document(call.use(Issues).report(principal, request), call.cite))

    @endpoints.route("GET", "/v1/issues", LIST)
    def list_issues(call: Call, principal: Principal) -> Response:
        query = call.query
        status, area, page = query.read("status", IssueStatus), query.text("area", "[0-9]{6}"), query.page()
        query.check()
        found = call.use(Issues).find(principal, status, area, page)
        return answer(page_document(found, lambda each: issue_document(each, call.cite)))

    @endpoints.route("GET", "/v1/issues/{issue_id}", READ)
    def read_issue(call: Call, principal: Principal, issue_id: str) -> Response:
        return answer(issue_document(call.use(Issues).read(principal, issue_id), call.cite))

    @endpoints.route("POST", "/v1/issues/{issue_id}/answer", ANSWER)
    def answer_issue(call: Call, principal: Principal, issue_id: str) -> Response:
        body = parse(IssueAnswerBody, call.body).value
        return answer(issue_document(call.use(Issues).answer(principal, issue_id, body.answer), call.cite))

    return endpoints.blueprint
