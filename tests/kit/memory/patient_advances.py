"""Requests to advance money for patients elsewhere, in memory."""

from __future__ import annotations

from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.patient_advances.domain import PatientAdvance
from chalicelib.patient_advances.ports import PatientAdvanceQuery, WritePatientAdvance


class PatientAdvanceMemory:
    """What there is of them; the lock is the world's."""

    def __init__(self) -> None:
        self.requests: dict[str, PatientAdvance] = {}

    def holds(self, part: WritePatientAdvance) -> bool:
        """Whether the part's condition holds."""
        known = self.requests.get(part.request.request_id)
        return (known.revision if known else 0) == part.request.revision - 1

    def apply(self, part: WritePatientAdvance) -> None:
        """Write the part."""
        self.requests[part.request.request_id] = part.request


class FakePatientAdvanceStore:
    def __init__(self, memory: PatientAdvanceMemory) -> None:
        self._memory = memory

    def get(self, request_id: str) -> PatientAdvance | None:
        return self._memory.requests.get(request_id)

    def find(self, query: PatientAdvanceQuery, page: PageRequest) -> Page[PatientAdvance]:
        found = [
            request
            for request in self._memory.requests.values()
            if (query.area in request.areas if query.area is not None else request.centre in query.centres)
            and query.status in (None, request.status)
        ]
        # The adapter lists centre by centre.
        places = {centre: f"{place:04d}" for place, centre in enumerate(query.centres)}

        def key(request: PatientAdvance) -> str:
            return f"{places.get(request.centre, '')}#{request.reported.at}#{request.request_id}"

        return page_of(sorted(found, key=key), key, page)
