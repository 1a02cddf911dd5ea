"""The reasons of a decision from the mask to every payer's part, and the statements beside the money.

Budgets, the method of payment, the personal account and the records asked for change no payer's part. Source: N-03,
Y-07, design.md section 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from chalicelib.adjudication.domain.deciding import wording_of_shares as wording
from chalicelib.adjudication.domain.deciding.decision import DecidedClaim
from chalicelib.adjudication.domain.deciding.plan import CompiledCell
from chalicelib.adjudication.domain.deciding.terms import SharingTerms
from chalicelib.adjudication.domain.deciding.trace import Trace, less
from chalicelib.adjudication.domain.determination import BudgetPart, CrossRegion, Step
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.words.terms import RECORDS, TERMS
from chalicelib.law.domain.model import Provision, Slot
from chalicelib.law.domain.resolution import name_document
from chalicelib.law.domain.values import Budget, BudgetKind, ClearingTier, PaymentMethod, PersonalAccount, Scope

_COVERED = {
    Scope.ALL: Text("本次就诊的费用", "the costs of this visit"),
    Scope.PLAN: Text("诊疗方案内费用", "the items of the treatment plan"),
}
_PAYMENT_TERMS = {"by-item": "payment-by-item", "single-disease": "payment-single-disease"}


def tell_shares(decision: DecidedClaim, trace: Trace) -> None:
    """Tell the steps after the funds' ordinary payments, in order."""
    terms = decision.cell.sharing
    if terms.is_shared:
        _tell_mask(decision, terms, trace)
    if terms.share is not None:
        _tell_target(decision, terms, trace)
    _tell_fiscal(decision, terms, trace)
    _tell_patient(decision, trace)
    if decision.sharing.fiscal_fen:
        _tell_split(decision, trace)
    _tell_region(decision, trace)
    _tell_budget(decision, trace)
    trace.put(decision.cell.keep("payment-method", lambda: _payment_method(decision.cell)))
    _tell_account(decision, trace)
    _, told = records_of(decision)
    if told is not None:
        trace.put(told)


def _tell_mask(decision: DecidedClaim, terms: SharingTerms, trace: Trace) -> None:
    cell, sharing, sums, mask = decision.cell, decision.sharing, decision.lines.sums, decision.lines.mask
    if terms.scope is not Scope.NONE:
        rest_fen = sums.total_fen - sums.mask_fen
        until = None if mask.until is None else mask.until.isoformat()
        trace.add(
            "mask",
            wording.mask(sums.mask_fen, rest_fen, _COVERED[terms.scope], until),
            cell.grounds(Slot.SUBSIDY_SCOPE, Slot.PRE_DIAGNOSIS_COST),
            before=sums.total_fen,
            after=sums.mask_fen,
            formula=less(sums.total_fen, (rest_fen,)),
        )
    if sums.mask_in_scope_fen != sums.in_scope_fen and sums.mask_fen:
        paid_fen = decision.funds.basic_fen + decision.funds.second_fen + decision.funds.assistance_fen
        inside, whole = format_yuan(sums.mask_in_scope_fen), format_yuan(sums.in_scope_fen)
        trace.add(
            "funds-on-mask",
            wording.funds_on_mask(paid_fen, sums.mask_in_scope_fen, sums.in_scope_fen, sharing.on_mask_fen),
            cell.grounds(Slot.SUBSIDY_SCOPE),
            before=paid_fen,
            after=sharing.on_mask_fen,
            formula=f"{format_yuan(paid_fen)} × {inside} ÷ {whole}",
        )


def _tell_target(decision: DecidedClaim, terms: SharingTerms, trace: Trace) -> None:
    sharing, covered_fen = decision.sharing, decision.lines.sums.mask_fen
    if terms.share is None:
        raise AssertionError("a target has a share")
    names = wording.fund_names(decision.cell.facts.values["insurance"])
    filling = wording.Filling(names, terms.filled_by)
    trace.add(
        "combined-share",
        wording.combined_share(covered_fen, terms.share, sharing.target_fen, sharing.masked, sharing.adjusted, filling),
        decision.cell.grounds(Slot.COMBINED_SHARE),
        before=sharing.on_mask_fen,
        after=sharing.target_fen,
        formula=f"{format_yuan(covered_fen)} × {terms.share.shown}",
    )


def _tell_fiscal(decision: DecidedClaim, terms: SharingTerms, trace: Trace) -> None:
    cell, covered_fen = decision.cell, decision.lines.sums.mask_fen
    if not terms.by_finance:
        if cell.is_protected:
            trace.put(cell.keep("fiscal", lambda: _no_finance(cell)))
        return
    funds_fen, fiscal_fen = sum(decision.sharing.adjusted), decision.sharing.fiscal_fen
    trace.add(
        "fiscal",
        wording.fiscal(covered_fen, funds_fen, fiscal_fen),
        cell.grounds(Slot.PAYER_OF_REMAINDER),
        before=0,
        after=fiscal_fen,
        formula=f"{format_yuan(covered_fen)} − {format_yuan(funds_fen)}",
    )


def _no_finance(cell: CompiledCell) -> Step:
    text = Text(
        "先救治，后收费；财政补助 0.00 元，基金支付后的费用原则上由个人负担。",
        "Treatment comes before payment. Public finance pays 0.00 yuan; what the funds leave is in principle the "
        "patient's.",
    )
    return Step("fiscal", "0.00", "0.00", "", text, cell.grounds(Slot.PAYER_OF_REMAINDER))


def _tell_patient(decision: DecidedClaim, trace: Trace) -> None:
    sharing, total_fen = decision.sharing, decision.lines.sums.total_fen
    names = wording.fund_names(decision.cell.facts.values["insurance"])
    paid = (*zip(names, sharing.paid, strict=True), (wording.FINANCE, sharing.fiscal_fen))
    trace.add(
        "patient",
        wording.patient(total_fen, paid, sharing.patient_fen),
        decision.cell.grounds(Slot.PAYER_OF_REMAINDER),
        before=total_fen,
        after=sharing.patient_fen,
        formula=less(total_fen, (*sharing.paid, sharing.fiscal_fen)),
    )


def _tell_split(decision: DecidedClaim, trace: Trace) -> None:
    cell, sharing, split = decision.cell, decision.sharing, decision.cell.split
    fiscal = format_yuan(sharing.fiscal_fen)
    areas = [_area(cell, code) for code in split.areas]
    trace.add(
        "fiscal-split",
        wording.fiscal_split(sharing.fiscal_fen, list(zip(areas, split.shares, sharing.split, strict=True))),
        cell.grounds(Slot.SPLIT, Slot.LOCAL_SPLIT),
        before=fiscal,
        after=fiscal,
        formula=" + ".join(share.shown for share in split.shares),
    )
    if split.refund is not None:
        trace.add(
            "central-refund",
            wording.central_refund(sharing.fiscal_fen, split.refund, sharing.refund_fen),
            cell.grounds(Slot.CENTRAL_REFUND),
            before=0,
            after=sharing.refund_fen,
            formula=f"{fiscal} × {split.refund.shown}",
        )


def _area(cell: CompiledCell, code: AreaCode) -> Text:
    area = cell.plan.bundle.registry.areas[code]
    return Text(area.name_zh, area.name_en)


def debt_between(decision: DecidedClaim, pooling: AreaCode | None) -> CrossRegion | None:
    """Return the debt of the insured pooling area to the treatment place."""
    cell = decision.cell
    if pooling is None or cell.facts.values["distance"] == "local":
        return None
    winner = cell.resolver.resolve(Slot.CLEARING_TIER).winner
    tier = "national" if winner is None else ClearingTier.read(winner.value).tier
    return CrossRegion(pooling, cell.institution.pooling_area, decision.sharing.funds_fen, tier)


def _tell_region(decision: DecidedClaim, trace: Trace) -> None:
    cell, funds_fen, insured_area = decision.cell, decision.sharing.funds_fen, decision.enrolment.insured_area
    if insured_area is None or cell.facts.values["distance"] == "local":
        return
    insured = cell.plan.bundle.registry.pooling_area(insured_area)
    text = wording.cross_region(_area(cell, insured), _area(cell, cell.institution.pooling_area), funds_fen)
    grounds = cell.grounds(Slot.CLEARING_TIER, Slot.PAYER_OF_REMAINDER)
    trace.add("cross-region", text, grounds, before=0, after=funds_fen)


def budgets_of(decision: DecidedClaim) -> tuple[BudgetPart, ...]:
    """Return the budgets in which the funds' part counts. The separate budget takes the protected part of a protected
    patient's bill; costs after an excluded suspicion stay in the hospital's yearly total (N-03).
    """
    funds_fen = decision.sharing.funds_fen
    if _budget_kind(decision.cell) is not BudgetKind.SEPARATE:
        return (BudgetPart(BudgetKind.TOTAL_CONTROL.value, funds_fen),)
    inside = BudgetPart(BudgetKind.SEPARATE.value, decision.sharing.protected_funds_fen)
    outside_fen = funds_fen - inside.amount_fen
    return (inside, BudgetPart(BudgetKind.TOTAL_CONTROL.value, outside_fen)) if outside_fen else (inside,)


def _budget_kind(cell: CompiledCell) -> BudgetKind:
    winner = cell.resolver.resolve(Slot.BUDGET_KIND).winner
    return BudgetKind.TOTAL_CONTROL if winner is None else cell.keep("budget", lambda: Budget.read(winner.value).kind)


def _tell_budget(decision: DecidedClaim, trace: Trace) -> None:
    funds_fen, (inside, *others) = decision.sharing.funds_fen, budgets_of(decision)
    outside_fen = sum(part.amount_fen for part in others)
    separate = inside.kind == BudgetKind.SEPARATE.value
    trace.add(
        "budget",
        wording.budget(funds_fen, inside.amount_fen, outside_fen, separate=separate),
        decision.cell.grounds(Slot.BUDGET_KIND),
        before=0,
        after=funds_fen,
        formula=f"{format_yuan(inside.amount_fen)} + {format_yuan(outside_fen)}" if outside_fen else "",
    )


def payment_method(cell: CompiledCell) -> str:
    """Return the method by which insurance pays the hospital."""
    winner = cell.resolver.resolve(Slot.PAYMENT_METHOD).winner
    return "ordinary" if winner is None else PaymentMethod.read(winner.value).method


def _payment_method(cell: CompiledCell) -> Step:
    method = payment_method(cell)
    name = TERMS[_PAYMENT_TERMS.get(method, "payment-by-agreement")]
    text = Text(
        f"医保与医院之间{name.zh}，不影响个人支付。",
        f"Insurance pays the hospital {name.en}; the patient's part does not depend on it.",
    )
    return Step("payment-method", "", method, "", text, cell.grounds(Slot.PAYMENT_METHOD))


def account_of(decision: DecidedClaim) -> tuple[Fen, Fen]:
    """Return the cost of protective goods, and the personal account's possible payment of the patient's part (Y-07)."""
    lines = decision.claim.lines
    if all(line.supply is None for line in lines):
        return 0, 0
    allowed = decision.cell.keep("supplies", lambda: _supplies(decision.cell))
    supplies = {line.no: line.supply for line in lines}
    goods_fen = sum(
        line.amount_fen for line in lines if supplies[line.no if line.refunds is None else line.refunds] in allowed
    )
    return goods_fen, min(goods_fen, decision.sharing.patient_fen)


def _supplies(cell: CompiledCell) -> frozenset[str | None]:
    grants = cell.resolver.resolve(Slot.PERSONAL_ACCOUNT).decided_by
    return frozenset[str | None]().union(*(PersonalAccount.read(grant.value).supplies for grant in grants))


def _tell_account(decision: DecidedClaim, trace: Trace) -> None:
    goods_fen, payable_fen = account_of(decision)
    if not payable_fen:
        return
    patient, goods, payable = (format_yuan(each) for each in (decision.sharing.patient_fen, goods_fen, payable_fen))
    trace.add(
        "personal-account",
        Text(
            f"个人支付 {patient} 元，其中防护用品 {goods} 元，个人账户可以支付 {payable} 元。",
            f"Of the patient's {patient} yuan, protective goods cost {goods} yuan; the personal account may pay "
            f"{payable} yuan.",
        ),
        decision.cell.grounds(Slot.PERSONAL_ACCOUNT),
        before=patient,
        after=payable,
        formula=f"min({goods}, {patient})",
    )


def records_of(decision: DecidedClaim) -> tuple[tuple[str, ...], Step | None]:
    """Return the citations of records and services that the notices ask for on any day with a charge, and the step:
    where the treatment plan changed during the stay, both its versions are among them.
    """
    cell = decision.cell
    charged_on = [line.on for line in decision.claim.lines] or [decision.claim.visit.discharged_on]
    days = {cell.plan.lines[day]: day for day in charged_on}
    return cell.keep(("records", *sorted(days)), lambda: _records(cell, days.values()))


def _records(cell: CompiledCell, days: Iterable[date]) -> tuple[tuple[str, ...], Step | None]:
    cited = {
        provision.citation
        for day in days
        for provision in cell.resolver.resolve_line(Slot.RECORD, cell.facts.on(day)).decided_by
        if not provision.pending
    }
    owed = tuple(each for each in cell.plan.bundle.by_slot[Slot.RECORD] if each.citation in cited)
    if not owed:
        return (), None
    names = [_record_name(cell, provision) for provision in owed]
    zh = "、".join(dict.fromkeys(name.zh for name in names))
    en = ", ".join(dict.fromkeys(name.en for name in names))
    text = Text(
        f"按文件要求办理或留存：{zh}。不影响金额。",
        f"The notices ask for these records and services: {en}. No amount depends on them.",
    )
    citations = tuple(provision.citation for provision in owed)
    return citations, Step("records", "", zh, "", text, cell.grounds_citing(owed))


def _record_name(cell: CompiledCell, provision: Provision) -> Text:
    """Return the name of a record that a provision asks for: the glossary's, or else the provision's document."""
    known = RECORDS.get(str(provision.value.get("what")))
    named = name_document(provision, cell.plan.bundle)
    return known or Text(named, named)
