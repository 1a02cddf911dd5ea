"""Checks that a patient's identity number stands in no other field; `identity_documents.py` checks the number itself.

No finding holds a number, nor any other value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from chalicelib.kernel.errors import Finding
from chalicelib.kernel.persons.identity import holds_identity_of_another, holds_number
from chalicelib.kernel.persons.personal_data import Personal, finding_of, personal_data


def check_texts(texts: Iterable[tuple[str, str]], numbers: Sequence[str]) -> Iterator[Finding]:
    """Find the texts, by path, that hold an identity number of the patient or of anybody."""
    for path, text in texts:
        own = any(holds_number(text, number) for number in numbers)
        if found := Personal.IDENTITY_NUMBER if own else personal_data(text):
            yield finding_of(found, path)


def check_serials(
    serials: Iterable[tuple[str, str]], numbers: Sequence[str], serials_from: date, today: date
) -> Iterator[Finding]:
    """Find the numbers made up by a hospital, by path, that hold a number of the patient anywhere, or of somebody else.

    A number that contains a day from `serials_from` on was given on that day and is nobody's identity number.
    """
    for path, serial in serials:
        if any(holds_number(serial, number) for number in numbers) or holds_identity_of_another(
            serial, serials_from, today
        ):
            yield finding_of(Personal.IDENTITY_NUMBER, path)
