"""What a capability shows of itself: the one object that its manifest makes and that main lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from chalice.app import Blueprint

from chalicelib.kernel.system import Ports, Supplier, System
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.http.endpoints import Edge

Connect: TypeAlias = Callable[[Cloud, Ports], Ports]
Resource: TypeAlias = Callable[[Edge], Blueprint]
Steps: TypeAlias = Callable[[Callable[[], System]], Any]


def _without_stores(_: Cloud, ports: Ports) -> Ports:
    return ports


@dataclass(frozen=True, slots=True)
class Capability:
    """`connect` gives the ports of the capability their implementations, over those of the capabilities below it.
    `supplies` holds what it does for a lower capability that must not know it. `routes` make its resources, `steps` the
    tasks of state machines and schedules, one method a task. `records` are what it keeps in tables: what is declared
    here can be written.
    """

    name: str
    connect: Connect = _without_stores
    supplies: Mapping[type[Any], Supplier] = field(default_factory=dict)
    routes: tuple[Resource, ...] = ()
    steps: tuple[Steps, ...] = ()
    records: tuple[Record[Any], ...] = ()

    def tasks(self, system: Callable[[], System]) -> dict[str, Callable[..., Any]]:
        """The tasks by the names under which their functions are deployed, with underscores."""
        bound = [make(system) for make in self.steps]
        return {name: getattr(each, name) for each in bound for name in vars(type(each)) if _is_task(each, name)}


def _is_task(steps: object, name: str) -> bool:
    return not name.startswith("_") and callable(getattr(steps, name)) and name not in {"system", "read"}
