"""The calls that infra/local/dynamodb_speed.py hastens answer what bare moto answers."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import ast_nodes, expressions

from infra.local.replacing import replaced
from infra.local.stack import LocalStack
from tests.kit.fixtures.properties import examples

UPDATE_PARSER: Any = vars(expressions)["UpdateExpressionParser"]
TRAVERSER: Any = vars(ast_nodes)["DepthFirstTraverser"]
ATTRIBUTES = {"pk": "S", "sk": "S", "queue": "S", "due": "N", "keeper": "B"}
INDEXES = {"by-queue": ("queue", "due"), "by-keeper": ("keeper", None)}
BESIDE = ("pk", "due")
"""The keys of the index whose partitions are those of the table."""


@contextmanager
def bare_moto() -> Iterator[None]:
    """Queries, parsed expressions and answers as moto has them, among mended writes."""
    bare = {
        ConditionExpressionParser: {"parse": inspect.unwrap(ConditionExpressionParser.parse)},
        UPDATE_PARSER: {"make": inspect.unwrap(UPDATE_PARSER.make)},
        TRAVERSER: {"nodes_to_be_processed": inspect.unwrap(TRAVERSER.nodes_to_be_processed)},
        Table: {"query": inspect.unwrap(Table.query)},
        BaseClient: {"_make_request": inspect.unwrap(BaseClient._make_request)},
    }
    with ExitStack() as undone:
        for owner, names in bare.items():
            for name, function in names.items():
                assert getattr(owner, name) is not function
            undone.enter_context(replaced(owner, **names))
        yield


def made(name: str, partition: str, sort: str | None) -> list[dict[str, str]]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    return keys if sort is None else [*keys, {"AttributeName": sort, "KeyType": "RANGE"}]


@contextmanager
def table_of(client: Any) -> Iterator[str]:
    """A table with every kind of index, of its own."""
    name, projection = f"speed-{uuid.uuid4().hex}", {"ProjectionType": "ALL"}
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": kind} for each, kind in ATTRIBUTES.items()],
        KeySchema=made(name, "pk", "sk"),
        GlobalSecondaryIndexes=[
            {"IndexName": index, "KeySchema": made(index, *keys), "Projection": projection}
            for index, keys in INDEXES.items()
        ],
        LocalSecondaryIndexes=[{"IndexName": "beside", "KeySchema": made("beside", *BESIDE), "Projection": projection}],
    )
    try:
        yield name
    finally:
        client.delete_table(TableName=name)


TEXTS = st.sampled_from(["a", "b", "c"]).map(lambda text: {"S": text})
NUMBERS = st.sampled_from(["1", "1.0", "2", "10", "-3"]).map(lambda number: {"N": number})
BYTES = st.sampled_from([b"\x00", b"\xff"]).map(lambda held: {"B": held})
VALUES = st.recursive(
    TEXTS
    | NUMBERS
    | BYTES
    | st.booleans().map(lambda truth: {"BOOL": truth})
    | st.just({"NULL": True})
    | st.sets(st.sampled_from(["a", "b"]), min_size=1).map(lambda texts: {"SS": sorted(texts)}),
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda members: {"L": members})
        | st.dictionaries(st.sampled_from(["S", "L", "name"]), inner, max_size=2).map(lambda held: {"M": held})
    ),
    max_leaves=4,
)
KEYS = st.fixed_dictionaries({"pk": TEXTS, "sk": st.sampled_from("0123456789").map(lambda text: {"S": text})})
INDEXED = st.fixed_dictionaries({}, optional={"queue": TEXTS, "due": NUMBERS, "keeper": BYTES})
ITEMS = st.tuples(KEYS, INDEXED, st.fixed_dictionaries({}, optional={"held": VALUES})).map(
    lambda parts: {**parts[0], **parts[1], **parts[2]}
)


def put(item: dict[str, Any]) -> dict[str, Any]:
    return {"Put": {"Item": item}}


def delete(key: dict[str, Any]) -> dict[str, Any]:
    return {"Delete": {"Key": key}}


def change(key: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Set the given indexed attributes, and remove the others."""
    setting = ", ".join(f"{name} = :{name}" for name in values)
    removing = ", ".join(name for name in ("queue", "due", "keeper") if name not in values)
    expression = " ".join((f"SET {setting}" if values else "", f"REMOVE {removing}" if removing else "")).strip()
    named = {"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}} if values else {}
    return {"Update": {"Key": key, "UpdateExpression": expression, **named}}


WRITES = st.one_of(
    st.builds(put, ITEMS), st.builds(put, ITEMS), st.builds(change, KEYS, INDEXED), st.builds(delete, KEYS)
)


def key_of(write: dict[str, Any]) -> str:
    ((_, operation),) = write.items()
    key = operation.get("Key") or operation["Item"]
    return f"{key['pk']}{key['sk']}"


STEPS = st.tuples(st.lists(WRITES, min_size=1, max_size=6, unique_by=key_of), st.booleans())
"""Writes of one transaction, and whether it is to be cancelled."""


def write(client: Any, table: str, step: tuple[list[dict[str, Any]], bool]) -> None:
    """Write a transaction."""
    writes, cancelled = step
    parts = [{kind: {**operation, "TableName": table}} for each in writes for kind, operation in each.items()]
    if not cancelled:
        client.transact_write_items(TransactItems=parts)
        return
    never = {"TableName": table, "Key": {"pk": {"S": "never"}, "sk": {"S": "never"}}}
    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(
            TransactItems=[*parts, {"ConditionCheck": {**never, "ConditionExpression": "attribute_exists(pk)"}}]
        )


def query(index: str | None, partition: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    conditions = "#p = :p" + (" AND " + more.pop("sort") if "sort" in more else "")
    values = {":p": value, **more.pop("values", {})}
    names = {"#p": partition, **more.pop("names", {})}
    return {
        **({} if index is None else {"IndexName": index}),
        "KeyConditionExpression": conditions,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        **more,
    }


def sort_condition(name: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"sort": "#s >= :s", "names": {"#s": name}, "values": {":s": value}}


QUERIES = st.one_of(
    st.builds(lambda value: query(None, "pk", value), TEXTS),
    st.builds(lambda value: query(None, "pk", value, **sort_condition("sk", {"S": "4"})), TEXTS),
    st.builds(lambda value: query("by-queue", "queue", value), TEXTS),
    st.builds(lambda value, due: query("by-queue", "queue", value, **sort_condition("due", due)), TEXTS, NUMBERS),
    st.builds(lambda value: query("by-keeper", "keeper", value), BYTES),
    st.builds(lambda value: query("beside", "pk", value), TEXTS),
    st.builds(
        lambda value: query(None, "pk", value, FilterExpression="attribute_exists(queue)", ConsistentRead=True), TEXTS
    ),
    st.builds(lambda value: query("by-queue", "queue", value, ConsistentRead=True), TEXTS),
)


def pages(client: Any, table: str, request: dict[str, Any], limit: int, *, forward: bool) -> list[Any]:
    """Every page of a query, or the refusal of its first."""
    answers: list[Any] = []
    start: dict[str, Any] = {}
    while True:
        try:
            answer = client.query(TableName=table, Limit=limit, ScanIndexForward=forward, **request, **start)
        except ClientError as error:
            return [*answers, error.response["Error"]]
        answer.pop("ResponseMetadata")
        answers.append(answer)
        if "LastEvaluatedKey" not in answer:
            return answers
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(STEPS, min_size=2, max_size=8),
    asked=st.lists(st.tuples(QUERIES, st.integers(1, 4), st.booleans()), min_size=1, max_size=6),
)
def test_a_query_answers_what_bare_moto_answers_page_by_page(
    cloud: LocalStack, steps: list[Any], asked: list[tuple[dict[str, Any], int, bool]]
) -> None:
    client = cloud.client("dynamodb")
    with table_of(client) as table:
        for step in steps:
            write(client, table, step)
            for request, limit, forward in asked:
                answered = pages(client, table, request, limit, forward=forward)
                with bare_moto():
                    assert answered == pages(client, table, request, limit, forward=forward)


def test_an_item_whose_update_is_given_up_halfway_is_found_where_moto_left_it(cloud: LocalStack) -> None:
    client, key = cloud.client("dynamodb"), {"pk": {"S": "a"}, "sk": {"S": "0"}}
    with table_of(client) as table:
        client.put_item(TableName=table, Item={**key, "queue": {"S": "a"}, "due": {"N": "1"}})
        asked = [query("by-queue", "queue", {"S": value}) for value in ("a", "b")]
        for request in asked:
            client.query(TableName=table, **request)
        with pytest.raises(ClientError):
            client.update_item(
                TableName=table,
                Key=key,
                UpdateExpression="SET queue = :queue, held = :held",
                ExpressionAttributeValues={":queue": {"S": "b"}, ":held": {"S": "x" * 410_000}},
            )
        answered = [pages(client, table, request, 9, forward=True) for request in asked]
        with bare_moto():
            assert answered == [pages(client, table, request, 9, forward=True) for request in asked]


NAMES = {"#q": "queue"}
CONDITIONS: dict[str, dict[str, Any]] = {
    "attribute_not_exists(pk)": {},
    "#q = :q": {"ExpressionAttributeNames": NAMES},
    "#q <> :q AND attribute_exists(due)": {"ExpressionAttributeNames": NAMES},
    "NOT (queue IN (:q)) OR keeper = :q": {},
    "size(queue) > :q": {},
    "#q =": {"ExpressionAttributeNames": NAMES},
    "#other = :q": {"ExpressionAttributeNames": NAMES},
    "attribute_exists(pk)": {"ExpressionAttributeNames": NAMES},
    "unheard_of(queue, :q)": {},
}
GIVEN: list[dict[str, Any]] = [{"S": "a"}, {"S": "b"}, {"N": "0"}, {"B": b"\xff"}]


def outcome(client: Any, table: str, condition: str, value: dict[str, Any], *, stands: bool) -> str:
    """Return what comes of an item's put under a condition, where the item stands already or not."""
    item = {"pk": {"S": "a"}, "sk": {"S": "0"}, "queue": {"S": "a"}, "due": {"N": "1"}}
    if stands:
        client.put_item(TableName=table, Item=item)
    else:
        client.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})
    values = {"ExpressionAttributeValues": {":q": value}} if ":q" in condition else {}
    try:
        client.put_item(TableName=table, Item=item, ConditionExpression=condition, **CONDITIONS[condition], **values)
    except Exception as refused:  # noqa: BLE001 moto lets whatever its parser raises through
        return f"{type(refused).__name__}: {refused}"
    return "put"


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_whose_parse_is_kept_comes_to_what_it_comes_to_in_bare_moto(
    cloud: LocalStack, condition: str
) -> None:
    client = cloud.client("dynamodb")
    with table_of(client) as table:
        ask = partial(outcome, client, table, condition)
        kept = [[ask(value, stands=stands) for value in GIVEN for stands in (True, False)] for _ in range(2)]
        with bare_moto():
            bare = [ask(value, stands=stands) for value in GIVEN for stands in (True, False)]
    assert kept == [bare, bare]


UPDATES = (
    "ADD due :n",
    "SET queue = :q ADD due :n",
    "SET held = if_not_exists(held, :q), due = due + :n REMOVE keeper",
    "SET held.inner = :q",
    "SET queue = :q, queue = :q",
    "ADD due :n ADD due :n",
    "SET queue =",
    "REMOVE sk",
)


def updated(client: Any, table: str, update: str) -> Any:
    """Return what two updates of an item make of the item, or how they are refused."""
    key = {"pk": {"S": "a"}, "sk": {"S": "0"}}
    client.put_item(TableName=table, Item={**key, "queue": {"S": "a"}, "due": {"N": "1"}, "keeper": {"B": b"\xff"}})
    given = {":q": {"S": "b"}, ":n": {"N": "5"}}
    named = {"ExpressionAttributeValues": {name: value for name, value in given.items() if name in update}}
    try:
        for _ in range(2):
            client.update_item(
                TableName=table, Key=key, UpdateExpression=update, **({} if "REMOVE sk" in update else named)
            )
    except Exception as refused:  # noqa: BLE001 moto lets whatever its parser raises through
        return f"{type(refused).__name__}: {refused}"
    return client.get_item(TableName=table, Key=key)["Item"]


@pytest.mark.parametrize("update", UPDATES)
def test_an_update_whose_parse_is_kept_comes_to_what_it_comes_to_in_bare_moto(cloud: LocalStack, update: str) -> None:
    client = cloud.client("dynamodb")
    with table_of(client) as table:
        kept = [updated(client, table, update) for _ in range(2)]
        with bare_moto():
            bare = updated(client, table, update)
    assert kept == [bare, bare]


def comparisons(work: Callable[[], object]) -> int:
    """Count the values that moto compares during some work."""
    counted = 0

    def counting(name: str) -> Any:
        compare = getattr(DynamoType, name)

        def compared(self: DynamoType, other: DynamoType) -> bool:
            nonlocal counted
            counted += 1
            return compare(self, other)

        return compared

    with replaced(DynamoType, __eq__=counting("__eq__"), __lt__=counting("__lt__")):
        work()
    return counted


@pytest.mark.parametrize("index", [None, "by-queue"])
def test_a_query_compares_no_more_in_a_larger_table(cloud: LocalStack, index: str | None) -> None:
    client = cloud.client("dynamodb")
    with table_of(client) as table:
        request = {"TableName": table, **query(index, "pk" if index is None else "queue", {"S": "a"})}

        def fill(partition: str) -> None:
            for number in range(40):
                item = {"pk": {"S": partition}, "sk": {"S": str(number)}, "queue": {"S": partition}}
                client.put_item(TableName=table, Item={**item, "due": {"N": str(number)}})

        fill("a")
        client.query(**request)
        alone = comparisons(lambda: client.query(**request))
        for partition in "bcde":
            fill(partition)
        assert comparisons(lambda: client.query(**request)) == alone
        with bare_moto():
            assert comparisons(lambda: client.query(**request)) > 4 * alone
