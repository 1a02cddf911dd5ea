"""Bank reports about money, in any order: every report counts once, and the books are true after every report."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest

from chalicelib.advances.domain.model import Advance, AdvanceStatus
from chalicelib.advances.usecases import receive as advance_receipts
from chalicelib.advances.usecases.advance import Advances
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.bank.domain import movement_id_of
from chalicelib.bank.ports import BankMovements
from chalicelib.claims.ports import ClaimStore
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Invalid, NotFound, OwnAct, QuebaoError
from chalicelib.kernel.money import Fen
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AdvanceId, ClaimId, InstitutionCode
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.transaction import trial_balance
from chalicelib.payments.usecases import receive as payment_receipts
from chalicelib.payments.usecases.collect import CollectiveReceipts
from chalicelib.payments.usecases.pay_in import FiscalPayments
from chalicelib.payments.usecases.read import Disbursement
from chalicelib.payments.usecases.receive import PaymentReceipts
from chalicelib.settlement.domain.order import PaymentId, PaymentOrder, PaymentStatus
from chalicelib.settlement.ports import HospitalStore, MoveOverpaid
from chalicelib.settlement.usecases.pay import Payment
from chalicelib.settlement.usecases.release import ReleasePayment
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.areas import KUNMING, WUHAN
from tests.kit.books import what_is_wrong
from tests.kit.memory.samples import KUNMING_HOSPITAL, agency, body, enrolment, hospital, passport, submission
from tests.kit.memory.world import World

FINANCE = Principal("treasurer", Role.FINANCE, "530100")
HEAD = Principal("head", Role.AGENCY, "530100")
FIRST = PageRequest(50)


class Till:
    """Kunming's finance department and its hospital."""

    def __init__(self, world: World) -> None:
        self.world, self.system = world, world.system
        self.claim_ids: list[ClaimId] = []

    def settled(self, number: int = 0) -> ClaimId:
        """Return the id of a claim whose payment is ordered; the order has the same id."""
        claim = {**body(), "claim_no": f"BANK-{number}", "patient": passport(number)}
        self.world.system[EnrolPerson](agency(KUNMING), enrolment(passport(number)["id_no"]))
        claim_id = self.world.system[SubmitClaim](hospital(), submission(claim)).view.claim_id
        self.world.run_all()
        self.claim_ids.append(claim_id)
        return claim_id

    def reverse(self, claim_id: ClaimId) -> None:
        self.system[ReverseClaim](hospital(), claim_id, "typing error")
        self.true()

    def hear(self, payment_id: str, reference: str, *, paid: bool = True) -> PaymentOrder:
        order = self.system[PaymentReceipts].receive(FINANCE, PaymentId(payment_id), reference, paid=paid)
        self.true()
        return order

    def order(self, payment_id: str) -> PaymentOrder:
        orders = self.world.ports[HospitalStore].payment_orders(KUNMING_HOSPITAL, FIRST).items
        return next(each for each in orders if each.payment_id == payment_id)

    def instructed(self, amount_fen: Fen = 100_000, reason: str = "ward") -> AdvanceId:
        advances = self.system[Advances]
        asked = advances.request(hospital(), KUNMING_HOSPITAL, AdvanceFund.SPECIAL, amount_fen, reason)
        advances.decide(HEAD, asked.advance_id, approve=True, reason="enough")
        return advances.instruct(asked.advance_id).advance_id

    def hear_of_advance(self, advance_id: AdvanceId, reference: str, *, paid: bool = True) -> Advance:
        advance = self.system[AdvanceReceipts].receive(FINANCE, advance_id, reference, paid=paid)
        self.true()
        return advance

    def give_back(self, advance_id: AdvanceId, reference: str, amount_fen: Fen | None = None) -> Advance:
        advance = self.system[AdvanceReceipts].give_back(FINANCE, advance_id, reference, amount_fen)
        self.true()
        return advance

    @property
    def overpaid_fen(self) -> Fen:
        return self.world.ports[HospitalStore].money(KUNMING_HOSPITAL).overpaid_fen

    @property
    def special_fen(self) -> Fen:
        return self.world.ports[HospitalStore].money(KUNMING_HOSPITAL).special.ready_fen

    def balance(self, account: str) -> Fen:
        found = {line.account: line.balance_fen for line in trial_balance(self.world.memory.ledger.values()).accounts}
        return found.get(account, 0)

    def true(self) -> None:
        assert what_is_wrong(self.world.ports, self.world.system, self.claim_ids) == []


@pytest.fixture(name="till")
def fixture_till(world: World) -> Till:
    return Till(world)


def codes(refused: pytest.ExceptionInfo[QuebaoError]) -> list[str]:
    return [each.code for each in refused.value.findings]


def test_the_same_word_again_is_the_first_and_books_nothing(till: Till) -> None:
    claim_id = till.settled()
    first = till.hear(claim_id, "R-1")
    posted = len(till.world.memory.ledger)
    assert till.hear(claim_id, "R-1").status is first.status is PaymentStatus.PAID
    assert len(till.world.memory.ledger) == posted


def test_a_payment_recalled_by_a_reversal_and_paid_all_the_same_is_owed_back_and_withheld(till: Till) -> None:
    claim_id = till.settled()
    amount_fen = till.order(claim_id).amount_fen
    till.reverse(claim_id)
    heard = till.hear(claim_id, "R-1")
    assert (heard.shown_status, till.overpaid_fen) == (PaymentStatus.PAID, amount_fen)
    other = till.settled(1)
    assert till.overpaid_fen == 0
    orders = till.world.ports[HospitalStore].payment_orders(KUNMING_HOSPITAL, FIRST).items
    assert [each.payment_id for each in orders] == [PaymentId(claim_id)], "what is owed for the other claim is withheld"
    assert till.world.ports[ClaimStore].get(other) is not None


def test_a_payment_that_failed_and_was_paid_after_all_is_netted_with_the_next_order(till: Till) -> None:
    claim_id = till.settled()
    amount_fen = till.order(claim_id).amount_fen
    till.hear(claim_id, "R-1", paid=False)
    till.hear(claim_id, "R-2")
    assert till.overpaid_fen == amount_fen
    till.system[Payment].pay(claim_id)
    till.true()
    assert till.overpaid_fen == 0, "the bank has paid it: nothing is ordered again"


def test_a_failure_and_the_payment_after_it_may_bear_one_reference(till: Till) -> None:
    """A notice of failure is no movement; the payment that follows under the same reference is."""
    claim_id = till.settled()
    till.hear(claim_id, "R-1", paid=False)
    till.hear(claim_id, "R-1", paid=False)
    till.hear(claim_id, "R-1")
    assert till.overpaid_fen == till.order(claim_id).amount_fen
    with pytest.raises(Conflict) as refused:
        till.hear(claim_id, "R-1", paid=False)
    assert codes(refused) == ["bank-reference-taken"]


def test_a_payment_that_came_back_is_owed_and_ordered_again(till: Till) -> None:
    claim_id = till.settled()
    amount_fen = till.order(claim_id).amount_fen
    till.hear(claim_id, "R-1")
    assert till.hear(claim_id, "R-2", paid=False).status is PaymentStatus.FAILED
    till.system[Payment].pay(claim_id)
    assert till.order(f"{claim_id}-1").amount_fen == amount_fen
    till.hear(f"{claim_id}-1", "R-3")
    assert (till.overpaid_fen, till.balance("bank/530100/cash")) == (0, -amount_fen)


def test_a_payment_that_came_back_after_the_claim_was_reversed_is_owed_back_no_more(till: Till) -> None:
    claim_id = till.settled()
    till.hear(claim_id, "R-1")
    till.reverse(claim_id)
    assert till.overpaid_fen == till.order(claim_id).amount_fen
    till.hear(claim_id, "R-2", paid=False)
    assert (till.overpaid_fen, till.balance("bank/530100/cash")) == (0, 0)


def test_money_that_came_back_after_it_was_withheld_elsewhere_is_owed_to_the_hospital(till: Till) -> None:
    """The reversal of a paid claim was met by the next claim; then the first payment never arrived after all."""
    first = till.settled()
    till.hear(first, "R-1")
    till.reverse(first)
    till.settled(1)
    assert till.overpaid_fen == 0
    amount_fen = till.order(first).amount_fen
    till.hear(first, "R-2", paid=False)
    assert till.overpaid_fen == -amount_fen
    third = till.settled(2)
    till.true()
    assert till.overpaid_fen == 0
    assert till.order(third).amount_fen == 2 * amount_fen, "the next payment makes up for it"


def test_a_payment_made_twice_is_owed_back_and_its_return_counts_once(till: Till) -> None:
    claim_id = till.settled()
    till.hear(claim_id, "R-1")
    till.hear(claim_id, "R-2")
    assert till.overpaid_fen == till.order(claim_id).amount_fen
    till.hear(claim_id, "R-3", paid=False)
    assert (till.overpaid_fen, till.order(claim_id).status) == (0, PaymentStatus.PAID)


def test_a_second_failure_moves_nothing(till: Till) -> None:
    claim_id = till.settled()
    till.hear(claim_id, "R-1", paid=False)
    posted = len(till.world.memory.ledger)
    assert till.hear(claim_id, "R-2", paid=False).status is PaymentStatus.FAILED
    assert len(till.world.memory.ledger) == posted


def test_a_reference_names_one_movement_of_an_office_whatever_it_is_for(till: Till) -> None:
    claim_id, advance_id = till.settled(), till.instructed()
    till.hear(claim_id, "R-1")
    uses: tuple[Callable[[], object], ...] = (
        lambda: till.hear(till.settled(1), "R-1"),
        lambda: till.hear_of_advance(advance_id, "R-1"),
        lambda: till.hear_of_advance(advance_id, "R-1", paid=False),
        lambda: till.system[FiscalPayments].pay_in(FINANCE, KUNMING, "R-1", 1),
        lambda: till.system[CollectiveReceipts].receive(FINANCE, "R-1", 100_000, [advance_id]),
    )
    for use in uses:
        with pytest.raises(Conflict) as refused:
            use()
        assert codes(refused) == ["bank-reference-taken"]
    till.hear_of_advance(advance_id, "R-2")
    with pytest.raises(Conflict):
        till.give_back(advance_id, "R-2", 1)


def test_another_offices_bank_may_use_the_same_reference() -> None:
    assert movement_id_of("530100", "R-1") != movement_id_of("420100", "R-1")
    assert movement_id_of("530100", " R-1 ") == movement_id_of("530100", "R-1")
    assert "530102190001010019" not in movement_id_of("530100", "530102190001010019")


@pytest.mark.parametrize("ended", ["failed", "given up"])
def test_an_advance_paid_after_it_had_ended_is_owed_back_and_not_to_be_spent(till: Till, ended: str) -> None:
    advance_id = till.instructed()
    if ended == "failed":
        till.hear_of_advance(advance_id, "R-1", paid=False)
    else:
        till.system[Advances].give_up(advance_id)
    heard = till.hear_of_advance(advance_id, "R-2")
    assert (heard.status, till.overpaid_fen, till.special_fen) == (AdvanceStatus.FAILED, 100_000, 0)
    assert till.hear_of_advance(advance_id, "R-2") == heard
    till.give_back(advance_id, "R-3", 100_000)
    assert (till.overpaid_fen, till.balance("bank/530100/cash")) == (0, 0)


def test_an_advance_that_came_back_is_taken_from_what_is_held_and_what_was_spent_is_owed(till: Till) -> None:
    advance_id = till.instructed()
    till.hear_of_advance(advance_id, "R-1")
    claim_id = till.settled()
    record = till.world.ports[ClaimStore].get(claim_id)
    assert record is not None
    assert record.settlement is not None
    assert record.settlement.advance_offset_fen == 100_000
    heard = till.hear_of_advance(advance_id, "R-2", paid=False)
    assert (heard.status, till.special_fen, till.overpaid_fen) == (AdvanceStatus.FAILED, 0, -100_000)


def test_more_returned_than_is_left_settles_what_the_hospital_owes_but_never_more_than_was_paid(till: Till) -> None:
    advance_id = till.instructed()
    till.hear_of_advance(advance_id, "R-1")
    till.give_back(advance_id, "R-2", 60_000)
    returned = till.give_back(advance_id, "R-3", 60_000)
    assert (returned.status, returned.returned_fen) == (AdvanceStatus.RETURNED, 100_000)
    assert till.overpaid_fen == -20_000
    with pytest.raises(Invalid) as refused:
        till.give_back(advance_id, "R-4", 100_001)
    assert codes(refused) == ["amount-over-owed"]
    assert till.give_back(advance_id, "R-3", 60_000) == returned
    with pytest.raises(Conflict) as taken:
        till.give_back(advance_id, "R-3", 1)
    assert codes(taken) == ["bank-reference-taken"]


def test_finance_pays_what_it_owes_then_ahead_and_never_what_was_never_owed(till: Till) -> None:
    till.settled()
    owed_fen = till.balance("fiscal/530100/receivable")
    pay_in = till.system[FiscalPayments].pay_in
    with pytest.raises(Invalid) as refused:
        pay_in(FINANCE, KUNMING, "R-1", owed_fen + 1)
    assert codes(refused) == ["amount-over-owed"]
    first = pay_in(FINANCE, KUNMING, "R-1", owed_fen - 1)
    assert pay_in(FINANCE, KUNMING, "R-1", owed_fen - 1) == first
    pay_in(FINANCE, KUNMING, "R-2", 11)
    assert (till.balance("fiscal/530100/receivable"), till.balance("fiscal/530100/overpaid")) == (0, -10)
    till.settled(1)
    pay_in(FINANCE, KUNMING, "R-3", 5)
    assert till.balance("fiscal/530100/receivable") == owed_fen - 15
    assert till.balance("fiscal/530100/overpaid") == 0
    till.true()


def test_one_movement_pays_several_orders_whatever_has_become_of_them(till: Till) -> None:
    paid, recalled, advance_id = till.settled(0), till.settled(1), till.instructed()
    till.reverse(recalled)
    owed_fen = till.order(paid).amount_fen + till.order(recalled).amount_fen + 100_000
    names = [advance_id, recalled, paid]
    receive = till.system[CollectiveReceipts].receive
    with pytest.raises(Invalid) as refused:
        receive(FINANCE, "R-1", owed_fen - 1, names)
    assert codes(refused) == ["sum-differs"]
    for wrong, code in (([*names, paid], "order-twice"), ([*names, "clm_none"], "order-unknown")):
        with pytest.raises(Invalid) as refused:
            receive(FINANCE, "R-1", owed_fen, wrong)
        assert codes(refused) == [code]
    receive(FINANCE, "R-1", owed_fen, names)
    till.true()
    assert receive(FINANCE, "R-1", owed_fen, names[::-1]).movement.amount_fen == owed_fen
    till.true()
    assert till.order(paid).status is PaymentStatus.PAID
    assert till.overpaid_fen == till.order(recalled).amount_fen
    assert (till.special_fen, till.balance("bank/530100/cash")) == (100_000, -owed_fen)
    with pytest.raises(Conflict) as taken:
        till.hear(paid, "R-1")
    assert codes(taken) == ["bank-reference-taken"]


def test_a_collective_movement_of_another_offices_orders_is_refused(till: Till) -> None:
    claim_id = till.settled()
    wuhan = replace(FINANCE, subject="420100")
    with pytest.raises(Invalid) as refused:
        till.system[CollectiveReceipts].receive(wuhan, "R-1", till.order(claim_id).amount_fen, [claim_id])
    assert codes(refused) == ["order-unknown"]
    with pytest.raises(NotFound):
        till.system[PaymentReceipts].receive(wuhan, PaymentId(claim_id), "R-1", paid=True)


@pytest.mark.parametrize("actor", ["his", "HIS", "head", "Head"])
def test_who_asked_for_an_advance_or_approved_it_does_not_report_the_bank(till: Till, actor: str) -> None:
    advance_id = till.instructed()
    same = replace(FINANCE, actor=actor)
    receipts = till.system[AdvanceReceipts]
    reports: tuple[Callable[[], object], ...] = (
        lambda: receipts.receive(same, advance_id, "R-1", paid=True),
        lambda: receipts.receive(same, advance_id, "R-1", paid=False),
        lambda: receipts.give_back(same, advance_id, "R-1", 1),
        lambda: till.system[CollectiveReceipts].receive(same, "R-1", 100_000, [advance_id]),
    )
    for report in reports:
        with pytest.raises(OwnAct):
            report()
    assert till.hear_of_advance(advance_id, "R-1").status is AdvanceStatus.PAID


def test_finance_finds_what_is_open_without_knowing_an_id(till: Till) -> None:
    ordered, paid, advance_id = till.settled(0), till.settled(1), till.instructed()
    till.hear(paid, "R-1")
    find = till.system[Disbursement].find
    assert [each.payment_id for each in find(FINANCE, PaymentStatus.ORDERED, None, FIRST).items] == [PaymentId(ordered)]
    assert {each.payment_id for each in find(FINANCE, None, None, FIRST).items} == {PaymentId(ordered), PaymentId(paid)}
    wuhan = replace(FINANCE, subject="420100")
    assert find(wuhan, None, None, FIRST).items == ()
    auditor = Principal("auditor", Role.AUDITOR, "000000")
    assert len(find(auditor, None, None, FIRST).items) == 2
    assert len(find(auditor, None, KUNMING, FIRST).items) == 2
    assert find(auditor, None, WUHAN, FIRST).items == ()
    waiting = till.system[Advances].find(FINANCE, AdvanceStatus.INSTRUCTED, None, FIRST).items
    assert [each.advance_id for each in waiting] == [advance_id]


def test_every_report_keeps_who_said_it_as_what_and_when(till: Till) -> None:
    claim_id = till.settled()
    till.hear(claim_id, "R-1")
    kept = till.world.ports[BankMovements].get(movement_id_of("530100", "R-1"))
    assert kept is not None
    assert (kept.said.actor, kept.said.role, kept.said.subject) == ("treasurer", Role.FINANCE, "530100")
    assert "R-1" not in "".join(till.world.memory.ledger)


def held(till: Till) -> ClaimId:
    """Return a claim whose payment waits, since another claim of the same stay was paid."""
    till.settled()
    claim = {**body(), "claim_no": "TWIN", "patient": passport(0), "distinct_from": ["BANK-0"]}
    claim_id = till.world.system[SubmitClaim](hospital(), submission(claim)).view.claim_id
    till.world.run_all()
    till.claim_ids.append(claim_id)
    assert till.order(claim_id).status is PaymentStatus.HELD
    return claim_id


def release(till: Till, claim_id: ClaimId) -> PaymentOrder:
    till.system[ReleasePayment](HEAD, claim_id, "two stays")
    till.true()
    return till.order(claim_id)


def test_a_held_payment_that_was_paid_is_owed_back_and_not_ordered_again_when_it_is_released(till: Till) -> None:
    claim_id = held(till)
    amount_fen = till.hear(claim_id, "R-1").amount_fen
    assert till.overpaid_fen == amount_fen
    order = release(till, claim_id)
    assert (order.status, order.beyond, till.overpaid_fen) == (PaymentStatus.PAID, 0, 0)
    assert till.balance("bank/530100/cash") == -amount_fen, "the bank paid once"
    again = till.hear(claim_id, "R-1")
    assert (again.status, till.overpaid_fen) == (PaymentStatus.PAID, 0), "the same word again is the first"
    line = next(each for each in till.world.memory.money.remittances.values() if each.event == "released")
    assert (line.withheld_fen, line.ordered_fen, line.held_fen) == (amount_fen, 0, -amount_fen)


def test_a_held_payment_that_was_paid_and_withheld_elsewhere_is_ordered_when_it_is_released(till: Till) -> None:
    claim_id = held(till)
    till.hear(claim_id, "R-1")
    till.settled(1)
    assert till.overpaid_fen == 0
    assert release(till, claim_id).status is PaymentStatus.ORDERED


def test_a_held_payment_that_was_paid_and_came_back_is_ordered_when_it_is_released(till: Till) -> None:
    claim_id = held(till)
    till.hear(claim_id, "R-1")
    till.hear(claim_id, "R-2", paid=False)
    assert release(till, claim_id).status is PaymentStatus.ORDERED
    assert till.overpaid_fen == 0


def test_a_held_payment_that_comes_back_after_its_release_is_owed_and_ordered_again(till: Till) -> None:
    claim_id = held(till)
    till.hear(claim_id, "R-1")
    release(till, claim_id)
    assert till.hear(claim_id, "R-2", paid=False).status is PaymentStatus.FAILED
    till.system[Payment].pay(claim_id)
    till.true()
    assert till.order(f"{claim_id}-1").status is PaymentStatus.ORDERED


def test_a_held_payment_that_was_paid_stays_owed_back_where_the_claim_is_refused(till: Till) -> None:
    claim_id = held(till)
    amount_fen = till.hear(claim_id, "R-1").amount_fen
    till.system[ReverseClaim](HEAD, claim_id, "one bill")
    till.true()
    assert till.overpaid_fen == amount_fen


def late(till: Till) -> None:
    """A recalled payment that was paid all the same."""
    claim_id = till.settled()
    till.reverse(claim_id)
    till.hear(claim_id, "R-1")


def spent(till: Till) -> None:
    """An advance that was spent and came back."""
    advance_id = till.instructed()
    till.hear_of_advance(advance_id, "R-1")
    till.settled()
    till.hear_of_advance(advance_id, "R-2", paid=False)


def nothing_moves(institution: InstitutionCode, amount_fen: Fen, was_fen: Fen | None = None) -> MoveOverpaid:
    return MoveOverpaid(institution, amount_fen - amount_fen, was_fen)


@pytest.mark.parametrize(("module", "story"), [(payment_receipts, late), (advance_receipts, spent)])
def test_the_books_show_it_where_what_is_owed_back_is_not_counted(
    till: Till, monkeypatch: pytest.MonkeyPatch, module: ModuleType, story: Callable[[Till], None]
) -> None:
    monkeypatch.setattr(module, "MoveOverpaid", nothing_moves)
    with pytest.raises(AssertionError, match="payable"):
        story(till)


def test_the_books_show_it_where_one_reference_is_two_movements(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = itertools.count()
    monkeypatch.setattr(
        payment_receipts, "movement_id_of", lambda office, reference: f"{office}{reference}{next(numbers)}"
    )
    claim_id = till.settled()
    with pytest.raises(AssertionError, match="not its own"):
        till.hear(claim_id, "R-1")
