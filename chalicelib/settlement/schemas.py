"""Reversals and status corrections on the wire."""

from __future__ import annotations

from chalicelib.adjudication.domain.claim import CaseStatus
from chalicelib.platform.http.answers import Answer
from chalicelib.platform.http.fields import ClaimIdText, DateText, PersonTokenText, Reason
from chalicelib.platform.http.reading import Choice, WireModel


class ReversalBody(WireModel):
    reason: Reason


class CaseStatusBody(WireModel):
    """A status correction, naming exactly one of `person` and `claim_id`."""

    person: PersonTokenText | None = None
    claim_id: ClaimIdText | None = None
    status: Choice[CaseStatus]
    on: DateText
    reason: Reason


class CaseStatusDocument(Answer):
    redecided: list[ClaimIdText]
    unchanged: list[ClaimIdText]
    recorded: list[ClaimIdText]
    left: list[ClaimIdText]
