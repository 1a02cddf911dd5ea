"""Events in the state table, and the changes its stream tells of claims, advances, payments, runs and filings.

| pk | sk | item |
|---|---|---|
| FEED#audience | instant of keeping!event | the events of a write for an audience; forgotten after `expires_at` |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.claims.domain.history import OrderedPayment, event_id_of
from chalicelib.events.domain import FollowedChange, KeptEvent, KeptEvents
from chalicelib.kernel.pages import PageRequest, read_page
from chalicelib.platform.aws.codec import Record, read_values
from chalicelib.platform.aws.table import BASE, Span, Table, from_item

_Item = Mapping[str, Any]

FEED = Record(KeptEvents, lambda kept: (_partition(kept.audience), kept.place), rows=("told",))
_LAST_PLACE = "~"
"""A key that sorts after every place, since the first letter of a place is a digit."""


def _partition(audience: str) -> str:
    return f"FEED#{audience}"


class DynamoEventStore:
    """The events on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, records: Iterable[KeptEvents]) -> None:
        self._table.put_many(map(FEED.write, records))

    def after(self, audiences: Iterable[str], place: str | None, limit: int) -> tuple[KeptEvent, ...]:
        found = {event.place: event for audience in audiences for event in self._after(audience, place, limit)}
        return tuple(found[each] for each in sorted(found)[:limit])

    def _after(self, audience: str, place: str | None, limit: int) -> Iterator[KeptEvent]:
        # A place sorts before the same place with a suffix, so the bound leaves the record that ends at `place` out. A
        # record that ends after `place` may begin before: a page that was full ended within the record.
        lowest = None if place is None else f"{place}\x01"
        reader = self._table.reader(BASE, Span(lowest=lowest, highest=_LAST_PLACE), FEED.read)
        found = read_page((_partition(audience),), PageRequest(limit), reader).items
        events = (event for kept in found for event in kept.events if place is None or event.place > place)
        return islice(events, limit)


def followed_changes(record: Mapping[str, Any]) -> tuple[FollowedChange, ...]:
    """Return the changes that a record of the stream tells; none for a record that nobody follows."""
    image = record["dynamodb"].get("NewImage")
    if image is None:
        return ()
    item = from_item(image)
    for prefix_pk, prefix_sk, read in _KINDS:
        if item["pk"].startswith(prefix_pk) and item["sk"].startswith(prefix_sk):
            return read(item)
    return ()


def _claim(item: _Item) -> tuple[FollowedChange, ...]:
    names = ("claim_id", "status", "transaction_id", "bundle", *(("reason",) if item["event"] == "deferred" else ()))
    change = FollowedChange(
        # The id under which a webhook tells the same change.
        event_id_of(f"{item['claim_id']}#{item['sk'].removeprefix('HISTORY#')}"),
        f"claim.{item['event']}",
        item["at"],
        (*_about(item, names), ("version", str(item["version"]))),
        tuple(read_values(PartyChange, each) for each in item.get("changes", ())),
        claim_id=item["claim_id"],
        institution=item["institution"] or None,
    )
    return (change,) if item.get("payment") is None else (change, _first_payment(item))


def _first_payment(item: _Item) -> FollowedChange:
    """Return the order that a settlement wrote in one with itself, as `_payment` tells every later state of an order:
    two changes in one record of the stream are kept in one record for each audience.
    """
    payment, claim_id = read_values(OrderedPayment, item["payment"]), item["claim_id"]
    return FollowedChange(
        event_id_of(f"{claim_id}#1"),
        f"payment.{payment.status}",
        item["at"],
        (("payment_id", claim_id), ("claim_id", claim_id)),
        institution=item["institution"],
        areas=tuple(filter(None, (payment.agency,))),
    )


def _advance(item: _Item) -> tuple[FollowedChange, ...]:
    acts = [item.get(name) for name in ("requested", "decided_in", "passed_on")]
    instants = [item[name] for name in ("instructed_at", "closed_at") if name in item]
    told_at = [act["at"] for act in acts if act] + instants
    change = FollowedChange(
        event_id_of(f"{item['advance_id']}#{item['revision']}"),
        f"advance.{item['status']}",
        max(told_at),
        _about(item, ("advance_id", "fund")),
        institution=item["institution"],
        areas=(item["agency"],),
    )
    return (change,)


def _payment(item: _Item) -> tuple[FollowedChange, ...]:
    if item["revision"] == 1 and item["number"] == 0:
        return ()  # told with the settlement, in whose transaction a claim's first order is written
    payment_id = item["sk"].removeprefix("ORDER#")
    change = FollowedChange(
        event_id_of(f"{payment_id}#{item['revision']}"),
        f"payment.{item['status']}",
        item["ordered_at"],
        (("payment_id", payment_id), *_about(item, ("claim_id",))),
        institution=item["institution"],
        areas=tuple(filter(None, (item.get("agency"),))),
    )
    return (change,)


def _run(item: _Item) -> tuple[FollowedChange, ...]:
    change = FollowedChange(
        event_id_of(f"{item['run_id']}#{item['revision']}"),
        f"run.{item['status']}",
        item["started_at"],
        _about(item, ("run_id", "tier", "period")),
        tier=item["tier"],
    )
    return (change,)


def _filing(item: _Item) -> tuple[FollowedChange, ...]:
    made, withdrawn, confirmed = item["made"], item.get("withdrawn"), item.get("confirmed")
    last = withdrawn or confirmed or made
    state = "withdrawn" if withdrawn else "confirmed" if confirmed else "made"
    change = FollowedChange(
        event_id_of(f"{item['filing_id']}#{item['revision']}"),
        f"filing.{state}",
        last["at"],
        _about(item, ("filing_id", "kind", "treatment_area")),
        institution=made["subject"] if made["role"] == "hospital" else None,
        areas=tuple(item["listed_under"]),
    )
    return (change,)


_KINDS: tuple[tuple[str, str, Callable[[_Item], tuple[FollowedChange, ...]]], ...] = (
    ("CLAIM#", "HISTORY#", _claim),
    ("ADVANCE#", "ADVANCE", _advance),
    ("HOSPITAL#", "ORDER#", _payment),
    ("RUN#", "RUN", _run),
    ("FILING#", "FILING", _filing),
)
"""The kinds of items that are followed, by the beginning of their keys."""


def _about(item: _Item, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(item[name])) for name in names if item.get(name) is not None)
