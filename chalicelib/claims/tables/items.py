"""The state table's items: their keys, and the records they are read from and written to. Nobody else names a key.

| pk | sk | what | gsi1 | gsi2 |
|---|---|---|---|---|
| CLAIM#id | CLAIM | a version of a claim | its institution's, by receipt | its agency's, by receipt |
| CLAIM#id | BODY#part | what its hospital sent, pressed; a large body in several | | |
| CLAIM#id | AREA#area | a copy for another area that may see it | | that area's, by receipt |
| CLAIM#id | HISTORY#place | a change of it, kept for good | | |
| CLAIMNO#institution#number | HEAD | which version is current | | |
| WAITING#queue | id | a claim in a queue | all of its kind of queue, by how long | |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from typing import Any

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.claims.domain.record import (
    ClaimRecord,
    ClaimStatus,
    Flag,
    Hold,
    QueueKind,
    Release,
    SettlementSummary,
    Waiting,
)
from chalicelib.claims.domain.remittance import Bill
from chalicelib.platform.aws.acts import read_act, write_act
from chalicelib.platform.aws.table import without_nones

CLAIM = "CLAIM"
HEAD = "HEAD"
_OPEN_SHARDS = 8


_FLAG = "flag-"


def flag_name(flag: Flag) -> str:
    """The attribute that a claim has while it is flagged, with the flag as its value."""
    return f"{_FLAG}{flag.value}"


def claim_pk(claim_id: str) -> str:
    """Where everything of one claim version lies."""
    return f"CLAIM#{claim_id}"


def head_pk(institution: str, claim_no: str) -> str:
    """Where a hospital's claim number names its current version."""
    return f"CLAIMNO#{institution}#{claim_no}"


def institution_partition(code: str) -> str:
    """An institution's claims in the first index."""
    return f"INSTITUTION#{code}"


def agency_partition(agency: str | None) -> str:
    """The claims an agency settles, in the second index; those of no known institution lie together."""
    return f"AGENCY#{agency or 'unknown'}"


def area_partition(area: str) -> str:
    """The claims another area may see, in the second index."""
    return f"AREA#{area}"


def open_shards(kind: QueueKind) -> tuple[str, ...]:
    """The partitions of the sweep's index: each kind of queue has several, so that none is hot alone and none stands
    behind another.
    """
    return tuple(f"OPEN#{kind.value}#{shard}" for shard in range(_OPEN_SHARDS))


def waiting_pk(key: str) -> str:
    """Where a queue lies."""
    return f"WAITING#{key}"


def write_claim_items(record: ClaimRecord) -> tuple[dict[str, Any], ...]:
    """The claim's item first, then its copies under the other areas that may see it."""
    values = _claim_values(record)
    by_receipt = f"{record.received_at}#{record.claim_id}"
    own = {
        "pk": claim_pk(record.claim_id),
        "sk": CLAIM,
        "gsi1pk": institution_partition(record.institution),
        "gsi1sk": by_receipt,
        "gsi2pk": agency_partition(record.agency),
        "gsi2sk": by_receipt,
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


def _claim_values(record: ClaimRecord) -> dict[str, Any]:
    settled = record.settlement
    return without_nones(
        {
            "claim_id": record.claim_id,
            "claim_no": record.claim_no,
            "institution": record.institution,
            "agency": record.agency,
            "person": record.person,
            "version": record.version,
            "body_hash": record.body_hash,
            "received_at": record.received_at,
            "changed_at": record.changed_at,
            "status": record.status.value,
            "revision": record.revision,
            "attempt": record.attempt,
            "waiting": record.waiting,
            "reason": record.reason,
            "areas": list(record.areas),
            "notes_hash": record.notes_hash,
            "transfer_from": record.transfer_from,
            "statuses": [{"status": each.status.value, "on": each.on.isoformat()} for each in record.statuses],
            "open_tasks": list(record.open_tasks),
            "submitted_by": record.submitted_by,
            "awaited": record.awaited,
            "restarts": record.restarts,
            "settlement": None if settled is None else _write_settlement(settled),
            **{flag_name(flag): flag.value for flag in record.flags},
        }
    )


def _write_settlement(settled: SettlementSummary) -> dict[str, Any]:
    return {name: getattr(settled, name) for name in SettlementSummary.__slots__} | {
        "bill": asdict(settled.bill),
        "hold": None if settled.hold is None else settled.hold.value,
        "release": None if settled.release is None else _write_release(settled.release),
    }


def _write_release(release: Release) -> dict[str, Any]:
    return {**write_act(release.act), "reason": release.reason}


def _read_release(item: Mapping[str, Any]) -> Release:
    return Release(read_act(item), item["reason"])


def _read_settlement(item: Mapping[str, Any]) -> SettlementSummary:
    release = item["release"]
    known = {
        "bill": Bill(**item["bill"]),
        "hold": None if item["hold"] is None else Hold(item["hold"]),
        "release": None if release is None else _read_release(release),
    }
    return SettlementSummary(**{**item, **known})


def read_claim_item(item: Mapping[str, Any]) -> ClaimRecord:
    """A claim from its item or from a copy."""
    settled = item.get("settlement")
    return ClaimRecord(
        claim_id=item["claim_id"],
        claim_no=item["claim_no"],
        institution=item["institution"],
        agency=item.get("agency"),
        person=item["person"],
        version=item["version"],
        body_hash=item["body_hash"],
        received_at=item["received_at"],
        changed_at=item["changed_at"],
        status=ClaimStatus(item["status"]),
        revision=item["revision"],
        attempt=item["attempt"],
        waiting=item.get("waiting"),
        reason=item.get("reason"),
        areas=tuple(item["areas"]),
        notes_hash=item.get("notes_hash"),
        transfer_from=item.get("transfer_from"),
        statuses=tuple(
            StatusEvent(CaseStatus(row["status"]), date.fromisoformat(row["on"])) for row in item["statuses"]
        ),
        open_tasks=tuple(item["open_tasks"]),
        submitted_by=item["submitted_by"],
        awaited=item["awaited"],
        restarts=item["restarts"],
        settlement=None if settled is None else _read_settlement(settled),
    )


def write_head_item(record: ClaimRecord) -> dict[str, Any]:
    """The head that names this version."""
    return {
        "pk": head_pk(record.institution, record.claim_no),
        "sk": HEAD,
        "claim_id": record.claim_id,
        "version": record.version,
    }


def write_waiting_item(waiting: Waiting) -> dict[str, Any]:
    """A claim's place in a queue, and in the sweep's index unless it waits for a person."""
    item = {"pk": waiting_pk(waiting.key), "sk": waiting.claim_id, "key": waiting.key, "since": waiting.since}
    if waiting.kind is QueueKind.QUARANTINE:
        return item
    shard = sha256(waiting.claim_id.encode()).digest()[0] % _OPEN_SHARDS
    return {
        **item,
        "gsi1pk": open_shards(waiting.kind)[shard],
        "gsi1sk": f"{waiting.since}#{waiting.claim_id}",
    }


def read_waiting_item(item: Mapping[str, Any]) -> Waiting:
    """A place in a queue."""
    return Waiting(item["key"], item["sk"], item["since"])
