"""The audit's answer on the wire."""

from __future__ import annotations

from typing import Any

from chalicelib.audit.usecases.audit import AuditReport
from chalicelib.platform.http.answers import Answer, Yuan


def audit_document(report: AuditReport) -> dict[str, Any]:
    """Write the answer for an audit: the replayed transactions and the differences."""
    return {
        "since": report.since,
        "transactions": report.replay.transactions,
        "accounts": len(report.replay.balances),
        "differences": [DifferenceDocument.from_record(each) for each in report.differences],
    }


class DifferenceDocument(Answer):
    what: str
    where: str
    journal: Yuan
    state: Yuan


class AuditDocument(Answer):
    since: str | None
    transactions: int
    accounts: int
    differences: list[DifferenceDocument]
