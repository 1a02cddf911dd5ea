"""The task that may open the vault: given a request's id, returns the revealed data to its invoker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.person_requests.usecases import CarryOut


@dataclass(frozen=True, slots=True)
class PersonRequestSteps:
    """The tasks of person requests, as methods named after the variables of app.py that bind them."""

    system: Callable[[], System]

    def person_request_carry_out(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        revealed = self.system()[CarryOut](event["request_id"])
        if revealed is None:
            return {"person": None}
        names = ("id_type", "issued_by", "id_no", "name")
        return {"person": {name: getattr(revealed, name) for name in names}}
