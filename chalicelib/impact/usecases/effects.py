"""Decides settled claims by another bundle without posting anything: a claim as known on a day, all changes of a
bundle, and their cost for every payer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date
from itertools import islice
from typing import Any

from chalicelib.adjudication.domain.assess import Assessment, assess
from chalicelib.adjudication.domain.determination import DeterminationJson
from chalicelib.adjudication.domain.parties import parties, party_changes
from chalicelib.adjudication.domain.year import PersonYear, YearToDate
from chalicelib.claims.access import CLAIM_READ
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, SettlementSummary
from chalicelib.claims.ports import ClaimQuery, ClaimStore, PersonStore
from chalicelib.claims.usecases.documents import Documents
from chalicelib.claims.usecases.examine import known_under
from chalicelib.claims.usecases.reading import resource_of
from chalicelib.impact.access import POLICY_EFFECTS
from chalicelib.impact.domain.effects import Effect, Simulation, moves_money, simulate
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import Conflict, Finding, Invalid, NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.publication import Publication, known_on
from chalicelib.law.ports import BundleStore
from chalicelib.law.usecases.compare import bundle_named
from chalicelib.registry.domain.model import Registry
from chalicelib.registry.domain.resources import permitted

SIMULATED_MAX = 200
"""Maximum claims of a simulation within a request: each is four reads, and the gateway waits at most 29 seconds."""

_NOT_SETTLED = Finding(
    "not-settled",
    "claim_id",
    Text("该申请尚未结算，请待其结算后再查询。", "The claim is not settled; ask again once it is."),
)
_UNKNOWN_THEN = Finding(
    "nothing-published",
    "known_on",
    Text("该日尚未发布任何政策包，请选择较晚的日期。", "No bundle was published yet on that day; choose a later one."),
)


@dataclass(frozen=True, slots=True)
class KnownDetermination:
    """A settled claim as decided by the bundle of a day. `same`: equal to the standing determination to the byte."""

    claim_id: ClaimId
    publication: Publication
    standing_bundle: str
    same: bool
    document: DeterminationJson | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ReadKnownOn:
    claims: ClaimStore
    documents: Documents
    bundles: BundleStore

    def __call__(self, principal: Principal, claim_id: ClaimId, day: date) -> KnownDetermination:
        """Decide a settled claim again on its decided inputs, by the bundle in force at the end of a day.

        Raises `NotFound` also for a foreign claim, `Conflict` for a claim that is not settled, `Invalid` for a day
        before the first publication.
        """
        record = permitted(principal, CLAIM_READ, "claim", self.claims.get(claim_id), resource_of)
        settled = record.settlement
        if settled is None or record.status is not ClaimStatus.SETTLED:
            raise Conflict([_NOT_SETTLED.naming(status=record.status.value)])
        publication = known_on(self.bundles, day)
        if publication is None:
            raise Invalid([_UNKNOWN_THEN])
        claim, known = self.documents.decided(settled.decided_hash)
        then = self.bundles.load(publication.bundle)
        decided = assess(claim, known, then, again=True)
        document = decided.document
        return KnownDetermination(
            claim_id=claim_id,
            publication=publication,
            standing_bundle=settled.bundle_hash,
            same=document is not None and self.documents.hash_of(document) == settled.determination_hash,
            document=document,
            findings=decided.findings,
        )


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A settled claim re-decided under another bundle, given the year's earlier claims."""

    record: ClaimRecord
    settled: SettlementSummary
    standing: DeterminationJson
    assessment: Assessment

    @property
    def effect(self) -> Effect:
        before = parties(self.standing)
        document = self.assessment.document
        after = before if document is None else parties(document)
        return Effect(
            claim_id=self.record.claim_id,
            claim_no=self.record.claim_no,
            institution=self.record.institution,
            agency=self.record.agency,
            bundle_before=self.settled.bundle_hash,
            changes=party_changes(before, after),
            moves_money=document is not None and moves_money(self.standing, document),
            cannot_be_decided=tuple(found.code for found in self.assessment.findings),
        )


@dataclass(frozen=True, slots=True)
class Reconsidering:
    claims: ClaimStore
    persons: PersonStore
    documents: Documents

    def of_year(self, year: PersonYear, bundle: Bundle) -> Iterator[Otherwise]:
        """Decide the standing claims of a year by another bundle, in the order of their numbers. A claim that the
        bundle cannot decide stays in the year unchanged.
        """
        moved = YearToDate()
        for claim_id in year.standing:
            record = self.claims.get(claim_id)
            settled = None if record is None else record.settlement
            if record is None or settled is None:
                raise NotFound
            claim, known = self.documents.decided(settled.decided_hash)
            known = known_under(self.persons, claim, known, bundle.registry)
            circumstances = replace(known, prior=_sum(year.prior_of(claim_id), moved))
            assessment = assess(claim, circumstances, bundle, again=True)
            standing = self.documents.determination(settled)
            if assessment.determination is not None:
                moved = _moved(moved, assessment.determination.contribution, year.contribution_of(claim_id))
            yield Otherwise(record, settled, standing, assessment)

    def of_claims(self, records: Iterator[ClaimRecord], bundle: Bundle) -> Iterator[Effect]:
        """Return the effects on these claims, each year decided once."""
        years: dict[tuple[str, int], dict[str, Effect]] = {}
        for record in records:
            if record.settlement is None or record.status is not ClaimStatus.SETTLED:
                continue
            key = (record.person, record.settlement.year)
            if key not in years:
                found = self.of_year(self.persons.year(*key), bundle)
                years[key] = {each.record.claim_id: each.effect for each in found}
            # An index may still name a claim that was reversed since.
            if record.claim_id in years[key]:
                yield years[key][record.claim_id]


@dataclass(frozen=True, slots=True)
class ListEffects:
    reconsidering: Reconsidering
    claims: ClaimStore
    bundles: BundleStore

    def __call__(self, principal: Principal, bundle: str, area: AreaCode | None, page: PageRequest) -> Page[Effect]:
        """Return the settled claims a bundle would change, among a page of settled claims: a page may hold few or no
        such claims, and not be the last.
        """
        require(principal, POLICY_EFFECTS, Resource("policy"))
        other = bundle_named(self.bundles, bundle)
        found = self.claims.find(settled_claims(registries_beside(self.bundles, other), area), page)
        effects = self.reconsidering.of_claims(iter(found.items), other)
        return Page(tuple(effect for effect in effects if effect.concerns), found.next)


@dataclass(frozen=True, slots=True)
class SimulatePolicies:
    reconsidering: Reconsidering
    claims: ClaimStore
    bundles: BundleStore

    def __call__(self, principal: Principal, bundle: str, area: AreaCode | None) -> Simulation | None:
        """Simulate a bundle over all settled claims, of an area's institutions or of everywhere; None where the claims
        are too many for one request.
        """
        require(principal, POLICY_EFFECTS, Resource("policy"))
        other = bundle_named(self.bundles, bundle)
        query = settled_claims(registries_beside(self.bundles, other), area)
        records = list(islice(every(lambda page: self.claims.find(query, page)), SIMULATED_MAX + 1))
        if len(records) > SIMULATED_MAX:
            return None
        return simulate(other.hash, self.reconsidering.of_claims(iter(records), other))


def registries_beside(bundles: BundleStore, other: Bundle, in_force: str | None = None) -> tuple[Registry, ...]:
    """Return a bundle's registry and that of the bundle in force, whose institutions' claims were settled: institutions
    that the bundle leaves out are still looked at. `in_force` None: the bundle in force now.
    """
    standing = in_force or bundles.current_hash()
    return (other.registry,) if standing in (None, other.hash) else (other.registry, bundles.load(standing).registry)


def settled_claims(registries: Iterable[Registry], area: AreaCode | None) -> ClaimQuery:
    """Return all settled claims, or those of the institutions that settle in an area or below it. Raises `NotFound` for
    an area that no registry knows.
    """
    known = tuple(registries)
    if area is not None and all(area not in registry.areas for registry in known):
        raise NotFound
    wanted = {
        agency for registry in known for agency in registry.agencies if area is None or area in registry.chain(agency)
    }
    return ClaimQuery(agencies=tuple(sorted(wanted)), status=ClaimStatus.SETTLED)


_FIGURES = tuple(figure.name for figure in fields(YearToDate))


def _sum(one: YearToDate, other: YearToDate) -> YearToDate:
    return YearToDate(**{name: getattr(one, name) + getattr(other, name) for name in _FIGURES})


def _moved(moved: YearToDate, anew: Any, before: Any) -> YearToDate:
    """Return the year's total difference once a claim contributes anew."""
    return YearToDate(**{name: getattr(moved, name) + getattr(anew, name) - getattr(before, name) for name in _FIGURES})
