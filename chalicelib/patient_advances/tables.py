"""Requests to advance money for patients elsewhere, in the state table.

| pk | sk | what | gsi1 |
|---|---|---|---|
| PATIENTADVANCE#id | REQUEST | a request | its centre's, by report |
| PATIENTADVANCE#id | AREA#area | a copy for an area whose agency may see it | that area's, by report |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.patient_advances.domain import PatientAdvance
from chalicelib.patient_advances.ports import PatientAdvanceQuery
from chalicelib.platform.aws.codec import read_values, write_values
from chalicelib.platform.aws.table import GSI1, Span, Table, without_nones

REQUEST = "REQUEST"


class DynamoPatientAdvanceStore:
    """Requests on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, request_id: str) -> PatientAdvance | None:
        item = self._table.get(request_pk(request_id), REQUEST)
        return None if item is None else _read(item)

    def find(self, query: PatientAdvanceQuery, page: PageRequest) -> Page[PatientAdvance]:
        partitions = tuple(map(_of_centre, query.centres)) if query.area is None else (_of_area(query.area),)
        equal = () if query.status is None else (("status", query.status.value),)
        return read_page(partitions, page, self._table.reader(GSI1, Span(equal=equal), _read))


def request_pk(request_id: str) -> str:
    """Where a request lies with its copies."""
    return f"PATIENTADVANCE#{request_id}"


def write_items(request: PatientAdvance) -> tuple[dict[str, Any], ...]:
    """The request's item first, then its copies. Areas are only ever added, so no copy has to go."""
    values = write_values(request)
    case = values.pop("case")
    values = without_nones({**case, "case_status": case["status"], **values})
    key = {"pk": request_pk(request.request_id), "gsi1sk": f"{request.reported.at}#{request.request_id}"}
    own = {**key, "sk": REQUEST, "gsi1pk": _of_centre(request.centre), **values}
    copies = ({**key, "sk": f"AREA#{area}", "gsi1pk": _of_area(area), **values} for area in sorted(request.areas))
    return (own, *copies)


def _read(item: Mapping[str, Any]) -> PatientAdvance:
    return read_values(PatientAdvance, {**item, "case": {**item, "status": item["case_status"]}})


def _of_centre(centre: str) -> str:
    return f"PATIENTADVANCES#CENTRE#{centre}"


def _of_area(area: str) -> str:
    return f"PATIENTADVANCES#AREA#{area}"
