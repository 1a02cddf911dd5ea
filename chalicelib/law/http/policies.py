"""Policies: the notices of the published bundle and their provisions."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.law.access import POLICY_READ
from chalicelib.law.schemas.policies import NoticePage, PolicyDocument, notice_document, policy_document
from chalicelib.law.usecases.read import ListPolicies, ReadPolicy
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.query import path_value

LIST = listing(
    id="listPolicies",
    tag=Tag.POLICIES,
    summary=Text("列出政策文件", "List the notices"),
    detail=Text(
        "现行政策包中的全部文件，分页返回。", "The answer lists every notice of the bundle in force, a page at a time."
    ),
    action=POLICY_READ,
    page=NoticePage,
)

READ = Operation(
    id="readPolicy",
    tag=Tag.POLICIES,
    summary=Text("查询政策文件及其条款", "Read a notice and its provisions"),
    detail=Text(
        "每一条款说明：决定什么、在何条件下、取何值、何时有效，以及对含义不清之处的理解。",
        "Every provision shows its subject, its conditions, its value and its days, and how an unclear text was read.",
    ),
    action=POLICY_READ,
    parameters=(path_value("notice", Text("文件编号", "The notice's id")),),
    answers={200: Success(Text("政策文件", "The notice"), PolicyDocument)},
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of policies."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/policies", LIST)
    def list_policies(call: Call, principal: Principal) -> Response:
        return call.listed(partial(call.use(ListPolicies), principal), notice_document)

    @endpoints.route("GET", "/v1/policies/{notice}", READ)
    def read_policy(call: Call, principal: Principal, notice: str) -> Response:
        return answer(policy_document(*call.use(ReadPolicy)(principal, notice)))

    return endpoints.blueprint
