"""What prescriptions need of the world: their stores."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.prescriptions.domain import InternetInstitution, Prescription

LISTED_ONLINE = "ALL"
"""The list of every listing."""


def listings_of(institution: str) -> str:
    """The list of an institution's listings."""
    return f"INSTITUTION#{institution}"


def held_by(institution: str) -> str:
    """The list of what an institution issued, or was sent."""
    return f"INSTITUTION#{institution}"


def happened_in(area: str, what: str, day: date) -> str:
    """The list of what happened to prescriptions in an area on a day."""
    return f"DAY#{area}#{what}#{day.isoformat()}"


class PrescriptionStore(Shelf[Prescription], Protocol):
    """Prescriptions by institution and pharmacy, by area, and by area, day and what happened."""


class InternetListStore(Shelf[InternetInstitution], Protocol):
    """Listings of institutions that see patients online, by institution."""
