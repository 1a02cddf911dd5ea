"""A request for a patient elsewhere from its report to the clearing, and the offices told on the way; all in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.adjudication.domain.claim import CaseStatus, VisitKind
from chalicelib.advances.domain.model import Advance, AdvanceStatus
from chalicelib.advances.ports import AdvanceStore
from chalicelib.advances.usecases.advance import Advances
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.claims.domain.history import Verdict
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.run import Clearing, StartRun
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound, OwnAct, QuebaoError
from chalicelib.kernel.money import FEN_MAX, Fen
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, ClaimId, InstitutionCode, PersonToken, RunId
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.patient_advances.domain import (
    PatientAdvance,
    PatientAdvanceId,
    PatientAdvanceStatus,
    PatientCase,
    Stage,
)
from chalicelib.patient_advances.usecases.request import PatientAdvances, PatientAdvanceView
from chalicelib.registry.domain.model import NATION, Insurance
from chalicelib.settlement.ports import HospitalStore
from tests.kit.books import what_is_wrong
from tests.kit.clearing_runs import close, settle
from tests.kit.memory.samples import AUDITOR, body, enrol_sample, enrolment, hospital, passport, submission
from tests.kit.memory.world import World

WUHAN, KUNMING = InstitutionCode("H42010600001"), "H53010200001"
REPORTER = Principal("reporter", Role.AGENCY, "530100")
YUNNAN_CENTRE = Principal("passer", Role.CENTRE, "530000")
WUHAN_HEAD = Principal("wuhan-head", Role.AGENCY, "420100")
WUHAN_FINANCE = Principal("wuhan-treasurer", Role.FINANCE, "420100")
NATIONAL_CENTRE = Principal("national", Role.CENTRE, NATION)
FIRST = PageRequest(50)
NEED_FEN = 2_000_000


@dataclass
class Office:
    """The persons and offices that handle a request."""

    world: World
    person: PersonToken

    @property
    def use(self) -> PatientAdvances:
        return self.world.system[PatientAdvances]

    @property
    def case(self) -> PatientCase:
        return PatientCase(
            self.person, WUHAN, VisitKind.INPATIENT, date(2020, 2, 5), date(2020, 2, 20), CaseStatus.CONFIRMED
        )

    def report(self, amount_fen: Fen = NEED_FEN, **changes: Any) -> PatientAdvance:
        return self.use.report(REPORTER, replace(self.case, **changes), amount_fen, "cannot pay the deposit")

    def forwarded(self) -> PatientAdvanceId:
        request_id = self.report().request_id
        self.use.forward(YUNNAN_CENTRE, request_id, forward=True, answer=None)
        return request_id

    def accepted(self, amount_fen: Fen | None = None) -> PatientAdvanceId:
        request_id = self.forwarded()
        self.use.decide(WUHAN_HEAD, request_id, accept=True, amount_fen=amount_fen)
        return request_id

    def instructed(self) -> tuple[PatientAdvanceId, AdvanceId]:
        """A granted request, and its advance when the bank has been told."""
        request_id = self.accepted()
        advance_id = self.view(request_id).request.advance_id
        assert advance_id is not None
        self.world.system[Advances].instruct(advance_id)
        return request_id, advance_id

    def paid(self) -> PatientAdvanceId:
        request_id, advance_id = self.instructed()
        self.world.system[AdvanceReceipts].receive(WUHAN_FINANCE, advance_id, "BANK-1", paid=True)
        return request_id

    def view(self, request_id: PatientAdvanceId) -> PatientAdvanceView:
        return self.use.read(AUDITOR, request_id)

    def stage(self, request_id: PatientAdvanceId) -> Stage:
        followed = self.view(request_id).followed
        assert followed is not None
        return followed.stage

    def settled_claim(self) -> ClaimId:
        """The person's claim at the hospital in Wuhan."""
        claim_id = self.world.system[SubmitClaim](
            hospital(WUHAN), submission(body("kunming-employee-in-wuhan"))
        ).view.claim_id
        assert self.world.run_all() == ["Settled"]
        return claim_id

    def clear(self, run_id: RunId | None = None) -> RunId:
        clearing = self.world.system
        found = run_id or clearing[StartRun](NATIONAL_CENTRE, NATION, None)
        close(clearing, found)
        settle(clearing, self.world.ports, found)
        return found


@pytest.fixture(name="office")
def fixture_office(world: World) -> Office:
    return Office(world, enrol_sample(world, body("kunming-employee-in-wuhan")["patient"]["id_no"]))


def test_a_request_is_reported_passed_on_granted_paid_settled_and_cleared(world: World, office: Office) -> None:
    request_id, advance_id = office.instructed()
    assert office.stage(request_id) is Stage.PAYING
    world.system[AdvanceReceipts].receive(WUHAN_FINANCE, advance_id, "BANK-1", paid=True)
    assert office.stage(request_id) is Stage.PAID
    assert world.ports[HospitalStore].money(WUHAN).special.ready_fen == NEED_FEN
    claim_id = office.settled_claim()
    settled = office.view(request_id).followed
    assert settled is not None
    assert (settled.stage, settled.offset_fen) == (Stage.SETTLED, NEED_FEN)
    (claim,) = settled.claims
    (debt,) = claim.debts
    assert (claim.claim_id, debt.amount_fen, debt.window.tier, debt.run_id) == (claim_id, 2_160_000, NATION, None)
    run_id = office.clear()
    cleared = office.view(request_id).followed
    assert cleared is not None
    assert cleared.stage is Stage.CLEARED
    assert cleared.claims[0].debts[0].run_id == run_id
    assert what_is_wrong(world.ports, world.system, [claim_id]) == []
    between = {
        posting.account
        for transaction in world.memory.ledger.values()
        for posting in transaction.postings
        if posting.account.startswith("region/")
    }
    assert between == {"region/420100/due-from/530100", "region/530100/due-to/420100"}
    moved = [each.event for each in world.memory.ledger.values() if each.cause == advance_id]
    assert sorted(moved) == ["advance-confirmed", "advance-instructed"]


def test_the_advance_is_posted_by_the_article_and_names_the_request(world: World, office: Office) -> None:
    request_id, advance_id = office.instructed()
    advance = world.ports[AdvanceStore].get(advance_id)
    assert advance is not None
    assert (advance.requested.actor, advance.decided_in and advance.decided_in.actor) == ("reporter", "wuhan-head")
    assert (advance.patient_advance, advance.quota.citation) == (request_id, "yn-2020-12.4.3")
    (instructed,) = (each for each in world.memory.ledger.values() if each.cause == advance_id)
    assert instructed.citations == ("yn-2020-12.4.3",)


def test_a_part_may_be_granted_and_no_more_than_was_asked_for(office: Office) -> None:
    request_id = office.forwarded()
    for amount_fen in (0, -1, NEED_FEN + 1, FEN_MAX + 1):
        with pytest.raises(Invalid):
            office.use.decide(WUHAN_HEAD, request_id, accept=True, amount_fen=amount_fen)
    assert office.use.decide(WUHAN_HEAD, request_id, accept=True, amount_fen=500).granted_fen == 500


@pytest.mark.parametrize(
    ("changes", "amount_fen", "codes"),
    [
        ({"institution": "H99999999999"}, 100, {"institution-unknown"}),
        ({"institution": "H99999999999", "discharged_on": date(2020, 2, 1)}, 0,
         {"institution-unknown", "period-order", "amount-range"}),
        ({}, -1, {"amount-range"}),
        ({}, FEN_MAX + 1, {"amount-range"}),
        ({"institution": KUNMING}, 100, {"not-in-another-province"}),
        ({"admitted_on": date(2024, 1, 1), "discharged_on": None}, 100, {"not-protected"}),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_with_a_report_is_said_at_once_and_nothing_is_kept(
    world: World, office: Office, changes: dict[str, Any], amount_fen: Fen, codes: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        office.report(amount_fen, **changes)
    assert {finding.code for finding in refused.value.findings} == codes
    assert world.memory.all(PatientAdvance) == []


def test_only_the_agency_that_insures_a_person_on_the_days_of_the_visit_reports_them(
    world: World, office: Office
) -> None:
    others = [replace(REPORTER, subject=area) for area in ("532900", "420100", "530000")]
    for other in others:
        with pytest.raises(NotFound):
            office.use.report(other, office.case, 100, "need")
    with pytest.raises(NotFound):
        office.report(person="prs_" + "0" * 32)
    past = world.system[EnrolPerson](
        REPORTER, enrolment(passport(1)["id_no"], ends_on=date(2020, 2, 5) - timedelta(days=1))
    )
    nobody = world.system[EnrolPerson](
        REPORTER, enrolment(passport(2)["id_no"], insured_area=None, insurance=Insurance.NONE)
    )
    for person in (past, nobody):
        with pytest.raises(NotFound):
            office.report(person=person)
    for role in (Role.HOSPITAL, Role.FINANCE, Role.CENTRE, Role.HEALTH, Role.POLICY, Role.AUDITOR):
        with pytest.raises(Forbidden):
            office.use.report(Principal("x", role, "530100"), office.case, 100, "need")


def test_the_same_report_is_the_first_one_whoever_of_the_agency_sends_it(world: World, office: Office) -> None:
    first = office.report()
    assert office.report() == first
    colleague = replace(REPORTER, actor="colleague")
    assert office.use.report(colleague, office.case, NEED_FEN, "cannot pay the deposit") == first
    assert office.report(NEED_FEN + 1).request_id != first.request_id
    assert len(world.memory.all(PatientAdvance)) == 2


def test_what_was_declined_refused_or_not_paid_may_be_asked_for_anew(world: World, office: Office) -> None:
    first = office.report().request_id
    office.use.forward(YUNNAN_CENTRE, first, forward=False, answer="not verified")
    second = office.forwarded()
    office.use.decide(WUHAN_HEAD, second, accept=False, answer="no money")
    third, advance_id = office.instructed()
    assert office.report().request_id == third
    world.system[AdvanceReceipts].receive(WUHAN_FINANCE, advance_id, "BANK-1", paid=False)
    assert office.stage(third) is Stage.FAILED
    fourth = office.report()
    assert len({first, second, third, fourth.request_id}) == 4
    assert fourth.status is PatientAdvanceStatus.REPORTED


def test_what_the_hospital_gives_back_is_seen(world: World, office: Office) -> None:
    request_id = office.paid()
    advance_id = office.view(request_id).request.advance_id
    assert advance_id is not None
    world.system[AdvanceReceipts].give_back(WUHAN_FINANCE, advance_id, "BANK-2", None)
    assert office.stage(request_id) is Stage.RETURNED


def test_everybody_sees_what_is_theirs_and_the_treatment_place_once_it_is_asked(office: Office) -> None:
    request_id = office.report().request_id

    def seen_by(principal: Principal) -> bool:
        listed = {each.request_id for each in office.use.find(principal, None, FIRST).items}
        try:
            office.use.read(principal, request_id)
        except NotFound:
            assert request_id not in listed
            return False
        assert request_id in listed
        return True

    assert [seen_by(each) for each in (REPORTER, YUNNAN_CENTRE, AUDITOR, WUHAN_HEAD)] == [True, True, True, False]
    with pytest.raises(NotFound):
        office.use.decide(WUHAN_HEAD, request_id, accept=True)
    office.use.forward(YUNNAN_CENTRE, request_id, forward=True, answer=None)
    assert seen_by(WUHAN_HEAD)
    strangers = (
        replace(REPORTER, subject="532900"),
        replace(YUNNAN_CENTRE, subject="420000"),
        NATIONAL_CENTRE,
        replace(WUHAN_HEAD, subject="500000"),
    )
    assert not any(seen_by(each) for each in strangers)
    for role in (Role.HOSPITAL, Role.FINANCE, Role.HEALTH, Role.POLICY):
        with pytest.raises(Forbidden):
            office.use.read(Principal("x", role, "420100"), request_id)
        with pytest.raises(Forbidden):
            office.use.find(Principal("x", role, "420100"), None, FIRST)


def test_inboxes_are_narrowed_by_state_and_paged(office: Office) -> None:
    ids = [office.report(amount).request_id for amount in (100, 200, 300)]
    office.use.forward(YUNNAN_CENTRE, ids[1], forward=True, answer=None)
    waiting = office.use.find(YUNNAN_CENTRE, PatientAdvanceStatus.REPORTED, FIRST)
    assert {each.request_id for each in waiting.items} == {ids[0], ids[2]}
    assert [each.request_id for each in office.use.find(WUHAN_HEAD, None, FIRST).items] == [ids[1]]
    listed, cursor = [], None
    while True:
        page = office.use.find(AUDITOR, None, PageRequest(2, cursor))
        listed += [each.request_id for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert sorted(listed) == sorted(ids)


def test_only_its_own_centre_passes_a_request_on_and_only_the_agency_asked_decides_it(office: Office) -> None:
    request_id = office.report().request_id
    for subject in ("420000", NATION):
        with pytest.raises(NotFound):
            office.use.forward(replace(YUNNAN_CENTRE, subject=subject), request_id, forward=True, answer=None)
    with pytest.raises(Forbidden):
        office.use.forward(REPORTER, request_id, forward=True, answer=None)
    office.use.forward(YUNNAN_CENTRE, request_id, forward=True, answer=None)
    for subject in ("530100", "420000", "500000"):
        with pytest.raises(NotFound):
            office.use.decide(replace(WUHAN_HEAD, subject=subject), request_id, accept=True)
    with pytest.raises(Forbidden):
        office.use.decide(YUNNAN_CENTRE, request_id, accept=True)


def test_who_reported_or_passed_on_a_request_grants_it_at_no_desk(office: Office) -> None:
    request_id = office.report().request_id
    with pytest.raises(OwnAct):
        office.use.forward(replace(YUNNAN_CENTRE, actor="reporter"), request_id, forward=True, answer=None)
    office.use.forward(YUNNAN_CENTRE, request_id, forward=True, answer=None)
    with pytest.raises(OwnAct):
        office.use.decide(replace(WUHAN_HEAD, actor="reporter"), request_id, accept=True)
    with pytest.raises(OwnAct):
        office.use.decide(replace(WUHAN_HEAD, actor="passer"), request_id, accept=True)


def test_a_decision_is_made_once_and_starts_the_payment_again_before_it_is_refused(
    world: World, office: Office
) -> None:
    """Whoever decided may have been cut off before the machine was started."""
    request_id = office.accepted()
    (advance_id,) = world.prepayment_machine.started
    world.prepayment_machine.started.clear()
    with pytest.raises(Conflict):
        office.use.decide(WUHAN_HEAD, request_id, accept=True)
    assert world.prepayment_machine.started == [advance_id]
    with pytest.raises(Conflict):
        office.use.decide(WUHAN_HEAD, request_id, accept=False, answer="no")
    with pytest.raises(Conflict):
        office.use.forward(YUNNAN_CENTRE, request_id, forward=True, answer=None)
    assert len(world.memory.all(Advance)) == 1


def test_of_two_who_decide_at_once_one_wins(world: World, office: Office) -> None:
    request_id = office.forwarded()
    together, came_to = threading.Barrier(2), []

    def decide(step: Callable[[], PatientAdvance]) -> None:
        together.wait()
        try:
            came_to.append(step().status.value)
        except QuebaoError as error:
            came_to.append(error.code)

    steps = (
        lambda: office.use.decide(WUHAN_HEAD, request_id, accept=True),
        lambda: office.use.decide(replace(WUHAN_HEAD, actor="deputy"), request_id, accept=False, answer="no"),
    )
    threads = [threading.Thread(target=decide, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(came_to) in ("accepted", "conflict")
    assert "conflict" in came_to
    assert len(set(came_to)) == 2
    assert len(world.memory.all(Advance)) == ("accepted" in came_to)


def test_a_claim_from_before_the_report_is_not_what_the_money_was_for(world: World, office: Office) -> None:
    office.settled_claim()
    world.clock.sleep(1)
    request_id = office.paid()
    assert office.stage(request_id) is Stage.PAID


def test_a_disputed_debt_is_followed_into_the_run_that_clears_what_was_found_to_be_owed(
    world: World, office: Office
) -> None:
    request_id = office.paid()
    claim_id = office.settled_claim()
    clearing = world.system
    first = clearing[StartRun](NATIONAL_CENTRE, NATION, None)
    close(clearing, first)
    for area in clearing[Clearing].net(first):
        clearing[Parties].state(first, area, 1)
    clearing[Parties].publish(first, 1)
    dispute = clearing[Parties].dispute(REPORTER, first, AreaCode("530100"), claim_id, "too much")
    assert office.stage(request_id) is Stage.SETTLED
    clearing[Parties].resolve(NATIONAL_CENTRE, first, dispute.dispute_id, Verdict.REDUCED, 100)
    followed = office.view(request_id).followed
    assert followed is not None
    disputed, found = followed.claims[0].debts
    assert (disputed.is_disputed, disputed.is_cleared, found.amount_fen, found.is_cleared) == (True, True, 100, False)
    second = office.clear()
    again = office.view(request_id).followed
    assert again is not None
    assert (again.stage, again.claims[0].debts[1].run_id) == (Stage.CLEARED, second)


def test_an_advance_for_a_patient_from_elsewhere_does_not_measure_the_hospitals_own_top_up(
    world: World, office: Office
) -> None:
    advances = world.system[Advances]
    own = advances.request(hospital(WUHAN), WUHAN, AdvanceFund.SPECIAL, 50_000_000, "ward")
    advances.decide(WUHAN_HEAD, own.advance_id, approve=True)
    advances.instruct(own.advance_id)
    world.system[AdvanceReceipts].receive(WUHAN_FINANCE, own.advance_id, "BANK-0", paid=True)
    before = advances.top_up()
    office.paid()
    special = [each for each in world.memory.all(Advance) if each.status is AdvanceStatus.PAID]
    assert len(special) == 2
    assert advances.top_up() == before == ()


def test_nothing_that_is_kept_names_the_patient(world: World, office: Office) -> None:
    office.paid()
    patient = body("kunming-employee-in-wuhan")["patient"]
    assert patient["id_no"] not in world.everything_kept()
    assert patient["name"] not in world.everything_kept()


@pytest.mark.parametrize("actor", ["reporter", "passer", "wuhan-head"])
def test_who_asked_passed_on_or_granted_an_advance_never_says_what_the_bank_made_of_it(
    office: Office, actor: str
) -> None:
    """contract.md, "Four eyes": request, approval and receipt are different actors, in whatever spelling."""
    _, advance_id = office.instructed()
    receipts = office.world.system[AdvanceReceipts]
    same = replace(WUHAN_FINANCE, actor=f" {actor.upper()}")
    for paid in (True, False):
        with pytest.raises(OwnAct):
            receipts.receive(same, advance_id, "BANK-1", paid=paid)
    with pytest.raises(OwnAct):
        receipts.give_back(same, advance_id, "BANK-2", None)
    advance = office.world.ports[AdvanceStore].get(advance_id)
    assert advance is not None
    acts = (advance.requested, advance.passed_on, advance.decided_in)
    assert [(act.role, act.subject) for act in acts if act is not None] == [
        (REPORTER.role, REPORTER.subject),
        (YUNNAN_CENTRE.role, YUNNAN_CENTRE.subject),
        (WUHAN_HEAD.role, WUHAN_HEAD.subject),
    ]
