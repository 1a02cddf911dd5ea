"""Turns a person's document and name, as a caller wrote them, into the form used behind the edge: a token and a name's
key.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.claims.domain.submission import Incoming, Submission
from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.ports import PersonStore
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.lookups.domain import NOBODY
from chalicelib.registry.domain.enrolments import EnrolmentVersion, KnownDocument, PersonEnrolments
from chalicelib.registry.domain.identity_documents import Document
from chalicelib.registry.ports import NameKeys, PersonTokens


@dataclass(frozen=True, slots=True)
class Identifying:
    tokens: PersonTokens
    names: NameKeys
    persons: PersonStore

    def person(self, document: Document | None, area: AreaCode | None = None) -> PersonToken:
        """Return the token of a document's holder, the same for all of the holder's documents; `NOBODY` where the
        document is none. To the agencies of a pooling area, `area`, the holder is the person whom they named. Raises
        `Unavailable`.
        """
        if document is None:
            return NOBODY
        known = self.persons.document(self.tokens.token(document))
        return known.ascribed.said_in(area) or known.person

    def holder(self, document: Document | None, name: str, area: AreaCode | None = None) -> PersonToken:
        """Return the token of the holder of a document with a name. A document with records of its own may, by an
        agency's word, be another person's too: the name then decides between the persons. Raises `Unavailable`.
        """
        if document is None:
            return NOBODY
        return self.holder_of(self.persons.document(self.tokens.token(document)), name, area)

    def holder_of(self, known: KnownDocument, name: str, area: AreaCode | None = None) -> PersonToken:
        """Return the holder's token of a document already looked up. The number of requests is the same whether or not
        the document has records of its own.
        """
        if not known.ascribed.said:
            return known.person
        is_named, own = self.goes_by(known.person, name), known.ascribed.said_in(area)
        if own is not None:
            return known.person if is_named else own
        others = dict.fromkeys(each.person for each in known.ascribed.said)
        named = [person for person in others if self.goes_by(person, name)]
        return known.person if is_named or not named else named[0]

    def goes_by(self, person: PersonToken, name: str) -> bool:
        """Tell whether something of a person is on record under a name. Raises `Unavailable`."""
        enrolments, history = self.persons.enrolments(person), self.persons.enrolment_history(person)
        visits = self.persons.visit_years(person)
        return self.name_key(person, name) in names_on_record(enrolments, history, visits)

    def token(self, document: Document) -> PersonToken:
        """Return the token of a document. Raises `Unavailable`."""
        return self.tokens.token(document)

    def name_key(self, person: PersonToken, name: str) -> str:
        """Return the key of a name as this person's. Raises `Unavailable`."""
        return self.names.key(person, name)

    def claim_of(self, submission: Submission, document: Document | None) -> Claim:
        """Return the claim of a submission in the form used behind the edge."""
        person = self.holder(document, submission.patient.name)
        return submission.to_claim(person, self.name_key(person, submission.patient.name))

    def incoming(self, submission: Submission, document: Document | None) -> Incoming:
        """Return the submission in the form in which submissions are received."""
        return Incoming(self.claim_of(submission, document), submission.resubmit, submission.warnings)


def names_on_record(
    enrolments: PersonEnrolments, history: Iterable[EnrolmentVersion], visits: Iterable[PersonVisits]
) -> set[str]:
    """Return the keys of all names under which something of a person was recorded: insurance, or a bill that counts."""
    names = {each.name_key for each in (*enrolments.periods, *(version.stated for version in history))}
    return names | {entry.name_key for each in visits for entry in each.entries}
