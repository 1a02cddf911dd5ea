"""Calls of every route of money, at least one each, good and bad, for the tests that compare document and answers."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from chalicelib.advances.domain.model import Advance
from chalicelib.advances.usecases.advance import Advances
from chalicelib.batches.usecases import ReceiveBatch
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.patient_advances.domain import PatientAdvance
from chalicelib.registry.domain.enrolments import PersonEnrolments
from tests.kit.memory.samples import body, hospital, submission
from tests.kit.memory.world import World

HOSPITAL = "H53010200001"
AGENCY = {"role": "agency", "subject": "530100"}
FINANCE = {"role": "finance", "subject": "530100"}
AUDITOR = {"role": "auditor", "subject": "000000"}
HEALTH = {"role": "health", "subject": "530102"}

Call = tuple[tuple[str, ...], dict[str, Any]]
"""Method, path of the document and, where it differs, the path called; then what else is sent."""


def money_calls(world: World, claim_id: ClaimId, claim: dict[str, Any]) -> Iterator[Call]:
    """The calls, in an order in which they make sense. `claim_id` names a settled claim of the world."""
    asked = {"institution": HOSPITAL, "fund": "special", "amount": "1000.00", "reason": "treatment"}
    yield ("POST", "/v1/advances"), {"body": asked}
    yield ("POST", "/v1/advances"), {"body": {**asked, "amount": "-1.00"}}
    yield ("POST", "/v1/advances"), {"body": {**asked, "fund": "other"}}
    advance_id = world.memory.all(Advance)[0].advance_id
    one = f"/v1/advances/{advance_id}"
    decision = "/v1/advances/{advance_id}/decision"
    yield ("POST", decision, f"{one}/decision"), {"body": {"decision": "approve", "fund": "ordinary"}, **AGENCY}
    yield ("POST", decision, f"{one}/decision"), {"body": {"decision": "approve"}, **AGENCY}
    yield ("POST", decision, f"{one}/decision"), {"body": {"decision": "approve"}, **AGENCY}
    world.system[Advances].instruct(advance_id)
    receipt, paid = "/v1/advances/{advance_id}/receipt", {"bank_reference": "BANK-1", "outcome": "paid"}
    yield ("POST", receipt, f"{one}/receipt"), {"body": paid, **FINANCE}
    yield ("POST", receipt, f"{one}/receipt"), {"body": paid, **FINANCE}
    yield ("POST", receipt, "/v1/advances/adv_none/receipt"), {"body": paid, **FINANCE}
    yield (
        ("POST", "/v1/advances/{advance_id}/return", f"{one}/return"),
        {"body": {"bank_reference": "B-2", "all": True}, **FINANCE},
    )
    yield ("GET", "/v1/advances/{advance_id}", one), {}
    yield ("GET", "/v1/advances/{advance_id}/notice", f"{one}/notice"), {}
    yield ("GET", "/v1/institutions/{code}/advances", f"/v1/institutions/{HOSPITAL}/advances"), {}
    yield from _of_patients_elsewhere(world)
    yield from _of_budgets_and_payments(world, claim_id)
    yield from _of_corrections(world, claim_id, claim)
    yield ("GET", "/v1/reports/settlement", "/v1/reports/settlement?from=2026-11-01&to=2026-12-31"), AUDITOR
    yield ("GET", "/v1/reports/settlement"), AUDITOR
    yield ("GET", "/v1/reports/daily"), AUDITOR
    yield ("GET", "/v1/reports/daily", "/v1/reports/daily?date=2026-02-30"), AUDITOR
    yield ("GET", "/v1/reports/daily", "/v1/reports/daily?area=530000"), {"role": "agency", "subject": "420100"}
    yield ("GET", "/v1/reports/advances", "/v1/reports/advances?area=530000"), AUDITOR
    yield ("GET", "/v1/reports/bank"), AUDITOR
    yield ("GET", "/v1/reports/bank", "/v1/reports/bank?date=2026-02-30"), AUDITOR
    yield ("GET", "/v1/ledger/audit"), AUDITOR


def _of_patients_elsewhere(world: World) -> Iterator[Call]:
    """The person of the settled claim is insured in Kunming."""
    centre, asked_agency = {"role": "centre", "subject": "530000"}, {"role": "agency", "subject": "420100"}
    asked = {
        "person": world.memory.all(PersonEnrolments)[0].person,
        "institution": "H42010600001",
        "visit": {"kind": "inpatient", "admitted": "2020-02-05"},
        "case_status": "confirmed",
        "amount": "20000.00",
        "reason": "cannot pay",
    }
    whole, one = "/v1/patient-advances", "/v1/patient-advances/{request_id}"
    yield ("POST", whole), {"body": asked, **AGENCY}
    yield ("POST", whole), {"body": {**asked, "amount": "0.00", "institution": "H99999999999"}, **AGENCY}
    yield ("POST", whole), {"body": {**asked, "institution": HOSPITAL}, **AGENCY}
    yield ("POST", whole), {"body": {**asked, "visit": {"kind": "inpatient"}}, **AGENCY}
    yield ("POST", whole), {"body": asked, **asked_agency}
    path = f"{whole}/{world.memory.all(PatientAdvance)[0].request_id}"
    yield ("GET", one, path), AGENCY
    yield ("GET", one, path), asked_agency
    forwarding, decision = f"{one}/forwarding", f"{one}/decision"
    yield ("POST", forwarding, f"{path}/forwarding"), {"body": {"decision": "decline"}, **centre}
    yield ("POST", forwarding, f"{path}/forwarding"), {"body": {"decision": "forward"}, **AGENCY}
    yield ("POST", forwarding, f"{path}/forwarding"), {"body": {"decision": "forward"}, **centre}
    yield ("POST", forwarding, f"{path}/forwarding"), {"body": {"decision": "forward"}, **centre}
    yield ("POST", decision, f"{path}/decision"), {"body": {"decision": "accept", "amount": "x"}, **asked_agency}
    yield ("POST", decision, f"{path}/decision"), {"body": {"decision": "accept"}, **asked_agency}
    yield ("POST", decision, f"{path}/decision"), {"body": {"decision": "accept"}, **asked_agency}
    yield ("GET", one, path), AUDITOR
    yield ("GET", whole, f"{whole}?status=accepted"), centre
    yield ("GET", whole, f"{whole}?status=lost"), centre


def _of_budgets_and_payments(world: World, claim_id: ClaimId) -> Iterator[Call]:
    paid = {"bank_reference": "BANK-2", "outcome": "paid"}
    budget = f"/v1/institutions/{HOSPITAL}/budget"
    yield ("GET", "/v1/institutions/{code}/budget", f"{budget}?year=2020"), {}
    adjustment = {"year": 2020, "quota": "5000.00", "reason": "more beds"}
    adjustments = "/v1/institutions/{code}/budget/adjustments"
    yield ("POST", adjustments, f"{budget}/adjustments"), {"body": adjustment, **AGENCY}
    yield ("POST", adjustments, f"{budget}/adjustments"), {"body": {**adjustment, "quota": "-1.00"}, **AGENCY}
    yield ("GET", "/v1/institutions/{code}/payments", f"/v1/institutions/{HOSPITAL}/payments"), {}
    remittance = f"/v1/institutions/{HOSPITAL}/remittance"
    yield ("GET", "/v1/institutions/{code}/remittance", f"{remittance}?from=2026-11-01&to=2026-12-31"), {}
    yield ("GET", "/v1/institutions/{code}/remittance", remittance), {}
    notice = "/v1/institutions/{code}/remittance/notice"
    yield ("GET", notice, f"{remittance}/notice?from=2026-11-01&to=2026-12-31"), {}
    yield ("GET", "/v1/claims/{claim_id}/statement", f"/v1/claims/{claim_id}/statement"), {}
    payment = "/v1/payments/{payment_id}/receipt"
    yield ("POST", payment, f"/v1/payments/{claim_id}/receipt"), {"body": paid, **FINANCE}
    yield ("POST", payment, f"/v1/payments/{claim_id}/receipt"), {"body": paid, **FINANCE}
    yield ("GET", "/v1/payments", "/v1/payments?status=paid"), FINANCE
    yield ("GET", "/v1/advances", "/v1/advances?status=returned"), AUDITOR
    table = f"payment_id,bank_reference,amount,outcome\n{claim_id},BANK-FILE,1.00,paid\n"
    yield ("POST", "/v1/payments/receipts"), {"body": {"file": b64encode(table.encode()).decode()}, **FINANCE}
    yield ("POST", "/v1/payments/receipts"), {"body": {"file": "e"}, **FINANCE}
    yield ("POST", "/v1/payments/receipts"), {"body": {}, **FINANCE}
    several = {"bank_reference": "BANK-SEVERAL", "amount": "1.00", "orders": [claim_id]}
    yield ("POST", "/v1/receipts"), {"body": several, **FINANCE}
    yield ("POST", "/v1/receipts"), {"body": {**several, "orders": ["clm_none", claim_id, claim_id]}, **FINANCE}
    amount = next(iter(world.memory.money.orders.values())).amount_fen
    again = {**several, "amount": format_yuan(amount)}
    yield ("POST", "/v1/receipts"), {"body": again, **FINANCE}
    yield (
        ("POST", "/v1/fiscal/{area}/payments", "/v1/fiscal/530100/payments"),
        {
            "body": {"bank_reference": "FIN-1", "amount": "1.00"},
            **FINANCE,
        },
    )


def _of_corrections(world: World, claim_id: ClaimId, claim: dict[str, Any]) -> Iterator[Call]:
    yield ("POST", "/v1/claims/batch"), {"body": {"claims": [claim, {**claim, "lines": []}, 7]}}
    yield ("POST", "/v1/claims/batch"), {"body": {"claims": [claim, {**claim, "lines": []}, *([7] * 49)]}}
    world.batch_machine.run(world.system[ReceiveBatch])
    (batch_id, _), *_ = world.batch_machine.started
    yield ("GET", "/v1/claims/batches"), {}
    yield ("GET", "/v1/claims/batches", "/v1/claims/batches?status=done"), AUDITOR
    yield ("GET", "/v1/claims/batches/{batch_id}", f"/v1/claims/batches/{batch_id}"), {}
    yield ("GET", "/v1/claims/batches/{batch_id}", "/v1/claims/batches/bat_none"), {}
    yield from _of_tables(world)
    yield from _of_estimates(claim)
    totals = {"claims": 0, "total": "0.00", "funds": "0.00", "fiscal": "0.00", "patient": "0.00"}
    compared = {"institution": HOSPITAL, "from": "2026-11-01", "to": "2026-12-31", "totals": totals}
    yield ("POST", "/v1/reconciliations"), {"body": compared}
    yield ("POST", "/v1/reconciliations"), {"body": {**compared, "rows": []}}
    status = {"claim_id": claim_id, "status": "confirmed", "on": "2020-02-07", "reason": "second test"}
    yield ("POST", "/v1/cases/status"), {"body": status, **HEALTH}
    yield ("POST", "/v1/cases/status"), {"body": {**status, "person": "prs_" + "0" * 32}, **HEALTH}
    yield ("GET", "/v1/tasks"), {}
    yield ("GET", "/v1/tasks", "/v1/tasks?status=every"), {}
    task = "/v1/tasks/tsk_none"
    yield ("GET", "/v1/tasks/{task_id}", task), {}
    yield ("POST", "/v1/tasks/{task_id}/retry", f"{task}/retry"), AGENCY
    codes = {"codes": [{"code": "J12.800", "role": "main"}]}
    yield ("POST", "/v1/tasks/{task_id}/codes", f"{task}/codes"), {"body": codes}
    yield ("POST", "/v1/tasks/{task_id}/codes", f"{task}/codes"), {"body": {"codes": []}}
    release, reason = "/v1/claims/{claim_id}/release", {"body": {"reason": "two bills"}}
    yield ("POST", release, f"/v1/claims/{held_twin(world, claim_id)}/release"), {**reason, **AGENCY}
    yield ("POST", release, f"/v1/claims/{claim_id}/release"), {**reason, **AGENCY}
    yield ("POST", "/v1/claims/{claim_id}/reversal", f"/v1/claims/{claim_id}/reversal"), {"body": {"reason": "twice"}}


def held_twin(world: World, claim_id: ClaimId) -> str:
    """A claim that resembles another and is held."""
    first = world.memory.claims[claim_id]
    twin = {**body(), "claim_no": "YN-TWIN", "distinct_from": [first.claim_no]}
    sent = world.system[SubmitClaim](hospital(first.institution), submission(twin))
    world.run_all()
    return sent.view.claim_id


def _of_tables(world: World) -> Iterator[Call]:
    whole, one = "/v1/claims/batch/table", "/v1/claims/batches/{batch_id}/table"
    table = (
        "claim_no,id_no,name,kind,admitted,main_code,item_code,quantity,price,amount\n"
        "TAB-1,530102190001010019,示例甲,outpatient,2020-07-01,J12.800,120100010,1,10,10\n"
        "TAB-2,530102190001010019,示例甲,outpatient,2020-07-02,J12.800,120100010,1,10,11\n"
    )
    sent = {"file": b64encode(table.encode()).decode()}
    yield ("GET", whole, f"{whole}?format=csv"), {}
    yield ("POST", whole), {"body": sent}
    yield ("POST", whole), {"body": {"file": "e"}}
    batch_id = world.batch_machine.started[-1][0]
    path = f"/v1/claims/batches/{batch_id}/table"
    yield ("POST", one, path), {"body": sent}
    world.batch_machine.run(world.system[ReceiveBatch])
    yield ("POST", one, path), {"body": sent}
    yield ("POST", one, f"{path}?format=csv"), {"body": sent}
    yield ("POST", one, "/v1/claims/batches/bat_none/table"), {"body": sent}


def _of_estimates(claim: dict[str, Any]) -> Iterator[Call]:
    terms = {"insured_area": "420100", "insurance": "employee", "employment": "retired", "assistance": "none"}
    lines = [{name: value for name, value in each.items() if name != "no"} for each in claim["lines"]]
    bill = {"institution": HOSPITAL, "insured": terms, "diagnosis": claim["diagnosis"], "lines": lines}
    visit = {name: claim["visit"][name] for name in ("kind", "admitted", "discharged")}
    yield ("POST", "/v1/estimates"), {"body": {**bill, "visit": visit}}
    yield ("POST", "/v1/estimates"), {"body": {**bill, "visit": visit}, **AGENCY}
    yield ("POST", "/v1/estimates"), {"body": bill}
