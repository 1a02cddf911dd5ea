"""What the registry needs of the world: tokens for persons, keys for names, the vault and its transfers."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.identity_documents import Document
from chalicelib.registry.domain.transfers import EnrolmentTransfer


class TransferStore(Protocol):
    def get(self, transfer_id: str) -> EnrolmentTransfer | None: ...

    def of_area(self, area: str, page: PageRequest) -> Page[EnrolmentTransfer]:
        """What a pooling area asked for or is asked for, newest first."""
        ...


class FilingStore(Protocol):
    def get(self, filing_id: str) -> FilingRecord | None: ...

    def listed_under(self, subject: str, page: PageRequest) -> Page[FilingRecord]:
        """What a pooling area or an institution sees, newest first."""
        ...


class PersonTokens(Protocol):
    def token(self, document: Document) -> str:
        """The keyed token of who holds a document, `prs_` and 32 hexadecimal digits."""
        ...


class NameKeys(Protocol):
    def key(self, person: str, name: str) -> str:
        """The keyed hash under which a person's name is compared, however it is spelt (`kernel/persons/names.py`)."""
        ...


class PersonVault(Protocol):
    def keep(self, person: str, document: Document, name: str, *, is_theirs: bool = True) -> None:
        """Keep who a token stands for, encrypted; the newest name wins. Where it is not theirs, keys and store
        are asked the same and nothing is kept: how long it takes tells nothing.
        """
        ...

    def keep_pending(self, request_id: str, name: str) -> None:
        """Keep the name that a correction brings, encrypted, until it is decided."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Revealed:
    """Who a person is, for the one answer that may say so."""

    id_type: str
    issued_by: str
    id_no: str
    name: str
