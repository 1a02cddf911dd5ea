"""Records service agreements: a person of the settling agency requests a term, another confirms it.

Confirmed terms decide from then on whether a claim is rejected for its institution's agreement; the starting point is
the register of institutions.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from chalicelib.agreements.access import AGREEMENT_DECIDE, AGREEMENT_READ, AGREEMENT_RECORD
from chalicelib.agreements.domain import (
    AgreementId,
    AgreementRecord,
    AgreementStatus,
    agreement_id_of,
    termination_findings,
)
from chalicelib.agreements.ports import AgreementStore, list_of_agency, list_of_institution
from chalicelib.claims.ports import AgreementTerms
from chalicelib.kernel.access import Principal, Resource, Role, require
from chalicelib.kernel.errors import Conflict, Finding, Invalid, existing, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.writes import Part, Revise
from chalicelib.law.domain.facts import Days, Facts
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.resolution import overridden, resolve
from chalicelib.law.domain.values import Agreement
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.agreements import AgreementKind, standing_on
from chalicelib.registry.domain.checks import check_period
from chalicelib.registry.domain.model import Institution
from chalicelib.registry.domain.resources import area_to_read, of_institution, own, permitted, require_found


@dataclass(frozen=True, slots=True)
class AgreementRequest:
    """A requested term. `starts_on` is left out for an extension, which begins where the agreement ends."""

    institution: InstitutionCode
    kind: AgreementKind
    starts_on: date | None
    ends_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Agreements:
    agreements: AgreementStore
    recorded: AgreementTerms
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def ask(self, principal: Principal, request: AgreementRequest) -> AgreementRecord:
        """Request a term; the same request again is the first one until refused.

        Raises `NotFound` for an institution that the agency does not settle with, and `Invalid` for an impossible term:
        days out of order, nothing to extend, a special agreement that no provision honours, an early end.
        """
        bundle = self.bundles.current()
        known = bundle.registry.institutions.get(request.institution)
        institution = permitted(principal, AGREEMENT_RECORD, "agreement", known, _resource)
        today = self.clock.today()
        starts_on, citation, wrong = self._begins(bundle, institution, request, today)
        wrong += check_period(starts_on, request.ends_on)
        if request.kind is AgreementKind.TERMINATION:
            wrong += termination_findings(starts_on, today)
            wrong += (_NO_END,) if request.ends_on is not None else ()
        if wrong:
            raise Invalid(wrong)
        asked = Act.of(principal, instant(self.clock.now()))
        new = AgreementRecord(
            agreement_id=AgreementId(""),
            institution=institution.code,
            agency=institution.agency,
            kind=request.kind,
            starts_on=starts_on,
            ends_on=request.ends_on,
            reason=request.reason,
            asked=asked,
            citation=citation,
        )
        return self.retrying.on_conflict(lambda: self._keep(new))

    def decide(
        self, principal: Principal, agreement_id: AgreementId, *, approve: bool, answer: str | None
    ) -> AgreementRecord:
        """Confirm or refuse a term, as another person of the settling agency; repeating returns the first decision."""
        record = require_found(principal, AGREEMENT_DECIDE, "agreement", self.agreements.get(agreement_id))
        registry = self.bundles.current().registry
        institution = registry.institutions.get(record.institution)
        resource = own(principal, "agreement") if institution is None else _resource(institution)
        require(principal, AGREEMENT_DECIDE, replace(resource, acted=(record.asked.actor,)))
        act = Act.of(principal, instant(self.clock.now()))
        return self.retrying.on_conflict(lambda: self._decide(agreement_id, act, approve=approve, answer=answer))

    def read(self, principal: Principal, agreement_id: AgreementId) -> AgreementRecord:
        """Return a term to its institution, its agency and the auditor."""
        record = self.agreements.get(agreement_id)
        institution = None if record is None else self.bundles.current().registry.institutions.get(record.institution)
        resource = own(principal, "agreement") if institution is None else _resource(institution)
        require(principal, AGREEMENT_READ, resource)
        return existing(record)

    def find(
        self,
        principal: Principal,
        area: AreaCode | None,
        institution: InstitutionCode | None,
        status: AgreementStatus | None,
        page: PageRequest,
    ) -> Page[AgreementRecord]:
        """Find the agreements of an institution or of an agency, newest first."""
        registry = self.bundles.current().registry
        equal = {} if status is None else {"status": status.value}
        code = principal.institution if principal.role is Role.HOSPITAL else institution
        if code is not None:
            known = registry.institutions.get(code)
            require(principal, AGREEMENT_READ, own(principal, "agreement") if known is None else _resource(known))
            return self.agreements.find((list_of_institution(code),), page, equal)
        whose = area_to_read(principal, AGREEMENT_READ, registry, area, "agreement")
        return self.agreements.find((list_of_agency(whose),), page, equal)

    def _begins(
        self, bundle: Bundle, institution: Institution, request: AgreementRequest, today: date
    ) -> tuple[date, str | None, tuple[Finding, ...]]:
        """Return the first day of a term, the provision behind it, and the findings against either."""
        starts_on = request.starts_on or today
        if request.kind is AgreementKind.EXTENSION:
            standing = standing_on(institution, self.recorded.of(institution.code).terms, today)
            if standing.terminated is not None or standing.own_until is None or standing.open_end:
                return starts_on, None, (_NOTHING_TO_EXTEND,)
            begins = standing.own_until + timedelta(days=1)
            wrong = () if request.starts_on in (None, begins) else (_extends_from(begins),)
            return begins, None, wrong
        if request.starts_on is None:
            return starts_on, None, (_START_MISSING,)
        if request.kind is AgreementKind.TEMPORARY:
            honouring = honours_temporary(bundle, institution, starts_on)
            if honouring is None:
                return starts_on, None, (_NOT_HONOURED,)
            return starts_on, honouring.citation, () if request.ends_on is not None else (_END_MISSING,)
        return starts_on, None, ()

    def _keep(self, new: AgreementRecord) -> AgreementRecord:
        number = 0
        while True:
            named = replace(
                new, agreement_id=agreement_id_of(new.institution, new.kind, new.starts_on, new.ends_on, number)
            )
            known = self.agreements.get(named.agreement_id)
            if known is None:
                break
            if known.status is not AgreementStatus.REFUSED:
                return known
            number += 1
        self.commits.commit([Revise(named)])
        return named

    def _decide(self, agreement_id: AgreementId, act: Act, *, approve: bool, answer: str | None) -> AgreementRecord:
        record = existing(self.agreements.get(agreement_id))
        if approve and record.kind is AgreementKind.TERMINATION and record.status is AgreementStatus.REQUESTED:
            wrong = termination_findings(record.starts_on, self.clock.today())
            if wrong:
                raise Conflict([_TERMINATION_LATE.naming(starts_on=record.starts_on.isoformat())])
        decided = record.decide(act, approve=approve, answer=answer)
        if decided != record:
            parts: list[Part] = [Revise(decided)]
            if approve:
                parts.append(Revise(self.recorded.of(decided.institution).with_term(decided.term)))
            self.commits.commit(parts)
        return decided


def honours_temporary(bundle: Bundle, institution: Institution, day: date) -> Provision | None:
    """Return the provision by which a special agreement of an institution counts on a day, None without such a
    provision. Policy is asked for the patients whom such agreements are for.
    """
    chain = bundle.registry.chain(institution.area)
    facts = Facts({"status": "confirmed", "insurance": "employee"}, chain, chain, Days(day, day, day, day))
    granted = resolve(bundle, Slot.AGREEMENT, facts, overridden(bundle, facts)).decided_by
    return next((each for each in granted if Agreement.read(each.value).honours_temporary), None)


def _resource(institution: Institution) -> Resource:
    return of_institution(institution, "agreement")


_NO_END = finding(
    "end-unexpected", "to", "解除协议不填截止日，请删去。", "Leave out the last day: a termination has none."
)
_START_MISSING = finding("field-missing", "from", "请填写起始日。", "Give the first day.")
_END_MISSING = finding(
    "end-missing", "to", "临时专项协议须填写截止日。", "Give the last day: a special agreement is temporary."
)
_NOTHING_TO_EXTEND = finding(
    "nothing-to-extend",
    "institution",
    "该机构没有载明截止日的协议可以延长，请改为签订协议。",
    "The institution has no agreement with a last day that could be extended; record an agreement instead.",
)
_NOT_HONOURED = finding(
    "temporary-agreement-not-provided",
    "kind",
    "起始日在机构所在地没有认可临时专项协议的规定，请核对日期。",
    "No provision in force at the institution's place on the first day recognises temporary special agreements; "
    "check the day.",
)
_TERMINATION_LATE = finding(
    "termination-too-late",
    "from",
    "解除日已到，不能再确认；请以今后的日期重新提出。",
    "The day of the termination has come, so it can no longer be confirmed. Ask for it again with a later day.",
)


def _extends_from(begins: date) -> Finding:
    return finding(
        "extension-begins",
        "from",
        f"延长自现协议截止次日 {begins.isoformat()} 起，请更正或不填起始日。",
        f"An extension begins where the agreement ends: leave `from` out, or write {begins.isoformat()}.",
    )
