"""Claims and the queues of open claims, read from the state table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.claims.domain.bodies import BodyPart, unpressed
from chalicelib.claims.domain.history import HistoryEntry
from chalicelib.claims.domain.record import ClaimRecord, QueueKind, Waiting
from chalicelib.claims.ports import ClaimQuery
from chalicelib.claims.tables import items
from chalicelib.claims.tables.bodies import BODIES, body_key
from chalicelib.claims.tables.history import HISTORY, HISTORY_PREFIX
from chalicelib.kernel.errors import NotFound, existing
from chalicelib.kernel.pages import Page, PageRequest, read_all, read_page
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode
from chalicelib.platform.aws.table import BASE, GSI1, GSI2, GSI3, Index, Span, Table

_AT_ONCE = 100


class DynamoClaimStore:
    """The claims on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, claim_id: ClaimId) -> ClaimRecord | None:
        item = self._table.get(items.claim_pk(claim_id), items.CLAIM)
        return None if item is None else items.read_claim_item(item)

    def get_many(self, claim_ids: Iterable[ClaimId]) -> Mapping[ClaimId, ClaimRecord]:
        keys = [(items.claim_pk(each), items.CLAIM) for each in claim_ids]
        found: dict[ClaimId, ClaimRecord] = {}
        for first in range(0, len(keys), _AT_ONCE):
            records = map(items.read_claim_item, self._table.get_many(keys[first : first + _AT_ONCE]).values())
            found |= {each.claim_id: each for each in records}
        return found

    def body(self, claim_id: ClaimId) -> bytes:
        found = existing(self._table.get(*body_key(claim_id, 0)))
        return self._whole_body(BODIES.read(found))

    def submitted(self, claim_id: ClaimId) -> tuple[ClaimRecord, bytes] | None:
        own, first = (items.claim_pk(claim_id), items.CLAIM), body_key(claim_id, 0)
        found = self._table.get_many((own, first))
        if own not in found:
            return None
        if first not in found:
            raise NotFound
        return items.read_claim_item(found[own]), self._whole_body(BODIES.read(found[first]))

    def _whole_body(self, first: BodyPart) -> bytes:
        others = [body_key(first.claim_id, number) for number in range(1, first.parts)]
        found = self._table.get_many(others) if others else {}
        if len(found) != len(others):
            raise NotFound
        return unpressed((first, *(BODIES.read(item) for item in found.values())))

    def successor(self, institution: InstitutionCode, claim_no: str) -> ClaimRecord | None:
        item = self._table.get(items.head_pk(institution, claim_no), items.HEAD)
        return None if item is None else self.get(item["claim_id"])

    def history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        reader = self._table.reader(BASE, Span(prefix=HISTORY_PREFIX), HISTORY.read)
        return tuple(read_all(items.claim_pk(claim_id), reader))

    def find(self, query: ClaimQuery, page: PageRequest) -> Page[ClaimRecord]:
        index, partitions = _partitions(query)
        return read_page(partitions, page, self._table.reader(index, _span(query), items.read_claim_item))

    def waiting_for(self, key: str, page: PageRequest) -> Page[Waiting]:
        return read_page((items.waiting_pk(key),), page, self._table.reader(BASE, Span(), items.read_waiting_item))

    def open_since(self, kind: QueueKind, before: str, page: PageRequest) -> Page[Waiting]:
        index, read = (GSI3, items.read_started_item) if kind is QueueKind.START else (GSI1, items.read_waiting_item)
        return read_page(items.open_shards(kind), page, self._table.reader(index, Span(highest=before), read))


def _partitions(query: ClaimQuery) -> tuple[Index, tuple[str, ...]]:
    if query.settled_by == ():
        return GSI2, ()
    if query.institution is not None:
        return GSI1, (items.institution_partition(query.institution),)
    if query.area is not None:
        return GSI2, (items.agency_partition(query.area), items.area_partition(query.area))
    return GSI2, tuple(items.agency_partition(agency) for agency in query.agencies)


def _span(query: ClaimQuery) -> Span:
    equal = []
    if query.claim_no is not None:
        equal.append(("claim_no", query.claim_no))
    if query.treated_at is not None:
        equal.append(("institution", query.treated_at))
    if query.person is not None:
        equal.append(("person", query.person))
    if query.status is not None:
        equal.append(("status", query.status.value))
    if query.reason is not None:
        equal.append(("reason", query.reason))
    if query.flag is not None:
        equal.append((items.flag_name(query.flag), query.flag.value))
    return Span(
        lowest=query.received_from,
        # Keys are `instant#id`: every key of an earlier instant sorts before the bare instant.
        highest=query.received_before,
        equal=tuple(equal),
        among=() if query.settled_by is None else (("agency", query.settled_by),),
        newest_first=True,
    )
