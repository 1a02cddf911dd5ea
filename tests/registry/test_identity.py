"""Identity numbers are judged by pattern, birth date and check digit, never by birthplace (GB 11643-1999)."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from chalicelib.kernel.persons.identity import IdentityFault, holds_number, identity_faults, normalise
from tests.kit.over_all import over_all

TODAY = date(2026, 11, 21)
PERSONS = Path(__file__).parents[2] / "infra" / "local" / "sample" / "persons.csv"
NUMBER = "530102190001010019"
NUMBER_WITH_X = "53010219000104004X"


def sample_numbers() -> list[str]:
    with PERSONS.open(encoding="utf-8") as rows:
        return [row["id_no"] for row in csv.DictReader(rows)]


@over_all("id_no", sample_numbers())
def test_every_sample_person_has_a_good_number(id_no: str) -> None:
    assert identity_faults(id_no, TODAY) == ()


def test_a_person_born_before_their_county_had_a_code_has_a_good_number() -> None:
    """Fuling became a district of Chongqing, with the code 500102, long after 1900."""
    assert identity_faults("500102190002010066", TODAY) == ()


def test_a_small_x_is_the_same_number() -> None:
    assert normalise(NUMBER_WITH_X.lower()) == NUMBER_WITH_X
    assert identity_faults(NUMBER_WITH_X.lower(), TODAY) == ()


@pytest.mark.parametrize(
    "id_no",
    ["", "53010219000101001", "5301021900010100190", "5301021900010100AB", "X30102190001010019", "530102190001010019 ",
     "５３０１０２１９０００１０１００１９", "030102190001010019"],
)  # fmt: skip
def test_a_number_of_another_pattern_is_told_only_that(id_no: str) -> None:
    assert identity_faults(id_no, TODAY) == (IdentityFault.PATTERN,)


@pytest.mark.parametrize("digit", [digit for digit in "0123456789X" if digit != NUMBER[-1]])
def test_no_other_check_digit_is_taken(digit: str) -> None:
    assert identity_faults(NUMBER[:-1] + digit, TODAY) == (IdentityFault.CHECK_DIGIT,)


def test_a_birth_date_that_never_was_is_told_with_the_check_digit() -> None:
    assert identity_faults("530102190002300010", TODAY) == (IdentityFault.BIRTH_DATE, IdentityFault.CHECK_DIGIT)


def test_a_birth_date_may_be_today_but_not_tomorrow() -> None:
    born_on = date(1900, 1, 1)
    assert identity_faults(NUMBER, born_on) == ()
    assert identity_faults(NUMBER, date(1899, 12, 31)) == (IdentityFault.BIRTH_DATE,)


def test_a_birth_date_of_another_age_is_a_typing_error() -> None:
    assert IdentityFault.BIRTH_DATE in identity_faults("530102180001010019", TODAY)


@pytest.mark.parametrize(
    "text", [f"x{NUMBER}y", "530102 19000101 0019", "530102-19000101-0019", "530102.1900.0101/0019"]
)
def test_the_patients_own_number_is_found_with_separators_too(text: str) -> None:
    assert holds_number(text, NUMBER)


def test_a_passport_number_is_found_where_it_stands_alone() -> None:
    assert holds_number("护照 e12345678，男", "E12345678")
    assert not holds_number("120100010", "12010")
    assert not holds_number("anything", "")
