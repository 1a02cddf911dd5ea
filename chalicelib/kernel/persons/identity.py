"""Validity of an identity number: its pattern, its birth date and its check digit (GB 11643-1999).

The birthplace is not judged: county codes come and go, and a number stays valid when its county is gone or was coded
only after the birth. No function here returns, raises or formats a number.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum

BIRTH_YEAR_MIN = 1850
"""The earliest birth year accepted: nobody alive in 2020 was born earlier, so an earlier year is a typing error."""

NUMBER_LENGTH_MIN = 5
"""The length of the shortest document number that is told from chance in a text."""

_PATTERN = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ALONE = re.compile(r"(?<![0-9])[1-9][0-9]{16}(?:X|[0-9](?![0-9]))")
_SEPARATORS = re.compile(r"[\s._/-]+")


class IdentityFault(StrEnum):
    """A fault of an identity number."""

    PATTERN = "pattern"
    BIRTH_DATE = "birth-date"
    CHECK_DIGIT = "check-digit"


def normalise(id_no: str) -> str:
    """Return a number in its only spelling: upper case, so that a check digit `x` and `X` are the same person."""
    return id_no.upper()


def identity_faults(id_no: str, today: date) -> tuple[IdentityFault, ...]:
    """Return all faults of a number, `()` for a good one. Of a wrong pattern nothing further is said.

    A birth date after `today` is as impossible as 30 February.
    """
    number = normalise(id_no)
    if not _PATTERN.fullmatch(number):
        return (IdentityFault.PATTERN,)
    faults = []
    if not _has_birth_date(number, today):
        faults.append(IdentityFault.BIRTH_DATE)
    if number[-1] != check_digit(number):
        faults.append(IdentityFault.CHECK_DIGIT)
    return tuple(faults)


def check_digit(number: str) -> str:
    """Return the check digit of an identity number, whose last character does not count. Source: GB 11643-1999."""
    from stdnum.cn.ric import calc_check_digit  # noqa: PLC0415 - its package loads pydoc and more, which tasks spare

    return calc_check_digit(number)


def holds_identity_of_another(serial: str, before: date, today: date) -> bool:
    """Tell whether a hospital's own serial number is a good identity number, or holds one between other characters.

    Hospitals make numbers of area, day and count, and one in eleven of those has a fitting check digit. Such a number
    names the day it was given on, so a number whose birth date is `before` or later is a serial. A longer run of
    digits, of which some part fits by chance, is a serial too.
    """
    flat = normalise(unicodedata.normalize("NFKC", serial))
    return any(
        not identity_faults(match.group(), today) and _birth_date(match.group()) < before
        for match in _ALONE.finditer(flat)
    )


def holds_number(text: str, id_no: str) -> bool:
    """Tell whether a text names this very number, also with separators between its digits or in full-width characters.

    A number that is no identity number (a passport's, which may have five characters) counts only where it stands
    alone: as a part of a longer word the number is chance. Less than five characters name nobody.
    """
    number = normalise(id_no)
    if len(number) < NUMBER_LENGTH_MIN:
        return False
    flat = normalise(unicodedata.normalize("NFKC", text))
    if _PATTERN.fullmatch(number):
        return number in _SEPARATORS.sub("", flat)
    return re.search(rf"(?<![A-Z0-9]){re.escape(number)}(?![A-Z0-9])", flat) is not None


def _has_birth_date(number: str, today: date) -> bool:
    try:
        born_on = _birth_date(number)
    except ValueError:
        return False
    return born_on.year >= BIRTH_YEAR_MIN and born_on <= today


def _birth_date(number: str) -> date:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
