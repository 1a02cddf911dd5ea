"""The use cases of policy officers by name, kept together because they came and change together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from chalicelib.application.effects import KnownDetermination
from chalicelib.application.publications import KeptBundle, KeptStatus, Publication
from chalicelib.application.publishing import DecidePublication, KeepOutcome, PolicyDraft
from chalicelib.application.recalculating import DecideRecalculation
from chalicelib.application.recalculation_records import RecalculatedClaim, Recalculation, RecalculationStatus
from chalicelib.application.requests import Page, PageRequest
from chalicelib.application.simulating import SimulationDetail
from chalicelib.application.simulation_records import SimulationRun
from chalicelib.domain.access import Principal
from chalicelib.domain.comparison import Comparison
from chalicelib.domain.recalculation import Effect, Simulation

RecalculationDetail: TypeAlias = tuple[Recalculation, Page[RecalculatedClaim]]


@dataclass(frozen=True, slots=True)
class PolicyServices:
    """A bundle is named by its hash, or `current`. Effects and simulations take an area, or None for everywhere."""

    keep: Callable[[Principal, PolicyDraft], KeepOutcome]
    decide: DecidePublication
    list_kept: Callable[[Principal, KeptStatus, PageRequest], Page[KeptBundle]]
    list_publications: Callable[[Principal, PageRequest], Page[Publication]]
    compare: Callable[[Principal, str, str], Comparison]
    known_on: Callable[[Principal, str, date], KnownDetermination]
    effects: Callable[[Principal, str, str | None, PageRequest], Page[Effect]]
    simulate: Callable[[Principal, str, str | None], Simulation | None]
    start_simulation: Callable[[Principal, str, str | None], SimulationRun]
    read_simulation: Callable[[Principal, str, PageRequest], SimulationDetail]
    recalculate: Callable[[Principal, str], Recalculation]
    decide_recalculation: DecideRecalculation
    list_recalculations: Callable[[Principal, RecalculationStatus | None, PageRequest], Page[Recalculation]]
    read_recalculation: Callable[[Principal, str, PageRequest], RecalculationDetail]
