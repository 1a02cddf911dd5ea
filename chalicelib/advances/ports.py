"""What advances need of the world: their store and their state machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chalicelib.advances.domain.model import Advance, AdvanceStatus
from chalicelib.kernel.pages import Page, PageRequest


class AdvanceStore(Protocol):
    def get(self, advance_id: str) -> Advance | None: ...

    def of_institution(self, institution: str, page: PageRequest) -> Page[Advance]:
        """A hospital's advances in the order in which they were asked for, from an index that may lag."""
        ...

    def of_agencies(
        self, agencies: Sequence[str], statuses: Sequence[AdvanceStatus], page: PageRequest
    ) -> Page[Advance]:
        """The advances of some offices in some states, oldest first in each, from an index that may lag."""
        ...

    def keep_token(self, advance_id: str, stage: str, token: str) -> None:
        """Keep where the machine waits; the newest execution's stands."""
        ...

    def token(self, advance_id: str, stage: str) -> str | None: ...


class PrepaymentMachine(Protocol):
    def start(self, advance_id: str) -> None:
        """Start an advance's execution, once."""
        ...

    def proceed(self, token: str, answer: str) -> None:
        """Let an execution that waits with a token go on with an answer; nothing happens where it does not wait."""
        ...
