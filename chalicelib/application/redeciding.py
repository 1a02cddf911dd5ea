"""Decides settled claims again when something they stood on has changed, by correcting transactions.

A claim is decided again on what it was decided on first: the same bundle, day and circumstances. Only what changed
differs: what stands before it in the person's year, its history, or the illness it turned out to be of. Where the
result has the same bytes nothing is posted, so every method may be run again at any time until all is as it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from chalicelib.application.booking import Booking, trail_of
from chalicelib.application.claim_history import HistoryEvent, told
from chalicelib.application.commits import CloseWaiting, OpenWaiting, Part, UpdateClaim, WriteYear
from chalicelib.application.deciding import areas_of, enrolment_for
from chalicelib.application.documents import Documents
from chalicelib.application.payment import Payment, payment_queue
from chalicelib.application.ports import BundleStore, ClaimStore, Clock, Commits, LedgerStore, PersonStore
from chalicelib.application.records import ClaimRecord, ClaimStatus, SettlementSummary, Waiting
from chalicelib.application.retrying import Retrying
from chalicelib.application.times import instant
from chalicelib.domain.access import Role
from chalicelib.domain.adjudication import Circumstances, assess
from chalicelib.domain.budgets import use_of
from chalicelib.domain.claims import Claim
from chalicelib.domain.clearing.debts import recognised
from chalicelib.domain.correction import of_the_illness, reaches_back
from chalicelib.domain.determination import Determination
from chalicelib.domain.enrolments import bearer_of_pending
from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.postings import Correction, enrolled_later
from chalicelib.domain.recalculation import PartyChange, parties, party_changes
from chalicelib.domain.registry import Enrolment, Registry
from chalicelib.domain.remittance import Bill
from chalicelib.domain.year import PersonYear

REDECIDE = "redecide#"
"""The queue of a person's year that is being brought in order."""


def redeciding_queue(person: str, year: int) -> str:
    """The queue of a year in which something changed and later claims may have to follow."""
    return f"{REDECIDE}{person}#{year}"


@dataclass(frozen=True, slots=True)
class Noted:
    """Why a claim is decided again: what its history tells, what the correction cites beside the provisions that
    decided it, what is kept with the circumstances, and what is written in one with it. `role` is None for what follows
    by itself. `known` makes of the circumstances a claim was decided on those that are known now.
    """

    event: HistoryEvent = HistoryEvent.YEAR_ORDER
    role: Role | None = None
    reason: str | None = None
    citations: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    kept: dict[str, Any] | None = None
    known: Callable[[Circumstances], Circumstances] = lambda standing: standing


FOLLOWS = Noted()
"""A claim that is decided again since one before it in its year changed."""


@dataclass(frozen=True, slots=True)
class Redeciding:
    claims: ClaimStore
    persons: PersonStore
    documents: Documents
    bundles: BundleStore
    ledger: LedgerStore
    commits: Commits
    booking: Booking
    payment: Payment
    clock: Clock
    retrying: Retrying

    def settle_up(self, person: str, year: int) -> None:
        """Bring every claim of a year to what it comes to after those before it, in the order of their numbers."""
        self.retrying.on_conflict(lambda: self._settle_up_once(self.persons.year(person, year)))

    def finish(self, waiting: Waiting) -> None:
        """Settle a year up that stands in its queue, and take it out."""
        person, _, year = waiting.key.removeprefix(REDECIDE).rpartition("#")
        self.settle_up(person, int(year))
        self.commits.commit([CloseWaiting(waiting.key, waiting.claim_id)])

    def reach_back(self, claim_id: str) -> None:
        """Let a diagnosis cover the earlier visits of its episode, whichever was settled first. Source: N-08."""
        record = self.claims.get(claim_id)
        if record is None or record.status is not ClaimStatus.SETTLED or record.settlement is None:
            return
        claim = self.documents.claim(record.settlement.decided_hash)
        if claim.visit.episode is None:
            return
        for year in self.persons.years(record.person):
            for other in (each for each in year.standing if each != claim_id):
                visit = self._decided(other)
                self._reach(claim, visit, other)
                self._reach(visit, claim, claim_id)
                # Also one that an earlier try reached and did not come to pay.
                self.payment.pay(other)

    def redecide(self, claim_id: str, changed: Claim, noted: Noted) -> bool:
        """Decide one claim again as `changed`, then those after it; whether anything of it changed.

        Raises `Invalid` where the changed claim could not have been settled at all.
        """

        def once() -> bool:
            record, settled = self._settled(claim_id)
            year = self.persons.year(record.person, settled.year)
            after = self._again(record, settled, changed, year, noted)
            self._settle_up_once(after)
            return after != year

        return self.retrying.on_conflict(once)

    def reclassify(self, person: str, registry: Registry) -> int:
        """Move what was advanced for a person until enrolment to the fund that bears it; of how many claims (Y-15)."""
        periods = self.persons.enrolments(person).periods
        if all(period.insured_area is None for period in periods):
            return 0
        return sum(
            self.retrying.on_conflict(partial(self._reclassify_once, claim_id, periods, registry))
            for year in self.persons.years(person)
            for claim_id in year.standing
        )

    def _reclassify_once(self, claim_id: str, periods: Sequence[Enrolment], registry: Registry) -> bool:
        record, settled = self._settled(claim_id)
        visit, institution = self.documents.claim(settled.decided_hash).visit, registry.institutions[record.institution]
        bearer = bearer_of_pending(
            enrolment_for(periods, visit), periods, visit.discharged_on, institution.pooling_area, registry
        )
        if bearer is None or bearer.insured_area is None:
            return False
        trail = trail_of(self.ledger, record)
        standing = (*trail.settlement, *trail.enrolments)
        now, area, scheme = instant(self.clock.now()), bearer.insured_area, bearer.insurance.value
        transaction = enrolled_later(claim_id, settled.corrections, now, standing, area, scheme, registry)
        if transaction is None:
            return False
        summary = replace(settled, reclassified=True)
        areas = {*record.areas, *areas_of(institution, area, registry)}
        moved = replace(
            record, settlement=summary, areas=tuple(sorted(areas)), revision=record.revision + 1, changed_at=now
        )
        event = told(moved, HistoryEvent.ENROLMENT, transaction_id=transaction.id)
        self.commits.commit([*self.booking.parts(transaction), UpdateClaim(moved), event])
        return True

    def _settle_up_once(self, year: PersonYear) -> None:
        for claim_id in year.standing:
            record, settled = self._settled(claim_id)
            try:
                year = self._again(record, settled, self.documents.claim(settled.decided_hash), year, FOLLOWS)
            except Invalid:
                # What was settled once and could not be settled today stays as it was decided; somebody must look.
                continue

    def _again(
        self,
        record: ClaimRecord,
        settled: SettlementSummary,
        claim: Claim,
        year: PersonYear,
        noted: Noted,
    ) -> PersonYear:
        """Decide one claim on the year as it is and post the difference; the year after that."""
        standing = noted.known(self.documents.circumstances(settled.circumstances_hash))
        circumstances = replace(standing, prior=year.prior_of(record.claim_id))
        bundle = self.bundles.load(settled.bundle_hash)
        assessment = assess(claim, circumstances, bundle)
        if assessment.determination is None or assessment.document is None:
            raise Invalid(assessment.findings)
        if self.documents.hash_of(assessment.document) == settled.determination_hash:
            self.payment.pay(record.claim_id)
            return year
        summary = replace(
            settled,
            determination_hash=self.documents.put_determination(assessment.document),
            decided_hash=self.documents.put_claim(claim),
            circumstances_hash=self.documents.put_circumstances(circumstances, noted.kept),
        )
        before = self.documents.determination(settled.determination_hash)
        changes = party_changes(parties(before), parties(assessment.document))
        # Who saw the claim goes on seeing it; an area that insures the patient now sees it from here on.
        insured_area = None if circumstances.enrolment is None else circumstances.enrolment.insured_area
        concerned = areas_of(bundle.registry.institutions.get(record.institution), insured_area, bundle.registry)
        seen = replace(record, areas=tuple(sorted({*record.areas, *concerned})))
        after = self.post(seen, summary, assessment.determination, year, noted, changes)
        self.payment.pay(record.claim_id)
        return after

    def post(
        self,
        record: ClaimRecord,
        summary: SettlementSummary,
        determination: Determination,
        year: PersonYear,
        noted: Noted,
        changes: tuple[PartyChange, ...],
    ) -> PersonYear:
        """Post the difference between what stands and what the claim comes to now; the year after it.

        `summary` names the bundle, claim and documents it was decided with, `changes` what every payer comes to. Raises
        `VersionConflict` where somebody wrote the claim or its year meanwhile.
        """
        claim_id, now, number = record.claim_id, instant(self.clock.now()), summary.corrections + 1
        registry = self.bundles.load(summary.bundle_hash).registry
        trail = trail_of(self.ledger, record)
        debts = self.booking.debts.of(claim_id)
        anew = Correction(claim_id, number, now, trail.settlement, trail.enrolments, self.booking.debts.posted(debts))
        target = anew.target(determination, registry.institutions[record.institution], registry)
        debts, kept = self.booking.debts.decided_anew(debts, target)
        correction = anew.of(determination, recognised(target, debts), use_of(determination, year.year))
        transaction = replace(correction, citations=(*correction.citations, *noted.citations))
        owed_fen = determination.shares.funds_fen + determination.shares.fiscal_fen
        corrected = replace(
            summary,
            protected_fen=determination.protected_fen,
            payable_fen=owed_fen - summary.advance_offset_fen,
            ordered=False,
            corrections=number,
            bill=Bill.of(determination),
        )
        after = year.with_correction(claim_id, determination.contribution)
        moved = replace(record, settlement=corrected, revision=record.revision + 1, changed_at=now)
        self.commits.commit(
            [
                *self.booking.parts(transaction),
                UpdateClaim(moved),
                WriteYear(after),
                OpenWaiting(Waiting(payment_queue(claim_id), claim_id, now)),
                told(
                    moved,
                    noted.event,
                    noted.role,
                    transaction_id=transaction.id,
                    bundle=summary.bundle_hash,
                    reason=noted.reason,
                    changes=changes,
                ),
                kept,
                *noted.parts,
            ]
        )
        return after

    def _reach(self, diagnosed: Claim, earlier: Claim, earlier_id: str) -> None:
        if reaches_back(diagnosed, earlier):
            try:
                self.redecide(earlier_id, of_the_illness(earlier, diagnosed), Noted(HistoryEvent.REACH_BACK))
            except Invalid:
                # The earlier visit breaks a rule for the illness (an agreement, say): it stays what it was.
                return

    def _decided(self, claim_id: str) -> Claim:
        _, settled = self._settled(claim_id)
        return self.documents.claim(settled.decided_hash)

    def _settled(self, claim_id: str) -> tuple[ClaimRecord, SettlementSummary]:
        record = self.claims.get(claim_id)
        if record is None or record.settlement is None:
            raise NotFound
        return record, record.settlement
