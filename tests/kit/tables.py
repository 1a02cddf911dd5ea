"""The money's tables on any DynamoDB there is, made for one test and removed after it; every other port in memory."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.responses import DynamoHandler

from chalicelib.advances.ports import AdvanceStore
from chalicelib.advances.tables import DynamoAdvanceStore
from chalicelib.audit.ports import AuditStore, SealStore
from chalicelib.audit.tables import DynamoAuditStore, DynamoSealStore
from chalicelib.bank.ports import BankMovements
from chalicelib.bank.tables import DynamoBankMovements
from chalicelib.batches.ports import BatchStore
from chalicelib.batches.tables import DynamoBatchStore
from chalicelib.claims.ports import AgreementTerms, ClaimStore, PersonStore
from chalicelib.claims.tables.agreements import DynamoAgreementTerms
from chalicelib.claims.tables.claims import DynamoClaimStore
from chalicelib.claims.tables.persons import DynamoPersonStore
from chalicelib.clearing.ports import RunStore, WindowStore
from chalicelib.clearing.tables.stores import DynamoRunStore, DynamoWindowStore
from chalicelib.enrolment.tables import DynamoFilingStore, DynamoTransferStore
from chalicelib.impact.ports import RecalculationStore
from chalicelib.impact.tables.recalculations import DynamoRecalculationStore
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.law.domain.publication import KeptBundles
from chalicelib.law.tables import DynamoKeptBundles
from chalicelib.ledger.domain.copy import CopiedItem
from chalicelib.ledger.ports import Books, LedgerStore
from chalicelib.ledger.tables import DynamoBooks, DynamoLedgerStore
from chalicelib.ledger.usecases.copy import AddedItem, LedgerArchive
from chalicelib.lookups.ports import AccessRecords
from chalicelib.lookups.tables import DynamoAccessRecords
from chalicelib.main.config import from_environment
from chalicelib.main.writes import DynamoCommits
from chalicelib.person_requests.ports import PersonRequestStore
from chalicelib.person_requests.tables import DynamoPersonRequestStore
from chalicelib.platform.aws.clients import client_config
from chalicelib.platform.aws.cloud import Config
from chalicelib.platform.aws.table import Table, from_item
from chalicelib.registry.ports import FilingStore, TransferStore
from chalicelib.settlement.ports import FactStore, HospitalStore, SweepStore
from chalicelib.settlement.tables.stores import DynamoFactStore, DynamoHospitalStore
from chalicelib.settlement.tables.sweeps import DynamoSweepStore
from chalicelib.trail.ports import TrailStore
from chalicelib.trail.tables import DynamoTrailStore
from chalicelib.worklist.ports import TaskStore
from chalicelib.worklist.tables import DynamoTaskStore
from infra.local.stack import REGION
from infra.local.template import load_template
from tests.kit.memory.ledger_copy import FakeLedgerArchive, added
from tests.kit.memory.world import Memory

_KEPT = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@dataclass(frozen=True, slots=True)
class Tables:
    """The names of three tables."""

    ledger: str
    state: str
    access: str

    def under(self, ports: Ports, client: Any) -> Ports:
        """Return the same ports, with their stores on these tables."""
        state, ledger = Table(client, self.state), DynamoLedgerStore(Table(client, self.ledger))
        return (
            ports.give(Commits, DynamoCommits(client, self.ledger, self.state, self.access))
            .give(ClaimStore, DynamoClaimStore(state))
            .give(PersonStore, DynamoPersonStore(state))
            .give(AgreementTerms, DynamoAgreementTerms(state))
            .give(TransferStore, DynamoTransferStore(state))
            .give(FilingStore, DynamoFilingStore(state))
            .give(PersonRequestStore, DynamoPersonRequestStore(state))
            .give(HospitalStore, DynamoHospitalStore(state))
            .give(FactStore, DynamoFactStore(state))
            .give(SweepStore, DynamoSweepStore(state))
            .give(AccessRecords, DynamoAccessRecords(Table(client, self.access)))
            .give(TrailStore, DynamoTrailStore(Table(client, self.access)))
            .give(BankMovements, DynamoBankMovements(state))
            .give(AdvanceStore, DynamoAdvanceStore(state))
            .give(LedgerStore, ledger)
            .give(Books, DynamoBooks(state))
            .give(SealStore, DynamoSealStore(Table(client, self.ledger)))
            .give(AuditStore, DynamoAuditStore(state))
            .give(LedgerArchive, TableArchive(client, self.ledger))
            .give(WindowStore, DynamoWindowStore(state, ledger))
            .give(RunStore, DynamoRunStore(state))
            .give(KeptBundles, DynamoKeptBundles(state))
            .give(RecalculationStore, DynamoRecalculationStore(state))
            .give(TaskStore, DynamoTaskStore(state))
            .give(BatchStore, DynamoBatchStore(state))
        )


def endpoint() -> str | None:
    """Return the other implementation of DynamoDB, if named: a single one is not trusted with money."""
    return os.environ.get("QUEBAO_DYNAMODB") or None


def dynamodb_client(endpoint_url: str | None = None) -> Any:
    """Build a client as the product does; `endpoint_url` None is the endpoint that boto3 reaches by default."""
    build: Any = boto3.client
    return build("dynamodb", endpoint_url=endpoint_url, config=client_config())


class TableArchive(FakeLedgerArchive):
    """The copy in memory of a ledger on a table, by a stream that is never late: what stands there when it is asked."""

    def __init__(self, client: Any, ledger: str) -> None:
        super().__init__(Memory())
        self._client = client
        self._ledger = ledger

    def copies(self) -> list[CopiedItem]:
        start: dict[str, Any] = {}
        while True:
            answer = self._client.scan(TableName=self._ledger, **start)
            for item in answer["Items"]:
                change = added(from_item(item))
                self.keep(change.period, [AddedItem(change.key, change.content)])
            if "LastEvaluatedKey" not in answer:
                return super().copies()
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


class Bystander:
    """Reads moto's tables without the way through HTTP and back, for tests that look at every item after every step.

    The reader takes the place of a boto3 client of the one thread that writes; it cannot write.
    """

    def get_item(self, **request: Any) -> Any:
        return _handling(request).get_item().result

    def batch_get_item(self, **request: Any) -> Any:
        return _handling(request).batch_get_item().result

    def query(self, **request: Any) -> Any:
        return _handling(request).query().result

    def scan(self, **request: Any) -> Any:
        return _handling(request).scan().result


def _handling(request: dict[str, Any]) -> DynamoHandler:
    handler = DynamoHandler()
    handler.current_account, handler.region, handler.body = DEFAULT_ACCOUNT_ID, REGION, request
    return handler


@contextmanager
def tables(client: Any) -> Iterator[Tables]:
    """Three empty tables as the template declares them."""
    wanted, run = load_template()["Resources"], uuid.uuid4().hex
    made = Tables(ledger=f"ledger-{run}", state=f"state-{run}", access=f"access-{run}")
    declared = {
        made.ledger: wanted["LedgerTable"]["Properties"],
        made.state: wanted["StateTable"]["Properties"],
        made.access: wanted["AccessTable"]["Properties"],
    }
    try:
        for name, properties in declared.items():
            client.create_table(TableName=name, **{key: properties[key] for key in _KEPT if key in properties})
            client.get_waiter("table_exists").wait(TableName=name)
        yield made
    finally:
        for name in declared:
            client.delete_table(TableName=name)


@contextmanager
def own_tables(client: Any) -> Iterator[Config]:
    """The configuration of this process, but with three tables that exist for the length of the block."""
    with tables(client) as made:
        yield replace(from_environment(), ledger_table=made.ledger, state_table=made.state, access_table=made.access)
