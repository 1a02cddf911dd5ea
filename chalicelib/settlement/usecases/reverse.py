"""Reverses a settled claim (结算冲销), negating every posting and closing up the year behind it, and ends an open claim
that its hospital withdraws.

Orders that the bank has not confirmed are recalled; paid amounts stay paid, are owed back by the hospital and are
withheld from its next payments. The claims that settled later in the person's year are decided again.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.claims.domain.history import HistoryEvent, told
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, SettlementSummary, Waiting
from chalicelib.claims.domain.submission import ClaimView
from chalicelib.claims.ports import ClaimStore, CloseWaiting, OpenWaiting, PersonStore, UpdateClaim
from chalicelib.claims.usecases.alike import leaving, read_years
from chalicelib.claims.usecases.documents import Bodies
from chalicelib.claims.usecases.reading import ReadClaim, resource_of
from chalicelib.claims.usecases.versions import withdrawing, withdrawn
from chalicelib.clearing.usecases.book import Booking, Trail, trail_of
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Finding, Invalid, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.kernel.writes import Part, Revise
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.transaction import LedgerEvent, numbered, posting_period, reversal_of
from chalicelib.ledger.ports import LedgerStore, PostTransaction
from chalicelib.registry.domain.resources import permitted
from chalicelib.settlement.access import CLAIM_REVERSE
from chalicelib.settlement.domain.postings import reversal_of_claim
from chalicelib.settlement.domain.squaring import RemittanceLine
from chalicelib.settlement.ports import AddRemittance, HospitalStore, MoveAdvance, MoveOverpaid
from chalicelib.settlement.usecases.pay import payment_queue, recalled, standing_orders
from chalicelib.settlement.usecases.redecide import Redeciding, redeciding_queue
from chalicelib.worklist.usecases import Leaving

_NOT_SETTLED = Finding(
    "not-settled",
    "status",
    Text(
        "只有已结算的申请可以撤销，请先查询其状态；尚未结算的申请只能由其机构撤回。",
        "Only a settled claim can be reversed; read its status. An open one is withdrawn by its hospital alone.",
    ),
)
_WINDOW_CLOSED = Finding(
    "window-closed",
    "claim_id",
    Text("该笔费用的清算窗口已关闭，请由经办机构撤销。", "The claim's window is closed: let the agency reverse it."),
)
_REASON_REQUIRED = Finding("reason-required", "reason", Text("请填写撤销原因。", "Give the reason of the reversal."))


@dataclass(frozen=True, slots=True)
class ReverseClaim:
    claims: ClaimStore
    persons: PersonStore
    hospitals: HospitalStore
    ledger: LedgerStore
    commits: Commits
    booking: Booking
    redeciding: Redeciding
    leaving: Leaving
    bodies: Bodies
    read: ReadClaim
    clock: Clock
    retrying: Retrying

    def __call__(self, principal: Principal, claim_id: ClaimId, reason: str) -> ClaimView:
        """Reverse a settled claim, or withdraw an open claim; an ended claim is left unchanged, but the year of a
        reversed claim is brought in order again.

        A hospital may reverse until the claim's window closes, then only its agency; only the hospital withdraws.
        Raises `Conflict` for a claim that was rejected and for a closed window, `Invalid` without a reason.
        """
        permitted(principal, CLAIM_REVERSE, "claim", self.claims.get(claim_id), resource_of)
        return self.read.view(self.recover(principal, claim_id, reason))

    def recover(self, principal: Principal, claim_id: ClaimId, reason: str) -> ClaimRecord:
        """Reverse or withdraw a claim for a caller who is authorised already."""
        if not reason.strip():
            raise Invalid([_REASON_REQUIRED])
        record = self.retrying.on_conflict(lambda: self._reverse_once(principal, claim_id, reason))
        if record.settlement is not None:
            queued = Waiting(redeciding_queue(record.person, record.settlement.year), claim_id, record.changed_at)
            self.redeciding.finish(queued)
        return record

    def _reverse_once(self, principal: Principal, claim_id: ClaimId, reason: str) -> ClaimRecord:
        record = existing(self.claims.get(claim_id))
        settled = record.settlement
        if record.status in (ClaimStatus.REVERSED, ClaimStatus.WITHDRAWN):
            return record
        if record.is_open and principal.role is Role.HOSPITAL:
            return self._withdraw(record, reason)
        if record.status is not ClaimStatus.SETTLED or settled is None:
            raise Conflict([_NOT_SETTLED.naming(status=record.status.value)])
        trail, now = trail_of(self.ledger, record), instant(self.clock.now())
        debts = self.booking.debts.of(claim_id)
        standing = (*trail.settlement, *trail.enrolments, *self.booking.debts.posted(debts))
        if principal.role is Role.HOSPITAL and self._window_is_closed(trail, now):
            raise Conflict([_WINDOW_CLOSED])
        reversed_record = replace(
            record,
            status=ClaimStatus.REVERSED,
            reason=reason,
            settlement=replace(settled, held_fen=0),
            revision=record.revision + 1,
            changed_at=now,
        )
        reversed_record, closed = self.leaving.taken_back(reversed_record, now)
        year = self.persons.year(record.person, settled.year)
        queued = Waiting(redeciding_queue(record.person, settled.year), claim_id, now)
        reversal = reversal_of_claim(standing, now, claim_id)
        self.commits.commit(
            [
                *self.booking.parts(reversal),
                *self.booking.debts.taken_back(debts, Act.of(principal, now), reason),
                UpdateClaim(reversed_record),
                *closed,
                Revise(year.without(claim_id)),
                *self._leaves_visits(record),
                CloseWaiting(payment_queue(claim_id), claim_id),
                OpenWaiting(queued),
                told(
                    reversed_record,
                    HistoryEvent.REVERSAL,
                    principal.role,
                    transaction_id=reversal.id,
                    reason=reason,
                ),
                *self._payments(record, settled, trail, now),
            ]
        )
        return reversed_record

    def _withdraw(self, record: ClaimRecord, reason: str) -> ClaimRecord:
        """End an open claim, unless the claim is settled at this moment: the next try then finds it settled."""
        ended = withdrawn(record, reason, instant(self.clock.now()))
        ended, closed = self.leaving.taken_back(ended, ended.changed_at)
        self.commits.commit([*withdrawing(record, ended), *closed, *self._leaves_visits(record)])
        return ended

    def _leaves_visits(self, record: ClaimRecord) -> list[Part]:
        return leaving(read_years(self.persons, self.bodies.of(record)), record.claim_id)

    def _payments(self, record: ClaimRecord, settled: SettlementSummary, trail: Trail, now: Instant) -> list[Part]:
        """Return the offset to the advance, and recall the orders or book them as owed back where the bank has paid."""
        recall = standing_orders(self.hospitals, record, settled)
        recalled_fen = sum(order.amount_fen for order in recall)
        overpaid_fen = settled.ordered_fen - recalled_fen
        # A held order never left: the journal holds nothing of the order.
        ids = {numbered("pay", order.claim_id, order.number) for order in recall}
        taken_back = [each for each in trail.rounds if each.event is not LedgerEvent.PAYMENT_ORDERED or each.id in ids]
        parts: list[Part] = [PostTransaction(reversal_of(each, now, record.claim_id)) for each in taken_back]
        parts += [recalled(order) for order in recall]
        if settled.advance_offset_fen:
            parts.append(MoveAdvance(record.institution, AdvanceFund.SPECIAL, settled.advance_offset_fen))
        if overpaid_fen:
            parts.append(MoveOverpaid(record.institution, overpaid_fen))
        parts.append(AddRemittance(record.institution, _line(record, settled, recalled_fen, now)))
        return parts

    def _window_is_closed(self, trail: Trail, now: Instant) -> bool:
        """Tell whether a claim's window is closed: its posting month, or between areas the window open then."""
        return any(self.booking.is_closed(each, posting_period(now)) for each in trail.settlement)


def _line(record: ClaimRecord, settled: SettlementSummary, recalled_fen: int, now: Instant) -> RemittanceLine:
    met_fen = settled.advance_offset_fen + settled.ordered_fen
    return RemittanceLine(
        claim_id=record.claim_id,
        claim_no=record.claim_no,
        event="reversed",
        at=now,
        owed_fen=-met_fen,
        offset_fen=-settled.advance_offset_fen,
        withheld_fen=recalled_fen - settled.ordered_fen,
        ordered_fen=settled.held_fen - recalled_fen,
        held_fen=-settled.held_fen,
        bill=settled.bill.negated(),
    )
