"""A decision as a determination: its figures by their names, the account that bears each part, and the reasons."""

from __future__ import annotations

from itertools import starmap

from chalicelib.adjudication.domain.claim_document import claim_json
from chalicelib.adjudication.domain.deciding.decision import DecidedClaim
from chalicelib.adjudication.domain.deciding.lines import covered
from chalicelib.adjudication.domain.deciding.reasons import tell
from chalicelib.adjudication.domain.deciding.reasons_of_shares import (
    account_of,
    budgets_of,
    debt_between,
    payment_method,
    records_of,
)
from chalicelib.adjudication.domain.determination import (
    ENROLMENT_PENDING,
    Determination,
    FiscalPart,
    LineResult,
    Payer,
    PayerAmount,
    Shares,
)
from chalicelib.kernel.canonical import canonical_json, quoted, sha256_hex
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.values import FilledBy
from chalicelib.registry.domain.model import Insurance


def describe(decision: DecidedClaim) -> Determination:
    """Return the determination of a decision."""
    claim, cell, sums, sharing = decision.claim, decision.cell, decision.lines.sums, decision.sharing
    known = decision.enrolment
    insured_area = known.insured_area if known.insurance is not Insurance.NONE else None
    pooling = None if insured_area is None else cell.plan.bundle.registry.pooling_area(insured_area)
    trace = tell(decision)
    basic_fen, critical_fen, assistance_fen = sharing.paid
    shares = Shares(basic_fen, critical_fen, assistance_fen, sharing.fiscal_fen, sharing.patient_fen)
    has_split = bool(sharing.fiscal_fen)
    return Determination(
        claim_no=claim.claim_no,
        institution=cell.institution.code,
        agency=cell.institution.agency,
        treatment_area=cell.institution.pooling_area,
        insured_area=pooling,
        protected=cell.is_protected,
        protected_fen=_protected_fen(decision),
        total_fen=sums.total_fen,
        in_scope_fen=sums.in_scope_fen,
        excluded_fen=sums.excluded_fen,
        first_self_pay_fen=sums.first_self_pay_fen,
        over_limit_fen=sums.over_limit_fen,
        deductible_fen=decision.funds.deductible_fen,
        shares=shares,
        payers=_payers(decision, shares, pooling),
        fiscal_split=tuple(starmap(FiscalPart, zip(cell.split.areas, sharing.split, strict=True))) if has_split else (),
        pays_first=cell.split.pays_first if has_split else None,
        central_refund_fen=sharing.refund_fen,
        cross_region=debt_between(decision, pooling),
        budgets=budgets_of(decision),
        payment_method=payment_method(cell),
        personal_account_fen=account_of(decision)[1],
        lines=_lines(decision),
        steps=trace.steps,
        illustrative=trace.illustrative,
        interpretations=trace.interpretations,
        records=records_of(decision)[0],
        contribution=decision.contribution,
        decided_on=decision.circumstances.settled_on.isoformat(),
        input_hash=_input_hash(decision),
        bundle_hash=cell.plan.bundle.hash,
    )


def _protected_fen(decision: DecidedClaim) -> Fen:
    """Return the amount that funds and finance pay of the protected costs; finance pays nothing else."""
    if not decision.cell.is_protected:
        return 0
    return decision.sharing.protected_funds_fen + decision.sharing.fiscal_fen


def _payers(decision: DecidedClaim, shares: Shares, pooling: AreaCode | None) -> tuple[PayerAmount, ...]:
    institution = decision.cell.institution
    fund_area = pooling or institution.pooling_area
    scheme = decision.enrolment.insurance.value if pooling else "uninsured"
    basic_area, basic_scheme = fund_area, scheme
    filled_by = decision.cell.sharing.filled_by if decision.sharing.filled_fen else None
    if filled_by is FilledBy.EMPLOYEE_FUND:
        basic_area, basic_scheme = institution.agency, "employee"
    elif filled_by is FilledBy.ENROLMENT_PENDING:
        basic_area, basic_scheme = institution.pooling_area, ENROLMENT_PENDING
    pays_first = decision.cell.split.pays_first if shares.fiscal_fen else None
    rows = (
        PayerAmount(Payer.BASIC, basic_area, basic_scheme, shares.basic_fen),
        PayerAmount(Payer.CRITICAL, fund_area, scheme, shares.critical_fen),
        PayerAmount(Payer.ASSISTANCE, fund_area, scheme, shares.assistance_fen),
        PayerAmount(Payer.FISCAL, pays_first, None, shares.fiscal_fen),
        PayerAmount(Payer.PATIENT, None, None, shares.patient_fen),
    )
    return tuple(row for row in rows if row.amount_fen)


def _lines(decision: DecidedClaim) -> tuple[LineResult, ...]:
    claim, (parts, _, mask, _) = decision.claim, decision.lines
    flags = covered(claim, parts, mask)
    return tuple(
        [
            LineResult(
                line.no, line.amount_fen, in_scope, first, excluded, over, treatment.in_plan, flag, treatment.citations
            )
            for line, (in_scope, first, excluded, over, treatment), flag in zip(claim.lines, parts, flags, strict=True)
        ]
    )


def _input_hash(decision: DecidedClaim) -> str:
    """Return the hash of all inputs of a decision beside the bundle, as canonical JSON."""
    known, prior = decision.enrolment, decision.circumstances.prior
    insured_area = "null" if known.insured_area is None else quoted(known.insured_area)
    filed = "true" if decision.circumstances.filing_on_record else "false"
    written = decision.circumstances.on_record.write()
    on_record = f'"on_record":{canonical_json(written).decode()},' if written else ""
    content = (
        f'{{"claim":{claim_json(decision.claim, named=False)},'
        f'"enrolment":{{"assistance":"{known.assistance}","employment":"{known.employment}",'
        f'"insurance":"{known.insurance}","insured_area":{insured_area}}},"filing_on_record":{filed},{on_record}'
        f'"prior":{{"assistance_fen":{prior.assistance_fen},"burden_fen":{prior.burden_fen},'
        f'"critical_fen":{prior.critical_fen},"large_sum_fen":{prior.large_sum_fen},'
        f'"outpatient_fen":{prior.outpatient_fen},"pool_fen":{prior.pool_fen}}},'
        f'"settled_on":"{decision.circumstances.settled_on.isoformat()}"}}'
    )
    return sha256_hex(content.encode())
