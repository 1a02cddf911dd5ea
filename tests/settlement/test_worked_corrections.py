"""Settled claims decided again: each figure before and after, worked out by hand in the comments.

Benefits are those of policies/base: Kunming's residents pay 880.00 themselves, get 60% up to 60,000.00 a year, and of
the burden over 12,000.00 in a year 60% up to 50,000.00, 70% up to 100,000.00, 80% of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, TransactionId
from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.registry.domain.model import Insurance
from chalicelib.settlement.usecases.correct_status import CorrectStatus
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.areas import FULING, WUHUA
from tests.kit.books import not_as_replayed, what_is_wrong
from tests.kit.memory.samples import agency, body, enrol_sample, enrolment, hospital, submission
from tests.kit.memory.samples import moved as stayed_later
from tests.kit.memory.world import World

HOSPITAL = InstitutionCode("H53010200001")
RESIDENT = "530102190001030036"
EMPLOYEE = "530102190001010019"
UNINSURED = "530102190007010175"
CEFTRIAXONE = {"code": "XJ01DDC001A001010100011", "name": "头孢曲松注射液"}
"""Class A without a ceiling: all of it is in scope."""


@pytest.fixture(name="true_books", autouse=True)
def fixture_true_books(world: World) -> Iterator[None]:
    """Whatever a scenario posts, every invariant holds and each year comes out the same when it is replayed."""
    yield
    claim_ids = list(world.memory.claims)
    assert what_is_wrong(world.calm_ports, world.system, claim_ids) == []
    assert not_as_replayed(world.calm_ports, claim_ids) == []


def settle(world: World, claim: dict[str, Any]) -> ClaimId:
    """Settle a claim of a known person; its id."""
    claim_id = world.system[SubmitClaim](hospital(claim["institution"]), submission(claim)).view.claim_id
    assert world.run_all() == ["Settled"]
    return claim_id


def shares(world: World, claim_id: ClaimId) -> tuple[str, ...]:
    """Basic, critical illness, fiscal and patient, in yuan."""
    record = world.memory.claims[claim_id]
    view = world.system[ReadClaim](hospital(record.institution), claim_id)
    assert view.determination is not None
    return tuple(view.determination["shares"][payer] for payer in ("basic", "critical", "fiscal", "patient"))


def moved(world: World, transaction_id: TransactionId) -> dict[str, str]:
    """Return the amounts that a transaction moved, in yuan by account; debts between levels of finance aside."""
    postings = world.memory.ledger[transaction_id].postings
    return {p.account: format_yuan(p.amount_fen) for p in postings if not p.account.startswith("subsidy/")}


def pneumonia(number: str, yuan: int, *, history: list[dict[str, str]] | None = None, **changes: Any) -> dict[str, Any]:
    """A stay in Kunming with so many yuan of ceftriaxone; the last sign of its number says which of ten stays it is."""
    visit = {"kind": "inpatient", "admitted": "2020-02-05", "discharged": "2020-02-15"}
    line = {"no": 1, "date": "2020-02-06", "quantity": str(yuan // 150), "price": "150.00", "amount": f"{yuan}.00"}
    stay = {
        "claim_no": number,
        "institution": HOSPITAL,
        "visit": visit,
        "patient": {"id_type": "identity-card", "id_no": RESIDENT, "name": "示例丙"},
        "diagnosis": {"history": history or [], "codes": [{"code": "J18.900", "role": "main"}]},
        "lines": [line | CEFTRIAXONE],
    }
    return stayed_later(stay, 10 * (ord(number[-1]) % 10)) | changes


def test_reversing_the_first_of_three_claims_of_a_year_decides_the_other_two_again(world: World) -> None:
    enrol_sample(world, RESIDENT)
    first, second, third = (
        settle(world, pneumonia(number, yuan))
        for number, yuan in (("YEAR-1", 81_000), ("YEAR-2", 51_000), ("YEAR-3", 30_000))
    )
    # 1: (81000 - 880) x 0.6 = 48072; burden 32928; (32928 - 12000) x 0.6 = 12556.80; patient 20371.20
    assert shares(world, first) == ("48072.00", "12556.80", "0.00", "20371.20")
    # 2: (51000 - 880) x 0.6 = 30072, of the cap 60000 - 48072 = 11928 is left; burden 39072, with the first 72000;
    #    38000 x 0.6 + 22000 x 0.7 = 38200, less 12556.80 = 25643.20; patient 51000 - 11928 - 25643.20 = 13428.80
    assert shares(world, second) == ("11928.00", "25643.20", "0.00", "13428.80")
    # 3: nothing of the cap is left; burden 30000, with the others 102000;
    #    38000 x 0.6 + 50000 x 0.7 + 2000 x 0.8 = 59400, less 38200 = 21200; patient 8800
    assert shares(world, third) == ("0.00", "21200.00", "0.00", "8800.00")

    world.system[ReverseClaim](hospital(), first, "entered twice")

    # 2: 30072 is within the cap; burden 20928; (20928 - 12000) x 0.6 = 5356.80; patient 15571.20
    assert shares(world, second) == ("30072.00", "5356.80", "0.00", "15571.20")
    # 3: (30000 - 880) x 0.6 = 17472, within 60000 - 30072 = 29928; burden 12528, with the second 33456;
    #    (33456 - 12000) x 0.6 = 12873.60, less 5356.80 = 7516.80; patient 30000 - 17472 - 7516.80 = 5011.20
    assert shares(world, third) == ("17472.00", "7516.80", "0.00", "5011.20")
    # basic 30072 - 11928, critical illness 5356.80 - 25643.20; the hospital gets 2142.40 less
    assert moved(world, TransactionId(f"correct:{second}:1")) == {
        "fund/530100/resident/basic": "18144.00",
        "fund/530100/resident/critical": "-20286.40",
        f"hospital/{HOSPITAL}/payable": "2142.40",
    }
    # basic 17472, critical illness 7516.80 - 21200; the hospital gets 3788.80 more
    assert moved(world, TransactionId(f"correct:{third}:1")) == {
        "fund/530100/resident/basic": "17472.00",
        "fund/530100/resident/critical": "-13683.20",
        f"hospital/{HOSPITAL}/payable": "-3788.80",
    }


def test_a_diagnosis_covers_an_earlier_visit_of_its_episode(world: World) -> None:
    """Source: N-08, 国家医保局 2020-03 访谈 问4."""
    enrol_sample(world, EMPLOYEE)
    patient = {"id_type": "identity-card", "id_no": EMPLOYEE, "name": "示例甲"}
    scan = {"code": "210300001", "name": "胸部CT平扫", "quantity": "1", "price": "300.00", "amount": "300.00"}
    drug = {"quantity": "4", "price": "150.00", "amount": "600.00"} | CEFTRIAXONE
    visit = {"kind": "outpatient", "date": "2020-02-03", "episode": "E-1"}
    lines = [{"no": 1, "date": "2020-02-03"} | scan, {"no": 2, "date": "2020-02-03"} | drug]
    earlier = settle(world, pneumonia("EARLY", 600, visit=visit, patient=patient, lines=lines))
    # the scan is class B: 30 of it first; in scope 270 + 600 = 870, of which an outpatient gets half; patient 465
    assert shares(world, earlier) == ("435.00", "0.00", "0.00", "465.00")

    stay = body()
    settle(world, {**stay, "visit": {**stay["visit"], "episode": "E-1"}})

    # of the illness the scan is in the plan and class A: 0.9 x 900 = 810 from the fund, 90 from finance, nothing left
    assert shares(world, earlier) == ("810.00", "0.00", "90.00", "0.00")
    assert moved(world, TransactionId(f"correct:{earlier}:1")) == {
        "fund/530100/employee/basic": "375.00",
        "fiscal/530100/receivable": "90.00",
        f"hospital/{HOSPITAL}/payable": "-465.00",
    }


@pytest.mark.parametrize(
    ("area", "scheme", "between"),
    [
        ("530100", Insurance.EMPLOYEE, {}),
        ("530100", Insurance.RESIDENT, {}),
        (
            "420100",
            Insurance.EMPLOYEE,
            {"region/530100/due-from/420100": "5850.00", "region/420100/due-to/530100": "-5850.00"},
        ),
    ],
    ids=["an employee of the treatment place", "a resident of the treatment place", "an employee of elsewhere"],
)
def test_what_was_advanced_for_an_uninsured_person_becomes_the_funds_expense(
    world: World, area: AreaCode, scheme: Insurance, between: dict[str, str]
) -> None:
    """Source: Y-15. If the fund is elsewhere, it owes the advanced amount to the treatment place."""
    enrol_sample(world, UNINSURED)
    claim_id = settle(world, body("uninsured-kunming-municipal"))
    # 0.9 x 6500 = 5850 is carried until enrolment, 650 is fiscal
    assert shares(world, claim_id) == ("5850.00", "0.00", "650.00", "0.00")
    assert moved(world, TransactionId(f"settle:{claim_id}"))["enrolment-pending/530100"] == "5850.00"

    world.system[EnrolPerson](agency(area), enrolment(UNINSURED, insured_area=area, insurance=scheme))

    assert moved(world, TransactionId(f"enrol:{claim_id}")) == {
        f"fund/{area}/{scheme.value}/basic": "5850.00",
        "enrolment-pending/530100": "-5850.00",
        **between,
    }
    assert [each.event for each in world.memory.ledger.values()].count(LedgerEvent.ENROLLED) == 1
    assert shares(world, claim_id) == ("5850.00", "0.00", "650.00", "0.00")


def correct(world: World, area: AreaCode, claim_id: ClaimId, status: CaseStatus, on: date) -> None:
    health = Principal("doctor", Role.HEALTH, area)
    found = world.system[CorrectStatus].of_claim(health, claim_id, StatusEvent(status, on), "second test")
    assert found.redecided == (claim_id,)


def test_a_suspicion_that_was_excluded_leaves_the_days_after_it_to_ordinary_rules(world: World) -> None:
    enrol_sample(world, EMPLOYEE)
    stay = body("yunnan-suspicion-excluded-mid-stay")
    stay["diagnosis"]["history"] = [{"status": "suspected", "on": "2020-02-05"}]
    claim_id = settle(world, stay)
    # all 4800 is of the suspicion: 0.9 x 4800 = 4320 from the fund, 480 from finance
    assert shares(world, claim_id) == ("4320.00", "0.00", "480.00", "0.00")

    correct(world, WUHUA, claim_id, CaseStatus.EXCLUDED, date(2020, 2, 8))

    # (4800 - 1200) x 0.85 = 3060, of it 3060 x 3300 / 4800 = 2103.75 on the days before; they are filled up to
    # 0.9 x 3300 = 2970 by 866.25: 3926.25; fiscal 330, patient 543.75
    assert shares(world, claim_id) == ("3926.25", "0.00", "330.00", "543.75")
    assert moved(world, TransactionId(f"correct:{claim_id}:1")) == {
        "fund/530100/employee/basic": "-393.75",
        "fiscal/530100/receivable": "-150.00",
        f"hospital/{HOSPITAL}/payable": "543.75",
    }


def test_a_suspicion_that_was_confirmed_after_all_is_covered_from_22_january(world: World) -> None:
    """Suspicion is covered from 27 January only (N-02), confirmation from the 22nd (N-01)."""
    stay = body("chongqing-confirmed-discharged-22-january")
    enrol_sample(world, stay["patient"]["id_no"])
    stay["diagnosis"]["history"] = [{"status": "suspected", "on": "2020-01-21"}]
    claim_id = settle(world, stay)
    # both scans are class B: 90 first, 810 in scope, with 1500 of drugs 2310; (2310 - 880) x 0.85 = 1215.50
    assert shares(world, claim_id) == ("1215.50", "0.00", "0.00", "1184.50")

    correct(world, FULING, claim_id, CaseStatus.CONFIRMED, date(2020, 1, 21))

    # the scan of the 22nd is in the plan: in scope 2340; (2340 - 880) x 0.85 = 1241; finance pays the rest of 2400
    assert shares(world, claim_id) == ("1241.00", "0.00", "1159.00", "0.00")
    assert moved(world, TransactionId(f"correct:{claim_id}:1")) == {
        "fund/500000/employee/basic": "25.50",
        "fiscal/500000/receivable": "1159.00",
        f"hospital/{stay['institution']}/payable": "-1184.50",
    }
