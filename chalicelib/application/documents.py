"""Claims, their findings and their determinations as stored documents, each under the hash of its bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.application.ports import DocumentKind, DocumentStore
from chalicelib.application.records import Notes
from chalicelib.domain.canonical import canonical_json
from chalicelib.domain.claim_document import read_claim, write_claim
from chalicelib.domain.claims import Claim
from chalicelib.domain.errors import Finding
from chalicelib.domain.texts import Text


@dataclass(frozen=True, slots=True)
class Documents:
    store: DocumentStore

    def put_claim(self, claim: Claim) -> str:
        """Keep a claim; its hash is also its fingerprint, since equal claims have equal bytes."""
        return self.store.put(DocumentKind.CLAIM, canonical_json(write_claim(claim)))

    def claim(self, body_hash: str) -> Claim:
        return read_claim(json.loads(self.store.get(DocumentKind.CLAIM, body_hash)))

    def put_determination(self, document: dict[str, Any]) -> str:
        return self.store.put(DocumentKind.DETERMINATION, canonical_json(document))

    def determination(self, content_hash: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.store.get(DocumentKind.DETERMINATION, content_hash))
        return document

    def put_notes(self, notes: Notes) -> str | None:
        """Keep findings and warnings; where there are none nothing is stored and the hash is None."""
        if notes == Notes():
            return None
        document = {
            "findings": [_write_finding(finding) for finding in notes.findings],
            "warnings": [_write_finding(finding) for finding in notes.warnings],
        }
        return self.store.put(DocumentKind.NOTES, canonical_json(document))

    def notes(self, content_hash: str | None) -> Notes:
        if content_hash is None:
            return Notes()
        document = json.loads(self.store.get(DocumentKind.NOTES, content_hash))
        return Notes(
            tuple(_read_finding(row) for row in document["findings"]),
            tuple(_read_finding(row) for row in document["warnings"]),
        )


def _write_finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "field": finding.field,
        "zh": finding.message.zh,
        "en": finding.message.en,
        "citation": finding.citation,
    }


def _read_finding(row: Mapping[str, Any]) -> Finding:
    return Finding(row["code"], row["field"], Text(row["zh"], row["en"]), row["citation"])
