"""AWS requests of a claim, by kind of claim: requests to the stores, states entered, and requests of listeners.

A process that has just started reads the bundle and its signatory, and every five seconds the bundle in force; so
each kind is counted on its second claim. docs/scale.md shows the table that is printed here.
"""

from __future__ import annotations

import itertools
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField

from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law import bundles
from chalicelib.law.ports import BundleStore
from chalicelib.main import wiring
from infra.local.replacing import replaced
from infra.local.template import load_template
from tests.kit.areas import KUNMING
from tests.kit.counting import Counted, counted
from tests.kit.fixtures.system import System
from tests.kit.prices import ASSUMED, CLAIMS_AN_OBJECT, ON, PRICES, usd
from tests.kit.worked_cases import fresh_identity, worked_cases

LOCAL_MAX, REMOTE_MAX, STATES_MAX, LISTENERS_MAX = 8, 10, 2, 6
USD_MAX, LOCAL_USD_MAX = 100, 60
EXACT_COLUMNS = frozenset({0, 1, 2, 3, 5, 6})
"""Name, requests, states and MACs. A slow machine brings what listeners hear, and write, in one batch more."""
SCALE = Path(__file__).parents[2] / "docs" / "scale.md"
_NUMBERS = itertools.count(7000)
RECORDS_A_CLAIM = 6
"""Items that a claim adds to the ledger at most: two transactions, each again by its instant, and debts in a tier."""
LISTENERS = ("claim-announce", "ledger-copy", "events-keep")
STARTED_READS = 2
"""Of the shipped lists, which are a part each, both; the bundle is read already when the person is enrolled."""
ANSWER_READS = 2
"""Reads for the answer to a caller that waits for the end: the claim and its determination are read once more."""


@dataclass(frozen=True)
class Kind:
    """A kind of claim: the worked case it is like, what becomes of it, and what its requests may be."""

    like: str
    status: str
    requests_max: int
    change: Callable[[dict[str, Any]], dict[str, Any]] = dict
    wait_s: int = 0
    advance: bool = False
    known: bool = True


def _with_wrong_code(claim: dict[str, Any]) -> dict[str, Any]:
    return {**claim, "diagnosis": {**claim["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}}


KINDS = {
    "local": Kind("yunnan-employee-90-10", "settled", LOCAL_MAX),
    "local, waited for": Kind("yunnan-employee-90-10", "settled", LOCAL_MAX + ANSWER_READS, wait_s=20),
    "local, offset against an advance": Kind("yunnan-employee-90-10", "settled", LOCAL_MAX, advance=True),
    "local, fiscal share split": Kind("weihai-2023-inpatient-split", "settled", LOCAL_MAX),
    "uninsured": Kind("uninsured-provincial-yunnan", "settled", LOCAL_MAX),
    "remote, in the province": Kind("kunming-employee-in-dali", "settled", REMOTE_MAX),
    "remote, national": Kind("kunming-treats-wuhan-employee", "settled", REMOTE_MAX),
    "rejected": Kind("yunnan-employee-90-10", "rejected", LOCAL_MAX, change=_with_wrong_code),
    "deferred": Kind("yunnan-employee-90-10", "deferred", LOCAL_MAX, known=False),
}


@contextmanager
def entering_states() -> Iterator[list[str]]:
    """The names of the states that executions enter during the block."""
    entered: list[str] = []
    evaluate = CommonStateField._eval_body

    def noted(self: CommonStateField, env: Any) -> None:
        entered.append(self.name)
        evaluate(self, env)

    with replaced(CommonStateField, _eval_body=noted):
        yield entered


def hold_advance(system: System, hospital: InstitutionCode, agency: AreaCode) -> None:
    """Give a hospital a special advance that its bank has confirmed."""
    call = system.client.call
    asked = {"institution": hospital, "fund": "special", "amount": "1000.00", "reason": "treatment"}
    advance = system.client.expect(202, call("POST", "/v1/advances", ("hospital", hospital), asked))["advance_id"]
    system.client.expect(
        200, call("POST", f"/v1/advances/{advance}/decision", ("agency", agency), {"decision": "approve"})
    )
    while call("GET", f"/v1/advances/{advance}", ("agency", agency)).body["status"] != "instructed":
        pass
    told = {"bank_reference": f"BANK-{advance}", "outcome": "paid"}
    system.client.expect(200, call("POST", f"/v1/advances/{advance}/receipt", ("finance", agency), told))
    system.stack.join_executions()


def submitted(system: System, kind: Kind) -> tuple[str, Counted, list[str]]:
    """Submit a claim of a kind and run all its consequences; return its end, its calls and the states entered."""
    case = next(case.claim for case in worked_cases() if case.id == kind.like)
    number = next(_NUMBERS)
    if kind.known:
        claim = system.for_newcomer(case, f"counted-{number}")
    else:
        patient = {**case["patient"], "id_no": fresh_identity(case["patient"]["id_no"], number)}
        claim = {**case, "claim_no": f"counted-{number}", "patient": patient}
    if kind.advance:
        hold_advance(system, claim["institution"], KUNMING)
    system.stack.streams.drain()  # what became of the advance is no listener's word about the claim
    with counted() as calls, entering_states() as entered:
        answer = system.submit(kind.change(claim), wait_s=kind.wait_s)
        system.stack.join_executions()
        system.stack.streams.drain()
    hospital = ("hospital", claim["institution"])
    view = system.client.expect(200, system.client.call("GET", f"/v1/claims/{answer.body['claim_id']}", hospital))
    return str(view["status"]), calls, entered


def overpaid(system: System, kind: Kind) -> str:
    """The amount that the hospital of a kind owes back, which its next claims are set off against."""
    hospital = next(case.claim for case in worked_cases() if case.id == kind.like)["institution"]
    answer = system.client.call("GET", f"/v1/institutions/{hospital}/advances", ("hospital", hospital))
    return str(system.client.expect(200, answer)["overpaid"])


@pytest.fixture
def known_pointer(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process reads which bundle is in force once more, and then goes on by that however slow the machine is."""
    monkeypatch.setattr(bundles, "POINTER_S", 3600.0)
    monkeypatch.setattr(wiring.process().ports[BundleStore], "_current", None)


@pytest.mark.usefixtures("known_pointer")
@pytest.mark.parametrize("name", KINDS)
def test_a_claim_asks_no_more_than_this(system: System, name: str, tell: Callable[[str], None]) -> None:
    kind = KINDS[name]
    submitted(system, kind)
    while kind.status == "settled" and overpaid(system, kind) != "0.00":
        submitted(system, kind)  # a claim that is set off costs two units more
    status, calls, entered = submitted(system, kind)
    assert status == kind.status
    submission, decision = calls.of("api"), calls.of("settlement-settle")
    beside, told = calls.of(*LISTENERS), calls.of(*LISTENERS, services=frozenset({"events"}))
    assert submission + decision == calls.of("") - beside, "nobody else asks anything"
    assert submission + decision <= kind.requests_max, json.dumps(dict(calls.operations("api", "settlement-settle")))
    assert len(entered) <= STATES_MAX, entered
    assert beside + told <= LISTENERS_MAX
    keys = calls.of("api", services=frozenset({"kms"}))
    transactions = sum(n for (_, _, operation), n in calls.calls.items() if operation == "TransactWriteItems")
    units = calls.units
    copies = calls.of("ledger-copy", services=frozenset({"s3"}))
    units["s3 put"] -= copies
    cost = usd({**units, "s3 put": units["s3 put"] + int(copies > 0) / CLAIMS_AN_OBJECT})
    row = (
        f"| {name} | {submission} | {decision} | {submission + decision} | {transactions} | {len(entered)} | {keys} | "
        f"{beside + told} | {units['write']} | {units['read']} | {units['s3 put']} + {units['s3 get']} | "
        f"{cost:.0f} |"
    )
    tell(row)
    assert cost <= (LOCAL_USD_MAX if name == "local" else USD_MAX)
    said = next(line for line in SCALE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {name} |"))
    assert is_as_said(row, said), f"docs/scale.md says {said}, counted was {row}"


@pytest.mark.usefixtures("known_pointer")
def test_a_process_that_has_just_started_reads_the_rows_of_the_claim_beside_it(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, known = KINDS["local"], wiring.process().ports[BundleStore]
    submitted(system, kind)
    _, warm, _ = submitted(system, kind)
    assert isinstance(known, bundles.S3BundleStore)
    started = bundles.S3BundleStore(known._s3, known._bucket, known._seal)
    monkeypatch.setattr(known, "_kept", OrderedDict())
    monkeypatch.setattr(known, "_parts", started.parts)
    _, cold, _ = submitted(system, kind)
    asked = [calls.of("api", "settlement-settle") for calls in (warm, cold)]
    assert asked[1] - asked[0] == STARTED_READS, dict(cold.calls - warm.calls)


def is_as_said(row: str, said: str) -> bool:
    """Tell whether requests are the same, and listeners, units and dollars to a tenth or one: units vary with the
    length of a name.
    """
    counted, written = (each.strip("| ").split(" | ") for each in (row, said))
    return all(
        one == other if column in EXACT_COLUMNS else _is_near(one, other)
        for column, (one, other) in enumerate(zip(counted, written, strict=True))
    )


def _is_near(one: str, other: str) -> bool:
    pairs = zip(one.split(" + "), other.split(" + "), strict=True)
    return all(abs(int(a) - int(b)) <= max(int(b) / 10, 1) for a, b in pairs)


def test_the_document_names_every_price_with_its_source_and_what_it_assumes() -> None:
    said = SCALE.read_text(encoding="utf-8")
    for price in PRICES.values():
        assert f"| {price.of} | {price.usd} | {price.seen or 'remembered'} |" in said
    for name, count in ASSUMED.items():
        assert f"{PRICES[name].of}: {count:g}" in said
    assert f"prices of {ON}" in said
    assert f"one object of the ledger's copy for {CLAIMS_AN_OBJECT} claims" in said.replace("\n", " ")


def test_what_the_ledgers_copy_collects_of_a_shard_is_one_object() -> None:
    """A province's 10 M claims a year, evenly, over the four shards that its stream begins with."""
    told = load_template()["Resources"]["LedgerCopyMapping"]["Properties"]
    of_a_shard = 10_000_000 / (365 * 24 * 3600) * told["MaximumBatchingWindowInSeconds"] / 4
    assert told["ParallelizationFactor"] == 1
    assert of_a_shard >= CLAIMS_AN_OBJECT
    assert of_a_shard * RECORDS_A_CLAIM <= told["BatchSize"]
