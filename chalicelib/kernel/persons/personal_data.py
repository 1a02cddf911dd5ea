"""What must not stand in a free text: an identity number, a mobile number, the name of the claim's own patient.

Free texts are kept beside a person's token, some of them for thirty years in copies that nobody can change; a number in
one of them would undo the vault. A text is read as people read it: full-width digits and those of other scripts are
digits, and characters without a width are not there. No function returns, raises or formats what it found.

Source: 个人信息保护法第二十八条、第四十七条; GB 11643-1999 (eighteen digits), GB 11643-1989 (fifteen).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from enum import StrEnum

from chalicelib.kernel.errors import Finding
from chalicelib.kernel.persons.identity import identity_faults
from chalicelib.kernel.text import Text

CODE = "personal-data"


class Personal(StrEnum):
    """What a text was found to hold."""

    IDENTITY_NUMBER = "identity-number"
    MOBILE_NUMBER = "mobile-number"
    NAME = "name"


_TEXTS = {
    Personal.IDENTITY_NUMBER: Text(
        "此栏含有身份证件号码，请删除；证件号码只填写在人员信息栏，其他栏用申请编号或人员代码指明。",
        "Remove the identity number from this field: it belongs in the person's own field only. Name a claim's id or a "
        "person's token instead.",
    ),
    Personal.MOBILE_NUMBER: Text(
        "此栏含有手机号码，请删除；若为流水号，请在数字前加字母。",
        "Remove the mobile number from this field; if it is a serial number, put a letter in front of its digits.",
    ),
    Personal.NAME: Text(
        "此栏整项为患者姓名，请改填业务内容；姓名只填写在患者信息栏。",
        "Replace the patient's name by what this field is for: the name belongs in the patient's own field only.",
    ),
}

_LATEST = date(2199, 12, 31)
_EIGHTEEN = re.compile(r"(?<![0-9])([1-9][0-9]{5})[ -]?([0-9]{8})[ -]?([0-9]{3}[0-9X])(?![0-9])")
_FIFTEEN = re.compile(r"(?<![0-9])([1-9][0-9])[0-9]{4}([0-9]{2})([0-9]{2})([0-9]{2})[0-9]{3}(?![0-9])")
_MOBILE = re.compile(r"(?<![0-9A-Z])(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9A-Z])")
_DIGITS_ENOUGH = re.compile(r"[0-9](?:[ -]?[0-9]){10}")
"""The shortest of the numbers looked for. Most texts have none, and no more is asked of them."""

NAME_MAX = 1_000
"""No name is longer, however it is spaced."""

_SHORTEST = 6
"""Eleven digits in fewer characters than this there are none, also where one character is two digits (㉑)."""

_WIDE_OR_UNSEEN = re.compile("[^\\x00-\\x7f\\u4e00-\\u9fff\\u3400-\\u4dbf]")
"""Anything but plain ASCII and Chinese characters may be another form of a character, or none that is seen."""

_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
"""Fifteen digits have no check digit, so that the province is asked for instead. Source: GB/T 2260."""


def personal_data(text: str, names: Collection[str] = ()) -> Personal | None:
    """What a free text holds of a person, None for nothing. `names`, folded, count where one is the whole text."""
    if len(text) < _SHORTEST:
        return _as_name(text, names)
    flat = as_read(text)
    if _DIGITS_ENOUGH.search(flat):
        if any(_is_identity_number("".join(match.groups())) for match in _EIGHTEEN.finditer(flat)):
            return Personal.IDENTITY_NUMBER
        if any(_is_old_number(match) for match in _FIFTEEN.finditer(flat)):
            return Personal.IDENTITY_NUMBER
        if _MOBILE.search(flat):
            return Personal.MOBILE_NUMBER
    return _as_name(text, names)


def _as_name(text: str, names: Collection[str]) -> Personal | None:
    """Folding keeps ASCII what it is, so that a code or a day is compared with no Chinese name."""
    if not names or len(text) > NAME_MAX or (text.isascii() and not any(map(str.isascii, names))):
        return None
    return Personal.NAME if folded_name(text) in names else None


def mobile_number(serial: str) -> Personal | None:
    """Whether a serial number that somebody makes up is a mobile number. Identity numbers in it are told by its day."""
    return Personal.MOBILE_NUMBER if _MOBILE.search(as_read(serial)) else None


def finding_of(found: Personal, path: str) -> Finding:
    """What is said of it, without the text."""
    return Finding(CODE, path, _TEXTS[found])


def folded_name(name: str) -> str:
    """A name as it is compared: without regard to width, case, spaces and the dots between the parts of it."""
    return "".join(each for each in as_read(name).casefold() if each.isalnum())


def as_read(text: str) -> str:
    """A text in the one width, upper case, with Western digits and without what has no width."""
    if text.isascii():
        return text.upper()
    if not any(map(str.isdecimal, text)) and not _WIDE_OR_UNSEEN.search(text):
        return text.upper()
    return unicodedata.normalize("NFKC", text).translate(_PLAIN).upper()


class _Plain(dict[int, str | None]):
    """What each character is read as, worked out when it is first met: a digit for a digit of any script, nothing for
    what has no width. So a long text is read without a call for each of its characters.
    """

    def __missing__(self, code: int) -> str | None:
        each = chr(code)
        digit = unicodedata.decimal(each, None)
        plain = each if digit is None else str(digit)
        if code > 0x7F and unicodedata.category(each) == "Cf":
            return None
        if len(self) < _REMEMBERED_MAX:
            self[code] = plain
        return plain


_REMEMBERED_MAX = 30_000
_PLAIN = _Plain()


def _is_identity_number(number: str) -> bool:
    return not identity_faults(number, _LATEST)


def _is_old_number(match: re.Match[str]) -> bool:
    province, year, month, day = match.groups()
    if not _PROVINCES.fullmatch(province):
        return False
    try:
        date(1900 + int(year), int(month), int(day))
    except ValueError:
        return False
    return True
