"""Treatment elsewhere registered for a person (异地就医备案), and for which visits a registration counts.

An agency speaks for the fund: its filing counts by its own days, whenever it was recorded. A hospital gains by what it
files, so its filing counts from the day it was made, and one made after discharge counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chalicelib.kernel.access import Role
from chalicelib.kernel.persons.acts import Act
from chalicelib.registry.domain.model import FilingChannel, FilingKind


@dataclass(frozen=True, slots=True)
class FilingRecord:
    """One registration.

    `starts_on` and `ends_on` are as they were asked for, `made_on` is the day in China on which it was recorded.
    `listed_under`: the pooling areas and the institution that see it. `withdrawn` tells who took it back, and `reason`
    why.
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

    @property
    def is_hospitals(self) -> bool:
        return self.made.role is Role.HOSPITAL

    @property
    def counts_from(self) -> date:
        """The first day it counts for. A hospital's is never before the day it was made, save an emergency's: that is
        filed during the stay and covers it from admission.
        """
        if self.is_hospitals and self.kind is not FilingKind.EMERGENCY:
            return max(self.starts_on, self.made_on)
        return self.starts_on

    def counts_for(self, admitted_on: date, discharged_on: date) -> bool:
        """Whether it covers a visit: in force on one of its days, not withdrawn, and not made by a hospital later."""
        if self.withdrawn is not None or (self.is_hospitals and discharged_on < self.made_on):
            return False
        return self.counts_from <= discharged_on and (self.ends_on is None or admitted_on <= self.ends_on)
