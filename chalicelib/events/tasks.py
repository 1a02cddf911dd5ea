"""The task behind the state table's stream, which keeps events for the parties that changes concern."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.events.domain import FollowedChange
from chalicelib.events.usecases import KeepEvents
from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class EventSteps:
    """The task that keeps events. `read` returns the changes in a record of the stream; none where nobody follows."""

    system: Callable[[], System]
    read: Callable[[Mapping[str, Any]], tuple[FollowedChange, ...]]

    def events_keep(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        """Keep the changes of a batch together; where that failed, return the place of the batch's first record, as a
        partial batch response: the whole batch then comes again.
        """
        try:
            self.system()[KeepEvents](list(filter(None, map(self.read, event["Records"]))))
        except Unavailable:
            first = event["Records"][0]["dynamodb"]["SequenceNumber"]
            return {"batchItemFailures": [{"itemIdentifier": first}]}
        return {"batchItemFailures": []}
