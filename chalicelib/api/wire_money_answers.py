"""The shapes of the answers about money, for the description of the API only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.api.wire_acts import ActDocument
from chalicelib.api.wire_answers import Answer, Area, TextPair, Yuan
from chalicelib.domain.remittance import AdjustmentCode, AdjustmentGroup


class QuotaDocument(Answer):
    """What the policy measures the advance by; none of it is a ceiling. `least` is the policy's floor and `least_to`
    its upper end where the text gives a range. The other figures are null where the basis does not turn on them: fund
    payments in a month, a month of the ordinary quota, what these patients added, and the first payment on record.
    `ended_on` is the policy's last day where it was over when the advance was asked for: its floor binds nobody then.
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
    """One movement by which something came back."""

    bank_reference: str
    amount: Yuan
    at: str
    reported: ActDocument


class AdvanceDocument(Answer):
    """`patient_advance` names the request for a patient from elsewhere that it answers. `returned` is what came back so
    far, null before the first of the `returns`; `bank_reference` is that of the payment.
    """

    advance_id: str
    institution: str
    agency: Area
    fund: Literal["special", "ordinary"]
    amount: Yuan
    approved: Yuan | None
    returned: Yuan | None
    returns: list[AdvanceReturnDocument]
    reason: str
    quota: QuotaDocument
    status: Literal["requested", "approved", "instructed", "paid", "failed", "refused", "returned"]
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


class TotalControlDocument(Answer):
    quota: Yuan
    used: Yuan


class SeparateDocument(Answer):
    used: Yuan


class AdjustmentDocument(Answer):
    before: Yuan
    after: Yuan
    reason: str
    actor: str
    at: str


class YearBudgetDocument(Answer):
    institution: str
    year: int
    total_control: TotalControlDocument
    separate: SeparateDocument
    adjustments: list[AdjustmentDocument]


class PaymentOrderDocument(Answer):
    payment_id: str
    claim_id: str
    institution: str
    amount: Yuan
    status: Literal["held", "ordered", "paid", "failed", "recalled"]
    ordered_at: str
    bank_reference: str | None
    overpaid: Yuan


class PaymentOrderPage(Answer):
    items: list[PaymentOrderDocument]
    next: str | None


class PaidDocument(Answer):
    payer: Literal["basic", "critical", "assistance", "fiscal"]
    amount: Yuan


class AdjustmentRowDocument(Answer):
    """A reason why what is ordered is not what was billed; positive amounts lessen it."""

    group: AdjustmentGroup
    code: AdjustmentCode
    amount: Yuan
    text: TextPair


class RemittanceLineDocument(Answer):
    """`billed` less the sum of the `adjustments` is `ordered`. `billed`, `patient` and `payers` are the claim as it
    stood then, with the opposite sign in the line that reverses it.
    """

    claim_id: str
    claim_no: str
    event: str
    at: str
    owed: Yuan
    offset: Yuan
    withheld: Yuan
    ordered: Yuan
    held: Yuan
    billed: Yuan
    patient: Yuan
    payers: list[PaidDocument]
    adjustments: list[AdjustmentRowDocument]


class RemittanceDocument(Answer):
    """`owed` is what changed of the debt; it is met by what was offset, withheld and ordered."""

    institution: str
    owed: Yuan
    offset: Yuan
    withheld: Yuan
    ordered: Yuan
    held: Yuan
    lines: list[RemittanceLineDocument]


class TotalsDocument(Answer):
    claims: int
    total: Yuan
    funds: Yuan
    fiscal: Yuan
    patient: Yuan


class UnequalDocument(Answer):
    claim_no: str
    figure: str
    yours: Yuan
    ours: Yuan


class ReconciliationDocument(Answer):
    equal: bool
    rows_needed: bool
    ours: TotalsDocument
    missing_here: list[str]
    missing_there: list[str]
    different: list[UnequalDocument]


class CaseStatusDocument(Answer):
    redecided: list[str]
    unchanged: list[str]
    recorded: list[str]
    left: list[str]


class DifferenceDocument(Answer):
    what: str
    where: str
    journal: Yuan
    state: Yuan


class AuditDocument(Answer):
    transactions: int
    accounts: int
    differences: list[DifferenceDocument]


class AdvanceFiguresDocument(Answer):
    paid: Yuan
    spent: Yuan
    returned: Yuan
    balance: Yuan


class AdvanceLineDocument(Answer):
    institution: str
    area: Area
    special: AdvanceFiguresDocument
    ordinary: AdvanceFiguresDocument


class ProvinceAdvancesDocument(Answer):
    area: Area
    special: AdvanceFiguresDocument
    ordinary: AdvanceFiguresDocument


class AdvancesReportDocument(Answer):
    as_of: str
    area: Area
    special: AdvanceFiguresDocument
    ordinary: AdvanceFiguresDocument
    provinces: list[ProvinceAdvancesDocument]
    institutions: list[AdvanceLineDocument]


class ConfirmedDocument(Answer):
    persons: int
    total: Yuan
    average: Yuan
    insurance_share: Annotated[str, Field(pattern=r"^[01]\.[0-9]{4}$")]


class UninsuredDocument(Answer):
    """Bills of uninsured patients of which insurance pays nothing."""

    person_times: int
    total: Yuan


class SettlementReportDocument(Answer):
    from_: Annotated[str, Field(alias="from")]
    to: str
    as_at: str
    area: Area
    person_times: int
    total: Yuan
    insurance_paid: Yuan
    confirmed: ConfirmedDocument
    uninsured: UninsuredDocument
