"""The determination as the document that callers read, with its receipt; the only place that knows that shape.

Money is a string in yuan; a citation names notice, document number, article, provision and rows. The receipt holds the
hashes under which the same claim, decided again with the same bundle, gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.adjudication.domain.determination import BudgetPart, Determination, LineResult, Step
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.text import render_text
from chalicelib.law.domain.citation import render_citation
from chalicelib.law.domain.model import Bundle


def render_determination(determination: Determination, bundle: Bundle, engine: str) -> dict[str, Any]:
    """The contract's determination. `bundle` must be the one it was decided with."""
    d = determination
    cross = d.cross_region
    document: dict[str, Any] = {
        "claim_no": d.claim_no,
        "institution": d.institution,
        "protected": d.protected,
        "total": format_yuan(d.total_fen),
        "in_scope": format_yuan(d.in_scope_fen),
        "excluded": format_yuan(d.excluded_fen),
        "first_self_pay": format_yuan(d.first_self_pay_fen),
        "over_limit": format_yuan(d.over_limit_fen),
        "deductible": format_yuan(d.deductible_fen),
        "shares": {
            "basic": format_yuan(d.shares.basic_fen),
            "critical": format_yuan(d.shares.critical_fen),
            "assistance": format_yuan(d.shares.assistance_fen),
            "fiscal": format_yuan(d.shares.fiscal_fen),
            "patient": format_yuan(d.shares.patient_fen),
        },
        "payers": [
            {
                "payer": row.payer.value,
                "account_area": row.account_area,
                **({} if row.scheme is None else {"scheme": row.scheme}),
                "amount": format_yuan(row.amount_fen),
            }
            for row in d.payers
        ],
        "fiscal_split": [{"area": part.area, "amount": format_yuan(part.amount_fen)} for part in d.fiscal_split],
        "fiscal_paid_first_by": d.pays_first,
        "central_refund": format_yuan(d.central_refund_fen),
        "cross_region": None
        if cross is None
        else {
            "debtor": cross.debtor,
            "creditor": cross.creditor,
            "amount": format_yuan(cross.amount_fen),
            "tier": cross.tier,
        },
        "budget": _budget(d.budgets[0]),
        "budgets": [_budget(part) for part in d.budgets],
        "payment_method": d.payment_method,
        "personal_account": {"eligible": format_yuan(d.personal_account_fen)},
        "lines": [_line(line, bundle) for line in d.lines],
        "steps": [_step(step, bundle) for step in d.steps],
        "illustrative": d.illustrative,
        "interpretations": [_interpretation(citation, bundle) for citation in d.interpretations],
        "records": _citations(d.records, bundle),
        "decided_on": d.decided_on,
    }
    document["receipt"] = {
        "engine": engine,
        "bundle": d.bundle_hash,
        "input": d.input_hash,
        "result": fingerprint(document),
    }
    return document


def _budget(part: BudgetPart) -> dict[str, str]:
    return {"kind": part.kind, "amount": format_yuan(part.amount_fen)}


def _citations(citations: Iterable[str], bundle: Bundle) -> list[dict[str, Any]]:
    return [render_citation(citation, bundle) for citation in citations]


def _line(line: LineResult, bundle: Bundle) -> dict[str, Any]:
    return {
        "no": line.no,
        "amount": format_yuan(line.amount_fen),
        "in_scope": format_yuan(line.in_scope_fen),
        "first_self_pay": format_yuan(line.first_self_pay_fen),
        "excluded": format_yuan(line.excluded_fen),
        "over_limit": format_yuan(line.over_limit_fen),
        "in_plan": line.in_plan,
        "covered": line.in_mask,
        "citations": _citations(line.citations, bundle),
    }


def _step(step: Step, bundle: Bundle) -> dict[str, Any]:
    return {
        "step": step.step,
        "before": step.before,
        "after": step.after,
        "formula": step.formula,
        "text": render_text(step.text),
        "decided_by": _citations(step.decided_by, bundle),
        "lost": [
            {"citation": render_citation(entry.citation, bundle), "why": render_text(entry.why)} for entry in step.lost
        ],
    }


def _interpretation(citation: str, bundle: Bundle) -> dict[str, Any]:
    reading = bundle.by_citation[citation].interpretation
    return {"citation": render_citation(citation, bundle), "text": None if reading is None else render_text(reading)}
