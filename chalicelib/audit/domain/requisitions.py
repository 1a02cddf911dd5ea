"""The amounts paid and received on requisitions by the journal, compared with those that each requisition records."""

from __future__ import annotations

import re
from collections import Counter

from chalicelib.kernel.money import Fen
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.transaction import Transaction

ON_ITS_WAY = re.compile(r"requisition/\d{6}/([a-z]+)")

MovedSide = tuple[str, str, str]
"""A requisition's id, its account and the side of the reporting bank: `paid` or `received`."""


class RequisitionAuditor:
    """The auditor of requisitions: the sums of the transactions seen so far."""

    def __init__(self) -> None:
        self._moved: Counter[MovedSide] = Counter()

    def take(self, transaction: Transaction) -> None:
        for posting in transaction.postings:
            match = ON_ITS_WAY.fullmatch(posting.account)
            if match is None:
                continue
            if transaction.event == "requisition-paid":
                self._moved[transaction.cause, match.group(1), "paid"] += posting.amount_fen
            else:
                self._moved[transaction.cause, match.group(1), "received"] -= posting.amount_fen

    @property
    def requisitions(self) -> frozenset[str]:
        """Return the requisitions on which money moved."""
        return frozenset(requisition_id for requisition_id, _, _ in self._moved)

    def differences(self, said: dict[MovedSide, Fen]) -> tuple[Difference, ...]:
        """Find every difference between the journal and the requisitions' amounts, `said`; `()` when all is well."""
        return tuple(
            Difference("requisition", "/".join(side), self._moved[side], said.get(side, 0))
            for side in sorted(self._moved.keys() | said.keys())
            if self._moved[side] != said.get(side, 0)
        )
