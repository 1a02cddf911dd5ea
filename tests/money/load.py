"""A thousand claims of five hospitals settled by sixteen threads at once, with advances, on any DynamoDB there is.

The suite runs in moto by default and against whatever `QUEBAO_DYNAMODB` names: one implementation alone is not trusted
with money. Only the tables are AWS here; documents, machines and keys are in memory.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import boto3

from chalicelib.adapters.advance_store import DynamoAdvanceStore
from chalicelib.adapters.aws import client_config
from chalicelib.adapters.claim_store import DynamoClaimStore
from chalicelib.adapters.clearing_store import DynamoWindowStore
from chalicelib.adapters.commits import DynamoCommits
from chalicelib.adapters.dynamodb import Table
from chalicelib.adapters.hospital_store import DynamoHospitalStore
from chalicelib.adapters.ledger_store import DynamoLedgerStore
from chalicelib.adapters.person_store import DynamoPersonStore
from chalicelib.application.assembly import Ports, UseCases
from chalicelib.domain.access import Principal, Role
from chalicelib.domain.advances import AdvanceFund
from chalicelib.domain.errors import Unavailable, VersionConflict
from chalicelib.domain.registry import Employment, Insurance
from chalicelib.workflows.settlement import SettlementTasks
from infra.local.template import load_template
from tests.fakes.machine import run_settlement
from tests.fakes.samples import agency, body, enrolment, hospital, passport, policies, submission
from tests.fakes.world import World

HOSPITALS = {
    "H53010200001": "530100",
    "H53000000002": "530000",
    "H53290100001": "532900",
    "H37100200002": "371000",
    "H14010500001": "140100",
}
"""Five hospitals by the agency that settles with them."""

THREADS = 16


@dataclass(frozen=True)
class Office:
    """Use cases over real tables."""

    ports: Ports
    use_cases: UseCases

    @property
    def tasks(self) -> SettlementTasks:
        built = self.use_cases
        return SettlementTasks(built.settlement, built.payment, built.deferral)


@contextmanager
def office(endpoint: str | None) -> Iterator[Office]:
    """Tables of their own, removed afterwards. `endpoint` None is whatever boto3 reaches."""
    build: Any = boto3.client
    client = build("dynamodb", endpoint_url=endpoint, config=client_config())
    names = {name: f"{name.lower()}-{uuid.uuid4().hex[:8]}" for name in ("LedgerTable", "StateTable")}
    resources = load_template()["Resources"]
    for logical, name in names.items():
        wanted = resources[logical]["Properties"]
        kept = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        client.create_table(TableName=name, **{key: wanted[key] for key in kept if key in wanted})
        client.get_waiter("table_exists").wait(TableName=name)
    try:
        world = World(policies())
        state, ledger = Table(client, names["StateTable"]), DynamoLedgerStore(Table(client, names["LedgerTable"]))
        ports = replace(
            world.ports,
            commits=DynamoCommits(client, names["LedgerTable"], names["StateTable"]),
            claims=DynamoClaimStore(state),
            persons=DynamoPersonStore(state),
            hospitals=DynamoHospitalStore(state),
            advances=DynamoAdvanceStore(state),
            ledger=ledger,
            windows=DynamoWindowStore(state, ledger),
        )
        yield Office(ports, UseCases(ports))
    finally:
        for name in names.values():
            client.delete_table(TableName=name)


def advance(place: Office, code: str, amount_fen: int) -> None:
    """Give a hospital a special advance by the ordinary way."""
    area, advances = HOSPITALS[code], place.use_cases.money.advances
    asked = advances.request(hospital(code), code, AdvanceFund.SPECIAL, amount_fen, "load")
    advances.decide(Principal("head", Role.AGENCY, area), asked.advance_id, approve=True)
    advances.instruct(asked.advance_id)
    advances.receive(Principal("treasurer", Role.FINANCE, area), asked.advance_id, "BANK-1", paid=True)


def submit_all(place: Office, claims: int, people: int) -> list[str]:
    """Claims of a few people at five hospitals, so that years, advances and budgets are all fought over."""
    for number in range(people):
        request = replace(
            enrolment(passport(number)["id_no"]), employment=Employment.ACTIVE, insurance=Insurance.EMPLOYEE
        )
        place.use_cases.services.enrol_person(agency("530100"), request)
    codes = list(HOSPITALS)

    def send(number: int) -> str:
        code = codes[number % len(codes)]
        claim = {**body(), "claim_no": f"LOAD-{number}", "institution": code, "patient": passport(number % people)}
        return place.use_cases.services.submit_claim(hospital(code), submission(claim)).view.claim_id

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(send, range(claims)))


def settle_all(place: Office, claim_ids: list[str]) -> list[str]:
    """Sixteen executions at once; one that gives up to others is started again, as the sweep would."""

    def settle(claim_id: str) -> str:
        for _ in range(20):
            try:
                state = run_settlement(place.tasks, claim_id)
            except (Unavailable, VersionConflict):
                continue
            if state != "Deferred":
                return state
            place.use_cases.deferral.resume(claim_id)
        return "GivenUp"

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(settle, claim_ids))


def endpoint() -> str | None:
    """The other implementation, where one was named."""
    return os.environ.get("QUEBAO_DYNAMODB") or None
