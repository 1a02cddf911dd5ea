"""The settlement state machine as infra/workflows/settlement.asl.json draws it, without a service to run it."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.claims.usecases.examine import DEPENDENCY_UNAVAILABLE
from chalicelib.kernel.errors import Unavailable, VersionConflict
from chalicelib.kernel.system import System
from chalicelib.settlement.tasks import Steps
from chalicelib.settlement.usecases.settle import ClaimDeferred, ClaimRejected

TRIES = 4


def run_settlement(system: System, claim_id: str) -> str:
    """Run one execution to its end and name the state it ended in. A task that fails is tried again, as Retry does."""
    steps, event = Steps(lambda: system), {"claim_id": claim_id}
    try:
        for task in (steps.settlement_validate, steps.settlement_settle):
            _retried(lambda task=task: task(event))  # type: ignore[misc]  # mypy cannot infer the default's type
    except ClaimRejected:
        _retried(lambda: steps.settlement_reject(event))
        return "Rejected"
    except ClaimDeferred:
        _retried(lambda: steps.settlement_defer(event))
        return "Deferred"
    except (Unavailable, VersionConflict):
        _retried(lambda: steps.settlement_defer({**event, "reason": DEPENDENCY_UNAVAILABLE}))
        return "Deferred"
    _retried(lambda: steps.settlement_pay(event))
    _retried(lambda: steps.settlement_announce(event))
    return "Settled"


def _retried(task: Callable[[], object]) -> None:
    for _ in range(TRIES - 1):
        try:
            task()
        except (Unavailable, VersionConflict):
            continue
        return
    task()
