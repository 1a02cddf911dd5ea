"""The register of issues."""

from __future__ import annotations

from chalicelib.issues.ports import IssueStore
from chalicelib.issues.tables import ISSUE_RECORDS, DynamoIssueStore
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the store of issues, kept in the state table."""
    return ports.give(IssueStore, DynamoIssueStore(cloud.state))


ISSUES = Capability("issues", connect, routes=("http",), records=(ISSUE_RECORDS,))
