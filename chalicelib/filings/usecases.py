"""Registers a person's planned or present treatment outside the insured place (异地就医备案), answers others' filings,
and takes filings back.

An agency's late filing, or a withdrawal, may reach settled claims: those are decided again. The insured place governs:
its notices set the clock, and its agency answers. Source: C-05, C-13, D-03, Y-05.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.filings.access import FILING_CONFIRM, FILING_READ, FILING_RECORD, FILING_WITHDRAW
from chalicelib.kernel.access import Principal, Resource, Role, allowed, require
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock, WorkingDays, start_clock
from chalicelib.kernel.errors import Conflict, Finding, Invalid, NotFound, existing
from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant, civil_date, instant
from chalicelib.kernel.words.ids import AreaCode, FilingId, PersonToken
from chalicelib.kernel.writes import Part, Put, Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.services.clocks import clock_rule, township_desk
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.checks import check_area, check_period
from chalicelib.registry.domain.enrolments import period_on
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.identity_documents import read_document
from chalicelib.registry.domain.model import FilingChannel, FilingKind, Registry
from chalicelib.registry.domain.requests import FilingRequest
from chalicelib.registry.domain.resources import area_to_read, of_area, own, permitted, require_found
from chalicelib.registry.ports import FilingStore
from chalicelib.settlement.usecases.cover_changes import CoverChanges
from chalicelib.worklist.domain import Duty, Task, done, duty_task

_FILING_OVER = Finding(
    "filing-over",
    "to",
    Text(
        "备案截止日早于登记日。医疗机构的备案自登记之日起有效；补登须由参保地经办机构办理。",
        "The filing ends before the day it is made. A hospital's counts from that day on; let the insured place's "
        "agency record an earlier one.",
    ),
)

_CALLED_AT = Finding(
    "called-at",
    "called_at",
    Text(
        "来电时间只由接电话的经办机构或乡镇街道填写，channel 须为 phone，且不得晚于现在；请更正或删除。",
        "Only the agency or township office that took the call gives its time, with the channel phone and not in "
        "the future; correct it or leave it out.",
    ),
)
_NO_DESK = Finding(
    "no-township-desk",
    "",
    Text(
        "本区没有文件由乡镇街道登记异地就医备案，请由参保地经办机构办理。",
        "No notice has townships of this district register filings; let the insured place's agency do it.",
    ),
)
_NOTHING_TO_ANSWER = Finding(
    "filing-answered",
    "filing_id",
    Text(
        "该备案无须答复：由参保地经办机构登记，或者已经撤回；请在列表中另选。",
        "This filing waits for no answer: the insured place's agency made it, or it was taken back; choose another of "
        "the list.",
    ),
)

REPORT = "filing-report"
ANSWERS = dict.fromkeys(FilingKind, "filing-answer") | {FilingKind.EMERGENCY: "emergency-filing-answer"}
"""The businesses of policy files for the answer to a filing, by the filing's kind."""

CALL, LIST_CALL = "POST /v1/filings", "GET /v1/filings"


@dataclass(frozen=True, slots=True)
class FilingOutcome:
    """A filing, with the number of settled claims that changed. The number is None for a hospital, which would learn of
    claims at other places for any identity number it writes.
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
    working_days: WorkingDays

    def record(self, principal: Principal, request: FilingRequest) -> FilingOutcome:
        """Keep a filing; the same filing by the same institution or agency is the first one, unless withdrawn.

        A hospital files for its own patients. An agency files where it insures the person or where the treatment is. A
        township office files for persons insured in its district, where a notice makes the office a desk.
        """
        bundle = self.bundles.current()
        registry = bundle.registry
        document, faults = read_document(request.document, self.clock.today())
        is_desk = principal.role in (Role.AGENCY, Role.TOWNSHIP)
        person = self.identifying.person(document, registry.pooling_area(principal.area) if is_desk else None)
        require(principal, FILING_RECORD, self._filed_by(principal, person, request.treatment_area, registry))
        now = self.clock.now()
        starts_on = request.starts_on or civil_date(now)
        wrong = [
            *faults,
            *check_area(request.treatment_area, registry, "treatment_area"),
            *check_period(starts_on, request.ends_on),
            *_call_findings(principal, request, now),
        ]
        if (
            principal.role is Role.TOWNSHIP
            and township_desk(bundle, REPORT, principal.area, self.clock.today()) is None
        ):
            wrong.append(_NO_DESK)
        filing = FilingRecord(
            filing_id=FilingId(""),
            person=person,
            treatment_area=request.treatment_area,
            kind=request.kind,
            channel=request.channel,
            starts_on=starts_on,
            ends_on=request.ends_on,
            made=Act.of(principal, instant(now)),
            made_on=civil_date(now),
            called_at=None if request.called_at is None else instant(request.called_at),
            called_on=None if request.called_at is None else civil_date(request.called_at),
        )
        if not wrong and filing.ends_on is not None and filing.ends_on < filing.counts_from:
            wrong.append(_FILING_OVER)
        if wrong:
            raise Invalid(wrong)
        filing = self._with_clocks(filing, bundle, request.called_at or now, now)
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
        maker: set[str] = {registry.pooling_area(filing.made.area)}
        if filing.is_hospitals or filing.is_offices:
            maker = {_listed_as(filing.made.role, filing.made.subject)}
        subjects = {registry.pooling_area(filing.treatment_area), *insured, *maker}
        new = replace(filing, filing_id=_filing_id(filing, number), listed_under=tuple(sorted(subjects)))
        self.commits.commit(
            [
                Put(new),
                # A settlement that looked before this filing existed must look again: the same version guards both.
                Revise(replace(enrolments, version=enrolments.version + 1)),
                *_opened(new, registry),
                *self.cover.announced(new.person, new.made.at),
            ]
        )
        return new

    def confirm(self, principal: Principal, filing_id: FilingId) -> FilingRecord:
        """Record the insured place's answer to another's filing; repeating keeps the first answer. Raises `Conflict`
        where the filing waits for no answer.
        """
        registry = self.bundles.current().registry

        def once() -> FilingRecord:
            filing = require_found(principal, FILING_CONFIRM, "filing", self.filings.get(filing_id))
            place = frozenset[AreaCode]() if filing.insured_area is None else _around(registry, filing.insured_area)
            require(principal, FILING_CONFIRM, Resource("filing", areas=place))
            if filing.confirmed is not None:
                return filing
            if not filing.waits or filing.answer is None:
                raise Conflict(
                    [_NOTHING_TO_ANSWER.naming(status="recorded" if filing.withdrawn is None else "withdrawn")]
                )
            act = Act.of(principal, instant(self.clock.now()))
            answered = replace(filing, confirmed=act, answer=filing.answer.stop(act.at), revision=filing.revision + 1)
            self.commits.commit([Revise(answered), *_closed(filing, registry, act.at)])
            return answered

        return self.retrying.on_conflict(once)

    def _with_clocks(self, filing: FilingRecord, bundle: Bundle, asked: datetime, now: datetime) -> FilingRecord:
        """Return the filing with the governing place and the clocks of its notices, which run from the call or from the
        making. Where no notice requires an answer, the filing waits for none.
        """
        insured_area = self._insured_area(filing)
        if insured_area is None:
            return filing
        registry, made_on = bundle.registry, civil_date(now)

        def started(business: str, place: AreaCode) -> LegalClock | None:
            rule = clock_rule(bundle, business, place, made_on)
            return None if rule.citation is None else start_clock(rule, asked, self.working_days)

        answer = started(ANSWERS[filing.kind], insured_area)
        if filing.made.role is Role.AGENCY and filing.made.subject in _around(registry, insured_area):
            answer = None if answer is None else answer.stop(filing.made.at)
        report = started(REPORT, filing.made.area) if filing.is_offices else None
        report = None if report is None else report.stop(filing.made.at)
        return replace(filing, insured_area=insured_area, answer=answer, report=report)

    def _insured_area(self, filing: FilingRecord) -> AreaCode | None:
        """Return the insured place on the filing's first day, else the last insured place."""
        insured = [each for each in self.persons.enrolments(filing.person).periods if each.insured_area is not None]
        latest = max(insured, key=lambda each: each.starts_on or date.min, default=None)
        chosen = period_on(insured, filing.starts_on) or latest
        return None if chosen is None else chosen.insured_area

    def withdraw(self, principal: Principal, filing_id: FilingId, reason: str) -> FilingOutcome:
        """Take a filing back, as its hospital or agency or as the agency that insures the person. Repeating keeps the
        first withdrawal.
        """
        filing, registry = self.filings.get(filing_id), self.bundles.current().registry
        permitted(principal, FILING_WITHDRAW, "filing", filing, lambda known: self._withdrawn_by(known, registry))
        act = Act.of(principal, instant(self.clock.now()))
        kept = self.retrying.on_conflict(lambda: self._withdraw(filing_id, act, reason))
        return _outcome(principal, kept, self.cover.follow(kept.person, act, f"withdrawal:{filing_id}"))

    def _withdraw(self, filing_id: FilingId, act: Act, reason: str) -> FilingRecord:
        filing = existing(self.filings.get(filing_id))
        if filing.withdrawn is not None:
            return filing
        enrolments = self.persons.enrolments(filing.person)
        answer = None if filing.answer is None else filing.answer.stop(act.at)
        withdrawn = replace(filing, withdrawn=act, reason=reason, answer=answer, revision=filing.revision + 1)
        registry = self.bundles.current().registry
        self.commits.commit(
            [
                Revise(withdrawn),
                Revise(replace(enrolments, version=enrolments.version + 1)),
                *_closed(filing, registry, act.at),
                *self.cover.announced(filing.person, act.at),
            ]
        )
        return withdrawn

    def of_person(self, principal: Principal, person: PersonToken, page: PageRequest) -> Page[FilingRecord]:
        """Find a person's filings, limited to those that concern the caller. Raises `NotFound` where the caller may see
        no filing.
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

    def of_subject(
        self, principal: Principal, area: AreaCode | None, page: PageRequest, *, backdated: bool = False
    ) -> Page[FilingRecord]:
        """Find the filings of a hospital or of a district's offices, or those that concern an area (by default the
        caller's), newest first. `backdated` keeps filings that count for days before their recording.
        """
        found = self._of_subject(principal, area, page)
        kept = tuple(each for each in found.items if each.is_backdated or not backdated)
        return Page(kept, found.next)

    def _of_subject(self, principal: Principal, area: AreaCode | None, page: PageRequest) -> Page[FilingRecord]:
        registry = self.bundles.current().registry
        if principal.role in (Role.HOSPITAL, Role.TOWNSHIP):
            require(principal, FILING_READ, own(principal, "filing"))
            return self.filings.listed_under(_listed_as(principal.role, principal.subject), page)
        whose = area_to_read(principal, FILING_READ, registry, area, "filing")
        found = self.filings.listed_under(registry.pooling_area(whose), page)
        visible = [each for each in found.items if allowed(principal, FILING_READ, self._seen_by(each, registry))]
        return Page(tuple(visible), found.next)

    def _filed_by(self, principal: Principal, person: PersonToken, area: AreaCode, registry: Registry) -> Resource:
        if principal.role is Role.HOSPITAL:
            return Resource("filing", institution=principal.subject)
        if principal.role is Role.TOWNSHIP:
            mine = any(
                each.insured_area is not None and _lies_with(registry, principal.area, each.insured_area)
                for each in self.persons.enrolments(person).periods
            )
            return Resource("filing", institution=principal.subject if mine else None)
        areas = of_area(registry, area, "filing").areas | self._insuring(person, registry)
        return Resource("filing", areas=areas)

    def _withdrawn_by(self, filing: FilingRecord, registry: Registry) -> Resource:
        insuring = self._insuring(filing.person, registry)
        if filing.is_hospitals or filing.is_offices:
            return Resource("filing", institution=filing.made.subject, areas=insuring)
        return Resource("filing", areas=insuring | of_area(registry, filing.made.area, "filing").areas)

    def _seen_by(self, filing: FilingRecord, registry: Registry) -> Resource:
        areas = of_area(registry, filing.treatment_area, "filing").areas | self._insuring(filing.person, registry)
        if filing.is_hospitals or filing.is_offices:
            return Resource("filing", institution=filing.made.subject, areas=areas)
        return Resource("filing", areas=areas | of_area(registry, filing.made.area, "filing").areas)

    def _insuring(self, person: PersonToken, registry: Registry) -> frozenset[AreaCode]:
        areas = frozenset[AreaCode]()
        for period in self.persons.enrolments(person).periods:
            if period.insured_area is not None:
                areas |= of_area(registry, period.insured_area, "filing").areas
        return areas


def _around(registry: Registry, area: AreaCode) -> frozenset[AreaCode]:
    return of_area(registry, area, "filing").areas


def _lies_with(registry: Registry, district: AreaCode, insured_area: AreaCode) -> bool:
    """Tell whether a person insured in an area may be of a district: insured there, or for the whole it lies in."""
    return district in registry.chain(insured_area) or registry.pooling_area(district) == insured_area


def _listed_as(role: Role, subject: str) -> str:
    """Return the list of a role's subject; a township's offices have a list of their own and see no other filings."""
    return f"township/{subject}" if role is Role.TOWNSHIP else subject


def _task(filing: FilingRecord, answer: LegalClock, registry: Registry) -> Task:
    areas = frozenset() if filing.insured_area is None else _around(registry, filing.insured_area)
    duty = Duty(ANSWERS[filing.kind], filing.filing_id, answer)
    return duty_task(duty, Role.AGENCY, agency=filing.insured_area, areas=areas)


def _opened(filing: FilingRecord, registry: Registry) -> list[Put]:
    return [Put(_task(filing, filing.answer, registry))] if filing.waits and filing.answer is not None else []


def _closed(filing: FilingRecord, registry: Registry, at: Instant) -> list[Part]:
    return [Put(done(each.record, at)) for each in _opened(filing, registry)]


def _call_findings(principal: Principal, request: FilingRequest, now: datetime) -> tuple[Finding, ...]:
    called_at = request.called_at
    if called_at is None:
        return ()
    ours = principal.role is not Role.HOSPITAL and request.channel is FilingChannel.PHONE
    return () if ours and called_at <= now else (_CALLED_AT,)


def _outcome(principal: Principal, filing: FilingRecord, redecided: int) -> FilingOutcome:
    return FilingOutcome(filing, None if principal.role is Role.HOSPITAL else redecided)


def _place(filing: FilingRecord) -> str:
    return f"{filing.made.at}#{filing.filing_id}"


def _filing_id(filing: FilingRecord, number: int) -> FilingId:
    """Return a filing's id: the same filing by the same maker has the same id, so a retry makes no second filing; a
    withdrawn filing may be made anew.
    """
    digest = fingerprint(
        {
            "person": filing.person,
            "treatment_area": filing.treatment_area,
            "kind": filing.kind.value,
            "channel": filing.channel.value,
            "from": filing.starts_on.isoformat(),
            "to": None if filing.ends_on is None else filing.ends_on.isoformat(),
            "called_at": filing.called_at,
            "by": f"{filing.made.role.value}:{filing.made.subject}",
            "number": number,
        }
    )
    return FilingId(f"fil_{digest[:26]}")
