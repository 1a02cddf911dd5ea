"""Protective goods and purchases in the state table.

| pk | sk | what |
|---|---|---|
| PROTECTIVEITEM#id | RECORD | an item of an institution |
| PROTECTIVEITEMS#INSTITUTION#code | item#first day | the same |
| PURCHASE#id | RECORD | a purchase |
| PURCHASES#INSTITUTION#code, PURCHASES#AREA#area | instant#id | the same |
"""

from __future__ import annotations

from chalicelib.personal_accounts.domain import AccountPurchase, ProtectiveItem
from chalicelib.personal_accounts.ports import bought_in, kept_by
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table

_ITEM, _PURCHASE = "PROTECTIVEITEM", "PURCHASE"


def _places(purchase: AccountPurchase) -> list[tuple[str, str]]:
    at = f"{purchase.recorded.at}#{purchase.purchase_id}"
    areas = sorted({purchase.area, purchase.agency})
    return [(kept_by(purchase.institution), at), *((bought_in(area), at) for area in areas)]


PROTECTIVE_ITEMS = shelf_record(
    _ITEM,
    ProtectiveItem,
    lambda item: item.item_id,
    lambda item: [(kept_by(item.institution), f"{item.code}#{item.starts_on.isoformat()}")],
)
PURCHASES = shelf_record(_PURCHASE, AccountPurchase, lambda purchase: purchase.purchase_id, _places)


class DynamoProtectiveItemStore(DynamoShelf[ProtectiveItem]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _ITEM, PROTECTIVE_ITEMS)


class DynamoPurchaseStore(DynamoShelf[AccountPurchase]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _PURCHASE, PURCHASES)
