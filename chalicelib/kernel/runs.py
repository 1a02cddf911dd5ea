"""Runs that a state machine carries: started once, left alone while under way, opened again when an execution was cut
off and said nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from chalicelib.kernel.retry import Retrying


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
