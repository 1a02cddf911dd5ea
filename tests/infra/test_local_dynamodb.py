"""The guarantees of DynamoDB that infra/local/dynamodb.py gives back to moto."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.stack import LocalStack


class Table:
    """The state table, and keys that no other test uses."""

    def __init__(self, cloud: LocalStack) -> None:
        self.name = cloud.environment["QUEBAO_STATE_TABLE"]
        self.client = cloud.client("dynamodb")
        self._run = uuid.uuid4().hex

    def key(self, name: str) -> dict[str, Any]:
        return {"pk": {"S": f"{self._run}#{name}"}, "sk": {"S": "0"}}

    def number(self, name: str) -> int:
        item = self.client.get_item(TableName=self.name, Key=self.key(name), ConsistentRead=True).get("Item", {})
        return int(item.get("n", {"N": "0"})["N"])

    def adding(self, name: str, amount: int = 1) -> dict[str, Any]:
        return {
            "TableName": self.name,
            "Key": self.key(name),
            "UpdateExpression": "ADD n :by",
            "ExpressionAttributeValues": {":by": {"N": str(amount)}},
        }

    def putting(self, name: str, **condition: Any) -> dict[str, Any]:
        return {"Put": {"TableName": self.name, "Item": self.key(name), **condition}}

    def holds(self, name: str) -> bool:
        return "Item" in self.client.get_item(TableName=self.name, Key=self.key(name), ConsistentRead=True)


@pytest.fixture
def table(cloud: LocalStack) -> Table:
    return Table(cloud)


def at_once(work: Callable[[int], object], times: int) -> list[object]:
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(work, range(times)))


def test_no_addition_is_lost_when_many_add_at_once(table: Table) -> None:
    at_once(lambda _: table.client.update_item(**table.adding("counter")), 400)
    assert table.number("counter") == 400


def test_transfers_at_once_keep_the_sum(table: Table) -> None:
    for name in ("left", "right"):
        table.client.update_item(**table.adding(name, 1000))

    def transfer(turn: int) -> None:
        source, target = ("left", "right") if turn % 2 else ("right", "left")
        table.client.transact_write_items(
            TransactItems=[
                {"Update": table.adding(source, -7)},
                {"Update": table.adding(target, 7)},
                table.putting(f"journal-{turn}", ConditionExpression="attribute_not_exists(pk)"),
            ]
        )

    at_once(transfer, 100)
    assert table.number("left") + table.number("right") == 2000
    assert all(table.holds(f"journal-{turn}") for turn in range(100))


def test_a_cancelled_transaction_leaves_nothing_and_disturbs_nobody(table: Table) -> None:
    table.client.transact_write_items(TransactItems=[table.putting("taken")])

    def either(turn: int) -> None:
        if turn % 2:
            table.client.update_item(**table.adding("beside"))
            return
        with pytest.raises(ClientError) as refusal:
            table.client.transact_write_items(
                TransactItems=[
                    table.putting(f"never-{turn}"),
                    {"Update": table.adding("beside", 1000)},
                    table.putting("taken", ConditionExpression="attribute_not_exists(pk)"),
                ]
            )
        reasons = [reason["Code"] for reason in refusal.value.response["CancellationReasons"]]
        assert reasons == ["None", "None", "ConditionalCheckFailed"]

    at_once(either, 100)
    assert table.number("beside") == 50
    assert not any(table.holds(f"never-{turn}") for turn in range(0, 100, 2))


def test_a_client_token_repeated_writes_once(table: Table) -> None:
    request = {"TransactItems": [{"Update": table.adding("once")}], "ClientRequestToken": uuid.uuid4().hex}
    table.client.transact_write_items(**request)
    table.client.transact_write_items(**request)
    assert table.number("once") == 1


def test_a_client_token_with_another_request_is_refused(table: Table) -> None:
    token = uuid.uuid4().hex
    table.client.transact_write_items(TransactItems=[{"Update": table.adding("first")}], ClientRequestToken=token)
    with pytest.raises(ClientError) as refusal:
        table.client.transact_write_items(TransactItems=[{"Update": table.adding("second")}], ClientRequestToken=token)
    assert refusal.value.response["Error"]["Code"] == "IdempotentParameterMismatchException"
    assert table.number("second") == 0


def test_a_transaction_over_four_megabytes_is_refused(table: Table) -> None:
    items = [table.putting(f"large-{number}") for number in range(12)]
    for item in items:
        item["Put"]["Item"]["text"] = {"S": "x" * 390_000}
    with pytest.raises(ClientError) as refusal:
        table.client.transact_write_items(TransactItems=items)
    assert refusal.value.response["Error"]["Code"] == "ValidationException"
    assert not table.holds("large-0")
