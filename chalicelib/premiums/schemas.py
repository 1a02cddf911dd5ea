"""Premiums on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from chalicelib.kernel.money import format_yuan
from chalicelib.law.domain.services.vocabulary import EmployerSize, InsuranceBenefit
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    Person,
    Yuan,
)
from chalicelib.platform.http.fields import DateText, MoneyText, PersonTokenText, Reason
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.platform.http.screen import Holds
from chalicelib.premiums.domain import DeferredPremium
from chalicelib.premiums.usecases import DeferralRequest

EMPLOYER_PATTERN = r"[0-9A-HJ-NPQRTUWXY]{18}"
EmployerCode = Annotated[str, Holds.OWN, StringConstraints(pattern=f"^{EMPLOYER_PATTERN}$")]
Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]

PositiveMoney = Annotated[MoneyText, Field(gt=0)]


class DeferralBody(WireModel):
    """An employer's premium of a month, by unified social credit code; `ground` states the epidemic's effect."""

    employer: EmployerCode
    month: Month
    due_on: DateText
    amount: PositiveMoney
    size: Choice[EmployerSize]
    ground: Reason

    def to_request(self) -> DeferralRequest:
        """Convert the body to the use case's request."""
        return DeferralRequest(self.employer, self.month, self.due_on, self.amount, self.size, self.ground)


class PremiumPaymentBody(WireModel):
    employer: EmployerCode
    paid_on: DateText
    months: Annotated[list[Month], Field(min_length=1, max_length=40)]


class FlexiblePaymentBody(WireModel):
    person: PersonTokenText
    paid_on: DateText


class DeferredPremiumDocument(Answer):
    """A deferred premium of a month. `benefits` go on while the premium is owed; `late_fee` is null until payment."""

    deferral_id: str
    employer: str
    area: Area
    month: str
    due_on: date
    amount: Yuan
    size: EmployerSize
    ground: str
    benefits: list[InsuranceBenefit]
    granted: ActDocument
    citation: Citation
    paid_on: date | None
    paid: ActDocument | None
    late_fee: Annotated[Yuan | None, Field(validation_alias="fee_fen")]
    fee_citations: list[Citation]


class DeferredPremiumPage(Answer):
    items: list[DeferredPremiumDocument]
    next: str | None


class PremiumPaymentDocument(Answer):
    """The premiums paid together, each with its late fee."""

    premiums: list[DeferredPremiumDocument]
    late_fee: Yuan


class FlexibleCoverDocument(Answer):
    """The first day of the worker's cover; `illustrative` where the rule is no agency's own."""

    cover_id: str
    person: Person
    area: Area
    paid_on: date
    covered_from: date
    recorded: ActDocument
    citation: Citation
    illustrative: bool


class FlexibleCoverPage(Answer):
    items: list[FlexibleCoverDocument]
    next: str | None


def payment_together_document(premiums: tuple[DeferredPremium, ...], cite: Cite) -> dict[str, Any]:
    """Write the answer for the premiums paid together."""
    return {
        "premiums": [DeferredPremiumDocument.from_record(each, cite) for each in premiums],
        "late_fee": format_yuan(sum(each.fee_fen or 0 for each in premiums)),
    }
