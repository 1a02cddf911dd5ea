"""Summaries: how many claims there are and what they came to, kept as they change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.system import Ports, System
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.summary.ports import TallyStore
from chalicelib.summary.tables import COUNTED, TALLIES, DynamoTallyStore


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """The sums lie in the state table."""
    return ports.give(TallyStore, DynamoTallyStore(cloud.state))


def counting(system: Callable[[], System]) -> Any:
    """The task behind the schedule."""
    from chalicelib.summary.tasks import SummarySteps  # noqa: PLC0415 for its function alone

    return SummarySteps(system)


SUMMARY = Capability("summary", connect, routes=("http",), steps=(counting,), records=(TALLIES, COUNTED))
