"""Ports of the registry: tokens for persons, keys for names, the vault, transfers and filings."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.words.ids import AreaCode, FilingId, PersonRequestId, PersonToken, TransferId
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.identity_documents import Document
from chalicelib.registry.domain.transfers import EnrolmentTransfer


class TransferStore(Protocol):
    def get(self, transfer_id: TransferId) -> EnrolmentTransfer | None: ...

    def of_area(self, area: AreaCode, page: PageRequest) -> Page[EnrolmentTransfer]:
        """Return the transfers that a pooling area requested or is asked to release, newest first."""
        ...


class FilingStore(Protocol):
    def get(self, filing_id: FilingId) -> FilingRecord | None: ...

    def listed_under(self, subject: str, page: PageRequest) -> Page[FilingRecord]:
        """Return the filings visible to a pooling area or an institution, newest first."""
        ...


class PersonTokens(Protocol):
    def token(self, document: Document) -> PersonToken:
        """Return the keyed token of a document's holder, `prs_` and 32 hexadecimal digits."""
        ...


class NameKeys(Protocol):
    def key(self, person: PersonToken, name: str) -> str:
        """Return the keyed hash for comparing a person's name in any spelling (`kernel/persons/names.py`)."""
        ...


class PersonVault(Protocol):
    def keep(self, person: PersonToken, document: Document, name: str, *, is_theirs: bool = True) -> None:
        """Keep the identity behind a token, encrypted; the newest name wins. With `is_theirs` false, keys and store are
        asked the same and nothing is kept, so that the duration tells nothing.
        """
        ...

    def keep_pending(self, request_id: PersonRequestId, name: str) -> None:
        """Keep the name that a correction brings, encrypted, until the correction is decided."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Revealed:
    """A person's identity, for the only answer that may reveal the identity."""

    id_type: str
    issued_by: str
    id_no: str
    name: str
