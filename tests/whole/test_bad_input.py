"""Whatever is wrong with a request that moves money is said clearly, in both languages, and changes nothing.

Over the routes and the adapters. After each request every item of every table is as it was, counters and journal alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.kernel.words.ids import ClaimId
from infra.local.stack import LocalStack
from tests.kit.office import (
    AGENCY,
    FINANCE,
    HEALTH,
    HOSPITAL,
    answer_for_bank,
    ask_for_advance,
    claim,
    enrol,
    hold_advance,
    instruct_advance,
    settle,
)
from tests.kit.stage import Stage, staged

Caller = tuple[str, str]
AUDITOR = ("auditor", "000000")
STRANGERS = {"agency": ("agency", "420100"), "finance": ("finance", "420100"), "hospital": ("hospital", "H42010600001")}

AMOUNTS = {
    "an amount of zero": ("0.00", 422),
    "a negative amount": ("-1.00", 422),
    "an amount over ten billion yuan": ("10000000000.01", 422),
    "a thousand times ten billion yuan": ("10000000000000.00", 422),
    "an amount with three decimals": ("1.001", 422),
    "an amount with one decimal": ("1.0", 422),
    "an amount in words": ("one", 422),
    "an empty amount": ("", 422),
    "not a number": ("NaN", 422),
    "infinity": ("Infinity", 422),
    "an exponent": ("1e3", 422),
    "a plus sign": ("+1.00", 422),
    "a blank before the amount": (" 1.00", 422),
    "a thousands separator": ("1,000.00", 422),
    "digits of another script": ("１.００", 422),
    "a number instead of a text": (1, 400),
    "a fraction instead of a text": (1.5, 400),
    "nothing": (None, 400),
    "a list": (["1.00"], 400),
}
"""Faults of an amount: the fault, the faulty text, and the status of the refusal."""


@dataclass(frozen=True)
class Bad:
    """A faulty request: the fault, the call, its caller, and the status and codes that must come back."""

    says: str
    path: str
    caller: Caller
    body: Any
    status: int
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Office:
    """Books with contents: advances at every stage, a settled claim, an order that was paid."""

    stage: Stage
    requested: str
    instructed: str
    paid: str
    refused: str
    claim_id: ClaimId
    reversed_id: str
    balance: Any

    def place(self, path: str) -> str:
        """Return a path with the ids of the present records."""
        return path.format(
            requested=self.requested,
            instructed=self.instructed,
            paid=self.paid,
            refused=self.refused,
            claim=self.claim_id,
            reversed=self.reversed_id,
        )


@pytest.fixture(name="office", scope="module")
def fixture_office(cloud: LocalStack) -> Iterator[Office]:
    with staged(cloud) as stage:
        for number in (1, 2):
            enrol(stage, number)
        paid = hold_advance(stage, "300.00")
        claim_id, reversed_id = settle(stage, claim(1)), settle(stage, claim(2))
        answer_for_bank(stage, f"/v1/payments/{claim_id}")
        stage.call("POST", f"/v1/claims/{reversed_id}/reversal", HOSPITAL, {"reason": "entered twice"}, 202)
        instructed, refused = instruct_advance(stage, "200.00"), ask_for_advance(stage, "100.00")
        stage.call("POST", f"/v1/advances/{refused}/decision", AGENCY, {"decision": "refuse"})
        requested = ask_for_advance(stage, "400.00")
        yield Office(stage, requested, instructed, paid, refused, claim_id, reversed_id, trial_balance(stage))


ASKED = {"institution": HOSPITAL[1], "fund": "special", "amount": "1.00", "reason": "treatment"}
RECEIPT = {"bank_reference": "BANK-1", "outcome": "paid"}
ADJUSTMENT = {"year": 2020, "quota": "1.00", "reason": "beds"}
STATUS = {"status": "confirmed", "on": "2020-02-08", "reason": "second test"}
BUDGET = f"/v1/institutions/{HOSPITAL[1]}/budget/adjustments"
PAY_IN = "/v1/fiscal/530100/payments"
UNKNOWN_CLAIM = "clm_" + "a" * 26

WITH_AMOUNT: dict[str, tuple[str, Caller, dict[str, Any], str]] = {
    "an advance": ("/v1/advances", HOSPITAL, ASKED, "amount"),
    "a decision": ("/v1/advances/{requested}/decision", AGENCY, {"decision": "approve"}, "amount"),
    "a return": ("/v1/advances/{paid}/return", FINANCE, {"bank_reference": "BANK-1"}, "amount"),
    "what finance pays in": (PAY_IN, FINANCE, {"bank_reference": "BANK-1"}, "amount"),
    "a quota": (BUDGET, AGENCY, ADJUSTMENT, "quota"),
}
"""Every request with an amount of money: path, caller, body, field."""


def amounts() -> Iterator[Bad]:
    for what, (path, caller, body, field) in WITH_AMOUNT.items():
        for wrong, (amount, status) in AMOUNTS.items():
            # A decision may leave the amount out; a quota of nothing is one.
            if (amount is None and what == "a decision") or (amount == "0.00" and what == "a quota"):
                continue
            yield Bad(f"{what}: {wrong}", path, caller, {**body, field: amount}, status)


REFUSED = (
    Bad("an advance over what was asked for", "/v1/advances/{requested}/decision", AGENCY,
        {"decision": "approve", "amount": "400.01"}, 422, frozenset({"amount-over-limit"})),
    Bad("an ordinary advance in a special one's place", "/v1/advances/{requested}/decision", AGENCY,
        {"decision": "approve", "fund": "ordinary"}, 422, frozenset({"advance-not-interchangeable"})),
    Bad("neither approved nor refused", "/v1/advances/{requested}/decision", AGENCY, {"decision": "perhaps"}, 422),
    Bad("a decision made twice", "/v1/advances/{paid}/decision", AGENCY, {"decision": "approve"}, 409,
        frozenset({"advance-status"})),
    Bad("approved after it was refused", "/v1/advances/{refused}/decision", AGENCY, {"decision": "approve"}, 409,
        frozenset({"advance-status"})),
    Bad("a decision on no advance", "/v1/advances/adv_none/decision", AGENCY, {"decision": "approve"}, 404),
    Bad("another agency's advance", "/v1/advances/{requested}/decision", STRANGERS["agency"],
        {"decision": "approve"}, 404),
    Bad("a hospital that decides", "/v1/advances/{requested}/decision", HOSPITAL, {"decision": "approve"}, 403),
    Bad("a receipt for no advance", "/v1/advances/adv_none/receipt", FINANCE, RECEIPT, 404),
    Bad("a receipt before the bank was told", "/v1/advances/{requested}/receipt", FINANCE, RECEIPT, 409,
        frozenset({"advance-status"})),
    Bad("a receipt for an advance that was refused", "/v1/advances/{refused}/receipt", FINANCE, RECEIPT, 409),
    Bad("a receipt for another area's advance", "/v1/advances/{instructed}/receipt", STRANGERS["finance"],
        RECEIPT, 404),
    Bad("an agency that confirms for the bank", "/v1/advances/{instructed}/receipt", AGENCY, RECEIPT, 403),
    Bad("a receipt without a reference", "/v1/advances/{instructed}/receipt", FINANCE,
        {**RECEIPT, "bank_reference": ""}, 422),
    Bad("a receipt neither paid nor failed", "/v1/advances/{instructed}/receipt", FINANCE,
        {**RECEIPT, "outcome": "late"}, 422),
    Bad("more returned than was ever paid", "/v1/advances/{paid}/return", FINANCE,
        {"bank_reference": "BANK-1", "amount": "300.01"}, 422, frozenset({"amount-over-owed"})),
    Bad("a return of an advance that was not paid", "/v1/advances/{instructed}/return", FINANCE,
        {"bank_reference": "BANK-1", "all": True}, 409, frozenset({"advance-status"})),
    Bad("a return of no advance", "/v1/advances/adv_none/return", FINANCE,
        {"bank_reference": "BANK-1", "all": True}, 404),
    Bad("a return of another area's advance", "/v1/advances/{paid}/return", STRANGERS["finance"],
        {"bank_reference": "BANK-1", "all": True}, 404),
    Bad("a return of neither a part nor all", "/v1/advances/{paid}/return", FINANCE, {"bank_reference": "BANK-1"}, 400,
        frozenset({"one-of"})),
    Bad("an advance for another hospital", "/v1/advances", STRANGERS["hospital"], ASKED, 404),
    Bad("a batch of no claims", "/v1/claims/batch", HOSPITAL, {"claims": []}, 400, frozenset({"list-too-short"})),
    Bad("an advance for no hospital", "/v1/advances", HOSPITAL, {**ASKED, "institution": "H99999999999"}, 404),
    Bad("an advance that finance asks for", "/v1/advances", FINANCE, ASKED, 403),
    Bad("an advance of no kind", "/v1/advances", HOSPITAL, {**ASKED, "fund": "both"}, 422),
    Bad("an advance without a reason", "/v1/advances", HOSPITAL, {**ASKED, "reason": ""}, 422),
    Bad("an advance of nothing at all", "/v1/advances", HOSPITAL, {}, 400),
    Bad("a receipt for no payment", f"/v1/payments/{UNKNOWN_CLAIM}/receipt", FINANCE, RECEIPT, 404),
    Bad("a receipt for a round that never was", "/v1/payments/{claim}-7/receipt", FINANCE, RECEIPT, 404),
    Bad("a receipt for another area's payment", "/v1/payments/{claim}/receipt", STRANGERS["finance"], RECEIPT, 404),
    Bad("a hospital that confirms its own payment", "/v1/payments/{claim}/receipt", HOSPITAL, RECEIPT, 403),
    Bad("another area's debt paid in", PAY_IN, STRANGERS["finance"],
        {"bank_reference": "BANK-1", "amount": "1.00"}, 404),
    Bad("a debt of no area paid in", "/v1/fiscal/999999/payments", FINANCE,
        {"bank_reference": "BANK-1", "amount": "1.00"}, 404),
    Bad("more paid in than was ever owed", PAY_IN, FINANCE,
        {"bank_reference": "BANK-1", "amount": "99999999.00"}, 422, frozenset({"amount-over-owed"})),
    Bad("a collective movement of too little", "/v1/receipts", FINANCE,
        {"bank_reference": "BANK-1", "amount": "1.00", "orders": ["clm_" + "a" * 26]}, 422,
        frozenset({"order-unknown"})),
    Bad("a collective movement of nothing", "/v1/receipts", FINANCE,
        {"bank_reference": "BANK-1", "amount": "1.00", "orders": []}, 422,
        frozenset({"list-too-short"})),
    Bad("an agency that reports for the bank", "/v1/receipts", AGENCY,
        {"bank_reference": "BANK-1", "amount": "1.00", "orders": ["adv_x"]}, 403),
    Bad("an agency that pays in", PAY_IN, AGENCY, {"bank_reference": "BANK-1", "amount": "1.00"}, 403),
    Bad("another agency's quota", BUDGET, STRANGERS["agency"], ADJUSTMENT, 404),
    Bad("a hospital that raises its own quota", BUDGET, HOSPITAL, ADJUSTMENT, 403),
    Bad("a quota without a reason", BUDGET, AGENCY, {**ADJUSTMENT, "reason": ""}, 422),
    Bad("a quota of no year", BUDGET, AGENCY, {**ADJUSTMENT, "year": 1000}, 422),
    Bad("another hospital's claim reversed", "/v1/claims/{claim}/reversal", STRANGERS["hospital"],
        {"reason": "entered twice"}, 404),
    Bad("no claim reversed", f"/v1/claims/{UNKNOWN_CLAIM}/reversal", HOSPITAL, {"reason": "entered twice"}, 404),
    Bad("a reversal without a reason", "/v1/claims/{claim}/reversal", HOSPITAL, {"reason": ""}, 422),
    Bad("finance that reverses", "/v1/claims/{claim}/reversal", FINANCE, {"reason": "entered twice"}, 403),
    Bad("a status of no claim", "/v1/cases/status", HEALTH, {**STATUS, "claim_id": UNKNOWN_CLAIM}, 404),
    Bad("a status of a claim that was reversed", "/v1/cases/status", HEALTH,
        {**STATUS, "claim_id": "{reversed}"}, 409, frozenset({"not-settled"})),
    Bad("a status of a claim elsewhere", "/v1/cases/status", ("health", "420100"), {**STATUS, "claim_id": "{claim}"},
        404),
    Bad("a status of tomorrow", "/v1/cases/status", HEALTH,
        {**STATUS, "claim_id": "{claim}", "on": "2099-01-01"}, 422, frozenset({"date-in-future"})),
    Bad("a status of nobody", "/v1/cases/status", HEALTH, STATUS, 400, frozenset({"one-of"})),
    Bad("a hospital that puts a status right", "/v1/cases/status", HOSPITAL, {**STATUS, "claim_id": "{claim}"}, 403),
    Bad("the auditor who moves money", "/v1/advances", AUDITOR, ASKED, 403),
)  # fmt: skip

UNREADABLE = (
    Bad("accounts with a name that none has", "/v1/ledger/accounts?prefix=a%20b", AUDITOR, None, 400),
    Bad("the ledger read by a hospital", "/v1/ledger/trial-balance", HOSPITAL, None, 403),
    Bad("a transaction that is not there", "/v1/ledger/transactions/settle:none", AUDITOR, None, 404),
    Bad("another area's transaction", "/v1/ledger/transactions/settle:{claim}", STRANGERS["finance"], None, 404),
    Bad("another area's advance", "/v1/advances/{paid}", STRANGERS["agency"], None, 404),
    Bad("another hospital's advances", f"/v1/institutions/{HOSPITAL[1]}/advances", STRANGERS["hospital"], None, 404),
    Bad("another hospital's budget", f"/v1/institutions/{HOSPITAL[1]}/budget", STRANGERS["hospital"], None, 404),
    Bad("another hospital's payments", f"/v1/institutions/{HOSPITAL[1]}/payments", STRANGERS["hospital"], None, 404),
)


@pytest.mark.parametrize("bad", [*amounts(), *REFUSED], ids=lambda bad: bad.says)
def test_a_bad_request_is_answered_clearly_and_moves_nothing(office: Office, bad: Bad) -> None:
    is_refused(office, "POST", bad)


@pytest.mark.parametrize("bad", UNREADABLE, ids=lambda bad: bad.says)
def test_what_is_not_ones_own_or_not_there_cannot_be_read(office: Office, bad: Bad) -> None:
    is_refused(office, "GET", bad)


def test_whoever_asked_for_an_advance_does_not_approve_it(office: Office) -> None:
    asked = office.stage.call("POST", "/v1/advances", AGENCY, {**ASKED, "amount": "7.00"}, 202)["advance_id"]
    own = Bad("one's own request", f"/v1/advances/{asked}/decision", AGENCY, {"decision": "approve"}, 403)
    is_refused(office, "POST", own)


def test_an_area_without_accounts_of_a_prefix_sees_none(office: Office) -> None:
    found = office.stage.call("GET", "/v1/ledger/accounts?prefix=hospital/", STRANGERS["finance"])
    assert found["items"] == []


def is_refused(office: Office, method: str, bad: Bad) -> None:
    stage = office.stage
    before = stage.items()
    body = bad.body
    if isinstance(body, dict) and "claim_id" in body:
        body = {**body, "claim_id": office.place(body["claim_id"])}
    status, problem = stage.answer(method, office.place(bad.path), bad.caller, body)
    assert (status, problem["status"]) == (bad.status, bad.status), problem
    assert problem["errors"], problem
    for error in problem["errors"]:
        assert error["code"]
        assert {"zh", "en"} <= {language for language, text in error["message"].items() if text}
        assert "field" in error
    assert bad.codes <= {error["code"] for error in problem["errors"]}, problem
    assert stage.items() == before
    assert trial_balance(stage) == office.balance


def trial_balance(stage: Stage) -> Any:
    return stage.call("GET", "/v1/ledger/trial-balance", AUDITOR)
