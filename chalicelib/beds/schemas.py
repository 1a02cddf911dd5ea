"""Filings of beds on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from chalicelib.beds.domain import BedKind, StandingBeds
from chalicelib.beds.usecases import BedRequest
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Citation, act_document
from chalicelib.platform.http.fields import DateText, InstitutionCodeText
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel


class BedFilingBody(WireModel):
    """A filing: `count` beds of the ward, or persons that a reserve can take in, with the `backups` behind it."""

    kind: Choice[BedKind]
    count: Annotated[int, Field(ge=1, le=100_000)]
    starts_on: DateText = Field(validation_alias="from")
    backups: Annotated[list[InstitutionCodeText], Field(max_length=50)] = Field(default_factory=list)

    def to_request(self) -> BedRequest:
        """Convert the body to the use case's request."""
        return BedRequest(self.kind, self.count, self.starts_on, tuple(self.backups))


class BedFilingDocument(Answer):
    """A filing in its standing of today: struck off from `struck_off_on` on, where that day is known."""

    filing_id: str
    institution: str
    agency: Area
    area: Area
    kind: BedKind
    count: int
    starts_on: Annotated[date, Field(alias="from")]
    backups: list[str]
    standing: bool
    struck_off_on: date | None
    filed: ActDocument
    citations: list[Citation]


class BedFilingPage(Answer):
    items: list[BedFilingDocument]
    next: str | None


def bed_document(shown: StandingBeds, today: date, cite: Cite) -> dict[str, Any]:
    """Write the answer for a filing in its standing of today."""
    filing, struck = shown.filing, shown.struck_off_on
    return {
        "filing_id": filing.filing_id,
        "institution": filing.institution,
        "agency": filing.agency,
        "area": filing.area,
        "kind": filing.kind.value,
        "count": filing.count,
        "from": filing.starts_on.isoformat(),
        "backups": list(filing.backups),
        "standing": shown.stands_on(today),
        "struck_off_on": None if struck is None else struck.isoformat(),
        "filed": act_document(filing.filed),
        "citations": [cite(each) for each in shown.citations],
    }
