"""A batch of claims that is too large to be answered at once: how far it is, and what each of its claims was answered.

A batch is named by its hospital and its content, so that the same bytes of claims are the same batch. It holds no
person's number or name: whose each claim is, was made a keyed token before it was kept.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act


class BatchStatus(StrEnum):
    """receiving -> done; `failed` until it is sent again, when it goes on where it stood."""

    RECEIVING = "receiving"
    DONE = "done"
    FAILED = "failed"


def batch_id_of(institution: str, content: str) -> str:
    """The id of the batch of a hospital with this content, `content` being the hash of what is kept of it."""
    return "bat_" + sha256_hex(f"{institution}\n{content}".encode())[:32]


@dataclass(frozen=True, slots=True)
class Batch:
    """How far a batch is. The first `answered` of its `claims` have their answers, `refused` of them none but reasons.

    `sent` is the act of who sent it last, `content` where its claims are, `attempt` counts the executions.
    """

    batch_id: str
    institution: str
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
        """The batch to be carried on: what failed goes on where it stood, what is done is gone through again, since
        claims may have been reversed, and persons enrolled, after it was refused.
        """
        opened = replace(
            self, sent=sent, status=BatchStatus.RECEIVING, attempt=self.attempt + 1, revision=self.revision + 1
        )
        return replace(opened, answered=0, refused=0) if self.status is BatchStatus.DONE else opened

    def with_answers(self, answers: tuple[BatchAnswer, ...]) -> Batch:
        """How far it is once these claims, the next ones, have their answers."""
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
    """What one claim of a batch was answered: as submitting it alone would have been. `error` is the code of what it
    was refused with, None where the claim is received, and `created` says whether it was new then. `notes` is where
    the findings and warnings are.
    """

    batch_id: str
    index: int
    claim_no: str | None
    error: str | None = None
    created: bool = False
    claim_id: str | None = None
    status: str | None = None
    notes: str | None = None
