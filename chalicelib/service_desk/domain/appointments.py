"""Appointments at the counter: a place at a quarter of an hour, for a single matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.service_desk.domain.kinds import AppointmentId, Channel, DeskMatterId


@dataclass(frozen=True, slots=True)
class CounterPlace:
    """A window of an agency at a quarter of an hour of a day."""

    area: AreaCode
    window: str
    on: date
    at: str


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """A place that is taken: while this record stands, nobody else gets the place."""

    place: CounterPlace
    appointment_id: AppointmentId


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment made by `channel`, for a `reason` that cannot wait."""

    appointment_id: AppointmentId
    matter_id: DeskMatterId
    place: CounterPlace
    channel: Channel
    reason: str
    made: Act
    citation: str
    cancelled: Act | None = None
    cancelled_because: str | None = None
    revision: int = 1

    @property
    def stands(self) -> bool:
        return self.cancelled is None

    def called_off(self, act: Act, reason: str) -> Appointment:
        """Cancel the appointment; a second cancellation changes nothing."""
        if self.cancelled is not None:
            return self
        return replace(self, cancelled=act, cancelled_because=reason, revision=self.revision + 1)


def appointment_id_of(matter_id: DeskMatterId, number: int) -> AppointmentId:
    """Derive the appointment's id from the matter and a number: a cancelled appointment may be followed by another."""
    return AppointmentId(f"apt_{fingerprint([matter_id, number])[:26]}")


PLACE_TAKEN = finding(
    "place-taken", "at", "该窗口该时段已有预约，请另选时段或窗口。", "Choose another time or window: this one is taken."
)
ALREADY_BOOKED = finding(
    "appointment-standing",
    "",
    "该事项已有预约，请先取消原预约。",
    "The matter has an appointment; have that one cancelled first.",
)
NOT_BY_APPOINTMENT = finding(
    "appointment-not-provided",
    "",
    "该事项没有规定预约办理，请直接办理。",
    "See to the matter directly: no provision has it handled by appointment.",
)
DAY_PASSED = finding(
    "appointment-day", "on", "预约日不得早于今天，请更正。", "The day has passed; give today or a later day."
)
