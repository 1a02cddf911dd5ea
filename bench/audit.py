"""Benchmark of the nightly audit's parts by the claims of a month: copies are read, a part of the month is proved, a
part of the state is judged.

The journal is that of local claims like the worked one, settled, ordered and paid. Its tables answer as DynamoDB does,
and its bucket as S3 does, page by page, and botocore's own parsers read the answers, so that the processor time is that
of a function but for the network. Only processor time counts; what a request waits is added by whoever reads the
figures.
"""

from __future__ import annotations

import io
import json
import statistics
import time
import tracemalloc
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

import botocore.session
from botocore.parsers import create_parser

from bench.timing import Row, require
from chalicelib.audit.domain.runs import Audited, Opening, PartProof
from chalicelib.audit.domain.tally import AuditTally
from chalicelib.audit.usecases.judge import JudgeState
from chalicelib.audit.usecases.nightly import AuditPartly
from chalicelib.audit.usecases.prove import Copied, ProveMonth
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.archive import S3LedgerArchive, item_key
from chalicelib.ledger.domain.copy import CopiedItem
from chalicelib.ledger.domain.obligations import month_parts, shard_of
from chalicelib.ledger.domain.transaction import LedgerEvent, Transaction
from chalicelib.ledger.ports import LedgerStore
from chalicelib.ledger.tables import DynamoLedgerStore, items_of, stored_item
from chalicelib.ledger.usecases.copy import AddedItem, LedgerArchive
from chalicelib.main.capabilities import build_system
from chalicelib.platform.aws.table import Table, to_item
from tests.kit.memory.samples import KUNMING_HOSPITAL, body, enrol_sample, policies
from tests.kit.memory.world import World
from tests.settlement.test_worked_corrections import settle

HEADS = ("per claim, against the first size", "held")
SIZES = (4_000, 8_000, 16_000)
SMALL = (32, 64)
ROUNDS = 3
WORKS = 4
"""The parts' works that are measured at each size."""
_CLAIMS_AN_OBJECT = 20
"""The claims of one object of the copy, as docs/scale.md assumes."""
_PAGE_BYTES = 1_000_000
_LISTED_AT_ONCE = 1_000
_PAYMENTS = (LedgerEvent.PAYMENT_ORDERED, LedgerEvent.PAYMENT_CONFIRMED)
"""What follows a settlement in the journal, as copies of it: the order's booking and the bank's."""


def measure() -> list[Row]:
    """Measure the processor time of each part at n, 2 n and 4 n claims of the month; the ratio is per claim."""
    return _measured(SIZES, ROUNDS)


def check() -> None:
    """Check that the parts find nothing wrong, and that a part of the month holds its share."""
    require("every part is measured at every size", len(_measured(SMALL, 1)) == WORKS * len(SMALL))


def _measured(sizes: Iterable[int], rounds: int) -> list[Row]:
    rows: list[Row] = []
    for claims in sizes:
        month = _Month(claims)
        first = rows[:WORKS]
        for number, (name, work, note) in enumerate(month.works()):
            took = [_processor_s(work) for _ in range(rounds)]
            each = statistics.median(took) / claims
            before = first[number].median_s / first[number].size if first else each
            rows.append(Row(name, claims, "claims of the month", each * claims, each / before, note))
    return rows


class _Month:
    """A month of so many claims, and the audit of it."""

    def __init__(self, claims: int) -> None:
        world = World(policies())
        enrol_sample(world, body()["patient"]["id_no"])
        settle(world, body())
        worked = next(iter(world.memory.ledger.values()))
        # Without the debt between levels, which would need a window's position for each copy.
        own = tuple(each for each in worked.postings if not each.account.startswith("subsidy/"))
        self._worked = replace(worked, postings=own)
        self.period, self.cut = self._worked.period, Instant(f"{self._worked.period}-99")
        here = [each for each in self._journal(claims) if shard_of(each.id) % len(month_parts(self.period)) == 0]
        items = [item for each in here for item in items_of(each)]
        self.posted = len(here)
        copied = [[each.key, each.content_hash, 1, False] for each in map(stored_item, items)]
        self._copied = canonical_json(copied)
        self._bucket = _Bucket(self.period, self._batches(claims))
        self._proofs = tuple(self._documents(claims))
        ledger = DynamoLedgerStore(Table(_Answering(items), "ledger"))
        system = build_system(world.ports.give(LedgerStore, ledger))
        self._prove, self._judge = system[ProveMonth], build_system(world.ports)[JudgeState]
        archive = S3LedgerArchive(self._bucket, "copies")
        self._audit = build_system(world.ports.give(LedgerStore, ledger).give(LedgerArchive, archive))[AuditPartly]

    def works(self) -> Iterator[tuple[str, Callable[[], object], str]]:
        """The parts' work, by name, with a note of each."""
        tracemalloc.start()
        audited = self._read()
        held_mb = tracemalloc.get_traced_memory()[0] / 1_000_000
        tracemalloc.stop()
        note = f"{self.posted:,} transactions, {self.proved_mb():.0f} MB held"
        self._bucket.gets = self._bucket.lists = 0
        copied = self.copied()
        asked = f"{copied:,} copies, {self._bucket.gets} GET, {self._bucket.lists} LIST"
        yield "read a sixteenth of the copies", self.copied, asked
        yield "prove a sixteenth of the month", self.proved, note
        yield "read a sixteenth of what was proved", self._read, f"{held_mb:.0f} MB held"
        yield "judge a sixteenth of the state", partial(self._judged, audited), f"{self._own(audited):,} claims"

    def proved_mb(self) -> float:
        """The most memory that proving a part holds at once."""
        tracemalloc.start()
        self.proved()
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held / 1_000_000

    def copied(self) -> int:
        """Read the copies whose names begin with one digit; return their number."""
        rows, _ = self._audit.copies(self.period, 0)
        kept = [canonical_json(each) for each in rows]
        require("the copies of a part are kept by the parts of their items", len(kept) == len(month_parts(self.period)))
        return sum(map(len, rows))

    def proved(self) -> PartProof:
        copied = Copied(tuple(CopiedItem(*row) for row in json.loads(self._copied)))
        proof = self._prove(self.period, 0, self.cut, copied)
        require("a part of the month is as it was copied", not proof.differences)
        require("a part of the month holds its share", proof.tally.transactions == self.posted)
        return proof

    def _read(self) -> Audited:
        tally = AuditTally()
        for content in self._proofs:
            result, causes = (json.loads(each) for each in content)
            tally.add(PartProof.of(self.period, "", result, causes).tally)
        return Audited(Opening(AuditTally()), ((self.period, tally),), self.cut, Instant(f"{self.period}-01"), "")

    def _judged(self, audited: Audited) -> None:
        found = self._judge.part(audited, 0)
        told = {each.where.split("/")[0] for each in found}
        # The hospital's counters are those of the one claim that was settled; all the others are copies of it.
        require("nothing but the counters of the copies differs", told <= {KUNMING_HOSPITAL})

    def _own(self, audited: Audited) -> int:
        return sum(len(tally.causes) for _, tally in audited.months)

    def _documents(self, claims: int) -> Iterator[tuple[bytes, bytes]]:
        tallies = [AuditTally() for _ in month_parts(self.period)]
        for transaction in self._journal(claims):
            tallies[shard_of(transaction.id) % len(tallies)].take(transaction)
        for each in tallies:
            result, *causes = PartProof(self.period, "", each).documents()
            yield canonical_json(result), canonical_json(causes[0])

    def _batches(self, claims: int) -> Iterator[Sequence[AddedItem]]:
        """The items of so many claims at a time, as a batch of the stream brings them, those that one digit names."""
        posted = self._journal(claims)
        while some := tuple(islice(posted, 3 * _CLAIMS_AN_OBJECT)):
            items = (item for each in some for item in items_of(each))
            yield [AddedItem(item_key(item["pk"], item["sk"]), canonical_json(item)) for item in items]

    def _journal(self, claims: int) -> Iterator[Transaction]:
        for number in range(claims):
            cause = f"clm_{number:026d}"
            yield replace(self._worked, id=TransactionId(f"settle:{cause}"), cause=cause)
            for event in _PAYMENTS:
                postings = self._worked.postings[:2]
                balanced = (postings[0], replace(postings[1], amount_fen=-postings[0].amount_fen))
                yield replace(
                    self._worked,
                    id=TransactionId(f"{event.value}:{cause}"),
                    event=event,
                    cause=cause,
                    postings=balanced,
                    budget=(),
                )


class _Answering:
    """A client of DynamoDB: answers queries and batches from what it holds, as text that botocore's parser reads."""

    def __init__(self, items: Iterable[Mapping[str, Any]]) -> None:
        model = botocore.session.get_session().get_service_model("dynamodb")
        self._parser: Any = create_parser("json")
        self._shapes = {name: model.operation_model(name).output_shape for name in ("Query", "BatchGetItem")}
        self._texts = {(each["pk"], each["sk"]): json.dumps(to_item(each)) for each in items}
        self._partitions: dict[str, list[str]] = defaultdict(list)
        for pk, sk in sorted(self._texts):
            self._partitions[pk].append(sk)

    def query(self, **asked: Any) -> Any:
        pk = asked["ExpressionAttributeValues"][":pk"]["S"]
        keys = self._partitions.get(pk, [])
        after = asked.get("ExclusiveStartKey")
        first = 0 if after is None else bisect_right(keys, after["sk"]["S"])
        found: list[str] = []
        size = 0
        while first < len(keys) and len(found) < asked["Limit"] and size < _PAGE_BYTES:
            found.append(self._texts[pk, keys[first]])
            size += len(found[-1])
            first += 1
        last = json.dumps({"pk": {"S": pk}, "sk": {"S": keys[first - 1]}}) if first < len(keys) else None
        rest = "" if last is None else f', "LastEvaluatedKey": {last}'
        return self._parsed("Query", f'{{"Items": [{", ".join(found)}]{rest}}}')

    def batch_get_item(self, RequestItems: Mapping[str, Any]) -> Any:  # noqa: N803 (the name at AWS)
        ((table, asked),) = RequestItems.items()
        keys = [(each["pk"]["S"], each["sk"]["S"]) for each in asked["Keys"]]
        found = ", ".join(self._texts[key] for key in keys if key in self._texts)
        return self._parsed("BatchGetItem", f'{{"Responses": {{"{table}": [{found}]}}, "UnprocessedKeys": {{}}}}')

    def _parsed(self, name: str, text: str) -> Any:
        return self._parser.parse({"body": text.encode(), "headers": {}, "status_code": 200}, self._shapes[name])


class _Bucket:
    """A client of S3 that lists and gives the objects of a month whose roots begin with nought."""

    def __init__(self, period: str, batches: Iterable[Sequence[AddedItem]]) -> None:
        model = botocore.session.get_session().get_service_model("s3")
        self._parser: Any = create_parser("rest-xml")
        self._shape = model.operation_model("ListObjectVersions").output_shape
        self._prefix, self._objects = f"{period}/0", dict[str, bytes]()
        self.gets = self.lists = 0
        archive = S3LedgerArchive(self, "copies")
        for each in batches:
            archive.keep(period, each)

    def put_object(self, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803 (the names at AWS)
        if Key.startswith(self._prefix):
            self._objects[Key] = Body

    def get_object(self, Key: str, **_: Any) -> Any:  # noqa: N803 (the name at AWS)
        self.gets += 1
        return {"Body": io.BytesIO(self._objects[Key])}

    def get_paginator(self, _name: str) -> _Bucket:
        return self

    def paginate(self, Prefix: str, **_: Any) -> Iterator[Any]:  # noqa: N803 (the name at AWS)
        names = sorted(name for name in self._objects if name.startswith(Prefix))
        for first in range(0, max(len(names), 1), _LISTED_AT_ONCE):
            self.lists += 1
            listed = "".join(map(_version, names[first : first + _LISTED_AT_ONCE]))
            text = f'<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{listed}</ListVersionsResult>'
            yield self._parser.parse({"body": text.encode(), "headers": {}, "status_code": 200}, self._shape)


def _version(name: str) -> str:
    """An object's version as S3 lists it."""
    return (
        f"<Version><Key>{name}</Key><VersionId>L4kqtJlcpXroDTDmpUMLUo{name[-16:-5]}</VersionId><IsLatest>true</IsLatest>"
        "<LastModified>2026-11-21T04:00:00.000Z</LastModified><ETag>&quot;9b2cf535f27731c974343645a3985328&quot;</ETag>"
        "<Size>120000</Size><StorageClass>STANDARD</StorageClass></Version>"
    )


def _processor_s(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
