"""Sequences of acts in any order, after which the books stay true: on the stores in memory, and on DynamoDB's.

QUEBAO_SEQUENCES interleavings are played on each (20 in memory and 2 on tables unless it says more; .ci/run plays 600
and 80), drawn from QUEBAO_SEED; both are printed.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from chalicelib.main.capabilities import build_system
from infra.local.stack import LocalStack
from tests.kit.memory.faults import Fault, faulty, watch
from tests.kit.memory.samples import policies
from tests.kit.memory.world import World
from tests.kit.sequences import Counted, Desk, MoneySequences
from tests.kit.tables import Bystander, dynamodb_client, tables

SEED = int(os.environ.get("QUEBAO_SEED", "20201122"))
IN_MEMORY = int(os.environ.get("QUEBAO_SEQUENCES", "20"))
ON_TABLES = int(os.environ.get("QUEBAO_SEQUENCES_ON_TABLES", "2"))
READS = frozenset({"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"})
PARTS = 2
"""Parts of the work. A part draws from its own seed, so that two processes with some of either kind share the work."""


def play(opened: Callable[[], Desk], count: int, part: int, tell: Callable[[str], None], where: str) -> None:
    """Play a part of `count` sequences, each at a desk of its own, and tell how many there were."""
    counted, wanted = Counted(), -(-count // PARTS)
    sequence: Any = seed(SEED + part)(functools.partial(MoneySequences, opened, counted))
    run_state_machine_as_test(
        sequence,
        settings=settings(
            max_examples=wanted,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tell(f"money, {where}, seed {SEED + part}: {counted}")
    assert counted.sequences >= wanted


def in_memory() -> Desk:
    """The stores in memory, every call of which may be lost."""
    fault = Fault()
    world = World(policies(), faulty(fault))
    return Desk(
        system=world.system,
        calm_ports=world.calm_ports,
        calm_system=build_system(world.calm_ports),
        workflows=world.workflows,
        clock=world.clock,
        fault=fault,
        changes=itertools.count().__next__,
        seals=True,
    )


class OnTables:
    """Opens desks whose stores are two fresh tables: a lost call there is a call of boto3 to DynamoDB."""

    def __init__(self) -> None:
        self.fault = Fault()
        self.making = dynamodb_client()
        self.acting = dynamodb_client()
        self.written = 0
        watch(self.acting, self.fault)
        self.acting.meta.events.register("before-call.dynamodb.*", self.count)

    def count(self, model: Any, **_: Any) -> None:
        self.written += model.name not in READS

    def __call__(self) -> Desk:
        self.fault.arm(None)
        world = World(policies(), faulty(self.fault))
        made = ExitStack()
        names = made.enter_context(tables(self.making))
        calm = names.under(world.calm_ports, Bystander())
        return Desk(
            system=build_system(names.under(world.ports, self.acting)),
            calm_ports=calm,
            calm_system=build_system(calm),
            workflows=world.workflows,
            clock=world.clock,
            fault=self.fault,
            changes=lambda: self.written,
            close=made.close,
        )


@pytest.mark.parametrize("part", range(PARTS))
def test_every_interleaving_in_memory_leaves_the_books_true(part: int, tell: Callable[[str], None]) -> None:
    play(in_memory, IN_MEMORY, part, tell, "in memory")


@pytest.mark.parametrize("part", range(PARTS))
def test_every_interleaving_on_tables_leaves_the_books_true(
    part: int, cloud: LocalStack, tell: Callable[[str], None]
) -> None:
    assert cloud.environment
    play(OnTables(), ON_TABLES, part, tell, "on tables")
