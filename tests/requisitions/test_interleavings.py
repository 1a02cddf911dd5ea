"""Districts, the city and both banks in any order, with calls lost: the books and the requisitions never disagree."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from hypothesis import HealthCheck, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chalicelib.kernel.errors import QuebaoError
from chalicelib.main.capabilities import build_system
from chalicelib.requisitions.domain import RequisitionId
from tests.kit.books import what_is_wrong
from tests.kit.memory.faults import Fault, When, faulty
from tests.kit.memory.samples import policies
from tests.kit.memory.world import World
from tests.kit.requisition_rules import RequisitionRules
from tests.kit.sequences import Counted

_COUNTED = Counted()


class RequisitionSequences(RequisitionRules, RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.fault = Fault()
        world = World(policies(), faulty(self.fault))
        self.system, self.clock, self.counted = world.system, world.clock, _COUNTED
        self.calm_ports, self.calm = world.calm_ports, build_system(world.calm_ports)
        self.requisitions: list[RequisitionId] = []

    @contextlib.contextmanager
    def cut_off(self) -> Iterator[None]:
        with contextlib.suppress(QuebaoError):
            yield

    @rule(at=st.integers(0, 12), when=st.sampled_from(When))
    def crash_soon(self, at: int, when: When) -> None:
        _COUNTED.lost += self.fault.struck
        self.fault.arm(at, when)

    @invariant()
    def the_books_are_true(self) -> None:
        assert what_is_wrong(self.calm_ports, self.calm, ()) == []


def test_whatever_the_banks_say_the_requisitions_are_what_the_books_say(tell: Callable[[str], None]) -> None:
    machine = seeded(20200218)(RequisitionSequences)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tell(f"requisitions, in memory: {_COUNTED}")
    assert _COUNTED.seen["words about requisitions"] > 0
    assert _COUNTED.seen["requisitions taken back"] > 0
