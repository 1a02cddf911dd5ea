"""The function behind the ledger's stream. What it could not copy it says, and Lambda brings it again from there on.

A record that says that something was changed or removed is an error in the log, which an alarm counts, and an event.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.kernel.system import System
from chalicelib.ledger.usecases.copy import CopyLedger, LedgerChange

_LOG = logging.getLogger("quebao.workflows")

ALTERED = "ledger item altered"
"""The event's name in the log; the metric filter of infra/head.yaml counts the lines that have it."""


@dataclass(frozen=True, slots=True)
class LedgerCopySteps:
    """`read` makes a change of a record of the stream."""

    system: Callable[[], System]
    read: Callable[[Mapping[str, Any]], LedgerChange]

    def ledger_copy(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        """Answers with the place of the first record that has to come again, as a partial batch response."""
        outcome = self.system()[CopyLedger]([self.read(record) for record in event["Records"]])
        for key in outcome.altered:
            _LOG.error(ALTERED, extra={"ledger_item": key})
        return {"batchItemFailures": [] if outcome.failed is None else [{"itemIdentifier": outcome.failed}]}
