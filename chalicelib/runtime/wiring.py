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

from chalicelib.adapters.access_store import DynamoAccessRecords, DynamoLookupCounts
from chalicelib.adapters.advance_store import DynamoAdvanceStore
from chalicelib.adapters.auth import FixedKeys, PublishedKeys, TokenVerifier
from chalicelib.adapters.aws import client_config
from chalicelib.adapters.bank_movement_store import DynamoBankMovements
from chalicelib.adapters.bundle_store import S3BundleStore
from chalicelib.adapters.claim_store import DynamoClaimStore
from chalicelib.adapters.clearing_machine import StepFunctionsClearing
from chalicelib.adapters.clearing_store import DynamoRunStore, DynamoWindowStore
from chalicelib.adapters.commits import DynamoCommits
from chalicelib.adapters.document_store import S3DocumentStore
from chalicelib.adapters.dynamodb import Table
from chalicelib.adapters.events import EventBridgeEvents
from chalicelib.adapters.hospital_store import DynamoHospitalStore
from chalicelib.adapters.identity import KmsClaimIds, KmsNameKeys, KmsPersonTokens
from chalicelib.adapters.kept_bundle_store import DynamoKeptBundles
from chalicelib.adapters.ledger_archive import S3LedgerArchive
from chalicelib.adapters.ledger_store import DynamoLedgerStore
from chalicelib.adapters.patient_advance_store import DynamoPatientAdvanceStore
from chalicelib.adapters.person_desk import LambdaPersonDesk
from chalicelib.adapters.person_request_store import DynamoPersonRequestStore
from chalicelib.adapters.person_store import DynamoPersonStore
from chalicelib.adapters.prepayment_machine import StepFunctionsPrepayment
from chalicelib.adapters.recalculation_store import DynamoRecalculationStore, StepFunctionsRecalculation
from chalicelib.adapters.registry_store import DynamoFilingStore, DynamoTransferStore
from chalicelib.adapters.signing import KmsBundleSeal
from chalicelib.adapters.simulation_store import DynamoSimulationStore, StepFunctionsSimulation
from chalicelib.adapters.step_functions import StepFunctionsWorkflows
from chalicelib.adapters.task_store import DynamoTaskStore
from chalicelib.adapters.vault import KmsPersonVault
from chalicelib.application.assembly import ClearingUseCases, Ports, UseCases
from chalicelib.application.ledger_copy import CopyLedger
from chalicelib.application.person_requests import CarryOut
from chalicelib.application.publications import Compiled
from chalicelib.application.publishing import PolicyDraft
from chalicelib.application.recalculating import Recalculating
from chalicelib.application.services import Services
from chalicelib.application.simulating import Simulating
from chalicelib.application.times import civil_date
from chalicelib.domain.access import Principal, Role
from chalicelib.domain.lookups import LookupLimits
from chalicelib.domain.registry import NATION
from chalicelib.runtime.config import Config, from_environment
from chalicelib.workflows.prepayment import MoneyTasks
from chalicelib.workflows.settlement import SettlementTasks

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
    def use_cases(self) -> UseCases:
        return UseCases(self.ports)

    @cached_property
    def ports(self) -> Ports:
        config, dynamodb, s3, kms = self.config, *map(self._clients, ("dynamodb", "s3", "kms"))
        state = Table(dynamodb, config.state_table)
        ledger = DynamoLedgerStore(Table(dynamodb, config.ledger_table))
        return Ports(
            clock=SystemClock(),
            sleep=time.sleep,
            jitter=random.random,
            report=self._report,
            compile_policies=_compile_policies,
            bundles=S3BundleStore(s3, config.policy_bucket, KmsBundleSeal(kms, config.policy_key)),
            documents=S3DocumentStore(s3, config.bucket),
            commits=DynamoCommits(dynamodb, config.ledger_table, config.state_table),
            claims=DynamoClaimStore(state),
            persons=DynamoPersonStore(state),
            transfers=DynamoTransferStore(state),
            filings=DynamoFilingStore(state),
            hospitals=DynamoHospitalStore(state),
            ledger=ledger,
            workflows=StepFunctionsWorkflows(self._clients("stepfunctions"), config.settlement_machine),
            events=EventBridgeEvents(self._clients("events"), config.event_bus),
            tokens=KmsPersonTokens(kms, config.token_key),
            claim_ids=KmsClaimIds(kms, config.token_key),
            names=KmsNameKeys(kms, config.name_key),
            access_records=DynamoAccessRecords(Table(dynamodb, config.access_table)),
            lookup_counts=DynamoLookupCounts(state),
            lookup_limits=LookupLimits(int(config.lookups_unmatched_max), int(config.lookups_matched_max)),
            bank_movements=DynamoBankMovements(state),
            advances=DynamoAdvanceStore(state),
            patient_advances=DynamoPatientAdvanceStore(state),
            prepayment_machine=StepFunctionsPrepayment(self._clients("stepfunctions"), config.prepayment_machine),
            windows=DynamoWindowStore(state, ledger),
            runs=DynamoRunStore(state),
            ledger_archive=S3LedgerArchive(s3, config.ledger_copy_bucket),
            kept_bundles=DynamoKeptBundles(state),
            recalculations=DynamoRecalculationStore(state),
            recalculation_machine=StepFunctionsRecalculation(
                self._clients("stepfunctions"), config.recalculation_machine
            ),
            tasks=DynamoTaskStore(state),
            simulations=DynamoSimulationStore(state),
            simulation_machine=StepFunctionsSimulation(self._clients("stepfunctions"), config.simulation_machine),
            clearing_machine=StepFunctionsClearing(
                self._clients("stepfunctions"), config.clearing_machine, config.national_clearing_machine
            ),
            vault=self.vault,
            person_requests=DynamoPersonRequestStore(state),
            person_desk=LambdaPersonDesk(self._clients("lambda"), config.person_function),
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


def services() -> Services:
    """The use cases of the API."""
    with _lock:
        return process().use_cases.services


def settlement_tasks() -> SettlementTasks:
    """The use cases of the settlement state machine."""
    with _lock:
        built = process().use_cases
        return SettlementTasks(built.settlement, built.payment, built.deferral)


def money_tasks() -> MoneyTasks:
    """The use cases of the prepayment state machine and of the schedules that look after the money."""
    with _lock:
        money = process().use_cases.money
        return MoneyTasks(money.advances, money.audit)


def clearing_use_cases() -> ClearingUseCases:
    """The use cases of the clearing state machines."""
    with _lock:
        return process().use_cases.clearing


def recalculating() -> Recalculating:
    """The tasks of the recalculation state machine."""
    with _lock:
        return process().use_cases.recalculating


def simulating() -> Simulating:
    """The tasks of the simulation state machine."""
    with _lock:
        return process().use_cases.simulating


def person_requests() -> CarryOut:
    """The use case of the function that may open the vault."""
    with _lock:
        built = process()
        return CarryOut(built.ports.person_requests, built.vault, built.ports.clock)


def copy_ledger() -> CopyLedger:
    """The use case behind the ledger's stream."""
    with _lock:
        return process().use_cases.copy_ledger


def token_verifier() -> TokenVerifier:
    """Verifies the bearer tokens of the configured issuer."""
    with _lock:
        return process().token_verifier


def _compile_policies(files: Mapping[str, bytes]) -> Compiled:
    """Only publishing reads policy files: the functions that decide claims need not load what reads them."""
    from chalicelib.adapters.policy_files import compile_files  # noqa: PLC0415

    return compile_files(files)


def publish_policies(directory: Path) -> str:
    """Put the policy files of a directory in force, as a local system does at its start: one officer hands them in,
    another decides; the hash.

    The same use cases that officers reach through the API: what does not hold is refused with every reason.
    """
    from chalicelib.adapters.policy_files import read_directory  # noqa: PLC0415 as above

    work = process().use_cases.services.policy_work
    drafter, approver = (Principal(actor, Role.POLICY, NATION) for actor in ("policy-drafter", "policy-approver"))
    outcome = work.keep(drafter, PolicyDraft(read_directory(directory)))
    bundle = outcome.checked.compiled.hash
    if outcome.kept is not None:
        work.decide(approver, bundle, approve=True)
    return bundle


def set_report_state(state: str) -> None:
    """Say how far the start of a local system is: `starting`, `running` or `done`."""
    _report_state.set(state)
