"""Transfers of insurance between areas (关系转移接续): an area asks for a person, and the standing area decides.

The old period ends the day before the day named, and the new period begins on that day. Until the release nothing
changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, PersonToken, TransferId
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Insurance


class TransferStatus(StrEnum):
    """The status of a transfer: requested, then released or refused."""

    REQUESTED = "requested"
    RELEASED = "released"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class NewInsurance:
    """The terms of insurance in the asking area; without them the released period's own terms go on."""

    insurance: Insurance
    employment: Employment
    assistance: AssistanceClass


@dataclass(frozen=True, slots=True)
class EnrolmentTransfer:
    """A transfer: `insured_area` asks, `standing_area` decides. `starts_on` is the first day in the new area.
    `listed_under` are the pooling areas that find the transfer in their lists.
    """

    transfer_id: TransferId
    person: PersonToken
    insured_area: AreaCode
    standing_area: AreaCode
    starts_on: date
    terms: NewInsurance | None
    asked: Act
    listed_under: tuple[AreaCode, ...] = ()
    status: TransferStatus = TransferStatus.REQUESTED
    decided: Act | None = None
    reason: str | None = None
    revision: int = 1

    @property
    def areas(self) -> tuple[AreaCode, AreaCode]:
        return (self.insured_area, self.standing_area)


def standing_elsewhere(
    periods: Sequence[Enrolment], from_on: date, is_ours: Callable[[AreaCode], bool]
) -> AreaCode | None:
    """Return the area, other than the asker's own, that insures the person on a day or first after it; None without
    any.
    """
    for period in sorted(periods, key=lambda each: each.starts_on or date.min):
        reaches = period.ends_on is None or from_on <= period.ends_on
        if period.insured_area is not None and reaches and not is_ours(period.insured_area):
            return period.insured_area
    return None


def released(periods: Sequence[Enrolment], transfer: EnrolmentTransfer) -> tuple[Enrolment, ...]:
    """Return the periods after a release: every day of the standing area from `starts_on` on becomes the asking area's.

    The periods stay the same where the standing area has no such day any more.
    """
    after: list[Enrolment] = []
    for period in periods:
        reaches = period.ends_on is None or transfer.starts_on <= period.ends_on
        if period.insured_area != transfer.standing_area or not reaches:
            after.append(period)
            continue
        first = transfer.starts_on
        if period.starts_on is not None and first <= period.starts_on:
            first = period.starts_on
        else:
            after.append(replace(period, ends_on=first - timedelta(days=1)))
        after.append(_taken_over(replace(period, starts_on=first), transfer))
    return tuple(after)


def _taken_over(period: Enrolment, transfer: EnrolmentTransfer) -> Enrolment:
    moved = replace(period, insured_area=transfer.insured_area, recorded_by=transfer.asked.area)
    terms = transfer.terms
    if terms is None:
        return moved
    return replace(moved, insurance=terms.insurance, employment=terms.employment, assistance=terms.assistance)
