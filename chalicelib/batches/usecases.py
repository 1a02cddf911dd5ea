"""Keeps a large batch, and receives its claims one by one, every claim as if sent alone.

The call that takes a batch reads every claim and makes its patient a keyed token, so that the kept batch names nobody;
a state machine then receives the claims, some at a time, and keeps the answers. Receiving a claim twice does nothing
twice, so a task that was cut off simply runs again. Where a minute's look-ups are used up the batch waits for the next
minute: its hospital need not send anything again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from chalicelib.adjudication.domain.claim_document import read_claim, write_claim
from chalicelib.batches.access import BATCH_READ
from chalicelib.batches.domain import Batch, BatchAnswer, BatchId, BatchStatus, batch_id_of
from chalicelib.batches.ports import BatchMachine, BatchStore
from chalicelib.claims.access import CLAIM_SUBMIT
from chalicelib.claims.domain.record import Notes
from chalicelib.claims.domain.submission import Incoming, Submission
from chalicelib.claims.usecases.documents import Documents, read_finding, write_finding
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.claims.usecases.submit import BATCH_CALL, SubmitClaim
from chalicelib.kernel.access import Principal, Resource, Role, require
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.errors import Finding, QuebaoError, TooManyRequests, Unavailable, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits, DocumentKind, DocumentStore
from chalicelib.kernel.retry import Retrying, carry, is_under_way
from chalicelib.kernel.time import instant
from chalicelib.kernel.writes import Put, Revise
from chalicelib.registry.domain.identity_documents import Document
from chalicelib.registry.domain.resources import own, permitted

AT_ONCE = 40
"""The claims of one task: their answers and the batch's progress are one write, which holds a hundred items."""

_LOG = logging.getLogger("quebao.batches")


@dataclass(frozen=True, slots=True)
class Refused:
    """A claim of a batch refused for errors in its own body. `claim_no` is None where the body has no number in its
    place.
    """

    claim_no: str | None
    code: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim of a batch with a correct body, and the document of its patient."""

    submission: Submission
    document: Document


Sent: TypeAlias = Checked | Refused
"""A claim of a batch as the edge read it."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer with its findings and warnings about the claim."""

    answer: BatchAnswer
    notes: Notes


@dataclass(frozen=True, slots=True)
class SubmitBatch:
    """The submission of a batch, which keeps the batch and starts the machine that receives its claims."""

    persons: Identifying
    documents: DocumentStore
    store: BatchStore
    machine: BatchMachine
    commits: Commits
    clock: Clock
    retrying: Retrying

    def __call__(self, principal: Principal, claims: Sequence[Sent]) -> Batch:
        """Keep a new batch or find a known batch. Of batches sent again, a running batch is left alone, a failed batch
        goes on where it stood, and a finished batch is gone through again. Raises `Unavailable` where no token can be
        made; then nothing is kept.
        """
        require(principal, CLAIM_SUBMIT, Resource("claim", institution=principal.subject))
        document = {"claims": [self._row(each) for each in claims]}
        content = self.documents.put(DocumentKind.BATCH, canonical_json(document))
        sent = Act.of(principal, instant(self.clock.now()))
        first = Batch(batch_id_of(principal.institution, content), principal.institution, sent, content, len(claims))
        return carry(
            lambda ended: self._opened(first, ended),
            lambda batch: self.machine.start(batch.batch_id, batch.attempt),
            self.retrying,
        )

    def _opened(self, first: Batch, ended: Batch | None) -> Batch:
        known = self.store.get(first.batch_id)
        if known is not None and is_under_way(known, ended):
            return known
        batch = first if known is None else known.sent_again(first.sent)
        self.commits.commit([Revise(batch)])
        return batch

    def _row(self, sent: Sent) -> dict[str, Any]:
        if isinstance(sent, Checked):
            return _incoming_row(self.persons.incoming(sent.submission, sent.document))
        return _refused_row(sent)


@dataclass(frozen=True, slots=True)
class ReceiveBatch:
    """The tasks of the batch machine."""

    submit: SubmitClaim
    notes: Documents
    documents: DocumentStore
    store: BatchStore
    commits: Commits

    def step(self, batch_id: BatchId) -> tuple[Batch, int]:
        """Receive the next claims; return the batch with its progress and the seconds to wait before the next step."""
        batch = existing(self.store.get(batch_id))
        if not batch.is_running:
            return batch, 0
        rows = json.loads(self.documents.get(DocumentKind.BATCH, batch.content))["claims"]
        answers: list[BatchAnswer] = []
        wait_s = 0
        for index in range(batch.answered, min(batch.claims, batch.answered + AT_ONCE)):
            try:
                answers.append(self._answer(batch, index, rows[index]))
            except TooManyRequests as limit:
                wait_s = limit.retry_after_s
                break
        if answers:
            batch = batch.with_answers(tuple(answers))
            self.commits.commit([Revise(batch), *(Put(each) for each in answers)])
        return batch, wait_s

    def fail(self, batch_id: BatchId) -> None:
        """Mark the batch as failed, so that the stop is seen and the batch can be sent again."""
        batch = self.store.get(batch_id)
        if batch is not None and batch.is_running:
            self.commits.commit([Revise(replace(batch, status=BatchStatus.FAILED, revision=batch.revision + 1))])

    def _answer(self, batch: Batch, index: int, row: dict[str, Any]) -> BatchAnswer:
        """Return the answer that submitting one claim alone would give. Unreachable dependencies raise: the task runs
        again.
        """
        if "refused" in row:
            found = tuple(read_finding(each) for each in row["findings"])
            return self._refused(BatchAnswer(batch.batch_id, index, row.get("claim_no")), row["refused"], found)
        incoming = _read_incoming(row)
        answer = BatchAnswer(batch.batch_id, index, incoming.claim.claim_no)
        by = Principal(batch.sent.actor, batch.sent.role, batch.sent.subject)
        try:
            outcome = self.submit.receive(by, incoming, call=BATCH_CALL)
        except (TooManyRequests, Unavailable):
            raise
        except QuebaoError as refused:
            return self._refused(answer, refused.code, findings_of(refused))
        except Exception as error:  # noqa: BLE001 - the other claims' answers must not be lost
            _LOG.error("unexpected error", exc_info=error)
            return self._refused(answer, QuebaoError.code, findings_of(QuebaoError()))
        view = outcome.view
        # The claim's own instant decides: a task that runs again would find every claim known.
        created = view.received_at >= batch.sent.at
        notes = self.notes.put_notes(Notes((), view.warnings))
        return replace(answer, created=created, claim_id=view.claim_id, status=view.status.value, notes=notes)

    def _refused(self, answer: BatchAnswer, code: str, findings: tuple[Finding, ...]) -> BatchAnswer:
        return replace(answer, error=code, notes=self.notes.put_notes(Notes(findings)))


@dataclass(frozen=True, slots=True)
class ReadBatch:
    documents: Documents
    store: BatchStore

    def __call__(self, principal: Principal, batch_id: BatchId, page: PageRequest) -> tuple[Batch, Page[KeptAnswer]]:
        """Return the progress of a batch and a page of its answers. Raises `NotFound` also for a foreign batch."""
        batch = self._batch(principal, batch_id)
        return batch, self._page(batch, page)

    def whole(self, principal: Principal, batch_id: BatchId) -> tuple[Batch, list[KeptAnswer]]:
        """Return the progress of a batch and all of its answers. Raises `NotFound` also for a foreign batch."""
        batch = self._batch(principal, batch_id)
        answers = list(every(lambda page: self.store.answers(batch, page)))
        return batch, list(self._with_notes(answers))

    def _batch(self, principal: Principal, batch_id: BatchId) -> Batch:
        return permitted(
            principal,
            BATCH_READ,
            "batch",
            self.store.get(batch_id),
            lambda batch: Resource("batch", institution=batch.institution),
        )

    def _page(self, batch: Batch, page: PageRequest) -> Page[KeptAnswer]:
        found = self.store.answers(batch, page)
        return Page(self._with_notes(found.items), found.next)

    def _with_notes(self, answers: Sequence[BatchAnswer]) -> tuple[KeptAnswer, ...]:
        notes = self.documents.notes_of(each.notes for each in answers)
        return tuple(KeptAnswer(each, notes[each.notes]) for each in answers)


@dataclass(frozen=True, slots=True)
class ListBatches:
    store: BatchStore

    def __call__(self, principal: Principal, status: BatchStatus | None, page: PageRequest) -> Page[Batch]:
        """Return batches, the newest first: a hospital's own, the auditor's all."""
        whose = own(principal, "batch")
        require(principal, BATCH_READ, whose)
        return self.store.find(principal.institution if principal.role is Role.HOSPITAL else None, status, page)


def findings_of(refused: QuebaoError) -> tuple[Finding, ...]:
    """Return every finding of a refusal, or the error's own sentence where the error lists none."""
    return refused.findings or (Finding(refused.code, "", refused.message),)


def _refused_row(refused: Refused) -> dict[str, Any]:
    return {
        "claim_no": refused.claim_no,
        "refused": refused.code,
        "findings": [write_finding(each) for each in refused.findings],
    }


def _incoming_row(incoming: Incoming) -> dict[str, Any]:
    return {
        "claim": write_claim(incoming.claim),
        "resubmit": incoming.resubmit,
        "warnings": [write_finding(each) for each in incoming.warnings],
    }


def _read_incoming(row: dict[str, Any]) -> Incoming:
    warnings = tuple(read_finding(each) for each in row["warnings"])
    return Incoming(read_claim(row["claim"]), row["resubmit"], warnings)
