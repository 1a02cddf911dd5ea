"""Claims of five hospitals settled by sixteen threads at once, with advances, on any DynamoDB.

The suite runs in moto by default and against the endpoint of `QUEBAO_DYNAMODB`: one implementation alone is not trusted
with money. Only the tables are AWS here; documents, machines and keys are in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.advances.usecases.advance import Advances
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Unavailable, VersionConflict
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.main.capabilities import build_system
from chalicelib.registry.domain.model import Employment, Insurance
from chalicelib.settlement.usecases.defer import Deferral
from tests.kit.areas import KUNMING
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.samples import agency, body, enrolment, hospital, moved, passport, policies, submission
from tests.kit.memory.world import World
from tests.kit.tables import dynamodb_client, tables

HOSPITALS = {
    InstitutionCode("H53010200001"): "530100",
    InstitutionCode("H53000000002"): "530000",
    InstitutionCode("H53290100001"): "532900",
    InstitutionCode("H37100200002"): "371000",
    InstitutionCode("H14010500001"): "140100",
}
"""Five hospitals by the agency that settles with them."""

THREADS = 16


@dataclass(frozen=True)
class Office:
    """Use cases over real tables."""

    ports: Ports
    system: System

    @property
    def tasks(self) -> System:
        return self.system


@contextmanager
def office(endpoint: str | None) -> Iterator[Office]:
    """Use cases over two fresh tables, which are removed afterwards. `endpoint` None is boto3's default endpoint."""
    client = dynamodb_client(endpoint)
    with tables(client) as names:
        ports = names.under(World(policies()).ports, client)
        yield Office(ports, build_system(ports))


def advance(place: Office, code: InstitutionCode, amount_fen: int) -> None:
    """Give a hospital a special advance by the ordinary way."""
    area, advances = HOSPITALS[code], place.system[Advances]
    asked = advances.request(hospital(code), code, AdvanceFund.SPECIAL, amount_fen, "load")
    advances.decide(Principal("head", Role.AGENCY, area), asked.advance_id, approve=True)
    advances.instruct(asked.advance_id)
    treasurer = Principal("treasurer", Role.FINANCE, area)
    receipts = place.system[AdvanceReceipts]
    receipts.receive(treasurer, asked.advance_id, f"BANK-{asked.advance_id}", paid=True)


def enrol(place: Office, people: int) -> None:
    """Make the first so many passports active employees of Kunming."""
    for number in range(people):
        request = replace(
            enrolment(passport(number)["id_no"]), employment=Employment.ACTIVE, insurance=Insurance.EMPLOYEE
        )
        place.system[EnrolPerson](agency(KUNMING), request)


def claim_body(number: int, person: int) -> dict[str, Any]:
    """Build a person's next claim, at the next hospital in turn: stays of eight days, one stay after the other."""
    code = list(HOSPITALS)[number % len(HOSPITALS)]
    place = number // len(HOSPITALS) % _STAYS
    visit = {**body()["visit"], "discharged": "2020-02-13"}
    stay = moved({**body(), "visit": visit}, 8 * place)
    return {**stay, "claim_no": f"LOAD-{number}", "institution": code, "patient": passport(person)}


_STAYS = 25
"""Number of stays of a person before they repeat: none of forty people has more in a thousand claims."""


def submit_all(place: Office, bodies: list[dict[str, Any]]) -> list[ClaimId]:
    """Submit them all, sixteen at once; the claims' ids in the same order."""

    def send(claim: dict[str, Any]) -> ClaimId:
        sent = place.system[SubmitClaim](hospital(claim["institution"]), submission(claim))
        return sent.view.claim_id

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(send, bodies))


def settle_all(place: Office, claim_ids: list[ClaimId]) -> list[str]:
    """Run sixteen executions at once; an execution that gives up to others is started again, as the sweep would."""

    def settle(claim_id: ClaimId) -> str:
        for _ in range(20):
            try:
                state = run_settlement(place.tasks, claim_id)
            except (Unavailable, VersionConflict):
                continue
            if state != "Deferred":
                return state
            place.system[Deferral].resume(claim_id)
        return "GivenUp"

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(settle, claim_ids))
