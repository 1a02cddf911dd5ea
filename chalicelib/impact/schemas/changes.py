"""Wire documents of a bundle's changes: effects, simulations, recalculations, and decisions as known."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from chalicelib.adjudication.domain.determination import Payer
from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.claims.schemas.answers import PartyDifferenceDocument
from chalicelib.claims.schemas.determination import DeterminationDocument
from chalicelib.impact.charts import simulation_charts
from chalicelib.impact.domain.effects import Simulation
from chalicelib.impact.domain.recalculation import Recalculation, RecalculationStatus
from chalicelib.impact.domain.simulation import SimulationRun, SimulationStatus
from chalicelib.impact.usecases.effects import KnownDetermination
from chalicelib.impact.usecases.recalculate import RecalculationDetail
from chalicelib.impact.usecases.simulate import SimulationDetail
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.persons.acts import actor_of, instant_of
from chalicelib.law.schemas.publication import PublicationDocument, publication_document
from chalicelib.platform.http.answers import Answer, Area, ErrorItem, Sha256, Yuan
from chalicelib.platform.http.fields import DecisionBody, Label
from chalicelib.platform.http.findings import Cite, finding_document


class PartyChangeDocument(Answer):
    """Amounts of one payer of one area before and after."""

    payer: Payer
    area: Area | None
    before: Yuan
    after: Yuan
    difference: Yuan


class EffectDocument(Answer):
    """A settled claim whose result changes."""

    claim_id: str
    claim_no: str
    institution: str
    agency: Area | None
    bundle_before: Sha256
    changes: list[PartyChangeDocument]
    moves_money: bool
    cannot_be_decided: list[str]


class EffectPage(Answer):
    """The changing claims among a page of settled claims; the page may be empty and not the last."""

    items: list[EffectDocument]
    next: str | None


class PatientsDocument(Answer):
    gaining: int
    gained: Yuan
    losing: int
    lost: Yuan


class ChartDocument(Answer):
    name: str
    svg: str


class SimulationDocument(Answer):
    """All settled claims under a bundle, per payer and area."""

    bundle: Sha256
    claims: int
    changed: int
    cannot_be_decided: int
    rows: list[PartyChangeDocument]
    by_payer: list[PartyChangeDocument]
    patients: PatientsDocument
    charts: list[ChartDocument]


class SimulationStarted(Answer):
    simulation_id: str
    status: SimulationStatus


class SimulationSummary(SimulationStarted):
    """A simulation and its last requester."""

    bundle: Sha256
    area: Area | None
    requested_by: str
    requested_at: str
    attempt: int


class SimulationPageDocument(Answer):
    items: list[SimulationSummary]
    next: str | None


class SimulationRunDocument(SimulationSummary):
    """Progress of a simulation, its result once the simulation is done, and a page of the claims it changes."""

    looked_at: int
    simulation: SimulationDocument | None
    items: list[EffectDocument]
    next: str | None


class RecalculatedClaimDocument(Answer):
    claim_id: str
    transaction_id: str
    bundle_before: Sha256
    bundle_after: Sha256
    changes: list[PartyChangeDocument]


class RecalculationStarted(Answer):
    recalculation_id: str
    status: RecalculationStatus


class RecalculationDecisionBody(DecisionBody):
    """Another officer's decision on a requested recalculation."""

    reason: Label | None = Field(default=None)


class RecalculationSummary(RecalculationStarted):
    """Progress of a recalculation."""

    bundle: Sha256
    requested_by: str
    requested_at: str
    decided_by: str | None
    decided_at: str | None
    reason: str | None
    attempt: int
    looked_at: int


class RecalculationPage(Answer):
    items: list[RecalculationSummary]
    next: str | None


class RecalculationDocument(RecalculationSummary):
    """Progress of a recalculation, and a page of its corrections."""

    items: list[RecalculatedClaimDocument]
    next: str | None


class KnownDeterminationDocument(Answer):
    """A settled claim as decided by the bundle of a day; `errors` where that bundle could not decide the claim."""

    claim_id: str
    publication: PublicationDocument
    standing_bundle: Sha256
    same: bool
    determination: DeterminationDocument | None
    errors: list[ErrorItem]


def change_document(change: PartyChange) -> dict[str, Any]:
    """Write the amounts of a payer of one area."""
    return {**PartyDifferenceDocument.from_record(change), "difference": format_yuan(change.difference_fen)}


def simulation_document(simulation: Simulation) -> dict[str, Any]:
    """Write a simulation's table and its charts."""
    patients = simulation.patients
    return {
        "bundle": simulation.bundle,
        "claims": simulation.claims,
        "changed": simulation.changed,
        "cannot_be_decided": simulation.cannot_be_decided,
        "rows": [change_document(each) for each in simulation.rows],
        "by_payer": [change_document(each) for each in simulation.by_payer],
        "patients": {
            "gaining": patients.gaining,
            "gained": format_yuan(patients.gained_fen),
            "losing": patients.losing,
            "lost": format_yuan(patients.lost_fen),
        },
        "charts": [{"name": name, "svg": svg} for name, svg in simulation_charts(simulation).items()],
    }


def simulation_summary(run: SimulationRun) -> dict[str, Any]:
    """Write a simulation's parameters and its last requester."""
    return {
        **SimulationStarted.from_record(run),
        "bundle": run.bundle,
        "area": run.area,
        "requested_by": run.requested_by,
        "requested_at": run.requested_at,
        "attempt": run.attempt,
    }


def simulation_run_document(detail: SimulationDetail) -> dict[str, Any]:
    """Write a simulation's progress, its result, and a page of the claims it changes."""
    return {
        **simulation_summary(detail.run),
        "looked_at": detail.looked_at,
        "simulation": None if detail.simulation is None else simulation_document(detail.simulation),
        "items": [EffectDocument.from_record(effect) for effect in detail.effects.items],
        "next": detail.effects.next,
    }


def recalculation_summary(run: Recalculation) -> dict[str, Any]:
    """Write a recalculation's progress, its requester and the deciding officer."""
    decided = run.decided
    return {
        **RecalculationStarted.from_record(run),
        "bundle": run.bundle,
        "requested_by": run.requested.actor,
        "requested_at": run.requested.at,
        "decided_by": actor_of(decided),
        "decided_at": instant_of(decided),
        "reason": run.reason,
        "attempt": run.attempt,
        "looked_at": run.looked_at,
    }


def recalculation_document(detail: RecalculationDetail) -> dict[str, Any]:
    """Write a recalculation's progress, and a page of its corrections."""
    run, page = detail
    return {
        **recalculation_summary(run),
        "items": [RecalculatedClaimDocument.from_record(row) for row in page.items],
        "next": page.next,
    }


def known_document(known: KnownDetermination, cite: Cite) -> dict[str, Any]:
    """Write a settled claim as decided by the bundle of a day."""
    return {
        "claim_id": known.claim_id,
        "publication": publication_document(known.publication),
        "standing_bundle": known.standing_bundle,
        "same": known.same,
        "determination": known.document,
        "errors": [finding_document(found, cite) for found in known.findings],
    }
