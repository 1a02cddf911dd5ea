"""Whether every operative article stands in the policy set, and what carries it out.

Rows come from policies/articles.yaml. A row is declared (by a provision that says why), executed, or pending;
a row that has to be executed now may not be pending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.policy import Slot

EXECUTED_NOW_AREAS = frozenset({"claim", "catalogue", "coding", "budget", "prepayment", "clearing"})
EXECUTED_NOW_ROWS = frozenset({"S-17", "W-02", "D-10", "S-14"})

EXECUTORS: Mapping[Slot, str] = {
    Slot.PROTECTION: "domain/resolution.py",
    Slot.ADVANCE: "domain/advances.py",
}
"""Where a slot is carried out when that is not the adjudication of a claim."""


@dataclass(frozen=True, slots=True)
class Article:
    """One row: an operative article of a document. `must` is `execute` or `declare`."""

    id: str
    document: str
    article: str
    area: str
    must: str
    gist: str

    @property
    def due_now(self) -> bool:
        return self.must == "execute" and (self.area in EXECUTED_NOW_AREAS or self.id in EXECUTED_NOW_ROWS)
