"""Advances on the state table, and the tokens their machine waits with.

| pk | sk | content | gsi1 |
|---|---|---|---|
| ADVANCE#id | ADVANCE, TOKEN#stage | an advance, and its waiting machine's token | its institution's, by request |
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.advances.domain.model import Advance, AdvanceStatus
from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import GSI1, GSI2, Span, Table

ADVANCE = "ADVANCE"


def agency_advances_partition(agency: str, status: AdvanceStatus) -> str:
    """Return the index partition of an office's advances of one state."""
    return f"ADVANCES_OF#{agency}#{status.value}"


def advance_pk(advance_id: str) -> str:
    """Return an advance's partition."""
    return f"ADVANCE#{advance_id}"


def advances_partition(institution: str) -> str:
    """Return the index partition of a hospital's advances."""
    return f"ADVANCES#{institution}"


def token_sk(stage: str) -> str:
    """Return the sort key of the token with which an advance's machine waits."""
    return f"TOKEN#{stage}"


def _indexes(advance: Advance) -> dict[str, str]:
    place = f"{advance.requested.at}#{advance.advance_id}"
    return {
        "gsi1pk": advances_partition(advance.institution),
        "gsi1sk": place,
        "gsi2pk": agency_advances_partition(advance.agency, advance.status),
        "gsi2sk": place,
    }


ADVANCES = Record(Advance, lambda advance: (advance_pk(advance.advance_id), ADVANCE), _indexes)


class DynamoAdvanceStore:
    """The store of advances on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, advance_id: str) -> Advance | None:
        item = self._table.get(advance_pk(advance_id), ADVANCE)
        return None if item is None else ADVANCES.read(item)

    def of_institution(self, institution: str, page: PageRequest) -> Page[Advance]:
        reader = self._table.reader(GSI1, Span(), ADVANCES.read)
        return read_page((advances_partition(institution),), page, reader)

    def of_agencies(
        self, agencies: Sequence[str], statuses: Sequence[AdvanceStatus], page: PageRequest
    ) -> Page[Advance]:
        reader = self._table.reader(GSI2, Span(), ADVANCES.read)
        partitions = [agency_advances_partition(agency, status) for agency in agencies for status in statuses]
        return read_page(partitions, page, reader)

    def keep_token(self, advance_id: str, stage: str, token: str) -> None:
        self._table.put({"pk": advance_pk(advance_id), "sk": token_sk(stage), "token": token})

    def token(self, advance_id: str, stage: str) -> str | None:
        item = self._table.get(advance_pk(advance_id), token_sk(stage))
        return None if item is None else str(item["token"])
