"""The functions behind the ledger: its stream's, and the schedule's that keeps the books.

What could not be copied of the stream is said, and Lambda brings it again from there on.

A record that says that something was changed or removed is an error in the log, which an alarm counts, and an event.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.ledger.usecases.copy import CopyLedger, LedgerChange
from chalicelib.ledger.usecases.fold import FoldBooks

_LOG = logging.getLogger("quebao.workflows")

ALTERED = "ledger item altered"
"""The event's name in the log; the metric filter of infra/head.yaml counts the lines that have it."""


@dataclass(frozen=True, slots=True)
class LedgerSteps:
    """One method per task. `read` makes a change of a record of the stream."""

    system: Callable[[], System]
    read: Callable[[Mapping[str, Any]], LedgerChange]

    def ledger_copy(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        """Answers with the place of the first record that has to come again, as a partial batch response."""
        outcome = self.system()[CopyLedger]([self.read(record) for record in event["Records"]])
        for key in outcome.altered:
            _LOG.error(ALTERED, extra={"ledger_item": key})
        return {"batchItemFailures": [] if outcome.failed is None else [{"itemIdentifier": outcome.failed}]}

    def books_fold(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Bring into the books what was posted, on a schedule."""
        return {"steps": self.system()[FoldBooks]()}
