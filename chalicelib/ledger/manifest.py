"""Manifest of the ledger: the journal, the books kept from the journal, and the journal's locked copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.system import Ports, System
from chalicelib.ledger.archive import S3LedgerArchive, change_of
from chalicelib.ledger.ports import Books, LedgerStore, PostTransaction
from chalicelib.ledger.tables import ENTRIES, FOLDED, SUMS, DynamoBooks, DynamoLedgerStore, put_new
from chalicelib.ledger.usecases.copy import LedgerArchive
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.codec import LEDGER as JOURNAL
from chalicelib.platform.aws.table import Table
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores: the journal is a table of its own, the copy a bucket with locked objects."""
    journal = Table(cloud.client("dynamodb"), cloud.config.ledger_table)
    archive = S3LedgerArchive(cloud.client("s3"), cloud.config.ledger_copy_bucket)
    store = DynamoLedgerStore(journal)
    ports = ports.give(Books, DynamoBooks(cloud.state))
    return ports.give(LedgerStore, store).give(DynamoLedgerStore, store).give(LedgerArchive, archive)


def steps(system: Callable[[], System]) -> Any:
    """Build the tasks behind the journal's stream and the schedule."""
    from chalicelib.ledger.tasks import LedgerSteps  # noqa: PLC0415 for its functions alone

    return LedgerSteps(system, change_of)


LEDGER = Capability(
    "ledger",
    connect,
    routes=("http",),
    steps=(steps,),
    records=(FOLDED, SUMS, ENTRIES),
    writes={PostTransaction: lambda part, tables: put_new(tables[JOURNAL], part.transaction)},
)
