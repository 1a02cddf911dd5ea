"""Where the number a patient is known by must not stand; what is wrong with it, `identity_documents.py` says.

No finding holds a number, nor any other value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from chalicelib.domain.errors import Finding
from chalicelib.domain.identity import holds_identity_number, holds_identity_of_another, holds_number
from chalicelib.domain.texts import Text

_TEXTS = {
    "identity-in-text": Text(
        "此栏含有身份证件号码，请删除；证件号码只填写在患者信息栏。",
        "Remove the identity number from this field; it belongs in the patient's own field only.",
    ),
}


def check_texts(texts: Iterable[tuple[str, str]], numbers: Sequence[str], today: date) -> Iterator[Finding]:
    """The texts, by path, that hold one of the patient's numbers or anybody's."""
    for path, text in texts:
        if any(holds_number(text, number) for number in numbers) or holds_identity_number(text, today):
            yield _finding("identity-in-text", path)


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
            yield _finding("identity-in-text", path)


def _finding(code: str, path: str) -> Finding:
    return Finding(code, path, _TEXTS[code])
