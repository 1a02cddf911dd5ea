"""The trail of acts, for the auditor."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints
from chalicelib.platform.http.operation import Tag, listing
from chalicelib.platform.http.query import day
from chalicelib.trail.access import TRAIL_READ
from chalicelib.trail.schemas import TrailPage, trail_document, trail_file
from chalicelib.trail.usecases import ReadTrail

_ON = day("on", Text("日期（北京时间），默认今天", "The Asia/Shanghai day, today by default"))

LIST = listing(
    id="listActs",
    tag=Tag.LEDGER,
    summary=Text("列出操作记录", "List who did what"),
    detail=Text(
        "某日各单位提出的变更：何人以何角色、为何单位、何时、何事、结果如何，新的在前。操作前登记，操作后登记结果；"
        "没有结果的为中途中断，是否已变更以所涉记录为准。被拒绝的附原因代码，不记其所指。"
        "医疗机构的申请见各申请的历史，查询人员见查询记录，均不在此列。format=csv 或 xlsx 为全日记录。",
        "The answer lists the changes that offices asked for on a day: who, as what and for whom, when, what, and "
        "how the request ended, the newest first. A request is recorded before its change, and its outcome after; "
        "without an outcome it was cut off, and the record it was about says whether the change was made. A "
        "refusal has its code and names nothing. Hospitals' claims are not listed, since each claim has its "
        "history, nor look-ups of persons, which stand in the access records. `format=csv` or `xlsx` answers the "
        "whole day.",
    ),
    action=TRAIL_READ,
    page=TrailPage,
    filters=(_ON,),
    is_file=True,
    problems=(422,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the route of the trail."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/audit-trail", LIST)
    def list_acts(call: Call, principal: Principal) -> Response:
        return call.listed(partial(call.use(ReadTrail), principal, call.asked(_ON)), trail_document, trail_file)

    return endpoints.blueprint
