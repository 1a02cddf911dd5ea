"""Ports of the use cases, as protocols. Adapters and the tests' fakes implement them alike.

A dependency that does not answer raises `Unavailable`; stored content that does not match its name raises
`IntegrityError`; every list is paged. Reads are strongly consistent unless a method says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.words.ids import EventId
from chalicelib.kernel.writes import Part

Kept = TypeVar("Kept")


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the instant, in UTC."""
        ...

    def today(self) -> date:
        """Return the civil date in Asia/Shanghai."""
        ...


class Sleeper(Protocol):
    def __call__(self, seconds: float, /) -> None: ...


class StartReport(Protocol):
    def __call__(self) -> str:
        """Return the progress of a local system's start: `starting` while the registry is being loaded, `running` while
        worked claims are still being settled, else `done`.
        """
        ...


class Jitter(Protocol):
    def __call__(self) -> float:
        """Return a random number in [0, 1)."""
        ...


class DocumentKind(StrEnum):
    """The kind of a stored document: the folder it is kept in."""

    CLAIM = "claims"
    NOTES = "notes"
    DETERMINATION = "determinations"
    CLEARING = "clearing"
    STATEMENT = "statements"
    SIMULATION = "simulations"
    BATCH = "batches"
    AUDIT = "audits"
    REVIEW = "reviews"


class DocumentStore(Protocol):
    def put(self, kind: DocumentKind, content: bytes) -> str:
        """Keep content under its SHA-256; the same content again changes nothing. Returns the hash."""
        ...

    def get(self, kind: DocumentKind, content_hash: str) -> bytes:
        """Return stored content. Raises `NotFound`, or `IntegrityError` when the content does not hash to its name."""
        ...


@dataclass(frozen=True, slots=True)
class AwaitedFile:
    """A file that somebody is about to bring: its key, and the SHA-256, bytes and media type it must have."""

    key: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """An address that needs no token until an instant; its `headers` are sent unchanged."""

    url: str
    headers: Mapping[str, str]
    expires_at: datetime


class FileStore(Protocol):
    """Files that callers bring and fetch by addresses of their own."""

    def address_to_bring(self, file: AwaitedFile, now: datetime) -> SignedAddress: ...

    def address_to_fetch(self, key: str, now: datetime) -> SignedAddress: ...

    def hash_of(self, key: str) -> str | None:
        """Return the SHA-256 of the stored content under a key, None where nothing is stored."""
        ...


class Shelf(Protocol[Kept]):
    """A store of records that have an id and stand in lists."""

    def get(self, record_id: str) -> Kept | None: ...

    def find(
        self, lists: tuple[str, ...], page: PageRequest, equal: Mapping[str, str] | None = None, *, newest: bool = True
    ) -> Page[Kept]:
        """Find records of some lists, list after list, whose named fields are as given: newest or oldest first.

        The records of a status are found by a key of their own, from an index that may lag; any other field is looked
        at record by record.
        """
        ...


class Commits(Protocol):
    def commit(self, parts: Sequence[Part]) -> None:
        """Write all parts or none. Raises `VersionConflict` where a condition failed or another writer interfered."""
        ...


class Events(Protocol):
    def tell(self, announcement: Announcement) -> None:
        """Tell every listener of an announcement, at least once."""
        ...


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announced event: `kind` names the event (`claim.settled`), `detail` its subject."""

    event_id: EventId
    kind: str
    detail: Mapping[str, str | int]
