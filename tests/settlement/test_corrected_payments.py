"""Payment orders of a claim that is later decided lower, before and after the bank has paid the order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.payments.usecases.receive import PaymentReceipts
from chalicelib.settlement.domain.order import PaymentId, PaymentStatus
from chalicelib.settlement.ports import HospitalStore
from chalicelib.settlement.usecases.pay import Payment
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.books import not_as_replayed, what_is_wrong
from tests.kit.memory.samples import enrol_sample, hospital
from tests.kit.memory.world import World
from tests.settlement.test_worked_corrections import EMPLOYEE, HOSPITAL, RESIDENT, pneumonia, settle

FINANCE = Principal("treasurer", Role.FINANCE, "530100")


@pytest.fixture(name="true_books", autouse=True)
def fixture_true_books(world: World) -> Iterator[None]:
    """Whatever is paid and recalled, every invariant holds."""
    yield
    claim_ids = list(world.memory.claims)
    assert what_is_wrong(world.calm_ports, world.system, claim_ids) == []
    assert not_as_replayed(world.calm_ports, claim_ids) == []


@pytest.fixture(name="corrected")
def fixture_corrected(world: World) -> tuple[ClaimId, ClaimId]:
    """Two claims of a year, ordered in full: when the first is reversed the second comes to 2,142.40 less."""
    enrol_sample(world, RESIDENT)
    first, second = settle(world, pneumonia("YEAR-1", 81_000)), settle(world, pneumonia("YEAR-2", 51_000))
    assert orders(world, second) == [("37571.20", PaymentStatus.ORDERED)]
    return first, second


def orders(world: World, claim_id: ClaimId) -> list[tuple[str, PaymentStatus]]:
    """Return the payment orders of a claim, in the order of its rounds."""
    found = world.calm_ports[HospitalStore].payment_orders(HOSPITAL, PageRequest(100)).items
    own = sorted((each for each in found if each.claim_id == claim_id), key=lambda order: order.number)
    return [(f"{each.amount_fen / 100:.2f}", each.status) for each in own]


def overpaid_fen(world: World) -> int:
    return world.calm_ports[HospitalStore].money(HOSPITAL).overpaid_fen


def settle_another(world: World) -> str:
    """Build a claim of another person."""
    enrol_sample(world, EMPLOYEE)
    patient = {"id_type": "identity-card", "id_no": EMPLOYEE, "name": "示例甲"}
    return settle(world, pneumonia("OTHER", 30_000, patient=patient))


def test_an_order_that_the_bank_has_not_paid_is_recalled_and_ordered_anew_for_less(
    world: World, corrected: tuple[ClaimId, ClaimId]
) -> None:
    first, second = corrected

    world.system[ReverseClaim](hospital(), first, "entered twice")

    assert orders(world, second) == [("37571.20", PaymentStatus.RECALLED), ("35428.80", PaymentStatus.ORDERED)]
    assert overpaid_fen(world) == 0


def test_what_the_bank_has_paid_too_much_is_owed_back_and_withheld_from_the_next_claim(
    world: World, corrected: tuple[ClaimId, ClaimId]
) -> None:
    first, second = corrected
    world.system[PaymentReceipts].receive(FINANCE, PaymentId(second), "BANK-1", paid=True)

    world.system[ReverseClaim](hospital(), first, "entered twice")

    assert orders(world, second) == [("37571.20", PaymentStatus.PAID)]
    assert overpaid_fen(world) == 214_240
    settle_another(world)
    assert overpaid_fen(world) == 0


def test_a_corrected_claim_can_be_reversed_whatever_was_settled_since(
    world: World, corrected: tuple[ClaimId, ClaimId]
) -> None:
    first, second = corrected
    world.system[ReverseClaim](hospital(), first, "entered twice")
    settle_another(world)

    world.system[ReverseClaim](hospital(), second, "entered twice, too")

    assert {status for _, status in orders(world, second)} == {PaymentStatus.RECALLED}
    assert overpaid_fen(world) == 0


def test_the_advice_says_what_the_recall_changed(world: World, corrected: tuple[ClaimId, ClaimId]) -> None:
    first, second = corrected

    world.system[ReverseClaim](hospital(), first, "entered twice")

    lines = [
        line
        for line in world.calm_ports[HospitalStore].remittances(HOSPITAL, Instant("2000"), Instant("3000"))
        if line.claim_id == second and line.event != "settled"
    ]
    assert [(line.event, line.owed_fen, line.ordered_fen, line.withheld_fen) for line in lines] == [
        ("corrected-1", -214_240, -214_240, 0)
    ]


@pytest.mark.parametrize("ending", ["-", "-0", "-01", "-x", "-²", "-1-1", "-" + "9" * 5_000])
def test_an_order_goes_by_one_name_only(world: World, corrected: tuple[ClaimId, ClaimId], ending: str) -> None:
    _, second = corrected
    with pytest.raises(NotFound):
        world.system[PaymentReceipts].receive(FINANCE, PaymentId(second + ending), "BANK-1", paid=True)
    assert orders(world, second) == [("37571.20", PaymentStatus.ORDERED)]


def test_a_failed_payment_is_taken_out_of_the_advice_and_advised_anew(
    world: World, corrected: tuple[ClaimId, ClaimId]
) -> None:
    _, second = corrected
    world.clock.sleep(60)
    world.system[PaymentReceipts].receive(FINANCE, PaymentId(second), "BANK-1", paid=False)
    world.clock.sleep(60)
    world.system[Payment].pay(second)

    lines = [
        line
        for line in world.calm_ports[HospitalStore].remittances(HOSPITAL, Instant("2000"), Instant("3000"))
        if line.claim_id == second
    ]
    assert [(line.event, line.owed_fen, line.ordered_fen) for line in lines] == [
        ("settled", 3_757_120, 3_757_120),
        ("failed-0", -3_757_120, -3_757_120),
        ("corrected-1", 3_757_120, 3_757_120),
    ]
    for line in lines:
        assert line.bill.billed_fen - sum(each.amount_fen for each in line.adjustments) == line.ordered_fen
    assert what_is_wrong(world.calm_ports, world.system, corrected) == []


@pytest.mark.parametrize("paid", [True, False])
def test_a_reversed_claim_bills_the_opposite_and_the_advice_comes_to_its_orders(
    world: World,
    corrected: tuple[ClaimId, ClaimId],
    paid: bool,  # noqa: FBT001
) -> None:
    first, second = corrected
    world.system[PaymentReceipts].receive(FINANCE, PaymentId(second), "BANK-1", paid=paid)
    world.system[ReverseClaim](hospital(), first, "entered twice")
    world.system[ReverseClaim](hospital(), second, "entered twice, too")

    lines = world.calm_ports[HospitalStore].remittances(HOSPITAL, Instant("2000"), Instant("3000"))
    (billed,) = (line.bill for line in lines if line.claim_id == first and line.event == "settled")
    (taken_back,) = (line.bill for line in lines if line.claim_id == first and line.event == "reversed")
    assert taken_back == billed.negated()
    assert what_is_wrong(world.calm_ports, world.system, corrected) == []
