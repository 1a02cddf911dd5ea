"""Promises of every store, held by the fakes in memory and by the adapters on AWS alike.

The tests share their tables, so each takes ids, persons and hospitals that no other test has.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from chalicelib.adjudication.domain.claim import VisitKind
from chalicelib.adjudication.domain.determination import YearContribution
from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.history import HistoryEvent, told
from chalicelib.claims.domain.record import (
    ClaimRecord,
    ClaimStatus,
    Flag,
    Hold,
    QueueKind,
    Release,
    SettlementSummary,
    Waiting,
    start_queue,
)
from chalicelib.claims.domain.remittance import Bill
from chalicelib.claims.domain.visits import PersonVisits, VisitEntry
from chalicelib.claims.ports import (
    ClaimNumber,
    ClaimQuery,
    ClaimStore,
    CloseWaiting,
    InsertClaim,
    MoveHead,
    OpenWaiting,
    PersonStore,
    RequireClaim,
    UpdateClaim,
)
from chalicelib.claims.tables.items import read_claim_item, write_claim_items
from chalicelib.kernel.access import Role
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import IntegrityError, Malformed, NotFound, Unavailable, VersionConflict
from chalicelib.kernel.pages import PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Commits, DocumentKind, DocumentStore
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import (
    AreaCode,
    ClaimId,
    FilingId,
    InstitutionCode,
    PersonToken,
    TransactionId,
    TransferId,
)
from chalicelib.kernel.writes import Insert, Part, Put, Require, Revise
from chalicelib.law.bundles import S3BundleStore
from chalicelib.law.domain.publication import newest_first
from chalicelib.law.ports import BundleStore
from chalicelib.law.seal import KmsBundleSeal
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction
from chalicelib.ledger.ports import LedgerStore, PostTransaction
from chalicelib.main.config import from_environment
from chalicelib.main.wiring import BotoClients, Process
from chalicelib.platform.aws.table import from_item, to_item
from chalicelib.registry.domain.enrolments import EnrolmentVersion, PersonEnrolments, StatementKind
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.model import (
    AssistanceClass,
    Employment,
    Enrolment,
    FilingChannel,
    FilingKind,
    Insurance,
)
from chalicelib.registry.domain.transfers import EnrolmentTransfer, NewInsurance, TransferStatus
from chalicelib.registry.ports import (
    FilingStore,
    TransferStore,
)
from chalicelib.settlement.domain.order import PaymentOrder
from chalicelib.settlement.ports import HospitalStore, MoveAdvance, OrderPayment
from chalicelib.settlement.usecases.defer import SWEPT
from infra.local.stack import LocalStack
from tests.kit.areas import KUNMING, WUHAN
from tests.kit.builders import NOW, published
from tests.kit.marks import ON_TABLES
from tests.kit.memory.world import FakeBundleStore, World, claim_id_of
from tests.kit.policy_sets import empty_bundle
from tests.kit.tables import Tables, dynamodb_client, endpoint, tables
from tests.kit.units import KB, size_of

EMPTY_BUNDLE, OTHER_BUNDLE = empty_bundle(), empty_bundle("other")
PAGE = PageRequest(100)

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Side:
    """Ports of one kind, a way to give a hospital an advance, and a way to spoil stored items."""

    ports: Ports
    grant: Callable[[InstitutionCode, int], None]
    spoil: Callable[[DocumentKind, str], None]
    new_bundle_store: Callable[[], BundleStore]

    def commit(self, *parts: Part) -> None:
        self.ports[Commits].commit(parts)


@pytest.fixture(name="side", params=["fake", ON_TABLES] if endpoint() is None else ["elsewhere"])
def fixture_side(request: pytest.FixtureRequest) -> Side:
    """Choose the side; another DynamoDB, if named, is used for the tables, and all other stores are in memory."""
    match request.param:
        case "fake":
            return _fake_side()
        case "aws":
            return _aws_side(request.getfixturevalue("cloud"))
        case _:
            return _elsewhere_side(*request.getfixturevalue("elsewhere"))


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[tuple[Any, Tables]]:
    client = dynamodb_client(endpoint())
    with tables(client) as names:
        yield client, names


def _fake_side() -> Side:
    world = World(EMPTY_BUNDLE)

    def grant(institution: InstitutionCode, amount_fen: int) -> None:
        world.memory.money.grant(institution, amount_fen)

    return Side(world.ports, grant, _spoiling(world), FakeBundleStore)


def _elsewhere_side(client: Any, names: Tables) -> Side:
    world = World(EMPTY_BUNDLE)
    return Side(names.under(world.ports, client), _granting(client, names.state), _spoiling(world), FakeBundleStore)


def _spoiling(world: World) -> Callable[[DocumentKind, str], None]:
    def spoil(kind: DocumentKind, content_hash: str) -> None:
        world.documents.kept[kind, content_hash] = b"{}"

    return spoil


def _granting(client: Any, table: str) -> Callable[[InstitutionCode, int], None]:
    def grant(institution: InstitutionCode, amount_fen: int) -> None:
        item = {"pk": {"S": f"HOSPITAL#{institution}"}, "sk": {"S": "ADVANCE#special"}}
        client.put_item(TableName=table, Item={**item, "balance_fen": {"N": str(amount_fen)}})

    return grant


def _aws_side(cloud: LocalStack) -> Side:
    config = from_environment()
    s3 = cloud.client("s3")

    def spoil(kind: DocumentKind, content_hash: str) -> None:
        s3.put_object(Bucket=config.bucket, Key=f"{kind.value}/{content_hash}.json", Body=b"{}")

    def new_bundle_store() -> BundleStore:
        bucket = f"bundles-{next(_numbers)}"
        s3.create_bucket(Bucket=bucket)
        return S3BundleStore(s3, bucket, KmsBundleSeal(cloud.client("kms"), config.policy_key))

    ports = Process(config, BotoClients(), lambda: "done").ports
    return Side(ports, _granting(cloud.client("dynamodb"), config.state_table), spoil, new_bundle_store)


def new_person() -> PersonToken:
    return PersonToken(f"prs_{next(_numbers):032x}")


RECEIVED_AT = Instant("2026-11-21T04:00:00.000000Z")


def new_hospital() -> InstitutionCode:
    return InstitutionCode(f"H{next(_numbers):011d}")


def new_claim(
    institution: InstitutionCode | None = None,
    *,
    received_at: Instant = RECEIVED_AT,
    version: int = 1,
) -> ClaimRecord:
    number = next(_numbers)
    institution = institution or new_hospital()
    claim_no = f"C-{number}"
    return ClaimRecord(
        claim_id=claim_id_of(institution, claim_no, version),
        claim_no=claim_no,
        institution=institution,
        agency=AreaCode(f"A{institution}"),
        person=new_person(),
        version=version,
        body_hash=sha256_hex(claim_no.encode()),
        received_at=received_at,
        changed_at=received_at,
        waiting=start_queue(claim_id_of(institution, claim_no, version)),
        areas=(AreaCode(f"A{institution}"),),
    )


def changed(record: ClaimRecord, **what: Any) -> ClaimRecord:
    """The next revision of a claim, after the revision that was read."""
    return replace(record, revision=record.revision + 1, as_read=record.counted, **what)


def settled(record: ClaimRecord) -> ClaimRecord:
    return changed(
        record,
        status=ClaimStatus.SETTLED,
        waiting=None,
        notes_hash="ab" * 32,
        settlement=SettlementSummary(
            TransactionId(f"settle:{record.claim_id}"),
            "cd" * 32,
            "ef" * 32,
            True,
            "2026-11-21",
            2020,
            170000,
            30000,
            True,
            bill=Bill(150000, 0, 0, 50000, excluded_fen=1200),
        ),
    )


def test_a_settled_claim_fits_a_kilobyte_with_what_was_odd_about_it() -> None:
    long = replace(
        new_claim(InstitutionCode("H53010200001")),
        claim_id=ClaimId(f"clm_{'a' * 26}"),
        claim_no="2026112100012345678901234567890",
        person=PersonToken(f"prs_{'0' * 32}"),
        agency=KUNMING,
        areas=(KUNMING,),
        submitted_by=f"{'0' * 8}-0000-0000-0000-{'0' * 12}@H53010200001",
    )
    done = settled(long)
    assert done.settlement is not None
    done = replace(done, settlement=replace(done.settlement, decided_hash="12" * 32, protected_fen=170000))
    (item,) = write_claim_items(done)
    assert size_of(to_item(item)) <= KB, "settling writes it whole, and once more for each of two indexes"
    assert read_claim_item(from_item(to_item(item))) == done


def transaction(number: int | None = None) -> Transaction:
    number = number or next(_numbers)
    return Transaction(
        id=TransactionId(f"settle:{number:06d}"),
        event=LedgerEvent.SETTLED,
        occurred_at=Instant("2026-11-21T04:00:00.000000Z"),
        cause=f"clm_{number}",
        postings=(Posting("fund/530100/employee/basic", 100), Posting("hospital/H53010200001/payable", -100)),
        citations=("yn-2020-12.3.5",),
    )


def enrolled(person: PersonToken, version: int = 1) -> PersonEnrolments:
    period = Enrolment(
        person, KUNMING, Insurance.EMPLOYEE, Employment.RETIRED, AssistanceClass.NONE, date(2020, 1, 1), None
    )
    uninsured = Enrolment(person, None, Insurance.NONE, Employment.NONE, AssistanceClass.EXTREME_POVERTY)
    return PersonEnrolments(person, version, (uninsured, period))


def test_a_claim_is_read_back_as_it_was_written(side: Side) -> None:
    record = replace(new_claim(), transfer_from=ClaimId("clm_sender"))
    side.commit(InsertClaim(record))
    done = settled(record)
    assert side.ports[ClaimStore].get(record.claim_id) == record
    side.commit(UpdateClaim(done))
    assert side.ports[ClaimStore].get(record.claim_id) == done
    assert side.ports[ClaimStore].successor(record.institution, record.claim_no) is None


def test_what_was_never_written_is_not_there(side: Side) -> None:
    person, hospital = new_person(), new_hospital()
    assert side.ports[ClaimStore].get(ClaimId("clm_none")) is None
    assert side.ports[ClaimStore].successor(hospital, "C-0") is None
    assert side.ports[PersonStore].enrolments(person) == PersonEnrolments(person)
    assert side.ports[PersonStore].filings(person) == ()
    assert side.ports[PersonStore].year(person, 2020) == PersonYear(person, 2020)
    assert side.ports[HospitalStore].special_advance_fen(hospital) == 0
    assert side.ports[HospitalStore].payment_order(hospital, ClaimId("clm_none")) is None
    assert side.ports[LedgerStore].get(TransactionId("settle:none")) is None


def test_a_claim_is_inserted_once(side: Side) -> None:
    record = new_claim()
    side.commit(InsertClaim(record))
    with pytest.raises(VersionConflict):
        side.commit(InsertClaim(record))


def test_an_update_needs_the_revision_before_it(side: Side) -> None:
    record = new_claim()
    with pytest.raises(VersionConflict):
        side.commit(UpdateClaim(settled(record)))
    side.commit(InsertClaim(record))
    side.commit(UpdateClaim(settled(record)))
    with pytest.raises(VersionConflict):
        side.commit(UpdateClaim(settled(record)))


def version_of(first: ClaimRecord, version: int) -> ClaimRecord:
    claim_id = claim_id_of(first.institution, first.claim_no, version)
    return replace(first, claim_id=claim_id, version=version, waiting=start_queue(claim_id))


def test_the_head_moves_from_the_version_it_names_only(side: Side) -> None:
    first = new_claim()
    second, third, fourth = (version_of(first, version) for version in (2, 3, 4))
    side.commit(InsertClaim(first))
    side.commit(InsertClaim(second), MoveHead(second, first.claim_id))
    with pytest.raises(VersionConflict):
        side.commit(InsertClaim(third), MoveHead(third, first.claim_id))
    with pytest.raises(VersionConflict):
        side.commit(InsertClaim(fourth), MoveHead(second, first.claim_id))
    for never in (third, fourth):
        assert side.ports[ClaimStore].get(never.claim_id) is None
    assert side.ports[ClaimStore].successor(first.institution, first.claim_no) == second
    side.commit(InsertClaim(third), MoveHead(third, second.claim_id))
    assert side.ports[ClaimStore].successor(first.institution, first.claim_no) == third


def test_a_number_names_its_current_version_from_the_first_on(side: Side) -> None:
    first = new_claim()
    number = ClaimNumber(first.institution, first.claim_no, first.claim_id)

    def named() -> str | None:
        return side.ports[PersonStore].reception(first.person, (2020,), number).head

    assert named() is None
    side.commit(InsertClaim(first))
    assert named() == first.claim_id
    for version in (2, 3):
        record = version_of(first, version)
        side.commit(InsertClaim(record), MoveHead(record, version_of(first, version - 1).claim_id))
        assert named() == record.claim_id


def test_a_claims_history_is_read_in_the_order_in_which_it_happened_and_an_entry_is_written_once(side: Side) -> None:
    claim = new_claim()
    change = PartyChange("basic", KUNMING, 100, 250)
    later = told(
        replace(claim, revision=10, changed_at=Instant("2026-11-05T03:04:06.000000Z")),
        HistoryEvent.CORRECTION,
        Role.HEALTH,
        transaction_id=TransactionId(f"correct:{claim.claim_id}:1"),
        bundle="b" * 64,
        reason="a second test was positive",
        changes=(change,),
    )
    of_one_instant = [
        told(replace(claim, revision=number, changed_at=later.record.at), HistoryEvent.DEFERRED) for number in (2, 9)
    ]
    side.commit(later, *of_one_instant)

    assert side.ports[ClaimStore].history(claim.claim_id) == (*(each.record for each in of_one_instant), later.record)
    assert side.ports[ClaimStore].history(new_claim().claim_id) == ()
    with pytest.raises(VersionConflict):
        side.commit(later)


def test_one_part_that_fails_undoes_all_parts(side: Side) -> None:
    record, posted = new_claim(), transaction()
    person = new_person()
    side.commit(InsertClaim(record))
    year = PersonYear(person, 2020).with_entry(
        ClaimId("clm_a"), InstitutionCode("H"), "C", YearContribution(pool_fen=5)
    )
    with pytest.raises(VersionConflict):
        side.commit(PostTransaction(posted), Revise(year), RequireClaim(record.claim_id, record.revision + 1))
    assert side.ports[LedgerStore].get(posted.id) is None
    assert side.ports[PersonStore].year(person, 2020).version == 0


def test_a_ledger_transaction_is_never_written_twice(side: Side) -> None:
    posted = transaction()
    side.commit(PostTransaction(posted))
    with pytest.raises(VersionConflict):
        side.commit(PostTransaction(replace(posted, postings=())))
    assert side.ports[LedgerStore].get(posted.id) == posted


def test_the_journal_is_complete_page_by_page(side: Side) -> None:
    posted = {each.id for each in (transaction() for _ in range(12))}
    for transaction_id in posted:
        side.commit(PostTransaction(replace(transaction(), id=transaction_id)))
    seen = [each.id for each in every(side.ports[LedgerStore].journal, limit=5)]
    assert posted <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_year_is_read_back_with_its_entries_and_guarded_by_its_version(side: Side) -> None:
    person = new_person()
    first = PersonYear(person, 2020).with_entry(
        ClaimId("clm_a"), InstitutionCode("H1"), "C-1", YearContribution(1, 2, 3, 4, 5, 6)
    )
    second = first.without(ClaimId("clm_a"))
    side.commit(Revise(first))
    side.commit(Revise(second))
    assert side.ports[PersonStore].year(person, 2020) == second
    with pytest.raises(VersionConflict):
        side.commit(Revise(second))


def test_visits_are_read_back_in_their_order_and_guarded_by_their_version(side: Side) -> None:
    person, days = new_person(), (date(2020, 2, 5), date(2020, 2, 20))
    one = VisitEntry(
        ClaimId("clm_a"), InstitutionCode("H1"), "C-1", VisitKind.INPATIENT, *days, "f" * 32, "E-1", ClaimId("clm_z")
    )
    other = VisitEntry(ClaimId("clm_b"), InstitutionCode("H1"), "C-2", VisitKind.OUTPATIENT, days[0], days[0], "0" * 32)
    first = PersonVisits(person, 2020).entered(one)
    second = first.entered(other)
    assert side.ports[PersonStore].visits(person, 2020) == PersonVisits(person, 2020)
    side.commit(Revise(first))
    side.commit(Revise(second))
    assert side.ports[PersonStore].visits(person, 2020) == second
    with pytest.raises(VersionConflict):
        side.commit(Revise(second))
    side.commit(Revise(second.left(ClaimId("clm_a"))))
    assert side.ports[PersonStore].visits(person, 2020).entries == (other,)


def test_the_years_of_visits_are_found_and_may_be_required_to_stand(side: Side) -> None:
    person, day = new_person(), date(2020, 2, 5)
    assert side.ports[PersonStore].visit_years(person) == ()
    side.commit(Require(PersonVisits(person, 2020, 0)))
    entry = VisitEntry(ClaimId("clm_a"), InstitutionCode("H1"), "C-1", VisitKind.OUTPATIENT, day, day, "f" * 32)
    later = PersonVisits(person, 2021).entered(entry)
    emptied = PersonVisits(person, 2020).entered(entry).left(ClaimId("clm_a"))
    side.commit(Revise(later))
    side.commit(Revise(PersonVisits(person, 2020).entered(entry)))
    side.commit(Revise(emptied))
    assert side.ports[PersonStore].visit_years(person) == (emptied, later)
    side.commit(Require(PersonVisits(person, 2020, 2)))
    for stale in (0, 1):
        with pytest.raises(VersionConflict):
            side.commit(Require(PersonVisits(person, 2020, stale)))


def test_held_claims_are_found_until_they_are_released(side: Side) -> None:
    record = new_claim()
    held = settled(record)
    assert held.settlement is not None
    held = replace(held, settlement=replace(held.settlement, hold=Hold.HELD, held_fen=5))
    assert held.settlement is not None
    act = Act("head", Role.AGENCY, "530100", Instant("2026-11-21T04:00:00Z"))
    let_go = replace(held.settlement, hold=Hold.RELEASED, held_fen=0, release=Release(act, "two stays"))
    query = ClaimQuery(institution=record.institution)
    side.commit(InsertClaim(held))

    def found(flag: Flag) -> list[str]:
        whole = every(lambda page: side.ports[ClaimStore].find(replace(query, flag=flag), page))
        return [each.claim_id for each in whole]

    assert (found(Flag.HELD), found(Flag.POSSIBLE_DUPLICATE)) == ([record.claim_id], [record.claim_id])
    released = changed(held, settlement=let_go)
    side.commit(UpdateClaim(released))
    assert (found(Flag.HELD), found(Flag.POSSIBLE_DUPLICATE)) == ([], [record.claim_id])
    assert side.ports[ClaimStore].get(record.claim_id) == released


def test_enrolments_are_read_back_and_guarded_by_their_version(side: Side) -> None:
    person = new_person()
    side.commit(Require(PersonEnrolments(person)), InsertClaim(new_claim()))
    side.commit(Revise(enrolled(person)))
    assert side.ports[PersonStore].enrolments(person) == enrolled(person)
    with pytest.raises(VersionConflict):
        side.commit(Revise(enrolled(person)))
    with pytest.raises(VersionConflict):
        side.commit(Require(PersonEnrolments(person)), InsertClaim(new_claim()))
    side.commit(Require(PersonEnrolments(person, 1)), InsertClaim(new_claim()))
    side.commit(Revise(enrolled(person, version=2)))


ACT = Act("clerk", Role.AGENCY, "530100", Instant("2020-02-01T00:00:00.000000Z"))


def new_filing(person: PersonToken) -> FilingRecord:
    return FilingRecord(
        filing_id=FilingId(f"fil_{new_person()}"),
        person=person,
        treatment_area=KUNMING,
        kind=FilingKind.TEMPORARY,
        channel=FilingChannel.PHONE,
        starts_on=date(2020, 1, 1),
        ends_on=None,
        made=ACT,
        made_on=date(2020, 2, 1),
        listed_under=(f"area-{new_person()}",),
    )


def test_a_filing_kept_twice_is_one_and_is_found_by_person_by_id_and_by_who_sees_it(side: Side) -> None:
    person = new_person()
    filing = new_filing(person)
    side.commit(Put(filing))
    side.commit(Put(filing))
    assert side.ports[PersonStore].filings(person) == (filing,)
    assert side.ports[FilingStore].get(filing.filing_id) == filing
    assert side.ports[FilingStore].listed_under(filing.listed_under[0], PageRequest(5)).items == (filing,)
    assert side.ports[FilingStore].get(FilingId("fil_none")) is None


def test_a_filing_is_replaced_everywhere_from_the_revision_it_stands_at(side: Side) -> None:
    filing = new_filing(new_person())
    withdrawn = replace(filing, withdrawn=ACT, reason="filed for another", revision=2)
    with pytest.raises(VersionConflict):
        side.commit(Revise(withdrawn))
    side.commit(Put(filing))
    side.commit(Revise(withdrawn))
    with pytest.raises(VersionConflict):
        side.commit(Revise(withdrawn))
    assert side.ports[PersonStore].filings(filing.person) == (withdrawn,)
    assert side.ports[FilingStore].get(filing.filing_id) == withdrawn
    assert side.ports[FilingStore].listed_under(filing.listed_under[0], PageRequest(5)).items == (withdrawn,)


def test_versions_of_enrolments_are_read_in_their_order_and_never_overwritten(side: Side) -> None:
    person = new_person()
    (_, period) = enrolled(person).periods
    versions = [
        EnrolmentVersion(number, StatementKind.RECORDED, period, (period,), ACT, transfer_id=None)
        for number in (1, 2, 10)
    ]
    for version in versions:
        side.commit(Insert(version))
    assert side.ports[PersonStore].enrolment_history(person) == tuple(versions)
    assert side.ports[PersonStore].enrolment_history(new_person()) == ()
    with pytest.raises(VersionConflict):
        side.commit(Insert(replace(versions[0], periods=())))


@pytest.mark.parametrize(
    "terms", [None, NewInsurance(Insurance.RESIDENT, Employment.NONE, AssistanceClass.SUBSISTENCE)]
)
def test_a_transfer_is_guarded_by_its_revision_and_listed_for_both_sides(
    side: Side, terms: NewInsurance | None
) -> None:
    asking, standing = (AreaCode(f"area-{new_person()}") for _ in range(2))
    transfer = EnrolmentTransfer(
        TransferId(f"etr_{new_person()}"), new_person(), WUHAN, KUNMING, date(2020, 3, 1), terms, ACT
    )
    transfer = replace(transfer, listed_under=(asking, standing))
    next_day = replace(ACT, at=Instant("2020-02-02T00:00:00.000000Z"))
    later = replace(transfer, transfer_id=TransferId(f"etr_{new_person()}"), asked=next_day)
    for each in (transfer, later):
        side.commit(Revise(each))
    with pytest.raises(VersionConflict):
        side.commit(Revise(transfer))
    released = replace(transfer, status=TransferStatus.RELEASED, decided=ACT, reason="moved", revision=2)
    side.commit(Revise(released))
    assert side.ports[TransferStore].get(transfer.transfer_id) == released
    assert side.ports[TransferStore].get(TransferId("etr_none")) is None
    for area in (asking, standing):
        assert list(every(partial(side.ports[TransferStore].of_area, area), limit=1)) == [later, released]


def test_a_queue_holds_who_was_put_in_and_not_taken_out(side: Side) -> None:
    key = f"enrolment#{new_person()}"
    records = [new_claim() for _ in range(3)]
    for record in records:
        side.commit(OpenWaiting(Waiting(key, record.claim_id, record.received_at)))
    side.commit(CloseWaiting(key, records[0].claim_id))
    side.commit(CloseWaiting(key, ClaimId("clm_never_there")))
    page = side.ports[ClaimStore].waiting_for(key, PAGE)
    assert {waiting.claim_id for waiting in page.items} == {record.claim_id for record in records[1:]}
    assert page.next is None


def test_the_sweep_sees_everyone_who_is_open_since_before_an_instant(side: Side) -> None:
    key = f"enrolment#{new_person()}"
    early, late = new_claim(), new_claim()
    side.commit(
        OpenWaiting(Waiting(key, early.claim_id, Instant("2026-11-21T01:00:00.000000Z"))),
        OpenWaiting(Waiting(key, late.claim_id, Instant("2026-11-21T03:00:00.000000Z"))),
    )
    before = "2026-11-21T03:00:00.000000Z"
    claims = side.ports[ClaimStore]

    def seen(kind: QueueKind) -> set[str]:
        return {each.claim_id for each in every(lambda page: claims.open_since(kind, before, page), limit=2)}

    assert early.claim_id in seen(QueueKind.ENROLMENT)
    assert late.claim_id not in seen(QueueKind.ENROLMENT)
    assert early.claim_id not in seen(QueueKind.TRANSFER)


def test_the_sweep_sees_a_claim_from_its_receipt_until_it_is_decided(side: Side) -> None:
    """No record but the claim's own says that its execution is to run: whoever writes the claim cannot forget it."""
    claims, record = side.ports[ClaimStore], new_claim(received_at=Instant("2026-11-21T01:00:00.000000Z"))

    def seen(before: str) -> list[Waiting]:
        found = every(lambda page: claims.open_since(QueueKind.START, before, page), limit=2)
        return [each for each in found if each.claim_id == record.claim_id]

    side.commit(InsertClaim(record))
    standing = Waiting(start_queue(record.claim_id), record.claim_id, record.received_at)
    assert seen("2026-11-21T02:00:00.000000Z") == [standing]
    assert seen("2026-11-21T00:59:00.000000Z") == []
    again = changed(record, attempt=2, restarts=1)
    side.commit(UpdateClaim(again))
    assert seen("2026-11-21T02:00:00.000000Z") == [standing]
    side.commit(UpdateClaim(settled(again)))
    assert seen("2026-11-21T02:00:00.000000Z") == []


def test_the_sweep_does_not_see_who_waits_for_a_person(side: Side) -> None:
    aside = new_claim()
    waiting = Waiting(f"quarantine#{aside.claim_id}", aside.claim_id, Instant("2026-11-21T01:00:00.000000Z"))
    side.commit(OpenWaiting(waiting))
    claims, later = side.ports[ClaimStore], "2026-11-21T03:00:00.000000Z"
    for kind in SWEPT:
        found = every(lambda page, kind=kind: claims.open_since(kind, later, page))  # type: ignore[misc]
        assert aside.claim_id not in {each.claim_id for each in found}
    assert claims.waiting_for(waiting.key, PAGE).items == (waiting,)


def test_an_advance_is_never_spent_beyond_its_balance(side: Side) -> None:
    hospital = new_hospital()
    with pytest.raises(VersionConflict):
        side.commit(MoveAdvance(hospital, AdvanceFund.SPECIAL, -1))
    side.grant(hospital, 500)
    side.commit(MoveAdvance(hospital, AdvanceFund.SPECIAL, -400))
    with pytest.raises(VersionConflict):
        side.commit(MoveAdvance(hospital, AdvanceFund.SPECIAL, -101))
    assert side.ports[HospitalStore].special_advance_fen(hospital) == 100


def test_a_claim_has_one_payment_order(side: Side) -> None:
    order = PaymentOrder(ClaimId("clm_a"), new_hospital(), 12345, Instant("2026-11-21T04:00:00.000000Z"))
    side.commit(OrderPayment(order))
    with pytest.raises(VersionConflict):
        side.commit(OrderPayment(order))
    assert side.ports[HospitalStore].payment_order(order.institution, ClaimId("clm_a")) == order


def test_an_institutions_claims_come_newest_first_in_pages_that_miss_and_repeat_nothing(side: Side) -> None:
    hospital = new_hospital()
    days = [Instant(f"2026-11-{day:02d}T04:00:00.000000Z") for day in range(1, 8)]
    for day in days:
        side.commit(InsertClaim(new_claim(hospital, received_at=day)))
    query = ClaimQuery(institution=hospital)
    first = side.ports[ClaimStore].find(query, PageRequest(3))
    assert len(first.items) == 3
    found = list(every(lambda page: side.ports[ClaimStore].find(query, page), limit=3))
    assert [record.received_at for record in found] == days[::-1]


def test_claims_are_found_by_status_number_reason_person_and_span_of_receipt(side: Side) -> None:
    hospital = new_hospital()
    records = [new_claim(hospital, received_at=Instant(f"2026-11-{day:02d}T04:00:00.000000Z")) for day in (1, 2, 3, 4)]
    for record in records:
        side.commit(InsertClaim(record))
    side.commit(UpdateClaim(settled(records[2])))

    def found(**wanted: object) -> set[str]:
        query = ClaimQuery(institution=hospital, **wanted)  # type: ignore[arg-type]  # one field each
        return {record.claim_no for record in side.ports[ClaimStore].find(query, PAGE).items}

    assert found(status=ClaimStatus.SETTLED) == {records[2].claim_no}
    assert found(claim_no=records[1].claim_no) == {records[1].claim_no}
    waits = changed(records[3], status=ClaimStatus.DEFERRED, reason="enrolment-missing")
    side.commit(UpdateClaim(waits))
    assert found(reason="enrolment-missing") == {records[3].claim_no}
    assert found(reason="replaced") == set()
    assert found(received_from="2026-11-02T04:00:00.000000Z") == {record.claim_no for record in records[1:]}
    assert found(received_before="2026-11-03T04:00:00.000000Z") == {record.claim_no for record in records[:2]}
    assert found(received_from="2026-11-02T00:00:00.000000Z", received_before="2026-11-04T00:00:00.000000Z") == {
        record.claim_no for record in records[1:3]
    }
    assert found(settled_by=(records[0].agency,)) == {record.claim_no for record in records}
    assert found(settled_by=("999999",)) == set()
    assert found(settled_by=()) == set()
    other = replace(new_claim(hospital), person=new_person())
    side.commit(InsertClaim(other))
    assert found(person=other.person) == {other.claim_no}
    assert found(person=new_person()) == set()
    assert found(treated_at=hospital) == {record.claim_no for record in (*records, other)}
    assert found(treated_at="H99999999999") == set()


def test_a_claim_is_found_once_by_every_area_it_concerns(side: Side) -> None:
    agency, insured, other = (AreaCode(f"{next(_numbers):06d}") for _ in range(3))
    record = replace(new_claim(), agency=agency, areas=())
    side.commit(InsertClaim(record))
    decided = replace(settled(record), areas=(agency, insured))
    side.commit(UpdateClaim(decided))
    for area in (agency, insured):
        assert side.ports[ClaimStore].find(ClaimQuery(area=area), PAGE).items == (decided,)
    assert side.ports[ClaimStore].find(ClaimQuery(area=other), PAGE).items == ()
    assert side.ports[ClaimStore].find(ClaimQuery(agencies=(other, agency)), PAGE).items == (decided,)
    assert side.ports[ClaimStore].find(ClaimQuery(agencies=(insured,)), PAGE).items == ()


def test_a_claim_of_an_unknown_institution_is_found_under_no_agency(side: Side) -> None:
    record = replace(new_claim(), agency=None, areas=())
    side.commit(InsertClaim(record))
    found = every(lambda page: side.ports[ClaimStore].find(ClaimQuery(agencies=(None,)), page))
    assert record in list(found)


@pytest.mark.parametrize("cursor", ["", "x", "bm90IGpzb24", "WyJlbHNld2hlcmUiLCJhIl0", "e30", "W10", "é", "A" * 5000])
def test_a_cursor_that_is_not_of_the_list_is_malformed(side: Side, cursor: str) -> None:
    with pytest.raises(Malformed):
        side.ports[ClaimStore].find(ClaimQuery(institution=new_hospital()), PageRequest(5, cursor))


def test_a_cursor_does_not_open_another_hospitals_list(side: Side) -> None:
    mine, theirs = new_hospital(), new_hospital()
    for _ in range(3):
        side.commit(InsertClaim(new_claim(theirs)))
    side.commit(InsertClaim(new_claim(mine)))
    stolen = side.ports[ClaimStore].find(ClaimQuery(institution=theirs), PageRequest(1)).next
    try:
        page = side.ports[ClaimStore].find(ClaimQuery(institution=mine), PageRequest(5, stolen))
    except Malformed:
        return
    assert all(record.institution == mine for record in page.items)


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_a_document_is_kept_under_its_hash(side: Side, kind: DocumentKind) -> None:
    content = json.dumps({"number": next(_numbers)}).encode()
    content_hash = side.ports[DocumentStore].put(kind, content)
    assert content_hash == sha256_hex(content)
    assert side.ports[DocumentStore].put(kind, content) == content_hash
    assert side.ports[DocumentStore].get(kind, content_hash) == content


def test_a_document_that_is_not_there_is_not_found(side: Side) -> None:
    with pytest.raises(NotFound):
        side.ports[DocumentStore].get(DocumentKind.CLAIM, "00" * 32)


def test_a_document_that_was_changed_is_refused(side: Side) -> None:
    content_hash = side.ports[DocumentStore].put(DocumentKind.CLAIM, json.dumps(next(_numbers)).encode())
    side.spoil(DocumentKind.CLAIM, content_hash)
    with pytest.raises(IntegrityError):
        side.ports[DocumentStore].get(DocumentKind.CLAIM, content_hash)


def test_no_bundle_is_current_before_one_is_published(side: Side) -> None:
    store = side.new_bundle_store()
    assert store.current_hash() is None
    with pytest.raises(Unavailable):
        store.current()
    with pytest.raises(NotFound):
        store.load("00" * 32)


def test_the_pointer_moves_only_from_where_it_stands(side: Side) -> None:
    store = side.new_bundle_store()
    first, second = store.put(EMPTY_BUNDLE), store.put(OTHER_BUNDLE)

    def move(number: int, bundle: str, previous: str | None) -> None:
        store.move_pointer(published(number, bundle, previous, NOW))

    with pytest.raises(VersionConflict):
        move(2, first, second)
    move(1, first, None)
    assert store.current().hash == first
    with pytest.raises(VersionConflict):
        move(1, second, None)
    with pytest.raises(VersionConflict):
        move(2, second, second)
    move(2, second, first)
    with pytest.raises(VersionConflict):
        move(2, second, first)
    assert store.current().hash == second
    assert [found.bundle for found in newest_first(store)] == [second, first]
    assert store.publication(3) is None
    assert store.load(first).hash == first
    assert store.put(EMPTY_BUNDLE) == first


def test_of_many_writers_of_one_revision_one_wins(side: Side) -> None:
    record = new_claim()
    side.commit(InsertClaim(record))

    def write(number: int) -> bool:
        try:
            side.commit(UpdateClaim(changed(record, reason=f"writer-{number}")))
        except VersionConflict:
            return False
        return True

    with ThreadPoolExecutor(8) as writers:
        won = list(writers.map(write, range(16)))
    assert won.count(True) == 1
    kept = side.ports[ClaimStore].get(record.claim_id)
    assert kept is not None
    assert kept.reason == f"writer-{won.index(True)}"
