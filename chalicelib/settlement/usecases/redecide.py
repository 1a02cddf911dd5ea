"""Decides settled claims again by correcting transactions, when a basis of their decision has changed.

A claim is decided again on its first inputs: the same bundle, day and circumstances. Only the changed inputs differ:
the earlier claims of the person's year, the claim's history, its codes, the person's insurer, or the illness diagnosed
later. A claim without changed inputs is not decided again. Where every figure stays nothing is posted, even if the
engine's wording has changed. Every method may therefore be run again at any time until all is in order. Claims before
the changed claim are not looked at. No code is asked again. A claim that cannot be decided again becomes a task, with
its reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from chalicelib.adjudication.domain.assess import Assessment, Circumstances, assess
from chalicelib.adjudication.domain.claim import LaterDiagnosis
from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.budgets.domain import use_of
from chalicelib.claims.domain.history import HistoryEvent, told
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, SettlementSummary, Waiting, with_statuses
from chalicelib.claims.domain.remittance import Bill
from chalicelib.claims.ports import ClaimStore, CloseWaiting, OpenWaiting, PersonStore, UpdateClaim
from chalicelib.claims.usecases.documents import Documents
from chalicelib.claims.usecases.episodes import Episodes
from chalicelib.claims.usecases.examine import areas_of, enrolment_for
from chalicelib.clearing.domain.debts import recognised
from chalicelib.clearing.usecases.book import Booking, Trail, trail_of
from chalicelib.kernel.errors import Finding, Invalid, NotFound, PolicyConflict, VersionConflict
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import ClaimId, PersonToken
from chalicelib.kernel.writes import Require, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.ports import LedgerStore
from chalicelib.registry.domain.enrolments import bearer_of_pending
from chalicelib.registry.domain.model import Enrolment, Registry
from chalicelib.settlement.domain.anew import FOLLOWS, Anew, Change, Known, Noted, Outcome
from chalicelib.settlement.domain.postings import Correction, enrolled_later, has_pending
from chalicelib.settlement.usecases.pay import Payment, payment_queue
from chalicelib.worklist.usecases import Leaving

REDECIDE = "redecide#"
"""The queue of a person's year that is being brought in order."""

_MOVES_OTHERS = frozenset({HistoryEvent.CORRECTION, HistoryEvent.CODES, HistoryEvent.ENROLMENT})
"""The events of a claim after which the later claims of its year and the visits of its episode may have to follow."""
_IS_FOLLOWED = _MOVES_OTHERS | {HistoryEvent.REACH_BACK}
"""The events posted with the claim in its queue, so that the sweep finds a claim whose followers were cut off."""


def redeciding_queue(person: PersonToken, year: int) -> str:
    """Return the queue of a year in which a claim changed and later claims may have to follow."""
    return f"{REDECIDE}{person}#{year}"


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
    episodes: Episodes
    leaving: Leaving
    clock: Clock
    retrying: Retrying

    def settle_up(self, person: PersonToken, year: int, changed: Iterable[ClaimId]) -> None:
        """Bring the claims of a year in order, from the first changed claim on, by deciding each after its
        predecessors, in the order of their numbers.
        """
        since = frozenset(changed)
        self.retrying.on_conflict(lambda: self._settle_up_once(self.persons.year(person, year), since))

    def finish(self, *waiting: Waiting) -> None:
        """Let the later claims of a year and the visits of the claims' episodes follow the changed claims, and take the
        changed claims out of their queue.
        """
        queues: dict[str, list[ClaimId]] = {}
        for each in waiting:
            queues.setdefault(each.key, []).append(each.claim_id)
        for key, claim_ids in queues.items():
            person, _, year = key.removeprefix(REDECIDE).rpartition("#")
            self.settle_up(PersonToken(person), int(year), claim_ids)
        self.reach_back(dict.fromkeys(each.claim_id for each in waiting))
        for each in waiting:
            self.commits.commit([CloseWaiting(each.key, each.claim_id)])

    def follow(self, claim_id: ClaimId) -> None:
        """Let other claims follow a newly settled claim: only a claim that names its episode changes others."""
        record = self.claims.get(claim_id)
        if record is None or record.settlement is None:
            return
        if self.documents.claim(record.settlement.decided_hash).visit.episode is not None:
            # Finish everything, since an interrupted run may have reached the claim before its year had followed.
            self.finish(Waiting(redeciding_queue(record.person, record.settlement.year), claim_id, record.changed_at))

    def reach_back(self, claim_ids: Iterable[ClaimId]) -> None:
        """Let the diagnoses of the claims' episodes cover their earlier visits, at any place and in any order of
        settlement, and take back cover that no diagnosis gives any more. Source: N-08.
        """
        seen: set[ClaimId] = set()
        for claim_id in claim_ids:
            visits = () if claim_id in seen else self.episodes.of(claim_id)
            reached = [visit for visit in visits if visit.reached != visit.claim or visit.has_task]
            later = {visit.claim_id: partial(_with_later, visit.reached.diagnosis.later) for visit in reached}
            self.redecide_each(later, Noted(HistoryEvent.REACH_BACK))
            for visit in visits:
                # Pay also a claim that an earlier try reached without paying.
                self.payment.pay(visit.claim_id)
            seen.update(visit.claim_id for visit in visits)

    def redecide(self, claim_id: ClaimId, change: Change, noted: Noted) -> Outcome:
        """Decide one settled claim again with a change, then the claims that follow from it.

        A claim that cannot be decided so stays unchanged and becomes its agency's task.
        """
        return self.redecide_each({claim_id: change}, noted)[claim_id]

    def redecide_each(self, changes: Mapping[ClaimId, Change], noted: Noted) -> dict[ClaimId, Outcome]:
        """Decide several claims again, each with its change, in the given order; the claims that follow from all of
        them follow once.
        """
        outcomes: dict[ClaimId, Outcome] = {}
        moved: list[Waiting] = []
        for claim_id, change in changes.items():
            outcome, record, year = self.retrying.on_conflict(partial(self._redecide_once, claim_id, change, noted))
            outcomes[claim_id] = outcome
            if noted.event in _MOVES_OTHERS or outcome is Outcome.CHANGED:
                moved.append(Waiting(redeciding_queue(record.person, year), claim_id, record.changed_at))
        self.finish(*moved)
        return outcomes

    def reclassify(self, person: PersonToken, registry: Registry) -> int:
        """Move money advanced for a person until enrolment to the bearing fund; return the number of claims (Y-15)."""
        periods = self.persons.enrolments(person).periods
        if all(period.insured_area is None for period in periods):
            return 0
        return sum(
            self.retrying.on_conflict(partial(self._reclassify_once, claim_id, periods, registry))
            for year in self.persons.years(person)
            for claim_id in year.standing
        )

    def _reclassify_once(self, claim_id: ClaimId, periods: Sequence[Enrolment], registry: Registry) -> bool:
        record, settled = self._settled(claim_id)
        institution = registry.institutions[record.institution]
        bearer = self._bearer(record, settled, periods, registry)
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

    def _bearer(
        self, record: ClaimRecord, settled: SettlementSummary, periods: Sequence[Enrolment], registry: Registry
    ) -> Enrolment | None:
        visit, institution = self.documents.claim(settled.decided_hash).visit, registry.institutions[record.institution]
        in_force = enrolment_for(periods, visit)
        return bearer_of_pending(in_force, periods, visit.discharged_on, institution.pooling_area, registry)

    def returns(self, record: ClaimRecord, settled: SettlementSummary) -> bool:
        """Tell whether the money advanced until enrolment lies with a fund whose enrolment stands no more (Y-15)."""
        if not settled.reclassified:
            return False
        trail = trail_of(self.ledger, record)
        return not has_pending((*trail.settlement, *trail.enrolments)) and not self._is_borne(record, settled, trail)

    def _is_borne(self, record: ClaimRecord, settled: SettlementSummary, trail: Trail) -> bool:
        """Tell whether the money moved from pending to a fund still has a bearing enrolment."""
        if not trail.enrolments:
            return True
        periods, registry = self.persons.enrolments(record.person).periods, self.bundles.current().registry
        return self._bearer(record, settled, periods, registry) is not None

    def _settle_up_once(self, year: PersonYear, changed: frozenset[ClaimId]) -> None:
        for claim_id in year.standing_from(changed):
            record, settled = self._settled(claim_id)
            try:
                year = self._again(record, settled, self._known(settled), year, FOLLOWS)
            except (Invalid, PolicyConflict) as refused:
                self.leaving.leave(record, FOLLOWS.event, refused.findings)

    def _redecide_once(self, claim_id: ClaimId, change: Change, noted: Noted) -> tuple[Outcome, ClaimRecord, int]:
        record, settled = self._settled(claim_id)
        if record.status is not ClaimStatus.SETTLED:
            # The claim was reversed meanwhile: a claim that does not stand is not decided again.
            return Outcome.UNCHANGED, record, settled.year
        year = self.persons.year(record.person, settled.year)
        try:
            after = self._again(record, settled, self._known(settled), year, noted, change)
        except (Invalid, PolicyConflict) as refused:
            self.leaving.leave(record, noted.event, refused.findings, noted.statuses)
            return Outcome.LEFT, record, settled.year
        return Outcome.UNCHANGED if after == year else Outcome.CHANGED, record, settled.year

    def _again(
        self,
        record: ClaimRecord,
        settled: SettlementSummary,
        known: Known,
        year: PersonYear,
        noted: Noted,
        change: Change | None = None,
    ) -> PersonYear:
        """Decide one claim on the year as it is and post the difference; return the resulting year."""
        wanted = known if change is None else change(known)
        circumstances = replace(wanted.circumstances, prior=year.prior_of(record.claim_id))
        wanted, returns = Known(wanted.claim, circumstances), self.returns(record, settled)
        if wanted == known and not returns:
            return self._left_alone(record, settled, year, noted)
        bundle = self.bundles.load(settled.bundle_hash)
        assessment = assess(wanted.claim, circumstances, bundle, again=True)
        if assessment.determination is None or assessment.document is None:
            raise Invalid(assessment.findings)
        if self.documents.hash_of(assessment.document) == settled.determination_hash and not returns:
            return self._left_alone(record, settled, year, noted)
        standing, used = (
            self.documents.determination(settled),
            year.contribution_of(record.claim_id),
        )
        anew = Anew.of(standing, settled.protected_fen, used, assessment)
        if anew.is_only_worded_anew and not returns:
            return self._left_alone(record, settled, year, noted)
        decided = self.documents.put_decision(assessment.document, wanted.claim, circumstances, noted.kept)
        summary = replace(settled, determination_hash=decided.determination_hash, decided_hash=decided.decided_hash)
        seen = self._seen_by(record, circumstances, bundle.registry)
        if anew.has_the_same_figures and not returns:
            self.keep(seen, summary, assessment.duties, year, noted)
            after = year
        else:
            after = self.post(seen, summary, assessment, year, noted, anew.changes)
        self.payment.pay(record.claim_id)
        return after

    def _left_alone(
        self, record: ClaimRecord, settled: SettlementSummary, year: PersonYear, noted: Noted
    ) -> PersonYear:
        self._note_unchanged(record, noted)
        if not settled.ordered:
            self.payment.pay(record.claim_id)
        return year

    def post(
        self,
        record: ClaimRecord,
        summary: SettlementSummary,
        assessment: Assessment,
        year: PersonYear,
        noted: Noted,
        changes: tuple[PartyChange, ...],
    ) -> PersonYear:
        """Post the difference between the standing and the new result; return the resulting year.

        `summary` names the bundle, claim and documents of the decision, `changes` the amounts of every payer. Raises
        `VersionConflict` where the claim or its year was written meanwhile.
        """
        determination = assessment.determination
        if determination is None:
            raise AssertionError("only what is decided is posted")
        claim_id, now, number = record.claim_id, instant(self.clock.now()), summary.corrections + 1
        if claim_id not in year.standing:
            # The claim was reversed between the reading of the claim and of its year: the try starts again.
            raise VersionConflict
        registry = self.bundles.load(summary.bundle_hash).registry
        trail = trail_of(self.ledger, record)
        debts = self.booking.debts.of(claim_id)
        anew = Correction(
            claim_id=claim_id,
            number=number,
            occurred_at=now,
            standing=trail.settlement,
            enrolments=trail.enrolments,
            rulings=self.booking.debts.posted(debts),
            is_borne=self._is_borne(record, summary, trail),
        )
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
        moved = with_statuses(moved, noted.statuses)
        moved, tasks = self.leaving.decided(moved, noted.event, noted.statuses, now)
        moved, owed = self.leaving.owed(moved, noted.event, assessment.duties, now)
        queue = redeciding_queue(record.person, year.year)
        self.commits.commit(
            [
                *self.booking.parts(transaction),
                UpdateClaim(moved),
                Revise(after),
                OpenWaiting(Waiting(payment_queue(claim_id), claim_id, now)),
                *([OpenWaiting(Waiting(queue, claim_id, now))] if noted.event in _IS_FOLLOWED else []),
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
                *tasks,
                *owed,
                *noted.parts,
            ]
        )
        return after

    def keep(
        self,
        record: ClaimRecord,
        summary: SettlementSummary,
        duties: tuple[Finding, ...],
        year: PersonYear,
        noted: Noted,
    ) -> None:
        """Keep a claim on its new decision where every figure stays: nothing is posted and its year stays unchanged.
        Raises `VersionConflict` where the claim or its year was written meanwhile.
        """
        now, queue = instant(self.clock.now()), redeciding_queue(record.person, year.year)
        moved = replace(record, settlement=summary, revision=record.revision + 1, changed_at=now)
        moved = with_statuses(moved, noted.statuses)
        moved, tasks = self.leaving.decided(moved, noted.event, noted.statuses, now)
        moved, owed = self.leaving.owed(moved, noted.event, duties, now)
        waiting = [OpenWaiting(Waiting(queue, record.claim_id, now))] if noted.event in _MOVES_OTHERS else []
        event = told(moved, noted.event, noted.role, bundle=summary.bundle_hash, reason=noted.reason)
        is_told = noted.event is not HistoryEvent.YEAR_ORDER
        self.commits.commit([UpdateClaim(moved), Require(year), *waiting, *([event] if is_told else []), *tasks, *owed])

    def _note_unchanged(self, record: ClaimRecord, noted: Noted) -> None:
        """Note that the requested result stands already. A status is still remembered for the claim's next version, and
        a task about a failed re-decision is closed.
        """
        known, now = with_statuses(record, noted.statuses), instant(self.clock.now())
        moved, tasks = self.leaving.decided(known, noted.event, noted.statuses, now)
        if moved != record or tasks:
            moved = replace(moved, revision=record.revision + 1, changed_at=now)
            self.commits.commit([UpdateClaim(moved), *tasks])

    def _seen_by(self, record: ClaimRecord, circumstances: Circumstances, registry: Registry) -> ClaimRecord:
        """Let the areas of the fund that bears the claim now see it, beside the areas that could see it before."""
        insured_area = None if circumstances.enrolment is None else circumstances.enrolment.insured_area
        areas = areas_of(registry.institutions.get(record.institution), insured_area, registry)
        return replace(record, areas=tuple(sorted({*record.areas, *areas})))

    def _known(self, settled: SettlementSummary) -> Known:
        return Known(*self.documents.decided(settled.decided_hash))

    def _settled(self, claim_id: ClaimId) -> tuple[ClaimRecord, SettlementSummary]:
        record = self.claims.get(claim_id)
        if record is None or record.settlement is None:
            raise NotFound
        return record, record.settlement


def _with_later(later: LaterDiagnosis | None, known: Known) -> Known:
    return replace(known, claim=replace(known.claim, diagnosis=replace(known.claim.diagnosis, later=later)))
