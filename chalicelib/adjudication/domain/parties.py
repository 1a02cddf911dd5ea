"""The parts that the payers of a determination bear, by area, and the differences between two determinations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.adjudication.domain.determination import DeterminationJson, Payer
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, parse_yuan
from chalicelib.kernel.words.ids import AreaCode

Party = tuple[str, AreaCode | None]
"""A payer and the area whose account bears its part; the fiscal share by area of the split, no area for the patient."""


@dataclass(frozen=True, slots=True)
class PartyChange:
    """The payment of a payer of an area, in fen, before and after."""

    payer: str
    area: AreaCode | None
    before_fen: Fen
    after_fen: Fen

    @property
    def difference_fen(self) -> Fen:
        return self.after_fen - self.before_fen


def parties(determination: DeterminationJson) -> dict[Party, Fen]:
    """Return the payment of each payer of each area by a stored determination."""
    paid: dict[Party, Fen] = {}
    for row in determination["payers"]:
        if row["payer"] != Payer.FISCAL.value:
            party = (row["payer"], row["account_area"])
            paid[party] = paid.get(party, 0) + parse_yuan(row["amount"])
    for row in determination["fiscal_split"]:
        party = (Payer.FISCAL.value, row["area"])
        paid[party] = paid.get(party, 0) + parse_yuan(row["amount"])
    return {party: amount_fen for party, amount_fen in paid.items() if amount_fen}


def party_changes(before: Mapping[Party, Fen], after: Mapping[Party, Fen]) -> tuple[PartyChange, ...]:
    """Return both sides of each payer and area, in the order in which payers pay."""
    ordered = sorted(before.keys() | after.keys(), key=lambda party: (_ORDER[party[0]], party[1] or ""))
    return tuple(PartyChange(*party, before.get(party, 0), after.get(party, 0)) for party in ordered)


_WORDS = frozenset({"receipt", "steps", "interpretations", "records", "decided_on", "illustrative"})
"""The parts of a determination that describe the decision: its basis and its reasons."""


def figures(determination: DeterminationJson) -> dict[str, Any]:
    """Return the amounts owed, used and counted by a stored determination, line by line, without any reason."""
    said = {name: value for name, value in determination.items() if name not in _WORDS}
    lines = [{name: value for name, value in line.items() if name != "citations"} for line in determination["lines"]]
    return said | {"lines": lines}


_ORDER = {payer.value: place for place, payer in enumerate(Payer)}
