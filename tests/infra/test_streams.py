"""The local stand-in for Lambda's reading of a table's stream: in order, for good only, again from what failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.stack import LocalStack

COPIER = "quebao-dev-ledger-copy"


class Reader:
    """Stands for the copier: notes the delivered records and gives the answer that a test wants."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.refuse: set[str] = set()
        self.partial = True

    def __call__(self, event: dict[str, Any], _: Any) -> dict[str, Any]:
        names = [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]
        self.batches.append(names)
        for name, record in zip(names, event["Records"], strict=True):
            if name in self.refuse:
                if not self.partial:
                    raise RuntimeError(name)
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}

    @property
    def brought(self) -> list[str]:
        return [name for batch in self.batches for name in batch]


@pytest.fixture(name="reader")
def fixture_reader(local_stack: LocalStack) -> Iterator[Reader]:
    local_stack.streams.drain()
    reader = Reader()
    with local_stack.handling({"ledger-copy": reader}):
        yield reader
        local_stack.streams.drain()


def put(stack: LocalStack, *names: str, condition: str | None = None) -> None:
    """Items that are no transactions, in a partition of their own, all of them in one write."""
    table = stack.environment["QUEBAO_LEDGER_TABLE"]
    operations: list[dict[str, Any]] = [
        {"Put": {"TableName": table, "Item": {"pk": {"S": "TEST#streams"}, "sk": {"S": name}}}} for name in names
    ]
    if condition is not None:
        operations[-1]["Put"]["ConditionExpression"] = condition
    stack.client("dynamodb").transact_write_items(TransactItems=operations)


def test_what_is_written_is_brought_once_and_in_its_order(local_stack: LocalStack, reader: Reader) -> None:
    names = [f"order-{number}" for number in range(12)]
    for name in names:
        put(local_stack, name)
    local_stack.streams.drain()
    assert reader.brought == names


def test_what_a_failed_transaction_wrote_is_never_brought(local_stack: LocalStack, reader: Reader) -> None:
    with pytest.raises(ClientError):
        put(local_stack, "undone-1", "undone-2", condition="attribute_exists(pk)")
    put(local_stack, "done")
    local_stack.streams.drain()
    assert reader.brought == ["done"]


def test_a_record_the_function_names_comes_again_without_those_before_it(
    local_stack: LocalStack, reader: Reader
) -> None:
    reader.refuse = {"named-2"}
    put(local_stack, "named-1", "named-2", "named-3")
    local_stack.streams.drain()
    assert reader.batches[0] == ["named-1", "named-2", "named-3"]
    assert reader.batches[1] == ["named-2", "named-3"]
    assert "named-3" in reader.batches[-1]


def test_a_record_that_never_succeeds_is_given_up_and_named_in_the_queue(
    local_stack: LocalStack, reader: Reader
) -> None:
    reader.refuse, reader.partial = {"lost-2"}, False
    put(local_stack, "lost-1", "lost-2", "lost-3")
    local_stack.streams.drain()
    assert ["lost-2"] in reader.batches, "batches are halved down to the one that fails"
    assert reader.brought[-1] == "lost-3"
    queue = local_stack.physical_id("LedgerCopyFailures")
    messages = local_stack.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    assert any("startSequenceNumber" in message["Body"] for message in messages)
