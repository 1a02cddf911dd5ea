"""Settling: decided and posted at once, refused with every reason, paid with the advance first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.budgets.usecases import Budgets
from chalicelib.claims.domain.record import ClaimStatus, QueueKind, Waiting
from chalicelib.claims.ports import ClaimStore
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.money import parse_yuan
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.law.ports import BundleStore
from chalicelib.law.usecases.publish import KeepPolicies, PolicyDraft
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.transaction import trial_balance, unmatched_mirrors
from chalicelib.ledger.usecases.read import ReadTrialBalance
from chalicelib.settlement.usecases.defer import Deferral
from chalicelib.settlement.usecases.pay import Payment
from chalicelib.settlement.usecases.settle import Settlement
from tests.kit.areas import KUNMING, WUHAN
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.samples import (
    KUNMING_HOSPITAL,
    OFFICER,
    REMOTE_CLAIM,
    agency,
    body,
    enrol_sample,
    enrolment,
    expected,
    hospital,
    moved,
    passport,
    put_in_force,
    submission,
)
from tests.kit.memory.world import World
from tests.kit.policy_sets import with_kunming_share
from tests.kit.worked_cases import WorkedCase, differences, worked_cases

SETTLING = [
    case
    for case in worked_cases()
    if "expect" in case.document and not {"prior", "filing_on_record"} & case.document.keys()
]


def submitted(world: World, claim: dict | None = None) -> ClaimId:
    claim = claim or body()
    return world.system[SubmitClaim](hospital(claim["institution"]), submission(claim)).view.claim_id


@pytest.mark.parametrize("case", SETTLING, ids=lambda case: case.id)
def test_a_worked_case_settles_to_its_figures(world: World, case: WorkedCase) -> None:
    enrol_sample(world, case.claim["patient"]["id_no"])
    claim_id = submitted(world, case.claim)
    assert world.run_all() == ["Settled"]
    view = world.system[ReadClaim](hospital(case.claim["institution"]), claim_id)
    assert view.determination is not None
    assert differences(case.document["expect"], view.determination) == []
    shares = view.determination["shares"]
    owed_fen = sum(parse_yuan(shares[payer]) for payer in ("basic", "critical", "assistance", "fiscal"))
    assert view.settlement is not None
    assert view.settlement.payable_fen == owed_fen
    assert view.settlement.transaction_id == f"settle:{claim_id}"
    balance = trial_balance(world.memory.ledger.values())
    assert balance.balance_fen == 0
    assert unmatched_mirrors(world.memory.ledger.values()) == ()


def test_every_settled_claim_has_a_transaction_also_where_the_patient_pays_all(world: World) -> None:
    """Counts prove completeness: a bill of which nothing is in scope is in the journal too, with no postings."""
    enrol_sample(world, body()["patient"]["id_no"])
    excluded = body()
    excluded["diagnosis"] = {"history": [], "codes": [{"code": "J18.900", "role": "main"}]}
    excluded["lines"] = [
        {"no": 1, "code": "UNKNOWN-1", "name": "?", "date": "2020-02-10", "quantity": "1", "price": "10.00",
         "amount": "10.00"}
    ]  # fmt: skip
    claim_id = submitted(world, excluded)
    assert world.run_all() == ["Settled"]
    assert world.memory.ledger[f"settle:{claim_id}"].postings == ()
    view = world.system[ReadClaim](hospital(), claim_id)
    assert view.settlement is not None
    assert view.settlement.payable_fen == 0
    assert [finding.code for finding in view.warnings] == ["item-unknown"]
    assert "全自费" in view.warnings[0].message.zh
    assert world.memory.money.orders == {}
    assert world.system[PreviewClaim](hospital(), submission(excluded)).warnings == view.warnings


def test_a_preview_by_another_bundle_pays_as_that_bundle_says_and_leaves_the_one_in_force(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    preview = world.system[PreviewClaim]
    before = world.ports[BundleStore].current().hash
    earlier = preview(hospital(), submission()).determination
    other = put_in_force(world.system, with_kunming_share(95))
    by_the_other = preview(hospital(), submission()).determination
    assert earlier["shares"] != by_the_other["shares"]
    assert preview(hospital(), submission(), bundle=before).determination == earlier
    assert preview(hospital(), submission(), bundle=other).determination == by_the_other
    waiting = world.system[KeepPolicies](OFFICER, PolicyDraft(with_kunming_share(80))).checked.bundle.hash
    assert preview(hospital(), submission(), bundle=waiting).determination["receipt"]["bundle"] == waiting
    assert world.ports[BundleStore].current().hash == other
    with pytest.raises(NotFound):
        preview(hospital(), submission(), bundle="0" * 64)


def test_the_warning_of_an_unknown_item_agrees_with_who_pays_it(world: World) -> None:
    """Yunnan's target is of the whole bill (Y-09): the protection pays for items unknown to the catalogue."""
    covered = body()
    enrol_sample(world, covered["patient"]["id_no"])
    covered["lines"][0]["code"] = "ABC999"
    previewed = world.system[PreviewClaim](hospital(), submission(covered))
    assert previewed.determination["shares"]["patient"] == "0.00"
    assert [(each.code, each.field) for each in previewed.warnings] == [("item-unknown", "lines[0].code")]
    assert "全自费" not in previewed.warnings[0].message.zh
    assert "protection pays it all the same" in previewed.warnings[0].message.en


def test_a_claim_that_policy_forbids_is_rejected_with_every_reason(world: World) -> None:
    """Yunnan asks for a main and an additional code (Y-10); the claim has neither."""
    enrol_sample(world, body()["patient"]["id_no"])
    wrong = {**body(), "diagnosis": {**body()["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}}
    claim_id = submitted(world, wrong)
    assert world.run_all() == ["Rejected"]
    view = world.system[ReadClaim](hospital(), claim_id)
    assert {finding.code for finding in view.findings} == {"diagnosis-main-required", "diagnosis-additional-required"}
    assert all(finding.citation for finding in view.findings)
    assert view.determination is None
    assert world.memory.ledger == {}
    assert world.memory.waiting == {}


@pytest.mark.shows("C-20")
def test_a_confirmed_insured_patients_claim_is_taken_only_with_the_code_of_the_disease(world: World) -> None:
    claim = body("chongqing-confirmed-b-and-c-items")
    enrol_sample(world, claim["patient"]["id_no"])
    codes = {name: value for name, value in claim["diagnosis"].items() if name != "disease_code"}
    refused = submitted(world, {**claim, "diagnosis": codes})
    assert world.run_all() == ["Rejected"]
    view = world.system[ReadClaim](hospital(claim["institution"]), refused)
    assert [finding.code for finding in view.findings] == ["disease-code-required"]
    taken = submitted(world, claim)
    assert world.run_all() == ["Settled"]
    determination = world.system[ReadClaim](hospital(claim["institution"]), taken).determination
    assert determination is not None
    assert ["C-20"] in [record["source"] for record in determination["records"]]


def started(world: World) -> tuple[Waiting, ...]:
    """The claims whose execution is to run or is running."""
    return world.ports[ClaimStore].open_since(QueueKind.START, "9999", PageRequest(10)).items


def test_a_settled_claim_stands_in_no_queue(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    claim_id = submitted(world)
    assert [each.claim_id for each in started(world)] == [claim_id]
    world.run_all()
    assert started(world) == ()
    assert world.memory.waiting == {}


def test_the_second_stay_of_a_year_is_decided_on_what_the_first_used(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    first, second = submitted(world), submitted(world, moved({**body(), "claim_no": "YN-0001-B"}, 15))
    assert world.run_all() == ["Settled", "Settled"]
    (year,) = world.memory.all(PersonYear)
    assert [entry.claim_id for entry in year.entries] == [first, second]
    assert year.version == 2


def test_claims_of_one_person_settled_at_once_all_take_their_place_in_the_year(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    claim_ids = [submitted(world, moved({**body(), "claim_no": f"YN-{number}"}, 15 * number)) for number in range(12)]
    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda claim_id: run_settlement(world.system, claim_id), claim_ids))
    assert ends == ["Settled"] * 12
    (year,) = world.memory.all(PersonYear)
    assert [entry.sequence for entry in year.entries] == list(range(1, 13))
    settled = {f"{event}:{claim_id}" for claim_id in claim_ids for event in ("settle", "pay")}
    assert set(world.memory.ledger) == settled


def test_executions_of_one_claim_at_once_settle_and_pay_it_once(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] = 100_000
    claim_id = submitted(world)
    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda _: run_settlement(world.system, claim_id), range(16)))
    assert ends == ["Settled"] * 16
    assert set(world.memory.ledger) == {f"{event}:{claim_id}" for event in ("settle", "offset", "pay")}
    assert world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] == 0
    assert len(world.memory.money.orders) == 1
    assert len(world.memory.all(PersonYear)[0].entries) == 1


@pytest.mark.shows("D-07")
def test_the_special_advance_stands_in_up_to_its_balance_and_the_rest_is_ordered(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] = 123_45
    claim_id = submitted(world)
    world.run_all()
    settlement = world.system[ReadClaim](hospital(), claim_id).settlement
    assert settlement is not None
    assert settlement.advance_offset_fen == 123_45
    assert world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] == 0
    assert world.memory.money.orders[KUNMING_HOSPITAL, claim_id].amount_fen == settlement.payable_fen
    balances = {line.account: line.balance_fen for line in trial_balance(world.memory.ledger.values()).accounts}
    assert balances[f"hospital/{KUNMING_HOSPITAL}/payable"] == 0
    assert balances["bank/530100/in-transit"] == -settlement.payable_fen
    assert balances[f"hospital/{KUNMING_HOSPITAL}/advance-special"] == -123_45


def test_an_advance_that_covers_the_claim_leaves_nothing_to_order(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] = 10**9
    claim_id = submitted(world)
    world.run_all()
    settlement = world.system[ReadClaim](hospital(), claim_id).settlement
    assert settlement is not None
    assert settlement.payable_fen == 0
    assert world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] == 10**9 - settlement.advance_offset_fen
    assert world.memory.money.orders == {}


def test_a_claim_that_is_not_protected_does_not_touch_the_special_advance(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] = 10**9
    ordinary = body()
    ordinary["diagnosis"] = {"history": [], "codes": [{"code": "J18.900", "role": "main"}]}
    claim_id = submitted(world, ordinary)
    assert world.run_all() == ["Settled"]
    assert world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] == 10**9
    assert f"offset:{claim_id}" not in world.memory.ledger


@pytest.mark.shows("N-03")
@pytest.mark.shows("Y-02")
def test_costs_after_an_excluded_suspicion_touch_neither_the_special_advance_nor_the_separate_budget(
    world: World,
) -> None:
    # Funds 3926.25, of which 956.25 for the days after the exclusion; finance pays 330.00 of the protected days.
    claim = body("yunnan-suspicion-excluded-mid-stay")
    enrol_sample(world, claim["patient"]["id_no"])
    world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] = 10**9

    claim_id = submitted(world, claim)

    assert world.run_all() == ["Settled"]
    settlement = world.system[ReadClaim](hospital(), claim_id).settlement
    assert settlement is not None
    assert (settlement.advance_offset_fen, settlement.payable_fen) == (2970_00 + 330_00, 956_25)
    budget = world.system[Budgets].read(hospital(), KUNMING_HOSPITAL, 2020)
    assert (budget.separate_used_fen, budget.total_control_used_fen) == (2970_00, 956_25)


def test_the_end_of_a_claim_is_announced_without_anything_of_the_person(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    claim_id = submitted(world)
    world.run_all()
    (told,) = world.events.seen
    assert told.kind == "claim.settled"
    assert told.detail == {
        "claim_id": claim_id,
        "institution": KUNMING_HOSPITAL,
        "version": 1,
        "status": "settled",
        "attempt": 1,
        "occurred_at": "2026-11-21T04:00:00.000000Z",
    }


def test_a_task_for_a_claim_that_came_to_its_end_leaves_it_alone(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    claim_id = submitted(world)
    world.run_all()
    before = (dict(world.memory.claims), dict(world.memory.ledger), dict(world.memory.money.orders))
    for task in (
        world.system[Settlement].settle, world.system[Settlement].follow, world.system[Payment].pay,
        world.system[Deferral].defer, world.system[Deferral].resume,
    ):  # fmt: skip
        task(claim_id)
    assert before == (world.memory.claims, world.memory.ledger, world.memory.money.orders)


def test_a_remote_claim_comes_to_the_figures_of_its_worked_case(world: World) -> None:
    remote = body(REMOTE_CLAIM)
    enrol_sample(world, remote["patient"]["id_no"])
    claim_id = submitted(world, remote)
    world.run_all()
    view = world.system[ReadClaim](agency(WUHAN), claim_id)
    assert view.determination is not None
    assert differences(expected(REMOTE_CLAIM), view.determination) == []


def test_the_books_are_shown_to_each_area_its_own_accounts(world: World) -> None:
    remote = body(REMOTE_CLAIM)
    enrol_sample(world, remote["patient"]["id_no"])
    submitted(world, remote)
    world.run_all()
    wuhan = {line.account for line in world.system[ReadTrialBalance](agency(WUHAN)).accounts}
    kunming = {line.account for line in world.system[ReadTrialBalance](agency(KUNMING)).accounts}
    assert "region/420100/due-to/530100" in wuhan
    assert "region/530100/due-from/420100" in kunming
    assert not wuhan & kunming


def test_a_person_is_settled_under_the_enrolment_in_force_at_discharge(world: World) -> None:
    patient = passport(7)
    world.system[EnrolPerson](agency(WUHAN), enrolment(patient["id_no"], insured_area=WUHAN, ends_on=date(2020, 2, 12)))
    world.system[EnrolPerson](agency(KUNMING), enrolment(patient["id_no"], starts_on=date(2020, 2, 13)))
    claim_id = submitted(world, {**body(), "patient": patient})
    world.run_all()
    view = world.system[ReadClaim](hospital(), claim_id)
    assert view.determination is not None
    assert view.determination["cross_region"] is None


def test_every_version_of_a_claim_keeps_its_own_place(world: World) -> None:
    """A version that replaced a rejected version settles; the rejected version stays as it was."""
    enrol_sample(world, body()["patient"]["id_no"])
    wrong = {**body(), "diagnosis": {**body()["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}}
    first = submitted(world, wrong)
    world.run_all()
    second = submitted(world)
    world.run_all()
    assert world.memory.claims[first].status is ClaimStatus.REJECTED
    assert world.memory.claims[second].status is ClaimStatus.SETTLED
    assert replace(world.memory.claims[second], version=1).claim_no == world.memory.claims[first].claim_no
