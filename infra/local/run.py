"""`make run`: start the whole system here, settle the worked claims through it, print the report, keep serving.

All steps after the start go through the HTTP API with tokens, as hospitals, agencies and auditors call it.
"""

from __future__ import annotations

import gc

if __name__ == "__main__":
    # What a start imports and makes lives as long as the process, so garbage is looked for once health has answered.
    gc.disable()

import argparse
import logging
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.main import telemetry, wiring
from chalicelib.main.health import STARTING
from infra.local import sample
from infra.local.client import Client
from infra.local.issuer import Issuer
from infra.local.report import Happened, Report, console
from infra.local.stack import LocalStack
from infra.local.story import advance, clear, patient_elsewhere
from infra.local.template import load_template
from infra.local.words import language_of, words_for

ROOT = Path(__file__).resolve().parents[2]
_EXPLAINED = "YN-0001"
_ADVANCED = InstitutionCode("H53010200001")
_ELSEWHERE, _INSURED, _NEEDED = "DL-0001", "532900", "20000.00"
_AUDITOR = ("auditor", "000000")
_SUBMITTERS = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of the command line."""

    port: int
    once: bool = False
    empty: bool = False
    explain: str | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """The bundle in force, and the time of the start (seconds of a clock that never goes back)."""

    bundle: str
    started_s: float


def main() -> None:
    """Read the arguments and run the stack."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--once", action="store_true", help="end after the report")
    parser.add_argument("--empty", action="store_true", help="policies and registry only, no claims")
    parser.add_argument("--explain", metavar="CLAIM_NO", help="show every reason of one worked claim")
    parsed = parser.parse_args()
    numbers = sorted(case["claim"]["claim_no"] for case in sample.worked_claims())
    if parsed.explain not in (None, *numbers):
        sys.exit(f"EXPLAIN={parsed.explain}: no worked claim has that number. There are {', '.join(numbers)}.")
    wanted = Wanted(parsed.port, parsed.once, parsed.empty, parsed.explain)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        run(console(), wanted)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
    except OSError as refused:
        sys.exit(f"Port {wanted.port} cannot be used: {refused.strerror}. Choose another with PORT=.")


def run(out: Console, wanted: Wanted) -> None:
    """Start, load, settle, report; then serve until interrupted, unless the run is to end after its report."""
    started = time.monotonic()
    issuer = Issuer.kept()
    log_path = ROOT / ".local" / f"run-{wanted.port}.log"
    with log_path.open("w", encoding="utf-8") as log, LocalStack(issuer=issuer, parameters=_limits()) as stack:
        stack.bind()
        telemetry.configure(stream=log)
        try:
            out.print("Checking and publishing policies/ …", style="dim")
            bundle = wiring.publish_policies(ROOT / "policies")
            wiring.set_report_state(STARTING)
            base = stack.serve(wanted.port)
            report = Report(out, words_for(language_of(os.environ), sample.persons()))
            _settle_and_report(Client(base, issuer), report, out, wanted, Beginning(bundle, started))
            _say_what_next(report, base, log_path, wanted)
            if not wanted.once:
                threading.Event().wait()
        finally:
            # Executions that wait for people end with the process; the messages of moto about them are no errors.
            logging.disable(logging.CRITICAL)


def _settle_and_report(client: Client, report: Report, out: Console, wanted: Wanted, beginning: Beginning) -> None:
    out.print("Enrolling the sample persons …", style="dim")
    persons = enrol_samples(client)
    gc.freeze()
    gc.enable()
    notices = client.expect(200, client.call("GET", "/v1/policies?limit=200", _AUDITOR))["items"]
    wiring.set_report_state("done" if wanted.empty else "running")
    if wanted.empty:
        report.opening(notices, beginning.bundle)
        return
    happened = settle(client, out, persons)
    report.opening(notices, beginning.bundle)
    report.outcome(happened, time.monotonic() - beginning.started_s, shown=_EXPLAINED)
    if wanted.explain is not None:
        report.explanation(*happened.claim(wanted.explain))
    wiring.set_report_state("done")


def _say_what_next(report: Report, base: str, log_path: Path, wanted: Wanted) -> None:
    body = os.path.relpath(ROOT / "examples" / "first_claim.json")
    log = os.path.relpath(log_path)
    report.closing(base, log, serving=not wanted.once, institution=_ADVANCED, body=body)


def _limits() -> dict[str, str]:
    """Return an institution's limits of look-ups a minute: as deployed, unless the environment sets others."""
    wanted = {"LookupsUnmatchedMax": "LOOKUPS_UNMATCHED_MAX", "LookupsMatchedMax": "LOOKUPS_MATCHED_MAX"}
    defaults = load_template()["Parameters"]
    return {name: os.environ.get(variable, str(defaults[name]["Default"])) for name, variable in wanted.items()}


def enrol_samples(client: Client) -> dict[str, str]:
    """Enrol the sample persons by the agency of the insured place (uninsured: of any place); return their tokens."""
    tokens = {}
    for person in sample.persons():
        agency = ("agency", person["insured_area"] or "530100")
        enrolled = client.call("POST", "/v1/enrolments", agency, sample.enrolment_body(person))
        tokens[person["id_no"]] = str(client.expect(201, enrolled)["person"])
    return tokens


def settle(client: Client, out: Console, persons: dict[str, str]) -> Happened:
    """Submit the worked claims as their hospitals, with advances before and a period cleared after."""
    out.print("Paying a special advance: application, approval, bank receipt …", style="dim")
    paid = advance(client, _ADVANCED, "530100", "100000.00")
    cases = sample.worked_claims()
    away = next(case["claim"] for case in cases if case["claim"]["claim_no"] == _ELSEWHERE)
    out.print("Advancing for a patient who cannot pay in another province …", style="dim")
    request = patient_elsewhere(client, persons[away["patient"]["id_no"]], away, _INSURED, _NEEDED)
    out.print(f"Settling {len(cases)} worked claims through the state machine …", style="dim")
    with ThreadPoolExecutor(_SUBMITTERS) as submitters:
        views = list(submitters.map(lambda case: submit(client, case["claim"]), cases))
    out.print("Clearing between provinces, up to the bank's receipts …", style="dim")
    cleared, _ = clear(client, "000000", lambda party: ("agency", party))
    return Happened(
        cases=cases,
        views=views,
        advance=paid,
        elsewhere=client.expect(200, client.call("GET", request, _AUDITOR)),
        clearing=cleared,
        balance=client.expect(200, client.call("GET", "/v1/ledger/trial-balance", _AUDITOR)),
    )


def submit(client: Client, claim: dict[str, Any]) -> dict[str, Any]:
    """Submit a claim and wait for its final state, as a discharge desk does."""
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
