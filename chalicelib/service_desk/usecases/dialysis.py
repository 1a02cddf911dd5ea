"""Submits a dialysis for review, decides or audits the review, and recovers the claims that passed wrongly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.clearing.ports import RecoverFromHospital
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import ClockKind, ClockRule, WorkingDays, start_clock
from chalicelib.kernel.errors import Conflict, Invalid, NotFound, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, PersonToken
from chalicelib.kernel.writes import Part, Put, Remove, Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.services.clocks import clock_rule
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.checks import check_period
from chalicelib.registry.domain.resources import Lists, own, require_found
from chalicelib.service_desk.access import DIALYSIS_ASK, DIALYSIS_AUDIT, DIALYSIS_DECIDE, DIALYSIS_READ
from chalicelib.service_desk.domain.dialysis import (
    AUDIT_EARLY,
    CLAIM_OUTSIDE,
    CLAIMS_UNEXPECTED,
    DIALYSIS,
    REVIEW_NUMBER_TAKEN,
    SPAN_DAYS_MAX,
    SPAN_TOO_LONG,
    DialysisOutcome,
    DialysisReview,
    DialysisReviewId,
    DialysisStatus,
    audit_of,
    dialysis_review_id_of,
    pass_provision,
)
from chalicelib.service_desk.domain.rests import Rest, RestKind
from chalicelib.service_desk.ports import DialysisStore, at_desk, at_hospital
from chalicelib.worklist.domain import Duty, Task, done, duty_task

_KIND = "dialysis"
_LISTS = Lists(_KIND, at_hospital, at_desk)


@dataclass(frozen=True, slots=True)
class DialysisRequest:
    """A hospital's request for review: the dialysis of a person from one day to another, both inside."""

    review_no: str
    person: PersonToken
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class ShownDialysis:
    """A review with the first day of its audit, as known today, and the provisions that make the audit wait."""

    review: DialysisReview
    audit_from: date | None
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DialysisReviews:
    reviews: DialysisStore
    claims: ClaimStore
    persons: PersonStore
    bundles: BundleStore
    recover: RecoverFromHospital
    commits: Commits
    retrying: Retrying
    clock: Clock
    working_days: WorkingDays

    def ask(self, principal: Principal, request: DialysisRequest) -> ShownDialysis:
        """Submit a dialysis to the agency that settles with the hospital. The review passes at once under a provision
        of today, and otherwise waits for a person. The same number and content again return the first review.

        Raises `NotFound` for a person without a record, `Invalid` for days in the wrong order or too many, `Conflict`
        for another content.
        """
        require(principal, DIALYSIS_ASK, own(principal, _KIND))
        bundle = self.bundles.current()
        here = bundle.registry.institutions.get(principal.subject)
        if here is None or self.persons.enrolments(request.person).version == 0:
            raise NotFound
        wrong = check_period(request.from_on, request.to_on)
        if not wrong and (request.to_on - request.from_on).days >= SPAN_DAYS_MAX:
            wrong = (SPAN_TOO_LONG,)
        if wrong:
            raise Invalid(wrong)
        review = self.retrying.on_conflict(lambda: self._keep(principal, here.agency, request, bundle))
        return self._shown(review, bundle)

    def decide(
        self, principal: Principal, review_id: DialysisReviewId, *, approve: bool, because: str | None
    ) -> ShownDialysis:
        """Decide a waiting review as another person than the requester. Raises `OwnAct`, `Conflict` as the domain."""
        return self._step(
            principal,
            DIALYSIS_DECIDE,
            review_id,
            lambda review, act: review.decided_by(act, approve=approve, because=because),
        )

    def withdraw(self, principal: Principal, review_id: DialysisReviewId, because: str) -> ShownDialysis:
        """Take back a waiting review. Raises `Conflict` for a review that was decided or has passed."""
        return self._step(principal, DIALYSIS_ASK, review_id, lambda review, act: review.withdrawn_by(act, because))

    def audit(
        self,
        principal: Principal,
        review_id: DialysisReviewId,
        outcome: DialysisOutcome,
        because: str,
        claims: tuple[ClaimId, ...],
    ) -> ShownDialysis:
        """Record the audit of a passed review, as another person than the requester.

        Wrongly passed claims are taken back from the hospital, claim by claim. The outcome is stored first, so that the
        same audit sent again continues an interrupted recovery; until all is recovered the duty stays on the work list.
        Raises `OwnAct`, `Conflict` before the audit's day and for another outcome than recorded, and `Invalid` for
        claims that are not those of the review.
        """
        named = tuple(sorted(set(claims)))
        review = self.retrying.on_conflict(lambda: self._audit_once(principal, review_id, outcome, because, named))
        if review.status is DialysisStatus.RECOVERING:
            for claim_id in review.claims:
                self.recover(principal, claim_id, because)
            review = self.retrying.on_conflict(lambda: self._recovered_once(review_id))
        return self._shown(review, self.bundles.current())

    def read(self, principal: Principal, review_id: DialysisReviewId) -> ShownDialysis:
        """Return a review to a reader who may see it."""
        return self._shown(self._visible(principal, DIALYSIS_READ, review_id), self.bundles.current())

    def find(
        self, principal: Principal, area: AreaCode | None, status: DialysisStatus | None, page: PageRequest
    ) -> Page[ShownDialysis]:
        """List a hospital's own reviews, or those submitted to an area, newest first."""
        bundle = self.bundles.current()
        lists = _LISTS.asked_for(principal, DIALYSIS_READ, bundle.registry, area)
        found = self.reviews.find(lists, page, {} if status is None else {"status": status.value})
        return Page(tuple(self._shown(each, bundle) for each in found.items), found.next)

    def _keep(self, principal: Principal, area: AreaCode, request: DialysisRequest, bundle: Bundle) -> DialysisReview:
        review_id = dialysis_review_id_of(principal.institution, request.review_no)
        content = fingerprint([request.person, request.from_on.isoformat(), request.to_on.isoformat()])
        known = self.reviews.get(review_id)
        if known is not None:
            if known.content != content:
                raise Conflict([REVIEW_NUMBER_TAKEN.naming(review_id=known.review_id)])
            return known
        now, today = self.clock.now(), self.clock.today()
        citation = pass_provision(bundle, area, today)
        waits = ClockRule(ClockKind.NONE, None, citation, postponed=True)
        rule = clock_rule(bundle, DIALYSIS, area, today) if citation is None else waits
        review = DialysisReview(
            review_id=review_id,
            review_no=request.review_no,
            area=area,
            institution=principal.institution,
            person=request.person,
            from_on=request.from_on,
            to_on=request.to_on,
            asked_on=today,
            content=content,
            asked=Act.of(principal, instant(now)),
            clock=start_clock(rule, now, self.working_days),
            status=DialysisStatus.WAITING if citation is None else DialysisStatus.PASSED,
            citation=citation,
        )
        listed: Part = Put(dialysis_task_of(review)) if citation is None else Put(dialysis_rest_of(review))
        self.commits.commit([Revise(review), listed])
        return review

    def _step(
        self,
        principal: Principal,
        action: Action,
        review_id: DialysisReviewId,
        step: Callable[[DialysisReview, Act], DialysisReview],
    ) -> ShownDialysis:
        def once() -> DialysisReview:
            review = self._visible(principal, action, review_id)
            act = Act.of(principal, instant(self.clock.now()))
            moved = step(review, act)
            if moved is not review:
                self.commits.commit([Revise(moved), Put(done(dialysis_task_of(review), act.at))])
            return moved

        return self._shown(self.retrying.on_conflict(once), self.bundles.current())

    def _audit_once(
        self,
        principal: Principal,
        review_id: DialysisReviewId,
        outcome: DialysisOutcome,
        because: str,
        claims: tuple[ClaimId, ...],
    ) -> DialysisReview:
        review = self._visible(principal, DIALYSIS_AUDIT, review_id)
        act = Act.of(principal, instant(self.clock.now()))
        moved = review.audited_by(act, outcome, because, claims)
        if moved is review:
            return review
        today = self.clock.today()
        after = audit_of(self.bundles.current(), review, today)
        if after is not None and not after.has_come(today):
            raise Conflict([AUDIT_EARLY.naming(status=review.status.value)])
        self._check_claims(review, outcome, claims)
        task = dialysis_task_of(moved)
        listed = task if moved.status is DialysisStatus.RECOVERING else done(task, act.at)
        self.commits.commit([Revise(moved), Put(listed), Remove(dialysis_rest_of(review))])
        return moved

    def _check_claims(self, review: DialysisReview, outcome: DialysisOutcome, claims: tuple[ClaimId, ...]) -> None:
        if claims and outcome is DialysisOutcome.UPHELD:
            raise Invalid([CLAIMS_UNEXPECTED])
        person = self.persons.known_as(review.person)
        years = range(review.from_on.year, review.to_on.year + 1)
        visits = [entry for year in years for entry in self.persons.visits(person, year).entries]
        theirs = {
            entry.claim_id
            for entry in visits
            if entry.institution == review.institution and review.from_on <= entry.discharged_on <= review.to_on
        }
        for claim_id in claims:
            record = self.claims.get(claim_id) if claim_id in theirs else None
            if record is None or record.status is not ClaimStatus.SETTLED:
                raise Invalid([CLAIM_OUTSIDE])

    def _recovered_once(self, review_id: DialysisReviewId) -> DialysisReview:
        review = existing(self.reviews.get(review_id))
        if review.status is not DialysisStatus.RECOVERING:
            return review
        at = instant(self.clock.now())
        moved = review.recovered(at)
        self.commits.commit([Revise(moved), Put(done(dialysis_task_of(review), at))])
        return moved

    def _visible(self, principal: Principal, action: Action, review_id: DialysisReviewId) -> DialysisReview:
        review = require_found(principal, action, _KIND, self.reviews.get(review_id))
        whose = Resource(_KIND, institution=review.institution, areas=frozenset({review.area}), acted=review.acted)
        require(principal, action, whose)
        return review

    def _shown(self, review: DialysisReview, bundle: Bundle) -> ShownDialysis:
        own_citation = () if review.citation is None else (review.citation,)
        after = audit_of(bundle, review, self.clock.today()) if review.citation is not None else None
        if after is None:
            return ShownDialysis(review, None, own_citation)
        return ShownDialysis(review, after.from_on, tuple(dict.fromkeys((*own_citation, *after.citations))))


def dialysis_task_of(review: DialysisReview) -> Task:
    """Build the agency's duty: to decide, or to audit."""
    duty = Duty(DIALYSIS, review.review_id, review.clock)
    return duty_task(
        duty, Role.AGENCY, agency=review.area, institution=review.institution, areas=frozenset({review.area})
    )


def dialysis_rest_of(review: DialysisReview) -> Rest:
    """Build the record of a passed review that waits for the epidemic to be lifted."""
    return Rest(RestKind.DIALYSIS, review.review_id)
