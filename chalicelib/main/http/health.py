"""Health over HTTP: the system's ability to decide; public, and silent about anything else."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from chalice.app import Blueprint, Response
from pydantic import ConfigDict, Field

from chalicelib.kernel.text import Text
from chalicelib.main.health import ReadHealth
from chalicelib.platform.http.answers import Answer
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag


class HealthDocument(Answer):
    model_config = ConfigDict(extra="allow")

    status: Annotated[str, Field(examples=["ok"])]


READ = Operation(
    id="readHealth",
    tag=Tag.SYSTEM,
    summary=Text("健康检查", "Read the system's health"),
    detail=Text("政策包和登记加载完成后为 200。", "The answer is 200 once policies and registry are loaded."),
    action=None,
    answers={200: Success(Text("可以办理", "Ready"), HealthDocument, example={"status": "ok", "report": "done"})},
    problems=(503,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the route of health."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/health", READ)
    def read_health(call: Call) -> Response:
        return answer(call.use(ReadHealth)(), HTTPStatus.OK)

    return endpoints.blueprint
