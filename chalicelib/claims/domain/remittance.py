"""Remittance advice: the coded adjustments of a line, which explain why a hospital is paid less than billed.

After the X12 835: the billed amount less all adjustments is the paid amount, to the fen, for every line. The groups
follow the 835; the codes are ours. A reversal repeats the bill with the opposite sign, as the 835 does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum

from chalicelib.adjudication.domain.determination import Determination, Payer
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.text import Text


class AdjustmentGroup(StrEnum):
    """The group of an adjustment: costs outside of insurance cover, the patient's part, amounts that the payers set
    against other money, and amounts that follow from earlier lines of the same claim.
    """

    EXCLUDED = "excluded"
    PATIENT = "patient"
    PAYER = "payer"
    CORRECTION = "correction"


class AdjustmentCode(StrEnum):
    EXCLUDED = "excluded"
    OVER_LIMIT = "over-limit"
    FIRST_SELF_PAY = "first-self-pay"
    DEDUCTIBLE = "deductible"
    CO_PAYMENT = "co-payment"
    EARLIER_ROUNDS = "earlier-rounds"
    ADVANCE_OFFSET = "advance-offset"
    WITHHELD = "withheld"
    HELD = "held"


_SAYS: Mapping[AdjustmentCode, tuple[AdjustmentGroup, Text]] = {
    AdjustmentCode.EXCLUDED: (
        AdjustmentGroup.EXCLUDED,
        Text("政策范围外的费用，由患者承担。", "Not covered; the patient bears it."),
    ),
    AdjustmentCode.OVER_LIMIT: (
        AdjustmentGroup.EXCLUDED,
        Text("超过限额的费用，由患者承担。", "Over a limit on price or quantity; the patient bears it."),
    ),
    AdjustmentCode.FIRST_SELF_PAY: (
        AdjustmentGroup.PATIENT,
        Text("乙类项目先行自付部分。", "The part of partly covered items that the patient pays first."),
    ),
    AdjustmentCode.DEDUCTIBLE: (AdjustmentGroup.PATIENT, Text("起付标准以内的费用。", "Below the deductible.")),
    AdjustmentCode.CO_PAYMENT: (
        AdjustmentGroup.PATIENT,
        Text("政策范围内由患者承担的其余部分。", "The rest of the covered costs that is the patient's."),
    ),
    AdjustmentCode.EARLIER_ROUNDS: (
        AdjustmentGroup.CORRECTION,
        Text(
            "此前各次支付已结清的部分；撤销时为尚未结清的部分，支付失败时为恢复应付的部分。",
            "Met in earlier rounds of payment; of a reversal, what had not been met yet; of a failed payment, what is "
            "owed again.",
        ),
    ),
    AdjustmentCode.ADVANCE_OFFSET: (
        AdjustmentGroup.PAYER,
        Text("以专项预拨款抵扣；负数为恢复的预拨款。", "Met from the special advance; negative where given back."),
    ),
    AdjustmentCode.WITHHELD: (
        AdjustmentGroup.PAYER,
        Text("扣回此前多付的款项；负数为本次应退回的款项。", "Kept against an overpayment; negative where one arises."),
    ),
    AdjustmentCode.HELD: (
        AdjustmentGroup.PAYER,
        Text(
            "疑似重复，待经办机构核实后支付；负数为不再暂缓的款项。",
            "Held until the agency has looked at a possible duplicate; negative where it is held no longer.",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A reason why the paid amount differs from the billed amount; positive amounts lessen the payment."""

    code: AdjustmentCode
    amount_fen: Fen

    @property
    def group(self) -> AdjustmentGroup:
        """The group to which the amount belongs."""
        return _SAYS[self.code][0]

    @property
    def text(self) -> Text:
        """The code in words."""
        return _SAYS[self.code][1]


@dataclass(frozen=True, slots=True)
class Bill:
    """The bill of a claim at the writing of a line, in fen: every payer's part, and the components of the patient's
    part.

    All figures are zero or less in a line that reverses the claim, and zero where a payment failed: nothing is billed.
    """

    basic_fen: Fen = 0
    critical_fen: Fen = 0
    assistance_fen: Fen = 0
    fiscal_fen: Fen = 0
    excluded_fen: Fen = 0
    over_limit_fen: Fen = 0
    first_self_pay_fen: Fen = 0
    deductible_fen: Fen = 0
    co_payment_fen: Fen = 0

    @classmethod
    def of(cls, determination: Determination) -> Bill:
        """Build the bill of a decided claim. An amount that somebody else pays in the patient's place is taken off the
        patient's part, the in-scope part first.
        """
        shares = determination.shares
        left_fen = shares.patient_fen
        excluded_fen = min(determination.excluded_fen, left_fen)
        left_fen -= excluded_fen
        over_limit_fen = min(determination.over_limit_fen, left_fen)
        left_fen -= over_limit_fen
        first_self_pay_fen = min(determination.first_self_pay_fen, left_fen)
        left_fen -= first_self_pay_fen
        deductible_fen = min(determination.deductible_fen, left_fen)
        return cls(
            basic_fen=shares.basic_fen,
            critical_fen=shares.critical_fen,
            assistance_fen=shares.assistance_fen,
            fiscal_fen=shares.fiscal_fen,
            excluded_fen=excluded_fen,
            over_limit_fen=over_limit_fen,
            first_self_pay_fen=first_self_pay_fen,
            deductible_fen=deductible_fen,
            co_payment_fen=left_fen - deductible_fen,
        )

    @property
    def insured_fen(self) -> Fen:
        """The amount that the payers together owe the hospital."""
        return sum(amount_fen for _, amount_fen in self.payers)

    @property
    def patient_fen(self) -> Fen:
        """The patient's part."""
        return sum(each.amount_fen for each in self.patient_adjustments)

    @property
    def billed_fen(self) -> Fen:
        """The hospital's whole bill."""
        return self.insured_fen + self.patient_fen

    @property
    def payers(self) -> tuple[tuple[Payer, Fen], ...]:
        """The amounts that the payers owe the hospital for the claim, by payer."""
        return (
            (Payer.BASIC, self.basic_fen),
            (Payer.CRITICAL, self.critical_fen),
            (Payer.ASSISTANCE, self.assistance_fen),
            (Payer.FISCAL, self.fiscal_fen),
        )

    @property
    def patient_adjustments(self) -> tuple[Adjustment, ...]:
        """The adjustments between the bill and the amount that the payers owe."""
        return (
            Adjustment(AdjustmentCode.EXCLUDED, self.excluded_fen),
            Adjustment(AdjustmentCode.OVER_LIMIT, self.over_limit_fen),
            Adjustment(AdjustmentCode.FIRST_SELF_PAY, self.first_self_pay_fen),
            Adjustment(AdjustmentCode.DEDUCTIBLE, self.deductible_fen),
            Adjustment(AdjustmentCode.CO_PAYMENT, self.co_payment_fen),
        )

    def negated(self) -> Bill:
        """Return the bill taken back: all amounts with the opposite sign."""
        return Bill(**{field.name: -getattr(self, field.name) for field in fields(self)})


NOTHING_BILLED = Bill()
"""The bill of a line that concerns no bill."""
