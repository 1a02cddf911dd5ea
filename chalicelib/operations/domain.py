"""The state of the claims' path: waiting claims with their waiting times, executions, schedules, records given up."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from chalicelib.claims.domain.record import QueueKind
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text

COUNTED_MAX = 200
"""The most claims of a queue that are counted; beyond them the fact that the queue holds more is enough."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """The claims of one kind of queue that the sweep looks at. `more`: the queues hold more than were counted."""

    kind: QueueKind
    waiting: int
    more: bool
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class MachineState:
    """The running executions of one state machine, the oldest of them, and the last failed execution. None of the
    figures is known of a machine that keeps no list of its executions.
    """

    name: str
    running: int | None
    oldest: datetime | None
    last_failed: datetime | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule that starts something by the clock. `says` is its purpose."""

    name: str
    when: str
    enabled: bool
    says: Text


class AlarmStanding(StrEnum):
    """The standing of an alarm; `unknown` where nothing was measured yet."""

    QUIET = "quiet"
    RAISED = "raised"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm by its name in the runbook. `says` is its meaning, `since` the last change of its standing."""

    name: str
    standing: AlarmStanding
    since: datetime
    says: Text


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A queue of the records that a reader of a stream gave up on, and the number of messages in the queue."""

    name: str
    messages: int


@dataclass(frozen=True, slots=True)
class PathState:
    """The whole state of the claims' path at one moment."""

    at: datetime
    release: str
    bundle: str
    queues: tuple[QueueState, ...]
    machines: tuple[MachineState, ...]
    schedules: tuple[Schedule, ...]
    given_up: tuple[GivenUp, ...]
    alarms: tuple[Alarm, ...]
