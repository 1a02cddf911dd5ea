"""Spares a boto3 call that never leaves this process the work that only a call over a network needs.

botocore 1.44 builds the client's name anew for every call, checks every value of an item by models of its parts, and
signs the call, though nobody here checks the signature. moto 5.2.5 finds the service of a call among all services by
taking its URL, headers and body apart, rewrites the addresses of that service, and lists the directories of all of them
to load the model of a single service. Here a client's name is built once, a value that is plain is looked at once, a
call carries its credential without a signature, addresses, the list and instants that were read are kept, and a call
about DynamoDB's items goes straight to DynamoDB before it is made into a message. What a client refuses, its hooks
before and after a call, its retries and the service's answers remain as before.
"""

from __future__ import annotations

import functools
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

import botocore.utils
from botocore.auth import SIGV4_TIMESTAMP, S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.compat import get_current_datetime
from botocore.useragent import UserAgentString
from botocore.validate import ParamValidator
from moto.core import utils
from moto.core.base_backend import BaseBackend
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.core.models import botocore_stubber
from moto.core.utils import utcnow
from moto.dynamodb.responses import DynamoHandler
from moto.iam.models import mark_account_as_visited
from moto.utilities.utils import get_partition
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from infra.local.replacing import replaced

_UTILS: Any = utils
_INSTANTS_KEPT_MAX = 4_096
_IN_MOTO = re.compile(r"https://[^/?]+\.amazonaws\.com/")
_DYNAMODB = re.compile(r"https://dynamodb\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/")
_ABOUT_ITEMS = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
_WITH_BYTES = ('"B"', '"BS"')
_TEXTS, _TRUTHS = frozenset({"S", "N"}), frozenset({"BOOL", "NULL"})
_refusal: ContextVar[Any] = ContextVar("refusal", default=None)
"""The answer that a client's first message gets, since the call was made without a message and was refused."""

_SIGNED_IN_A_HEADER = {SigV4Auth, S3SigV4Auth}
"""Signers that sign in a header; the other signers sign a URL that somebody else will call."""


@contextmanager
def short_calls() -> Iterator[None]:
    """Apply the mends for the length of the block."""
    with ExitStack() as mends:
        mends.enter_context(replaced(UserAgentString, to_string=_once_per_client()))
        mends.enter_context(replaced(SigV4Auth, add_auth=_without_signature()))
        mends.enter_context(replaced(BaseBackend, urls=property(_once_per_service())))
        mends.enter_context(replaced(BotocoreStubber, process_request=_refusing_once()))
        mends.enter_context(replaced(BaseClient, _make_request=_without_a_message()))
        mends.enter_context(replaced(ParamValidator, _validate_structure=_looking_at_plain_values_once()))
        mends.enter_context(replaced(_UTILS, create_loader=functools.cache(_UTILS.create_loader)))
        mends.enter_context(replaced(botocore.utils, _parse_timestamp_with_tzinfo=_read_once()))
        yield


def _once_per_client() -> Any:
    to_string = UserAgentString.to_string
    known: WeakKeyDictionary[UserAgentString, str] = WeakKeyDictionary()

    @functools.wraps(to_string)
    def kept(self: UserAgentString) -> str:
        if self not in known:
            known[self] = to_string(self)
        return known[self]

    return kept


def _without_signature() -> Any:
    add_auth = SigV4Auth.add_auth

    @functools.wraps(add_auth)
    def add_credential(self: Any, request: Any) -> None:
        if type(self) not in _SIGNED_IN_A_HEADER or self.credentials is None or not _IN_MOTO.match(request.url):
            add_auth(self, request)
            return
        request.context["timestamp"] = get_current_datetime().strftime(SIGV4_TIMESTAMP)
        self._modify_request_before_signing(request)
        request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={self.scope(request)}, SignedHeaders=host"

    return add_credential


def _once_per_service() -> Any:
    urls: Any = vars(BaseBackend)["urls"].fget
    known: dict[type, Any] = {}

    @functools.wraps(urls)
    def kept(self: BaseBackend) -> Any:
        if type(self) not in known:
            known[type(self)] = urls(self)
        return known[type(self)]

    return kept


def _read_once() -> Any:
    """Return the reader of an instant, which keeps those it read: an object's is read with each of its answers."""
    return functools.lru_cache(_INSTANTS_KEPT_MAX)(botocore.utils._parse_timestamp_with_tzinfo)


def _refusing_once() -> Any:
    process = BotocoreStubber.process_request

    @functools.wraps(process)
    def process_request(self: BotocoreStubber, request: AWSPreparedRequest) -> Any:
        if (refusal := _refusal.get()) is None:
            return process(self, request)
        _refusal.set(None)
        return refusal

    return process_request


def _looking_at_plain_values_once() -> Any:
    validate = ParamValidator._validate_structure

    @functools.wraps(validate)
    def validate_structure(self: Any, value: Any, shape: Any, errors: Any, name: str) -> None:
        if shape.name != "AttributeValue" or not _is_plain(value):
            validate(self, value, shape, errors, name)

    return validate_structure


def _is_plain(value: Any) -> bool:
    """Tell whether something is a value of DynamoDB beyond doubt, with all that the value holds; sets are doubtful."""
    if type(value) is not dict or len(value) != 1:
        return False
    ((kind, held),) = value.items()
    if kind in _TEXTS:
        return type(held) is str
    if kind == "M":
        return type(held) is dict and all(type(each) is str for each in held) and all(map(_is_plain, held.values()))
    if kind == "L":
        return type(held) is list and all(map(_is_plain, held))
    return type(held) is (bytes if kind == "B" else bool) and (kind == "B" or kind in _TRUTHS)


def _without_a_message() -> Any:
    make = BaseClient._make_request

    @functools.wraps(make)
    def make_request(self: Any, operation: Any, request: dict[str, Any], context: Any) -> Any:
        place = _DYNAMODB.fullmatch(request["url"]) if operation.name in _ABOUT_ITEMS else None
        if place is None or not botocore_stubber.enabled:
            return make(self, operation, request, context)
        credential = f"AWS4-HMAC-SHA256 Credential={self._get_credentials().access_key}/"
        headers = {**request["headers"], "Authorization": credential}
        status, told, body = _answer(operation.name, headers, request["body"], place["region"])
        if status == 200:
            return AWSResponse(request["url"], status, told, MockRawResponse(b"")), _read(told, body, operation)
        # The client takes a refusal as a message, and decides whether to try again.
        before = _refusal.set((status, told, body))
        try:
            return make(self, operation, request, context)
        finally:
            _refusal.reset(before)

    return make_request


def _read(headers: dict[str, str], body: str, operation: Any) -> Any:
    """Return an answer as the client's parser reads it, which leaves out what the operation does not answer."""
    metadata = {"RequestId": headers["x-amzn-requestid"], "HTTPStatusCode": 200, "HTTPHeaders": headers}
    answered = operation.output_shape.members
    said = {name: each for name, each in _loaded(body or "{}").items() if name in answered}
    return {**said, "ResponseMetadata": {**metadata, "RetryAttempts": 0}}


def _loaded(text: str) -> Any:
    """Return what JSON of DynamoDB says; bytes stand there in base 64."""
    has_bytes = any(each in text for each in _WITH_BYTES)
    return json.loads(text, object_hook=_with_bytes if has_bytes else None)


def _with_bytes(read: dict[str, Any]) -> dict[str, Any]:
    """Return an object with its bytes decoded. A value's only name is its kind; no other object has a text there."""
    match read:
        case {"B": str(text), **others} if not others:
            return {"B": b64decode(text)}
        case {"BS": list(texts), **others} if not others:
            return {"BS": [b64decode(text) for text in texts]}
    return read


def _in_base_64(value: object) -> str:
    if not isinstance(value, bytes):
        raise TypeError
    return b64encode(value).decode()


class _ItemHandler(DynamoHandler):
    """DynamoDB's handler of a call about items, which reads and writes JSON without a model of every value."""

    def __init__(self, operation: str) -> None:
        super().__init__()
        self._operation = operation

    def _get_action(self) -> str:
        return self._operation

    def parse_parameters(self, request: Any) -> None:
        self.params: Any = _loaded(request.data.decode())

    def serialized(self, action_result: Any) -> Any:
        result = action_result.result
        if not isinstance(result, dict):
            return super().serialized(action_result)
        try:
            said = {name: each for name, each in result.items() if each is not None}
            body = json.dumps(said, default=_in_base_64)
        except TypeError:  # something that only the model of the answer tells how to write
            return super().serialized(action_result)
        return 200, {"content-type": self.headers["Content-Type"], **self.response_headers}, body

    @staticmethod
    def _enrich_response(headers: dict[str, str], body: Any) -> tuple[dict[str, str], Any]:
        return {**headers, "x-amzn-requestid": uuid4().hex}, body


def _answer(operation: str, headers: dict[str, str], body: bytes, region: str) -> tuple[int, Any, Any]:
    """Return the answer of DynamoDB's own handler, prepared as `BaseResponse.setup_class` does for a call in JSON."""
    handler: Any = _ItemHandler(operation)
    handler.headers, handler.method = headers, "POST"
    handler.region, handler.partition = region, get_partition(region)
    handler.querystring, handler.uri_match = {}, {}
    handler.response_headers = {"server": "amazon.com", "date": http_date(utcnow())}
    handler.access_key, handler.current_account = handler.get_access_key(), handler.get_current_account()
    mark_account_as_visited(handler.current_account, handler.access_key, handler.service_name, region)
    content = {"content_type": headers["Content-Type"], "headers": headers, "data": body}
    try:
        handler.parse_parameters(SimpleNamespace(method="POST", path="/", values={}, **content))
        answer: tuple[int, Any, Any] = handler.call_action()
    except HTTPException as error:
        return error.code or 500, error.get_headers(), error.get_body()
    return answer
