"""Issues prescriptions, sends them to a pharmacy, has them dispensed once, lists and counts them by day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from datetime import date
from typing import TypeAlias

from chalicelib.adjudication.domain.requirements import unknown_person
from chalicelib.claims.usecases.recognise import RecognisePerson
from chalicelib.kernel.access import Principal, Resource, Role, require
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Conflict, Invalid, NotFound, existing, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.kernel.writes import Revise
from chalicelib.law.domain.model import Provision, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.ports import BundleStore
from chalicelib.prescriptions.access import PRESCRIPTION_DISPENSE, PRESCRIPTION_ISSUE, PRESCRIPTION_READ
from chalicelib.prescriptions.domain import (
    Certificate,
    DailyCounts,
    MakeUp,
    PaidBy,
    PrescribedItem,
    Prescription,
    PrescriptionId,
    PrescriptionKind,
    Supply,
    make_up_findings,
    prescription_id_of,
    supply_findings,
)
from chalicelib.prescriptions.ports import PrescriptionStore, happened_in, held_by, held_by_and_issued_on
from chalicelib.registry.domain.checks import DAY_IN_FUTURE
from chalicelib.registry.domain.identity_documents import StatedDocument
from chalicelib.registry.domain.model import InstitutionKind, Insurance
from chalicelib.registry.domain.resources import of_area, of_institution, own, permitted

CALL = "POST /v1/prescriptions"
_KIND = "prescription"

Change: TypeAlias = Callable[[Prescription], Prescription]
"""A change of a prescription, computed anew on every try."""


@dataclass(frozen=True, slots=True)
class PrescriptionRequest:
    """A prescription to issue. `missed_on` (the day made up for) and `reason` are given together."""

    prescription_no: str
    document: StatedDocument
    name: str = field(repr=False)
    kind: PrescriptionKind
    is_electronic: bool
    issued_on: date
    days: int
    items: tuple[PrescribedItem, ...]
    missed_on: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Prescriptions:
    prescriptions: PrescriptionStore
    recognise: RecognisePerson
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def issue(self, principal: Principal, request: PrescriptionRequest) -> tuple[Prescription, bool]:
        """Issue a prescription and tell whether it is new: the same number and content again is the first prescription.

        Raises `Conflict` for different content under the number, and `Invalid` for an unknown or uninsured person, a
        supply over the provision's, a day that no provision lets be made up for, or electronic means not provided for.
        """
        require(principal, PRESCRIPTION_ISSUE, own(principal, _KIND))
        bundle, today = self.bundles.current(), self.clock.today()
        institution = bundle.registry.institutions.get(principal.subject)
        if institution is None or institution.kind is InstitutionKind.PHARMACY:
            raise Invalid([_NO_PRESCRIBER])
        person = self._person(principal, request)
        day, area = request.issued_on, institution.area
        if day > today:
            raise Invalid([DAY_IN_FUTURE])
        found = decider(bundle, Slot.PRESCRIPTION_SUPPLY, area, day, request.kind.business)
        if found is None:
            raise Invalid([_NO_SUPPLY])
        supply = Supply.of(found)
        making_up = decider(bundle, Slot.PRESCRIPTION_MAKE_UP, area, day)
        circulation = decider(bundle, Slot.PRESCRIPTION_CIRCULATION, area, day)
        findings = (
            *supply_findings(supply, day, request.days),
            *make_up_findings(None if making_up is None else MakeUp.of(making_up), request.missed_on, request.reason),
            *((_NOT_ELECTRONIC,) if request.is_electronic and not _is_electronic(circulation) else ()),
        )
        if findings:
            raise Invalid(findings)
        used = (found, making_up if request.missed_on else None, circulation if request.is_electronic else None)
        prescription = Prescription(
            prescription_id=prescription_id_of(institution.code, request.prescription_no),
            prescription_no=request.prescription_no,
            institution=institution.code,
            agency=institution.agency,
            area=institution.pooling_area,
            person=person,
            kind=request.kind,
            is_electronic=request.is_electronic,
            issued_on=day,
            days=request.days,
            valid_until=supply.valid_until(day),
            items=request.items,
            issued=Act.of(principal, instant(self.clock.now())),
            content=_content(person, request),
            citations=tuple(dict.fromkeys(each.citation for each in used if each is not None)),
            missed_on=request.missed_on,
        )
        return self.retrying.on_conflict(lambda: self._keep(prescription))

    def send(self, principal: Principal, prescription_id: PrescriptionId, pharmacy: InstitutionCode) -> Prescription:
        """Pass a prescription on to a pharmacy, as the hospital that issued it (N-10)."""
        record = self._held(principal, prescription_id)
        bundle = self.bundles.current()
        known = bundle.registry.institutions.get(pharmacy)
        if known is None or known.kind is not InstitutionKind.PHARMACY:
            raise Invalid([_NO_PHARMACY])
        day = self.clock.today()
        rule = decider(bundle, Slot.PRESCRIPTION_CIRCULATION, record.area, record.issued_on)
        if rule is None:
            raise Invalid([_NO_CIRCULATION])
        act = Act.of(principal, instant(self.clock.now()))
        return self._moved(prescription_id, lambda it: it.sent_to(pharmacy, act, day, rule.citation))

    def dispense(
        self,
        principal: Principal,
        prescription_id: PrescriptionId,
        day: date,
        certificate: Certificate,
        paid_by: PaidBy,
    ) -> Prescription:
        """Hand the medicine over once, as the pharmacy the prescription was sent to or, if sent to none, the hospital.

        Raises `Conflict` for a prescription dispensed otherwise or expired, and `Invalid` for a future day and for the
        electronic certificate or mobile payment where no provision provides for them (S-11).
        """
        record = permitted(
            principal,
            PRESCRIPTION_DISPENSE,
            _KIND,
            self.prescriptions.get(prescription_id),
            lambda it: Resource(_KIND, institution=it.pharmacy or it.institution),
        )
        if day > self.clock.today():
            raise Invalid([DAY_IN_FUTURE])
        if certificate is Certificate.ELECTRONIC or paid_by is PaidBy.MOBILE:
            rule = decider(self.bundles.current(), Slot.PRESCRIPTION_CIRCULATION, record.area, day)
            if not _is_electronic(rule):
                raise Invalid([_NOT_ELECTRONIC])
        act = Act.of(principal, instant(self.clock.now()))
        return self._moved(prescription_id, lambda it: it.filled(act, day, certificate, paid_by))

    def read(self, principal: Principal, prescription_id: PrescriptionId) -> Prescription:
        """Return a prescription to its issuer, the pharmacy it was sent to, the agency and the auditor."""
        found = self.prescriptions.get(prescription_id)
        return permitted(principal, PRESCRIPTION_READ, _KIND, found, lambda it: self._seen_by(principal, it))

    def find(
        self, principal: Principal, area: AreaCode | None, day: date | None, page: PageRequest
    ) -> Page[Prescription]:
        """Find an institution's prescriptions, issued or received, or those issued in a pooling area on a day (by
        default today). Newest first.
        """
        if principal.role is Role.HOSPITAL:
            require(principal, PRESCRIPTION_READ, own(principal, _KIND))
            code = principal.institution
            own_list = held_by(code) if day is None else held_by_and_issued_on(code, day)
            return self.prescriptions.find((own_list,), page)
        whose = self._pooling(principal, area)
        return self.prescriptions.find((happened_in(whose, "issued", day or self.clock.today()),), page)

    def counts(self, principal: Principal, area: AreaCode | None, day: date) -> DailyCounts:
        """Count a pooling area's prescriptions by event on a day. Source: N-10, which counts both."""
        whose = self._pooling(principal, area)

        def happened(what: str) -> list[Prescription]:
            lists = (happened_in(whose, what, day),)
            return list(every(lambda page: self.prescriptions.find(lists, page)))

        issued = happened("issued")
        electronic = sum(each.is_electronic for each in issued)
        return DailyCounts(day, whose, len(issued), electronic, len(happened("sent")), len(happened("dispensed")))

    def _pooling(self, principal: Principal, area: AreaCode | None) -> AreaCode:
        registry = self.bundles.current().registry
        if principal.role is Role.HOSPITAL:
            here = registry.institutions.get(principal.subject)
            require(principal, PRESCRIPTION_READ, own(principal, _KIND))
            if here is None or area not in (None, here.pooling_area):
                raise NotFound
            return here.pooling_area
        whose = registry.pooling_area(principal.area if area is None else area)
        require(principal, PRESCRIPTION_READ, of_area(registry, whose, _KIND))
        return whose

    def _person(self, principal: Principal, request: PrescriptionRequest) -> PersonToken:
        """Return the token of the insured patient of the prescription."""
        person, period = self.recognise(principal, request.document, request.name, request.issued_on, CALL)
        if period.insurance is Insurance.NONE:
            raise Invalid([unknown_person("patient.id_no")])
        return person

    def _held(self, principal: Principal, prescription_id: PrescriptionId) -> Prescription:
        found = self.prescriptions.get(prescription_id)
        return permitted(
            principal, PRESCRIPTION_ISSUE, _KIND, found, lambda it: Resource(_KIND, institution=it.institution)
        )

    def _seen_by(self, principal: Principal, record: Prescription) -> Resource:
        known = self.bundles.current().registry.institutions
        holders = [known[code] for code in (record.institution, record.pharmacy or "") if code in known]
        mine = next((each for each in holders if each.code == principal.subject), holders[0] if holders else None)
        return Resource(_KIND) if mine is None else of_institution(mine, _KIND)

    def _keep(self, new: Prescription) -> tuple[Prescription, bool]:
        known = self.prescriptions.get(new.prescription_id)
        if known is None:
            self.commits.commit([Revise(new)])
            return new, True
        if known.content != new.content:
            raise Conflict([_NUMBER_TAKEN.naming(prescription_id=known.prescription_id)])
        return known, False

    def _moved(self, prescription_id: PrescriptionId, change: Change) -> Prescription:
        def once() -> Prescription:
            record = existing(self.prescriptions.get(prescription_id))
            moved = change(record)
            if moved != record:
                self.commits.commit([Revise(moved)])
            return moved

        return self.retrying.on_conflict(once)


def _is_electronic(rule: Provision | None) -> bool:
    return rule is not None and bool(rule.value["electronic"])


def _content(person: PersonToken, request: PrescriptionRequest) -> str:
    return fingerprint(
        {
            "person": person,
            "kind": request.kind.value,
            "electronic": request.is_electronic,
            "issued_on": request.issued_on.isoformat(),
            "days": request.days,
            "items": [[each.code, each.name, each.quantity] for each in request.items],
            "missed_on": None if request.missed_on is None else request.missed_on.isoformat(),
        }
    )


_NO_PRESCRIBER = finding(
    "not-a-prescriber",
    "",
    "本机构不能开具处方，请由医疗机构开具。",
    "Have a hospital issue it: this institution cannot prescribe.",
)
_NO_SUPPLY = finding(
    "supply-not-provided",
    "kind",
    "没有规定此类处方的用量，请核对类别和日期。",
    "No provision says how much such a prescription may give; check its kind and day.",
)
_NOT_ELECTRONIC = finding(
    "electronic-not-provided",
    "electronic",
    "该日在本区划没有电子处方、医保电子凭证和移动支付的规定，请改用其他方式。",
    "No provision in force here on that day allows electronic prescriptions, the electronic certificate or mobile "
    "payment; use other means.",
)
_NO_PHARMACY = finding(
    "pharmacy-unknown", "pharmacy", "该编码不是定点零售药店，请核对。", "Check the code: no designated pharmacy has it."
)
_NO_CIRCULATION = finding(
    "circulation-not-provided",
    "pharmacy",
    "开具日在本区划没有处方流转的规定，请在本机构调配。",
    "No provision in force here on that day lets a prescription pass to a pharmacy; have it filled at this "
    "institution.",
)
_NUMBER_TAKEN = finding(
    "prescription-no-taken",
    "prescription_no",
    "该处方号已用于另一内容的处方，请换号或查询原处方。",
    "The number names a prescription with other content; use another, or read that one.",
)
