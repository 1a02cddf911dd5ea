"""Routes about the amounts moved by the articles of a period: request a run, list runs, read one or its file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.impact.access import MOVED_ASK, MOVED_READ
from chalicelib.impact.schemas.moved import (
    MovedBody,
    MovedDocument,
    MovedPage,
    MovedStarted,
    moved_document,
    moved_file,
    moved_summary,
)
from chalicelib.impact.usecases.moved import AskMoved, ListMoved, ReadMoved
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import SimulationId
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer, answer_list
from chalicelib.platform.http.operation import LIST_FILES, Operation, Success, Tag, listing
from chalicelib.platform.http.query import LIST_FORMAT, OWN_AREA_PARAMETER, path_value

_FORMAT = replace(
    LIST_FORMAT,
    text=Text("json（默认）、csv 或 xlsx（全表）。", "json (the default), csv or xlsx (the whole table)."),
)

ASK = Operation(
    id="askArticleEffects",
    tag=Tag.REPORTS,
    summary=Text("测算各条款影响的金额", "Compute the amounts that articles moved"),
    detail=Text(
        "对期间内入账、仍为已结算的申请，逐一去掉一个文件、条款或条目，按原政策包的其余规定和原核定时的事实重新核定，"
        "由状态机计算。每次只去掉一项：另有规定给予同样待遇的，单独去掉不改变金额；各行不可相加。"
        "再次提出：失败的从中断处继续，已完成的重新计算，进行中的不受影响。期间内提出日之后的日子不计。",
        "A state machine decides the claims that posted in the period and still stand without a single notice, "
        "article or provision at a time, by the rest of the bundle that decided them and on the facts of that "
        "decision. Where another text grants the same benefit, leaving out a single text changes nothing, and "
        "rows must not be added up. A second request continues a failed run, computes a finished run anew and "
        "leaves a running one alone. Days after the day of the request are not counted.",
    ),
    action=MOVED_ASK,
    body=MovedBody,
    body_example={"from": "2026-11-01", "to": "2026-11-30", "by": "article"},
    answers={
        202: Success(
            Text("已受理", "Accepted"),
            MovedStarted,
            headers={"Location": Text("查询地址", "The address of the run")},
        )
    },
    problems=(400, 404, 422),
)

LIST = listing(
    id="listArticleEffects",
    tag=Tag.REPORTS,
    summary=Text("列出条款影响的测算", "List the computations of what articles moved"),
    detail=Text(
        "最近提出的在最前。政策人员和审计默认列出全部区划。",
        "The latest request stands first; policy officers and auditors see every area unless they name an area.",
    ),
    action=MOVED_READ,
    page=MovedPage,
    filters=(OWN_AREA_PARAMETER,),
    problems=(404,),
)

READ = Operation(
    id="readArticleEffects",
    tag=Tag.REPORTS,
    summary=Text("查询各条款影响的金额", "Read the amounts that articles moved"),
    detail=Text(
        "进度；完成后附合计和逐月的表：正数表示因该条款多付，负数表示少付。format=csv 或 xlsx 下载全表。",
        "The answer holds the progress and, once the run is complete, the tables over all days and by month: a "
        "positive amount means that a payer bears more because of the article. format=csv or xlsx answers the "
        "whole table as a file.",
    ),
    action=MOVED_READ,
    parameters=(
        path_value("moved_id", Text("测算编号", "The run's id")),
        _FORMAT,
    ),
    answers={200: Success(Text("测算结果", "The result"), MovedDocument, files=LIST_FILES)},
    problems=(400, 404),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes about the amounts moved by articles."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/reports/article-effects", ASK)
    def ask_article_effects(call: Call, principal: Principal) -> Response:
        body = call.sent(MovedBody)
        run = call.use(AskMoved)(principal, body.area, body.starts_on, body.ends_on, body.by)
        return answer(MovedStarted.from_record(run), 202, {"Location": f"/v1/reports/article-effects/{run.moved_id}"})

    @endpoints.route("GET", "/v1/reports/article-effects", LIST)
    def list_article_effects(call: Call, principal: Principal) -> Response:
        area = call.asked(OWN_AREA_PARAMETER)
        return call.listed(partial(call.use(ListMoved), principal, area), moved_summary)

    @endpoints.route("GET", "/v1/reports/article-effects/{moved_id}", READ)
    def read_article_effects(call: Call, principal: Principal, moved_id: SimulationId) -> Response:
        detail, wanted = call.use(ReadMoved)(principal, moved_id), call.asked(_FORMAT)
        return answer(moved_document(detail)) if wanted == "json" else answer_list(moved_file(detail), wanted)

    return endpoints.blueprint
