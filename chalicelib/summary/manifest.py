"""Summaries: the number of claims and their amounts, kept as claims change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.system import Ports, System
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.summary.ports import TallyStore
from chalicelib.summary.tables import COUNTED, TALLIES, DynamoTallyStore


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the store of sums, kept in the state table."""
    return ports.give(TallyStore, DynamoTallyStore(cloud.state))


def counting(system: Callable[[], System]) -> Any:
    """Build the task behind the schedule."""
    from chalicelib.summary.tasks import SummarySteps  # noqa: PLC0415 for its function alone

    return SummarySteps(system)


SUMMARY = Capability("summary", connect, routes=("http",), steps=(counting,), records=(TALLIES, COUNTED))
