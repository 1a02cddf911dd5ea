"""Addresses of documents' copies on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.kernel.ports import SignedAddress
from chalicelib.kernel.time import instant
from chalicelib.platform.http.answers import Answer, Sha256
from chalicelib.platform.http.reading import WireModel
from chalicelib.reimbursements.domain.case import Paper
from chalicelib.reimbursements.schemas.cases import FileHash, PaperText
from chalicelib.reimbursements.usecases.papers import PaperCopy

COPY_BYTES_MAX = 10_000_000


class PaperUploadBody(WireModel):
    """The copy that is to be sent; `content_hash` is its SHA-256."""

    content_hash: FileHash
    size: Annotated[int, Field(ge=1, le=COPY_BYTES_MAX)]
    media_type: Literal["application/pdf", "image/jpeg", "image/png"]

    def to_copy(self) -> PaperCopy:
        """The copy as the use case takes it."""
        return PaperCopy(self.content_hash, self.size, self.media_type)


class HeaderDocument(Answer):
    name: str
    value: str


class PaperUploadDocument(Answer):
    """Where to send the copy, and how."""

    method: Literal["PUT"]
    url: str
    headers: list[HeaderDocument]
    expires_at: datetime


class PaperAddressDocument(Answer):
    """Where the copy of a document is fetched with GET."""

    kind: PaperText
    sha256: Sha256
    url: str
    expires_at: datetime


def copy_upload_document(address: SignedAddress) -> dict[str, Any]:
    """Where to send a copy."""
    return {
        "method": "PUT",
        "url": address.url,
        "headers": [{"name": name, "value": value} for name, value in address.headers.items()],
        "expires_at": instant(address.expires_at),
    }


def address_document(paper: Paper, address: SignedAddress) -> dict[str, Any]:
    """Where a copy is fetched."""
    return {
        "kind": paper.kind.value,
        "sha256": paper.sha256,
        "url": address.url,
        "expires_at": instant(address.expires_at),
    }
