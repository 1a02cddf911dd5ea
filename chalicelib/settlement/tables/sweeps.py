"""Progress of the sweep in the state table: `SWEEP#kind` / `PLACE`."""

from __future__ import annotations

from chalicelib.claims.domain.record import QueueKind
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import Table
from chalicelib.settlement.ports import SweepPlace


def _key(kind: QueueKind) -> tuple[str, str]:
    return f"SWEEP#{kind.value}", "PLACE"


SWEEPS = Record(SweepPlace, lambda place: _key(place.kind))


class DynamoSweepStore:
    """Sweeps on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def place(self, kind: QueueKind) -> SweepPlace:
        item = self._table.get(*_key(kind))
        return SweepPlace(kind) if item is None else SWEEPS.read(item)
