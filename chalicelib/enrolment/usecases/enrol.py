"""Records who is insured where, and starts the claims that waited for it.

Identity number and name go to the vault and nowhere else; everything here but that one call works on the token. Every
statement is kept as a version, with who made it and when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.enrolment.access import ENROLMENT_RECORD, ENROLMENT_RECORD_UNINSURED
from chalicelib.kernel.access import Action, Principal, Resource, allowed, require
from chalicelib.kernel.errors import Conflict, Finding, Invalid
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.writes import Insert, Part, Require, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.checks import check_area, check_period
from chalicelib.registry.domain.enrolments import (
    EnrolmentVersion,
    PersonEnrolments,
    SamePerson,
    StatementKind,
    enrolment_queue,
    in_the_way,
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

_AREA_REQUIRED = Finding(
    "area-required", "insured_area", Text("参保人员须填写参保地。", "Name the insured area of an insured person.")
)
_AREA_NOT_ALLOWED = Finding(
    "area-not-allowed",
    "insured_area",
    Text("未参保人员请勿填写参保地。", "Leave the insured area out: nobody insures them."),
)
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
    """`redecided` settled claims came to another result by the change."""

    person: str
    redecided: int


@dataclass(frozen=True, slots=True, repr=False)
class Identified:
    """Whom a statement is about, on the way to the vault."""

    document: Document
    name: str


def may_speak_for(principal: Principal, area: str, registry: Registry) -> bool:
    """Whether an agency may record insurance in an area: its own, or a county of its pooling area."""
    return allowed(principal, ENROLMENT_RECORD, of_area(registry, area, "enrolment"))


@dataclass(frozen=True, slots=True)
class EnrolPerson:
    identifying: Identifying
    looking_up: LookingUp
    vault: PersonVault
    persons: PersonStore
    bundles: BundleStore
    commits: Commits
    deferral: Deferral
    cover: CoverChanges
    retrying: Retrying
    clock: Clock

    def __call__(self, principal: Principal, request: EnrolmentRequest) -> EnrolmentRecorded:
        """Record a period of insurance; the same statement again changes nothing.

        The insured place's agency alone may say that it insures somebody, and only for days on which no other area
        does: else `Conflict` with `insured-elsewhere`, which only who knows the name is told. Under another name the
        statement is kept, changes nothing and is answered as it would be of somebody nobody knows. That nobody insures
        them, any agency may say; it never displaces an insured period and is answered alike whether or not one stands.
        Raises `Invalid`.
        """
        registry = self.bundles.current().registry
        require(principal, *_asked(request, registry))
        document, wrong = read_document(request.document, self.clock.today())
        wrong = (*wrong, *_wrong_with(request, registry))
        if wrong or document is None:
            raise Invalid(wrong)
        person = self._whom(document, request)
        self.looking_up.note(principal, person, CALL, Purpose.ENROLMENT)
        act = Act.of(principal, instant(self.clock.now()))
        stated = _stated(principal, person, self.identifying.name_key(person, request.name), request)

        def is_ours(area: str) -> bool:
            return may_speak_for(principal, area, registry)

        def record() -> None:
            parts = () if request.formerly is None else self._joining(document, person)
            self._record(stated, act, is_ours, Identified(document, request.name), parts)

        self.retrying.on_conflict(record)
        # Also for a period that was recorded before: an earlier try may have ended before everyone was started.
        self.deferral.resume_queue(enrolment_queue(person))
        return EnrolmentRecorded(person, self.cover.follow(person, act, "enrolment"))

    def _whom(self, document: Document, request: EnrolmentRequest) -> str:
        """The person a statement is about: whom the earlier document names, where one is given. Raises `Invalid`."""
        if request.formerly is None:
            return self.identifying.person(document)
        former, wrong = read_document(request.formerly, self.clock.today(), "formerly.")
        if former is None:
            raise Invalid(wrong)
        return self.identifying.person(former)

    def _joining(self, document: Document, person: str) -> tuple[Part, ...]:
        """What makes a document one of a person's, on the condition that nothing comes under it meanwhile: a bill that
        was received and not yet looked at counts as much as one that waits.

        Raises `Conflict` where something is on record under this document alone: two records do not become one.
        """
        own = self.identifying.person(document)
        if own == person:
            return ()
        visits = {each.year: each for each in self.persons.visit_years(own)}
        is_billed = any(each.entries for each in visits.values()) or self.persons.years(own)
        if self.persons.enrolments(own).version or is_billed:
            raise Conflict([_TWO_RECORDS])
        last = self.clock.today().year
        versions = dict.fromkeys(range(last - _YEARS_WATCHED + 1, last + 1), 0)
        versions |= {year: each.version for year, each in visits.items()}
        still = (Require(PersonVisits(own, year, version)) for year, version in versions.items())
        return (Insert(SamePerson(own, person)), Require(PersonEnrolments(own)), *still)

    def _record(
        self, stated: Enrolment, act: Act, is_ours: Callable[[str], bool], whom: Identified, parts: tuple[Part, ...]
    ) -> None:
        person = stated.person
        known = self.persons.enrolments(person)
        others = [each for each in known.periods if each.insured_area is not None and not is_ours(each.insured_area)]
        conflicting = others if parts else in_the_way(known.periods, stated, is_ours)
        if any(period.name_key == stated.name_key for period in conflicting):
            raise Conflict([INSURED_ELSEWHERE])
        if conflicting:
            # Whoever has the number without the name is not told that it is somebody's.
            parts, periods = (), known.periods
        else:
            periods = with_statement(known.periods, stated)
        if not others:
            # The name in the vault is the insuring area's to write: nobody else's statement changes it.
            self.vault.keep(person, whom.document, whom.name)
        if (
            not parts
            and periods == known.periods
            and any(each.stated == stated for each in self.persons.enrolment_history(person))
        ):
            return
        version = EnrolmentVersion(known.version + 1, StatementKind.RECORDED, stated, periods, act)
        self.commits.commit(
            [
                Revise(PersonEnrolments(person, version.number, periods)),
                Insert(version),
                *self.cover.announced(person, act.at),
                *parts,
            ]
        )


def _stated(principal: Principal, person: str, name_key: str, request: EnrolmentRequest) -> Enrolment:
    return Enrolment(
        person=person,
        insured_area=request.insured_area,
        insurance=request.insurance,
        employment=request.employment,
        assistance=request.assistance,
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        name_key=name_key,
        recorded_by=principal.subject,
    )


def _asked(request: EnrolmentRequest, registry: Registry) -> tuple[Action, Resource]:
    if request.insurance is Insurance.NONE:
        return ENROLMENT_RECORD_UNINSURED, Resource("enrolment")
    if request.insured_area is None:
        return ENROLMENT_RECORD, Resource("enrolment")
    return ENROLMENT_RECORD, of_area(registry, request.insured_area, "enrolment")


def _wrong_with(request: EnrolmentRequest, registry: Registry) -> tuple[Finding, ...]:
    findings = []
    insured = request.insurance is not Insurance.NONE
    if insured and request.insured_area is None:
        findings.append(_AREA_REQUIRED)
    if not insured and request.insured_area is not None:
        findings.append(_AREA_NOT_ALLOWED)
    if insured and request.insured_area is not None:
        findings += check_area(request.insured_area, registry, "insured_area")
    return (*findings, *check_period(request.starts_on, request.ends_on))
