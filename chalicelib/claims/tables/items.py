"""The state table's items of claims: their keys, and the reading and writing of records. No other module names a key.

| pk | sk | item | gsi1 | gsi2 |
|---|---|---|---|---|
| CLAIM#id | CLAIM | a version of a claim | its institution's, by receipt | its agency's, by receipt |
| CLAIM#id | BODY#part | the hospital's body, compressed; a large body in several parts | | |
| CLAIM#id | AREA#area | a copy for another area that may see the claim | | that area's, by receipt |
| CLAIM#id | HISTORY#place | a change of the claim, kept for good | | |
| CLAIMNO#institution#number | HEAD | the current version, once it is not the first | | |
| UNCOUNTED#shard | instant#id#revision | a write's change of the sums, kept for a while | | |
| WAITING#queue | id | a claim in a queue | all places in its kind of queue, by waiting time | |

A claim whose execution is to run or is running has no item in a queue: until it is decided, its own item also lies in
the third index, among all such claims, by the time of its last change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from hashlib import sha256
from typing import Any

from chalicelib.claims.domain.record import (
    ClaimRecord,
    Flag,
    QueueKind,
    Waiting,
    start_queue,
)
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode
from chalicelib.platform.aws.codec import read_values, write_row, write_values
from chalicelib.platform.aws.table import without_nones

CLAIM = "CLAIM"
HEAD = "HEAD"
_OPEN_SHARDS = 8


_MOSTLY_AS_FIRST = ("attempt", "statuses", "open_tasks", "awaited", "restarts")
_FIRST = {each.name: write_values(each.default) for each in fields(ClaimRecord) if each.name in _MOSTLY_AS_FIRST}
"""The first values of attributes that no query uses. An item omits such an attribute while its value is the first: a
settled claim is rewritten whole with two places in indexes, so an item within a kilobyte costs half of a larger item.
"""

_FLAG = "flag-"


def flag_name(flag: Flag) -> str:
    """Return the attribute that a claim has while flagged, with the flag as its value."""
    return f"{_FLAG}{flag.value}"


_CLAIM = "CLAIM#"


def claim_pk(claim_id: ClaimId) -> str:
    """Return the partition key of all items of one claim version."""
    return f"{_CLAIM}{claim_id}"


def head_pk(institution: InstitutionCode, claim_no: str) -> str:
    """Return the partition key under which a hospital's claim number names its current version."""
    return f"CLAIMNO#{institution}#{claim_no}"


def institution_partition(code: InstitutionCode) -> str:
    """Return the partition of an institution's claims in the first index."""
    return f"INSTITUTION#{code}"


def agency_partition(agency: AreaCode | None) -> str:
    """Return the partition of the claims an agency settles, in the second index; claims of no known institution lie
    together.
    """
    return f"AGENCY#{agency or 'unknown'}"


def area_partition(area: AreaCode) -> str:
    """Return the partition of the claims another area may see, in the second index."""
    return f"AREA#{area}"


def open_shards(kind: QueueKind) -> tuple[str, ...]:
    """Return the partitions of the sweep's index: every kind of queue has several, so that no partition is hot alone
    and no kind stands behind another.
    """
    return tuple(f"OPEN#{kind.value}#{shard}" for shard in range(_OPEN_SHARDS))


def waiting_pk(key: str) -> str:
    """Return the partition key of a queue."""
    return f"WAITING#{key}"


def write_claim_items(record: ClaimRecord) -> tuple[dict[str, Any], ...]:
    """Write the claim's item first, then its copies under the other areas that may see the claim."""
    values = _claim_values(record)
    by_receipt = f"{record.received_at}#{record.claim_id}"
    own = {
        "pk": claim_pk(record.claim_id),
        "sk": CLAIM,
        "gsi1pk": institution_partition(record.institution),
        "gsi1sk": by_receipt,
        "gsi2pk": agency_partition(record.agency),
        "gsi2sk": by_receipt,
        **_place_of_start(record),
        **values,
    }
    copies = (
        {
            "pk": claim_pk(record.claim_id),
            "sk": area_partition(area),
            "gsi2pk": area_partition(area),
            "gsi2sk": by_receipt,
            **values,
        }
        for area in record.areas
        if area != record.agency
    )
    return (own, *copies)


def _place_of_start(record: ClaimRecord) -> dict[str, str]:
    started = record.started
    if started is None:
        return {}
    return {"gsi3pk": _open_shard(started), "gsi3sk": f"{started.since}#{started.claim_id}"}


def read_started_item(item: Mapping[str, Any]) -> Waiting:
    """Read the place of a claim whose execution is to run or is running from the keys of the claim's item."""
    claim_id = item["pk"].removeprefix(_CLAIM)
    return Waiting(start_queue(claim_id), claim_id, item["gsi3sk"].removesuffix(f"#{claim_id}"))


def _claim_values(record: ClaimRecord) -> dict[str, Any]:
    values = write_values(replace(record, as_read=None))
    del values["claim_id"]  # held in the key
    values |= {name: None for name in _MOSTLY_AS_FIRST if values[name] == _FIRST[name]}
    settlement = None if record.settlement is None else write_row(record.settlement)
    flags = {flag_name(flag): flag.value for flag in record.flags}
    return without_nones({**values, "settlement": settlement, **flags})


def read_claim_item(item: Mapping[str, Any]) -> ClaimRecord:
    """Read a claim from its item or from a copy, with the claim's count as read."""
    record = read_values(ClaimRecord, {**item, "claim_id": item["pk"].removeprefix(_CLAIM)})
    return replace(record, as_read=record.counted)


def write_head_item(record: ClaimRecord) -> dict[str, Any]:
    """Write the head that names this version."""
    return {
        "pk": head_pk(record.institution, record.claim_no),
        "sk": HEAD,
        "claim_id": record.claim_id,
        "version": record.version,
    }


def write_waiting_item(waiting: Waiting) -> dict[str, Any]:
    """Write a claim's place in a queue, and in the sweep's index unless the claim waits for a person."""
    item = {"pk": waiting_pk(waiting.key), "sk": waiting.claim_id, "key": waiting.key, "since": waiting.since}
    if waiting.kind is QueueKind.QUARANTINE:
        return item
    return {**item, "gsi1pk": _open_shard(waiting), "gsi1sk": f"{waiting.since}#{waiting.claim_id}"}


def _open_shard(waiting: Waiting) -> str:
    return open_shards(waiting.kind)[sha256(waiting.claim_id.encode()).digest()[0] % _OPEN_SHARDS]


def read_waiting_item(item: Mapping[str, Any]) -> Waiting:
    """Read a place in a queue."""
    return Waiting(item["key"], item["sk"], item["since"])
