"""Puts the parts together: each capability connects itself, and use cases build themselves, once per configuration.

Nothing is read, built or opened when this module is imported; the first request or task does so. All threads share the
built parts.
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

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.clocks import WorkingDays
from chalicelib.kernel.ports import Clock, Commits, DocumentStore, Events, FileStore, Jitter, Sleeper, StartReport
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.time import civil_date
from chalicelib.main.config import from_environment
from chalicelib.main.connected import Connected
from chalicelib.main.writes import DynamoCommits
from chalicelib.platform.aws.clients import SIGNING, WAITED_S_MAX, WAITING, client_config, signing_config
from chalicelib.platform.aws.cloud import Cloud, Config
from chalicelib.platform.aws.documents import S3DocumentStore
from chalicelib.platform.aws.events import EventBridgeEvents
from chalicelib.platform.aws.files import S3FileStore
from chalicelib.platform.working_days import ChineseWorkingDays

Clients = Callable[[str], Any]
"""Returns the boto3 client of a service by its name."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return civil_date(self.now())


_CONFIGS: Mapping[str, Callable[[], Any]] = {
    WAITING: lambda: client_config(1, WAITED_S_MAX),
    SIGNING: signing_config,
}
"""The configurations of the clients that are built differently from the rest."""


class BotoClients:
    """The boto3 clients by service, built when first asked for: boto3 builds safely in one thread only."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._built: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        with self._lock:
            if service not in self._built:
                build: Any = boto3.client  # its types want the service as a literal
                config = _CONFIGS.get(service, client_config)()
                self._built[service] = build(service.partition(":")[0], config=config)
            return self._built[service]


class ReportState:
    """The progress of a local system's start; elsewhere the state is always done."""

    def __init__(self) -> None:
        self._state = "done"

    def __call__(self) -> str:
        return self._state

    def set(self, state: str) -> None:
        self._state = state


class Process:
    """The system of a configuration, with all of its parts."""

    def __init__(self, config: Config, clients: Clients, report: Callable[[], str]) -> None:
        self.config = config
        self._clients = clients
        self._report = report

    @cached_property
    def system(self) -> System:
        return System(self.ports, self._connected.supplied)

    @cached_property
    def ports(self) -> Ports:
        return Ports(self._connected)

    @cached_property
    def _connected(self) -> Connected:
        config, cloud = self.config, Cloud(self.config, self._clients)
        given: dict[type[Any], Any] = {
            Clock: SystemClock(),
            Sleeper: time.sleep,
            Jitter: random.random,
            StartReport: self._report,
            WorkingDays: ChineseWorkingDays(),
            DocumentStore: S3DocumentStore(cloud.client("s3"), config.bucket),
            FileStore: S3FileStore(cloud.client("s3"), cloud.client(SIGNING), config.bucket),
            Commits: DynamoCommits(
                cloud.client("dynamodb"), config.ledger_table, config.state_table, config.access_table
            ),
            Events: EventBridgeEvents(cloud.client("events"), config.event_bus),
        }
        return Connected(cloud, given)


_lock = threading.RLock()
_processes: dict[Config, Process] = {}
_clients = BotoClients()
_report_state = ReportState()


def process() -> Process:
    """Return the process of the present environment's configuration, built once."""
    config = from_environment()
    with _lock:
        if config not in _processes:
            _processes[config] = Process(config, _clients, _report_state)
        return _processes[config]


def system() -> System:
    """Return the use cases of the API, of every task and of every schedule."""
    with _lock:
        return process().system


def publish_policies(directory: Path) -> str:
    """Put the policy files of a directory in force, as a local system does at its start: one officer hands them in,
    another decides. Returns the hash.

    The use cases are those that officers reach through the API: an invalid set is refused with every reason.
    """
    from chalicelib.law.authoring.compiler import read_directory  # noqa: PLC0415 no function publishes
    from chalicelib.law.usecases.publish import DecidePublication, KeepPolicies, PolicyDraft  # noqa: PLC0415
    from chalicelib.registry.domain.model import NATION  # noqa: PLC0415

    built = system()
    drafter, approver = (Principal(actor, Role.POLICY, NATION) for actor in ("policy-drafter", "policy-approver"))
    outcome = built[KeepPolicies](drafter, PolicyDraft(read_directory(directory)))
    bundle = outcome.checked.compiled.hash
    if outcome.kept is not None:
        built[DecidePublication](approver, bundle, approve=True)
    return bundle


def set_report_state(state: str) -> None:
    """Record the progress of a local system's start: `starting`, `running` or `done`."""
    _report_state.set(state)
