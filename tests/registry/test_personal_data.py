"""Personal data that a free text may not hold, and numbers of as many digits that are nobody's."""

from __future__ import annotations

import pytest

from chalicelib.kernel.persons.personal_data import Personal, finding_of, folded_name, mobile_number, personal_data

NUMBER = "371002190005010134"


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        f"患者{NUMBER}录入错误",
        f"see {NUMBER}.",
        "３７１００２１９０００５０１０１３４",
        "٣٧١٠٠٢١٩٠٠٠٥٠١٠١٣٤",
        "371002\u200b19000501\u200b0134",
        "371002 19000501 0134",
        "371002-19000501-0134",
        "53010219000101006x",
        "患者130102600101001，旧证",
    ],
)
def test_an_identity_number_is_found_in_any_width(text: str) -> None:
    assert personal_data(text) is Personal.IDENTITY_NUMBER


@pytest.mark.parametrize(
    "text", ["13800138000", "电话13800138000", "+86 138 0013 8000", "8613800138000", "138-0013-8000"]
)
def test_a_mobile_number_that_stands_alone_is_found(text: str) -> None:
    assert personal_data(text) is Personal.MOBILE_NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "second nucleic-acid test positive",
        "H53010200001",
        "371002190005010135",
        "371002190013010134",
        f"6{NUMBER}",
        f"{NUMBER}6",
        "6217001234567890123",
        "202002050000123",
        "530102209913001",
        "clm13800138000",
        "BX13800138000",
        "138001380001",
        "12800138000",
        "0871-63166316",
        "2020-02-05 至 2020-02-20，共 17000.00 元",
    ],
)
def test_other_digits_are_nobodys(text: str) -> None:
    assert personal_data(text) is None


def test_a_name_counts_only_where_it_is_the_whole_text() -> None:
    names = {folded_name("阿依古丽·买买提")}
    assert personal_data("阿依古丽 买买提", names) is Personal.NAME
    assert personal_data("阿依古丽•买买提", names) is Personal.NAME
    assert personal_data("阿依古丽·买买提的药", names) is None
    assert personal_data("ZHANG san", {folded_name("Ｚhang San")}) is Personal.NAME


def test_a_serial_number_may_have_any_digits_but_a_mobile_numbers() -> None:
    assert mobile_number("13800138000") is Personal.MOBILE_NUMBER
    assert mobile_number("YN13800138000") is None
    assert mobile_number("20200205000123") is None


def test_the_finding_does_not_repeat_the_text() -> None:
    found = finding_of(Personal.IDENTITY_NUMBER, "reason")
    assert (found.code, found.field) == ("personal-data", "reason")
    assert NUMBER not in repr(found)
