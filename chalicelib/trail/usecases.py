"""Records attempts and their outcomes, and lists those of a day."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import QuebaoError, Unavailable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import RequestId
from chalicelib.trail.access import TRAIL_READ
from chalicelib.trail.domain import DONE, Attempt, Outcome, TrailEntry
from chalicelib.trail.ports import TrailStore

T = TypeVar("T")
_LOG = logging.getLogger("quebao.trail")


@dataclass(frozen=True, slots=True)
class FollowActs:
    trail: TrailStore
    clock: Clock

    def __call__(
        self,
        request_id: RequestId,
        principal: Principal,
        route: tuple[str, Text],
        about: Mapping[str, str],
        act: Callable[[], T],
    ) -> T:
        """Record an attempt, act, and record the outcome; return what the act returns. `route` is the call with its
        title, `about` the ids in its path.

        Raises `Unavailable` where the attempt cannot be recorded: nothing is changed then. An outcome that cannot be
        recorded is logged and refuses nothing, since the change stands.
        """
        attempt = Attempt(request_id, Act.of(principal, instant(self.clock.now())), *route)
        self.trail.keep(attempt)
        try:
            done = act()
        except Exception as error:
            self._ended(attempt, error.code if isinstance(error, QuebaoError) else QuebaoError.code)
            raise
        self._ended(attempt, DONE, about)
        return done

    def _ended(self, attempt: Attempt, outcome: str, about: Mapping[str, str] | None = None) -> None:
        try:
            self.trail.keep(Outcome(attempt.day, attempt.place, outcome, tuple((about or {}).items())))
        except Unavailable:
            _LOG.warning("outcome not recorded", extra={"request_id": attempt.request_id})


@dataclass(frozen=True, slots=True)
class ReadTrail:
    trail: TrailStore
    clock: Clock

    def __call__(self, principal: Principal, day: date | None, page: PageRequest) -> Page[TrailEntry]:
        """Return the acts of an Asia/Shanghai day, today's by default, the newest first."""
        require(principal, TRAIL_READ, Resource("trail"))
        return self.trail.of_day(day or self.clock.today(), page)
