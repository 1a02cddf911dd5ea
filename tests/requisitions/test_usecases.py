"""Districts ask the level above for funds; paid, received and missing amounts stand in the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.audit.usecases.audit import Audit
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Invalid, NotFound, OwnAct
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.requisitions.domain import (
    Requisition,
    RequisitionId,
    RequisitionKind,
    RequisitionPurpose,
    RequisitionStatus,
)
from chalicelib.requisitions.usecases import BankWord, Requisitions
from chalicelib.worklist.domain import TaskStatus
from chalicelib.worklist.ports import TaskQuery, TaskStore
from tests.kit.areas import CHONGQING, DALIAN, FULING, YUZHONG
from tests.kit.books import assert_in_balance
from tests.kit.memory.samples import AUDITOR, agency
from tests.kit.memory.world import World
from tests.kit.requisition_rules import CASHIER, DISTRICT, HEAD, TELLER, funds_asked
from tests.kit.service_behaviours import a_district_of_chongqing_asks_the_city_for_funds_and_is_paid_in_full
from tests.kit.worked_cases import shipped_bundle

BASIC, FISCAL = RequisitionKind.BASIC, RequisitionKind.FISCAL
FULL = {BASIC: 100_000, FISCAL: 100_000}
FIRST = PageRequest(50)


@pytest.fixture(name="requisitions")
def fixture_requisitions(world: World) -> Requisitions:
    world.clock.move_to(datetime(2020, 2, 18, 4, tzinfo=UTC))
    return world.system[Requisitions]


@pytest.fixture(name="approved")
def fixture_approved(requisitions: Requisitions) -> RequisitionId:
    asked = requisitions.ask(DISTRICT, funds_asked())
    return requisitions.approve(HEAD, asked.requisition_id, FULL, None).requisition_id


def word(kind: RequisitionKind, reference: str, amount_fen: int, *, came_back: bool = False) -> BankWord:
    return BankWord(kind, reference, amount_fen, came_back)


def figures(requisition: Requisition) -> list[tuple[int, int, int]]:
    return [(each.paid_fen, each.received_fen, each.short_fen) for each in requisition.lines]


@pytest.mark.shows("C-12")
def test_a_district_asks_the_city_and_what_is_still_short_shows() -> None:
    a_district_of_chongqing_asks_the_city_for_funds_and_is_paid_in_full(shipped_bundle())


def test_what_is_paid_in_parts_and_received_leaves_nothing_on_its_way(
    world: World, requisitions: Requisitions, approved: RequisitionId
) -> None:
    requisitions.pay(CASHIER, approved, word(BASIC, "P-1", 60_000))
    requisitions.pay(CASHIER, approved, word(BASIC, "P-2", 40_000))
    paid = requisitions.pay(CASHIER, approved, word(FISCAL, "P-3", 100_000))
    assert (paid.status, figures(paid)) == (RequisitionStatus.PAID, [(100_000, 0, 0), (100_000, 0, 0)])
    requisitions.receive(TELLER, approved, word(BASIC, "R-1", 100_000))
    done = requisitions.receive(TELLER, approved, word(FISCAL, "R-2", 100_000))
    assert done.status is RequisitionStatus.RECEIVED
    assert_in_balance(world)


def test_the_same_word_again_moves_nothing_and_another_under_its_reference_is_a_conflict(
    world: World, requisitions: Requisitions, approved: RequisitionId
) -> None:
    said = word(BASIC, "P-1", 60_000)
    first = requisitions.pay(CASHIER, approved, said)
    assert requisitions.pay(CASHIER, approved, said) == first
    for other in (replace(said, amount_fen=50_000), replace(said, kind=FISCAL), replace(said, came_back=True)):
        with pytest.raises(Conflict):
            requisitions.pay(CASHIER, approved, other)
    assert figures(requisitions.receive(TELLER, approved, said))[0] == (60_000, 60_000, 40_000)
    assert_in_balance(world)


def test_money_beyond_the_approval_is_booked_and_money_that_came_back_is_short_again(
    world: World, requisitions: Requisitions, approved: RequisitionId
) -> None:
    requisitions.pay(CASHIER, approved, word(FISCAL, "P-0", 100_000))
    requisitions.pay(CASHIER, approved, word(BASIC, "P-1", 60_000))
    beyond = requisitions.pay(CASHIER, approved, word(BASIC, "P-2", 60_000))
    assert (beyond.lines[0].beyond_fen, beyond.status) == (20_000, RequisitionStatus.PAID)
    back = requisitions.pay(CASHIER, approved, word(BASIC, "P-3", 60_000, came_back=True))
    assert (back.lines[0].short_fen, back.status) == (40_000, RequisitionStatus.APPROVED)
    (task,) = world.ports[TaskStore].find(TaskQuery(areas=(CHONGQING,), status=TaskStatus.OPEN), FIRST).items
    assert task.duty is not None
    assert task.duty.business == "requisition-payment"
    assert_in_balance(world)


def test_what_arrives_before_anybody_said_that_it_was_paid_is_booked(
    world: World, requisitions: Requisitions, approved: RequisitionId
) -> None:
    early = requisitions.receive(TELLER, approved, word(BASIC, "R-1", 100_000))
    assert early.lines[0].on_its_way_fen == -100_000
    assert_in_balance(world)


def test_more_than_was_approved_in_one_movement_is_a_typing_error(
    requisitions: Requisitions, approved: RequisitionId
) -> None:
    for report, who in ((requisitions.pay, CASHIER), (requisitions.receive, TELLER)):
        with pytest.raises(Invalid) as refused:
            report(who, approved, word(BASIC, "P-1", 100_001))
        assert [each.code for each in refused.value.findings] == ["amount-over-owed"]
        with pytest.raises(Invalid):
            report(who, approved, word(RequisitionKind.CRITICAL, "P-1", 1))
        with pytest.raises(Invalid):
            report(who, approved, word(BASIC, "P-1", 0))


def test_who_asked_never_approves_and_neither_reports_the_bank(requisitions: Requisitions) -> None:
    asked = requisitions.ask(DISTRICT, funds_asked())
    with pytest.raises(OwnAct):
        requisitions.approve(Principal("bureau", Role.FINANCE, "500000"), asked.requisition_id, FULL, None)
    requisitions.approve(HEAD, asked.requisition_id, FULL, None)
    with pytest.raises(OwnAct):
        requisitions.pay(HEAD, asked.requisition_id, word(BASIC, "P-1", 1))
    with pytest.raises(OwnAct):
        requisitions.receive(DISTRICT, asked.requisition_id, word(BASIC, "R-1", 1))


def test_an_approval_stands_and_less_than_was_asked_needs_a_reason(requisitions: Requisitions) -> None:
    asked = requisitions.ask(DISTRICT, funds_asked())
    half = {BASIC: 50_000, FISCAL: 0}
    wrong = [
        (half, "reason-required"),
        ({BASIC: 0, FISCAL: 0}, "approved-nothing"),
        ({BASIC: 100_000}, "approved-range"),
        ({BASIC: 100_001, FISCAL: 0}, "approved-range"),
    ]
    for amounts, code in wrong:
        with pytest.raises(Invalid) as refused:
            requisitions.approve(HEAD, asked.requisition_id, amounts, None)
        assert [each.code for each in refused.value.findings] == [code]
    approved = requisitions.approve(HEAD, asked.requisition_id, half, "half now")
    assert requisitions.approve(HEAD, asked.requisition_id, half, "half now") == approved
    with pytest.raises(Conflict):
        requisitions.approve(HEAD, asked.requisition_id, FULL, None)
    with pytest.raises(Conflict):
        requisitions.refuse(HEAD, asked.requisition_id, "no money")


def test_a_refusal_says_why_and_nothing_is_ever_paid_on_it(requisitions: Requisitions) -> None:
    asked = requisitions.ask(DISTRICT, funds_asked())
    with pytest.raises(Invalid):
        requisitions.refuse(HEAD, asked.requisition_id, None)
    refused = requisitions.refuse(HEAD, asked.requisition_id, "asked twice")
    assert requisitions.refuse(HEAD, asked.requisition_id, "asked twice") == refused
    with pytest.raises(Conflict):
        requisitions.approve(HEAD, asked.requisition_id, FULL, None)
    with pytest.raises(Invalid):
        requisitions.pay(CASHIER, asked.requisition_id, word(BASIC, "P-1", 1))


def test_what_is_not_paid_yet_is_taken_back_before_the_decision_and_after_it(
    world: World, requisitions: Requisitions, approved: RequisitionId
) -> None:
    waiting = requisitions.ask(DISTRICT, funds_asked("YK-2")).requisition_id
    for each in (waiting, approved):
        back = requisitions.withdraw(DISTRICT, each, "settled from the balance")
        assert (back.status, figures(back)) == (RequisitionStatus.WITHDRAWN, [(0, 0, 0), (0, 0, 0)])
        assert requisitions.withdraw(DISTRICT, each, "settled from the balance") == back
        with pytest.raises(Conflict):
            requisitions.withdraw(DISTRICT, each, "another reason")
    with pytest.raises(Conflict) as late:
        requisitions.approve(HEAD, waiting, FULL, None)
    assert [each.code for each in late.value.findings] == ["requisition-withdrawn"]
    with pytest.raises(Conflict):
        requisitions.refuse(HEAD, waiting, "no")
    assert world.ports[TaskStore].find(TaskQuery(areas=(CHONGQING,), status=TaskStatus.OPEN), FIRST).items == ()


def test_what_the_bank_paid_all_the_same_is_booked_and_stands_beyond(
    world: World, requisitions: Requisitions, approved: RequisitionId
) -> None:
    """A word of the bank is never refused for a state of ours."""
    requisitions.withdraw(DISTRICT, approved, "settled from the balance")
    paid = requisitions.pay(CASHIER, approved, word(BASIC, "P-1", 60_000))
    assert (paid.status, paid.lines[0].beyond_fen, paid.lines[0].short_fen) == (RequisitionStatus.WITHDRAWN, 60_000, 0)
    back = requisitions.pay(CASHIER, approved, word(BASIC, "P-2", 60_000, came_back=True))
    assert (back.status, back.lines[0].beyond_fen) == (RequisitionStatus.WITHDRAWN, 0)
    with pytest.raises(Invalid):
        requisitions.pay(CASHIER, approved, word(BASIC, "P-3", 100_001))
    assert_in_balance(world)


def test_nothing_is_taken_back_while_money_has_moved_and_what_was_refused_needs_no_taking_back(
    world: World, requisitions: Requisitions, approved: RequisitionId
) -> None:
    requisitions.receive(TELLER, approved, word(BASIC, "R-1", 60_000))
    with pytest.raises(Conflict) as moved:
        requisitions.withdraw(DISTRICT, approved, "too late")
    assert [each.code for each in moved.value.findings] == ["requisition-paid"]
    requisitions.receive(TELLER, approved, word(BASIC, "R-2", 60_000, came_back=True))
    assert requisitions.withdraw(DISTRICT, approved, "all went back").status is RequisitionStatus.WITHDRAWN
    refused = requisitions.refuse(HEAD, requisitions.ask(DISTRICT, funds_asked("YK-2")).requisition_id, "no")
    with pytest.raises(Conflict) as nothing:
        requisitions.withdraw(DISTRICT, refused.requisition_id, "all the same")
    assert [each.code for each in nothing.value.findings] == ["requisition-refused"]
    with pytest.raises(NotFound):
        requisitions.withdraw(agency(CHONGQING), approved, "all went back")
    assert_in_balance(world)


def test_one_number_is_one_requisition(requisitions: Requisitions, approved: RequisitionId) -> None:
    assert requisitions.ask(DISTRICT, funds_asked()).requisition_id == approved
    with pytest.raises(Conflict):
        requisitions.ask(DISTRICT, funds_asked(purpose=RequisitionPurpose.ADVANCE))
    for lines in (((BASIC, 1), (BASIC, 2)), ((BASIC, 0),)):
        with pytest.raises(Invalid):
            requisitions.ask(DISTRICT, replace(funds_asked("YK-2"), lines=lines))


def test_nobody_asks_where_no_notice_provides_for_it(world: World, requisitions: Requisitions) -> None:
    for principal in (agency(DALIAN), agency(CHONGQING)):
        with pytest.raises(Invalid) as refused:
            requisitions.ask(principal, funds_asked())
        assert [each.code for each in refused.value.findings] == ["requisition-not-provided"]
    world.clock.move_to(datetime(2019, 12, 2, 4, tzinfo=UTC))
    with pytest.raises(Invalid):
        requisitions.ask(DISTRICT, funds_asked())


def test_both_sides_and_the_auditor_see_it_and_nobody_else(requisitions: Requisitions, approved: RequisitionId) -> None:
    for principal, area in ((DISTRICT, None), (HEAD, None), (AUDITOR, FULING)):
        found = requisitions.find(principal, RequisitionStatus.APPROVED, area, FIRST).items
        assert [each.requisition_id for each in found] == [approved]
        assert requisitions.find(principal, RequisitionStatus.PAID, area, FIRST).items == ()
        assert requisitions.read(principal, approved).needed_on == date(2020, 2, 20)
    for stranger in (agency(YUZHONG), Principal("head", Role.FINANCE, "530000")):
        with pytest.raises(NotFound):
            requisitions.read(stranger, approved)
    with pytest.raises(NotFound):
        requisitions.pay(TELLER, approved, word(BASIC, "P-1", 1))
    with pytest.raises(NotFound):
        requisitions.receive(CASHIER, approved, word(BASIC, "P-1", 1))


def test_the_audit_finds_money_that_no_requisition_knows_of(
    world: World, requisitions: Requisitions, approved: RequisitionId
) -> None:
    requisitions.pay(CASHIER, approved, word(BASIC, "P-1", 60_000))
    (posted,) = [each for each in world.memory.ledger.values() if each.event is LedgerEvent.REQUISITION_PAID]
    world.memory.ledger["requisition:again"] = replace(posted, id=TransactionId("requisition:again"))
    found = [each for each in world.system[Audit].run().differences if each.what == "requisition"]
    assert [(each.where, each.journal_fen, each.state_fen) for each in found] == [
        (f"{approved}/basic/paid", 120_000, 60_000)
    ]
