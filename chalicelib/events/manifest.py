"""Events: what changed for a caller, in order."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.events import http
from chalicelib.events.ports import EventStore
from chalicelib.events.tables import FEED, DynamoEventStore, followed_change
from chalicelib.events.tasks import EventSteps
from chalicelib.kernel.system import Ports, System
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Events lie in the state table."""
    return ports.give(EventStore, DynamoEventStore(cloud.state))


def keeping(system: Callable[[], System]) -> EventSteps:
    """The task behind the state table's stream."""
    return EventSteps(system, followed_change)


EVENTS = Capability("events", connect, routes=(http.blueprint,), steps=(keeping,), records=(FEED,))
