"""Every AWS call that moves or records money is lost once before and once after it took effect.

Whoever got no answer sends the same again, and may be told that it was done already. The machines stand idle: the test
plays their part. How a story is played again and again is said in tests/kit/losses.py.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.ports import ClaimStore
from chalicelib.kernel.errors import finding
from chalicelib.kernel.money import format_yuan, parse_yuan
from chalicelib.kernel.words.ids import ClaimId, PersonToken, TransactionId
from chalicelib.ledger.ports import LedgerStore
from chalicelib.settlement.usecases.redecide import Redeciding
from chalicelib.settlement.usecases.settle import OthersFollow
from infra.local.stack import LocalStack
from tests.kit.losses import Act, End, Stories, Story, lose_every_call
from tests.kit.memory.samples import moved
from tests.kit.office import (
    AGENCY,
    FINANCE,
    HEALTH,
    HOSPITAL,
    answer_for_bank,
    ask_for_advance,
    claim,
    enrol,
    held,
    hold_advance,
    instruct_advance,
    read,
    settle,
    submit,
    swept,
    swept_twice,
)
from tests.kit.stage import Stage, staged

STORIES = Stories()
SEVERE = "kunming-resident-critical-illness"
"""A resident's stay that fills the pool's cap, so that what comes before it in the year shows in what comes after."""


@STORIES.covering("POST /v1/advances", "prepayment_wait", "POST /v1/advances/{advance_id}/decision")
def an_advance_is_asked_for_and_approved(stage: Stage) -> tuple[Act, End]:
    ids = []

    def act() -> None:
        ids.append(ask_for_advance(stage))
        stage.task("prepayment_wait", advance_id=ids[0], stage="approval", token="approval")
        stage.call("POST", f"/v1/advances/{ids[0]}/decision", AGENCY, {"decision": "approve"})

    def finish() -> None:
        assert read(stage, f"/v1/advances/{ids[0]}")["status"] == "approved"
        assert told(stage) == ["approved"]

    return act, finish


@STORIES.covering("POST /v1/advances/{advance_id}/decision")
def an_advance_is_refused_before_its_machine_waits(stage: Stage) -> tuple[Act, End]:
    advance_id = ask_for_advance(stage)

    def act() -> None:
        stage.call("POST", f"/v1/advances/{advance_id}/decision", AGENCY, {"decision": "refuse"})
        stage.task("prepayment_wait", advance_id=advance_id, stage="approval", token="approval")

    return act, lambda: same(told(stage), ["refused"])


@STORIES.covering("prepayment_instruct", "prepayment_wait", "POST /v1/advances/{advance_id}/receipt")
def an_advance_is_instructed_and_paid(stage: Stage) -> tuple[Act, End]:
    advance_id = ask_for_advance(stage)
    stage.call("POST", f"/v1/advances/{advance_id}/decision", AGENCY, {"decision": "approve"})

    def act() -> None:
        stage.task("prepayment_instruct", advance_id=advance_id)
        stage.task("prepayment_wait", advance_id=advance_id, stage="receipt", token="receipt")
        answer_for_bank(stage, f"/v1/advances/{advance_id}")

    def finish() -> None:
        assert events(stage) == ["advance-confirmed", "advance-instructed"]
        assert (held(stage), told(stage)) == ("1000.00", ["paid"])

    return act, finish


@STORIES.covering("prepayment_give_up")
def a_bank_that_stays_silent_loses_the_instruction(stage: Stage) -> tuple[Act, End]:
    advance_id = instruct_advance(stage)

    def finish() -> None:
        assert events(stage) == ["advance-failed", "advance-instructed"]
        assert held(stage) == "0.00"

    return lambda: stage.task("prepayment_give_up", advance_id=advance_id), finish


@STORIES.covering("POST /v1/advances/{advance_id}/return")
def what_is_left_of_an_advance_comes_back(stage: Stage) -> tuple[Act, End]:
    advance_id = hold_advance(stage)

    def act() -> None:
        sent = {"bank_reference": "BANK-BACK", "amount": "400.00"}
        stage.call("POST", f"/v1/advances/{advance_id}/return", FINANCE, sent)

    def finish() -> None:
        assert read(stage, f"/v1/advances/{advance_id}")["returned"] == "400.00"
        assert held(stage) == "600.00"

    return act, finish


WUHAN, WUHAN_AGENCY, CENTRE = "H42010600001", ("agency", "420100"), ("centre", "530000")


def asked_for_patient(stage: Stage, person: PersonToken) -> str:
    """Kunming asks that Wuhan's agency advance the costs of a person treated there; the request's id. Source: Y-14."""
    sent = {
        "person": person, "institution": WUHAN, "visit": {"kind": "inpatient", "admitted": "2020-02-05"},
        "case_status": "confirmed", "amount": "1000.00", "reason": "cannot pay",
    }  # fmt: skip
    return str(stage.call("POST", "/v1/patient-advances", AGENCY, sent, 202)["patient_advance_id"])


def patient(stage: Stage) -> PersonToken:
    """A person insured in Kunming, by its token."""
    enrol(stage, 1)
    return PersonToken(next(pk for _, pk, sk in stage.items() if sk == "ENROLMENTS").removeprefix("PERSON#"))


@STORIES.covering("POST /v1/patient-advances", "POST /v1/patient-advances/{request_id}/forwarding")
def an_advance_for_a_patient_elsewhere_is_asked_for_and_passed_on(stage: Stage) -> tuple[Act, End]:
    person = patient(stage)

    def act() -> None:
        request = f"/v1/patient-advances/{asked_for_patient(stage, person)}"
        stage.call("POST", f"{request}/forwarding", CENTRE, {"decision": "forward"})

    def finish() -> None:
        (found,) = read(stage, "/v1/patient-advances", AGENCY)["items"]
        assert found["status"] == "forwarded"

    return act, finish


@STORIES.covering("POST /v1/patient-advances/{request_id}/decision")
def an_advance_for_a_patient_elsewhere_is_granted(stage: Stage) -> tuple[Act, End]:
    request = f"/v1/patient-advances/{asked_for_patient(stage, patient(stage))}"
    stage.call("POST", f"{request}/forwarding", CENTRE, {"decision": "forward"})

    def act() -> None:
        stage.call("POST", f"{request}/decision", WUHAN_AGENCY, {"decision": "accept"})

    def finish() -> None:
        (granted,) = read(stage, f"/v1/institutions/{WUHAN}/advances", WUHAN_AGENCY)["items"]
        assert (granted["status"], granted["approved"]) == ("approved", "1000.00")
        assert len([name for name, _ in stage.end()["signals"] if name == "StartExecution"]) == 1

    return act, finish


@STORIES.covering("top_up_advances")
def an_advance_that_runs_low_is_topped_up(stage: Stage) -> tuple[Act, End]:
    """The schedule repeats in its next round a request that it could not make. The measure is in force."""
    stage.clock.move_to(datetime(2020, 3, 15, 4, 0, tzinfo=UTC))
    hold_advance(stage)
    enrol(stage, 1)
    settle(stage, claim(1))

    def act() -> None:
        stage.task("top_up_advances")
        stage.task("top_up_advances")

    def finish() -> None:
        known = read(stage, f"/v1/institutions/{HOSPITAL[1]}/advances")["items"]
        assert [(each["status"], each["amount"]) for each in known if each["reason"] == "top-up"] == [
            ("requested", "1000.00")
        ]

    return act, finish


@STORIES.covering("POST /v1/claims/{claim_id}/reversal")
def a_claim_with_an_offset_is_reversed(stage: Stage) -> tuple[Act, End]:
    hold_advance(stage)
    enrol(stage, 1)
    claim_id = settle(stage, claim(1))

    def finish() -> None:
        assert held(stage) == "1000.00"
        assert read(stage, f"/v1/institutions/{HOSPITAL[1]}/advances")["overpaid"] == "0.00"
        assert [each["status"] for each in payments(stage)] == ["recalled"]
        for kind in ("settle", "offset", "pay"):
            assert stage.ports[LedgerStore].get(TransactionId(f"reverse:{kind}:{claim_id}")) is not None

    return lambda: reverse(stage, claim_id), finish


@STORIES.covering("POST /v1/claims/{claim_id}/reversal")
def the_first_claim_of_a_year_is_reversed_and_those_after_it_are_decided_again(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1, insurance="resident")
    stays = [moved(claim(1, SEVERE, claim_no=f"LOST-{place}"), 41 * number) for number, place in enumerate("ABC")]
    first, *later = [settle(stage, stay) for stay in stays]

    def finish() -> None:
        for claim_id in later:
            record = stage.ports[ClaimStore].get(claim_id)
            assert record is not None
            assert record.settlement is not None
            assert (record.settlement.corrections, record.settlement.ordered) == (1, True)

    return lambda: reverse(stage, first), finish


@STORIES.covering("POST /v1/claims/{claim_id}/release")
def the_payment_of_a_possible_duplicate_is_let_go(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    settle(stage, claim(1))
    claim_id = settle(stage, claim(1, claim_no="LOST-2", distinct_from=["LOST-1"]))
    assert sorted(each["status"] for each in payments(stage)) == ["held", "ordered"]

    def finish() -> None:
        assert [each["status"] for each in payments(stage)] == ["ordered", "ordered"]
        assert read(stage, f"/v1/claims/{claim_id}")["flags"] == ["possible-duplicate"]
        assert read(stage, "/v1/claims?flag=held", AGENCY)["items"] == []
        assert stage.ports[LedgerStore].get(TransactionId(f"pay:{claim_id}")) is not None

    return lambda: stage.call("POST", f"/v1/claims/{claim_id}/release", AGENCY, {"reason": "two bills"}), finish


@STORIES.covering("POST /v1/claims/{claim_id}/reversal")
def a_held_payment_is_refused_by_reversing_the_claim(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    settle(stage, claim(1))
    hold_advance(stage)
    claim_id = settle(stage, claim(1, claim_no="LOST-2", distinct_from=["LOST-1"]))

    def act() -> None:
        stage.call("POST", f"/v1/claims/{claim_id}/reversal", AGENCY, {"reason": "one bill"}, 202)
        swept(stage)

    def finish() -> None:
        assert held(stage) == "1000.00"
        assert sorted(each["status"] for each in payments(stage)) == ["ordered", "recalled"]
        assert stage.ports[LedgerStore].get(TransactionId(f"pay:{claim_id}")) is None

    return act, finish


@STORIES.covering("POST /v1/claims/{claim_id}/reversal")
def an_open_claim_is_withdrawn(stage: Stage) -> tuple[Act, End]:
    claim_id = submit(stage, claim(1))
    stage.task("settlement_defer", claim_id=claim_id)

    def finish() -> None:
        assert read(stage, f"/v1/claims/{claim_id}")["status"] == "withdrawn"
        enrol(stage, 1)
        swept(stage)
        assert read(stage, f"/v1/claims/{claim_id}")["status"] == "withdrawn"
        assert events(stage) == []

    return lambda: reverse(stage, claim_id), finish


@STORIES.covering("POST /v1/claims")
def a_deferred_claim_is_replaced(stage: Stage) -> tuple[Act, End]:
    wrong = submit(stage, claim(2, claim_no="LOST-1"))
    stage.task("settlement_defer", claim_id=wrong)
    enrol(stage, 1)

    def act() -> None:
        settle(stage, claim(1))
        swept(stage)

    def finish() -> None:
        assert read(stage, f"/v1/claims/{wrong}")["status"] == "withdrawn"
        enrol(stage, 2)
        swept(stage)
        assert read(stage, f"/v1/claims/{wrong}")["status"] == "withdrawn"
        (order,) = payments(stage)
        assert order["status"] == "ordered"

    return act, finish


@STORIES.covering("resume_deferred", "POST /v1/payments/{payment_id}/receipt")
def a_payment_order_fails_and_is_ordered_and_paid_again(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    claim_id = submit(stage, claim(1))
    stage.task("settlement_settle", claim_id=claim_id)

    def act() -> None:
        answer_for_bank(stage, f"/v1/payments/{claim_id}", "failed")
        swept_twice(stage)
        answer_for_bank(stage, f"/v1/payments/{claim_id}-1")

    def finish() -> None:
        assert sorted(each["status"] for each in payments(stage)) == ["failed", "paid"]
        assert events(stage) == ["payment-confirmed", "payment-ordered", "payment-ordered", "reversed", "settled"]

    return act, finish


@STORIES.covering("POST /v1/payments/{payment_id}/receipt")
def a_recalled_payment_was_paid_after_all_and_comes_back(stage: Stage) -> tuple[Act, End]:
    """The bank had paid before the recall arrived: the amount is owed back, until the money is there again."""
    enrol(stage, 1)
    claim_id = settle(stage, claim(1))
    reverse(stage, claim_id)

    def act() -> None:
        answer_for_bank(stage, f"/v1/payments/{claim_id}")
        sent = {"bank_reference": "BANK-AGAIN", "outcome": "paid"}
        stage.call("POST", f"/v1/payments/{claim_id}/receipt", FINANCE, sent)
        sent = {"bank_reference": "BANK-BACK", "outcome": "failed"}
        stage.call("POST", f"/v1/payments/{claim_id}/receipt", FINANCE, sent)

    def finish() -> None:
        (payment,) = payments(stage)
        assert (payment["status"], payment["overpaid"]) == ("paid", payment["amount"])
        assert read(stage, f"/v1/institutions/{HOSPITAL[1]}/advances")["overpaid"] == payment["amount"]

    return act, finish


@STORIES.covering("POST /v1/payments/{payment_id}/receipt", "resume_deferred")
def a_payment_comes_back_and_is_ordered_anew(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    claim_id = settle(stage, claim(1))
    answer_for_bank(stage, f"/v1/payments/{claim_id}")

    def act() -> None:
        sent = {"bank_reference": "BANK-BACK", "outcome": "failed"}
        stage.call("POST", f"/v1/payments/{claim_id}/receipt", FINANCE, sent)
        swept_twice(stage)

    def finish() -> None:
        assert sorted(each["status"] for each in payments(stage)) == ["failed", "ordered"]
        assert len({each["amount"] for each in payments(stage)}) == 1

    return act, finish


@STORIES.covering("POST /v1/advances/{advance_id}/receipt", "POST /v1/advances/{advance_id}/return")
def an_advance_is_paid_after_it_was_given_up_and_given_back(stage: Stage) -> tuple[Act, End]:
    advance_id = instruct_advance(stage)
    stage.task("prepayment_give_up", advance_id=advance_id)

    def act() -> None:
        answer_for_bank(stage, f"/v1/advances/{advance_id}")
        sent = {"bank_reference": "BANK-BACK", "amount": "400.00"}
        stage.call("POST", f"/v1/advances/{advance_id}/return", FINANCE, sent)

    def finish() -> None:
        found = read(stage, f"/v1/institutions/{HOSPITAL[1]}/advances")
        assert (found["overpaid"], found["balance"]["special"]["balance"]) == ("600.00", "0.00")

    return act, finish


@STORIES.covering("POST /v1/receipts")
def one_movement_pays_an_advance_and_two_claims(stage: Stage) -> tuple[Act, End]:
    """Whatever is cut off, sent again it goes on where it stood; each order is booked once."""
    advance_id = instruct_advance(stage)
    for number in (1, 2):
        enrol(stage, number)
    claim_ids = [settle(stage, claim(number)) for number in (1, 2)]
    owed = sum(parse_yuan(each["amount"]) for each in payments(stage)) + 100_000
    names = [claim_ids[0], advance_id, claim_ids[1]]
    sent = {"bank_reference": "BANK-ALL", "amount": format_yuan(owed), "orders": names}

    def act() -> None:
        stage.call("POST", "/v1/receipts", FINANCE, sent)

    def finish() -> None:
        assert [each["status"] for each in payments(stage)] == ["paid", "paid"]
        assert (held(stage), read(stage, f"/v1/advances/{advance_id}")["status"]) == ("1000.00", "paid")
        assert events(stage).count("payment-confirmed") == 2
        answered = stage.call("POST", "/v1/receipts", FINANCE, sent)
        assert [each["id"] for each in answered["orders"]] == names

    return act, finish


@STORIES.covering("POST /v1/payments/receipts")
def a_banks_file_reports_two_payments(stage: Stage) -> tuple[Act, End]:
    """Whatever is cut off, the same file goes on where it stood; each line is booked once."""
    for number in (1, 2):
        enrol(stage, number)
        settle(stage, claim(number))
    rows = [f"{each['payment_id']},BANK-{place},{each['amount']},paid" for place, each in enumerate(payments(stage))]
    table = "\n".join(["payment_id,bank_reference,amount,outcome", *rows, "clm_none,BANK-9,1.00,paid"])
    sent = {"file": b64encode(table.encode()).decode()}

    def act() -> None:
        stage.call("POST", "/v1/payments/receipts", FINANCE, sent)

    def finish() -> None:
        assert [each["status"] for each in payments(stage)] == ["paid", "paid"]
        assert events(stage).count("payment-confirmed") == 2
        answered = stage.call("POST", "/v1/payments/receipts", FINANCE, sent)
        assert [each["outcome"] for each in answered["lines"]] == ["known", "known", "refused"]

    return act, finish


@STORIES.covering("POST /v1/cases/status")
def a_status_is_put_right_and_the_claim_decided_again(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    suspected = {**claim(1)["diagnosis"], "history": [{"status": "suspected", "on": "2020-02-06"}]}
    claim_id = settle(stage, claim(1, diagnosis=suspected))

    def act() -> None:
        sent = {"claim_id": claim_id, "status": "confirmed", "on": "2020-02-08", "reason": "second test"}
        stage.call("POST", "/v1/cases/status", HEALTH, sent, 202)

    def finish() -> None:
        assert stage.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:1")) is not None
        assert stage.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:2")) is None

    return act, finish


@STORIES.covering("settlement_follow")
def a_diagnosis_reaches_back_to_an_earlier_visit(stage: Stage) -> tuple[Act, End]:
    """Source: N-08."""
    enrol(stage, 1)
    stay = claim(1)
    visit = {"kind": "outpatient", "date": "2020-02-03", "episode": "E-1"}
    lines = [{**stay["lines"][0], "date": "2020-02-03", "quantity": "1", "amount": "1200.00"}]
    unknown = {**stay["diagnosis"], "history": []}
    earlier = settle(stage, claim(1, claim_no="LOST-E", visit=visit, lines=lines, diagnosis=unknown))
    later = submit(stage, claim(1, visit={**stay["visit"], "episode": "E-1"}))
    with pytest.raises(OthersFollow):
        stage.task("settlement_settle", claim_id=later)

    def finish() -> None:
        found = read(stage, f"/v1/claims/{earlier}")["determination"]["shares"]
        assert (found["basic"], found["patient"]) == ("1080.00", "0.00")

    def act() -> None:
        stage.task("settlement_follow", claim_id=later)
        swept(stage)

    return act, finish


@STORIES.covering("POST /v1/tasks/{task_id}/codes")
def a_hospital_completes_the_codes_it_owes(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    unknown = {"history": [], "codes": [{"code": "J18.900", "role": "main"}]}
    claim_id = settle(stage, claim(1, diagnosis=unknown))
    sent = {"claim_id": claim_id, "status": "confirmed", "on": "2020-02-08", "reason": "second test"}
    stage.call("POST", "/v1/cases/status", HEALTH, sent, 202)
    (task,) = read(stage, "/v1/tasks?status=open")["items"]

    def act() -> None:
        codes = [{"code": "J12.800", "role": "main"}, {"code": "B97.200", "role": "additional"}]
        stage.call("POST", f"/v1/tasks/{task['task_id']}/codes", HOSPITAL, {"codes": codes})
        swept(stage)

    def finish() -> None:
        assert read(stage, f"/v1/tasks/{task['task_id']}")["status"] == "done"
        assert "warnings" not in read(stage, f"/v1/claims/{claim_id}")

    return act, finish


@STORIES.covering("POST /v1/tasks/{task_id}/retry")
def an_agency_tries_again_what_could_not_be_decided(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    claim_id = settle(stage, claim(1))
    record = stage.ports[ClaimStore].get(claim_id)
    assert record is not None
    missing = (finding("person-unknown", "patient.id_no", "未登记。", "Nobody is on record."),)
    stage.calm[Redeciding].leaving.leave(record, HistoryEvent.YEAR_ORDER, missing)
    (task,) = read(stage, "/v1/tasks?kind=re-decide", AGENCY)["items"]

    def act() -> None:
        stage.call("POST", f"/v1/tasks/{task['task_id']}/retry", AGENCY)
        swept(stage)

    def finish() -> None:
        assert read(stage, f"/v1/tasks/{task['task_id']}", AGENCY)["status"] == "done"

    return act, finish


@STORIES.covering("POST /v1/institutions/{code}/budget/adjustments")
def a_quota_is_adjusted(stage: Stage) -> tuple[Act, End]:
    path = f"/v1/institutions/{HOSPITAL[1]}/budget"

    def act() -> None:
        sent = {"year": 2020, "quota": "5000.00", "reason": "more beds"}
        stage.call("POST", f"{path}/adjustments", AGENCY, sent)

    def finish() -> None:
        (adjusted,) = read(stage, f"{path}?year=2020")["adjustments"]
        assert (adjusted["before"], adjusted["after"]) == ("0.00", "5000.00")

    return act, finish


@STORIES.covering("POST /v1/fiscal/{area}/payments")
def finance_pays_in_what_it_owes(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    settle(stage, claim(1))
    before = owed_by_finance(stage)

    def act() -> object:
        sent = {"bank_reference": "FIN-1", "amount": "100.00"}
        return stage.call("POST", "/v1/fiscal/530100/payments", FINANCE, sent)

    return act, lambda: same(owed_by_finance(stage), before - 100)


def same(one: object, other: object) -> None:
    assert one == other


def reverse(stage: Stage, claim_id: ClaimId) -> None:
    """Reverse a claim; the sweep tells the bus if the bus was not told at once."""
    stage.call("POST", f"/v1/claims/{claim_id}/reversal", HOSPITAL, {"reason": "entered twice"}, 202)
    swept(stage)


def told(stage: Stage) -> list[str]:
    """Return the statuses sent to the prepayment machine: sent often, perhaps, but always the same."""
    sent = [body for name, body in stage.end()["signals"] if name == "SendTaskSuccess"]
    return sorted({status for body in sent for status in _STATUSES if status in body})


def payments(stage: Stage) -> list[dict[str, Any]]:
    return list(read(stage, f"/v1/institutions/{HOSPITAL[1]}/payments")["items"])


def events(stage: Stage) -> list[str]:
    """Return the events in the journal."""
    table = stage.config.ledger_table
    items = [item for (name, pk, _), item in stage.items().items() if name == table and pk.startswith("JOURNAL#")]
    return sorted(item["event"]["S"] for item in items)


def owed_by_finance(stage: Stage) -> float:
    (account,) = read(stage, "/v1/ledger/accounts?prefix=fiscal/530100/receivable", FINANCE)["items"]
    return float(account["balance"])


_STATUSES = ("approved", "refused", "paid", "failed")


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_aws_call_that_moves_money_may_be_lost_once(
    cloud: LocalStack, tell: Callable[[str], None], story: Story
) -> None:
    with staged(cloud) as stage:
        tell(lose_every_call(stage, story))
