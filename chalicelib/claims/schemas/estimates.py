"""The body of an estimate: a bill without a number, its patient described by the terms of insurance alone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.adjudication.domain.claim import (
    LINES_MAX,
    CaseStatus,
    Diagnosis,
    DiagnosisCode,
    DiagnosisRole,
    Entry,
    Filing,
    Line,
    StatusEvent,
    Visit,
    VisitKind,
)
from chalicelib.claims.schemas.claims import CODES_MAX, HISTORY_MAX
from chalicelib.claims.usecases.trials.estimate import DescribedBill, InsuranceTerms
from chalicelib.kernel.errors import Invalid
from chalicelib.platform.http.fields import (
    AreaCodeText,
    Code,
    DateText,
    InstitutionCodeText,
    Label,
    MoneyText,
    PriceText,
    QuantityText,
)
from chalicelib.platform.http.reading import Choice, WireModel, at_most
from chalicelib.registry.domain.checks import check_area_stated
from chalicelib.registry.domain.model import AssistanceClass, Employment, Insurance
from chalicelib.registry.schemas.terms import check_employment


class EstimateTermsBody(WireModel):
    """The terms under which a person would be insured; `employment` is given for employees alone."""

    insured_area: AreaCodeText | None = None
    insurance: Choice[Insurance]
    employment: Choice[Employment] | None = None
    assistance: Choice[AssistanceClass]

    def to_terms(self) -> InsuranceTerms:
        """Return the terms in the domain's form. Raises `Invalid` for terms that do not fit each other."""
        wrong = (
            *check_employment(self.insurance, self.employment, "insured.employment"),
            *check_area_stated(self.insured_area, self.insurance, "insured.insured_area"),
        )
        if wrong:
            raise Invalid(wrong)
        return InsuranceTerms(self.insured_area, self.insurance, self.employment or Employment.NONE, self.assistance)


class EstimateVisitBody(WireModel):
    """A visit; without `discharged` it is of one day."""

    kind: Choice[VisitKind]
    admitted: DateText
    discharged: DateText | None = None


class EstimateStatusBody(WireModel):
    status: Choice[CaseStatus]
    on: DateText


class EstimateCodeBody(WireModel):
    code: Code
    role: Choice[DiagnosisRole]


class EstimateDiagnosisBody(WireModel):
    history: Annotated[list[EstimateStatusBody], *at_most(HISTORY_MAX)] = Field(default_factory=list)
    codes: Annotated[list[EstimateCodeBody], *at_most(CODES_MAX)]
    disease_code: Code | None = None

    def to_diagnosis(self) -> Diagnosis:
        """Return the diagnosis in the domain's form."""
        return Diagnosis(
            tuple(StatusEvent(event.status, event.on) for event in self.history),
            tuple(DiagnosisCode(code.code, code.role) for code in self.codes),
            self.disease_code,
        )


class EstimateLineBody(WireModel):
    """An item of the bill; its number is its place."""

    code: Code
    name: Label
    on: DateText = Field(validation_alias="date")
    quantity: QuantityText
    price: PriceText
    amount: MoneyText


class EstimateBody(WireModel):
    """A bill and the terms of a person, of whom nothing else is said. `filing` is the filing of remote treatment."""

    institution: InstitutionCodeText
    insured: EstimateTermsBody
    entry: Choice[Entry] | None = None
    filing: Choice[Filing] | None = None
    visit: EstimateVisitBody
    diagnosis: EstimateDiagnosisBody
    lines: Annotated[list[EstimateLineBody], *at_most(LINES_MAX, "too-many-lines")]

    def to_bill(self) -> DescribedBill:
        """Return the bill in the domain's form. Raises `Invalid` for terms that do not fit each other."""
        visit = self.visit
        return DescribedBill(
            institution=self.institution,
            terms=self.insured.to_terms(),
            entry=self.entry or Entry.NONE,
            filing=self.filing,
            visit=Visit(visit.kind, visit.admitted, visit.discharged or visit.admitted),
            diagnosis=self.diagnosis.to_diagnosis(),
            lines=tuple(
                Line(no, each.code, each.name, each.on, each.quantity, each.price, each.amount)
                for no, each in enumerate(self.lines, start=1)
            ),
        )
