"""Ports of operations: the services on which the system runs."""

from __future__ import annotations

from typing import Protocol

from chalicelib.operations.domain import Alarm, GivenUp, MachineState, Schedule


class Machinery(Protocol):
    """The machines, schedules and queues that this system was deployed with, by name."""

    def machines(self) -> tuple[MachineState, ...]: ...

    def schedules(self) -> tuple[Schedule, ...]: ...

    def given_up(self) -> tuple[GivenUp, ...]: ...

    def alarms(self) -> tuple[Alarm, ...]:
        """Return the alarms, those that are raised first."""
        ...
