"""Problems that users met on their first day, through the API with the real use cases behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.advances.usecases.advance import Advances
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.ledger.domain.accounts import AdvanceFund
from tests.kit.desk import Answered, Caller
from tests.kit.documented import bodies
from tests.kit.memory.samples import KUNMING_HOSPITAL, agency, body, enrol_sample, hospital, policies
from tests.kit.memory.world import World
from tests.kit.reimbursement_papers import bring_copies, papers_body
from tests.kit.remote_claims import KUNMING, RemoteClaim
from tests.kit.worked_cases import worked_cases

REPORTING = {call.path for call in bodies() if "bank_reference" in call.example}
"""Every route by which a bank's word comes in, from the document."""


@dataclass(frozen=True)
class Word:
    """A bank's report of a movement, and the same reference used for something else."""

    path: str
    concrete: str
    body: dict[str, Any]
    otherwise: dict[str, Any]
    role: str = "finance"
    subject: str = KUNMING


class Till:
    """A settled claim of a patient insured in Wuhan, a national run that is to be paid, and two advances."""

    def __init__(self) -> None:
        self.world = World(policies())
        self.caller = Caller(self.world)
        self.claim = RemoteClaim(self.world)
        self.claim_id = self.claim.settle()
        self.run_id = self.claim.ask()
        parties, payment = self.world.system[Parties], self.world.system[ClearingPayment]
        for area in parties.seal(self.run_id):
            parties.state(self.run_id, area, 2)
        parties.publish(self.run_id, 2)
        for debtor in payment.debtors(self.run_id):
            payment.post(self.run_id, debtor)
        payment.instruct(self.run_id)
        self.advances = [self.instructed(reason) for reason in ("ward", "beds")]

    def instructed(self, reason: str, amount_fen: Fen = 100_000) -> str:
        advances = self.world.system[Advances]
        asked = advances.request(hospital(), KUNMING_HOSPITAL, AdvanceFund.SPECIAL, amount_fen, reason)
        advances.decide(agency(KUNMING), asked.advance_id, approve=True, reason="enough")
        return advances.instruct(asked.advance_id).advance_id

    def ordered(self, path: str, subject: str) -> dict[str, Any]:
        """Return the first payment ordered there, as its receipt names it."""
        read = self.caller.call("GET", path, role="centre", subject=subject).json["instructions"][0]
        return {"instruction": read["instruction"], "amount": read["amount"]}

    def words(self) -> Iterator[Word]:
        """Yield a bank report of each kind, in an order in which they can come."""
        runs, run = "/v1/clearing/runs/{run_id}", f"/v1/clearing/runs/{self.run_id}"
        first, second = self.advances
        paid, failed = {"bank_reference": "B-1", "outcome": "paid"}, {"outcome": "failed"}
        yield Word("/v1/payments/{payment_id}/receipt", f"/v1/payments/{self.claim_id}/receipt", paid, failed)
        paid = {**paid, "bank_reference": "B-2"}
        yield Word("/v1/advances/{advance_id}/receipt", f"/v1/advances/{first}/receipt", paid, failed)
        back = {"bank_reference": "B-3", "amount": "1.00"}
        yield Word("/v1/advances/{advance_id}/return", f"/v1/advances/{first}/return", back, {"amount": "2.00"})
        several = {"bank_reference": "B-4", "amount": format_yuan(100_000), "orders": [second]}
        yield Word("/v1/receipts", "/v1/receipts", several, {"orders": [first]})
        owed = {"bank_reference": "B-5", "amount": "1.00"}
        yield Word("/v1/fiscal/{area}/payments", f"/v1/fiscal/{KUNMING}/payments", owed, {"amount": "2.00"})
        national = {**self.ordered(run, "000000"), "bank_reference": "B-6"}
        yield Word(f"{runs}/receipts", f"{run}/receipts", national, {}, "centre", "000000")
        down = f"{run}/hand-downs/420000"
        handed = {**self.ordered(down, "420000"), "bank_reference": "B-7"}
        yield Word(f"{runs}/hand-downs/{{province}}/receipts", f"{down}/receipts", handed, {}, "centre", "420000")
        yield from self.words_of_requisitions()
        yield from self.words_of_reimbursements()

    def words_of_requisitions(self) -> Iterator[Word]:
        """Yield the reports of both banks on a city's payment to a district that asked for funds."""
        self.world.clock.move_to(datetime(2020, 2, 18, 4, tzinfo=UTC))
        district: dict[str, Any] = {"role": "agency", "subject": "500102"}
        city: dict[str, Any] = {"role": "finance", "subject": "500000"}
        lines = [{"kind": "basic", "amount": "1000.00"}]
        asked = {
            "requisition_no": "YK-1", "purpose": "settlement", "needed_on": "2020-02-20", "reason": "ward",
            "lines": lines,
        }  # fmt: skip
        made = self.caller.call("POST", "/v1/requisitions", asked, **district, actor="asks").json
        one = f"/v1/requisitions/{made['requisition_id']}"
        approved = {"decision": "approve", "lines": lines}
        assert self.caller.call("POST", f"{one}/decision", approved, **city, actor="approves").status == 200
        for number, (end, subject) in enumerate((("payments", "500000"), ("receipts", "500102")), 8):
            word = {"kind": "basic", "bank_reference": f"B-{number}", "amount": "1000.00", "outcome": "paid"}
            path = f"/v1/requisitions/{{requisition_id}}/{end}"
            yield Word(path, f"{one}/{end}", word, {"amount": "999.00"}, subject=subject)

    def words_of_reimbursements(self) -> Iterator[Word]:
        """Yield the bank report on a reimbursement to a person who paid the bill."""
        enrol_sample(self.world, body("kunming-employee-in-wuhan")["patient"]["id_no"])
        self.world.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
        desk: dict[str, Any] = {"role": "agency", "subject": KUNMING}
        sent = {"claim": {**body("kunming-employee-in-wuhan"), "claim_no": "FP-1"}, "payee": "person"}
        made = self.caller.call("POST", "/v1/reimbursements", sent, **desk, actor="accepts").json
        one = f"/v1/reimbursements/{made['case_id']}"
        bring_copies(self.world.files.bring, made["case_id"])
        steps: tuple[tuple[str, dict[str, Any], str], ...] = (
            ("documents", papers_body(), "accepts"),
            ("forwarding", {}, "accepts"),
            ("audit", {"outcome": "passed"}, "audits"),
            ("decision", {"decision": "approve"}, "releases"),
        )
        for step, told, actor in steps:
            done = self.caller.call("POST", f"{one}/{step}", told, **desk, actor=actor)
            assert done.status == 200, (step, done.text)
        paid = {"bank_reference": "B-10", "outcome": "paid"}
        yield Word("/v1/reimbursements/{case_id}/receipt", f"{one}/receipt", paid, {"outcome": "failed"})

    def say(self, word: Word, **changes: Any) -> Answered:
        return self.caller.call("POST", word.concrete, {**word.body, **changes}, role=word.role, subject=word.subject)


def test_the_same_word_of_a_bank_is_answered_alike_twice_wherever_it_comes_in() -> None:
    """A repeated report gets the first answer and books nothing; a reused reference is refused by a single code."""
    till = Till()
    told = set()
    for word in till.words():
        first = till.say(word)
        assert first.status in {200, 201}, (word.path, first.text)
        posted = len(till.world.memory.ledger)
        again = till.say(word)
        assert (again.status, len(till.world.memory.ledger)) == (200, posted), (word.path, again.text)
        if word.otherwise:
            other = till.say(word, **word.otherwise)
            assert other.status == 409, (word.path, other.text)
            assert {code for code, _ in other.findings} == {"bank-reference-taken"}, word.path
        told.add(word.path)
    assert told == REPORTING


@pytest.fixture(name="settled", scope="module")
def fixture_settled() -> Caller:
    """A settled claim of the sample patient, behind the API."""
    world = World(policies())
    enrol_sample(world, body()["patient"]["id_no"])
    caller = Caller(world)
    assert caller.call("POST", "/v1/claims", body(), subject=body()["institution"]).status == 202
    assert world.run_all() == ["Settled"]
    return caller


def test_a_number_that_is_taken_is_told_with_the_claim_in_the_way_and_what_to_do(settled: Caller) -> None:
    changed = body()
    changed["lines"][0]["name"] = "另一名称"
    got = settled.call("POST", "/v1/claims", changed, subject=changed["institution"])
    assert (got.status, got.findings) == (409, {("claim-no-taken", "claim_no")})
    error = got.json["errors"][0]
    assert error["about"]["status"] == "settled"
    assert error["about"]["version"] == 1
    shown = settled.call("GET", f"/v1/claims/{error['about']['claim_id']}", subject=changed["institution"])
    assert shown.json["claim_no"] == changed["claim_no"]
    assert error["message"]["en"].startswith("Use another number")


def test_the_claim_that_the_document_shows_is_none_that_is_settled_beforehand() -> None:
    shown = {call.example["claim_no"] for call in bodies() if "claim_no" in call.example}
    assert shown
    assert not shown & {case.claim.get("claim_no") for case in worked_cases()}


def test_a_parameter_that_a_list_does_not_know_never_widens_it(settled: Caller) -> None:
    office: dict[str, Any] = {"role": "agency", "subject": KUNMING}
    assert len(settled.call("GET", "/v1/claims", **office).json["items"]) == 1
    assert settled.call("GET", "/v1/claims?institution=H53010200003", **office).json["items"] == []
    assert settled.call("GET", "/v1/claims?status=deferred", **office).json["items"] == []
    got = settled.call("GET", "/v1/claims?state=settled", **office)
    assert (got.status, got.findings) == (400, {("parameter-unknown", "state")})


def test_who_asked_for_an_advance_is_told_that_the_person_and_not_the_role_is_the_reason(settled: Caller) -> None:
    asked = {"institution": KUNMING_HOSPITAL, "fund": "special", "amount": "1000.00", "reason": "treatment"}
    made = settled.call("POST", "/v1/advances", asked, role="agency", subject=KUNMING, actor="clerk-1")
    path, approve = f"/v1/advances/{made.json['advance_id']}/decision", {"decision": "approve"}
    own = settled.call("POST", path, approve, role="agency", subject=KUNMING, actor="CLERK-1")
    assert (own.status, own.json["code"]) == (403, "own-act")
    assert "不在角色" in own.json["errors"][0]["message"]["zh"]
    role = settled.call("POST", path, approve)
    assert (role.status, role.json["code"]) == (403, "forbidden")
    other = settled.call("POST", path, approve, role="agency", subject=KUNMING, actor="clerk-2")
    assert (other.status, other.json["status"]) == (200, "approved")


def test_tokens_that_are_missing_and_forged_are_told_apart(settled: Caller) -> None:
    for sent, code in (("", "token-missing"), ("Bearer forged", "token-invalid")):
        got = settled.call("GET", "/v1/claims", headers={"Authorization": sent})
        assert (got.status, got.findings) == (401, {(code, "Authorization")})
