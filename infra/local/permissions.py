"""Holds every call of a function against the function's role, which moto 5.2.5 does not.

A call that the role does not allow fails here as in the cloud. So the first test that needs a permission missing from
infra/template.yaml finds the gap, and a permission that must be missing (an update of the ledger) can be tested. Calls
from outside a function (a test, the state machine, the command that loads the registry) are free.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from chalicelib.platform.aws.executions import without_qualifier
from infra.local.lambda_bridge import running_function
from infra.local.replacing import replaced

_TRANSACTION_ACTIONS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Get": "dynamodb:GetItem",
}
_BATCHES = {"BatchGetItem", "BatchWriteItem"}
_S3_ACTIONS = {
    "HeadObject": "s3:GetObject",
    "ListObjectsV2": "s3:ListBucket",
    "ListObjectVersions": "s3:ListBucketVersions",
    "HeadBucket": "s3:ListBucket",
}


@dataclass(frozen=True, slots=True)
class Request:
    """A permission that a call asks for; `context` holds the values of the condition keys a policy may look at. A
    request with a task token names no resource: the service knows the token's owner.
    """

    action: str
    resource: str | None
    context: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Statement:
    """An Allow statement of a role. A condition of a kind not listed below allows nothing."""

    actions: frozenset[str]
    resources: tuple[re.Pattern[str], ...]
    conditions: Mapping[str, Any]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Statement:
        if document["Effect"] != "Allow":
            raise ValueError("roles here allow; what they do not name is denied")
        return cls(
            frozenset(_listed(document["Action"])),
            tuple(_pattern(name) for name in _listed(document["Resource"])),
            document.get("Condition", {}),
        )

    def allows(self, request: Request) -> bool:
        """Tell whether this statement alone permits the request."""
        return (
            request.action in self.actions
            and (request.resource is None or any(pattern.fullmatch(request.resource) for pattern in self.resources))
            and all(
                operator in _CONDITIONS
                and all(
                    _CONDITIONS[operator](_listed(wanted), request.context.get(key, ())) for key, wanted in keys.items()
                )
                for operator, keys in self.conditions.items()
            )
        )


def _string_equals(wanted: Sequence[str], given: Sequence[str]) -> bool:
    return bool(given) and all(value in wanted for value in given)


def _for_all_values_string_like(wanted: Sequence[str], given: Sequence[str]) -> bool:
    return all(any(_pattern(each).fullmatch(value) for each in wanted) for value in given)


def _for_any_value_string_equals(wanted: Sequence[str], given: Sequence[str]) -> bool:
    return any(value in wanted for value in given)


_CONDITIONS: Mapping[str, Callable[[Sequence[str], Sequence[str]], bool]] = {
    "StringEquals": _string_equals,
    "ForAnyValue:StringEquals": _for_any_value_string_equals,
    "ForAllValues:StringLike": _for_all_values_string_like,
}

stands_for: ContextVar[Mapping[str, str | None]] = ContextVar("stands_for", default={})  # noqa: B039 - never written to
"""The deployed names, as roles are written, that a test's tables, buckets and machines stand for; None for a resource
that no role is asked about.
"""

Roles = Mapping[str, Sequence[Statement]]
"""The statements of each function's role, by the function's deployed name."""


@contextmanager
def permissions(roles: Roles, account: str, region: str) -> Iterator[None]:
    """Enforce the roles on every boto3 client of this process for the length of the block."""
    call = BaseClient._make_api_call

    def checked(self: BaseClient, operation_name: str, api_params: dict[str, Any]) -> Any:
        function = running_function.get()
        if function is not None:
            service = self.meta.service_model.service_name
            for request in _as_deployed(requests(service, operation_name, api_params, f"{region}:{account}")):
                if not any(statement.allows(request) for statement in roles.get(function, ())):
                    raise _denied(function, request, operation_name)
        return call(self, operation_name, api_params)

    with replaced(BaseClient, _make_api_call=checked):
        yield


def _as_deployed(asked: Iterable[Request]) -> Iterator[Request]:
    names = dict(sorted(stands_for.get().items(), key=lambda pair: -len(pair[0])))  # a name may end in another
    for request in asked:
        resource = request.resource
        name = None if resource is None else next((each for each in names if each in resource), None)
        if resource is None or name is None:
            yield request
        elif (deployed := names[name]) is not None:
            yield replace(request, resource=resource.replace(name, deployed))


def requests(service: str, operation: str, parameters: Mapping[str, Any], place: str) -> list[Request]:
    """Return the permissions that a call asks for; `place` is region:account.

    An operation that is not known here asks for its own name on `*`, which no role grants: add it when needed.
    """
    resolve = _SERVICES.get(service)
    found = resolve(operation, parameters, place) if resolve else []
    return found or [Request(f"{service}:{operation}", "*", {})]


def _dynamodb(operation: str, parameters: Mapping[str, Any], place: str) -> list[Request]:
    def table(name: str) -> str:
        return name if name.startswith("arn:") else f"arn:aws:dynamodb:{place}:table/{name}"

    def leading(each: Mapping[str, Any]) -> dict[str, Sequence[str]]:
        key = (each.get("Key") or each.get("Item") or {}).get("pk", {}).get("S")
        return {} if key is None else {"dynamodb:LeadingKeys": [key]}

    if operation.startswith("Transact"):
        return [
            Request(_TRANSACTION_ACTIONS[kind], table(each["TableName"]), leading(each))
            for item in parameters["TransactItems"]
            for kind, each in item.items()
        ]
    if operation in _BATCHES:
        return [
            Request(f"dynamodb:{operation}", table(name), {"dynamodb:LeadingKeys": _named(wanted)})
            for name, wanted in parameters["RequestItems"].items()
        ]
    if "TableName" not in parameters:
        return []
    index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
    return [Request(f"dynamodb:{operation}", table(parameters["TableName"]) + index, leading(parameters))]


def _named(wanted: Any) -> list[str]:
    """Return the partitions that a batch reads or writes."""
    if isinstance(wanted, dict):
        return sorted({key["pk"]["S"] for key in wanted["Keys"]})
    written = (said for each in wanted for said in each.values())
    return sorted({(said.get("Item") or said["Key"])["pk"]["S"] for said in written})


def _s3(operation: str, parameters: Mapping[str, Any], _: str) -> list[Request]:
    if "Bucket" not in parameters:
        return []
    action = _S3_ACTIONS.get(operation, f"s3:{operation}")
    if operation == "GetObject" and "VersionId" in parameters:
        action = "s3:GetObjectVersion"
    key = f"/{unquote(parameters['Key'])}" if "Key" in parameters else ""
    return [Request(action, f"arn:aws:s3:::{parameters['Bucket']}{key}", {})]


def _kms(operation: str, parameters: Mapping[str, Any], _: str) -> list[Request]:
    context = {
        f"kms:EncryptionContext:{key}": [value] for key, value in parameters.get("EncryptionContext", {}).items()
    }
    return [Request(f"kms:{operation}", parameters.get("KeyId", "*"), context)]


def _states(operation: str, parameters: Mapping[str, Any], _: str) -> list[Request]:
    if "taskToken" in parameters:
        return [Request(f"states:{operation}", None, {})]
    if "stateMachineArn" not in parameters:
        return [Request(f"states:{operation}", parameters.get("executionArn", "*"), {})]
    # A version or an alias is asked about as its machine.
    machine = without_qualifier(parameters["stateMachineArn"])
    qualifier = parameters["stateMachineArn"].removeprefix(f"{machine}:")
    context = {} if qualifier == machine else {"states:StateMachineQualifier": [qualifier]}
    return [Request(f"states:{operation}", machine, context)]


def _events(operation: str, parameters: Mapping[str, Any], place: str) -> list[Request]:
    if "Entries" not in parameters:
        return [Request(f"events:{operation}", "*", {})]
    buses = {entry.get("EventBusName", "default") for entry in parameters["Entries"]}
    return [
        Request(f"events:{operation}", bus if bus.startswith("arn:") else f"arn:aws:events:{place}:event-bus/{bus}", {})
        for bus in sorted(buses)
    ]


def _sqs(operation: str, parameters: Mapping[str, Any], place: str) -> list[Request]:
    name = parameters.get("QueueUrl", "").rpartition("/")[2]
    return [Request(f"sqs:{operation}", f"arn:aws:sqs:{place}:{name}" if name else "*", {})]


def _cloudwatch(operation: str, _: Mapping[str, Any], place: str) -> list[Request]:
    return [Request(f"cloudwatch:{operation}", f"arn:aws:cloudwatch:{place}:alarm:*", {})]


def _lambda(operation: str, parameters: Mapping[str, Any], place: str) -> list[Request]:
    action = "InvokeFunction" if operation == "Invoke" else operation
    return [Request(f"lambda:{action}", f"arn:aws:lambda:{place}:function:{parameters.get('FunctionName', '*')}", {})]


_SERVICES: Mapping[str, Callable[[str, Mapping[str, Any], str], list[Request]]] = {
    "dynamodb": _dynamodb,
    "s3": _s3,
    "kms": _kms,
    "stepfunctions": _states,
    "events": _events,
    "lambda": _lambda,
    "sqs": _sqs,
    "cloudwatch": _cloudwatch,
}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _pattern(resource: str) -> re.Pattern[str]:
    return re.compile(re.escape(resource).replace(r"\*", ".*"))


def _denied(function: str, request: Request, operation: str) -> ClientError:
    message = f"The role of {function} does not allow {request.action} on {request.resource}"
    return ClientError(
        {
            "Error": {"Code": "AccessDeniedException", "Message": message},
            "ResponseMetadata": {
                "HTTPStatusCode": 403,
                "HTTPHeaders": {},
                "HostId": "",
                "RequestId": "",
                "RetryAttempts": 0,
            },
        },
        operation,
    )
