"""The tasks of the clearing state machines: the input is a run's id, with a shard, area or token where one applies.

The machine fans out over a task's answer: area codes, never amounts and never persons. The machines retry
`VersionConflict` and `Unavailable` by name; any other error marks the run as failed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.clearing.domain.run import Stage
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.run import Clearing, StartRun
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class ClearingSteps:
    """The tasks, each method named as the variable of app.py that binds it, by which the deployed handler is found."""

    system: Callable[[], System]

    def clearing_schedule(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Start the runs of the month before, in every tier, on the first of a month."""
        return {"started": self.system()[StartRun].schedule_all()}

    def clearing_close(self, event: dict[str, Any], _context: object = None) -> None:
        self.system()[Clearing].close(event["run_id"], event["shard"])

    def clearing_prove(self, event: dict[str, Any], _context: object = None) -> None:
        self.system()[Clearing].prove(event["run_id"], event["shard"])

    def clearing_verify(self, event: dict[str, Any], _context: object = None) -> None:
        self.system()[Clearing].verify(event["run_id"])

    def clearing_net(self, event: dict[str, Any], _context: object = None) -> dict[str, list[str]]:
        return {"areas": list(self.system()[Clearing].net(event["run_id"]))}

    def clearing_state(self, event: dict[str, Any], _context: object = None) -> None:
        self.system()[Parties].state(event["run_id"], event["area"], event["edition"])

    def clearing_publish(self, event: dict[str, Any], _context: object = None) -> dict[str, int]:
        parties = self.system()[Parties]
        terms = parties.publish(event["run_id"], event["edition"])
        return {"confirm_within_s": terms.confirm_within_days * _DAY_S}

    def clearing_await(self, event: dict[str, Any], _context: object = None) -> None:
        """Keep the token with which the machine waits until the last confirmation or receipt lets it continue."""
        confirmations = Stage(event["stage"]) is Stage.CONFIRMATIONS
        waits = self.system()[Parties] if confirmations else self.system()[ClearingPayment]
        waits.wait(event["run_id"], event["token"])

    def clearing_silence(self, event: dict[str, Any], _context: object = None) -> None:
        self.system()[Parties].silence(event["run_id"])

    def clearing_seal(self, event: dict[str, Any], _context: object = None) -> dict[str, list[str]]:
        areas = self.system()[Parties].seal(event["run_id"])
        return {"areas": list(areas), "debtors": list(self.system()[ClearingPayment].debtors(event["run_id"]))}

    def clearing_post(self, event: dict[str, Any], _context: object = None) -> None:
        self.system()[ClearingPayment].post(event["run_id"], event["debtor"])

    def clearing_instruct(self, event: dict[str, Any], _context: object = None) -> None:
        self.system()[ClearingPayment].instruct(event["run_id"])

    def clearing_fail(self, event: dict[str, Any], _context: object = None) -> None:
        self.system()[Clearing].fail(event["run_id"], event["reason"])
