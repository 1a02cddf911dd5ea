"""The OpenAPI 3.1 document, made from the routes, the operations beside them and the wire models.

A route without an operation is an error: an incomplete document is never made. Role and reach of every call come from
`kernel/access.py`, so that the document agrees with the check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from http import HTTPStatus
from typing import Any, Literal

from chalice.app import RouteEntry
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chalicelib.kernel.text import Text, render_text
from chalicelib.platform.http.answers import Problem
from chalicelib.platform.http.docs.descriptions import describe, describe_values
from chalicelib.platform.http.docs.enumerations import InlineEnumerations
from chalicelib.platform.http.endpoints import OPERATION_ATTRIBUTE
from chalicelib.platform.http.operation import Operation, Success, Tag
from chalicelib.platform.http.problems import MEDIA_TYPE, problem_type
from chalicelib.platform.http.query import Parameter
from chalicelib.version import VERSION

Routes = Mapping[str, Mapping[str, RouteEntry]]

_REF = "#/components/schemas/{model}"
_TITLE = Text("确保：突发公共卫生事件医保结算", "Quebao: emergency medical-insurance claims")
_ABOUT = Text(
    "金额为以元为单位的两位小数字符串，数量和单价为十进制字符串，日期为 ISO 8601。"
    "错误为 problem+json，一次列出全部问题。",
    "Amounts are strings in yuan with two decimals, quantities and prices decimal strings, dates ISO 8601. Errors are "
    "problem+json and list every fault at once.",
)

_PROBLEMS: Mapping[int, Text] = {
    400: Text(
        "请求无法解析：不是 JSON，或字段缺失、类型不符",
        "The body is not JSON, or a field is missing or has the wrong type",
    ),
    401: Text("缺少有效的访问令牌", "The request has no valid bearer token"),
    403: Text("该角色无权执行此操作", "The role may not take this action"),
    404: Text("不存在，或调用方无权看到", "The resource does not exist, or the caller may not see it"),
    409: Text("与已有记录冲突", "The request conflicts with a record"),
    413: Text("请求体超过 4,500,000 字节", "The body is larger than 4,500,000 bytes"),
    415: Text("请求体须为 application/json", "The body is not application/json"),
    422: Text("内容不符合规则；列出全部问题", "The content breaks rules; every broken rule is listed"),
    429: Text("请求过多", "The caller sent too many requests"),
    500: Text("系统内部错误", "The system met an internal error"),
    503: Text("依赖的服务暂不可用，请稍后重试", "A dependency is unavailable; send the same request again"),
}
_CODES: Mapping[int, str] = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    409: "conflict",
    413: "too-large",
    415: "media-type",
    422: "invalid",
    429: "too-many-requests",
    500: "internal",
    503: "unavailable",
}
_FILE = {"type": "string", "format": "binary"}
_RETRIED = frozenset({429, 503})


def openapi_document(routes: Routes, address: str, webhooks: Mapping[str, Any]) -> dict[str, Any]:
    """Build the whole document for an API served at `address`. Raises `TypeError` for a route without an operation."""
    operations = list(operations_of(routes))
    paths: dict[str, Any] = {}
    for method, path, operation in operations:
        paths.setdefault(path, {})[method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _TITLE.en,
            "version": VERSION,
            "description": _ABOUT.en,
            "x-text": {"title": render_text(_TITLE), "description": render_text(_ABOUT)},
        },
        "servers": [_server(address)],
        "tags": [
            {"name": tag.key, "description": tag.title.en, "x-text": {"description": render_text(tag.title)}}
            for tag in Tag
        ],
        "paths": paths,
        "webhooks": dict(webhooks),
        "components": {
            "schemas": schemas_of([operation for _, _, operation in operations]),
            "responses": {_CODES[status]: _problem_response(status) for status in _PROBLEMS},
            "securitySchemes": {
                "bearerAuth": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "ES256 or RS256; claims `sub`, `role`, `subject`, `iss`, `aud`, `exp`, `iat`.",
                }
            },
        },
    }


def _server(address: str) -> dict[str, Any]:
    """Return the address of the API; the maker of a client may put another address in its place."""
    text = Text("接口地址", "Address of the API")
    return {
        "url": "{baseUrl}",
        "description": text.en,
        "x-text": {"description": render_text(text)},
        "variables": {"baseUrl": {"default": address or "/"}},
    }


def operation_of(entry: RouteEntry) -> Operation:
    """Return the operation of a route. Raises `TypeError` for a route registered outside `Endpoints`."""
    operation = getattr(entry.view_function, OPERATION_ATTRIBUTE, None)
    if not isinstance(operation, Operation):
        raise TypeError(f"{entry.method} {entry.uri_pattern} has no operation")
    return operation


def problem_statuses(operation: Operation) -> tuple[int, ...]:
    """Return every error status that a route may answer with."""
    statuses = {*operation.problems, 500}
    if operation.action is not None:
        statuses |= {400, 401, 403, 429, 503}
    if operation.body is not None:
        statuses |= {400, 413, 415, 422}
    return tuple(sorted(statuses))


def operations_of(routes: Routes) -> Iterator[tuple[str, str, Operation]]:
    """Return every route with its method and path, in the order of the document."""
    found = [
        (method, path, operation_of(entry))
        for path, entries in routes.items()
        for method, entry in entries.items()
        if method != "HEAD"  # served without a body wherever GET is served
    ]
    order = {tag: position for position, tag in enumerate(Tag)}
    yield from sorted(found, key=lambda each: (order[each[2].tag], each[1], each[0]))


def _operation(operation: Operation) -> dict[str, Any]:
    document: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag.key],
        "summary": operation.summary.en,
        "description": operation.detail.en,
        "x-text": {"summary": render_text(operation.summary), "description": render_text(operation.detail)},
        "responses": {str(status): _success(success) for status, success in operation.answers.items()},
        "security": [],
    }
    for status in problem_statuses(operation):
        document["responses"][str(status)] = {"$ref": f"#/components/responses/{_CODES[status]}"}
    if operation.action is not None:
        document["security"] = [{"bearerAuth": []}]
        document["x-access"] = _access(operation)
    if operation.parameters:
        document["parameters"] = [_parameter(parameter) for parameter in operation.parameters]
    if operation.body is not None:
        content: dict[str, Any] = {"schema": _ref(operation.body)}
        if operation.body_example is not None:
            content["example"] = operation.body_example
        document["requestBody"] = {"required": True, "content": {"application/json": content}}
    return document


def _access(operation: Operation) -> dict[str, str]:
    """Return the roles that may make a call and their reach: that of the operation's own action where the action grants
    the role, otherwise that of the first further action that does.
    """
    access: dict[str, str] = {}
    for action in operation.actions:
        for role, scope in action.grants.items():
            access.setdefault(role.value, scope.value)
    return access


def _parameter(parameter: Parameter[Any]) -> dict[str, Any]:
    schema = deepcopy(dict(parameter.schema))
    describe_values(parameter.name, schema)
    document: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.text.en,
        "x-text": {"description": render_text(parameter.text)},
        "schema": schema,
    }
    if parameter.place == "query":
        document["allowEmptyValue"] = True  # an empty parameter is as good as none
    return document


def _success(success: Success) -> dict[str, Any]:
    schema = _ref(success.model) if success.model else {"type": "string"}
    content: dict[str, Any] = {"schema": schema}
    if success.example is not None:
        content["example"] = success.example
    document: dict[str, Any] = {
        "description": success.text.en,
        "x-text": {"description": render_text(success.text)},
        "content": {success.media: content, **{media: {"schema": _FILE} for media in success.files}},
    }
    if success.headers:
        document["headers"] = {
            name: {"description": text.en, "schema": {"type": "string"}} for name, text in success.headers.items()
        }
    return document


def _problem_response(status: int) -> dict[str, Any]:
    text, code = _PROBLEMS[status], _CODES[status]
    example: dict[str, Any] = {
        "type": problem_type(code),
        "title": HTTPStatus(status).phrase,
        "status": status,
        "instance": "urn:quebao:request:3f1c0a52-7f0e-4d7e-9a54-0c1de2b7a911",
        "code": code,
        "errors": [{"code": code, "field": "", "message": render_text(text)}],
    }
    document: dict[str, Any] = {
        "description": text.en,
        "x-text": {"description": render_text(text)},
        "content": {MEDIA_TYPE: {"schema": _ref(Problem), "example": example}},
    }
    if status in _RETRIED:
        document["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}}
    if status == HTTPStatus.UNAUTHORIZED:
        document["headers"] = {"WWW-Authenticate": {"description": "RFC 6750.", "schema": {"type": "string"}}}
    return document


def schemas_of(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the schemas of the operations' bodies and answers with all that they hold, described in both languages."""
    bodies = {operation.body for operation in operations if operation.body is not None}
    answers: set[type[BaseModel]] = {Problem}
    for operation in operations:
        answers |= {success.model for success in operation.answers.values() if success.model}
    read: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        *((model, "validation") for model in sorted(bodies, key=lambda model: model.__name__)),
        *((model, "serialization") for model in sorted(answers, key=lambda model: model.__name__)),
    ]
    _, schema = models_json_schema(read, ref_template=_REF, schema_generator=InlineEnumerations)
    schemas: dict[str, Any] = dict(sorted(schema["$defs"].items()))
    for name, each in schemas.items():
        _drop_defaults(each)
        describe(name, each)
    return schemas


def _drop_defaults(schema: dict[str, Any]) -> None:
    """Drop the defaults of optional fields; generators of clients would make such a field required."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}
