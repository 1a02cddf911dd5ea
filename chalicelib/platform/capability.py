"""Capabilities: the object that a capability's manifest makes and that `main` lists.

A manifest is read by every function that needs the capability's stores. The manifest names its routes and tasks, which
pull in bodies, answers and use cases, without importing them: the code behind a name is loaded on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import Ports, Supplier, System
from chalicelib.kernel.writes import Part
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.codec import Record

if TYPE_CHECKING:
    from chalice.app import Blueprint

    from chalicelib.platform.http.endpoints import Edge

Connect: TypeAlias = Callable[[Cloud, Ports], Ports]
Resource: TypeAlias = "Callable[[Edge], Blueprint]"
Steps: TypeAlias = Callable[[Callable[[], System]], Any]
WritePart: TypeAlias = Callable[[Any, Mapping[str, str]], list[dict[str, Any]]]
"""Builds the DynamoDB operations of a part, given the real names of the declared tables."""


def _without_stores(_: Cloud, ports: Ports) -> Ports:
    return ports


@dataclass(frozen=True, slots=True)
class Capability:
    """A capability of the product. `connect` gives the ports of the capability their implementations, over those of the
    capabilities below it. `supplies` holds its services for a lower capability that must not know the supplier.
    `records` are the records kept in tables: only a record declared here can be written; `writes` are the parts of a
    write other than the verbs.

    `routes` names the modules whose `blueprint` makes a resource, `steps` the classes whose methods are the tasks of
    state machines and schedules (`tasks.Steps`), or a factory of such an object: both inside the capability's folder.
    """

    name: str
    connect: Connect = _without_stores
    supplies: Mapping[type[Any], Supplier] = field(default_factory=dict)
    routes: tuple[str, ...] = ()
    steps: tuple[str | Steps, ...] = ()
    records: tuple[Record[Any], ...] = ()
    writes: Mapping[type[Part], WritePart] = field(default_factory=dict)

    def resources(self) -> Iterator[Resource]:
        """Load the factory of every resource."""
        for module in self.routes:
            yield resource_in(f"chalicelib.{self.name}.{module}")

    def tasks(self, system: Callable[[], System]) -> dict[str, Callable[..., Any]]:
        """Return the tasks by the names of their deployed functions, with underscores."""
        bound = [self._made(make)(system) for make in self.steps]
        return {name: getattr(each, name) for each in bound for name in vars(type(each)) if _is_task(each, name)}

    def _made(self, steps: str | Steps) -> Steps:
        if not isinstance(steps, str):
            return steps
        module, _, name = f"chalicelib.{self.name}.{steps}".rpartition(".")
        made: Steps = getattr(import_module(module), name)
        return made


def resource_in(module: str) -> Resource:
    """Load the factory of the resource in a module of routes."""
    made: Resource = import_module(module).blueprint
    return made


def _is_task(steps: object, name: str) -> bool:
    return not name.startswith("_") and callable(getattr(steps, name)) and name not in {"system", "read"}
