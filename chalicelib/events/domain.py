"""Events: the changes of claims, advances, payments, clearing runs and filings, as the parties concerned follow them.

An event names things by their ids and says nothing of a person. Source: contract.md, `GET /v1/events`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, EventId, InstitutionCode

KEPT = timedelta(days=400)
"""The time for which an event can be read. Source: contract.md."""
LAG = timedelta(seconds=5)
"""The largest difference between the clocks of event keepers: younger events are handed out and handed out again."""


@dataclass(frozen=True, slots=True)
class FollowedChange:
    """A change as the state table's stream tells it, and the parties concerned beside the areas of a claim.

    `kind` is the thing and its new state (`claim.settled`), `about` the ids and words that identify the thing.
    """

    event_id: EventId
    kind: str
    at: Instant
    about: tuple[tuple[str, str], ...]
    changes: tuple[PartyChange, ...] = ()
    claim_id: ClaimId | None = None
    institution: InstitutionCode | None = None
    areas: tuple[AreaCode, ...] = ()
    tier: AreaCode | None = None


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """The content of an event, the same for all of its audiences."""

    event_id: EventId
    kind: str
    at: Instant
    about: tuple[tuple[str, str], ...]
    changes: tuple[PartyChange, ...]


@dataclass(frozen=True, slots=True)
class KeptEvents:
    """The events of one write for one audience: a settlement and the payment ordered with it are one record,
    since a record costs the same by itself. `told` is ordered by the events' ids. `kept_at` orders the events of an
    audience; `expires_at` is in seconds since 1970.
    """

    audience: str
    kept_at: Instant
    told: tuple[ToldEvent, ...]
    expires_at: int

    @property
    def place(self) -> str:
        """The key of the record: the place of its last event, so that a record with an event after a place lies after
        that place.
        """
        return _place(self.kept_at, self.told[-1])

    @property
    def events(self) -> tuple[KeptEvent, ...]:
        """The events one by one."""
        return tuple(KeptEvent(self.kept_at, told) for told in self.told)


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event as handed out to an audience."""

    kept_at: Instant
    told: ToldEvent

    @property
    def place(self) -> str:
        """The place of the event, which orders the events of its audience."""
        return _place(self.kept_at, self.told)


def _place(kept_at: Instant, told: ToldEvent) -> str:
    return f"{kept_at}!{told.event_id}"


def institution_audience(code: str) -> str:
    """Return the audience of an institution: the parties that act for the institution."""
    return f"INSTITUTION#{code}"


def area_audience(code: str) -> str:
    """Return the audience of an area: its agency and its treasury."""
    return f"AREA#{code}"


def tier_audience(code: str) -> str:
    """Return the audience of a tier: its clearing centre."""
    return f"TIER#{code}"


def expiry(now: datetime) -> int:
    """Return the time from which an event kept now may be forgotten, in seconds since 1970."""
    return int((now + KEPT).timestamp())
