"""Whether the system can decide: public, and silent about anything else."""

from __future__ import annotations

from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.endpoints import Call, Edge, Endpoints, answer
from chalicelib.api.operations import Operation, Success, Tag
from chalicelib.api.wire_answers import HealthDocument
from chalicelib.application.health import ReadHealth
from chalicelib.domain.texts import Text

READ = Operation(
    id="readHealth",
    tag=Tag.SYSTEM,
    summary=Text("健康检查", "Health"),
    detail=Text("政策包和登记加载完成后为 200。", "200 once policies and registry are loaded."),
    action=None,
    answers={200: Success(Text("可以办理", "Ready"), HealthDocument, example={"status": "ok", "report": "done"})},
    problems=(503,),
)


def blueprint(edge: Edge) -> Blueprint:
    """The route of health."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/health", READ)
    def read_health(call: Call) -> Response:
        return answer(call.use(ReadHealth)(), HTTPStatus.OK)

    return endpoints.blueprint
