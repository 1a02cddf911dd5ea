"""Keeps the register of arrivals: registration, every step of the watch, the daily counts; and answers claims.

Document and name go to the vault and nowhere else. Changes of a person's status as returned reach claims settled
before: those claims are decided again.
"""

from __future__ import annotations

from dataclasses import field, replace
from datetime import date, datetime

from chalicelib.arrivals.access import ARRIVAL_KEEP, ARRIVAL_READ
from chalicelib.arrivals.domain.counts import CityCounts, changes_between, counts_by_city
from chalicelib.arrivals.domain.model import (
    STEP_FIELDS,
    Arrival,
    ArrivalId,
    ArrivalStatus,
    ArrivalStep,
    StepKind,
    StepOutcome,
    WatchRules,
    arrival_id_of,
    check_step,
    home_findings,
    parts_findings,
)
from chalicelib.arrivals.ports import ArrivalStore, arrivals_in, arrivals_of
from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.clocks import LegalClock, WorkingDays, start_clock
from chalicelib.kernel.errors import Finding, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.kernel.writes import Add, Part, Put, Revise
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import clock_rule, decider
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.checks import check_area
from chalicelib.registry.domain.identity_documents import Document, StatedDocument, read_document
from chalicelib.registry.domain.model import NATION
from chalicelib.registry.domain.resources import of_case, require_found
from chalicelib.registry.ports import PersonVault
from chalicelib.settlement.usecases.cover_changes import CoverChanges
from chalicelib.worklist.domain import Duty, done, duty_task

CALL = "POST /v1/arrivals"
FIRST_TEST = "arrival-first-test"
_KIND = "arrival"
_MOVES_CLAIMS = frozenset({StepKind.RELEASE, StepKind.WITHDRAWAL})


@dataclass(frozen=True, slots=True)
class ArrivalRequest:
    """A person who entered on a day through a port, to be watched in an area."""

    document: StatedDocument
    name: str = field(repr=False)
    area: AreaCode
    entered_on: date
    port: str


@dataclass(frozen=True, slots=True)
class StepRequest:
    """A step as submitted. `age` is asked of an assessment alone, checked and not kept."""

    kind: StepKind
    at: datetime
    place: str | None = None
    institution: InstitutionCode | None = None
    outcome: StepOutcome | None = None
    reason: str | None = None
    age: int | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Find the missing and surplus fields of the step."""
        said = {name for name in STEP_FIELDS if getattr(self, name) is not None}
        return parts_findings(self.kind, said, self.outcome)


@dataclass(frozen=True, slots=True)
class RegisteredEntries:
    """The register as claims see it."""

    arrivals: ArrivalStore

    def returned(self, person: PersonToken, name_key: str, on: date) -> bool:
        """Tell whether the register has a person of this number and name as returned from abroad on a day."""
        lists = (arrivals_of(person),)
        found = every(lambda page: self.arrivals.find(lists, page))
        return any(each.name_key == name_key and each.counts_on(on) for each in found)


@dataclass(frozen=True, slots=True)
class Arrivals:
    arrivals: ArrivalStore
    identifying: Identifying
    looking_up: LookingUp
    vault: PersonVault
    persons: PersonStore
    bundles: BundleStore
    commits: Commits
    cover: CoverChanges
    retrying: Retrying
    clock: Clock
    working_days: WorkingDays

    def register(self, principal: Principal, request: ArrivalRequest) -> Arrival:
        """Register a person who came from abroad; the same entry again returns the first, unless taken back.

        Raises `Invalid` for an invalid document, area or day, and without a provision of the place for the registration
        of arrivals on the day of entry.
        """
        bundle, today = self.bundles.current(), self.clock.today()
        registry = bundle.registry
        require(principal, ARRIVAL_KEEP, of_case(registry, request.area))
        document, faults = read_document(request.document, today)
        wrong = [*faults, *check_area(request.area, registry, "area")]
        wrong += [_IN_FUTURE] if request.entered_on > today else []
        if wrong or document is None:
            raise Invalid(wrong)
        rule = decider(bundle, Slot.ARRIVAL_WATCH, request.area, today)
        if rule is None:
            raise Invalid([_NOT_PROVIDED])
        person = self.identifying.holder(document, request.name)
        self.looking_up.note(principal, person, CALL, Purpose.ARRIVAL)
        arrival = Arrival(
            arrival_id=ArrivalId(""),
            person=person,
            name_key=self.identifying.name_key(person, request.name),
            area=request.area,
            city=registry.pooling_area(request.area),
            areas=tuple(sorted(of_case(registry, request.area).areas)),
            entered_on=request.entered_on,
            port=request.port,
            registered=Act.of(principal, instant(self.clock.now())),
            citation=rule.citation,
        )
        kept = self.retrying.on_conflict(lambda: self._keep(arrival, document, request.name))
        self.cover.follow(person, kept.registered, f"arrival:{kept.arrival_id}")
        return kept

    def record(self, principal: Principal, arrival_id: ArrivalId, request: StepRequest) -> Arrival:
        """Record a step; the same step again returns the first. Raises `Conflict` once the watch is over, `Invalid`
        with all obstacles.
        """
        act = Act.of(principal, instant(self.clock.now()))
        place = request.place or request.institution
        step = ArrivalStep(request.kind, instant(request.at), act, place, request.outcome, request.reason)
        self._visible(principal, ARRIVAL_KEEP, arrival_id)
        arrival = self.retrying.on_conflict(lambda: self._step(principal, arrival_id, step, request))
        if step.kind in _MOVES_CLAIMS:
            self.cover.follow(arrival.person, act, f"arrival:{arrival_id}")
        return arrival

    def read(self, principal: Principal, arrival_id: ArrivalId) -> Arrival:
        """Return an arrival to the health side of its areas or the auditor."""
        return self._visible(principal, ARRIVAL_READ, arrival_id)

    def find(self, principal: Principal, area: AreaCode | None, page: PageRequest) -> Page[Arrival]:
        """List an area's arrivals, including those of the places inside, the latest entry first."""
        return self.arrivals.find((arrivals_in(self._whose(principal, area)),), page)

    def counts(self, principal: Principal, area: AreaCode | None, day: date) -> tuple[CityCounts, ...]:
        """Report a day's counts by city. Source: X-07, every arrival is followed by city and counted daily."""
        return counts_by_city(self.arrivals.changes_until(self._whose(principal, area), day))

    def rules_of(self, arrival: Arrival) -> WatchRules:
        """Read the requirements of an arrival from the provision of its registration, even an ended provision."""
        return _rules(self.bundles.current(), arrival)

    def _whose(self, principal: Principal, area: AreaCode | None) -> AreaCode:
        own_area = NATION if principal.role is Role.AUDITOR else principal.area
        whose = own_area if area is None else area
        require(principal, ARRIVAL_READ, of_case(self.bundles.current().registry, whose))
        return whose

    def _visible(self, principal: Principal, action: Action, arrival_id: ArrivalId) -> Arrival:
        arrival = require_found(principal, action, _KIND, self.arrivals.get(arrival_id))
        require(principal, action, Resource(_KIND, areas=frozenset(arrival.areas)))
        return arrival

    def _keep(self, arrival: Arrival, document: Document, name: str) -> Arrival:
        number = 0
        while True:
            arrival_id = _numbered(arrival, number)
            known = self.arrivals.get(arrival_id)
            if known is None:
                break
            if known.status is not ArrivalStatus.WITHDRAWN:
                return known
            number += 1
        new = replace(arrival, arrival_id=arrival_id)
        # The insuring area writes the name in the vault, if the person is insured.
        insured = any(each.insured_area is not None for each in self.persons.enrolments(new.person).periods)
        self.vault.keep(new.person, document, name, is_theirs=not insured)
        self.commits.commit([Revise(new), *_counted(None, new), *self._moving(new, new.registered.at)])
        return new

    def _step(self, principal: Principal, arrival_id: ArrivalId, step: ArrivalStep, request: StepRequest) -> Arrival:
        arrival = self._visible(principal, ARRIVAL_KEEP, arrival_id)
        if any(each.said == step.said for each in arrival.steps):
            return arrival
        bundle = self.bundles.current()
        rules = _rules(bundle, arrival)
        if request.findings:
            raise Invalid(request.findings)
        wrong = (*self._fits(bundle, arrival, step, rules), *self._may(bundle, request, rules))
        if wrong:
            raise Invalid(wrong)
        clock = self._first_test(bundle, arrival, step, request.at)
        moved = arrival.with_step(step, clock)
        parts: list[Part] = [Revise(moved), *_counted(arrival, moved), *_duties(arrival, moved)]
        if step.kind in _MOVES_CLAIMS:
            parts += self._moving(moved, step.act.at)
        self.commits.commit(parts)
        return moved

    def _fits(self, bundle: Bundle, arrival: Arrival, step: ArrivalStep, rules: WatchRules) -> tuple[Finding, ...]:
        transfer = decider(bundle, Slot.ARRIVAL_TRANSFER, arrival.area, self.clock.today())
        return check_step(arrival, step, rules, None if transfer is None else transfer.citation)

    def _may(self, bundle: Bundle, request: StepRequest, rules: WatchRules) -> tuple[Finding, ...]:
        found = [_IN_FUTURE] if request.at > self.clock.now() else []
        if request.kind is StepKind.REFERRAL:
            institution = bundle.registry.institutions.get(request.institution or "")
            found += [] if institution is not None and institution.treatment_designated else [_NOT_DESIGNATED]
        if request.kind is StepKind.ASSESSMENT and request.age is not None:
            found += home_findings(rules, request.age)
        return tuple(found)

    def _first_test(self, bundle: Bundle, arrival: Arrival, step: ArrivalStep, at: datetime) -> LegalClock | None:
        """Return the first test's clock: started by the first isolation, stopped by the first test."""
        begins = step.kind is StepKind.ISOLATION or step.outcome is StepOutcome.SUITABLE
        if arrival.first_test is None and begins:
            rule = clock_rule(bundle, FIRST_TEST, arrival.area, self.clock.today())
            return start_clock(rule, at, self.working_days)
        if arrival.first_test is not None and step.kind in (StepKind.TEST, *_MOVES_CLAIMS):
            return arrival.first_test.stop(step.at)
        return arrival.first_test

    def _moving(self, arrival: Arrival, at: Instant) -> list[Part]:
        """Build the writes that make a concurrent settlement look again: one version guards both."""
        enrolments = self.persons.enrolments(arrival.person)
        return [
            Revise(replace(enrolments, version=enrolments.version + 1)),
            *self.cover.announced(arrival.person, at),
        ]


def _numbered(arrival: Arrival, number: int) -> ArrivalId:
    base = arrival_id_of(arrival.area, arrival.person, arrival.entered_on)
    return base if number == 0 else ArrivalId(f"{base}-{number}")


def _rules(bundle: Bundle, arrival: Arrival) -> WatchRules:
    provision = bundle.by_citation.get(arrival.citation)
    if provision is None or provision.slot is not Slot.ARRIVAL_WATCH:
        raise Invalid([_NOT_PROVIDED])
    return WatchRules.of(provision)


def _counted(before: Arrival | None, after: Arrival) -> list[Add]:
    """Build the writes that keep the daily counts; the arrival's own revision guards them."""
    return [Add(change) for change in changes_between(before, after)]


def _duties(before: Arrival, after: Arrival) -> list[Put]:
    """Build the first test as a duty of the health side: open since its clock runs, done once the clock is stopped."""
    if after.first_test is None or after.first_test == before.first_test:
        return []
    clock = replace(after.first_test, stopped=None)
    duty = Duty(FIRST_TEST, after.arrival_id, clock)
    task = duty_task(duty, Role.HEALTH, agency=after.area, areas=frozenset(after.areas))
    return [Put(task if after.first_test.stopped is None else done(task, after.first_test.stopped))]


_NOT_PROVIDED = finding(
    "arrivals-not-provided",
    "area",
    "该区划现无入境人员登记的规定，请核对区划。",
    "Check the area: no provision in force there requires arrivals to be registered.",
)
_IN_FUTURE = finding(
    "date-in-future",
    "at",
    "时间不能晚于现在，请更正。",
    "The time is in the future; give the present time or an earlier one.",
)
_NOT_DESIGNATED = finding(
    "not-designated-for-treatment",
    "institution",
    "转诊须到定点救治机构，请填写其机构编码。",
    "Give the code of a designated institution: people with symptoms are referred to one.",
)
