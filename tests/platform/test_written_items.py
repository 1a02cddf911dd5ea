"""Contents of every write to the tables, unchanged until a change is wanted.

docs/records/written.json holds, for each record, the operations that insert one instance with everything in it and one
with as little as may be: items, copies, keys and conditions. `WRITE_RECORDS=1 pytest` on this module
writes the file again; the difference is then read before it is committed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from chalicelib.claims.domain.record import ClaimStatus, Counted
from chalicelib.events.domain import ToldEvent
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import EventId
from chalicelib.kernel.writes import Insert, Part, Verb
from chalicelib.ledger.domain.transaction import Posting
from chalicelib.main.capabilities import RECORDS
from chalicelib.main.writes import DynamoCommits
from chalicelib.platform.aws.table import from_item
from tests.kit.instances import instance
from tests.kit.over_all import over_all

GOLDEN = Path(__file__).parents[2] / "docs" / "records" / "written.json"
CHOSEN: dict[str, dict[str, Any]] = {
    "PostTransaction": {
        "occurred_at": "2026-11-02T00:30:00Z",
        "postings": (Posting("area/210200/pooled", 70), Posting("hospital/H210200001/payable", -70)),
        "kind": "separate",
    },
    "UseBudgets": {"kind": "separate"},
    "PersonYear": {"sequence": 1},
    "Lookup": {"about": "clm-1"},
    "KeptEvents": {"told": (ToldEvent(EventId("evt_a"), "claim.settled", Instant("2026-11-02T00:30:00Z"), (), ()),)},
    "OpenWaiting": {"key": "enrolment#prs-1"},
    "InsertClaim": {
        "revision": 1,
        "as_read": None,
        "changed_at": "2026-11-02T00:30:00Z",
        "waiting": "start#a-claim_id",
    },
    "UpdateClaim": {
        "revision": 7,
        "as_read": Counted(6, ClaimStatus.RECEIVED, None, ()),
        "changed_at": "2026-11-02T00:30:00Z",
    },
}
"""Field values without which a sample of a type would be refused: instants with a Z, sums of zero, gapless numbers."""


class Recorder:
    """In place of the tables: keeps the writes."""

    def __init__(self) -> None:
        self.operations: list[dict[str, Any]] = []

    def transact_write_items(self, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803 (the name at AWS)
        self.operations = TransactItems


def parts() -> list[type[Any]]:
    """Every part of the product, without the shadows that `slots=True` leaves among the subclasses."""
    found = [part for part in Part.__subclasses__() if part.__module__.startswith("chalicelib.")]
    return sorted(
        (part for part in found if getattr(sys.modules[part.__module__], part.__name__) is part and part is not Verb),
        key=lambda part: part.__name__,
    )


def everything_written() -> dict[str, type[Any]]:
    """Parts that are no verbs, and declared records, by the names they have in the file."""
    return {part.__name__: part for part in parts()} | {kind.__name__: kind for kind in RECORDS}


def written(kind: type[Any], *, least: bool) -> Any:
    """The operations of an instance, with plain values."""
    recorder = Recorder()
    made = instance(kind, CHOSEN.get(kind.__name__), least=least)
    DynamoCommits(recorder, "ledger", "state", "access").commit([Insert(made) if kind in RECORDS else made])
    return [
        {verb: {name: _plain(name, value) for name, value in said.items()}}
        for operation in recorder.operations
        for verb, said in operation.items()
    ]


def _plain(name: str, value: Any) -> Any:
    if name not in ("Item", "Key", "ExpressionAttributeValues"):
        return value
    return {key: each.hex() if isinstance(each, bytes) else each for key, each in from_item(value).items()}


def everything() -> dict[str, Any]:
    return {
        name: {"whole": written(kind, least=False), "new": written(kind, least=True)}
        for name, kind in sorted(everything_written().items())
    }


def test_the_file_knows_every_part_and_none_that_is_gone() -> None:
    if os.environ.get("WRITE_RECORDS"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(everything(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert sorted(json.loads(GOLDEN.read_text(encoding="utf-8"))) == sorted(everything_written())


@over_all("name", sorted(everything_written()))
def test_a_part_or_a_record_writes_what_it_wrote(name: str) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))[name]
    assert written(everything_written()[name], least=False) == golden["whole"]
    assert written(everything_written()[name], least=True) == golden["new"]
