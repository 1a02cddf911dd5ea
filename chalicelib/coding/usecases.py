"""Opens the coding duties that policy asks for, and follows each duty until its bureau has confirmed it.

A duty and its task on the work list are written together, so the list never disagrees with the register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from chalicelib.coding.access import CODING_DECIDE, CODING_OPEN, CODING_READ, CODING_REMIND, CODING_REPORT
from chalicelib.coding.domain import CodingDuty, CodingDutyId, CodingItem, CodingStatus, duties_asked
from chalicelib.coding.ports import CodingStore, coding_in, coding_of
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.clocks import WorkingDays
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.persons.steps import TakeStep
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.writes import Part, Put, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import of_area, own, permitted, require_found
from chalicelib.worklist.domain import Duty, Task, done, duty_task

_KIND = "coding"
_OPENED_AT_ONCE = 10
"""Duties opened in one transaction, each with its copies and its task: DynamoDB takes a hundred items."""
_READ_AT_ONCE = 100
"""Duties read in one request, as many as DynamoDB gives out."""


@dataclass(frozen=True, slots=True)
class CodingFilter:
    """The filter of a list of duties; `late` keeps the duties whose clock has run out."""

    status: CodingStatus | None = None
    item: CodingItem | None = None
    area: AreaCode | None = None
    institution: InstitutionCode | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class CodingDuties:
    duties: CodingStore
    bundles: BundleStore
    working_days: WorkingDays
    take_step: TakeStep
    commits: Commits
    retrying: Retrying
    clock: Clock

    def open(self, principal: Principal) -> int:
        """Open the duties that policy asks today in the caller's area; return the number of new duties."""
        require(principal, CODING_OPEN, of_area(self.bundles.current().registry, principal.area, _KIND))
        return self._open(principal.area)

    def open_everywhere(self) -> int:
        """Open the duties of every bureau, as the nightly task does; return the number of new ones."""
        return self._open(None)

    def report(self, principal: Principal, duty_id: CodingDutyId, evidence: str) -> CodingDuty:
        """Report a duty done, as the party that owes the duty. Raises `Conflict` where another report stands."""
        return self._move(principal, CODING_REPORT, duty_id, lambda duty, act: duty.reported_by(act, evidence))

    def decide(self, principal: Principal, duty_id: CodingDutyId, *, approve: bool, reason: str | None) -> CodingDuty:
        """Confirm a report or send it back, as another person than its reporter. Raises `Conflict` where none waits."""
        return self._move(
            principal,
            CODING_DECIDE,
            duty_id,
            lambda duty, act: duty.confirmed_by(act) if approve else duty.returned_by(act, reason),
        )

    def remind(self, principal: Principal, duty_id: CodingDutyId, text: str) -> CodingDuty:
        """Record a reminder. Raises `Conflict` where the duty is not open."""
        return self._move(principal, CODING_REMIND, duty_id, lambda duty, act: duty.reminded_by(act, text))

    def read(self, principal: Principal, duty_id: CodingDutyId) -> CodingDuty:
        """Return a duty to those who may see it."""
        return self._visible(principal, CODING_READ, duty_id)

    def find(self, principal: Principal, wanted: CodingFilter, page: PageRequest) -> Page[CodingDuty]:
        """Find the duties of the calling hospital, an institution or an area, earliest due first."""
        registry = self.bundles.current().registry
        if principal.role is Role.HOSPITAL:
            require(principal, CODING_READ, own(principal, _KIND))
            lists = (coding_of(principal.institution),)
        elif wanted.institution is not None:
            known = require_found(principal, CODING_READ, _KIND, registry.institutions.get(wanted.institution))
            around = frozenset({known.area, known.agency, known.pooling_area})
            require(principal, CODING_READ, Resource(_KIND, areas=around))
            lists = (coding_of(wanted.institution),)
        else:
            whose = principal.area if wanted.area is None else wanted.area
            require(principal, CODING_READ, of_area(registry, whose, _KIND))
            lists = (coding_in(whose),)
        named = {"status": wanted.status, "item": wanted.item}
        equal = {name: value.value for name, value in named.items() if value is not None}
        found = self.duties.find(lists, page, equal, newest=False)
        if not wanted.late:
            return found
        now = instant(self.clock.now())
        return Page(tuple(each for each in found.items if each.clock.is_late(now)), found.next)

    def _open(self, area: AreaCode | None) -> int:
        asked = iter(duties_asked(self.bundles.current(), self.clock.today(), self.working_days, area))
        opened = 0
        while part := tuple(islice(asked, _READ_AT_ONCE)):
            new = self._new(part)
            for first in range(0, len(new), _OPENED_AT_ONCE):
                few = new[first : first + _OPENED_AT_ONCE]
                opened += self.retrying.on_conflict(lambda few=few: self._keep(few))  # type: ignore[misc]
        return opened

    def _new(self, duties: Sequence[CodingDuty]) -> Sequence[CodingDuty]:
        known = self.duties.get_many(duty.duty_id for duty in duties)
        return [duty for duty in duties if duty.duty_id not in known]

    def _keep(self, duties: Sequence[CodingDuty]) -> int:
        new = self._new(duties)  # another opening may have come first, and this may be a second try
        if new:
            self.commits.commit([each for duty in new for each in _written(duty)])
        return len(new)

    def _move(
        self,
        principal: Principal,
        action: Action,
        duty_id: CodingDutyId,
        change: Callable[[CodingDuty, Act], CodingDuty],
    ) -> CodingDuty:
        return self.take_step(
            principal, lambda: self._visible(principal, action, duty_id), change, lambda _, moved: _written(moved)
        )

    def _visible(self, principal: Principal, action: Action, duty_id: CodingDutyId) -> CodingDuty:
        return permitted(principal, action, _KIND, self.duties.get(duty_id), lambda it: _resource(it, action))


def _resource(duty: CodingDuty, action: Action) -> Resource:
    """Return the resource of an action: the party that owes reports, the bureau decides and reminds, all may read."""
    areas = frozenset({duty.bureau})
    if action is CODING_REPORT:
        return Resource(_KIND, institution=duty.institution, areas=areas if duty.institution is None else frozenset())
    if action is CODING_READ:
        areas = frozenset(duty.areas)
    acted = () if duty.reported is None else (duty.reported.actor,)
    return Resource(_KIND, institution=duty.institution, areas=areas, acted=acted)


def _written(duty: CodingDuty) -> Iterable[Part]:
    """Return the writes of a duty and of its task in the present state; the duty's revision guards both."""
    return Revise(duty), Put(_task(duty))


def _task(duty: CodingDuty) -> Task:
    task = duty_task(
        Duty(duty.item.value, duty.duty_id, duty.clock),
        duty.owner,
        agency=duty.bureau,
        institution=duty.institution,
        areas=frozenset(duty.areas),
    )
    if duty.status is not CodingStatus.DONE:
        return task
    last = duty.confirmed or duty.reported
    return task if last is None else done(task, last.at)
