"""What requests about kept data need of the world: their store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.writes import Part
from chalicelib.person_requests.domain.request import PersonRequest


@dataclass(frozen=True, slots=True)
class WritePersonRequest(Part):
    """Write a request about what the vault holds. Condition: it stands at the revision before, or is new at 1."""

    request: PersonRequest


class PersonRequestStore(Protocol):
    def get(self, request_id: str) -> PersonRequest | None: ...

    def of_area(self, area: str, page: PageRequest) -> Page[PersonRequest]:
        """The requests of an area's agency, newest first."""
        ...
