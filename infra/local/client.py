"""A caller of the API such as a hospital's system: JSON over HTTP with a bearer token, answers as they come."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.issuer import Issuer

_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the API: status and JSON body."""

    status: int
    body: Any


class Client:
    """A client of the API at `base` with tokens of `issuer`, one token for each role and subject."""

    def __init__(self, base: str, issuer: Issuer) -> None:
        self._base = base
        self._issuer = issuer
        self._tokens: dict[tuple[str, str, str | None], str] = {}

    def call(
        self,
        method: str,
        path: str,
        caller: tuple[str, str],
        body: object = None,
        *,
        actor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request as `(role, subject)`; answers of every status are returned, not raised."""
        request = urllib.request.Request(  # noqa: S310 the base is this machine's own http address
            self._base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._token(*caller, actor)}",
                "Content-Type": "application/json",
                **(headers or {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310 as above
                return Answer(response.status, json.loads(response.read() or b"null"))
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, json.loads(refused.read() or b"null"))

    def expect(self, status: int, answer: Answer) -> Any:
        """Return the body of an answer with the expected status; RuntimeError with the problem otherwise."""
        if answer.status != status:
            raise RuntimeError(f"expected {status}, got {answer.status}: {json.dumps(answer.body, ensure_ascii=False)}")
        return answer.body

    def _token(self, role: str, subject: str, actor: str | None) -> str:
        key = (role, subject, actor)
        if key not in self._tokens:
            self._tokens[key] = self._issuer.token(role, subject, actor)
        return self._tokens[key]
