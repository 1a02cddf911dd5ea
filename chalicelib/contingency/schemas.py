"""Wire models of a fund's contingency plans and analyses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from chalicelib.contingency.domain import AnalysisStatus, FundAnalysis, FundTrigger, PlanStatus
from chalicelib.contingency.usecases import PlanRequest
from chalicelib.kernel.money import format_yuan
from chalicelib.law.domain.services.vocabulary import FundMeasure
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
    act_document,
    act_or_none,
    clock_document,
)
from chalicelib.platform.http.fields import BusinessNumber, DateText, Label, QuantityText, Reason, ReasonedDecisionBody
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel

MonthText = Annotated[str, StringConstraints(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$")]


class FundTriggerBody(WireModel):
    """A trigger: the figure of a month beyond which a response is made, in yuan, or a part or multiple as a decimal."""

    measure: Choice[FundMeasure]
    threshold: QuantityText
    response: Reason


class ContingencyPlanBody(WireModel):
    """A version of the area's plan."""

    plan_no: BusinessNumber
    title: Label
    starts_on: DateText
    triggers: Annotated[list[FundTriggerBody], Field(min_length=1, max_length=20)]

    def to_request(self) -> PlanRequest:
        """Build the request of the use case."""
        triggers = tuple(FundTrigger.of(each.measure, each.threshold, each.response) for each in self.triggers)
        return PlanRequest(self.plan_no, self.title, self.starts_on, triggers)


class PlanDecisionBody(ReasonedDecisionBody):
    @property
    def status(self) -> PlanStatus:
        return PlanStatus.APPROVED if self.approves else PlanStatus.REFUSED


class FundAnalysisBody(WireModel):
    month: MonthText


class FundAnswerBody(WireModel):
    text: Reason


class FundTriggerDocument(Answer):
    measure: FundMeasure
    threshold: Annotated[str, Field(validation_alias="threshold_text")]
    response: str


class ContingencyPlanDocument(Answer):
    """A version of a plan."""

    plan_id: str
    area: Area
    plan_no: str
    title: str
    starts_on: date
    triggers: list[FundTriggerDocument]
    status: PlanStatus
    proposed: ActDocument
    decided: ActDocument | None
    reason: str | None
    citation: Citation


class ContingencyPlanPage(Answer):
    items: list[ContingencyPlanDocument]
    next: str | None


class FundAnalysisDocument(Answer):
    """A month: the funds' payments to the area's institutions, in yuan, and the triggers of the plan that were reached.
    A part or multiple is null without a payment to compare it with.
    """

    analysis_id: str
    area: Area
    month: str
    plan_id: str
    funds: str
    epidemic: str
    before: list[str]
    epidemic_share: str | None
    growth: str | None
    met: list[FundTriggerDocument]
    status: AnalysisStatus
    analysed: ActDocument
    answered: ActDocument | None
    answer: str | None
    clock: ClockDocument
    citation: Citation


class FundAnalysisPage(Answer):
    items: list[FundAnalysisDocument]
    next: str | None


def fund_analysis_document(analysis: FundAnalysis, now: datetime, cite: Cite) -> dict[str, Any]:
    """Write the document of an analysed month."""
    figures = analysis.figures
    return {
        "analysis_id": analysis.analysis_id,
        "area": analysis.area,
        "month": analysis.month,
        "plan_id": analysis.plan_id,
        "funds": format_yuan(figures.funds_fen),
        "epidemic": format_yuan(figures.separate_fen),
        "before": [format_yuan(each) for each in figures.before_fen],
        "epidemic_share": figures.measured_text(FundMeasure.EPIDEMIC_SHARE),
        "growth": figures.measured_text(FundMeasure.GROWTH),
        "met": [FundTriggerDocument.from_record(each) for each in analysis.met],
        "status": analysis.status.value,
        "analysed": act_document(analysis.analysed),
        "answered": act_or_none(analysis.answered),
        "answer": analysis.answer,
        "clock": clock_document(analysis.clock, now, cite),
        "citation": cite(analysis.citation),
    }
