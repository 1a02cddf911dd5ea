"""Events: the changes that concern a caller, in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.claims.ports import ClaimChanges
from chalicelib.events.ports import EventStore
from chalicelib.events.tables import FEED, DynamoEventStore, followed_changes
from chalicelib.events.usecases import FollowClaims
from chalicelib.kernel.system import Ports, System
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Provide the ports of events: events lie in the state table."""
    return ports.give(EventStore, DynamoEventStore(cloud.state))


def keeping(system: Callable[[], System]) -> Any:
    """Build the task behind the state table's stream."""
    from chalicelib.events.tasks import EventSteps  # noqa: PLC0415 for its function alone

    return EventSteps(system, followed_changes)


EVENTS = Capability(
    "events",
    connect,
    supplies={ClaimChanges: lambda system: system[FollowClaims]},
    routes=("http",),
    steps=(keeping,),
    records=(FEED,),
)
