"""Accepts, at any desk, a bill that a person paid himself, completes the case and forwards it.

The visit enters the person's visits at acceptance, and leaves them when the case is refused or withdrawn. A visit is
therefore paid once: a later claim of the hospital finds the visit there and is refused, and an earlier claim keeps the
case from being accepted; of two at the same time, the second sees the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.requirements import unknown_person
from chalicelib.adjudication.domain.validation import check_body
from chalicelib.claims.domain.submission import Submission
from chalicelib.claims.domain.visits import Likeness, PersonVisits, VisitEntry, likeness
from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.alike import entering, leaving, read_years
from chalicelib.claims.usecases.examine import enrolment_for, has_filing, is_recognised
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.kernel.access import Principal, Role, require
from chalicelib.kernel.clocks import ClockKind, ClockRule, LegalClock
from chalicelib.kernel.errors import Conflict, Finding, Invalid, NotFound, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import FileStore
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.kernel.writes import Insert, Part
from chalicelib.law.domain.model import Bundle, Provision
from chalicelib.law.domain.services.by_hand import manual_rule
from chalicelib.law.domain.services.clocks import township_desk
from chalicelib.law.domain.services.vocabulary import PaperKind
from chalicelib.lookups.domain import Purpose
from chalicelib.registry.domain.identity_documents import read_document
from chalicelib.registry.domain.model import Institution
from chalicelib.registry.domain.resources import own
from chalicelib.reimbursements.access import REIMBURSEMENT_ACCEPT, REIMBURSEMENT_COMPLETE
from chalicelib.reimbursements.domain.case import (
    Paper,
    Payee,
    Reimbursement,
    ReimbursementStatus,
    case_id_of,
    copy_key,
    not_uploaded,
    other_content,
)
from chalicelib.reimbursements.usecases.cases import KIND, Bills, Cases, handed_on

CALL = "POST /v1/reimbursements"
_DESK = "reimbursement-completion"


@dataclass(frozen=True, slots=True)
class AcceptReimbursement:
    cases: Cases
    bills: Bills
    identifying: Identifying
    persons: PersonStore
    files: FileStore

    def __call__(self, principal: Principal, submission: Submission, payee: Payee) -> tuple[Reimbursement, bool]:
        """Accept a case and tell whether the case is new: the same invoice and bill again return the first case.

        Raises `Invalid` for errors of the bill, for a person who is unknown or not insured then, and for a visit that
        no notice of the insured place reimburses by hand; `Conflict` if another bill stands for the visit.
        """
        require(principal, REIMBURSEMENT_ACCEPT, own(principal, KIND))
        case, claim = self.drafted(principal, submission, payee, CALL)
        return self.cases.retrying.on_conflict(lambda: self._keep(case, claim))

    def drafted(
        self, principal: Principal, submission: Submission, payee: Payee, call: str
    ) -> tuple[Reimbursement, Claim]:
        """Draft the case of a bill, without its id, and return the bill too. Raises as accepting does."""
        if principal.role is Role.HOSPITAL and principal.subject != submission.institution:
            raise NotFound
        claim = self._claim(principal, submission, call)
        bundle = self.cases.bundles.current()
        institution = bundle.registry.institutions.get(claim.institution)
        if institution is None:
            raise Invalid([_INSTITUTION])
        wrong = self._desk_findings(principal, bundle, claim)
        rule, insured_area = self._rule(bundle, claim, institution)
        if rule is None:
            raise Invalid([*wrong, _NOT_PROVIDED])
        if wrong:
            raise Invalid(wrong)
        now = instant(self.cases.clock.now())
        drafted = Reimbursement(
            case_id=ClaimId(""),
            person=claim.person,
            institution=claim.institution,
            invoice_no=claim.claim_no,
            claim_hash="",
            payee=payee,
            visit=claim.visit.kind.value,
            admitted_on=claim.visit.admitted_on,
            discharged_on=claim.visit.discharged_on,
            total_fen=sum(line.amount_fen for line in claim.lines),
            insured_area=insured_area,
            payer=bundle.registry.pooling_area(insured_area),
            required=tuple(rule.value["documents"]),
            citation=rule.citation,
            accepted=Act.of(principal, now),
            desk=None if principal.role is Role.AGENCY else principal.institution,
            clock=LegalClock(ClockRule(ClockKind.NONE), now, None),
        )
        return drafted, claim

    def complete(
        self, principal: Principal, case_id: ClaimId, papers: Sequence[tuple[PaperKind, str]]
    ) -> Reimbursement:
        """Record the documents whose copies the desk has sent. Raises `Conflict` once the case was forwarded, `Invalid`
        for a copy that is missing or is another file.
        """

        def step(case: Reimbursement, act: Act) -> tuple[Reimbursement, list[Part]]:
            completed = case.with_papers([Paper(kind, sha256, act) for kind, sha256 in papers])
            if completed is not case:
                self._require_copies(case_id, papers)
            return completed, []

        return self.cases.move(principal, REIMBURSEMENT_COMPLETE, case_id, step)

    def forward(self, principal: Principal, case_id: ClaimId) -> Reimbursement:
        """Forward a case to the insured place. Raises `Invalid` while documents are missing."""
        return self.cases.move(principal, REIMBURSEMENT_COMPLETE, case_id, lambda case, act: (case.forward(act), []))

    def withdraw(self, principal: Principal, case_id: ClaimId, reason: str) -> Reimbursement:
        """Take a case back before its payment is ordered: the hospital may claim the visit again."""

        def step(case: Reimbursement, act: Act) -> tuple[Reimbursement, list[Part]]:
            return case.withdraw(act, reason), self.frees(case)

        return self.cases.move(principal, REIMBURSEMENT_COMPLETE, case_id, step)

    def frees(self, case: Reimbursement) -> list[Part]:
        """Build the writes that remove the visit of an abandoned case from the person's visits."""
        return leaving(read_years(self.persons, self.bills.of(case)), case.case_id)

    def _require_copies(self, case_id: ClaimId, papers: Sequence[tuple[PaperKind, str]]) -> None:
        lying = [(kind, sha256, self.files.hash_of(copy_key(case_id, sha256))) for kind, sha256 in papers]
        wrong = [
            not_uploaded(kind) if found is None else other_content(kind)
            for kind, sha256, found in lying
            if found != sha256
        ]
        if wrong:
            raise Invalid(wrong)

    def _claim(self, principal: Principal, submission: Submission, call: str) -> Claim:
        document, _ = read_document(submission.patient.document, self.cases.clock.today())
        person = self.identifying.holder(document, submission.patient.name)
        wrong = check_body(submission.to_claim(person), self.cases.clock.today(), submission.patient.document)
        if wrong or document is None:
            raise Invalid([replace(each, field=f"claim.{each.field}") for each in wrong])
        claim = self.identifying.claim_of(submission, document)
        met = is_recognised(self.persons.enrolments(person).periods, claim)
        self.cases.looking_up.count(principal, person, call, Purpose.SUBMIT, matched=met)
        if not met:
            raise Invalid([unknown_person("claim.patient.id_no")])
        return claim

    def _desk_findings(self, principal: Principal, bundle: Bundle, claim: Claim) -> list[Finding]:
        """Check the desk: a township office accepts cases only under a notice (C-06)."""
        if principal.role is not Role.TOWNSHIP:
            return []
        found = township_desk(bundle, _DESK, principal.area, claim.visit.discharged_on)
        return [] if found is not None else [_NO_DESK]

    def _rule(self, bundle: Bundle, claim: Claim, institution: Institution) -> tuple[Provision | None, AreaCode]:
        """Find the insured place's provision that reimburses such a visit by hand; None without a provision."""
        enrolment = enrolment_for(self.persons.enrolments(claim.person).periods, claim.visit)
        if enrolment is None or enrolment.insured_area is None:
            raise Invalid([_NOT_INSURED])
        area, registry = enrolment.insured_area, bundle.registry
        is_elsewhere = registry.pooling_area(area) != institution.pooling_area
        is_filed = has_filing(self.persons.filings(claim.person), claim.visit, institution, registry)
        day = claim.visit.discharged_on
        return manual_rule(bundle, area, day, elsewhere=is_elsewhere, filed=is_filed), area

    def _keep(self, case: Reimbursement, claim: Claim) -> tuple[Reimbursement, bool]:
        number = 1
        while True:
            case_id = case_id_of(case.person, case.institution, case.invoice_no, number)
            known = self.cases.cases.get(case_id)
            numbered = replace(claim, claim_no=case_id)
            claim_hash = self.bills.put(numbered)
            if known is None:
                break
            if known.status not in (ReimbursementStatus.REFUSED, ReimbursementStatus.WITHDRAWN):
                if (known.claim_hash, known.payee) != (claim_hash, case.payee):
                    raise Conflict([_TAKEN.naming(case_id=known.case_id, status=known.status.value)])
                return known, False
            number += 1
        years = read_years(self.persons, numbered)
        require_free(numbered, years)
        kept = self.cases.timed(None, replace(case, case_id=case_id, claim_hash=claim_hash))
        visits = entering(numbered, case_id, years, None)
        self.cases.commits.commit([Insert(kept), *visits, *handed_on(None, kept)])
        return kept, True


def require_free(claim: Claim, years: Sequence[PersonVisits]) -> None:
    """Raise `Conflict` if another bill stands for the visit, received before this bill or after."""
    own_visit = VisitEntry.of(claim, ClaimId(claim.claim_no))
    for earlier in (each for year in years for each in year.entries if each.number != own_visit.number):
        alike = likeness(own_visit, earlier)
        if alike is Likeness.OVERLAP_ELSEWHERE:
            raise Conflict([_OVERLAPS])
        if alike is not None and earlier.claim_no not in claim.distinct_from:
            raise Conflict([_STANDS.naming(claim_no=earlier.claim_no)])


_INSTITUTION = finding(
    "institution-unknown",
    "claim.institution",
    "未找到该就医机构，请核对机构编码。",
    "Correct the institution's code: no such institution is registered.",
)
_NOT_INSURED = finding(
    "not-insured",
    "claim.patient",
    "该人员就医时未参保，没有参保地可以手工报销，请先办理参保登记。",
    "The person was not insured at the visit, so that no insured place pays; have the enrolment recorded first.",
)
_NOT_PROVIDED = finding(
    "reimbursement-not-provided",
    "claim.visit",
    "参保地没有文件对这次就医规定手工报销，请由就医机构联网结算。",
    "No notice of the insured place reimburses such a visit by hand; let the institution claim it.",
)
_NO_DESK = finding(
    "no-township-desk",
    "",
    "本区没有文件由乡镇街道受理手工报销，请由经办机构受理。",
    "No notice has townships of this district accept manual claims; let an agency do it.",
)
_TAKEN = finding(
    "invoice-taken",
    "claim.claim_no",
    "该票据已用于另一内容的手工报销，请核对，或先撤回原申请。",
    "The invoice is already used for another manual reimbursement; correct it, or withdraw that case first.",
)
_STANDS = finding(
    "visit-settled",
    "claim.visit",
    "这次就医已有结算申请或手工报销（见 about），不得重复支付；确为不同费用的，请在 distinct_from 中列明。",
    "Another bill of this visit stands (see `about`), and a visit is paid once; name it in `distinct_from` if this is "
    "another one.",
)
_OVERLAPS = finding(
    "visit-overlaps",
    "claim.visit",
    "该人员同期另有住院费用，请先核对就诊日期。",
    "The person has another stay on these days; have the days checked first.",
)
