"""How the path of claims stands: what waits and for how long, what runs, what is planned, what was given up."""

from __future__ import annotations

from datetime import datetime

from chalicelib.claims.domain.record import QueueKind
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text

COUNTED_MAX = 200
"""So many of a queue are counted; beyond them it is enough to know that there are more."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """The claims of one kind of queue that the sweep looks at. `more`: there are more than were counted."""

    kind: QueueKind
    waiting: int
    more: bool
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class MachineState:
    """The executions of one state machine that run, the oldest of them, and the last one that failed. None of the
    figures is known of a machine that keeps no list of its executions.
    """

    name: str
    running: int | None
    oldest: datetime | None
    last_failed: datetime | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is started by the clock. `says` is what for."""

    name: str
    when: str
    enabled: bool
    says: Text


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A queue of what a reader of a stream gave up on, and how much lies in it."""

    name: str
    messages: int


@dataclass(frozen=True, slots=True)
class PathState:
    """The whole of it at one moment."""

    at: datetime
    release: str
    bundle: str
    queues: tuple[QueueState, ...]
    machines: tuple[MachineState, ...]
    schedules: tuple[Schedule, ...]
    given_up: tuple[GivenUp, ...]
