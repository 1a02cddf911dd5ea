"""The bodies and answers of money: advances, budgets, payments, reversals, reconciliation, status, reports."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.api.wire import PLAIN, ClaimNumber, DateText, InstitutionCode, MoneyText, Reference, WireModel, at_most
from chalicelib.api.wire_acts import act_document, act_or_none
from chalicelib.api.wire_screen import Holds
from chalicelib.application.advances import AdvancesView
from chalicelib.application.auditing import AuditReport
from chalicelib.application.records import FundBalance, PaymentOrder
from chalicelib.application.reports import AdvancesReport, SettlementReport
from chalicelib.domain.acts import actor_of, instant_of
from chalicelib.domain.advances import Advance
from chalicelib.domain.budgets import Budget
from chalicelib.domain.determination import INSURERS
from chalicelib.domain.money import Fen, format_yuan, round_half_up
from chalicelib.domain.payments import Remittance
from chalicelib.domain.reconciliation import Reconciliation, Row, Totals
from chalicelib.domain.remittance import AdjustmentCode
from chalicelib.domain.reports import AdvanceFigures
from chalicelib.domain.spreadsheets import text_cell

Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PLAIN)]
"""Why something is done, in the words of who does it; never about a patient by name."""

BankReference = Annotated[Reference, Holds.OWN]
"""The bank's own number for a movement: never refused for its digits, and never part of an id as it is."""
PersonToken = Annotated[str, Holds.OWN, StringConstraints(pattern=r"^prs_[0-9a-f]{32}$")]
ClaimId = Annotated[str, StringConstraints(pattern=r"^clm_[a-z2-7]{26}$")]


class AdvanceBody(WireModel):
    institution: InstitutionCode
    fund: Literal["special", "ordinary"]
    amount: MoneyText
    reason: Reason


class AdvanceDecisionBody(WireModel):
    """`fund` may say which money is offered; offering the other kind is refused (Y-02). An approval below the policy's
    floor says why in `reason`.
    """

    decision: Literal["approve", "refuse"]
    amount: MoneyText | None = None
    fund: Literal["special", "ordinary"] | None = None
    reason: Reason | None = None


class BankAnswerBody(WireModel):
    bank_reference: BankReference
    outcome: Literal["paid", "failed"]


class ReturnBody(WireModel):
    """Either an amount or `all: true`, what is left. The reference names the return: the same again changes nothing."""

    bank_reference: BankReference
    amount: MoneyText | None = None
    is_all: Literal[True] | None = Field(default=None, validation_alias="all")


class BudgetAdjustmentBody(WireModel):
    year: Annotated[int, Field(ge=2000, le=2100)]
    quota: MoneyText
    reason: Reason


class FiscalPaymentBody(WireModel):
    bank_reference: BankReference
    amount: MoneyText


class ReversalBody(WireModel):
    reason: Reason


class TotalsBody(WireModel):
    claims: Annotated[int, Field(ge=0, le=1_000_000)]
    total: MoneyText
    funds: MoneyText
    fiscal: MoneyText
    patient: MoneyText

    def to_totals(self) -> Totals:
        """The totals as the domain knows them."""
        return Totals(self.claims, self.total, self.funds, self.fiscal, self.patient)


class RowBody(WireModel):
    claim_no: ClaimNumber
    total: MoneyText
    funds: MoneyText
    fiscal: MoneyText
    patient: MoneyText

    def to_row(self) -> Row:
        """One claim as the domain knows it."""
        return Row(self.claim_no, self.total, self.funds, self.fiscal, self.patient)


class ReconciliationBody(WireModel):
    """Days of receipt in Asia/Shanghai, both inside. The rows may be sent at once or once the totals differ."""

    institution: InstitutionCode
    from_on: DateText = Field(validation_alias="from")
    to_on: DateText = Field(validation_alias="to")
    totals: TotalsBody
    rows: Annotated[list[RowBody], *at_most(20_000)] | None = None


class CaseStatusBody(WireModel):
    """Exactly one of `person` and `claim_id`."""

    person: PersonToken | None = None
    claim_id: ClaimId | None = None
    status: Literal["confirmed", "suspected", "excluded", "none"]
    on: DateText
    reason: Reason


def advance_document(advance: Advance) -> dict[str, Any]:
    """One advance with all its instants."""
    quota = advance.quota
    return {
        "advance_id": advance.advance_id,
        "institution": advance.institution,
        "agency": advance.agency,
        "fund": advance.fund.value,
        "amount": format_yuan(advance.amount_fen),
        "approved": format_yuan(advance.approved_fen) if advance.approved_fen else None,
        "returned": format_yuan(advance.returned_fen) if advance.returned_fen else None,
        "returns": [
            {
                "bank_reference": each.bank_reference,
                "amount": format_yuan(each.amount_fen),
                "at": each.reported.at,
                "reported": act_document(each.reported),
            }
            for each in advance.returns
        ],
        "reason": advance.reason,
        "quota": {
            "basis": quota.basis,
            "citation": quota.citation,
            "least": format_yuan(quota.least_fen),
            "least_to": _yuan(quota.least_to_fen),
            "monthly": _yuan(quota.monthly_fen),
            "ordinary_quota": _yuan(quota.ordinary_quota_fen),
            "added": _yuan(quota.added_fen),
            "first_payment": _yuan(quota.first_payment_fen),
            "ended_on": quota.ended_on,
        },
        "status": advance.status.value,
        "requested_by": advance.requested.actor,
        "requested_at": advance.requested.at,
        "requested": act_document(advance.requested),
        "forwarded": act_or_none(advance.passed_on),
        "decided_by": actor_of(advance.decided_in),
        "decided_at": instant_of(advance.decided_in),
        "decided": act_or_none(advance.decided_in),
        "reports": [act_document(each) for each in advance.reports],
        "decision_reason": advance.decision_reason,
        "instructed_at": advance.instructed_at,
        "closed_at": advance.closed_at,
        "bank_reference": advance.bank_reference,
        "overpaid": format_yuan(advance.approved_fen * advance.beyond),
        "patient_advance": advance.patient_advance,
    }


def _yuan(amount_fen: Fen | None) -> str | None:
    return None if amount_fen is None else format_yuan(amount_fen)


def advance_receipt_document(advance: Advance) -> dict[str, Any]:
    """What who asked or decided gets back."""
    return {"advance_id": advance.advance_id, "status": advance.status.value}


def institution_advances_document(view: AdvancesView) -> dict[str, Any]:
    """A hospital's advances and what it holds of each kind."""
    return {
        "institution": view.institution,
        "balance": {"special": _balance(view.money.special), "ordinary": _balance(view.money.ordinary)},
        "overpaid": format_yuan(view.money.overpaid_fen),
        "items": [advance_document(advance) for advance in view.advances.items],
        "next": view.advances.next,
    }


def _balance(fund: FundBalance) -> dict[str, str]:
    return {"balance": format_yuan(fund.ready_fen), "instructed": format_yuan(fund.instructed_fen)}


def budget_document(budget: Budget) -> dict[str, Any]:
    """A year's budget."""
    return {
        "institution": budget.institution,
        "year": budget.year,
        "total_control": {
            "quota": format_yuan(budget.quota_fen),
            "used": format_yuan(budget.total_control_used_fen),
        },
        "separate": {"used": format_yuan(budget.separate_used_fen)},
        "adjustments": [
            {
                "before": format_yuan(change.before_fen),
                "after": format_yuan(change.after_fen),
                "reason": change.reason,
                "actor": change.actor,
                "at": change.at,
            }
            for change in budget.adjustments
        ],
    }


def payment_document(order: PaymentOrder) -> dict[str, Any]:
    """One payment order."""
    return {
        "payment_id": order.payment_id,
        "claim_id": order.claim_id,
        "institution": order.institution,
        "amount": format_yuan(order.amount_fen),
        "status": order.shown_status.value,
        "overpaid": format_yuan(order.amount_fen * order.beyond),
        "ordered_at": order.ordered_at,
        "bank_reference": order.bank_reference,
    }


def remittance_document(remittance: Remittance) -> dict[str, Any]:
    """The remittance advice."""
    return {
        "institution": remittance.institution,
        "owed": format_yuan(remittance.owed_fen),
        "offset": format_yuan(remittance.offset_fen),
        "withheld": format_yuan(remittance.withheld_fen),
        "ordered": format_yuan(remittance.ordered_fen),
        "held": format_yuan(remittance.held_fen),
        "lines": [
            {
                "claim_id": line.claim_id,
                "claim_no": line.claim_no,
                "event": line.event,
                "at": line.at,
                "owed": format_yuan(line.owed_fen),
                "offset": format_yuan(line.offset_fen),
                "withheld": format_yuan(line.withheld_fen),
                "ordered": format_yuan(line.ordered_fen),
                "held": format_yuan(line.held_fen),
                "billed": format_yuan(line.bill.billed_fen),
                "patient": format_yuan(line.bill.patient_fen),
                "payers": [
                    {"payer": payer.value, "amount": format_yuan(amount_fen)}
                    for payer, amount_fen in line.bill.payers
                    if amount_fen
                ],
                "adjustments": [
                    {
                        "group": each.group.value,
                        "code": each.code.value,
                        "amount": format_yuan(each.amount_fen),
                        "text": {"zh": each.text.zh, "en": each.text.en},
                    }
                    for each in line.adjustments
                ],
            }
            for line in remittance.lines
        ],
    }


def remittance_csv(remittance: Remittance) -> str:
    """The same as a table, one column for each payer and each adjustment's code; no cell can hold a comma or a quote:
    ids, numbers and instants only. A claim's number stays a text, whatever a spreadsheet takes it for.
    """
    plain = ("claim_id", "claim_no", "event", "at", "owed", "offset", "withheld", "ordered", "billed", "patient")
    titles = (*(payer.value for payer in INSURERS), *(f"adjusted:{code.value}" for code in AdjustmentCode))
    rows = [",".join((*plain, *titles))]
    for line, document in zip(remittance.lines, remittance_document(remittance)["lines"], strict=True):
        paid, adjusted = dict(line.bill.payers), {each.code: each.amount_fen for each in line.adjustments}
        figures = (*(paid[payer] for payer in INSURERS), *(adjusted.get(code, 0) for code in AdjustmentCode))
        named = {**document, "claim_no": text_cell(document["claim_no"])}
        rows.append(",".join((*(named[name] for name in plain), *map(format_yuan, figures))))
    return "\r\n".join(rows) + "\r\n"


def reconciliation_document(found: Reconciliation) -> dict[str, Any]:
    """What is missing on either side and what differs, claim by claim."""
    ours = found.ours
    return {
        "equal": found.equal,
        "rows_needed": found.rows_needed,
        "ours": {
            "claims": ours.claims,
            "total": format_yuan(ours.total_fen),
            "funds": format_yuan(ours.funds_fen),
            "fiscal": format_yuan(ours.fiscal_fen),
            "patient": format_yuan(ours.patient_fen),
        },
        "missing_here": list(found.missing_here),
        "missing_there": list(found.missing_there),
        "different": [
            {
                "claim_no": each.claim_no,
                "figure": each.figure,
                "yours": format_yuan(each.theirs_fen),
                "ours": format_yuan(each.ours_fen),
            }
            for each in found.unequal
        ],
    }


def audit_document(report: AuditReport) -> dict[str, Any]:
    """What the auditor replayed and what differs."""
    return {
        "transactions": report.replay.transactions,
        "accounts": len(report.replay.balances),
        "differences": [
            {
                "what": each.what,
                "where": each.where,
                "journal": format_yuan(each.journal_fen),
                "state": format_yuan(each.state_fen),
            }
            for each in report.differences
        ],
    }


def advances_report_document(report: AdvancesReport) -> dict[str, Any]:
    """The advances of an area by institution and province."""
    return {
        "as_of": report.as_of.isoformat(),
        "area": report.area,
        "special": _figures(report.special),
        "ordinary": _figures(report.ordinary),
        "provinces": [
            {"area": area, "special": _figures(special), "ordinary": _figures(ordinary)}
            for area, special, ordinary in report.provinces
        ],
        "institutions": [
            {
                "institution": line.institution,
                "area": line.area,
                "special": _figures(line.special),
                "ordinary": _figures(line.ordinary),
            }
            for line in report.lines
        ],
    }


def settlement_report_document(report: SettlementReport) -> dict[str, Any]:
    """The table of N-05; the share has four digits, half up."""
    figures = report.figures
    share = round_half_up(figures.confirmed_share * 10_000)
    return {
        "from": report.from_on.isoformat(),
        "to": report.to_on.isoformat(),
        "as_at": report.as_at.isoformat(),
        "area": report.area,
        "person_times": figures.person_times,
        "total": format_yuan(figures.total_fen),
        "insurance_paid": format_yuan(figures.insurance_fen),
        "confirmed": {
            "persons": figures.confirmed_persons,
            "total": format_yuan(figures.confirmed_total_fen),
            "average": format_yuan(figures.confirmed_average_fen),
            "insurance_share": f"{share // 10_000}.{share % 10_000:04d}",
        },
        "uninsured": {
            "person_times": figures.uninsured_person_times,
            "total": format_yuan(figures.uninsured_total_fen),
        },
    }


def _figures(figures: AdvanceFigures) -> dict[str, str]:
    return {
        "paid": format_yuan(figures.paid_fen),
        "spent": format_yuan(figures.spent_fen),
        "returned": format_yuan(figures.returned_fen),
        "balance": format_yuan(figures.balance_fen),
    }
