"""The bank's reports about money: the movement behind a reference, the effect of a report on an order, divided amounts.

One rule serves payments, advances, returns, fiscal payments and clearing. A reference is one movement of one paying
office, the area whose bank account the money left or entered: the same report again is the same movement, another use
is refused. A report of moved money is never refused for a state of ours: the money is booked, and owed back where
nothing was owed any more. Only an amount never ordered or owed is a typing error. Nothing here knows a store.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from chalicelib.kernel.errors import Conflict, Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import MovementId
from chalicelib.kernel.words.references import reference_key


class MovementKind(StrEnum):
    """The purpose of a movement."""

    ORDERS = "orders"
    RETURN = "return"
    FISCAL = "fiscal"
    CLEARING = "clearing"
    REQUISITION = "requisition"


class BankOutcome(StrEnum):
    """The bank's answer to an order: the money moved, or did not move."""

    PAID = "paid"
    FAILED = "failed"


def movement_id_of(office: str, bank_reference: str) -> MovementId:
    """Return the id of a movement. Ids and keys hold the reference hashed only, since any text may be typed there."""
    return MovementId("mov_" + reference_key(office, bank_reference.strip()))


@dataclass(frozen=True, slots=True)
class Movement:
    """The report made under a reference of an office. `names` are the ids of its orders or other subjects, sorted;
    `amount_fen` is negative for money that came back; `said` is the act of the reporter. A failure is a notice, not a
    movement: the same reference may still report that the money moved after all, and `revision` then rises by one.
    """

    movement_id: MovementId
    office: str
    kind: MovementKind
    names: tuple[str, ...]
    outcome: BankOutcome
    amount_fen: Fen
    said: Act
    revision: int = 1

    @property
    def content(self) -> tuple[object, ...]:
        """Return the content that another report under the same reference has to repeat."""
        return self.kind, self.names, self.outcome, self.amount_fen


def weigh(known: Movement | None, said: Movement) -> Movement | None:
    """Return the movement to record, or None where it was reported before. Raises `Conflict` for a taken reference."""
    if known is None:
        return said
    if known.content == said.content:
        return None
    about_the_same = (known.kind, known.names, known.amount_fen) == (said.kind, said.names, said.amount_fen)
    if about_the_same and known.outcome is BankOutcome.FAILED:
        return replace(said, revision=known.revision + 1)
    raise Conflict([REFERENCE_TAKEN.naming(movement_id=known.movement_id)])


REFERENCE_TAKEN = Finding(
    "bank-reference-taken",
    "bank_reference",
    Text(
        "本单位的该银行流水号已登记为另一笔资金变动。一笔资金支付多笔指令的，请用合并回执（POST /v1/receipts）；"
        "退回的款项有自己的流水号。",
        "This reference already names another movement of this office's account. Where one movement paid several "
        "orders, report it once with all of them (POST /v1/receipts); money that came back has a reference of its own.",
    ),
)


class OrderState(StrEnum):
    """The state of an order to the bank before a report: `open` is unanswered; `paid` is booked as paid; `ended` was
    recalled, failed or given up, so nothing of the order stands.
    """

    OPEN = "open"
    PAID = "paid"
    ENDED = "ended"


class Step(StrEnum):
    """The effect of a report on an order.

    | order is | paid | failed |
    |---|---|---|
    | open | confirmed | failed |
    | paid | beyond: the hospital owes it back | came back: it is owed again |
    | ended | beyond | noted: nothing moved |
    | anything, paid beyond before | beyond again | beyond came back: no longer owed back |
    """

    CONFIRMED = "confirmed"
    FAILED = "failed"
    BEYOND = "beyond"
    CAME_BACK = "came-back"
    BEYOND_CAME_BACK = "beyond-came-back"
    NOTED = "noted"


def step_of(state: OrderState, times_beyond: int, outcome: BankOutcome) -> Step:
    """Return the effect of the bank's answer on an order that was paid `times_beyond` times beyond the owed amount."""
    if outcome is BankOutcome.PAID:
        return Step.CONFIRMED if state is OrderState.OPEN else Step.BEYOND
    if state is OrderState.OPEN:
        return Step.FAILED
    if times_beyond:
        return Step.BEYOND_CAME_BACK
    return Step.CAME_BACK if state is OrderState.PAID else Step.NOTED


@dataclass(frozen=True, slots=True)
class Division:
    """The division of an amount: the part that meets the amount still owed, and the part beyond, which is owed back."""

    matched_fen: Fen
    beyond_fen: Fen


def divide(amount_fen: Fen, still_owed_fen: Fen, ever_owed_fen: Fen) -> Division:
    """Divide an amount into the part still owed and the part beyond. Raises `Invalid` for more than was ever owed."""
    if amount_fen > ever_owed_fen:
        raise Invalid([_over_owed(ever_owed_fen)])
    matched_fen = min(amount_fen, max(0, still_owed_fen))
    return Division(matched_fen, amount_fen - matched_fen)


def require_sum(amount_fen: Fen, orders_fen: Fen) -> None:
    """Require a collective movement to be the sum of its orders. Raises `Invalid` otherwise."""
    if amount_fen != orders_fen:
        raise Invalid(
            [
                Finding(
                    "sum-differs",
                    "amount",
                    Text(
                        f"金额须等于所列指令之和 {format_yuan(orders_fen)} 元。",
                        f"The amount is not the sum of the orders; correct it to {format_yuan(orders_fen)} yuan.",
                    ),
                )
            ]
        )


def _over_owed(ever_owed_fen: Fen) -> Finding:
    return Finding(
        "amount-over-owed",
        "amount",
        Text(
            f"金额超过此处曾经应付的总额 {format_yuan(ever_owed_fen)} 元，请核对是否录错。",
            f"The amount is more than was ever owed here ({format_yuan(ever_owed_fen)} yuan): check it for a "
            "typing error.",
        ),
    )
