"""An event: one change of a claim, an advance, a payment, a clearing run or a filing, as those concerned follow it.

An event names things by their ids and says nothing of a person. Source: contract.md, `GET /v1/events`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.frozen import dataclass

KEPT = timedelta(days=400)
"""How long an event can be read. Source: contract.md."""
LAG = timedelta(seconds=5)
"""How far the clocks of those who keep events may differ: what is younger is handed out and handed out again."""


@dataclass(frozen=True, slots=True)
class FollowedChange:
    """What happened, as the state table's stream tells it, and whom it concerns beside the areas of a claim.

    `kind` is the thing and its new state (`claim.settled`), `about` the ids and words that say which thing it is.
    """

    event_id: str
    kind: str
    at: str
    about: tuple[tuple[str, str], ...]
    changes: tuple[PartyChange, ...] = ()
    claim_id: str | None = None
    institution: str | None = None
    areas: tuple[str, ...] = ()
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """One event for one audience. `kept_at` orders the events of an audience; `expires_at` is in seconds since 1970."""

    audience: str
    kept_at: str
    event_id: str
    kind: str
    at: str
    about: tuple[tuple[str, str], ...]
    changes: tuple[PartyChange, ...]
    expires_at: int

    @property
    def place(self) -> str:
        """Where the event stands among those of its audience."""
        return f"{self.kept_at}!{self.event_id}"


def institution_audience(code: str) -> str:
    """Those who act for an institution."""
    return f"INSTITUTION#{code}"


def area_audience(code: str) -> str:
    """The agency and the treasury of an area."""
    return f"AREA#{code}"


def tier_audience(code: str) -> str:
    """The clearing centre of a tier."""
    return f"TIER#{code}"


def audience_of(principal: Principal) -> str:
    """Whose events a caller reads: one audience, so that one cursor orders them."""
    if principal.role is Role.HOSPITAL:
        return institution_audience(principal.subject)
    if principal.role is Role.CENTRE:
        return tier_audience(principal.subject)
    return area_audience(principal.subject)


def expiry(now: datetime) -> int:
    """When an event that is kept now may be forgotten."""
    return int((now + KEPT).timestamp())
