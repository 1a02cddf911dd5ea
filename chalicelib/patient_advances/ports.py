"""Port of advances for patients elsewhere: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.patient_advances.domain import PatientAdvance, PatientAdvanceId, PatientAdvanceStatus


@dataclass(frozen=True, slots=True)
class PatientAdvanceQuery:
    """The requests that an area's agency may see, or those that some centres pass on. Exactly one of both is given."""

    area: AreaCode | None = None
    centres: tuple[AreaCode, ...] = ()
    status: PatientAdvanceStatus | None = None


class PatientAdvanceStore(Protocol):
    def get(self, request_id: PatientAdvanceId) -> PatientAdvance | None: ...

    def find(self, query: PatientAdvanceQuery, page: PageRequest) -> Page[PatientAdvance]:
        """Return the requests, oldest first in each partition, as they are worked off, from an index that may lag."""
        ...
