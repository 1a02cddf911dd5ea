"""The desk in the state table.

| pk | sk | what |
|---|---|---|
| DESKMATTER#id, DESKAPPOINTMENT#id | RECORD | a matter, an appointment |
| DESKMATTERS#INSTITUTION#code, DESKMATTERS#AREA#area | instant#id | a matter |
| DESKAPPOINTMENTS#AREA#area | day#time#window#id | an appointment |
| DESKPLACES#area | day#time#window | a place that is taken |
| DESKCOUNTS#area | day#kind#way | counts |
| DESKRESTS | id | a record that waits for an event |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chalicelib.kernel.pages import Page, PageRequest, read_all, read_page
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import BASE, Span, Table
from chalicelib.service_desk.domain.appointments import Appointment, CounterPlace, HeldPlace
from chalicelib.service_desk.domain.counts import DeskCount
from chalicelib.service_desk.domain.matters import DeskMatter
from chalicelib.service_desk.domain.rests import Rest
from chalicelib.service_desk.ports import at_desk, at_hospital

_MATTER, _APPOINTMENT, _RESTS = "DESKMATTER", "DESKAPPOINTMENT", "DESKRESTS"


def _matter_places(matter: DeskMatter) -> list[tuple[str, str]]:
    at = f"{matter.received.at}#{matter.matter_id}"
    own = [] if matter.institution is None else [(at_hospital(matter.institution), at)]
    return [*own, *((at_desk(area), at) for area in sorted(matter.areas))]


def _appointment_places(appointment: Appointment) -> list[tuple[str, str]]:
    place = appointment.place
    return [(at_desk(place.area), f"{_place_key(place)}#{appointment.appointment_id}")]


def _place_key(place: CounterPlace) -> str:
    return f"{place.on.isoformat()}#{place.at}#{place.window}"


DESK_MATTERS = shelf_record(_MATTER, DeskMatter, lambda matter: matter.matter_id, _matter_places)
APPOINTMENTS = shelf_record(_APPOINTMENT, Appointment, lambda each: each.appointment_id, _appointment_places)
HELD_PLACES = Record(HeldPlace, lambda held: (f"DESKPLACES#{held.place.area}", _place_key(held.place)))
DESK_COUNTS = Record(
    DeskCount,
    lambda count: (f"DESKCOUNTS#{count.area}", f"{count.on.isoformat()}#{count.kind.value}#{count.channel.value}"),
    counters=("received", "finished", "withdrawn"),
    keyed=("area", "on", "kind", "channel"),
)
RESTS = Record(Rest, lambda rest: (_RESTS, rest.subject_id))


class DynamoDeskMatterStore(DynamoShelf[DeskMatter]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _MATTER, DESK_MATTERS)


class DynamoAppointmentStore(DynamoShelf[Appointment]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _APPOINTMENT, APPOINTMENTS)
        self._state = table

    def held(self, place: CounterPlace) -> HeldPlace | None:
        item = self._state.get(f"DESKPLACES#{place.area}", _place_key(place))
        return None if item is None else HELD_PLACES.read(item)

    def on_day(self, area: AreaCode, on: date | None, page: PageRequest) -> Page[Appointment]:
        span = Span(prefix=None if on is None else f"{on.isoformat()}#")
        partition = f"{_APPOINTMENT}S#{at_desk(area)}"
        return read_page((partition,), page, self._state.reader(BASE, span, APPOINTMENTS.read))


class DynamoDeskCountStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def between(self, area: AreaCode, first: date, last: date) -> Iterator[DeskCount]:
        # The character after `#` ends the last day whatever follows its kinds.
        span = Span(lowest=first.isoformat(), highest=f"{last.isoformat()}$")
        return read_all(f"DESKCOUNTS#{area}", self._table.reader(BASE, span, DESK_COUNTS.read))


class DynamoRestStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self, page: PageRequest) -> Page[Rest]:
        return read_page((_RESTS,), page, self._table.reader(BASE, Span(), RESTS.read))
