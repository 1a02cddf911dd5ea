"""One claim, from its facts to the determination: what every payer pays, with every reason, or all that is wrong.

The same claim, circumstances and bundle give the same bytes, whenever they are computed. Source: design.md section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.claim_document import write_claim
from chalicelib.adjudication.domain.deciding import wording_of_funds, wording_of_shares
from chalicelib.adjudication.domain.deciding.beside_the_money import BesideTheMoney
from chalicelib.adjudication.domain.deciding.funds import FundAssessor, FundShares, Scope
from chalicelib.adjudication.domain.deciding.lines import LineAssessor, Parts, unknown_item
from chalicelib.adjudication.domain.deciding.sharing import (
    FiscalSplit,
    Mask,
    Shared,
    draw_mask,
    share_out,
    split_fiscal,
)
from chalicelib.adjudication.domain.deciding.trace import Trace, less
from chalicelib.adjudication.domain.determination import (
    ENROLMENT_PENDING,
    CrossRegion,
    Determination,
    LineResult,
    Payer,
    PayerAmount,
)
from chalicelib.adjudication.domain.facts import establish_facts, own_status
from chalicelib.adjudication.domain.rendering import render_determination
from chalicelib.adjudication.domain.requirements import check_requirements, unknown_institution, unknown_person
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.money import Fen
from chalicelib.kernel.text import Text
from chalicelib.law.domain.facts import Days, Facts
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.resolution import Resolver, name_document
from chalicelib.law.domain.values import ClearingTier, FilledBy, OutpatientRule, PreDiagnosisCost
from chalicelib.registry.domain.model import Enrolment, Institution, Insurance

ENGINE = "quebao-2"
"""The version of the arithmetic. It changes exactly when some claim would be decided differently by the same bundle."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known about a claim beside its body. `prior` is the person's year without this claim; `settled_on` the
    Asia/Shanghai day on which it is decided.
    """

    enrolment: Enrolment | None
    filing_on_record: bool
    prior: YearToDate
    settled_on: date


@dataclass(frozen=True, slots=True)
class Assessment:
    """Either findings, all of them, or a determination; warnings in both cases. `duties` are the codes that the
    hospital still owes: among the findings of a submission, among the warnings of what is decided again.
    """

    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    determination: Determination | None = None
    document: dict[str, Any] | None = None
    """The determination as callers read it, ready to be stored under its hash."""
    duties: tuple[Finding, ...] = ()


def assess(claim: Claim, circumstances: Circumstances, bundle: Bundle, *, again: bool = False) -> Assessment:
    """Decide a claim whose body is valid; `again` one that was settled before, of which no code is asked any more.

    Raises `PolicyConflict` when the bundle contradicts itself.
    """
    institution = bundle.registry.institutions.get(claim.institution)
    enrolment = circumstances.enrolment
    missing = (() if institution else (unknown_institution(),)) + (() if enrolment else (unknown_person(),))
    if institution is None or enrolment is None:
        return Assessment(missing, ())
    resolver = _resolver(claim, circumstances, enrolment, institution, bundle)
    trace = Trace(bundle)
    required = check_requirements(claim, institution, resolver, trace)
    findings = required.findings if again else (*required.findings, *required.duties)
    if findings:
        return Assessment(findings, required.advice, duties=required.duties)
    try:
        decided = _Case(claim, circumstances, enrolment, institution, resolver, trace).decide()
    except Invalid as undecidable:
        return Assessment(undecidable.findings, ())
    warnings = (*required.duties, *required.advice, *decided.warnings)
    return replace(decided, warnings=warnings, duties=required.duties)


def covers_earlier_visits(claim: Claim, circumstances: Circumstances, bundle: Bundle) -> bool:
    """Whether a claim's own diagnosis covers earlier visits of its episode: some provision in force for the claim says
    so, and the claim itself is protected. Source: N-08, 国家医保局 2020-03 访谈 问4.
    """
    institution = bundle.registry.institutions.get(claim.institution)
    if institution is None or circumstances.enrolment is None or own_status(claim.diagnosis) == "none":
        return False
    resolver = _resolver(claim, circumstances, circumstances.enrolment, institution, bundle)
    return resolver.protection.granted and _reaches_earlier_visits(resolver)


def _reaches_earlier_visits(resolver: Resolver) -> bool:
    grants = resolver.resolve(Slot.PRE_DIAGNOSIS_COST).decided_by
    return any(PreDiagnosisCost.read(provision.value).earlier_visits for provision in grants)


def _resolver(
    claim: Claim, circumstances: Circumstances, enrolment: Enrolment, institution: Institution, bundle: Bundle
) -> Resolver:
    """What decides a claim. A visit that a later diagnosis reaches back to is asked on its own days and, where nobody
    was protected on those yet, on the days of the claim that brought the diagnosis: the patient is covered, not the
    day. Where no rule reaches back (any more), the visit is what it was.
    """

    def facts_of(one: Claim) -> Facts:
        return establish_facts(
            one,
            enrolment,
            institution,
            bundle.registry,
            filing_on_record=circumstances.filing_on_record,
            settled_on=circumstances.settled_on,
        )

    facts, later = facts_of(claim), claim.diagnosis.later
    if later is None:
        return Resolver(bundle, facts)
    illness = Days(later.admitted_on, later.discharged_on, later.discharged_on, circumstances.settled_on)
    for asked in (facts, replace(facts, illness_days=illness)):
        resolver = Resolver(bundle, asked)
        if resolver.protection.granted and _reaches_earlier_visits(resolver):
            return resolver
    return Resolver(bundle, facts_of(replace(claim, diagnosis=replace(claim.diagnosis, later=None))))


@dataclass(frozen=True, slots=True)
class _Case:
    claim: Claim
    circumstances: Circumstances
    enrolment: Enrolment
    institution: Institution
    resolver: Resolver
    trace: Trace

    def decide(self) -> Assessment:
        self._state_protection()
        parts, unknown = LineAssessor(self.resolver).assess(self.claim.lines)
        scope = self._state_scope(parts)
        funds = FundAssessor(self.resolver, self.circumstances.prior, self.trace).assess(scope)
        mask = draw_mask(self.claim, parts, self.resolver, self.trace)
        shared = share_out(self.claim, scope.in_scope_fen, funds, mask, self.resolver, self.trace)
        warnings = tuple(unknown_item(index, is_masked=self.claim.lines[index].no in mask.lines) for index in unknown)
        split = split_fiscal(shared.shares.fiscal_fen, self.institution, self.resolver, self.trace)
        determination = self._determination(parts, scope, funds, mask, shared, split)
        assert_conserved(determination)
        return Assessment(
            (), warnings, determination, render_determination(determination, self.resolver.bundle, ENGINE)
        )

    def _state_protection(self) -> None:
        regime = self.resolver.resolve(Slot.REGIME)
        if regime.granted:
            self.trace.add(
                "regime",
                Text(
                    f"就诊开始于 {self.claim.visit.admitted_on}，适用实施“乙类乙管”后的规定，此前的专门规定不再适用。",
                    f"The visit began on {self.claim.visit.admitted_on}, when class-B management was in force; the "
                    "special rules made before it no longer apply.",
                ),
                before="",
                after=self.resolver.bundle.notices[regime.decided_by[0].notice].document_no,
                by=[regime],
            )
        protection = self.resolver.protection
        self.trace.add(
            "protection",
            _protected_as(self.resolver.facts.values["status"]) if protection.granted else self._unprotected(),
            before="",
            after="protected" if protection.granted else "not protected",
            by=[protection],
        )
        later = self.claim.diagnosis.later
        if protection.granted and later is not None:
            self.trace.add(
                "reach-back",
                wording_of_shares.reached_back(later),
                before="",
                after=later.status.value,
                by=[self.resolver.resolve(Slot.PRE_DIAGNOSIS_COST)],
            )

    def _unprotected(self) -> Text:
        """Why finance pays nothing of this visit; an outpatient's may still have a rule of its own (S-03)."""
        winner = self.resolver.resolve(Slot.OUTPATIENT_RULE).winner
        rule = None if winner is None else OutpatientRule.read(winner.value)
        if winner is None or rule is None or rule.plan_ratio is None or self.claim.visit.is_inpatient:
            return Text(
                "没有在本次就诊时有效的文件将该患者列为专项保障对象，按普通医保待遇结算。",
                "No notice in force for this visit protects this patient, so the ordinary benefits apply.",
            )
        named = name_document(winner, self.resolver.bundle)
        return Text(
            f"财政补助不适用于本次门诊；门急诊按{named}的专项保障支付。",
            f"No fiscal subsidy applies to this outpatient visit; {named} sets what basic insurance pays.",
        )

    def _state_scope(self, parts: Mapping[int, Parts]) -> Scope:
        in_scope_fen = sum(part.in_scope_fen for part in parts.values())
        of_plan_fen = sum(part.in_scope_fen for part in parts.values() if part.in_plan)
        first_fen, excluded_fen, over_fen = (
            sum(getattr(part, name) for part in parts.values())
            for name in ("first_self_pay_fen", "excluded_fen", "over_limit_fen")
        )
        grants = {p.citation: p for part in parts.values() for p in part.provisions}
        self.trace.add(
            "in-scope",
            wording_of_funds.in_scope(
                self.claim.total_fen, in_scope_fen, of_plan_fen, (first_fen, excluded_fen, over_fen)
            ),
            before=self.claim.total_fen,
            after=in_scope_fen,
            formula=less(self.claim.total_fen, (first_fen, excluded_fen, over_fen)),
            citing=grants.values(),
        )
        return Scope(in_scope_fen, of_plan_fen)

    def _determination(
        self,
        parts: Mapping[int, Parts],
        scope: Scope,
        funds: FundShares,
        mask: Mask,
        shared: Shared,
        split: FiscalSplit,
    ) -> Determination:
        registry = self.resolver.bundle.registry
        insured_area = self.enrolment.insured_area if self.enrolment.insurance is not Insurance.NONE else None
        pooling = None if insured_area is None else registry.pooling_area(insured_area)
        cross_region = self._cross_region(pooling, shared.shares.funds_fen)
        beside = BesideTheMoney(self.claim, self.resolver, self.trace)
        budgets = beside.budgets(shared)
        method = beside.payment_method()
        personal_account_fen = beside.personal_account(shared.shares.patient_fen)
        records = beside.records()
        return Determination(
            claim_no=self.claim.claim_no,
            institution=self.institution.code,
            agency=self.institution.agency,
            treatment_area=self.institution.pooling_area,
            insured_area=pooling,
            protected=self.resolver.protection.granted,
            protected_fen=self._protected_fen(shared),
            total_fen=self.claim.total_fen,
            in_scope_fen=scope.in_scope_fen,
            excluded_fen=sum(part.excluded_fen for part in parts.values()),
            first_self_pay_fen=sum(part.first_self_pay_fen for part in parts.values()),
            over_limit_fen=sum(part.over_limit_fen for part in parts.values()),
            deductible_fen=funds.deductible_fen,
            shares=shared.shares,
            payers=self._payers(shared, split, pooling),
            fiscal_split=split.parts,
            pays_first=split.pays_first,
            central_refund_fen=split.central_refund_fen,
            cross_region=cross_region,
            budgets=budgets,
            payment_method=method,
            personal_account_fen=personal_account_fen,
            lines=tuple(_line_result(line.no, line.amount_fen, parts[line.no], mask) for line in self.claim.lines),
            steps=self.trace.steps,
            illustrative=self.trace.illustrative,
            interpretations=self.trace.interpretations,
            records=records,
            contribution=funds.contribution,
            decided_on=self.circumstances.settled_on.isoformat(),
            input_hash=fingerprint(self._input()),
            bundle_hash=self.resolver.bundle.hash,
        )

    def _payers(self, shared: Shared, split: FiscalSplit, pooling: str | None) -> tuple[PayerAmount, ...]:
        shares = shared.shares
        fund_area = pooling or self.institution.pooling_area
        scheme = self.enrolment.insurance.value if pooling else "uninsured"
        basic_area, basic_scheme = fund_area, scheme
        if shared.filled_by is FilledBy.EMPLOYEE_FUND:
            basic_area, basic_scheme = self.institution.agency, "employee"
        elif shared.filled_by is FilledBy.ENROLMENT_PENDING:
            basic_area, basic_scheme = self.institution.pooling_area, ENROLMENT_PENDING
        rows = (
            PayerAmount(Payer.BASIC, basic_area, basic_scheme, shares.basic_fen),
            PayerAmount(Payer.CRITICAL, fund_area, scheme, shares.critical_fen),
            PayerAmount(Payer.ASSISTANCE, fund_area, scheme, shares.assistance_fen),
            PayerAmount(Payer.FISCAL, split.pays_first, None, shares.fiscal_fen),
            PayerAmount(Payer.PATIENT, None, None, shares.patient_fen),
        )
        return tuple(row for row in rows if row.amount_fen)

    def _cross_region(self, pooling: str | None, funds_fen: Fen) -> CrossRegion | None:
        if pooling is None or self.resolver.facts.values["distance"] == "local":
            return None
        tier = self.resolver.resolve(Slot.CLEARING_TIER)
        cleared = "national" if tier.winner is None else ClearingTier.read(tier.winner.value).tier
        debt = CrossRegion(pooling, self.institution.pooling_area, funds_fen, cleared)
        areas = self.resolver.bundle.registry.areas
        insured, treating = areas[debt.debtor], areas[debt.creditor]
        self.trace.add(
            "cross-region",
            wording_of_shares.cross_region(
                Text(insured.name_zh, insured.name_en), Text(treating.name_zh, treating.name_en), funds_fen
            ),
            before=0,
            after=funds_fen,
            by=[tier, self.resolver.resolve(Slot.PAYER_OF_REMAINDER)],
        )
        return debt

    def _protected_fen(self, shared: Shared) -> Fen:
        """What funds and finance pay of the protected costs; finance pays nothing else."""
        if not self.resolver.protection.granted:
            return 0
        return shared.protected_funds_fen + shared.shares.fiscal_fen

    def _input(self) -> dict[str, Any]:
        known, prior = self.enrolment, self.circumstances.prior
        return {
            # The name says whose claim it is, not what it comes to.
            "claim": {name: value for name, value in write_claim(self.claim).items() if name != "name_key"},
            "enrolment": {
                "insured_area": known.insured_area,
                "insurance": known.insurance.value,
                "employment": known.employment.value,
                "assistance": known.assistance.value,
            },
            "filing_on_record": self.circumstances.filing_on_record,
            "prior": {name: getattr(prior, name) for name in prior.__slots__},
            "settled_on": self.circumstances.settled_on.isoformat(),
        }


def _protected_as(status: str) -> Text:
    zh, en = {"confirmed": ("确诊", "confirmed"), "suspected": ("疑似", "suspected")}.get(
        status, ("列入保障", "listed")
    )
    return Text(
        f"作为{zh}患者属于专项保障对象：先救治，后结算。",
        f"As a {en} patient this person is specially protected: treatment comes first, the bill afterwards.",
    )


def _line_result(no: int, amount_fen: Fen, parts: Parts, mask: Mask) -> LineResult:
    return LineResult(
        no=no,
        amount_fen=amount_fen,
        in_scope_fen=parts.in_scope_fen,
        first_self_pay_fen=parts.first_self_pay_fen,
        excluded_fen=parts.excluded_fen,
        over_limit_fen=parts.over_limit_fen,
        in_plan=parts.in_plan,
        in_mask=no in mask.lines,
        citations=tuple(provision.citation for provision in parts.provisions),
    )


def assert_conserved(determination: Determination) -> None:
    """Asserted in production: shares sum to the bill, none is negative, and every sum agrees with its parts."""
    shares = determination.shares
    figures = (shares.basic_fen, shares.critical_fen, shares.assistance_fen, shares.fiscal_fen, shares.patient_fen)
    parts_fen = (
        determination.in_scope_fen
        + determination.excluded_fen
        + determination.first_self_pay_fen
        + determination.over_limit_fen
    )
    if (
        shares.total_fen != determination.total_fen
        or parts_fen != determination.total_fen
        or min(figures) < 0
        or sum(part.amount_fen for part in determination.fiscal_split) != shares.fiscal_fen
        or sum(row.amount_fen for row in determination.payers) != determination.total_fen
    ):
        raise AssertionError("a determination does not conserve the bill")
