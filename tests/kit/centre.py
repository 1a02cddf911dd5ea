"""A clearing centre over HTTP, and the expected state of its books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.words.ids import AreaCode, RunId
from tests.kit.fixtures.system import System
from tests.kit.worked_cases import shipped_bundle

NATION = AreaCode("000000")


class Centre:
    """A clearing centre and everybody it works with."""

    def __init__(self, system: System, tier: AreaCode) -> None:
        self.system, self.tier, self.token = system, tier, ("centre", tier)

    def start(self) -> RunId:
        answer = self.system.client.call("POST", "/v1/clearing/runs", self.token, {"tier": self.tier})
        return RunId(self.system.client.expect(202, answer)["run_id"])

    def get(self, path: str, caller: tuple[str, str] | None = None) -> Any:
        answer = self.system.client.call("GET", f"/v1/clearing/runs/{path}", caller or self.token)
        return self.system.client.expect(200, answer)

    def post(self, path: str, body: dict[str, Any], caller: tuple[str, str] | None = None, status: int = 200) -> Any:
        answer = self.system.client.call("POST", f"/v1/clearing/runs/{path}", caller or self.token, body)
        return self.system.client.expect(status, answer)

    def until(self, run_id: RunId, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read the run until it has come that far; a run that failed has come to its end."""
        for _ in range(20_000):
            self.system.stack.join_executions()
            run: dict[str, Any] = self.get(run_id)
            assert run["status"] != "failed", run
            if reached(run):
                return run
        raise AssertionError(run)

    def confirm_all(self, run: dict[str, Any]) -> None:
        for area in run["awaited"]:
            self.post(f"{run['run_id']}/confirmations", {"area": area}, ("agency", area))

    def pay_all(self, run: dict[str, Any]) -> None:
        for each in run["instructions"]:
            body = {
                "instruction": each["instruction"],
                "bank_reference": f"BANK-{each['instruction']}",
                "amount": each["amount"],
            }
            assert self.post(f"{run['run_id']}/receipts", body)["outcome"] == "exact"

    def hand_down_all(self, run_id: RunId) -> None:
        """Record, by the centre of each province, the payments of its bank to the province's pooling areas."""
        for each in self.get(run_id)["hand_downs"]:
            name = each["instruction"]
            body = {"instruction": name, "bank_reference": f"BANK-{name}", "amount": each["amount"]}
            path = f"{run_id}/hand-downs/{each['province']}/receipts"
            assert self.post(path, body, ("centre", each["province"]))["outcome"] == "exact"


def assert_books_are_clear(system: System, tier: AreaCode) -> None:
    """Check that no debt is left between areas of the tier, and that the trial balance is zero.

    Areas outside the register are left aside: tests of the stores post between such areas on the same stack.
    """
    books = system.trial_balance()
    known = shipped_bundle().registry.areas
    assert books["balance"] == "0.00"
    for row in books["accounts"]:
        kind, _, rest = row["account"].partition("/")
        if kind == "hub":
            assert row["balance"] == "0.00", row
        if kind == "region":
            owner, _, other = rest.split("/")
            if {owner, other} <= known.keys() and (
                (owner[:2] == other[:2] == tier[:2]) or (tier == NATION and owner[:2] != other[:2])
            ):
                assert row["balance"] == "0.00", row
