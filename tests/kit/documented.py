"""The OpenAPI document's routes as calls that tests can make: no list by hand can go out of date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib.main.capabilities import described
from chalicelib.platform.http.docs.openapi import openapi_document
from chalicelib.settlement.http.webhooks import webhooks_document

SUBJECTS = {
    "hospital": "H53010200001",
    "agency": "530100",
    "finance": "530100",
    "health": "530000",
    "centre": "000000",
    "policy": "000000",
    "auditor": "000000",
    "operator": "000000",
}


@dataclass(frozen=True)
class Call:
    """A call of one route by a role that may make it; `example` is the body that the document shows."""

    method: str
    path: str
    role: str
    example: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    operation: Mapping[str, Any]

    @property
    def subject(self) -> str:
        return SUBJECTS[self.role]

    @property
    def concrete(self) -> str:
        """The path with a stand-in for every parameter."""
        path = self.path
        for parameter in self.parameters:
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", str(_sample(parameter["schema"])))
        return path

    @property
    def query(self) -> tuple[str, ...]:
        """The names of the query parameters."""
        return tuple(each["name"] for each in self.parameters if each["in"] == "query")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@cache
def document() -> dict[str, Any]:
    """The document of the routes as they are registered."""
    return openapi_document(described().routes, "", webhooks_document())


@cache
def calls() -> tuple[Call, ...]:
    """Every operation of the document that needs a role."""
    found = []
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if "x-access" not in operation:
                continue
            role = next(iter(operation["x-access"]))
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            found.append(
                Call(
                    method.upper(),
                    path,
                    role,
                    body.get("example", {}),
                    tuple(operation.get("parameters", ())),
                    operation,
                )
            )
    return tuple(found)


def bodies() -> tuple[Call, ...]:
    """Return the calls that take a body."""
    return tuple(each for each in calls() if "requestBody" in each.operation)


def _sample(schema: Mapping[str, Any]) -> Any:
    if examples := schema.get("examples"):
        return examples[0]
    return schema.get("enum", ["x"])[0]
