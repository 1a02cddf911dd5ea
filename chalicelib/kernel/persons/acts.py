"""Acts (actor, role, subject, instant), and the comparison of two actors as persons.

Every act that moves money, law or a person's record keeps an `Act`. Acts that need two people compare actors here and
nowhere else.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode

if TYPE_CHECKING:
    from chalicelib.kernel.access import Principal, Role


SYSTEM_ACTORS = frozenset({"top-up", "operator", "schedule"})
"""Names the system itself signs with; no token may bear any of these names."""


@dataclass(frozen=True, slots=True)
class Act:
    """A recorded act. `actor` is the acting person as the issuer names it, `subject` the institution or area acted for,
    `at` the UTC instant as ISO 8601 text.
    """

    actor: str
    role: Role
    subject: str
    at: Instant

    @classmethod
    def of(cls, principal: Principal, at: Instant) -> Act:
        return cls(principal.actor, principal.role, principal.subject, at)

    @property
    def area(self) -> AreaCode:
        """The subject of an office."""
        return AreaCode(self.subject)


def fold_actor(actor: str) -> str:
    """Return the form in which actors are compared: without regard to case, width and surrounding space."""
    return unicodedata.normalize("NFKC", actor).strip().casefold()


def is_same_person(one: str, other: str) -> bool:
    """Tell whether two actors' names belong to one person."""
    return fold_actor(one) == fold_actor(other)


def is_system(actor: str) -> bool:
    """Tell whether a name belongs to those the system signs with, in whatever spelling."""
    return fold_actor(actor) in SYSTEM_ACTORS


def actor_of(act: Act | None) -> str | None:
    """Return the actor of a step, None before it was taken."""
    return None if act is None else act.actor


def instant_of(act: Act | None) -> Instant | None:
    """Return the instant of a step, None before it was taken."""
    return None if act is None else act.at
