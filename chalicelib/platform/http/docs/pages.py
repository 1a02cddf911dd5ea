"""The API's description: the OpenAPI document, and a page that shows the document without reaching any other host."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from chalice.app import Blueprint, Response

from chalicelib.kernel.text import Text
from chalicelib.platform.http.answers import OpenApiDocument
from chalicelib.platform.http.docs.openapi import openapi_document
from chalicelib.platform.http.docs.problems_page import render_problems
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag
from chalicelib.platform.http.problems import PROBLEMS_PATH, prefix_of

_OPENAPI_PATH = "/v1/openapi.json"
_SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def _static(operation_id: str, media: str, summary: Text) -> Operation:
    return Operation(
        id=operation_id,
        tag=Tag.SYSTEM,
        summary=summary,
        detail=summary,
        action=None,
        answers={200: Success(summary, media=media)},
    )


OPENAPI = Operation(
    id="readOpenApi",
    tag=Tag.SYSTEM,
    summary=Text("本接口的 OpenAPI 3.1 描述", "This API as an OpenAPI 3.1 document"),
    detail=Text("包含全部路径、结构、错误和认证方式。", "Every route, schema, error and security scheme."),
    action=None,
    answers={200: Success(Text("OpenAPI 文档", "The document"), OpenApiDocument)},
)
PAGE = _static("readDocs", "text/html", Text("接口说明页", "The page of this description"))
PROBLEMS = _static("readProblems", "text/html", Text("错误说明页", "The page that explains every kind of problem"))
SCRIPT = _static("readDocsScript", "text/javascript", Text("说明页的脚本", "The page's script"))
GUIDES = _static("readDocsGuides", "text/javascript", Text("按任务的说明", "The page's guides"))
TRY = _static("readDocsTry", "text/javascript", Text("试调用的表单", "The page's forms to try a call with"))
STYLE = _static("readDocsStyle", "text/css", Text("说明页的样式", "The page's style"))


def blueprint(edge: Edge) -> Blueprint:
    """Register the public routes of the documentation."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", _OPENAPI_PATH, OPENAPI)
    def read_openapi(call: Call) -> Response:
        base = prefix_of(call.request)
        host = call.request.context.get("domainName")
        address = edge.public_url() or (f"https://{host}{base}" if host else base)
        document = openapi_document(endpoints.blueprint.current_app.routes, address, edge.webhooks())
        return answer(document, headers={"Cache-Control": "no-cache"})

    @endpoints.route("GET", "/docs", PAGE)
    def read_docs(_call: Call) -> Response:
        return _page("docs.html", "text/html; charset=utf-8")

    @endpoints.route("GET", PROBLEMS_PATH, PROBLEMS)
    def read_problems(_call: Call) -> Response:
        return Response(_problems(), headers={"Content-Type": "text/html; charset=utf-8", **_SECURITY_HEADERS})

    @endpoints.route("GET", "/docs/app.js", SCRIPT)
    def read_docs_script(_call: Call) -> Response:
        return _page("docs.js", "text/javascript; charset=utf-8")

    @endpoints.route("GET", "/docs/guides.js", GUIDES)
    def read_docs_guides(_call: Call) -> Response:
        return _page("guides.js", "text/javascript; charset=utf-8")

    @endpoints.route("GET", "/docs/try.js", TRY)
    def read_docs_try(_call: Call) -> Response:
        return _page("try.js", "text/javascript; charset=utf-8")

    @endpoints.route("GET", "/docs/style.css", STYLE)
    def read_docs_style(_call: Call) -> Response:
        return _page("docs.css", "text/css; charset=utf-8")

    return endpoints.blueprint


def _page(name: str, media: str) -> Response:
    return Response(_file(name), headers={"Content-Type": media, **_SECURITY_HEADERS})


@cache
def _problems() -> str:
    return render_problems()


@cache
def _file(name: str) -> str:
    return (files("chalicelib.platform.http.docs") / "static" / name).read_text(encoding="utf-8")
