"""Brings settled claims under what is now known of a person's cover: enrolments, filings of treatment
elsewhere, and entries from abroad.

A claim is decided again on what it was decided on first, but for the enrolment in force at its visit and the filing
that counts for it. Money advanced until enrolment moves on by the rule of Y-15 instead. Whoever changed the cover opens
the person's queue in the same write, so that the sweep finishes what was cut off.
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


def cover_queue(person: str) -> str:
    """The queue of one person's change of cover."""
    return f"{COVER}{person}"


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

    def announced(self, person: str, at: str) -> tuple[OpenWaiting, ...]:
        """What is written in one with a change of cover, so that settled claims follow whatever happens; nothing where
        the person has none.
        """
        return (OpenWaiting(Waiting(cover_queue(person), person, at)),) if self.persons.years(person) else ()

    def follow(self, person: str, act: Act, cause: str) -> int:
        """Decide again what a change of cover reaches; how many claims came to another result.

        `cause` says what changed; it is kept with each claim's circumstances.
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
        self._follow(waiting.key.removeprefix(COVER), Noted(HistoryEvent.ENROLMENT, kept=kept))

    def _follow(self, person: str, noted: Noted) -> int:
        years = self.persons.years(person)
        if not years:
            return 0
        bundle = self.bundles.current()
        registry = bundle.registry
        moved = self.redeciding.reclassify(person, registry)
        changes: dict[str, Change] = {}
        behind: dict[int, list[str]] = {year.year: [] for year in years}
        for year in years:
            for claim_id in year.standing:
                change, is_behind = self._change(claim_id, year, bundle)
                if change is not None:
                    changes[claim_id] = change
                if is_behind:
                    behind[year.year].append(claim_id)
        # What cannot be decided under its new cover stays what it was, as its agency's task.
        outcomes = self.redeciding.redecide_each(changes, noted)
        for number, claim_ids in behind.items():
            if claim_ids:
                # What an earlier try changed and did not come to pay, or to decide the later claims after.
                self.redeciding.settle_up(person, number, claim_ids)
        self.commits.commit([CloseWaiting(cover_queue(person), person)])
        return moved + sum(outcome is Outcome.CHANGED for outcome in outcomes.values())

    def _change(self, claim_id: str, year: PersonYear, bundle: Bundle) -> tuple[Change | None, bool]:
        """What the cover of today changes of a claim, and whether it stands behind those before it in its year."""
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
        """What would be known of the visit today. Where nobody is known to insure the patient any more, the enrolment
        that the claim was settled under stays, unless its area said that it was never true: then nobody insured them.
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
        """Whether what was advanced until enrolment lies with the fund of the enrolment in force (Y-15)."""
        if _insured_in(known.enrolment) is not None or not settled.reclassified:
            return False
        enrolments = trail_of(self.ledger, record).enrolments
        return not enrolments or now.enrolment is None or fund_of(enrolments) == _fund(now.enrolment, registry)


def _insured_in(enrolment: Enrolment | None) -> str | None:
    return None if enrolment is None or enrolment.insurance is Insurance.NONE else enrolment.insured_area


def _fund(enrolment: Enrolment, registry: Registry) -> tuple[str, str] | None:
    area = _insured_in(enrolment)
    return None if area is None else (registry.pooling_area(area), enrolment.insurance.value)


def _is_alike(one: Circumstances, other: Circumstances) -> bool:
    said = [(each.filing_on_record, each.on_record.entry, _essence(each.enrolment)) for each in (one, other)]
    return said[0] == said[1]


def _essence(enrolment: Enrolment | None) -> tuple[object, ...]:
    """What a decision asks of an enrolment; its days and who recorded it are not of it."""
    if enrolment is None:
        return ()
    return (enrolment.insured_area, enrolment.insurance, enrolment.employment, enrolment.assistance)
