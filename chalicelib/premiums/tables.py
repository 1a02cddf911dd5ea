"""Premiums in the state table.

| pk | sk | what |
|---|---|---|
| DEFERRAL#id | RECORD | a deferred premium |
| DEFERRALS#AREA#area, DEFERRALS#EMPLOYER#area#employer | month#id | the same |
| FLEXIBLE#id | RECORD | a flexible worker's payment |
| FLEXIBLES#AREA#area | day#id | the same |
"""

from __future__ import annotations

from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table
from chalicelib.premiums.domain import DeferredPremium, FlexibleCover
from chalicelib.premiums.ports import deferred_by, deferred_in

_DEFERRAL, _FLEXIBLE = "DEFERRAL", "FLEXIBLE"


def _places(premium: DeferredPremium) -> tuple[tuple[str, str], ...]:
    at = f"{premium.month}#{premium.deferral_id}"
    return (deferred_in(premium.area), at), (deferred_by(premium.area, premium.employer), at)


DEFERRALS = shelf_record(_DEFERRAL, DeferredPremium, lambda premium: premium.deferral_id, _places)
FLEXIBLE_COVERS = shelf_record(
    _FLEXIBLE,
    FlexibleCover,
    lambda cover: cover.cover_id,
    lambda cover: [(deferred_in(cover.area), f"{cover.paid_on.isoformat()}#{cover.cover_id}")],
)


class DynamoDeferralStore(DynamoShelf[DeferredPremium]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _DEFERRAL, DEFERRALS)


class DynamoFlexibleCoverStore(DynamoShelf[FlexibleCover]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _FLEXIBLE, FLEXIBLE_COVERS)
