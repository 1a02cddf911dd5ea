"""The result of deciding a claim: every payer's part, line by line and step by step, with the provisions.

The module holds values only; `adjudication` computes them and `rendering.py` turns them into the contract's document.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple, NewType

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode


class Payer(StrEnum):
    """The payers, in the order in which they pay."""

    BASIC = "basic"
    CRITICAL = "critical"
    ASSISTANCE = "assistance"
    FISCAL = "fiscal"
    PATIENT = "patient"


FUNDS = (Payer.BASIC, Payer.CRITICAL, Payer.ASSISTANCE)
INSURERS = (*FUNDS, Payer.FISCAL)
"""All who owe the hospital, in the order in which they pay."""


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of the payers, in fen: they sum to the bill and none is negative."""

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
    """A payer's part and the area whose account bears it. `scheme` is `employee`, `resident`, `uninsured` for funds;
    `enrolment-pending` marks basic money advanced until the person is enrolled (Y-15).
    """

    payer: Payer
    account_area: AreaCode | None
    scheme: str | None
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class FiscalPart:
    area: AreaCode
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class CrossRegion:
    """The debt of the insured pooling area to the treatment pooling area; `tier` names the clearing tier."""

    debtor: AreaCode
    creditor: AreaCode
    amount_fen: Fen
    tier: str


@dataclass(frozen=True, slots=True)
class BudgetPart:
    """The part of the funds' payments that counts in a kind of budget: `separate` or `total-control`."""

    kind: str
    amount_fen: Fen


class LineResult(NamedTuple):
    """The parts of a line: `amount = in_scope + first_self_pay + excluded + over_limit`, with the provisions cited."""

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
    """The grounds of a step: the deciding provisions and those that lost, both also as a document holds them.

    `illustrative` where a deciding provision comes from a notice with illustrative figures; `interpretations` are the
    deciding provisions of which one reading of several is taken.
    """

    decided_by: tuple[str, ...]
    lost: tuple[Lost, ...]
    decided_json: str
    lost_json: str
    illustrative: bool
    interpretations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the reasoning. `before` and `after` are yuan figures or a word, `formula` holds the numbers."""

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
    """A claim's contribution to its person's year, with the figures before the combined share (design.md section 5, 4).

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
    """The full result for a claim. Amounts in fen; `pays_first` is the area that advances the fiscal share;
    `central_refund_fen` is the centre's later debt to that area (2020-01-25), outside the claim's own figures.
    `protected_fen` is the payment of funds and finance for the protected costs, the most that a special advance may
    meet (Y-02); `budgets` holds an entry a kind, the protected part first (N-03).
    """

    claim_no: str
    institution: InstitutionCode
    agency: AreaCode
    treatment_area: AreaCode
    insured_area: AreaCode | None
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
    pays_first: AreaCode | None
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


DeterminationJson = NewType("DeterminationJson", dict[str, Any])
"""A determination as its readers get it and as it is kept: the JSON of `render_determination`, amounts as yuan text."""
