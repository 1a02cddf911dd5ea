"""Ports of supervision: the stores of matters, reviews and inspections."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.supervision.domain.inspections import Inspection
from chalicelib.supervision.domain.matters import ClaimReview, MatterOutcome, SuspiciousMatter
from chalicelib.supervision.domain.nightly import NightlyReview
from chalicelib.supervision.domain.signs import SupervisionRule


def supervised_at(institution: InstitutionCode) -> str:
    """Name the list of the matters about which an institution was asked."""
    return f"INSTITUTION#{institution}"


def supervised_in(area: AreaCode) -> str:
    """Name the list of the records that concern an area."""
    return f"AREA#{area}"


def supervised_for(area: AreaCode, word: SupervisionRule | MatterOutcome) -> str:
    """Name the list of an area's matters that a rule found, or that ended with an outcome."""
    return f"AREA#{area}#{word.value}"


def supervised_of(area: AreaCode, institution: InstitutionCode) -> str:
    """Name the list of an area's matters about an institution."""
    return f"AREA#{area}#{institution}"


class MatterStore(Shelf[SuspiciousMatter], Protocol):
    """Matters by area, by area and rule, outcome or institution, and by institution once the institution was asked."""


class ReviewStore(Shelf[ClaimReview], Protocol):
    """Reviews by area."""


class InspectionStore(Shelf[Inspection], Protocol):
    """Joint inspections by area."""


class NightStore(Protocol):
    """The progress of the nightly review."""

    def progress(self) -> NightlyReview | None: ...
