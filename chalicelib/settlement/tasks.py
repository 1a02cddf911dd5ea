"""The tasks of the settlement state machine: each receives and returns `{"claim_id"}` and runs a use case in between.

The machine retries `VersionConflict` and `Unavailable` and catches `OthersFollow`, all by the name of the class, so a
failure passes through this module unchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.settlement.usecases.defer import Deferral
from chalicelib.settlement.usecases.settle import Settlement


@dataclass(frozen=True, slots=True)
class Steps:
    """The task methods, named as the variables of app.py that bind them: a deployed handler is found by that name.

    `system` gives the use cases when the first event comes: nothing is built at import.
    """

    system: Callable[[], System]

    def settlement_settle(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        """Settle a claim; the answer also carries the claim's resulting state."""
        claim_id: ClaimId = event["claim_id"]
        return {"claim_id": claim_id, "status": self.system()[Settlement].settle(claim_id).value}

    def settlement_follow(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        return _done(event, self.system()[Settlement].follow)

    def settlement_defer(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        """Defer a claim for which the state machine found that a dependency of the decision stayed unreachable."""
        return _done(event, self.system()[Deferral].defer)

    def resume_deferred(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Run the sweep, on a schedule."""
        result = self.system()[Deferral].sweep()
        return {"seen": result.seen, "resumed": result.resumed, "failed": result.failed}


def _done(event: dict[str, Any], task: Callable[[ClaimId], None]) -> dict[str, Any]:
    claim_id: ClaimId = event["claim_id"]
    task(claim_id)
    return {"claim_id": claim_id}
