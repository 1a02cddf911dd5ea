"""Writes chalicelib/main/index.json, the index by which a function finds its capabilities, from the manifests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

from chalice.app import Chalice

from chalicelib.kernel.system import Ports
from chalicelib.main.capabilities import CAPABILITIES, route_modules
from chalicelib.main.found import INDEX, home_of, name_of
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability, resource_in
from chalicelib.platform.http.endpoints import Edge


class _Anything:
    """A stand-in for a configuration, a client and a port: a manifest connects its stores and asks nothing."""

    def __getattr__(self, _: str) -> str:
        return "1"


class _Given(Ports):
    """The ports that a manifest gives."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[type[Any]] = []

    def give(self, port: type[Any], _: Any) -> Ports:
        self.kinds.append(port)
        return self

    def __getitem__(self, port: type[Any]) -> Any:
        return _Anything()


def index_document() -> str:
    """Return the whole index, as JSON."""
    found = {"routes": _routes(), "tasks": _tasks(), "elsewhere": _elsewhere()}
    return json.dumps(found, indent=1) + "\n"


def _routes() -> dict[str, list[str]]:
    """Return the modules that have routes of each path."""
    found: dict[str, list[str]] = {}
    for module in route_modules():
        app = Chalice(app_name="quebao", configure_logs=False)
        app.register_blueprint(resource_in(module)(Edge(_nowhere, _nowhere, _nowhere)))
        for path in app.routes:
            found.setdefault(path, []).append(module)
    return found


def _tasks() -> dict[str, str]:
    return {name: each.name for each in CAPABILITIES for name in each.tasks(_nowhere)}


def _elsewhere() -> dict[str, str]:
    """Return the capability that answers for each type declared in the folder of another capability."""
    return {
        name_of(kind): each.name for each in CAPABILITIES for kind in _answered_for(each) if home_of(kind) != each.name
    }


def _answered_for(shown: Capability) -> Iterator[type[Any]]:
    given = _Given()
    cloud = Cloud(cast("Any", _Anything()), lambda _: _Anything())
    shown.connect(cloud, given)
    yield from given.kinds
    yield from shown.supplies
    yield from (record.type for record in shown.records)
    yield from shown.writes


def _nowhere(*_: Any) -> Any:
    raise AssertionError("what is listed is not called")


if __name__ == "__main__":
    INDEX.write_text(index_document(), encoding="utf-8")
