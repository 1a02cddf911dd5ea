"""The stores that read transfers and filings from the state table."""

from __future__ import annotations

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.kernel.words.ids import AreaCode, FilingId, TransferId
from chalicelib.platform.aws.table import BASE, Span, Table
from chalicelib.registry import tables as registry
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.transfers import EnrolmentTransfer

_NEWEST_FIRST = Span(newest_first=True)


class DynamoTransferStore:
    """The store of transfers on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, transfer_id: TransferId) -> EnrolmentTransfer | None:
        item = self._table.get(*registry.transfer_key(transfer_id))
        return None if item is None else registry.TRANSFERS.read(item)

    def of_area(self, area: AreaCode, page: PageRequest) -> Page[EnrolmentTransfer]:
        reader = self._table.reader(BASE, _NEWEST_FIRST, registry.TRANSFERS.read)
        return read_page((registry.transfers_pk(area),), page, reader)


class DynamoFilingStore:
    """The store of filings on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, filing_id: FilingId) -> FilingRecord | None:
        item = self._table.get(*registry.filing_key(filing_id))
        return None if item is None else registry.FILINGS.read(item)

    def listed_under(self, subject: str, page: PageRequest) -> Page[FilingRecord]:
        reader = self._table.reader(BASE, _NEWEST_FIRST, registry.FILINGS.read)
        return read_page((registry.filings_pk(subject),), page, reader)
