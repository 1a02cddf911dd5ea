"""The health commission puts a patient's status right, and the claims it touches are decided again."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.application.claim_history import HistoryEvent
from chalicelib.application.documents import Documents
from chalicelib.application.ports import BundleStore, ClaimStore, Clock, PersonStore
from chalicelib.application.records import ClaimRecord, ClaimStatus
from chalicelib.application.redeciding import Noted, Redeciding
from chalicelib.application.times import instant
from chalicelib.domain.access import Action, Principal, Resource, allowed, of_case, own, require
from chalicelib.domain.advances import finding
from chalicelib.domain.claims import Claim, StatusEvent
from chalicelib.domain.correction import corrected_history
from chalicelib.domain.errors import Conflict, Finding, Invalid, NotFound

_REASON_REQUIRED = finding("reason-required", "reason", "请说明更正原因。", "Give the reason of the correction.")
_FUTURE = finding("date-in-future", "on", "日期不能晚于今天。", "Give a day that is not after today.")
_NOT_SETTLED = finding("not-settled", "claim_id", "该申请尚未结算。", "The claim is not settled.")


@dataclass(frozen=True, slots=True)
class StatusCorrected:
    """The claims that were decided again with another result, and those the correction left as they were."""

    redecided: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorrectStatus:
    claims: ClaimStore
    persons: PersonStore
    documents: Documents
    bundles: BundleStore
    redeciding: Redeciding
    clock: Clock

    def of_claim(self, principal: Principal, claim_id: str, event: StatusEvent, reason: str) -> StatusCorrected:
        """Correct the status one claim was decided on. Raises `Conflict` unless it is settled, `Invalid` where it
        could not have been settled with that status.
        """
        record = self.claims.get(claim_id)
        require(principal, Action.CASE_CORRECT, own(principal, "case") if record is None else self._resource(record))
        if record is None:
            raise NotFound
        self._check(event, reason)
        if record.status is not ClaimStatus.SETTLED:
            raise Conflict([_NOT_SETTLED])
        return self._correct(principal, [claim_id], event, reason)

    def of_person(self, principal: Principal, person: str, event: StatusEvent, reason: str) -> StatusCorrected:
        """Correct the status of every settled visit of a person that was still going on on that day or began after it,
        and that was of the illness or had the day in it. Raises `NotFound` where there is none to be seen.
        """
        require(principal, Action.CASE_CORRECT, own(principal, "case"))
        self._check(event, reason)
        touched = [
            claim_id
            for year in self.persons.years(person)
            for claim_id in year.standing
            if self._touches(principal, claim_id, event)
        ]
        if not touched:
            raise NotFound
        return self._correct(principal, touched, event, reason)

    def _correct(self, principal: Principal, claim_ids: list[str], event: StatusEvent, reason: str) -> StatusCorrected:
        kept = {
            "status": event.status.value,
            "on": event.on.isoformat(),
            "reason": reason,
            "actor": principal.actor,
            "at": instant(self.clock.now()),
        }
        noted = Noted(HistoryEvent.CORRECTION, principal.role, reason, kept=kept)
        redecided, wrong = [], list[Finding]()
        for claim_id in claim_ids:
            try:
                if self.redeciding.redecide(claim_id, corrected_history(self._claim(claim_id), event), noted):
                    redecided.append(claim_id)
            except Invalid as refused:
                wrong += refused.findings
        if wrong:
            raise Invalid(wrong)
        return StatusCorrected(tuple(redecided), tuple(each for each in claim_ids if each not in redecided))

    def _touches(self, principal: Principal, claim_id: str, event: StatusEvent) -> bool:
        record = self.claims.get(claim_id)
        if record is None or not allowed(principal, Action.CASE_CORRECT, self._resource(record)):
            return False
        claim = self._claim(claim_id)
        visit = claim.visit
        within = visit.admitted_on <= event.on <= visit.discharged_on
        return within or (event.on <= visit.discharged_on and bool(claim.diagnosis.history))

    def _claim(self, claim_id: str) -> Claim:
        record = self.claims.get(claim_id)
        if record is None or record.settlement is None:
            raise NotFound
        return self.documents.claim(record.settlement.decided_hash)

    def _resource(self, record: ClaimRecord) -> Resource:
        registry = self.bundles.current().registry
        institution = registry.institutions.get(record.institution)
        return Resource("case") if institution is None else of_case(registry, institution.area)

    def _check(self, event: StatusEvent, reason: str) -> None:
        wrong = [] if reason.strip() else [_REASON_REQUIRED]
        if event.on > self.clock.today():
            wrong.append(_FUTURE)
        if wrong:
            raise Invalid(wrong)
