"""Events in the state table, and the changes its stream tells of claims, advances, payments, runs and filings.

| pk | sk | item |
|---|---|---|
| FEED#audience | instant of keeping!event | one event for one audience; forgotten when `expires_at` has passed |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.claims.domain.history import event_id_of
from chalicelib.events.domain import FollowedChange, KeptEvent
from chalicelib.kernel.pages import PageRequest, read_page
from chalicelib.platform.aws.codec import Record, read_values
from chalicelib.platform.aws.table import BASE, Span, Table, from_item

_Item = Mapping[str, Any]

FEED = Record(KeptEvent, lambda event: (_partition(event.audience), event.place))
_LAST_PLACE = "~"
"""A key that sorts after every place, since the first letter of a place is a digit."""


def _partition(audience: str) -> str:
    return f"FEED#{audience}"


class DynamoEventStore:
    """The events on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def after(self, audience: str, place: str | None, limit: int) -> tuple[KeptEvent, ...]:
        # A place sorts before the same place with a suffix, so the bound leaves the event at `place` out.
        lowest = None if place is None else f"{place}\x01"
        reader = self._table.reader(BASE, Span(lowest=lowest, highest=_LAST_PLACE), FEED.read)
        return read_page((_partition(audience),), PageRequest(limit), reader).items


def followed_change(record: Mapping[str, Any]) -> FollowedChange | None:
    """Return the change that a record of the stream tells; None for a record that nobody follows."""
    image = record["dynamodb"].get("NewImage")
    if image is None:
        return None
    item = from_item(image)
    for prefix_pk, prefix_sk, read in _KINDS:
        if item["pk"].startswith(prefix_pk) and item["sk"].startswith(prefix_sk):
            return read(item)
    return None


def _claim(item: _Item) -> FollowedChange:
    names = ("claim_id", "status", "transaction_id", "bundle", *(("reason",) if item["event"] == "deferred" else ()))
    return FollowedChange(
        # The id under which a webhook tells the same change.
        event_id_of(f"{item['claim_id']}#{item['sk'].removeprefix('HISTORY#')}"),
        f"claim.{item['event']}",
        item["at"],
        (*_about(item, names), ("version", str(item["version"]))),
        tuple(read_values(PartyChange, each) for each in item.get("changes", ())),
        claim_id=item["claim_id"],
        institution=item["institution"] or None,
    )


def _advance(item: _Item) -> FollowedChange:
    acts = [item.get(name) for name in ("requested", "decided_in", "passed_on")]
    instants = [item[name] for name in ("instructed_at", "closed_at") if name in item]
    told_at = [act["at"] for act in acts if act] + instants
    return FollowedChange(
        event_id_of(f"{item['advance_id']}#{item['revision']}"),
        f"advance.{item['status']}",
        max(told_at),
        _about(item, ("advance_id", "fund")),
        institution=item["institution"],
        areas=(item["agency"],),
    )


def _payment(item: _Item) -> FollowedChange:
    payment_id = item["sk"].removeprefix("ORDER#")
    return FollowedChange(
        event_id_of(f"{payment_id}#{item['revision']}"),
        f"payment.{item['status']}",
        item["ordered_at"],
        (("payment_id", payment_id), *_about(item, ("claim_id",))),
        institution=item["institution"],
        areas=tuple(filter(None, (item.get("agency"),))),
    )


def _run(item: _Item) -> FollowedChange:
    return FollowedChange(
        event_id_of(f"{item['run_id']}#{item['revision']}"),
        f"run.{item['status']}",
        item["started_at"],
        _about(item, ("run_id", "tier", "period")),
        tier=item["tier"],
    )


def _filing(item: _Item) -> FollowedChange:
    made, withdrawn, confirmed = item["made"], item.get("withdrawn"), item.get("confirmed")
    last = withdrawn or confirmed or made
    state = "withdrawn" if withdrawn else "confirmed" if confirmed else "made"
    return FollowedChange(
        event_id_of(f"{item['filing_id']}#{item['revision']}"),
        f"filing.{state}",
        last["at"],
        _about(item, ("filing_id", "kind", "treatment_area")),
        institution=made["subject"] if made["role"] == "hospital" else None,
        areas=tuple(item["listed_under"]),
    )


_KINDS: tuple[tuple[str, str, Callable[[_Item], FollowedChange]], ...] = (
    ("CLAIM#", "HISTORY#", _claim),
    ("ADVANCE#", "ADVANCE", _advance),
    ("HOSPITAL#", "ORDER#", _payment),
    ("RUN#", "RUN", _run),
    ("FILING#", "FILING", _filing),
)
"""The kinds of items that are followed, by the beginning of their keys."""


def _about(item: _Item, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(item[name])) for name in names if item.get(name) is not None)
