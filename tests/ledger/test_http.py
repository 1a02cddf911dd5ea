"""Accounts, transactions and the trial balance over HTTP."""

from __future__ import annotations

from urllib.parse import quote

from tests.kit.builders import CLAIM_ID, NOW
from tests.kit.desk import HOSPITAL, SETTLEMENT, Answered, Caller, Desk


def audit(caller: Caller, path: str) -> Answered:
    return caller.call("GET", path, role="auditor", subject="000000")


def test_a_transaction_shows_postings_that_sum_to_zero(caller: Caller) -> None:
    got = audit(caller, f"/v1/ledger/transactions/{SETTLEMENT.id}")
    assert got.status == 200
    assert got.json == {
        "transaction_id": f"settle:{CLAIM_ID}",
        "event": "settled",
        "occurred_at": NOW,
        "cause": CLAIM_ID,
        "corrects": None,
        "postings": [
            {"account": "fund/530100/employee/basic", "amount": "15300.00"},
            {"account": f"hospital/{HOSPITAL}/payable", "amount": "-15300.00"},
        ],
        "citations": ["yn-2020-12.3.5"],
        "provisions": [
            {
                "notice": "yn-2020-12",
                "document_no": "云医保〔2020〕12号",
                "article": "三（五）",
                "provision": "3.5",
                "source": ["Y-09"],
            }
        ],
    }


def test_an_id_with_a_colon_may_be_escaped(caller: Caller) -> None:
    assert audit(caller, f"/v1/ledger/transactions/{quote(SETTLEMENT.id, safe='')}").status == 200


def test_a_foreign_transaction_is_not_found(caller: Caller) -> None:
    got = caller.call("GET", f"/v1/ledger/transactions/{SETTLEMENT.id}", role="finance", subject="420100")
    assert got.status == 404


def test_accounts_are_listed_by_prefix(caller: Caller, desk: Desk) -> None:
    got = audit(caller, "/v1/ledger/accounts?prefix=fund/530100&limit=10")
    assert got.status == 200
    assert desk.asked[0] == "fund/530100"
    assert got.json["items"][0] == {
        "account": "fund/530100/employee/basic",
        "debit": "15300.00",
        "credit": "0.00",
        "balance": "15300.00",
    }
    assert audit(caller, "/v1/ledger/accounts").status == 200
    assert desk.asked[2] == ""


def test_a_prefix_that_no_account_can_have_is_malformed(caller: Caller) -> None:
    assert audit(caller, "/v1/ledger/accounts?prefix=a%20b").findings == {("parameter-invalid", "prefix")}


def test_the_trial_balance_of_the_auditor_is_zero(caller: Caller) -> None:
    got = audit(caller, "/v1/ledger/trial-balance")
    assert got.status == 200
    assert (got.json["debit"], got.json["credit"], got.json["balance"]) == ("15300.00", "15300.00", "0.00")
    assert len(got.json["accounts"]) == 2


def test_a_hospital_does_not_read_the_ledger(caller: Caller) -> None:
    assert caller.call("GET", "/v1/ledger/trial-balance").status == 403
