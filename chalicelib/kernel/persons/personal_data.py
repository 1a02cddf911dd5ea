"""Personal data barred from free texts: an identity number, a mobile number, the name of the claim's own patient.

Free texts are kept beside a person's token, some of them for thirty years in copies that nobody can change; a number in
any of them would undo the vault. A text is read as people read it: full-width digits and those of other scripts are
digits, and characters without a width are left out. No function returns, raises or formats what it found.

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
    """The kind of personal data found in a text."""

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
"""The shortest of the numbers looked for. Most texts have none, and are not examined further."""

NAME_MAX = 1_000
"""The length of the longest possible name, however spaced."""

_SHORTEST = 6
"""The length of the shortest text with eleven digits, also where one character is two digits (㉑)."""

_WIDE_OR_UNSEEN = re.compile("[^\\x00-\\x7f\\u4e00-\\u9fff\\u3400-\\u4dbf]")
"""Anything but plain ASCII and Chinese characters: possibly another form of a character, or an invisible character."""

_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
"""Province codes, checked because fifteen digits have no check digit. Source: GB/T 2260."""


def personal_data(text: str, names: Collection[str] = ()) -> Personal | None:
    """Return the kind of personal data in a free text, or None. `names`, folded, count where one is the whole text."""
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
    """Return `NAME` where a text is a name. Folding keeps ASCII, so a code or day is compared with no Chinese name."""
    if not names or len(text) > NAME_MAX or (text.isascii() and not any(map(str.isascii, names))):
        return None
    return Personal.NAME if folded_name(text) in names else None


def mobile_number(serial: str) -> Personal | None:
    """Find a mobile number in a made-up serial number. Identity numbers in the serial are told by its day."""
    return Personal.MOBILE_NUMBER if _MOBILE.search(as_read(serial)) else None


def finding_of(found: Personal, path: str) -> Finding:
    """Return the finding about personal data, without the text."""
    return Finding(CODE, path, _TEXTS[found])


def folded_name(name: str) -> str:
    """Return a name in the form it is compared in: without width, case, spaces and the dots between its parts."""
    return "".join(each for each in as_read(name).casefold() if each.isalnum())


def as_read(text: str) -> str:
    """Return a text in one width, upper case, with Western digits and without characters that have no width."""
    if text.isascii():
        return text.upper()
    if not any(map(str.isdecimal, text)) and not _WIDE_OR_UNSEEN.search(text):
        return text.upper()
    return unicodedata.normalize("NFKC", text).translate(_PLAIN).upper()


class _Plain(dict[int, str | None]):
    """The reading of each character, worked out when it is first met: a digit for a digit of any script, nothing for a
    character without a width. A long text is thus read without a call for each of its characters.
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
