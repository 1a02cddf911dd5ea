"""The shape of a determination, for the OpenAPI document and the tests that hold answers to this shape."""

from __future__ import annotations

from datetime import date

from chalicelib.law.domain.values import BudgetKind
from chalicelib.platform.http.answers import Answer, Area, Citation, Sha256, TextPair, Yuan


class SharesDocument(Answer):
    """The payers' parts of the bill; the five parts sum to the bill."""

    basic: Yuan
    critical: Yuan
    assistance: Yuan
    fiscal: Yuan
    patient: Yuan


class FiscalPartDocument(Answer):
    area: Area
    amount: Yuan


class CrossRegionDocument(Answer):
    """The debt of the insured pooling area to the treatment pooling area."""

    debtor: Area
    creditor: Area
    amount: Yuan
    tier: str


class PayerDocument(Answer):
    payer: str
    account_area: str | None = None
    scheme: str | None = None
    amount: Yuan


class LineResultDocument(Answer):
    """The result for a line; its four parts sum to its amount."""

    no: int
    amount: Yuan
    in_scope: Yuan
    first_self_pay: Yuan
    excluded: Yuan
    over_limit: Yuan
    in_plan: bool
    covered: bool
    citations: list[Citation]


class LostDocument(Answer):
    citation: Citation
    why: TextPair


class StepDocument(Answer):
    """A step of the reasoning, with the provisions that decided the step and those that did not."""

    step: str
    before: str
    after: str
    formula: str
    text: TextPair
    decided_by: list[Citation]
    lost: list[LostDocument]


class BudgetDocument(Answer):
    kind: BudgetKind
    amount: Yuan


class ReceiptDocument(Answer):
    """The receipt of a decision. The result, computed again years later from the same input and bundle, has the same
    hash.
    """

    engine: str
    bundle: Sha256
    input: Sha256
    result: Sha256


class PersonalAccountDocument(Answer):
    eligible: Yuan


class InterpretationDocument(Answer):
    """The reading of an unclear text."""

    citation: Citation
    text: TextPair | None


class DeterminationDocument(Answer):
    """The determination of a claim: every payer's part with the reasons, step by step."""

    claim_no: str
    institution: str
    protected: bool
    total: Yuan
    in_scope: Yuan
    excluded: Yuan
    first_self_pay: Yuan
    over_limit: Yuan
    deductible: Yuan
    shares: SharesDocument
    fiscal_split: list[FiscalPartDocument]
    fiscal_paid_first_by: Area | None
    central_refund: Yuan
    cross_region: CrossRegionDocument | None
    payers: list[PayerDocument]
    lines: list[LineResultDocument]
    budget: BudgetDocument
    budgets: list[BudgetDocument]
    steps: list[StepDocument]
    illustrative: bool
    payment_method: str
    personal_account: PersonalAccountDocument
    interpretations: list[InterpretationDocument]
    records: list[Citation]
    decided_on: date
    receipt: ReceiptDocument
