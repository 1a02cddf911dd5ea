"""Advances for patients elsewhere (异地代垫): the request, the forwarding, the grant, and the course of the money.

reported -> forwarded -> accepted, or declined by the centre, or refused by the agency of the treatment place. Policy
decides whether the article serves the case: the insured place's, for its own people treated elsewhere. An accepted
request is a special advance to the treating hospital like any other; the person's claim offsets the advance, and that
claim makes the debt between the places, so that nothing is owed twice. Source: Y-14, 云医保〔2020〕12号 四（三）.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any, NewType

from chalicelib.adjudication.domain.claim import CaseStatus, Claim, Diagnosis, Entry, StatusEvent, Visit, VisitKind
from chalicelib.adjudication.domain.facts import establish_facts, kind_of
from chalicelib.advances.domain.model import Advance, AdvanceStatus, amount_findings
from chalicelib.advances.domain.quota import Quota
from chalicelib.clearing.domain.run import RunStatus
from chalicelib.kernel.errors import Conflict, Finding, Invalid, OwnAct, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act, is_same_person
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, ClaimId, InstitutionCode, PersonToken, RunId, TransactionId
from chalicelib.law.domain.facts import Days, Facts
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.resolution import Resolution, Resolver, rank
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.obligations import Window
from chalicelib.registry.domain.model import Enrolment

PatientAdvanceId = NewType("PatientAdvanceId", str)

BASIS = "patient-elsewhere"
"""The basis of such an advance's quota: the request, not the hospital's own measure."""


class PatientAdvanceStatus(StrEnum):
    REPORTED = "reported"
    FORWARDED = "forwarded"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PatientCase:
    """The reported case of a person (keyed token) who cannot pay: the place, the visit and its days, the status.

    `discharged_on` is None while an inpatient is still treated; other visits have one day, `admitted_on`.
    """

    person: PersonToken
    institution: InstitutionCode
    visit: VisitKind
    admitted_on: date
    discharged_on: date | None
    status: CaseStatus

    def visit_on(self, today: date) -> Visit:
        """Return the visit up to today."""
        last = max(today, self.admitted_on) if self.visit is VisitKind.INPATIENT else self.admitted_on
        return Visit(self.visit, self.admitted_on, self.discharged_on or last)


def case_findings(case: PatientCase, today: date) -> tuple[Finding, ...]:
    """Return the findings on the days of a case."""
    found = []
    for name, day in (("admitted", case.admitted_on), ("discharged", case.discharged_on)):
        if day is not None and day > today:
            message = Text("日期不能晚于今天，请更正。", "The day is in the future; give today or an earlier day.")
            found.append(Finding("date-in-future", f"visit.{name}", message))
    if case.discharged_on is not None:
        if case.discharged_on < case.admitted_on:
            found.append(_ORDER)
        elif case.discharged_on > case.admitted_on and case.visit is not VisitKind.INPATIENT:
            found.append(_ONE_DAY)
    return tuple(found)


_ORDER = finding(
    "period-order",
    "visit.discharged",
    "出院日早于入院日，请更正。",
    "Correct the days of the visit: the discharge is before the admission.",
)
_ONE_DAY = finding(
    "visit-one-day",
    "visit.discharged",
    "门诊、急诊就医只有一天，请更正日期。",
    "An outpatient or emergency visit lasts one day; correct the days.",
)


def unknown_institution() -> Finding:
    """Return the finding that no agency can be asked to advance money to an unregistered hospital."""
    return finding(
        "institution-unknown",
        "institution",
        "未找到该就医机构，无从确定就医地经办机构，请核对机构编码。",
        "Correct the institution's code: without it there is no agency that could be asked.",
    )


def provision_for(bundle: Bundle, case: PatientCase, enrolment: Enrolment, today: date) -> Provision:
    """Return the provision of the insured place that allows the request. The institution must be known.

    Raises `Invalid` with the obstacles between the nearest such provision and the case, citing the provision.
    """
    visit = case.visit_on(today)
    claim = Claim(
        claim_no="",
        institution=case.institution,
        person=case.person,
        entry=Entry.NONE,
        visit=visit,
        diagnosis=Diagnosis((StatusEvent(case.status, case.admitted_on),), ()),
        lines=(),
    )
    kind = kind_of(claim, enrolment, filing_on_record=False)
    days = Days(visit.admitted_on, visit.discharged_on, visit.discharged_on, today)
    facts = establish_facts(kind, bundle.registry, days)
    resolver = Resolver(bundle, facts)
    resolution = resolver.resolve(Slot.PATIENT_ADVANCE)
    if resolution.decided_by:
        return max(resolution.decided_by, key=lambda provision: rank(bundle, provision))
    raise Invalid(_why_not(bundle, resolver.facts, resolution))


def _why_not(bundle: Bundle, facts: Facts, resolution: Resolution) -> tuple[Finding, ...]:
    if resolution.lost:
        by = resolution.lost[0].by
        return (_SET_ASIDE.citing(by.citation),)
    near = [each for each in bundle.by_slot[Slot.PATIENT_ADVANCE] if each.area in facts.insured_chain]
    if not near:
        return (_NOT_PROVIDED.citing(None),)
    nearest = max(near, key=lambda provision: rank(bundle, provision))
    unmet = [name for name, allowed in nearest.when.items() if facts.values.get(name) not in allowed]
    found = [_UNMET.get(name, _OTHERWISE).citing(nearest.citation) for name in sorted(unmet)]
    if not nearest.effective.covers(facts.days.at(nearest.effective.anchor)):
        found.append(_NOT_IN_FORCE.citing(nearest.citation))
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Obstacle:
    code: str
    field: str
    zh: str
    en: str

    def citing(self, citation: str | None) -> Finding:
        return finding(self.code, self.field, self.zh, self.en, citation)


_NOT_PROVIDED = _Obstacle(
    "patient-advance-not-provided",
    "person",
    "参保地没有可以请求就医地代垫的规定，请按其他途径帮助患者。",
    "No notice of the insured place lets it ask another place to advance costs; help the patient otherwise.",
)
_SET_ASIDE = _Obstacle(
    "patient-advance-set-aside",
    "visit.admitted",
    "可以请求代垫的规定对这次就医已被取代，请核对就医日期。",
    "The provision that allowed it has been set aside for visits of these days; check the days.",
)
_NOT_IN_FORCE = _Obstacle(
    "patient-advance-not-in-force",
    "visit.admitted",
    "就医时可以请求代垫的规定不在施行期内，请核对就医日期。",
    "The provision that allows it is not in force on the days of the visit; check the days.",
)
_OTHERWISE = _Obstacle(
    "patient-advance-condition",
    "visit",
    "这次就医不符合规定的其他条件，请核对就医信息。",
    "The visit does not meet another condition of the provision; check what was sent of it.",
)
_UNMET = {
    "distance": _Obstacle(
        "not-in-another-province",
        "institution",
        "就医机构不在外省，无须代垫；请核对机构编码。",
        "The institution is not in another province, so that no other place's agency is needed; check its code.",
    ),
    "protected": _Obstacle(
        "not-protected",
        "case_status",
        "患者不属于就医地的保障对象，请核对病例状态。",
        "The patient is not among those whom the treatment place protects; check the status.",
    ),
}


@dataclass(frozen=True, slots=True)
class PatientAdvance:
    """A request. `revision` rises by one with every step; instants are in UTC.

    `pooling_area` is the area of the fund that will owe, `centre` the province whose centre passes the request on,
    `agency` settles with the institution. `amount_fen` is the requested amount, `granted_fen` the agency's advance. The
    persons who reported or forwarded a request never grant it. `answer` is the reason for declining or refusing.
    """

    request_id: PatientAdvanceId
    case: PatientCase
    insured_area: AreaCode
    pooling_area: AreaCode
    centre: AreaCode
    agency: AreaCode
    amount_fen: Fen
    reason: str
    citation: str
    reported: Act
    status: PatientAdvanceStatus = PatientAdvanceStatus.REPORTED
    revision: int = 1
    centre_decided: Act | None = None
    agency_decided: Act | None = None
    answer: str | None = None
    granted_fen: Fen = 0
    advance_id: AdvanceId | None = None

    @property
    def has_reached_the_agency(self) -> bool:
        """Tell whether the treatment place's agency has been asked, and may see the request."""
        return self.status not in (PatientAdvanceStatus.REPORTED, PatientAdvanceStatus.DECLINED)

    @property
    def acted(self) -> tuple[str, ...]:
        """The actors who reported the request or passed it on: none of these actors grants the advance."""
        return tuple(act.actor for act in (self.reported, self.centre_decided) if act is not None)

    @property
    def areas(self) -> frozenset[AreaCode]:
        """The areas whose agencies may see the request."""
        insured = {self.insured_area, self.pooling_area}
        return frozenset(insured | {self.agency} if self.has_reached_the_agency else insured)

    def forwarded(self, act: Act) -> PatientAdvance:
        """Pass the request on to the treatment agency. Raises `Conflict` unless reported, `OwnAct` for the reporter."""
        self._only_when(PatientAdvanceStatus.REPORTED)
        self._not_by(act.actor)
        return self._moved(PatientAdvanceStatus.FORWARDED, centre_decided=act)

    def declined(self, act: Act, answer: str) -> PatientAdvance:
        """Decline the request, with a reason. Raises errors as `forwarded` does, `Invalid` without a reason."""
        self._only_when(PatientAdvanceStatus.REPORTED)
        self._not_by(act.actor)
        return self._moved(PatientAdvanceStatus.DECLINED, centre_decided=act, answer=_given(answer))

    def accepted(self, act: Act, amount_fen: Fen | None) -> tuple[PatientAdvance, Advance]:
        """Accept the request for its amount or less; return it with its special advance, already approved.

        Raises `Conflict` unless forwarded, `OwnAct` for an earlier actor; `Invalid` for an amount that is not allowed.
        """
        self._only_when(PatientAdvanceStatus.FORWARDED)
        self._not_by(act.actor)
        advance = Advance(
            advance_id=AdvanceId("adv_" + sha256(f"{BASIS}|{self.request_id}".encode()).hexdigest()[:26]),
            institution=self.case.institution,
            agency=self.agency,
            fund=AdvanceFund.SPECIAL,
            amount_fen=self.amount_fen,
            reason=f"{BASIS} {self.request_id}",
            requested=self.reported,
            passed_on=self.centre_decided,
            quota=Quota(self.citation, BASIS),
            patient_advance=self.request_id,
        ).decided(approve=True, amount_fen=amount_fen, act=act)
        accepted = self._moved(
            PatientAdvanceStatus.ACCEPTED,
            agency_decided=act,
            granted_fen=advance.approved_fen,
            advance_id=advance.advance_id,
        )
        return accepted, advance

    def refused(self, act: Act, answer: str) -> PatientAdvance:
        """Refuse the request, with a reason. Raises `Conflict`, `OwnAct` as `accepted`, `Invalid` without a reason."""
        self._only_when(PatientAdvanceStatus.FORWARDED)
        self._not_by(act.actor)
        return self._moved(PatientAdvanceStatus.REFUSED, agency_decided=act, answer=_given(answer))

    def is_over(self, advance: Advance | None) -> bool:
        """Tell whether the request has ended without a standing advance, so that the same may be requested anew."""
        if self.status in (PatientAdvanceStatus.DECLINED, PatientAdvanceStatus.REFUSED):
            return True
        return advance is not None and advance.status in (AdvanceStatus.FAILED, AdvanceStatus.RETURNED)

    def _not_by(self, actor: str) -> None:
        if any(is_same_person(actor, each) for each in self.acted):
            raise OwnAct

    def _only_when(self, status: PatientAdvanceStatus) -> None:
        if self.status is not status:
            raise Conflict(
                [
                    finding(
                        "patient-advance-status",
                        "status",
                        f"代垫申请状态为 {self.status.value}；此操作须在 {status.value} 状态下进行，请先查询。",
                        f"The request is {self.status.value}; this step needs one that is {status.value}. Read "
                        "the request first.",
                    ).naming(status=self.status.value)
                ]
            )

    def _moved(self, status: PatientAdvanceStatus, **changes: Any) -> PatientAdvance:
        return replace(self, status=status, revision=self.revision + 1, **changes)


def request_id_of(case: PatientCase, amount_fen: Fen, reason: str, number: int) -> PatientAdvanceId:
    """Return a request's id: the same request has the same ids, in order, for every sender of the agency."""
    parts = (case.person, case.institution, case.admitted_on.isoformat(), str(amount_fen), reason, str(number))
    return PatientAdvanceId("pad_" + sha256("|".join(parts).encode()).hexdigest()[:26])


def request_findings(amount_fen: Fen, reason: str) -> tuple[Finding, ...]:
    """Return the findings on a requested amount and its reason."""
    return (*amount_findings(amount_fen), *(() if reason.strip() else (_REASON_REQUIRED,)))


_REASON_REQUIRED = finding("reason-required", "reason", "请填写原因。", "Give the reason.")


def _given(answer: str) -> str:
    if not answer.strip():
        raise Invalid([_REASON_REQUIRED])
    return answer


class Stage(StrEnum):
    """Progress of the money of an accepted request, in this order."""

    PAYING = "paying"
    FAILED = "failed"
    RETURNED = "returned"
    PAID = "paid"
    SETTLED = "settled"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Debt:
    """A debt of the insured place to the treatment place from one transaction of a claim, with its clearing.

    `run_id` is None while the window is open. Disputed lines have left the run; an amount then found to be owed is
    another debt, of the resolution.
    """

    transaction_id: TransactionId
    amount_fen: Fen
    window: Window
    run_id: RunId | None = None
    run_status: RunStatus | None = None
    is_disputed: bool = False
    is_resolved: bool = False

    @property
    def is_cleared(self) -> bool:
        """Tell whether nothing of the debt is open any more."""
        return self.is_resolved if self.is_disputed else self.run_status is RunStatus.SETTLED


@dataclass(frozen=True, slots=True)
class SettledClaim:
    """A claim of the person at the hospital since the request: its offset against the hospital's special advance, and
    its debts.
    """

    claim_id: ClaimId
    settled_at: Instant
    offset_fen: Fen
    debts: tuple[Debt, ...]


def stage_of(advance: Advance, claims: Sequence[SettledClaim]) -> Stage:
    """Return the stage of an accepted request: the payment first, then the claims, then the debts of all claims."""
    match advance.status:
        case AdvanceStatus.FAILED | AdvanceStatus.REFUSED:
            return Stage.FAILED
        case AdvanceStatus.REQUESTED | AdvanceStatus.APPROVED | AdvanceStatus.INSTRUCTED:
            return Stage.PAYING
    if claims:
        return Stage.CLEARED if _all_cleared(claims) else Stage.SETTLED
    return Stage.RETURNED if advance.status is AdvanceStatus.RETURNED else Stage.PAID


def _all_cleared(claims: Iterable[SettledClaim]) -> bool:
    return all(debt.is_cleared for claim in claims for debt in claim.debts)
