"""Use cases build themselves from their fields, each once."""

from __future__ import annotations

import inspect
import pkgutil
from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module
from typing import Any, Protocol, get_type_hints

import pytest

import chalicelib
from chalicelib.clearing.ports import RecoverFromHospital
from chalicelib.kernel.system import Ports, System
from chalicelib.main.capabilities import build_system
from tests.kit.memory.samples import policies
from tests.kit.memory.world import World
from tests.kit.over_all import over_all

WORLD = World(policies())


class Store(Protocol):
    def read(self) -> str: ...


class Kept:
    def read(self) -> str:
        return "kept"


@dataclass(frozen=True, slots=True)
class Reads:
    store: Store
    times: int = 2

    def __call__(self) -> str:
        return self.store.read() * self.times


@dataclass(frozen=True, slots=True)
class ReadsTwice:
    one: Reads
    other: Reads


def test_a_part_is_built_once_from_its_fields_and_keeps_its_defaults() -> None:
    system = System(Ports().give(Store, Kept()))
    built = system[ReadsTwice]
    assert built.one is built.other is system[Reads]
    assert built.one() == "keptkept"


def test_a_given_part_stands_in_for_what_would_be_built() -> None:
    given = Reads(Kept(), times=1)
    assert System(Ports().give(Reads, given))[ReadsTwice].one is given


def test_a_port_that_nothing_implements_is_named() -> None:
    with pytest.raises(LookupError, match="Store"):
        System(Ports())[Reads]


def test_a_port_may_be_supplied_by_another_part() -> None:
    system = System(Ports().give(Store, Kept()), {RecoverFromHospital: lambda built: built[Reads]})
    supplied: object = system[RecoverFromHospital]
    assert supplied is system[Reads]


def parts_of_the_product() -> list[type[Any]]:
    """Every dataclass of the application that acts over a port."""
    modules = pkgutil.walk_packages(chalicelib.__path__, "chalicelib.")
    kinds = {kind for module in modules for _, kind in inspect.getmembers(import_module(module.name), inspect.isclass)}
    built = (kind for kind in kinds if ".usecases" in kind.__module__ and is_dataclass(kind))
    return sorted((kind for kind in built if _is_built(kind)), key=lambda kind: kind.__qualname__)


def _is_built(kind: type[Any]) -> bool:
    types = get_type_hints(kind)
    ports = (types[each.name] for each in fields(kind) if getattr(types[each.name], "_is_protocol", False))
    return any(port in WORLD.ports for port in ports)


@over_all("kind", parts_of_the_product(), ids=lambda kind: kind.__name__)
def test_every_use_case_of_the_product_can_be_built(kind: type[Any]) -> None:
    assert isinstance(build_system(WORLD.ports)[kind], kind)
