"""Bodies of claims, kept beside their claims, and decisions on them, as documents under the hash of their bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict
from datetime import date
from typing import Any

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.claim_document import read_claim, write_claim
from chalicelib.adjudication.domain.determination import DeterminationJson
from chalicelib.adjudication.domain.facts import Circumstances, OnRecord
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.claims.domain.correction import corrected_history
from chalicelib.claims.domain.history import DecidedBy
from chalicelib.claims.domain.record import ClaimRecord, Notes, SettlementSummary
from chalicelib.claims.ports import ClaimStore
from chalicelib.kernel.canonical import canonical_json, sha256_hex
from chalicelib.kernel.errors import Finding, IntegrityError
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import DocumentKind, DocumentStore
from chalicelib.kernel.text import Text
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Insurance

_READ_AT_ONCE = 16
"""The number of documents read at the same time; a client keeps more connections than that open."""


def body_of(claim: Claim) -> bytes:
    """Return the bytes kept of a received claim; equal claims have equal bytes, so their hash is a fingerprint."""
    return canonical_json(write_claim(claim))


def read_body(record: ClaimRecord, content: bytes) -> Claim:
    """Read the claim in a body. Raises `IntegrityError` where the body is not the record's."""
    if sha256_hex(content) != record.body_hash:
        raise IntegrityError
    return read_claim(json.loads(content))


def corrected(claim: Claim, record: ClaimRecord) -> Claim:
    """Return the claim to be decided: the hospital's body with the health side's corrections over the body."""
    for event in record.statuses:
        claim = corrected_history(claim, event)
    return claim


@dataclass(frozen=True, slots=True)
class Bodies:
    """The bodies that hospitals sent, read as claims."""

    claims: ClaimStore

    def of(self, record: ClaimRecord) -> Claim:
        return read_body(record, self.claims.body(record.claim_id))

    def submitted(self, record: ClaimRecord) -> Claim:
        """Return the claim to be decided."""
        return corrected(self.of(record), record)


@dataclass(frozen=True, slots=True)
class Documents:
    store: DocumentStore

    def put_decision(
        self,
        determination: DeterminationJson,
        claim: Claim,
        known: Circumstances,
        correction: Mapping[str, str] | None = None,
    ) -> DecidedBy:
        """Keep a decision as one document: the determination, the decided claim, the circumstances known beside the
        claim, and the reason for deciding again.
        """
        document = {
            "claim": write_claim(claim),
            "circumstances": _write_circumstances(known, correction),
            "determination": determination,
        }
        return DecidedBy(self.hash_of(determination), self.store.put(DocumentKind.CLAIM, canonical_json(document)))

    def decided(self, decided_hash: str) -> tuple[Claim, Circumstances]:
        document = json.loads(self.store.get(DocumentKind.CLAIM, decided_hash))
        return read_claim(document["claim"]), _read_circumstances(document["circumstances"])

    def claim(self, decided_hash: str) -> Claim:
        return self.decided(decided_hash)[0]

    def circumstances(self, decided_hash: str) -> Circumstances:
        return self.decided(decided_hash)[1]

    def put_determination(self, document: DeterminationJson) -> str:
        """Keep a determination whose claim is kept elsewhere, such as a bill that a person brought."""
        return self.store.put(DocumentKind.DETERMINATION, canonical_json(document))

    def determination(self, decided: DecidedBy | SettlementSummary) -> DeterminationJson:
        """Return the determination. Raises `IntegrityError` where the document beside the claim holds another."""
        kept = json.loads(self.store.get(DocumentKind.CLAIM, decided.decided_hash))
        determination = DeterminationJson(kept["determination"])
        if self.hash_of(determination) != decided.determination_hash:
            raise IntegrityError
        return determination

    def hash_of(self, document: DeterminationJson) -> str:
        """Return the name under which a determination would be kept."""
        return sha256_hex(canonical_json(document))

    def put_simulated(self, document: dict[str, Any]) -> str:
        return self.store.put(DocumentKind.SIMULATION, canonical_json(document))

    def simulated(self, content_hash: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.store.get(DocumentKind.SIMULATION, content_hash))
        return document

    def put_notes(self, notes: Notes) -> str | None:
        """Keep findings and warnings; without any, nothing is stored and the hash is None."""
        if notes == Notes():
            return None
        document = {
            "findings": [write_finding(finding) for finding in notes.findings],
            "warnings": [write_finding(finding) for finding in notes.warnings],
        }
        return self.store.put(DocumentKind.NOTES, canonical_json(document))

    def notes_of(self, hashes: Iterable[str | None]) -> Mapping[str | None, Notes]:
        """Return the notes of many answers by their hashes: each document is read once, several at a time, so that a
        thousand distinct documents take about three seconds.
        """
        wanted = [*dict.fromkeys(hashes)]
        # Each reader has the caller's context, by which a call is traced and held to the caller's permissions.
        contexts = [copy_context() for _ in wanted]
        with ThreadPoolExecutor(_READ_AT_ONCE) as readers:
            read = readers.map(lambda context, each: context.run(self.notes, each), contexts, wanted)
            return dict(zip(wanted, read, strict=True))

    def notes(self, content_hash: str | None) -> Notes:
        if content_hash is None:
            return Notes()
        document = json.loads(self.store.get(DocumentKind.NOTES, content_hash))
        return Notes(
            tuple(read_finding(row) for row in document["findings"]),
            tuple(read_finding(row) for row in document["warnings"]),
        )


def _write_circumstances(known: Circumstances, correction: Mapping[str, str] | None) -> dict[str, Any]:
    enrolment = known.enrolment
    if enrolment is None:
        raise ValueError("a claim is decided for a person who is known")
    return {
        "enrolment": {
            "person": enrolment.person,
            "insured_area": enrolment.insured_area,
            "insurance": enrolment.insurance.value,
            "employment": enrolment.employment.value,
            "assistance": enrolment.assistance.value,
        },
        "filing_on_record": known.filing_on_record,
        "prior": asdict(known.prior),
        "settled_on": known.settled_on.isoformat(),
        "correction": None if correction is None else dict(correction),
        **({"on_record": written} if (written := known.on_record.write()) else {}),
    }


def _read_circumstances(row: Mapping[str, Any]) -> Circumstances:
    known = row["enrolment"]
    return Circumstances(
        enrolment=Enrolment(
            known["person"],
            known["insured_area"],
            Insurance(known["insurance"]),
            Employment(known["employment"]),
            AssistanceClass(known["assistance"]),
        ),
        filing_on_record=row["filing_on_record"],
        prior=YearToDate(**{name: row["prior"].get(name, 0) for name in YearToDate.__slots__}),
        settled_on=date.fromisoformat(row["settled_on"]),
        on_record=OnRecord.read(row.get("on_record", {})),
    )


def write_finding(finding: Finding) -> dict[str, Any]:
    """Write a finding in the form that documents hold."""
    return {
        "code": finding.code,
        "field": finding.field,
        "zh": finding.message.zh,
        "en": finding.message.en,
        "citation": finding.citation,
        "about": dict(finding.about),
    }


def read_finding(row: Mapping[str, Any]) -> Finding:
    """Read a finding written by `write_finding`."""
    return Finding(row["code"], row["field"], Text(row["zh"], row["en"]), row["citation"], tuple(row["about"].items()))
