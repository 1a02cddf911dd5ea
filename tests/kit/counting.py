"""Counts of the product's AWS requests while a block runs: the calls of every boto3 client, by the calling function."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.client import BaseClient

from infra.local.lambda_bridge import running_function
from infra.local.replacing import replaced
from tests.kit.units import Places, units_of

STORES = frozenset({"dynamodb", "s3"})


@dataclass
class Counted:
    """The calls so far: how often each (function, service, operation) was made, and the units that AWS bills for them.
    The calls of the test itself are not among them.
    """

    calls: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)

    def of(self, *functions: str, services: frozenset[str] = STORES) -> int:
        """The requests to some services that some functions (by the end of their names) made."""
        return sum(
            count
            for (function, service, _), count in self.calls.items()
            if service in services and function.endswith(functions)
        )

    def operations(self, *functions: str) -> dict[str, int]:
        """Count the calls of each operation by some functions."""
        found: Counter[str] = Counter()
        for (function, service, operation), count in self.calls.items():
            if function.endswith(functions):
                found[f"{service}:{operation}"] += count
        return dict(found)


@contextmanager
def counted() -> Iterator[Counted]:
    """Count for the length of the block."""
    call, counting, lock, places = BaseClient._make_api_call, Counted(), threading.Lock(), Places()

    def noted(self: BaseClient, operation_name: str, api_params: dict[str, Any]) -> Any:
        function, service = running_function.get(), self.meta.service_model.service_name
        if function is not None:
            with lock:
                counting.calls[function, service, operation_name] += 1
        answer = call(self, operation_name, api_params)
        if function is not None:
            with lock:
                counting.units += units_of(service, operation_name, api_params, answer)
                counting.units["write"] += places.left(operation_name, api_params)
        return answer

    with replaced(BaseClient, _make_api_call=noted):
        yield counting
