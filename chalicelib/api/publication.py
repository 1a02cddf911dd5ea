"""Policy bundles: check and publish them, and which were published when."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.endpoints import Call, Edge, Endpoints, answer
from chalicelib.api.operations import PAGE_PARAMETERS, Operation, Parameter, Success, Tag
from chalicelib.api.paging import page_document
from chalicelib.api.wire_comparison import ComparisonDocument, comparison_document
from chalicelib.api.wire_publication import (
    PolicyFilesBody,
    PublicationPage,
    PublishDocument,
    parse_policy_files,
    publication_document,
    publish_document,
)
from chalicelib.domain.access import Action, Principal
from chalicelib.domain.texts import Text

PUBLISH = Operation(
    id="publishPolicies",
    tag=Tag.POLICIES,
    summary=Text("检查并发布政策文件", "Check policy files and publish them"),
    detail=Text(
        "编译全部文件，证明每种情形有且只有一条规定决定，核对每一条目；全部成立才以其哈希写入一次、签名，并移动现行指针。"
        "任何问题都按文件和行号一次列出（422）。若 previous 已不是现行政策包，返回 409 并说明现行的是哪一个。",
        "Compiles the files, proves that every case is decided exactly once, accounts for every article; only then the "
        "bundle is written once under its hash, signed, and made the current one. Everything that does not hold is "
        "listed by file and line (422). Where `previous` is not current any more: 409 that names what is.",
    ),
    action=Action.POLICY_PUBLISH,
    body=PolicyFilesBody,
    answers={
        200: Success(Text("现行的已是该政策包", "It already is the current bundle"), PublishDocument),
        201: Success(Text("已发布，或已保存备比较", "Published, or kept for comparison"), PublishDocument),
    },
    problems=(400, 409, 422),
)

LIST = Operation(
    id="listPublications",
    tag=Tag.POLICIES,
    summary=Text("列出历次发布", "List the publications"),
    detail=Text("现行的在最前，分页返回。", "The one in force first, a page at a time."),
    action=Action.POLICY_READ,
    parameters=PAGE_PARAMETERS,
    answers={200: Success(Text("一页", "A page"), PublicationPage)},
    problems=(400,),
)

BUNDLE = Text("政策包的哈希，或 current 表示现行的", "A bundle's hash, or `current` for the one in force")
BUNDLE_SCHEMA = {"type": "string", "pattern": "^([0-9a-f]{64}|current)$"}

DIFF = Operation(
    id="comparePolicies",
    tag=Tag.POLICIES,
    summary=Text("比较两个政策包", "Compare two bundles"),
    detail=Text(
        "按情形比较：哪些情形由别的条款决定、结果有何不同、从何日起；并列出增减和改动的文件、条款与登记表行。",
        "By decision cell: which cases are decided otherwise, by whom and with what value before and after, on which "
        "days; and the notices, provisions and rows of the registry that were added, removed or changed.",
    ),
    action=Action.POLICY_READ,
    parameters=(
        Parameter("before", "path", BUNDLE, BUNDLE_SCHEMA, required=True),
        Parameter("after", "path", BUNDLE, BUNDLE_SCHEMA, required=True),
    ),
    answers={200: Success(Text("比较结果", "What differs"), ComparisonDocument)},
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """The routes of policy bundles."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/policies/bundles", PUBLISH)
    def publish_policies(call: Call, principal: Principal) -> Response:
        outcome = call.services.policy_work.publish(principal, parse_policy_files(call.body))
        return answer(publish_document(outcome), 201 if outcome.created else 200)

    @endpoints.route("GET", "/v1/policies/bundles", LIST)
    def list_publications(call: Call, principal: Principal) -> Response:
        query = call.query
        page = query.page()
        query.check()
        return answer(page_document(call.services.policy_work.list_publications(principal, page), publication_document))

    @endpoints.route("GET", "/v1/policies/bundles/{before}/diff/{after}", DIFF)
    def compare_policies(call: Call, principal: Principal, before: str, after: str) -> Response:
        return answer(comparison_document(call.services.policy_work.compare(principal, before, after)))

    return endpoints.blueprint
