"""The shapes of the answers about money, for the description of the API only."""

from __future__ import annotations

from typing import Literal

from chalicelib.claims.domain.remittance import AdjustmentCode, AdjustmentGroup
from chalicelib.platform.http.answers import Answer, TextPair, Yuan


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
