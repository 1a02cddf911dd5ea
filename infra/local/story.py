"""The story of `make run` beside the claims: advances up to the receipt, and a period cleared to the bank.

Each step is an ordinary call by a permitted caller; nobody here approves their own request.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any

from chalicelib.kernel.money import parse_yuan
from infra.local.client import Client

_PATIENCE_S = 120
_PAUSE_S = 0.1


def advance(client: Client, institution: str, agency: str, amount: str) -> dict[str, Any]:
    """Make a special advance: the hospital applies, its agency approves, finance reports the bank's receipt."""
    hospital = ("hospital", institution)
    application = {
        "institution": institution,
        "fund": "special",
        "amount": amount,
        "reason": "救治保障对象",
    }
    asked = client.expect(202, client.call("POST", "/v1/advances", hospital, application))
    path = f"/v1/advances/{asked['advance_id']}"
    client.expect(200, client.call("POST", f"{path}/decision", ("agency", agency), {"decision": "approve"}))
    return _paid(client, asked["advance_id"], hospital, agency)


def patient_elsewhere(client: Client, person: str, claim: dict[str, Any], insured_area: str, amount: str) -> str:
    """Help a patient unable to pay elsewhere: reported, passed on, granted, paid. Returns the path to read."""
    visit = claim["visit"]
    report = {
        "person": person,
        "institution": claim["institution"],
        "visit": {"kind": visit["kind"], "admitted": visit["admitted"]},
        "case_status": claim["diagnosis"]["history"][0]["status"],
        "amount": amount,
        "reason": "无力垫付住院费用 cannot pay the hospital in advance",
    }
    asked = client.expect(202, client.call("POST", "/v1/patient-advances", ("agency", insured_area), report))
    path, agency = f"/v1/patient-advances/{asked['patient_advance_id']}", asked["agency"]
    centre = ("centre", asked["centre"])
    client.expect(200, client.call("POST", f"{path}/forwarding", centre, {"decision": "forward"}))
    granted = client.call("POST", f"{path}/decision", ("agency", agency), {"decision": "accept"})
    _paid(client, client.expect(200, granted)["advance_id"], ("hospital", claim["institution"]), agency)
    return path


def _paid(client: Client, advance_id: str, hospital: tuple[str, str], agency: str) -> dict[str, Any]:
    """Return an approved advance once the machine has told the bank and finance has its receipt."""
    path = f"/v1/advances/{advance_id}"
    until(client, path, hospital, {"instructed"})
    receipt = {"bank_reference": f"BANK-{advance_id}", "outcome": "paid"}
    client.expect(200, client.call("POST", f"{path}/receipt", ("finance", agency), receipt))
    return until(client, path, hospital, {"paid"})


def clear(
    client: Client, tier: str, agencies: Callable[[str], tuple[str, str]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Clear a tier's open items: run, confirmations by every party, receipts by the bank. Returns run and statement.

    `agencies` gives the caller for each party.
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
        client.expect(200, client.call("POST", f"{path}/receipts", centre, _receipt(order)))
    run = until(client, path, centre, {"settled"})
    for order in run["hand_downs"]:
        own = f"{path}/hand-downs/{order['province']}/receipts"
        client.expect(200, client.call("POST", own, ("centre", order["province"]), _receipt(order)))
    creditor = max(run["positions"], key=lambda position: parse_yuan(position["net"]))["area"]
    statement = client.expect(200, client.call("GET", f"{path}/statements/{creditor}", centre))
    return run, statement


def _receipt(order: dict[str, Any]) -> dict[str, str]:
    """Return the bank's receipt of an order carried out."""
    name = order["instruction"]
    return {"instruction": name, "bank_reference": f"BANK-{name}", "amount": order["amount"]}


def until(client: Client, path: str, caller: tuple[str, str], wanted: Collection[str]) -> dict[str, Any]:
    """Read a document until its state is among the wanted states; raise an error with any other final state."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        found: dict[str, Any] = client.expect(200, client.call("GET", path, caller))
        if found["status"] in {*wanted, "settled"}:
            return found
        if found["status"] == "failed" or time.monotonic() > deadline:
            raise RuntimeError(f"{path} is {found['status']}, not {' or '.join(sorted(wanted))}")
        time.sleep(_PAUSE_S)
