"""Policy bundles: handing them in, deciding on their coming into force, and the history of publications."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.law.access import POLICY_KEEP, POLICY_PUBLISH, POLICY_READ
from chalicelib.law.domain.publication import KeptStatus
from chalicelib.law.schemas.comparison import ComparisonDocument, comparison_document
from chalicelib.law.schemas.publication import (
    BUNDLE,
    BUNDLE_FORM,
    PolicyFilesBody,
    PublicationDecisionBody,
    PublicationDocument,
    PublicationPage,
    PublishDocument,
    kept_document,
    parse_policy_files,
    publication_document,
    publish_document,
)
from chalicelib.law.usecases.compare import ComparePolicies
from chalicelib.law.usecases.publish import DecidePublication, KeepPolicies, ListKeptBundles, ListPublications
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.query import path_value, status_parameter

_STATUS = status_parameter(
    (KeptStatus.PUBLISHED, KeptStatus.KEPT, KeptStatus.REFUSED),
    Text("状态，默认 published", "The state, `published` by default"),
)

KEEP = Operation(
    id="keepPolicies",
    tag=Tag.POLICIES,
    summary=Text("检查并提交政策文件", "Check and submit policy files"),
    detail=Text(
        "编译全部文件，证明每种情形有且只有一条规定决定，核对每一条目；全部成立才以其哈希写入一次、签名，等待另一名政策人员决定。"
        "任何问题都按文件和行号一次列出（422）。若 previous 已不是现行政策包，返回 409 并说明现行的是哪一个。",
        "The files are compiled, every case is proved to be decided exactly once, and every article is accounted "
        "for. Only then the bundle is written once under its hash, signed, and kept until another officer "
        "decides. Every error is listed by file and line (422). Where `previous` is not the current bundle any "
        "more, 409 names the current one.",
    ),
    action=POLICY_KEEP,
    body=PolicyFilesBody,
    answers={
        200: Success(
            Text("现行的已是该政策包，或已在等待决定", "The bundle is already in force or waits"), PublishDocument
        ),
        201: Success(Text("已保存，等待另一名政策人员决定", "Kept until another officer decides"), PublishDocument),
    },
    problems=(400, 409, 422),
)

BUNDLE_DECISION = Operation(
    id="decidePublication",
    tag=Tag.POLICIES,
    summary=Text("决定政策包是否施行", "Publish or refuse a kept bundle"),
    detail=Text(
        "由提交人以外的政策人员决定。批准即移动现行指针；其间现行政策包已变的，返回 409，"
        "比较后在 previous 中写明现行政策包再批准。"
        "同一决定重复发送，返回首次结果。",
        "Another officer than the one who handed the files in decides. An approval makes the bundle current; "
        "where another bundle became current meanwhile, the answer is 409, and the officer compares and approves "
        "with that bundle as `previous`. The same decision again answers the first.",
    ),
    action=POLICY_PUBLISH,
    parameters=(path_value("bundle", Text("政策包的哈希", "The bundle's hash"), pattern="^[0-9a-f]{64}$"),),
    body=PublicationDecisionBody,
    body_example={"decision": "approve"},
    answers={200: Success(Text("决定", "The decision"), PublicationDocument)},
    problems=(400, 404, 409, 422),
)

LIST = listing(
    id="listPublications",
    tag=Tag.POLICIES,
    summary=Text("列出历次发布", "List the publications"),
    detail=Text(
        "现行的在最前，分页返回；status=kept 列出等待另一名政策人员决定的，refused 列出被退回的。",
        "The publication in force stands first, a page at a time; `status=kept` lists the bundles that wait for "
        "another officer, `refused` the refused bundles.",
    ),
    action=POLICY_READ,
    page=PublicationPage,
    filters=(_STATUS,),
)


DIFF = Operation(
    id="comparePolicies",
    tag=Tag.POLICIES,
    summary=Text("比较两个政策包", "Compare two bundles"),
    detail=Text(
        "按情形比较：哪些情形由别的条款决定、结果有何不同、从何日起；并列出增减和改动的文件、条款与登记表行。",
        "The comparison goes by decision cell: the cases that are decided otherwise, the provision and the value "
        "before and after, and the days; then the notices, provisions and rows of the registry that were added, "
        "removed or changed.",
    ),
    action=POLICY_READ,
    parameters=(
        path_value("before", BUNDLE, pattern=BUNDLE_FORM),
        path_value("after", BUNDLE, pattern=BUNDLE_FORM),
    ),
    answers={200: Success(Text("比较结果", "The comparison"), ComparisonDocument)},
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of policy bundles."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/policies/bundles", KEEP)
    def keep_policies(call: Call, principal: Principal) -> Response:
        outcome = call.use(KeepPolicies)(principal, parse_policy_files(call.body))
        return answer(publish_document(outcome), 201 if outcome.created else 200)

    @endpoints.route("POST", "/v1/policies/bundles/{bundle}/decision", BUNDLE_DECISION)
    def decide_publication(call: Call, principal: Principal, bundle: str) -> Response:
        body = call.sent(PublicationDecisionBody)
        decided, publication = call.use(DecidePublication)(
            principal, bundle, approve=body.approves, previous=body.previous, reason=body.reason
        )
        return answer(kept_document(decided, publication))

    @endpoints.route("GET", "/v1/policies/bundles", LIST)
    def list_publications(call: Call, principal: Principal) -> Response:
        status = call.asked(_STATUS)
        if status in (None, KeptStatus.PUBLISHED):
            return call.listed(partial(call.use(ListPublications), principal), publication_document)
        return call.listed(partial(call.use(ListKeptBundles), principal, status), kept_document)

    @endpoints.route("GET", "/v1/policies/bundles/{before}/diff/{after}", DIFF)
    def compare_policies(call: Call, principal: Principal, before: str, after: str) -> Response:
        return answer(comparison_document(call.use(ComparePolicies)(principal, before, after)))

    return endpoints.blueprint
