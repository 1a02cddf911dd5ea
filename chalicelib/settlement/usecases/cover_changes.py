"""Brings settled claims under the cover now known of a person: enrolments, filings of treatment elsewhere, and entries
from abroad.

A claim is decided again on its first inputs, except for the enrolment in force at its visit and the filing that counts
for it. Money advanced until enrolment moves on by the rule of Y-15 instead. The change of cover opens the person's
queue in the same write, so that the sweep finishes interrupted work.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.adjudication.domain.assess import Circumstances
from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.domain.record import ClaimRecord, SettlementSummary, Waiting
from chalicelib.claims.ports import ClaimStore, CloseWaiting, EntryRegister, OpenWaiting, PersonStore
from chalicelib.claims.usecases.documents import Documents
from chalicelib.claims.usecases.examine import enrolment_for, entry_on_record, is_filed
from chalicelib.clearing.usecases.book import trail_of
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, PersonToken
from chalicelib.law.domain.model import Bundle
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.ports import LedgerStore
from chalicelib.registry.domain.enrolments import is_cancelled, uninsured
from chalicelib.registry.domain.model import Enrolment, Insurance, Registry
from chalicelib.settlement.domain.anew import Change, Known, Noted, Outcome
from chalicelib.settlement.domain.postings import fund_of
from chalicelib.settlement.usecases.redecide import Redeciding
from chalicelib.worklist.domain import TaskKind

COVER = "cover#"
"""The queue of a person whose cover changed and whose settled claims may have to follow."""


def cover_queue(person: PersonToken) -> str:
    """Return the queue of one person's change of cover."""
    return f"{COVER}{person}"


def cover_waiting(person: PersonToken, since: Instant) -> Waiting:
    """Return the place of a person's change of cover in its queue."""
    return Waiting(cover_queue(person), _place_of(person), since)


def _place_of(person: PersonToken) -> ClaimId:
    """The queue holds the person in the place of a claim: all settled claims of the person wait in it."""
    return ClaimId(person)


@dataclass(frozen=True, slots=True)
class CoverChanges:
    claims: ClaimStore
    persons: PersonStore
    entries: EntryRegister
    documents: Documents
    bundles: BundleStore
    ledger: LedgerStore
    commits: Commits
    redeciding: Redeciding

    def announced(self, person: PersonToken, at: Instant) -> tuple[OpenWaiting, ...]:
        """Return the parts written together with a change of cover, so that settled claims follow in any event; no
        parts where the person has no settled claims.
        """
        return (OpenWaiting(cover_waiting(person, at)),) if self.persons.years(person) else ()

    def follow(self, person: PersonToken, act: Act, cause: str) -> int:
        """Decide again the claims that a change of cover reaches; return the number of changed results.

        `cause` names the change; the cause is kept with each claim's circumstances.
        """
        kept = {
            "cause": cause,
            "actor": act.actor,
            "role": act.role.value,
            "subject": act.subject,
            "at": act.at,
        }
        return self._follow(person, Noted(HistoryEvent.ENROLMENT, act.role, kept=kept))

    def finish(self, waiting: Waiting) -> None:
        """Finish a change of cover that was cut off."""
        kept = {"cause": "cover", "at": waiting.since}
        self._follow(PersonToken(waiting.key.removeprefix(COVER)), Noted(HistoryEvent.ENROLMENT, kept=kept))

    def _follow(self, person: PersonToken, noted: Noted) -> int:
        years = self.persons.years(person)
        if not years:
            return 0
        bundle = self.bundles.current()
        registry = bundle.registry
        moved = self.redeciding.reclassify(person, registry)
        changes: dict[ClaimId, Change] = {}
        behind: dict[int, list[ClaimId]] = {year.year: [] for year in years}
        for year in years:
            for claim_id in year.standing:
                change, is_behind = self._change(claim_id, year, bundle)
                if change is not None:
                    changes[claim_id] = change
                if is_behind:
                    behind[year.year].append(claim_id)
        # A claim that cannot be decided under its new cover stays unchanged, as its agency's task.
        outcomes = self.redeciding.redecide_each(changes, noted)
        for number, claim_ids in behind.items():
            if claim_ids:
                # An earlier try may have changed claims without paying them or deciding the later claims after them.
                self.redeciding.settle_up(person, number, claim_ids)
        self.commits.commit([CloseWaiting(cover_queue(person), _place_of(person))])
        return moved + sum(outcome is Outcome.CHANGED for outcome in outcomes.values())

    def _change(self, claim_id: ClaimId, year: PersonYear, bundle: Bundle) -> tuple[Change | None, bool]:
        """Return the change that today's cover makes to a claim, and whether the claim is behind the year's order."""
        registry = bundle.registry
        record = self.claims.get(claim_id)
        if record is None or record.settlement is None:
            return None, False
        settled = record.settlement
        claim, known = self.documents.decided(settled.decided_hash)
        is_behind = not settled.ordered or known.prior != year.prior_of(claim_id)
        now = self._now(claim, known, bundle)
        is_left = TaskKind.REDECIDE.value in record.open_tasks or self.redeciding.returns(record, settled)
        if not is_left and (_is_alike(known, now) or self._is_borne_already(record, settled, known, now, registry)):
            return None, is_behind

        def as_known_now(standing: Known) -> Known:
            was = standing.circumstances
            circumstances = replace(
                was,
                enrolment=now.enrolment,
                filing_on_record=now.filing_on_record,
                on_record=replace(was.on_record, entry=now.on_record.entry),
            )
            return replace(standing, circumstances=circumstances)

        return as_known_now, is_behind

    def _now(self, claim: Claim, known: Circumstances, bundle: Bundle) -> Circumstances:
        """Return the circumstances of the visit as known today. Where no insurer of the patient is known any more, the
        settled enrolment stays, unless its area declared that enrolment never true: then the patient was uninsured.
        """
        registry = bundle.registry
        institution = registry.institutions[claim.institution]
        in_force = enrolment_for(self.persons.enrolments(claim.person).periods, claim.visit)
        under = known.enrolment
        if in_force is None and under is not None and under.insured_area is not None:
            days = (claim.visit.discharged_on, claim.visit.admitted_on)
            if is_cancelled(self.persons.enrolment_history(claim.person), under, days):
                in_force = uninsured(under)
        enrolment = in_force or known.enrolment
        filed = is_filed(self.persons, claim, enrolment, institution, registry)
        entry = entry_on_record(self.entries, claim, bundle, institution)
        on_record = replace(known.on_record, entry=entry)
        return replace(known, enrolment=enrolment, filing_on_record=filed, on_record=on_record)

    def _is_borne_already(
        self,
        record: ClaimRecord,
        settled: SettlementSummary,
        known: Circumstances,
        now: Circumstances,
        registry: Registry,
    ) -> bool:
        """Tell whether the money advanced until enrolment lies with the fund of the enrolment in force (Y-15)."""
        if _insured_in(known.enrolment) is not None or not settled.reclassified:
            return False
        enrolments = trail_of(self.ledger, record).enrolments
        return not enrolments or now.enrolment is None or fund_of(enrolments) == _fund(now.enrolment, registry)


def _insured_in(enrolment: Enrolment | None) -> AreaCode | None:
    return None if enrolment is None or enrolment.insurance is Insurance.NONE else enrolment.insured_area


def _fund(enrolment: Enrolment, registry: Registry) -> tuple[str, str] | None:
    area = _insured_in(enrolment)
    return None if area is None else (registry.pooling_area(area), enrolment.insurance.value)


def _is_alike(one: Circumstances, other: Circumstances) -> bool:
    said = [(each.filing_on_record, each.on_record.entry, _essence(each.enrolment)) for each in (one, other)]
    return said[0] == said[1]


def _essence(enrolment: Enrolment | None) -> tuple[object, ...]:
    """Return an enrolment's facts that a decision uses, without its days and its recorder."""
    if enrolment is None:
        return ()
    return (enrolment.insured_area, enrolment.insurance, enrolment.employment, enrolment.assistance)
