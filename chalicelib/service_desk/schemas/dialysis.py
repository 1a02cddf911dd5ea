"""Wire models of reviews of dialysis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from chalicelib.kernel.words.ids import PersonToken
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
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
from chalicelib.platform.http.fields import (
    BusinessNumber,
    ClaimIdText,
    DateText,
    PersonTokenText,
    Reason,
    ReasonedDecisionBody,
)
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.service_desk.domain.dialysis import DialysisOutcome, DialysisStatus
from chalicelib.service_desk.usecases.dialysis import DialysisRequest, ShownDialysis


class DialysisBody(WireModel):
    """A person's dialysis from one day to another, both inside."""

    review_no: BusinessNumber
    person: PersonTokenText
    from_on: Annotated[DateText, Field(alias="from")]
    to_on: Annotated[DateText, Field(alias="to")]

    def to_request(self) -> DialysisRequest:
        """Build the request of the use case."""
        return DialysisRequest(self.review_no, self.person, self.from_on, self.to_on)


class DialysisDecisionBody(ReasonedDecisionBody):
    pass


class DialysisWithdrawalBody(WireModel):
    reason: Reason


class DialysisAuditBody(WireModel):
    """The outcome of an audit; `claims` are the claims whose money is taken back."""

    outcome: Choice[DialysisOutcome]
    reason: Reason
    claims: Annotated[list[ClaimIdText], Field(max_length=100)] = Field(default_factory=list)


class DialysisDocument(Answer):
    """A review of dialysis. `audit_from` is null while the day is unknown, or if no audit is needed."""

    review_id: str
    review_no: str
    area: Area
    institution: str
    person: PersonToken
    from_: Annotated[date, Field(alias="from")]
    to: date
    status: DialysisStatus
    asked: ActDocument
    clock: ClockDocument
    audit_from: date | None
    decided: ActDocument | None
    decided_because: str | None
    audited: ActDocument | None
    audited_because: str | None
    claims: list[str]
    closed_at: datetime | None
    citations: list[Citation]


class DialysisPage(Answer):
    items: list[DialysisDocument]
    next: str | None


def dialysis_document(shown: ShownDialysis, now: datetime, cite: Cite) -> dict[str, Any]:
    """Write the document of a review."""
    review = shown.review
    return {
        "review_id": review.review_id,
        "review_no": review.review_no,
        "area": review.area,
        "institution": review.institution,
        "person": review.person,
        "from": review.from_on.isoformat(),
        "to": review.to_on.isoformat(),
        "status": review.status.value,
        "asked": act_document(review.asked),
        "clock": clock_document(review.clock, now, cite),
        "audit_from": None if shown.audit_from is None else shown.audit_from.isoformat(),
        "decided": act_or_none(review.decided),
        "decided_because": review.decided_because,
        "audited": act_or_none(review.audited),
        "audited_because": review.audited_because,
        "claims": list(review.claims),
        "closed_at": review.closed_at,
        "citations": [cite(each) for each in shown.citations],
    }


def dialysis_file(shown: Sequence[ShownDialysis]) -> ListFile:
    """Write the reviews as a file, one per row."""
    columns = (
        Column("编号 number"),
        Column("区划 area"),
        Column("医疗机构 institution"),
        Column("人员标识 person"),
        Column("起 from", ColumnKind.DAY),
        Column("止 to", ColumnKind.DAY),
        Column("状态 status"),
        Column("提出日 asked", ColumnKind.DAY),
        Column("补审起始日 audited from", ColumnKind.DAY),
        Column("追回结算申请 claims taken back"),
        Column("条款 provision"),
    )
    rows = [
        (
            each.review.review_no,
            each.review.area,
            each.review.institution,
            each.review.person,
            each.review.from_on,
            each.review.to_on,
            each.review.status.value,
            each.review.asked_on,
            each.audit_from,
            " ".join(each.review.claims),
            " ".join(each.citations),
        )
        for each in shown
    ]
    return ListFile("dialysis-reviews", columns, rows)
