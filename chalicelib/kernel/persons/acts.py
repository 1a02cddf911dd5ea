"""Who did something, as what, for whom and when; and whether two actors are the same person.

Every act that moves money, law or a person's record keeps an `Act`. Acts that need two people compare actors here and
nowhere else.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from chalicelib.kernel.frozen import dataclass

if TYPE_CHECKING:
    from chalicelib.kernel.access import Principal, Role


SYSTEM_ACTORS = frozenset({"top-up", "operator", "schedule"})
"""What the system itself signs with; no token may bear one of these names."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `actor` is the acting person as the issuer names it, `subject` the institution or area acted for, `at`
    the UTC instant as ISO 8601 text.
    """

    actor: str
    role: Role
    subject: str
    at: str

    @classmethod
    def of(cls, principal: Principal, at: str) -> Act:
        return cls(principal.actor, principal.role, principal.subject, at)


def fold_actor(actor: str) -> str:
    """The form under which actors are compared: without regard to case, width and surrounding space."""
    return unicodedata.normalize("NFKC", actor).strip().casefold()


def is_same_person(one: str, other: str) -> bool:
    """Whether two actors' names are one person's."""
    return fold_actor(one) == fold_actor(other)


def is_system(actor: str) -> bool:
    """Whether a name is one that the system signs with, in whatever spelling."""
    return fold_actor(actor) in SYSTEM_ACTORS


def actor_of(act: Act | None) -> str | None:
    """The actor of a step, None before it was taken."""
    return None if act is None else act.actor


def instant_of(act: Act | None) -> str | None:
    """The instant of a step, None before it was taken."""
    return None if act is None else act.at
