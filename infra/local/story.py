"""What `make run` has happen after the claims: an advance up to the receipt, and a period cleared to the bank.

Each step is an ordinary call by whoever may make it; nobody here approves what they asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any

from chalicelib.domain.money import parse_yuan
from infra.local.client import Client

_PATIENCE_S = 60
_PAUSE_S = 0.1


def advance(client: Client, institution: str, agency: str, amount: str) -> dict[str, Any]:
    """A special advance: the hospital applies, its agency approves, finance reports the bank's receipt."""
    hospital = ("hospital", institution)
    application = {
        "institution": institution,
        "fund": "special",
        "amount": amount,
        "reason": "救治保障对象 treatment of protected patients",
    }
    asked = client.expect(202, client.call("POST", "/v1/advances", hospital, application))
    path = f"/v1/advances/{asked['advance_id']}"
    client.expect(200, client.call("POST", f"{path}/decision", ("agency", agency), {"decision": "approve"}))
    until(client, path, hospital, {"instructed"})
    receipt = {"bank_reference": f"BANK-{asked['advance_id']}", "outcome": "paid"}
    client.expect(200, client.call("POST", f"{path}/receipt", ("finance", agency), receipt))
    return until(client, path, hospital, {"paid"})


def clear(
    client: Client, tier: str, agencies: Callable[[str], tuple[str, str]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Clear what is open in a tier: run, confirmations by every party, receipts by the bank. Answers run and statement.

    `agencies` gives who speaks for a party.
    """
    centre = ("centre", tier)
    started = client.expect(202, client.call("POST", "/v1/clearing/runs", centre, {"tier": tier}))
    path = f"/v1/clearing/runs/{started['run_id']}"
    run = until(client, path, centre, {"confirming"})
    for position in run["positions"]:
        area = position["area"]
        client.expect(200, client.call("POST", f"{path}/confirmations", agencies(area), {"area": area}))
    run = until(client, path, centre, {"instructed"})
    for order in run["instructions"]:
        receipt = {
            "instruction": order["instruction"],
            "bank_reference": f"BANK-{order['instruction']}",
            "amount": order["amount"],
        }
        client.expect(200, client.call("POST", f"{path}/receipts", centre, receipt))
    run = until(client, path, centre, {"settled"})
    creditor = max(run["positions"], key=lambda position: parse_yuan(position["net"]))["area"]
    statement = client.expect(200, client.call("GET", f"{path}/statements/{creditor}", centre))
    return run, statement


def until(client: Client, path: str, caller: tuple[str, str], wanted: Collection[str]) -> dict[str, Any]:
    """Read a thing until it is in one of the wanted states, or say what it came to instead."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        found: dict[str, Any] = client.expect(200, client.call("GET", path, caller))
        if found["status"] in {*wanted, "settled"}:
            return found
        if found["status"] == "failed" or time.monotonic() > deadline:
            raise RuntimeError(f"{path} is {found['status']}, not {' or '.join(sorted(wanted))}")
        time.sleep(_PAUSE_S)
