"""Spares a boto3 call that never leaves this process the work that only a call over a network needs.

botocore 1.44 builds the client's name anew for every call and signs the call, though nobody here checks the signature.
moto 5.2.5 finds the service of a call among all services by taking its URL, headers and body apart, and rewrites the
addresses of that service. Here a client's name is built once, a call carries its credential without a signature,
addresses are kept, and a call to DynamoDB goes straight to DynamoDB. The client's checks and hooks, and the service's
answers, remain as before.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from botocore.auth import SIGV4_TIMESTAMP, S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import get_current_datetime
from botocore.useragent import UserAgentString
from moto.core.base_backend import BaseBackend
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.utils import utcnow
from moto.dynamodb.responses import DynamoHandler
from moto.iam.models import mark_account_as_visited
from moto.utilities.utils import get_partition
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from infra.local.replacing import replaced

_IN_MOTO = re.compile(r"https://[^/?]+\.amazonaws\.com/")
_DYNAMODB = re.compile(r"https://dynamodb\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/")
_SIGNED_IN_A_HEADER = {SigV4Auth, S3SigV4Auth}
"""Signers that sign in a header; the other signers sign a URL that somebody else will call."""


@contextmanager
def short_calls() -> Iterator[None]:
    """Apply the mends for the length of the block."""
    with ExitStack() as mends:
        mends.enter_context(replaced(UserAgentString, to_string=_once_per_client()))
        mends.enter_context(replaced(SigV4Auth, add_auth=_without_signature()))
        mends.enter_context(replaced(BaseBackend, urls=property(_once_per_service())))
        mends.enter_context(replaced(BotocoreStubber, process_request=_straight_to_dynamodb()))
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


def _straight_to_dynamodb() -> Any:
    process = BotocoreStubber.process_request

    @functools.wraps(process)
    def process_request(self: BotocoreStubber, request: AWSPreparedRequest) -> Any:
        place = _DYNAMODB.fullmatch(request.url)
        if place is None or not isinstance(request.body, bytes) or "Content-Encoding" in request.headers:
            return process(self, request)
        return _handled(request, place["region"])

    return process_request


def _handled(request: AWSPreparedRequest, region: str) -> tuple[int, Any, Any]:
    """Return the answer of DynamoDB's own handler, prepared as `BaseResponse.setup_class` does for a call in JSON."""
    handler: Any = DynamoHandler()
    handler.headers = Headers(
        [(name, value.decode() if isinstance(value, bytes) else value) for name, value in request.headers.items()]
    )
    handler.method, handler.region, handler.partition = request.method, region, get_partition(region)
    handler.querystring, handler.uri_match = {}, {}
    handler.response_headers = {"server": "amazon.com", "date": http_date(utcnow())}
    handler.access_key, handler.current_account = handler.get_access_key(), handler.get_current_account()
    mark_account_as_visited(handler.current_account, handler.access_key, handler.service_name, region)
    parts = SimpleNamespace(
        method=request.method,
        content_type=handler.headers["Content-Type"],
        values={},
        headers=handler.headers,
        data=request.body,
        path="/",
    )
    try:
        handler.parse_parameters(parts)
        answer: tuple[int, Any, Any] = handler.call_action()
    except HTTPException as error:
        return error.code or 500, error.get_headers(), error.get_body()
    return answer
