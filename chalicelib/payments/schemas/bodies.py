"""The bodies and answers of money: advances, budgets, payments, reversals, reconciliation, status, reports."""

from __future__ import annotations

from typing import Any

from chalicelib.adjudication.domain.determination import INSURERS
from chalicelib.claims.domain.remittance import AdjustmentCode
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.words.spreadsheets import text_cell
from chalicelib.platform.http.fields import BankReference, MoneyText
from chalicelib.platform.http.reading import WireModel
from chalicelib.settlement.domain.order import PaymentOrder
from chalicelib.settlement.domain.squaring import Remittance


class FiscalPaymentBody(WireModel):
    bank_reference: BankReference
    amount: MoneyText


def payment_document(order: PaymentOrder) -> dict[str, Any]:
    """Write a payment order."""
    return {
        "payment_id": order.payment_id,
        "claim_id": order.claim_id,
        "claim_no": order.claim_no or None,
        "institution": order.institution,
        "amount": format_yuan(order.amount_fen),
        "status": order.shown_status.value,
        "overpaid": format_yuan(order.amount_fen * order.beyond),
        "ordered_at": order.ordered_at,
        "bank_reference": order.bank_reference,
    }


def remittance_document(remittance: Remittance) -> dict[str, Any]:
    """Write the remittance advice."""
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
    """Write the advice as a table, one column for each payer and each adjustment's code. No cell can hold a comma or a
    quote: cells hold ids, numbers and instants only. A claim's number stays a text, whatever a spreadsheet makes of it.
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
