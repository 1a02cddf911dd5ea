"""The register of issues: issues reported upward, forwarded, answered, listed."""

from __future__ import annotations

from functools import partial
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.issues.access import ISSUE_ANSWER, ISSUE_FORWARD, ISSUE_READ, ISSUE_REPORT
from chalicelib.issues.domain import Issue, IssueId, IssueStatus
from chalicelib.issues.schemas import (
    IssueAnswerBody,
    IssueBody,
    IssueDocument,
    IssueForwardingBody,
    IssuePage,
)
from chalicelib.issues.usecases import Issues
from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import ResourceType, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, path_value, status_parameter

_ISSUE_ID = path_value("issue_id", Text("问题编号", "The issue's id"))

_STATUS = status_parameter(IssueStatus)
_ISSUE = ResourceType(Tag.REGISTRY, Text("问题", "The issue"), IssueDocument, (_ISSUE_ID,))

REPORT = _ISSUE.adding(
    id="reportIssue",
    summary=Text("报告问题", "Report a problem"),
    detail=Text(
        "医疗机构、乡镇街道（可由区县代为登记）报区县医保部门，区县报市级部门；须该日有文件规定。同一内容重复报告返回同一条。",
        "An institution or a township office (or its district for it) reports to the district's bureau, a "
        "district to its city's offices, where a notice of that day says so. The same content again is the same "
        "issue.",
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
    problems=(404,),
)
LIST = listing(
    id="listIssues",
    tag=Tag.REGISTRY,
    summary=Text("列出问题", "List issues"),
    detail=Text(
        "机构、乡镇街道：自己报告的；各部门：涉及本区划的，先报的在前。",
        "A hospital or township office sees its own issues, an office those that concern its area; the oldest "
        "stand first.",
    ),
    action=ISSUE_READ,
    page=IssuePage,
    filters=(_STATUS, OWN_AREA_PARAMETER),
    problems=(404,),
)
READ = _ISSUE.reading(
    id="readIssue",
    summary=Text("查看问题", "Read an issue"),
    detail=Text(
        "含报告人、各级被报送部门、期限和答复。",
        "The answer holds the reporter, every level that was told, its term and the answer.",
    ),
    action=ISSUE_READ,
)
FORWARD = _ISSUE.changing(
    id="forwardIssue",
    summary=Text("上报问题", "Forward an issue"),
    detail=Text(
        "被报送的经办机构不能解决的，依文件报上一级，上级另计期限；重复上报返回同一条。",
        "The agency that was told forwards the issue to the level above that a notice names, which has a term of "
        "its own; a second call answers the same issue.",
    ),
    action=ISSUE_FORWARD,
    body=IssueForwardingBody,
    body_example={"reason": "the city runs the settlement system"},
)
ANSWER = _ISSUE.changing(
    id="answerIssue",
    summary=Text("答复问题", "Answer an issue"),
    detail=Text(
        "由被报送区划的医保、财政或卫健部门答复，报告人本人不得答复。",
        "An office of an area that was told answers; the person who reported the issue may not answer it.",
    ),
    action=ISSUE_ANSWER,
    body=IssueAnswerBody,
    body_example={"answer": "the system is up again; send the claims that waited"},
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of issues."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, issue: Issue) -> dict[str, Any]:
        return IssueDocument.from_record(issue, call.cite, call.use(Clock).now())

    @endpoints.route("POST", "/v1/issues", REPORT)
    def report_issue(call: Call, principal: Principal) -> Response:
        request = call.sent(IssueBody).to_request()
        return answer(shown(call, call.use(Issues).report(principal, request)))

    @endpoints.route("GET", "/v1/issues", LIST)
    def list_issues(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_STATUS), call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(Issues).find, principal, status, area)
        return call.listed(find, lambda each: shown(call, each))

    @endpoints.route("GET", "/v1/issues/{issue_id}", READ)
    def read_issue(call: Call, principal: Principal, issue_id: IssueId) -> Response:
        return answer(shown(call, call.use(Issues).read(principal, issue_id)))

    @endpoints.route("POST", "/v1/issues/{issue_id}/answer", ANSWER)
    def answer_issue(call: Call, principal: Principal, issue_id: IssueId) -> Response:
        body = call.sent(IssueAnswerBody)
        return answer(shown(call, call.use(Issues).answer(principal, issue_id, body.answer)))

    @endpoints.route("POST", "/v1/issues/{issue_id}/forwarding", FORWARD)
    def forward_issue(call: Call, principal: Principal, issue_id: IssueId) -> Response:
        body = call.sent(IssueForwardingBody)
        return answer(shown(call, call.use(Issues).forward(principal, issue_id, body.reason)))

    return endpoints.blueprint
