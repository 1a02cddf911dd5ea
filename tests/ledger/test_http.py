"""Accounts, transactions and the trial balance over HTTP."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.ledger.usecases.transactions import TransactionFilter
from tests.kit.builders import CLAIM_ID, NOW
from tests.kit.desk import HOSPITAL, SETTLEMENT, Answered, Caller, Desk

TRANSACTIONS = "/v1/ledger/transactions"


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


def test_transactions_are_listed_with_the_movement_of_the_account(caller: Caller, desk: Desk) -> None:
    account = f"hospital/{HOSPITAL}/payable"
    got = audit(
        caller, f"{TRANSACTIONS}?account={account}&cause={CLAIM_ID}&event=settled&from=2026-11-01&to=2026-11-05"
    )
    assert got.status == 200
    assert desk.asked[0] == TransactionFilter(
        account, CLAIM_ID, LedgerEvent.SETTLED, None, date(2026, 11, 1), date(2026, 11, 5)
    )
    assert got.json == {
        "items": [
            {
                "transaction_id": f"settle:{CLAIM_ID}",
                "event": "settled",
                "occurred_at": NOW,
                "cause": CLAIM_ID,
                "corrects": None,
                "amount": "15300.00",
                "movement": "15300.00",
            }
        ],
        "next": None,
    }


def test_transactions_are_given_as_a_file(caller: Caller) -> None:
    lines = audit(caller, f"{TRANSACTIONS}?format=csv").text.splitlines()
    assert lines[1] == f"{NOW},settle:{CLAIM_ID},settled,{CLAIM_ID},,15300.00,15300.00"
    book = load_workbook(BytesIO(caller.raw("GET", f"{TRANSACTIONS}?format=xlsx", role="auditor", subject="000000")))
    assert [cell.value for cell in book.worksheets[0][2]][-2:] == [15300, 15300]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("month=2026-11&from=2026-11-01", "month"),
        ("from=2026-11-02&to=2026-11-01", "to"),
        ("event=opened", "event"),
        ("account=a%20b", "account"),
    ],
)
def test_a_period_that_contradicts_itself_and_an_unknown_event_are_malformed(
    caller: Caller, query: str, field: str
) -> None:
    assert audit(caller, f"{TRANSACTIONS}?{query}").findings == {("parameter-invalid", field)}


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
    assert caller.call("GET", TRANSACTIONS).status == 403
