"""The settlement state machine as infra/workflows/settlement.asl.json draws it, without a service to run it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.errors import Unavailable, VersionConflict
from chalicelib.kernel.system import System
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.settlement.tasks import Steps
from chalicelib.settlement.usecases.settle import OthersFollow

TRIES = 4


def run_settlement(system: System, claim_id: ClaimId, entered: list[str] | None = None) -> str:
    """Run an execution to its end and return the state in which it leaves the claim. A failed task is tried again, as
    Retry does. `entered` receives the tasks that were entered.
    """
    steps, event = Steps(lambda: system), {"claim_id": claim_id}
    ways = entered if entered is not None else []
    try:
        ways.append("settle")
        return str(_retried(lambda: steps.settlement_settle(event))["status"]).capitalize()
    except OthersFollow:
        ways.append("follow")
        _retried(lambda: steps.settlement_follow(event))
        return "Settled"
    except (Unavailable, VersionConflict):
        ways.append("defer")
        _retried(lambda: steps.settlement_defer(event))
        return "Deferred"


def _retried(task: Callable[[], Any]) -> Any:
    for _ in range(TRIES - 1):
        try:
            return task()
        except (Unavailable, VersionConflict):
            continue
    return task()
