"""The state table's items of money: orders, remittance lines, counters and budgets, and how each is changed.

| pk | sk | what | gsi1 |
|---|---|---|---|
| HOSPITAL#code | ADVANCE#fund, OVERPAID | sums that only conditional updates change | |
| HOSPITAL#code | BUDGET#year, SPENDING#month | quota and sums of a year, sums of a month | |
| HOSPITAL#code | ORDER#payment, REMIT#instant#claim#round | what was ordered, and what the hospital is told | |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import singledispatch
from typing import Any

from chalicelib.budgets.domain import Adjustment, Budget, MonthSpending
from chalicelib.budgets.ports import AdjustBudget, UseBudgets
from chalicelib.kernel.money import Fen
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.platform.aws.codec import Record, read_values, write_values
from chalicelib.platform.aws.table import to_item
from chalicelib.settlement.domain.order import FundBalance, PaymentOrder, PaymentStatus
from chalicelib.settlement.domain.squaring import RemittanceLine
from chalicelib.settlement.ports import AddRemittance, MoveAdvance, MoveOverpaid, OrderPayment, UpdateOrder

OVERPAID = "OVERPAID"
BUDGET_PREFIX = "BUDGET#"
ORDER_PREFIX = "ORDER#"
REMITTANCE_PREFIX = "REMIT#"
_NEW = "attribute_not_exists(pk)"
_BUDGET_SUMS = {"separate": "separate_used_fen", "total-control": "total_control_used_fen"}


def hospital_pk(institution: str) -> str:
    """A hospital's partition."""
    return f"HOSPITAL#{institution}"


def orders_partition(agency: str, status: PaymentStatus) -> str:
    """An office's payment orders of one state in the index."""
    return f"ORDERS#{agency}#{status.value}"


def advance_sk(fund: AdvanceFund) -> str:
    """The sums of one kind of advance."""
    return f"ADVANCE#{fund.value}"


def budget_sk(year: int) -> str:
    """A year's budget."""
    return f"{BUDGET_PREFIX}{year}"


def spending_sk(period: str) -> str:
    """A month's spending."""
    return f"SPENDING#{period}"


ORDERS = Record(
    PaymentOrder,
    lambda order: (hospital_pk(order.institution), f"{ORDER_PREFIX}{order.payment_id}"),
    lambda order: {
        "gsi1pk": orders_partition(order.agency, order.shown_status),
        "gsi1sk": f"{order.ordered_at}#{order.payment_id}",
    },
)


def read_fund_item(item: Mapping[str, Any] | None) -> FundBalance:
    """One kind of advance; a hospital that never had one holds nothing."""
    return FundBalance(item.get("balance_fen", 0), item.get("instructed_fen", 0)) if item else FundBalance()


def read_remittance_item(item: Mapping[str, Any]) -> RemittanceLine:
    """A line of the remittance advice."""
    return read_values(RemittanceLine, item)


def read_budget_item(institution: str, year: int, item: Mapping[str, Any] | None) -> Budget:
    """A budget; quota and sums are written apart, so either may be missing."""
    known = item or {}
    return Budget(
        institution=institution,
        year=year,
        quota_fen=known.get("quota_fen", 0),
        total_control_used_fen=known.get("total_control_used_fen", 0),
        separate_used_fen=known.get("separate_used_fen", 0),
        adjustments=tuple(Adjustment(**row) for row in known.get("adjustments", ())),
    )


def read_spending_item(period: str, item: Mapping[str, Any] | None) -> MonthSpending:
    """A month's spending."""
    known = item or {}
    return MonthSpending(period, known.get("total_control_used_fen", 0), known.get("separate_used_fen", 0))


@singledispatch
def money_operations(part: Part, table: str) -> list[dict[str, Any]]:
    """The DynamoDB operations of one part of a write."""
    raise TypeError(f"{type(part).__name__} has no translation for {table}")


@money_operations.register
def _(part: OrderPayment, table: str) -> list[dict[str, Any]]:
    return [put(table, ORDERS.write(part.order), _NEW)]


@money_operations.register
def _(part: UpdateOrder, table: str) -> list[dict[str, Any]]:
    # `status` is a word that DynamoDB keeps for itself.
    read = part.order.revision
    values = {":was": part.was.value, ":read": read}
    written = put(
        table, ORDERS.write(replace(part.order, revision=read + 1)), "#status = :was AND revision = :read", values
    )
    written["Put"]["ExpressionAttributeNames"] = {"#status": "status"}
    return [written]


@money_operations.register
def _(part: AddRemittance, table: str) -> list[dict[str, Any]]:
    line = part.line
    key = {"pk": hospital_pk(part.institution), "sk": f"{REMITTANCE_PREFIX}{line.at}#{line.claim_id}#{line.event}"}
    return [put(table, {**key, **write_values(line)})]


@money_operations.register
def _(part: MoveAdvance, table: str) -> list[dict[str, Any]]:
    moves = {"balance_fen": part.ready_fen, "instructed_fen": part.instructed_fen}
    return _add(table, part.institution, advance_sk(part.fund), moves, floored=True)


@money_operations.register
def _(part: MoveOverpaid, table: str) -> list[dict[str, Any]]:
    return _add(table, part.institution, OVERPAID, {"balance_fen": part.amount_fen}, floored=False, was=part.was_fen)


@money_operations.register
def _(part: UseBudgets, table: str) -> list[dict[str, Any]]:
    by_item: dict[str, dict[str, Fen]] = {}
    for use in part.uses:
        for sk in (budget_sk(use.year), spending_sk(part.period)):
            sums = by_item.setdefault(sk, {})
            name = _BUDGET_SUMS[use.kind]
            sums[name] = sums.get(name, 0) + use.amount_fen
    return [each for sk, sums in by_item.items() for each in _add(table, part.institution, sk, sums, floored=False)]


@money_operations.register
def _(part: AdjustBudget, table: str) -> list[dict[str, Any]]:
    budget, first = part.budget, part.budget.version == 1
    values: dict[str, Any] = {
        ":quota": budget.quota_fen,
        ":adjustments": [asdict(adjustment) for adjustment in budget.adjustments],
        ":version": budget.version,
    }
    if not first:
        values[":before"] = budget.version - 1
    condition = "attribute_not_exists(version)" if first else "version = :before"
    return [
        {
            "Update": {
                "TableName": table,
                "Key": to_item({"pk": hospital_pk(budget.institution), "sk": budget_sk(budget.year)}),
                "UpdateExpression": "SET quota_fen = :quota, adjustments = :adjustments, version = :version",
                "ConditionExpression": condition,
                "ExpressionAttributeValues": to_item(values),
            }
        }
    ]


def put(
    table: str, item: Mapping[str, Any], condition: str | None = None, values: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The operation that writes an item whole, under a condition."""
    put: dict[str, Any] = {"TableName": table, "Item": to_item(item)}
    if condition is not None:
        put["ConditionExpression"] = condition
    if values:
        put["ExpressionAttributeValues"] = to_item(values)
    return {"Put": put}


def _add(
    table: str, institution: str, sk: str, moves: Mapping[str, Fen], *, floored: bool, was: Fen | None = None
) -> list[dict[str, Any]]:
    """Add to the sums of one item; `floored`: only while none goes below zero; `was`: only while each is that. Nothing
    to add is no operation.
    """
    changes = {name: amount_fen for name, amount_fen in moves.items() if amount_fen}
    if not changes:
        return []
    update: dict[str, Any] = {
        "TableName": table,
        "Key": to_item({"pk": hospital_pk(institution), "sk": sk}),
        "UpdateExpression": "ADD " + ", ".join(f"{name} :{name}" for name in changes),
    }
    values: dict[str, Any] = {f":{name}": amount_fen for name, amount_fen in changes.items()}
    conditions = []
    for name, amount_fen in changes.items():
        if floored and amount_fen < 0:
            values[f":least_{name}"] = -amount_fen
            conditions.append(f"{name} >= :least_{name}")
        if was is not None:
            values[":was"] = was
            conditions.append(f"{name} = :was")
    if conditions:
        update["ConditionExpression"] = " AND ".join(conditions)
    update["ExpressionAttributeValues"] = to_item(values)
    return [{"Update": update}]
