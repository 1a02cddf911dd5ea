"""Requests to advance money for patients elsewhere, in the state table.

| pk | sk | content | gsi1, by report | gsi2, by report |
|---|---|---|---|---|
| PATIENTADVANCE#id | REQUEST | a request | its centre's | its centre's of its status |
| PATIENTADVANCE#id | AREA#area | a copy for an area whose agency may see it | that area's | that area's of its status |
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.patient_advances.domain import PatientAdvance, PatientAdvanceId
from chalicelib.patient_advances.ports import PatientAdvanceQuery
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import Span, Table, asked_in, places_in

REQUEST = "REQUEST"


def request_pk(request_id: PatientAdvanceId) -> str:
    """Return the partition of a request and its copies."""
    return f"PATIENTADVANCE#{request_id}"


def _listed(request: PatientAdvance, partition: str) -> dict[str, str]:
    return places_in(partition, request.status, f"{request.reported.at}#{request.request_id}")


def _copies(request: PatientAdvance) -> Iterator[dict[str, str]]:
    """Return the keys of a request's copies. Areas are only ever added, so that no copy has to go."""
    for area in sorted(request.areas):
        yield {"pk": request_pk(request.request_id), "sk": f"AREA#{area}", **_listed(request, _of_area(area))}


REQUESTS = Record(
    PatientAdvance,
    lambda request: (request_pk(request.request_id), REQUEST),
    lambda request: _listed(request, _of_centre(request.centre)),
    copies=_copies,
)


class DynamoPatientAdvanceStore:
    """The store of requests on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, request_id: PatientAdvanceId) -> PatientAdvance | None:
        item = self._table.get(request_pk(request_id), REQUEST)
        return None if item is None else REQUESTS.read(item)

    def find(self, query: PatientAdvanceQuery, page: PageRequest) -> Page[PatientAdvance]:
        partitions = tuple(map(_of_centre, query.centres)) if query.area is None else (_of_area(query.area),)
        index, partitions = asked_in(partitions, query.status)
        return read_page(partitions, page, self._table.reader(index, Span(), REQUESTS.read))


def _of_centre(centre: AreaCode) -> str:
    return f"PATIENTADVANCES#CENTRE#{centre}"


def _of_area(area: AreaCode) -> str:
    return f"PATIENTADVANCES#AREA#{area}"
