"""Prescriptions and the list of internet institutions in the state table.

| pk | sk | what |
|---|---|---|
| PRESCRIPTION#id | RECORD | a prescription |
| PRESCRIPTIONS#INSTITUTION#code, PRESCRIPTIONS#ISSUED#code#day | instant#id | the same |
| PRESCRIPTIONS#DAY#area#what#day | instant#id | the same |
| INTERNETLISTING#id | RECORD | an institution listed for some days |
| INTERNETLISTINGS#ALL | institution#first day | the same |
| INTERNETLISTINGS#INSTITUTION#code | first day | the same |
"""

from __future__ import annotations

from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table
from chalicelib.prescriptions.domain import InternetInstitution, Prescription
from chalicelib.prescriptions.ports import LISTED_ONLINE, happened_in, held_by, held_by_and_issued_on, listings_of

_PRESCRIPTION, _LISTING = "PRESCRIPTION", "INTERNETLISTING"


def _places(record: Prescription) -> list[tuple[str, str]]:
    at = f"{record.issued.at}#{record.prescription_id}"
    lists = [held_by(record.institution), held_by_and_issued_on(record.institution, record.issued_on)]
    lists.append(happened_in(record.area, "issued", record.issued_on))
    if record.pharmacy is not None and record.sent_on is not None:
        lists += [held_by(record.pharmacy), held_by_and_issued_on(record.pharmacy, record.issued_on)]
        lists.append(happened_in(record.area, "sent", record.sent_on))
    if record.dispensed_on is not None:
        lists.append(happened_in(record.area, "dispensed", record.dispensed_on))
    return [(each, at) for each in lists]


PRESCRIPTIONS_KEPT = shelf_record(_PRESCRIPTION, Prescription, lambda record: record.prescription_id, _places)
LISTINGS_KEPT = shelf_record(
    _LISTING,
    InternetInstitution,
    lambda listing: listing.listing_id,
    lambda listing: [
        (LISTED_ONLINE, f"{listing.institution}#{listing.starts_on.isoformat()}"),
        (listings_of(listing.institution), listing.starts_on.isoformat()),
    ],
)


class DynamoPrescriptionStore(DynamoShelf[Prescription]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _PRESCRIPTION, PRESCRIPTIONS_KEPT)


class DynamoInternetListStore(DynamoShelf[InternetInstitution]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _LISTING, LISTINGS_KEPT)
