"""In which persons' years an agency settled anything: what a walk over everything that was settled goes by.

A claim is decided after those before it in its person's year, so whoever decides very many again walks years, not
claims; and where a year stands is written in one with its first claim, so a walk misses nothing that was committed.
"""

from __future__ import annotations

from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.writes import Put

PARTS = tuple("0123456789abcdef")
"""Each agency's years lie in so many parts, which are walked beside each other."""


@dataclass(frozen=True, slots=True)
class SettledYear:
    """A person's year in which a claim of one of an agency's institutions was settled, taken back since or not."""

    agency: str
    person: str
    year: int

    @property
    def part(self) -> str:
        """By the person, so that the parts are of one size."""
        return sha256_hex(self.person.encode())[0]


def first_settled(agency: str, institution: str, before: PersonYear) -> tuple[Put, ...]:
    """What is written in one with a settlement, where it is the institution's first in its person's year."""
    if any(entry.institution == institution for entry in before.entries):
        return ()
    return (Put(SettledYear(agency, before.person, before.year)),)
