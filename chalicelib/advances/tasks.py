"""The tasks of the prepayment state machine, and the schedule that tops advances up.

`{"advance_id"}` comes in; a waiting task keeps its token and is resumed by the decision or the receipt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.advances.usecases.advance import Advances
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class PrepaymentSteps:
    """The task methods, named as the variables of app.py that bind them."""

    system: Callable[[], System]

    def prepayment_wait(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        self.system()[Advances].wait(event["advance_id"], event["stage"], event["token"])
        return {"advance_id": event["advance_id"]}

    def prepayment_instruct(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        return {"status": self.system()[Advances].instruct(event["advance_id"]).status.value}

    def prepayment_give_up(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        return {"status": self.system()[Advances].give_up(event["advance_id"]).status.value}

    def top_up_advances(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Request a top-up for every balance below the mark, on a schedule."""
        return {"asked": len(self.system()[Advances].top_up())}
