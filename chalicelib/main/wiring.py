"""Puts the parts together: adapters behind ports, use cases on ports, once per process and configuration.

Nothing is read, built or opened when this module is imported; the first request or task does it. Everything built is
shared by all threads.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3

from chalicelib.advances.machine import StepFunctionsPrepayment
from chalicelib.advances.ports import AdvanceStore, PrepaymentMachine
from chalicelib.advances.tables import DynamoAdvanceStore
from chalicelib.bank.ports import BankMovements
from chalicelib.bank.tables import DynamoBankMovements
from chalicelib.claims.ports import ClaimIds, ClaimStore, PersonStore, Workflows
from chalicelib.claims.tables.claims import DynamoClaimStore
from chalicelib.claims.tables.persons import DynamoPersonStore
from chalicelib.clearing.machine import StepFunctionsClearing
from chalicelib.clearing.ports import ClearingMachine, RunStore, WindowStore
from chalicelib.clearing.tables.stores import DynamoRunStore, DynamoWindowStore
from chalicelib.enrolment.tables import DynamoFilingStore, DynamoTransferStore
from chalicelib.impact.ports import RecalculationMachine, RecalculationStore, SimulationMachine, SimulationStore
from chalicelib.impact.tables.recalculations import DynamoRecalculationStore, StepFunctionsRecalculation
from chalicelib.impact.tables.simulations import DynamoSimulationStore, StepFunctionsSimulation
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.ports import Clock, Commits, DocumentStore, Events, Jitter, Sleeper, StartReport
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.time import civil_date
from chalicelib.law.bundles import S3BundleStore
from chalicelib.law.domain.publication import Compiled, KeptBundles, PolicyCompiler
from chalicelib.law.ports import BundleStore
from chalicelib.law.seal import KmsBundleSeal
from chalicelib.law.tables import DynamoKeptBundles
from chalicelib.law.usecases.publish import DecidePublication, KeepPolicies, PolicyDraft
from chalicelib.law.usecases.read import CiteProvision
from chalicelib.ledger.archive import S3LedgerArchive
from chalicelib.ledger.ports import LedgerStore
from chalicelib.ledger.tables import DynamoLedgerStore
from chalicelib.ledger.usecases.copy import LedgerArchive
from chalicelib.lookups.domain import LookupLimits
from chalicelib.lookups.ports import AccessRecords, LookupCounts
from chalicelib.lookups.tables import DynamoAccessRecords, DynamoLookupCounts
from chalicelib.main.assembly import build_system
from chalicelib.main.config import Config, from_environment
from chalicelib.main.writes import DynamoCommits
from chalicelib.patient_advances.ports import PatientAdvanceStore
from chalicelib.patient_advances.tables import DynamoPatientAdvanceStore
from chalicelib.person_requests.desk import LambdaPersonDesk
from chalicelib.person_requests.ports import PersonRequestStore
from chalicelib.person_requests.tables import DynamoPersonRequestStore
from chalicelib.person_requests.usecases import PersonDesk, VaultKeeper
from chalicelib.platform.aws.clients import client_config
from chalicelib.platform.aws.documents import S3DocumentStore
from chalicelib.platform.aws.events import EventBridgeEvents
from chalicelib.platform.aws.executions import StepFunctionsWorkflows
from chalicelib.platform.aws.table import Table
from chalicelib.platform.http.bearer import FixedKeys, PublishedKeys, TokenVerifier
from chalicelib.registry.domain.model import NATION
from chalicelib.registry.ports import FilingStore, NameKeys, PersonTokens, PersonVault, TransferStore
from chalicelib.registry.tokens import KmsClaimIds, KmsNameKeys, KmsPersonTokens
from chalicelib.registry.vault import KmsPersonVault
from chalicelib.settlement.ports import HospitalStore
from chalicelib.settlement.tables.stores import DynamoHospitalStore
from chalicelib.worklist.ports import TaskStore
from chalicelib.worklist.tables import DynamoTaskStore

Clients = Callable[[str], Any]
"""Gives the boto3 client of a service by its name."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return civil_date(self.now())


class BotoClients:
    """One client per service, built when it is first asked for: boto3 builds safely in one thread only."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._built: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        with self._lock:
            if service not in self._built:
                build: Any = boto3.client  # its types want the service as a literal
                self._built[service] = build(service, config=client_config())
            return self._built[service]


class ReportState:
    """How far the start of a local system is; anywhere else there is nothing to report and it is done."""

    def __init__(self) -> None:
        self._state = "done"

    def __call__(self) -> str:
        return self._state

    def set(self, state: str) -> None:
        self._state = state


class Process:
    """Everything one configuration needs."""

    def __init__(self, config: Config, clients: Clients, report: Callable[[], str]) -> None:
        self.config = config
        self._clients = clients
        self._report = report

    @cached_property
    def system(self) -> System:
        return build_system(self.ports)

    @cached_property
    def ports(self) -> Ports:
        config, machines = self.config, self._clients("stepfunctions")
        dynamodb, s3, kms = map(self._clients, ("dynamodb", "s3", "kms"))
        state = Table(dynamodb, config.state_table)
        ledger = DynamoLedgerStore(Table(dynamodb, config.ledger_table))
        return (
            Ports()
            .give(Clock, SystemClock())
            .give(Sleeper, time.sleep)
            .give(Jitter, random.random)
            .give(StartReport, self._report)
            .give(PolicyCompiler, _compile_policies)
            .give(BundleStore, S3BundleStore(s3, config.policy_bucket, KmsBundleSeal(kms, config.policy_key)))
            .give(DocumentStore, S3DocumentStore(s3, config.bucket))
            .give(Commits, DynamoCommits(dynamodb, config.ledger_table, config.state_table))
            .give(ClaimStore, DynamoClaimStore(state))
            .give(PersonStore, DynamoPersonStore(state))
            .give(TransferStore, DynamoTransferStore(state))
            .give(FilingStore, DynamoFilingStore(state))
            .give(HospitalStore, DynamoHospitalStore(state))
            .give(LedgerStore, ledger)
            .give(Workflows, StepFunctionsWorkflows(machines, config.settlement_machine))
            .give(Events, EventBridgeEvents(self._clients("events"), config.event_bus))
            .give(PersonTokens, KmsPersonTokens(kms, config.token_key))
            .give(ClaimIds, KmsClaimIds(kms, config.token_key))
            .give(NameKeys, KmsNameKeys(kms, config.name_key))
            .give(AccessRecords, DynamoAccessRecords(Table(dynamodb, config.access_table)))
            .give(LookupCounts, DynamoLookupCounts(state))
            .give(LookupLimits, LookupLimits(int(config.lookups_unmatched_max), int(config.lookups_matched_max)))
            .give(BankMovements, DynamoBankMovements(state))
            .give(AdvanceStore, DynamoAdvanceStore(state))
            .give(PatientAdvanceStore, DynamoPatientAdvanceStore(state))
            .give(PrepaymentMachine, StepFunctionsPrepayment(machines, config.prepayment_machine))
            .give(WindowStore, DynamoWindowStore(state, ledger))
            .give(RunStore, DynamoRunStore(state))
            .give(LedgerArchive, S3LedgerArchive(s3, config.ledger_copy_bucket))
            .give(KeptBundles, DynamoKeptBundles(state))
            .give(RecalculationStore, DynamoRecalculationStore(state))
            .give(
                RecalculationMachine,
                StepFunctionsRecalculation(machines, config.recalculation_machine),
            )
            .give(TaskStore, DynamoTaskStore(state))
            .give(SimulationStore, DynamoSimulationStore(state))
            .give(SimulationMachine, StepFunctionsSimulation(machines, config.simulation_machine))
            .give(
                ClearingMachine,
                StepFunctionsClearing(machines, config.clearing_machine, config.national_clearing_machine),
            )
            .give(PersonVault, self.vault)
            .give(VaultKeeper, self.vault)
            .give(PersonRequestStore, DynamoPersonRequestStore(state))
            .give(PersonDesk, LambdaPersonDesk(self._clients("lambda"), config.person_function))
        )

    @cached_property
    def vault(self) -> KmsPersonVault:
        config = self.config
        dynamodb, kms = self._clients("dynamodb"), self._clients("kms")
        return KmsPersonVault(dynamodb, kms, config.vault_table, config.vault_key, config.tenant)

    @cached_property
    def token_verifier(self) -> TokenVerifier:
        config = self.config
        keys = FixedKeys(config.jwks) if config.jwks is not None else PublishedKeys(config.jwks_url or "")
        return TokenVerifier(config.jwt_issuer, config.jwt_audience, keys)


_lock = threading.RLock()
_processes: dict[Config, Process] = {}
_clients = BotoClients()
_report_state = ReportState()


def process() -> Process:
    """What the present environment configures, built once."""
    config = from_environment()
    with _lock:
        if config not in _processes:
            _processes[config] = Process(config, _clients, _report_state)
        return _processes[config]


def system() -> System:
    """The use cases of the API, of every task and of every schedule."""
    with _lock:
        return process().system


def cite(citation: str) -> Mapping[str, Any]:
    """A provision as callers see it."""
    return system()[CiteProvision](citation)


def token_verifier() -> TokenVerifier:
    """Verifies the bearer tokens of the configured issuer."""
    with _lock:
        return process().token_verifier


def _compile_policies(files: Mapping[str, bytes]) -> Compiled:
    """Only publishing reads policy files: the functions that decide claims need not load what reads them."""
    from chalicelib.law.authoring.compiler import compile_files  # noqa: PLC0415

    return compile_files(files)


def publish_policies(directory: Path) -> str:
    """Put the policy files of a directory in force, as a local system does at its start: one officer hands them in,
    another decides; the hash.

    The same use cases that officers reach through the API: what does not hold is refused with every reason.
    """
    from chalicelib.law.authoring.compiler import read_directory  # noqa: PLC0415 as above

    built = system()
    drafter, approver = (Principal(actor, Role.POLICY, NATION) for actor in ("policy-drafter", "policy-approver"))
    outcome = built[KeepPolicies](drafter, PolicyDraft(read_directory(directory)))
    bundle = outcome.checked.compiled.hash
    if outcome.kept is not None:
        built[DecidePublication](approver, bundle, approve=True)
    return bundle


def set_report_state(state: str) -> None:
    """Say how far the start of a local system is: `starting`, `running` or `done`."""
    _report_state.set(state)
