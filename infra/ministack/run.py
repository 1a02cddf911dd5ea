"""`make deploy-local`: deploy the package to MiniStack, settle, advance and clear there over HTTP, and audit the books.

Nothing of the product runs in this process: functions run from the archive in processes of MiniStack, and everything
after the deployment goes through the gateway with tokens.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any

from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.main.commands import audit, policy_publish
from chalicelib.registry.domain.model import NATION
from infra.local import sample
from infra.local.client import Client
from infra.local.issuer import Issuer
from infra.local.run import enrol_samples
from infra.local.story import advance, clear, until
from infra.ministack.deployment import NotDeployed, deploy
from infra.ministack.package import NotPackaged, lacking, packaged_template
from infra.ministack.server import MiniStackSilent, ministack

ENDED = {"settled", "rejected", "deferred"}
_CALLERS = 2
_ADVANCED, _AGENCY = InstitutionCode("H53010200001"), "530100"
_UNLIMITED = {"LookupsUnmatchedMax": "1000000", "LookupsMatchedMax": "1000000"}
"""Limits for a machine that stands for many hospitals."""


def main(arguments: list[str] | None = None) -> int:
    """Deploy, settle, audit, then serve until interrupted; with `--once` end. Return 0 when all figures were as
    expected and the audit was clean.
    """
    parser = argparse.ArgumentParser(prog="make deploy-local", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--once", action="store_true", help="end after the audit")
    parser.add_argument("--then", default="", metavar="COMMAND", help="run it before the audit; {base} is the address")
    wanted = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        template = packaged_template()
        with ministack(wanted.port, "ministack-deployed") as endpoint:
            outcome = _deployed(endpoint, template, wanted.then)
            if not wanted.once:
                print("Serving until interrupted (Ctrl+C).", flush=True)
                threading.Event().wait()
            return outcome
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 0
    except (MiniStackSilent, NotDeployed, NotPackaged, RuntimeError) as refused:
        print(f"deploy-local: {refused}", file=sys.stderr)
        return 1


def _deployed(endpoint: str, template: dict[str, Any], command: str) -> int:
    say = _Clock()
    issuer = Issuer.kept()
    base = deploy(endpoint, template, {"JwtIssuer": issuer.name, "Jwks": issuer.jwks, **_UNLIMITED})
    say(f"The stack of {len(template['Resources'])} resources stands. What MiniStack lacks of it:")
    for line in lacking(template):
        print(f"         {line}")
    say(f"The API answers at {base}")
    _publish(base, issuer)
    say("policies/ is in force, handed in by one officer and approved by another.")
    client = Client(base, issuer)
    differ = _settle(client)
    say(f"{len(sample.worked_claims())} worked claims settled; {len(differ)} differ from their working.")
    for line in differ:
        print(f"         {line}")
    advance(client, _ADVANCED, _AGENCY, "100000.00")
    say("A special advance was applied for, approved, and paid by the bank.")
    cleared, _ = clear(client, NATION, lambda party: ("agency", party))
    say(f"{len(cleared['positions'])} provinces cleared what they owe each other, to the bank's receipts.")
    failed = bool(differ)
    if (heard := _asked_for_head(f"{base}/v1/health")) != (HTTPStatus.OK, b""):
        failed = True
        say(f"HEAD is answered {heard}, not as GET is and without a body.")
    if command:
        failed |= subprocess.run(shlex.split(command.replace("{base}", base)), check=False).returncode != 0  # noqa: S603
        say(f"Ran {shlex.split(command)[0]}.")
    failed |= audit.main(["--url", base, "--token", issuer.token("auditor", "000000")]) != 0
    say("Audited." if not failed else "FAILED.")
    return int(failed)


def _asked_for_head(url: str) -> tuple[int, bytes]:
    """Send a HEAD request through the gateway; return status and body."""
    asked = urllib.request.Request(url, method="HEAD")  # noqa: S310 our own address
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 the same
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def _publish(base: str, issuer: Issuer) -> None:
    os.environ["QUEBAO_TOKEN"] = issuer.token("policy", "000000", "policy-drafter")
    os.environ["QUEBAO_APPROVER_TOKEN"] = issuer.token("policy", "000000", "policy-approver")
    if policy_publish.main(["--url", base, "--policies", str(Path(__file__).resolve().parents[2] / "policies")]) != 0:
        raise RuntimeError("the policies were refused")


def _settle(client: Client) -> list[str]:
    """Submit every worked claim as its hospital, wait until all have ended, and return the deviations."""
    enrol_samples(client)
    with ThreadPoolExecutor(_CALLERS) as submitters:
        cases = sample.worked_claims()
        found = submitters.map(lambda case: _ended(client, case["claim"]), cases)
        return [line for case, claim in zip(cases, found, strict=True) for line in differences(case, claim)]


def _ended(client: Client, claim: dict[str, Any]) -> dict[str, Any]:
    hospital = ("hospital", claim["institution"])
    answer = client.expect(202, client.call("POST", "/v1/claims", hospital, claim))
    return until(client, f"/v1/claims/{answer['claim_id']}", hospital, ENDED)


def differences(case: dict[str, Any], claim: dict[str, Any]) -> list[str]:
    """Return the deviations of an answered claim from its worked case, a line each."""
    number, determination = case["claim"]["claim_no"], claim.get("determination") or {}
    if claim["status"] != "settled":
        return [f"{number} is {claim['status']}"]
    wanted = {name: value for name, value in case["expect"].items() if not isinstance(value, list)}
    return [
        f"{number}: {name} is {determination.get(name)}, not {value}"
        for name, value in wanted.items()
        if not _holds(value, determination.get(name))
    ]


def _holds(wanted: Any, found: Any) -> bool:
    """Tell whether all of the worked values stand in the answer."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(_holds(value, found.get(name)) for name, value in wanted.items())
    return bool(wanted == found)


class _Clock:
    """A clock that prints each finished step, with the seconds taken until then."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, done: str) -> None:
        print(f"{time.monotonic() - self._began:6.1f} s {done}", flush=True)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
