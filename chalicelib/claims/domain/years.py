"""Settled years: the persons' years in which an agency settled anything, by which a walk over all settlements goes.

A claim is decided after the earlier claims of its person's year, so a walk that decides very many claims again goes by
years, not claims; and the place of a year is written in one with its first claim, so a walk misses nothing that was
committed.
"""

from __future__ import annotations

from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.kernel.writes import Put

PARTS = tuple("0123456789abcdef")
"""The parts of an agency's years, which are walked beside each other."""


@dataclass(frozen=True, slots=True)
class SettledYear:
    """A person's year in which a claim of one of an agency's institutions was settled, even if taken back since."""

    agency: AreaCode
    person: PersonToken
    year: int

    @property
    def part(self) -> str:
        """The part of the year, chosen by the person so that the parts are of one size."""
        return sha256_hex(self.person.encode())[0]


def first_settled(agency: AreaCode, institution: InstitutionCode, before: PersonYear) -> tuple[Put, ...]:
    """Return the settled year that is written in one with a settlement, where the settlement is the institution's first
    in its person's year.
    """
    if any(entry.institution == institution for entry in before.entries):
        return ()
    return (Put(SettledYear(agency, before.person, before.year)),)
