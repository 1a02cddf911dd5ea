"""The ledger's locked copy on the running system: written by the stream, held against the ledger by the audit."""

from __future__ import annotations

import json
from collections.abc import Iterator
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


@pytest.fixture(name="items")
def fixture_items(system: System, ledger: Ledger) -> Iterator[list[dict[str, Any]]]:
    """The items of two claims that were just settled; a test's changes to the items are undone."""
    items = [settled_item(system, ledger) for _ in range(2)]
    yield items
    for item in items:
        ledger.put(item)


def settled_item(system: System, ledger: Ledger) -> dict[str, Any]:
    case = next(case for case in worked_claims() if case["claim"]["claim_no"] == "YN-0001")
    settled = system.settle(system.for_newcomer(case["claim"], f"COPY-{next(_NUMBERS)}"))
    system.stack.streams.drain()
    return ledger.item(settled["settlement"]["transaction_id"])


_NUMBERS = iter(range(1, 100))


def place(item: dict[str, Any]) -> str:
    return f"{item['pk']['S']}/{item['sk']['S']}"


def differences(system: System) -> set[tuple[str, str]]:
    report = system.client.expect(200, system.client.call("GET", "/v1/ledger/audit?from=beginning", AUDITOR))
    return {(each["what"], each["where"]) for each in report["differences"]}


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


def test_what_is_posted_is_copied_and_what_somebody_does_to_the_ledger_is_found_and_logged(
    system: System, ledger: Ledger, items: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    """One item is changed and one removed; before that the audit finds nothing."""
    changed, removed = items
    for item in items:
        (kept,) = copies(system, place(item))
        assert kept["ObjectLockMode"] == "GOVERNANCE"
    assert {place(item) for item in items}.isdisjoint(where for _, where in differences(system))
    ledger.put({**changed, "citations": {"L": [{"S": "nothing.1"}]}})
    ledger.delete(removed)
    found = {("copy-differs", place(changed)), ("copy-without-item", place(removed))}
    assert found <= differences(system)
    altered = {vars(record)["ledger_item"] for record in caplog.records if record.msg == ALTERED}
    assert {place(item) for item in items} <= altered


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
