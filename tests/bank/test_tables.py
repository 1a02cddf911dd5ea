"""The register of movements and the work lists keep the same promises in memory and on DynamoDB."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from chalicelib.advances.domain.model import TOP_UP, Advance, AdvanceHolder, AdvanceReturn, AdvanceStatus
from chalicelib.advances.domain.quota import Quota
from chalicelib.advances.ports import AdvanceStore
from chalicelib.bank.domain import BankOutcome, Movement, MovementKind, movement_id_of
from chalicelib.bank.ports import BankMovements
from chalicelib.impact.domain.recalculation import Recalculation, RecalculationStatus
from chalicelib.impact.ports import RecalculationStore
from chalicelib.kernel.access import Role
from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.pages import PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, ClaimId, InstitutionCode, RecalculationId
from chalicelib.kernel.writes import Insert, Part, Put, Revise
from chalicelib.law.domain.publication import KeptBundle, KeptBundles, KeptStatus
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.settlement.domain.order import PaymentOrder, PaymentStatus
from chalicelib.settlement.ports import HospitalStore, MoveOverpaid, OrderPayment, UpdateOrder
from tests.kit.builders import act

_numbers = itertools.count(1)
PAGE = PageRequest(50)


def commit(ports: Ports, *parts: Part) -> None:
    ports[Commits].commit(parts)


def new_office() -> AreaCode:
    """An office that no other test has money in."""
    return AreaCode(f"{990_000 + next(_numbers):06d}")


def new_hospital() -> InstitutionCode:
    return InstitutionCode(f"H{next(_numbers):011d}")


def movement(office: AreaCode, outcome: BankOutcome = BankOutcome.PAID) -> Movement:
    said = act("treasurer", role=Role.FINANCE, subject=office)
    names = ("adv_a", "clm_a")
    return Movement(movement_id_of(office, "R-1"), office, MovementKind.ORDERS, names, outcome, 100, said)


def order(hospital: InstitutionCode, office: AreaCode, number: int = 0) -> PaymentOrder:
    return PaymentOrder(
        ClaimId("clm_a"), hospital, 100, Instant(f"2026-11-2{number}T04:00:00.000000Z"), number, agency=office
    )


def advance(hospital: InstitutionCode, office: AreaCode, number: int = 0) -> Advance:
    return Advance(
        advance_id=AdvanceId(f"adv_{hospital}{number}"),
        institution=hospital,
        agency=office,
        fund=AdvanceFund.SPECIAL,
        amount_fen=100,
        reason="ward",
        requested=Act("his", Role.HOSPITAL, "H53010200001", Instant(f"2026-11-2{number}T04:00:00.000000Z")),
        quota=Quota(None, "ordinary"),
    )


def test_a_movement_is_kept_once_and_read_back_as_it_was_said(ports: Ports) -> None:
    said = movement(new_office())
    assert ports[BankMovements].get(said.movement_id) is None
    commit(ports, Revise(said))
    assert ports[BankMovements].get(said.movement_id) == said
    with pytest.raises(VersionConflict):
        commit(ports, Revise(said))


def test_a_notice_of_failure_becomes_the_payment_under_its_reference_once(ports: Ports) -> None:
    failed = movement(new_office(), BankOutcome.FAILED)
    paid = replace(failed, outcome=BankOutcome.PAID, revision=2)
    with pytest.raises(VersionConflict):
        commit(ports, Revise(paid))
    commit(ports, Revise(failed))
    commit(ports, Revise(paid))
    assert ports[BankMovements].get(paid.movement_id) == paid
    with pytest.raises(VersionConflict):
        commit(ports, Revise(paid))


def test_two_who_read_one_order_do_not_both_write_it(ports: Ports) -> None:
    hospital, office = new_hospital(), new_office()
    commit(ports, OrderPayment(order(hospital, office)))
    read = ports[HospitalStore].payment_order(hospital, ClaimId("clm_a"))
    assert read is not None
    paid = replace(read, status=PaymentStatus.PAID, beyond=1, said=("mov_a:paid",), bank_reference="R-1")
    commit(ports, UpdateOrder(paid, PaymentStatus.ORDERED))
    for stale in (UpdateOrder(paid, PaymentStatus.ORDERED), UpdateOrder(paid, PaymentStatus.PAID)):
        with pytest.raises(VersionConflict):
            commit(ports, stale)
    written = ports[HospitalStore].payment_order(hospital, ClaimId("clm_a"))
    assert written == replace(paid, revision=2)
    commit(ports, UpdateOrder(replace(written, beyond=2), PaymentStatus.PAID))


def test_an_offices_orders_are_found_by_state_oldest_first(ports: Ports) -> None:
    hospital, office = new_hospital(), new_office()
    for number in (2, 0, 1):
        commit(ports, OrderPayment(order(hospital, office, number)))
    commit(ports, OrderPayment(order(new_hospital(), new_office())))
    find = ports[HospitalStore].orders_of
    found = list(every(lambda page: find([office], [PaymentStatus.ORDERED], page), limit=2))
    assert [each.number for each in found] == [0, 1, 2]
    recalled = replace(found[1], status=PaymentStatus.RECALLED)
    commit(ports, UpdateOrder(recalled, PaymentStatus.ORDERED))
    assert [each.number for each in find([office], [PaymentStatus.ORDERED], PAGE).items] == [0, 2]
    assert [each.number for each in find([office], [PaymentStatus.RECALLED], PAGE).items] == [1]
    # The bank paid the order all the same: a search for paid orders finds the order.
    commit(ports, UpdateOrder(replace(recalled, beyond=1, revision=2), PaymentStatus.RECALLED))
    assert [each.number for each in find([office], [PaymentStatus.PAID], PAGE).items] == [1]
    assert {each.number for each in find([office, new_office()], list(PaymentStatus), PAGE).items} == {0, 1, 2}


def test_an_offices_advances_are_found_by_state_oldest_first(ports: Ports) -> None:
    hospital, office = new_hospital(), new_office()
    for number in (2, 0, 1):
        commit(ports, Insert(advance(hospital, office, number)))
    find = ports[AdvanceStore].of_agencies
    found = list(every(lambda page: find([office], [AdvanceStatus.REQUESTED], page), limit=2))
    assert found == [advance(hospital, office, number) for number in (0, 1, 2)]
    back = AdvanceReturn("R-1", 60, act("treasurer"), 10)
    heard = replace(found[0], beyond=1, said=("mov_a:paid",), returns=(back,), reports=(act("treasurer"),))
    failed = replace(heard, status=AdvanceStatus.FAILED, revision=2)
    commit(ports, Revise(failed))
    assert find([office], [AdvanceStatus.FAILED], PAGE).items == (failed,)
    assert ports[AdvanceStore].get(failed.advance_id) == failed


def test_a_hospitals_advances_are_listed_by_request_and_measured_by_what_is_under_way_and_paid(ports: Ports) -> None:
    """A top-up depends on the advances under way, then on the last one that somebody requested, then on top-ups."""
    hospital, office = new_hospital(), new_office()
    kept = [advance(hospital, office, number) for number in range(6)]
    kept[3] = replace(kept[3], requested=replace(kept[3].requested, actor=TOP_UP))
    kept[4] = replace(kept[4], patient_advance="pad_1")
    for each in kept:
        commit(ports, Insert(each))
    find, measuring = ports[AdvanceStore].of_institution, ports[AdvanceStore].measuring
    assert list(every(lambda page: find(hospital, page), limit=2)) == kept
    for number in (1, 2, 3, 4):
        commit(ports, Revise(replace(kept[number], status=AdvanceStatus.PAID, revision=2)))
    commit(ports, Revise(replace(kept[5], status=AdvanceStatus.REFUSED, revision=2)))
    found = list(every(lambda page: measuring(hospital, page), limit=2))
    assert [each.advance_id for each in found] == [kept[number].advance_id for number in (0, 2, 1, 3)]
    assert {each.status for each in find(hospital, PAGE).items} == {
        AdvanceStatus.REQUESTED, AdvanceStatus.PAID, AdvanceStatus.REFUSED,
    }  # fmt: skip


def test_a_hospital_that_was_paid_an_advance_is_known_once(ports: Ports) -> None:
    hospital = new_hospital()
    commit(ports, Put(AdvanceHolder(hospital)))
    commit(ports, Put(AdvanceHolder(hospital)))
    assert list(every(ports[AdvanceStore].holders, limit=1)).count(hospital) == 1


def test_what_a_hospital_owes_back_may_fall_below_zero_and_moves_only_from_what_was_read(ports: Ports) -> None:
    hospital = new_hospital()
    commit(ports, MoveOverpaid(hospital, 100))
    commit(ports, MoveOverpaid(hospital, -140))
    assert ports[HospitalStore].money(hospital).overpaid_fen == -40
    with pytest.raises(VersionConflict):
        commit(ports, MoveOverpaid(hospital, 40, -30))
    commit(ports, MoveOverpaid(hospital, 40, -40))
    assert ports[HospitalStore].money(hospital).overpaid_fen == 0


def test_a_kept_set_is_read_back_decided_once_and_kept_anew_after_that(ports: Ports) -> None:
    bundle = f"{next(_numbers):064x}"
    kept = KeptBundle(bundle, None, act("officer"))
    assert ports[KeptBundles].latest(bundle) is None
    commit(ports, Revise(kept))
    with pytest.raises(VersionConflict):
        commit(ports, Revise(kept))
    decided = replace(kept, status=KeptStatus.REFUSED, decided=act("other"), reason="wrong", revision=2)
    commit(ports, Revise(decided))
    assert ports[KeptBundles].latest(bundle) == decided
    again = KeptBundle(bundle, "0a" * 32, act("officer", Instant("2026-11-06T00:00:00Z")), number=2)
    commit(ports, Revise(again))
    assert ports[KeptBundles].latest(bundle) == again
    assert again in ports[KeptBundles].find(KeptStatus.KEPT, PAGE).items
    assert decided in ports[KeptBundles].find(KeptStatus.REFUSED, PAGE).items


def test_recalculations_are_found_by_state_newest_first(ports: Ports) -> None:
    names = [RecalculationId(f"rcl_{next(_numbers)}{'x' * 20}") for _ in range(3)]
    for day, name in enumerate(names, start=1):
        commit(ports, Revise(Recalculation(name, "0a" * 32, act("officer", Instant(f"2039-11-0{day}T00:00:00Z")))))
    found = [
        each.recalculation_id
        for each in ports[RecalculationStore].find(RecalculationStatus.REQUESTED, None, PAGE).items
    ]
    assert [name for name in found if name in names] == names[::-1]
    assert ports[RecalculationStore].find(RecalculationStatus.REFUSED, None, PAGE).items == ()
    assert ports[RecalculationStore].find(RecalculationStatus.REQUESTED, "0b" * 32, PAGE).items == ()
    of_bundle = ports[RecalculationStore].find(None, "0a" * 32, PAGE).items
    assert [each.recalculation_id for each in of_bundle if each.recalculation_id in names] == names[::-1]
