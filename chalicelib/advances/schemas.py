"""Advances to hospitals on the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.advances.domain.model import Advance, AdvanceStatus
from chalicelib.advances.usecases.advance import AdvancesView
from chalicelib.bank.domain import BankOutcome
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.persons.acts import actor_of, instant_of
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Yuan, act_document, act_or_none
from chalicelib.platform.http.fields import BankReference, DecisionBody, InstitutionCodeText, MoneyText, Reason
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.settlement.domain.order import FundBalance


class AdvanceBody(WireModel):
    institution: InstitutionCodeText
    fund: Choice[AdvanceFund]
    amount: MoneyText
    reason: Reason


class AdvanceDecisionBody(DecisionBody):
    """A decision on an advance. `fund` may name the offered money; offering the other kind is refused (Y-02). An
    approval below the policy's floor gives its `reason`.
    """

    amount: MoneyText | None = None
    fund: Choice[AdvanceFund] | None = None
    reason: Reason | None = None


class BankAnswerBody(WireModel):
    bank_reference: BankReference
    outcome: Choice[BankOutcome]


class ReturnBody(WireModel):
    """A return: an amount, or `all: true` for the rest. The reference names it: the same reference changes nothing."""

    bank_reference: BankReference
    amount: MoneyText | None = None
    is_all: Literal[True] | None = Field(default=None, validation_alias="all")


def advance_document(advance: Advance) -> dict[str, Any]:
    """Write an advance with all its instants."""
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


def institution_advances_document(view: AdvancesView) -> dict[str, Any]:
    """Write a hospital's advances and its balance of each kind."""
    return {
        "institution": view.institution,
        "balance": {"special": _balance(view.money.special), "ordinary": _balance(view.money.ordinary)},
        "overpaid": format_yuan(view.money.overpaid_fen),
        "items": [advance_document(advance) for advance in view.advances.items],
        "next": view.advances.next,
    }


def _balance(fund: FundBalance) -> dict[str, str]:
    return {"balance": format_yuan(fund.ready_fen), "instructed": format_yuan(fund.instructed_fen)}


class QuotaDocument(Answer):
    """The policy's measure of the advance; none of the figures is a ceiling. `least` is the policy's floor and
    `least_to` its upper end where the text gives a range. The other figures are null for other bases: fund payments in
    a month, a month of the ordinary quota, the costs these patients added, and the first payment on record. `ended_on`
    is the policy's last day where the policy was over at the request: its floor then binds nobody.
    """

    basis: str
    citation: str | None
    least: Yuan
    least_to: Yuan | None
    monthly: Yuan | None
    ordinary_quota: Yuan | None
    added: Yuan | None
    first_payment: Yuan | None
    ended_on: Annotated[str, Field(json_schema_extra={"format": "date"})] | None


class AdvanceReturnDocument(Answer):
    """A movement by which money of the advance came back."""

    bank_reference: str
    amount: Yuan
    at: str
    reported: ActDocument


class AdvanceDocument(Answer):
    """An advance. `patient_advance` names the answered request for a patient from elsewhere. `returned` is the amount
    that came back so far, null before the first of the `returns`; `bank_reference` is the payment's.
    """

    advance_id: str
    institution: str
    agency: Area
    fund: AdvanceFund
    amount: Yuan
    approved: Yuan | None
    returned: Yuan | None
    returns: list[AdvanceReturnDocument]
    reason: str
    quota: QuotaDocument
    status: AdvanceStatus
    requested_by: str
    requested_at: str
    requested: ActDocument
    forwarded: ActDocument | None
    decided_by: str | None
    decided_at: str | None
    decided: ActDocument | None
    reports: list[ActDocument]
    decision_reason: str | None
    instructed_at: str | None
    closed_at: str | None
    bank_reference: str | None
    overpaid: Yuan
    patient_advance: str | None


class AdvancePage(Answer):
    items: list[AdvanceDocument]
    next: str | None


class AdvanceReceiptDocument(Answer):
    advance_id: str
    status: str


class FundBalanceDocument(Answer):
    balance: Yuan
    instructed: Yuan


class BalancesDocument(Answer):
    special: FundBalanceDocument
    ordinary: FundBalanceDocument


class InstitutionAdvancesDocument(Answer):
    institution: str
    balance: BalancesDocument
    overpaid: Yuan
    items: list[AdvanceDocument]
    next: str | None
