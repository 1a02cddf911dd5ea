"""The store of coding duties in the state table.

| pk | sk | what |
|---|---|---|
| CODING#id | RECORD | a duty |
| CODINGS#INSTITUTION#code, CODINGS#AREA#area | due#id | the same, what has no figure last |
"""

from __future__ import annotations

from chalicelib.coding.domain import CodingDuty
from chalicelib.coding.ports import coding_in, coding_of
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table

_CODING = "CODING"


def _places(duty: CodingDuty) -> list[tuple[str, str]]:
    at = f"{duty.clock.due or '9'}#{duty.duty_id}"
    own = [] if duty.institution is None else [(coding_of(duty.institution), at)]
    return [*own, *((coding_in(area), at) for area in duty.areas)]


CODING_DUTIES = shelf_record(_CODING, CodingDuty, lambda duty: duty.duty_id, _places)


class DynamoCodingStore(DynamoShelf[CodingDuty]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _CODING, CODING_DUTIES)
