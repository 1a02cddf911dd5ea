"""Requests about what the vault holds, in the state table; never what the vault holds.

| pk | sk | what |
|---|---|---|
| PERSONREQUEST#id | REQUEST | a request |
| PERSONREQUESTS#area | instant#id | the same, for the area whose agency asks |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.person_requests.domain.request import PersonRequest, RequestKind, RequestStatus
from chalicelib.platform.aws.acts import read_act, read_act_or_none, write_act, write_act_or_none
from chalicelib.platform.aws.table import BASE, Span, Table

REQUEST = "REQUEST"


class DynamoPersonRequestStore:
    """Requests on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, request_id: str) -> PersonRequest | None:
        item = self._table.get(f"PERSONREQUEST#{request_id}", REQUEST)
        return None if item is None else _read(item)

    def of_area(self, area: str, page: PageRequest) -> Page[PersonRequest]:
        reader = self._table.reader(BASE, Span(newest_first=True), _read)
        return read_page((f"PERSONREQUESTS#{area}",), page, reader)


def write_items(request: PersonRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """The request and the copy by which its area finds it."""
    values = {
        "request_id": request.request_id,
        "person": request.person,
        "area": request.area,
        "kind": request.kind.value,
        "purpose": request.purpose,
        "asked": write_act(request.asked),
        "name_key": request.name_key,
        "status": request.status.value,
        "decided": write_act_or_none(request.decided),
        "reason": request.reason,
        "openings": [write_act(act) for act in request.openings],
        "revision": request.revision,
    }
    return (
        {"pk": f"PERSONREQUEST#{request.request_id}", "sk": REQUEST, **values},
        {"pk": f"PERSONREQUESTS#{request.area}", "sk": f"{request.asked.at}#{request.request_id}", **values},
    )


def _read(item: Mapping[str, Any]) -> PersonRequest:
    return PersonRequest(
        request_id=item["request_id"],
        person=item["person"],
        area=item["area"],
        kind=RequestKind(item["kind"]),
        purpose=item["purpose"],
        asked=read_act(item["asked"]),
        name_key=item["name_key"],
        status=RequestStatus(item["status"]),
        decided=read_act_or_none(item["decided"]),
        reason=item["reason"],
        openings=tuple(read_act(row) for row in item["openings"]),
        revision=item["revision"],
    )
