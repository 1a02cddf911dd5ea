"""The task behind the state table's stream, which keeps events for the parties that changes concern."""

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
    """The task that keeps events. `read` returns the change in a record of the stream, if the record is followed."""

    system: Callable[[], System]
    read: Callable[[Mapping[str, Any]], FollowedChange | None]

    def events_keep(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        """Keep the changes; return the place of the first record that must come again, as a partial batch response."""
        keep = self.system()[KeepEvent]
        for record in event["Records"]:
            change = self.read(record)
            try:
                if change is not None:
                    keep(change)
            except (Unavailable, VersionConflict):
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}
