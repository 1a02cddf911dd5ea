"""Ports of large batches: their store, and the machine that carries them."""

from __future__ import annotations

from typing import Protocol

from chalicelib.batches.domain import Batch, BatchAnswer, BatchId, BatchStatus
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.words.ids import InstitutionCode


class BatchStore(Protocol):
    def get(self, batch_id: BatchId) -> Batch | None: ...

    def find(self, institution: InstitutionCode | None, status: BatchStatus | None, page: PageRequest) -> Page[Batch]:
        """Return batches, newest first, of one institution or of all, from an index that may lag."""
        ...

    def answers(self, batch: Batch, page: PageRequest) -> Page[BatchAnswer]:
        """Return answers in the order of the batch, only those of the present pass through the batch."""
        ...


class BatchMachine(Protocol):
    def start(self, batch_id: BatchId, attempt: int) -> bool:
        """Start one execution per attempt. Return False where that attempt already ran to its end."""
        ...
