"""Recognises a person by a document and a name, for records of insured persons that are made without a claim.

An unknown number, another name and nobody insured on the day are answered alike, and every question is counted against
the institution's limit: an answer must not tell strangers who is insured.
"""

from __future__ import annotations

from datetime import date

from chalicelib.adjudication.domain.requirements import unknown_person
from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.words.ids import PersonToken
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.enrolments import is_named, period_on
from chalicelib.registry.domain.identity_documents import StatedDocument, read_document
from chalicelib.registry.domain.model import Enrolment


@dataclass(frozen=True, slots=True)
class RecognisePerson:
    identifying: Identifying
    persons: PersonStore
    looking_up: LookingUp
    clock: Clock

    def __call__(
        self, principal: Principal, stated: StatedDocument, name: str, on: date, call: str
    ) -> tuple[PersonToken, Enrolment]:
        """Return the person's token and the enrolment of the day. `call` names the route in the record of the look-up.

        Raises `Invalid` for an invalid document and for a person who is not recognised, `TooManyRequests` over the
        institution's limit.
        """
        document, wrong = read_document(stated, self.clock.today())
        if wrong:
            raise Invalid(wrong)
        person = self.identifying.holder(document, name)
        name_key = self.identifying.name_key(person, name)
        periods = self.persons.enrolments(person).periods
        period = period_on(periods, on)
        matched = is_named(periods, period, name_key)
        self.looking_up.count(principal, person, call, Purpose.ELIGIBILITY, matched=matched)
        if not matched or period is None:
            raise Invalid([unknown_person("patient.id_no")])
        return person, period
