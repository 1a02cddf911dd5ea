"""Releases the held payment of a claim that resembles another, once its agency has looked at both.

Ledger, advance and clearing position stand since the settlement; only the payment order waited. Refusing the payment is
a reversal of the claim by the agency. A correction meanwhile releases nothing: its orders wait as well. An amount that
the bank paid all the same and the hospital still owes back is not ordered again: the release makes the amount due.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.claims.domain.history import HistoryEvent, told
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, Hold, Release, SettlementSummary
from chalicelib.claims.domain.submission import ClaimView
from chalicelib.claims.ports import ClaimStore, UpdateClaim
from chalicelib.claims.usecases.reading import ReadClaim, resource_of
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Conflict, Finding, Invalid, NotFound, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.kernel.writes import Part
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.transaction import payment_order
from chalicelib.ledger.ports import PostTransaction
from chalicelib.registry.domain.model import Institution
from chalicelib.registry.domain.resources import own
from chalicelib.settlement.access import CLAIM_RELEASE
from chalicelib.settlement.domain.order import PaymentOrder, PaymentStatus
from chalicelib.settlement.domain.squaring import RemittanceLine
from chalicelib.settlement.ports import AddRemittance, HospitalStore, MoveOverpaid, UpdateOrder
from chalicelib.settlement.usecases.pay import standing_orders

_REASON_REQUIRED = Finding("reason-required", "reason", Text("请填写放行原因。", "Give the reason of the release."))
_NOT_HELD = Finding(
    "not-held",
    "claim_id",
    Text(
        "该申请的款项未被暂缓：只有已结算且疑似重复的申请才需要放行，请先查询该申请。",
        "No payment of this claim is held. Read the claim first: only a settled one with the warning "
        "possible-duplicate is released.",
    ),
)


@dataclass(frozen=True, slots=True)
class ReleasePayment:
    claims: ClaimStore
    hospitals: HospitalStore
    bundles: BundleStore
    commits: Commits
    read: ReadClaim
    clock: Clock
    retrying: Retrying

    def __call__(self, principal: Principal, claim_id: ClaimId, reason: str) -> ClaimView:
        """Order a claim's held payment; a claim that was released already is left unchanged.

        The claim's agency may release, by another person than the submitter of the claim. Raises `Conflict` where
        nothing is held, `Invalid` without a reason.
        """
        record = self.claims.get(claim_id)
        known = own(principal, "claim") if record is None else resource_of(record)
        acted = () if record is None else (record.submitted_by,)
        require(principal, CLAIM_RELEASE, replace(known, acted=acted))
        if record is None:
            raise NotFound
        if not reason.strip():
            raise Invalid([_REASON_REQUIRED])
        return self.read.view(self.retrying.on_conflict(lambda: self._release_once(principal, claim_id, reason)))

    def _release_once(self, principal: Principal, claim_id: ClaimId, reason: str) -> ClaimRecord:
        record = existing(self.claims.get(claim_id))
        settled = record.settlement
        if record.status is not ClaimStatus.SETTLED or settled is None or settled.hold is None:
            raise Conflict([_NOT_HELD.naming(status=record.status.value)])
        if settled.hold is Hold.RELEASED:
            return record
        now = instant(self.clock.now())
        summary = replace(settled, hold=Hold.RELEASED, held_fen=0, release=Release(Act.of(principal, now), reason))
        released = replace(record, settlement=summary, revision=record.revision + 1, changed_at=now)
        self.commits.commit(
            [
                UpdateClaim(released),
                *self._orders(record, settled, now),
                told(released, HistoryEvent.RELEASE, principal.role, reason=reason),
            ]
        )
        return released

    def _orders(self, record: ClaimRecord, settled: SettlementSummary, now: Instant) -> list[Part]:
        institution = self.bundles.load(settled.bundle_hash).registry.institutions[record.institution]
        held = [
            order for order in standing_orders(self.hospitals, record, settled) if order.status is PaymentStatus.HELD
        ]
        overpaid_fen = self.hospitals.money(record.institution).overpaid_fen
        met_fen, parts = 0, list[Part]()
        for order in held:
            if order.beyond and order.amount_fen <= overpaid_fen - met_fen:
                met_fen += order.amount_fen
                parts.append(_met(order))
            else:
                parts += _order(order, institution, now)
        if met_fen:
            # Withholding the amount from another claim meanwhile makes the release look again.
            parts.append(MoveOverpaid(record.institution, -met_fen, overpaid_fen))
        if held:
            parts.append(AddRemittance(record.institution, _line(record, settled, met_fen, now)))
        return parts


def _met(order: PaymentOrder) -> UpdateOrder:
    """Mark as paid a held order that the bank paid and the hospital still owes back: the amount is due now."""
    return UpdateOrder(replace(order, status=PaymentStatus.PAID, beyond=order.beyond - 1), PaymentStatus.HELD)


def _order(order: PaymentOrder, institution: Institution, now: Instant) -> tuple[Part, ...]:
    """Send the order to the bank and post it in the journal, neither of which happened before."""
    ordered = replace(order, status=PaymentStatus.ORDERED, ordered_at=now)
    posting = payment_order(order.claim_id, now, institution, order.amount_fen, order.number)
    return UpdateOrder(ordered, PaymentStatus.HELD), PostTransaction(posting)


def _line(record: ClaimRecord, settled: SettlementSummary, met_fen: Fen, now: Instant) -> RemittanceLine:
    return RemittanceLine(
        claim_id=record.claim_id,
        claim_no=record.claim_no,
        event="released",
        at=now,
        owed_fen=0,
        offset_fen=0,
        withheld_fen=met_fen,
        ordered_fen=settled.held_fen - met_fen,
        held_fen=-settled.held_fen,
    )
