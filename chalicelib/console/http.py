"""The console: static files under /console, and the settings a browser needs before sign-in.

The pages reach nothing but this API, the configured token endpoint (to sign in) and the configured bucket (to upload
copies of documents); the content security policy tells the browser so.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import urlsplit

from chalice.app import Blueprint, Response

from chalicelib.console.domain.table import SERVICES
from chalicelib.console.ports import FilesOrigin, SignIn
from chalicelib.console.schemas.sheets import index_of, sheet_of
from chalicelib.console.schemas.words import Words, pages_below, words_of_all, words_of_page
from chalicelib.kernel.errors import NotFound, existing
from chalicelib.kernel.text import Text
from chalicelib.platform.http.answers import Answer
from chalicelib.platform.http.docs.openapi import Routes
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag
from chalicelib.platform.http.problems import prefix_of
from chalicelib.platform.http.query import Parameter, path_value

_MEDIA: Mapping[str, str] = {
    "css": "text/css",
    "html": "text/html",
    "js": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
    "txt": "text/plain",
}


class SignInDocument(Answer):
    """The sign-in endpoints, by authorisation code with PKCE."""

    client_id: str
    authorize_url: str
    token_url: str


class ConsoleSettingsDocument(Answer):
    """The console's settings before sign-in; `sign_in` is null where nothing is configured."""

    sign_in: SignInDocument | None


def _operation(operation_id: str, summary: Text, media: str, *names: str) -> Operation:
    return Operation(
        id=operation_id,
        tag=Tag.SYSTEM,
        summary=summary,
        detail=summary,
        action=None,
        answers={200: Success(summary, media=media)},
        problems=(404,) if names else (),
        parameters=tuple(path_value(name, Text("文件名", "The file's name")) for name in names),
    )


_CODE = Parameter("code", "query", Text("授权码", "The provider's code"), {"type": "string"}, str, "")
_STATE = Parameter("state", "query", Text("登录请求标识", "The sign-in request"), {"type": "string"}, str, "")

HOME = Operation(
    id="readRoot",
    tag=Tag.SYSTEM,
    summary=Text("转到工作台", "Go to the console"),
    detail=Text("转到工作台页面。", "The answer leads a browser to the console."),
    action=None,
    answers={
        302: Success(
            Text("转到 /console", "To /console"), media="text/html", headers={"Location": Text("地址", "The address")}
        )
    },
)
PAGE = replace(
    _operation("readConsole", Text("工作台页面", "The page of the console"), "text/html"),
    # A provider sends a browser back with these, and with others of its own, which the page leaves alone.
    ignores_unknown=True,
    parameters=(
        _CODE,
        _STATE,
    ),
)
_FILE_TEXT = Text("工作台的文件", "A file of the console")
FILE = _operation("readConsoleFile", _FILE_TEXT, "text/javascript", "name")
PAGE_FILE = _operation("readConsolePage", _FILE_TEXT, "text/javascript", "name")
VENDOR_FILE = _operation("readConsoleVendor", _FILE_TEXT, "text/javascript", "name")
WORDS = _operation("readConsoleWords", Text("枚举值的中英文名称", "The meanings of values"), "text/javascript")
PAGE_WORDS = _operation(
    "readConsolePageWords",
    Text("一个页面所用枚举值的中英文名称", "The words of a page's values"),
    "text/javascript",
    "name",
)
SERVICE_INDEX = _operation(
    "readConsoleServices", Text("工作台的业务目录", "The console's index of services"), "text/javascript"
)
SERVICE = _operation(
    "readConsoleService",
    Text("一项业务的列表、筛选和表单", "A service's list, filters and forms"),
    "text/javascript",
    "name",
)
SETTINGS = Operation(
    id="readConsoleSettings",
    tag=Tag.SYSTEM,
    summary=Text("工作台的登录设置", "Read the console's sign-in settings"),
    detail=Text(
        "OIDC 授权码加 PKCE 所需的地址；未配置时为 null。",
        "The answer holds the addresses of OIDC with PKCE; the value is null where no sign-in is configured.",
    ),
    action=None,
    answers={200: Success(Text("设置", "The settings"), ConsoleSettingsDocument, example={"sign_in": None})},
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of the console; public."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/", HOME)
    def read_home(call: Call) -> Response:
        headers: dict[str, str | list[str]] = {
            "Content-Type": "text/html; charset=utf-8",
            "Location": f"{prefix_of(call.request)}/console",
        }
        return Response("", headers=headers, status_code=302)

    @endpoints.route("GET", "/console", PAGE)
    def read_console(call: Call) -> Response:
        return _sent(call, "index.html")

    @endpoints.route("GET", "/console/settings", SETTINGS)
    def read_settings(call: Call) -> Response:
        found = call.use(SignIn)
        document: dict[str, Any] | None = None
        if found.client_id:
            document = {
                "client_id": found.client_id,
                "authorize_url": found.authorize_url,
                "token_url": found.token_url,
            }
        return answer({"sign_in": document})

    @endpoints.route("GET", "/console/{name}", FILE)
    def read_file(call: Call, name: str) -> Response:
        return _sent(call, name)

    @endpoints.route("GET", "/console/pages/{name}", PAGE_FILE)
    def read_page_file(call: Call, name: str) -> Response:
        return _sent(call, f"pages/{name}")

    @endpoints.route("GET", "/console/vendor/{name}", VENDOR_FILE)
    def read_vendor_file(call: Call, name: str) -> Response:
        return _sent(call, f"vendor/{name}")

    _serve_words(endpoints)
    _serve_services(endpoints)
    return endpoints.blueprint


def _serve_words(endpoints: Endpoints) -> None:
    """Serve the modules of words: those of every page, those of a page, and all others where a page lacks a word."""
    made: dict[str, tuple[str, str]] = {}

    def words(name: str) -> tuple[str, str]:
        if name not in made:
            made[name] = _module(_words(name, endpoints.blueprint.current_app.routes))
        return made[name]

    @endpoints.route("GET", "/console/words.js", WORDS)
    def read_words(call: Call) -> Response:
        return _sent(call, "words.js", words(""))

    @endpoints.route("GET", "/console/words/{name}", PAGE_WORDS)
    def read_page_words(call: Call, name: str) -> Response:
        return _sent(call, name, words(name))


def _serve_services(endpoints: Endpoints) -> None:
    """Serve the modules of the services' pages, read from the routes that are bound."""

    @endpoints.route("GET", "/console/services.js", SERVICE_INDEX)
    def read_service_index(call: Call) -> Response:
        routes = endpoints.blueprint.current_app.routes
        return _sent(call, "services.js", _module(index_of(SERVICES, routes)))

    @endpoints.route("GET", "/console/services/{name}", SERVICE)
    def read_service(call: Call, name: str) -> Response:
        service = existing(next((each for each in SERVICES if f"{each.code}.js" == name), None))
        return _sent(call, name, _module(sheet_of(service, endpoints.blueprint.current_app.routes)))


def content_policy(token_url: str, files_origin: str) -> str:
    """Return the content policy: the pages may load and reach themselves, this API, the host that gives tokens and the
    bucket that takes copies.
    """
    parts = urlsplit(token_url)
    besides = (f"{parts.scheme}://{parts.netloc}" if parts.netloc else "", files_origin)
    reached = " ".join(["'self'", *(origin for origin in besides if origin)])
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src {reached}; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _sent(call: Call, path: str, made: tuple[str, str] | None = None) -> Response:
    """Return a file, or an answer that the browser's copy is still current: the browser asks for every file again and
    rarely receives one again. A module in `made` is sent as a file of that name would be.
    """
    found = existing(made or _files().get(path))
    content, tag = found
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{_MEDIA[path.rpartition('.')[2]]}; charset=utf-8",
        "Content-Security-Policy": content_policy(call.use(SignIn).token_url, call.use(FilesOrigin).origin),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
        "ETag": tag,
    }
    if call.header("if-none-match") == tag:
        return Response("", headers=headers, status_code=304)
    return Response(content, headers=headers)


@cache
def _files() -> Mapping[str, tuple[str, str]]:
    """Return every file of the console with the tag of its content, by its path below `static`."""
    root = files("chalicelib.console") / "static"
    return {path: _tagged(each) for path, each in _walk(root, "") if path.rpartition(".")[2] in _MEDIA}


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for each in folder.iterdir():
        path = f"{prefix}{each.name}"
        found += _walk(each, f"{path}/") if each.is_dir() else [(path, each)]
    return found


def _words(name: str, routes: Routes) -> Words:
    """Return the words of the shell (without a name), of the page of that name with the pages it imports, or all."""
    if name == "all.js":
        return words_of_all()
    if not name:
        shell = (source for path, (source, _) in _files().items() if path.endswith(".js") and "/" not in path)
        return words_of_page("\n".join(shell), routes)
    if f"pages/{name}" not in _files():
        raise NotFound
    source = _files()[f"pages/{name}"][0]
    return words_of_page("\n".join([source, *(_files()[f"pages/{each}"][0] for each in pages_below(source))]), routes)


def _module(document: Any) -> tuple[str, str]:
    """Return data as a module, with the tag of its content."""
    return _with_tag(f"export default {json.dumps(document, ensure_ascii=False, separators=(',', ':'))};")


def _tagged(file: Traversable) -> tuple[str, str]:
    return _with_tag(file.read_text(encoding="utf-8"))


def _with_tag(content: str) -> tuple[str, str]:
    return content, f'"{b64encode(sha256(content.encode()).digest()[:12]).decode()}"'
