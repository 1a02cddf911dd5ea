"""Retries: reading and deciding again after another writer's change, following a random pause; and reopening a run of a
state machine whose execution was cut off without an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Jitter, Sleeper

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Retrying:
    """Pauses drawn evenly between zero and a bound that doubles from `first_pause_s_max` up to `pause_s_max`."""

    sleep: Sleeper
    jitter: Jitter
    attempts: int = 12
    first_pause_s_max: float = 0.02
    pause_s_max: float = 1.0

    def on_conflict(self, action: Callable[[], T]) -> T:
        """Return the action's result. Raises the last `VersionConflict` once the attempts are used up."""
        for attempt in range(self.attempts - 1):
            try:
                return action()
            except VersionConflict:
                self.sleep(self.jitter() * min(self.pause_s_max, self.first_pause_s_max * 2**attempt))
        return action()


class Run(Protocol):
    """The known state of a state machine's run; `attempt` counts its executions."""

    @property
    def attempt(self) -> int: ...

    @property
    def is_running(self) -> bool: ...


R = TypeVar("R", bound=Run)


def carry(opened: Callable[[R | None], R], start: Callable[[R], bool], retrying: Retrying) -> R:
    """Open a run and start its execution.

    `opened` records the run, or leaves a run under way as it is; it is given the run whose execution is known to have
    ended, None at first. `start` returns False where the execution of this attempt has ended before.
    """
    run = retrying.on_conflict(lambda: opened(None))
    if not start(run):
        # The execution has ended. Unless the execution ended only now, it was cut off without an answer.
        run = retrying.on_conflict(lambda: opened(run))
        start(run)
    return run


def is_under_way(known: R, ended: R | None) -> bool:
    """Tell whether there is nothing to open: the run is under way or, where one of its executions is known to have
    ended, has just come to its end or was opened by somebody else.
    """
    return known.is_running if ended is None else not known.is_running or known.attempt != ended.attempt
