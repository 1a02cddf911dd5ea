"""The implementations of the ports, each made by its capability's manifest when first asked for.

A function thus connects the capabilities whose use cases it runs, and loads no other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from chalicelib.kernel.system import Ports, Supplier
from chalicelib.main.found import answering_for, everything
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability

T = TypeVar("T")


class Connected(Mapping[type[Any], Any]):
    """The implementations in `given`, and those that manifests make of `cloud`. `supplied` fills as manifests join."""

    def __init__(self, cloud: Cloud, given: Mapping[type[Any], Any]) -> None:
        self.supplied: dict[type[Any], Supplier] = {}
        self._cloud = cloud
        self._given = dict(given)
        self._joined: set[str] = set()
        self._lock = threading.RLock()

    def __getitem__(self, port: type[Any]) -> Any:
        if port not in self._given:
            self._look_for(port)
        return self._given[port]

    def __contains__(self, port: object) -> bool:
        if port not in self._given and isinstance(port, type):
            self._look_for(port)
        return port in self._given

    def __iter__(self) -> Iterator[type[Any]]:
        self._join_all()
        return iter(self._given)

    def __len__(self) -> int:
        self._join_all()
        return len(self._given)

    def _look_for(self, port: type[Any]) -> None:
        with self._lock:
            shown = answering_for(port)
            if shown is not None:
                self._join(shown)
            if getattr(port, "_is_protocol", False) and port not in self._given and port not in self.supplied:
                self._join_all()

    def _join(self, shown: Capability) -> None:
        if shown.name not in self._joined:
            self._joined.add(shown.name)
            self.supplied |= shown.supplies
            shown.connect(self._cloud, _Joining(self, self._given))

    def _join_all(self) -> None:
        with self._lock:
            for each in everything():
                self._join(each)


class _Joining(Ports):
    """The ports as a manifest sees them: a given port is kept at once, and the ports below connect as asked for."""

    def __init__(self, connected: Connected, kept: dict[type[Any], Any]) -> None:
        super().__init__(connected)
        self._kept = kept

    def give(self, port: type[T], implementation: T) -> Ports:
        """Keep a port's implementation, unless the process itself was given another."""
        self._kept.setdefault(port, implementation)
        return self
