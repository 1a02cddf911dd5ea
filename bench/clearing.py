"""How closing a window grows with what is in it: time, and requests to DynamoDB, on the local stack's tables.

The requests are those a deployment would make; the times are the simulated service's, which reads the slower the more
its tables hold, so the requests are the figure to go by.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import Any

from bench.timing import Row
from chalicelib.application.assembly import ClearingUseCases
from chalicelib.application.retrying import Retrying
from chalicelib.domain.clearing.windows import entries
from chalicelib.domain.registry import NATION
from chalicelib.runtime.config import from_environment
from chalicelib.runtime.wiring import BotoClients, Process
from infra.local.stack import LocalStack
from tests.clearing_builders import month, nation
from tests.fakes.clearing import FakeClearingMachine
from tests.support.clearing_runs import close, post

SIZES = (1000, 2000, 4000)


def measure() -> list[Row]:
    """Close and prove a national window of each size, each on tables of its own."""
    rows: list[Row] = []
    for size in SIZES:
        took_s, requests = _closed(size)
        per_unit, asked = took_s / size, sum(requests.values())
        first = rows[0].median_s / rows[0].size if rows else per_unit
        note = f"{asked} requests to DynamoDB, {asked / size:.3f} each ({requests['Query']} Query)"
        rows.append(Row("close and prove a window", size, "position", took_s, per_unit / first, note))
    return rows


def _closed(size: int) -> tuple[float, Counter[str]]:
    with LocalStack():
        clients, requests = BotoClients(), Counter[str]()

        def count(model: Any, **_: Any) -> None:
            requests[model.name] += 1

        ports = replace(
            Process(from_environment(), clients, lambda: "done").ports, clearing_machine=FakeClearingMachine()
        )
        kept = [each for each in month(2 * size, nation(), seed=size) if NATION in entries(each)][:size]
        for each in kept:
            post(ports, each)
        clearing = ClearingUseCases.over(ports, Retrying(time.sleep, lambda: 0.0))
        run_id = clearing.start.start(NATION, kept[0].period, "bench")
        clients("dynamodb").meta.events.register("before-call.dynamodb.*", count)
        started = time.perf_counter()
        close(clearing, run_id)
        return time.perf_counter() - started, requests
