"""The whole system on this machine with policies published and the sample persons enrolled, called over HTTP."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.runtime import telemetry, wiring
from infra.local.client import Answer, Client
from infra.local.run import enrol_samples
from infra.local.sample import enrolment_body
from infra.local.stack import LocalStack
from tests.support.worked_cases import ROOT, fresh_identity, sample_persons

AUDITOR = ("auditor", "000000")
_NEWCOMERS = itertools.count(1)


@dataclass(frozen=True)
class System:
    """The running system: its stack, a client, and everything it has logged."""

    stack: LocalStack
    client: Client
    log: io.StringIO

    def submit(self, claim: dict[str, Any], *, wait_s: int = 20) -> Answer:
        """Submit as the claim's own hospital."""
        hospital = ("hospital", claim["institution"])
        return self.client.call("POST", "/v1/claims", hospital, claim, headers={"Prefer": f"wait={wait_s}"})

    def newcomer(self, like: str, name: str | None = None) -> str:
        """Enrol somebody new in the circumstances of a sample person; answers the identity number."""
        id_no = fresh_identity(like, next(_NEWCOMERS))
        sample = sample_persons()[like]
        person = {**sample, "id_no": id_no, "name": name or sample["name"]}
        agency = ("agency", person["insured_area"] or "530100")
        self.client.expect(201, self.client.call("POST", "/v1/enrolments", agency, enrolment_body(person)))
        return id_no

    def for_newcomer(self, claim: dict[str, Any], claim_no: str, name: str | None = None) -> dict[str, Any]:
        """The same claim for somebody new in the same circumstances, whose year is empty."""
        id_no = self.newcomer(claim["patient"]["id_no"], name)
        patient = {**claim["patient"], "id_no": id_no, "name": name or claim["patient"]["name"]}
        return {**claim, "claim_no": claim_no, "patient": patient}

    def file(self, claim: dict[str, Any]) -> None:
        """Register the claim's treatment from its first day, as the agency there: it is long past."""
        visit = claim["visit"]
        filing = {
            **{name: claim["patient"][name] for name in ("id_type", "issued_by", "id_no") if name in claim["patient"]},
            "treatment_area": claim["institution"][1:7],
            "kind": "temporary",
            "channel": "online",
            "from": visit.get("admitted") or visit["date"],
        }
        agency = ("agency", claim["institution"][1:5] + "00")
        self.client.expect(201, self.client.call("POST", "/v1/filings", agency, filing))

    def settle(self, claim: dict[str, Any]) -> dict[str, Any]:
        """Submit and answer the settled claim, or fail with what it came to."""
        answer = self.submit(claim)
        assert answer.status == 200, answer
        assert answer.body["status"] == "settled", answer.body
        return dict(answer.body)

    def trial_balance(self) -> dict[str, Any]:
        return dict(self.client.expect(200, self.client.call("GET", "/v1/ledger/trial-balance", AUDITOR)))


@pytest.fixture(scope="session")
def system(http_stack: LocalStack) -> Iterator[System]:
    log = io.StringIO()
    telemetry.configure(stream=log)
    wiring.publish_policies(ROOT / "policies")
    client = Client(http_stack.url, http_stack.issuer)
    enrol_samples(client)
    yield System(http_stack, client, log)
    telemetry.configure()
