"""Records of a simulation too large for one request: the progress of its shards, and its pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.impact.domain.effects import Effect, Simulation, Standings
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, SimulationId


class SimulationStatus(StrEnum):
    """running -> done; `failed` until requested again, when the run goes on where it stood."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


def simulation_id_of(bundle: str, area: AreaCode | None) -> SimulationId:
    """Return the id of the only simulation of a bundle over an area, or over everywhere."""
    return SimulationId(f"sim_{sha256_hex(f'{bundle} {area}'.encode())[:26]}")


@dataclass(frozen=True, slots=True)
class SimulationRun:
    """A run of a simulation. `attempt` counts the executions. A finished run starts over at a new request: `round`
    counts the starts, and findings of two rounds are never mixed. `result` is the hash of the sum of all shards,
    `in_force` the bundle in force when the round began, whose institutions are looked at beside the bundle's own.
    """

    simulation_id: SimulationId
    bundle: str
    area: AreaCode | None
    requested_by: str
    requested_at: Instant
    status: SimulationStatus = SimulationStatus.RUNNING
    revision: int = 1
    attempt: int = 1
    round: int = 1
    result: str | None = None
    in_force: str | None = None

    @property
    def is_running(self) -> bool:
        return self.status is SimulationStatus.RUNNING


@dataclass(frozen=True, slots=True)
class SimulationFilter:
    """Filter of a list of simulations; `area` is exactly the requested area, without the areas below it."""

    status: SimulationStatus | None = None
    bundle: str | None = None
    area: AreaCode | None = None


@dataclass(frozen=True, slots=True)
class SimulationShard:
    """The years of one part of an agency's persons. `cursor` is the start of the next page, `pages` and `looked_at`
    count the finished work, `last` is the hash of the last page, which holds the sum of all pages.
    """

    simulation_id: SimulationId
    round: int
    agency: AreaCode
    part: str
    revision: int = 1
    cursor: str | None = None
    pages: int = 0
    looked_at: int = 0
    last: str | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class SimulationPage:
    """A page that holds effects: its place in the order of all pages, and its document's hash."""

    simulation_id: SimulationId
    round: int
    place: str
    hash: str


@dataclass(frozen=True, slots=True)
class Simulated:
    """The content of one document: the sum of a shard up to and with this page, and the page's own effects."""

    sum: Simulation
    effects: tuple[Effect, ...] = ()


def write_simulated(found: Simulated) -> dict[str, Any]:
    """Write a page of a simulation as a plain document."""
    return {"sum": _plain(asdict(found.sum)), "effects": [_plain(asdict(effect)) for effect in found.effects]}


def read_simulated(document: Mapping[str, Any]) -> Simulated:
    """Read a document written by `write_simulated`."""
    whole = document["sum"]
    simulation = Simulation(
        **{**whole, "rows": _changes(whole["rows"]), "patients": Standings(**whole["patients"])},
    )
    return Simulated(simulation, tuple(_effect(row) for row in document["effects"]))


def _effect(row: Mapping[str, Any]) -> Effect:
    codes = tuple(row["cannot_be_decided"])
    return Effect(**{**row, "changes": _changes(row["changes"]), "cannot_be_decided": codes})


def _changes(rows: list[dict[str, Any]]) -> tuple[PartyChange, ...]:
    return tuple(PartyChange(**row) for row in rows)


def _plain(value: Any) -> Any:
    """Turn tuples into lists, for JSON."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value
