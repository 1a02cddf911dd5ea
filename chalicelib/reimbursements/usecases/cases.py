"""Common parts of the steps of a reimbursement by hand: access to a case, its clock, and the tasks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.claim_document import read_claim
from chalicelib.claims.usecases.documents import body_of
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.clocks import WorkingDays, start_clock
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits, DocumentKind, DocumentStore
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.kernel.writes import Part, Put, Revise
from chalicelib.law.domain.services.clocks import clock_rule
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.resources import Lists, require_found
from chalicelib.reimbursements.access import REIMBURSEMENT_READ, REIMBURSEMENT_RECEIPT
from chalicelib.reimbursements.domain.case import Reimbursement, ReimbursementStatus
from chalicelib.reimbursements.ports import ReimbursementStore, accepted_at, reimbursed_in
from chalicelib.worklist.domain import Duty, Task, done, duty_task

KIND = "reimbursement"
_LISTS = Lists(KIND, accepted_at, reimbursed_in, desks=frozenset({Role.HOSPITAL, Role.TOWNSHIP}))
READ_CALL = "GET /v1/reimbursements/{case_id}"

Taken = Callable[[Reimbursement, Act], tuple[Reimbursement, list[Part]]]
"""The result of a step: the changed case, and the parts written with it. The unchanged case means nothing to do."""


@dataclass(frozen=True, slots=True)
class Bills:
    """The bills as decided, stored under the hash of their bytes."""

    store: DocumentStore

    def put(self, claim: Claim) -> str:
        return self.store.put(DocumentKind.CLAIM, body_of(claim))

    def of(self, case: Reimbursement) -> Claim:
        return read_claim(json.loads(self.store.get(DocumentKind.CLAIM, case.claim_hash)))


@dataclass(frozen=True, slots=True)
class Cases:
    cases: ReimbursementStore
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock
    working_days: WorkingDays
    looking_up: LookingUp

    def read(self, principal: Principal, case_id: ClaimId) -> Reimbursement:
        """Return a case to a reader who may see it; the reader is noted in the access record."""
        case = self.visible(principal, REIMBURSEMENT_READ, case_id)
        self.looking_up.note(principal, case.person, READ_CALL, Purpose.RECORDS)
        return case

    def find(
        self, principal: Principal, status: ReimbursementStatus | None, area: AreaCode | None, page: PageRequest
    ) -> Page[Reimbursement]:
        """List the cases that a desk accepted or that concern an area, oldest first, with their clocks."""
        lists = _LISTS.asked_for(principal, REIMBURSEMENT_READ, self.bundles.current().registry, area)
        return self.cases.find(lists, page, None if status is None else {"status": status.value}, newest=False)

    def move(self, principal: Principal, action: Action, case_id: ClaimId, step: Taken) -> Reimbursement:
        """Take a step: the case, the clock of the next step and the task of the next party are written together.

        Raises `NotFound` for a foreign case, and the errors of the step.
        """

        def once() -> Reimbursement:
            case = self.visible(principal, action, case_id)
            moved, beside = step(case, Act.of(principal, instant(self.clock.now())))
            if moved is case:
                return case
            timed = self.timed(case, moved)
            self.commits.commit([Revise(timed), *handed_on(case, timed), *beside])
            return timed

        return self.retrying.on_conflict(once)

    def visible(self, principal: Principal, action: Action, case_id: ClaimId) -> Reimbursement:
        case = require_found(principal, action, KIND, self.cases.get(case_id))
        acted = case.handled
        if action is REIMBURSEMENT_RECEIPT and case.decided is not None:
            acted = (*acted, case.decided.actor)
        require(principal, action, replace(resource_of(case), acted=acted))
        return case

    def timed(self, before: Reimbursement | None, case: Reimbursement) -> Reimbursement:
        """Give the case the clock of its present duty; the clock of an unchanged duty runs on. The law of the insured
        place on the visit's day sets the clock.
        """
        now, business = self.clock.now(), case.business
        if business is None:
            return case.timed(case.clock.stop(instant(now)))
        if before is not None and before.business == business:
            return case
        rule = clock_rule(self.bundles.current(), business, case.insured_area, case.discharged_on)
        return case.timed(start_clock(rule, now, self.working_days))


def resource_of(case: Reimbursement) -> Resource:
    """Build the access resource of a case: its desk, and the insured place, whose agency decides and treasury pays."""
    return Resource(KIND, institution=case.desk, areas=case.areas, agency=case.payer)


def handed_on(before: Reimbursement | None, case: Reimbursement) -> list[Part]:
    """Build the writes that close the task of the completed step and open the task of the next step."""
    was, now = None if before is None else _task(before), _task(case)
    if was is not None and now is not None and was.task_id == now.task_id and was.duty == now.duty:
        return []
    closed = [] if was is None or (now is not None and was.task_id == now.task_id) else [Put(done(was, _at(case)))]
    return [*closed, *([] if now is None else [Put(now)])]


def _at(case: Reimbursement) -> Instant:
    return case.clock.stopped or case.clock.started


def _task(case: Reimbursement) -> Task | None:
    if case.business is None:
        return None
    duty = Duty(case.business, case.case_id, case.clock)
    if case.status is ReimbursementStatus.ACCEPTED:
        agency = case.accepted.area if case.desk is None else None
        return duty_task(duty, case.owner, agency=agency, institution=case.desk, areas=case.areas)
    return duty_task(duty, case.owner, agency=case.payer, areas=case.areas)
