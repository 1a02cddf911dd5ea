"""Records the hotline's consultations, takes back mistaken records, lists consultations, and reports their numbers."""

from __future__ import annotations

from datetime import date, datetime

from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Conflict, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import civil_date, instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Add, Revise
from chalicelib.law.domain.citation import articles_of
from chalicelib.law.domain.services.vocabulary import ConsultationSubject
from chalicelib.law.ports import BundleStore
from chalicelib.platform.forms.model import PrintedForm
from chalicelib.registry.domain.resources import area_to_read, own, permitted
from chalicelib.service_desk.access import HOTLINE_READ, HOTLINE_RECORD
from chalicelib.service_desk.domain.hotline import (
    CONSULTATION_NUMBER_TAKEN,
    CONSULTATION_TO_COME,
    Consultation,
    ConsultationId,
    HotlineCount,
    HotlineReport,
    consultation_id_of,
    hotline_report_of,
    hour_of,
    serving,
)
from chalicelib.service_desk.forms import hotline_form
from chalicelib.service_desk.ports import ConsultationStore, HotlineCountStore
from chalicelib.service_desk.usecases.report import check_days, reported_area

_KIND = "consultation"


@dataclass(frozen=True, slots=True)
class ConsultationRequest:
    """The consultation to record. `came_at` defaults to now."""

    consultation_no: str
    subject: ConsultationSubject
    came_at: datetime | None


@dataclass(frozen=True, slots=True)
class Consultations:
    consultations: ConsultationStore
    counts: HotlineCountStore
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def record(self, principal: Principal, request: ConsultationRequest) -> Consultation:
        """Record an answered call; the same number and content again return the first record, counted once.

        Raises `Invalid` for a future time, for an hour at which no hotline answers by provision, and for a subject that
        the hotline does not count; `Conflict` for another content.
        """
        area = principal.area
        require(principal, HOTLINE_RECORD, own(principal, _KIND))
        return self.retrying.on_conflict(lambda: self._keep(principal, area, request))

    def take_back(self, principal: Principal, consultation_id: ConsultationId, reason: str) -> Consultation:
        """Take a record back and out of the counts of its hour. A second withdrawal changes nothing."""

        def once() -> Consultation:
            found = self.consultations.get(consultation_id)
            known = permitted(
                principal, HOTLINE_RECORD, _KIND, found, lambda it: Resource(_KIND, areas=frozenset({it.area}))
            )
            moved = known.taken_back(Act.of(principal, instant(self.clock.now())), reason)
            if moved is not known:
                counted = HotlineCount(known.area, known.on, known.hour, known.subject, withdrawn=1)
                self.commits.commit([Revise(moved), Add(counted)])
            return moved

        return self.retrying.on_conflict(once)

    def find(
        self,
        principal: Principal,
        area: AreaCode | None,
        on: date | None,
        subject: ConsultationSubject | None,
        page: PageRequest,
    ) -> Page[Consultation]:
        """List an area's consultations, newest first, of a single day and subject if given."""
        whose = area_to_read(principal, HOTLINE_READ, self.bundles.current().registry, area, _KIND)
        return self.consultations.on_day(whose, on, subject, page)

    def report(self, principal: Principal, area: AreaCode | None, from_on: date, to_on: date) -> HotlineReport:
        """Report the counts of an area's days. Raises `NotFound` and `Invalid` as the report of the desk does."""
        bundle = self.bundles.current()
        whose = reported_area(principal, bundle.registry, area)
        check_days(from_on, to_on)
        return hotline_report_of(bundle, whose, from_on, to_on, self.counts.between(whose, from_on, to_on))

    def printed(self, principal: Principal, area: AreaCode | None, from_on: date, to_on: date) -> PrintedForm:
        """Lay out the same report as a form to be signed, issued today."""
        report, bundle = self.report(principal, area, from_on, to_on), self.bundles.current()
        cited = articles_of(bundle, (each.citation for each in report.hotlines))
        return hotline_form(report, bundle.registry.areas[report.area].name_zh, cited, self.clock.today())

    def _keep(self, principal: Principal, area: AreaCode, request: ConsultationRequest) -> Consultation:
        now = self.clock.now()
        came = request.came_at or now
        content = fingerprint([request.subject.value, None if request.came_at is None else instant(request.came_at)])
        consultation_id = consultation_id_of(area, request.consultation_no)
        known = self.consultations.get(consultation_id)
        if known is not None:
            if known.content != content:
                raise Conflict([CONSULTATION_NUMBER_TAKEN.naming(consultation_id=known.consultation_id)])
            return known
        if came > now:
            raise Invalid([CONSULTATION_TO_COME])
        hotline = serving(self.bundles.current(), area, came, request.subject)
        consultation = Consultation(
            consultation_id=consultation_id,
            consultation_no=request.consultation_no,
            area=area,
            subject=request.subject,
            came_at=instant(came),
            on=civil_date(came),
            hour=hour_of(came),
            content=content,
            citation=hotline.citation,
            recorded=Act.of(principal, instant(now)),
        )
        counted = HotlineCount(area, consultation.on, consultation.hour, consultation.subject, received=1)
        self.commits.commit([Revise(consultation), Add(counted)])
        return consultation
