"""Ports of claims: their store, the facts known of persons, ids, and the settlement machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.history import HistoryEntry
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, Flag, QueueKind, Waiting
from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.domain.years import SettledYear
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, PersonToken
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
    """The insertion of a new version of a claim. Condition: its id is new."""

    record: ClaimRecord


@dataclass(frozen=True, slots=True)
class MoveHead(Part):
    """The naming of a claim's current version by a head, which the first version has not: its number gives its id.
    Condition: the head names `previous`, or does not exist where that is the first version.
    """

    record: ClaimRecord
    previous: str


@dataclass(frozen=True, slots=True)
class UpdateClaim(Part):
    """The replacement of a claim's record. Condition: the claim stands at the revision before `record.revision`."""

    record: ClaimRecord


@dataclass(frozen=True, slots=True)
class RequireClaim(Part):
    """A condition without a write: the claim stands at this revision."""

    claim_id: ClaimId
    revision: int


@dataclass(frozen=True, slots=True)
class OpenWaiting(Part):
    """The entry of an open claim into any queue but that of starts; unconditional, since the revision of the claim
    guards the entry.
    """

    waiting: Waiting


@dataclass(frozen=True, slots=True)
class CloseWaiting(Part):
    """The removal of a claim from a queue, without effect where the claim is not in the queue."""

    key: str
    claim_id: ClaimId


@dataclass(frozen=True, slots=True)
class ClaimNumber:
    """A hospital's claim number, with the id of its first version."""

    institution: InstitutionCode
    claim_no: str
    first_id: ClaimId


@dataclass(frozen=True, slots=True)
class Reception:
    """The facts read of a claim's person and number before reception. `person` is the person to whom the document's
    token leads, `visits` the person's visits of the years that the claim touches, `head` the version that its number
    names; `ascribed` names the persons of the document by the word of single areas.
    """

    person: PersonToken
    ascribed: AscribedDocument
    enrolments: PersonEnrolments
    visits: tuple[PersonVisits, ...]
    head: ClaimId | None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The facts read of a claim's person before the decision: enrolments, the year of discharge, and the visits of the
    years that the claim touches.
    """

    enrolments: PersonEnrolments
    year: PersonYear
    visits: tuple[PersonVisits, ...]


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """A query for the claims of one institution, for those that `agencies` settle, or for those that concern an area
    (which may see them), by instant of receipt. Exactly one of the three is given.

    `agencies` may hold None for the claims whose institution is unknown; `settled_by` keeps only claims of these
    agencies, `treated_at` those of one institution. `received_from` is inside the span, `received_before` is not.
    """

    institution: InstitutionCode | None = None
    agencies: tuple[AreaCode | None, ...] = ()
    area: AreaCode | None = None
    settled_by: tuple[str, ...] | None = None
    treated_at: InstitutionCode | None = None
    claim_no: str | None = None
    status: ClaimStatus | None = None
    reason: str | None = None
    flag: Flag | None = None
    person: PersonToken | None = None
    received_from: str | None = None
    received_before: str | None = None

    def admits(self, record: ClaimRecord) -> bool:
        """Tell whether a claim is among those asked for."""
        return (
            self.institution in (None, record.institution)
            and (not self.agencies or record.agency in self.agencies)
            and (self.area is None or self.area in (record.agency, *record.areas))
            and (self.settled_by is None or record.agency in self.settled_by)
            and self.treated_at in (None, record.institution)
            and self.claim_no in (None, record.claim_no)
            and self.status in (None, record.status)
            and self.reason in (None, record.reason)
            and (self.flag is None or self.flag in record.flags)
            and self.person in (None, record.person)
            and (self.received_from or "") <= record.received_at
            and (self.received_before is None or record.received_at < self.received_before)
        )


class ClaimStore(Protocol):
    def get(self, claim_id: ClaimId) -> ClaimRecord | None: ...

    def get_many(self, claim_ids: Iterable[ClaimId]) -> Mapping[ClaimId, ClaimRecord]:
        """Return claims by id, at most 100 in one request; absent claims are left out."""
        ...

    def body(self, claim_id: ClaimId) -> bytes:
        """Return the body that the hospital sent. Raises `NotFound` for a claim that was never received."""
        ...

    def submitted(self, claim_id: ClaimId) -> tuple[ClaimRecord, bytes] | None:
        """Return a claim with its body, in one request where the body is not large."""
        ...

    def successor(self, institution: InstitutionCode, claim_no: str) -> ClaimRecord | None:
        """Return the current version of a hospital's claim number; None where no version follows the first."""
        ...

    def history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        """Return the changes of a claim since its receipt, in the order in which they happened."""
        ...

    def find(self, query: ClaimQuery, page: PageRequest) -> Page[ClaimRecord]:
        """Return claims, newest first in each partition, from an index that may lag. Raises `Malformed` for a foreign
        cursor.
        """
        ...

    def waiting_for(self, key: str, page: PageRequest) -> Page[Waiting]:
        """Return the places of the claims in a queue."""
        ...

    def open_since(self, kind: QueueKind, before: str, page: PageRequest) -> Page[Waiting]:
        """Return the places of claims that have stood in a queue of some kind since before an instant, oldest first in
        each of the kind's partitions, from an index that may lag.
        """
        ...


@dataclass(frozen=True, slots=True)
class FollowedClaim:
    """A change in the feed of an audience: the place of the change and the claim that it is about, None for a change of
    another thing.
    """

    place: str
    claim_id: ClaimId | None


class ClaimChanges(Protocol):
    """The changes of claims that a party follows, supplied by the events."""

    def begins(self) -> Instant:
        """Return the instant from which changes are kept."""
        ...

    def since(self, institution: InstitutionCode | None, area: AreaCode | None, after: str) -> Iterable[FollowedClaim]:
        """Return the changes that concern an institution, or else an area, after a place or an instant, the oldest
        first. They are read as they are asked for.
        """
        ...


class PersonStore(Protocol):
    def known_as(self, token: PersonToken) -> PersonToken:
        """Return the person to whom a document's token leads: the token, unless an enrolment recorded an earlier
        document.
        """
        ...

    def document(self, token: PersonToken) -> KnownDocument:
        """Return the person of a token, with the document's persons by the word of single areas; in one request."""
        ...

    def reception(self, token: PersonToken, years: Iterable[int], number: ClaimNumber) -> Reception:
        """Return the facts for receiving a claim, in one request: by the token of the claim's document, the calendar
        years that the claim touches, and the claim's number. One request more for a document that leads to a person
        known before, and one for a number under which a claim was received before.
        """
        ...

    def facts(self, person: PersonToken, year: int, years: Iterable[int]) -> PersonFacts:
        """Return the facts for deciding a claim, in one request: of the year of discharge and of the years that the
        claim touches.
        """
        ...

    def enrolments(self, person: PersonToken) -> PersonEnrolments: ...

    def enrolment_history(self, person: PersonToken) -> tuple[EnrolmentVersion, ...]:
        """Return every version of a person's enrolments, oldest first."""
        ...

    def filings(self, person: PersonToken) -> tuple[FilingRecord, ...]: ...

    def years(self, person: PersonToken) -> tuple[PersonYear, ...]:
        """Return every year in which something of the person was settled."""
        ...

    def settled_years(self, agency: AreaCode, part: str, page: PageRequest) -> Page[SettledYear]:
        """Return the years in which an agency settled anything, for one part of its persons, by person and year. Every
        year that was committed is among them. Raises `Malformed` for a foreign cursor.
        """
        ...

    def visits(self, person: PersonToken, year: int) -> PersonVisits:
        """Return the person's visits that touch a calendar year, at version 0 and empty where no visit ever did."""
        ...

    def visit_years(self, person: PersonToken) -> tuple[PersonVisits, ...]:
        """Return every year that a visit of the person ever touched, also a year in which no visit is left."""
        ...

    def year(self, person: PersonToken, year: int) -> PersonYear:
        """Return the person's year, at version 0 and empty where nothing was settled in that year."""
        ...


class AgreementTerms(Protocol):
    def of(self, institution: InstitutionCode) -> InstitutionTerms:
        """Return the terms that an institution's agency recorded of its agreements since the register; none at revision
        0.
        """
        ...


class OnlineLists(Protocol):
    def lists(self, institution: InstitutionCode, day: date) -> bool:
        """Tell whether the health side lists an institution as seeing patients over the internet on a day."""
        ...


class EntryRegister(Protocol):
    def returned(self, person: PersonToken, name_key: str, on: date) -> bool:
        """Tell whether the register of arrivals has a person, under this name, as returned from abroad on a day."""
        ...


class EndsTasks(Protocol):
    """The removal of a claim's tasks from the work list, as the work list knows them."""

    def __call__(self, record: ClaimRecord, at: Instant) -> tuple[ClaimRecord, list[Part]]:
        """Return the claim's record without open tasks, and the writes of the tasks, made in one with the record."""
        ...


class Workflows(Protocol):
    def start_settlement(self, claim_id: ClaimId, attempt: int) -> None:
        """Start a claim's settlement, which may run more than once for one start, and may start for a claim already
        over.
        """
        ...

    def run_settlement(self, claim_id: ClaimId, attempt: int, wait_s: int) -> None:
        """Start a claim's settlement and return when the settlement has ended, in whichever way, or after so many
        seconds.
        """
        ...


class ClaimIds(Protocol):
    def claim_id(self, institution: InstitutionCode, claim_no: str, version: int) -> ClaimId:
        """Return the id of one version of a hospital's claim, `clm_` and 26 letters and digits: the same three values
        give the same id, and nobody without the key can compute an id.
        """
        ...
