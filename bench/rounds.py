"""Measures several ways of the same work in rounds that take turns, so that the machine's other load meets all."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

ROUNDS = 7
PEERS = Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
"""The peers' own environment, made by `make bench`. Without it, peers are left out and reported as left out."""


class Peers:
    """The process that runs the peers."""

    def __init__(self) -> None:
        command = [str(PEERS), str(Path(__file__).with_name("peers.py"))]
        self._process = subprocess.Popen(  # noqa: S603 - our own file, by the environment beside it
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def prepare(self, name: str, peer: str, given: Any, expected: str | None = None) -> Any:
        """Prepare a peer's work; return its result or, given a file of expected figures, the size of the errors."""
        return self._ask({"do": "prepare", "name": name, "peer": peer, "given": given, "expected": expected})["found"]

    def time(self, name: str, times: int) -> float:
        return float(self._ask({"do": "run", "name": name, "times": times})["took_s"])

    def _ask(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the peers are spoken to")
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def here(work: Callable[[], object]) -> Callable[[int], float]:
    """Return a timer of work in this process: processor time of a run, by number of runs."""

    def timed(times: int) -> float:
        started = time.process_time()
        for _ in range(times):
            work()
        return (time.process_time() - started) / times

    return timed


def in_turns(timers: Mapping[str, Callable[[int], float]], *, budget_s: float = 0.1) -> dict[str, float]:
    """Return the median of each, in seconds."""
    times = {name: max(1, int(budget_s / max(timer(1), 1e-6))) for name, timer in timers.items()}
    found: dict[str, list[float]] = {name: [] for name in timers}
    for _ in range(ROUNDS):
        for name, timer in timers.items():
            found[name].append(timer(times[name]))
    return {name: statistics.median(each) for name, each in found.items()}
