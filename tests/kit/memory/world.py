"""The world of the use cases in memory: every port, with the same promises as the adapters, and hands to move it.

Stores share one lock, as a transaction does; reads see every commit at once. The contract suite in
tests/claims/test_tables.py holds the stores here and the adapters to the same sentences.
"""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import b32encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.advances.ports import AdvanceStore, PrepaymentMachine
from chalicelib.advances.tables import DynamoAdvanceStore
from chalicelib.audit.domain.seals import Seal
from chalicelib.audit.ports import AuditMachine, AuditStore, SealStore
from chalicelib.audit.tables import SEALS, DynamoAuditStore, DynamoSealStore
from chalicelib.bank.ports import BankMovements
from chalicelib.bank.tables import DynamoBankMovements
from chalicelib.batches.ports import BatchMachine, BatchStore
from chalicelib.batches.tables import DynamoBatchStore
from chalicelib.claims.domain.counted import counted_change
from chalicelib.claims.domain.history import HistoryEntry
from chalicelib.claims.domain.record import ClaimRecord, QueueKind, Waiting
from chalicelib.claims.domain.visits import years_of
from chalicelib.claims.ports import (
    AgreementTerms,
    ClaimIds,
    ClaimNumber,
    ClaimQuery,
    ClaimStore,
    CloseWaiting,
    InsertClaim,
    MoveHead,
    OpenWaiting,
    PersonStore,
    Reception,
    RequireClaim,
    UpdateClaim,
    Workflows,
)
from chalicelib.claims.tables.agreements import DynamoAgreementTerms
from chalicelib.claims.tables.claims import DynamoClaimStore
from chalicelib.claims.tables.persons import DynamoPersonStore
from chalicelib.claims.usecases.announce import Announcing
from chalicelib.clearing.ports import ClearingMachine, RunStore, WindowStore
from chalicelib.clearing.tables.writes import ClearingPart
from chalicelib.console.ports import FilesOrigin, SignIn
from chalicelib.enrolment.tables import DynamoFilingStore, DynamoTransferStore
from chalicelib.impact.ports import (
    MovedStore,
    RecalculationMachine,
    RecalculationStore,
    SimulationMachine,
    SimulationStore,
)
from chalicelib.impact.tables.moved import DynamoMovedStore
from chalicelib.impact.tables.recalculations import DynamoRecalculationStore
from chalicelib.impact.tables.simulations import DynamoSimulationStore
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.clocks import WorkingDays
from chalicelib.kernel.errors import IntegrityError, NotFound, Unavailable, VersionConflict
from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.kernel.persons.names import fold_name
from chalicelib.kernel.ports import (
    Announcement,
    Clock,
    Commits,
    DocumentKind,
    DocumentStore,
    Events,
    FileStore,
    Jitter,
    Sleeper,
    StartReport,
)
from chalicelib.kernel.system import Ports
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant, civil_date, instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, PersonToken, TransactionId
from chalicelib.kernel.writes import Insert, Part, Remove, Verb
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.authoring.merge import merge_table
from chalicelib.law.domain.bundle import BundleFile, open_bundle
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.publication import KeptBundles, PolicyCompiler, Publication
from chalicelib.law.ports import BundleStore
from chalicelib.law.tables import DynamoKeptBundles
from chalicelib.law.usecases.import_table import TableMerger
from chalicelib.ledger.domain.books import place_in_time
from chalicelib.ledger.domain.copy import LedgerItem
from chalicelib.ledger.domain.obligations import month_parts, province_of
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.ports import Books, CopyPlace, LedgerStore, PostTransaction, StoredTransaction
from chalicelib.ledger.tables import DynamoBooks, items_of, place_of, stored_transaction
from chalicelib.ledger.usecases.copy import LedgerArchive, LedgerChange
from chalicelib.lookups.domain import LookupLimits
from chalicelib.lookups.ports import AccessRecords, LookupCounts
from chalicelib.main.capabilities import CAPABILITIES
from chalicelib.operations.domain import Alarm, AlarmStanding, GivenUp, MachineState, Schedule
from chalicelib.operations.ports import Machinery
from chalicelib.patient_advances.ports import PatientAdvanceStore
from chalicelib.patient_advances.tables import DynamoPatientAdvanceStore
from chalicelib.person_requests.ports import PersonRequestStore
from chalicelib.person_requests.tables import DynamoPersonRequestStore
from chalicelib.person_requests.usecases import CarryOut, PersonDesk, VaultKeeper
from chalicelib.platform.working_days import ChineseWorkingDays
from chalicelib.registry.domain.identity_documents import Document
from chalicelib.registry.domain.model import NATION
from chalicelib.registry.ports import (
    FilingStore,
    NameKeys,
    PersonTokens,
    PersonVault,
    Revealed,
    TransferStore,
)
from chalicelib.settlement.ports import ClaimFacts, FactStore, HospitalStore, SweepStore
from chalicelib.settlement.tables.items import MoneyPart
from chalicelib.settlement.tables.sweeps import DynamoSweepStore
from chalicelib.trail.ports import TrailStore
from chalicelib.trail.tables import DynamoTrailStore
from chalicelib.worklist.ports import TaskStore
from chalicelib.worklist.tables import DynamoTaskStore
from tests.kit.builders import published
from tests.kit.memory.audits import FakeAuditMachine
from tests.kit.memory.batches import FakeBatchMachine
from tests.kit.memory.clearing import ClearingMemory, FakeClearingMachine, FakeRunStore, FakeWindowStore
from tests.kit.memory.files import FakeFileStore
from tests.kit.memory.ledger_copy import FakeLedgerArchive, added, stored_items
from tests.kit.memory.lookups import FakeAccessRecords, FakeLookupCounts
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.money import (
    FakeHospitalStore,
    FakePrepaymentMachine,
    MoneyMemory,
)
from tests.kit.memory.recalculation import FakeRecalculationMachine
from tests.kit.memory.simulation import FakeSimulationMachine
from tests.kit.memory.tables import MemoryTable, MemoryTables
from tests.kit.plain_statements import without_workbooks

T = TypeVar("T")

KEPT_ON_SHELVES = frozenset(
    {
        "agreements",
        "arrivals",
        "beds",
        "coding",
        "contingency",
        "events",
        "fund_accounts",
        "issues",
        "personal_accounts",
        "premiums",
        "prescriptions",
        "progress_reports",
        "reimbursements",
        "requisitions",
        "service_desk",
        "summary",
        "supervision",
        "supply",
    }
)
"""Capabilities that keep everything in the state table: their own stores stand over the tables in memory."""


@dataclass(frozen=True)
class OnMemory:
    """A cloud that has a state table and nothing else."""

    state: MemoryTable


START = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


class Memory:
    """The state that the stores share."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.claims: dict[ClaimId, ClaimRecord] = {}
        self.changes: list[HistoryEntry] = []
        self.heads: dict[tuple[InstitutionCode, str], ClaimId] = {}
        self.waiting: dict[tuple[str, str], Waiting] = {}
        self.ledger: dict[str, Transaction] = {}
        self.stream: list[LedgerChange] = []
        self.money = MoneyMemory()
        self.clearing = ClearingMemory()
        self.tables = MemoryTables(self.lock)

    def all(self, kind: type[T]) -> list[T]:
        """Every record of a type."""
        return self.tables.all(kind)

    def forget(self, *kinds: type[Any]) -> None:
        """Take every record of some types away, without its copies."""
        self.tables.commit([Remove(record) for kind in kinds for record in self.tables.all(kind)])


class FakeCommits:
    """Checks every part, then applies every part."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def commit(self, parts: Sequence[Part]) -> None:
        with self._memory.lock:
            verbs = [part for part in parts if isinstance(part, Verb)]
            rest = [part for part in parts if not isinstance(part, Verb)]
            changes = self._memory.tables.changes(verbs)
            if not all(self._holds(part) for part in rest) or not self._memory.tables.hold(changes):
                raise VersionConflict
            self._memory.tables.apply(changes)
            records = (part.record for part in verbs if isinstance(part, Insert))
            inserted = list(records)
            self._memory.changes += [each for each in inserted if isinstance(each, HistoryEntry)]
            self._memory.stream += [added(SEALS.write(each)) for each in inserted if isinstance(each, Seal)]
            for part in rest:
                self._apply(part)

    def _holds(self, part: Part) -> bool:  # noqa: PLR0911 one case for each kind of part
        memory = self._memory
        if isinstance(part, MoneyPart):
            return memory.money.holds(part)
        match part:
            case PostTransaction(transaction):
                return transaction.id not in memory.ledger
            case InsertClaim(record):
                return record.claim_id not in memory.claims
            case UpdateClaim(record):
                return self._revision(record.claim_id) == record.revision - 1
            case RequireClaim(claim_id, revision):
                return self._revision(claim_id) == revision
            case MoveHead(record, previous):
                named = memory.heads.get((record.institution, record.claim_no))
                return named is None if record.version == 2 else named == previous
            case OpenWaiting() | CloseWaiting():
                return True
            case _:
                assert isinstance(part, ClearingPart), part
                return memory.clearing.holds(part)

    def _apply(self, part: Part) -> None:
        memory = self._memory
        if isinstance(part, MoneyPart):
            memory.money.apply(part)
            return
        match part:
            case PostTransaction(transaction):
                memory.ledger[transaction.id] = transaction
                memory.stream += [added(item) for item in items_of(transaction)]
            case InsertClaim(record) | UpdateClaim(record):
                change = counted_change(record)
                memory.tables.keep(*([] if change is None else [change]))
                memory.claims[record.claim_id] = replace(record, as_read=record.counted)
            case MoveHead(record, _):
                memory.heads[record.institution, record.claim_no] = record.claim_id
            case OpenWaiting(waiting):
                memory.waiting[waiting.key, waiting.claim_id] = waiting
            case CloseWaiting(key, claim_id):
                memory.waiting.pop((key, claim_id), None)
            case RequireClaim():
                pass
            case _:
                assert isinstance(part, ClearingPart), part
                memory.clearing.apply(part)

    def _revision(self, claim_id: ClaimId) -> int | None:
        record = self._memory.claims.get(claim_id)
        return None if record is None else record.revision


class FakeClaimStore:
    """Claims and queues."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def get(self, claim_id: ClaimId) -> ClaimRecord | None:
        with self._memory.lock:
            return self._memory.claims.get(claim_id)

    def get_many(self, claim_ids: Iterable[ClaimId]) -> dict[ClaimId, ClaimRecord]:
        with self._memory.lock:
            return {each: self._memory.claims[each] for each in claim_ids if each in self._memory.claims}

    def body(self, claim_id: ClaimId) -> bytes:
        return DynamoClaimStore(self._memory.tables.state).body(claim_id)

    def submitted(self, claim_id: ClaimId) -> tuple[ClaimRecord, bytes] | None:
        with self._memory.lock:
            record = self.get(claim_id)
            return None if record is None else (record, self.body(claim_id))

    def successor(self, institution: InstitutionCode, claim_no: str) -> ClaimRecord | None:
        with self._memory.lock:
            claim_id = self._memory.heads.get((institution, claim_no))
            return None if claim_id is None else self._memory.claims[claim_id]

    def history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        return DynamoClaimStore(self._memory.tables.state).history(claim_id)

    def find(self, query: ClaimQuery, page: PageRequest) -> Page[ClaimRecord]:
        with self._memory.lock:
            found = [record for record in self._memory.claims.values() if _matches(query, record)]
        newest = sorted(found, key=lambda record: (record.received_at, record.claim_id), reverse=True)
        # Cursors go upwards: the place in the list is as good a key as any, for nothing is added meanwhile.
        places = {record.claim_id: f"{place:06d}" for place, record in enumerate(newest)}
        return page_of(newest, lambda record: places[record.claim_id], page)

    def waiting_for(self, key: str, page: PageRequest) -> Page[Waiting]:
        with self._memory.lock:
            found = [waiting for waiting in self._memory.waiting.values() if waiting.key == key]
        return page_of(sorted(found, key=lambda waiting: waiting.claim_id), lambda waiting: waiting.claim_id, page)

    def open_since(self, kind: QueueKind, before: str, page: PageRequest) -> Page[Waiting]:
        with self._memory.lock:
            started = filter(None, (record.started for record in self._memory.claims.values()))
            places = started if kind is QueueKind.START else self._memory.waiting.values()
            found = [each for each in places if each.kind is kind and each.since < before]
        ordered = sorted(found, key=lambda waiting: (waiting.since, waiting.claim_id))
        return page_of(ordered, lambda waiting: f"{waiting.since}#{waiting.claim_id}", page)


class FakePersonStore(DynamoPersonStore):
    """Persons, and the claims of a number, which are none of the tables yet."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory.tables.state)
        self._memory = memory

    def reception(self, token: PersonToken, years: Iterable[int], number: ClaimNumber) -> Reception:
        with self._memory.lock:
            return replace(super().reception(token, years, number), head=self._current_of(number))

    def _current_of(self, number: ClaimNumber) -> ClaimId | None:
        first = number.first_id if number.first_id in self._memory.claims else None
        return self._memory.heads.get((number.institution, number.claim_no), first)


@lru_cache(10_000)
def _stored_of(transaction: Transaction, _parts: int) -> tuple[StoredTransaction, ...]:
    return tuple(map(stored_transaction, items_of(transaction)))


class FakeLedgerStore:
    """The journal."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def get(self, transaction_id: TransactionId) -> Transaction | None:
        with self._memory.lock:
            return self._memory.ledger.get(transaction_id)

    def journal(self, page: PageRequest) -> Page[Transaction]:
        with self._memory.lock:
            whole = sorted(self._memory.ledger.values(), key=lambda transaction: transaction.id)
        return page_of(whole, lambda transaction: transaction.id, page)

    def stored(self, page: PageRequest) -> Page[LedgerItem]:
        with self._memory.lock:
            journal = [item for item in stored_items(self._memory.ledger.values()) if item.key.startswith("JOURNAL#")]
        return page_of(sorted(journal, key=lambda item: item.key), lambda item: item.key, page)

    def between(self, from_at: Instant, before_at: Instant) -> list[Transaction]:
        with self._memory.lock:
            found = [each for each in self._memory.ledger.values() if from_at <= each.occurred_at < before_at]
        return [replace(each, citations=()) for each in sorted(found, key=place_in_time)]

    def latest(self, from_at: Instant, below: str) -> list[Transaction]:
        with self._memory.lock:
            found = [each for each in self._memory.ledger.values() if from_at <= place_in_time(each) < below]
        return [replace(each, citations=()) for each in sorted(found, key=place_in_time, reverse=True)]

    def read(self, ids: Iterable[str]) -> dict[str, Transaction]:
        with self._memory.lock:
            return {each: self._memory.ledger[each] for each in ids}

    def stored_posted(self, period: str) -> list[LedgerItem]:
        with self._memory.lock:
            items = stored_items(self._memory.ledger.values())
            return [item for item in items if item.key.startswith(f"POSTED#{period}#")]

    def posted_in(self, period: str, part: int) -> list[StoredTransaction]:
        return [each for each in self._stored() if each.item.key.startswith(f"POSTED#{period}#{part:x}/")]

    def stored_by_id(self, ids: Iterable[str]) -> dict[str, StoredTransaction]:
        wanted = set(ids)
        own = ((place_of(each.item.key, "").transaction_id, each) for each in self._stored())
        return {name: each for name, each in own if name in wanted and name is not None}

    def place_of(self, key: str, period: str) -> CopyPlace:
        return place_of(key, period)

    def owing_at(self, tier: AreaCode, period: str, gate: int) -> list[LedgerItem]:
        here = f"OWING#{tier}#{period}#{gate:x}/"
        return [each for each in self.stored_owing(tier, period) if each.key.startswith(here)]

    def _stored(self) -> list[StoredTransaction]:
        with self._memory.lock:
            return [
                item
                for each in self._memory.ledger.values()
                for item in _stored_of(each, len(month_parts(each.period)))
            ]

    def stored_owing(self, tier: AreaCode, period: str) -> list[LedgerItem]:
        with self._memory.lock:
            beside = f"OWING#{tier}#{period}#"
            return [item for item in stored_items(self._memory.ledger.values()) if item.key.startswith(beside)]


class FakeParts(dict[str, bytes]):
    """The parts of lists. `reachable` may be taken away."""

    reachable = True

    def __getitem__(self, name: str, /) -> bytes:
        if not self.reachable:
            raise Unavailable
        return super().__getitem__(name)


_OPENED: dict[str, Bundle] = {}
"""Bundles by hash, for every world: a bundle never changes, and a test that opens it again spends its time on that."""
_OPENED_MAX = 32


class FakeBundleStore:
    """Bundles and their pointer. `reachable` may be taken away, and after `open_anew` the parts of bundles too."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: dict[str, bytes] = {}
        self.parts = FakeParts()
        self._opened = _OPENED
        self._publications: list[Publication] = []
        self.reachable = True

    def current(self) -> Bundle:
        current = self.current_hash()
        if current is None:
            raise Unavailable
        return self.load(current)

    def current_hash(self) -> str | None:
        found = self.pointer()
        return None if found is None else found.bundle

    def pointer(self) -> Publication | None:
        if not self.reachable:
            raise Unavailable
        with self._lock:
            return self._publications[-1] if self._publications else None

    def publication(self, number: int) -> Publication | None:
        with self._lock:
            return self._publications[number - 1] if 0 < number <= len(self._publications) else None

    def load(self, bundle_hash: str) -> Bundle:
        if not self.reachable:
            raise Unavailable
        with self._lock:
            if bundle_hash not in self._kept:
                raise NotFound
            if bundle_hash not in self._opened:
                parts = dict(self.parts) if self._opened is _OPENED else self.parts
                opened = open_bundle(self._kept[bundle_hash], bundle_hash, parts)
                if len(self._opened) == _OPENED_MAX:
                    self._opened.clear()
                self._opened[bundle_hash] = opened
            return self._opened[bundle_hash]

    def open_anew(self) -> None:
        """Open bundles for this world alone, over parts that may be out of reach."""
        self._opened = {}

    def content(self, bundle_hash: str) -> bytes:
        with self._lock:
            if bundle_hash not in self._kept:
                raise NotFound
            return self._kept[bundle_hash]

    def put(self, file: BundleFile) -> str:
        bundle_hash = sha256_hex(file.content)
        with self._lock:
            self.parts.update(file.parts)
            self._kept.setdefault(bundle_hash, file.content)
        return bundle_hash

    def move_pointer(self, publication: Publication) -> None:
        with self._lock:
            standing = self._publications[-1].bundle if self._publications else None
            if (publication.previous, publication.number) != (standing, len(self._publications) + 1):
                raise VersionConflict
            self._publications.append(publication)


class FakeDocumentStore:
    """Documents by hash."""

    def __init__(self) -> None:
        self.kept: dict[tuple[DocumentKind, str], bytes] = {}

    def put(self, kind: DocumentKind, content: bytes) -> str:
        content_hash = sha256_hex(content)
        self.kept.setdefault((kind, content_hash), content)
        return content_hash

    def get(self, kind: DocumentKind, content_hash: str) -> bytes:
        content = self.kept.get((kind, content_hash))
        if content is None:
            raise NotFound
        if sha256_hex(content) != content_hash:
            raise IntegrityError
        return content


class FakeClock:
    """Stands still until it is moved; sleeping moves it."""

    def __init__(self) -> None:
        self._now = START
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def today(self) -> date:
        return civil_date(self.now())

    def move_to(self, moment: datetime) -> None:
        with self._lock:
            self._now = moment

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += timedelta(seconds=seconds)


class FakeMachinery:
    """A deployed system on which nothing fails but a single message that was given up."""

    def machines(self) -> tuple[MachineState, ...]:
        return (
            MachineState("clearing", 1, datetime(2020, 2, 1, tzinfo=UTC), None),
            MachineState("settlement", None, None, None),
        )

    def schedules(self) -> tuple[Schedule, ...]:
        return (Schedule("audit-books", "cron(0 19 * * ? *)", True, Text("重放全部账务。", "Replays the journal.")),)

    def given_up(self) -> tuple[GivenUp, ...]:
        return (GivenUp("ledger-copy-failures", 1),)

    def alarms(self) -> tuple[Alarm, ...]:
        says = Text("放弃备份的消息。", "Messages were given up on.")
        return (Alarm("LedgerCopyFailedAlarm", AlarmStanding.RAISED, datetime(2020, 2, 1, tzinfo=UTC), says),)


class FakeWorkflows:
    """Remembers the started executions; a test runs them when it wants to. A waiting caller's execution runs at once.

    As with Express machines, nobody knows of an execution that it ran; two starts of one attempt that has not run yet
    are one here, to keep stories short.
    """

    def __init__(self) -> None:
        self.waiting: list[tuple[ClaimId, int]] = []
        self.run_at_once: Callable[[ClaimId], object] = lambda _: None

    def start_settlement(self, claim_id: ClaimId, attempt: int) -> None:
        if (claim_id, attempt) not in self.waiting:
            self.waiting.append((claim_id, attempt))

    def run_settlement(self, claim_id: ClaimId, attempt: int, wait_s: int) -> None:
        assert (attempt > 0, wait_s > 0) == (True, True)
        self.run_at_once(claim_id)

    def run_next(self, run: Callable[[ClaimId], None]) -> bool:
        """Let the execution that was started first run to its end; False where none was started."""
        if not self.waiting:
            return False
        run(self.waiting.pop(0)[0])
        return True


class FakeEvents:
    """The announcements so far; a read of them first brings what the stream has to bring by then."""

    def __init__(self, relay: Callable[[], None] = lambda: None) -> None:
        self._relay = relay
        self._seen: list[Announcement] = []

    @property
    def seen(self) -> list[Announcement]:
        self._relay()
        return self._seen

    def tell(self, announcement: Announcement) -> None:
        self._seen.append(announcement)


class FakeFactStore:
    """Everything that a decision reads, of the other stores."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._persons = DynamoPersonStore(memory.tables.state)
        self._terms = DynamoAgreementTerms(memory.tables.state)
        self._hospitals = FakeHospitalStore(memory.money)
        self._windows = FakeWindowStore(memory.clearing, list)

    def of(self, claim: Claim, period: str) -> ClaimFacts:
        visit, tiers = claim.visit, (province_of(AreaCode(claim.institution[1:7])), NATION)
        with self._memory.lock:
            return ClaimFacts(
                self._persons.facts(claim.person, visit.discharged_on.year, years_of(visit)),
                self._terms.of(claim.institution),
                self._hospitals.money(claim.institution),
                {tier: self._windows.open_window(tier, period) for tier in tiers},
            )


class FakeTokens:
    """Keyed like the real ones, with a key that opens nothing."""

    def token(self, document: Document) -> str:
        return "prs_" + hashlib.blake2b(document.key.encode(), key=b"tests", digest_size=16).hexdigest()


def claim_id_of(institution: InstitutionCode, claim_no: str, version: int) -> ClaimId:
    """Return the id that a claim gets in memory, for tests that name a claim before it is submitted."""
    digest = hashlib.blake2b(f"{institution}|{claim_no}|{version}".encode(), key=b"tests").digest()
    return ClaimId("clm_" + b32encode(digest).decode().lower()[:26])


class FakeClaimIds:
    """Keyed like the real ones, with a key that opens nothing."""

    def claim_id(self, institution: InstitutionCode, claim_no: str, version: int) -> str:
        return claim_id_of(institution, claim_no, version)


class FakeNames:
    """Keyed like the real ones."""

    def key(self, person: PersonToken, name: str) -> str:
        return hashlib.blake2b(f"{person}|{fold_name(name)}".encode(), key=b"names", digest_size=16).hexdigest()


class FakeVault:
    """The persons behind tokens."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, str]] = {}
        self.pending: dict[str, str] = {}

    def keep(self, person: PersonToken, document: Document, name: str, *, is_theirs: bool = True) -> None:
        if is_theirs:
            self.kept[person] = (document.number, name)

    def keep_pending(self, request_id: str, name: str) -> None:
        self.pending[request_id] = name

    def reveal_person(self, person: PersonToken) -> Revealed:
        if person not in self.kept:
            raise NotFound
        number, name = self.kept[person]
        return Revealed("passport", "USA", number, name)

    def rename(self, person: PersonToken, request_id: str) -> None:
        name = self.pending.pop(request_id, None)
        if name is not None and person in self.kept:
            self.kept[person] = (self.kept[person][0], name)

    def erase(self, place: str) -> None:
        self.kept.pop(place, None)
        self.pending.pop(place, None)


RELAYED_IN = 5
"""Tries in which a change is told at last."""

UNLIMITED = LookupLimits(10**9, 10**9)
"""Limits of look-ups that are never reached: the clock stands still here, and everything happens in one minute."""


class World:
    """All fakes together, and the use cases over them."""

    def __init__(
        self,
        bundle: BundleFile,
        wrap: Callable[[str, object], object] | None = None,
        limits: LookupLimits = UNLIMITED,
    ) -> None:
        self.limits = limits
        self.memory = Memory()
        self.clock = FakeClock()
        self.bundles = FakeBundleStore()
        self.documents = FakeDocumentStore()
        self.files = FakeFileStore()
        self.workflows = FakeWorkflows()
        self.events = FakeEvents(self.relay)
        self.ledger_archive = FakeLedgerArchive(self.memory)
        self.vault = FakeVault()
        self.clearing_machine = FakeClearingMachine()
        self.recalculation_machine = FakeRecalculationMachine()
        self.simulation_machine = FakeSimulationMachine()
        self.batch_machine = FakeBatchMachine()
        self.audit_machine = FakeAuditMachine()
        self.prepayment_machine = FakePrepaymentMachine()
        self.tokens = FakeTokens()
        self.names = FakeNames()
        self.access_records = FakeAccessRecords(self.memory.tables)
        self.lookup_counts = FakeLookupCounts()
        self.calm_ports = self._ports(lambda _, port: port)
        self.ports = self._ports(wrap) if wrap else self.calm_ports
        self.system = without_workbooks(self.ports)
        self.workflows.run_at_once = lambda claim_id: run_settlement(self.system, claim_id)
        first = published(1, self.bundles.put(bundle), None, instant(START))
        self.bundles.move_pointer(first)

    def _ports(self, wrap: Callable[[str, object], object]) -> Ports:
        state = self.memory.tables.state
        stores: dict[type[Any], object] = {
            BundleStore: self.bundles,
            DocumentStore: self.documents,
            FileStore: self.files,
            Commits: FakeCommits(self.memory),
            ClaimStore: FakeClaimStore(self.memory),
            PersonStore: FakePersonStore(self.memory),
            TransferStore: DynamoTransferStore(state),
            FilingStore: DynamoFilingStore(state),
            PersonRequestStore: DynamoPersonRequestStore(state),
            PersonDesk: CarryOut(DynamoPersonRequestStore(state), self.vault, self.clock),
            HospitalStore: FakeHospitalStore(self.memory.money),
            FactStore: FakeFactStore(self.memory),
            SweepStore: DynamoSweepStore(state),
            AgreementTerms: DynamoAgreementTerms(state),
            BankMovements: DynamoBankMovements(state),
            AdvanceStore: DynamoAdvanceStore(state),
            PatientAdvanceStore: DynamoPatientAdvanceStore(state),
            PrepaymentMachine: self.prepayment_machine,
            LedgerStore: FakeLedgerStore(self.memory),
            Workflows: self.workflows,
            Events: self.events,
            PersonTokens: self.tokens,
            ClaimIds: FakeClaimIds(),
            NameKeys: self.names,
            AccessRecords: self.access_records,
            TrailStore: DynamoTrailStore(self.memory.tables.access),
            LookupCounts: self.lookup_counts,
            PersonVault: self.vault,
            VaultKeeper: self.vault,
            WindowStore: FakeWindowStore(self.memory.clearing, lambda: list(self.memory.ledger.values())),
            RunStore: FakeRunStore(self.memory.clearing, state),
            LedgerArchive: self.ledger_archive,
            KeptBundles: DynamoKeptBundles(state),
            RecalculationStore: DynamoRecalculationStore(state),
            RecalculationMachine: self.recalculation_machine,
            TaskStore: DynamoTaskStore(state),
            Books: DynamoBooks(state),
            SealStore: DynamoSealStore(self.memory.tables.ledger),
            AuditStore: DynamoAuditStore(state),
            AuditMachine: self.audit_machine,
            SimulationStore: DynamoSimulationStore(state),
            MovedStore: DynamoMovedStore(state),
            SimulationMachine: self.simulation_machine,
            BatchStore: DynamoBatchStore(self.memory.tables.state),
            BatchMachine: self.batch_machine,
            ClearingMachine: self.clearing_machine,
        }
        wrapped = {port: wrap(port.__name__, store) for port, store in stores.items()}
        ports = (
            Ports(wrapped)
            .give(Clock, self.clock)
            .give(Sleeper, self.clock.sleep)
            .give(Jitter, lambda: 0.5)
            .give(StartReport, lambda: "done")
            .give(SignIn, SignIn())
            .give(FilesOrigin, FilesOrigin())
            .give(Machinery, FakeMachinery())
            .give(WorkingDays, ChineseWorkingDays())
            .give(PolicyCompiler, compile_files)
            .give(TableMerger, merge_table)
            .give(LookupLimits, self.limits)
        )
        for capability in CAPABILITIES:
            if capability.name in KEPT_ON_SHELVES:
                # A state table is all that these ask for.
                ports = capability.connect(OnMemory(self.memory.tables.state), ports)  # type: ignore[arg-type]
        return ports

    def run_all(self) -> list[str]:
        """Let every execution run that was started, and those they start; the states they ended in."""
        ended: list[str] = []
        while self.workflows.run_next(lambda claim_id: ended.append(run_settlement(self.system, claim_id))):
            pass
        self.relay()
        return ended

    def relay(self) -> None:
        """Bring the claims' changes to their announcer, as the table's stream does: in order, and until it works."""
        changes, tries = self.memory.changes, 0
        while changes:
            try:
                self.system[Announcing].tell(changes[0])
            except Unavailable:
                tries += 1
                assert tries < RELAYED_IN
                continue
            changes.pop(0)

    def everything_kept(self) -> str:
        """Return everything but the vault as one text, to search for forbidden content."""
        memory = self.memory
        kept: Iterable[object] = (
            memory.tables.state.everything(),
            memory.claims, memory.heads, memory.waiting,
            memory.ledger,
            memory.money.orders, memory.money.remittances,
            self.workflows.waiting, self.events.seen,
        )  # fmt: skip
        documents = [json.loads(content) for content in self.documents.kept.values()]
        return repr(list(kept)) + json.dumps(documents, ensure_ascii=False)


def _matches(query: ClaimQuery, record: ClaimRecord) -> bool:
    return (
        _in_partitions(query, record)
        and query.claim_no in (None, record.claim_no)
        and query.person in (None, record.person)
        and query.treated_at in (None, record.institution)
        and query.status in (None, record.status)
        and query.reason in (None, record.reason)
        and (query.flag is None or query.flag in record.flags)
        and (query.settled_by is None or record.agency in query.settled_by)
        and (query.received_from is None or query.received_from <= record.received_at)
        and (query.received_before is None or record.received_at < query.received_before)
    )


def _in_partitions(query: ClaimQuery, record: ClaimRecord) -> bool:
    if query.institution is not None:
        return record.institution == query.institution
    if query.area is not None:
        return query.area in (record.agency, *record.areas)
    return record.agency in query.agencies
