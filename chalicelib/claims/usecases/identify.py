"""Turns what a caller wrote of a person into what everything behind the edge knows: a token and a name's key."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.claims.domain.submission import Incoming, Submission
from chalicelib.claims.ports import PersonStore
from chalicelib.lookups.domain import NOBODY
from chalicelib.registry.domain.identity_documents import Document
from chalicelib.registry.ports import NameKeys, PersonTokens


@dataclass(frozen=True, slots=True)
class Identifying:
    tokens: PersonTokens
    names: NameKeys
    persons: PersonStore

    def person(self, document: Document | None) -> str:
        """The token of who holds a document, whichever of their documents it is; `NOBODY` where it is none. Raises
        `Unavailable`.
        """
        return NOBODY if document is None else self.persons.known_as(self.tokens.token(document))

    def token(self, document: Document) -> str:
        """The token of a document. Raises `Unavailable`."""
        return self.tokens.token(document)

    def name_key(self, person: str, name: str) -> str:
        """The key of a name as this person's. Raises `Unavailable`."""
        return self.names.key(person, name)

    def claim_of(self, submission: Submission, document: Document | None) -> Claim:
        """A submission as everything behind the edge knows it."""
        person = self.person(document)
        return submission.to_claim(person, self.name_key(person, submission.patient.name))

    def incoming(self, submission: Submission, document: Document | None) -> Incoming:
        """A submission as it is received."""
        return Incoming(self.claim_of(submission, document), submission.resubmit, submission.warnings)
