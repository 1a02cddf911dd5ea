"""Agreements and the blacklist on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.agreements.domain import AgreementStatus, EntryStatus
from chalicelib.agreements.usecases.agree import AgreementRequest
from chalicelib.agreements.usecases.publish import PublicAgreement
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Citation
from chalicelib.platform.http.fields import (
    CsvText,
    DateText,
    DecisionBody,
    InstitutionCodeText,
    Reason,
    ReasonedDecisionBody,
)
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.registry.domain.agreements import AgreementKind, AgreementTerm


class AgreementBody(WireModel):
    """A term to request. An extension may leave out `from` and begins where the agreement ends; an open term has no
    `to`.
    """

    institution: InstitutionCodeText
    kind: Choice[AgreementKind]
    starts_on: DateText | None = Field(default=None, validation_alias="from")
    ends_on: DateText | None = Field(default=None, validation_alias="to")
    reason: Reason

    def to_request(self) -> AgreementRequest:
        """Convert the body to the use case's request."""
        return AgreementRequest(self.institution, self.kind, self.starts_on, self.ends_on, self.reason)


class AgreementDecisionBody(ReasonedDecisionBody):
    """The decision on a term; refusing needs a reason."""


class BlacklistBody(WireModel):
    """A blacklist to upload. `csv` has the columns `name`, `ground` and, if known, `code`."""

    listed_on: DateText
    csv: CsvText


class VerificationBody(DecisionBody):
    """The verification of an entry: approving gives the day the agreements end, refusing the reason for clearing."""

    starts_on: DateText | None = Field(default=None, validation_alias="from")
    reason: Reason | None = None


class AgreementDocument(Answer):
    """A term. `answer` is the reason of a refusal, `entry_id` the blacklist line that requested the term."""

    agreement_id: str
    institution: str
    agency: Area
    kind: AgreementKind
    starts_on: Annotated[date, Field(alias="from")]
    ends_on: Annotated[date | None, Field(alias="to")]
    reason: str
    status: AgreementStatus
    asked: ActDocument
    decided: ActDocument | None
    answer: str | None
    entry_id: str | None
    citation: Citation | None


class AgreementPage(Answer):
    items: list[AgreementDocument]
    next: str | None


class BlacklistEntryDocument(Answer):
    """An institution on a day's list. `terminated_from` is the day on which its agreements end."""

    entry_id: str
    institution: str
    agency: Area
    listed_on: date
    ground: str
    status: EntryStatus
    uploaded: ActDocument
    verified: ActDocument | None
    answer: str | None
    terminated_from: date | None
    citation: Citation


class BlacklistPage(Answer):
    items: list[BlacklistEntryDocument]
    next: str | None


class PublicTerminationDocument(Answer):
    starts_on: Annotated[date, Field(alias="from")]
    citation: Citation | None


class PublicAgreementDocument(Answer):
    """The standing of an institution's agreements. Extensions by a notice and special agreements are decided for each
    claim, so the days here are those agreed.
    """

    institution: str
    name_zh: str
    area: Area
    on: date
    agreement: Literal["in-force", "ended", "none", "terminated"]
    agreement_until: date | None
    temporary_until: date | None
    terminated: PublicTerminationDocument | None


class PublicAgreementPage(Answer):
    items: list[PublicAgreementDocument]
    next: str | None


def public_document(shown: PublicAgreement, cite: Cite) -> dict[str, Any]:
    """Write the answer for the standing of an institution's agreements."""
    institution, standing, ended = shown.institution, shown.standing, shown.standing.terminated
    return {
        "institution": institution.code,
        "name_zh": institution.name_zh,
        "area": institution.area,
        "on": shown.on.isoformat(),
        "agreement": _stands(shown, ended),
        "agreement_until": None if standing.open_end else _day(standing.own_until),
        "temporary_until": _day(standing.temporary_until),
        "terminated": None
        if ended is None
        else {"from": ended.starts_on.isoformat(), "citation": _cited(ended.citation, cite)},
    }


def _stands(shown: PublicAgreement, ended: AgreementTerm | None) -> str:
    standing = shown.standing
    if ended is not None:
        return "terminated"
    if standing.holds_by_itself(shown.on) or standing.holds_specially(shown.on):
        return "in-force"
    return "none" if standing.own_until is None and standing.temporary_until is None else "ended"


def _cited(citation: str | None, cite: Cite) -> CitedProvision | None:
    return None if citation is None else cite(citation)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
