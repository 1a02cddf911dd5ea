"""Accounts, transactions and the trial balance on the wire: yuan as text, debit positive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.kernel.money import format_yuan
from chalicelib.ledger.domain.books import AccountEntry
from chalicelib.ledger.domain.transaction import AccountBalance, Transaction, TrialBalance
from chalicelib.platform.http.answers import Answer, Citation, Yuan
from chalicelib.platform.http.findings import Cite


def account_document(account: AccountBalance) -> dict[str, Any]:
    """Write an account's sums; `balance` is debit less credit."""
    return {
        "account": account.account,
        "debit": format_yuan(account.debit_fen),
        "credit": format_yuan(account.credit_fen),
        "balance": format_yuan(account.balance_fen),
    }


def account_entry_document(entry: AccountEntry) -> dict[str, Any]:
    """Write an entry of the listed account."""
    return {
        "transaction_id": entry.transaction_id,
        "event": str(entry.event),
        "occurred_at": entry.occurred_at,
        "cause": entry.cause,
        "amount": format_yuan(entry.amount_fen),
    }


def trial_balance_document(balance: TrialBalance) -> dict[str, Any]:
    """Write the accounts visible to the caller, and their sums."""
    return {
        "accounts": [account_document(account) for account in balance.accounts],
        "debit": format_yuan(balance.debit_fen),
        "credit": format_yuan(balance.credit_fen),
        "balance": format_yuan(balance.balance_fen),
    }


def transaction_document(transaction: Transaction, cite: Cite) -> dict[str, Any]:
    """Write a transaction with its postings, which sum to zero, and the provisions it rests on."""
    return {
        "transaction_id": transaction.id,
        "event": str(transaction.event),
        "occurred_at": transaction.occurred_at,
        "cause": transaction.cause,
        "corrects": transaction.corrects,
        "postings": [
            {"account": posting.account, "amount": format_yuan(posting.amount_fen)} for posting in transaction.postings
        ],
        "citations": list(transaction.citations),
        "provisions": [cite(each) for each in transaction.citations if not each.startswith("bundle:")],
    }


class AccountDocument(Answer):
    """An account's sums; `balance` is debit less credit."""

    account: str
    debit: Yuan
    credit: Yuan
    balance: Yuan


class AccountPage(Answer):
    items: list[AccountDocument]
    next: str | None


class EntryDocument(Answer):
    """A transaction's movement of an account; debit is positive, credit negative."""

    transaction_id: str
    event: str
    occurred_at: datetime
    cause: str
    amount: Yuan


class EntryPage(Answer):
    items: list[EntryDocument]
    next: str | None


class TrialBalanceDocument(Answer):
    """The accounts visible to the caller, with their sums; the auditor's balance is 0.00."""

    accounts: list[AccountDocument]
    debit: Yuan
    credit: Yuan
    balance: Yuan


class PostingDocument(Answer):
    """A posting of a transaction; debit is positive, credit negative."""

    account: str
    amount: Yuan


class TransactionDocument(Answer):
    """A transaction, whose postings sum to zero. `citations` are kept as posted; `provisions` describe the cited
    provisions.
    """

    transaction_id: str
    event: str
    occurred_at: datetime
    cause: str
    corrects: str | None
    postings: list[PostingDocument]
    citations: list[str]
    provisions: list[Citation]
