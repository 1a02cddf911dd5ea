"""Decides one claim and writes the outcome: settled with offset and payment order, refused, or put aside.

Settling is the task of the settlement state machine and may be run again at any time, before or after it took effect:
finished work is left alone. The effects of some claims on others follow as a task of its own (`follow`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.determination import Determination
from chalicelib.budgets.domain import use_of
from chalicelib.claims.domain.history import HistoryEvent, OrderedPayment, told
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, Hold, Notes, SettlementSummary, Waiting
from chalicelib.claims.domain.remittance import Bill
from chalicelib.claims.domain.years import first_settled
from chalicelib.claims.ports import ClaimStore, OpenWaiting, UpdateClaim
from chalicelib.claims.usecases.alike import leaving, passing
from chalicelib.claims.usecases.documents import Documents, corrected, read_body
from chalicelib.claims.usecases.examine import Decider, Examination, transfer_queue
from chalicelib.claims.usecases.versions import out_of_queue
from chalicelib.clearing.usecases.book import Booking
from chalicelib.kernel.errors import existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode
from chalicelib.kernel.writes import Part, Revise
from chalicelib.ledger.domain.accounts import hospital_payable
from chalicelib.ledger.domain.transaction import Transaction, posting_period, settlement_transaction
from chalicelib.registry.domain.model import Institution
from chalicelib.settlement.domain.squaring import Held
from chalicelib.settlement.ports import ClaimFacts, FactStore, OrderPayment
from chalicelib.settlement.usecases.defer import Deferral
from chalicelib.settlement.usecases.pay import first_round
from chalicelib.settlement.usecases.redecide import Redeciding, redeciding_queue


class OthersFollow(Exception):
    """A settled claim moves other claims. The state machine catches this class by its name and lets them follow."""


@dataclass(frozen=True, slots=True)
class Settlement:
    claims: ClaimStore
    facts: FactStore
    documents: Documents
    decider: Decider
    commits: Commits
    deferral: Deferral
    booking: Booking
    redeciding: Redeciding
    clock: Clock
    retrying: Retrying

    def settle(self, claim_id: ClaimId) -> ClaimStatus:
        """Decide the claim once and write the outcome, in one transaction; return the resulting state.

        The facts read may change until the commit: then the conditions fail and the claim is read and decided again.
        Raises `OthersFollow` for a claim that is settled and named an episode or was waited for, also when settled
        before, and `VersionConflict` when other writes came first too often.

            read claim, person, hospital, windows ──> decide ──> store both documents ──> commit(the outcome)
                  ^                                                                           │ another write came first
                  └───────────────────────────────────────────────────────────────────────────┘
        """
        return self.retrying.on_conflict(lambda: self._decide_once(claim_id))

    def follow(self, claim_id: ClaimId) -> None:
        """Let a settled claim's diagnosis reach earlier visits, and start again the claims that waited for it."""
        record = existing(self.claims.get(claim_id))
        if record.status is ClaimStatus.SETTLED:
            self.redeciding.follow(claim_id)
            self.deferral.resume_queue(transfer_queue(record.institution, record.claim_no))

    def _decide_once(self, claim_id: ClaimId) -> ClaimStatus:
        found = existing(self.claims.submitted(claim_id))
        record, content = found
        claim = corrected(read_body(record, content), record)
        if not record.is_open:
            return self._left(record, claim)
        now = instant(self.clock.now())
        facts = self.facts.of(claim, posting_period(now))
        examination = self.decider.examine(claim, facts.person, facts.terms)
        if examination.findings:
            return self._reject(record, examination, now)
        if examination.wait is not None:
            known = replace(record, agency=examination.agency, areas=examination.areas)
            return self.deferral.put_aside(known, examination.wait)
        return self._left(self._settle(record, claim, examination, facts, now), claim)

    def _left(self, record: ClaimRecord, claim: Claim) -> ClaimStatus:
        if record.status is ClaimStatus.SETTLED and (record.awaited or claim.visit.episode is not None):
            raise OthersFollow
        return record.status

    def _settle(
        self, record: ClaimRecord, claim: Claim, examination: Examination, facts: ClaimFacts, now: Instant
    ) -> ClaimRecord:
        determination, institution = _decided(examination)
        transaction = replace(
            settlement_transaction(record.claim_id, now, determination, institution),
            budget=use_of(determination, examination.year.year),
        )
        known = replace(record, agency=institution.agency, areas=examination.areas)
        summary = self._summary(claim, examination, determination, transaction)
        held = Held(facts.money.special.ready_fen, facts.money.overpaid_fen)
        summary, payment = first_round(known, summary, institution, held, now)
        settled = replace(
            _closed(known, ClaimStatus.SETTLED, now),
            notes_hash=self._notes(record, examination),
            settlement=summary,
        )
        year = examination.year.with_entry(
            record.claim_id, record.institution, record.claim_no, determination.contribution
        )
        self.commits.commit(
            [
                *self.booking.parts(transaction, facts.windows),
                *payment,
                UpdateClaim(settled),
                Revise(year),
                *first_settled(institution.agency, record.institution, examination.year),
                examination.enrolments,
                *out_of_queue(record),
                *passing(examination.resemblance),
                *self._moves_others(record, examination, now),
                told(
                    settled,
                    HistoryEvent.SETTLED,
                    transaction_id=transaction.id,
                    bundle=examination.bundle.hash,
                    payment=_ordered(payment),
                ),
            ]
        )
        return settled

    def _summary(
        self, claim: Claim, examination: Examination, determination: Determination, transaction: Transaction
    ) -> SettlementSummary:
        document = examination.assessment.document
        if document is None:
            raise AssertionError("what is decided is rendered with it")
        decided = self.documents.put_decision(document, claim, examination.circumstances)
        return SettlementSummary(
            transaction_id=transaction.id,
            determination_hash=decided.determination_hash,
            bundle_hash=examination.bundle.hash,
            protected_fen=determination.protected_fen,
            settled_on=determination.decided_on,
            year=examination.year.year,
            payable_fen=payable_fen(transaction, claim.institution),
            decided_hash=decided.decided_hash,
            bill=Bill.of(determination),
            hold=Hold.HELD if examination.resemblance.warnings else None,
        )

    def _moves_others(self, record: ClaimRecord, examination: Examination, now: Instant) -> list[OpenWaiting]:
        """Queue a visit of an episode, which may cover earlier visits or be covered, until that was looked at."""
        if not examination.names_episode:
            return []
        return [OpenWaiting(Waiting(redeciding_queue(record.person, examination.year.year), record.claim_id, now))]

    def _notes(self, record: ClaimRecord, examination: Examination) -> str | None:
        """Keep the warnings of the submission and add the warnings of the decision."""
        found = examination.warnings
        if not found:
            return record.notes_hash
        odd = self.documents.notes(record.notes_hash).warnings
        return self.documents.put_notes(Notes((), (*odd, *found)))

    def _reject(self, record: ClaimRecord, examination: Examination, now: Instant) -> ClaimStatus:
        """Close the claim with all of its findings."""
        odd = self.documents.notes(record.notes_hash).warnings
        notes = Notes(examination.findings, (*odd, *examination.warnings))
        rejected = replace(
            _closed(record, ClaimStatus.REJECTED, now),
            agency=examination.agency,
            areas=examination.areas,
            notes_hash=self.documents.put_notes(notes),
        )
        self.commits.commit(
            [
                UpdateClaim(rejected),
                *out_of_queue(record),
                # Where the grounds of the refusal changed since they were read, the claim is looked at again.
                *leaving(examination.resemblance.years, record.claim_id),
                told(rejected, HistoryEvent.REJECTED, bundle=examination.bundle.hash),
            ]
        )
        return ClaimStatus.REJECTED


def payable_fen(transaction: Transaction, institution: InstitutionCode) -> Fen:
    """Return the amount that a settlement owes the hospital, read from its postings."""
    account = hospital_payable(institution)
    return -sum(posting.amount_fen for posting in transaction.postings if posting.account == account)


def _decided(examination: Examination) -> tuple[Determination, Institution]:
    assessment, institution = examination.assessment, examination.institution
    if assessment.determination is None or institution is None:
        raise AssertionError("a claim without findings is decided")
    return assessment.determination, institution


def _ordered(payment: Iterable[Part]) -> OrderedPayment | None:
    """Return the order among the parts of a round of payment, as the claim's history tells it."""
    orders = (part.order for part in payment if isinstance(part, OrderPayment))
    return next((OrderedPayment(order.status.value, order.agency) for order in orders), None)


def _closed(record: ClaimRecord, status: ClaimStatus, now: Instant) -> ClaimRecord:
    return replace(record, status=status, revision=record.revision + 1, changed_at=now, waiting=None, reason=None)
