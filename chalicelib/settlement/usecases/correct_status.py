"""Corrections of a patient's status by the health commission, and re-decisions of the claims concerned.

No code is asked again. A claim that is not decided yet keeps the correction and is decided with it; a claim that cannot
be decided again becomes a task, with its reasons, and stays unchanged until the task is cleared.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.adjudication.domain.claim import StatusEvent
from chalicelib.adjudication.domain.facts import own_status
from chalicelib.claims.domain.correction import corrected_history
from chalicelib.claims.domain.history import HistoryEvent, told
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, with_statuses
from chalicelib.claims.ports import ClaimStore, PersonStore, UpdateClaim
from chalicelib.claims.usecases.documents import Bodies, Documents
from chalicelib.kernel.access import Principal, Resource, allowed, require
from chalicelib.kernel.errors import Conflict, Invalid, NotFound, existing, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import ClaimId, PersonToken
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.checks import DAY_IN_FUTURE
from chalicelib.registry.domain.resources import of_case, own, permitted
from chalicelib.settlement.access import CASE_CORRECT
from chalicelib.settlement.domain.anew import Known, Noted, Outcome
from chalicelib.settlement.usecases.redecide import Redeciding

_REASON_REQUIRED = finding("reason-required", "reason", "请说明更正原因。", "Give the reason of the correction.")
_NOT_SETTLED = finding(
    "not-settled",
    "claim_id",
    "该申请已被拒绝、撤销或撤回，没有可更正的结算，请核对申请编号。",
    "The claim was rejected, reversed or withdrawn: check its id, since no settlement can be put right.",
)


@dataclass(frozen=True, slots=True)
class StatusCorrected:
    """The claims of a correction: those decided again with another result, those left unchanged, the open claims that
    are still to be decided with the correction, and those that could not be decided again and are tasks now.
    """

    redecided: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectStatus:
    claims: ClaimStore
    persons: PersonStore
    documents: Documents
    bodies: Bodies
    bundles: BundleStore
    commits: Commits
    redeciding: Redeciding
    clock: Clock
    retrying: Retrying

    def of_claim(self, principal: Principal, claim_id: ClaimId, event: StatusEvent, reason: str) -> StatusCorrected:
        """Correct the status of one claim. Raises `Conflict` where the claim is neither open nor settled."""
        record = permitted(principal, CASE_CORRECT, "case", self.claims.get(claim_id), self._resource)
        self._check(event, reason)
        if record.is_open and self._is_recorded(principal, claim_id, event, reason):
            return StatusCorrected(recorded=(claim_id,))
        record = existing(self.claims.get(claim_id))
        if record.status is not ClaimStatus.SETTLED:
            raise Conflict([_NOT_SETTLED.naming(status=record.status.value)])
        return self._correct(principal, [claim_id], event, reason)

    def of_person(self, principal: Principal, person: PersonToken, event: StatusEvent, reason: str) -> StatusCorrected:
        """Correct the status of every visit of a person that ended on or after that day and was of the illness or had
        the day within its stay: an open claim is decided with the correction, a settled claim again. Raises `NotFound`
        where the principal may see no such claim.
        """
        require(principal, CASE_CORRECT, own(principal, "case"))
        self._check(event, reason)
        # Open claims first: a claim that settles meanwhile is among the settled claims afterwards.
        recorded = tuple(
            claim_id
            for claim_id in self._open_claims(person, event)
            if self._touches(principal, claim_id, event) and self._is_recorded(principal, claim_id, event, reason)
        )
        touched = [
            claim_id
            for year in self.persons.years(person)
            for claim_id in year.standing
            if self._touches(principal, claim_id, event)
        ]
        if not touched and not recorded:
            raise NotFound
        return replace(self._correct(principal, touched, event, reason), recorded=recorded)

    def _open_claims(self, person: PersonToken, event: StatusEvent) -> list[ClaimId]:
        """Return the open claims named by a person's visits since a day."""
        years = range(event.on.year, self.clock.today().year + 1)
        named = dict.fromkeys(each.claim_id for year in years for each in self.persons.visits(person, year).entries)
        records = [self.claims.get(claim_id) for claim_id in named]
        return [record.claim_id for record in records if record is not None and record.is_open]

    def _is_recorded(self, principal: Principal, claim_id: ClaimId, event: StatusEvent, reason: str) -> bool:
        return self.retrying.on_conflict(lambda: self._recorded(principal, claim_id, event, reason))

    def _recorded(self, principal: Principal, claim_id: ClaimId, event: StatusEvent, reason: str) -> bool:
        """Keep the correction on an open claim; False where the claim was decided meanwhile."""
        record = self.claims.get(claim_id)
        if record is None or not record.is_open:
            return False
        known = with_statuses(record, (event,))
        if known != record:
            moved = replace(known, revision=record.revision + 1, changed_at=instant(self.clock.now()))
            self.commits.commit(
                [UpdateClaim(moved), told(moved, HistoryEvent.CORRECTION, principal.role, reason=reason)]
            )
        return True

    def _correct(
        self, principal: Principal, claim_ids: list[ClaimId], event: StatusEvent, reason: str
    ) -> StatusCorrected:
        kept = {
            "status": event.status.value,
            "on": event.on.isoformat(),
            "reason": reason,
            "actor": principal.actor,
            "at": instant(self.clock.now()),
        }
        noted = Noted(HistoryEvent.CORRECTION, principal.role, reason, kept=kept, statuses=(event,))
        found = self.redeciding.redecide_each(dict.fromkeys(claim_ids, lambda known: put_right(known, (event,))), noted)
        redecided, unchanged, left = (
            tuple(claim_id for claim_id, outcome in found.items() if outcome is wanted) for wanted in Outcome
        )
        return StatusCorrected(redecided, unchanged, left=left)

    def _touches(self, principal: Principal, claim_id: ClaimId, event: StatusEvent) -> bool:
        record = self.claims.get(claim_id)
        if record is None or not allowed(principal, CASE_CORRECT, self._resource(record)):
            return False
        settled = record.settlement
        claim = self.bodies.of(record) if settled is None else self.documents.claim(settled.decided_hash)
        visit = claim.visit
        within = visit.admitted_on <= event.on <= visit.discharged_on
        return within or (event.on <= visit.discharged_on and bool(claim.diagnosis.history))

    def _resource(self, record: ClaimRecord) -> Resource:
        registry = self.bundles.current().registry
        institution = registry.institutions.get(record.institution)
        return Resource("case") if institution is None else of_case(registry, institution.area)

    def _check(self, event: StatusEvent, reason: str) -> None:
        wrong = [] if reason.strip() else [_REASON_REQUIRED]
        if event.on > self.clock.today():
            wrong.append(DAY_IN_FUTURE)
        if wrong:
            raise Invalid(wrong)


def put_right(known: Known, events: tuple[StatusEvent, ...]) -> Known:
    """Apply corrections to a claim's inputs, in their order. A visit with a status of its own needs no later diagnosis
    to cover it.
    """
    claim = known.claim
    for event in events:
        claim = corrected_history(claim, event)
    if own_status(claim.diagnosis) != "none":
        claim = replace(claim, diagnosis=replace(claim.diagnosis, later=None))
    return replace(known, claim=claim)
