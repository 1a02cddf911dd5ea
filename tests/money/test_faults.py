"""Every AWS call that moves money fails once, on its way and on its way back; tried again, nothing is lost or doubled.

Each journey has tables of its own, so that the auditor judges what it did and nothing else. A hook in botocore counts
the calls, above the client library's own retries. Whoever got no answer sends the same again; one who is then told that
it was done already is content. The machines stand idle: the test plays their part.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from chalicelib.application.paging import every
from chalicelib.application.ports import PatientAdvanceQuery
from chalicelib.application.publishing import PolicyDraft
from chalicelib.application.records import ClaimRecord, ClaimStatus
from chalicelib.domain.access import Principal, Role
from chalicelib.domain.advances import AdvanceFund, AdvanceStatus
from chalicelib.domain.claims import CaseStatus, VisitKind
from chalicelib.domain.errors import Conflict, Unavailable, VersionConflict
from chalicelib.domain.ledger import Transaction
from chalicelib.domain.money import Fen
from chalicelib.domain.patient_advances import PatientAdvanceStatus, PatientCase, Stage
from chalicelib.domain.payments import PaymentStatus
from chalicelib.runtime.config import Config, from_environment
from chalicelib.runtime.wiring import BotoClients, Process
from chalicelib.workflows.settlement import SettlementTasks
from infra.local.stack import LocalStack
from infra.local.template import load_template
from tests.fakes.faults import Fault, When, watch
from tests.fakes.machine import run_settlement
from tests.fakes.samples import AUDITOR, OFFICER, agency, body, enrolment, hospital, passport, submission
from tests.support.books import not_as_replayed, what_is_wrong
from tests.support.policy_sets import shipped_files

HOSPITAL = "H53010200001"
HEAD = Principal("head", Role.AGENCY, "530100")
FINANCE = Principal("treasurer", Role.FINANCE, "530100")
WUHAN = "H42010600001"
CENTRE = Principal("passer", Role.CENTRE, "530000")
WUHAN_HEAD = Principal("wuhan-head", Role.AGENCY, "420100")
WUHAN_FINANCE = Principal("wuhan-treasurer", Role.FINANCE, "420100")
ADVANCE_FEN = 100_000
"""Less than the claim is owed, so that a part of it is offset and a part ordered."""
TABLES = {"LedgerTable": "ledger_table", "StateTable": "state_table"}

_numbers = itertools.count(1)


@dataclass
class Till:
    """Processes over one set of books: one that nothing disturbs, and ones that the fault does."""

    config: Config
    calm: Process
    fault: Fault
    watched: BotoClients
    machines: Any
    told: list[tuple[str, str]] = field(default_factory=list)
    claim_ids: list[str] = field(default_factory=list)

    def disturbed(self) -> Process:
        """A process that has just started, with nothing in memory."""
        return Process(self.config, self.watched, lambda: "done")

    @property
    def journal(self) -> dict[str, Transaction]:
        return {each.id: each for each in every(self.calm.ports.ledger.journal)}

    @property
    def advance_fen(self) -> Fen:
        return self.calm.ports.hospitals.money(HOSPITAL).special.ready_fen

    def note(self, params: dict[str, Any], **_: Any) -> None:
        """What the machine was told, called after the fault let the call pass."""
        answer = json.loads(params["body"])
        self.told.append((answer["taskToken"], json.loads(answer["output"])["status"]))

    def hold(self, amount_fen: Fen) -> None:
        """Give the hospital a special advance, undisturbed."""
        advances = self.calm.use_cases.money.advances
        asked = advances.request(hospital(), HOSPITAL, AdvanceFund.SPECIAL, amount_fen, f"held {next(_numbers)}")
        advances.decide(HEAD, asked.advance_id, approve=True)
        advances.instruct(asked.advance_id)
        advances.receive(FINANCE, asked.advance_id, f"BANK-{asked.advance_id}", paid=True)

    def decided_claim(self) -> str:
        """A claim of a new person, posted and not paid yet."""
        number, services = next(_numbers), self.calm.use_cases.services
        claim = {**body(), "claim_no": f"MONEY-FAULT-{number}", "patient": passport(800_000 + number)}
        services.enrol_person(agency("530100"), enrolment(claim["patient"]["id_no"]))
        claim_id = services.submit_claim(hospital(), submission(claim)).view.claim_id
        self.calm.use_cases.settlement.settle(claim_id)
        self.claim_ids.append(claim_id)
        return claim_id

    def settled_claim(self) -> str:
        """A claim that is paid too, with all that the hospital holds offset."""
        claim_id = self.decided_claim()
        built = self.calm.use_cases
        tasks = SettlementTasks(built.settlement, built.payment, built.deferral)
        assert run_settlement(tasks, claim_id) == "Settled"
        return claim_id

    def record(self, claim_id: str) -> ClaimRecord:
        found = self.calm.ports.claims.get(claim_id)
        assert found is not None
        return found


@pytest.fixture(name="till")
def fixture_till(cloud: LocalStack) -> Iterator[Till]:
    machines, database = cloud.client("stepfunctions"), cloud.client("dynamodb")
    idle = {"StartAt": "Idle", "States": {"Idle": {"Type": "Succeed"}}}
    machine = machines.create_state_machine(
        name=f"idle-money-{next(_numbers)}",
        definition=json.dumps(idle),
        roleArn="arn:aws:iam::123456789012:role/idle",
    )["stateMachineArn"]
    config = replace(from_environment(), settlement_machine=machine, prepayment_machine=machine)
    resources = load_template()["Resources"]
    for logical, setting in TABLES.items():
        name, wanted = f"{setting}-{uuid.uuid4().hex[:8]}", resources[logical]["Properties"]
        kept = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        database.create_table(TableName=name, **{key: wanted[key] for key in kept if key in wanted})
        config = replace(config, **{setting: name})
    # No stream leads from these tables to a copy, and what is posted here is too young to be missed.
    copies = f"copies-{uuid.uuid4().hex[:8]}"
    cloud.client("s3").create_bucket(Bucket=copies)
    config = replace(config, ledger_copy_bucket=copies)
    calm = Process(config, BotoClients(), lambda: "done")
    calm.use_cases.services.policy_work.publish(OFFICER, PolicyDraft(shipped_files()))
    till = Till(config, calm, Fault(), BotoClients(), machines)
    for service in ("dynamodb", "s3", "kms", "stepfunctions", "events"):
        watch(till.watched(service), till.fault)
    till.watched("stepfunctions").meta.events.register("before-call.sfn.SendTaskSuccess", till.note)
    yield till
    for setting in TABLES.values():
        database.delete_table(TableName=getattr(config, setting))


def again(call: Callable[[], Any]) -> None:
    """A caller who got no answer sends the same again, and may be told that it is done."""
    try:
        call()
    except (Unavailable, VersionConflict):
        with suppress(Conflict):
            call()


def an_advance_from_its_request_to_the_banks_receipt(till: Till, at: int | None, when: When) -> None:
    name, before, held_fen = f"need {next(_numbers)}", set(till.journal), till.advance_fen
    till.told.clear()
    till.fault.arm(at, when)
    advances = till.disturbed().use_cases.money.advances
    again(lambda: advances.request(hospital(), HOSPITAL, AdvanceFund.SPECIAL, ADVANCE_FEN, name))
    known = every(lambda page: till.calm.ports.advances.of_institution(HOSPITAL, page))
    (advance_id,) = (each.advance_id for each in known if each.reason == name)
    again(lambda: advances.wait(advance_id, "approval", f"{name} approval"))
    again(lambda: advances.decide(HEAD, advance_id, approve=True))
    again(lambda: advances.instruct(advance_id))
    again(lambda: advances.wait(advance_id, "receipt", f"{name} receipt"))
    again(lambda: advances.receive(FINANCE, advance_id, f"BANK {name}", paid=True))
    advance = till.calm.ports.advances.get(advance_id)
    assert advance is not None
    assert (advance.status, advance.revision, advance.approved_fen) == (AdvanceStatus.PAID, 4, ADVANCE_FEN)
    assert till.advance_fen == held_fen + ADVANCE_FEN
    assert till.calm.ports.hospitals.money(HOSPITAL).special.instructed_fen == 0
    moved = [each for each in till.journal.values() if each.id not in before]
    assert sorted(each.event for each in moved) == ["advance-confirmed", "advance-instructed"]
    assert set(till.told) == {(f"{name} approval", "approved"), (f"{name} receipt", "paid")}
    runs = till.machines.list_executions(stateMachineArn=till.config.prepayment_machine)
    assert [each["name"] for each in runs["executions"]].count(advance_id) == 1


def a_request_for_a_patient_elsewhere_up_to_the_banks_receipt(till: Till, at: int | None, when: When) -> None:
    number, before = next(_numbers), set(till.journal)
    held_fen = till.calm.ports.hospitals.money(WUHAN).special.ready_fen
    patient = passport(700_000 + number)
    person = till.calm.use_cases.services.enrol_person(agency("530100"), enrolment(patient["id_no"]))
    admitted_on = date(2020, 2, 5)
    case = PatientCase(person, WUHAN, VisitKind.INPATIENT, admitted_on, None, CaseStatus.CONFIRMED)
    till.fault.arm(at, when)
    money = till.disturbed().use_cases.money
    patients, advances = money.patient_advances, money.advances
    again(lambda: patients.report(agency("530100"), case, ADVANCE_FEN, "cannot pay"))
    asked = every(partial(till.calm.ports.patient_advances.find, PatientAdvanceQuery("530100")))
    (request_id,) = (each.request_id for each in asked if each.case.person == person)
    again(lambda: patients.forward(CENTRE, request_id, forward=True, answer=None))
    again(lambda: patients.decide(WUHAN_HEAD, request_id, accept=True))
    request = till.calm.ports.patient_advances.get(request_id)
    assert request is not None
    assert request.advance_id is not None
    assert (request.status, request.revision) == (PatientAdvanceStatus.ACCEPTED, 3)
    advance_id = request.advance_id
    again(lambda: advances.wait(advance_id, "approval", f"{number} approval"))
    again(lambda: advances.instruct(advance_id))
    again(lambda: advances.receive(WUHAN_FINANCE, advance_id, f"BANK {number}", paid=True))
    followed = till.calm.use_cases.money.patient_advances.read(AUDITOR, request_id).followed
    assert followed is not None
    assert (followed.stage, followed.advance.revision) == (Stage.PAID, 4)
    assert till.calm.ports.hospitals.money(WUHAN).special.ready_fen == held_fen + ADVANCE_FEN
    moved = [each for each in till.journal.values() if each.id not in before]
    assert sorted(each.event for each in moved) == ["advance-confirmed", "advance-instructed"]
    runs = till.machines.list_executions(stateMachineArn=till.config.prepayment_machine)
    assert [each["name"] for each in runs["executions"]].count(advance_id) == 1


def a_reversal_of_a_settled_claim_with_an_offset(till: Till, at: int | None, when: When) -> None:
    if not till.advance_fen:
        till.hold(ADVANCE_FEN)
    claim_id = till.settled_claim()
    settled = till.record(claim_id).settlement
    assert settled is not None
    assert (settled.advance_offset_fen, till.advance_fen) == (ADVANCE_FEN, 0)
    assert settled.ordered_fen > 0
    before = set(till.journal)
    till.fault.arm(at, when)
    reverse = till.disturbed().use_cases.money.reverse
    again(lambda: reverse(hospital(), claim_id, "entered twice"))
    assert till.record(claim_id).status is ClaimStatus.REVERSED
    assert till.advance_fen == ADVANCE_FEN
    hospitals = till.calm.ports.hospitals
    order = hospitals.payment_order(HOSPITAL, claim_id)
    assert order is not None
    assert (hospitals.money(HOSPITAL).overpaid_fen, order.status) == (0, PaymentStatus.RECALLED)
    assert set(till.journal) - before == {f"reverse:{kind}:{claim_id}" for kind in ("settle", "offset", "pay")}
    assert not till.calm.ports.persons.year(till.record(claim_id).person, settled.year).standing


def a_payment_order_that_fails_and_is_ordered_and_paid_again(till: Till, at: int | None, when: When) -> None:
    claim_id, before = till.decided_claim(), set(till.journal)
    till.fault.arm(at, when)
    built = till.disturbed().use_cases
    receive = built.money.disbursement.receive
    again(lambda: built.payment.pay(claim_id))
    again(partial(receive, FINANCE, claim_id, f"BANK-{claim_id}", paid=False))
    again(lambda: built.payment.pay(claim_id))
    again(partial(receive, FINANCE, f"{claim_id}-1", f"BANK-{claim_id}-1", paid=True))
    settled = till.record(claim_id).settlement
    assert settled is not None
    assert (settled.ordered, settled.rounds, settled.ordered_fen) == (True, 2, settled.owed_fen)
    hospitals = till.calm.ports.hospitals
    orders = [hospitals.payment_order(HOSPITAL, claim_id, number) for number in range(3)]
    assert [each and (each.status, each.amount_fen) for each in orders] == [
        (PaymentStatus.FAILED, settled.owed_fen), (PaymentStatus.PAID, settled.owed_fen), None,
    ]  # fmt: skip
    moved = [each.event for each in till.journal.values() if each.id not in before]
    assert sorted(moved) == ["payment-confirmed", "payment-ordered", "payment-ordered", "reversed"]


@pytest.mark.parametrize(
    "journey",
    [
        an_advance_from_its_request_to_the_banks_receipt,
        a_request_for_a_patient_elsewhere_up_to_the_banks_receipt,
        a_reversal_of_a_settled_claim_with_an_offset,
        a_payment_order_that_fails_and_is_ordered_and_paid_again,
    ],
    ids=lambda journey: journey.__name__,
)
def test_every_aws_call_that_moves_money_may_be_lost_once(
    till: Till, tell: Callable[[str], None], journey: Callable[[Till, int | None, When], None]
) -> None:
    journey(till, None, When.BEFORE)
    whole = till.fault.calls
    for number, when in itertools.product(range(len(whole)), When):
        try:
            journey(till, number, when)
            assert till.fault.struck
        except Exception as error:
            error.add_note(f"call {number}, {whole[number]}, lost {when.value}")
            raise
    # Counters and journal only grow, so what any of the faults had broken would still show.
    assert what_is_wrong(till.calm.ports, till.calm.use_cases, till.claim_ids) == []
    assert not_as_replayed(till.calm.ports, till.claim_ids) == []
    tell(
        f"{journey.__name__.replace('_', ' ')}: {len(whole)} AWS calls, each lost once before and once after it took "
        f"effect: {2 * len(whole)} faults, nothing lost or doubled, the audit clean"
    )
