"""Recalculations in the state table, and the machine that carries them.

| pk | sk | what |
|---|---|---|
| RECALCULATION#id | RUN | how far it is |
| RECALCULATION#id | CORRECTION#transaction | a claim it corrected |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import singledispatch
from typing import Any

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.impact.domain.recalculation import RecalculatedClaim, Recalculation, RecalculationStatus
from chalicelib.impact.ports import AddRecalculated, WriteRecalculation
from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.kernel.writes import Part
from chalicelib.platform.aws.acts import read_act, read_act_or_none
from chalicelib.platform.aws.executions import start_once
from chalicelib.platform.aws.table import BASE, GSI1, Span, Table, to_item, without_nones

RUN = "RUN"
_ALL = "RECALCULATIONS"
CORRECTION_PREFIX = "CORRECTION#"
_NEW = "attribute_not_exists(pk)"


def run_pk(recalculation_id: str) -> str:
    """Where everything of a recalculation lies."""
    return f"RECALCULATION#{recalculation_id}"


class DynamoRecalculationStore:
    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, recalculation_id: str) -> Recalculation | None:
        item = self._state.get(run_pk(recalculation_id), RUN)
        if item is None:
            return None
        return _read_run(item)

    def find(self, status: RecalculationStatus | None, page: PageRequest) -> Page[Recalculation]:
        span = Span(equal=() if status is None else (("status", status.value),), newest_first=True)
        return read_page((_ALL,), page, self._state.reader(GSI1, span, _read_run))

    def corrections(self, recalculation_id: str, page: PageRequest) -> Page[RecalculatedClaim]:
        reader = self._state.reader(BASE, Span(prefix=CORRECTION_PREFIX), _read_correction)
        return read_page((run_pk(recalculation_id),), page, reader)


class StepFunctionsRecalculation:
    """`client` is a boto3 Step Functions client, `machine` the machine's ARN."""

    def __init__(self, client: Any, machine: str) -> None:
        self._client = client
        self._machine = machine

    def start(self, recalculation_id: str, attempt: int) -> bool:
        return start_once(
            self._client, self._machine, f"{recalculation_id}-{attempt}", {"recalculation_id": recalculation_id}
        )


@singledispatch
def operations(part: Part, table: str) -> list[dict[str, Any]]:
    """What a part becomes in the state table."""
    raise TypeError(f"{type(part).__name__} has no translation to {table}")


@operations.register
def _(part: WriteRecalculation, table: str) -> list[dict[str, Any]]:
    run = part.run
    item = {
        "pk": run_pk(run.recalculation_id),
        "sk": RUN,
        "gsi1pk": _ALL,
        "gsi1sk": f"{run.requested.at}#{run.recalculation_id}",
        **asdict(run),
        "status": run.status.value,
    }
    put: dict[str, Any] = {"TableName": table, "Item": to_item(without_nones(item)), "ConditionExpression": _NEW}
    if run.revision > 1:
        put["ConditionExpression"] = "revision = :before"
        put["ExpressionAttributeValues"] = to_item({":before": run.revision - 1})
    return [{"Put": put}]


@operations.register
def _(part: AddRecalculated, table: str) -> list[dict[str, Any]]:
    row = part.row
    item = {
        "pk": run_pk(part.recalculation_id),
        "sk": f"{CORRECTION_PREFIX}{row.transaction_id}",
        "claim_id": row.claim_id,
        "transaction_id": row.transaction_id,
        "bundle_before": row.bundle_before,
        "bundle_after": row.bundle_after,
        "changes": [asdict(change) for change in row.changes],
    }
    return [{"Put": {"TableName": table, "Item": to_item(item), "ConditionExpression": _NEW}}]


def _read_run(item: Mapping[str, Any]) -> Recalculation:
    known: dict[str, Any] = {name: item.get(name) for name in Recalculation.__slots__}
    acts = {"requested": read_act(item["requested"]), "decided": read_act_or_none(item.get("decided"))}
    return Recalculation(**{**known, **acts, "status": RecalculationStatus(item["status"])})


def _read_correction(item: Mapping[str, Any]) -> RecalculatedClaim:
    return RecalculatedClaim(
        claim_id=item["claim_id"],
        transaction_id=item["transaction_id"],
        bundle_before=item["bundle_before"],
        bundle_after=item["bundle_after"],
        changes=tuple(PartyChange(**change) for change in item["changes"]),
    )
