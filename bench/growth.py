"""Benchmark of lists, reports, books and the audit by settled claims: the same calls at n, 2 n and 4 n claims.

All data stand on a local stack and are read over HTTP. Its simulated tables read the slower the more they hold; so
growth seen here is the product's or the simulation's, and docs/scale.md tells by counts which. Every claim has 20 lines
and a new patient.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.over_http import AGENCY, AUDITOR, HOSPITAL, Desk, served, serving_checks
from bench.timing import Row, require

HEADS = ("against the first size", "")
SIZES = (50, 100, 200)
SMALL = (2, 4)
ROUNDS = 3
_CLIENTS = 4


def measure() -> list[Row]:
    """Measure the median of each call at each size; the ratio is of the whole call: 1.00 is flat and 4.00 linear."""
    with served() as desk:
        return _grown(desk, SIZES, ROUNDS)


def check() -> None:
    """Check that every call is answered, and finds all settled claims."""
    rows = _grown(serving_checks(), SMALL, 1)
    require("every call is made at every size", len(rows) == len(SMALL) * (len(_calls()) + 1))


def _grown(desk: Desk, sizes: tuple[int, ...], rounds: int) -> list[Row]:
    rows: list[Row] = []
    first: dict[str, float] = {}

    def row(name: str, size: int, took_s: float, note: str = "") -> None:
        first.setdefault(name, took_s)
        rows.append(Row(name, size, "claims", took_s, took_s / first[name], note))

    before, standing = _walk(desk), 0
    for size in sizes:
        claims = [desk.newcomer() for _ in range(size - standing)]
        began = time.perf_counter()
        with ThreadPoolExecutor(_CLIENTS) as clients:
            ended = {each["status"] for each in clients.map(desk.submit, claims)}
        each_s, standing = (time.perf_counter() - began) / len(claims), size
        require("every claim settles", ended == {"settled"})
        held = f"{1 / each_s:.1f} claims/s, {_CLIENTS} clients; the stack holds {desk.memory_mb:,.0f} MB"
        row("settle a claim", size, each_s, held)
        require("a walk finds every claim", _walk(desk) == before + size)
        for name, act in _calls().items():
            row(name, size, statistics.median(_took(act, desk) for _ in range(rounds)))
    return rows


def _took(act: Callable[[Desk], object], desk: Desk) -> float:
    began = time.perf_counter()
    act(desk)
    return time.perf_counter() - began


def _walk(desk: Desk) -> int:
    """Walk all claims, in pages of 200; return their number."""
    found, cursor = 0, ""
    while True:
        page = desk.send("GET", f"/v1/claims?limit=200{cursor}", HOSPITAL, None)
        found += len(page["items"])
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def _calls() -> Mapping[str, Callable[[Desk], object]]:
    """Return the calls whose growth is measured: lists, reports, reconciliation, books, audit."""
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    days = f"from={today - timedelta(days=1)}&to={today}"

    def get(path: str, caller: tuple[str, str]) -> Callable[[Desk], Any]:
        return lambda desk: desk.send("GET", path, caller, None)

    sums = {"claims": 0, "total": "0.00", "funds": "0.00", "fiscal": "0.00", "patient": "0.00"}
    stated = {"institution": HOSPITAL[1], "from": str(today - timedelta(days=1)), "to": str(today), "totals": sums}
    return {
        "first page of 50 claims": get("/v1/claims?limit=50", AGENCY),
        "walk of all claims, pages of 200": _walk,
        "summary by status": get("/v1/summary?by=status", AGENCY),
        "report of settlements": get(f"/v1/reports/settlement?{days}", AGENCY),
        "reconciliation, totals": lambda desk: desk.send("POST", "/v1/reconciliations", HOSPITAL, stated),
        "accounts by prefix": get("/v1/ledger/accounts?prefix=fund/", AUDITOR),
        "trial balance": get("/v1/ledger/trial-balance", AUDITOR),
        "audit": get("/v1/ledger/audit", AUDITOR),
    }
