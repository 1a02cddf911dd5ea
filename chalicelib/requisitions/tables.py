"""Requisitions in the state table.

| pk | sk | what |
|---|---|---|
| REQUISITION#id | RECORD | a requisition |
| REQUISITIONS#AREA#area | instant#id | the same, for the district and the payer |
| AID#area | ASKED | the number of requests for aid to the fund of an area |
"""

from __future__ import annotations

from chalicelib.kernel.words.ids import AreaCode
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table
from chalicelib.requisitions.domain import AidAsked, Requisition
from chalicelib.requisitions.ports import requisitions_in

_REQUISITION = "REQUISITION"


def _places(each: Requisition) -> list[tuple[str, str]]:
    at = f"{each.asked.at}#{each.requisition_id}"
    return [(requisitions_in(area), at) for area in sorted({each.area, each.payer})]


REQUISITIONS_KEPT = shelf_record(_REQUISITION, Requisition, lambda each: each.requisition_id, _places)
AID_ASKED = Record(AidAsked, lambda asked: (f"AID#{asked.area}", "ASKED"))


class DynamoRequisitionStore(DynamoShelf[Requisition]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _REQUISITION, REQUISITIONS_KEPT)


class DynamoAidStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, area: AreaCode) -> AidAsked | None:
        item = self._table.get(f"AID#{area}", "ASKED")
        return None if item is None else AID_ASKED.read(item)
