"""Tasks run in an order that a seed determines, with switches at every call of a port and with failing calls.

A call may fail before it took effect, or after: the caller then cannot tell (an ambiguous commit). A task may be killed
at a call, before or after it; its starter starts it again. Every choice comes from the seed, so a seed that
fails fails again.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, VersionConflict
from chalicelib.ledger.domain.obligations import SHARDS

FAILS, KILLED, RETHINKS = 0.05, 0.03, 0.02
TRIES = 80


class Killed(BaseException):
    """The process is gone; nothing in it can catch that."""


def insist(task: Callable[[], Any], *, refused: bool = False) -> Any:
    """Try again a call that was killed or could not be reached, as the machine's Retry and a new execution do; None if
    a refusal is an answer and was given.
    """
    last: BaseException | None = None
    for _ in range(TRIES):
        try:
            return task()
        except (Killed, Unavailable, VersionConflict) as error:
            last = error
        except (Conflict, Forbidden, Invalid, NotFound):
            if refused:
                return None
            raise
    raise AssertionError("nothing fails that often") from last


class Scheduler:
    """A seeded order of events. `add` tasks, then `run`: a single task moves at a time, from one call to the next."""

    def __init__(self, seed: int, *, fails: float = FAILS, killed: float = KILLED) -> None:
        self._fails, self._killed = fails, killed
        self.chance = random.Random(seed)
        self.calm = True
        self._tasks: list[_Task] = []
        self._current: _Task | None = None

    def add(self, work: Callable[[], object]) -> None:
        """Add a task, before or while others run; it starts when it is chosen."""
        self._tasks.append(_Task(work, self._pace()))

    def run(self) -> None:
        """Let all tasks run to their end, in the seed's order and with its faults."""
        self.calm = False
        waiting = self._tasks
        while waiting:
            if self.chance.random() < RETHINKS:
                self.chance.choice(waiting).pace = self._pace()
            self._current = self.chance.choices(waiting, [task.pace for task in waiting])[0]
            if self._current.step():
                waiting.remove(self._current)
        self._current, self.calm = None, True

    @contextmanager
    def peace(self) -> Iterator[None]:
        """For the length of the block no other task moves and no call fails."""
        calm, self.calm = self.calm, True
        try:
            yield
        finally:
            self.calm = calm

    def each_shard(self, task: Callable[[int], object], disturbed: set[int]) -> None:
        """Run a task at every gate of a window. Only some gates are disturbed: an empty gate's faults occur at one of
        them as well, and a step at each of sixty-four would leave all other tasks no time between two of a run.
        """
        for shard in SHARDS:
            if shard in disturbed:
                insist(partial(task, shard))
            else:
                with self.peace():
                    task(shard)

    def _pace(self) -> float:
        """Some tasks stand still while others run through: races need patience."""
        return float(10 ** self.chance.uniform(-5, 0))

    def call(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Make a call of a port: another task may move before the call, and the call may fail."""
        if self.calm or self._current is None:
            return method(*args, **kwargs)
        self._current.rest()
        fate, after = self.chance.random(), self.chance.random() < 0.5
        wrong = Killed() if fate < self._killed else Unavailable() if fate < self._killed + self._fails else None
        if wrong is not None and not after:
            raise wrong
        answer = method(*args, **kwargs)
        if wrong is not None:
            raise wrong
        return answer


class Ported:
    """A port whose every call is a point at which the scheduler may switch."""

    def __init__(self, scheduler: Scheduler, port: object) -> None:
        self._scheduler = scheduler
        self._port = port

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        return lambda *args, **kwargs: self._scheduler.call(method, *args, **kwargs)


class _Task:
    """A thread that moves only while it holds the baton."""

    def __init__(self, work: Callable[[], object], pace: float) -> None:
        self._work = work
        self.pace = pace
        self._mine, self._theirs = threading.Semaphore(0), threading.Semaphore(0)
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None
        self._ended = False

    def step(self) -> bool:
        """Let the task move to its next call; return whether it ended. Raises the error that ended the task."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        self._mine.release()
        self._theirs.acquire()
        if self._ended:
            self._thread.join()
            if self._error is not None:
                raise self._error
        return self._ended

    def rest(self) -> None:
        self._theirs.release()
        self._mine.acquire()

    def _run(self) -> None:
        self._mine.acquire()
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 the one who steps raises it
            self._error = error
        self._ended = True
        self._theirs.release()
