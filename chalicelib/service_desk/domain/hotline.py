"""An agency's hotline: what was asked, when, and how often, by subject and by hour of the day.

The slot `hotline` says which number answers in a place, from which hour to which, and the subjects by which its
consultations are counted. Nothing of who calls is kept. Nothing here reads a store.

Source: D-13, 大连 2020-02-20 发布会 经办-6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Finding, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import SHANGHAI, civil_date
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.services.clocks import decider


class ConsultationSubject(StrEnum):
    EPIDEMIC = "epidemic"
    BUSINESS = "policy-and-business"


@dataclass(frozen=True, slots=True)
class Consultation:
    """One call, answered: `on` and `hour` are the day and the hour in China of the instant `came_at`. `content` is what
    another record under the number has to repeat.
    """

    consultation_id: str
    consultation_no: str
    area: str
    subject: ConsultationSubject
    came_at: str
    on: date
    hour: int
    content: str
    citation: str
    recorded: Act
    withdrawn: Act | None = None
    withdrawn_because: str | None = None
    revision: int = 1

    def taken_back(self, act: Act, reason: str) -> Consultation:
        """Recorded by mistake; again it stays as it was taken back first."""
        if self.withdrawn is not None:
            return self
        return replace(self, withdrawn=act, withdrawn_because=reason, revision=self.revision + 1)


@dataclass(frozen=True, slots=True)
class HotlineCount:
    """An area's consultations on a subject that came in an hour of a day, and those of them that were taken back."""

    area: str
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
    """The number that answers, from the beginning of an hour to the end of the one before another, and why."""

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

    area: str
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
        """Every subject, also where nobody asked about it."""
        return tuple((each, self.of(each)) for each in ConsultationSubject)

    @property
    def by_hour(self) -> tuple[tuple[int, tuple[tuple[ConsultationSubject, int], ...]], ...]:
        """Every hour of the day with each subject, so that an hour at which nobody called is seen as well."""
        return tuple((hour, tuple((each, self.of(each, hour)) for each in ConsultationSubject)) for hour in range(24))

    def of(self, subject: ConsultationSubject, hour: int | None = None) -> int:
        """Consultations on a subject, in one hour of the day where it is given."""
        return sum(each.standing for each in self.counts if each.subject is subject and hour in (None, each.hour))


def hotline_of(bundle: Bundle, area: str, on: date) -> Hotline | None:
    """The hotline of a place on a day, None where no provision sets one up."""
    found = decider(bundle, Slot.HOTLINE, area, on)
    return None if found is None else _read(found)


def serving(bundle: Bundle, area: str, came: datetime, subject: ConsultationSubject) -> Hotline:
    """The hotline that a call came to. Raises `Invalid` where none answers at that hour or counts that subject."""
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
    bundle: Bundle, area: str, from_on: date, to_on: date, counts: Iterable[HotlineCount]
) -> HotlineReport:
    """The report of what was counted, with the hotlines of the days on which anybody called."""
    kept = tuple(counts)
    found = (hotline_of(bundle, area, day) for day in dict.fromkeys(each.on for each in kept))
    return HotlineReport(area, from_on, to_on, kept, tuple(dict.fromkeys(each for each in found if each is not None)))


def hour_of(came: datetime) -> int:
    """The hour in China."""
    return came.astimezone(SHANGHAI).hour


def consultation_id_of(area: str, consultation_no: str) -> str:
    """A number names one consultation of an area's hotline."""
    return f"con_{fingerprint([area, consultation_no])[:26]}"


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
