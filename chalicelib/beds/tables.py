"""Filings of beds in the state table.

| pk | sk | what |
|---|---|---|
| BED#id | RECORD | a filing |
| BEDS#INSTITUTION#code, BEDS#AREA#area | instant#id | the same |
"""

from __future__ import annotations

from chalicelib.beds.domain import BedFiling
from chalicelib.beds.ports import beds_in, beds_of
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table

_BED = "BED"


def _places(filing: BedFiling) -> list[tuple[str, str]]:
    at = f"{filing.filed.at}#{filing.filing_id}"
    areas = sorted({filing.area, filing.agency})
    return [(beds_of(filing.institution), at), *((beds_in(area), at) for area in areas)]


BED_FILINGS = shelf_record(_BED, BedFiling, lambda filing: filing.filing_id, _places)


class DynamoBedStore(DynamoShelf[BedFiling]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _BED, BED_FILINGS)
