"""A person's years and visits in the state table, each year as one item, so that one condition guards it.

| pk | sk | item |
|---|---|---|
| PERSON#token | YEAR#year | a person's use of a year's deductible and caps, by claim |
| PERSON#token | VISITS#year | the visits that touch a calendar year |
| SETTLED#agency#part | token#year | a person's year in which the agency settled something |

An entry of visits is a list, not a map: a patient who comes three times a week for ten years must not fill an item with
the names of its fields.
"""

from __future__ import annotations

from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.domain.years import SettledYear
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.platform.aws.codec import Record
from chalicelib.registry.tables import person_pk

YEAR_PREFIX = "YEAR#"
VISITS_PREFIX = "VISITS#"


def year_key(person: PersonToken, year: int) -> tuple[str, str]:
    """Return the key of a person's year."""
    return person_pk(person), f"{YEAR_PREFIX}{year}"


def visits_key(person: PersonToken, year: int) -> tuple[str, str]:
    """Return the key of a person's visits of a year."""
    return person_pk(person), f"{VISITS_PREFIX}{year}"


def settled_pk(agency: AreaCode, part: str) -> str:
    """Return the partition key of a part of an agency's years."""
    return f"SETTLED#{agency}#{part}"


YEARS = Record(PersonYear, lambda year: year_key(year.person, year.year), revision="version")
VISITS = Record(
    PersonVisits, lambda visits: visits_key(visits.person, visits.year), revision="version", rows=("entries",)
)
SETTLED_YEARS = Record(
    SettledYear, lambda settled: (settled_pk(settled.agency, settled.part), f"{settled.person}#{settled.year}")
)
