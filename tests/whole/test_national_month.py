"""A month of the whole nation is cleared: 31 provinces, 340 pooling areas, thousands of remote claims (N-07, Y-04).

QUEBAO_MONTH says how many claims; .ci/run plays 20,000.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

import pytest

from chalicelib.clearing.domain.run import Run
from chalicelib.clearing.domain.statements import leaf_content
from chalicelib.clearing.ports import ClearingMachine, RunStore
from chalicelib.clearing.usecases.run import StartRun, WindowNotProved, figures_of, stored_lines
from chalicelib.kernel.money import parse_yuan
from chalicelib.kernel.pages import every
from chalicelib.kernel.ports import Commits, DocumentKind, DocumentStore
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, TransactionId
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain import merkle
from chalicelib.ledger.domain.accounts import parse_due
from chalicelib.ledger.domain.obligations import entries, province_of
from chalicelib.ledger.domain.transaction import Transaction, trial_balance, unmatched_mirrors
from chalicelib.ledger.ports import LedgerStore, PostTransaction
from chalicelib.main.wiring import BotoClients, Process
from chalicelib.registry.domain.model import NATION
from infra.local.stack import LocalStack
from tests.kit.clearing_builders import FUND, month, nation, owing
from tests.kit.clearing_runs import close, post, settle
from tests.kit.memory.clearing import FakeClearingMachine
from tests.kit.memory.world import World
from tests.kit.plain_statements import without_workbooks
from tests.kit.policy_sets import publish_once
from tests.kit.tables import own_tables
from tests.kit.worked_cases import shipped_policies

PERIOD = "2026-11"
AREAS = nation()
CLAIMS = int(os.environ.get("QUEBAO_MONTH", "300"))
REAL_AREAS = int(os.environ.get("QUEBAO_REAL_AREAS", "31"))
_RETRYING = Retrying(lambda _: None, lambda: 0.0)


@pytest.fixture(name="world", scope="module")
def fixture_world() -> World:
    return World(shipped_policies())


def clearing_over(ports: Ports) -> System:
    """The use cases, which try again at once."""
    return without_workbooks(ports.give(Retrying, _RETRYING))


def assert_every_claim_is_provable(ports: Ports, run: Run, posted: tuple[Transaction, ...]) -> None:
    """Check that each claim of the tier, and no other, has its lines under the root, each with a path of its own."""
    summaries = ports[RunStore].shards(run.run_id)
    roots, root = [bytes.fromhex(each.root) for each in summaries], bytes.fromhex(run.root or "")
    proved = []
    for place, summary in enumerate(summaries):
        lines = stored_lines(ports[DocumentStore], summary.content)
        leaves = [merkle.leaf(leaf_content(line)) for line in lines]
        above = merkle.path_to(roots, place)
        for number, line in enumerate(lines):
            assert merkle.verify(leaf_content(line), (*merkle.path_to(leaves, number), *above), root)
            proved.append((line.transaction_id, line.kind))
    assert sorted(proved) == sorted(owed_in(run.window.tier, posted))


@lru_cache(maxsize=2)
def _owed(posted: tuple[Transaction, ...]) -> dict[str, list[tuple[str, str]]]:
    """Return the obligations of some transactions, by tier."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in posted:
        for tier, entry in entries(each).items():
            found.setdefault(tier, []).extend((each.id, owed.kind) for owed in entry.obligations)
    return found


def owed_in(tier: str, posted: tuple[Transaction, ...]) -> list[tuple[str, str]]:
    return _owed(posted)[tier]


def assert_statements_add_up(ports: Ports, run: Run) -> None:
    """Every area's lines are the matrix's rows, every party's net is on its statement, the manifest names them all."""
    figures = figures_of(ports[DocumentStore], run)
    assert sum(each.net_fen for each in figures.nets) == 0
    nets = {(each.party, each.kind.value): each.net_fen for each in figures.nets}
    stated = 0
    for record in ports[RunStore].statements(run.run_id, run.edition):
        document = json.loads(ports[DocumentStore].get(DocumentKind.STATEMENT, record.json))
        lines_fen = sum(parse_yuan(line["amount"]) for line in document["lines"])
        assert lines_fen == sum(parse_yuan(row["amount"]) for row in document["obligations"])
        is_party = run.window.tier != NATION or record.area == province_of(record.area)
        for total in document["totals"]:
            if is_party:
                assert parse_yuan(total["net"]) == nets.pop((record.area, total["kind"]), 0)
                stated += parse_yuan(total["owed_to"])
    assert not any(nets.values())
    assert stated == sum(position.amount_fen for position in figures.gross)
    manifest = json.loads(ports[DocumentStore].get(DocumentKind.STATEMENT, run.manifest or ""))
    assert len(manifest["statements"]) == len(ports[RunStore].statements(run.run_id, run.edition))


def test_a_month_of_remote_claims_is_cleared_to_nothing(world: World, tell: Callable[[str], None]) -> None:
    posted = month(CLAIMS, AREAS, seed=1)
    for each in posted:
        post(world.ports, each)
    assert trial_balance(posted).balance_fen == 0
    clearing = clearing_over(world.ports)
    tiers = sorted({tier for each in posted for tier in entries(each)})
    assert NATION in tiers
    payments = handed = 0
    for tier in tiers:
        run_id = clearing[StartRun].start(tier, PERIOD, "centre")
        close(clearing, run_id)
        run = settle(clearing, world.ports, run_id)
        figures = figures_of(world.documents, run)
        assert len(figures.instructions) <= max(0, len(figures.nets) - 1)
        assert_statements_add_up(world.ports, run)
        assert_every_claim_is_provable(world.ports, run, posted)
        if tier == NATION:
            payments, handed = len(figures.instructions), len(figures.allocations)
            assert payments <= min(30, len(AREAS) - 1)
    books = list(world.memory.ledger.values())
    balance = trial_balance(books)
    assert balance.balance_fen == 0
    assert unmatched_mirrors(books) == ()
    open_accounts = [row.account for row in balance.accounts if row.balance_fen and parse_due(row.account)]
    assert open_accounts == []
    tell(
        f"national month: {len(posted)} claims in {len(tiers)} tiers, {payments} payments between provinces, "
        f"{handed} shares handed down"
    )


def across_the_nation(count: int, areas: Sequence[AreaCode], period: str) -> tuple[Transaction, ...]:
    """Claims between provinces that name every area."""
    codes = sorted(areas)  # half a list away is another province
    pairs = ((codes[n % len(codes)], codes[(n + len(codes) // 2) % len(codes)]) for n in itertools.count())
    apart = (pair for pair in pairs if province_of(pair[0]) != province_of(pair[1]))
    return tuple(
        owing(
            ClaimId(f"clm_real-{n}"), (FUND, debtor, creditor, 1_000 + n), occurred_at=Instant(f"{period}-05T03:04:05Z")
        )
        for n, (debtor, creditor) in enumerate(itertools.islice(apart, count))
    )


def test_claims_between_all_provinces_are_cleared_to_nothing_through_the_real_adapter(
    cloud: LocalStack, tell: Callable[[str], None]
) -> None:
    """Between all 31 provinces, on tables of their own.

    One area a province, and four in .ci/run: all 340 clear alike, and their statements and payments take the
    simulated service minutes.
    """
    period, areas = "2026-11", nation(pooling_areas=REAL_AREAS)
    with own_tables(cloud.client("dynamodb")) as config:
        ports = Process(config, BotoClients(), lambda: "done").ports.give(ClearingMachine, FakeClearingMachine())
        publish_once(ports[BundleStore])
        clearing, posted = clearing_over(ports), across_the_nation(3 * REAL_AREAS, areas, period)
        for each in posted:
            post(ports, each)
        run_id = clearing[StartRun].start(NATION, period, "centre")
        close(clearing, run_id)
        run = settle(clearing, ports, run_id)
        assert_statements_add_up(ports, run)
        assert_every_claim_is_provable(ports, run, posted)
        figures = figures_of(ports[DocumentStore], run)
        named = {area for each in figures.gross for area in (each.debtor, each.creditor)}
        assert named == set(areas)
        assert len(figures.instructions) <= 30
        balance = trial_balance(every(ports[LedgerStore].journal))
        assert balance.balance_fen == 0
        left = [row.account for row in balance.accounts if row.balance_fen]
        assert not [a for a in left if parse_due(a) or a.startswith("hub/") or a.endswith("/in-transit")]
    tell(
        f"national month through the real adapter: {len(posted)} claims, {len(named)} pooling areas, "
        f"{len(figures.nets)} provinces, {len(figures.instructions)} payments, {len(figures.allocations)} handed down"
    )


def test_a_claim_posted_without_its_position_stops_the_run_and_is_named(world: World) -> None:
    period = "2026-10"
    posted = [
        replace(
            each, id=TransactionId(f"{each.id}-october"), occurred_at=Instant(each.occurred_at.replace(PERIOD, period))
        )
        for each in month(40, AREAS, seed=3)
    ]
    forgotten = next(each for each in posted if NATION in entries(each))
    for each in posted:
        if each is forgotten:
            world.ports[Commits].commit([PostTransaction(each)])
        else:
            post(world.ports, each)
    clearing = clearing_over(world.ports)
    run_id = clearing[StartRun].start(NATION, period, "centre")
    with pytest.raises(WindowNotProved) as stopped:
        close(clearing, run_id)
    assert [(each.code, each.field) for each in stopped.value.findings] == [("position-missing", forgotten.id)]


def test_an_empty_window_settles_with_a_statement_that_says_so(world: World) -> None:
    clearing = clearing_over(world.ports)
    run_id = clearing[StartRun].start(NATION, "2026-09", "schedule", empty=True)
    close(clearing, run_id)
    run = settle(clearing, world.ports, run_id)
    assert (run.lines, run.edition) == (0, 1)
    assert json.loads(world.documents.get(DocumentKind.STATEMENT, run.manifest or ""))["matrix"] == []
