"""What agreements need of the world: their stores."""

from __future__ import annotations

from typing import Protocol

from chalicelib.agreements.domain import AgreementRecord, BlacklistEntry
from chalicelib.kernel.ports import Shelf


def list_of_institution(code: str) -> str:
    """The list of an institution's agreements."""
    return f"INSTITUTION#{code}"


def list_of_agency(area: str) -> str:
    """The list of what an agency has to do with."""
    return f"AGENCY#{area}"


class AgreementStore(Shelf[AgreementRecord], Protocol):
    """Agreements by institution and by agency, in the order in which they were asked for."""


class BlacklistStore(Shelf[BlacklistEntry], Protocol):
    """Entries of the daily blacklist, by agency in the order of their days."""
