"""Registers that a person will be, or is being, treated outside the insured place (异地就医备案), and takes it back.

What an agency files late, or what is withdrawn, may reach settled claims: those are decided again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.filings.access import FILING_READ, FILING_RECORD, FILING_WITHDRAW
from chalicelib.kernel.access import Principal, Resource, Role, allowed, require
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Finding, Invalid, NotFound
from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import civil_date, instant
from chalicelib.kernel.writes import Put, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.checks import check_area, check_period
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.identity_documents import read_document
from chalicelib.registry.domain.model import Registry
from chalicelib.registry.domain.requests import FilingRequest
from chalicelib.registry.domain.resources import of_area, own
from chalicelib.registry.ports import FilingStore
from chalicelib.settlement.usecases.cover_changes import CoverChanges

_FILING_OVER = Finding(
    "filing-over",
    "to",
    Text(
        "备案截止日早于登记日。医疗机构的备案自登记之日起有效；补登须由参保地经办机构办理。",
        "The filing ends before the day it is made. A hospital's counts from that day on; let the insured place's "
        "agency record an earlier one.",
    ),
)

CALL, LIST_CALL = "POST /v1/filings", "GET /v1/filings"


@dataclass(frozen=True, slots=True)
class FilingOutcome:
    """A filing, and how many settled claims came to another result by it. None for a hospital: the count would tell it
    of claims at other places, of whoever's number it writes.
    """

    filing: FilingRecord
    redecided: int | None


@dataclass(frozen=True, slots=True)
class Filings:
    identifying: Identifying
    looking_up: LookingUp
    persons: PersonStore
    filings: FilingStore
    bundles: BundleStore
    commits: Commits
    cover: CoverChanges
    retrying: Retrying
    clock: Clock

    def record(self, principal: Principal, request: FilingRequest) -> FilingOutcome:
        """Keep a filing; the same one again by the same institution or agency is the first one, unless withdrawn.

        A hospital files for its own patients, an agency where it insures the person or where the treatment is.
        """
        registry = self.bundles.current().registry
        document, faults = read_document(request.document, self.clock.today())
        person = self.identifying.person(document)
        require(principal, FILING_RECORD, self._filed_by(principal, person, request.treatment_area, registry))
        now = self.clock.now()
        starts_on = request.starts_on or civil_date(now)
        wrong = [
            *faults,
            *check_area(request.treatment_area, registry, "treatment_area"),
            *check_period(starts_on, request.ends_on),
        ]
        filing = FilingRecord(
            filing_id="",
            person=person,
            treatment_area=request.treatment_area,
            kind=request.kind,
            channel=request.channel,
            starts_on=starts_on,
            ends_on=request.ends_on,
            made=Act.of(principal, instant(now)),
            made_on=civil_date(now),
        )
        if not wrong and filing.ends_on is not None and filing.ends_on < filing.counts_from:
            wrong.append(_FILING_OVER)
        if wrong:
            raise Invalid(wrong)
        if principal.role is Role.HOSPITAL:
            # Nothing of the person is told, and no name was asked for: it counts as any other look-up of the desk.
            self.looking_up.count(principal, person, CALL, Purpose.FILING, matched=True)
        else:
            self.looking_up.note(principal, person, CALL, Purpose.FILING)
        kept = self.retrying.on_conflict(lambda: self._keep(filing, registry))
        return _outcome(principal, kept, self.cover.follow(person, kept.made, f"filing:{kept.filing_id}"))

    def _keep(self, filing: FilingRecord, registry: Registry) -> FilingRecord:
        enrolments = self.persons.enrolments(filing.person)
        known = {each.filing_id: each for each in self.persons.filings(filing.person)}
        number = 0
        while (found := known.get(_filing_id(filing, number))) is not None:
            if found.withdrawn is None:
                return found
            number += 1
        insured = {registry.pooling_area(each.insured_area) for each in enrolments.periods if each.insured_area}
        maker = {filing.made.subject} if filing.is_hospitals else {registry.pooling_area(filing.made.subject)}
        subjects = {registry.pooling_area(filing.treatment_area), *insured, *maker}
        new = replace(filing, filing_id=_filing_id(filing, number), listed_under=tuple(sorted(subjects)))
        self.commits.commit(
            [
                Put(new),
                # A settlement that looked before this filing was there must look again: one version guards both.
                Revise(replace(enrolments, version=enrolments.version + 1)),
                *self.cover.announced(new.person, new.made.at),
            ]
        )
        return new

    def withdraw(self, principal: Principal, filing_id: str, reason: str) -> FilingOutcome:
        """Take a filing back: its hospital or agency, or the agency that insures the person. Withdrawn again, it stays
        as it was taken back first.
        """
        filing = self.filings.get(filing_id)
        registry = self.bundles.current().registry
        if filing is None:
            require(principal, FILING_WITHDRAW, own(principal, "filing"))
            raise NotFound
        require(principal, FILING_WITHDRAW, self._withdrawn_by(filing, registry))
        act = Act.of(principal, instant(self.clock.now()))
        kept = self.retrying.on_conflict(lambda: self._withdraw(filing_id, act, reason))
        return _outcome(principal, kept, self.cover.follow(kept.person, act, f"withdrawal:{filing_id}"))

    def _withdraw(self, filing_id: str, act: Act, reason: str) -> FilingRecord:
        filing = self.filings.get(filing_id)
        if filing is None:
            raise NotFound
        if filing.withdrawn is not None:
            return filing
        enrolments = self.persons.enrolments(filing.person)
        withdrawn = replace(filing, withdrawn=act, reason=reason, revision=filing.revision + 1)
        self.commits.commit(
            [
                Revise(withdrawn),
                Revise(replace(enrolments, version=enrolments.version + 1)),
                *self.cover.announced(filing.person, act.at),
            ]
        )
        return withdrawn

    def of_person(self, principal: Principal, person: str, page: PageRequest) -> Page[FilingRecord]:
        """A person's filings: for those who are concerned by one, each sees its own. Raises `NotFound` where there is
        none to be seen.
        """
        require(principal, FILING_READ, own(principal, "filing"))
        registry = self.bundles.current().registry
        seen = [
            each
            for each in self.persons.filings(person)
            if allowed(principal, FILING_READ, self._seen_by(each, registry))
        ]
        if not seen:
            raise NotFound
        self.looking_up.note(principal, person, LIST_CALL, Purpose.RECORDS)
        return page_of(sorted(seen, key=_place), _place, page)

    def of_subject(self, principal: Principal, area: str | None, page: PageRequest) -> Page[FilingRecord]:
        """What a hospital filed, or what concerns an area, newest first; the caller's own unless it names an area."""
        registry = self.bundles.current().registry
        if principal.role is Role.HOSPITAL:
            require(principal, FILING_READ, own(principal, "filing"))
            return self.filings.listed_under(principal.subject, page)
        whose = principal.subject if area is None else area
        require(principal, FILING_READ, of_area(registry, whose, "filing"))
        found = self.filings.listed_under(registry.pooling_area(whose), page)
        visible = [each for each in found.items if allowed(principal, FILING_READ, self._seen_by(each, registry))]
        return Page(tuple(visible), found.next)

    def _filed_by(self, principal: Principal, person: str, treatment_area: str, registry: Registry) -> Resource:
        if principal.role is Role.HOSPITAL:
            return Resource("filing", institution=principal.subject)
        areas = of_area(registry, treatment_area, "filing").areas | self._insuring(person, registry)
        return Resource("filing", areas=areas)

    def _withdrawn_by(self, filing: FilingRecord, registry: Registry) -> Resource:
        insuring = self._insuring(filing.person, registry)
        if filing.is_hospitals:
            return Resource("filing", institution=filing.made.subject, areas=insuring)
        return Resource("filing", areas=insuring | of_area(registry, filing.made.subject, "filing").areas)

    def _seen_by(self, filing: FilingRecord, registry: Registry) -> Resource:
        areas = of_area(registry, filing.treatment_area, "filing").areas | self._insuring(filing.person, registry)
        if filing.is_hospitals:
            return Resource("filing", institution=filing.made.subject, areas=areas)
        return Resource("filing", areas=areas | of_area(registry, filing.made.subject, "filing").areas)

    def _insuring(self, person: str, registry: Registry) -> frozenset[str]:
        areas = frozenset[str]()
        for period in self.persons.enrolments(person).periods:
            if period.insured_area is not None:
                areas |= of_area(registry, period.insured_area, "filing").areas
        return areas


def _outcome(principal: Principal, filing: FilingRecord, redecided: int) -> FilingOutcome:
    return FilingOutcome(filing, None if principal.role is Role.HOSPITAL else redecided)


def _place(filing: FilingRecord) -> str:
    return f"{filing.made.at}#{filing.filing_id}"


def _filing_id(filing: FilingRecord, number: int) -> str:
    """The same registration by the same maker has the same id, so trying again makes no second one; one that was
    withdrawn may be made anew.
    """
    digest = fingerprint(
        {
            "person": filing.person,
            "treatment_area": filing.treatment_area,
            "kind": filing.kind.value,
            "channel": filing.channel.value,
            "from": filing.starts_on.isoformat(),
            "to": None if filing.ends_on is None else filing.ends_on.isoformat(),
            "by": f"{filing.made.role.value}:{filing.made.subject}",
            "number": number,
        }
    )
    return f"fil_{digest[:26]}"
