"""Writes of the product: verbs over declared records, and parts that capabilities translate themselves."""

from __future__ import annotations

from typing import Any

from chalicelib.kernel.writes import Part
from chalicelib.main.found import RecordsOnDemand, translation_of
from chalicelib.platform.aws.codec import ACCESS, LEDGER, STATE
from chalicelib.platform.aws.writes import TableCommits


class DynamoCommits(TableCommits):
    """Writes to the tables of the ledger, the state and the record of look-ups. `client` is a boto3 DynamoDB client."""

    def __init__(self, client: Any, ledger_table: str, state_table: str, access_table: str) -> None:
        self._tables = {LEDGER: ledger_table, STATE: state_table, ACCESS: access_table}
        super().__init__(client, self._tables, RecordsOnDemand())

    def operations(self, part: Part) -> list[dict[str, Any]]:
        write = translation_of(type(part))
        return super().operations(part) if write is None else write(part, self._tables)
