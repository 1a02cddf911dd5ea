"""The ledger's locked copy on the running system: written by the stream, held against the ledger by the audit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.tasks import ALTERED
from infra.local.sample import worked_claims
from tests.kit.fixtures.system import AUDITOR, System


class Ledger:
    """The ledger table as reached by a holder of its keys, past every adapter."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._client = system.stack.client("dynamodb")
        self._table = system.stack.environment["QUEBAO_LEDGER_TABLE"]

    def item(self, transaction_id: TransactionId) -> dict[str, Any]:
        pages = self._client.get_paginator("scan").paginate(TableName=self._table)
        items = [item for page in pages for item in page["Items"]]
        return next(
            item for item in items if item["sk"]["S"] == transaction_id and item["pk"]["S"].startswith("JOURNAL#")
        )

    def put(self, item: dict[str, Any]) -> None:
        self._client.put_item(TableName=self._table, Item=item)
        self._system.stack.streams.drain()

    def delete(self, item: dict[str, Any]) -> None:
        self._client.delete_item(TableName=self._table, Key={name: item[name] for name in ("pk", "sk")})
        self._system.stack.streams.drain()


@pytest.fixture(name="ledger")
def fixture_ledger(system: System) -> Ledger:
    return Ledger(system)


@pytest.fixture(name="item")
def fixture_item(system: System, ledger: Ledger) -> Iterator[dict[str, Any]]:
    """The item of a claim that was just settled; a test's change to the item is undone."""
    case = next(case for case in worked_claims() if case["claim"]["claim_no"] == "YN-0001")
    settled = system.settle(system.for_newcomer(case["claim"], f"COPY-{next(_NUMBERS)}"))
    system.stack.streams.drain()
    item = ledger.item(settled["settlement"]["transaction_id"])
    yield item
    ledger.put(item)


_NUMBERS = iter(range(1, 100))


def place(item: dict[str, Any]) -> str:
    return f"{item['pk']['S']}/{item['sk']['S']}"


def differences(system: System) -> set[tuple[str, str]]:
    report = system.client.expect(200, system.client.call("GET", "/v1/ledger/audit?from=beginning", AUDITOR))
    return {(each["what"], each["where"]) for each in report["differences"]}


def test_what_is_posted_is_copied_and_the_audit_finds_nothing(system: System, item: dict[str, Any]) -> None:
    (kept,) = copies(system, place(item))
    assert kept["ObjectLockMode"] == "GOVERNANCE"
    assert place(item) not in {where for _, where in differences(system)}


def copies(system: System, key: str) -> list[dict[str, Any]]:
    """The objects that hold an item, as S3 answers them."""
    s3, bucket = system.stack.client("s3"), system.stack.environment["QUEBAO_LEDGER_COPY_BUCKET"]
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
    objects = [
        s3.get_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
        for page in pages
        for version in page.get("Versions", ())
    ]
    return [each for each in objects if key in {row[0] for row in json.loads(each["Body"].read())["items"]}]


def changed(ledger: Ledger, item: dict[str, Any]) -> None:
    ledger.put({**item, "citations": {"L": [{"S": "nothing.1"}]}})


def removed(ledger: Ledger, item: dict[str, Any]) -> None:
    ledger.delete(item)


@pytest.mark.parametrize(("done", "what"), [(changed, "copy-differs"), (removed, "copy-without-item")])
def test_what_somebody_did_to_the_ledger_is_found_and_logged(
    system: System,
    ledger: Ledger,
    item: dict[str, Any],
    done: Callable[[Ledger, dict[str, Any]], None],
    what: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert not any(where == place(item) for _, where in differences(system))
    done(ledger, item)
    assert (what, place(item)) in differences(system)
    altered = [vars(record)["ledger_item"] for record in caplog.records if record.msg == ALTERED]
    assert place(item) in altered


def test_a_copier_that_fails_for_a_while_leaves_no_gap(system: System, ledger: Ledger) -> None:
    """The handler fails outright, then half-way through its batch; the stream brings everything again."""
    real = system.stack.handlers["quebao-dev-ledger-copy"]
    seen: list[int] = []

    def faltering(event: dict[str, Any], context: Any) -> Any:
        seen.append(len(event["Records"]))
        if len(seen) < 3:
            raise RuntimeError("not today")
        if len(seen) == 3:
            real({"Records": event["Records"][:-1]}, context)
            return {"batchItemFailures": [{"itemIdentifier": event["Records"][-1]["dynamodb"]["SequenceNumber"]}]}
        return real(event, context)

    case = next(case for case in worked_claims() if case["claim"]["claim_no"] == "YN-0001")
    with system.stack.handling({"ledger-copy": faltering}):
        settled = system.settle(system.for_newcomer(case["claim"], f"COPY-{next(_NUMBERS)}"))
        system.stack.streams.drain()
    assert len(seen) > 3
    item = ledger.item(settled["settlement"]["transaction_id"])
    assert copies(system, place(item))
