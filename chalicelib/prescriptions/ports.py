"""Ports of prescriptions: the stores of prescriptions and of internet institutions."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.prescriptions.domain import InternetInstitution, Prescription

LISTED_ONLINE = "ALL"
"""Name of the list of all listings."""


def listings_of(institution: InstitutionCode) -> str:
    """Return the name of the list of an institution's listings."""
    return f"INSTITUTION#{institution}"


def held_by(institution: InstitutionCode) -> str:
    """Return the name of the list of prescriptions that an institution issued or was sent."""
    return f"INSTITUTION#{institution}"


def held_by_and_issued_on(institution: InstitutionCode, day: date) -> str:
    """Return the name of the list of those of an institution's prescriptions that were issued on a day."""
    return f"ISSUED#{institution}#{day.isoformat()}"


def happened_in(area: AreaCode, what: str, day: date) -> str:
    """Return the name of the list of an area's prescriptions with an event (`what`) on a day."""
    return f"DAY#{area}#{what}#{day.isoformat()}"


class PrescriptionStore(Shelf[Prescription], Protocol):
    """The store of prescriptions: listed by institution and pharmacy, also by day of issue, and by area, day and
    event.
    """


class InternetListStore(Shelf[InternetInstitution], Protocol):
    """The store of listings of internet institutions, by institution."""
