"""Makes a later document one of a person's who was known before: a newborn's number, a renewed passport.

Two records never become one. That the later document has records of its own is told to whoever states the name that
stands on them, and to nobody else: a number may be somebody else's, whom no agency may find by trying numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.kernel.errors import Conflict, Finding
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.kernel.writes import Insert, Part, Require
from chalicelib.registry.domain.enrolments import PersonEnrolments, SamePerson

_TWO_RECORDS = Finding(
    "document-has-records",
    "formerly",
    Text(
        "该证件已有单独的登记或待结申请，不能与原证件并为一人。请先由医疗机构撤回以该证件申报的申请，并按原证件继续登记。",
        "Keep recording this person under the earlier document, and let hospitals withdraw what waits under the later "
        "one: it has records of its own, and two records do not become one.",
    ),
)
_YEARS_WATCHED = 10
"""The calendar years, this one the last, of which no bill may come under a document while it becomes another's."""


@dataclass(frozen=True, slots=True)
class LaterDocument:
    """`own` is the document's own token; `links` says whether it becomes the person's; `parts` write that, or hold what
    was read to decide it.
    """

    own: str
    links: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class LaterDocuments:
    identifying: Identifying
    persons: PersonStore
    clock: Clock

    def joining(self, own: str, person: str, name: str) -> LaterDocument | None:
        """What makes the document of the token `own` one of a person's, on the condition that nothing comes under it
        meanwhile: a bill that was received and not yet looked at counts as much as one that waits. None where it is
        theirs already; where something is on record under another name than `name`, no link. Whichever it is, the same
        is asked of stores and keys.

        Raises `Conflict` where the record is of this name.
        """
        name_key = self.identifying.name_key(own, name)
        enrolments, history = self.persons.enrolments(own), self.persons.enrolment_history(own)
        visits = {each.year: each for each in self.persons.visit_years(own)}
        years = self.persons.years(own)
        if own == person:
            return None
        entries = [entry for each in visits.values() for entry in each.entries]
        names = {each.name_key for each in (*enrolments.periods, *(version.stated for version in history))}
        names |= {entry.name_key for entry in entries}
        if name_key in names:
            raise Conflict([_TWO_RECORDS])
        last = self.clock.today().year
        versions = dict.fromkeys(range(last - _YEARS_WATCHED + 1, last + 1), 0)
        versions |= {year: each.version for year, each in visits.items()}
        still = (Require(PersonVisits(own, year, version)) for year, version in versions.items())
        conditions = (Require(PersonEnrolments(own, enrolments.version)), *still)
        if enrolments.version or entries or years:
            return LaterDocument(own, links=False, parts=conditions)
        return LaterDocument(own, links=True, parts=(Insert(SamePerson(own, person)), *conditions))
