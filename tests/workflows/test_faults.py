"""Every AWS call of one settlement fails once, on its way and on its way back; tried again, nothing is lost or doubled.

A hook in botocore counts the calls, beneath the adapters and above the client library's own retries, which would hide
a failure. The machine's tasks run here one after the other; that the machine itself runs them is shown elsewhere.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from chalicelib.application.publishing import PolicyDraft
from chalicelib.application.records import ClaimRecord, ClaimStatus
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.money import Fen
from chalicelib.runtime.config import Config, from_environment
from chalicelib.runtime.wiring import BotoClients, Process
from chalicelib.workflows.settlement import SettlementTasks
from infra.local.stack import LocalStack
from tests.fakes.faults import Fault, When, watch
from tests.fakes.machine import run_settlement
from tests.fakes.samples import OFFICER, agency, body, enrolment, expected, hospital, passport, submission
from tests.support.policy_sets import shipped_files
from tests.support.worked_cases import differences

HOSPITAL = "H53010200001"
ADVANCE_FEN = 100_000

Journey = Callable[[Process, Process, dict[str, Any]], None]
"""Given a process that nothing disturbs, one that the fault does, and a claim of a new person."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Scene:
    """A configuration whose executions do nothing by themselves, a process that nothing disturbs, and clients each call
    of which the fault sees.
    """

    config: Config
    calm: Process
    fault: Fault
    watched: BotoClients

    def disturbed(self) -> Process:
        """A process that has just started, with nothing in memory."""
        return Process(self.config, self.watched, lambda: "done")


@pytest.fixture(name="scene")
def fixture_scene(cloud: LocalStack) -> Iterator[Scene]:
    machines = cloud.client("stepfunctions")
    idle = {"StartAt": "Idle", "States": {"Idle": {"Type": "Succeed"}}}
    machine = machines.create_state_machine(
        name=f"idle-{next(_numbers)}", definition=json.dumps(idle), roleArn="arn:aws:iam::123456789012:role/idle"
    )["stateMachineArn"]
    config = replace(from_environment(), settlement_machine=machine)
    calm = Process(config, BotoClients(), lambda: "done")
    calm.use_cases.services.policy_work.publish(OFFICER, PolicyDraft(shipped_files()))
    fault, watched = Fault(), BotoClients()
    for service in ("dynamodb", "s3", "kms", "stepfunctions", "events"):
        watch(watched(service), fault)
    yield Scene(config, calm, fault, watched)
    hold_advance(cloud, config, 0)


def hold_advance(cloud: LocalStack, config: Config, balance_fen: Fen) -> None:
    """Give the hospital a special advance of this size."""
    key = {"pk": {"S": f"HOSPITAL#{HOSPITAL}"}, "sk": {"S": "ADVANCE#special"}}
    cloud.client("dynamodb").put_item(
        TableName=config.state_table, Item={**key, "balance_fen": {"N": str(balance_fen)}}
    )


def new_claim() -> dict[str, Any]:
    number = next(_numbers)
    return {**body(), "claim_no": f"FAULT-{number}", "patient": passport(700_000 + number)}


def is_settled(calm: Process, disturbed: Process, claim: dict[str, Any]) -> None:
    """The person is known: submitted, settled, paid."""
    enrol(calm, claim)
    claim_id = again(lambda: submit(disturbed, claim))
    assert run_settlement(tasks_of(disturbed), claim_id) == "Settled"


def waits_for_its_person(calm: Process, disturbed: Process, claim: dict[str, Any]) -> None:
    """The person is not known yet: deferred, enrolled and with that started again."""
    claim_id = submit(calm, claim)
    assert run_settlement(tasks_of(disturbed), claim_id) == "Deferred"
    again(lambda: enrol(disturbed, claim))
    assert run_settlement(tasks_of(calm), claim_id) == "Settled"


def submit(process: Process, claim: dict[str, Any]) -> str:
    return process.use_cases.services.submit_claim(hospital(), submission(claim)).view.claim_id


def enrol(process: Process, claim: dict[str, Any]) -> str:
    return process.use_cases.services.enrol_person(agency("530100"), enrolment(claim["patient"]["id_no"]))


def tasks_of(process: Process) -> SettlementTasks:
    built = process.use_cases
    return SettlementTasks(built.settlement, built.payment, built.deferral)


def again(call: Callable[[], str]) -> str:
    """A caller that sends the same thing again when it got no answer."""
    try:
        return call()
    except Unavailable:
        return call()


def assert_settled_once(calm: Process, claim: dict[str, Any]) -> None:
    record = calm.ports.claims.head(HOSPITAL, claim["claim_no"])
    assert record is not None
    assert (record.version, record.status) == (1, ClaimStatus.SETTLED)
    view = calm.use_cases.services.read_claim(hospital(), record.claim_id)
    assert differences(expected(), view.determination) == []
    assert_paid_once(calm, record)
    posted = calm.ports.ledger.get(f"settle:{record.claim_id}")
    assert posted is not None
    assert posted.postings
    year = calm.ports.persons.year(record.person, 2020)
    assert [entry.claim_id for entry in year.entries] == [record.claim_id]


def assert_paid_once(calm: Process, record: ClaimRecord) -> None:
    settled, order = record.settlement, calm.ports.hospitals.payment_order(HOSPITAL, record.claim_id)
    assert settled is not None
    assert order is not None
    assert settled.ordered
    assert settled.advance_offset_fen == ADVANCE_FEN
    assert order.amount_fen == settled.payable_fen
    assert calm.ports.hospitals.special_advance_fen(HOSPITAL) == 0
    assert calm.ports.ledger.get(f"offset:{record.claim_id}") is not None


def travelled(scene: Scene, cloud: LocalStack, journey: Journey) -> None:
    """One claim of one new person from its arrival to its payment, under a fault."""
    claim = new_claim()
    hold_advance(cloud, scene.config, ADVANCE_FEN)
    journey(scene.calm, scene.disturbed(), claim)
    assert_settled_once(scene.calm, claim)


@pytest.mark.parametrize("journey", [is_settled, waits_for_its_person], ids=lambda journey: journey.__name__)
def test_every_aws_call_on_a_claims_way_may_be_lost_once(
    scene: Scene, cloud: LocalStack, tell: Callable[[str], None], journey: Journey
) -> None:
    scene.fault.arm(None)
    travelled(scene, cloud, journey)
    whole = scene.fault.calls
    for number, when in itertools.product(range(len(whole)), When):
        scene.fault.arm(number, when)
        try:
            travelled(scene, cloud, journey)
        except Exception as error:
            error.add_note(f"call {number}, {whole[number]}, lost {when.value}")
            raise
        assert scene.fault.struck
    tell(
        f"a claim that {journey.__name__.replace('_', ' ')}: {len(whole)} AWS calls, each lost once before and once "
        f"after it took effect: {2 * len(whole)} faults, nothing lost or doubled"
    )
