"""Port of area figures: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.fund_accounts.domain import AreaFigure, FigureKind
from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode


def figures_in(area: AreaCode, kind: FigureKind) -> str:
    """Return the name of the list of an area's figures of a kind."""
    return f"AREA#{area}#{kind.value}"


class FigureStore(Shelf[AreaFigure], Protocol):
    """The store of figures, by area and kind."""
