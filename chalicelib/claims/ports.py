"""What claims need of the world: their store, what is known of persons, ids, and the settlement machine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.history import HistoryEntry
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, Flag, QueueKind, Waiting
from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.domain.years import SettledYear
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.writes import Part
from chalicelib.registry.domain.agreements import InstitutionTerms
from chalicelib.registry.domain.enrolments import (
    AscribedDocument,
    EnrolmentVersion,
    KnownDocument,
    PersonEnrolments,
)
from chalicelib.registry.domain.filings import FilingRecord


@dataclass(frozen=True, slots=True)
class InsertClaim(Part):
    """Write a new version of a claim. Condition: its id is new."""

    record: ClaimRecord


@dataclass(frozen=True, slots=True)
class MoveHead(Part):
    """Name a claim's current version. Condition: the head names `previous`, or does not exist where that is None."""

    record: ClaimRecord
    previous: str | None


@dataclass(frozen=True, slots=True)
class UpdateClaim(Part):
    """Replace a claim's record. Condition: it stands at the revision before `record.revision`."""

    record: ClaimRecord


@dataclass(frozen=True, slots=True)
class RequireClaim(Part):
    """Write nothing. Condition: the claim stands at this revision."""

    claim_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class OpenWaiting(Part):
    """Put an open claim into a queue; unconditional, since the claim's own revision guards it."""

    waiting: Waiting


@dataclass(frozen=True, slots=True)
class CloseWaiting(Part):
    """Take a claim out of a queue; nothing happens where it is not in it."""

    key: str
    claim_id: str


@dataclass(frozen=True, slots=True)
class Reception:
    """What is read of a claim's person and number before it is received. `person` is whom the document's token leads
    to, `visits` theirs of the years that the claim touches, `head` the version that its number names; `ascribed` is
    whose the document is by the word of single areas.
    """

    person: str
    ascribed: AscribedDocument
    enrolments: PersonEnrolments
    visits: tuple[PersonVisits, ...]
    head: str | None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is read of a claim's person before it is decided: enrolments, the year it was discharged in, and the visits
    of the years that it touches.
    """

    enrolments: PersonEnrolments
    year: PersonYear
    visits: tuple[PersonVisits, ...]


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """One institution's claims, those that `agencies` settle, or those that concern an area (which it may see), by
    instant of receipt. Exactly one of the three is given.

    `agencies` may hold None for the claims whose institution is unknown; `settled_by` keeps only claims of these
    agencies, `treated_at` those of one institution. `received_from` is inside the span, `received_before` is not.
    """

    institution: str | None = None
    agencies: tuple[str | None, ...] = ()
    area: str | None = None
    settled_by: tuple[str, ...] | None = None
    treated_at: str | None = None
    claim_no: str | None = None
    status: ClaimStatus | None = None
    reason: str | None = None
    flag: Flag | None = None
    person: str | None = None
    received_from: str | None = None
    received_before: str | None = None


class ClaimStore(Protocol):
    def get(self, claim_id: str) -> ClaimRecord | None: ...

    def body(self, claim_id: str) -> bytes:
        """What its hospital sent. Raises `NotFound` for a claim that was never received."""
        ...

    def submitted(self, claim_id: str) -> tuple[ClaimRecord, bytes] | None:
        """A claim with its body, in one request where the body is not large."""
        ...

    def head(self, institution: str, claim_no: str) -> ClaimRecord | None:
        """The current version of a hospital's claim number."""
        ...

    def history(self, claim_id: str) -> tuple[HistoryEntry, ...]:
        """What became of a claim since it was received, in the order in which it happened."""
        ...

    def find(self, query: ClaimQuery, page: PageRequest) -> Page[ClaimRecord]:
        """Newest first in each partition, from an index that may lag. Raises `Malformed` for a foreign cursor."""
        ...

    def waiting_for(self, key: str, page: PageRequest) -> Page[Waiting]:
        """Who stands in a queue."""
        ...

    def open_since(self, kind: QueueKind, before: str, page: PageRequest) -> Page[Waiting]:
        """Everyone who has stood in a queue of some kind since before an instant, oldest first in each of the kind's
        partitions, from an index that may lag.
        """
        ...


class PersonStore(Protocol):
    def known_as(self, token: str) -> str:
        """The person to whom a document's token leads: itself, unless an enrolment recorded an earlier document."""
        ...

    def document(self, token: str) -> KnownDocument:
        """The same, with whose the document is by the word of single areas; in one request."""
        ...

    def reception(self, token: str, years: Iterable[int], number: tuple[str, str]) -> Reception:
        """What receiving a claim reads, in one request: by the token of the document it names, the calendar years that
        it touches, and (institution, claim number). Two for a document that leads to somebody known before.
        """
        ...

    def facts(self, person: str, year: int, years: Iterable[int]) -> PersonFacts:
        """What deciding a claim reads, in one request: of the year of discharge, and of the years that it touches."""
        ...

    def enrolments(self, person: str) -> PersonEnrolments: ...

    def enrolment_history(self, person: str) -> tuple[EnrolmentVersion, ...]:
        """Every version of a person's enrolments, oldest first."""
        ...

    def filings(self, person: str) -> tuple[FilingRecord, ...]: ...

    def years(self, person: str) -> tuple[PersonYear, ...]:
        """Every year in which something of the person was settled."""
        ...

    def settled_years(self, agency: str, part: str, page: PageRequest) -> Page[SettledYear]:
        """The years in which an agency settled anything, those of one part of its persons, by person and year. Every
        year that was committed is among them. Raises `Malformed` for a foreign cursor.
        """
        ...

    def visits(self, person: str, year: int) -> PersonVisits:
        """The person's visits that touch a calendar year, at version 0 and empty where none ever did."""
        ...

    def visit_years(self, person: str) -> tuple[PersonVisits, ...]:
        """Every year that a visit of the person ever touched, also where none is left in it."""
        ...

    def year(self, person: str, year: int) -> PersonYear:
        """The person's year, at version 0 and empty where nothing was settled in it."""
        ...


class AgreementTerms(Protocol):
    def of(self, institution: str) -> InstitutionTerms:
        """What an institution's agency recorded of its agreements since the register; at revision 0 nothing."""
        ...


class OnlineLists(Protocol):
    def lists(self, institution: str, day: date) -> bool:
        """Whether the health side lists an institution as seeing patients over the internet on a day."""
        ...


class EntryRegister(Protocol):
    def returned(self, person: str, name_key: str, on: date) -> bool:
        """Whether the register of arrivals has a person, under this name, as returned from abroad on a day."""
        ...


class EndsTasks(Protocol):
    """Takes what somebody had to do about a claim off the work list, as the work list knows it."""

    def __call__(self, record: ClaimRecord, at: str) -> tuple[ClaimRecord, list[Part]]:
        """The claim's record without open tasks, and what is written of them in one with it."""
        ...


class Workflows(Protocol):
    def start_settlement(self, claim_id: str, attempt: int) -> None:
        """Start a claim's settlement; it may run more than once for one start, and start what is over already."""
        ...

    def run_settlement(self, claim_id: str, attempt: int, wait_s: int) -> None:
        """The same, and come back when it has ended, in whichever way, or after so many seconds."""
        ...


class ClaimIds(Protocol):
    def claim_id(self, institution: str, claim_no: str, version: int) -> str:
        """The id of one version of a hospital's claim, `clm_` and 26 letters and digits: the same three values give the
        same id, and nobody without the key can compute it.
        """
        ...
