"""Finds the capability that a name belongs to without loading the others.

`index.json` says in which modules the routes of a path stand, which capability a task belongs to, and which capability
answers for a type that another one declares. It is written by `make template` from the manifests, and decides nothing:
what it does not hold is looked for in every manifest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from chalicelib.kernel.writes import Part
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.capability import Capability, WritePart

INDEX = Path(__file__).with_name("index.json")


@cache
def index(part: str) -> Mapping[str, Any]:
    """One part of the index: `routes`, `tasks` or `elsewhere`."""
    found: Mapping[str, Any] = json.loads(INDEX.read_text(encoding="utf-8"))[part]
    return found


@cache
def capability(name: str) -> Capability | None:
    """What a capability shows of itself; None where it shows nothing, as the kernel."""
    if find_spec(f"chalicelib.{name}.manifest") is None:
        return None
    shown = vars(import_module(f"chalicelib.{name}.manifest")).values()
    return next(each for each in shown if isinstance(each, Capability))


def everything() -> tuple[Capability, ...]:
    """Every capability, the lowest first."""
    capabilities: tuple[Capability, ...] = import_module("chalicelib.main.capabilities").CAPABILITIES
    return capabilities


def name_of(kind: type[Any]) -> str:
    """A type as the index writes it."""
    return f"{kind.__module__}.{kind.__qualname__}"


def home_of(kind: type[Any]) -> str:
    """The folder of the product in which a type is declared; empty where it is none of the product's."""
    package, _, inside = kind.__module__.partition(".")
    return inside.partition(".")[0] if package == "chalicelib" else ""


def answering_for(kind: type[Any]) -> Capability | None:
    """The capability that implements, keeps, supplies or writes a type, by the index or by the type's place."""
    name = index("elsewhere").get(name_of(kind)) or home_of(kind)
    return capability(name) if name else None


class RecordsOnDemand(Mapping[type[Any], Record[Any]]):
    """Everything that can be written, by its type; a manifest is loaded when a record of it is first written."""

    def __getitem__(self, kind: type[Any]) -> Record[Any]:
        found = _among(kind, lambda shown: {each.type: each for each in shown.records})
        if found is None:
            raise KeyError(kind)
        record: Record[Any] = found
        return record

    def __iter__(self) -> Iterator[type[Any]]:
        return (record.type for shown in everything() for record in shown.records)

    def __len__(self) -> int:
        return sum(len(shown.records) for shown in everything())


def translation_of(kind: type[Part]) -> WritePart | None:
    """What translates a part of a write that is no verb; None for a verb."""
    found: WritePart | None = _among(kind, lambda shown: shown.writes)
    return found


def _among(kind: type[Any], shows: Callable[[Capability], Mapping[type[Any], Any]]) -> Any:
    shown = answering_for(kind)
    if shown is not None and kind in shows(shown):
        return shows(shown)[kind]
    if home_of(kind) in {"", "kernel"}:
        return None
    return next((shows(each)[kind] for each in everything() if kind in shows(each)), None)
