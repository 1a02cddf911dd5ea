"""Wire forms of the state of the claims' path."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from chalicelib.kernel.time import instant
from chalicelib.operations.domain import AlarmStanding, PathState
from chalicelib.platform.http.answers import Answer, Sha256, TextPair

QueueKindText = Literal["start", "pay", "redecide", "cover", "dependency", "transfer", "enrolment"]


class QueueStateDocument(Answer):
    """The claims of a queue that the sweep looks at. At most 200 of a queue are counted; `more` says that the queue
    holds more.
    """

    kind: QueueKindText
    waiting: int
    more: bool
    oldest: datetime | None


class MachineStateDocument(Answer):
    """A state machine's executions; the figures are null for a machine that keeps no list of its executions."""

    machine: str
    running: int | None
    oldest: datetime | None
    last_failed: datetime | None


class ScheduleDocument(Answer):
    schedule: str
    when: str
    enabled: bool
    says: TextPair


class GivenUpDocument(Answer):
    queue: str
    messages: int


class AlarmDocument(Answer):
    """An alarm by the name that the runbook gives it; the raised ones come first."""

    alarm: str
    standing: AlarmStanding
    since: datetime
    says: TextPair


class PathDocument(Answer):
    """The path of claims at one moment. A claim whose settlement failed five times is a task of kind `settle`, in no
    queue.
    """

    at: datetime
    release: str
    bundle: Sha256
    queues: list[QueueStateDocument]
    machines: list[MachineStateDocument]
    schedules: list[ScheduleDocument]
    given_up: list[GivenUpDocument]
    alarms: list[AlarmDocument]


def path_document(state: PathState) -> dict[str, Any]:
    """Write the state of the claims' path."""
    return {
        "at": instant(state.at),
        "release": state.release,
        "bundle": state.bundle,
        "queues": [
            {"kind": each.kind.value, "waiting": each.waiting, "more": each.more, "oldest": _at(each.oldest)}
            for each in state.queues
        ],
        "machines": [
            {
                "machine": each.name,
                "running": each.running,
                "oldest": _at(each.oldest),
                "last_failed": _at(each.last_failed),
            }
            for each in state.machines
        ],
        "schedules": [
            {
                "schedule": each.name,
                "when": each.when,
                "enabled": each.enabled,
                "says": {"zh": each.says.zh, "en": each.says.en},
            }
            for each in state.schedules
        ],
        "given_up": [{"queue": each.name, "messages": each.messages} for each in state.given_up],
        "alarms": [
            {
                "alarm": each.name,
                "standing": each.standing.value,
                "since": _at(each.since),
                "says": {"zh": each.says.zh, "en": each.says.en},
            }
            for each in state.alarms
        ],
    }


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)
