"""Ports of advances: their store and their state machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chalicelib.advances.domain.model import Advance, AdvanceStatus
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, InstitutionCode


class AdvanceStore(Protocol):
    def get(self, advance_id: AdvanceId) -> Advance | None: ...

    def of_institution(self, institution: InstitutionCode, page: PageRequest) -> Page[Advance]:
        """Return a hospital's advances in the order of their requests."""
        ...

    def measuring(self, institution: InstitutionCode, page: PageRequest) -> Page[Advance]:
        """Return a hospital's advances on which its top-up depends, from an index that may lag: those under way, then
        the paid ones that somebody requested, then the paid top-ups; in each group the latest request first.
        """
        ...

    def holders(self, page: PageRequest) -> Page[InstitutionCode]:
        """Return the codes of the hospitals that were ever paid an advance that top-ups look at."""
        ...

    def of_agencies(
        self, agencies: Sequence[AreaCode], statuses: Sequence[AdvanceStatus], page: PageRequest
    ) -> Page[Advance]:
        """Return the advances of some offices in some states, oldest first in each, from an index that may lag."""
        ...

    def keep_token(self, advance_id: AdvanceId, stage: str, token: str) -> None:
        """Keep the token with which the machine waits; the newest execution's token stands."""
        ...

    def token(self, advance_id: AdvanceId, stage: str) -> str | None: ...


class PrepaymentMachine(Protocol):
    def start(self, advance_id: AdvanceId) -> None:
        """Start an advance's execution, once."""
        ...

    def proceed(self, token: str, answer: str) -> None:
        """Resume an execution that waits with a token; nothing happens where the execution does not wait."""
        ...
