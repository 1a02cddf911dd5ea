"""Records insured periods of persons by area, and starts the claims that waited for an enrolment.

Identity number and name go to the vault and nowhere else; all code here but that call works on the token. Every
statement is kept as a version, with its maker and time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.enrolment.access import ENROLMENT_RECORD, ENROLMENT_RECORD_UNINSURED
from chalicelib.enrolment.usecases.later_documents import LaterDocument, LaterDocuments
from chalicelib.kernel.access import Action, Principal, Resource, allowed, require
from chalicelib.kernel.errors import Conflict, Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.kernel.writes import Insert, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.checks import check_area, check_area_stated, check_period
from chalicelib.registry.domain.enrolments import (
    EnrolmentVersion,
    PersonEnrolments,
    StatementKind,
    enrolment_queue,
    in_the_way,
    stands,
    with_statement,
)
from chalicelib.registry.domain.identity_documents import Document, read_document
from chalicelib.registry.domain.model import Enrolment, Insurance, Registry
from chalicelib.registry.domain.requests import EnrolmentRequest
from chalicelib.registry.domain.resources import of_area
from chalicelib.registry.ports import PersonVault
from chalicelib.settlement.usecases.cover_changes import CoverChanges
from chalicelib.settlement.usecases.defer import Deferral

CALL = "POST /v1/enrolments"

INSURED_ELSEWHERE = Finding(
    "insured-elsewhere",
    "from",
    Text(
        "该人员在所填期间内已由另一统筹区参保。请改填期间，或办理关系转移接续（POST /v1/enrolment-transfers），"
        "由原参保地经办机构办结后生效。",
        "Another area insures this person on some of these days. Record other days, or ask for a transfer "
        "(POST /v1/enrolment-transfers), which the agency there releases.",
    ),
)


@dataclass(frozen=True, slots=True)
class EnrolmentRecorded:
    """The result of a recording. `redecided` settled claims came to another result by the change."""

    person: PersonToken
    redecided: int


@dataclass(frozen=True, slots=True, repr=False)
class Identified:
    """The person of a statement, on the way to the vault: the document that the statement gives, and its token."""

    document: Document
    token: PersonToken
    name: str


def may_speak_for(principal: Principal, area: AreaCode, registry: Registry) -> bool:
    """Tell whether an agency may record insurance in an area: its own, or a county of its pooling area."""
    return allowed(principal, ENROLMENT_RECORD, of_area(registry, area, "enrolment"))


@dataclass(frozen=True, slots=True)
class EnrolPerson:
    identifying: Identifying
    looking_up: LookingUp
    vault: PersonVault
    later_documents: LaterDocuments
    claims: ClaimStore
    persons: PersonStore
    bundles: BundleStore
    commits: Commits
    deferral: Deferral
    cover: CoverChanges
    retrying: Retrying
    clock: Clock

    def __call__(self, principal: Principal, request: EnrolmentRequest) -> EnrolmentRecorded:
        """Record a period of insurance; the same statement again changes nothing.

        The insured place's agency alone may state that it insures a person, and only for days on which no other area
        does: else `Conflict` with `insured-elsewhere`, which only a caller who knows the name is told. Under another
        name the statement is kept, changes nothing and is answered as for an unknown person; so is a later document
        under which another name is on record. Any agency may state that nobody insures a person; that statement never
        displaces an insured period and is answered alike whether or not a period stands. Raises `Invalid`.
        """
        registry = self.bundles.current().registry
        require(principal, *_asked(request, registry))
        document, wrong = read_document(request.document, self.clock.today())
        wrong = (*wrong, *_wrong_with(request, registry))
        if wrong or document is None:
            raise Invalid(wrong)
        former = self._former(request)
        area = registry.pooling_area(principal.area)
        whom = Identified(document, self.identifying.token(document), request.name)
        person = self.identifying.holder(former or document, request.name, area)
        for each in dict.fromkeys((person, whom.token)):
            self.looking_up.note(principal, each, CALL, Purpose.ENROLMENT)
        act = Act.of(principal, instant(self.clock.now()))
        stated = _stated(principal, person, self.identifying.name_key(person, request.name), request)

        def is_ours(area: AreaCode) -> bool:
            return may_speak_for(principal, area, registry)

        def record() -> bool:
            if former is None:
                return self._record(stated, act, is_ours, whom, self.later_documents.named(whom.token, person, area))
            joined = self.later_documents.joining(whom.token, person, request.name, area)
            return self._record(stated, act, is_ours, whom, joined)

        if not self.retrying.on_conflict(record):
            self._look_as_if_it_counted(person)
            return EnrolmentRecorded(person, 0)
        # Also for a period that was recorded before: an earlier try may have ended before everyone was started.
        self.deferral.resume_queue(enrolment_queue(person))
        return EnrolmentRecorded(person, self.cover.follow(person, act, "enrolment"))

    def _former(self, request: EnrolmentRequest) -> Document | None:
        """Return the document under which the person was known before, where stated. Raises `Invalid`."""
        if request.formerly is None:
            return None
        former, wrong = read_document(request.formerly, self.clock.today(), "formerly.")
        if former is None:
            raise Invalid(wrong)
        return former

    def _look_as_if_it_counted(self, person: PersonToken) -> None:
        """Make the reads of a statement about an unknown person, so that no statement is answered sooner."""
        self.claims.waiting_for(enrolment_queue(person), PageRequest(1))
        self.persons.years(person)

    def _record(
        self,
        stated: Enrolment,
        act: Act,
        is_ours: Callable[[AreaCode], bool],
        whom: Identified,
        joined: LaterDocument | None,
    ) -> bool:
        """Record a statement and tell whether it counts. The reads of stores and keys are the same for every person, so
        that neither the answer nor its time tells whether a number is somebody's.
        """
        person = stated.person
        known, history = self.persons.enrolments(person), self.persons.enrolment_history(person)
        others = [each for each in known.periods if each.insured_area is not None and not is_ours(each.insured_area)]
        also = None if joined is None else joined.own
        conflicting = in_the_way(known.periods, stated, is_ours) if also is None else others
        _refuse_same_name(conflicting, stated)
        # A caller with the number but not the name is not told that the number is in use.
        periods = known.periods if conflicting else with_statement(known.periods, stated)
        # The name in the vault is the insuring area's to write: nobody else's statement changes it.
        self.vault.keep(person, whom.document, whom.name, is_theirs=not others)
        cover = self.cover.announced(person, act.at)
        counts = not conflicting and stands(periods, stated)
        is_new = joined is not None and joined.is_new and not conflicting
        is_said = any(each.stated == stated and also in (None, each.also) for each in history)
        if is_said and periods == known.periods and not is_new:
            return counts
        version = EnrolmentVersion(known.version + 1, StatementKind.RECORDED, stated, periods, act, also=also)
        self.commits.commit(
            [
                Revise(PersonEnrolments(person, version.number, periods)),
                Insert(version),
                *(cover if counts else ()),
                *(() if joined is None or conflicting else joined.parts),
            ]
        )
        return counts


def _refuse_same_name(conflicting: Sequence[Enrolment], stated: Enrolment) -> None:
    """Refuse a statement with the name of another area's enrolment. Raises `Conflict`."""
    if any(period.name_key == stated.name_key for period in conflicting):
        raise Conflict([INSURED_ELSEWHERE])


def _stated(principal: Principal, person: PersonToken, name_key: str, request: EnrolmentRequest) -> Enrolment:
    return Enrolment(
        person=person,
        insured_area=request.insured_area,
        insurance=request.insurance,
        employment=request.employment,
        assistance=request.assistance,
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        name_key=name_key,
        recorded_by=principal.area,
    )


def _asked(request: EnrolmentRequest, registry: Registry) -> tuple[Action, Resource]:
    if request.insurance is Insurance.NONE:
        return ENROLMENT_RECORD_UNINSURED, Resource("enrolment")
    if request.insured_area is None:
        return ENROLMENT_RECORD, Resource("enrolment")
    return ENROLMENT_RECORD, of_area(registry, request.insured_area, "enrolment")


def _wrong_with(request: EnrolmentRequest, registry: Registry) -> tuple[Finding, ...]:
    wrong = check_area_stated(request.insured_area, request.insurance, "insured_area")
    if not wrong and request.insured_area is not None:
        wrong = check_area(request.insured_area, registry, "insured_area")
    return (*wrong, *check_period(request.starts_on, request.ends_on))
