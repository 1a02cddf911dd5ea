"""What the journal says was paid and received on requisitions, against what each requisition says of itself."""

from __future__ import annotations

import re
from collections import Counter

from chalicelib.kernel.money import Fen
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.transaction import Transaction

ON_ITS_WAY = re.compile(r"requisition/\d{6}/([a-z]+)")

MovedSide = tuple[str, str, str]
"""A requisition's id, its account and which bank spoke: `paid` or `received`."""


class RequisitionAuditor:
    """What has been seen of the journal so far."""

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
        """The requisitions on which money moved."""
        return frozenset(requisition_id for requisition_id, _, _ in self._moved)

    def differences(self, said: dict[MovedSide, Fen]) -> tuple[Difference, ...]:
        """What is otherwise in the journal than `said` of the requisitions; `()` when all is well."""
        return tuple(
            Difference("requisition", "/".join(side), self._moved[side], said.get(side, 0))
            for side in sorted(self._moved.keys() | said.keys())
            if self._moved[side] != said.get(side, 0)
        )
