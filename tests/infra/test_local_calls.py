"""The calls that infra/local/calls.py shortens are answered, refused and told to hooks as those that it does not."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import boto3
import botocore.utils
import pytest
from botocore.auth import SigV4Auth
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ParamValidationError
from botocore.useragent import UserAgentString
from botocore.validate import ParamValidator
from moto.backends import get_backend
from moto.core.base_backend import BaseBackend
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID

from infra.local.replacing import replaced
from infra.local.stack import REGION, LocalStack

SHORTENED = (
    (UserAgentString, "to_string"),
    (SigV4Auth, "add_auth"),
    (BotocoreStubber, "process_request"),
    (BaseClient, "_make_request"),
    (ParamValidator, "_validate_structure"),
    (botocore.utils, "_parse_timestamp_with_tzinfo"),
)
OF_THE_MOMENT = {"RequestId", "x-amzn-requestid", "x-amz-crc32", "date"}
MESSAGE = {
    "request-created",
    "choose-signer",
    "before-sign",
    "before-send",
    "before-parse",
    "response-received",
    "needs-retry",
}
"""Hooks that make a message, or read one."""
KEY = {"pk": {"S": "a"}, "sk": {"S": "0"}}
ITEM = {**KEY, "n": {"N": "1"}, "held": {"M": {"bytes": {"B": b"\x00\xff"}, "list": {"L": [{"NULL": True}]}}}}
NEVER = {"ConditionExpression": "attribute_exists(never)"}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "an item is put": ("put_item", {"Item": ITEM, "ReturnValues": "ALL_OLD"}),
    "an item is read": ("get_item", {"Key": KEY, "ConsistentRead": True}),
    "an item that is not there is read": ("get_item", {"Key": {**KEY, "sk": {"S": "none"}}}),
    "an item is changed": (
        "update_item",
        {
            "Key": KEY,
            "UpdateExpression": "SET n = :n, note = :note",
            "ExpressionAttributeValues": {":n": {"N": "2"}, ":note": {"S": "Action=PutItem&姓名=示例"}},
            "ReturnValues": "ALL_NEW",
        },
    ),
    "items are asked for": (
        "query",
        {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "a"}}, "Limit": 1},
    ),
    "items are looked through": ("scan", {}),
    "a condition is not met": ("put_item", {"Item": ITEM, **NEVER, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}),
    "a key has the wrong type": ("get_item", {"Key": {"pk": {"N": "1"}, "sk": {"S": "0"}}}),
    "an expression cannot be read": ("query", {"KeyConditionExpression": "pk ="}),
    "an item is deleted": ("delete_item", {"Key": KEY, "ReturnValues": "ALL_OLD"}),
}


@contextmanager
def at_full_length() -> Iterator[None]:
    """Calls as botocore and moto have them."""
    with ExitStack() as undone:
        for owner, name in SHORTENED:
            assert inspect.unwrap(getattr(owner, name)) is not getattr(owner, name)
            undone.enter_context(replaced(owner, **{name: inspect.unwrap(getattr(owner, name))}))
        yield


def made(cloud: LocalStack, name: str) -> Any:
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    client = cloud.client("dynamodb")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
    )
    client.put_item(TableName=name, Item={**ITEM, "sk": {"S": "1"}})
    client.put_item(TableName=name, Item=ITEM)


def told(build: Any, table: str, operation: str, given: dict[str, Any]) -> tuple[Any, list[str]]:
    """Return the answer or refusal of a call, and the events that the hooks of its client hear meanwhile."""
    client, heard = build("dynamodb", region_name=REGION), list[str]()

    def hear(event_name: str, **_: Any) -> None:
        heard.append(event_name)

    client.meta.events.register("*.*.*", hear)
    try:
        answer = getattr(client, operation)(**({} if "TransactItems" in given else {"TableName": table}), **given)
    except ClientError as refused:
        answer = refused.response
    return without_moment(answer), heard


def without_moment(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_moment(each) for name, each in value.items() if name not in OF_THE_MOMENT}
    return value


def both(cloud: LocalStack, operation: str, given: dict[str, Any]) -> tuple[Any, Any]:
    """The same call on the same table, short and at full length."""
    outcomes = []
    name = f"calls-{uuid.uuid4().hex}"
    for length in (ExitStack, at_full_length):
        made(cloud, name)
        with length():
            outcomes.append(told(boto3.client, name, operation, given))
        cloud.client("dynamodb").delete_table(TableName=name)
    return outcomes[0], outcomes[1]


def assert_alike(short: tuple[Any, list[str]], full: tuple[Any, list[str]]) -> None:
    """A call that succeeds without a message is heard by the same hooks, but for those that the message is for."""
    is_refused = "Error" in full[0]
    assert {event.partition(".")[0] for event in full[1]} >= MESSAGE
    assert short == (full[0], [each for each in full[1] if is_refused or each.partition(".")[0] not in MESSAGE])


@pytest.mark.parametrize("what", CALLS)
def test_a_short_call_comes_to_what_a_full_one_comes_to(cloud: LocalStack, what: str) -> None:
    short, full = both(cloud, *CALLS[what])
    assert_alike(short, full)


@pytest.mark.parametrize("condition", [{}, NEVER])
def test_a_short_transaction_comes_to_what_a_full_one_comes_to(cloud: LocalStack, condition: dict[str, str]) -> None:
    name = f"calls-{uuid.uuid4().hex}"
    outcomes, items = [], []
    for length in (ExitStack, at_full_length):
        made(cloud, name)
        parts = [
            {"Put": {"TableName": name, "Item": {**ITEM, "sk": {"S": "2"}}}},
            {"Update": {"TableName": name, "Key": KEY, "UpdateExpression": "REMOVE held", **condition}},
        ]
        with length():
            outcomes.append(told(boto3.client, name, "transact_write_items", {"TransactItems": parts}))
            items.append(told(boto3.client, name, "scan", {}))
            keys = {"RequestItems": {name: {"Keys": [KEY, {**KEY, "sk": {"S": "2"}}]}}}
            items.append(without_moment(cloud.client("dynamodb").batch_get_item(**keys)))
        cloud.client("dynamodb").delete_table(TableName=name)
    assert_alike(*outcomes)
    assert_alike(items[0], items[2])
    assert items[1] == items[3]


@pytest.mark.parametrize(
    "value",
    [
        {"X": "a"},
        {"S": 1},
        {"N": 1},
        {"BOOL": "true"},
        {"B": 1},
        {"M": {"a": {"S": "b", "N": 1}}},
        {"M": {1: {"S": "b"}}},
        {"L": [{"S": "b"}, {"NULL": 0.5}]},
        {"SS": ["a", 1]},
        "a",
        None,
    ],
)
def test_a_value_that_dynamodb_has_not_is_refused_alike(cloud: LocalStack, value: Any) -> None:
    refusals = []
    for length in (ExitStack, at_full_length):
        with length(), pytest.raises(ParamValidationError) as refused:
            cloud.client("dynamodb").put_item(TableName="nowhere", Item={**KEY, "given": value})
        refusals.append(str(refused.value))
    assert refusals[0] == refusals[1]


@pytest.mark.parametrize(
    "value",
    [
        {"B": b""},
        {"BS": [b"a", b"\xff"]},
        {"M": {"B": {"S": "a"}, "BS": {"L": [{"S": "b"}]}}},
        {"M": {"S": {"B": b"\x00"}}},
        {"SS": ["B", "BS"]},
        {"S": '"B"'},
    ],
)
def test_bytes_come_back_as_they_were_put_and_names_like_theirs_too(cloud: LocalStack, value: Any) -> None:
    name = f"calls-{uuid.uuid4().hex}"
    made(cloud, name)
    client = cloud.client("dynamodb")
    client.put_item(TableName=name, Item={**KEY, "given": value, "B": {"S": "named like bytes"}})
    short = client.get_item(TableName=name, Key=KEY)
    with at_full_length():
        assert client.get_item(TableName=name, Key=KEY)["Item"] == short["Item"]
    assert short["Item"] == {**KEY, "given": value, "B": {"S": "named like bytes"}}


def test_a_table_that_is_not_there_is_refused_alike(cloud: LocalStack) -> None:
    given = {"Key": KEY}
    short = told(boto3.client, "nowhere", "get_item", given)
    with at_full_length():
        assert_alike(short, told(boto3.client, "nowhere", "get_item", given))
    assert short[0]["Error"]["Code"] == "ResourceNotFoundException"


def test_a_service_has_the_addresses_that_moto_writes_for_it(cloud: LocalStack) -> None:
    for service in ("s3", "stepfunctions", "kms"):
        backend = get_backend(service)[ACCOUNT_ID]["aws" if service == "s3" else REGION]
        written = inspect.unwrap(vars(BaseBackend)["urls"].fget)(backend)
        assert backend.urls is backend.urls
        assert list(backend.urls) == list(written)
    assert cloud.client("s3").list_buckets()["Buckets"]


def test_an_objects_instant_is_read_alike(cloud: LocalStack) -> None:
    client, bucket = cloud.client("s3"), f"instants-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=bucket)
    client.put_object(Bucket=bucket, Key="key", Body=b"content")
    read = [client.head_object(Bucket=bucket, Key="key")["LastModified"] for _ in range(2)]
    with at_full_length():
        assert read == [client.head_object(Bucket=bucket, Key="key")["LastModified"]] * 2


def test_what_somebody_else_will_call_is_signed(cloud: LocalStack) -> None:
    link = cloud.client("s3").generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
    assert "Signature=" in link


@pytest.mark.usefixtures("cloud")
def test_a_call_that_leaves_the_process_is_signed() -> None:
    """A call to another DynamoDB leaves the process in this way."""
    sent: list[str] = []

    def keep(request: Any, **_: Any) -> None:
        sent.append(str(request.headers["Authorization"]))
        raise InterruptedError

    for endpoint in ("http://127.0.0.1:9", None):
        client = boto3.client("dynamodb", region_name=REGION, endpoint_url=endpoint)
        client.meta.events.register_first("before-send.dynamodb", keep)
        with pytest.raises(InterruptedError):
            client.list_tables()
    assert ["Signature=" in each for each in sent] == [True, False]
