"""Port of person requests: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.words.ids import AreaCode, PersonRequestId
from chalicelib.person_requests.domain.request import PersonRequest


class PersonRequestStore(Protocol):
    def get(self, request_id: PersonRequestId) -> PersonRequest | None: ...

    def of_area(self, area: AreaCode, page: PageRequest) -> Page[PersonRequest]:
        """Return the requests of an area's agency, newest first."""
        ...
