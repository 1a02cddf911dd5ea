"""Route of events: the caller's own changes, followed from a place on."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.events.access import EVENTS_READ
from chalicelib.events.schemas import EventPageDocument, events_document
from chalicelib.events.usecases import ReadEvents
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag
from chalicelib.platform.http.query import LIMIT, OWN_AREA_PARAMETER, matching

_PLACE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z!evt_[0-9a-f]{32}"
_AFTER = matching(
    "after",
    Text("上次返回的 next，从其后续读。", "The `next` of an earlier answer; the changes after it are answered."),
    _PLACE,
)
READ = Operation(
    id="followEvents",
    tag=Tag.SYSTEM,
    summary=Text("跟踪变动", "Follow events"),
    detail=Text(
        "本主体的结算申请（含重新裁定及差额）、预拨、支付、清算轮次和备案的变动，旧的在前，保留 400 天。"
        "下次以 next 作为 after 续读；最近五秒的变动会再次给出，同一变动的 event_id 不变。",
        "The answer lists the changes of the caller's claims (including a new decision and its difference), "
        "advances, payments, clearing runs and filings, the oldest first, kept for 400 days. Ask after `next` to "
        "go on; changes of the last five seconds are answered again, each under its own event_id.",
    ),
    action=EVENTS_READ,
    parameters=(
        OWN_AREA_PARAMETER,
        LIMIT,
        _AFTER,
    ),
    answers={200: Success(Text("变动", "The events"), EventPageDocument)},
    problems=(400, 404),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the route of events."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/events", READ)
    def follow_events(call: Call, principal: Principal) -> Response:
        area, after = call.asked(OWN_AREA_PARAMETER), call.asked(_AFTER)
        return answer(events_document(call.use(ReadEvents)(principal, after, call.asked(LIMIT), area=area)))

    return endpoints.blueprint
