"""An advance from its application to the bank's report, with the events on the way, over HTTP and the machines."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.audit.domain.runs import AuditStatus
from chalicelib.audit.ports import AuditStore
from chalicelib.kernel.money import parse_yuan
from chalicelib.kernel.words.ids import AdvanceId
from chalicelib.main import wiring
from infra.local.client import Answer
from tests.kit.fixtures.system import AUDITOR, System
from tests.kit.worked_cases import worked_cases

KUNMING = "H53010200001"
HOSPITAL, AGENCY, FINANCE = ("hospital", KUNMING), ("agency", "530100"), ("finance", "530100")
HEALTH = ("health", "530102")


class Till:
    """The acts of a hospital, its agency and finance with money."""

    def __init__(self, system: System) -> None:
        self.system = system

    def call(self, method: str, path: str, caller: tuple[str, str], body: Any = None) -> Answer:
        return self.system.client.call(method, path, caller, body)

    def get(self, path: str, caller: tuple[str, str] = HOSPITAL) -> Any:
        return self.system.client.expect(200, self.call("GET", path, caller))

    def post(self, path: str, caller: tuple[str, str], body: Any, status: int = 200) -> Any:
        return self.system.client.expect(status, self.call("POST", path, caller, body))

    def request(self, amount: str, fund: str = "special", reason: str = "treatment") -> AdvanceId:
        body = {"institution": KUNMING, "fund": fund, "amount": amount, "reason": reason}
        return AdvanceId(self.post("/v1/advances", HOSPITAL, body, 202)["advance_id"])

    def until(self, advance_id: AdvanceId, status: str) -> dict[str, Any]:
        """Read the advance until its machine has brought it to the wanted state."""
        for _ in range(2_000):
            self.system.stack.join_executions()
            advance: dict[str, Any] = self.get(f"/v1/advances/{advance_id}")
            if advance["status"] == status:
                return advance
        raise AssertionError(advance)

    def advance(self, amount: str, reason: str, outcome: str = "paid") -> AdvanceId:
        advance_id = self.request(amount, reason=reason)
        self.post(f"/v1/advances/{advance_id}/decision", AGENCY, {"decision": "approve"})
        self.until(advance_id, "instructed")
        receipt = {"bank_reference": f"BANK-{reason}", "outcome": outcome}
        self.post(f"/v1/advances/{advance_id}/receipt", FINANCE, receipt)
        return advance_id

    @property
    def balance(self) -> str:
        return str(self.get(f"/v1/institutions/{KUNMING}/advances")["balance"]["special"]["balance"])

    def is_true(self) -> bool:
        """Tell whether the auditor reports no differences and the trial balance is zero."""
        found = self.get("/v1/ledger/audit", AUDITOR)
        assert found["differences"] == [], found
        return self.system.trial_balance()["balance"] == "0.00"


@pytest.fixture(name="till")
def fixture_till(system: System) -> Till:
    return Till(system)


def kunming_claim(system: System, claim_no: str) -> dict[str, Any]:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    return system.for_newcomer(case.claim, claim_no)


def test_an_advance_is_applied_for_approved_instructed_paid_and_spent_on_a_protected_claim(till: Till) -> None:
    before = till.balance
    till.advance("1000.00", "first")
    assert float(till.balance) - float(before) == 1000
    settled = till.system.settle(kunming_claim(till.system, "MONEY-1"))
    assert settled["settlement"]["advance_offset"] != "0.00"
    assert till.balance == "0.00"
    assert till.is_true()


def test_an_advance_that_the_bank_could_not_pay_never_was_held(till: Till) -> None:
    before = till.balance
    advance_id = till.advance("500.00", "second", outcome="failed")
    assert till.until(advance_id, "failed")["closed_at"] is not None
    assert till.balance == before
    assert till.is_true()


def test_a_bank_that_stays_silent_loses_the_instruction(till: Till) -> None:
    """The local stack's time runs a hundred times faster, and a deadline of five days is not waited for here."""
    advance_id = till.request("700.00", reason="third")
    till.post(f"/v1/advances/{advance_id}/decision", AGENCY, {"decision": "approve"})
    till.until(advance_id, "instructed")
    answer = till.system.stack.client("lambda").invoke(
        FunctionName="quebao-dev-prepayment-give-up", Payload=f'{{"advance_id": "{advance_id}"}}'.encode()
    )
    assert b"failed" in answer["Payload"].read()
    late = till.call("POST", f"/v1/advances/{advance_id}/receipt", FINANCE, {"bank_reference": "B", "outcome": "paid"})
    assert (late.status, late.body["status"], late.body["overpaid"]) == (200, "failed", "700.00")
    assert till.is_true()
    till.post(f"/v1/advances/{advance_id}/return", FINANCE, {"bank_reference": "B-BACK", "amount": "700.00"})
    assert till.get(f"/v1/institutions/{KUNMING}/advances", HOSPITAL)["overpaid"] == "0.00"
    assert till.is_true()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"amount": "0.00"}, 422),
        ({"amount": "-1.00"}, 422),
        ({"amount": "10000000000.01"}, 422),
        ({"amount": 5}, 400),
        ({"fund": "both"}, 422),
        ({"institution": "H42010600001"}, 404),
        ({"institution": "H99999999999"}, 404),
        ({"reason": ""}, 422),
    ],
)
def test_a_bad_application_is_refused_and_moves_nothing(till: Till, change: dict[str, Any], status: int) -> None:
    before = till.get("/v1/ledger/trial-balance", AUDITOR)
    body = {"institution": KUNMING, "fund": "special", "amount": "1.00", "reason": "x", **change}
    answer = till.call("POST", "/v1/advances", HOSPITAL, body)
    assert answer.status == status, answer
    assert answer.body["errors"]
    assert till.get("/v1/ledger/trial-balance", AUDITOR) == before


def test_decisions_and_receipts_are_made_once_by_others_and_in_their_order(till: Till) -> None:
    advance_id = till.request("300.00", reason="fourth")
    decision, receipt = f"/v1/advances/{advance_id}/decision", f"/v1/advances/{advance_id}/receipt"
    paid = {"bank_reference": "BANK-4", "outcome": "paid"}
    assert till.call("POST", receipt, FINANCE, paid).status == 409
    assert till.call("POST", decision, HOSPITAL, {"decision": "approve"}).status == 403
    assert till.call("POST", decision, ("agency", "420100"), {"decision": "approve"}).status == 404
    offered = till.call("POST", decision, AGENCY, {"decision": "approve", "fund": "ordinary"})
    assert offered.status == 422
    assert offered.body["errors"][0]["citation"]["source"] == ["Y-02"]
    assert till.call("POST", decision, AGENCY, {"decision": "approve", "amount": "300.01"}).status == 422
    till.post(decision, AGENCY, {"decision": "approve"})
    assert till.call("POST", decision, AGENCY, {"decision": "refuse"}).status == 409
    till.until(advance_id, "instructed")
    assert till.call("POST", receipt, ("finance", "420100"), paid).status == 404
    till.post(receipt, FINANCE, paid)
    assert till.call("POST", receipt, FINANCE, paid).status == 200
    assert till.call("POST", "/v1/advances/adv_unknown/receipt", FINANCE, paid).status == 404
    assert till.is_true()


def test_a_reversal_gives_everything_back_and_the_claim_may_be_sent_anew(till: Till) -> None:
    claim = kunming_claim(till.system, "MONEY-2")
    held = till.balance
    settled = till.system.settle(claim)
    path = f"/v1/claims/{settled['claim_id']}/reversal"
    reversed_claim = till.post(path, HOSPITAL, {"reason": "entered twice"}, 202)
    assert reversed_claim == {"claim_id": settled["claim_id"], "status": "reversed"}
    assert till.post(path, HOSPITAL, {"reason": "entered twice"}, 202) == reversed_claim
    assert till.balance == held
    transaction = f"/v1/ledger/transactions/reverse:settle:{settled['claim_id']}"
    assert till.get(transaction, AUDITOR)["corrects"] == f"settle:{settled['claim_id']}"
    again = till.system.settle({**claim, "resubmit": True})
    assert again["version"] == 2
    assert till.is_true()


def test_a_batch_is_answered_claim_by_claim_and_reconciled_with_the_hospitals_books(till: Till) -> None:
    good = kunming_claim(till.system, "MONEY-3")
    batch = till.post("/v1/claims/batch", HOSPITAL, {"claims": [good, {**good, "claim_no": "MONEY-4", "lines": []}]})
    assert [item["http_status"] for item in batch["items"]] == [202, 422]
    assert (batch["accepted"], batch["refused"]) == (1, 1)
    till.system.stack.join_executions()
    today = till.get(f"/v1/claims/{batch['items'][0]['claim_id']}")["received_at"][:10]
    totals = {"claims": 0, "total": "0.00", "funds": "0.00", "fiscal": "0.00", "patient": "0.00"}
    body = {"institution": KUNMING, "from": "2026-01-01", "to": "2099-12-31", "totals": totals}
    first = till.post("/v1/reconciliations", HOSPITAL, body)
    assert first["rows_needed"], today
    row = {"claim_no": "NOT-OURS", "total": "1.00", "funds": "1.00", "fiscal": "0.00", "patient": "0.00"}
    second = till.post("/v1/reconciliations", HOSPITAL, {**body, "rows": [row]})
    assert second["missing_here"] == ["NOT-OURS"]
    assert "MONEY-3" in second["missing_there"]


def test_a_status_that_was_wrong_is_put_right_by_a_correcting_transaction(till: Till) -> None:
    claim = kunming_claim(till.system, "MONEY-5")
    claim["diagnosis"] = {**claim["diagnosis"], "history": [{"status": "suspected", "on": "2020-02-06"}]}
    settled = till.system.settle(claim)
    body = {"claim_id": settled["claim_id"], "status": "confirmed", "on": "2020-02-08", "reason": "second test"}
    answer = till.post("/v1/cases/status", HEALTH, body, 202)
    assert answer["redecided"] == [settled["claim_id"]]
    corrected = till.get(f"/v1/ledger/transactions/correct:{settled['claim_id']}:1", AUDITOR)
    assert corrected["corrects"] == f"settle:{settled['claim_id']}"
    assert till.is_true()


@pytest.mark.shows("S-13")
def test_budgets_reports_and_the_remittance_advice_say_what_happened(till: Till) -> None:
    settled = till.system.settle(kunming_claim(till.system, "MONEY-6"))
    budget = till.get(f"/v1/institutions/{KUNMING}/budget?year=2020")
    assert budget["separate"]["used"] != "0.00"
    adjustment = {"year": 2020, "quota": "90000000.00", "reason": "beds added"}
    adjusted = till.post(f"/v1/institutions/{KUNMING}/budget/adjustments", AGENCY, adjustment)
    assert adjusted["total_control"]["quota"] == "90000000.00"
    advice = till.get(f"/v1/institutions/{KUNMING}/remittance?from=2020-01-01&to=2099-12-31")
    (line,) = (line for line in advice["lines"] if line["claim_id"] == settled["claim_id"])
    adjusted_fen = sum(parse_yuan(each["amount"]) for each in line["adjustments"])
    assert parse_yuan(line["billed"]) - adjusted_fen == parse_yuan(line["ordered"])
    insured_fen = sum(parse_yuan(each["amount"]) for each in line["payers"])
    assert parse_yuan(line["billed"]) == insured_fen + parse_yuan(line["patient"]) > 0
    advances = till.get("/v1/reports/advances?area=530000", AUDITOR)
    assert {line["institution"] for line in advances["institutions"]} >= {KUNMING}
    table = till.get("/v1/reports/settlement?from=2020-01-01&to=2099-12-31", AUDITOR)
    assert table["confirmed"]["persons"] >= 1
    assert len(table["confirmed"]["insurance_share"]) == 6


@pytest.mark.shows("C-12")
def test_the_bank_pays_an_order_and_a_reversal_after_that_is_owed_back(till: Till) -> None:
    claim = kunming_claim(till.system, "MONEY-7")
    settled = till.system.settle(claim)
    paid = {"bank_reference": "BANK-7", "outcome": "paid"}
    order = till.post(f"/v1/payments/{settled['claim_id']}/receipt", FINANCE, paid)
    assert order["status"] == "paid"
    till.post(f"/v1/claims/{settled['claim_id']}/reversal", HOSPITAL, {"reason": "wrong patient"}, 202)
    assert till.get(f"/v1/institutions/{KUNMING}/advances")["overpaid"] == order["amount"]
    assert till.is_true()


def test_the_schedules_audit_the_books_and_ask_for_more(till: Till) -> None:
    till.advance("10.00", "audited")
    till.system.stack.fire("books-fold")
    (audit,) = till.system.stack.fire("audit-books")
    till.system.stack.join_executions()
    run = wiring.process().ports[AuditStore].get(audit["audit_id"])
    assert run is not None
    assert (run.status, run.found) == (AuditStatus.CLOSED, ())
    whole, since = (till.get(f"/v1/ledger/audit?from={begins}", AUDITOR) for begins in ("beginning", "seal"))
    # The run has sealed the months before the present one, if other tests posted in any.
    assert (whole["since"], since["since"]) == (None, run.months[-1])
    assert whole["differences"] == since["differences"] == []
    assert whole["transactions"] == since["transactions"] > 0
    (topped_up,) = till.system.stack.fire("top-up-advances")
    assert topped_up["asked"] >= 0
