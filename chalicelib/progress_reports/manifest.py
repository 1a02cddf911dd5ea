"""Progress reports: the day's reports, and the reminders of owed reports."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.progress_reports.ports import ProgressReportStore
from chalicelib.progress_reports.tables import PROGRESS_REPORTS, DynamoProgressReportStore


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the store of reports, kept in the state table."""
    return ports.give(ProgressReportStore, DynamoProgressReportStore(cloud.state))


PROGRESS = Capability(
    "progress_reports", connect, routes=("http",), steps=("tasks.ProgressSteps",), records=(PROGRESS_REPORTS,)
)
