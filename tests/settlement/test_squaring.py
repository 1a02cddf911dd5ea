"""Rounds of payment of a claim, with each figure worked out by hand."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adjudication.domain.determination import INSURERS
from chalicelib.claims.domain.remittance import AdjustmentCode, Bill
from chalicelib.kernel.money import parse_yuan
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode
from chalicelib.payments.schemas.bodies import remittance_csv
from chalicelib.settlement.domain.squaring import Held, Paid, Remittance, RemittanceLine, Squaring, square
from tests.kit.over_all import over_all

NOTHING_PAID, NOTHING_HELD = Paid(), Held()


def test_a_claim_that_had_nothing_yet_is_ordered_whole() -> None:
    assert square(1_000, NOTHING_PAID, NOTHING_HELD, protected_fen=1_000) == Squaring(ordered_fen=1_000)


def test_a_held_advance_stands_in_first_and_the_bank_pays_the_rest() -> None:
    assert square(1_000, NOTHING_PAID, Held(advance_fen=300), protected_fen=1_000) == Squaring(
        offset_fen=300, ordered_fen=700
    )


def test_an_advance_that_covers_the_claim_leaves_nothing_to_order() -> None:
    assert square(1_000, NOTHING_PAID, Held(advance_fen=5_000), protected_fen=1_000) == Squaring(offset_fen=1_000)


def test_a_special_advance_is_not_spent_on_a_claim_that_is_not_protected() -> None:
    assert square(1_000, NOTHING_PAID, Held(advance_fen=5_000), protected_fen=0) == Squaring(ordered_fen=1_000)


def test_a_special_advance_meets_the_protected_part_of_a_claim_and_the_bank_pays_the_rest() -> None:
    assert square(1_000, NOTHING_PAID, Held(advance_fen=5_000), protected_fen=600) == Squaring(
        offset_fen=600, ordered_fen=400
    )


def test_an_offset_above_what_is_still_protected_goes_back_to_the_advance() -> None:
    # 1,000 was met with 600 + 400; now 200 of it is protected: 400 goes back and the bank pays those 400.
    assert square(1_000, Paid(600, 400), NOTHING_HELD, protected_fen=200) == Squaring(restored_fen=400, ordered_fen=400)


def test_what_the_hospital_was_overpaid_is_withheld_before_the_bank_pays() -> None:
    assert square(1_000, NOTHING_PAID, Held(overpaid_fen=250), protected_fen=1_000) == Squaring(
        withheld_fen=250, ordered_fen=750
    )


def test_the_advance_comes_before_the_overpayment_and_each_takes_only_what_is_open() -> None:
    # 1,000 owed: 600 from the advance leave 400, all of it withheld of the 450 overpaid.
    assert square(1_000, NOTHING_PAID, Held(advance_fen=600, overpaid_fen=450), protected_fen=1_000) == Squaring(
        offset_fen=600, withheld_fen=400
    )


def test_a_correction_up_pays_only_the_difference() -> None:
    # 1,000 was met with 300 + 700; of the 400 more the advance, topped up since, takes 150.
    assert square(1_400, Paid(300, 700), Held(advance_fen=150), protected_fen=1_400) == Squaring(
        offset_fen=150, ordered_fen=250
    )


def test_a_correction_down_after_payment_is_owed_back() -> None:
    # 1,000 was met with 300 + 700; of 900 the offset keeps 300, so 100 of the 700 was too much.
    assert square(900, Paid(300, 700), NOTHING_HELD, protected_fen=900) == Squaring(overpaid_fen=100)


def test_a_correction_below_the_offset_gives_the_advance_back_and_owes_back_all_that_was_ordered() -> None:
    # Of 200 the offset keeps 200: 100 goes back to the advance, and all 700 was too much.
    assert square(200, Paid(300, 700), NOTHING_HELD, protected_fen=200) == Squaring(restored_fen=100, overpaid_fen=700)


def test_a_claim_that_is_not_protected_any_more_gives_its_whole_offset_back() -> None:
    # The bank now owes the 300 that the advance had met, whatever else the hospital holds of it.
    assert square(1_000, Paid(300, 700), Held(advance_fen=5_000), protected_fen=0) == Squaring(
        restored_fen=300, ordered_fen=300
    )


def test_a_claim_whose_debt_is_gone_gives_everything_back() -> None:
    assert square(0, Paid(300, 700), Held(advance_fen=50), protected_fen=1_000) == Squaring(
        restored_fen=300, overpaid_fen=700
    )


def test_a_claim_that_is_square_stays_as_it_is() -> None:
    assert square(1_000, Paid(300, 700), Held(400, 400), protected_fen=1_000) == Squaring()


@over_all(
    ("owed_fen", "protected_fen"),
    itertools.product([0, 1, 299, 300, 301, 999, 1_000, 1_001, 5_000], [0, 1, 200, 300, 700, 5_000]),
    ids="{} owed, {} protected".format,
)
@pytest.mark.parametrize("held", [Held(), Held(1, 1), Held(250, 0), Held(0, 250), Held(9_000, 9_000)])
def test_after_every_round_the_claim_is_met_to_the_fen(owed_fen: int, held: Held, protected_fen: int) -> None:
    """A second round of the same claim finds nothing to do."""
    before = Paid(300, 700)
    done = square(owed_fen, before, held, protected_fen=protected_fen)
    after = Paid(
        before.offset_fen - done.restored_fen + done.offset_fen,
        before.ordered_fen + done.withheld_fen + done.ordered_fen - done.overpaid_fen,
    )
    assert after.offset_fen + after.ordered_fen == owed_fen
    assert done.offset_fen <= held.advance_fen
    assert after.offset_fen <= protected_fen
    assert done.withheld_fen <= held.overpaid_fen
    left = Held(held.advance_fen + done.restored_fen - done.offset_fen, held.overpaid_fen - done.withheld_fen)
    assert square(owed_fen, after, left, protected_fen=protected_fen) == Squaring()


def test_a_remittance_advice_adds_up_line_by_line() -> None:
    first = RemittanceLine(ClaimId("clm_a"), "A", "settled", Instant("2026-11-05T03:04:05Z"), 1_000, 300, 0, 700)
    second = RemittanceLine(ClaimId("clm_a"), "A", "corrected-1", Instant("2026-11-06T03:04:05Z"), -100, 0, -100, 0)
    advice = Remittance(InstitutionCode("H53010200001"), (first, second))
    assert (advice.owed_fen, advice.offset_fen, advice.withheld_fen, advice.ordered_fen) == (900, 300, -100, 700)
    for line in advice.lines:
        assert line.owed_fen == line.offset_fen + line.withheld_fen + line.ordered_fen


BILL = Bill(600, 100, 50, 50, 80, 20, 30, 40, 30)
"""Billed 1,000; the payers owe 800 of it and the patient 200."""


@given(
    owed_fen=st.integers(0, 2_000),
    paid=st.builds(Paid, st.integers(0, 500), st.integers(0, 500)),
    held=st.builds(Held, st.integers(0, 500), st.integers(0, 500)),
    protected_fen=st.integers(0, 2_000),
    reverses=st.booleans(),
)
def test_billed_less_all_adjustments_is_what_is_ordered(
    owed_fen: int, paid: Paid, held: Held, protected_fen: int, *, reverses: bool
) -> None:
    done = square(owed_fen, paid, held, protected_fen=protected_fen)
    changed_fen = owed_fen - paid.offset_fen - paid.ordered_fen
    offset_fen, withheld_fen = done.offset_fen - done.restored_fen, done.withheld_fen - done.overpaid_fen
    bill = BILL.negated() if reverses else BILL
    line = RemittanceLine(
        ClaimId("c"), "C", "x", Instant("t"), changed_fen, offset_fen, withheld_fen, done.ordered_fen, bill
    )
    assert line.bill.billed_fen - sum(each.amount_fen for each in line.adjustments) == line.ordered_fen
    assert all(each.amount_fen for each in line.adjustments)


def test_an_advice_says_in_codes_why_less_is_paid_than_was_billed() -> None:
    line = RemittanceLine(ClaimId("c"), "C", "settled", Instant("t"), 800, 300, 100, 400, BILL)
    assert (line.bill.billed_fen, line.bill.patient_fen) == (1_000, 200)
    assert [(each.group, each.code, each.amount_fen) for each in line.adjustments] == [
        ("excluded", "excluded", 80),
        ("excluded", "over-limit", 20),
        ("patient", "first-self-pay", 30),
        ("patient", "deductible", 40),
        ("patient", "co-payment", 30),
        ("payer", "advance-offset", 300),
        ("payer", "withheld", 100),
    ]
    assert all(each.text.zh and each.text.en for each in line.adjustments)


def test_the_table_of_an_advice_has_a_column_for_every_payer_and_every_code() -> None:
    line = RemittanceLine(ClaimId("c"), "C", "settled", Instant("t"), 800, 300, 100, 400, BILL)
    titles, row, end = remittance_csv(Remittance(InstitutionCode("H53010200001"), (line,))).split("\r\n")
    cells = dict(zip(titles.split(","), row.split(","), strict=True))
    assert end == ""
    assert titles.startswith("claim_id,claim_no,event,at,owed,offset,withheld,ordered,billed,patient,")
    adjusted = {title: parse_yuan(cell) for title, cell in cells.items() if title.startswith("adjusted:")}
    assert {title.removeprefix("adjusted:") for title in adjusted} == set(AdjustmentCode)
    assert parse_yuan(cells["billed"]) - sum(adjusted.values()) == parse_yuan(cells["ordered"]) == 400
    assert [cells[payer.value] for payer in INSURERS] == ["6.00", "1.00", "0.50", "0.50"]
