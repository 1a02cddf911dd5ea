"""Promises of the ledger's copy, in memory and on S3 alike, and the ledger's records of its own items."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.kernel.canonical import canonical_json, sha256_hex
from chalicelib.kernel.pages import every
from chalicelib.kernel.ports import Clock, Commits, Events
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.archive import S3LedgerArchive, change_of
from chalicelib.ledger.domain.copy import CopiedItem
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction
from chalicelib.ledger.ports import LedgerStore, PostTransaction
from chalicelib.ledger.tables import items_of
from chalicelib.ledger.usecases.copy import AddedItem, Change, CopyLedger, LedgerArchive
from chalicelib.main.wiring import BotoClients, Process
from chalicelib.platform.aws.table import to_item
from infra.local.stack import LocalStack
from tests.kit.marks import ON_TABLES
from tests.kit.memory.ledger_copy import FakeLedgerArchive
from tests.kit.memory.world import Memory, World
from tests.kit.policy_sets import empty_bundle
from tests.kit.prices import CLAIMS_AN_OBJECT
from tests.kit.tables import own_tables

KEY = "JOURNAL#3/settle:clm_a"
MONTH = "2026-11"
ONE, OTHER = b'{"amount_fen":1}', b'{"amount_fen":2}'
A_ONE, B_ONE = AddedItem(KEY, ONE), AddedItem("JOURNAL#4/settle:clm_b", ONE)

_numbers = itertools.count(1)


@pytest.fixture(name="archive", params=["fake", ON_TABLES])
def fixture_archive(request: pytest.FixtureRequest) -> LedgerArchive:
    if request.param == "fake":
        return FakeLedgerArchive(Memory())
    cloud: LocalStack = request.getfixturevalue("cloud")
    return S3LedgerArchive(cloud.client("s3"), new_bucket(cloud))


def new_bucket(cloud: LocalStack) -> str:
    s3, bucket = cloud.client("s3"), f"copies-{next(_numbers)}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def test_an_archive_begins_empty(archive: LedgerArchive) -> None:
    assert list(archive.copies()) == []


def test_a_copy_is_listed_by_its_items_key_and_its_contents_hash(archive: LedgerArchive) -> None:
    archive.keep(MONTH, [A_ONE])
    assert list(archive.copies()) == [CopiedItem(KEY, sha256_hex(ONE))]


def test_items_that_are_kept_together_are_listed_one_by_one(archive: LedgerArchive) -> None:
    archive.keep(MONTH, [A_ONE, B_ONE])
    assert {copy.key for copy in archive.copies()} == {KEY, B_ONE.key}


def test_the_same_copy_again_changes_nothing(archive: LedgerArchive) -> None:
    for _ in range(3):
        archive.keep(MONTH, [A_ONE, B_ONE])
    assert sorted(archive.copies(), key=lambda copy: copy.key) == [
        CopiedItem(KEY, sha256_hex(ONE)),
        CopiedItem(B_ONE.key, sha256_hex(ONE)),
    ]


def test_a_batch_that_comes_again_in_parts_keeps_the_same_items(archive: LedgerArchive) -> None:
    """Lambda halves a batch that failed: the halves are objects of their own with nothing new in them."""
    archive.keep(MONTH, [A_ONE, B_ONE])
    archive.keep(MONTH, [B_ONE])
    assert {(copy.key, copy.content_hash, copy.versions) for copy in archive.copies()} == {
        (KEY, sha256_hex(ONE), 1),
        (B_ONE.key, sha256_hex(ONE), 1),
    }


def test_another_content_stands_beside_the_first_and_replaces_nothing(archive: LedgerArchive) -> None:
    archive.keep(MONTH, [A_ONE])
    archive.keep(MONTH, [AddedItem(KEY, OTHER)])
    assert {copy.content_hash for copy in archive.copies()} == {sha256_hex(ONE), sha256_hex(OTHER)}
    assert {copy.key for copy in archive.copies()} == {KEY}


def test_a_batch_is_one_object_under_its_month_and_root(cloud: LocalStack) -> None:
    s3, bucket = cloud.client("s3"), new_bucket(cloud)
    S3LedgerArchive(s3, bucket).keep(MONTH, [AddedItem(f"JOURNAL#0/settle:{number}", ONE) for number in range(100)])
    (version,) = s3.list_object_versions(Bucket=bucket)["Versions"]
    month, _, name = version["Key"].partition("/")
    assert month == MONTH
    assert len(name.removesuffix(".json")) == 64


def test_several_claims_of_a_batch_are_one_object_which_holds_every_item_of_each(cloud: LocalStack) -> None:
    s3, bucket = cloud.client("s3"), new_bucket(cloud)
    archive = S3LedgerArchive(s3, bucket)
    items = [item for _ in range(CLAIMS_AN_OBJECT) for item in items_of(owing())]
    records = [
        {
            "eventName": "INSERT",
            "dynamodb": {
                "SequenceNumber": str(number),
                "Keys": to_item({name: item[name] for name in ("pk", "sk")}),
                "NewImage": to_item(item),
            },
        }
        for number, item in enumerate(items)
    ]
    ports = World(empty_bundle()).ports
    copy = CopyLedger(archive, ports[Events], ports[Clock])
    assert copy([change_of(record) for record in records]).failed is None
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 1
    assert {each.key for each in archive.copies()} == {f"{item['pk']}/{item['sk']}" for item in items}


def test_what_is_written_over_a_copy_or_marked_as_deleted_is_seen(cloud: LocalStack) -> None:
    s3, bucket = cloud.client("s3"), new_bucket(cloud)
    archive = S3LedgerArchive(s3, bucket)
    archive.keep(MONTH, [A_ONE])
    archive.keep("2026-12", [B_ONE])
    first, second = sorted(version["Key"] for version in s3.list_object_versions(Bucket=bucket)["Versions"])
    s3.put_object(Bucket=bucket, Key=first, Body=b'{"items":[]}')
    s3.delete_object(Bucket=bucket, Key=second)
    assert archive.copies() == [
        CopiedItem(KEY, sha256_hex(ONE), versions=2),
        CopiedItem(B_ONE.key, sha256_hex(ONE), hidden=True),
    ]


def test_an_object_that_belies_its_name_is_seen(cloud: LocalStack) -> None:
    s3, bucket = cloud.client("s3"), new_bucket(cloud)
    body = canonical_json({"items": [[KEY, OTHER.decode()]]})
    s3.put_object(Bucket=bucket, Key=f"{MONTH}/{'0' * 64}.json", Body=body)
    assert S3LedgerArchive(s3, bucket).copies() == [CopiedItem(KEY, sha256_hex(OTHER), versions=0)]


def test_more_copies_than_one_answer_lists_are_all_listed(cloud: LocalStack) -> None:
    archive = S3LedgerArchive(_Paged(cloud.client("s3")), new_bucket(cloud))
    for number in range(7):
        archive.keep(MONTH, [AddedItem(f"JOURNAL#0/settle:{number}", ONE)])
    assert {copy.key for copy in archive.copies()} == {f"JOURNAL#0/settle:{number}" for number in range(7)}


class _Paged:
    """An S3 client whose lists hold three objects an answer."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def get_paginator(self, name: str) -> Any:
        paginator = self._s3.get_paginator(name)
        paginate = paginator.paginate
        paginator.paginate = lambda **asked: paginate(**asked, PaginationConfig={"PageSize": 3})
        return paginator


def test_a_copy_cannot_be_deleted_before_its_term(cloud: LocalStack) -> None:
    """In a bucket locked as the template locks the stack's, which holds copies of this ledger and of nothing else."""
    s3, bucket = cloud.client("s3"), new_bucket(cloud)
    lock = s3.get_object_lock_configuration(Bucket=cloud.environment["QUEBAO_LEDGER_COPY_BUCKET"])
    term = lock["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert (term["Mode"], term["Years"]) == ("GOVERNANCE", 30)
    s3.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": term["Mode"], "Years": term["Years"]}},
        },
    )
    S3LedgerArchive(s3, bucket).keep(MONTH, [A_ONE])
    (version,) = s3.list_object_versions(Bucket=bucket)["Versions"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


# The ledger's items


@dataclass(frozen=True)
class Side:
    """Ports of one kind, and a way to write a transaction's item behind the adapter."""

    ports: Ports
    overwrite: Callable[[Transaction], None]


@pytest.fixture(name="side", params=["fake", ON_TABLES])
def fixture_side(request: pytest.FixtureRequest) -> Iterator[Side]:
    if request.param == "fake":
        world = World(empty_bundle())

        def set_in_memory(transaction: Transaction) -> None:
            world.memory.ledger[transaction.id] = transaction

        yield Side(world.ports, set_in_memory)
        return
    cloud: LocalStack = request.getfixturevalue("cloud")
    # Tables of its own: the auditor of the shared tables would object to these tests' postings.
    with own_tables(cloud.client("dynamodb")) as config:

        def overwrite(transaction: Transaction) -> None:
            item = items_of(transaction)[0]
            cloud.client("dynamodb").put_item(TableName=config.ledger_table, Item=to_item(item))

        yield Side(Process(config, BotoClients(), lambda: "done").ports, overwrite)


def owing() -> Transaction:
    number = next(_numbers)
    return Transaction(
        id=TransactionId(f"settle:copied-{number}"),
        event=LedgerEvent.SETTLED,
        occurred_at=Instant("1999-01-01T04:00:00.000000Z"),
        cause=f"clm_{number}",
        postings=(Posting("region/420100/due-to/530100", -100), Posting("region/530100/due-from/420100", 100)),
        citations=("yn-2020-12.3.6", "nat-2020.1.1"),
    )


def test_items_beside_a_transactions_own_hold_everything_of_it_but_its_citations(side: Side) -> None:
    posted = owing()
    side.ports[Commits].commit([PostTransaction(posted)])
    ledger = side.ports[LedgerStore]
    assert ledger.get(posted.id) == posted
    (found,) = [
        each
        for each in ledger.between(Instant("1999-01-01T03:59:59Z"), Instant("1999-01-02T00:00:00Z"))
        if each.id == posted.id
    ]
    assert found == replace(posted, citations=())


def test_the_ledger_says_of_every_item_what_its_copy_must_be(side: Side) -> None:
    posted = owing()
    own, *beside = items_of(posted)
    side.ports[Commits].commit([PostTransaction(posted)])
    journal = {item.key: item.content_hash for item in every(side.ports[LedgerStore].stored)}
    assert journal[f"{own['pk']}/{own['sk']}"] == sha256_hex(canonical_json(own))
    assert beside
    for item in beside:
        ledger, (kind, tier, *_) = side.ports[LedgerStore], item["pk"].split("#")
        found = ledger.stored_posted(tier) if kind == "POSTED" else ledger.stored_owing(tier, posted.period)
        stored = {each.key: each.content_hash for each in found}
        assert stored[f"{item['pk']}/{item['sk']}"] == sha256_hex(canonical_json(item))


def test_a_changed_item_has_another_hash(side: Side) -> None:
    posted = owing()
    side.ports[Commits].commit([PostTransaction(posted)])
    before = {item.key: item.content_hash for item in every(side.ports[LedgerStore].stored)}
    side.overwrite(replace(posted, cause="clm_anothers"))
    after = {item.key: item.content_hash for item in every(side.ports[LedgerStore].stored)}
    side.overwrite(posted)
    assert f"{items_of(posted)[0]['pk']}/{posted.id}" in {key for key in before if before[key] != after[key]}
    assert {item.key: item.content_hash for item in every(side.ports[LedgerStore].stored)} == before


# The stream's records


@pytest.mark.parametrize(
    ("name", "change"), [("INSERT", Change.ADDED), ("MODIFY", Change.MODIFIED), ("REMOVE", Change.REMOVED)]
)
def test_a_record_says_what_happened_to_which_item(name: str, change: Change) -> None:
    (item, *_) = items_of(owing())
    about = {"SequenceNumber": "42", "Keys": to_item({"pk": item["pk"], "sk": item["sk"]}), "NewImage": to_item(item)}
    found = change_of({"eventName": name, "dynamodb": about})
    assert (found.sequence, found.change, found.key) == ("42", change, f"{item['pk']}/{item['sk']}")
    assert found.content == (canonical_json(item) if change is Change.ADDED else b"")
    assert found.period == ("1999-01" if change is Change.ADDED else "")


def test_an_item_that_names_no_instant_is_copied_all_the_same() -> None:
    """The item got past the adapter, and so the copy is what tells of it."""
    about = {"SequenceNumber": "42", "Keys": to_item({"pk": "JOURNAL#0", "sk": "x"})}
    for strange in ({"pk": "JOURNAL#0", "sk": "x"}, {"pk": "JOURNAL#0", "sk": "x", "occurred_at": "soon"}):
        found = change_of({"eventName": "INSERT", "dynamodb": {**about, "NewImage": to_item(strange)}})
        assert (found.content, found.period) == (canonical_json(strange), "undated")
