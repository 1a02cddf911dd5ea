"""The state table's items of money: orders, remittance lines, counters and budgets, and their changes.

| pk | sk | content | gsi1 |
|---|---|---|---|
| HOSPITAL#code | ADVANCE#fund, OVERPAID | sums that only conditional updates change | |
| HOSPITAL#code | ORDER#payment, REMIT#instant#claim#round | payment orders, and remittance lines for the hospital | |
| BUDGETS#code | BUDGET#year#QUOTA | a year's quota with its changes | |
| BUDGETS#code | BUDGET#year#USED#shard, SPENDING#month#shard | sums of payments by the funds | |

Every settlement of a hospital adds to the same two sums. Each sum is kept in as many items as a window has gates, and a
transaction adds at its gate's item: two meet at an item only where they would meet at a gate. A reader adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from functools import singledispatch
from typing import Any, TypeAlias

from chalicelib.budgets.domain import Adjustment, Budget, MonthSpending
from chalicelib.budgets.ports import AdjustBudget, UseBudgets
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.obligations import shard_of
from chalicelib.platform.aws.codec import Record, read_values, write_values
from chalicelib.platform.aws.table import put_operation, to_item
from chalicelib.settlement.domain.order import FundBalance, PaymentOrder, PaymentStatus
from chalicelib.settlement.domain.squaring import RemittanceLine
from chalicelib.settlement.ports import AddRemittance, MoveAdvance, MoveOverpaid, OrderPayment, UpdateOrder

MoneyPart: TypeAlias = (
    OrderPayment | UpdateOrder | AddRemittance | MoveAdvance | MoveOverpaid | UseBudgets | AdjustBudget
)
"""The parts that move or count a hospital's money."""

OVERPAID = "OVERPAID"
BUDGET_PREFIX = "BUDGET#"
SPENDING_PREFIX = "SPENDING#"
ORDER_PREFIX = "ORDER#"
REMITTANCE_PREFIX = "REMIT#"
_NEW = "attribute_not_exists(pk)"
_BUDGET_SUMS = {"separate": "separate_used_fen", "total-control": "total_control_used_fen"}


def hospital_pk(institution: InstitutionCode) -> str:
    """Return a hospital's partition."""
    return f"HOSPITAL#{institution}"


def orders_partition(agency: AreaCode, status: PaymentStatus) -> str:
    """Return the index partition of an office's payment orders of one state."""
    return f"ORDERS#{agency}#{status.value}"


def advance_sk(fund: AdvanceFund) -> str:
    """Return the sort key of the sums of one kind of advance."""
    return f"ADVANCE#{fund.value}"


def budgets_pk(institution: InstitutionCode) -> str:
    """Return the partition of a hospital's quotas and sums, apart from the orders that settlements also write."""
    return f"BUDGETS#{institution}"


def budget_prefix(year: int) -> str:
    """Return the prefix of everything of a year's budget."""
    return f"{BUDGET_PREFIX}{year}#"


def spending_prefix(period: str) -> str:
    """Return the prefix of the sums of a month's spending."""
    return f"{SPENDING_PREFIX}{period}#"


ORDERS = Record(
    PaymentOrder,
    lambda order: (hospital_pk(order.institution), f"{ORDER_PREFIX}{order.payment_id}"),
    lambda order: {
        "gsi1pk": orders_partition(order.agency, order.shown_status),
        "gsi1sk": f"{order.ordered_at}#{order.payment_id}",
    },
)


def read_fund_item(item: Mapping[str, Any] | None) -> FundBalance:
    """Read the balance of one kind of advance; a hospital that never had that kind holds nothing."""
    return FundBalance(item.get("balance_fen", 0), item.get("instructed_fen", 0)) if item else FundBalance()


def read_remittance_item(item: Mapping[str, Any]) -> RemittanceLine:
    """Read a line of the remittance advice."""
    return read_values(RemittanceLine, item)


def year_of(item: Mapping[str, Any]) -> int:
    """Return the year whose budget an item is part of."""
    return int(str(item["sk"]).split("#")[1])


def period_of(item: Mapping[str, Any]) -> str:
    """Return the month whose spending an item is part of."""
    return str(item["sk"]).split("#")[1]


def read_budget(institution: InstitutionCode, year: int, parts: Iterable[Mapping[str, Any]]) -> Budget:
    """Read a budget from its quota and its sums, any of which may be missing."""
    budget = Budget(institution, year)
    for part in parts:
        budget = replace(
            budget,
            quota_fen=budget.quota_fen + part.get("quota_fen", 0),
            total_control_used_fen=budget.total_control_used_fen + part.get("total_control_used_fen", 0),
            separate_used_fen=budget.separate_used_fen + part.get("separate_used_fen", 0),
            adjustments=(*budget.adjustments, *(read_values(Adjustment, row) for row in part.get("adjustments", ()))),
        )
    return budget


def read_spending(period: str, parts: Iterable[Mapping[str, Any]]) -> MonthSpending:
    """Read a month's spending from its sums."""
    total_control_fen = separate_fen = 0
    for part in parts:
        total_control_fen += part.get("total_control_used_fen", 0)
        separate_fen += part.get("separate_used_fen", 0)
    return MonthSpending(period, total_control_fen, separate_fen)


@singledispatch
def money_operations(part: Part, table: str) -> list[dict[str, Any]]:
    """Return the DynamoDB operations of one part of a write."""
    raise TypeError(f"{type(part).__name__} has no translation for {table}")


@money_operations.register
def _(part: OrderPayment, table: str) -> list[dict[str, Any]]:
    return [put_operation(table, ORDERS.write(part.order), _NEW)]


@money_operations.register
def _(part: UpdateOrder, table: str) -> list[dict[str, Any]]:
    # `status` is a reserved word in DynamoDB.
    read = part.order.revision
    values = {":was": part.was.value, ":read": read}
    written = put_operation(
        table, ORDERS.write(replace(part.order, revision=read + 1)), "#status = :was AND revision = :read", values
    )
    written["Put"]["ExpressionAttributeNames"] = {"#status": "status"}
    return [written]


@money_operations.register
def _(part: AddRemittance, table: str) -> list[dict[str, Any]]:
    line = part.line
    key = {"pk": hospital_pk(part.institution), "sk": f"{REMITTANCE_PREFIX}{line.at}#{line.claim_id}#{line.event}"}
    return [put_operation(table, {**key, **write_values(line)})]


@money_operations.register
def _(part: MoveAdvance, table: str) -> list[dict[str, Any]]:
    moves = {"balance_fen": part.ready_fen, "instructed_fen": part.instructed_fen}
    return _add(table, (hospital_pk(part.institution), advance_sk(part.fund)), moves, floored=True)


@money_operations.register
def _(part: MoveOverpaid, table: str) -> list[dict[str, Any]]:
    moves = {"balance_fen": part.amount_fen}
    return _add(table, (hospital_pk(part.institution), OVERPAID), moves, floored=False, was=part.was_fen)


@money_operations.register
def _(part: UseBudgets, table: str) -> list[dict[str, Any]]:
    shard = f"{shard_of(part.transaction_id):02d}"
    by_item: dict[str, dict[str, Fen]] = {}
    for use in part.uses:
        for sk in (f"{budget_prefix(use.year)}USED#{shard}", f"{spending_prefix(part.period)}{shard}"):
            sums = by_item.setdefault(sk, {})
            name = _BUDGET_SUMS[use.kind]
            sums[name] = sums.get(name, 0) + use.amount_fen
    pk = budgets_pk(part.institution)
    return [each for sk, sums in by_item.items() for each in _add(table, (pk, sk), sums, floored=False)]


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
                "Key": to_item({"pk": budgets_pk(budget.institution), "sk": f"{budget_prefix(budget.year)}QUOTA"}),
                "UpdateExpression": "SET quota_fen = :quota, adjustments = :adjustments, version = :version",
                "ConditionExpression": condition,
                "ExpressionAttributeValues": to_item(values),
            }
        }
    ]


def _add(
    table: str, place: tuple[str, str], moves: Mapping[str, Fen], *, floored: bool, was: Fen | None = None
) -> list[dict[str, Any]]:
    """Add to the sums of one item; `floored`: only while no sum goes below zero; `was`: only while each sum equals it.
    Without an amount to add, the result has no operation.
    """
    changes = {name: amount_fen for name, amount_fen in moves.items() if amount_fen}
    if not changes:
        return []
    update: dict[str, Any] = {
        "TableName": table,
        "Key": to_item(dict(zip(("pk", "sk"), place, strict=True))),
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
