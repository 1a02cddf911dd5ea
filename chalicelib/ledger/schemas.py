"""Accounts, transactions and the trial balance on the wire: yuan as text, debit positive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.kernel.money import format_yuan
from chalicelib.ledger.domain.books import ListedTransaction
from chalicelib.ledger.domain.transaction import LedgerEvent, Transaction
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import Answer, Citation, ShownInstant, Yuan
from chalicelib.platform.http.findings import Cite


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


def listed_transaction_document(listed: ListedTransaction) -> dict[str, Any]:
    """Write a transaction of a list, without its postings."""
    transaction, movement_fen = listed.transaction, listed.movement_fen
    return {
        "transaction_id": transaction.id,
        "event": transaction.event.value,
        "occurred_at": transaction.occurred_at,
        "cause": transaction.cause,
        "corrects": transaction.corrects,
        "amount": format_yuan(listed.amount_fen),
        "movement": None if movement_fen is None else format_yuan(movement_fen),
    }


def transactions_file(listed: Sequence[ListedTransaction]) -> ListFile:
    """Write transactions as a file, a row for each transaction."""
    columns = (
        Column("时间 when (UTC)"),
        Column("凭证 transaction"),
        Column("类型 event"),
        Column("业务来源 cause"),
        Column("所更正凭证 corrects"),
        Column("凭证金额 amount", ColumnKind.MONEY),
        Column("账户发生额 movement", ColumnKind.MONEY),
    )
    rows = [
        (
            each.transaction.occurred_at,
            each.transaction.id,
            each.event.value,
            each.cause,
            each.transaction.corrects,
            each.amount_fen,
            each.movement_fen,
        )
        for each in listed
    ]
    return ListFile("transactions", columns, rows)


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
    occurred_at: ShownInstant
    cause: str
    amount: Yuan


class EntryPage(Answer):
    items: list[EntryDocument]
    next: str | None


class ListedTransactionDocument(Answer):
    """A transaction of a list. `movement` is the amount by which it moved the account asked for, debit positive; null
    in a list that is not an account's.
    """

    transaction_id: str
    event: LedgerEvent
    occurred_at: ShownInstant
    cause: str
    corrects: str | None
    amount: Yuan
    movement: Yuan | None


class ListedTransactionPage(Answer):
    items: list[ListedTransactionDocument]
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
    occurred_at: ShownInstant
    cause: str
    corrects: str | None
    postings: list[PostingDocument]
    citations: list[str]
    provisions: list[Citation]
