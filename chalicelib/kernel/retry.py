"""The one way to try again: read again and decide again when another writer was first, after a random pause; and open a
run of a state machine again when an execution was cut off and said nothing.
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
    """Pauses are drawn evenly between zero and a bound that doubles from `first_pause_s_max` up to `pause_s_max`."""

    sleep: Sleeper
    jitter: Jitter
    attempts: int = 12
    first_pause_s_max: float = 0.02
    pause_s_max: float = 1.0

    def on_conflict(self, action: Callable[[], T]) -> T:
        """What the action returns. Raises the last `VersionConflict` once the attempts are used up."""
        for attempt in range(self.attempts - 1):
            try:
                return action()
            except VersionConflict:
                self.sleep(self.jitter() * min(self.pause_s_max, self.first_pause_s_max * 2**attempt))
        return action()


class Run(Protocol):
    """What is known of such a run; `attempt` counts its executions."""

    @property
    def attempt(self) -> int: ...

    @property
    def is_running(self) -> bool: ...


R = TypeVar("R", bound=Run)


def carry(opened: Callable[[R | None], R], start: Callable[[R], bool], retrying: Retrying) -> R:
    """Open a run and start its execution.

    `opened` records the run, or leaves one under way as it is; it is given the run whose execution is known to have
    ended, None at first. `start` is False where the execution of this attempt has ended before.
    """
    run = retrying.on_conflict(lambda: opened(None))
    if not start(run):
        # That execution has ended. Unless it came to its end only now, it was cut off and said nothing.
        run = retrying.on_conflict(lambda: opened(run))
        start(run)
    return run


def is_under_way(known: R, ended: R | None) -> bool:
    """Whether there is nothing to open: it runs, or, where one of its executions is known to have ended, came to its
    end just then or was opened by somebody else.
    """
    return known.is_running if ended is None else not known.is_running or known.attempt != ended.attempt
