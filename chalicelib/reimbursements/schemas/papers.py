"""Wire models of the addresses of documents' copies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.kernel.ports import SignedAddress
from chalicelib.kernel.time import instant
from chalicelib.law.domain.services.vocabulary import PaperKind
from chalicelib.platform.http.answers import Answer, Sha256
from chalicelib.platform.http.reading import WireModel
from chalicelib.reimbursements.domain.case import Paper
from chalicelib.reimbursements.schemas.cases import FileHash
from chalicelib.reimbursements.usecases.papers import PaperCopy

COPY_BYTES_MAX = 10_000_000


class PaperUploadBody(WireModel):
    """The copy to be sent; `content_hash` is its SHA-256."""

    content_hash: FileHash
    size: Annotated[int, Field(ge=1, le=COPY_BYTES_MAX)]
    media_type: Literal["application/pdf", "image/jpeg", "image/png"]

    def to_copy(self) -> PaperCopy:
        """Build the copy for the use case."""
        return PaperCopy(self.content_hash, self.size, self.media_type)


class HeaderDocument(Answer):
    name: str
    value: str


class PaperUploadDocument(Answer):
    """The address, method and headers for sending the copy."""

    method: Literal["PUT"]
    url: str
    headers: list[HeaderDocument]
    expires_at: datetime


class PaperAddressDocument(Answer):
    """The address from which the copy of a document is fetched with GET."""

    kind: PaperKind
    sha256: Sha256
    url: str
    expires_at: datetime


def copy_upload_document(address: SignedAddress) -> dict[str, Any]:
    """Write the address for sending a copy."""
    return {
        "method": "PUT",
        "url": address.url,
        "headers": [{"name": name, "value": value} for name, value in address.headers.items()],
        "expires_at": instant(address.expires_at),
    }


def address_document(paper: Paper, address: SignedAddress) -> dict[str, Any]:
    """Write the address for fetching a copy."""
    return {
        "kind": paper.kind.value,
        "sha256": paper.sha256,
        "url": address.url,
        "expires_at": instant(address.expires_at),
    }
