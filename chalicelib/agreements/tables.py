"""Agreements and the blacklist in the state table.

| pk | sk | what |
|---|---|---|
| AGREEMENT#id | RECORD | an agreement asked for |
| AGREEMENTS#INSTITUTION#code, AGREEMENTS#AGENCY#area | instant#id | the same |
| BLACKLISTED#id | RECORD | an institution on a day's blacklist |
| BLACKLISTEDS#AGENCY#area | day#id | the same |
"""

from __future__ import annotations

from datetime import date

from chalicelib.agreements.domain import AgreementRecord, BlacklistEntry, EntryStatus
from chalicelib.agreements.ports import list_of_agency, list_of_institution
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Span, Table

_AGREEMENT, _BLACKLISTED = "AGREEMENT", "BLACKLISTED"


def _places(record: AgreementRecord) -> tuple[tuple[str, str], ...]:
    at = f"{record.asked.at}#{record.agreement_id}"
    return (list_of_institution(record.institution), at), (list_of_agency(record.agency), at)


AGREEMENTS = shelf_record(_AGREEMENT, AgreementRecord, lambda record: record.agreement_id, _places)
BLACKLIST = shelf_record(
    _BLACKLISTED,
    BlacklistEntry,
    lambda entry: entry.entry_id,
    lambda entry: [(list_of_agency(entry.agency), f"{entry.listed_on.isoformat()}#{entry.entry_id}")],
)


class DynamoAgreementStore(DynamoShelf[AgreementRecord]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _AGREEMENT, AGREEMENTS)


class DynamoBlacklistStore(DynamoShelf[BlacklistEntry]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _BLACKLISTED, BLACKLIST)

    def on_day(
        self, agency: AreaCode, on: date | None, status: EntryStatus | None, page: PageRequest
    ) -> Page[BlacklistEntry]:
        span = Span(prefix=None if on is None else f"{on.isoformat()}#", newest_first=True)
        return self._page((list_of_agency(agency),), None if status is None else status.value, span, page)
