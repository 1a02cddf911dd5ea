"""A hospital's money as the state table holds it: the balance of its special advance and its payment orders."""

from __future__ import annotations

from chalicelib.adapters import items
from chalicelib.adapters.dynamodb import Table
from chalicelib.application.records import PaymentOrder
from chalicelib.domain.money import Fen


class DynamoHospitalStore:
    """Hospitals on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def special_advance_fen(self, institution: str) -> Fen:
        item = self._table.get(items.hospital_pk(institution), items.ADVANCE_SPECIAL)
        return 0 if item is None else int(item["balance_fen"])

    def payment_order(self, institution: str, claim_id: str) -> PaymentOrder | None:
        item = self._table.get(items.hospital_pk(institution), items.order_sk(claim_id))
        return None if item is None else items.read_order_item(institution, claim_id, item)
