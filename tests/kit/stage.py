"""A stage on which a story is played again and again, each time with a different lost AWS call.

The stage has tables and buckets of its own in moto, a clock that stands still, and machines that act only if the
test plays their part. There is one a process: after each story it is put back to its beginning, the policies in force
and nothing else, and before each playing to what the story prepared. So hundreds of faults cost what their own calls
cost; and since nothing but the fault differs, the state at the end must be the same to the last item.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from chalice.app import Chalice
from chalice.test import Client
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.stepfunctions.models import stepfunctions_backends
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import Execution

from chalicelib.claims.tables.uncounted import UNCOUNTED, UNCOUNTED_SHARDS
from chalicelib.clearing.manifest import CLEARING
from chalicelib.kernel.errors import Unavailable, VersionConflict
from chalicelib.kernel.ports import Clock, Jitter, Sleeper
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.law import bundles as bundle_store
from chalicelib.law.usecases.read import CiteProvision
from chalicelib.main import capabilities as resources
from chalicelib.main.capabilities import CAPABILITIES, build_system
from chalicelib.main.config import from_environment
from chalicelib.main.wiring import BotoClients, Clients, Process
from chalicelib.person_requests.ports import PersonRequestStore
from chalicelib.person_requests.usecases import CarryOut, PersonDesk, VaultKeeper
from chalicelib.platform.http.bearer import FixedKeys, TokenVerifier
from chalicelib.platform.http.endpoints import Edge
from chalicelib.summary.domain import Tally, by_row
from infra.local.issuer import AUDIENCE, NAME, Issuer
from infra.local.lambda_bridge import running_function
from infra.local.permissions import stands_for
from infra.local.replacing import replaced
from infra.local.stack import REGION, STAGE, LocalStack
from infra.local.template import load_template
from tests.kit.memory.faults import Fault, watch
from tests.kit.memory.machine import TRIES, run_settlement
from tests.kit.memory.samples import put_in_force
from tests.kit.memory.world import FakeClock
from tests.kit.policy_sets import shipped_files
from tests.kit.proved_once import opened_once
from tests.kit.tables import Bystander

TABLES = {"LedgerTable": "ledger_table", "StateTable": "state_table", "VaultTable": "vault_table"}
INSTITUTIONS = (
    *("H53010200001", "P53010200009", "H42010600001", "H21020200001", "H37100200001", "H14010500001"),
    *("H50010200001", "H50010300002"),
)
BUCKETS = ("bucket", "policy_bucket", "ledger_copy_bucket")
WATCHED = ("dynamodb", "s3", "kms", "stepfunctions", "events")
SIGNALS = frozenset({"StartExecution", "SendTaskSuccess", "PutEvents"})
"""Calls that leave the tables: a signal may arrive twice, and its recipient must see a single one."""

_COUNTED_TRIES = frozenset({"revision", "attempt", "restarts", "matched", "unmatched"})
"""Fields that may differ after a fault: the number of times that a record was written, or a person was asked about."""

_IDLE = json.dumps({"StartAt": "Idle", "States": {"Idle": {"Type": "Succeed"}}})

Key = tuple[str, str, str]
Items = dict[Key, dict[str, Any]]
Called = tuple[str, str]
Caller = tuple[str, str] | tuple[str, str, str]


@dataclass(frozen=True)
class Kept:
    """Every item of every table, and every object of every bucket by (bucket, key), as (ETag, body)."""

    items: Items
    objects: Mapping[tuple[str, str], tuple[str, bytes]]
    clock_at: Any


@cache
def _clients_of(cloud: LocalStack) -> tuple[BotoClients, BotoClients, Fault]:
    """Build boto3's clients once a stack: calm ones, and those of whose calls the fault may lose one."""
    calm, watched, fault = BotoClients(), BotoClients(), Fault()
    for service in WATCHED:
        watch(watched(service), fault)
    return calm, watched, fault


def _reading(others: Clients) -> Clients:
    """Return the clients with tables that are read without the way through HTTP and back."""
    bystander = Bystander()
    return lambda service: bystander if service == "dynamodb" else others(service)


@dataclass
class Stage:
    """`acting` are the use cases that `call` and `task` go to: calm ones, until `disturb` is called; `done` names the
    calls and tasks since then.
    """

    cloud: LocalStack
    clock: FakeClock = field(default_factory=FakeClock)
    done: set[str] = field(default_factory=set)
    fault: Fault = field(init=False)

    def __post_init__(self) -> None:
        database, storage = self.cloud.client("dynamodb"), self.cloud.client("s3")
        self.config, templates, suffix = from_environment(), load_template()["Resources"], uuid.uuid4().hex[:8]
        for logical, setting in (*TABLES.items(), ("AccessTable", "access_table")):
            name, wanted = f"{setting}-{suffix}", templates[logical]["Properties"]
            kept = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
            database.create_table(TableName=name, **{key: wanted[key] for key in kept if key in wanted})
            self.config = replace(self.config, **{setting: name})
        for setting in BUCKETS:
            name = f"{setting.replace('_', '-')}-{suffix}"
            storage.create_bucket(Bucket=name)
            self.config = replace(self.config, **{setting: name})
        self._clients, self._watched, self.fault = _clients_of(self.cloud)
        self.fault.arm(None)
        self._issuer, app = Issuer.new(), Chalice(app_name="quebao", configure_logs=False)
        verifier = TokenVerifier(NAME, AUDIENCE, FixedKeys(self._issuer.jwks))
        resources.register(app, Edge(lambda: self.acting, verifier.principal, self._cite))
        self.app, self._client, self._tokens = app, Client(app), dict[Any, str]()
        self._make_machines(suffix)
        self._start_calm()
        put_in_force(self.calm, with_few_institutions(shipped_files()))
        self._beginning = self.keep()

    @property
    def ports(self) -> Ports:
        """The ports to the stored state, undisturbed."""
        return self._ports(self._clients)

    @property
    def read_ports(self) -> Ports:
        """The ports to the stored state for what looks at all of it, as the use cases of `reading`: they only read."""
        return self._ports(_reading(self._clients))

    def _make_machines(self, suffix: str) -> None:
        """Machines that do nothing by themselves."""
        express, machine = (
            self.cloud.client("stepfunctions").create_state_machine(
                name=f"idle-{kind.lower()}-{suffix}",
                definition=_IDLE,
                roleArn="arn:aws:iam::123456789012:role/idle",
                type=kind,
            )["stateMachineArn"]
            for kind in ("EXPRESS", "STANDARD")
        )
        self.config = replace(
            self.config,
            settlement_machine=express,
            prepayment_machine=machine,
            recalculation_machine=machine,
            simulation_machine=machine,
            batch_machine=machine,
            audit_machine=machine,
        )

    def _forget_executions(self) -> None:
        """The machines have run nothing yet, so that a name may be used again."""
        ours = {self.config.settlement_machine, self.config.batch_machine}
        for machine in stepfunctions_backends[ACCOUNT_ID][REGION].state_machines:
            if machine.arn in ours:
                machine.executions.clear()

    def _start_calm(self) -> None:
        """Processes that nothing disturbs, and that have nothing in memory."""
        self.calm = self._system(self._clients)
        self.acting = self.calm
        self.reading = self._system(_reading(self._clients))

    def begin(self) -> None:
        """The state before any story: the policies are in force, and nothing has happened."""
        self.fault.arm(None)
        self._forget_executions()
        self.put_back(self._beginning)
        self._start_calm()

    def _cite(self, citation: str) -> CitedProvision:
        return self.acting[CiteProvision](citation)

    def disturb(self) -> None:
        """From here on a process acts that has just started, has nothing in memory, and which the fault disturbs."""
        self._forget_executions()
        self.acting, self.done = self._system(self._watched), set()

    def calm_down(self) -> None:
        """From here on nothing is disturbed."""
        self.acting = self.calm

    def _system(self, clients: Clients) -> System:
        return build_system(self._ports(clients))

    def _ports(self, clients: Clients) -> Ports:
        process = Process(self.config, clients, lambda: "done")
        ports = process.ports
        desk = self._carrying_out(CarryOut(ports[PersonRequestStore], ports[VaultKeeper], self.clock))
        standing = ports.give(Clock, self.clock).give(Sleeper, lambda _: None).give(Jitter, lambda: 0.0)
        return standing.give(PersonDesk, desk).give(CarryOut, desk)

    def _carrying_out(self, desk: CarryOut) -> Any:
        """Wrap the desk for decided person requests in the role of the function that alone opens the vault."""

        def carried_out(*told: Any, **named: Any) -> Any:
            with self._as("person-request-carry-out"):
                return desk(*told, **named)

        return carried_out

    def call(self, method: str, path: str, caller: Caller, body: Any = None, expect: int = 200) -> Any:
        """Call the API as a caller without an answer does: the same again, which may be refused as done (409).

        `caller` is (role, subject) or, if the person matters, (role, subject, actor). Returns the body; None if the
        call was refused as done.
        """
        status, answered = self.answer(method, path, caller, body)
        if status == 503:
            status, answered = self.answer(method, path, caller, body)
            if status == 409:
                return None
            # The first sending's record is there for the second sending.
            if (expect, status) in {(201, 200), (202, 200)}:
                return answered
        assert status == expect, (method, path, status, answered)
        return answered

    def answer(self, method: str, path: str, caller: Caller, body: Any = None) -> tuple[int, Any]:
        """Send a request and return its status and answer, whatever the status."""
        self._acts_out(f"{method} {path}")
        if caller not in self._tokens:
            self._tokens[caller] = self._issuer.token(*caller)
        headers = {"Authorization": f"Bearer {self._tokens[caller]}", "Content-Type": "application/json"}
        raw = b"" if body is None else json.dumps(body).encode()
        with self._as("api"):
            got = self._client.http.request(method, path, headers=headers, body=raw)
        return got.status_code, json.loads(got.body or b"null")

    def task(self, name: str, **event: Any) -> Any:
        """Run a task, tried again as the machines' Retry does; a task of a schedule comes round again."""
        self._acts_out(name)
        with self._as(name.replace("_", "-")):
            for _ in range(TRIES - 1):
                try:
                    return tasks_of(self.acting)[name](event)
                except (Unavailable, VersionConflict):
                    continue
            return tasks_of(self.acting)[name](event)

    @contextmanager
    def _as(self, function: str) -> Iterator[None]:
        """Act under the role of a function: a call that the role does not allow fails here as in a deployment."""
        deployed, ours = from_environment(), self.config
        names: dict[str, str | None] = {":stateMachine:idle-": None}
        for each in fields(ours):
            name = getattr(ours, each.name)
            if name != getattr(deployed, each.name) and not each.name.endswith("_machine"):
                names[name] = getattr(deployed, each.name)
        named, standing = running_function.set(f"quebao-{STAGE}-{function}"), stands_for.set(names)
        try:
            yield
        finally:
            stands_for.reset(standing)
            running_function.reset(named)

    def settles(self, claim_id: ClaimId) -> str:
        """Play an execution of the settlement machine; return its end state."""
        entered: list[str] = []
        end = run_settlement(self.acting, claim_id, entered)
        self._acts_out(*(f"settlement_{task}" for task in entered))
        return end

    def _acts_out(self, *names: str) -> None:
        if self.acting is not self.calm:
            self.done |= set(names)

    def later(self, **time: float) -> None:
        self.clock.sleep(timedelta(**time).total_seconds())

    def keep(self) -> Kept:
        """Everything as it is now."""
        storage, objects = self.cloud.client("s3"), {}
        for (bucket, key), etag in self._listed().items():
            body = storage.get_object(Bucket=bucket, Key=key)["Body"].read()
            objects[bucket, key] = (etag, body)
        return Kept(self.items(), objects, self.clock.now())

    def put_back(self, kept: Kept) -> None:
        """Restore the earlier state of everything; nobody has been looked up yet."""
        dynamodb_backends[ACCOUNT_ID][REGION].tables[self.config.access_table].items.clear()
        database, storage = self.cloud.client("dynamodb"), self.cloud.client("s3")
        now = self.items()
        for key in now.keys() - kept.items.keys():
            place = {name: now[key][name] for name in ("pk", "sk") if name in now[key]}
            database.delete_item(TableName=key[0], Key=place)
        for key, item in kept.items.items():
            if now.get(key) != item:
                database.put_item(TableName=key[0], Item=item)
        listed = self._listed()
        for bucket, name in listed.keys() - kept.objects.keys():
            storage.delete_object(Bucket=bucket, Key=name)
        for (bucket, name), (etag, body) in kept.objects.items():
            if listed.get((bucket, name)) != etag:
                storage.put_object(Bucket=bucket, Key=name, Body=body, ContentType="application/json")
        self.clock.move_to(kept.clock_at)

    def items(self) -> Items:
        """Every item of every table by (table, pk, sk); the vault has no second key. Read beneath the clients."""
        found: Items = {}
        tables = dynamodb_backends[ACCOUNT_ID][REGION].tables
        for setting in TABLES.values():
            name = getattr(self.config, setting)
            for each in tables[name].all_items():
                item = each.to_json()["Attributes"]
                found[name, item["pk"]["S"], item.get("sk", {"S": ""})["S"]] = item
        return found

    @property
    def stream(self) -> list[dict[str, Any]]:
        """The records of the ledger's stream for every ledger item, as handed to Lambda."""
        return self._stream_of(self.config.ledger_table, "")

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The records of the state's stream for consumers: every change of a claim."""
        return self._stream_of(self.config.state_table, "HISTORY#")

    def _stream_of(self, table: str, prefix: str) -> list[dict[str, Any]]:
        found = [(key, item) for key, item in sorted(self.items().items(), key=lambda each: each[0]) if key[0] == table]
        kept = [(key, item) for key, item in found if key[2].startswith(prefix)]
        return [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(place),
                    "Keys": {name: item[name] for name in ("pk", "sk")},
                    "NewImage": item,
                },
            }
            for place, (_, item) in enumerate(kept)
        ]

    def end(self) -> dict[Any, Any]:
        """Return the end of a story: each item without its number of writes, the documents, and the signals sent."""
        vault = self.config.vault_table
        found = self.items()
        items: dict[Any, Any] = {
            key: None
            if key[0] == vault  # encrypted anew each time; that there is one is what counts
            else {name: value for name, value in item.items() if name not in _COUNTED_TRIES}
            for key, item in found.items()
            if key[1] not in UNCOUNTED_SHARDS
        }
        signals = {(name, sent) for name, sent in self.fault.arrived if name in SIGNALS}
        return {**items, "objects": set(self._listed()), "signals": signals, "sums": _sums(found)}

    def _listed(self) -> dict[tuple[str, str], str]:
        """The ETag of every object by (bucket, key)."""
        buckets = s3_backends[ACCOUNT_ID]["aws"].buckets
        names = [getattr(self.config, setting) for setting in BUCKETS]
        return {(name, key): found.etag for name in names for key, found in buckets[name].keys.items()}


def _sums(items: Items) -> dict[tuple[str, str], Tally]:
    """Sum the changes of claims that are still to be counted: on the way there a claim may have been received when its
    agency was unknown, and counted so until it was decided.
    """
    read = TypeDeserializer().deserialize
    changes = [
        UNCOUNTED.read({name: read(value) for name, value in item.items()})
        for key, item in items.items()
        if key[1] in UNCOUNTED_SHARDS
    ]
    rows = {key: Tally(*key).plus(each.sums for each in parts) for key, parts in by_row(changes).items()}
    return {key: row for key, row in rows.items() if row != Tally(*key)}


@contextmanager
def staged(cloud: LocalStack) -> Iterator[Stage]:
    """Open the stage for the length of the block, after which nothing of it is left for the searches of other tests.
    Work without calls, such as opening a bundle, is computed once.
    """
    with (
        replaced(bundle_store, open_bundle=opened_once()),
        replaced(Execution, start=_begin),
    ):
        stage = _stage_of(cloud)
        try:
            yield stage
        finally:
            stage.begin()


@cache
def _stage_of(cloud: LocalStack) -> Stage:
    return Stage(cloud)


def _begin(execution: Execution) -> None:
    """Executions begin, accept their input and never act: the test makes the calls that they would make."""
    execution.exec_status = ExecutionStatus.RUNNING
    told = SimpleNamespace(notify=lambda **_: True, _pool={})
    events = SimpleNamespace(get_event_history=list)
    env = SimpleNamespace(callback_pool_manager=told, event_manager=events)
    execution.exec_worker = SimpleNamespace(env=env)  # type: ignore[assignment]  # what is asked of an execution here


def with_few_institutions(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Build the policy files with a few institutions: tasks that visit all of them then make few calls."""
    name = "registry/institutions.csv"
    header, *rows = files[name].decode().splitlines(keepends=True)
    return {**files, name: (header + "".join(row for row in rows if row.startswith(INSTITUTIONS))).encode()}


def tasks_of(built: System) -> dict[str, Callable[[Any], Any]]:
    """The tasks that app.py binds, by the name of the variable, without those of the clearing."""
    capabilities = (each for each in CAPABILITIES if each is not CLEARING)
    return {name: task for each in capabilities for name, task in each.tasks(lambda: built).items()}
