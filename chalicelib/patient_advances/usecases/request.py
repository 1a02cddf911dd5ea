"""Advances for patients elsewhere: reported where insured, passed on by the centre, granted at the treatment place.

Granting writes the request and an approved special advance in one transaction, then starts the prepayment machine; from
then on the advance is like any other. A second decision is refused after starting the machine again, since the first
call may have been cut off in between. Source: Y-14, 云医保〔2020〕12号 四（三）.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chalicelib.advances.domain.model import Advance
from chalicelib.advances.ports import AdvanceStore, PrepaymentMachine
from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.examine import enrolment_for
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.errors import Conflict, Invalid, NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Insert, Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.law.ports import BundleStore
from chalicelib.patient_advances.access import (
    PATIENT_ADVANCE_DECIDE,
    PATIENT_ADVANCE_FORWARD,
    PATIENT_ADVANCE_READ,
    PATIENT_ADVANCE_REPORT,
)
from chalicelib.patient_advances.domain import (
    PatientAdvance,
    PatientAdvanceId,
    PatientAdvanceStatus,
    PatientCase,
    case_findings,
    provision_for,
    request_findings,
    request_id_of,
    unknown_institution,
)
from chalicelib.patient_advances.ports import PatientAdvanceQuery, PatientAdvanceStore
from chalicelib.patient_advances.usecases.follow import Followed, Following
from chalicelib.registry.domain.model import AreaLevel
from chalicelib.registry.domain.resources import of_area, own, require_found

_KIND = "patient-advance"


@dataclass(frozen=True, slots=True)
class PatientAdvanceView:
    """A request and, once granted, the course of its money."""

    request: PatientAdvance
    followed: Followed | None


@dataclass(frozen=True, slots=True)
class PatientAdvances:
    requests: PatientAdvanceStore
    advances: AdvanceStore
    persons: PersonStore
    bundles: BundleStore
    following: Following
    commits: Commits
    machine: PrepaymentMachine
    clock: Clock
    retrying: Retrying

    def report(self, principal: Principal, case: PatientCase, amount_fen: Fen, reason: str) -> PatientAdvance:
        """Report a person who cannot pay elsewhere. The same report returns the same request until the request is over.

        Raises `NotFound` for a person whom the caller's area does not insure on the days of the visit, and `Invalid`
        with the findings on the request or the obstacles to the article.
        """
        bundle, today = self.bundles.current(), self.clock.today()
        enrolment = enrolment_for(self.persons.enrolments(case.person).periods, case.visit_on(today))
        insured_area = None if enrolment is None else enrolment.insured_area
        resource = Resource(_KIND) if insured_area is None else of_area(bundle.registry, insured_area, _KIND)
        require(principal, PATIENT_ADVANCE_REPORT, resource)
        if enrolment is None or insured_area is None:
            raise NotFound
        wrong = [*case_findings(case, today), *request_findings(amount_fen, reason)]
        institution = bundle.registry.institutions.get(case.institution)
        if institution is None:
            wrong.append(unknown_institution())
        if wrong or institution is None:
            raise Invalid(wrong)
        registry = bundle.registry
        request = PatientAdvance(
            request_id=PatientAdvanceId(""),
            case=case,
            insured_area=insured_area,
            pooling_area=registry.pooling_area(insured_area),
            centre=registry.province(insured_area),
            agency=institution.agency,
            amount_fen=amount_fen,
            reason=reason,
            citation=provision_for(bundle, case, enrolment, today).citation,
            reported=Act.of(principal, instant(self.clock.now())),
        )
        return self.retrying.on_conflict(lambda: self._recorded(request))

    def forward(
        self, principal: Principal, request_id: PatientAdvanceId, *, forward: bool, answer: str | None
    ) -> PatientAdvance:
        """Pass a request on to the treatment agency, or decline it with a reason, as the insured province's centre.

        Raises `Conflict` for a request that was answered before, `Invalid` where a reason is missing.
        """

        def once() -> PatientAdvance:
            request = self._visible(principal, PATIENT_ADVANCE_FORWARD, request_id)
            act = Act.of(principal, instant(self.clock.now()))
            moved = request.forwarded(act) if forward else request.declined(act, answer or "")
            self.commits.commit([Revise(moved)])
            return moved

        return self.retrying.on_conflict(once)

    def decide(
        self,
        principal: Principal,
        request_id: PatientAdvanceId,
        *,
        accept: bool,
        amount_fen: Fen | None = None,
        answer: str | None = None,
    ) -> PatientAdvance:
        """Grant the requested amount or less, or refuse with a reason, as the treatment place's agency.

        Raises `Conflict` for a request that was decided before, `OwnAct` for an earlier actor, `Invalid` for an amount
        that is not allowed or a missing reason.
        """

        def once() -> PatientAdvance:
            request = self._visible(principal, PATIENT_ADVANCE_DECIDE, request_id)
            act = Act.of(principal, instant(self.clock.now()))
            if not accept:
                refused = request.refused(act, answer or "")
                self.commits.commit([Revise(refused)])
                return refused
            accepted, advance = request.accepted(act, amount_fen)
            self.commits.commit([Revise(accepted), Insert(advance)])
            return accepted

        return self._paying(request_id, once)

    def read(self, principal: Principal, request_id: PatientAdvanceId) -> PatientAdvanceView:
        """Return the request, followed from the advance to the clearing of the debts of the person's claims."""
        request = self._visible(principal, PATIENT_ADVANCE_READ, request_id)
        advance = self._advance(request)
        return PatientAdvanceView(request, None if advance is None else self.following.follow(request, advance))

    def find(
        self, principal: Principal, status: PatientAdvanceStatus | None, page: PageRequest
    ) -> Page[PatientAdvance]:
        """Return an agency's own requests and those passed on to the agency, a centre's, or for the auditor all."""
        require(principal, PATIENT_ADVANCE_READ, own(principal, _KIND))
        if principal.role is Role.AGENCY:
            query = PatientAdvanceQuery(area=principal.area, status=status)
        elif principal.role is Role.CENTRE:
            query = PatientAdvanceQuery(centres=(principal.area,), status=status)
        else:
            query = PatientAdvanceQuery(centres=_centres(self.bundles.current()), status=status)
        return self.requests.find(query, page)

    def _recorded(self, request: PatientAdvance) -> PatientAdvance:
        """Record the request under the first free id of its kind, or return the request standing under one of them."""
        number = 1
        while True:
            request_id = request_id_of(request.case, request.amount_fen, request.reason, number)
            known = self.requests.get(request_id)
            if known is None:
                numbered = replace(request, request_id=request_id)
                self.commits.commit([Revise(numbered)])
                return numbered
            if not known.is_over(self._advance(known)):
                return known
            number += 1

    def _paying(self, request_id: PatientAdvanceId, once: Callable[[], PatientAdvance]) -> PatientAdvance:
        try:
            moved = self.retrying.on_conflict(once)
        except Conflict:
            self._start(self.requests.get(request_id))
            raise
        self._start(moved)
        return moved

    def _start(self, request: PatientAdvance | None) -> None:
        if request is not None and request.advance_id is not None:
            self.machine.start(request.advance_id)

    def _advance(self, request: PatientAdvance) -> Advance | None:
        return None if request.advance_id is None else self.advances.get(request.advance_id)

    def _visible(self, principal: Principal, action: Action, request_id: PatientAdvanceId) -> PatientAdvance:
        request = require_found(principal, action, _KIND, self.requests.get(request_id))
        resource = resource_of(request)
        if action is PATIENT_ADVANCE_FORWARD:
            resource = replace(resource, acted=(request.reported.actor,))
        require(principal, action, resource)
        return request


def resource_of(request: PatientAdvance) -> Resource:
    """Return the owners of a request: the insured place, its centre, and the treatment agency once asked."""
    return Resource(
        _KIND,
        areas=request.areas,
        agency=request.agency if request.has_reached_the_agency else None,
        tier=request.centre,
        acted=request.acted,
    )


def _centres(bundle: Bundle) -> tuple[AreaCode, ...]:
    return tuple(sorted(area.code for area in bundle.registry.areas.values() if area.level is AreaLevel.PROVINCE))
