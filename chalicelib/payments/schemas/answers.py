"""The shapes of the answers about money, for the description of the API only."""

from __future__ import annotations

from typing import Literal

from chalicelib.adjudication.domain.determination import Payer
from chalicelib.claims.domain.remittance import AdjustmentCode, AdjustmentGroup
from chalicelib.platform.http.answers import Answer, TextPair, Yuan
from chalicelib.settlement.domain.order import PaymentStatus


class PaymentOrderDocument(Answer):
    """A payment order. `claim_no` is null where an earlier release made the order."""

    payment_id: str
    claim_id: str
    claim_no: str | None
    institution: str
    amount: Yuan
    status: PaymentStatus
    ordered_at: str
    bank_reference: str | None
    overpaid: Yuan


class PaymentOrderPage(Answer):
    items: list[PaymentOrderDocument]
    next: str | None


class PaidDocument(Answer):
    payer: Literal[Payer.BASIC, Payer.CRITICAL, Payer.ASSISTANCE, Payer.FISCAL]
    amount: Yuan


class AdjustmentRowDocument(Answer):
    """A reason for a difference between the billed and the ordered amount; positive amounts lessen the latter."""

    group: AdjustmentGroup
    code: AdjustmentCode
    amount: Yuan
    text: TextPair


class RemittanceLineDocument(Answer):
    """A line of the remittance advice. `billed` less the sum of the `adjustments` is `ordered`. `billed`, `patient` and
    `payers` are the claim's values at that time, with the opposite sign in the line that reverses the claim.
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
    """The remittance advice. `owed` is the change of the debt, met by the amounts offset, withheld and ordered."""

    institution: str
    owed: Yuan
    offset: Yuan
    withheld: Yuan
    ordered: Yuan
    held: Yuan
    lines: list[RemittanceLineDocument]
