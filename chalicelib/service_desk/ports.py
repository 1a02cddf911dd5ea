"""Ports of the desk: its stores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law.domain.services.vocabulary import ConsultationSubject
from chalicelib.service_desk.domain.appointments import Appointment, CounterPlace, HeldPlace
from chalicelib.service_desk.domain.counts import DeskCount
from chalicelib.service_desk.domain.dialysis import DialysisReview
from chalicelib.service_desk.domain.hotline import Consultation, HotlineCount
from chalicelib.service_desk.domain.matters import DeskMatter
from chalicelib.service_desk.domain.rests import Rest


def at_hospital(institution: InstitutionCode) -> str:
    """Name the list of a hospital's own matters and reviews."""
    return f"INSTITUTION#{institution}"


def at_desk(area: AreaCode) -> str:
    """Name the list of the matters and reviews that an area's desk took in or was handed."""
    return f"AREA#{area}"


class DeskMatterStore(Shelf[DeskMatter], Protocol):
    """Matters by hospital and by area."""


class AppointmentStore(Shelf[Appointment], Protocol):
    """Appointments by area, ordered by day and time."""

    def held(self, place: CounterPlace) -> HeldPlace | None: ...

    def on_day(self, area: AreaCode, on: date | None, page: PageRequest) -> Page[Appointment]:
        """List an area's appointments by day, time and window, of a single day if given."""
        ...


class DeskCountStore(Protocol):
    def between(self, area: AreaCode, first: date, last: date) -> Iterator[DeskCount]:
        """Iterate an area's counts of some days, both inside, in order."""
        ...


class ConsultationStore(Shelf[Consultation], Protocol):
    """Consultations by area."""

    def on_day(
        self, area: AreaCode, on: date | None, subject: ConsultationSubject | None, page: PageRequest
    ) -> Page[Consultation]:
        """List an area's consultations, newest first, of a single day and subject if given."""
        ...


class HotlineCountStore(Protocol):
    def between(self, area: AreaCode, first: date, last: date) -> Iterator[HotlineCount]:
        """Iterate an area's counts of some days, both inside, in order."""
        ...


class DialysisStore(Shelf[DialysisReview], Protocol):
    """Reviews of dialysis by hospital and by area."""


class RestStore(Protocol):
    def all(self, page: PageRequest) -> Page[Rest]: ...
