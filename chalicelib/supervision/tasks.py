"""The nightly task of supervision: a review of the claims received the day before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.supervision.usecases.review import ReviewClaims


@dataclass(frozen=True, slots=True)
class SupervisionSteps:
    """The tasks of supervision, a method per task, named as the variable of app.py that binds the method."""

    system: Callable[[], System]

    def supervision_review(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Review yesterday's claims of every area in which policy asks for a review."""
        return {"matters": self.system()[ReviewClaims].yesterday()}
