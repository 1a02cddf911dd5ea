"""The reconciliation of a run: the bank's receipts held against the instructions, with the rows still open.

A receipt is known by its bank reference, under the rule of `bank/domain.py`: the same receipt again changes nothing,
other content under the same reference is a conflict. Returned money is a receipt with a negative amount. A receipt for
an instruction that the run does not have is kept as unknown until a return under the same name takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from chalicelib.clearing.domain.netting import Allocation, Instruction, hand_down
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, RunId


class Outcome(StrEnum):
    """The outcome of a single receipt, given the receipts before it."""

    EXACT = "exact"
    PARTIAL = "partial"
    OVER = "over"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


class Payment(StrEnum):
    """The payment position of an instruction, or of a name that is no instruction, given all receipts."""

    UNPAID = "unpaid"
    UNDER = "under"
    MATCHED = "matched"
    OVER = "over"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment reported by the bank; `instruction` is the instruction's id as it was sent."""

    bank_reference: str
    instruction: str
    amount_fen: Fen
    recorded_at: Instant


@dataclass(frozen=True, slots=True)
class Row:
    """An instruction held against its receipts; `due_fen` is 0 for a name that is no instruction."""

    instruction: str
    due_fen: Fen
    received_fen: Fen
    payment: Payment


class HandDownStatus(StrEnum):
    """The status of a province's hand-down: waiting until the nation's payments have arrived."""

    WAITING = "waiting"
    INSTRUCTED = "instructed"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class HandDown:
    """The payments that a province passes on after a national run; `name` is the prefix of their ids.

    `rows` holds those payments, and every unknown name, against the receipts of the province's bank.
    """

    name: str
    province: AreaCode
    status: HandDownStatus
    payments: tuple[Instruction, ...]
    rows: tuple[Row, ...]

    def of(self, area: AreaCode) -> HandDown:
        """Return the hand-down as an area sees it: the whole for the province, otherwise the area's own payments."""
        if area == self.province:
            return self
        own = tuple(each for each in self.payments if area in (each.payer, each.payee))
        named = {instruction_id(self.name, each.number) for each in own}
        return replace(self, payments=own, rows=tuple(row for row in self.rows if row.instruction in named))


@dataclass(frozen=True, slots=True)
class Booked:
    """The division of a receipt: the part that pays its instruction, and the part beyond. Negative for a return."""

    matched_fen: Fen
    excess_fen: Fen


def instruction_id(name: str, number: int) -> str:
    """Return the id of a payment at the bank; `name` is the run's id, or `hand_down_id` for payments of a hand-down."""
    return f"{name}-{number}"


def hand_down_id(run_id: RunId, province: AreaCode) -> str:
    """Return the id of a province's hand-down after a national run; its payments are reconciled separately."""
    return f"{run_id}-{province}"


def judge(name: str, instructions: Sequence[Instruction], before: Sequence[Receipt], receipt: Receipt) -> Outcome:
    """Return the outcome of a receipt that was not recorded before."""
    due = {instruction_id(name, each.number): each.amount_fen for each in instructions}
    if receipt.instruction not in due:
        return Outcome.UNKNOWN
    received_fen = _received(before, receipt.instruction) + receipt.amount_fen
    if received_fen == due[receipt.instruction]:
        return Outcome.EXACT
    return Outcome.PARTIAL if received_fen < due[receipt.instruction] else Outcome.OVER


def divide(instruction: Instruction, name: str, before: Sequence[Receipt], receipt: Receipt) -> Booked:
    """Divide a receipt that is no duplicate into the part that pays its instruction and the part beyond."""
    earlier_fen = _received(before, instruction_id(name, instruction.number))
    matched_fen = min(earlier_fen + receipt.amount_fen, instruction.amount_fen) - min(
        earlier_fen, instruction.amount_fen
    )
    return Booked(matched_fen, receipt.amount_fen - matched_fen)


def hand_downs(
    run_id: RunId, allocations: Sequence[Allocation], receipts: Mapping[AreaCode, Sequence[Receipt]], *, ordered: bool
) -> tuple[HandDown, ...]:
    """Return the hand-down of every province, sorted by province; `ordered` once the nation's payments have arrived."""
    found: list[HandDown] = []
    for province in sorted({each.province for each in allocations}):
        name, payments = hand_down_id(run_id, province), hand_down(allocations, province)
        rows = reconcile(name, payments, receipts.get(province, ()))
        status = HandDownStatus.INSTRUCTED if open_rows(rows) else HandDownStatus.SETTLED
        found.append(HandDown(name, province, status if ordered else HandDownStatus.WAITING, payments, rows))
    return tuple(found)


def slowest(found: Sequence[HandDown]) -> HandDownStatus | None:
    """Return the status of the slowest province, which is the nation's status. None where no province hands down."""
    order = list(HandDownStatus)
    return min((each.status for each in found), key=order.index, default=None)


def reconcile(name: str, instructions: Sequence[Instruction], receipts: Sequence[Receipt]) -> tuple[Row, ...]:
    """Return every instruction, then every unknown name, with the sum received for it."""
    due = {instruction_id(name, each.number): each.amount_fen for each in instructions}
    rows = [_row(known, amount_fen, _received(receipts, known)) for known, amount_fen in due.items()]
    unknown = sorted({receipt.instruction for receipt in receipts} - due.keys())
    return (*rows, *(_row(name, 0, _received(receipts, name)) for name in unknown))


def confirmed_fen(rows: Sequence[Row]) -> Fen:
    """Return the sum the bank confirmed of the ordered payments, each counted up to its ordered amount at most."""
    return sum(min(row.received_fen, row.due_fen) for row in rows)


def open_rows(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows that keep a run from being settled; `()` when every receipt and every instruction is matched."""
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
