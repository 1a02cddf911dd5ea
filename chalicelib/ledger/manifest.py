"""The ledger: the journal, and its locked copy."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.kernel.system import Ports, System
from chalicelib.ledger import http
from chalicelib.ledger.archive import S3LedgerArchive, change_of
from chalicelib.ledger.ports import LedgerStore
from chalicelib.ledger.tables import DynamoLedgerStore
from chalicelib.ledger.tasks import LedgerCopySteps
from chalicelib.ledger.usecases.copy import LedgerArchive
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.table import Table
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """The journal is a table of its own, its copy a bucket whose objects are locked."""
    journal = Table(cloud.client("dynamodb"), cloud.config.ledger_table)
    archive = S3LedgerArchive(cloud.client("s3"), cloud.config.ledger_copy_bucket)
    store = DynamoLedgerStore(journal)
    return ports.give(LedgerStore, store).give(DynamoLedgerStore, store).give(LedgerArchive, archive)


def copies(system: Callable[[], System]) -> LedgerCopySteps:
    """The task behind the journal's stream."""
    return LedgerCopySteps(system, change_of)


LEDGER = Capability("ledger", connect, routes=(http.blueprint,), steps=(copies,))
