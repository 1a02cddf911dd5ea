"""A claim that reached the ledger without its position stops a run over HTTP, is repaired by two people, and clears."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.clearing.ports import WindowStore
from chalicelib.clearing.usecases.book import positions_for
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, RunId, TransactionId
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction, posting_period
from chalicelib.ledger.ports import PostTransaction
from chalicelib.main.wiring import process
from tests.kit.fixtures.system import System

TIER, DEBTOR, CREDITOR = AreaCode("650000"), AreaCode("650200"), AreaCode("650100")
"""A province in which no other test settles a claim."""
POSTED_AT = instant(datetime.now(UTC))
PERIOD = posting_period(POSTED_AT)
"""The present month: every audit of the shared stack reads all months since the first posting in its books."""
CENTRE = ("centre", TIER)
RUNS = "/v1/clearing/runs"


def forgotten() -> Transaction:
    """An obligation whose author forgot the clearing."""
    owed = (
        Posting(accounts.due_from(ObligationKind.FUND, CREDITOR, DEBTOR), 70_000),
        Posting(accounts.due_to(ObligationKind.FUND, DEBTOR, CREDITOR), -70_000),
        # The debtor's fund bears its debt, as in every settlement; no hospital of the register takes part.
        Posting(accounts.fund(DEBTOR, "resident", "basic"), 70_000),
        Posting(accounts.bank_cash(CREDITOR), -70_000),
    )
    return Transaction(TransactionId("settle:clm_forgotten"), LedgerEvent.SETTLED, POSTED_AT, "clm_forgotten", owed)


def carried(system: System, run_id: RunId, *statuses: str) -> dict[str, Any]:
    """Read the run until its machine has brought it to the wanted state."""
    for _ in range(20_000):
        system.stack.join_executions()
        answer = system.client.call("GET", f"{RUNS}/{run_id}", CENTRE)
        run: dict[str, Any] = system.client.expect(200, answer)
        if run["status"] in statuses:
            return run
    raise AssertionError(run)


def started(system: System) -> RunId:
    answer = system.client.call("POST", RUNS, CENTRE, {"tier": TIER, "period": PERIOD})
    return RunId(system.client.expect(202, answer)["run_id"])


def settled(system: System, run_id: RunId) -> dict[str, Any]:
    """Everybody confirms, every payment arrives."""
    run = carried(system, run_id, "confirming", "settled")
    for area in run["awaited"]:
        answer = system.client.call("POST", f"{RUNS}/{run_id}/confirmations", ("agency", area), {"area": area})
        system.client.expect(200, answer)
    run = carried(system, run_id, "instructed", "settled")
    for each in run["instructions"]:
        receipt = {
            "instruction": each["instruction"],
            "bank_reference": f"B-{each['instruction']}",
            "amount": each["amount"],
        }
        system.client.expect(200, system.client.call("POST", f"{RUNS}/{run_id}/receipts", CENTRE, receipt))
    return carried(system, run_id, "settled")


def test_a_forgotten_position_is_named_repaired_by_two_people_and_cleared(system: System) -> None:
    ports = process().ports
    kept = replace(forgotten(), id=TransactionId("settle:clm_kept"), cause="clm_kept")
    ports[Commits].commit([PostTransaction(kept), *positions_for(ports[WindowStore], kept)])
    ports[Commits].commit([PostTransaction(forgotten())])
    run_id = started(system)
    failed = carried(system, run_id, "failed")
    assert [(fault["code"], fault["transaction_id"]) for fault in failed["faults"]] == [
        ("position-missing", "settle:clm_forgotten")
    ]
    asked = system.client.call("POST", f"{RUNS}/{run_id}/repairs", CENTRE, {"reason": "restored"}, actor="wang")
    repair = system.client.expect(201, asked)
    decision = f"{RUNS}/{run_id}/repairs/{repair['repair_id']}/decision"
    approve = {"decision": "approve"}
    assert system.client.call("POST", decision, CENTRE, approve, actor="wang").status == 403
    assert system.client.call("POST", decision, ("agency", CREDITOR), approve, actor="li").status == 403
    assert system.client.call("POST", decision, ("centre", "370000"), approve, actor="li").status == 404
    decided = system.client.expect(200, system.client.call("POST", decision, CENTRE, approve, actor="li"))
    assert (decided["requested_by"], decided["decided_by"]) == ("wang", "li")
    first = settled(system, run_id)
    assert [(each["what"], each["window"], each["transaction_id"]) for each in first["repairs"][0]["done"]] == [
        ("booked", 2, "settle:clm_forgotten")
    ]
    second = settled(system, started(system))
    assert [(run["window"], run["totals"]["cleared"]) for run in (first, second)] == [(1, "700.00"), (2, "700.00")]
    system.stack.join_executions()
    between = [row for row in system.trial_balance()["accounts"] if row["account"].startswith("region/6501")]
    assert between
    assert {row["balance"] for row in between} == {"0.00"}
