"""Settles one claim: looks at it, decides and posts it, or refuses it with every reason.

Each method is one task of the settlement state machine and may be run again at any time, before or after it took
effect: what it finds done it leaves alone. Waiting is the business of `deferral.py`, paying that of `payment.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from chalicelib.adjudication.domain.determination import Determination
from chalicelib.budgets.domain import use_of
from chalicelib.claims.domain.history import HistoryEvent, told
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, Hold, Notes, SettlementSummary, Waiting
from chalicelib.claims.domain.remittance import Bill
from chalicelib.claims.ports import ClaimStore, CloseWaiting, OpenWaiting, UpdateClaim
from chalicelib.claims.usecases.alike import leaving, passing
from chalicelib.claims.usecases.announce import Announcing, ClaimEvent, to_announce
from chalicelib.claims.usecases.documents import Documents
from chalicelib.claims.usecases.examine import Decider, Examination, transfer_queue
from chalicelib.clearing.usecases.book import Booking
from chalicelib.kernel.errors import Deferred, NotFound, QuebaoError
from chalicelib.kernel.money import Fen
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.writes import Revise
from chalicelib.ledger.domain.accounts import hospital_payable
from chalicelib.ledger.domain.transaction import Transaction, settlement_transaction
from chalicelib.registry.domain.model import Institution
from chalicelib.settlement.usecases.defer import Deferral
from chalicelib.settlement.usecases.pay import payment_queue
from chalicelib.settlement.usecases.redecide import Redeciding, redeciding_queue


class ClaimRejected(QuebaoError):
    """Registry or policy forbids the claim. The state machine catches it by this name."""

    code = "claim-rejected"
    message = Text(
        "该结算申请不符合规定，请按 errors 更正后重新申报。",
        "The claim breaks a rule. Correct it as `errors` says and submit it again.",
    )


class ClaimDeferred(Deferred):
    """The claim has to wait. The state machine catches it by this name."""


@dataclass(frozen=True, slots=True)
class Settlement:
    claims: ClaimStore
    documents: Documents
    decider: Decider
    commits: Commits
    deferral: Deferral
    announcing: Announcing
    booking: Booking
    redeciding: Redeciding
    clock: Clock
    retrying: Retrying

    def validate(self, claim_id: str) -> None:
        """Look before anything is posted. Raises `ClaimRejected` or `ClaimDeferred`."""
        record = self._record(claim_id)
        if record.is_open:
            self._settleable(record)

    def settle(self, claim_id: str) -> None:
        """Decide the claim and post it, all in one transaction.

        What was read may change until the commit: then the conditions fail and it is read and decided again. Raises
        `ClaimRejected`, `ClaimDeferred`, or `VersionConflict` when others were first too often.

            read claim, person, year ──> decide ──> store determination ──> commit(ledger, claim, year, budget, window)
                  ^                                                             │ someone was first
                  └─────────────────────────────────────────────────────────────┘
        """
        self.retrying.on_conflict(lambda: self._settle_once(claim_id))

    def reject(self, claim_id: str) -> None:
        """Close the claim with all that is wrong with it.

        The task knows the id only, so it looks again. Where nothing is wrong any more (a bundle was published in
        between) the claim is started anew.
        """
        self.retrying.on_conflict(lambda: self._reject_once(claim_id))
        record = self._record(claim_id)
        if record.status is ClaimStatus.REJECTED:
            self.announcing.announce_or_leave(record, ClaimEvent.REJECTED)

    def announce(self, claim_id: str) -> None:
        """Let its diagnosis reach earlier visits, start again whoever waited for it, then tell whoever listens."""
        record = self._record(claim_id)
        if record.status is ClaimStatus.SETTLED:
            self.redeciding.follow(claim_id)
            self.deferral.resume_queue(transfer_queue(record.institution, record.claim_no))
            self.announcing.announce(record, ClaimEvent.SETTLED)

    def _record(self, claim_id: str) -> ClaimRecord:
        record = self.claims.get(claim_id)
        if record is None:
            raise NotFound
        return record

    def _settleable(self, record: ClaimRecord) -> Examination:
        examination = self.decider.examine(self.documents.submitted(record))
        if examination.findings:
            raise ClaimRejected(examination.findings)
        if examination.wait is not None:
            raise ClaimDeferred(examination.wait.reason, examination.wait.key)
        return examination

    def _settle_once(self, claim_id: str) -> None:
        record = self._record(claim_id)
        if not record.is_open:
            return
        examination = self._settleable(record)
        determination, document, institution = _decided(examination)
        now = instant(self.clock.now())
        transaction = replace(
            settlement_transaction(claim_id, now, determination, institution),
            budget=use_of(determination, examination.year.year),
        )
        settled = replace(
            _closed(record, ClaimStatus.SETTLED, now),
            agency=institution.agency,
            areas=examination.areas,
            notes_hash=self._notes(record, examination),
            settlement=SettlementSummary(
                transaction_id=transaction.id,
                determination_hash=self.documents.put_determination(document),
                bundle_hash=examination.bundle.hash,
                protected_fen=determination.protected_fen,
                settled_on=determination.decided_on,
                year=examination.year.year,
                payable_fen=payable_fen(transaction, institution.code),
                decided_hash=self._decided_hash(record),
                circumstances_hash=self.documents.put_circumstances(examination.circumstances),
                bill=Bill.of(determination),
                hold=Hold.HELD if examination.resemblance.warnings else None,
            ),
        )
        year = examination.year.with_entry(claim_id, record.institution, record.claim_no, determination.contribution)
        self.commits.commit(
            [
                *self.booking.parts(transaction),
                UpdateClaim(settled),
                Revise(year),
                examination.enrolments,
                *_leaves_queue(record),
                OpenWaiting(Waiting(payment_queue(claim_id), claim_id, now)),
                *passing(examination.resemblance),
                *self._moves_others(record, examination, now),
                to_announce(settled, ClaimEvent.SETTLED),
                told(
                    settled,
                    HistoryEvent.SETTLED,
                    transaction_id=transaction.id,
                    bundle=examination.bundle.hash,
                ),
            ]
        )

    def _decided_hash(self, record: ClaimRecord) -> str:
        return self.documents.put_claim(self.documents.submitted(record)) if record.statuses else record.body_hash

    def _moves_others(self, record: ClaimRecord, examination: Examination, now: str) -> list[OpenWaiting]:
        """A visit of an episode may cover earlier ones, or be covered itself: until that was looked at, it waits."""
        if not examination.names_episode:
            return []
        return [OpenWaiting(Waiting(redeciding_queue(record.person, examination.year.year), record.claim_id, now))]

    def _notes(self, record: ClaimRecord, examination: Examination) -> str | None:
        """What was odd at the edge stays, what the decision found odd is added."""
        found = examination.warnings
        if not found:
            return record.notes_hash
        odd = self.documents.notes(record.notes_hash).warnings
        return self.documents.put_notes(Notes((), (*odd, *found)))

    def _reject_once(self, claim_id: str) -> None:
        record = self._record(claim_id)
        if not record.is_open:
            return
        examination = self.decider.examine(self.documents.submitted(record))
        if not examination.findings:
            self.deferral.restart(record)
            return
        odd = self.documents.notes(record.notes_hash).warnings
        notes = Notes(examination.findings, (*odd, *examination.warnings))
        now = instant(self.clock.now())
        rejected = replace(
            _closed(record, ClaimStatus.REJECTED, now),
            agency=examination.agency,
            areas=examination.areas,
            notes_hash=self.documents.put_notes(notes),
        )
        self.commits.commit(
            [
                UpdateClaim(rejected),
                *_leaves_queue(record),
                # Unless what it was refused for stands as it was read, it is looked at again.
                *leaving(examination.resemblance.years, claim_id),
                to_announce(rejected, ClaimEvent.REJECTED),
                told(rejected, HistoryEvent.REJECTED, bundle=examination.bundle.hash),
            ]
        )


def payable_fen(transaction: Transaction, institution: str) -> Fen:
    """What a settlement owes the hospital, read from what it posts."""
    account = hospital_payable(institution)
    return -sum(posting.amount_fen for posting in transaction.postings if posting.account == account)


def _decided(examination: Examination) -> tuple[Determination, dict[str, Any], Institution]:
    assessment, institution = examination.assessment, examination.institution
    if assessment.determination is None or assessment.document is None or institution is None:
        raise AssertionError("a claim without findings is decided")
    return assessment.determination, assessment.document, institution


def _closed(record: ClaimRecord, status: ClaimStatus, now: str) -> ClaimRecord:
    return replace(record, status=status, revision=record.revision + 1, changed_at=now, waiting=None, reason=None)


def _leaves_queue(record: ClaimRecord) -> tuple[CloseWaiting, ...]:
    return () if record.waiting is None else (CloseWaiting(record.waiting, record.claim_id),)
