"""Throughput under load: claims of one hospital and of one tier, simulated in virtual time on a DynamoDB under load.

The simulation's assumptions about the service stand in `tests/kit/contended.py`; the use cases, their writes and their
retries are the product's own. QUEBAO_CROWD sets the number of claims that arrive.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.audit.usecases.audit import Audit
from chalicelib.budgets.ports import UseBudgets
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.errors import Unavailable, VersionConflict
from chalicelib.kernel.money import Fen
from chalicelib.kernel.ports import Jitter, Sleeper
from chalicelib.kernel.words.ids import InstitutionCode, TransactionId
from chalicelib.ledger.domain.transaction import BudgetUse
from chalicelib.main.capabilities import build_system
from chalicelib.main.writes import DynamoCommits
from chalicelib.platform.aws.table import Table
from chalicelib.registry.domain.model import Employment, Insurance
from infra.local.stack import LocalStack
from tests.kit.areas import KUNMING
from tests.kit.contended import ContendedDynamo, Service, Told
from tests.kit.load import Office, advance
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.samples import agency, body, enrolment, hospital, passport, policies, submission
from tests.kit.memory.world import World
from tests.kit.tables import Tables, tables
from tests.kit.virtual_time import VirtualTime

pytestmark = pytest.mark.stack

CLAIMS = int(os.environ.get("QUEBAO_CROWD", "40"))
P99_S_MAX = 2.0
POSTINGS_MAX = 1.5
ONE_HOSPITAL = (InstitutionCode("H53010200001"),)
ONE_TIER = tuple(map(InstitutionCode, ("H53010200001", "H53000000002", "H53010200003", "H53010200004", "H53290100001")))
"""Hospitals whose claims owe in Yunnan's tier."""


@dataclass
class Crowd:
    """Claims of as many persons that arrive by chance, so many a second, and what became of each. Each hospital has a
    special advance of `advance_fen`.
    """

    claims: int
    rate: int
    hospitals: Sequence[InstitutionCode]
    advance_fen: Fen = 0
    seed: int = 1
    took_s: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    told: Told = field(default_factory=Told)

    @property
    def p99_s(self) -> float:
        return sorted(self.took_s)[len(self.took_s) * 99 // 100]

    def __str__(self) -> str:
        return (
            f"{self.claims} claims, {self.rate} a second, {len(self.hospitals)} hospitals"
            f"{', an advance being offset' if self.advance_fen else ''}: {dict(self.ends)}, p50 "
            f"{sorted(self.took_s)[len(self.took_s) // 2]:.2f} s, p99 {self.p99_s:.2f} s, "
            f"{self.told.postings / self.claims:.2f} transactions a claim, met at {dict(self.told.met)}, "
            f"{self.told.throttled} throttled"
        )

    def settle(self, client: Any, names: Tables) -> Office:
        """Let them all arrive and be settled; the office over the tables, at rest."""
        time, draw = VirtualTime(), random.Random(self.seed)
        contended = ContendedDynamo(client, time, draw, ledger=names.ledger)
        self.told = contended.told
        calm = names.under(World(policies()).ports, client)
        busy = names.under(calm, contended).give(Sleeper, time.sleep).give(Jitter, draw.random)
        office, rushed = Office(calm, build_system(calm)), build_system(busy)
        for number in range(self.claims):
            request = enrolment(passport(number)["id_no"])
            person = replace(request, employment=Employment.ACTIVE, insurance=Insurance.EMPLOYEE)
            office.system[EnrolPerson](agency(KUNMING), person)
        for code in self.hospitals if self.advance_fen else ():
            advance(office, code, self.advance_fen)

        def live(number: int, arrives_s: float) -> None:
            code = self.hospitals[number % len(self.hospitals)]
            claim = {**body(), "claim_no": f"CROWD-{number}", "institution": code, "patient": passport(number)}
            sent = rushed[SubmitClaim](hospital(code), submission(claim))
            self.ends[run_settlement(rushed, sent.view.claim_id)] += 1
            self.took_s.append(time.now_s - arrives_s)

        arrives_s, arrivals = 0.0, []
        for number in range(self.claims):
            arrives_s += draw.expovariate(self.rate)
            arrivals.append((arrives_s, partial(live, number, arrives_s)))
        time.run(arrivals)
        return office


@pytest.fixture(name="client")
def fixture_client(cloud: LocalStack) -> Any:
    return cloud.client("dynamodb")


@pytest.fixture(name="names")
def fixture_names(client: Any) -> Iterator[Tables]:
    with tables(client) as made:
        yield made


def settles_in_time(crowd: Crowd, client: Any, names: Tables, tell: Callable[[str], None]) -> None:
    """Every claim of a crowd is settled soon, with few transactions, and the books are true."""
    office = crowd.settle(client, names)
    tell(str(crowd))
    assert crowd.ends == {"Settled": crowd.claims}
    assert crowd.p99_s < P99_S_MAX
    assert crowd.told.postings <= POSTINGS_MAX * crowd.claims
    assert office.system[Audit].run().differences == ()


def test_one_hospital_settles_a_hundred_claims_a_second(
    client: Any, names: Tables, tell: Callable[[str], None]
) -> None:
    crowd = Crowd(CLAIMS, rate=100, hospitals=ONE_HOSPITAL)
    settles_in_time(crowd, client, names, tell)


def test_a_tier_settles_five_hundred_claims_a_second(client: Any, names: Tables, tell: Callable[[str], None]) -> None:
    crowd = Crowd(CLAIMS, rate=500, hospitals=ONE_TIER)
    settles_in_time(crowd, client, names, tell)


def test_a_hospital_whose_advance_is_being_offset_settles_ten_claims_a_second(
    client: Any, names: Tables, tell: Callable[[str], None]
) -> None:
    """Every claim takes from the single sum that must not go below zero: this sum is the limit here."""
    crowd = Crowd(CLAIMS, rate=10, hospitals=ONE_HOSPITAL, advance_fen=100_000_000_00)
    settles_in_time(crowd, client, names, tell)


# ---------------------------------------------------------------- the service that is simulated

UPDATE = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}


def updating(names: Tables, pk: str) -> dict[str, Any]:
    return {"TableName": names.state, "Key": {"pk": {"S": pk}, "sk": {"S": "SUM"}}, **UPDATE}


def transaction(dynamo: ContendedDynamo, names: Tables, *keys: str) -> None:
    dynamo.transact_write_items(TransactItems=[{"Update": updating(names, pk)} for pk in keys])


def refusals(names: Tables, client: Any, *calls: Callable[[ContendedDynamo], None], service: Service) -> list[Any]:
    """Return the refusal of each of some calls at the same moment; None for a call that passed."""
    time, told = VirtualTime(), []
    dynamo = ContendedDynamo(client, time, random.Random(1), service=service)

    def live(call: Callable[[ContendedDynamo], None]) -> None:
        try:
            call(dynamo)
        except ClientError as error:
            reasons: Any = error.response.get("CancellationReasons")
            told.append([reason["Code"] for reason in reasons] if reasons else error.response["Error"]["Code"])
        else:
            told.append(None)

    time.run([(0.0, partial(live, call)) for call in calls])
    return told


def test_of_two_transactions_that_meet_one_is_refused_with_the_items_named(client: Any, names: Tables) -> None:
    one, other = ((lambda dynamo, keys=keys: transaction(dynamo, names, *keys)) for keys in (("A", "B"), ("C", "B")))
    assert refusals(names, client, one, other, service=Service()) == [["None", "TransactionConflict"], None]
    assert Table(client, names.state).get("B", "SUM") == {"pk": "B", "sk": "SUM", "n": 1}


def test_transactions_that_do_not_meet_pass_side_by_side(client: Any, names: Tables) -> None:
    calls = [lambda dynamo, pk=pk: transaction(dynamo, names, pk) for pk in ("A", "B", "C")]
    assert refusals(names, client, *calls, service=Service()) == [None, None, None]


def test_a_single_write_that_meets_a_transaction_is_refused(client: Any, names: Tables) -> None:
    service = Service(write_s=0.03, transaction_s=0.1, held_s=0.099)
    calls = (lambda dynamo: transaction(dynamo, names, "A"), lambda dynamo: dynamo.update_item(**updating(names, "A")))
    assert refusals(names, client, *calls, service=service) == ["TransactionConflictException", None]


def test_a_partition_that_has_given_all_it_has_refuses_and_has_more_a_little_later(client: Any, names: Tables) -> None:
    """Two units for each transaction of one small item: the third of three finds one unit left of five."""
    service = Service(transaction_s=0.01, held_s=0, partition_units=5)
    calls = [lambda dynamo, sk=sk: transaction(dynamo, names, "A") for sk in range(3)]
    assert refusals(names, client, *calls, service=service) == [None, None, ["ThrottlingError"]]
    time = VirtualTime()
    dynamo = ContendedDynamo(client, time, random.Random(1), service=service)
    for _ in range(4):
        transaction(dynamo, names, "A")
        time.sleep(0.4)


def test_a_commit_says_conflict_and_a_store_says_unavailable(client: Any, names: Tables) -> None:
    """A use case decides again after the first conflict; its caller tries again after the second."""
    service, time, told = Service(write_s=0.03, transaction_s=0.1, held_s=0.099), VirtualTime(), []
    dynamo = ContendedDynamo(client, time, random.Random(1), service=service)
    commits, state = DynamoCommits(dynamo, names.ledger, names.state, names.access), Table(dynamo, names.state)
    uses = (BudgetUse(ONE_HOSPITAL[0], 2026, "separate", 1),)
    part = UseBudgets(TransactionId("settle:clm-1"), ONE_HOSPITAL[0], "2026-11", uses)
    ((_, spending),) = [(each["pk"]["S"], each["sk"]["S"]) for each in _keys(commits, part)[1:]]

    def live(act: Callable[[], object]) -> None:
        try:
            act()
        except (Unavailable, VersionConflict) as error:
            told.append(type(error))

    acts = [
        lambda: commits.commit([part]),
        lambda: commits.commit([part]),
        lambda: state.set_value(f"BUDGETS#{ONE_HOSPITAL[0]}", spending, "note", "x"),
    ]
    time.run([(0.0, partial(live, act)) for act in acts])
    assert sorted(told, key=str) == [Unavailable, VersionConflict]


def _keys(commits: DynamoCommits, part: UseBudgets) -> list[Any]:
    return [next(iter(each.values()))["Key"] for each in commits.operations(part)]


# ---------------------------------------------------------------- the time that is only counted


def test_callers_take_turns_in_the_order_of_what_they_wait_for() -> None:
    time, seen = VirtualTime(), []

    def live(name: str, pauses: Sequence[float]) -> None:
        for pause_s in pauses:
            time.sleep(pause_s)
            seen.append((name, round(time.now_s, 3)))

    time.run([(0.0, partial(live, "a", (2, 2))), (1.0, partial(live, "b", (0.5, 100)))])
    assert seen == [("b", 1.5), ("a", 2.0), ("a", 4.0), ("b", 101.5)]


def test_what_a_caller_raises_is_raised_to_whoever_lets_them_run() -> None:
    def fail() -> None:
        raise ValueError("the caller's own")

    with pytest.raises(ValueError, match="own"):
        VirtualTime().run([(1.0, fail)])
