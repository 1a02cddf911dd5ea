"""Wire forms of batches."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from chalicelib.batches.domain import Batch, BatchStatus
from chalicelib.batches.usecases import KeptAnswer
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.schemas.answers import ShownClaimId
from chalicelib.claims.schemas.claims import ClaimBody
from chalicelib.kernel.errors import Malformed, TooLarge
from chalicelib.kernel.pages import Page
from chalicelib.kernel.persons.personal_data import personal_data
from chalicelib.platform.http.answers import Answer, ErrorItem
from chalicelib.platform.http.fields import Twice, load_apart, read_envelope, refuse_twice
from chalicelib.platform.http.findings import Cite, finding_document, too_long, too_short
from chalicelib.platform.http.problems import status_of_code
from chalicelib.platform.http.reading import WireModel
from chalicelib.platform.http.screen import Holds

BATCH_MAX = 1000
_CLAIM_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")

BatchId = Annotated[str, Field(pattern=r"^bat_[0-9a-f]{32}$")]


class BatchBody(WireModel):
    claims: Annotated[list[ClaimBody], Field(min_length=1, max_length=BATCH_MAX)]


class _Envelope(WireModel):
    """A batch whose claims are still unread: every claim is read, and answered, by itself."""

    claims: Annotated[list[Any], Holds.OWN]


class BatchItemDocument(Answer):
    """The answer to one claim, in the order of the request: the same as submitting the claim alone would have given."""

    index: int
    http_status: int
    claim_no: str | None = None
    claim_id: str | None = None
    status: str | None = None
    retry_after_s: int | None = None
    errors: list[ErrorItem] | None = None


class BatchDocument(Answer):
    accepted: int
    refused: int
    items: list[BatchItemDocument]


class BatchReceived(Answer):
    """A batch of more claims than are answered at once."""

    batch_id: BatchId
    status: BatchStatus
    claims: int


class BatchSummaryItem(Answer):
    """The progress of a batch: of its `claims` so many are `answered`, and so many of these `refused`."""

    batch_id: BatchId
    institution: str
    status: BatchStatus
    sent_at: datetime
    claims: int
    answered: int
    refused: int


class BatchSummary(BaseModel):
    items: list[BatchSummaryItem]
    next: str | None


class KeptBatchItem(Answer):
    """The answer to one claim, as submitting the claim alone would give. `status` is the claim's at that moment."""

    index: int
    http_status: int
    claim_no: str | None = None
    claim_id: ShownClaimId | None = None
    status: ClaimStatus | None = None
    warnings: list[ErrorItem] | None = None
    errors: list[ErrorItem] | None = None


class BatchPage(BatchSummaryItem):
    """A batch and a page of the answers so far."""

    items: list[KeptBatchItem]
    next: str | None


def batch_summary(batch: Batch) -> dict[str, Any]:
    """Write the progress of a batch."""
    return {
        **BatchReceived.from_record(batch),
        "institution": batch.institution,
        "sent_at": batch.sent.at,
        "answered": batch.answered,
        "refused": batch.refused,
    }


def batch_document(batch: Batch, page: Page[KeptAnswer], cite: Cite) -> dict[str, Any]:
    """Write the progress of a batch and a page of its answers."""
    items = [_item(each, cite) for each in page.items]
    return {**batch_summary(batch), "items": items, "next": page.next}


def _item(kept: KeptAnswer, cite: Cite) -> dict[str, Any]:
    answer, notes = kept.answer, kept.notes
    known = {"claim_no": answer.claim_no, "claim_id": answer.claim_id, "status": answer.status}
    found = {"errors": notes.findings, "warnings": notes.warnings}
    received = 202 if answer.created else 200
    return {
        "index": answer.index,
        "http_status": received if answer.error is None else status_of_code(answer.error),
        **{name: value for name, value in known.items() if value is not None},
        **{name: [finding_document(each, cite) for each in rows] for name, rows in found.items() if rows},
    }


def claims_of(raw: bytes) -> list[Any]:
    """Return the claims of a batch, still unread. Raises `Malformed` for another shape and for no claims, `TooLarge`
    for too many.
    """
    document = load_apart(raw)
    if isinstance(document, Twice):
        refuse_twice(document)
    claims = read_envelope(_Envelope, document).claims
    if not claims:
        raise Malformed([too_short("claims", 1)])
    if len(claims) > BATCH_MAX:
        many = too_long("list-too-long", "claims", BATCH_MAX)
        raise TooLarge([many], many.message)
    return claims


def number_of(claim: Any) -> dict[str, str]:
    """Return the claim's number where the number can be repeated: a number of another form could hold anything."""
    number = claim.get("claim_no") if isinstance(claim, dict) else None
    is_ours = isinstance(number, str) and _CLAIM_NO.fullmatch(number) and not personal_data(number)
    return {"claim_no": str(number)} if is_ours else {}
