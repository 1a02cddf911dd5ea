"""Ports of recalculations and simulations: their stores and machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from chalicelib.impact.domain.moved import MovedRun
from chalicelib.impact.domain.recalculation import (
    RecalculatedClaim,
    Recalculation,
    RecalculationShard,
    RecalculationStatus,
)
from chalicelib.impact.domain.simulation import SimulationFilter, SimulationPage, SimulationRun, SimulationShard
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.words.ids import AreaCode, RecalculationId, SimulationId


class RecalculationStore(Protocol):
    def get(self, recalculation_id: RecalculationId) -> Recalculation | None: ...

    def find(self, status: RecalculationStatus | None, bundle: str | None, page: PageRequest) -> Page[Recalculation]:
        """Return the recalculations in a state and of a bundle, newest request first, from an index that may lag."""
        ...

    def shard(
        self, recalculation_id: RecalculationId, round_number: int, agency: AreaCode, part: str
    ) -> RecalculationShard | None: ...

    def shards(self, recalculation_id: RecalculationId, round_number: int) -> tuple[RecalculationShard, ...]:
        """Return the shards by agency and part."""
        ...

    def corrections(self, recalculation_id: RecalculationId, page: PageRequest) -> Page[RecalculatedClaim]:
        """Return the corrections by transaction."""
        ...


class RecalculationMachine(Protocol):
    def start(self, recalculation_id: RecalculationId, attempt: int) -> bool:
        """Start one execution per attempt. False where that attempt already ran to its end."""
        ...


class SimulationStore(Protocol):
    def get(self, simulation_id: SimulationId) -> SimulationRun | None: ...

    def find(self, wanted: SimulationFilter, page: PageRequest) -> Page[SimulationRun]:
        """Return the simulations by their last request, newest first, from an index that may lag."""
        ...

    def shard(
        self, simulation_id: SimulationId, round_number: int, agency: AreaCode, part: str
    ) -> SimulationShard | None: ...

    def shards(self, simulation_id: SimulationId, round_number: int) -> tuple[SimulationShard, ...]:
        """Return the shards by agency and part."""
        ...

    def pages(self, simulation_id: SimulationId, round_number: int, first: str) -> Iterator[SimulationPage]:
        """Return the pages that hold effects, from a place on, that place included."""
        ...


class MovedStore(Protocol):
    def get(self, moved_id: SimulationId) -> MovedRun | None: ...

    def find(self, area: AreaCode | None, page: PageRequest) -> Page[MovedRun]:
        """Return the runs over exactly this area, or all runs; newest first, from an index that may lag."""
        ...


class SimulationMachine(Protocol):
    def start(self, simulation_id: SimulationId, attempt: int) -> bool:
        """Start one execution per attempt. False where that attempt already ran to its end."""
        ...
