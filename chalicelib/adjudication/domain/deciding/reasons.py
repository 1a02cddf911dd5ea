"""The reasons of a decision up to the funds' ordinary payments, told from the decision's operands.

Nothing here decides anything: the same operands give the same sentences, from either back end.
"""

from __future__ import annotations

from chalicelib.adjudication.domain.deciding import wording_of_funds as wording
from chalicelib.adjudication.domain.deciding.decision import DecidedClaim
from chalicelib.adjudication.domain.deciding.reasons_of_shares import tell_shares
from chalicelib.adjudication.domain.deciding.terms import BandTerms, Limited, StayTerms, UninsuredTerms, VisitTerms
from chalicelib.adjudication.domain.deciding.trace import Trace, less
from chalicelib.adjudication.domain.deciding.wording_of_shares import reached_back
from chalicelib.adjudication.domain.determination import Step
from chalicelib.adjudication.domain.requirements import tell_requirements
from chalicelib.kernel.money import format_yuan, portion
from chalicelib.kernel.text import Text
from chalicelib.law.domain.model import Slot
from chalicelib.law.domain.resolution import name_document
from chalicelib.law.domain.values import OutpatientRule


def tell(decision: DecidedClaim) -> Trace:
    """Tell every step of a decision, in order."""
    trace = Trace()
    tell_requirements(decision.required, decision.cell, trace)
    _tell_protection(decision, trace)
    _tell_scope(decision, trace)
    terms = decision.terms
    if isinstance(terms, StayTerms):
        _tell_stay(decision, terms, trace)
    elif isinstance(terms, VisitTerms):
        _tell_visit(decision, terms, trace)
    elif terms.relief is not None:
        _tell_relief(decision, terms, terms.relief, trace)
    tell_shares(decision, trace)
    return trace


def _tell_protection(decision: DecidedClaim, trace: Trace) -> None:
    claim, cell = decision.claim, decision.cell
    if cell.resolver.resolve(Slot.REGIME).granted:
        grounds = cell.grounds(Slot.REGIME)
        admitted = claim.visit.admitted_on
        text = Text(
            f"就诊开始于 {admitted}，适用实施“乙类乙管”后的规定，此前的专门规定不再适用。",
            f"The visit began on {admitted}, when class-B management was in force; the special rules made before it no "
            "longer apply.",
        )
        first = cell.resolver.resolve(Slot.REGIME).decided_by[0]
        trace.add("regime", text, grounds, before="", after=cell.plan.bundle.notices[first.notice].document_no)
    trace.put(cell.keep("protection", lambda: _protection(decision)))
    later = claim.diagnosis.later
    if cell.is_protected and later is not None:
        grounds = cell.grounds(Slot.PRE_DIAGNOSIS_COST)
        trace.add("reach-back", reached_back(later), grounds, before="", after=later.status.value)


def _protection(decision: DecidedClaim) -> Step:
    cell = decision.cell
    text = _protected_as(cell.facts.values["status"]) if cell.is_protected else _unprotected(decision)
    after = "protected" if cell.is_protected else "not protected"
    return Step("protection", "", after, "", text, cell.grounds(Slot.PROTECTION))


def _protected_as(status: str) -> Text:
    zh, en = {"confirmed": ("确诊", "confirmed"), "suspected": ("疑似", "suspected")}.get(
        status, ("列入保障", "listed")
    )
    return Text(
        f"作为{zh}患者属于专项保障对象：先救治，后结算。",
        f"As a {en} patient this person is specially protected: treatment comes first, the bill afterwards.",
    )


def _unprotected(decision: DecidedClaim) -> Text:
    """Tell the reason why finance pays nothing of this visit; an outpatient visit may have a rule of its own (S-03)."""
    winner = decision.cell.resolver.resolve(Slot.OUTPATIENT_RULE).winner
    rule = None if winner is None else OutpatientRule.read(winner.value)
    if winner is None or rule is None or rule.plan_ratio is None or decision.claim.visit.is_inpatient:
        return Text(
            "没有在本次就诊时有效的文件将该患者列为专项保障对象，按普通医保待遇结算。",
            "No notice in force for this visit protects this patient, so the ordinary benefits apply.",
        )
    named = name_document(winner, decision.cell.plan.bundle)
    return Text(
        f"财政补助不适用于本次门诊；门急诊按{named}的专项保障支付。",
        f"No fiscal subsidy applies to this outpatient visit; {named} sets what basic insurance pays.",
    )


def _tell_scope(decision: DecidedClaim, trace: Trace) -> None:
    sums = decision.lines.sums
    left_out = (sums.first_self_pay_fen, sums.excluded_fen, sums.over_limit_fen)
    treatments = {id(part[4]): part[4] for part in decision.lines.parts}
    grants = {provision.citation: provision for each in treatments.values() for provision in each.provisions}
    trace.add(
        "in-scope",
        wording.in_scope(sums.total_fen, sums.in_scope_fen, sums.of_plan_fen, left_out),
        decision.cell.grounds_citing(grants.values()),
        before=sums.total_fen,
        after=sums.in_scope_fen,
        formula=less(sums.total_fen, left_out),
    )


def _tell_visit(decision: DecidedClaim, terms: VisitTerms, trace: Trace) -> None:
    funds, plan_fen = decision.funds, decision.lines.sums.of_plan_fen
    ordinary, slots = terms.ordinary, [Slot.OUTPATIENT_RULE]
    formula: list[str] = []
    if terms.plan is not None:
        formula.append(f"{format_yuan(plan_fen)} × {terms.plan.shown}")
    if funds.above_fen or terms.plan is None:
        slots.append(Slot.OUTPATIENT_ORDINARY)
        rest, left = format_yuan(funds.above_fen), format_yuan(funds.left_fen)
        formula.append(f"min({rest} × {ordinary.rate.shown}, {left})")
    trace.add(
        "basic",
        wording.outpatient(
            None if terms.plan is None else (plan_fen, terms.plan, funds.special_fen),
            wording.WithinLimit(funds.above_fen, ordinary.rate, funds.wanted_fen, funds.left_fen),
        ),
        decision.cell.grounds(*slots),
        before=0,
        after=funds.basic_fen,
        formula=" + ".join(formula),
    )


def _tell_stay(decision: DecidedClaim, terms: StayTerms, trace: Trace) -> None:
    funds, cell, in_scope_fen = decision.funds, decision.cell, decision.lines.sums.in_scope_fen
    if terms.cut is not None:
        trace.put(cell.keep("remote-cut", lambda: _remote_cut(decision, terms)))
    whole, above = format_yuan(in_scope_fen), format_yuan(funds.above_fen)
    trace.add(
        "deductible",
        wording.deductible(in_scope_fen, terms.standard_fen, funds.deductible_fen),
        cell.grounds(Slot.DEDUCTIBLE),
        before=whole,
        after=above,
        formula=f"{whole} − min({format_yuan(terms.standard_fen)}, {whole})",
    )
    trace.add(
        "basic",
        wording.basic_of_stay(wording.WithinLimit(funds.above_fen, terms.rate, funds.wanted_fen, funds.left_fen)),
        cell.grounds(Slot.RATIO, Slot.POOL_CAP),
        before=0,
        after=funds.basic_fen,
        formula=f"min({above} × {terms.rate.shown}, {format_yuan(funds.left_fen)})",
    )
    if terms.large_sum is not None:
        _tell_large_sum(decision, terms.large_sum, trace)
    elif terms.bands is not None:
        _tell_bands(decision, terms.bands, trace)
    if terms.relief is not None:
        _tell_relief(decision, terms, terms.relief, trace)


def _remote_cut(decision: DecidedClaim, terms: StayTerms) -> Step:
    cut, cell = terms.cut, decision.cell
    if cut is None:
        raise AssertionError("a stay at home has no remote cut")
    text = wording.remote_cut(cut)
    if cut.waived:
        return Step("remote-cut", cut.plain.shown, cut.plain.shown, "", text, cell.grounds(Slot.REMOTE_CUT_WAIVER))
    formula = f"{cut.plain.shown} × {cut.factor.shown}"
    slots = (Slot.REMOTE_CUT, Slot.FILING_REQUIREMENT) if cut.unfiled_counts else (Slot.REMOTE_CUT,)
    return Step("remote-cut", cut.plain.shown, cut.reduced.shown, formula, text, cell.grounds(*slots))


def _tell_large_sum(decision: DecidedClaim, layer: Limited, trace: Trace) -> None:
    funds = decision.funds
    if funds.reached_fen:
        part = wording.WithinLimit(funds.reached_fen, layer.rate, funds.due_fen, funds.second_left_fen)
        trace.add(
            "critical",
            wording.large_sum(part),
            decision.cell.grounds(Slot.LARGE_SUM),
            before=0,
            after=funds.second_fen,
            formula=f"min({format_yuan(funds.reached_fen)} × {layer.rate.shown}, {format_yuan(funds.second_left_fen)})",
        )


def _tell_bands(decision: DecidedClaim, layer: BandTerms, trace: Trace) -> None:
    funds = decision.funds
    reached = [(span, rate) for span, rate in zip(funds.spans, layer.rates, strict=True) if span > 0]
    if not reached:
        return
    year = wording.BandedYear(
        year=decision.claim.visit.discharged_on.year,
        accumulated_fen=funds.reached_fen,
        threshold_fen=layer.threshold_fen,
        bands=tuple((portion(span, 1, layer.scale), rate) for span, rate in reached),
        cap_fen=layer.cap_fen,
        paid_before_fen=decision.circumstances.prior.critical_fen,
        burden_fen=funds.second_left_fen,
        paid_fen=funds.second_fen,
    )
    poor = decision.cell.facts.values["assistance"] != "none"
    slots = (Slot.CRITICAL_ILLNESS, Slot.ASSISTANCE) if poor else (Slot.CRITICAL_ILLNESS,)
    told, grounds = wording.critical_illness(year), decision.cell.grounds(*slots)
    trace.add("critical", told, grounds, before=0, after=funds.second_fen, formula=year.formula)


def _tell_relief(decision: DecidedClaim, terms: StayTerms | UninsuredTerms, relief: Limited, trace: Trace) -> None:
    """Tell the step of medical assistance; for the uninsured the step cites the grant as well."""
    funds, cell = decision.funds, decision.cell
    insured = isinstance(terms, StayTerms)
    granted = () if insured else cell.resolver.resolve(Slot.UNINSURED_ASSISTANCE).decided_by
    part = wording.WithinLimit(funds.relief_cost_fen, relief.rate, funds.relief_wanted_fen, funds.relief_left_fen)
    cost, left = format_yuan(part.cost_fen), format_yuan(part.left_fen)
    trace.add(
        "assistance",
        wording.assistance(part, insured=insured),
        cell.grounds_citing(granted, Slot.ASSISTANCE),
        before=0,
        after=funds.assistance_fen,
        formula=f"min({cost} × {relief.rate.shown}, {left})",
    )
