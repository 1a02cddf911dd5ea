"""Plays tasks on AWS one after the other, once undisturbed and once more for every way of losing a call of the task.

Before each playing tables and documents are put back as they were, so a fault costs what its task costs. Nothing but
the fault differs, so the state at the end must be the same to the last item, and so must the signals sent.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.stepfunctions.models import stepfunctions_backends

from chalicelib.kernel.errors import Unavailable, VersionConflict
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.system import Ports, System
from chalicelib.law import bundles as bundle_store
from chalicelib.law.ports import BundleStore
from chalicelib.main.wiring import BotoClients, Process
from chalicelib.platform.aws.cloud import Config
from infra.local.replacing import replaced
from infra.local.stack import REGION, LocalStack
from tests.kit.losses import losses, losses_wanted
from tests.kit.memory.faults import Fault, When, watch
from tests.kit.plain_statements import without_workbooks
from tests.kit.policy_sets import publish_once
from tests.kit.proved_once import opened_once
from tests.kit.tables import own_tables

T = TypeVar("T")
Task = Callable[[System], T]
"""Act of one task on use cases that may be disturbed. Its answer must be the same whichever call was lost."""

TRIES = 6
_IDLE = json.dumps({"StartAt": "Idle", "States": {"Idle": {"Type": "Succeed"}}})
_SERVICES = ("dynamodb", "s3", "kms", "stepfunctions")
_SIGNALS = ("SendTaskSuccess", "StartExecution")
_COUNTED_TRIES = frozenset({"revision"})
"""Fields that may differ after a fault: the number of times that a record was written."""


@dataclass(frozen=True)
class Kept:
    """Every item by (table, pk, sk), and the names of the documents, which are written once and never removed."""

    items: Mapping[tuple[str, str, str], dict[str, Any]]
    documents: frozenset[str]

    def essence(self) -> dict[Any, Any]:
        """Return the part of the end that has to be the same."""
        items = {
            key: {name: value for name, value in item.items() if name not in _COUNTED_TRIES}
            for key, item in self.items.items()
        }
        return {**items, "documents": self.documents}


class StandingClock:
    """Does not move by itself."""

    def __init__(self, at: str) -> None:
        self._now = datetime.fromisoformat(at).replace(tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.date()


@dataclass
class Scene:
    """Tables and buckets of its own. `played` counts tasks that were disturbed, `calls` the AWS calls lost."""

    cloud: LocalStack
    config: Config
    clock: StandingClock
    fault: Fault = field(default_factory=Fault)
    signals: list[tuple[str, str]] = field(default_factory=list)
    played: int = 0
    calls: int = 0
    disturbing: bool = True
    _lost: set[tuple[str, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._clients, self._watched = BotoClients(), BotoClients()
        for service in _SERVICES:
            watch(self._watched(service), self.fault)
        for name in _SIGNALS:
            self._watched("stepfunctions").meta.events.register(f"before-call.sfn.{name}", self._signalled(name))
        self._make_machine()
        publish_once(self.ports[BundleStore])

    @property
    def ports(self) -> Ports:
        """The ports to the stored state, undisturbed."""
        return self._ports(self._clients)

    @property
    def calm(self) -> System:
        return _built(self.ports)

    def play(self, name: str, task: Task[T], path: str | None = None) -> T:
        """Play a task, and again for each call to lose; leaves the undisturbed end. Tasks of a `path` (their own name,
        unless given) do the same for another area or gate: where they make the same calls, one of them stands for all.
        """
        if not self.disturbing:
            return task(self.calm)
        before = self.keep()
        self._forget_executions()
        answer, end, signals = self._once(task, None, When.BEFORE)
        whole = list(self.fault.calls)
        lost = [] if self._stands_for(path or name, whole) else losses(whole, name)
        for number, when in lost:
            self.put_back(before)
            self._forget_executions()
            try:
                again, end_again, signals_again = self._once(task, number, when)
                assert self.fault.struck
                assert (again, signals_again) == (answer, signals)
                assert differing(end.essence(), end_again.essence()) == {}
            except Exception as error:
                error.add_note(f"{name}, call {number}, {whole[number]}, lost {when.value}")
                raise
        if lost:
            self.put_back(end)
        self.played, self.calls = self.played + 1, self.calls + len(lost)
        return answer

    def _stands_for(self, path: str, calls: list[str]) -> bool:
        """Tell whether a task of the path has lost these calls; the checks lose those of every task."""
        known = (path, *calls) in self._lost and not losses_wanted()
        self._lost.add((path, *calls))
        return known

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Tasks that another story has played under every fault."""
        self.disturbing = False
        yield
        self.disturbing = True

    def _once(self, task: Task[T], number: int | None, when: When) -> tuple[T, Kept, set[tuple[str, str]]]:
        """A process that has just started tries the task until it succeeds, as the machine's Retry does."""
        self.signals.clear()
        acting = _built(self._ports(self._watched))
        self.fault.arm(number, when)
        for _ in range(TRIES):
            try:
                answer = task(acting)
            except (Unavailable, VersionConflict):
                continue
            return answer, self.keep(), set(self.signals)
        raise AssertionError("one fault does not fail a task for good")

    def keep(self) -> Kept:
        """Everything as it is now, read beneath the clients."""
        tables = dynamodb_backends[ACCOUNT_ID][REGION].tables
        items = {}
        for table in (self.config.ledger_table, self.config.state_table):
            for each in tables[table].all_items():
                item = each.to_json()["Attributes"]
                items[table, item["pk"]["S"], item["sk"]["S"]] = item
        keys = s3_backends[ACCOUNT_ID]["aws"].buckets[self.config.bucket].keys
        return Kept(items, frozenset(keys))

    def put_back(self, kept: Kept) -> None:
        """Restore the earlier state of everything."""
        database, storage, now = self._clients("dynamodb"), self._clients("s3"), self.keep()
        for table, pk, sk in now.items.keys() - kept.items.keys():
            database.delete_item(TableName=table, Key={"pk": {"S": pk}, "sk": {"S": sk}})
        for key, item in kept.items.items():
            if now.items.get(key) != item:
                database.put_item(TableName=key[0], Item=item)
        for name in now.documents - kept.documents:
            storage.delete_object(Bucket=self.config.bucket, Key=name)

    def _ports(self, clients: BotoClients) -> Ports:
        return Process(self.config, clients, lambda: "done").ports.give(Clock, self.clock)

    def _make_machine(self) -> None:
        """A machine that does nothing by itself."""
        arn = self._clients("stepfunctions").create_state_machine(
            name=f"idle-{uuid.uuid4().hex[:12]}", definition=_IDLE, roleArn="arn:aws:iam::123456789012:role/idle"
        )["stateMachineArn"]
        self.config = replace(self.config, clearing_machine=arn, national_clearing_machine=arn)

    def _forget_executions(self) -> None:
        """The machine has run nothing yet, so that a name may be used again."""
        for machine in stepfunctions_backends[ACCOUNT_ID][REGION].state_machines:
            if machine.arn == self.config.clearing_machine:
                machine.executions.clear()

    def _signalled(self, name: str) -> Callable[..., None]:
        """Called after the fault let the call pass."""

        def signalled(params: dict[str, Any], **_: Any) -> None:
            body = json.loads(params["body"])
            body.pop("stateMachineArn", None)
            self.signals.append((name, json.dumps(body, sort_keys=True)))

        return signalled


@contextmanager
def scene(cloud: LocalStack, at: str) -> Iterator[Scene]:
    """A scene for the length of the block, its clock at an instant (`2026-11-05T03:04:05`)."""
    bucket, policies = (f"{kind}-{uuid.uuid4().hex[:8]}" for kind in ("documents", "policies"))
    for name in (bucket, policies):
        cloud.client("s3").create_bucket(Bucket=name)
    with (
        replaced(bundle_store, open_bundle=opened_once()),
        own_tables(cloud.client("dynamodb")) as config,
    ):
        yield Scene(cloud, replace(config, bucket=bucket, policy_bucket=policies), StandingClock(at))


def _built(ports: Ports) -> System:
    return without_workbooks(ports.give(Retrying, Retrying(lambda _: None, lambda: 0.0)))


def differing(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the entries that differ between two ends, as (one, other)."""
    return {
        key: (one.get(key, "nothing"), other.get(key, "nothing"))
        for key in one.keys() | other.keys()
        if one.get(key, "nothing") != other.get(key, "nothing")
    }
