"""The result of deciding one claim: what each payer pays, line by line and step by step, with its law.

These are values only; `adjudication` computes them and `rendering.py` turns them into the contract's document.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.text import Text


class Payer(StrEnum):
    """The payers, in the order in which they pay."""

    BASIC = "basic"
    CRITICAL = "critical"
    ASSISTANCE = "assistance"
    FISCAL = "fiscal"
    PATIENT = "patient"


FUNDS = (Payer.BASIC, Payer.CRITICAL, Payer.ASSISTANCE)
INSURERS = (*FUNDS, Payer.FISCAL)
"""Whoever owes the hospital, in the order in which they pay."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Fen per payer. They sum to the bill and none is negative."""

    basic_fen: Fen
    critical_fen: Fen
    assistance_fen: Fen
    fiscal_fen: Fen
    patient_fen: Fen

    @property
    def funds_fen(self) -> Fen:
        return self.basic_fen + self.critical_fen + self.assistance_fen

    @property
    def total_fen(self) -> Fen:
        return self.funds_fen + self.fiscal_fen + self.patient_fen


ENROLMENT_PENDING = "enrolment-pending"
"""The scheme of money that the treatment place advances until the person is enrolled. Source: Y-15."""


@dataclass(frozen=True, slots=True)
class PayerAmount:
    """One payer's part and the area whose account bears it. `scheme` is `employee`, `resident`, `uninsured` for funds;
    `enrolment-pending` marks basic money advanced until the person is enrolled (Y-15).
    """

    payer: Payer
    account_area: str | None
    scheme: str | None
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class FiscalPart:
    area: str
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class CrossRegion:
    """What the insured pooling area owes the treatment pooling area; `tier` says who clears it."""

    debtor: str
    creditor: str
    amount_fen: Fen
    tier: str


@dataclass(frozen=True, slots=True)
class BudgetPart:
    """What the funds pay that counts in one kind of budget: `separate` or `total-control`."""

    kind: str
    amount_fen: Fen


class LineResult(NamedTuple):
    """The parts of one line: `amount = in_scope + first_self_pay + excluded + over_limit`. It cites provisions."""

    no: int
    amount_fen: Fen
    in_scope_fen: Fen
    first_self_pay_fen: Fen
    excluded_fen: Fen
    over_limit_fen: Fen
    in_plan: bool
    in_mask: bool
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    citation: str
    why: Text


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a step rests on: the provisions that decided it and those that lost, both also as a document holds them.

    `illustrative` where one that decided comes from a notice with illustrative figures; `interpretations` are those of
    them that are read in one way of several.
    """

    decided_by: tuple[str, ...]
    lost: tuple[Lost, ...]
    decided_json: str
    lost_json: str
    illustrative: bool
    interpretations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reasoning. `before` and `after` are yuan figures or a word, `formula` holds the numbers."""

    step: str
    before: str
    after: str
    formula: str
    text: Text
    grounds: Grounds

    @property
    def decided_by(self) -> tuple[str, ...]:
        return self.grounds.decided_by


@dataclass(frozen=True, slots=True)
class YearContribution:
    """What a claim adds to its person's year, with the figures before the combined share (design.md section 5, 4).

    `pool_fen` and `burden_fen` are of inpatient claims; `critical_fen` is the residents' layer, `large_sum_fen` the
    employees'; `outpatient_fen` counts the ordinary outpatient rule only.
    """

    pool_fen: Fen = 0
    burden_fen: Fen = 0
    critical_fen: Fen = 0
    large_sum_fen: Fen = 0
    assistance_fen: Fen = 0
    outpatient_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class Determination:
    """Everything decided about one claim. Amounts in fen; `pays_first` is the area that advances the fiscal share;
    `central_refund_fen` is what the centre owes that area later (2020-01-25), outside the claim's own figures.
    `protected_fen` is what funds and finance pay of the protected costs, all that a special advance may meet (Y-02);
    `budgets` holds one entry a kind, the protected part first (N-03).
    """

    claim_no: str
    institution: str
    agency: str
    treatment_area: str
    insured_area: str | None
    protected: bool
    protected_fen: Fen
    total_fen: Fen
    in_scope_fen: Fen
    excluded_fen: Fen
    first_self_pay_fen: Fen
    over_limit_fen: Fen
    deductible_fen: Fen
    shares: Shares
    payers: tuple[PayerAmount, ...]
    fiscal_split: tuple[FiscalPart, ...]
    pays_first: str | None
    central_refund_fen: Fen
    cross_region: CrossRegion | None
    budgets: tuple[BudgetPart, ...]
    payment_method: str
    personal_account_fen: Fen
    lines: tuple[LineResult, ...]
    steps: tuple[Step, ...]
    illustrative: bool
    interpretations: tuple[str, ...]
    records: tuple[str, ...]
    contribution: YearContribution
    decided_on: str
    input_hash: str
    bundle_hash: str
