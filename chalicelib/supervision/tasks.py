"""The nightly task of supervision: a review of the claims received the day before, a turn at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.supervision.usecases.nightly import ReviewNight


@dataclass(frozen=True, slots=True)
class SupervisionSteps:
    """The tasks of supervision, a method per task, named as the variable of app.py that binds the method."""

    system: Callable[[], System]

    def supervision_review(self, _event: dict[str, Any], _context: object = None) -> dict[str, str]:
        """Go on with the review of yesterday's claims of every area in which policy asks for a review; return the last
        day that is done.
        """
        review = self.system()[ReviewNight]
        review()
        through = review.through()
        return {"through": "" if through is None else through.isoformat()}
