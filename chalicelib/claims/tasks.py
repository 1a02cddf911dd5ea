"""The task behind the state table's stream, which tells listeners of the changes of claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.claims.domain.history import HistoryEntry
from chalicelib.claims.usecases.announce import Announcing
from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class AnnounceSteps:
    """The task that tells the changes of claims. `read` returns the history entry in a record of the stream, if any."""

    system: Callable[[], System]
    read: Callable[[Mapping[str, Any]], HistoryEntry | None]

    def claim_announce(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        """Tell the changes; return the place of the first record that must come again, as a partial batch response."""
        announcing = self.system()[Announcing]
        for record in event["Records"]:
            entry = self.read(record)
            try:
                if entry is not None:
                    announcing.tell(entry)
            except Unavailable:
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}
