"""Finds the capability that a name belongs to without loading the others.

`index.json` gives the modules of each path's routes, the capability of each task, and the capability that answers for a
type declared by another. `make template` writes the file from the manifests. The index decides nothing: a name absent
from the index is looked for in every manifest.
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
    """Return a part of the index: `routes`, `tasks` or `elsewhere`."""
    found: Mapping[str, Any] = json.loads(INDEX.read_text(encoding="utf-8"))[part]
    return found


@cache
def capability(name: str) -> Capability | None:
    """Return a capability by name; None for a folder without a manifest, such as the kernel."""
    if find_spec(f"chalicelib.{name}.manifest") is None:
        return None
    shown = vars(import_module(f"chalicelib.{name}.manifest")).values()
    return next(each for each in shown if isinstance(each, Capability))


def everything() -> tuple[Capability, ...]:
    """Return every capability, the lowest first."""
    capabilities: tuple[Capability, ...] = import_module("chalicelib.main.capabilities").CAPABILITIES
    return capabilities


def name_of(kind: type[Any]) -> str:
    """Return a type's name in the index."""
    return f"{kind.__module__}.{kind.__qualname__}"


def home_of(kind: type[Any]) -> str:
    """Return the folder of the product in which a type is declared; empty for a type outside the product."""
    package, _, inside = kind.__module__.partition(".")
    return inside.partition(".")[0] if package == "chalicelib" else ""


def answering_for(kind: type[Any]) -> Capability | None:
    """Return the capability that implements, keeps, supplies or writes a type, by the index or by the type's place."""
    name = index("elsewhere").get(name_of(kind)) or home_of(kind)
    return capability(name) if name else None


class RecordsOnDemand(Mapping[type[Any], Record[Any]]):
    """The declared records by type; a manifest is loaded when a record of it is first written."""

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
    """Return the translator of a part of a write that is no verb; None for a verb."""
    found: WritePart | None = _among(kind, lambda shown: shown.writes)
    return found


def _among(kind: type[Any], shows: Callable[[Capability], Mapping[type[Any], Any]]) -> Any:
    shown = answering_for(kind)
    if shown is not None and kind in shows(shown):
        return shows(shown)[kind]
    if home_of(kind) in {"", "kernel"}:
        return None
    return next((shows(each)[kind] for each in everything() if kind in shows(each)), None)
