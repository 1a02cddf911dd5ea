"""Who asked about whom, through which call and for what; and how often an institution may ask.

A record is kept of every look-up before it is answered. An institution's count of a minute is one for all its
look-ups, so that a refusal (429) tells nothing about the number that met it.
"""

from __future__ import annotations

from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act

NOBODY = ""
"""Stands where a token would, for a document that cannot be one."""


class Purpose(StrEnum):
    """What somebody asked about a person for."""

    PREVIEW = "preview"
    SUBMIT = "submit"
    ELIGIBILITY = "eligibility"
    FILING = "filing"
    ENROLMENT = "enrolment"
    ARRIVAL = "arrival"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class Lookup:
    """One look-up. `person` is the token, also of somebody nobody has recorded; `call` the method and path. `matched`
    says whether number and name were an enrolled person's; None where no name was asked for. `about` is the claim that
    was received by it.
    """

    person: str
    by: Act
    call: str
    purpose: Purpose
    matched: bool | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class LookupLimits:
    """How many look-ups of an institution are answered in a minute: those that met nobody, and the others."""

    unmatched_max: int = 60
    matched_max: int = 1200
