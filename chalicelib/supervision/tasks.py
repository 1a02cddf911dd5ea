"""The schedule that reviews what was received the day before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.supervision.usecases.review import ReviewClaims


@dataclass(frozen=True, slots=True)
class SupervisionSteps:
    """One method per task, named as the variable of app.py that binds it."""

    system: Callable[[], System]

    def supervision_review(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Review yesterday's claims of every area in which policy has something looked for."""
        return {"matters": self.system()[ReviewClaims].yesterday()}
