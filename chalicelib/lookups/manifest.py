"""Look-ups: the record of requesters and persons, and the limits by the minute."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.lookups.domain import LookupLimits
from chalicelib.lookups.ports import AccessRecords, LookupCounts
from chalicelib.lookups.tables import LOOKED_UP, DynamoAccessRecords, DynamoLookupCounts
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.table import Table
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores: access records have a table of their own, counts the state table; limits are configured."""
    config = cloud.config
    records = Table(cloud.client("dynamodb"), config.access_table)
    return (
        ports.give(AccessRecords, DynamoAccessRecords(records))
        .give(LookupCounts, DynamoLookupCounts(cloud.state))
        .give(LookupLimits, LookupLimits(int(config.lookups_unmatched_max), int(config.lookups_matched_max)))
    )


LOOKUPS = Capability("lookups", connect, records=(LOOKED_UP,))
