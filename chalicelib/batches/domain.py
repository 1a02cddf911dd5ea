"""Batches of claims that are too large to be answered at once: their progress, and the answer to every claim.

A batch is named by its hospital and its content, so that the same bytes of claims are the same batch. A batch holds no
person's number or name: the patient of every claim was made a keyed token before the claim was kept.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import NewType

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode

BatchId = NewType("BatchId", str)


class BatchStatus(StrEnum):
    """The status of a batch: receiving -> done; `failed` until the batch is sent again and goes on where it stood."""

    RECEIVING = "receiving"
    DONE = "done"
    FAILED = "failed"


def batch_id_of(institution: InstitutionCode, content: str) -> BatchId:
    """Return the id of a hospital's batch with this content, `content` being the hash of the claims as kept."""
    return BatchId("bat_" + sha256_hex(f"{institution}\n{content}".encode())[:32])


@dataclass(frozen=True, slots=True)
class Batch:
    """The progress of a batch. The first `answered` of its `claims` have answers, of which `refused` hold only reasons.

    `sent` is the act of the last sender, `content` the hash under which its claims are kept, `attempt` counts the
    executions.
    """

    batch_id: BatchId
    institution: InstitutionCode
    sent: Act
    content: str
    claims: int
    status: BatchStatus = BatchStatus.RECEIVING
    answered: int = 0
    refused: int = 0
    attempt: int = 1
    revision: int = 1

    @property
    def is_running(self) -> bool:
        return self.status is BatchStatus.RECEIVING

    def sent_again(self, sent: Act) -> Batch:
        """Return the batch to be carried on: a failed batch goes on where it stood, a finished batch is gone through
        again, since claims may have been reversed, and persons enrolled, after they were refused.
        """
        opened = replace(
            self, sent=sent, status=BatchStatus.RECEIVING, attempt=self.attempt + 1, revision=self.revision + 1
        )
        return replace(opened, answered=0, refused=0) if self.status is BatchStatus.DONE else opened

    def with_answers(self, answers: tuple[BatchAnswer, ...]) -> Batch:
        """Return the batch once these claims, the next in order, have their answers."""
        answered = self.answered + len(answers)
        return replace(
            self,
            status=BatchStatus.DONE if answered == self.claims else BatchStatus.RECEIVING,
            answered=answered,
            refused=self.refused + sum(each.error is not None for each in answers),
            revision=self.revision + 1,
        )


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The answer to one claim of a batch: the same as submitting the claim alone would have given. `error` is the code
    of the refusal, None where the claim is received, and `created` tells whether the claim was new then. `notes` is the
    hash of the findings and warnings.
    """

    batch_id: BatchId
    index: int
    claim_no: str | None
    error: str | None = None
    created: bool = False
    claim_id: ClaimId | None = None
    status: str | None = None
    notes: str | None = None
