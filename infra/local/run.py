"""`make run`: start the whole system here, settle the worked claims through it, print what happened, keep serving.

Everything after the start goes through the HTTP API with tokens, the way hospitals, agencies and auditors call it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.console import Console

from chalicelib.main import telemetry, wiring
from chalicelib.main.health import STARTING
from infra.local import sample
from infra.local.client import Client
from infra.local.issuer import Issuer
from infra.local.report import Report, console
from infra.local.stack import LocalStack
from infra.local.story import advance, clear, patient_elsewhere
from infra.local.template import load_template

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT / ".local" / "run.log"
_EXPLAINED = "YN-0001"
_ADVANCED = "H53010200001"
_ELSEWHERE, _INSURED, _NEEDED = "DL-0001", "532900", "20000.00"
_AUDITOR = ("auditor", "000000")
_SUBMITTERS = 4


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--once", action="store_true", help="end after the report")
    parser.add_argument("--empty", action="store_true", help="policies and registry only, no claims")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        run(console(), port=wanted.port, once=wanted.once, empty=wanted.empty)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
    except OSError as refused:
        sys.exit(f"Port {wanted.port} cannot be used: {refused.strerror}. Choose another with PORT=.")


def run(out: Console, *, port: int, once: bool, empty: bool) -> None:
    """Start, load, settle, report; then serve until interrupted unless `once`."""
    started = time.monotonic()
    issuer = Issuer.kept()
    with LocalStack(issuer=issuer, parameters=_limits()) as stack, LOG.open("w", encoding="utf-8") as log:
        stack.bind()
        telemetry.configure(stream=log)
        out.print("Checking and publishing policies/ …", style="dim")
        bundle = wiring.publish_policies(ROOT / "policies")
        wiring.set_report_state(STARTING)
        client = Client(base := stack.serve(port), issuer)
        out.print("Enrolling the sample persons …", style="dim")
        persons = enrol_samples(client)
        report = Report(out)
        wiring.set_report_state("done" if empty else "running")
        report.opening(
            base, bundle, client.expect(200, client.call("GET", "/v1/policies?limit=200", _AUDITOR))["items"]
        )
        if not empty:
            settle_and_report(client, report, out, persons)
            wiring.set_report_state("done")
        report.closing(base, time.monotonic() - started, serving=not once)
        if not once:
            threading.Event().wait()


def _limits() -> dict[str, str]:
    """How often an institution may ask about people in a minute: as deployed, unless the environment says otherwise."""
    wanted = {"LookupsUnmatchedMax": "LOOKUPS_UNMATCHED_MAX", "LookupsMatchedMax": "LOOKUPS_MATCHED_MAX"}
    defaults = load_template()["Parameters"]
    return {name: os.environ.get(variable, str(defaults[name]["Default"])) for name, variable in wanted.items()}


def enrol_samples(client: Client) -> dict[str, str]:
    """Every sample person, recorded by the agency of the insured place (or, uninsured, of any place); their tokens."""
    tokens = {}
    for person in sample.persons():
        agency = ("agency", person["insured_area"] or "530100")
        enrolled = client.call("POST", "/v1/enrolments", agency, sample.enrolment_body(person))
        tokens[person["id_no"]] = str(client.expect(201, enrolled)["person"])
    return tokens


def settle_and_report(client: Client, report: Report, out: Console, persons: dict[str, str]) -> None:
    """Submit the worked claims as their hospitals, then print what came of them."""
    out.print("Paying a special advance: application, approval, bank receipt …", style="dim")
    report.advance(advance(client, _ADVANCED, "530100", "100000.00"))
    cases = sample.worked_claims()
    away = next(case["claim"] for case in cases if case["claim"]["claim_no"] == _ELSEWHERE)
    out.print("Advancing for a patient who cannot pay in another province …", style="dim")
    request = patient_elsewhere(client, persons[away["patient"]["id_no"]], away, _INSURED, _NEEDED)
    out.print(f"Settling {len(cases)} worked claims through the state machine …", style="dim")
    with ThreadPoolExecutor(_SUBMITTERS) as submitters:
        views = list(submitters.map(lambda case: submit(client, case["claim"]), cases))
    report.claims(cases, views)
    explained = next(index for index, case in enumerate(cases) if case["claim"]["claim_no"] == _EXPLAINED)
    report.explanation(cases[explained], views[explained])
    report.debts(views)
    out.print("Clearing between provinces, up to the bank's receipts …", style="dim")
    report.clearing(*clear(client, "000000", lambda party: ("agency", party)))
    report.patient_elsewhere(client.expect(200, client.call("GET", request, _AUDITOR)))
    report.trial_balance(client.expect(200, client.call("GET", "/v1/ledger/trial-balance", _AUDITOR)))


def submit(client: Client, claim: dict[str, Any]) -> dict[str, Any]:
    """Submit one claim and wait for its final state, as a discharge desk does."""
    hospital = ("hospital", claim["institution"])
    answer = client.call("POST", "/v1/claims", hospital, claim, headers={"Prefer": "wait=20"})
    if answer.status not in (200, 202):
        raise RuntimeError(f"{claim['claim_no']}: {answer.status} {answer.body}")
    view: dict[str, Any] = client.expect(200, client.call("GET", f"/v1/claims/{answer.body['claim_id']}", hospital))
    return view


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
