"""Takes matters in, hands them on, finishes them or takes them back, by the provisions of the place and day."""

from __future__ import annotations

from datetime import date

from chalicelib.claims.ports import PersonStore
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.clocks import WorkingDays, start_clock
from chalicelib.kernel.errors import Conflict, Finding, Invalid, NotFound, existing, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.kernel.writes import Add, Part, Put, Remove, Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import Lists, own, require_found
from chalicelib.service_desk.access import DESK_HANDLE, DESK_READ, DESK_RECORD
from chalicelib.service_desk.domain.appointments import HeldPlace
from chalicelib.service_desk.domain.counts import DeskCount
from chalicelib.service_desk.domain.handling import AskedMatter, handling_of, resumes_on
from chalicelib.service_desk.domain.kinds import Channel, DeskMatterId, DeskMatterKind, Urgency, Way
from chalicelib.service_desk.domain.matters import (
    BUSINESS,
    NUMBER_TAKEN,
    DeskMatter,
    DeskMatterStatus,
    desk_content_of,
    desk_matter_id_of,
)
from chalicelib.service_desk.domain.rests import Rest, RestKind
from chalicelib.service_desk.ports import AppointmentStore, DeskMatterStore, at_desk, at_hospital
from chalicelib.worklist.domain import Duty, Task, done, duty_task

_KIND = "matter"
_LISTS = Lists(_KIND, at_hospital, at_desk)


@dataclass(frozen=True, slots=True)
class DeskMatterRequest:
    """The matter to take in. `came_on` defaults to today."""

    matter_no: str
    kind: DeskMatterKind
    urgency: Urgency
    channel: Channel
    subject: str
    person: PersonToken | None
    of_patient: bool
    came_on: date | None
    deadline_on: date | None
    papers_missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownDeskMatter:
    """A matter with the day on which it is due again, as known today."""

    matter: DeskMatter
    resumes_on: date | None


@dataclass(frozen=True, slots=True)
class DeskMatters:
    matters: DeskMatterStore
    appointments: AppointmentStore
    persons: PersonStore
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock
    working_days: WorkingDays

    def record(self, principal: Principal, request: DeskMatterRequest) -> ShownDeskMatter:
        """Take a matter in: an agency's clerk may record any matter, a hospital its own over the web. The same number
        and content again return the first matter.

        Raises `Invalid` if the day's provisions do not allow the business that way, for a future day and for papers
        that may not come later; `NotFound` for a person without a record; `Conflict` for another content.
        """
        require(principal, DESK_RECORD, own(principal, _KIND))
        bundle, today = self.bundles.current(), self.clock.today()
        area, institution, designated = principal.area, None, False
        if principal.role is Role.HOSPITAL:
            known = existing(bundle.registry.institutions.get(principal.subject))
            area, institution, designated = known.agency, known.code, known.treatment_designated
        if request.person is not None and self.persons.enrolments(request.person).version == 0:
            raise NotFound
        came_on = request.came_on or today
        if wrong := _request_findings(principal, request, came_on, today):
            raise Invalid(wrong)
        handling, rule = handling_of(
            bundle,
            area,
            AskedMatter(
                request.kind,
                request.urgency,
                request.channel,
                came_on,
                designated,
                request.of_patient,
                request.deadline_on,
                request.papers_missing,
            ),
        )
        now = self.clock.now()
        matter = DeskMatter(
            matter_id=desk_matter_id_of(area, principal.area, request.matter_no),
            matter_no=request.matter_no,
            area=area,
            kind=request.kind,
            urgency=request.urgency,
            channel=request.channel,
            subject=request.subject,
            person=request.person,
            institution=institution,
            of_patient=request.of_patient,
            came_on=came_on,
            content=_content(request),
            handling=handling,
            clock=start_clock(rule, now, self.working_days),
            received=Act.of(principal, instant(now)),
            status=DeskMatterStatus.POSTPONED if handling.way is Way.POSTPONED else DeskMatterStatus.OPEN,
            owed=request.papers_missing,
        )
        return self._shown(self.retrying.on_conflict(lambda: self._keep(matter)), bundle)

    def hand_over(self, principal: Principal, matter_id: DeskMatterId, area: AreaCode, reason: str) -> ShownDeskMatter:
        """Hand a matter and its duty to another area of the province.

        Raises `Invalid` for an area outside, `Conflict` for a matter that is over.
        """
        bundle = self.bundles.current()
        registry = bundle.registry

        def once() -> DeskMatter:
            matter = self.visible(principal, DESK_HANDLE, matter_id)
            if area not in registry.areas or registry.province(area) != registry.province(matter.area):
                raise Invalid([_AREA_OUTSIDE])
            moved = matter.handed_to(area, Act.of(principal, instant(self.clock.now())), reason)
            duties: list[Part] = [Put(desk_task_of(moved))] if moved.status is DeskMatterStatus.OPEN else []
            return self._write(matter, moved, duties)

        return self._shown(self.retrying.on_conflict(once), bundle)

    def finish(
        self,
        principal: Principal,
        matter_id: DeskMatterId,
        answer: str,
        assurance: str | None,
        brought: tuple[str, ...],
    ) -> ShownDeskMatter:
        """Answer and finish a matter. Raises `Conflict` as `DeskMatter.finished` does."""

        def once() -> DeskMatter:
            matter = self.visible(principal, DESK_HANDLE, matter_id)
            act = Act.of(principal, instant(self.clock.now()))
            moved = matter.finished(act, answer, assurance, brought)
            counted = DeskCount(matter.area, self.clock.today(), matter.kind, matter.channel, finished=1)
            return self._write(matter, moved, [*closing(matter, act.at), Add(counted)])

        return self._shown(self.retrying.on_conflict(once), self.bundles.current())

    def withdraw(self, principal: Principal, matter_id: DeskMatterId, reason: str) -> ShownDeskMatter:
        """Take a matter back, as its recorder or the area that has it. Raises `Conflict` for a finished matter."""

        def once() -> DeskMatter:
            matter = self.visible(principal, DESK_RECORD, matter_id)
            act = Act.of(principal, instant(self.clock.now()))
            moved = matter.withdrawn(act, reason)
            counted = DeskCount(matter.area, self.clock.today(), matter.kind, matter.channel, withdrawn=1)
            beside = [*closing(matter, act.at), Add(counted), *self._place_freed(matter, act, reason)]
            return self._write(matter, moved, beside)

        return self._shown(self.retrying.on_conflict(once), self.bundles.current())

    def read(self, principal: Principal, matter_id: DeskMatterId) -> ShownDeskMatter:
        """Return a matter to a reader who may see it."""
        return self._shown(self.visible(principal, DESK_READ, matter_id), self.bundles.current())

    def find(
        self,
        principal: Principal,
        area: AreaCode | None,
        status: DeskMatterStatus | None,
        kind: DeskMatterKind | None,
        page: PageRequest,
    ) -> Page[ShownDeskMatter]:
        """List a hospital's own matters, or those an area's desk took in or was handed, newest first."""
        bundle = self.bundles.current()
        lists = _LISTS.asked_for(principal, DESK_READ, bundle.registry, area)
        wanted = (("status", status), ("kind", kind))
        found = self.matters.find(lists, page, {name: each.value for name, each in wanted if each is not None})
        return Page(tuple(self._shown(each, bundle) for each in found.items), found.next)

    def visible(self, principal: Principal, action: Action, matter_id: DeskMatterId) -> DeskMatter:
        """Return a matter to which the principal may apply the action. Raises `NotFound` for any other matter."""
        matter = require_found(principal, action, _KIND, self.matters.get(matter_id))
        areas = matter.areas if action is DESK_READ else frozenset({matter.handler})
        if action is DESK_HANDLE and matter.handovers:
            # The area that handed the matter on may repeat the handover, and sees the matter gone.
            areas |= frozenset({matter.handovers[-1].act.area})
        require(principal, action, Resource(_KIND, institution=matter.institution, areas=areas))
        return matter

    def _keep(self, matter: DeskMatter) -> DeskMatter:
        known = self.matters.get(matter.matter_id)
        if known is not None:
            if known.content != matter.content:
                raise Conflict([NUMBER_TAKEN.naming(matter_id=known.matter_id)])
            return known
        counted = DeskCount(matter.area, matter.came_on, matter.kind, matter.channel, received=1)
        waits = matter.status is DeskMatterStatus.POSTPONED
        self.commits.commit(
            [Revise(matter), Add(counted), Put(rest_of(matter)) if waits else Put(desk_task_of(matter))]
        )
        return matter

    def _place_freed(self, matter: DeskMatter, act: Act, reason: str) -> list[Part]:
        """Cancel the appointment of a matter that is taken back."""
        standing = None if matter.appointment_id is None else self.appointments.get(matter.appointment_id)
        if standing is None or not standing.stands:
            return []
        return [Revise(standing.called_off(act, reason)), Remove(HeldPlace(standing.place, standing.appointment_id))]

    def _write(self, matter: DeskMatter, moved: DeskMatter, beside: list[Part]) -> DeskMatter:
        if moved is not matter:
            self.commits.commit([Revise(moved), *beside])
        return moved

    def _shown(self, matter: DeskMatter, bundle: Bundle) -> ShownDeskMatter:
        if matter.status is not DeskMatterStatus.POSTPONED:
            return ShownDeskMatter(matter, None)
        return ShownDeskMatter(matter, resumes_on(bundle, matter.area, matter.handling, self.clock.today()))


def desk_task_of(matter: DeskMatter) -> Task:
    """Build the duty of the area that has the matter."""
    duty = Duty(BUSINESS, matter.matter_id, matter.clock)
    return duty_task(duty, Role.AGENCY, agency=matter.handler, areas=matter.areas)


def rest_of(matter: DeskMatter) -> Rest:
    """Build the record of a waiting, postponed matter."""
    return Rest(RestKind.MATTER, matter.matter_id)


def closing(matter: DeskMatter, at: Instant) -> list[Part]:
    """Build the write that removes an open matter from the work list, or a postponed matter from the rests."""
    return [
        Remove(rest_of(matter)) if matter.status is DeskMatterStatus.POSTPONED else Put(done(desk_task_of(matter), at))
    ]


def _content(request: DeskMatterRequest) -> str:
    came_on, deadline_on = request.came_on, request.deadline_on
    return desk_content_of(
        [
            request.kind.value,
            request.urgency.value,
            request.channel.value,
            request.subject,
            request.person,
            request.of_patient,
            None if came_on is None else came_on.isoformat(),
            None if deadline_on is None else deadline_on.isoformat(),
            list(request.papers_missing),
        ]
    )


def _request_findings(
    principal: Principal, request: DeskMatterRequest, came_on: date, today: date
) -> tuple[Finding, ...]:
    theirs = principal.role is not Role.HOSPITAL or request.channel is Channel.WEB
    return (*(() if theirs else (_OVER_THE_WEB,)), *(() if came_on <= today else (_TO_COME,)))


_AREA_OUTSIDE = finding(
    "area-outside", "area", "请填写本省内的区划代码。", "Give the code of an area of the same province."
)
_OVER_THE_WEB = finding(
    "hospital-channel",
    "channel",
    "医疗机构自行登记的事项请填 web。",
    "Give web: a hospital records its own matters over the web.",
)
_TO_COME = finding("came-later", "came_on", "收到日期不得晚于今天，请更正。", "Correct the day: it is in the future.")
