"""An area's figures in the state table.

| pk | sk | what |
|---|---|---|
| FIGURE#id | RECORD | a figure |
| FIGURES#AREA#area#kind | period#id | the same |
"""

from __future__ import annotations

from chalicelib.fund_accounts.domain import AreaFigure
from chalicelib.fund_accounts.ports import figures_in
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table

_FIGURE = "FIGURE"


def _places(figure: AreaFigure) -> list[tuple[str, str]]:
    return [(figures_in(figure.area, figure.kind), f"{figure.period}#{figure.figure_id}")]


AREA_FIGURES = shelf_record(_FIGURE, AreaFigure, lambda figure: figure.figure_id, _places)


class DynamoFigureStore(DynamoShelf[AreaFigure]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _FIGURE, AREA_FIGURES)
