"""The one way a use case tries again when another writer was first: read again, decide again, after a random pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.kernel.errors import VersionConflict
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
