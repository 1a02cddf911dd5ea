"""Makes calls fail, one at a time: before they took effect, or after, when only the answer is lost.

A `Fault` counts the calls it sees; the call of its number fails, once; and before another call a further act
may happen, as if a second caller were faster. The same counting serves ports of
fakes (`faulty`) and boto3 clients (`watch`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from botocore.exceptions import ConnectionClosedError

from chalicelib.kernel.errors import Unavailable


class When(Enum):
    BEFORE = "before it took effect"
    AFTER = "after it took effect"


@dataclass
class Fault:
    """`at` is the number of the call to fail, from 0; None fails none and only counts.

    `arrived` holds the calls that reached a service under `watch`, whether or not an answer came back: (call, body).
    """

    at: int | None = None
    when: When = When.BEFORE
    calls: list[str] = field(default_factory=list)
    arrived: list[tuple[str, str]] = field(default_factory=list)
    _meanwhile: tuple[int, Callable[[], None]] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, at: int | None, when: When = When.BEFORE) -> None:
        """Start counting again, with this call to fail."""
        with self._lock:
            self.at, self.when, self.calls, self.arrived = at, when, [], []

    def meanwhile(self, calls: int, act: Callable[[], None]) -> None:
        """Let an act happen, whole, after so many more calls and before the next call takes effect."""
        with self._lock:
            self._meanwhile = (calls, act)

    def strikes(self, name: str) -> bool:
        """Count a call; tell whether it is the call to fail."""
        act = self._due()
        if act is not None:
            act()
        with self._lock:
            self.calls.append(name)
            return len(self.calls) - 1 == self.at

    def _due(self) -> Callable[[], None] | None:
        with self._lock:
            if self._meanwhile is None:
                return None
            left, act = self._meanwhile
            self._meanwhile = (left - 1, act) if left else None
            return None if left else act

    @property
    def struck(self) -> bool:
        return self.at is not None and len(self.calls) > self.at


def faulty(fault: Fault) -> Callable[[str, object], object]:
    """Wraps a port so that its calls may fail as a dependency does that does not answer."""
    return lambda name, port: _FaultyPort(name, port, fault)


class _FaultyPort:
    def __init__(self, name: str, port: object, fault: Fault) -> None:
        self._name = name
        self._port = port
        self._fault = fault

    def __getattr__(self, method: str) -> Callable[..., Any]:
        call = getattr(self._port, method)

        def called(*args: Any, **kwargs: Any) -> Any:
            strikes = self._fault.strikes(f"{self._name}.{method}")
            if strikes and self._fault.when is When.BEFORE:
                raise Unavailable
            answer = call(*args, **kwargs)
            if strikes:
                raise Unavailable
            return answer

        return called


def watch(client: Any, fault: Fault) -> None:
    """Count every call of a boto3 client, and let the one be lost: on its way, or with its answer on the way back."""

    def before(model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["strikes"] = fault.strikes(f"{model.service_model.service_name}:{model.name}")
        context["sent"] = params["body"]
        if context["strikes"] and fault.when is When.BEFORE:
            raise ConnectionClosedError(endpoint_url=model.name)

    def after(model: Any, context: dict[str, Any], **_: Any) -> None:
        if isinstance(context.get("sent"), str | bytes):
            sent = context["sent"]
            fault.arrived.append((model.name, sent if isinstance(sent, str) else sent.decode(errors="replace")))
        if context.get("strikes"):
            raise ConnectionClosedError(endpoint_url=model.name)

    client.meta.events.register("before-call.*.*", before)
    client.meta.events.register("after-call.*.*", after)
