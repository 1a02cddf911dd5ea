"""The determination as callers read it, with its receipt; no other module knows the document's shape.

The canonical bytes are written directly, keys in order, from figures and from fragments that each cell keeps. Money is
a string in yuan; a citation names notice, document number, article, provision and rows. The receipt holds the hashes
under which the same claim, decided again with the same bundle, gives the same bytes.
"""

from __future__ import annotations

from chalicelib.adjudication.domain.deciding.plan import Plan
from chalicelib.adjudication.domain.determination import (
    BudgetPart,
    CrossRegion,
    Determination,
    FiscalPart,
    LineResult,
    PayerAmount,
    Step,
)
from chalicelib.kernel.canonical import quoted, sha256_hex
from chalicelib.kernel.money import format_yuan as yuan


def render_determination(d: Determination, plan: Plan, engine: str) -> bytes:
    """Write the contract's determination as canonical JSON. `plan` must be that of the bundle of the decision."""
    shares = d.shares
    before = (
        f'{{"budget":{_budget(d.budgets[0])},"budgets":[{",".join([_budget(part) for part in d.budgets])}],'
        f'"central_refund":"{yuan(d.central_refund_fen)}","claim_no":{quoted(d.claim_no)},'
        f'"cross_region":{_region(d.cross_region)},"decided_on":"{d.decided_on}",'
        f'"deductible":"{yuan(d.deductible_fen)}","excluded":"{yuan(d.excluded_fen)}",'
        f'"first_self_pay":"{yuan(d.first_self_pay_fen)}","fiscal_paid_first_by":{_text(d.pays_first)},'
        f'"fiscal_split":[{",".join([_part(part) for part in d.fiscal_split])}],'
        f'"illustrative":{_truth(holds=d.illustrative)},"in_scope":"{yuan(d.in_scope_fen)}",'
        f'"institution":{quoted(d.institution)},"interpretations":{plan.interpretations_json(d.interpretations)},'
        f'"lines":[{",".join([_line(line, plan) for line in d.lines])}],"over_limit":"{yuan(d.over_limit_fen)}",'
        f'"payers":[{",".join([_payer(row) for row in d.payers])}],"payment_method":"{d.payment_method}",'
        f'"personal_account":{{"eligible":"{yuan(d.personal_account_fen)}"}},"protected":{_truth(holds=d.protected)}'
    )
    after = (
        f',"records":{plan.citations_json(d.records)},'
        f'"shares":{{"assistance":"{yuan(shares.assistance_fen)}","basic":"{yuan(shares.basic_fen)}",'
        f'"critical":"{yuan(shares.critical_fen)}","fiscal":"{yuan(shares.fiscal_fen)}",'
        f'"patient":"{yuan(shares.patient_fen)}"}},"steps":[{",".join([_step(step) for step in d.steps])}],'
        f'"total":"{yuan(d.total_fen)}"}}'
    )
    head, rest = before.encode(), after.encode()
    receipt = (
        f',"receipt":{{"bundle":"{d.bundle_hash}","engine":"{engine}","input":"{d.input_hash}",'
        f'"result":"{sha256_hex(head + rest)}"}}'
    )
    return b"".join((head, receipt.encode(), rest))


def _truth(*, holds: bool) -> str:
    return "true" if holds else "false"


def _text(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def _budget(part: BudgetPart) -> str:
    return f'{{"amount":"{yuan(part.amount_fen)}","kind":"{part.kind}"}}'


def _part(part: FiscalPart) -> str:
    return f'{{"amount":"{yuan(part.amount_fen)}","area":"{part.area}"}}'


def _region(cross: CrossRegion | None) -> str:
    if cross is None:
        return "null"
    return (
        f'{{"amount":"{yuan(cross.amount_fen)}","creditor":"{cross.creditor}","debtor":"{cross.debtor}",'
        f'"tier":"{cross.tier}"}}'
    )


def _payer(row: PayerAmount) -> str:
    scheme = "" if row.scheme is None else f',"scheme":"{row.scheme}"'
    return (
        f'{{"account_area":{_text(row.account_area)},"amount":"{yuan(row.amount_fen)}","payer":"{row.payer}"{scheme}}}'
    )


def _line(line: LineResult, plan: Plan) -> str:
    no, amount_fen, in_scope_fen, first_fen, excluded_fen, over_fen, in_plan, in_mask, citations = line
    amount = yuan(amount_fen)
    in_scope = amount if in_scope_fen == amount_fen else yuan(in_scope_fen)
    return (
        f'{{"amount":"{amount}","citations":{plan.line_citations(citations)},'
        f'"covered":{"true" if in_mask else "false"},"excluded":"{yuan(excluded_fen) if excluded_fen else "0.00"}",'
        f'"first_self_pay":"{yuan(first_fen) if first_fen else "0.00"}","in_plan":{"true" if in_plan else "false"},'
        f'"in_scope":"{in_scope}","no":{no},"over_limit":"{yuan(over_fen) if over_fen else "0.00"}"}}'
    )


def _step(step: Step) -> str:
    grounds, text = step.grounds, step.text
    return (
        f'{{"after":{quoted(step.after)},"before":{quoted(step.before)},"decided_by":{grounds.decided_json},'
        f'"formula":{quoted(step.formula)},"lost":{grounds.lost_json},"step":"{step.step}",'
        f'"text":{{"en":{quoted(text.en)},"zh":{quoted(text.zh)}}}}}'
    )
