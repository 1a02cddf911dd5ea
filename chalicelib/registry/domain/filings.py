"""Registrations of treatment elsewhere (异地就医备案), and the visits that a registration counts for.

An agency speaks for the fund: its filing counts by its own days, whenever recorded. A hospital gains by its filings, so
its filing counts from the day it was made, and a filing made after discharge counts for nothing. A township office
reports a phone call: its filing counts from the call, or from the day it was made. A filing of anybody but the insured
place's agency is answered by that agency, within its clock. Source: C-05, C-13, D-03, Y-05.
"""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.access import Role
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, FilingId, PersonToken
from chalicelib.registry.domain.model import FilingChannel, FilingKind


@dataclass(frozen=True, slots=True)
class FilingRecord:
    """A filing of remote treatment.

    `starts_on` and `ends_on` are the days asked for, `made_on` is the day of recording in China. `called_at` and
    `called_on` are the instant and the day in China of the phone call behind the filing. `insured_area` is the place
    whose notices govern the filing, as known then; `answer` is the clock of that place's agency, stopped by `confirmed`
    or withdrawal; `report` is the clock of a township office. `listed_under`: the pooling areas and the institution or
    offices that see the filing. `withdrawn` is the act of withdrawal, and `reason` its reason.
    """

    filing_id: FilingId
    person: PersonToken
    treatment_area: AreaCode
    kind: FilingKind
    channel: FilingChannel
    starts_on: date
    ends_on: date | None
    made: Act
    made_on: date
    listed_under: tuple[str, ...] = ()
    withdrawn: Act | None = None
    reason: str | None = None
    revision: int = 1
    called_at: Instant | None = None
    called_on: date | None = None
    insured_area: AreaCode | None = None
    answer: LegalClock | None = None
    report: LegalClock | None = None
    confirmed: Act | None = None

    @property
    def is_offices(self) -> bool:
        return self.made.role is Role.TOWNSHIP

    @property
    def is_hospitals(self) -> bool:
        return self.made.role is Role.HOSPITAL

    @property
    def counts_from(self) -> date:
        """The first day that the filing counts for. A hospital's or a township office's filing counts from the day made
        or called in at the earliest, save an emergency's: that filing is made during the stay and covers the stay from
        admission.
        """
        if self._is_an_agencys or self.kind is FilingKind.EMERGENCY:
            return self.starts_on
        return max(self.starts_on, self._known_on)

    @property
    def is_backdated(self) -> bool:
        """Tell whether the filing counts for days before its day of recording."""
        return self.counts_from < self.made_on

    @property
    def waits(self) -> bool:
        """Tell whether the insured place's agency has to answer the filing."""
        return self.answer is not None and self.answer.stopped is None

    def counts_for(self, admitted_on: date, discharged_on: date) -> bool:
        """Tell whether the filing covers a visit: in force on a day of the visit, not withdrawn, and not made after
        discharge by anybody but an agency.
        """
        if self.withdrawn is not None or (not self._is_an_agencys and discharged_on < self._known_on):
            return False
        return self.counts_from <= discharged_on and (self.ends_on is None or admitted_on <= self.ends_on)

    @property
    def _is_an_agencys(self) -> bool:
        return not self.is_hospitals and not self.is_offices

    @property
    def _known_on(self) -> date:
        return self.made_on if self.called_on is None else min(self.called_on, self.made_on)
