"""The assessment of a claim, from its facts to the determination: every payer's part with the reasons, or all findings.

Deciding gives figures and operands; sentences and the document are written on request. The same claim, circumstances
and bundle give the same bytes at any time of computation. Source: design.md section 5.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.deciding.decision import DecidedClaim
from chalicelib.adjudication.domain.deciding.figures import pay_funds, share_out
from chalicelib.adjudication.domain.deciding.lines import assess_lines, covered, unknown_item
from chalicelib.adjudication.domain.deciding.plan import CompiledCell, Plan
from chalicelib.adjudication.domain.describing import describe
from chalicelib.adjudication.domain.determination import Determination, DeterminationJson
from chalicelib.adjudication.domain.facts import Circumstances, kind_of, own_status
from chalicelib.adjudication.domain.rendering import render_determination
from chalicelib.adjudication.domain.requirements import check_requirements, unknown_institution, unknown_person
from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.law.domain.facts import Days
from chalicelib.law.domain.model import Bundle
from chalicelib.registry.domain.model import Enrolment

__all__ = ["ENGINE", "Assessment", "Circumstances", "assess", "covers_earlier_visits"]

ENGINE = "quebao-2"
"""The version of the arithmetic, changed exactly when the same bundle would decide some claim differently."""


@dataclass(frozen=True)
class Assessment:
    """The result of an assessment: either all findings, or a decision; warnings in both cases. `duties` are the codes
    that the hospital still owes: among the findings of a submission, among the warnings of a claim decided again.
    """

    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    decision: DecidedClaim | None = None
    duties: tuple[Finding, ...] = ()

    @cached_property
    def determination(self) -> Determination | None:
        """Return the determination with its reasons; None without a decision."""
        return None if self.decision is None else describe(self.decision)

    @cached_property
    def content(self) -> bytes | None:
        """Return the determination as callers read it, in the bytes that are stored under their hash."""
        if self.decision is None or self.determination is None:
            return None
        return render_determination(self.determination, self.decision.cell.plan, ENGINE)

    @cached_property
    def document(self) -> DeterminationJson | None:
        """Return the determination's document, parsed from `content`."""
        if self.content is None:
            return None
        return DeterminationJson(json.loads(self.content))


def assess(claim: Claim, circumstances: Circumstances, bundle: Bundle, *, again: bool = False) -> Assessment:
    """Decide a claim whose body is valid; `again` marks a claim that was settled before, for which no code is demanded.

    Raises `PolicyConflict` when the bundle contradicts itself.
    """
    institution = bundle.registry.institutions.get(claim.institution)
    enrolment = circumstances.enrolment
    if institution is None or enrolment is None:
        missing = (() if institution else (unknown_institution(),)) + (() if enrolment else (unknown_person(),))
        return Assessment(missing, ())
    cell = _cell_of(claim, circumstances, enrolment, bundle.compiled(Plan))
    required = check_requirements(claim, circumstances.on_record, cell)
    findings = required.findings if again else (*required.findings, *required.duties)
    if findings:
        return Assessment(findings, required.advice, duties=required.duties)
    terms = cell.funds
    if isinstance(terms, Invalid):
        return Assessment(terms.findings, ())
    lines = assess_lines(claim, cell)
    funds = pay_funds(terms, lines.sums, circumstances.prior)
    sharing = share_out(cell.sharing, cell.split if cell.sharing.by_finance else None, lines.sums, funds)
    decision = DecidedClaim(claim, circumstances, enrolment, cell, required, terms, lines, funds, sharing)
    assert_conserved(decision)
    unknown = _unknown_items(decision) if lines.unknown else ()
    warnings = (*required.duties, *required.advice, *unknown)
    return Assessment((), warnings, decision, required.duties)


def covers_earlier_visits(claim: Claim, circumstances: Circumstances, bundle: Bundle) -> bool:
    """Tell whether a claim's own diagnosis covers earlier visits of its episode: some provision in force for the claim
    grants the cover, and the claim itself is protected. Source: N-08, 国家医保局 2020-03 访谈 问4.
    """
    known = claim.institution in bundle.registry.institutions
    if not known or circumstances.enrolment is None or own_status(claim.diagnosis) == "none":
        return False
    cell = _cell_of(claim, circumstances, circumstances.enrolment, bundle.compiled(Plan))
    return cell.is_protected and cell.reaches_earlier_visits


def _unknown_items(decision: DecidedClaim) -> tuple[Finding, ...]:
    flags = covered(decision.claim, decision.lines.parts, decision.lines.mask)
    return tuple(unknown_item(index, is_masked=flags[index]) for index in decision.lines.unknown)


def _cell_of(claim: Claim, circumstances: Circumstances, enrolment: Enrolment, plan: Plan) -> CompiledCell:
    """Return the cell that decides a claim. For a visit that a later diagnosis reaches back to, cover is checked on the
    visit's own days and, where nobody was protected then, on the days of the claim that brought the diagnosis: the
    patient is covered, not the day. Where no rule reaches back (any more), the visit keeps its own status.
    """
    visit, later, settled_on = claim.visit, claim.diagnosis.later, circumstances.settled_on
    entry = circumstances.on_record.entry
    kind = kind_of(claim, enrolment, filing_on_record=circumstances.filing_on_record, entry=entry)
    if later is None and (found := plan.known(kind, visit.admitted_on, visit.discharged_on, settled_on)):
        return found
    days = Days(visit.admitted_on, visit.discharged_on, visit.discharged_on, settled_on)
    if later is None:
        return plan.cell(kind, days)
    illness = Days(later.admitted_on, later.discharged_on, later.discharged_on, settled_on)
    for asked in (None, illness):
        cell = plan.cell(kind, days, asked)
        if cell.is_protected and cell.reaches_earlier_visits:
            return cell
    return plan.cell(kind._replace(status=own_status(claim.diagnosis)), days)


def assert_conserved(decision: DecidedClaim) -> None:
    """Assert, in production too, that shares sum to the bill, none is negative, and every sum agrees with its parts."""
    sums, sharing = decision.lines.sums, decision.sharing
    basic_fen, second_fen, assistance_fen = sharing.paid
    fiscal_fen, patient_fen = sharing.fiscal_fen, sharing.patient_fen
    billed_fen = sum([line.amount_fen for line in decision.claim.lines])
    if (
        basic_fen + second_fen + assistance_fen + fiscal_fen + patient_fen != billed_fen
        or sums.total_fen != billed_fen
        or min(basic_fen, second_fen, assistance_fen, fiscal_fen, patient_fen) < 0
        or sum(sharing.split) != fiscal_fen
    ):
        raise AssertionError("a determination does not conserve the bill")
