"""A claim as canonical JSON and back, exactly: the form stored under its hash and the input of a receipt.

The bytes are written directly, keys in order: a claim of thousands of lines passes here in every decision.
"""

from __future__ import annotations

import json
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
    OnlineVisit,
    StatusEvent,
    Visit,
    VisitKind,
)
from chalicelib.kernel.canonical import quoted
from chalicelib.kernel.money import format_yuan, parse_yuan


def claim_json(claim: Claim, *, named: bool = True) -> str:
    """Write the claim as canonical JSON: money and decimals as text, days as ISO dates, patient and name by their keys.

    Without `named`, the name is left out, as in a receipt: no figure depends on the name on the claim.
    """
    visit, diagnosis = claim.visit, claim.diagnosis
    codes = ",".join([f'{{"code":{quoted(code.code)},"role":"{code.role}"}}' for code in diagnosis.codes])
    history = ",".join([f'{{"on":"{event.on.isoformat()}","status":"{event.status}"}}' for event in diagnosis.history])
    # The key is omitted without a declaration: most claims keep the bytes, and the receipts, that they always had.
    distinct = f',"distinct_from":[{",".join(map(quoted, claim.distinct_from))}]' if claim.distinct_from else ""
    filing = "null" if claim.filing is None else f'"{claim.filing}"'
    online = "" if visit.online is None else f'"online":"{visit.online}",'
    name = f'"name_key":{quoted(claim.name_key)},' if named else ""
    return (
        f'{{"claim_no":{quoted(claim.claim_no)},"diagnosis":{{"codes":[{codes}],'
        f'"disease_code":{_text(diagnosis.disease_code)},"history":[{history}]{_write_later(diagnosis.later)}}}{distinct},'
        f'"entry":"{claim.entry}","filing":{filing},"institution":{quoted(claim.institution)},'
        f'"lines":[{_write_lines(claim)}],{name}"person":{quoted(claim.person)},'
        f'"visit":{{"admitted":"{visit.admitted_on.isoformat()}","discharged":"{visit.discharged_on.isoformat()}",'
        f'"episode":{_text(visit.episode)},"kind":"{visit.kind}",{online}"transfer_from":{_text(visit.transfer_from)}}}}}'
    )


def _text(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def write_claim(claim: Claim) -> dict[str, Any]:
    """Write the claim as a plain document."""
    document: dict[str, Any] = json.loads(claim_json(claim))
    return document


def read_claim(document: Mapping[str, Any]) -> Claim:
    """Read the claim from its document."""
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
            OnlineVisit(visit["online"]) if "online" in visit else None,
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


def _write_later(later: LaterDiagnosis | None) -> str:
    """Write the later diagnosis, or nothing without one, so that an unreached claim reads as submitted."""
    if later is None:
        return ""
    return (
        f',"later":{{"admitted":"{later.admitted_on.isoformat()}","discharged":"{later.discharged_on.isoformat()}",'
        f'"on":"{later.on.isoformat()}","status":"{later.status}"}}'
    )


def _read_later(row: Mapping[str, Any] | None) -> LaterDiagnosis | None:
    if row is None:
        return None
    days = (date.fromisoformat(row[name]) for name in ("on", "admitted", "discharged"))
    return LaterDiagnosis(CaseStatus(row["status"]), *days)


def _write_lines(claim: Claim) -> str:
    days = {day: day.isoformat() for day in {line.on for line in claim.lines}}
    return ",".join([_write_line(line, days[line.on]) for line in claim.lines])


def _write_line(line: Line, on: str) -> str:
    refunds = "null" if line.refunds is None else line.refunds
    return (
        f'{{"amount":"{format_yuan(line.amount_fen)}","code":{quoted(line.code)},"name":{quoted(line.name)},'
        f'"no":{line.no},"on":"{on}","price":"{plain_decimal(line.price)}",'
        f'"quantity":"{plain_decimal(line.quantity)}","refunds":{refunds},"supply":{_text(line.supply)}}}'
    )


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


def decimal_of_units(units: int, decimals: int) -> str:
    """Write a whole number of units, of which 10 to the power of `decimals` make one, as a plain decimal."""
    return plain_decimal(Decimal(units).scaleb(-decimals))


def plain_decimal(value: Decimal) -> str:
    """Write a decimal without exponent and trailing zeros, so that `10` and `10.00` are the same quantity."""
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
