"""What a settled claim still costs: the hospital's special advance stands in first, the rest is ordered to be paid."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.application.commits import OrderPayment, Part, PostTransaction, SpendAdvance, UpdateClaim
from chalicelib.application.ports import BundleStore, ClaimStore, Clock, Commits, HospitalStore
from chalicelib.application.records import ClaimRecord, ClaimStatus, PaymentOrder, SettlementSummary
from chalicelib.application.retrying import Retrying
from chalicelib.application.times import instant
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ledger import advance_offset_fen, offset_transaction
from chalicelib.domain.money import Fen


@dataclass(frozen=True, slots=True)
class Payment:
    claims: ClaimStore
    hospitals: HospitalStore
    bundles: BundleStore
    commits: Commits
    clock: Clock
    retrying: Retrying

    def pay(self, claim_id: str) -> None:
        """Set the advance against the claim and order the rest, in one transaction; once, however often it is tried."""
        self.retrying.on_conflict(lambda: self._pay_once(claim_id))

    def _pay_once(self, claim_id: str) -> None:
        record = self.claims.get(claim_id)
        if record is None:
            raise NotFound
        settled = record.settlement
        if record.status is not ClaimStatus.SETTLED or settled is None or settled.ordered:
            return
        now = instant(self.clock.now())
        offset_fen = advance_offset_fen(
            settled.payable_fen,
            self.hospitals.special_advance_fen(record.institution) if settled.protected else 0,
            protected=settled.protected,
        )
        rest_fen = settled.payable_fen - offset_fen
        parts: list[Part] = [UpdateClaim(_paid(record, settled, offset_fen, now))]
        if offset_fen:
            registry = self.bundles.load(settled.bundle_hash).registry
            transaction = offset_transaction(claim_id, now, registry.institutions[record.institution], offset_fen)
            parts += [PostTransaction(transaction), SpendAdvance(record.institution, offset_fen)]
        if rest_fen:
            parts.append(OrderPayment(PaymentOrder(claim_id, record.institution, rest_fen, now)))
        self.commits.commit(parts)


def _paid(record: ClaimRecord, settled: SettlementSummary, offset_fen: Fen, now: str) -> ClaimRecord:
    summary = replace(
        settled, advance_offset_fen=offset_fen, payable_fen=settled.payable_fen - offset_fen, ordered=True
    )
    return replace(record, settlement=summary, revision=record.revision + 1, changed_at=now)
