"""Holds the bank's receipts against a run's instructions and says what is still open.

A receipt is known by its bank reference, by the one rule of `bank_word.py`: the same one again changes nothing, another
content under it is a conflict. Money that went back is a receipt with a negative amount. A receipt for an instruction
the run does not have is kept as unknown until a return under the same name takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from chalicelib.clearing.domain.netting import Allocation, Instruction, hand_down
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen


class Outcome(StrEnum):
    """What one receipt is, on the receipts before it."""

    EXACT = "exact"
    PARTIAL = "partial"
    OVER = "over"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


class Payment(StrEnum):
    """How an instruction, or a name that is none, stands on all receipts."""

    UNPAID = "unpaid"
    UNDER = "under"
    MATCHED = "matched"
    OVER = "over"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the bank reports; `instruction` is the instruction's id as it was sent."""

    bank_reference: str
    instruction: str
    amount_fen: Fen
    recorded_at: str


@dataclass(frozen=True, slots=True)
class Row:
    """One instruction held against its receipts; due is 0 for a name that is no instruction."""

    instruction: str
    due_fen: Fen
    received_fen: Fen
    payment: Payment


class HandDownStatus(StrEnum):
    """How far a province has come with what it passes on: before the nation's payments have arrived it waits."""

    WAITING = "waiting"
    INSTRUCTED = "instructed"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class HandDown:
    """What one province passes on after a national run; `name` is what its payments' ids begin with.

    `rows` are those payments, and every unknown name, held against the receipts of the province's bank.
    """

    name: str
    province: str
    status: HandDownStatus
    payments: tuple[Instruction, ...]
    rows: tuple[Row, ...]

    def of(self, area: str) -> HandDown:
        """What an area sees of it: the whole as the province, otherwise the payments it has a part in."""
        if area == self.province:
            return self
        own = tuple(each for each in self.payments if area in (each.payer, each.payee))
        named = {instruction_id(self.name, each.number) for each in own}
        return replace(self, payments=own, rows=tuple(row for row in self.rows if row.instruction in named))


@dataclass(frozen=True, slots=True)
class Booked:
    """How a receipt divides: what it pays of its instruction, and what is beyond it. Negative for a return."""

    matched_fen: Fen
    excess_fen: Fen


def instruction_id(run_id: str, number: int) -> str:
    """The name a payment carries at the bank. Payments of a hand-down carry `hand_down_id` in place of the run's."""
    return f"{run_id}-{number}"


def hand_down_id(run_id: str, province: str) -> str:
    """The name of what a province hands down after a national run; its payments are reconciled by themselves."""
    return f"{run_id}-{province}"


def judge(run_id: str, instructions: Sequence[Instruction], before: Sequence[Receipt], receipt: Receipt) -> Outcome:
    """What a receipt is that was not recorded before."""
    due = {instruction_id(run_id, each.number): each.amount_fen for each in instructions}
    if receipt.instruction not in due:
        return Outcome.UNKNOWN
    received_fen = _received(before, receipt.instruction) + receipt.amount_fen
    if received_fen == due[receipt.instruction]:
        return Outcome.EXACT
    return Outcome.PARTIAL if received_fen < due[receipt.instruction] else Outcome.OVER


def divide(instruction: Instruction, run_id: str, before: Sequence[Receipt], receipt: Receipt) -> Booked:
    """What a receipt that is no duplicate pays of its instruction, and what is beyond it."""
    earlier_fen = _received(before, instruction_id(run_id, instruction.number))
    matched_fen = min(earlier_fen + receipt.amount_fen, instruction.amount_fen) - min(
        earlier_fen, instruction.amount_fen
    )
    return Booked(matched_fen, receipt.amount_fen - matched_fen)


def hand_downs(
    run_id: str, allocations: Sequence[Allocation], receipts: Mapping[str, Sequence[Receipt]], *, ordered: bool
) -> tuple[HandDown, ...]:
    """What each province passes on to its pooling areas, by province; `ordered` once the nation's payments arrived."""
    found: list[HandDown] = []
    for province in sorted({each.province for each in allocations}):
        name, payments = hand_down_id(run_id, province), hand_down(allocations, province)
        rows = reconcile(name, payments, receipts.get(province, ()))
        status = HandDownStatus.INSTRUCTED if open_rows(rows) else HandDownStatus.SETTLED
        found.append(HandDown(name, province, status if ordered else HandDownStatus.WAITING, payments, rows))
    return tuple(found)


def slowest(found: Sequence[HandDown]) -> HandDownStatus | None:
    """How far the nation has come with handing down: as far as its slowest province. None where there is nothing."""
    order = list(HandDownStatus)
    return min((each.status for each in found), key=order.index, default=None)


def reconcile(run_id: str, instructions: Sequence[Instruction], receipts: Sequence[Receipt]) -> tuple[Row, ...]:
    """Every instruction, then every unknown name, with what was received for it."""
    due = {instruction_id(run_id, each.number): each.amount_fen for each in instructions}
    rows = [_row(name, amount_fen, _received(receipts, name)) for name, amount_fen in due.items()]
    unknown = sorted({receipt.instruction for receipt in receipts} - due.keys())
    return (*rows, *(_row(name, 0, _received(receipts, name)) for name in unknown))


def confirmed_fen(rows: Sequence[Row]) -> Fen:
    """What the bank confirmed of what was ordered: never more than that, whatever it moved beyond it."""
    return sum(min(row.received_fen, row.due_fen) for row in rows)


def open_rows(rows: Sequence[Row]) -> tuple[Row, ...]:
    """What keeps a run from being settled; `()` when every receipt and every instruction is matched."""
    return tuple(row for row in rows if row.payment is not Payment.MATCHED)


def _row(name: str, due_fen: Fen, received_fen: Fen) -> Row:
    return Row(name, due_fen, received_fen, _payment(due_fen, received_fen))


def _payment(due_fen: Fen, received_fen: Fen) -> Payment:
    if received_fen == due_fen:
        return Payment.MATCHED
    if due_fen == 0:
        return Payment.UNKNOWN
    if received_fen == 0:
        return Payment.UNPAID
    return Payment.UNDER if received_fen < due_fen else Payment.OVER


def _received(receipts: Sequence[Receipt], instruction: str) -> Fen:
    return sum(receipt.amount_fen for receipt in receipts if receipt.instruction == instruction)
