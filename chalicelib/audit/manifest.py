"""The audit: a nightly replay of the postings since the last sealed month."""

from __future__ import annotations

from chalicelib.audit.machine import StepFunctionsAudits
from chalicelib.audit.ports import AuditMachine, AuditStore, SealStore
from chalicelib.audit.tables import PARTS, PROVED, RUNS, SEALS, DynamoAuditStore, DynamoSealStore
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.table import Table
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores and the machine: seals lie in the ledger's table; a machine of its own carries an audit."""
    ledger = Table(cloud.client("dynamodb"), cloud.config.ledger_table)
    machine = StepFunctionsAudits(cloud.client("stepfunctions"), cloud.config.audit_machine)
    ports = ports.give(SealStore, DynamoSealStore(ledger)).give(AuditStore, DynamoAuditStore(cloud.state))
    return ports.give(AuditMachine, machine)


AUDIT = Capability("audit", connect, steps=("tasks.AuditSteps",), records=(SEALS, RUNS, PARTS, PROVED))
