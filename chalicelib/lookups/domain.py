"""Look-ups of people: the requester, the person, the call and the purpose; and an institution's limits.

A record is kept of every look-up before the look-up is answered. An institution has a single count of a minute for all
its look-ups, so that a refusal (429) tells nothing about the number that met it.
"""

from __future__ import annotations

from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import PersonToken

NOBODY = PersonToken("")
"""Placeholder token for a person whose identity number is invalid."""


class Purpose(StrEnum):
    """The purpose of a look-up of a person."""

    PREVIEW = "preview"
    SUBMIT = "submit"
    ELIGIBILITY = "eligibility"
    FILING = "filing"
    ENROLMENT = "enrolment"
    ARRIVAL = "arrival"
    RECORDS = "records"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Lookup:
    """A look-up. `person` is the token, also of a person nobody has recorded; `call` the method and path. `matched`
    says whether number and name were an enrolled person's; None where no name was asked for. `about` is the claim
    received through the look-up.
    """

    person: PersonToken
    by: Act
    call: str
    purpose: Purpose
    matched: bool | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class LookupLimits:
    """The number of look-ups of an institution answered in a minute: of look-ups that met nobody, and of the others."""

    unmatched_max: int = 60
    matched_max: int = 1200
