"""An agency's hotline: its consultations, counted by subject and by hour of the day.

The slot `hotline` sets the number that answers in a place, the hours, and the subjects by which consultations are
counted. No data about callers is kept. Nothing here reads a store.

Source: D-13, 大连 2020-02-20 发布会 经办-6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Finding, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import SHANGHAI, Instant, civil_date
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.domain.services.vocabulary import ConsultationSubject

ConsultationId = NewType("ConsultationId", str)


@dataclass(frozen=True, slots=True)
class Consultation:
    """An answered call: `on` and `hour` are the day and the hour in China of the instant `came_at`. `content` is what a
    repeated record under the number must match.
    """

    consultation_id: ConsultationId
    consultation_no: str
    area: AreaCode
    subject: ConsultationSubject
    came_at: Instant
    on: date
    hour: int
    content: str
    citation: str
    recorded: Act
    withdrawn: Act | None = None
    withdrawn_because: str | None = None
    revision: int = 1

    def taken_back(self, act: Act, reason: str) -> Consultation:
        """Take back a consultation recorded by mistake; a second withdrawal changes nothing."""
        if self.withdrawn is not None:
            return self
        return replace(self, withdrawn=act, withdrawn_because=reason, revision=self.revision + 1)


@dataclass(frozen=True, slots=True)
class HotlineCount:
    """An area's consultations on a subject in an hour of a day, with the number of those taken back."""

    area: AreaCode
    on: date
    hour: int
    subject: ConsultationSubject
    received: int = 0
    withdrawn: int = 0

    @property
    def standing(self) -> int:
        return self.received - self.withdrawn


@dataclass(frozen=True, slots=True)
class Hotline:
    """The hotline's number, its hours from `from_hour` up to but excluding `to_hour`, its subjects and provision."""

    number: str
    from_hour: int
    to_hour: int
    subjects: tuple[ConsultationSubject, ...]
    citation: str

    def answers_at(self, hour: int) -> bool:
        return self.from_hour <= hour < self.to_hour


@dataclass(frozen=True, slots=True)
class HotlineReport:
    """The consultations of an area's days, both inside, and the hotlines that served them."""

    area: AreaCode
    from_on: date
    to_on: date
    counts: tuple[HotlineCount, ...]
    hotlines: tuple[Hotline, ...]

    @property
    def total(self) -> int:
        return sum(each.standing for each in self.counts)

    @property
    def withdrawn(self) -> int:
        return sum(each.withdrawn for each in self.counts)

    @property
    def by_subject(self) -> tuple[tuple[ConsultationSubject, int], ...]:
        """All subjects with their consultations, including subjects without any."""
        return tuple((each, self.of(each)) for each in ConsultationSubject)

    @property
    def by_hour(self) -> tuple[tuple[int, tuple[tuple[ConsultationSubject, int], ...]], ...]:
        """All hours of the day with the consultations by subject, including hours without calls."""
        return tuple((hour, tuple((each, self.of(each, hour)) for each in ConsultationSubject)) for hour in range(24))

    def of(self, subject: ConsultationSubject, hour: int | None = None) -> int:
        """Sum the consultations on a subject, limited to an hour of the day if given."""
        return sum(each.standing for each in self.counts if each.subject is subject and hour in (None, each.hour))


def hotline_of(bundle: Bundle, area: AreaCode, on: date) -> Hotline | None:
    """Find the hotline of a place on a day; None if no provision sets up a hotline."""
    found = decider(bundle, Slot.HOTLINE, area, on)
    return None if found is None else _read(found)


def serving(bundle: Bundle, area: AreaCode, came: datetime, subject: ConsultationSubject) -> Hotline:
    """Find the hotline that a call came to. Raises `Invalid` if none answers at that hour or counts that subject."""
    hotline = hotline_of(bundle, area, civil_date(came))
    if hotline is None:
        raise Invalid([_NO_HOTLINE])
    wrong: list[Finding] = []
    if not hotline.answers_at(hour_of(came)):
        wrong.append(_closed(hotline))
    if subject not in hotline.subjects:
        wrong.append(_not_counted(hotline))
    if wrong:
        raise Invalid(wrong)
    return hotline


def hotline_report_of(
    bundle: Bundle, area: AreaCode, from_on: date, to_on: date, counts: Iterable[HotlineCount]
) -> HotlineReport:
    """Build the report of the counts, with the hotlines of the days that had calls."""
    kept = tuple(counts)
    found = (hotline_of(bundle, area, day) for day in dict.fromkeys(each.on for each in kept))
    return HotlineReport(area, from_on, to_on, kept, tuple(dict.fromkeys(each for each in found if each is not None)))


def hour_of(came: datetime) -> int:
    """Return the hour in China."""
    return came.astimezone(SHANGHAI).hour


def consultation_id_of(area: AreaCode, consultation_no: str) -> ConsultationId:
    """Derive the consultation's id: a number names a single consultation of an area's hotline."""
    return ConsultationId(f"con_{fingerprint([area, consultation_no])[:26]}")


def _read(found: Provision) -> Hotline:
    value = found.value
    subjects = tuple(ConsultationSubject(each) for each in value["subjects"])
    return Hotline(value["number"], int(value["from_hour"]), int(value["to_hour"]), subjects, found.citation)


def _closed(hotline: Hotline) -> Finding:
    hours = f"{hotline.from_hour}:00-{hotline.to_hour}:00"
    return finding(
        "hotline-closed",
        "came_at",
        f"该区划的热线只在 {hours} 接听，请核对来电时间。",
        f"Check the time of the call: the hotline of this place answers at {hours}.",
    )


def _not_counted(hotline: Hotline) -> Finding:
    allowed = ", ".join(each.value for each in hotline.subjects)
    return finding(
        "subject-not-counted",
        "subject",
        f"该区划的热线按以下主题计数，请选择其一：{allowed}。",
        f"Use one of {allowed}: the hotline of this place counts by these.",
    )


_NO_HOTLINE = finding(
    "hotline-not-provided",
    "came_at",
    "该区划在该日没有规定设立热线，请按经办事项登记。",
    "Record it as a matter of the desk: no provision sets up a hotline in this place on that day.",
)
CONSULTATION_NUMBER_TAKEN = finding(
    "consultation-no-taken",
    "consultation_no",
    "该编号已用于另一次咨询，请换号或查询原记录。",
    "Use another number, or read the consultation that this one names.",
)
CONSULTATION_TO_COME = finding(
    "came-later", "came_at", "来电时间不得晚于现在，请更正。", "Correct the time: it is still to come."
)
