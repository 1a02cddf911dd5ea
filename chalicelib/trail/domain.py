"""The trail of acts: who asked for which change, as whom and for whom, and how the request ended.

An attempt is recorded before the change is made, and its outcome afterwards, so that no change is without an attempt.
An attempt without an outcome was cut off: the record that it was about says whether the change was made. Hospitals'
claims are not in the trail: each claim holds its own history.
"""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import civil_date_of
from chalicelib.kernel.words.ids import RequestId

DONE = "done"
"""The outcome of an attempt that was answered; any other outcome is the code of its refusal."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request for a change: `call` is the route, `what` the route's title."""

    request_id: RequestId
    by: Act
    call: str
    what: Text

    @property
    def day(self) -> date:
        """Return the civil day under which the attempt is listed."""
        return civil_date_of(self.by.at)

    @property
    def place(self) -> str:
        """The attempt's place among those of its day."""
        return f"{self.by.at}#{self.request_id}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of an attempt. `about` are the ids in the route's path, and empty where the request was refused: a value
    that named nothing is not kept.
    """

    day: date
    place: str
    outcome: str
    about: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """An attempt with its outcome, None where the attempt was cut off."""

    attempt: Attempt
    outcome: Outcome | None
