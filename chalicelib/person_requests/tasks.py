"""The task that may open the vault: a request's id comes in, what it reveals goes out to who invoked it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.person_requests.usecases import CarryOut


@dataclass(frozen=True, slots=True)
class PersonRequestSteps:
    """One method per task, named as the variable of app.py that binds it."""

    system: Callable[[], System]

    def person_request_carry_out(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        revealed = self.system()[CarryOut](event["request_id"])
        if revealed is None:
            return {"person": None}
        names = ("id_type", "issued_by", "id_no", "name")
        return {"person": {name: getattr(revealed, name) for name in names}}
