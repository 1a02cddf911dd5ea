"""Backdated notices whose every figure is computed by hand: a person's year, another province, the hospital's advance,
the uninsured, and one backdated notice over another.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.advances.usecases.advance import Advances
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.impact.usecases.effects import ReadKnownOn
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.transaction import LedgerEvent, Transaction, trial_balance
from chalicelib.registry.domain.model import NATION, Insurance
from tests.impact.test_recalculate import (
    corrections,
    differences,
    effects,
    posted,
    publish,
    recalculate,
    settle,
    shares,
)
from tests.kit.areas import KUNMING, WUHAN
from tests.kit.backdated import with_notice
from tests.kit.books import assert_in_balance
from tests.kit.memory.samples import KUNMING_HOSPITAL, REMOTE_CLAIM, agency, body, enrolment, hospital
from tests.kit.memory.world import World
from tests.kit.policy_sets import shipped_files, with_kunming_share


@pytest.fixture(name="balanced", autouse=True)
def fixture_balanced(world: World) -> Iterator[None]:
    """Whatever a test posts, the books balance and the audit finds nothing."""
    yield
    assert_in_balance(world)


def moved(transaction: Transaction) -> dict[str, int]:
    return {each.account: each.amount_fen for each in transaction.postings}


def correction_of(world: World, claim_id: ClaimId, number: int = 1) -> Transaction:
    return world.memory.ledger[f"correct:{claim_id}:{number}"]


def balances(world: World) -> dict[str, int]:
    return {line.account: line.balance_fen for line in trial_balance(world.memory.ledger.values()).accounts}


def ordinary_stay(number: int, month: int, price: str) -> dict[str, Any]:
    """A resident of Kunming in a level-3 hospital of the city, ill with something else: one item of class A."""
    claim = body("kunming-resident-critical-illness") | {"claim_no": f"YEAR-{number}"}
    claim["visit"] = {"kind": "inpatient", "admitted": f"2020-{month:02}-05", "discharged": f"2020-{month:02}-20"}
    claim["diagnosis"] = {"history": [], "codes": [{"code": "J18.900", "role": "main"}]}
    item = {"code": "120100010", "name": "有创机械通气", "date": f"2020-{month:02}-06", "quantity": "1"}
    claim["lines"] = [{"no": 1, **item, "price": price, "amount": price}]
    return claim


RESIDENTS_MARCH = with_notice(
    KUNMING,
    "ratio",
    "{insurance: resident, visit: inpatient}",
    '{by_level: {"1": 17/20, "2": 4/5, "3": 4/5}}',
    from_on="2020-03-01",
    to_on="2020-03-31",
)
"""Level 3 pays four fifths instead of three in March 2020."""


def test_a_change_in_the_middle_of_a_year_moves_the_pool_cap_and_the_bands_after_it(world: World) -> None:
    """Kunming's residents at level 3: deductible 880.00, ratio 0.6, pool cap 60,000.00 a year; critical illness above
    12,000.00 of the year's burden, 0.6 up to 50,000.00 and 0.7 up to 100,000.00.

    As first settled:
      1  (30,880 - 880) x 0.6 = 18,000 basic; burden 12,880; bands (12,880 - 12,000) x 0.6 = 528
         patient 30,880 - 18,000 - 528 = 12,352
      2  (40,880 - 880) x 0.6 = 24,000 basic, 42,000 of the cap; burden 12,880 + 16,880 = 29,760;
         bands 17,760 x 0.6 = 10,656, less the 528 paid = 10,128; patient 40,880 - 24,000 - 10,128 = 6,752
      3  (50,880 - 880) x 0.6 = 30,000, but only 18,000 of the cap is left; burden 29,760 + 32,880 = 62,640;
         bands 38,000 x 0.6 + 12,640 x 0.7 = 22,800 + 8,848 = 31,648, less 10,656 = 20,992;
         patient 50,880 - 18,000 - 20,992 = 11,888

    With 0.8 for the second:
      2  40,000 x 0.8 = 32,000 basic, 50,000 of the cap; burden 12,880 + 8,880 = 21,760;
         bands 9,760 x 0.6 = 5,856, less 528 = 5,328; patient 40,880 - 32,000 - 5,328 = 3,552
      3  10,000 of the cap is left; burden 21,760 + 40,880 = 62,640; bands 31,648 as before, less 5,856 = 25,792;
         patient 50,880 - 10,000 - 25,792 = 15,088
    """
    first, second, third = (
        settle(world, ordinary_stay(number, month, price))
        for number, month, price in ((1, 2, "30880.00"), (2, 3, "40880.00"), (3, 4, "50880.00"))
    )
    before = world.bundles.current_hash()

    def paid(claim_id: ClaimId) -> tuple[str, ...]:
        found = shares(world, claim_id)
        return found["basic"], found["critical"], found["patient"]

    assert paid(first) == ("18000.00", "528.00", "12352.00")
    assert paid(second) == ("24000.00", "10128.00", "6752.00")
    assert paid(third) == ("18000.00", "20992.00", "11888.00")

    after = publish(world, RESIDENTS_MARCH)
    foreseen = {effect.claim_id: differences(effect.changes) for effect in effects(world, "current")}
    assert foreseen == {
        second: {("basic", "530100"): 8_000_00, ("critical", "530100"): -4_800_00, ("patient", None): -3_200_00},
        third: {("basic", "530100"): -8_000_00, ("critical", "530100"): 4_800_00, ("patient", None): 3_200_00},
    }
    recalculation_id = recalculate(world)
    assert {row.claim_id: differences(row.changes) for row in corrections(world, recalculation_id)} == foreseen
    assert paid(first) == ("18000.00", "528.00", "12352.00")
    assert paid(second) == ("32000.00", "5328.00", "3552.00")
    assert paid(third) == ("10000.00", "25792.00", "15088.00")
    for claim_id, sign in ((second, 1), (third, -1)):
        correction = correction_of(world, claim_id)
        assert moved(correction) == {
            "fund/530100/resident/basic": sign * 8_000_00,
            "fund/530100/resident/critical": sign * -4_800_00,
            f"hospital/{KUNMING_HOSPITAL}/payable": sign * -3_200_00,
        }
        assert {f"bundle:{before}", f"bundle:{after}"} <= set(correction.citations)
    # The year's funds: 18,000 + 32,000 + 10,000 and 528 + 5,328 + 25,792, as much as before.
    assert balances(world)["fund/530100/resident/basic"] == 60_000_00
    assert balances(world)["fund/530100/resident/critical"] == 31_648_00


WUHAN_FEBRUARY = with_notice(
    WUHAN,
    "ratio",
    "{insurance: employee, visit: inpatient}",
    '{by_level: {"1": 9/10, "2": 9/10, "3": 9/10}, retired_add: 1/25}',
    from_on="2020-02-01",
    to_on="2020-03-31",
)


RESIDENTS_FEBRUARY = with_notice(
    KUNMING,
    "ratio",
    "{insurance: resident, visit: inpatient}",
    '{by_level: {"1": 17/20, "2": 4/5, "3": 4/5}}',
    from_on="2020-02-01",
    to_on="2020-02-29",
)


def test_a_claim_whose_payers_stay_the_same_still_moves_the_year_of_those_after_it(world: World) -> None:
    """The first stay is protected: 90 per cent of it come from basic insurance whatever its ratio is, so nobody's part
    changes. The amount that the stay uses of the year, before that target, does.

    As first settled:
      1  (20,880 - 880) x 0.6 = 12,000, burden 8,880; brought to 20,880 x 0.9 = 18,792 by basic; fiscal 2,088
      2  (30,880 - 880) x 0.6 = 18,000 basic; burden 8,880 + 12,880 = 21,760; band 9,760 x 0.6 = 5,856;
         patient 30,880 - 18,000 - 5,856 = 7,024

    With 0.8 for the first:
      1  20,000 x 0.8 = 16,000, burden 4,880; brought to 18,792 as before
      2  18,000 basic; burden 4,880 + 12,880 = 17,760; band 5,760 x 0.6 = 3,456; patient 30,880 - 18,000 - 3,456 = 9,424
    """
    protected = ordinary_stay(1, 2, "20880.00")
    protected["diagnosis"] = body("kunming-resident-critical-illness")["diagnosis"]
    first, second = settle(world, protected), settle(world, ordinary_stay(2, 4, "30880.00"))
    assert shares(world, first)["basic"] == "18792.00"
    assert shares(world, second)["critical"] == "5856.00"
    after = publish(world, RESIDENTS_FEBRUARY)
    foreseen = {effect.claim_id: differences(effect.changes) for effect in effects(world, "current")}
    assert foreseen == {second: {("critical", "530100"): -2_400_00, ("patient", None): 2_400_00}}
    recalculation_id = recalculate(world)
    done = {row.claim_id: differences(row.changes) for row in corrections(world, recalculation_id)}
    assert done == {first: {}, **foreseen}
    assert moved(correction_of(world, first)) == {}
    assert shares(world, second)["critical"] == "3456.00"
    assert {row.bundle_after for row in corrections(world, recalculation_id)} == {after}
    assert effects(world, "current") == []


def test_another_provinces_backdated_notice_owes_the_difference_in_the_month_it_is_posted(world: World) -> None:
    """Wuhan's employee in Kunming: (30,000 - 800) x 0.86 = 25,112.00, with 0.9 it is 26,280.00: Wuhan owes Kunming
    1,168.00 more, and Kunming's treasury as much less, 60% of which was the centre's: 700.80.
    """
    claim_id = settle(world, body(REMOTE_CLAIM))
    settled_in = posting_month(world)
    world.clock.sleep(timedelta(days=31).total_seconds())
    publish(world, WUHAN_FEBRUARY)
    recalculate(world)
    assert posting_month(world) != settled_in
    assert moved(correction_of(world, claim_id)) == {
        "fund/420100/employee/basic": 1_168_00,
        "region/530100/due-from/420100": 1_168_00,
        "region/420100/due-to/530100": -1_168_00,
        "fiscal/530100/receivable": -1_168_00,
        "subsidy/530100/due-from/000000": -700_80,
        "subsidy/000000/due-to/530100": 700_80,
    }
    assert owed_in(world, settled_in) == {
        ("fund", "420100", "530100"): 25_112_00,
        ("subsidy", "000000", "530100"): 2_932_80,
    }
    assert owed_in(world, posting_month(world)) == {
        ("fund", "420100", "530100"): 1_168_00,
        ("subsidy", "000000", "530100"): -700_80,
    }


def posting_month(world: World) -> str:
    return world.clock.today().isoformat()[:7]


def owed_in(world: World, month: str) -> dict[tuple[str, str, str], int]:
    """Sum the windows of a month, by kind, debtor and creditor, over all shards."""
    sums: dict[tuple[str, str, str], int] = {}
    for (window, _), held in world.memory.clearing.positions.items():
        for key, position in held.items():
            if window.period == month:
                sums[key] = sums.get(key, 0) + position.amount_fen
    return sums


def hold_special_advance(world: World, amount_fen: int) -> None:
    advances = world.system[Advances]
    asked = advances.request(hospital(), KUNMING_HOSPITAL, AdvanceFund.SPECIAL, amount_fen, "treatment")
    advances.decide(Principal("head", Role.AGENCY, "530100"), asked.advance_id, approve=True)
    advances.instruct(asked.advance_id)
    world.system[AdvanceReceipts].receive(
        Principal("teller", Role.FINANCE, "530100"), asked.advance_id, "BANK-1", paid=True
    )


NO_LONGER_PROTECTED = with_notice(
    NATION,
    "regime",
    "{status: confirmed}",
    "{}",
    from_on="2020-02-20",
    to_on="2020-02-20",
    overrides="[nat-2020.1.1, nat-2020-5.confirmed, yn-2020-12.3.1]",
)


def test_a_claim_that_is_protected_no_longer_gives_its_advance_back(world: World) -> None:
    """Ordinary rules: of 17,000.00, 2,000.00 are of class B with a fifth paid first by the patient: in scope 16,600.00;
    (16,600 - 1,200) x 0.85 = 13,090.00 basic, the patient the rest. The 10,000.00 offset are the hospital's again.
    """
    hold_special_advance(world, 10_000_00)
    claim_id = settle(world, body())
    assert world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] == 0
    publish(world, NO_LONGER_PROTECTED)
    recalculate(world)
    found = shares(world, claim_id)
    assert (found["basic"], found["fiscal"], found["patient"]) == ("13090.00", "0.00", "3910.00")
    assert world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] == 10_000_00


def uninsured_share(percent: int) -> dict[str, bytes]:
    return with_notice(
        KUNMING,
        "combined-share",
        "{protected: true, insured: false, agency: local}",
        f"{{share: {percent}/100, filled_by: enrolment-pending}}",
        from_on="2020-02-01",
        to_on="2020-02-29",
    )


@pytest.mark.parametrize("enrolled_first", [True, False])
def test_what_is_pending_until_enrolment_follows_a_backdated_notice(world: World, *, enrolled_first: bool) -> None:
    """6,500.00, ninety per cent 5,850.00 pending; eighty per cent 5,200.00. In the end Kunming's employee fund bears
    5,200.00 and nothing is pending, whichever came first.
    """
    claim_id = settle(world, body("uninsured-kunming-municipal"))
    assert balances(world)["enrolment-pending/530100"] == 5_850_00
    id_no = body("uninsured-kunming-municipal")["patient"]["id_no"]

    def enrol() -> None:
        world.system[EnrolPerson](agency(KUNMING), enrolment(id_no, insurance=Insurance.EMPLOYEE))
        world.run_all()

    if enrolled_first:
        enrol()
    publish(world, uninsured_share(80))
    recalculate(world)
    if not enrolled_first:
        assert balances(world)["enrolment-pending/530100"] == 5_200_00
        enrol()
    assert shares(world, claim_id)["basic"] == "5200.00"
    assert balances(world).get("enrolment-pending/530100", 0) == 0
    assert balances(world)["fund/530100/employee/basic"] == 5_200_00


def test_a_backdated_notice_over_another_is_known_on_each_of_three_days(world: World) -> None:
    """17,000.00: ninety per cent 15,300.00, then ninety-five 16,150.00, then eighty 13,600.00; finance the rest."""
    claim_id = settle(world, body())
    days = [world.clock.today()]
    first = with_kunming_share(95, number=1)
    for files in (first, first | second_notice()):
        world.clock.sleep(timedelta(days=2).total_seconds())
        publish(world, files)
        recalculate(world)
        days.append(world.clock.today())
    known = [world.system[ReadKnownOn](hospital(), claim_id, day) for day in days]
    assert [each.document and each.document["shares"]["basic"] for each in known] == [
        "15300.00",
        "16150.00",
        "13600.00",
    ]
    assert [each.document and each.document["shares"]["fiscal"] for each in known] == ["1700.00", "850.00", "3400.00"]
    assert [each.same for each in known] == [False, False, True]
    assert [each.publication.number for each in known] == [1, 2, 3]
    assert [moved(each)["fund/530100/employee/basic"] for each in posted(world, LedgerEvent.CORRECTED)] == [
        850_00,
        -2_550_00,
    ]
    assert balances(world)["fund/530100/employee/basic"] == 13_600_00


def second_notice() -> dict[str, bytes]:
    """Issued a month after the first, for some of its days: the later notice of the same area decides."""
    changed = with_notice(
        KUNMING,
        "combined-share",
        "{protected: true, insured: true}",
        "{share: 80/100, filled_by: basic}",
        from_on="2020-02-01",
        to_on="2020-02-29",
        issued_on="2020-04-01",
        number=2,
    )
    return {path: content for path, content in changed.items() if path not in shipped_files()}
