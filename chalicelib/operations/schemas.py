"""Wire forms of the state of the claims' path."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from chalicelib.kernel.time import instant
from chalicelib.operations.domain import AlarmStanding
from chalicelib.platform.http.answers import Answer, Sha256, ShownInstant, TextPair

MomentText = Annotated[ShownInstant, BeforeValidator(instant)]
"""The UTC instant of a moment."""

QueueKindText = Literal["start", "pay", "redecide", "cover", "dependency", "transfer", "enrolment"]


class QueueStateDocument(Answer):
    """The claims of a queue that the sweep looks at. At most 200 of a queue are counted; `more` says that the queue
    holds more.
    """

    kind: QueueKindText
    waiting: int
    more: bool
    oldest: MomentText | None


class MachineStateDocument(Answer):
    """A state machine's executions; the figures are null for a machine that keeps no list of its executions."""

    machine: Annotated[str, Field(validation_alias="name")]
    running: int | None
    oldest: MomentText | None
    last_failed: MomentText | None


class ScheduleDocument(Answer):
    schedule: Annotated[str, Field(validation_alias="name")]
    when: str
    enabled: bool
    says: TextPair


class GivenUpDocument(Answer):
    queue: Annotated[str, Field(validation_alias="name")]
    messages: int


class AlarmDocument(Answer):
    """An alarm by the name that the runbook gives it; the raised ones come first."""

    alarm: Annotated[str, Field(validation_alias="name")]
    standing: AlarmStanding
    since: MomentText
    says: TextPair


class PathDocument(Answer):
    """The path of claims at one moment. A claim whose settlement failed five times is a task of kind `settle`, in no
    queue.
    """

    at: MomentText
    release: str
    bundle: Sha256
    queues: list[QueueStateDocument]
    machines: list[MachineStateDocument]
    schedules: list[ScheduleDocument]
    given_up: list[GivenUpDocument]
    alarms: list[AlarmDocument]
