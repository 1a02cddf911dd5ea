"""A bill that a person paid, from the desk to the bank, and once only.

Worked by hand, 12,345.67 yuan of a confirmed Kunming employee in Wuhan: the ordinary benefit is (12,345.67 - 1,200.00)
x 0.85 = 9,473.82; nine tenths of the bill are 11,111.10 (11,111.103), which the employees' fund fills; finance bears
the rest, 1,234.57. Nothing is left to the patient. Source: Y-09, Y-13.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.audit.usecases.audit import Audit
from chalicelib.bank.domain import BankOutcome
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.domain.submission import Submission
from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound, OwnAct
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.kernel.words.ids import ClaimId, TransactionId
from chalicelib.law.domain.services.vocabulary import PaperKind
from chalicelib.ledger.ports import LedgerStore
from chalicelib.platform.forms.page import printed_page
from chalicelib.platform.forms.xlsx import workbook_of
from chalicelib.printing.usecases import PrepareForms
from chalicelib.reimbursements.domain.case import Payee, Reimbursement, ReimbursementStatus, copy_key
from chalicelib.reimbursements.http.cases import shown
from chalicelib.reimbursements.usecases.accept import AcceptReimbursement
from chalicelib.reimbursements.usecases.cases import Cases
from chalicelib.reimbursements.usecases.correct import CorrectReimbursement
from chalicelib.reimbursements.usecases.decide import DecideReimbursement, ReimbursementReceipts
from chalicelib.reimbursements.usecases.papers import PaperCopies, PaperCopy
from chalicelib.settlement.usecases.settle import Settlement
from chalicelib.worklist.domain import TaskStatus
from chalicelib.worklist.ports import TaskQuery, TaskStore
from tests.kit.areas import CHONGQING, DALI, FULING, KUNMING, WUHAN
from tests.kit.memory.samples import agency, body, enrolment, hospital, passport, submission
from tests.kit.memory.world import World
from tests.kit.reimbursement_papers import COPIES, PAPERS, bring_copies

WUHAN_HOSPITAL = "H42010600001"
SECOND_DESK = Principal("second-desk", Role.AGENCY, "530100")
DESK, AUDITOR, RELEASER = (Principal(name, Role.AGENCY, "530100") for name in ("desk", "audits", "releases"))
ELSEWHERE = Principal("elsewhere", Role.AGENCY, "210200")
FINANCE = Principal("treasurer", Role.FINANCE, "530100")
PAGE = PageRequest(50)


def bill(number: int = 1, amount: str = "12345.67", **changes: Any) -> Submission:
    sent = body("kunming-employee-in-wuhan")
    line = {**sent["lines"][0], "quantity": "1", "price": amount, "amount": amount}
    return submission({**sent, "claim_no": f"FP-{number}", "patient": passport(number), "lines": [line], **changes})


@pytest.fixture(name="office")
def fixture_office(world: World) -> World:
    """Kunming in March 2020, with an employee who was treated in Wuhan."""
    world.system[EnrolPerson](agency(KUNMING), enrolment(passport(1)["id_no"]))
    world.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
    return world


def accept(world: World, principal: Principal = DESK, **changes: Any) -> Reimbursement:
    case = world.system[AcceptReimbursement](principal, bill(**changes), Payee.PERSON)[0]
    bring_copies(world.files.bring, case.case_id)
    return case


def audited(world: World, principal: Principal = DESK, payee: Payee = Payee.PERSON, **changes: Any) -> ClaimId:
    case, _ = world.system[AcceptReimbursement](principal, bill(**changes), payee)
    bring_copies(world.files.bring, case.case_id)
    accepting = world.system[AcceptReimbursement]
    accepting.complete(principal, case.case_id, PAPERS)
    accepting.forward(principal, case.case_id)
    world.system[DecideReimbursement].audit(AUDITOR, case.case_id)
    return case.case_id


def released(world: World, **changes: Any) -> ClaimId:
    case_id = audited(world, **changes)
    world.system[DecideReimbursement].release(RELEASER, case_id)
    return case_id


def balances(world: World) -> dict[str, int]:
    found: Counter[str] = Counter()
    for transaction in world.ports[LedgerStore].journal(PAGE).items:
        for posting in transaction.postings:
            found[posting.account] += posting.amount_fen
    return {account: amount_fen for account, amount_fen in found.items() if amount_fen}


def settle(world: World, sent: Submission) -> ClaimId:
    claim_id = world.system[SubmitClaim](hospital(sent.institution), sent, call="POST /v1/claims").view.claim_id
    assert world.system[Settlement].settle(claim_id) is ClaimStatus.SETTLED
    return claim_id


def rejected(world: World, sent: Submission) -> set[str]:
    """Return the reasons that reject a hospital's claim."""
    principal = hospital(sent.institution)
    claim_id = world.system[SubmitClaim](principal, sent, call="POST /v1/claims").view.claim_id
    assert world.system[Settlement].settle(claim_id) is ClaimStatus.REJECTED
    return {each.code for each in world.system[ReadClaim](principal, claim_id).findings}


def test_a_protected_person_is_paid_in_full_by_fund_and_finance_of_the_insured_place(office: World) -> None:
    """Source: Y-13."""
    case_id = released(office, principal=ELSEWHERE)
    case = office.system[Cases].read(FINANCE, case_id)
    assert case.payment is not None
    assert (case.payment.amount_fen, case.payment.fiscal_fen, case.status) == (
        12_345_67,
        1_234_57,
        ReimbursementStatus.ORDERED,
    )
    assert balances(office) == {
        "fund/530100/employee/basic": 11_111_10,
        "fiscal/530100/receivable": 1_234_57,
        "bank/530100/in-transit": -12_345_67,
    }
    paid = office.system[ReimbursementReceipts].receive(FINANCE, case_id, "ICBC-1", BankOutcome.PAID)
    again = office.system[ReimbursementReceipts].receive(FINANCE, case_id, "ICBC-1", BankOutcome.PAID)
    assert (paid.status, again) == (ReimbursementStatus.PAID, paid)
    assert balances(office)["bank/530100/cash"] == -12_345_67
    assert office.system[Audit].run().differences == ()


def test_what_was_reimbursed_counts_in_the_persons_year_and_is_no_claim_to_be_decided_again(office: World) -> None:
    case = office.system[Cases].read(DESK, released(office))
    year = office.ports[PersonStore].year(case.person, 2020)
    assert year.to_date().pool_fen == year.entries[0].contribution.pool_fen > 0
    assert (year.standing, year.entries[0].by_hand) == ((), True)
    later = {"kind": "inpatient", "admitted": "2020-02-24", "discharged": "2020-02-28"}
    line = {**body("kunming-employee-in-wuhan")["lines"][0], "date": "2020-02-25"}
    claim_id = settle(office, replace(bill(lines=[line], visit=later), claim_no="SC-2"))
    year = office.ports[PersonStore].year(case.person, 2020)
    assert year.standing == (claim_id,)
    assert year.prior_of(claim_id).pool_fen == year.entries[0].contribution.pool_fen


@pytest.mark.parametrize("payee", Payee)
def test_the_payee_is_who_paid(office: World, payee: Payee) -> None:
    case_id = audited(office, payee=payee)
    office.system[DecideReimbursement].release(RELEASER, case_id)
    transaction = office.ports[LedgerStore].get(TransactionId(f"reimburse:{case_id}"))
    assert transaction is not None
    person = office.system[Cases].read(DESK, case_id).person
    expected = {Payee.PERSON: f"person/{person}/payable", Payee.INSTITUTION: f"hospital/{WUHAN_HOSPITAL}/payable"}
    assert [each.amount_fen for each in transaction.postings if each.account == expected[payee]] == [-12_345_67]


def test_the_hospital_cannot_claim_a_visit_that_is_reimbursed_by_hand(office: World) -> None:
    accept(office)
    line = {**body("kunming-employee-in-wuhan")["lines"][0], "price": "1.00", "amount": "20.00"}
    for sent in (replace(bill(), claim_no="SC-0"), replace(bill(lines=[line]), claim_no="SC-1")):
        assert rejected(office, sent) == {"duplicate-bill"}


def test_a_visit_that_its_hospital_claimed_is_not_reimbursed_by_hand(office: World) -> None:
    claim = replace(bill(), claim_no="SC-1")
    settle(office, claim)
    with pytest.raises(Conflict) as refused:
        accept(office)
    assert [(each.code, dict(each.about)) for each in refused.value.findings] == [
        ("visit-settled", {"claim_no": "SC-1"})
    ]


def test_a_claim_received_before_the_case_keeps_it_out_and_one_after_it_gives_way(office: World) -> None:
    """Both at the same moment: whichever entered the person's visits first stands."""
    sent = replace(bill(), claim_no="SC-1")
    view = office.system[SubmitClaim](hospital(WUHAN_HOSPITAL), sent, call="POST /v1/claims").view
    assert view.status is ClaimStatus.RECEIVED
    with pytest.raises(Conflict):
        accept(office)


def test_a_case_that_is_withdrawn_or_refused_leaves_the_visit_to_its_hospital(office: World) -> None:
    case = accept(office)
    office.system[AcceptReimbursement].withdraw(DESK, case.case_id, "the hospital settles it")
    anew = accept(office)
    assert anew.case_id != case.case_id
    office.system[AcceptReimbursement].complete(DESK, anew.case_id, PAPERS)
    office.system[AcceptReimbursement].forward(DESK, anew.case_id)
    refused = office.system[DecideReimbursement].turn_down(AUDITOR, anew.case_id, "the invoice is forged")
    assert (refused.status, refused.reason) == (ReimbursementStatus.REFUSED, "the invoice is forged")
    settle(office, replace(bill(), claim_no="SC-1"))
    assert balances(office)["fund/530100/employee/basic"] == 11_111_10


def test_a_corrected_bill_goes_back_to_its_desk_and_what_is_paid_is_the_corrected_one(office: World) -> None:
    """10,000.00 typed for 12,345.67: another bill was audited, so the corrected bill is audited anew."""
    correcting, accepting = office.system[CorrectReimbursement], office.system[AcceptReimbursement]
    decides = office.system[DecideReimbursement]
    case_id = audited(office, amount="10000.00")
    corrected = correcting(SECOND_DESK, case_id, bill(), Payee.PERSON, "typed wrongly")
    assert (corrected.status, corrected.total_fen, corrected.missing) == (ReimbursementStatus.ACCEPTED, 12_345_67, ())
    assert [(each.act.actor, each.reason) for each in corrected.corrections] == [("second-desk", "typed wrongly")]
    assert correcting(SECOND_DESK, case_id, bill(), Payee.PERSON, "said again") == corrected
    with pytest.raises(Conflict):
        decides.release(RELEASER, case_id)
    accepting.forward(DESK, case_id)
    decides.audit(AUDITOR, case_id)
    for handled in (DESK, SECOND_DESK, AUDITOR):
        with pytest.raises(OwnAct):
            decides.release(handled, case_id)
    decides.release(RELEASER, case_id)
    assert balances(office)["fund/530100/employee/basic"] == 11_111_10
    with pytest.raises(Conflict) as late:
        correcting(DESK, case_id, bill(amount="9.00"), Payee.PERSON, "too late")
    assert [each.code for each in late.value.findings] == ["reimbursement-status"]
    assert office.system[Audit].run().differences == ()


def test_the_corrected_days_hold_the_visit_and_the_old_ones_leave_it_to_the_hospital(office: World) -> None:
    correcting = office.system[CorrectReimbursement]
    case_id = accept(office).case_id
    later = {"kind": "inpatient", "admitted": "2020-02-24", "discharged": "2020-02-28"}
    line = {**body("kunming-employee-in-wuhan")["lines"][0], "date": "2020-02-25"}
    correcting(DESK, case_id, bill(lines=[line], visit=later), Payee.PERSON, "another stay")
    assert rejected(office, replace(bill(lines=[line], visit=later), claim_no="SC-1")) == {"duplicate-bill"}
    settle(office, replace(bill(), claim_no="SC-2"))
    with pytest.raises(Conflict) as taken:
        correcting(DESK, case_id, bill(), Payee.PERSON, "the first days after all")
    assert [each.code for each in taken.value.findings] == ["visit-settled"]


def test_who_paid_is_corrected_and_another_invoice_or_person_is_another_case(office: World) -> None:
    correcting, case_id = office.system[CorrectReimbursement], accept(office).case_id
    office.system[EnrolPerson](agency(KUNMING), enrolment(passport(2)["id_no"]))
    assert correcting(DESK, case_id, bill(), Payee.INSTITUTION, "the hospital advanced it").payee is Payee.INSTITUTION
    for other in (bill(2), replace(bill(), claim_no="FP-9")):
        with pytest.raises(Invalid) as another:
            correcting(DESK, case_id, other, Payee.PERSON, "another")
        assert [each.code for each in another.value.findings] == ["another-invoice"]
    with pytest.raises(NotFound):
        correcting(ELSEWHERE, case_id, bill(), Payee.PERSON, "not ours")
    with pytest.raises(NotFound):
        correcting(DESK, ClaimId("rmb_none"), bill(), Payee.PERSON, "nothing")


def test_days_on_which_another_place_insures_are_another_case(office: World) -> None:
    insured = enrolment(passport(3)["id_no"])
    office.system[EnrolPerson](agency(KUNMING), replace(insured, starts_on=date(2020, 2, 12)))
    office.system[EnrolPerson](agency(DALI), replace(insured, insured_area=DALI, ends_on=date(2020, 2, 11)))
    case_id = accept(office, number=3).case_id
    line = {**body("kunming-employee-in-wuhan")["lines"][0], "date": "2020-02-05"}
    before = {"kind": "inpatient", "admitted": "2020-02-04", "discharged": "2020-02-08"}
    with pytest.raises(Invalid) as another:
        office.system[CorrectReimbursement](
            DESK, case_id, bill(3, lines=[line], visit=before), Payee.PERSON, "another stay"
        )
    assert [each.code for each in another.value.findings] == ["another-insured-place"]


def test_the_same_invoice_is_one_case_and_another_bill_under_it_is_refused(office: World) -> None:
    first, is_new = office.system[AcceptReimbursement](DESK, bill(), Payee.PERSON)
    assert (office.system[AcceptReimbursement](ELSEWHERE, bill(), Payee.PERSON), is_new) == ((first, False), True)
    with pytest.raises(Conflict) as refused:
        office.system[AcceptReimbursement](DESK, bill(amount="99.00"), Payee.PERSON)
    assert [each.code for each in refused.value.findings] == ["invoice-taken"]


def test_nothing_is_forwarded_until_every_document_is_there_and_the_audit_may_ask_again(office: World) -> None:
    accepting, decides = office.system[AcceptReimbursement], office.system[DecideReimbursement]
    case_id = accept(office).case_id
    for held in range(3):
        with pytest.raises(Invalid) as missing:
            accepting.forward(DESK, case_id)
        assert len(missing.value.findings) == 3 - held
        accepting.complete(DESK, case_id, PAPERS[held : held + 1])
    accepting.forward(DESK, case_id)
    with pytest.raises(Invalid) as unasked:
        decides.send_back(AUDITOR, case_id, [], "what?")
    assert [each.code for each in unasked.value.findings] == ["documents-asked"]
    back = decides.send_back(AUDITOR, case_id, ["diagnosis"], "not stamped")
    assert (back.status, back.missing, decides.send_back(AUDITOR, case_id, ["diagnosis"], "not stamped")) == (
        ReimbursementStatus.ACCEPTED,
        ("diagnosis",),
        back,
    )
    stamped = [(PaperKind.DIAGNOSIS, sha256_hex(b"stamped"))]
    office.files.bring(copy_key(case_id, stamped[0][1]), b"stamped")
    accepting.complete(DESK, case_id, stamped)
    assert accepting.forward(DESK, case_id).missing == ()
    assert accepting.complete(DESK, case_id, stamped).status is ReimbursementStatus.FORWARDED
    with pytest.raises(Conflict):
        accepting.complete(DESK, case_id, [(PaperKind.DIAGNOSIS, "e" * 64)])


def test_a_document_is_noted_only_when_its_copy_lies_there_and_is_the_one_that_was_said(office: World) -> None:
    """Source: Y-12: invoice, itemised list and certificate are attached."""
    accepting = office.system[AcceptReimbursement]
    case = accepting(DESK, bill(), Payee.PERSON)[0]
    with pytest.raises(Invalid) as nothing:
        accepting.complete(DESK, case.case_id, PAPERS)
    assert [(each.code, each.field) for each in nothing.value.findings] == [("document-not-uploaded", "documents")] * 3
    bring_copies(office.files.bring, case.case_id)
    office.files.bring(copy_key(case.case_id, PAPERS[0][1]), b"another file")
    with pytest.raises(Invalid) as other:
        accepting.complete(DESK, case.case_id, PAPERS)
    assert [each.code for each in other.value.findings] == ["document-other-content"]
    assert office.system[Cases].read(DESK, case.case_id).papers == ()
    office.files.bring(copy_key(case.case_id, PAPERS[0][1]), COPIES[PAPERS[0][0]])
    assert accepting.complete(DESK, case.case_id, PAPERS).missing == ()


def test_a_copy_of_another_case_is_none_of_this_one(office: World) -> None:
    other = accept(office)
    office.system[AcceptReimbursement].withdraw(DESK, other.case_id, "accepted twice")
    case = office.system[AcceptReimbursement](DESK, bill(), Payee.PERSON)[0]
    with pytest.raises(Invalid):
        office.system[AcceptReimbursement].complete(DESK, case.case_id, PAPERS)


def test_a_desk_brings_copies_until_the_case_is_forwarded_and_who_fetches_one_stands_on_record(office: World) -> None:
    copies, copy = office.system[PaperCopies], PaperCopy(PAPERS[0][1], 20, "application/pdf")
    case_id = accept(office, ELSEWHERE).case_id
    address = copies.bring(ELSEWHERE, case_id, copy)
    assert address.url.endswith(copy_key(case_id, PAPERS[0][1]))
    assert address.expires_at == office.clock.now() + timedelta(minutes=15)
    with pytest.raises(NotFound):
        copies.fetch(DESK, case_id, "invoice")
    office.system[AcceptReimbursement].complete(ELSEWHERE, case_id, PAPERS)
    asked = len(office.access_records.kept)
    paper, fetched = copies.fetch(AUDITOR, case_id, "invoice")
    assert (paper.sha256, fetched.expires_at) == (PAPERS[0][1], office.clock.now() + timedelta(minutes=5))
    assert [(each.by.actor, each.call) for each in office.access_records.kept[asked:]] == [
        ("audits", "GET /v1/reimbursements/{case_id}/documents/{kind}")
    ]
    with pytest.raises(NotFound):
        copies.fetch(AUDITOR, case_id, "prescription")
    with pytest.raises(NotFound):
        copies.fetch(agency(WUHAN), case_id, "invoice")
    with pytest.raises(Forbidden):
        copies.fetch(FINANCE, case_id, "invoice")
    office.system[AcceptReimbursement].forward(ELSEWHERE, case_id)
    with pytest.raises(Conflict):
        copies.bring(ELSEWHERE, case_id, copy)


def test_who_handled_a_case_neither_releases_nor_reports_its_payment(office: World) -> None:
    case_id = audited(office)
    for handled in (DESK, AUDITOR):
        with pytest.raises(OwnAct):
            office.system[DecideReimbursement].release(handled, case_id)
    done = office.system[DecideReimbursement].release(RELEASER, case_id)
    assert office.system[DecideReimbursement].release(RELEASER, case_id) == done
    for person in ("desk", "audits", "releases"):
        with pytest.raises(OwnAct):
            office.system[ReimbursementReceipts].receive(replace(FINANCE, actor=person), case_id, "B", BankOutcome.PAID)
    with pytest.raises(NotFound):
        office.system[DecideReimbursement].release(replace(RELEASER, subject="210200"), case_id)
    with pytest.raises(Forbidden):
        office.system[DecideReimbursement].release(FINANCE, case_id)


def test_what_the_bank_could_not_pay_is_ordered_anew_and_what_it_paid_twice_is_owed_back(office: World) -> None:
    case_id = released(office)
    receipts, decides = office.system[ReimbursementReceipts], office.system[DecideReimbursement]
    with pytest.raises(Conflict):
        decides.order_again(RELEASER, case_id)
    assert receipts.receive(FINANCE, case_id, "B-1", BankOutcome.FAILED).status is ReimbursementStatus.FAILED
    decides.order_again(RELEASER, case_id)
    assert receipts.receive(FINANCE, case_id, "B-2", BankOutcome.PAID).status is ReimbursementStatus.PAID
    twice = receipts.receive(FINANCE, case_id, "B-3", BankOutcome.PAID)
    assert twice.payment is not None
    assert (twice.payment.beyond, balances(office)[f"person/{twice.person}/payable"]) == (1, 12_345_67)
    receipts.receive(FINANCE, case_id, "B-4", BankOutcome.FAILED)
    assert f"person/{twice.person}/payable" not in balances(office)
    assert receipts.receive(FINANCE, case_id, "B-5", BankOutcome.FAILED).status is ReimbursementStatus.FAILED
    assert balances(office)[f"person/{twice.person}/payable"] == -12_345_67
    assert office.system[Audit].run().differences == ()


def test_every_step_has_its_clock_and_stands_on_the_list_of_whose_turn_it_is(office: World) -> None:
    """Three working days a stage in Yunnan; Monday 2 March to the end of Thursday 5 March 2020."""
    released(office)
    tasks = office.ports[TaskStore].find(TaskQuery(areas=(KUNMING,)), PAGE).items
    found = {task.duty.business: (task.owner, task.status) for task in tasks if task.duty is not None}
    assert found == {
        "reimbursement-completion": (Role.AGENCY, TaskStatus.DONE),
        "reimbursement-forwarding": (Role.AGENCY, TaskStatus.DONE),
        "reimbursement-audit": (Role.AGENCY, TaskStatus.DONE),
        "reimbursement-settlement": (Role.AGENCY, TaskStatus.DONE),
        "reimbursement-payment": (Role.FINANCE, TaskStatus.OPEN),
    }
    (case,) = office.system[Cases].find(FINANCE, None, None, PAGE).items
    assert (case.clock.due, case.clock.rule.citation) == ("2020-03-05T16:00:00.000000Z", "yn-2020-12.4.2-clock")
    assert case.clock.is_late(Instant("2020-03-05T16:00:00.000000Z"))


def test_where_no_notice_speaks_or_nobody_is_insured_nothing_is_accepted(office: World) -> None:
    world, accepting = office, office.system[AcceptReimbursement]
    with pytest.raises(Invalid) as unknown:
        accepting(DESK, bill(9), Payee.PERSON)
    assert [each.code for each in unknown.value.findings] == ["person-unknown"]
    for number, area, code in ((2, WUHAN, "reimbursement-not-provided"), (3, None, "not-insured")):
        insured = enrolment(passport(number)["id_no"], insured_area=area)
        world.system[EnrolPerson](
            agency(area or KUNMING), insured if area else replace(insured, insurance=type(insured.insurance)("none"))
        )
        with pytest.raises(Invalid) as refused:
            accepting(DESK, bill(number), Payee.PERSON)
        assert [each.code for each in refused.value.findings] == [code]
    with pytest.raises(NotFound):
        accepting(hospital(), bill(), Payee.PERSON)
    with pytest.raises(Invalid) as no_desk:
        accepting(Principal("clerk", Role.TOWNSHIP, "530102"), bill(), Payee.PERSON)
    assert [each.code for each in no_desk.value.findings] == ["no-township-desk"]


def test_a_township_of_fuling_accepts_and_its_district_sees_the_case(office: World) -> None:
    """Source: C-06, C-14."""
    office.system[EnrolPerson](agency(CHONGQING), enrolment(passport(2)["id_no"], insured_area=FULING))
    township = Principal("clerk", Role.TOWNSHIP, "500102")
    case = accept(office, township, number=2)
    assert (case.citation, case.payer, case.desk) == ("fl-2020-6.3-manual", "500000", "500102")
    assert office.system[Cases].find(township, ReimbursementStatus.ACCEPTED, None, PAGE).items == (case,)
    assert office.system[Cases].find(agency(FULING), None, None, PAGE).items == (case,)
    assert office.system[Cases].find(ELSEWHERE, None, None, PAGE).items == ()


def test_the_form_for_settlement_by_hand_adds_up_and_says_what_is_missing(office: World) -> None:
    """Source: Y-12, annex 2."""
    case_id, forms = accept(office).case_id, office.system[PrepareForms]
    form = forms.reimbursement(DESK, case_id)
    assert [row[1] for row in form.grids[0].rows] == [12_345_67, None, None, None]
    assert {row[1] for row in form.grids[2].rows} == {"缺"}
    accepting = office.system[AcceptReimbursement]
    accepting.complete(DESK, case_id, PAPERS)
    accepting.forward(DESK, case_id)
    office.system[DecideReimbursement].audit(AUDITOR, case_id)
    office.system[DecideReimbursement].release(RELEASER, case_id)
    form = forms.reimbursement(DESK, case_id)
    assert [row[1] for row in form.grids[0].rows] == [12_345_67, 11_111_10, 1_234_57, 0]
    assert (form.grids[1].total or ())[-1] == sum(row[-1] for row in form.grids[1].rows if isinstance(row[-1], int))
    assert {row[1] for row in form.grids[2].rows} == {"有"}
    sheet = load_workbook(io.BytesIO(workbook_of(form))).worksheets[0]
    assert sheet.page_setup.fitToWidth == 1
    assert "附件2" in printed_page(form).decode()
    with pytest.raises(NotFound):
        forms.reimbursement(ELSEWHERE, case_id)


@pytest.mark.parametrize(
    ("role", "payee", "is_shown"),
    [
        (Role.TOWNSHIP, Payee.PERSON, False),
        (Role.HOSPITAL, Payee.PERSON, False),
        (Role.HOSPITAL, Payee.INSTITUTION, True),
        (Role.AGENCY, Payee.PERSON, True),
        (Role.FINANCE, Payee.PERSON, True),
    ],
)
def test_the_banks_reference_is_for_those_whose_money_it_is(
    office: World, role: Role, payee: Payee, *, is_shown: bool
) -> None:
    case_id = audited(office, payee=payee)
    office.system[DecideReimbursement].release(RELEASER, case_id)
    case = office.system[ReimbursementReceipts].receive(FINANCE, case_id, "ICBC-1", BankOutcome.PAID)
    call: Any = SimpleNamespace(cite=CitedProvision.named, use=lambda _: office.clock)
    payment = shown(call, Principal("reader", role, "530100"), case)["payment"]
    assert payment["bank_reference"] == ("ICBC-1" if is_shown else None)
