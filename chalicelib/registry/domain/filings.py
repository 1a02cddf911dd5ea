"""Treatment elsewhere registered for a person (异地就医备案), and for which visits a registration counts.

An agency speaks for the fund: its filing counts by its own days, whenever it was recorded. A hospital gains by what it
files, so its filing counts from the day it was made, and one made after discharge counts for nothing. A township office
reports what it was told: its filing counts from the call, or from the day it was made. What somebody else than the
insured place's agency filed, that agency answers, by its clock. Source: C-05, C-13, D-03, Y-05.
"""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.access import Role
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.registry.domain.model import FilingChannel, FilingKind


@dataclass(frozen=True, slots=True)
class FilingRecord:
    """One registration.

    `starts_on` and `ends_on` are as they were asked for, `made_on` is the day in China on which it was recorded.
    `called_at` and `called_on` are the instant and the day in China of the phone call it rests on. `insured_area` is
    the place whose notices govern it, as it was known then; `answer` the clock of that place's agency, which
    `confirmed` or withdrawal stops, `report` that of a township office. `listed_under`: the pooling areas and the
    institution or offices that see it. `withdrawn` tells who took it back, and `reason` why.
    """

    filing_id: str
    person: str
    treatment_area: str
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
    called_at: str | None = None
    called_on: date | None = None
    insured_area: str | None = None
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
        """The first day it counts for. A hospital's or a township office's is never before the day it was made or
        called in, save an emergency's: that is filed during the stay and covers it from admission.
        """
        if self._is_an_agencys or self.kind is FilingKind.EMERGENCY:
            return self.starts_on
        return max(self.starts_on, self._known_on)

    @property
    def is_backdated(self) -> bool:
        """Whether it counts for days before the one on which it was recorded."""
        return self.counts_from < self.made_on

    @property
    def waits(self) -> bool:
        """Whether the insured place's agency has to answer it."""
        return self.answer is not None and self.answer.stopped is None

    def counts_for(self, admitted_on: date, discharged_on: date) -> bool:
        """Whether it covers a visit: in force on one of its days, not withdrawn, and not made later by somebody else
        than an agency.
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
