"""Where the number a patient is known by must not stand; what is wrong with it, `identity_documents.py` says.

No finding holds a number, nor any other value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from chalicelib.kernel.errors import Finding
from chalicelib.kernel.persons.identity import holds_identity_of_another, holds_number
from chalicelib.kernel.persons.personal_data import Personal, finding_of, personal_data


def check_texts(texts: Iterable[tuple[str, str]], numbers: Sequence[str]) -> Iterator[Finding]:
    """The texts, by path, that hold one of the patient's numbers or anybody's."""
    for path, text in texts:
        own = any(holds_number(text, number) for number in numbers)
        if found := Personal.IDENTITY_NUMBER if own else personal_data(text):
            yield finding_of(found, path)


def check_serials(
    serials: Iterable[tuple[str, str]], numbers: Sequence[str], serials_from: date, today: date
) -> Iterator[Finding]:
    """The numbers a hospital makes up, by path, that hold one of the patient's anywhere, or somebody else's.

    One that tells a day from `serials_from` on was given on that day and is nobody's.
    """
    for path, serial in serials:
        if any(holds_number(serial, number) for number in numbers) or holds_identity_of_another(
            serial, serials_from, today
        ):
            yield finding_of(Personal.IDENTITY_NUMBER, path)
