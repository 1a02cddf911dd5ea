"""Serves a Chalice app over HTTP on this machine, with the queue and the quiet a client under load needs."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from socketserver import BaseServer, StreamRequestHandler
from typing import Any
from uuid import uuid4

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import (
    ChaliceRequestHandler,
    LocalChalice,
    LocalDevServer,
    LocalGatewayException,
    ThreadedHTTPServer,
    create_local_server,
)

from chalicelib.platform.http.problems import gateway_problem
from infra.local.files import FILES_PATH, forwarded
from infra.local.lambda_bridge import running_function
from infra.local.replacing import replaced
from infra.local.role_picker import PICKED, RolePicker

_QUEUE = 256
"""The number of connections that may wait to be accepted: with the standard library's 5, 16 clients see resets."""


@contextmanager
def serving(app: Chalice, function_name: str, port: int = 0, picker: RolePicker | None = None) -> Iterator[str]:
    """Serve `app` on 127.0.0.1 (port 0: any free port) for the length of the block; the value is the base URL.

    Requests run under the role of the function of that name. `picker` answers its own paths before the app.
    Raises OSError when the port is taken.
    """

    def setup(self: ChaliceRequestHandler) -> None:
        running_function.set(function_name)  # each connection has a thread, and so a context, of its own
        StreamRequestHandler.setup(self)

    config = Config(chalice_stage="dev", config_from_disk={})
    with ExitStack() as stack:
        stack.enter_context(replaced(ThreadedHTTPServer, request_queue_size=_QUEUE, handle_error=tell_of_a_fault))
        stack.enter_context(
            replaced(
                ChaliceRequestHandler,
                # Headers and body leave in two writes; without this, a kept connection waits 40 ms for each answer.
                disable_nagle_algorithm=True,
                log_message=lambda *_: None,
                _send_error_response=_send_problem,
                _send_http_response_with_body=_send_as_asked,
                setup=setup,
                **_beside_the_app(picker),
            )
        )
        server = _server(app, config, port).server
        thread = threading.Thread(target=server.serve_forever, daemon=True, name="http")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def tell_of_a_fault(self: ThreadedHTTPServer, request: Any, client_address: Any) -> None:
    """Print a request's exception, unless the client has gone away, which is no fault and no line for a terminal."""
    if not isinstance(sys.exception(), ConnectionError):
        BaseServer.handle_error(self, request, client_address)


def _beside_the_app(picker: RolePicker | None) -> dict[str, Any]:
    """Return the handler's methods that answer beside the deployed routes: the picker, and addresses of files."""
    methods = {} if picker is None else _with_picker(picker)
    for name in ("do_GET", "do_PUT"):
        methods[name] = _forwarding_files(methods.get(name, getattr(ChaliceRequestHandler, name)))
    return methods


def _forwarding_files(otherwise: Callable[[ChaliceRequestHandler], None]) -> Callable[..., None]:
    def handle(self: ChaliceRequestHandler) -> None:
        if not self.path.startswith(FILES_PATH):
            otherwise(self)
            return
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self._send_http_response(*forwarded(self.command, self.path, dict(self.headers), body))

    return handle


def _with_picker(picker: RolePicker) -> dict[str, Any]:
    """Return the handler's methods that ask the picker first."""

    def asking(method: str, otherwise: Callable[[ChaliceRequestHandler], None]) -> Callable[..., None]:
        def handle(self: ChaliceRequestHandler) -> None:
            if (method, self.path) not in PICKED:
                otherwise(self)
                return
            length = int(self.headers.get("content-length") or 0)
            status, document = picker.answer(self.path, self.rfile.read(length))
            headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
            self._send_http_response(status, headers, json.dumps(document).encode())

        return handle

    return {
        f"do_{method}": asking(method, getattr(ChaliceRequestHandler, f"do_{method}")) for method in ("GET", "POST")
    }


def _send_problem(handler: ChaliceRequestHandler, error: LocalGatewayException) -> None:
    """Send the deployed gateway's answer to an unmatched route. Chalice's own text repeats the caller's whole token."""
    status = HTTPStatus.NOT_FOUND if error.CODE == HTTPStatus.FORBIDDEN else error.CODE
    problem = gateway_problem(status, str(uuid4()))
    handler._send_http_response(status, dict(problem.headers), str(problem.body).encode())


def _send_as_asked(handler: ChaliceRequestHandler, code: int, headers: dict[str, Any], body: str | bytes) -> None:
    """Send an answer; to HEAD without its body, which would be read as the next answer of the connection."""
    whole = body if isinstance(body, bytes) else body.encode()
    length = headers.pop("Content-Length", str(len(whole)))
    handler.send_response(code)
    handler.send_header("Content-Length", length)
    handler.send_header("Content-Type", headers.pop("Content-Type", "application/json"))
    handler._send_headers(headers)
    if handler.command != "HEAD":
        handler.wfile.write(whole)


def _server(app: Chalice, config: Config, port: int) -> LocalDevServer:
    """Build the server: `create_local_server` gives the app a request per thread, and may do so once per app."""
    if isinstance(app, LocalChalice):
        return LocalDevServer(app, config, "127.0.0.1", port)
    return create_local_server(app, config, "127.0.0.1", port)
