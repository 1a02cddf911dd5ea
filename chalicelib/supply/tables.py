"""Purchases beside the platform in the state table.

| pk | sk | what |
|---|---|---|
| OFFPLATFORM#id | RECORD | a purchase |
| OFFPLATFORMS#INSTITUTION#code, OFFPLATFORMS#AREA#area | day#id | the same |
"""

from __future__ import annotations

from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table
from chalicelib.supply.domain import OffPlatformPurchase
from chalicelib.supply.ports import purchases_in, purchases_of

_PURCHASE = "OFFPLATFORM"


def _places(purchase: OffPlatformPurchase) -> list[tuple[str, str]]:
    at = f"{purchase.bought_on.isoformat()}#{purchase.purchase_id}"
    areas = sorted({purchase.agency, purchase.area})
    return [(purchases_of(purchase.institution), at), *((purchases_in(area), at) for area in areas)]


PURCHASES_KEPT = shelf_record(_PURCHASE, OffPlatformPurchase, lambda purchase: purchase.purchase_id, _places)


class DynamoOffPlatformStore(DynamoShelf[OffPlatformPurchase]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _PURCHASE, PURCHASES_KEPT)
