"""What is wrong with the number a patient is known by, and where such a number must not stand.

No finding holds a number, nor any other value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from chalicelib.domain.errors import Finding
from chalicelib.domain.identity import (
    IdentityFault,
    holds_identity_number,
    holds_identity_of_another,
    holds_number,
    identity_faults,
    normalise,
)
from chalicelib.domain.texts import Text

_PASSPORT = re.compile(r"[A-Z0-9]{5,20}")
_CHINESE_LENGTH = 18
_CHINESE_NUMBER = ("identity-card", "social-security-card")
"""A social security card carries the number of the identity card."""
_CODE_OF_FAULT = {
    IdentityFault.PATTERN: "identity-pattern",
    IdentityFault.BIRTH_DATE: "identity-birth-date",
    IdentityFault.CHECK_DIGIT: "identity-check-digit",
}

_TEXTS = {
    "identity-type": Text(
        "证件类型须为居民身份证、社会保障卡或护照。",
        "Use identity-card, social-security-card or passport as the type of document.",
    ),
    "identity-pattern": Text(
        "居民身份证号码须为18位（末位可为X），请重新读取证件。",
        "Read the card again: an identity number has seventeen digits and a last digit or X.",
    ),
    "identity-birth-date": Text(
        "身份号码中的出生日期不存在或在今天之后，请核对证件。",
        "Check the card: the birth date in the identity number does not exist or is in the future.",
    ),
    "identity-check-digit": Text(
        "身份号码校验码不符，请核对是否有输入错误。",
        "Check the identity number for a typing error: its check digit does not fit the other digits.",
    ),
    "passport-pattern": Text(
        "护照号码须为5至20位大写字母或数字，请核对。",
        "Correct the passport number: 5 to 20 capital letters and digits.",
    ),
    "identity-in-text": Text(
        "此栏含有身份证件号码，请删除；证件号码只填写在患者信息栏。",
        "Remove the identity number from this field; it belongs in the patient's own field only.",
    ),
}


def check_document(id_type: str, id_no: str, today: date) -> Iterator[Finding]:
    """What is wrong with the document of a claim's patient; `id_no` is upper-cased. Source: GB 11643."""
    if id_type in _CHINESE_NUMBER:
        for fault in identity_faults(id_no, today):
            yield _finding(_CODE_OF_FAULT[fault], "patient.id_no")
    elif id_type != "passport":
        yield _finding("identity-type", "patient.id_type")
    elif not _PASSPORT.fullmatch(id_no):
        yield _finding("passport-pattern", "patient.id_no")


def check_registered_number(id_no: str, today: date, field_path: str) -> tuple[Finding, ...]:
    """What is wrong with a number an agency or hospital registers a person under, whose kind of document is not told.

    Eighteen characters are an identity number, anything else a passport.
    """
    number = normalise(id_no)
    if len(number) == _CHINESE_LENGTH:
        return tuple(_finding(_CODE_OF_FAULT[fault], field_path) for fault in identity_faults(number, today))
    return () if _PASSPORT.fullmatch(number) else (_finding("passport-pattern", field_path),)


def check_texts(texts: Iterable[tuple[str, str]], id_no: str, today: date) -> Iterator[Finding]:
    """The texts, by path, that hold the patient's number or anybody's."""
    for path, text in texts:
        if holds_number(text, id_no) or holds_identity_number(text, today):
            yield _finding("identity-in-text", path)


def check_serials(serials: Iterable[tuple[str, str]], id_no: str, serials_from: date, today: date) -> Iterator[Finding]:
    """The numbers a hospital makes up, by path, that hold the patient's number anywhere, or somebody else's.

    One that tells a day from `serials_from` on was given on that day and is nobody's.
    """
    for path, serial in serials:
        if holds_number(serial, id_no) or holds_identity_of_another(serial, serials_from, today):
            yield _finding("identity-in-text", path)


def _finding(code: str, path: str) -> Finding:
    return Finding(code, path, _TEXTS[code])
