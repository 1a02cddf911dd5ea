"""Payment of a settled claim: the hospital's special advance stands in first, the rest is ordered to be paid.

A claim's first round is written in one with its settlement, every later round after the correction that asks for it.
Where a claim comes to less, orders the bank has not paid yet are recalled and ordered anew; only paid amounts are owed
back. Until the step has run, the claim stands in the queue of payments, so that the sweep finds and finishes an
interrupted payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, Hold, SettlementSummary
from chalicelib.claims.ports import ClaimStore, CloseWaiting, UpdateClaim
from chalicelib.kernel.errors import existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode
from chalicelib.kernel.writes import Part
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.transaction import Transaction, numbered, offset_transaction, payment_order, reversal_of
from chalicelib.ledger.ports import LedgerStore, PostTransaction
from chalicelib.registry.domain.model import Institution
from chalicelib.settlement.domain.order import PaymentOrder, PaymentStatus
from chalicelib.settlement.domain.postings import offset_restored
from chalicelib.settlement.domain.squaring import Held, Paid, RemittanceLine, Squaring, square
from chalicelib.settlement.ports import (
    AddRemittance,
    HospitalStore,
    MoveAdvance,
    MoveOverpaid,
    OrderPayment,
    UpdateOrder,
)

_STANDING = frozenset({PaymentStatus.HELD, PaymentStatus.ORDERED})


def payment_queue(claim_id: ClaimId) -> str:
    """Return the queue of one claim that is settled or corrected and not squared yet."""
    return f"pay#{claim_id}"


def standing_orders(hospitals: HospitalStore, record: ClaimRecord, settled: SettlementSummary) -> list[PaymentOrder]:
    """Return a claim's orders that the bank has not answered, held orders among them: these can be recalled."""
    found = (hospitals.payment_order(record.institution, record.claim_id, number) for number in range(settled.rounds))
    return [order for order in found if order is not None and order.status in _STANDING]


def recalled(order: PaymentOrder) -> UpdateOrder:
    """Take an order back, unless the bank answers first."""
    return UpdateOrder(replace(order, status=PaymentStatus.RECALLED), order.status)


@dataclass(frozen=True, slots=True)
class Payment:
    claims: ClaimStore
    hospitals: HospitalStore
    ledger: LedgerStore
    bundles: BundleStore
    commits: Commits
    clock: Clock
    retrying: Retrying

    def pay(self, claim_id: ClaimId) -> None:
        """Square the claim in one transaction, exactly once even if called repeatedly."""
        self.retrying.on_conflict(lambda: self._pay_once(claim_id))

    def _pay_once(self, claim_id: ClaimId) -> None:
        record = existing(self.claims.get(claim_id))
        settled = record.settlement
        if record.status is not ClaimStatus.SETTLED or settled is None or settled.ordered:
            return
        institution = self.bundles.load(settled.bundle_hash).registry.institutions[record.institution]
        held = self._held(record.institution)
        squared, recall = _square(settled, held, ()), tuple[PaymentOrder, ...]()
        if squared.overpaid_fen:
            recall = tuple(standing_orders(self.hospitals, record, settled))
            squared = _square(settled, held, recall)
        now = instant(self.clock.now())
        recalled_fen = sum(order.amount_fen for order in recall)
        summary = _squared(settled, squared, recalled_fen)
        moved = replace(record, settlement=summary, revision=record.revision + 1, changed_at=now)
        self.commits.commit(
            [
                UpdateClaim(moved),
                CloseWaiting(payment_queue(claim_id), claim_id),
                *(part for order in recall for part in self._recall(order, now)),
                *(PostTransaction(each) for each in _transactions(record, settled, squared, institution, now)),
                *_moves(record, settled, squared, held, recalled_fen, now),
            ]
        )

    def _held(self, institution: InstitutionCode) -> Held:
        money = self.hospitals.money(institution)
        return Held(money.special.ready_fen, money.overpaid_fen)

    def _recall(self, order: PaymentOrder, now: Instant) -> tuple[Part, ...]:
        if order.status is PaymentStatus.HELD:
            return (recalled(order),)  # the held order never left
        instructed = existing(self.ledger.get(numbered("pay", order.claim_id, order.number)))
        return recalled(order), PostTransaction(reversal_of(instructed, now, order.payment_id))


def first_round(
    record: ClaimRecord, settled: SettlementSummary, institution: Institution, held: Held, now: Instant
) -> tuple[SettlementSummary, tuple[Part, ...]]:
    """Compute the first round of a claim that settles now: the summary with the round, and the parts written in one
    with the settlement. `held` is the hospital's holding as read; where less is held by then, the parts do not hold.
    """
    squared = _square(settled, held, ())
    parts = (
        *(PostTransaction(each) for each in _transactions(record, settled, squared, institution, now)),
        *_moves(record, settled, squared, held, 0, now),
    )
    return _squared(settled, squared, 0), parts


def _square(settled: SettlementSummary, held: Held, recall: Sequence[PaymentOrder]) -> Squaring:
    """Compute the round of payment once some orders are taken back."""
    ordered_fen = settled.ordered_fen - sum(order.amount_fen for order in recall)
    paid = Paid(settled.advance_offset_fen, ordered_fen)
    return square(settled.owed_fen, paid, held, protected_fen=settled.protected_fen)


def _squared(settled: SettlementSummary, squared: Squaring, recalled_fen: Fen) -> SettlementSummary:
    offset_fen = settled.advance_offset_fen - squared.restored_fen + squared.offset_fen
    is_held = settled.hold is Hold.HELD
    changed_fen = squared.withheld_fen + squared.ordered_fen - squared.overpaid_fen - recalled_fen
    return replace(
        settled,
        advance_offset_fen=offset_fen,
        payable_fen=settled.owed_fen - offset_fen,
        ordered=True,
        ordered_fen=settled.ordered_fen + changed_fen,
        held_fen=settled.held_fen + squared.ordered_fen - recalled_fen if is_held else 0,
        rounds=settled.rounds + 1,
    )


def _transactions(
    record: ClaimRecord, settled: SettlementSummary, squared: Squaring, institution: Institution, now: Instant
) -> list[Transaction]:
    """Return the round's transactions; a withheld amount moves nothing, since it meets its debt on the same account."""
    claim_id, number = record.claim_id, settled.rounds
    found = []
    if squared.restored_fen:
        found.append(offset_restored(claim_id, number, now, institution, squared.restored_fen))
    if squared.offset_fen:
        found.append(offset_transaction(claim_id, now, institution, squared.offset_fen, number))
    if squared.ordered_fen and settled.hold is not Hold.HELD:
        found.append(payment_order(claim_id, now, institution, squared.ordered_fen, number))
    return found


def _moves(
    record: ClaimRecord, settled: SettlementSummary, squared: Squaring, held: Held, recalled_fen: Fen, now: Instant
) -> list[Part]:
    moves: list[Part] = []
    advance_fen = squared.restored_fen - squared.offset_fen
    if advance_fen:
        moves.append(MoveAdvance(record.institution, AdvanceFund.SPECIAL, advance_fen))
    owed_back_fen = squared.overpaid_fen - squared.withheld_fen
    if owed_back_fen:
        # An amount withheld or made up for counts once: another claim's payment meanwhile makes this round anew.
        was_fen = held.overpaid_fen if squared.withheld_fen else None
        moves.append(MoveOverpaid(record.institution, owed_back_fen, was_fen))
    is_held = settled.hold is Hold.HELD
    if squared.ordered_fen:
        order = PaymentOrder(
            record.claim_id,
            record.institution,
            squared.ordered_fen,
            now,
            settled.rounds,
            PaymentStatus.HELD if is_held else PaymentStatus.ORDERED,
            agency=record.agency or AreaCode(""),
            claim_no=record.claim_no,
        )
        moves.append(OrderPayment(order))
    if squared != Squaring() or recalled_fen or settled.rounds == 0:
        line = RemittanceLine(
            claim_id=record.claim_id,
            claim_no=record.claim_no,
            event="settled" if settled.rounds == 0 else f"corrected-{settled.rounds}",
            at=now,
            owed_fen=settled.owed_fen - settled.advance_offset_fen - settled.ordered_fen,
            offset_fen=squared.offset_fen - squared.restored_fen,
            withheld_fen=squared.withheld_fen - squared.overpaid_fen,
            ordered_fen=0 if is_held else squared.ordered_fen - recalled_fen,
            bill=settled.bill,
            # While a claim is held, all of its orders are held: none has ever left.
            held_fen=squared.ordered_fen - recalled_fen if is_held else 0,
        )
        moves.append(AddRemittance(record.institution, line))
    return moves
