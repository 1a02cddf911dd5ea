"""A claim as a plain document and back, exactly: what is stored under its hash and what a receipt is computed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from chalicelib.adjudication.domain.claim import (
    CaseStatus,
    Claim,
    Diagnosis,
    DiagnosisCode,
    DiagnosisRole,
    Entry,
    Filing,
    LaterDiagnosis,
    Line,
    StatusEvent,
    Visit,
    VisitKind,
)
from chalicelib.kernel.money import format_yuan, parse_yuan


def write_claim(claim: Claim) -> dict[str, Any]:
    """The claim as JSON values: money and decimals as text, days as ISO dates, patient and name by their keys."""
    return {
        "claim_no": claim.claim_no,
        "institution": claim.institution,
        "person": claim.person,
        "name_key": claim.name_key,
        "entry": claim.entry.value,
        "visit": {
            "kind": claim.visit.kind.value,
            "admitted": claim.visit.admitted_on.isoformat(),
            "discharged": claim.visit.discharged_on.isoformat(),
            "episode": claim.visit.episode,
            "transfer_from": claim.visit.transfer_from,
        },
        "diagnosis": {
            "history": [
                {"status": event.status.value, "on": event.on.isoformat()} for event in claim.diagnosis.history
            ],
            "codes": [{"code": code.code, "role": code.role.value} for code in claim.diagnosis.codes],
            "disease_code": claim.diagnosis.disease_code,
            **_write_later(claim.diagnosis.later),
        },
        "filing": None if claim.filing is None else claim.filing.value,
        "lines": [_write_line(line) for line in claim.lines],
        # Left out where nothing is declared: most claims have the bytes, and the receipts, that they always had.
        **({"distinct_from": list(claim.distinct_from)} if claim.distinct_from else {}),
    }


def read_claim(document: Mapping[str, Any]) -> Claim:
    """The claim a document was written from."""
    visit, diagnosis = document["visit"], document["diagnosis"]
    return Claim(
        claim_no=document["claim_no"],
        institution=document["institution"],
        person=document["person"],
        entry=Entry(document["entry"]),
        visit=Visit(
            VisitKind(visit["kind"]),
            date.fromisoformat(visit["admitted"]),
            date.fromisoformat(visit["discharged"]),
            visit["episode"],
            visit["transfer_from"],
        ),
        diagnosis=Diagnosis(
            tuple(
                StatusEvent(CaseStatus(row["status"]), date.fromisoformat(row["on"])) for row in diagnosis["history"]
            ),
            tuple(DiagnosisCode(row["code"], DiagnosisRole(row["role"])) for row in diagnosis["codes"]),
            diagnosis["disease_code"],
            _read_later(diagnosis.get("later")),
        ),
        lines=tuple(_read_line(row) for row in document["lines"]),
        filing=None if document["filing"] is None else Filing(document["filing"]),
        name_key=document["name_key"],
        distinct_from=tuple(document.get("distinct_from", ())),
    )


def _write_later(later: LaterDiagnosis | None) -> dict[str, Any]:
    """Left out where there is none, so that a claim nobody reached reads as it was sent."""
    if later is None:
        return {}
    return {
        "later": {
            "status": later.status.value,
            "on": later.on.isoformat(),
            "admitted": later.admitted_on.isoformat(),
            "discharged": later.discharged_on.isoformat(),
        }
    }


def _read_later(row: Mapping[str, Any] | None) -> LaterDiagnosis | None:
    if row is None:
        return None
    days = (date.fromisoformat(row[name]) for name in ("on", "admitted", "discharged"))
    return LaterDiagnosis(CaseStatus(row["status"]), *days)


def _write_line(line: Line) -> dict[str, Any]:
    return {
        "no": line.no,
        "code": line.code,
        "name": line.name,
        "on": line.on.isoformat(),
        "quantity": plain_decimal(line.quantity),
        "price": plain_decimal(line.price),
        "amount": format_yuan(line.amount_fen),
        "refunds": line.refunds,
        "supply": line.supply,
    }


def _read_line(row: Mapping[str, Any]) -> Line:
    return Line(
        no=row["no"],
        code=row["code"],
        name=row["name"],
        on=date.fromisoformat(row["on"]),
        quantity=Decimal(row["quantity"]),
        price=Decimal(row["price"]),
        amount_fen=parse_yuan(row["amount"]),
        refunds=row["refunds"],
        supply=row["supply"],
    )


def plain_decimal(value: Decimal) -> str:
    """One spelling per value: no exponent, no trailing zeros, so that `10` and `10.00` are the same quantity."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
