"""Books a place at the counter for a matter that cannot wait, and cancels bookings. A place is booked once."""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.clocks import WorkingDays, start_clock
from chalicelib.kernel.errors import Conflict, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Insert, Part, Put, Remove, Revise
from chalicelib.law.domain.services.clocks import clock_rule
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import area_to_read, require_found
from chalicelib.service_desk.access import DESK_HANDLE, DESK_READ
from chalicelib.service_desk.domain.appointments import (
    ALREADY_BOOKED,
    DAY_PASSED,
    NOT_BY_APPOINTMENT,
    PLACE_TAKEN,
    Appointment,
    CounterPlace,
    HeldPlace,
    appointment_id_of,
)
from chalicelib.service_desk.domain.kinds import AppointmentId, Channel, DeskMatterId
from chalicelib.service_desk.domain.matters import MATTER_OVER, DeskMatter, DeskMatterStatus
from chalicelib.service_desk.ports import AppointmentStore
from chalicelib.service_desk.usecases.matters import DeskMatters, desk_task_of, rest_of

_KIND = "appointment"


@dataclass(frozen=True, slots=True)
class AppointmentRequest:
    """The place asked for, the channel of the request, and the reason that cannot wait."""

    window: str
    on: date
    at: str
    channel: Channel
    reason: str


@dataclass(frozen=True, slots=True)
class Appointments:
    appointments: AppointmentStore
    matters: DeskMatters
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock
    working_days: WorkingDays

    def book(self, principal: Principal, matter_id: DeskMatterId, request: AppointmentRequest) -> Appointment:
        """Book a place for a matter that is handled by appointment; a postponed matter then waits no longer. The same
        place for the same matter again returns the same appointment.

        Raises `Invalid` for a past day and a channel that the provision does not name; `Conflict` for a place that is
        taken, and for a matter that has another appointment, is over, or is not handled by appointment.
        """
        bundle = self.bundles.current()

        def once() -> Appointment:
            matter = self.matters.visible(principal, DESK_HANDLE, matter_id)
            place = CounterPlace(matter.handler, request.window, request.on, request.at)
            standing = self._standing(matter)
            if standing is not None:
                if standing.place == place:
                    return standing
                raise Conflict([ALREADY_BOOKED.naming(appointment_id=standing.appointment_id)])
            if matter.is_over:
                raise Conflict([MATTER_OVER.naming(status=matter.status.value)])
            if not matter.handling.urgent_by:
                raise Conflict([NOT_BY_APPOINTMENT.naming(way=matter.handling.way.value)])
            if request.channel not in matter.handling.urgent_by:
                raise Invalid([_NOT_BY_THIS])
            if request.on < self.clock.today():
                raise Invalid([DAY_PASSED])
            if self.appointments.held(place) is not None:
                raise Conflict([PLACE_TAKEN])
            now = self.clock.now()
            made = Appointment(
                appointment_id_of(matter_id, matter.bookings + 1),
                matter_id,
                place,
                request.channel,
                request.reason,
                Act.of(principal, instant(now)),
                matter.handling.citations[0],
            )
            rule = clock_rule(bundle, matter.kind.business, matter.area, self.clock.today(), urgent=True)
            moved = matter.booked(made.appointment_id, start_clock(rule, now, self.working_days))
            parts: list[Part] = [Revise(made), Insert(HeldPlace(place, made.appointment_id)), Revise(moved)]
            if matter.status is DeskMatterStatus.POSTPONED:
                parts += [Remove(rest_of(matter)), Put(desk_task_of(moved))]
            self.commits.commit(parts)
            return made

        return self.retrying.on_conflict(once)

    def cancel(self, principal: Principal, appointment_id: AppointmentId, reason: str) -> Appointment:
        """Cancel an appointment, so that its place is free again; a second cancellation changes nothing."""

        def once() -> Appointment:
            appointment = require_found(principal, DESK_HANDLE, _KIND, self.appointments.get(appointment_id))
            require(principal, DESK_HANDLE, Resource(_KIND, areas=frozenset({appointment.place.area})))
            moved = appointment.called_off(Act.of(principal, instant(self.clock.now())), reason)
            matter = self.matters.matters.get(appointment.matter_id)
            if moved is not appointment and matter is not None:
                parts: list[Part] = [Revise(moved), Remove(HeldPlace(moved.place, moved.appointment_id))]
                self.commits.commit([*parts, *([] if matter.is_over else [Revise(matter.unbooked())])])
            return moved

        return self.retrying.on_conflict(once)

    def find(
        self, principal: Principal, area: AreaCode | None, on: date | None, page: PageRequest
    ) -> Page[Appointment]:
        """List an area's appointments by day, time and window, of a single day if given."""
        whose = area_to_read(principal, DESK_READ, self.bundles.current().registry, area, _KIND)
        return self.appointments.on_day(whose, on, page)

    def _standing(self, matter: DeskMatter) -> Appointment | None:
        known = None if matter.appointment_id is None else self.appointments.get(matter.appointment_id)
        return known if known is not None and known.stands else None


_NOT_BY_THIS = finding(
    "appointment-channel",
    "channel",
    "该事项只能按规定的方式预约，请改用事项所列的预约方式。",
    "Use one of the ways of making an appointment that the matter names.",
)
