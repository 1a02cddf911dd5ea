"""Wire models of matters, reviews and joint inspections, and the list file of matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from chalicelib.kernel.access import Office
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
    ShownInstant,
    TextPair,
)
from chalicelib.platform.http.fields import DateText, InstitutionCodeText, Reason, Reference
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.supervision.domain.inspections import InspectionOutcome, InspectionStatus
from chalicelib.supervision.domain.matters import MatterOutcome, MatterStatus, SuspiciousMatter
from chalicelib.supervision.domain.signs import SupervisionRule
from chalicelib.supervision.usecases.inspect import InspectionRequest


class ReviewBody(WireModel):
    """The days on which the claims were received, both included."""

    from_on: DateText = Field(validation_alias="from")
    to_on: DateText = Field(validation_alias="to")


class MatterQuestionBody(WireModel):
    question: Reason


class MatterAnswerBody(WireModel):
    answer: Reason


class MatterOutcomeBody(WireModel):
    outcome: Choice[MatterOutcome]
    because: Reason


class InspectionBody(WireModel):
    """An inspection to open; `matters` are the ids of suspicious matters of these institutions that are examined."""

    institutions: Annotated[list[InstitutionCodeText], Field(min_length=1, max_length=50)]
    from_on: DateText = Field(validation_alias="from")
    to_on: DateText = Field(validation_alias="to")
    purpose: Reason
    matters: Annotated[list[Reference], Field(max_length=200)] = Field(default_factory=list)

    def to_request(self) -> InspectionRequest:
        """Build the request of the use case."""
        return InspectionRequest(tuple(self.institutions), self.from_on, self.to_on, self.purpose, tuple(self.matters))


class InspectionOutcomeBody(WireModel):
    outcome: Choice[InspectionOutcome]
    found: Reason


class SignFigureDocument(Answer):
    name: str
    value: str


class MatterDocument(Answer):
    """A suspicious matter. `figures` are the observed values and the limit applied."""

    matter_id: str
    rule: SupervisionRule
    reason: TextPair
    figures: list[SignFigureDocument]
    claim_id: str
    claim_no: str
    institution: str
    agency: Area
    found_at: ShownInstant
    status: MatterStatus
    asked: ActDocument | None
    question: str | None
    clock: ClockDocument | None
    answered: ActDocument | None
    answer: str | None
    closed: ActDocument | None
    outcome: MatterOutcome | None
    because: str | None
    citation: Citation


class MatterPage(Answer):
    items: list[MatterDocument]
    next: str | None


class ReviewDocument(Answer):
    """A review. `by` is null for the nightly review; `citations` are the provisions of the rules applied."""

    review_id: str
    area: Area
    from_on: Annotated[date, Field(alias="from")]
    to_on: Annotated[date, Field(alias="to")]
    claims: int
    matters: int
    at: ShownInstant
    by: ActDocument | None
    citations: list[Citation]


class ReviewPage(Answer):
    items: list[ReviewDocument]
    next: str | None


class InspectionDocument(Answer):
    """A joint inspection. `offices` have to take part, `took_part` lists the persons who did."""

    inspection_id: str
    area: Area
    institutions: list[str]
    from_on: Annotated[date, Field(alias="from")]
    to_on: Annotated[date, Field(alias="to")]
    purpose: str
    matters: list[str]
    offices: list[Office]
    took_part: list[ActDocument]
    status: InspectionStatus
    closed: ActDocument | None
    outcome: InspectionOutcome | None
    found: str | None
    citation: Citation


class InspectionPage(Answer):
    items: list[InspectionDocument]
    next: str | None


def matter_file(matters: Sequence[SuspiciousMatter]) -> ListFile:
    """Write matters as a file, one per row."""
    columns = (
        Column("编号 matter"),
        Column("规则 rule"),
        Column("情况 seen"),
        Column("seen (English)"),
        Column("结算编号 claim"),
        Column("申请号 claim number"),
        Column("机构 institution"),
        Column("经办区划 agency"),
        Column("发现时间 found (UTC)"),
        Column("状态 status"),
        Column("询问 question"),
        Column("答复 answer"),
        Column("结果 outcome"),
        Column("说明 because"),
        Column("条款 provision"),
    )
    rows = [
        (
            each.matter_id,
            each.rule.value,
            each.reason.zh,
            each.reason.en,
            each.claim_id,
            each.claim_no,
            each.institution,
            each.agency,
            each.found_at,
            each.status.value,
            each.question,
            each.answer,
            None if each.outcome is None else each.outcome.value,
            each.because,
            each.citation,
        )
        for each in matters
    ]
    return ListFile("suspicious-matters", columns, rows)
