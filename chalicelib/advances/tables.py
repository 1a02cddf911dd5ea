"""Advances on the state table, and the tokens their machine waits with.

| pk | sk | content | gsi1 |
|---|---|---|---|
| ADVANCE#id | ADVANCE, TOKEN#stage | an advance, and its waiting machine's token | what a top-up depends on, by rank |
| ADVANCES#institution | instant of the request#id | the advance again, for the hospital's list | |
| ADVANCE_HOLDERS | institution | a hospital that was ever paid an advance that top-ups look at | |
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.advances.domain.model import Advance, AdvanceHolder, AdvanceStatus
from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, InstitutionCode
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import BASE, GSI1, GSI2, Span, Table

ADVANCE = "ADVANCE"
_HOLDERS = "ADVANCE_HOLDERS"
_UNDER_WAY, _REQUESTED, _TOPPED_UP = "3", "2", "1"
"""Ranks by which the index of a hospital's measuring advances is ordered, the highest first."""


def agency_advances_partition(agency: AreaCode, status: AdvanceStatus) -> str:
    """Return the index partition of an office's advances of one state."""
    return f"ADVANCES_OF#{agency}#{status.value}"


def advance_pk(advance_id: AdvanceId) -> str:
    """Return an advance's partition."""
    return f"ADVANCE#{advance_id}"


def advances_partition(institution: InstitutionCode) -> str:
    """Return the partition of a hospital's advances."""
    return f"ADVANCES#{institution}"


def measuring_partition(institution: InstitutionCode) -> str:
    """Return the index partition of the advances on which a hospital's top-up depends."""
    return f"ADVANCES_MEASURING#{institution}"


def token_sk(stage: str) -> str:
    """Return the sort key of the token with which an advance's machine waits."""
    return f"TOKEN#{stage}"


def _place(advance: Advance) -> str:
    return f"{advance.requested.at}#{advance.advance_id}"


def _rank(advance: Advance) -> str | None:
    """Return the rank of an advance among those of its hospital that a top-up depends on, None outside them."""
    if not advance.counts_for_top_ups:
        return None
    if advance.is_under_way:
        return _UNDER_WAY
    if advance.status is not AdvanceStatus.PAID:
        return None
    return _TOPPED_UP if advance.is_top_up else _REQUESTED


def _indexes(advance: Advance) -> dict[str, str]:
    rank, of_agency = _rank(advance), agency_advances_partition(advance.agency, advance.status)
    keys = {"gsi2pk": of_agency, "gsi2sk": _place(advance)}
    if rank is None:
        return keys
    return {**keys, "gsi1pk": measuring_partition(advance.institution), "gsi1sk": f"{rank}#{_place(advance)}"}


def _copies(advance: Advance) -> Iterator[dict[str, str]]:
    yield {"pk": advances_partition(advance.institution), "sk": _place(advance)}


ADVANCES = Record(Advance, lambda advance: (advance_pk(advance.advance_id), ADVANCE), _indexes, copies=_copies)
HOLDERS = Record(AdvanceHolder, lambda holder: (_HOLDERS, holder.institution))


class DynamoAdvanceStore:
    """The store of advances on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, advance_id: AdvanceId) -> Advance | None:
        item = self._table.get(advance_pk(advance_id), ADVANCE)
        return None if item is None else ADVANCES.read(item)

    def of_institution(self, institution: InstitutionCode, page: PageRequest) -> Page[Advance]:
        reader = self._table.reader(BASE, Span(), ADVANCES.read)
        return read_page((advances_partition(institution),), page, reader)

    def measuring(self, institution: InstitutionCode, page: PageRequest) -> Page[Advance]:
        reader = self._table.reader(GSI1, Span(newest_first=True), ADVANCES.read)
        return read_page((measuring_partition(institution),), page, reader)

    def holders(self, page: PageRequest) -> Page[InstitutionCode]:
        reader = self._table.reader(BASE, Span(), lambda item: HOLDERS.read(item).institution)
        return read_page((_HOLDERS,), page, reader)

    def of_agencies(
        self, agencies: Sequence[AreaCode], statuses: Sequence[AdvanceStatus], page: PageRequest
    ) -> Page[Advance]:
        reader = self._table.reader(GSI2, Span(), ADVANCES.read)
        partitions = [agency_advances_partition(agency, status) for agency in agencies for status in statuses]
        return read_page(partitions, page, reader)

    def keep_token(self, advance_id: AdvanceId, stage: str, token: str) -> None:
        self._table.put({"pk": advance_pk(advance_id), "sk": token_sk(stage), "token": token})

    def token(self, advance_id: AdvanceId, stage: str) -> str | None:
        item = self._table.get(advance_pk(advance_id), token_sk(stage))
        return None if item is None else str(item["token"])
