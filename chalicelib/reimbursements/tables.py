"""Reimbursements by hand in the state table. Their bills and decisions are stored in S3, by hash.

| pk | sk | what |
|---|---|---|
| REIMBURSEMENT#id | RECORD | a case |
| REIMBURSEMENTS#DESK#code, REIMBURSEMENTS#AREA#area | instant#id | the same |
"""

from __future__ import annotations

from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table
from chalicelib.reimbursements.domain.case import Reimbursement
from chalicelib.reimbursements.ports import accepted_at, reimbursed_in

_CASE = "REIMBURSEMENT"


def _places(case: Reimbursement) -> list[tuple[str, str]]:
    at = f"{case.accepted.at}#{case.case_id}"
    desk = [] if case.desk is None else [(accepted_at(case.desk), at)]
    return [*desk, *((reimbursed_in(area), at) for area in sorted(case.areas))]


REIMBURSEMENTS = shelf_record(_CASE, Reimbursement, lambda case: case.case_id, _places)


class DynamoReimbursementStore(DynamoShelf[Reimbursement]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _CASE, REIMBURSEMENTS)
