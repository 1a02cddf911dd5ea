"""Periods of insurance: the recognised holder, the effect of statements on the periods, and the bearer of a pending
bill.

The periods of a person never overlap: a statement replaces its own area's days, never another area's. The period in
force on a day is therefore read from the periods alone and never from the order of recording.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, PersonToken, TransferId
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Insurance, Registry

ENROLLED_PROMPTLY_WITHIN = timedelta(days=180)
"""The time after treatment within which an enrolment may begin and still count as made for the treatment. The text says
及时 (in time) and gives no figure; half a year is our reading. Source: Y-15, 云医保〔2020〕12号 四（四）.
"""

_DAY = timedelta(days=1)


class StatementKind(StrEnum):
    """The origin of a version: an agency recorded insurance or cancelled a mistaken period, the standing area released
    the person to another, or the name of the period was put right or erased.
    """

    RECORDED = "recorded"
    CANCELLED = "cancelled"
    RELEASED = "released"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class EnrolmentVersion:
    """A statement about a person's insurance, as made, and all periods that stood after the statement.

    `transfer_id` names the released transfer, if any; `reason` is the reason of a cancellation; `also` is the token of
    a later document stated at the same time, whether or not the document became the person's. No version is ever
    changed.
    """

    number: int
    kind: StatementKind
    stated: Enrolment
    periods: tuple[Enrolment, ...]
    act: Act
    transfer_id: TransferId | None = None
    reason: str | None = None
    also: str | None = None


def overlap(one: Enrolment, other: Enrolment) -> bool:
    """Tell whether two periods share a day; both ends are included, an open end is endless."""
    return _not_after(one.starts_on, other.ends_on) and _not_after(other.starts_on, one.ends_on)


def outside(period: Enrolment, others: Iterable[Enrolment]) -> tuple[Enrolment, ...]:
    """Return the pieces of a period outside the days of some others."""
    left = [period]
    for other in others:
        left = [piece for each in left for piece in _outside_one(each, other)]
    return tuple(left)


def in_the_way(
    periods: Iterable[Enrolment], stated: Enrolment, is_ours: Callable[[AreaCode], bool]
) -> tuple[Enrolment, ...]:
    """Return the insured periods of areas other than the recorder's that share a day with a statement of insurance.

    `is_ours` tells whether the recorder may speak for an area.
    """
    if stated.insurance is Insurance.NONE:
        return ()
    return tuple(
        period
        for period in periods
        if period.insured_area is not None and overlap(period, stated) and not is_ours(period.insured_area)
    )


def with_statement(periods: Sequence[Enrolment], stated: Enrolment) -> tuple[Enrolment, ...]:
    """Return the periods after a statement without obstacles, in the order of their days.

    Insurance replaces its own area's period with the same first day, and every day that it names. A statement that
    nobody insures a person holds only for days without insurance and without the same statement of another area.
    """
    if stated.insurance is Insurance.NONE:
        others = [period for period in periods if not _is_same_word(period, stated)]
        own = [piece for period in periods if period not in others for piece in outside(period, [stated])]
        kept = [*others, *own]
        return _in_order((*kept, *outside(stated, kept)))
    replaced = [period for period in periods if _is_same_period(period, stated)]
    kept = [piece for period in periods if period not in replaced for piece in outside(period, [stated])]
    return _in_order((*kept, stated))


def stands(periods: Iterable[Enrolment], stated: Enrolment) -> bool:
    """Tell whether a recorded statement has any effect. A statement that nobody insures a person has none where all its
    days are insured, or another area said so first.
    """
    return stated.insurance is not Insurance.NONE or any(
        _is_same_word(period, stated) and overlap(period, stated) for period in periods
    )


def stood_before(history: Sequence[EnrolmentVersion], mistaken: Enrolment) -> tuple[Enrolment, ...]:
    """Return the periods as of before a period was first recorded; its later corrections count as the same period."""
    for version in reversed(history):
        if not any(_is_same_period(period, mistaken) for period in version.periods):
            return version.periods
    return ()


def without_mistake(
    periods: Iterable[Enrolment],
    mistaken: Enrolment,
    before: Iterable[Enrolment],
    is_ours: Callable[[AreaCode], bool],
) -> tuple[Enrolment, ...]:
    """Return the periods without a mistaken period. The mistaken days go back to the statement `before` of the same
    area, or of an agency that said nobody insures the person; never to another area, which gave the days up by a
    release.
    """
    others = tuple(period for period in periods if period != mistaken)
    restored = [
        piece
        for period in before
        if period.insured_area is None or (is_ours(period.insured_area) and not _is_same_cover(period, mistaken))
        for within in outside(period, outside(period, [mistaken]))
        for piece in outside(within, others)
    ]
    return _in_order((*others, *restored))


def is_cancelled(history: Sequence[EnrolmentVersion], settled_under: Enrolment, days: Iterable[date]) -> bool:
    """Tell whether an area's last statement on the days of a visit is that its insurance then was never true."""
    visit = tuple(days)
    for version in reversed(history):
        stated = version.stated
        if version.kind is StatementKind.RENAMED or stated.insured_area != settled_under.insured_area:
            continue
        if any(stated.in_force_on(day) for day in visit):
            return version.kind is StatementKind.CANCELLED
    return False


def uninsured(period: Enrolment) -> Enrolment:
    """Return a mistaken period as uninsured: a patient without any known insurance."""
    return replace(
        period,
        insured_area=None,
        insurance=Insurance.NONE,
        employment=Employment.NONE,
        assistance=AssistanceClass.NONE,
    )


def bearer_of_pending(
    in_force: Enrolment | None,
    periods: Iterable[Enrolment],
    discharged_on: date,
    treatment_area: AreaCode,
    registry: Registry,
) -> Enrolment | None:
    """Return the enrolment that bears the advance for an uninsured patient: the enrolment `in_force` at the visit, else
    the first enrolment that the treatment place's own agency recorded for the visit, promptly after treatment. None
    without either.

    A job taken up elsewhere, or years later, bears nothing of an old bill. `treatment_area` is the pooling area.

    Source: Y-15, 云医保〔2020〕12号 四（四）.
    """
    if in_force is not None and in_force.insured_area is not None:
        return in_force
    latest = discharged_on + ENROLLED_PROMPTLY_WITHIN
    made_for_it = [
        period
        for period in periods
        if period.insured_area is not None
        and registry.pooling_area(period.insured_area) == treatment_area
        and period.starts_on is not None
        and discharged_on < period.starts_on <= latest
    ]
    return min(made_for_it, key=lambda period: period.starts_on or date.max, default=None)


def _outside_one(period: Enrolment, other: Enrolment) -> tuple[Enrolment, ...]:
    if not overlap(period, other):
        return (period,)
    left = []
    if other.starts_on is not None and (period.starts_on is None or period.starts_on < other.starts_on):
        left.append(replace(period, ends_on=other.starts_on - _DAY))
    if other.ends_on is not None and (period.ends_on is None or other.ends_on < period.ends_on):
        left.append(replace(period, starts_on=other.ends_on + _DAY))
    return tuple(left)


def _is_same_word(period: Enrolment, stated: Enrolment) -> bool:
    return period.insurance is Insurance.NONE and period.recorded_by == stated.recorded_by


def _is_same_cover(one: Enrolment, other: Enrolment) -> bool:
    return (one.insured_area, one.insurance, one.employment, one.assistance) == (
        other.insured_area,
        other.insurance,
        other.employment,
        other.assistance,
    )


def _is_same_period(period: Enrolment, stated: Enrolment) -> bool:
    return (period.insured_area, period.starts_on) == (stated.insured_area, stated.starts_on)


def _in_order(periods: Iterable[Enrolment]) -> tuple[Enrolment, ...]:
    return tuple(sorted(periods, key=lambda period: period.starts_on or date.min))


def _not_after(starts_on: date | None, ends_on: date | None) -> bool:
    return starts_on is None or ends_on is None or starts_on <= ends_on


@dataclass(frozen=True, slots=True)
class PersonEnrolments:
    """All known periods of a person, at a version; version 0 is a person without any record."""

    person: PersonToken
    version: int = 0
    periods: tuple[Enrolment, ...] = ()


@dataclass(frozen=True, slots=True)
class SamePerson:
    """A document's token that leads to the person known under another token; at revision 0 the token leads to nobody
    else.
    """

    token: PersonToken
    person: PersonToken
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Ascription:
    """An ascription of a document to a person, as stated by a pooling area's agencies."""

    area: AreaCode
    person: PersonToken


@dataclass(frozen=True, slots=True)
class AscribedDocument:
    """The ascriptions of a document by single areas' agencies, under the document's token.

    An agency's statement binds the agency itself, whether the document already had records or became the person's.
    Later answers to the agency about the document therefore do not tell which of the two was the case.
    """

    token: PersonToken
    said: tuple[Ascription, ...] = ()
    revision: int = 0

    def said_in(self, area: AreaCode | None) -> PersonToken | None:
        """Return the person to whom a pooling area's agencies ascribe the document."""
        return next((each.person for each in self.said if each.area == area), None)

    def saying(self, area: AreaCode, person: PersonToken) -> AscribedDocument:
        """Return the ascriptions with a pooling area's ascription added."""
        return AscribedDocument(self.token, (*self.said, Ascription(area, person)), self.revision + 1)

    def without(self, area: AreaCode) -> AscribedDocument:
        """Return the ascriptions without a pooling area's, whose agencies have named the document's holder since."""
        return AscribedDocument(self.token, tuple(each for each in self.said if each.area != area), self.revision + 1)


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """The person of a document's token, for everybody (`person`) and as ascribed by single areas."""

    person: PersonToken
    ascribed: AscribedDocument


def enrolment_queue(person: PersonToken) -> str:
    """Return the queue of claims that wait for a person's enrolment."""
    return f"enrolment#{person}"


def period_on(periods: Sequence[Enrolment], day: date) -> Enrolment | None:
    """Return the period in force on a day."""
    return next((period for period in periods if period.in_force_on(day)), None)


def recognised(periods: Sequence[Enrolment], enrolment: Enrolment | None, name_key: str) -> Enrolment | None:
    """Return the enrolment if the bill's name is the name it was recorded under, or the name under which the person was
    last insured, since a corrected name counts for earlier visits, too. A number with another name is nobody's.
    """
    return enrolment if enrolment is not None and is_named(periods, enrolment, name_key) else None


def is_named(periods: Sequence[Enrolment], period: Enrolment | None, name_key: str) -> bool:
    """Tell whether a name is a period's, or the name under which the person was last insured (or last recorded)."""
    known = [each for each in periods if each.insurance is not Insurance.NONE] or periods
    return name_key in {each.name_key for each in (period, *known[-1:]) if each is not None}
