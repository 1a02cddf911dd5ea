"""Concurrent callers in counted time: a caller runs until it waits, and then the caller due next runs.

One thread runs at any moment, in an order that a seed decides, so a simulation of minutes takes as long as its work and
comes out the same each time.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable, Iterable


class VirtualTime:
    """Virtual time for many callers: `now_s` is the time of the callers' clocks, from zero on."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._due: list[tuple[float, int, _Caller]] = []
        self._numbers = itertools.count()
        self._own = threading.local()
        self._back = threading.Semaphore(0)

    def sleep(self, seconds: float) -> None:
        """Let the others run for so long. Outside of a caller, time just passes."""
        caller: _Caller | None = getattr(self._own, "caller", None)
        if caller is None:
            self.now_s += seconds
            return
        self._enter(self.now_s + seconds, caller)
        self._back.release()
        caller.turn.acquire()

    def run(self, callers: Iterable[tuple[float, Callable[[], None]]]) -> None:
        """Let each caller begin at its moment and run to its end. Raises the error of the first caller to fail."""
        failures: list[BaseException] = []
        for begins_s, work in callers:
            self._enter(begins_s, _Caller(work))
        while self._due:
            self.now_s, _, caller = heapq.heappop(self._due)
            if caller.thread is None:
                caller.thread = threading.Thread(target=self._live, args=(caller, failures), daemon=True)
                caller.thread.start()
            else:
                caller.turn.release()
            self._back.acquire()
            if failures:
                raise failures[0]

    def _enter(self, at_s: float, caller: _Caller) -> None:
        heapq.heappush(self._due, (at_s, next(self._numbers), caller))

    def _live(self, caller: _Caller, failures: list[BaseException]) -> None:
        self._own.caller = caller
        try:
            caller.work()
        except BaseException as failure:  # noqa: BLE001 it is raised where everybody is waited for
            failures.append(failure)
        finally:
            self._back.release()


class _Caller:
    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work
        self.turn = threading.Semaphore(0)
        self.thread: threading.Thread | None = None
