"""A Kunming employee in Wuhan who cannot pay: from the report to the cleared debt, over HTTP and machines (Y-14)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.kernel.words.ids import AdvanceId, RunId
from infra.local.client import Answer
from infra.local.sample import enrolment_body
from tests.kit.centre import NATION, Centre, assert_books_are_clear
from tests.kit.fixtures.system import AUDITOR, System
from tests.kit.worked_cases import sample_persons, worked_cases

WUHAN = "H42010600001"
REPORTER, HEAD, CLERK = ("agency", "530100"), ("agency", "420100"), ("hospital", WUHAN)
FINANCE, CENTRE = ("finance", "420100"), ("centre", "530000")
REQUESTS = "/v1/patient-advances"


class Counter:
    """Everybody's calls about patients elsewhere."""

    def __init__(self, system: System) -> None:
        self.system = system

    def call(self, method: str, path: str, caller: tuple[str, str], body: Any = None) -> Answer:
        return self.system.client.call(method, path, caller, body)

    def get(self, path: str, caller: tuple[str, str] = AUDITOR) -> Any:
        return self.system.client.expect(200, self.call("GET", path, caller))

    def post(self, path: str, caller: tuple[str, str], body: Any, status: int = 200) -> Any:
        return self.system.client.expect(status, self.call("POST", path, caller, body))

    def newcomer(self, like: str) -> tuple[str, str]:
        """Somebody new: the identity number, and the token that enrolling answers."""
        id_no = self.system.newcomer(like)
        body = enrolment_body({**sample_persons()[like], "id_no": id_no})
        return id_no, self.post("/v1/enrolments", REPORTER, body, 201)["person"]

    def asked(self, person: str) -> dict[str, Any]:
        return {
            "person": person,
            "institution": WUHAN,
            "visit": {"kind": "inpatient", "admitted": "2020-02-05"},
            "case_status": "confirmed",
            "amount": "20000.00",
            "reason": "cannot pay the deposit",
        }

    def stage(self, path: str) -> str:
        return str(self.get(path)["followed"]["stage"])

    def until_instructed(self, advance_id: AdvanceId) -> dict[str, Any]:
        """Read the advance until its machine has told the bank."""
        for _ in range(2_000):
            self.system.stack.join_executions()
            advance: dict[str, Any] = self.get(f"/v1/advances/{advance_id}", CLERK)
            if advance["status"] == "instructed":
                return advance
        raise AssertionError(advance)

    def listed(self, caller: tuple[str, str], status: str) -> set[str]:
        """A whole inbox, two at a time."""
        found, cursor = set(), ""
        while True:
            page = self.get(f"{REQUESTS}?status={status}&limit=2{cursor}", caller)
            found |= {each["patient_advance_id"] for each in page["items"]}
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"


@pytest.fixture(name="counter")
def fixture_counter(system: System) -> Counter:
    return Counter(system)


def kunming_employee() -> dict[str, Any]:
    return next(case.claim for case in worked_cases() if case.id == "kunming-employee-in-wuhan")


def test_a_patient_who_cannot_pay_elsewhere_is_advanced_for_and_the_debt_is_cleared_later(counter: Counter) -> None:
    system, claim = counter.system, kunming_employee()
    id_no, person = counter.newcomer(claim["patient"]["id_no"])
    request_id = _reported(counter, person)
    path = f"{REQUESTS}/{request_id}"
    assert counter.call("GET", path, HEAD).status == 404
    assert request_id in counter.listed(CENTRE, "reported")
    counter.post(f"{path}/forwarding", CENTRE, {"decision": "forward"})
    assert request_id in counter.listed(HEAD, "forwarded")
    held = counter.get(f"/v1/institutions/{WUHAN}/advances", CLERK)["balance"]["special"]["balance"]
    accepted = counter.post(f"{path}/decision", HEAD, {"decision": "accept"})
    advance_id = accepted["advance_id"]
    advance = counter.until_instructed(advance_id)
    assert (advance["patient_advance"], advance["fund"]) == (request_id, "special")
    assert counter.stage(path) == "paying"
    receipt = {"bank_reference": "BANK-ELSEWHERE-1", "outcome": "paid"}
    counter.post(f"/v1/advances/{advance_id}/receipt", FINANCE, receipt)
    assert counter.stage(path) == "paid"
    patient = {**claim["patient"], "id_no": id_no}
    settled = system.settle({**claim, "claim_no": "ELSEWHERE-1", "patient": patient})
    assert held == "0.00"
    assert settled["settlement"]["advance_offset"] == "20000.00"
    assert settled["settlement"]["payable"] == "4000.00"
    followed = counter.get(path, REPORTER)["followed"]
    assert (followed["stage"], followed["offset"]) == ("settled", "20000.00")
    ((debt,),) = (each["debts"] for each in followed["claims"])
    assert (debt["amount"], debt["window"]["tier"], debt["run_id"]) == ("21600.00", NATION, None)
    run_id = _cleared_by_the_nation(counter, path)
    for reader in (AUDITOR, REPORTER, CENTRE, HEAD):
        followed = counter.get(path, reader)["followed"]
        ((debt,),) = (each["debts"] for each in followed["claims"])
        assert (followed["stage"], debt["run_id"], debt["run_status"]) == ("cleared", run_id, "settled")
    assert_books_are_clear(system, NATION)
    assert counter.get("/v1/ledger/audit")["differences"] == []
    assert id_no not in system.log.getvalue()


def _reported(counter: Counter, person: str) -> str:
    """The only request that two reports of the same patient make."""
    asked = counter.asked(person)
    reported = counter.post(REQUESTS, REPORTER, asked, 202)
    assert counter.post(REQUESTS, REPORTER, asked, 202) == reported
    assert (reported["status"], reported["agency"], reported["centre"]) == ("reported", "420100", "530000")
    assert reported["citation"] == "yn-2020-12.4.3"
    request_id: str = reported["patient_advance_id"]
    return request_id


def _cleared_by_the_nation(counter: Counter, path: str) -> str:
    """Carry the run that cleared the request's debt to its end."""
    nation = Centre(counter.system, NATION)
    run_id: RunId = nation.start()
    nation.confirm_all(nation.until(run_id, lambda run: run["status"] == "confirming"))
    assert counter.stage(path) == "settled"
    nation.pay_all(nation.until(run_id, lambda run: run["status"] in {"instructed", "settled"}))
    nation.hand_down_all(run_id)
    nation.until(run_id, lambda run: run["status"] == "settled")
    counter.system.stack.join_executions()
    return run_id


def test_a_request_is_declined_or_refused_with_a_reason_and_moves_nothing(counter: Counter) -> None:
    _, person = counter.newcomer(kunming_employee()["patient"]["id_no"])
    before = counter.get("/v1/ledger/trial-balance")
    first = f"{REQUESTS}/{counter.post(REQUESTS, REPORTER, counter.asked(person), 202)['patient_advance_id']}"
    assert counter.call("POST", f"{first}/forwarding", CENTRE, {"decision": "decline"}).status == 422
    declined = counter.post(f"{first}/forwarding", CENTRE, {"decision": "decline", "reason": "not verified"})
    assert (declined["status"], declined["answer"], declined["advance_id"]) == ("declined", "not verified", None)
    assert counter.call("POST", f"{first}/forwarding", CENTRE, {"decision": "forward"}).status == 409
    second = f"{REQUESTS}/{counter.post(REQUESTS, REPORTER, counter.asked(person), 202)['patient_advance_id']}"
    assert second != first
    counter.post(f"{second}/forwarding", CENTRE, {"decision": "forward"})
    refused = counter.post(f"{second}/decision", HEAD, {"decision": "refuse", "reason": "no money left"})
    assert (refused["status"], refused["advance_id"]) == ("refused", None)
    assert counter.call("POST", f"{second}/decision", HEAD, {"decision": "accept"}).status == 409
    assert counter.get("/v1/ledger/trial-balance") == before


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"amount": "0.00"}, 422, "amount-range"),
        ({"amount": "-1.00"}, 422, "amount-range"),
        ({"amount": "10000000000.01"}, 422, "amount-range"),
        ({"institution": "H99999999999"}, 422, "institution-unknown"),
        ({"institution": "H53010200001"}, 422, "not-in-another-province"),
        ({"visit": {"kind": "inpatient", "admitted": "2020-01-10", "discharged": "2020-01-31"}}, 422,
         "patient-advance-not-in-force"),
        ({"visit": {"kind": "inpatient", "admitted": "2190-01-01"}}, 422, "date-in-future"),
        ({"case_status": "none"}, 422, None),
        ({"amount": 1}, 400, None),
        ({"person": "prs_" + "0" * 32}, 404, "not-found"),
    ],
)  # fmt: skip
def test_a_report_that_the_article_or_good_sense_does_not_bear_is_refused(
    counter: Counter, changes: dict[str, Any], status: int, code: str | None
) -> None:
    _, person = counter.newcomer(kunming_employee()["patient"]["id_no"])
    answer = counter.call("POST", REQUESTS, REPORTER, {**counter.asked(person), **changes})
    assert answer.status == status, answer
    assert code in (None, *(error["code"] for error in answer.body["errors"]))


def test_whom_a_request_is_no_business_of_is_told_so_or_nothing(counter: Counter) -> None:
    _, person = counter.newcomer(kunming_employee()["patient"]["id_no"])
    asked = counter.asked(person)
    assert counter.call("POST", REQUESTS, ("agency", "532900"), asked).status == 404
    assert counter.call("POST", REQUESTS, HEAD, asked).status == 404
    assert counter.call("POST", REQUESTS, CLERK, asked).status == 403
    path = f"{REQUESTS}/{counter.post(REQUESTS, REPORTER, asked, 202)['patient_advance_id']}"
    forward = {"decision": "forward"}
    assert counter.call("POST", f"{path}/forwarding", ("centre", "420000"), forward).status == 404
    assert counter.call("POST", f"{path}/forwarding", ("centre", NATION), forward).status == 404
    assert counter.call("POST", f"{path}/forwarding", REPORTER, forward).status == 403
    assert counter.call("POST", f"{path}/decision", HEAD, {"decision": "accept"}).status == 404
    counter.post(f"{path}/forwarding", CENTRE, forward)
    for reader, status in ((HEAD, 200), (("agency", "500000"), 404), (FINANCE, 403), (CLERK, 403), (AUDITOR, 200)):
        assert counter.call("GET", path, reader).status == status, reader
    assert counter.call("POST", f"{path}/decision", ("agency", "500000"), {"decision": "accept"}).status == 404
    over = {"decision": "accept", "amount": "20000.01"}
    assert counter.call("POST", f"{path}/decision", HEAD, over).status == 422
    assert counter.call("GET", f"{REQUESTS}/pad_none", AUDITOR).status == 404
