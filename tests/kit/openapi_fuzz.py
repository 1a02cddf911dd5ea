"""Requests to a local stack of its own, of all kinds that its OpenAPI document allows and some others, as every role.

`python -m tests.kit.openapi_fuzz [examples]` prints the requests and every answer that the document does not
declare; exit status 1 if there is such an answer, or if the books do not balance afterwards. The requests are equal in
every run. The process is separate because it starts clearing runs and the like, which other tests would meet.
"""

from __future__ import annotations

import gc
import io
import itertools
import re
import sys
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import numpy as np  # noqa: F401 a workbook imports it in a thread; hypothesis must not meet it half-imported
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.main import telemetry, wiring
from infra.local import sample
from infra.local.client import Client
from infra.local.run import enrol_samples, submit
from infra.local.stack import LocalStack
from infra.local.story import advance
from tests.kit.worked_cases import ROOT

EXAMPLES = 12
"""Requests for each operation. Fewer are a quick look, and ask every sixth operation."""

CALLERS = (
    ("hospital", "H53010200001"),
    ("agency", "530100"),
    ("finance", "530100"),
    ("health", "530000"),
    ("centre", "530000"),
    ("policy", "000000"),
    ("auditor", "000000"),
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_TIMEOUT_S = 60


@dataclass
class Fuzz:
    """A fuzzing session: the stack, the ids of its records by the names of path parameters, and the results."""

    base: str
    tokens: Mapping[str, str]
    known: Mapping[str, tuple[str, ...]]
    session: requests.Session = field(default_factory=requests.Session)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)

    def ask(self, case: Case, role: str) -> None:
        """Send a request and note the parts of its answer that the document does not declare."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        response = case.call(base_url=self.base, headers=headers, session=self.session, timeout=_TIMEOUT_S)
        self.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS, headers=headers)
        except (Failure, FailureGroup) as failure:
            found = failure.exceptions if isinstance(failure, FailureGroup) else [failure]
            for each in found:
                key = f"{case.method} {case.path} {response.status_code}: {type(each).__name__}"
                self.wrong.setdefault(key, f"as {role}: {each}\n{response.text[:600]}\n{case.as_curl_command()[:1500]}")

    def operation(self, operation: Any, examples: int) -> None:
        """Draw some requests for an operation: allowed requests and others, with ids that exist and ids that do not."""
        allowed = [role for role, _ in CALLERS if role in str(operation.definition.raw.get("x-access", ""))]
        roles = st.sampled_from([*(role for role, _ in CALLERS), *allowed * 6])
        cases = st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )

        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(cases, roles, st.booleans(), st.data())
        def run(case: Case, role: str, existing: bool, data: st.DataObject) -> None:  # noqa: FBT001 hypothesis draws it
            for name in case.path_parameters or {}:
                if existing and name in self.known:
                    case.path_parameters[name] = data.draw(st.sampled_from(self.known[name]))
            self.ask(case, role)

        run()


def extremes(fuzz: Fuzz, document: dict[str, Any], *, every_role: bool) -> None:
    """Request every date at both ends of time, and every cursor of brackets: as every role, or as a permitted role and
    a role that is not permitted.
    """
    brackets = urlsafe_b64encode(b"[" * 1500).decode()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            odd = [
                (each["name"], value)
                for each in operation.get("parameters", ())
                if each["in"] == "query"
                for value in (
                    ("0001-01-01", "9999-12-31")
                    if each["schema"].get("format") == "date"
                    else (brackets,)
                    if each["name"] == "cursor"
                    else ()
                )
            ]
            concrete = re.sub(r"{(\w+)}", lambda name: fuzz.known.get(name[1], ("none",))[0], path)
            allowed = operation.get("x-access", {})
            roles = (
                fuzz.tokens
                if every_role
                else sorted(fuzz.tokens, key=lambda role: role in allowed)[:: len(fuzz.tokens) - 1]
            )
            for (name, value), role in itertools.product(odd, roles):
                headers = {"Authorization": f"Bearer {fuzz.tokens[role]}"}
                answered = fuzz.session.request(
                    method, fuzz.base + concrete, params={name: value}, headers=headers, timeout=_TIMEOUT_S
                )
                fuzz.statuses[answered.status_code] += 1
                if answered.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    fuzz.wrong[f"{method} {path} {name}={value}"] = f"as {role}: {answered.text[:600]}"


def main(examples: int) -> int:
    """Run, print, and say whether all was as declared."""
    gc.freeze()
    with LocalStack(time_scale=0.01) as stack:
        stack.bind()
        telemetry.configure(stream=io.StringIO())
        wiring.publish_policies(ROOT / "policies")
        client = Client(stack.serve(), stack.issuer)
        enrol_samples(client)
        fuzz = Fuzz(stack.url, {role: stack.issuer.token(role, subject) for role, subject in CALLERS}, seeded(client))
        document = requests.get(f"{stack.url}/v1/openapi.json", timeout=_TIMEOUT_S).json()
        whole = examples >= EXAMPLES
        operations: list[Any] = [found.ok() for found in _operations(document)[:: 1 if whole else 6]]
        for operation in operations:
            fuzz.operation(operation, examples)
        extremes(fuzz, document, every_role=whole)
        stack.streams.drain()
        balance = client.expect(200, client.call("GET", "/v1/ledger/trial-balance", CALLERS[-1]))["balance"]
        report = client.expect(200, client.call("GET", "/v1/ledger/audit", CALLERS[-1]))["differences"]
    print(
        f"{len(operations)} operations, {sum(fuzz.statuses.values())} requests: {dict(sorted(fuzz.statuses.items()))}"
    )
    for key, what in fuzz.wrong.items():
        print(f"\n{key}\n{what}")
    print(f"trial balance {balance}, {len(report)} differences in the audit {report}")
    return 1 if fuzz.wrong or balance != "0.00" or report else 0


def _operations(document: dict[str, Any]) -> list[Any]:
    return list(schemathesis.openapi.from_dict(document).get_all_operations())


def seeded(client: Client) -> dict[str, tuple[str, ...]]:
    """Some claims, an advance, and the ids they have."""
    views = [submit(client, case["claim"]) for case in sample.worked_claims()[:4]]
    paid = advance(client, CALLERS[0][1], "530100", "1000.00")
    claims = tuple(view["claim_id"] for view in views)
    run = client.expect(202, client.call("POST", "/v1/clearing/runs", ("centre", "000000"), {"tier": "000000"}))
    transactions = tuple(view["settlement"]["transaction_id"] for view in views if "settlement" in view)
    return {
        "claim_id": claims,
        "payment_id": claims,
        "run_id": (run["run_id"],),
        "advance_id": (paid["advance_id"],),
        "code": ("H53010200001", "H53000000002"),
        "institution": ("H53010200001",),
        "transaction_id": transactions,
        "notice": ("yn-2020-12",),
        "bundle": ("current",),
        "before": ("current",),
        "after": ("current",),
        "area": ("530100", "530000"),
    }


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES))
