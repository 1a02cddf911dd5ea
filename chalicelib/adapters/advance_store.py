"""Advances on the state table, and the tokens their machine waits with."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.adapters import money_items as items
from chalicelib.adapters.dynamodb import GSI1, GSI2, Span, Table
from chalicelib.application.paging import read_page
from chalicelib.application.requests import Page, PageRequest
from chalicelib.domain.advances import Advance, AdvanceStatus


class DynamoAdvanceStore:
    """Advances on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, advance_id: str) -> Advance | None:
        item = self._table.get(items.advance_pk(advance_id), items.ADVANCE)
        return None if item is None else items.read_advance_item(item)

    def of_institution(self, institution: str, page: PageRequest) -> Page[Advance]:
        reader = self._table.reader(GSI1, Span(), items.read_advance_item)
        return read_page((items.advances_partition(institution),), page, reader)

    def of_agencies(
        self, agencies: Sequence[str], statuses: Sequence[AdvanceStatus], page: PageRequest
    ) -> Page[Advance]:
        reader = self._table.reader(GSI2, Span(), items.read_advance_item)
        partitions = [items.agency_advances_partition(agency, status) for agency in agencies for status in statuses]
        return read_page(partitions, page, reader)

    def keep_token(self, advance_id: str, stage: str, token: str) -> None:
        self._table.put({"pk": items.advance_pk(advance_id), "sk": items.token_sk(stage), "token": token})

    def token(self, advance_id: str, stage: str) -> str | None:
        item = self._table.get(items.advance_pk(advance_id), items.token_sk(stage))
        return None if item is None else str(item["token"])
