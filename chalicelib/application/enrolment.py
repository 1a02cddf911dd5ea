"""Records who is insured where, and starts the claims that waited for it.

Identity number and name go to the vault and nowhere else; everything here but that one call works on the token.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.application.commits import WriteEnrolments
from chalicelib.application.deciding import enrolment_queue
from chalicelib.application.deferral import Deferral
from chalicelib.application.identifying import Identifying
from chalicelib.application.ports import BundleStore, Clock, Commits, PersonStore, PersonVault
from chalicelib.application.records import PersonEnrolments
from chalicelib.application.redeciding import Redeciding
from chalicelib.application.requests import EnrolmentRequest
from chalicelib.application.retrying import Retrying
from chalicelib.domain.access import Action, Principal, Resource, of_area, require
from chalicelib.domain.errors import Conflict, Finding, Invalid
from chalicelib.domain.identity_documents import read_document
from chalicelib.domain.registration import check_area, check_period
from chalicelib.domain.registry import Enrolment, Insurance, Registry
from chalicelib.domain.texts import Text

_AREA_REQUIRED = Finding(
    "area-required", "insured_area", Text("参保人员须填写参保地。", "Name the insured area of an insured person.")
)
_AREA_NOT_ALLOWED = Finding(
    "area-not-allowed",
    "insured_area",
    Text("未参保人员不填写参保地。", "Leave the insured area out: nobody insures them."),
)


@dataclass(frozen=True, slots=True)
class EnrolPerson:
    identifying: Identifying
    vault: PersonVault
    persons: PersonStore
    bundles: BundleStore
    commits: Commits
    deferral: Deferral
    redeciding: Redeciding
    retrying: Retrying
    clock: Clock

    def __call__(self, principal: Principal, request: EnrolmentRequest) -> str:
        """Record a period of insurance; the same period again replaces it. Returns the person's token.

        The insured place's agency alone may say that it insures somebody; that nobody does, any agency may say, but not
        against an enrolment that is in force in the period. Raises `Invalid`, and `Conflict` for the latter.
        """
        registry = self.bundles.current().registry
        require(principal, *_asked(request, registry))
        document, wrong = read_document(request.document, self.clock.today())
        wrong = (*wrong, *_wrong_with(request, registry))
        if wrong or document is None:
            raise Invalid(wrong)
        person = self.identifying.person(document)
        self.vault.keep(person, document, request.name)
        self.retrying.on_conflict(lambda: self._record(person, request))
        # Also for a period that was recorded before: an earlier try may have ended before everyone was started.
        self.deferral.resume_queue(enrolment_queue(person))
        self.redeciding.reclassify(person, registry)
        return person

    def _record(self, person: str, request: EnrolmentRequest) -> None:
        known = self.persons.enrolments(person)
        period = Enrolment(
            person=person,
            insured_area=request.insured_area,
            insurance=request.insurance,
            employment=request.employment,
            assistance=request.assistance,
            starts_on=request.starts_on,
            ends_on=request.ends_on,
            name_key=self.identifying.name_key(person, request.name),
        )
        if period.insurance is Insurance.NONE and any(_contradicts(other, period) for other in known.periods):
            raise Conflict
        others = tuple(other for other in known.periods if not _same_period(other, period))
        if known.periods != (*others, period):
            self.commits.commit([WriteEnrolments(PersonEnrolments(person, known.version + 1, (*others, period)))])


def _asked(request: EnrolmentRequest, registry: Registry) -> tuple[Action, Resource]:
    if request.insurance is Insurance.NONE:
        return Action.ENROLMENT_RECORD_UNINSURED, Resource("enrolment")
    if request.insured_area is None:
        return Action.ENROLMENT_RECORD, Resource("enrolment")
    return Action.ENROLMENT_RECORD, of_area(registry, request.insured_area, "enrolment")


def _wrong_with(request: EnrolmentRequest, registry: Registry) -> tuple[Finding, ...]:
    findings = []
    insured = request.insurance is not Insurance.NONE
    if insured and request.insured_area is None:
        findings.append(_AREA_REQUIRED)
    if not insured and request.insured_area is not None:
        findings.append(_AREA_NOT_ALLOWED)
    if insured and request.insured_area is not None:
        findings += check_area(request.insured_area, registry, "insured_area")
    return (*findings, *check_period(request.starts_on, request.ends_on))


def _contradicts(other: Enrolment, uninsured: Enrolment) -> bool:
    """Whether an insured period overlaps one that says nobody insures the person."""
    starts_after = uninsured.ends_on is not None and other.starts_on is not None and uninsured.ends_on < other.starts_on
    ends_before = other.ends_on is not None and uninsured.starts_on is not None and other.ends_on < uninsured.starts_on
    return other.insurance is not Insurance.NONE and not starts_after and not ends_before


def _same_period(one: Enrolment, other: Enrolment) -> bool:
    return (one.starts_on, one.ends_on) == (other.starts_on, other.ends_on)
