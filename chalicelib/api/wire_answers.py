"""The shapes of answers, for the OpenAPI document and the tests that hold the answers to it.

Answers themselves are written by the `*_document` functions; nothing is parsed with these.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Yuan = Annotated[str, Field(pattern=r"^-?(0|[1-9][0-9]*)\.[0-9]{2}$", examples=["17000.00"])]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Person = Annotated[str, Field(pattern=r"^prs_[0-9a-f]{32}$")]
Area = Annotated[str, Field(pattern=r"^[0-9]{6}$", examples=["530100"])]


class Answer(BaseModel):
    """An answer. Fields may be added; none is renamed."""

    model_config = ConfigDict(defer_build=True)  # only the OpenAPI document needs them built


class TextPair(Answer):
    """The same sentence in Chinese and in English."""

    zh: str
    en: str


class Citation(Answer):
    """The provision that decided; `source` are the rows of the table of articles."""

    notice: str
    document_no: str
    article: str
    provision: str
    source: list[str]


class ErrorItem(Answer):
    """One thing that is wrong, or odd; `field` is a path such as `lines[3].amount`, empty for the whole."""

    code: str
    field: str
    message: TextPair
    citation: Citation | None = None
    about: dict[str, str | int] | None = None


class Problem(Answer):
    """RFC 9457. `errors` holds everything that is wrong; no value of the request is repeated."""

    type: Annotated[str, Field(examples=["/docs/problems#invalid"])]
    title: str
    status: int
    detail: str | None = None
    instance: str
    code: Annotated[str, Field(examples=["invalid"])]
    errors: list[ErrorItem]


class SharesDocument(Answer):
    """What each payer pays; the five sum to the bill."""

    basic: Yuan
    critical: Yuan
    assistance: Yuan
    fiscal: Yuan
    patient: Yuan


class FiscalPartDocument(Answer):
    area: Area
    amount: Yuan


class CrossRegionDocument(Answer):
    """What the insured pooling area owes the treatment pooling area."""

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
    """The four parts of a line sum to its amount."""

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
    """One step of the reasoning, with the provisions that decided it and those that did not."""

    step: str
    before: str
    after: str
    formula: str
    text: TextPair
    decided_by: list[Citation]
    lost: list[LostDocument]


class BudgetDocument(Answer):
    kind: Literal["separate", "total-control"]
    amount: Yuan


class ReceiptDocument(Answer):
    """Computed again years later from the same input and bundle, the result has the same hash."""

    engine: str
    bundle: Sha256
    input: Sha256
    result: Sha256


class PersonalAccountDocument(Answer):
    eligible: Yuan


class InterpretationDocument(Answer):
    """How an unclear text was read."""

    citation: Citation
    text: TextPair | None


class DeterminationDocument(Answer):
    """What each payer pays and why, step by step."""

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


class PreviewDocument(DeterminationDocument):
    """A determination that was not posted; `warnings` are those that submitting the claim would bring."""

    warnings: list[ErrorItem] | None = None


class SettlementDocument(Answer):
    transaction_id: Annotated[str, Field(examples=["settle:clm_"])]
    advance_offset: Yuan
    payable: Yuan
    held: Yuan


ClaimId = Annotated[str, Field(pattern=r"^clm_[a-z2-7]{26}$")]
Status = Literal["received", "deferred", "rejected", "settled", "reversed", "withdrawn"]


class ClaimReceiptDocument(Answer):
    claim_id: ClaimId
    status: Status
    warnings: list[ErrorItem] | None = None


class PartyDifferenceDocument(Answer):
    """What one payer bore before and bears after; `area` is whose account, null for the patient."""

    payer: str
    area: Area | None
    before: Yuan
    after: Yuan


HistoryEventName = Literal[
    "received",
    "replaced",
    "withdrawn",
    "deferred",
    "resumed",
    "rejected",
    "settled",
    "correction",
    "codes",
    "enrolment",
    "year-order",
    "reach-back",
    "recalculation",
    "reversal",
    "dispute",
    "ruling",
    "outcome",
    "held",
    "release",
]


class HistoryEntryDocument(Answer):
    """One change of a claim, oldest first. `actor_role` is `system` for what follows by itself."""

    at: datetime
    event: HistoryEventName
    version: int
    actor_role: Literal["hospital", "agency", "finance", "health", "centre", "policy", "auditor", "system"]
    transaction_id: str | None = None
    bundle: Sha256 | None = None
    reason: str | None = None
    changes: list[PartyDifferenceDocument] | None = None


class ClaimWindowDocument(Answer):
    tier: Area
    period: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    number: int


class ClearedInDocument(Answer):
    """One transaction that moved what areas owe each other for the claim, and where it is cleared. `run_id` is null
    while its window is open.
    """

    transaction_id: str
    at: datetime
    run_id: str | None
    window: ClaimWindowDocument
    status: str


class ClaimClearingDocument(Answer):
    """Where the claim is cleared; `windows` are all that its settlement, corrections, reversal and rulings went
    through. `run_id` is null while its window is open.
    """

    run_id: str | None
    window: ClaimWindowDocument
    status: str
    windows: list[ClearedInDocument]


class ClaimDisputeDocument(Answer):
    """A dispute about the claim and what was ruled on it, in whichever run it was raised."""

    dispute_id: str
    run_id: str
    status: Literal["open", "resolved"]
    amount: Yuan
    verdict: Literal["owed", "reduced", "not-owed"] | None
    owed: Yuan | None
    in_suspense: Yuan
    awaits_outcome: bool
    outcome: Literal["borne", "presented", "recovered"] | None


class ClaimDocument(Answer):
    """One claim. `reason` while deferred, `errors` when rejected, `determination` and `settlement` once settled;
    `history`, `clearing` and `disputes` where it is read by itself.
    """

    claim_id: ClaimId
    claim_no: str
    institution: str
    version: int
    status: Status
    received_at: datetime
    flags: list[Literal["possible-duplicate", "held"]] | None = None
    reason: str | None = None
    errors: list[ErrorItem] | None = None
    warnings: list[ErrorItem] | None = None
    determination: DeterminationDocument | None = None
    settlement: SettlementDocument | None = None
    history: list[HistoryEntryDocument] | None = None
    clearing: ClaimClearingDocument | None = None
    disputes: list[ClaimDisputeDocument] | None = None


class ClaimPage(Answer):
    items: list[ClaimDocument]
    next: str | None


class InstitutionDocument(Answer):
    """`pooling_area` is whose fund it is local to, `agency` who settles with it; a date is null where there is none."""

    code: str
    name_zh: str
    area: Area
    pooling_area: Area
    agency: Area
    level: int | None
    kind: Literal["hospital", "fever-clinic", "pharmacy"]
    treatment_designated: bool
    agreement_until: date | None
    temporary_agreement_until: date | None


class NoticeDocument(Answer):
    """A published document."""

    notice: str
    document_no: str
    title: TextPair
    issued_on: date
    issuer: str
    area: Area
    standing: Literal["notice", "base"]
    confidence: str
    source: str


class NoticePage(Answer):
    items: list[NoticeDocument]
    next: str | None


class EffectiveDocument(Answer):
    """Both days are inside; compared with the claim's day named by `anchor`."""

    starts_on: Annotated[date | None, Field(alias="from")]
    ends_on: Annotated[date | None, Field(alias="to")]
    anchor: Literal["admission", "service", "discharge", "settlement"]


class ProvisionDocument(Answer):
    """One rule of a notice."""

    provision: str
    citation: str
    article: str
    source: list[str]
    says: TextPair
    decides: str
    when: dict[str, list[str]]
    value: dict[str, Any]
    effective: EffectiveDocument
    area: Area
    overrides: list[str]
    interpretation: TextPair | None
    why_not_executed: TextPair | None
    pending: bool


class PolicyDocument(NoticeDocument):
    provisions: list[ProvisionDocument]


class AccountDocument(Answer):
    """`balance` is debit less credit."""

    account: str
    debit: Yuan
    credit: Yuan
    balance: Yuan


class AccountPage(Answer):
    items: list[AccountDocument]
    next: str | None


class TrialBalanceDocument(Answer):
    """The accounts the caller may see; the auditor's balance is 0.00."""

    accounts: list[AccountDocument]
    debit: Yuan
    credit: Yuan
    balance: Yuan


class PostingDocument(Answer):
    """Debit is positive, credit negative."""

    account: str
    amount: Yuan


class TransactionDocument(Answer):
    """The postings sum to zero."""

    transaction_id: str
    event: str
    occurred_at: datetime
    cause: str
    corrects: str | None
    postings: list[PostingDocument]
    citations: list[str]


class HealthDocument(Answer):
    model_config = ConfigDict(extra="allow")

    status: Annotated[str, Field(examples=["ok"])]


class OpenApiDocument(Answer):
    model_config = ConfigDict(extra="allow")

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
