"""The ledger transactions of clearing; their ids follow from the run, so that nothing is posted twice.

Obligations are cleared debtor by debtor: due-to against due-from, both mirrors in one transaction, through the hub,
where the two legs meet and leave nothing. The hub's balance between instruction and receipt is the money under way.
Source: design.md section 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count

from chalicelib.claims.domain.history import Verdict
from chalicelib.clearing.domain.bank import Booked, Receipt, instruction_id
from chalicelib.clearing.domain.debts import Debt, moves
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.clearing.domain.netting import Allocation, Instruction, hand_down
from chalicelib.clearing.domain.statements import Line
from chalicelib.clearing.domain.windows import Position
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, DisputeId, MovementId, RunId, TransactionId
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.obligations import shard_of
from chalicelib.ledger.domain.transaction import LedgerEvent, Transaction, numbered, posted


def cleared(run_id: RunId, occurred_at: Instant, debtor: AreaCode, matrix: Sequence[Position]) -> Transaction | None:
    """Clear a debtor's obligations, of every kind, from the accounts between areas. None where the debtor has none."""
    entries: list[tuple[str, Fen]] = []
    for position in matrix:
        if position.debtor == debtor:
            entries += _taken_out(position.kind, debtor, position.creditor, position.amount_fen)
    postings = posted(entries)
    if not postings:
        return None
    return Transaction(TransactionId(f"clear:{run_id}:{debtor}"), LedgerEvent.CLEARED, occurred_at, run_id, postings)


def instructed(run_id: RunId, occurred_at: Instant, tier: AreaCode, instruction: Instruction) -> Transaction:
    """Order a payer's net payment through its agency; the money is under way and belongs to the hub."""
    return Transaction(
        TransactionId(f"instruct:{instruction_id(run_id, instruction.number)}"),
        LedgerEvent.CLEARING_INSTRUCTED,
        occurred_at,
        run_id,
        posted(
            [
                (accounts.hub(tier), instruction.amount_fen),
                (accounts.bank_in_transit(instruction.payer), -instruction.amount_fen),
            ]
        ),
    )


def received(
    run_id: RunId,
    tier: AreaCode,
    instruction: Instruction,
    receipt: Receipt,
    booked: Booked,
    *,
    movement_id: MovementId,
) -> Transaction:
    """Book money the bank moved for an instruction; any excess is in suspense on both sides until the excess goes back.

    A payment that is handed down passes the hub of its province, which `tier` then is. `movement_id` is the movement's
    id in the register: the bank's reference itself stands in no id.
    """
    payer, payee = instruction.payer, instruction.payee
    return Transaction(
        TransactionId(f"receive:{run_id}:{movement_id}"),
        LedgerEvent.CLEARING_RECEIVED,
        receipt.recorded_at,
        run_id,
        posted(
            [
                (accounts.bank_in_transit(payer), booked.matched_fen),
                (accounts.bank_cash(payer), -receipt.amount_fen),
                (accounts.bank_cash(payee), receipt.amount_fen),
                (accounts.hub(tier), -booked.matched_fen),
                (accounts.suspense(payer), booked.excess_fen),
                (accounts.suspense(payee), -booked.excess_fen),
            ]
        ),
    )


def handed_down(
    run_id: RunId, occurred_at: Instant, province: AreaCode, allocations: Sequence[Allocation]
) -> Transaction | None:
    """Order a province's payments with its pooling areas; until the banks confirm, the money belongs to its hub."""
    entries: list[tuple[str, Fen]] = []
    for each in hand_down(allocations, province):
        entries.append((accounts.hub(province), each.amount_fen))
        entries.append((accounts.bank_in_transit(each.payer), -each.amount_fen))
    postings = posted(entries)
    if not postings:
        return None
    return Transaction(
        TransactionId(f"hand-down:{run_id}:{province}"), LedgerEvent.HANDED_DOWN, occurred_at, run_id, postings
    )


def disputed(occurred_at: Instant, dispute: Dispute) -> Transaction | None:
    """Build the transaction that moves disputed obligations into suspense on both sides."""
    entries: list[tuple[str, Fen]] = []
    for line in dispute.lines:
        entries += _taken_out(line.kind, line.debtor, line.creditor, line.amount_fen)
        entries += _suspended(line, line.amount_fen)
    return _of_dispute(
        dispute, TransactionId(f"dispute:{dispute.dispute_id}"), LedgerEvent.DISPUTED, occurred_at, entries
    )


def transactions_of(dispute_id: DisputeId) -> tuple[TransactionId, ...]:
    """Return the ids under which a dispute, its ruling and its outcome can have moved money of the claim."""
    return (
        TransactionId(f"dispute:{dispute_id}"),
        TransactionId(f"withhold:{dispute_id}"),
        resolution_id(dispute_id),
        ruling_id(dispute_id),
        TransactionId(f"borne:{dispute_id}"),
        TransactionId(f"present:{dispute_id}"),
    )


def withheld(
    occurred_at: Instant, dispute: Dispute, before: Sequence[Debt], after: Sequence[Debt]
) -> Transaction | None:
    """Withhold the amount that open windows hold of a disputed claim corrected or reversed before the dispute: it would
    clear a difference to a sum not recognised, and waits for the ruling with the rest. None where no window holds any.
    """
    taken = (
        [] if (out := disputed(occurred_at, dispute)) is None else [(p.account, -p.amount_fen) for p in out.postings]
    )
    entries = [*_moved(before, after), *taken]
    return _of_dispute(
        dispute, TransactionId(f"withhold:{dispute.dispute_id}"), LedgerEvent.DISPUTE_WITHHELD, occurred_at, entries
    )


def resolution_id(dispute_id: DisputeId) -> TransactionId:
    """Return the only id under which a dispute can be resolved."""
    return TransactionId(f"resolve:{dispute_id}")


def ruling_id(dispute_id: DisputeId) -> TransactionId:
    """Return the only id under which a ruling takes an amount. The ruling's gate differs from the resolution's: both
    are written together, and a single write touches a gate once.
    """
    names = (numbered("rule", dispute_id, number) for number in count())
    return next(name for name in names if shard_of(name) != shard_of(resolution_id(dispute_id)))


def resolved(
    occurred_at: Instant, dispute: Dispute, before: Sequence[Debt], verdict: Verdict, after: Sequence[Debt]
) -> tuple[Transaction, ...]:
    """End a dispute and take the ruling's amount: first the whole disputed amount is owed again, then the ruling takes
    its part from both sides and from the debtor's expense, and the part stands in the creditor's suspense.

    Both transactions owe between areas like a settlement, so they leave positions in the window that is open now, and
    its statements show the ruling line by line.
    """
    dispute_id = dispute.dispute_id
    ended = [debt.ruled(dispute_id, debt.concerned_fen(dispute_id), takes=False) for debt in before]
    entries = _moved(before, ended)
    found = [_of_dispute(dispute, resolution_id(dispute_id), LedgerEvent.RESOLVED, occurred_at, entries)]
    if verdict is not Verdict.OWED:
        entries = _moved(ended, after)
        found.append(_of_dispute(dispute, ruling_id(dispute_id), LedgerEvent.RULED, occurred_at, entries))
    return tuple(each for each in found if each is not None)


def borne(occurred_at: Instant, dispute: Dispute, before: Sequence[Debt], after: Sequence[Debt]) -> Transaction | None:
    """Build the transaction by which the creditor's own fund bears the amount a ruling took."""
    entries = _moved(before, after)
    return _of_dispute(
        dispute, TransactionId(f"borne:{dispute.dispute_id}"), LedgerEvent.RULING_BORNE, occurred_at, entries
    )


def presented(
    occurred_at: Instant, dispute: Dispute, before: Sequence[Debt], after: Sequence[Debt]
) -> Transaction | None:
    """Build the transaction by which the amount a ruling took is owed again, in the window that is open now."""
    entries = _moved(before, after)
    return _of_dispute(
        dispute, TransactionId(f"present:{dispute.dispute_id}"), LedgerEvent.RULING_PRESENTED, occurred_at, entries
    )


def _moved(before: Sequence[Debt], after: Sequence[Debt]) -> list[tuple[str, Fen]]:
    return [entry for one, other in zip(before, after, strict=True) for entry in moves(one, other)]


def _of_dispute(
    dispute: Dispute,
    transaction_id: TransactionId,
    event: LedgerEvent,
    occurred_at: Instant,
    entries: Iterable[tuple[str, Fen]],
) -> Transaction | None:
    postings = posted(entries)
    if not postings:
        return None
    return Transaction(transaction_id, event, occurred_at, dispute.claim_id, postings)


def _taken_out(
    kind: accounts.ObligationKind, debtor: AreaCode, creditor: AreaCode, amount_fen: Fen
) -> list[tuple[str, Fen]]:
    return [
        (accounts.due_to(kind, debtor, creditor), amount_fen),
        (accounts.due_from(kind, creditor, debtor), -amount_fen),
    ]


def _suspended(line: Line, amount_fen: Fen) -> list[tuple[str, Fen]]:
    return [(accounts.suspense(line.creditor), amount_fen), (accounts.suspense(line.debtor), -amount_fen)]
