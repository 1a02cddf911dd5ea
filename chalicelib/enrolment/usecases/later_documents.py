"""Makes a later document a known person's: a newborn's number, a renewed passport.

Two records never become one record. That the later document has records of its own is told only to a caller who states
the name on those records: a number may be another person's, whom no agency may find by trying numbers.
"""

from __future__ import annotations

from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.identify import Identifying, names_on_record
from chalicelib.kernel.errors import Conflict, Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.kernel.writes import Insert, Part, Require, Revise
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
"""The calendar years, ending with this year, of which no bill may come under a document while its person changes."""


@dataclass(frozen=True, slots=True)
class LaterDocument:
    """A statement about a document beside the cover. `own` is the person whom a later document led to before, None
    where the statement names a single document; `is_new` tells whether the statement is new, and `parts` write the
    statement, or hold the reads that decided it.
    """

    own: str | None
    is_new: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class LaterDocuments:
    identifying: Identifying
    persons: PersonStore
    clock: Clock

    def joining(self, token: PersonToken, person: PersonToken, name: str, area: AreaCode) -> LaterDocument | None:
        """Return the parts that make a token's document a person's, on condition that no bill comes under the document
        meanwhile: a bill received and not yet looked at counts as much as a waiting bill. None where the document is
        theirs already.

        A document with a record under another name than `name` becomes theirs by the word of `area` alone, which binds
        the area's agencies from then on in either case. So neither this answer nor a later answer about the document
        tells the case; and stores and keys are read alike in both.

        Raises `Conflict` where the record is of this name.
        """
        known = self.persons.document(token)
        said = known.ascribed.said_in(area)
        own = known.person if said in (None, person) else said
        name_key = self.identifying.name_key(own, name)
        enrolments, history = self.persons.enrolments(own), self.persons.enrolment_history(own)
        visits = {each.year: each for each in self.persons.visit_years(own)}
        years = self.persons.years(own)
        if own == person:
            return None
        if name_key in names_on_record(enrolments, history, visits.values()):
            raise Conflict([_TWO_RECORDS])
        last = self.clock.today().year
        versions = dict.fromkeys(range(last - _YEARS_WATCHED + 1, last + 1), 0)
        versions |= {year: each.version for year, each in visits.items()}
        still = (Require(PersonVisits(own, year, version)) for year, version in versions.items())
        conditions = (Require(PersonEnrolments(own, enrolments.version)), *still)
        word = () if said is not None else (Revise(known.ascribed.saying(area, person)),)
        if enrolments.version or years or any(each.entries for each in visits.values()):
            return LaterDocument(own, is_new=bool(word), parts=(*word, *conditions))
        return LaterDocument(own, is_new=True, parts=(Insert(SamePerson(own, person)), *word, *conditions))

    def named(self, token: PersonToken, person: PersonToken, area: AreaCode) -> LaterDocument | None:
        """Return the withdrawal of an area's word on a document, where its agency now names the person on record."""
        known = self.persons.document(token)
        said = known.ascribed.said_in(area)
        is_back = said is not None and person == known.person != said
        return LaterDocument(None, is_new=True, parts=(Revise(known.ascribed.without(area)),)) if is_back else None
