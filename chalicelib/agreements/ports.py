"""Ports of agreements: the stores of agreements and of the blacklist."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from chalicelib.agreements.domain import AgreementRecord, BlacklistEntry, EntryStatus
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode


def list_of_institution(code: InstitutionCode) -> str:
    """Return the name of the list of an institution's agreements."""
    return f"INSTITUTION#{code}"


def list_of_agency(area: AreaCode) -> str:
    """Return the name of the list of an agency's agreements and entries."""
    return f"AGENCY#{area}"


class AgreementStore(Shelf[AgreementRecord], Protocol):
    """The store of agreements, by institution and by agency, in the order of their requests."""


class BlacklistStore(Shelf[BlacklistEntry], Protocol):
    """The store of the daily blacklist's entries, by agency in the order of their days."""

    def on_day(
        self, agency: AreaCode, on: date | None, status: EntryStatus | None, page: PageRequest
    ) -> Page[BlacklistEntry]:
        """Find an agency's entries, the latest day first, of a single day and in one status if given."""
        ...
