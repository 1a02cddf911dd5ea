"""The bindings of app.py: every route and every task, each loaded when first asked for.

The gateway hands on only paths that it knows, so a function loads the routes it is asked for. A reader of every entry,
such as `chalice package`, has all of them loaded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, MutableMapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from chalice.app import Chalice, RouteEntry

from chalicelib.kernel.system import System
from chalicelib.main.found import capability, everything, index
from chalicelib.platform.capability import resource_in

if TYPE_CHECKING:
    from chalicelib.platform.http.endpoints import Edge

Handler: TypeAlias = Callable[..., Any]
Methods: TypeAlias = dict[str, RouteEntry]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MIDDLEWARE = ("access_log.log_requests", "problems.problems_for_chalice")
"""Middleware modules in `chalicelib.platform.http`; the first sees the answer last."""


class Routes(MutableMapping[str, Methods]):
    """Chalice's table of an app's routes, by path and method."""

    def __init__(self, app: Chalice) -> None:
        self._app = app
        self._kept: dict[str, Methods] = {}
        self._loaded: set[str] = set()
        self._lock = threading.RLock()
        self._registering = False

    def __getitem__(self, path: str) -> Methods:
        with self._lock:
            if not self._registering:
                self._load(*index("routes").get(path, ()))
            if path not in self._kept and not self._registering:
                self._load_all()
            return self._kept.setdefault(path, {})

    def __setitem__(self, path: str, methods: Methods) -> None:
        self._kept[path] = methods

    def __delitem__(self, path: str) -> None:
        del self._kept[path]

    def __iter__(self) -> Iterator[str]:
        """Iterate over every path; a path's routes are loaded when its entry is read."""
        return iter(tuple({**index("routes"), **self._kept}))

    def __len__(self) -> int:
        return len({**index("routes"), **self._kept})

    def _load_all(self) -> None:
        self._load(*import_module("chalicelib.main.capabilities").route_modules())

    def _load(self, *modules: str) -> None:
        with self._lock:
            for module in modules:
                if module not in self._loaded:
                    blueprint = resource_in(module)(_edge())
                    self._registering = True
                    try:
                        self._app.register_blueprint(blueprint)
                    finally:
                        self._registering = False
                    self._loaded.add(module)


class Tasks:
    """The tasks by the names under which their functions are deployed, with underscores."""

    def __init__(self, app: Chalice, system: Callable[[], System]) -> None:
        self._system = system
        self._loaded: dict[str, Handler] = {}
        register = {name: app.lambda_function(name=name.replace("_", "-")) for name in index("tasks")}
        self._deployed: dict[str, Handler] = {name: register[name](self._deferred(name)) for name in register}

    def deployed(self, name: str) -> Handler:
        """Return a task as Chalice deploys it, loaded so that its first call finds everything. Raises `LookupError`."""
        found = self._deployed[name]
        self._load(name)
        return found

    def _load(self, name: str) -> Handler:
        if name not in self._loaded:
            shown = capability(index("tasks")[name])
            for each in everything() if shown is None else (shown,):
                self._loaded |= each.tasks(self._system)
        return self._loaded[name]

    def _deferred(self, name: str) -> Handler:
        """Return a task that is loaded when called; Chalice deploys the task by the name of its function."""

        def task(event: Any, context: Any = None) -> Any:
            return self._load(name)(event, context)

        task.__name__ = task.__qualname__ = name
        return task


def bind(app: Chalice, system: Callable[[], System]) -> Tasks:
    """Give the app its routes and its tasks."""
    app.api.binary_types.append(XLSX)
    for each in _MIDDLEWARE:
        app.register_middleware(_deferred_middleware(each), "http")
    app.routes = cast("dict[str, Methods]", Routes(app))
    return Tasks(app, system)


def _deferred_middleware(named: str) -> Handler:
    module, _, name = named.rpartition(".")

    def pass_on(event: Any, get_response: Handler) -> Any:
        through: Handler = getattr(import_module(f"chalicelib.platform.http.{module}"), name)
        return through(event, get_response)

    return pass_on


@cache
def _edge() -> Edge:
    from chalicelib.main.edge import edge  # noqa: PLC0415 with the first route

    return edge()
