"""Type, issuer and number identify the person, in any spelling; an impossible document is refused in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from stdnum.cn.ric import calc_check_digit

from chalicelib.registry.domain.identity_documents import Document, DocumentType, StatedDocument, read_document

TODAY = date(2026, 11, 21)
CARD = "530102190001010019"
OLD_CARD = "530102000101001"
MOTHER = StatedDocument(None, CARD)


def checked(body: str) -> str:
    """Seventeen digits with the digit that checks them."""
    return body + calc_check_digit(f"{body}?")


HK_RESIDENCE, TAIWAN_RESIDENCE = checked("81000019900101001"), checked("83000019900101001")
PERMANENT = checked("91184019900101001")


def read(id_no: str | None, id_type: str | None = None, issued_by: str | None = None) -> Document:
    document, wrong = read_document(StatedDocument(id_type, id_no, issued_by), TODAY)
    assert wrong == ()
    assert document is not None
    return document


def codes(stated: StatedDocument) -> list[tuple[str, str]]:
    document, wrong = read_document(stated, TODAY)
    assert (document is None) == bool(wrong)
    return [(finding.code, finding.field) for finding in wrong]


@pytest.mark.parametrize(
    ("id_type", "id_no", "issued_by", "key"),
    [
        (None, CARD, None, f"identity-card|CHN|{CARD}"),
        (None, CARD, "CHN", f"identity-card|CHN|{CARD}"),
        ("identity-card", OLD_CARD, None, f"identity-card|CHN|{CARD}"),
        ("social-security-card", CARD, None, f"identity-card|CHN|{CARD}"),
        (None, OLD_CARD, None, f"identity-card|CHN|{CARD}"),
        (None, "５３０１０２ 1900 0101-0019", None, f"identity-card|CHN|{CARD}"),
        ("identity-card", "53010219000104004x", None, "identity-card|CHN|53010219000104004X"),
        ("passport", "e12345678", "usa", "passport|USA|E12345678"),
        (None, "512345678", "GBR", "passport|GBR|512345678"),
        ("passport", "M12345678", "KOR", "passport|KOR|M12345678"),
        ("hk-macao-permit", "h12345678", None, "hk-macao-permit|CHN|H12345678"),
        ("hk-macao-permit", "Ｈ１２３４５６７８０２", None, "hk-macao-permit|CHN|H12345678"),
        (None, "M12345678", None, "hk-macao-permit|CHN|M12345678"),
        ("taiwan-permit", "07257456", None, "taiwan-permit|CHN|07257456"),
        ("taiwan-permit", "0725745602(B)", None, "taiwan-permit|CHN|07257456"),
        ("hk-macao-taiwan-residence", HK_RESIDENCE, None, f"hk-macao-taiwan-residence|CHN|{HK_RESIDENCE}"),
        (None, TAIWAN_RESIDENCE, None, f"hk-macao-taiwan-residence|CHN|{TAIWAN_RESIDENCE}"),
        ("identity-card", HK_RESIDENCE, None, f"hk-macao-taiwan-residence|CHN|{HK_RESIDENCE}"),
        ("foreign-permanent-residence", PERMANENT, None, f"foreign-permanent-residence|CHN|{PERMANENT}"),
        (None, PERMANENT, None, f"foreign-permanent-residence|CHN|{PERMANENT}"),
        ("foreign-permanent-residence", "usa110090010112", None, "foreign-permanent-residence|CHN|USA110090010112"),
        (None, "USA110090010112", None, "foreign-permanent-residence|CHN|USA110090010112"),
    ],
)
def test_a_document_has_one_form_however_it_is_written(
    id_type: str | None, id_no: str, issued_by: str | None, key: str
) -> None:
    assert read(id_no, id_type, issued_by).key == key


@pytest.mark.parametrize(
    ("id_type", "id_no", "issued_by", "wrong"),
    [
        ("driving-licence", CARD, None, [("identity-type", "id_type")]),
        ("identity-card", "4201061900040101", None, [("identity-pattern", "id_no")]),
        ("identity-card", "530102000230001", None, [("identity-birth-date", "id_no")]),
        (None, "530102000230001", None, [("passport-digits", "id_no")]),
        (None, "53010219000101001A", None, [("identity-pattern", "id_no")]),
        (None, "37100219000501013", None, [("passport-digits", "id_no")]),
        (None, "3710021900050101349", None, [("passport-digits", "id_no")]),
        (None, "3710021900050101X", None, [("passport-digits", "id_no")]),
        ("passport", "3710021900050101349", "USA", [("passport-digits", "id_no")]),
        ("passport", OLD_CARD, "CHN", [("passport-digits", "id_no")]),
        ("passport", "E#", "USA", [("passport-pattern", "id_no")]),
        ("passport", "E12345678", None, [("issued-by-missing", "issued_by")]),
        (None, "E12345678", None, [("issued-by-missing", "issued_by")]),
        ("passport", "E12345678", "US", [("issued-by-unknown", "issued_by")]),
        ("passport", "E12345678", "XYZ", [("issued-by-unknown", "issued_by")]),
        ("identity-card", CARD, "USA", [("issued-by-unexpected", "issued_by")]),
        ("hk-macao-permit", "H1234567", None, [("hk-macao-permit-pattern", "id_no")]),
        ("hk-macao-permit", "T12345678", None, [("hk-macao-permit-pattern", "id_no")]),
        ("taiwan-permit", "1234567", None, [("taiwan-permit-pattern", "id_no")]),
        ("hk-macao-taiwan-residence", CARD, None, [("residence-pattern", "id_no")]),
        ("hk-macao-taiwan-residence", HK_RESIDENCE[:-1] + "A", None, [("residence-pattern", "id_no")]),
        ("foreign-permanent-residence", CARD, None, [("permanent-residence-pattern", "id_no")]),
        ("foreign-permanent-residence", "XYZ110090010112", None, [("permanent-residence-pattern", "id_no")]),
        ("foreign-permanent-residence", "USA110090230112", None, [("identity-birth-date", "id_no")]),
    ],
)
def test_what_cannot_be_a_document_is_refused_at_its_field(
    id_type: str | None, id_no: str, issued_by: str | None, wrong: list[tuple[str, str]]
) -> None:
    assert codes(StatedDocument(id_type, id_no, issued_by)) == wrong


@pytest.mark.parametrize("id_no", [HK_RESIDENCE, TAIWAN_RESIDENCE, PERMANENT])
def test_residence_permits_are_checked_like_identity_numbers(id_no: str) -> None:
    """Both kinds share a series of numbers with one check digit. Source: GB 11643-1999; 国家移民管理局 2023."""
    wrong_digit = "0" if id_no[-1] != "0" else "1"
    assert codes(StatedDocument(None, id_no[:-1] + wrong_digit)) == [("identity-check-digit", "id_no")]
    tomorrow = (TODAY + timedelta(days=1)).strftime("%Y%m%d")
    unborn = checked(f"{id_no[:6]}{tomorrow}001")
    assert codes(StatedDocument(None, unborn)) == [("identity-birth-date", "id_no")]


def test_two_countries_issue_the_same_number_to_two_persons() -> None:
    assert read("512345678", "passport", "USA").key != read("512345678", "passport", "GBR").key


def newborn(mother: StatedDocument | None = MOTHER, born: date | None = TODAY, order: int | None = 1) -> StatedDocument:
    return StatedDocument("newborn", None, None, mother, born, order)


def test_a_newborn_is_known_by_its_mother_its_day_and_its_place_among_those_born_with_it() -> None:
    first, wrong = read_document(newborn(), TODAY)
    again, _ = read_document(newborn(StatedDocument("identity-card", OLD_CARD)), TODAY)
    twin, _ = read_document(newborn(order=2), TODAY)
    earlier, _ = read_document(newborn(born=TODAY - timedelta(days=400)), TODAY)
    assert wrong == ()
    assert first == again, "the mother's old number names the same mother"
    assert first is not None
    assert first.type is DocumentType.NEWBORN
    assert twin is not None
    assert earlier is not None
    assert len({first.key, twin.key, earlier.key}) == 3


def test_a_newborn_is_asked_for_everything_that_names_it_at_once() -> None:
    assert codes(newborn(None, None, None)) == [
        ("mother-missing", "mother"),
        ("born-missing", "born"),
        ("birth-order", "order"),
    ]
    assert codes(newborn(newborn(), TODAY + timedelta(days=1), 10)) == [
        ("mother-document", "mother.id_type"),
        ("born-in-future", "born"),
        ("birth-order", "order"),
    ]
    assert codes(newborn(StatedDocument("passport", "E12345678"))) == [("issued-by-missing", "mother.issued_by")]
    assert codes(StatedDocument("newborn", CARD, None, MOTHER, TODAY, 1)) == [("newborn-number", "id_no")]


def test_who_has_a_number_is_not_named_by_a_mother() -> None:
    assert codes(StatedDocument("identity-card", CARD, None, MOTHER, TODAY, 1)) == [("newborn-only", "id_type")]


def test_a_path_stands_before_every_field() -> None:
    _, wrong = read_document(StatedDocument("passport", "E1", "XYZ"), TODAY, "patient.")
    assert [finding.field for finding in wrong] == ["patient.id_no", "patient.issued_by"]


def test_neither_a_document_nor_what_was_written_shows_a_number() -> None:
    stated = newborn()
    assert CARD not in f"{stated!r} {stated}"
    assert CARD not in f"{read(CARD)!r} {read(CARD)}"
    for finding in read_document(StatedDocument("identity-card", CARD[:-1] + "0"), TODAY)[1]:
        assert CARD[:-1] not in repr(finding)


def test_every_number_that_names_somebody_is_looked_for_in_texts() -> None:
    assert newborn(StatedDocument(None, OLD_CARD)).numbers() == (OLD_CARD, CARD)
