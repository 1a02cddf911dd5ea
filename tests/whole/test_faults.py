"""Every AWS call on a claim's way, and on a policy's, is lost once before and once after it took effect.

A hook in botocore counts the calls, beneath the adapters and above the client library's own retries, which would hide
a failure. How a story is played again and again is said in tests/kit/losses.py.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.batches.http.batches import ANSWERED_AT_ONCE
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.impact.usecases.simulate import StartSimulation
from chalicelib.impact.usecases.walk import shard_named
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import ClaimId, PersonToken, TransactionId
from chalicelib.ledger.ports import LedgerStore
from chalicelib.ledger.usecases.copy import LedgerArchive
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.tables import DynamoAccessRecords
from chalicelib.platform.aws.table import Table
from chalicelib.registry.domain.identity_documents import Document, DocumentType
from chalicelib.registry.ports import PersonTokens
from infra.local.stack import LocalStack
from tests.kit.areas import CHONGQING, KUNMING, WUHAN
from tests.kit.losses import Act, End, Stories, Story, lose_every_call
from tests.kit.memory.samples import OFFICER as SIMULATING
from tests.kit.memory.samples import expected, moved, passport
from tests.kit.office import (
    AGENCY,
    HOSPITAL,
    OFFICER,
    OTHER_OFFICER,
    claim,
    enrol,
    held,
    hold_advance,
    read,
    settle,
    submit,
    swept,
)
from tests.kit.policy_sets import as_body, with_kunming_share
from tests.kit.stage import Stage, staged, with_few_institutions
from tests.kit.worked_cases import differences

STORIES = Stories()
RECALCULATION = "/v1/policies/bundles/current/recalculation"
WITHOUT_NEEDED_CODE = {
    "history": [{"status": "confirmed", "on": "2020-02-06"}],
    "codes": [{"code": "J18.900", "role": "main"}],
}


@STORIES.covering("POST /v1/claims")
def a_claim_is_received(stage: Stage) -> tuple[Act, End]:
    """Also where the policies cannot be read for a moment: whose business it is, is filled in when it is decided."""
    enrol(stage, 1)

    def act() -> None:
        submit(stage, claim(1))
        assert runs_to(stage, "Settled") == 1

    return act, lambda: has_settled(stage, "LOST-1")


@STORIES.covering("settlement_settle")
def a_claim_is_settled_offset_and_ordered(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    hold_advance(stage)
    claim_id = submit(stage, claim(1))

    def finish() -> None:
        view = read(stage, f"/v1/claims/{claim_id}")
        assert differences(expected(), view["determination"]) == []
        assert (view["version"], view["settlement"]["advance_offset"], held(stage)) == (1, "1000.00", "0.00")
        (order,) = read(stage, f"/v1/institutions/{HOSPITAL[1]}/payments")["items"]
        assert order["amount"] == view["settlement"]["payable"]

    return lambda: settles_and_is_told(stage, claim_id), finish


@STORIES.covering("settlement_settle")
def a_claim_is_put_aside_until_its_person_is_known(stage: Stage) -> tuple[Act, End]:
    claim_id = submit(stage, claim(1))

    def finish() -> None:
        assert read(stage, f"/v1/claims/{claim_id}")["reason"] == "enrolment-missing"
        enrol(stage, 1)
        has_settled(stage, "LOST-1")

    return lambda: settles_and_is_told(stage, claim_id), finish


@STORIES.covering("POST /v1/enrolments")
def an_enrolment_arrives_that_a_claim_waits_for(stage: Stage) -> tuple[Act, End]:
    """If the act is cut off between taking the claim out of its queue and starting it, the sweep starts the claim."""
    claim_id = submit(stage, claim(1))
    assert stage.settles(claim_id) == "Deferred"

    def act() -> None:
        enrol(stage, 1)
        swept(stage)

    return act, lambda: has_settled(stage, "LOST-1")


@STORIES.covering("settlement_settle")
def a_claim_that_breaks_a_rule_is_rejected(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    claim_id = submit(stage, claim(1, diagnosis=WITHOUT_NEEDED_CODE))

    def finish() -> None:
        assert read(stage, f"/v1/claims/{claim_id}")["status"] == "rejected"

    return lambda: settles_and_is_told(stage, claim_id), finish


@STORIES.covering("settlement_defer")
def a_claim_is_put_aside_whose_decision_reaches_nothing(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    claim_id = submit(stage, claim(1))

    def finish() -> None:
        assert read(stage, f"/v1/claims/{claim_id}")["reason"] == "dependency-unavailable"
        stage.later(minutes=11)
        stage.task("resume_deferred")
        has_settled(stage, "LOST-1")

    return lambda: stage.task("settlement_defer", claim_id=claim_id), finish


@STORIES.covering("claim_announce")
def what_became_of_claims_is_told(stage: Stage) -> tuple[Act, End]:
    """Lambda delivers again, under the same id, the changes that the function reports as not announced."""
    enrol(stage, 1)
    settle(stage, claim(1))
    submit(stage, claim(2))
    changes = stage.changes

    def act() -> None:
        if stage.task("claim_announce", Records=changes)["batchItemFailures"]:
            assert stage.task("claim_announce", Records=changes) == {"batchItemFailures": []}

    return act, lambda: None


@STORIES.covering("events_keep")
def what_became_of_claims_is_kept_for_those_it_concerns(stage: Stage) -> tuple[Act, End]:
    """Changes that could not be kept are delivered again; a follower sees each change once or more."""
    enrol(stage, 1)
    claim_id = settle(stage, claim(1))
    changes = stage.changes

    def act() -> None:
        if stage.task("events_keep", Records=changes)["batchItemFailures"]:
            assert stage.task("events_keep", Records=changes) == {"batchItemFailures": []}

    def finish() -> None:
        told = read(stage, "/v1/events")["items"]
        assert ("claim.settled", claim_id) in {(each["event"], each["ids"].get("claim_id")) for each in told}

    return act, finish


@STORIES.covering("resume_deferred")
def the_sweep_finds_who_was_forgotten_or_put_aside(stage: Stage) -> tuple[Act, End]:
    """The execution of one claim never began; the other claim met a dependency that was away."""
    for number in (1, 2):
        enrol(stage, number)
    _, aside = (submit(stage, claim(number)) for number in (1, 2))
    stage.task("settlement_defer", claim_id=aside)
    stage.later(minutes=11)

    def act() -> None:
        stage.task("resume_deferred")
        stage.task("resume_deferred")  # what the first could not reach, the next one meets again
        swept(stage)

    def finish() -> None:
        assert runs_to(stage, "Settled") == 2

    return act, finish


@STORIES.covering("POST /v1/claims/batch")
def a_batch_of_late_entries_is_received(stage: Stage) -> tuple[Act, End]:
    for number in (1, 2):
        enrol(stage, number)
    sent = [claim(1), claim(2), claim(3, lines=[])]

    def act() -> object:
        batch = stage.call("POST", "/v1/claims/batch", HOSPITAL, {"claims": sent})
        if any(each["http_status"] == 503 for each in batch["items"]):
            # A claim's lost call is that claim's answer; a reader of this answer sends the batch again.
            batch = stage.call("POST", "/v1/claims/batch", HOSPITAL, {"claims": sent})
        assert runs_to(stage, "Settled") == 2
        return [batch["accepted"], batch["refused"], [each.get("claim_id") for each in batch["items"]]]

    def finish() -> None:
        found = read(stage, "/v1/claims")["items"]
        assert sorted(each["claim_no"] for each in found) == ["LOST-1", "LOST-2"]

    return act, finish


@STORIES.covering("POST /v1/claims/batch", "batch_receive", "batch_fail")
def a_batch_too_large_for_one_answer_is_received_one_by_one(stage: Stage) -> tuple[Act, End]:
    """A part that was cut off is sent again or run again by the machine, and no claim is received twice."""
    enrol(stage, 1)
    wrong = [claim(3, claim_no=f"LOST-W{number}", lines=[]) for number in range(ANSWERED_AT_ONCE)]
    sent = [claim(1), *wrong]

    def act() -> object:
        batch_id = stage.call("POST", "/v1/claims/batch", HOSPITAL, {"claims": sent}, expect=202)["batch_id"]
        while not stage.task("batch_receive", batch_id=batch_id)["done"]:
            pass
        stage.task("batch_fail", batch_id=batch_id)  # too late to say so
        assert runs_to(stage, "Settled") == 1
        return batch_id

    def finish() -> None:
        (batch,) = read(stage, "/v1/claims/batches")["items"]
        assert (batch["status"], batch["claims"], batch["answered"], batch["refused"]) == ("done", 51, 51, 50)
        answers = read(stage, f"/v1/claims/batches/{batch['batch_id']}?limit=200")["items"]
        assert [each["index"] for each in answers] == list(range(51))
        assert {each["http_status"] for each in answers[1:]} == {422}
        (found,) = read(stage, "/v1/claims")["items"]
        assert (found["claim_no"], found["claim_id"]) == ("LOST-1", answers[0]["claim_id"])

    return act, finish


@STORIES.covering("POST /v1/claims/batch/table", "POST /v1/claims/batches/{batch_id}/table", "batch_receive")
def a_table_of_claims_is_received_and_comes_back_with_its_outcomes(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    cells = {
        **passport(1),
        "claim_no": "LOST-1",
        "kind": "outpatient",
        "admitted": "2020-07-01",
        "main_code": "J12.800",
        "item_code": "120100010",
        "quantity": "1",
        "price": "10",
        "amount": "10",
    }
    table = "\n".join((",".join(cells), ",".join(cells.values()), ""))
    sent = {"file": b64encode(table.encode()).decode()}

    def act() -> object:
        batch_id = stage.call("POST", "/v1/claims/batch/table", HOSPITAL, sent, expect=202)["batch_id"]
        while not stage.task("batch_receive", batch_id=batch_id)["done"]:
            pass
        (row,) = stage.call("POST", f"/v1/claims/batches/{batch_id}/table", HOSPITAL, sent)["lines"]
        assert runs_to(stage, "Settled") == 1
        return [batch_id, row["outcome"], row["claim_id"]]

    def finish() -> None:
        (found,) = read(stage, "/v1/claims")["items"]
        assert (found["claim_no"], found["status"]) == ("LOST-1", "settled")

    return act, finish


def identified(number: int) -> dict[str, str]:
    """A person as enrolments, filings and transfers name them."""
    return passport(number)


def read_as_it_acts(stage: Stage, path: str, caller: tuple[str, str]) -> Any:
    """Read as a caller in between, whose call may be lost like any other."""
    return stage.call("GET", path, caller)


def enrol_and_tell(stage: Stage, number: int) -> PersonToken:
    """Enrol a person in Kunming; the token."""
    enrol(stage, number)
    (person,) = {pk.removeprefix("PERSON#") for _, pk, _ in stage.items() if pk.startswith("PERSON#")}
    return PersonToken(person)


def transferred(stage: Stage) -> tuple[ClaimId, ClaimId]:
    """Two hospitals' claims for one patient, both received: the sending one's and the receiving one's. Source: C-16."""
    enrol(stage, 1)
    sender = submit(stage, claim(1))
    stay = moved(claim(1, claim_no="LOST-RECEIVER"), 15)
    return sender, submit(stage, {**stay, "visit": {**stay["visit"], "transfer_from": sender}})


@STORIES.covering("settlement_settle")
def a_transferred_patients_claim_is_put_aside(stage: Stage) -> tuple[Act, End]:
    sender, receiver = transferred(stage)

    def finish() -> None:
        assert read(stage, f"/v1/claims/{receiver}")["reason"] == "transfer-sender-unsettled"
        assert stage.settles(sender) == "Settled"

    def act() -> None:
        settles_and_is_told(stage, receiver)
        stage.task("resume_deferred")  # the sender's execution, too, which nobody has run yet, is started again

    return act, finish


@STORIES.covering("settlement_settle", "settlement_follow")
def a_sending_hospitals_claim_lets_the_receiving_ones_go_on(stage: Stage) -> tuple[Act, End]:
    sender, receiver = transferred(stage)
    assert stage.settles(receiver) == "Deferred"

    def act() -> None:
        assert stage.settles(sender) == "Settled"
        swept(stage)

    def finish() -> None:
        assert runs_to(stage, "Settled") == 1
        record = stage.ports[ClaimStore].get(sender)
        assert record is not None
        assert stage.ports[PersonStore].year(record.person, 2020).standing == (sender, receiver)

    return act, finish


@STORIES.covering("POST /v1/enrolments")
def a_newborn_is_recorded_under_its_number(stage: Stage) -> tuple[Act, End]:
    """The number leads to its person, or is still nobody's: never to a second person."""
    cover = {"name": "示例", "insured_area": "530100", "insurance": "resident", "assistance": "none"}
    newborn = {"id_type": "newborn", "mother": passport(1), "born": "2020-02-05", "order": 1}
    newborn["mother"] = {name: value for name, value in passport(1).items() if name != "name"}
    first = stage.call("POST", "/v1/enrolments", ("agency", "530100"), {**newborn, **cover}, 201)
    numbered = {**passport(2), **cover, "formerly": newborn}

    def act() -> object:
        return stage.call("POST", "/v1/enrolments", ("agency", "530100"), numbered, 201)

    def finish() -> None:
        again = stage.call("POST", "/v1/enrolments", ("agency", "530100"), {**passport(2), **cover}, 201)
        assert again["person"] == first["person"]

    return act, finish


def looked_up(stage: Stage, purpose: Purpose) -> None:
    """The look-up of the first person is on record as one that met the person."""
    records = Table(stage.cloud.client("dynamodb"), stage.config.access_table)
    token = stage.ports[PersonTokens].token(Document(DocumentType.PASSPORT, "USA", passport(1)["id_no"]))
    page = DynamoAccessRecords(records).of_person(token, None, None, PageRequest(200))
    assert any((each.purpose, each.matched) == (purpose, True) for each in page.items)


@STORIES.covering("POST /v1/eligibility")
def a_desk_asks_what_cover_a_patient_has(stage: Stage) -> tuple[Act, End]:
    """Whatever call is lost, nothing is told before the look-up is on record."""
    enrol(stage, 1)
    asked = {**passport(1), "on": "2020-02-05"}

    def act() -> object:
        return stage.call("POST", "/v1/eligibility", HOSPITAL, asked)

    return act, lambda: looked_up(stage, Purpose.ELIGIBILITY)


@STORIES.covering("POST /v1/persons/search")
def an_agency_finds_a_person_without_a_token(stage: Stage) -> tuple[Act, End]:
    """Whatever call is lost, nothing is told before the look-up is on record."""
    enrol(stage, 1)

    def act() -> object:
        return stage.call("POST", "/v1/persons/search", AGENCY, passport(1))

    return act, lambda: looked_up(stage, Purpose.SEARCH)


@STORIES.covering("POST /v1/filings")
def treatment_elsewhere_is_filed(stage: Stage) -> tuple[Act, End]:
    filing = {
        "id_type": "passport", "issued_by": "USA", "id_no": passport(1)["id_no"], "treatment_area": "530100",
        "kind": "temporary", "channel": "phone", "from": "2020-02-01",
    }  # fmt: skip

    def act() -> object:
        return stage.call("POST", "/v1/filings", HOSPITAL, filing, 201)

    def finish() -> None:
        assert len([sk for _, pk, sk in stage.items() if pk.startswith("PERSON#") and sk.startswith("FILING#")]) == 1

    return act, finish


@STORIES.covering("POST /v1/enrolments/cancellations")
def a_period_that_was_never_true_is_cancelled_after_a_visit_was_settled(stage: Stage) -> tuple[Act, End]:
    """The visit is nobody's any more: one correction makes it pending, whatever was lost on the way."""
    person = enrol_and_tell(stage, 1)
    claim_id = settle(stage, claim(1))
    mistaken = {"person": person, "insured_area": "530100", "from": None, "reason": "another person's"}

    def act() -> None:
        stage.call("POST", "/v1/enrolments/cancellations", ("agency", "530100"), mistaken)
        swept(stage)

    def finish() -> None:
        assert stage.ports[PersonStore].enrolments(person).periods == ()
        assert stage.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:1")) is not None
        assert stage.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:2")) is None

    return act, finish


@STORIES.covering("POST /v1/enrolment-transfers", "POST /v1/enrolment-transfers/{transfer_id}/decision")
def a_person_is_released_to_another_area_from_before_a_settled_visit(stage: Stage) -> tuple[Act, End]:
    """The debt of the visit becomes the new area's, in one correction, whatever was lost on the way."""
    enrol(stage, 1)
    claim_id = settle(stage, claim(1))
    asked = {**identified(1), "insured_area": "420100", "from": "2020-01-01"}

    def act() -> None:
        stage.call("POST", "/v1/enrolment-transfers", ("agency", "420100"), asked, 202)
        (transfer,) = read_as_it_acts(stage, "/v1/enrolment-transfers", ("agency", "530100"))["items"]
        path = f"/v1/enrolment-transfers/{transfer['transfer_id']}/decision"
        stage.call("POST", path, ("agency", "530100"), {"decision": "approve"})
        swept(stage)

    def finish() -> None:
        view = read(stage, f"/v1/claims/{claim_id}")
        assert view["determination"]["cross_region"]["debtor"] == "420100"
        assert stage.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:1")) is not None
        assert stage.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:2")) is None

    return act, finish


@STORIES.covering("POST /v1/person-requests", "POST /v1/person-requests/{request_id}/decision")
def a_name_in_the_vault_is_put_right(stage: Stage) -> tuple[Act, End]:
    """The new name waits sealed, takes the old one's place once, and then waits nowhere."""
    person = enrol_and_tell(stage, 1)
    asked = {"person": person, "kind": "correct", "purpose": "a typing error", "name": "示例正"}

    def act() -> None:
        request = stage.call("POST", "/v1/person-requests", ("agency", "530100"), asked, 202)
        path = f"/v1/person-requests/{request['request_id']}/decision"
        stage.call("POST", path, ("agency", "530100", "head"), {"decision": "approve"})

    def finish() -> None:
        (request,) = read(stage, "/v1/person-requests", ("agency", "530100"))["items"]
        assert request["status"] == "done"
        assert [pk for table, pk, _ in stage.items() if table == stage.config.vault_table] == [person]

    return act, finish


@STORIES.covering("POST /v1/person-requests/{request_id}/opening", "person_request_carry_out")
def what_the_vault_holds_is_read(stage: Stage) -> tuple[Act, End]:
    person = enrol_and_tell(stage, 1)
    asked = {"person": person, "kind": "read", "purpose": "the person asks"}
    request = stage.call("POST", "/v1/person-requests", ("agency", "530100"), asked, 202)["request_id"]
    decision = f"/v1/person-requests/{request}/decision"
    stage.call("POST", decision, ("agency", "530100", "head"), {"decision": "approve"})

    def act() -> object:
        opened = stage.call("POST", f"/v1/person-requests/{request}/opening", ("agency", "530100"))
        stage.task("person_request_carry_out", request_id=request)
        return opened["id_no"]

    def finish() -> None:
        assert read(stage, f"/v1/person-requests/{request}", ("agency", "530100"))["openings"]

    return act, finish


@STORIES.covering("POST /v1/filings", "POST /v1/filings/{filing_id}/confirmation")
def a_hospitals_filing_is_answered_by_the_insured_place(stage: Stage) -> tuple[Act, End]:
    """In February 2020, when Chongqing's notice asks for an answer. Source: C-13."""
    stage.clock.move_to(datetime(2020, 2, 10, 4, tzinfo=UTC))
    enrol(stage, 1, area=CHONGQING)
    filing = {**identified(1), "treatment_area": "530100", "kind": "temporary", "channel": "online"}
    filing.pop("name")

    def act() -> None:
        filed = stage.call("POST", "/v1/filings", HOSPITAL, filing, 201)
        stage.call("POST", f"/v1/filings/{filed['filing_id']}/confirmation", ("agency", "500000"))

    def finish() -> None:
        (duty,) = read(stage, "/v1/tasks?kind=duty", ("agency", "500000"))["items"]
        (kept,) = read(stage, "/v1/filings", ("agency", "500000"))["items"]
        assert (duty["status"], duty["duty"]["subject_id"]) == ("done", kept["filing_id"])
        assert kept["confirmed"]["subject"] == "500000"

    return act, finish


@STORIES.covering("POST /v1/filings", "POST /v1/filings/{filing_id}/withdrawal")
def a_late_filing_reaches_a_settled_claim_and_is_taken_back(stage: Stage) -> tuple[Act, End]:
    """The insured place's agency files after the fact; the cut of the unfiled is undone, and then stands again."""
    enrol(stage, 1, area=WUHAN)
    unprotected = {"history": [], "codes": [{"code": "J18.900", "role": "main"}]}
    claim_id = settle(stage, claim(1, diagnosis=unprotected))
    before = read(stage, f"/v1/claims/{claim_id}")["determination"]["shares"]
    filing = {
        **identified(1), "treatment_area": "530100", "kind": "temporary", "channel": "phone", "from": "2020-02-01",
    }  # fmt: skip
    filing.pop("name")

    def act() -> None:
        filed = stage.call("POST", "/v1/filings", ("agency", "420100"), filing, 201)
        path = f"/v1/filings/{filed['filing_id']}/withdrawal"
        stage.call("POST", path, ("agency", "420100"), {"reason": "filed for another person"})
        swept(stage)

    def finish() -> None:
        assert read(stage, f"/v1/claims/{claim_id}")["determination"]["shares"] == before
        assert stage.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:2")) is not None
        assert stage.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:3")) is None

    return act, finish


@STORIES.covering("POST /v1/enrolments")
def a_person_settled_as_uninsured_is_enrolled_elsewhere(stage: Stage) -> tuple[Act, End]:
    """The costs move from Kunming's advance to the fund of Wuhan, which owes Kunming for them. Source: Y-15."""
    enrol(stage, 1, area=None, insurance="none")
    claim_id = settle(stage, claim(1))

    def act() -> None:
        enrol(stage, 1, area=WUHAN)

    def finish() -> None:
        moved = stage.ports[LedgerStore].get(TransactionId(f"enrol:{claim_id}"))
        assert moved is not None
        assert {each.account for each in moved.postings} == {
            "enrolment-pending/530100", "fund/420100/employee/basic",
            "region/420100/due-to/530100", "region/530100/due-from/420100",
        }  # fmt: skip

    return act, finish


@STORIES.covering("POST /v1/policies/bundles", "POST /v1/policies/bundles/{bundle}/decision")
def a_policy_set_is_published(stage: Stage) -> tuple[Act, End]:
    draft = as_body(kunming_pays(95))

    def act() -> object:
        status, answered = stage.answer("POST", "/v1/policies/bundles", OFFICER, draft)
        if status == 503:
            status, answered = stage.answer("POST", "/v1/policies/bundles", OFFICER, draft)
        assert status in (200, 201), answered
        decision = f"/v1/policies/bundles/{answered['bundle']}/decision"
        return stage.call("POST", decision, OTHER_OFFICER, {"decision": "approve"})

    def finish() -> None:
        first, second = reversed(read(stage, "/v1/policies/bundles", OFFICER)["items"])
        assert (second["number"], second["previous"]) == (2, first["bundle"])
        assert read(stage, "/v1/policies/bundles?status=kept", OFFICER)["items"] == []

    return act, finish


def backdated(stage: Stage) -> ClaimId:
    """A settled claim, and then a notice that changes it; the claim's id."""
    enrol(stage, 1)
    claim_id = settle(stage, claim(1))
    bundle = stage.call("POST", "/v1/policies/bundles", OFFICER, as_body(kunming_pays(95)), 201)["bundle"]
    stage.call("POST", f"/v1/policies/bundles/{bundle}/decision", OTHER_OFFICER, {"decision": "approve"})
    return claim_id


def consent(stage: Stage) -> str:
    """Request the recalculation as one officer and start it as another; return its id."""
    run: str = stage.call("POST", RECALCULATION, OFFICER, expect=202)["recalculation_id"]
    stage.call("POST", f"/v1/policies/recalculations/{run}/decision", OTHER_OFFICER, {"decision": "approve"})
    return run


def recalculate(stage: Stage, run: str) -> None:
    """Run the tasks of the machine, but only for the shards that hold a year."""
    for shard in stage.task("recalculation_plan", recalculation_id=run):
        agency, part = shard_named(shard)
        if stage.ports[PersonStore].settled_years(agency, part, PageRequest(1)).items:
            while not stage.task("recalculation_step", recalculation_id=run, shard=shard)["done"]:
                pass


def recalculated(stage: Stage, claim_id: ClaimId) -> None:
    """The notice's difference was posted, once, and paid."""
    stage.calm_down()
    run = stage.call("POST", RECALCULATION, OFFICER, expect=202)["recalculation_id"]
    recalculate(stage, run)
    view = read(stage, f"/v1/claims/{claim_id}")
    assert view["determination"]["shares"]["basic"] == "16150.00"
    assert stage.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:1")) is not None
    assert stage.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:2")) is None


@STORIES.covering(
    "POST /v1/policies/bundles/{bundle}/recalculation",
    "POST /v1/policies/recalculations/{recalculation_id}/decision",
    "recalculation_fail",
)
def a_recalculation_is_asked_for_cut_off_and_asked_for_again(stage: Stage) -> tuple[Act, End]:
    claim_id = backdated(stage)

    def act() -> None:
        run = consent(stage)
        stage.task("recalculation_fail", recalculation_id=run)
        stage.call("POST", RECALCULATION, OFFICER, expect=202)

    return act, lambda: recalculated(stage, claim_id)


@STORIES.covering("recalculation_plan", "recalculation_step")
def a_backdated_notices_differences_are_posted(stage: Stage) -> tuple[Act, End]:
    claim_id = backdated(stage)
    run = consent(stage)

    def act() -> None:
        recalculate(stage, run)

    def finish() -> None:
        record = stage.ports[ClaimStore].get(claim_id)
        assert record is not None
        assert record.settlement is not None
        assert (record.settlement.corrections, record.settlement.ordered) == (1, True)
        recalculated(stage, claim_id)

    return act, finish


@STORIES.covering("simulation_plan", "simulation_look", "simulation_sum", "simulation_fail")
def a_simulation_is_cut_off_and_computed(stage: Stage) -> tuple[Act, End]:
    backdated(stage)
    started = stage.calm[StartSimulation](SIMULATING, "current", KUNMING)
    simulation_id = started.simulation_id

    def act() -> None:
        for shard in stage.task("simulation_plan", simulation_id=simulation_id):
            while not stage.task("simulation_look", simulation_id=simulation_id, shard=shard)["done"]:
                pass
        stage.task("simulation_sum", simulation_id=simulation_id)
        stage.task("simulation_fail", simulation_id=simulation_id)  # too late to say so

    def finish() -> None:
        assert read(stage, f"/v1/policies/simulations/{simulation_id}", OFFICER)["status"] == "done"

    return act, finish


@STORIES.covering("POST /v1/reports/article-effects", "simulation_plan", "simulation_look", "simulation_sum")
def what_articles_moved_is_asked_cut_off_and_computed(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    settle(stage, claim(1))
    path, today = "/v1/reports/article-effects", stage.clock.today().isoformat()
    before = settled_things(stage)

    def act() -> None:
        asked = {"from": today, "to": today, "by": "notice"}
        moved_id = stage.call("POST", path, AGENCY, asked, expect=202)["moved_id"]
        for shard in stage.task("simulation_plan", simulation_id=moved_id):
            while not stage.task("simulation_look", simulation_id=moved_id, shard=shard)["done"]:
                pass
        stage.task("simulation_sum", simulation_id=moved_id)

    def finish() -> None:
        (run,) = read(stage, path, AGENCY)["items"]
        found = read(stage, f"{path}/{run['moved_id']}", AGENCY)
        assert (found["status"], found["claims"]) == ("done", 1)
        yunnan = next(row for row in found["rows"] if row["notice"] == "yn-2020-12")
        assert (yunnan["changed"], yunnan["patient"]) == (1, "0.00")
        kept = {key: item for key, item in settled_things(stage).items() if not key[1].startswith("SIMULATION#")}
        assert kept == before

    return act, finish


@STORIES.covering("ledger_copy")
def the_ledger_is_copied(stage: Stage) -> tuple[Act, End]:
    """Lambda delivers again the records that the function reports as not copied."""
    enrol(stage, 1)
    settle(stage, claim(1))
    records = stage.stream

    def act() -> None:
        if stage.task("ledger_copy", Records=records)["batchItemFailures"]:
            assert stage.task("ledger_copy", Records=records) == {"batchItemFailures": []}

    def finish() -> None:
        assert len(list(stage.ports[LedgerArchive].copies())) == len(records)

    return act, finish


@STORIES.covering("summary_count")
def claims_are_counted_into_the_sums(stage: Stage) -> tuple[Act, End]:
    """A step that was cut off is done again, and its counts do not count twice."""
    stage.task("summary_count")
    stage.clock.sleep(3600)
    enrol(stage, 1)
    settle(stage, claim(1))
    submit(stage, claim(2))
    before = read(stage, "/v1/summary?by=status")
    assert {each["key"]: each["claims"] for each in before["items"] if each["claims"]} == {"settled": 1, "received": 1}
    stage.clock.sleep(3600)

    def act() -> None:
        stage.task("summary_count")

    def finish() -> None:
        assert read(stage, "/v1/summary?by=status") == before
        assert stage.task("summary_count") == {"steps": 0}

    return act, finish


@STORIES.covering("books_fold")
def the_books_are_brought_up_to_date(stage: Stage) -> tuple[Act, End]:
    """A step that was cut off is done again, and its effects do not happen twice."""
    stage.task("books_fold")
    stage.clock.sleep(3600)
    enrol(stage, 1)
    settle(stage, claim(1))
    before = read(stage, "/v1/ledger/trial-balance", ("auditor", "000000"))
    stage.clock.sleep(3600)

    def act() -> None:
        stage.task("books_fold")

    def finish() -> None:
        assert read(stage, "/v1/ledger/trial-balance", ("auditor", "000000")) == before
        assert stage.task("books_fold") == {"steps": 0}

    return act, finish


def settled_things(stage: Stage) -> dict[Any, Any]:
    """Every item but the count of how often people were asked about."""
    return {key: item for key, item in stage.items().items() if not key[1].startswith("LOOKUPS#")}


def with_a_settled_claim(stage: Stage, act: Act) -> tuple[Act, End]:
    """Play a story of reads: the story leaves everything as it was, and gets the same answers when asked again."""
    enrol(stage, 1)
    settle(stage, claim(1))
    before = settled_things(stage)

    def finish() -> None:
        assert settled_things(stage) == before

    return act, finish


@STORIES.covering("POST /v1/claims/preview")
def a_preview_changes_nothing(stage: Stage) -> tuple[Act, End]:
    sent = moved(claim(1, claim_no="LOST-2"), 15)
    return with_a_settled_claim(stage, lambda: stage.call("POST", "/v1/claims/preview", HOSPITAL, sent))


@STORIES.covering("POST /v1/estimates")
def an_estimate_changes_nothing(stage: Stage) -> tuple[Act, End]:
    bill = claim(1)
    terms = {"insured_area": WUHAN, "insurance": "employee", "employment": "active", "assistance": "none"}
    lines = [{name: value for name, value in line.items() if name != "no"} for line in bill["lines"]]
    kept = {name: bill[name] for name in ("institution", "visit", "diagnosis")}
    sent = {**kept, "insured": terms, "filing": "unfiled", "lines": lines}
    return with_a_settled_claim(stage, lambda: stage.call("POST", "/v1/estimates", HOSPITAL, sent))


@STORIES.covering("POST /v1/reconciliations")
def a_reconciliation_changes_nothing(stage: Stage) -> tuple[Act, End]:
    totals = {"claims": 1, "total": "1.00", "funds": "1.00", "fiscal": "0.00", "patient": "0.00"}
    row = {"claim_no": "LOST-1", **{name: totals[name] for name in ("total", "funds", "fiscal", "patient")}}
    sent = {"institution": HOSPITAL[1], "from": "2026-11-01", "to": "2026-11-30", "totals": totals, "rows": [row]}

    def act() -> object:
        found = stage.call("POST", "/v1/reconciliations", HOSPITAL, sent)
        assert len(found["different"]) == 3
        return found

    return with_a_settled_claim(stage, act)


@STORIES.covering("POST /v1/policies/bundles/{bundle}/effects", "POST /v1/policies/bundles/{bundle}/simulation")
def effects_and_simulations_change_nothing(stage: Stage) -> tuple[Act, End]:
    def act() -> object:
        return [
            stage.call("POST", f"/v1/policies/bundles/current/{what}", OFFICER) for what in ("effects", "simulation")
        ]

    return with_a_settled_claim(stage, act)


def kunming_pays(percent: int) -> dict[str, bytes]:
    """The stage's policy files, and a backdated notice by which Kunming's funds pay another share."""
    return with_few_institutions(with_kunming_share(percent))


def settles_and_is_told(stage: Stage, claim_id: ClaimId) -> None:
    """Settle a claim; the sweep announces the changes that did not reach the bus at once."""
    stage.settles(claim_id)
    swept(stage)


def runs_to(stage: Stage, end: str) -> int:
    """Run every received claim that was not put aside to its end; return their number."""
    stage.calm_down()
    ended = [
        stage.settles(each["claim_id"])
        for each in reversed(read(stage, "/v1/claims")["items"])
        if each["status"] == "received"
    ]
    assert set(ended) <= {end}
    return len(ended)


def has_settled(stage: Stage, claim_no: str) -> None:
    """Run all received claims to their end; this claim is then settled."""
    runs_to(stage, "Settled")
    (found,) = read(stage, f"/v1/claims?claim_no={claim_no}")["items"]
    assert found["status"] == "settled"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_aws_call_may_be_lost_once(cloud: LocalStack, tell: Callable[[str], None], story: Story) -> None:
    with staged(cloud) as stage:
        tell(lose_every_call(stage, story))
