"""Faults that a body alone shows: every check has a claim that fails it and a neighbour that passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from stdnum.cn.ric import calc_check_digit

from chalicelib.adjudication.domain import validation
from chalicelib.adjudication.domain.claim import (
    LINES_MAX,
    CaseStatus,
    Claim,
    DiagnosisCode,
    DiagnosisRole,
    Line,
    StatusEvent,
    VisitKind,
)
from chalicelib.adjudication.domain.validation import check_body
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.money import FEN_MAX
from chalicelib.kernel.persons import personal_data
from chalicelib.kernel.persons.identity import identity_faults
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode
from chalicelib.registry.domain import identity_documents
from chalicelib.registry.domain.identity_documents import StatedDocument
from tests.kit.builders import claim, line

TODAY = date(2020, 3, 10)
ID_NO = "420106190004010110"
OTHER_ID_NO = "53010219000104004X"


def document(id_type: str, id_no: str) -> StatedDocument:
    return StatedDocument(id_type, id_no, "USA" if id_type == "passport" else None)


def check(body: Claim, today: date = TODAY, id_type: str = "identity-card", id_no: str = ID_NO) -> tuple[Finding, ...]:
    return check_body(body, today, document(id_type, id_no))


def found(
    body: Claim, today: date = TODAY, id_type: str = "identity-card", id_no: str = ID_NO
) -> list[tuple[str, str]]:
    return [(finding.code, finding.field) for finding in check(body, today, id_type, id_no)]


def found_in_lines(*lines: Line) -> list[tuple[str, str]]:
    return found(claim(*lines))


def test_a_good_claim_has_no_findings() -> None:
    assert check(claim()) == ()


def test_everything_wrong_is_said_at_once() -> None:
    body = replace(
        claim(line(amount_fen=3002), line(quantity="0", on=date(2020, 3, 2))),
        claim_no="no spaces, please",
        institution=InstitutionCode("X1"),
    )
    assert found(body, id_no=ID_NO[:-1] + "1") == [
        ("claim-no", "claim_no"),
        ("institution-code", "institution"),
        ("identity-check-digit", "patient.id_no"),
        ("line-outside-stay", "lines[1].date"),
        ("line-no-twice", "lines[1].no"),
        ("quantity-zero", "lines[1].quantity"),
        ("amount-differs", "lines[0].amount"),
    ]


def test_every_code_is_explained_in_both_languages() -> None:
    for text in (*validation._TEXTS.values(), *personal_data._TEXTS.values(), *identity_documents._TEXTS.values()):
        assert text.zh.endswith("。")
        assert text.en.endswith(".")


# Numbers and codes


@pytest.mark.parametrize("claim_no", ["YN-0003", "a", "2020/02_10.7", "A" * 64])
def test_a_claim_number_is_up_to_64_printable_characters(claim_no: str) -> None:
    assert check(replace(claim(), claim_no=claim_no)) == ()


@pytest.mark.parametrize("claim_no", ["", "A" * 65, "YN 3", "申请1", "YN\n", "YN?3"])
def test_a_claim_number_of_other_characters_is_refused(claim_no: str) -> None:
    assert found(replace(claim(), claim_no=claim_no)) == [("claim-no", "claim_no")]


@pytest.mark.parametrize("code", ["H53010200001", "P53010200009"])
def test_an_institution_code_is_a_letter_and_eleven_digits(code: InstitutionCode) -> None:
    assert check(replace(claim(), institution=code)) == ()


@pytest.mark.parametrize("code", ["", "h53010200001", "H5301020000", "Q53010200001", "H53010200001\n"])
def test_an_institution_code_of_another_shape_is_refused(code: InstitutionCode) -> None:
    assert found(replace(claim(), institution=code)) == [("institution-code", "institution")]


# The patient's number


@pytest.mark.parametrize("id_type", ["identity-card", "social-security-card"])
@pytest.mark.parametrize(
    ("id_no", "codes"),
    [
        (ID_NO, []),
        (OTHER_ID_NO.lower(), []),
        ("4201061900040101", ["identity-pattern"]),
        ("420106190004010111", ["identity-check-digit"]),
        ("420106190013010110", ["identity-birth-date", "identity-check-digit"]),
    ],
)
@pytest.mark.shows("Y-12")
def test_both_cards_carry_an_identity_number(id_type: str, id_no: str, codes: list[str]) -> None:
    assert found(claim(), id_type=id_type, id_no=id_no) == [(code, "patient.id_no") for code in codes]


@pytest.mark.parametrize("id_no", ["E12345678", "e12345678", "12345", "A" * 20])
def test_a_passport_number_has_five_to_twenty_letters_and_digits(id_no: str) -> None:
    assert check(claim(), id_type="passport", id_no=id_no) == ()


@pytest.mark.parametrize("id_no", ["1234", "A" * 21, "E#2345678", "护照12345"])
def test_a_passport_number_of_another_shape_is_refused(id_no: str) -> None:
    assert found(claim(), id_type="passport", id_no=id_no) == [("passport-pattern", "patient.id_no")]


def test_an_unknown_type_of_document_is_refused() -> None:
    assert found(claim(), id_type="driving-licence") == [("identity-type", "patient.id_type")]


@pytest.mark.parametrize("number", [ID_NO, OTHER_ID_NO, OTHER_ID_NO.lower()])
def test_an_identity_number_in_a_text_is_found_whoevers_it_is(number: ClaimId) -> None:
    body = claim(replace(line(), name=f"护理费 {number}", supply=number), line(no=2, code=f"A{number}"))
    body = replace(
        body,
        claim_no=f"{number}-7",
        visit=replace(body.visit, episode=number, transfer_from=number),
        diagnosis=replace(
            body.diagnosis, disease_code=number, codes=(DiagnosisCode(f"J{number}", DiagnosisRole.MAIN),)
        ),
    )
    assert found(body) == [
        ("personal-data", path)
        for path in (
            "claim_no",
            "visit.episode",
            "visit.transfer_from",
            "diagnosis.disease_code",
            "diagnosis.codes[0].code",
            "lines[0].name",
            "lines[0].supply",
            "lines[1].code",
        )
    ]


@pytest.mark.parametrize("given_on", ["20200112", "20200212", "20200310"])
def test_a_serial_of_area_day_and_count_is_taken_also_where_its_check_digit_fits(given_on: str) -> None:
    """About a tenth of the serials are good identity numbers, of a person born on the day the serial was given."""
    serials = [f"530102{given_on}{count:04d}" for count in range(1, 1000)]
    fitting = [serial for serial in serials if not identity_faults(serial, TODAY)]
    assert len(fitting) > 80
    for serial in fitting:
        body = replace(claim(), claim_no=serial)
        assert found(replace(body, visit=replace(body.visit, episode=f"E{serial}"))) == []
        assert ("personal-data", "claim_no") in found(body, id_no=serial)


def test_a_serial_of_more_than_eighteen_digits_is_taken_whatever_stands_in_it() -> None:
    assert found(replace(claim(), claim_no=f"20200210{ID_NO}"), id_no=OTHER_ID_NO) == []
    assert found(replace(claim(), claim_no=f"20200210{ID_NO}")) == [("personal-data", "claim_no")]


@pytest.mark.parametrize("born_on", ["19500101", "20190101", "20191231"])
def test_a_claim_number_that_is_the_number_of_somebody_born_earlier_is_refused(born_on: str) -> None:
    seventeen = f"530102{born_on}001"
    assert found(replace(claim(), claim_no=seventeen + calc_check_digit(seventeen + "0"))) == [
        ("personal-data", "claim_no")
    ]


def test_only_the_hospitals_own_numbers_may_look_like_an_identity_number() -> None:
    serial = next(
        serial
        for serial in (f"53010220200212{count:04d}" for count in range(1, 1000))
        if not identity_faults(serial, TODAY)
    )
    assert found(claim(line(name=serial))) == [("personal-data", "lines[0].name")]


def test_a_number_with_a_wrong_check_digit_is_still_the_patients_own() -> None:
    mistyped = ID_NO[:-1] + "1"
    assert ("personal-data", "claim_no") in found(replace(claim(), claim_no=mistyped), id_no=mistyped)


def test_a_passport_number_in_a_text_is_found() -> None:
    assert found(replace(claim(), claim_no="E12345678-1"), id_type="passport", id_no="E12345678") == [
        ("personal-data", "claim_no")
    ]


def test_no_finding_repeats_a_number() -> None:
    for finding in check(replace(claim(line(name=ID_NO)), claim_no=ID_NO), id_no=ID_NO[:-1] + "1"):
        assert ID_NO[:-1] not in repr(finding)


# Dates


def test_a_discharge_before_the_admission_is_out_of_order() -> None:
    body = claim(line(on=date(2020, 2, 9)))
    body = replace(body, visit=replace(body.visit, discharged_on=date(2020, 2, 9)))
    assert found(body) == [("dates-out-of-order", "visit.discharged")]


def test_what_happens_today_is_not_in_the_future() -> None:
    assert check(claim(line(on=date(2020, 3, 1))), today=date(2020, 3, 1)) == ()


def test_a_discharge_a_line_and_a_status_after_today_are_in_the_future() -> None:
    body = claim(line(on=date(2020, 3, 1)))
    body = replace(
        body, diagnosis=replace(body.diagnosis, history=(StatusEvent(CaseStatus.CONFIRMED, date(2020, 3, 1)),))
    )
    assert found(body, today=date(2020, 2, 29)) == [
        ("date-in-future", "visit.discharged"),
        ("date-in-future", "diagnosis.history[0].on"),
        ("date-in-future", "lines[0].date"),
    ]


def test_an_outpatient_visit_in_the_future_has_one_date() -> None:
    body = claim()
    day = TODAY + timedelta(days=1)
    body = replace(
        body,
        visit=replace(body.visit, kind=VisitKind.OUTPATIENT, admitted_on=day, discharged_on=day),
        lines=(line(on=day),),
    )
    assert found(body) == [("date-in-future", "visit.date"), ("date-in-future", "lines[0].date")]


def test_the_history_may_be_in_any_order_and_lie_before_the_stay() -> None:
    body = claim()
    history = (
        StatusEvent(CaseStatus.CONFIRMED, date(2020, 2, 10)),
        StatusEvent(CaseStatus.SUSPECTED, date(2020, 1, 28)),
    )
    assert check(replace(body, diagnosis=replace(body.diagnosis, history=history))) == ()


@pytest.mark.parametrize("day", [date(2020, 2, 10), date(2020, 3, 1)])
def test_the_first_and_the_last_day_belong_to_the_stay(day: date) -> None:
    assert found_in_lines(line(on=day)) == []


@pytest.mark.parametrize("day", [date(2020, 2, 9), date(2020, 3, 2)])
def test_a_line_outside_the_stay_is_refused(day: date) -> None:
    assert found_in_lines(line(on=day)) == [("line-outside-stay", "lines[0].date")]


# Lines


def test_a_claim_without_lines_is_refused() -> None:
    assert found(replace(claim(), lines=())) == [("no-lines", "lines")]


def test_five_thousand_lines_are_taken() -> None:
    assert check(claim(*(line(no=no) for no in range(1, LINES_MAX + 1)))) == ()


def test_of_too_many_lines_nothing_else_is_said() -> None:
    body = claim(*(line(no=1, quantity="0") for _ in range(LINES_MAX + 1)))
    assert found(replace(body, claim_no=""), id_no="") == [("too-many-lines", "lines")]


def test_a_line_number_used_twice_is_named_at_the_second() -> None:
    assert found_in_lines(line(no=7), line(no=8), line(no=7)) == [("line-no-twice", "lines[2].no")]


def test_a_quantity_of_zero_is_refused() -> None:
    assert found_in_lines(line(quantity="0.0000")) == [("quantity-zero", "lines[0].quantity")]


@pytest.mark.parametrize(
    ("quantity", "price", "amount_fen"),
    [
        ("3", "0.335", 101),
        ("0.3333", "17.123456", 571),
        ("1", "0.004", 0),
        ("2", "15.00", 2999),
        ("2", "15.00", 3001),
        ("1", "0.000000", 0),
    ],
)
def test_six_decimals_of_price_four_of_quantity_and_one_fen_are_taken(
    quantity: str, price: str, amount_fen: int
) -> None:
    assert found_in_lines(line(quantity=quantity, price=price, amount_fen=amount_fen)) == []


@pytest.mark.parametrize("amount_fen", [2998, 3002])
def test_two_fen_off_are_refused(amount_fen: int) -> None:
    assert found_in_lines(line(amount_fen=amount_fen)) == [("amount-differs", "lines[0].amount")]


def test_the_differences_of_a_claims_lines_come_to_one_yuan_at_most_and_each_line_beyond_is_named() -> None:
    lines = [line(no=no, quantity="1", price="0.01", amount_fen=2) for no in range(1, 103)]
    assert found_in_lines(*lines[:100]) == []
    assert found_in_lines(*lines) == [("amount-differs", f"lines[{index}].amount") for index in (100, 101)]


def test_differences_in_the_other_direction_and_of_refunds_count_as_well() -> None:
    charged = [line(no=no, quantity="1", price="10.00", amount_fen=999 + no % 2) for no in range(1, 121)]
    refunds = [line(no=200 + no, quantity="-1", price="10.00", amount_fen=-999, refunds=no) for no in range(1, 82, 2)]
    assert len(refunds) == 41
    assert found_in_lines(*charged, *refunds[:40]) == []
    assert found_in_lines(*charged, *refunds) == [("amount-differs", "lines[160].amount")]


def test_nothing_is_billed_at_a_price_of_zero() -> None:
    assert found_in_lines(line(quantity="1", price="0.00", amount_fen=0)) == []
    assert found_in_lines(line(quantity="1", price="0.00", amount_fen=1)) == [("amount-differs", "lines[0].amount")]


def test_half_a_fen_goes_up_before_the_one_fen_is_allowed() -> None:
    """0.5 x 0.05 yuan is 2.5 fen, taken as 3: an amount of 4 is within a fen, an amount of 1 is not."""
    assert found_in_lines(line(quantity="0.5", price="0.05", amount_fen=4)) == []
    assert found_in_lines(line(quantity="0.5", price="0.05", amount_fen=1)) == [("amount-differs", "lines[0].amount")]


def test_the_product_of_long_decimals_is_exact() -> None:
    """A product of more than 28 digits would lose its last ones in decimal arithmetic."""
    assert found_in_lines(line(quantity="1.0001", price="9999999.999999", amount_fen=1_000_100_000)) == []


def test_an_amount_of_the_other_sign_is_said_once() -> None:
    assert found_in_lines(line(amount_fen=-3000)) == [("amount-sign", "lines[0].amount")]
    assert found_in_lines(line(), line(no=2, quantity="-1", amount_fen=1500, refunds=1)) == [
        ("amount-sign", "lines[1].amount")
    ]


def test_a_negative_price_is_refused() -> None:
    assert found_in_lines(line(price="-15.00", amount_fen=0)) == [("price-negative", "lines[0].price")]


def test_figures_have_a_largest_value() -> None:
    largest = line(quantity="1", price=f"{FEN_MAX // 100}.00")
    assert found_in_lines(largest) == []
    assert found_in_lines(largest, line(no=2, quantity="1", price="0.01")) == [("figure-too-large", "lines")]
    beyond = replace(largest, price=largest.price + Decimal("0.01"), amount_fen=FEN_MAX + 1)
    assert found_in_lines(beyond) == [
        ("figure-too-large", "lines[0].price"),
        ("figure-too-large", "lines[0].amount"),
        ("figure-too-large", "lines"),
    ]


# Refunds


def test_refunds_of_a_line_up_to_the_whole_of_it_are_taken() -> None:
    charged = line(no=1, quantity="3", price="0.50")
    assert found_in_lines(charged, *(line(no=no, quantity="-1", price="0.50", refunds=1) for no in (2, 3, 4))) == []


def test_a_refund_may_be_dated_on_any_day_of_the_stay() -> None:
    assert found_in_lines(line(), line(no=2, quantity="-1", refunds=1, on=date(2020, 2, 10))) == []


def test_a_refund_may_stand_before_the_line_it_refunds() -> None:
    assert found_in_lines(line(no=2, quantity="-1", refunds=1), line(no=1)) == []


def test_a_negative_quantity_names_the_line_it_refunds() -> None:
    assert found_in_lines(line(), line(no=2, quantity="-1")) == [("refund-names-no-line", "lines[1].refunds")]


def test_a_positive_quantity_refunds_nothing() -> None:
    assert found_in_lines(line(), line(no=2, refunds=1)) == [("refund-positive", "lines[1].quantity")]


def test_a_refund_of_a_line_that_is_not_there_is_refused() -> None:
    assert found_in_lines(line(), line(no=2, quantity="-1", refunds=9)) == [("refund-line-unknown", "lines[1].refunds")]


def test_a_refund_is_not_refunded() -> None:
    assert found_in_lines(line(), line(no=2, quantity="-1", refunds=1), line(no=3, quantity="-1", refunds=2)) == [
        ("refund-of-refund", "lines[2].refunds")
    ]
    assert found_in_lines(line(quantity="-1", refunds=1)) == [("refund-of-refund", "lines[0].refunds")]


def test_a_refund_has_the_item_of_its_line() -> None:
    assert found_in_lines(line(), line(no=2, quantity="-1", refunds=1, code="311501001")) == [
        ("refund-other-item", "lines[1].code")
    ]


def test_a_refund_never_exceeds_the_line_it_refunds() -> None:
    assert found_in_lines(line(), line(no=2, quantity="-2.0001", price="15.00", amount_fen=-3000, refunds=1)) == [
        ("refund-exceeds-quantity", "lines[1].quantity")
    ]


def test_refunds_together_never_exceed_the_line_they_refund() -> None:
    refunds = (line(no=no, quantity="-1", refunds=1) for no in (2, 3, 4))
    assert found_in_lines(line(), *refunds) == [
        ("refund-exceeds-quantity", "lines[3].quantity"),
        ("refund-exceeds-amount", "lines[3].amount"),
    ]


def test_a_refund_at_a_higher_price_never_gives_back_more_than_was_charged() -> None:
    assert found_in_lines(line(), line(no=2, quantity="-2", price="15.01", refunds=1)) == [
        ("refund-exceeds-amount", "lines[1].amount")
    ]


# Diagnoses


def with_codes(*codes: tuple[str, DiagnosisRole]) -> Claim:
    body = claim()
    diagnoses = tuple(DiagnosisCode(code, role) for code, role in codes)
    return replace(body, diagnosis=replace(body.diagnosis, codes=diagnoses))


def test_a_claim_has_a_main_diagnosis() -> None:
    assert found(with_codes()) == [("main-diagnosis-missing", "diagnosis.codes")]
    assert found(with_codes(("J12.800", DiagnosisRole.ADDITIONAL))) == [("main-diagnosis-missing", "diagnosis.codes")]


def test_a_claim_has_one_main_diagnosis_only() -> None:
    body = with_codes(("J12.800", DiagnosisRole.MAIN), ("B97.200", DiagnosisRole.MAIN))
    assert found(body) == [("main-diagnosis-twice", "diagnosis.codes[1].role")]


def test_a_diagnosis_is_listed_once_however_it_is_written() -> None:
    body = with_codes(("U07.100x001", DiagnosisRole.MAIN), ("u07.100X001", DiagnosisRole.ADDITIONAL))
    assert found(body) == [("diagnosis-code-twice", "diagnosis.codes[1].code")]


def test_a_stay_touches_thirty_calendar_years_at_most() -> None:
    whole = claim()
    longest = replace(whole, visit=replace(whole.visit, admitted_on=date(1991, 12, 31)))
    beyond = replace(whole, visit=replace(whole.visit, admitted_on=date(1990, 12, 31)))
    assert whole.visit.discharged_on.year == 2020
    assert check(longest) == ()
    assert found(beyond) == [("stay-too-long", "visit.admitted")]
