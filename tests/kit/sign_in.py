"""A provider of sign-in on this machine: it sends browsers back with a code, and gives a token for its verifier."""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit


@contextmanager
def sign_in_provider(token: Callable[[], str]) -> Iterator[str]:
    """The provider's address for the length of the block."""
    challenges: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            """Authorise at once, as a provider does that knows the person."""
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            if "state" not in asked:
                self.send_error(404)
                return
            assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
            code = f"code-{len(challenges)}"
            challenges[code] = asked["code_challenge"]
            self.send_response(302)
            self.send_header(
                "Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
            )
            self.end_headers()

        def do_POST(self) -> None:
            """Exchange a code once, for the holder of the secret behind its challenge."""
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
            met = challenges.pop(sent["code"], None) == urlsafe_b64encode(digest).decode().rstrip("=")
            self.send_response(200 if met else 400)
            self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", "*"))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps({"access_token": token()} if met else {"error": "invalid_grant"}).encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
