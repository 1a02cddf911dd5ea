"""Tasks behind the ledger: the stream's function, and the scheduled function that keeps the books.

The copying task reports the first record that could not be copied, and Lambda delivers the stream again from that
record on.

A record of a modification or a removal is logged as an error, which an alarm counts, and is announced as an event.
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
"""The event's name in the log; the metric filter of infra/head.yaml counts the lines with this name."""


@dataclass(frozen=True, slots=True)
class LedgerSteps:
    """The ledger's tasks, one method per task. `read` turns a record of the stream into a ledger change."""

    system: Callable[[], System]
    read: Callable[[Mapping[str, Any]], LedgerChange]

    def ledger_copy(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        """Copy a batch; return the place of the first record to deliver again, as a partial batch response."""
        outcome = self.system()[CopyLedger]([self.read(record) for record in event["Records"]])
        for key in outcome.altered:
            _LOG.error(ALTERED, extra={"ledger_item": key})
        return {"batchItemFailures": [] if outcome.failed is None else [{"itemIdentifier": outcome.failed}]}

    def books_fold(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Enter the posted transactions in the books, on a schedule."""
        return {"steps": self.system()[FoldBooks]()}
