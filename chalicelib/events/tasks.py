"""The task behind the state table's stream that keeps events for those whom changes concern."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.events.domain import FollowedChange
from chalicelib.events.usecases import KeepEvent
from chalicelib.kernel.errors import Unavailable, VersionConflict
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class EventSteps:
    """`read` makes a change of a record of the stream, where somebody follows what it tells."""

    system: Callable[[], System]
    read: Callable[[Mapping[str, Any]], FollowedChange | None]

    def events_keep(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        """Answers with the place of the first record that has to come again, as a partial batch response."""
        keep = self.system()[KeepEvent]
        for record in event["Records"]:
            change = self.read(record)
            try:
                if change is not None:
                    keep(change)
            except (Unavailable, VersionConflict):
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}
