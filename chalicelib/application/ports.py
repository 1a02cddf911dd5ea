"""What the use cases need of the world, as protocols. Adapters and the tests' fakes implement them alike.

A dependency that does not answer raises `Unavailable`; stored content that does not match its name raises
`IntegrityError`; every list is paged. Reads are strongly consistent unless a method says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.application.announcements import Announcement
from chalicelib.application.claim_history import HistoryEntry
from chalicelib.application.publications import Publication
from chalicelib.application.records import (
    ClaimRecord,
    ClaimStatus,
    Flag,
    HospitalMoney,
    PaymentOrder,
    PersonEnrolments,
    Waiting,
)
from chalicelib.application.requests import Page, PageRequest
from chalicelib.application.writes import Part
from chalicelib.domain.advances import Advance, AdvanceStatus
from chalicelib.domain.budgets import Budget, MonthSpending
from chalicelib.domain.enrolment_transfers import EnrolmentTransfer
from chalicelib.domain.enrolments import EnrolmentVersion
from chalicelib.domain.filings import FilingRecord
from chalicelib.domain.identity_documents import Document
from chalicelib.domain.ledger import Transaction
from chalicelib.domain.ledger_copy import LedgerItem
from chalicelib.domain.lookups import Lookup, LookupLimits
from chalicelib.domain.money import Fen
from chalicelib.domain.patient_advances import PatientAdvance, PatientAdvanceStatus
from chalicelib.domain.payments import PaymentStatus, RemittanceLine
from chalicelib.domain.person_requests import PersonRequest
from chalicelib.domain.policy import Bundle
from chalicelib.domain.visits import PersonVisits
from chalicelib.domain.year import PersonYear


class Clock(Protocol):
    def now(self) -> datetime:
        """The instant, in UTC."""
        ...

    def today(self) -> date:
        """The civil date in Asia/Shanghai."""
        ...


class Sleeper(Protocol):
    def __call__(self, seconds: float, /) -> None: ...


class StartReport(Protocol):
    def __call__(self) -> str:
        """How far the start of a local system is: `starting` while the registry is being loaded, `running` while
        worked claims are still being settled, else `done`.
        """
        ...


class Jitter(Protocol):
    def __call__(self) -> float:
        """A random number in [0, 1)."""
        ...


class BundleStore(Protocol):
    def current(self) -> Bundle:
        """The bundle the pointer names now. Raises `Unavailable` where none is published."""
        ...

    def current_hash(self) -> str | None:
        """What the pointer names now, None before the first publication."""
        ...

    def load(self, bundle_hash: str) -> Bundle:
        """Any bundle ever published. Raises `NotFound`, or `IntegrityError` for another content."""
        ...

    def put(self, content: bytes) -> str:
        """Keep a bundle under its hash, once, and sign it; returns the hash."""
        ...

    def pointer(self) -> Publication | None:
        """The publication in force now, None before the first."""
        ...

    def publication(self, number: int) -> Publication | None:
        """A publication by its number; None where there never was one."""
        ...

    def move_pointer(self, publication: Publication) -> None:
        """Make a kept bundle the current one. Raises `VersionConflict` unless the pointer stands at the publication
        numbered one less, of the bundle `publication.previous`.
        """
        ...


class DocumentKind(StrEnum):
    """What a stored document is; the folder it is kept in."""

    CLAIM = "claims"
    NOTES = "notes"
    DETERMINATION = "determinations"
    CIRCUMSTANCES = "circumstances"
    CLEARING = "clearing"
    STATEMENT = "statements"
    SIMULATION = "simulations"


class DocumentStore(Protocol):
    def put(self, kind: DocumentKind, content: bytes) -> str:
        """Keep content under its SHA-256; the same content again changes nothing. Returns the hash."""
        ...

    def get(self, kind: DocumentKind, content_hash: str) -> bytes:
        """Raises `NotFound`, or `IntegrityError` when what is stored does not hash to its name."""
        ...


class Commits(Protocol):
    def commit(self, parts: Sequence[Part]) -> None:
        """All parts or none. Raises `VersionConflict` where a condition failed or another writer interfered."""
        ...


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """One institution's claims, those that `agencies` settle, or those that concern an area (which it may see), by
    instant of receipt. Exactly one of the three is given.

    `agencies` may hold None for the claims whose institution is unknown; `settled_by` keeps only claims of these
    agencies. `received_from` is inside the span,
    `received_before` is not.
    """

    institution: str | None = None
    agencies: tuple[str | None, ...] = ()
    area: str | None = None
    settled_by: tuple[str, ...] | None = None
    claim_no: str | None = None
    status: ClaimStatus | None = None
    flag: Flag | None = None
    person: str | None = None
    received_from: str | None = None
    received_before: str | None = None


class ClaimStore(Protocol):
    def get(self, claim_id: str) -> ClaimRecord | None: ...

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

    def open_since(self, before: str, page: PageRequest) -> Page[Waiting]:
        """Everyone who has stood in some queue since before an instant, from an index that may lag."""
        ...


class PersonStore(Protocol):
    def known_as(self, token: str) -> str:
        """The person to whom a document's token leads: itself, unless an enrolment recorded an earlier document."""
        ...

    def enrolments(self, person: str) -> PersonEnrolments: ...

    def enrolment_history(self, person: str) -> tuple[EnrolmentVersion, ...]:
        """Every version of a person's enrolments, oldest first."""
        ...

    def filings(self, person: str) -> tuple[FilingRecord, ...]: ...

    def years(self, person: str) -> tuple[PersonYear, ...]:
        """Every year in which something of the person was settled."""
        ...

    def visits(self, person: str, year: int) -> PersonVisits:
        """The person's visits that touch a calendar year, at version 0 and empty where none ever did."""
        ...

    def year(self, person: str, year: int) -> PersonYear:
        """The person's year, at version 0 and empty where nothing was settled in it."""
        ...


class TransferStore(Protocol):
    def get(self, transfer_id: str) -> EnrolmentTransfer | None: ...

    def of_area(self, area: str, page: PageRequest) -> Page[EnrolmentTransfer]:
        """What a pooling area asked for or is asked for, newest first."""
        ...


class PersonRequestStore(Protocol):
    def get(self, request_id: str) -> PersonRequest | None: ...

    def of_area(self, area: str, page: PageRequest) -> Page[PersonRequest]:
        """The requests of an area's agency, newest first."""
        ...


class FilingStore(Protocol):
    def get(self, filing_id: str) -> FilingRecord | None: ...

    def listed_under(self, subject: str, page: PageRequest) -> Page[FilingRecord]:
        """What a pooling area or an institution sees, newest first."""
        ...


class LedgerStore(Protocol):
    def get(self, transaction_id: str) -> Transaction | None: ...

    def journal(self, page: PageRequest) -> Page[Transaction]:
        """The whole journal in a stable order, a page at a time."""
        ...

    def stored(self, page: PageRequest) -> Page[LedgerItem]:
        """The journal's items as they stand, whatever they have become."""
        ...

    def stored_owing(self, tier: str, period: str) -> Iterable[LedgerItem]:
        """The items beside the journal that say what a month owes between areas in a tier, as they stand."""
        ...


class BudgetStore(Protocol):
    def budget(self, institution: str, year: int) -> Budget:
        """A year's budget; one nobody set or used has nothing in it."""
        ...


class HospitalStore(BudgetStore, Protocol):
    def special_advance_fen(self, institution: str) -> Fen:
        """The balance of the hospital's special advance; 0 where it never had one."""
        ...

    def payment_order(self, institution: str, claim_id: str, number: int = 0) -> PaymentOrder | None: ...

    def payment_orders(self, institution: str, page: PageRequest) -> Page[PaymentOrder]:
        """A hospital's payment orders, by claim and round."""
        ...

    def orders_of(
        self, agencies: Sequence[str], statuses: Sequence[PaymentStatus], page: PageRequest
    ) -> Page[PaymentOrder]:
        """The payment orders of some offices in some states, oldest first in each, from an index that may lag."""
        ...

    def remittances(self, institution: str, from_at: str, before_at: str) -> tuple[RemittanceLine, ...]:
        """The lines of a span of time, by instant; `from_at` is inside, `before_at` is not."""
        ...

    def money(self, institution: str) -> HospitalMoney:
        """What the hospital holds of advances and owes back."""
        ...

    def budgets(self, institution: str) -> tuple[Budget, ...]:
        """Every budget of an institution, by year."""
        ...

    def spending(self, institution: str, periods: Sequence[str]) -> tuple[MonthSpending, ...]:
        """What the funds paid the hospital in some months (`2026-11`), in their order."""
        ...


class AdvanceStore(Protocol):
    def get(self, advance_id: str) -> Advance | None: ...

    def of_institution(self, institution: str, page: PageRequest) -> Page[Advance]:
        """A hospital's advances in the order in which they were asked for, from an index that may lag."""
        ...

    def of_agencies(
        self, agencies: Sequence[str], statuses: Sequence[AdvanceStatus], page: PageRequest
    ) -> Page[Advance]:
        """The advances of some offices in some states, oldest first in each, from an index that may lag."""
        ...

    def keep_token(self, advance_id: str, stage: str, token: str) -> None:
        """Keep where the machine waits; the newest execution's stands."""
        ...

    def token(self, advance_id: str, stage: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class PatientAdvanceQuery:
    """The requests that an area's agency may see, or those that some centres pass on. Exactly one of both is given."""

    area: str | None = None
    centres: tuple[str, ...] = ()
    status: PatientAdvanceStatus | None = None


class PatientAdvanceStore(Protocol):
    def get(self, request_id: str) -> PatientAdvance | None: ...

    def find(self, query: PatientAdvanceQuery, page: PageRequest) -> Page[PatientAdvance]:
        """Oldest first in each partition, as they are worked off, from an index that may lag."""
        ...


class PrepaymentMachine(Protocol):
    def start(self, advance_id: str) -> None:
        """Start an advance's execution, once."""
        ...

    def proceed(self, token: str, answer: str) -> None:
        """Let an execution that waits with a token go on with an answer; nothing happens where it does not wait."""
        ...


class Workflows(Protocol):
    def start_settlement(self, claim_id: str, attempt: int) -> bool:
        """Start a claim's settlement once per attempt. False where that attempt already ran to its end."""
        ...


class Events(Protocol):
    def tell(self, announcement: Announcement) -> None:
        """Tell whoever listens, at least once."""
        ...


class PersonTokens(Protocol):
    def token(self, document: Document) -> str:
        """The keyed token of who holds a document, `prs_` and 32 hexadecimal digits."""
        ...


class ClaimIds(Protocol):
    def claim_id(self, institution: str, claim_no: str, version: int) -> str:
        """The id of one version of a hospital's claim, `clm_` and 26 letters and digits: the same three values give the
        same id, and nobody without the key can compute it.
        """
        ...


class AccessRecords(Protocol):
    def keep(self, lookup: Lookup) -> None:
        """Add one look-up; nothing that was added is ever changed."""
        ...

    def of_person(self, person: str, from_at: str | None, before_at: str | None, page: PageRequest) -> Page[Lookup]:
        """The look-ups of a person between two instants (the first inside, the second not), oldest first."""
        ...


class LookupCounts(Protocol):
    def count(self, institution: str, minute: str, limits: LookupLimits, *, matched: bool) -> bool:
        """Count one look-up of a minute. False, and nothing is counted, where either kind has reached its limit, also
        when many count at once.
        """
        ...


class NameKeys(Protocol):
    def key(self, person: str, name: str) -> str:
        """The keyed hash under which a person's name is compared, whatever way it is spelt (`domain/names.py`)."""
        ...


class PersonVault(Protocol):
    def keep(self, person: str, document: Document, name: str) -> None:
        """Keep who a token stands for, encrypted; the newest name wins."""
        ...

    def keep_pending(self, request_id: str, name: str) -> None:
        """Keep the name that a correction brings, encrypted, until it is decided."""
        ...
