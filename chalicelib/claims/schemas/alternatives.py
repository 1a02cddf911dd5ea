"""Wire forms of the alternatives: the facts that would change the patient's part."""

from __future__ import annotations

from typing import Any

from chalicelib.claims.domain.alternative_texts import next_step, what_changes
from chalicelib.claims.domain.alternatives import Alternative, Alternatives, ChangedFact
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.text import render_text
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.law.domain.citation import cited
from chalicelib.law.domain.model import Bundle
from chalicelib.platform.http.answers import Answer, Citation, ErrorItem, Sha256, TextPair, Yuan
from chalicelib.platform.http.findings import finding_document


class AlternativeDocument(Answer):
    """A fact with another value, and the patient's part in that case as the engine has decided the claim."""

    fact: ChangedFact
    value: str
    what: TextPair
    next_step: TextPair
    patient_now: Yuan
    patient_then: Yuan
    difference: Yuan
    asked_by: list[Citation]
    no_longer: list[Citation]
    duties: list[ErrorItem]


class AlternativesDocument(Answer):
    """The facts that would change the patient's part of a settled claim, by the bundle that decided the claim."""

    claim_id: str
    bundle: Sha256
    alternatives: list[AlternativeDocument]


def claim_alternatives_document(claim_id: str, found: Alternatives) -> dict[str, Any]:
    """Write the alternatives of a settled claim."""
    return {"claim_id": claim_id, "bundle": found.bundle.hash, "alternatives": alternative_documents(found)}


def alternative_documents(found: Alternatives) -> list[dict[str, Any]]:
    """Write all changes that were found, the greatest relief first."""
    return [_document(each, found.bundle) for each in found.found]


def _document(alternative: Alternative, bundle: Bundle) -> dict[str, Any]:
    def cite(citation: str) -> CitedProvision:
        return cited(citation, bundle)

    return {
        "fact": alternative.fact.value,
        "value": str(alternative.value),
        "what": render_text(what_changes(alternative)),
        "next_step": render_text(next_step(alternative)),
        "patient_now": format_yuan(alternative.patient_now_fen),
        "patient_then": format_yuan(alternative.patient_then_fen),
        "difference": format_yuan(alternative.difference_fen),
        "asked_by": [cite(each) for each in alternative.asked_by],
        "no_longer": [cite(each) for each in alternative.no_longer],
        "duties": [finding_document(each, cite) for each in alternative.duties],
    }
