"""Matters at the desk: taken in, handed on, postponed and due again, finished or taken back.

open (or postponed, then open again) -> finished or withdrawn. Nothing here reads a store.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, Finding, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.service_desk.domain.handling import Handling
from chalicelib.service_desk.domain.kinds import AppointmentId, Channel, DeskMatterId, DeskMatterKind, Urgency, Way

BUSINESS = "desk-matter"
"""The name of the duty on the work list."""


class DeskMatterStatus(StrEnum):
    OPEN = "open"
    POSTPONED = "postponed"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Handover:
    """The handover of a matter: the receiving area, the act and the reason."""

    to: AreaCode
    act: Act
    reason: str


@dataclass(frozen=True, slots=True)
class DeskMatter:
    """A matter taken in by `area`; `institution` brought its own, `person` is the keyed token of the person concerned.
    `content` is what a repeated record under the number must match. `owed` are the papers still to come.
    """

    matter_id: DeskMatterId
    matter_no: str
    area: AreaCode
    kind: DeskMatterKind
    urgency: Urgency
    channel: Channel
    subject: str
    person: PersonToken | None
    institution: InstitutionCode | None
    of_patient: bool
    came_on: date
    content: str
    handling: Handling
    clock: LegalClock
    received: Act
    status: DeskMatterStatus
    owed: tuple[str, ...] = ()
    handovers: tuple[Handover, ...] = ()
    bookings: int = 0
    appointment_id: AppointmentId | None = None
    resumed_at: Instant | None = None
    closed: Act | None = None
    answer: str | None = None
    assurance: str | None = None
    revision: int = 1

    @property
    def handler(self) -> AreaCode:
        """The area that handles the matter now."""
        return self.handovers[-1].to if self.handovers else self.area

    @property
    def areas(self) -> frozenset[AreaCode]:
        """The areas that may see the matter, including every area that handed the matter on."""
        return frozenset({self.area, *(each.to for each in self.handovers)})

    @property
    def is_over(self) -> bool:
        return self.status in (DeskMatterStatus.FINISHED, DeskMatterStatus.WITHDRAWN)

    def handed_to(self, area: AreaCode, act: Act, reason: str) -> DeskMatter:
        """Hand the matter to another area; the same area changes nothing. Raises `Conflict` once the matter is over."""
        if self.handler == area:
            return self
        self._require_standing()
        return self._moved(handovers=(*self.handovers, Handover(area, act, reason)))

    def resumed(self, clock: LegalClock) -> DeskMatter:
        """Make the matter due again, with a clock that starts now."""
        return self._moved(status=DeskMatterStatus.OPEN, clock=clock, resumed_at=clock.started)

    def booked(self, appointment_id: AppointmentId, clock: LegalClock) -> DeskMatter:
        """Give the matter an appointment, which ends a postponement: the matter cannot wait."""
        handling = replace(self.handling, way=Way.APPOINTMENT, waits_until=None, waits_until_on=None)
        return self._moved(
            appointment_id=appointment_id,
            bookings=self.bookings + 1,
            handling=handling,
            status=DeskMatterStatus.OPEN,
            clock=clock if self.status is DeskMatterStatus.POSTPONED else self.clock,
        )

    def unbooked(self) -> DeskMatter:
        """Remove the matter's appointment."""
        return self._moved(appointment_id=None)

    def finished(self, act: Act, answer: str, assurance: str | None, brought: tuple[str, ...]) -> DeskMatter:
        """Answer and finish the matter; the same answer by the same person changes nothing.

        Raises `Conflict` if the matter is over otherwise, if an appointment is needed first, and if a worry was not
        declared removed.
        """
        by = None if self.closed is None else self.closed.actor
        if (self.status, self.answer, self.assurance, by) == (DeskMatterStatus.FINISHED, answer, assurance, act.actor):
            return self
        self._require_standing()
        if self.handling.way is Way.APPOINTMENT and self.appointment_id is None:
            raise Conflict([_APPOINTMENT_FIRST.naming(way=self.handling.way.value)])
        if self.handling.way is Way.REASSURED and assurance is None:
            raise Conflict([_ASSURANCE_MISSING.naming(way=self.handling.way.value)])
        return self._moved(
            status=DeskMatterStatus.FINISHED,
            closed=act,
            answer=answer,
            assurance=assurance,
            owed=tuple(each for each in self.owed if each not in brought),
            clock=self.clock.stop(act.at),
        )

    def withdrawn(self, act: Act, reason: str) -> DeskMatter:
        """Take the matter back; a second withdrawal changes nothing. Raises `Conflict` for a finished matter."""
        if self.status is DeskMatterStatus.WITHDRAWN:
            return self
        self._require_standing()
        return self._moved(status=DeskMatterStatus.WITHDRAWN, closed=act, answer=reason, clock=self.clock.stop(act.at))

    def _require_standing(self) -> None:
        if self.is_over:
            raise Conflict([MATTER_OVER.naming(status=self.status.value)])

    def _moved(self, **changes: Any) -> DeskMatter:
        return replace(self, revision=self.revision + 1, **changes)


def desk_matter_id_of(area: AreaCode, subject: str, matter_no: str) -> DeskMatterId:
    """Derive the matter's id: a number names a single matter of its recorder, the agency or a hospital."""
    return DeskMatterId(f"mat_{fingerprint([area, subject, matter_no])[:26]}")


def desk_content_of(values: list[Any]) -> str:
    """Fingerprint the content that a repeated record under the same number must match."""
    return fingerprint(values)


MATTER_OVER: Finding = finding(
    "matter-over",
    "",
    "该事项已办结或已撤回；如有新情况，请另行登记。",
    "The matter is finished or taken back; record what is new as another one.",
)
NUMBER_TAKEN = finding(
    "matter-no-taken",
    "matter_no",
    "该编号已用于另一事项，请换号或查询原记录。",
    "The number names another matter; use another, or read that one.",
)
_APPOINTMENT_FIRST = finding(
    "appointment-first",
    "",
    "该事项按规定预约办理，请先登记预约。",
    "Make an appointment first: the matter is handled by appointment.",
)
_ASSURANCE_MISSING = finding(
    "assurance-missing",
    "assurance",
    "该事项须消除隐患后办结，请写明查清并消除了什么隐患。",
    "Say which risk was looked into and removed: the matter is finished only then.",
)
