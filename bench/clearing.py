"""Benchmark of closing a window to its statements, by its content: time, and requests, on the local stack's tables.

The requests are those of a deployment; the times are the simulated service's, which reads the slower the more its
tables hold, so the requests are the figure to go by. The settlements' records are written in bulk, as single
settlements would have left them, and everything but the tables is in memory: neither is measured.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.timing import Row, require
from chalicelib.clearing.domain.run import Run, RunStatus
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.tables import items
from chalicelib.clearing.usecases.book import positions_for
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.run import Clearing, StartRun
from chalicelib.ledger.domain.obligations import entries
from chalicelib.ledger.domain.transaction import Obligation, Transaction
from chalicelib.ledger.ports import PostTransaction
from chalicelib.ledger.tables import put_new
from chalicelib.main.capabilities import build_system
from chalicelib.platform.aws.table import to_item
from chalicelib.registry.domain.model import NATION
from infra.local.stack import without_stack
from tests.kit.clearing_builders import month, nation
from tests.kit.clearing_runs import close
from tests.kit.memory.clearing import FakeWindowStore
from tests.kit.memory.samples import policies
from tests.kit.memory.world import FakeCommits, Memory, World
from tests.kit.tables import Tables, dynamodb_client, tables

HEADS = ("per position, against the first size", "requests")
SIZES = (1000, 2000, 4000)
SMALL = (40, 80)
STATED = 4
"""The areas that are stated, of some two hundred: each statement is work of its own, with a sheet and a print."""
_BATCH = 25
"""The number of items that a BatchWriteItem takes."""


def measure() -> list[Row]:
    """Close and prove a national window of each size, each on tables of its own."""
    rows: list[Row] = []
    for size in SIZES:
        gates, statements, _ = _closed(size)
        for name, (took_s, requests), before in (
            ("close and prove a window", gates, rows[:1]),
            (f"net it, and state {STATED} areas", statements, rows[1:2]),
        ):
            per_unit, asked = took_s / size, sum(requests.values())
            first = before[0].median_s / before[0].size if before else per_unit
            note = f"{asked} requests to DynamoDB, {asked / size:.3f} each ({requests['Query']} Query)"
            rows.append(Row(name, size, "position", took_s, per_unit / first, note))
    return rows


def check() -> None:
    """Check that a window is proved with every line in it, and that twice the lines ask the store no oftener."""
    asked = []
    for size in SMALL:
        (_, requests), _, run = _closed(size)
        require(f"a window of {size} is verified and netted", run.status is RunStatus.NETTED)
        require(f"a window of {size} holds {size}", run.lines == size)
        asked.append(sum(requests.values()))
    require("requests do not grow with the window", asked[0] == asked[1])


Measured = tuple[float, Counter[str]]
"""Seconds, and the requests to DynamoDB."""


def _closed(size: int) -> tuple[Measured, Measured, Run]:
    """Return what it took to close and prove a window, then to net it and state some areas, and the run."""
    requests = Counter[str]()

    def count(model: Any, **_: Any) -> None:
        requests[model.name] += 1

    with without_stack(), tables(client := dynamodb_client()) as made:
        ports = made.under(World(policies()).ports, client)
        kept = [each for each in month(2 * size, nation(), seed=size) if NATION in entries(each)][:size]
        _posted(client, made, kept)
        clearing = build_system(ports)
        run_id = clearing[StartRun].start(NATION, kept[0].period, "bench")
        client.meta.events.register("before-call.dynamodb.*", count)
        started = time.perf_counter()
        close(clearing, run_id)
        proved = time.perf_counter() - started, Counter(requests)
        requests.clear()
        started = time.perf_counter()
        for area in clearing[Clearing].net(run_id)[:STATED]:
            clearing[Parties].state(run_id, area, 1)
        stated = time.perf_counter() - started, Counter(requests)
        run = ports[RunStore].get(run_id)
        if run is None:
            raise LookupError(run_id)
        return proved, stated, run


def _posted(dynamodb: Any, made: Tables, transactions: list[Transaction]) -> None:
    """Write the items of these transactions and their positions to both tables, worked out in memory."""
    memory = Memory()
    windows, commits = FakeWindowStore(memory.clearing, list), FakeCommits(memory)
    for each in transactions:
        commits.commit([PostTransaction(each), *positions_for(windows, each)])
    journal = (put["Put"]["Item"] for each in transactions for put in put_new(made.ledger, each))
    _write(dynamodb, made.ledger, journal)
    _write(dynamodb, made.state, _left(memory))


def _left(memory: Memory) -> Iterator[dict[str, Any]]:
    """Yield gates, entries and positions, as items."""
    for (window, shard), gate in memory.clearing.gates.items():
        pk = items.window_pk(window, shard)
        counted = {"status": gate.status.value, "passed": gate.count, "hash_sum": gate.hash_sum}
        yield to_item({"pk": pk, "sk": items.GATE, **counted})
        for entry in memory.clearing.entries[window, shard].values():
            yield to_item(items.write_entry(window, shard, entry))
        for held in memory.clearing.positions[window, shard].values():
            sk = items.position_sk(Obligation(held.debtor, held.creditor, held.kind, held.amount_fen))
            yield to_item({"pk": pk, "sk": sk, "amount_fen": held.amount_fen, "claims": held.claims})


def _write(dynamodb: Any, table: str, found: Iterator[dict[str, Any]]) -> None:
    while batch := list(itertools.islice(found, _BATCH)):
        dynamodb.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item}} for item in batch]})
