"""Properties of any bill: the shares sum to the bill, nobody pays a negative amount, and a repeated run is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from chalicelib.adjudication.domain.assess import Circumstances, assess
from chalicelib.adjudication.domain.claim import Claim, Filing
from chalicelib.adjudication.domain.claim_document import claim_json, read_claim, write_claim
from chalicelib.adjudication.domain.determination import Determination
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.kernel.canonical import canonical_json, fingerprint
from chalicelib.kernel.money import parse_yuan
from chalicelib.registry.domain.model import Enrolment
from tests.kit.generated_claims import PRIORS, claims, enrolments
from tests.kit.worked_cases import SETTLED_ON, shipped_bundle


@given(claims(), enrolments(), PRIORS, st.sampled_from(Filing))
def test_shares_sum_to_the_bill_and_none_is_negative(
    claim: Claim, enrolment: Enrolment, prior: YearToDate, filing: Filing
) -> None:
    circumstances = Circumstances(enrolment, filing is Filing.FILED, prior, SETTLED_ON)
    result = assess(claim, circumstances, shipped_bundle())
    if result.determination is None:
        assert result.findings
        return
    note(result.determination.steps)
    conserved(claim, result.determination)
    document_conserved(result.document or {})
    assert assess(claim, circumstances, shipped_bundle()).document == result.document


def conserved(claim: Claim, found: Determination) -> None:
    shares = found.shares
    each = (shares.basic_fen, shares.critical_fen, shares.assistance_fen, shares.fiscal_fen, shares.patient_fen)
    assert sum(each) == claim.total_fen == found.total_fen
    assert min(each) >= 0
    assert sum(part.amount_fen for part in found.fiscal_split) == shares.fiscal_fen
    for line, result in zip(claim.lines, found.lines, strict=True):
        parts = (result.in_scope_fen, result.first_self_pay_fen, result.excluded_fen, result.over_limit_fen)
        assert sum(parts) == line.amount_fen == result.amount_fen
    assert found.cross_region is None or found.cross_region.amount_fen == shares.funds_fen


def document_conserved(document: Mapping[str, Any]) -> None:
    assert sum(parse_yuan(amount) for amount in document["shares"].values()) == parse_yuan(document["total"])
    assert sum(parse_yuan(row["amount"]) for row in document["payers"]) == parse_yuan(document["total"])
    assert sum(parse_yuan(line["amount"]) for line in document["lines"]) == parse_yuan(document["total"])


@given(claims(), enrolments(), PRIORS)
def test_the_bytes_are_canonical_and_the_receipt_holds_their_hashes(
    claim: Claim, enrolment: Enrolment, prior: YearToDate
) -> None:
    result = assess(claim, Circumstances(enrolment, False, prior, SETTLED_ON), shipped_bundle(), again=True)
    assert (result.content is None) == bool(result.findings)
    if result.document is None:
        return
    assert canonical_json(result.document) == result.content
    told = {name: value for name, value in result.document.items() if name != "receipt"}
    assert result.document["receipt"]["result"] == fingerprint(told)
    known = {name: getattr(enrolment, name) for name in ("insured_area", "insurance", "employment", "assistance")}
    rests_on = {
        "claim": {name: value for name, value in write_claim(claim).items() if name != "name_key"},
        "enrolment": known,
        "filing_on_record": False,
        "prior": asdict(prior),
        "settled_on": SETTLED_ON.isoformat(),
    }
    assert result.document["receipt"]["input"] == fingerprint(rests_on)


@given(claims(), enrolments(), PRIORS)
def test_a_claim_is_decided_alike_whichever_claims_were_decided_before_it(
    claim: Claim, enrolment: Enrolment, prior: YearToDate
) -> None:
    """The kept results of a cell depend on nothing but the cell."""
    circumstances = Circumstances(enrolment, False, prior, SETTLED_ON)
    kept = assess(claim, circumstances, shipped_bundle(), again=True)
    alone = assess(claim, circumstances, replace(shipped_bundle()), again=True)
    assert (kept.content, kept.findings, kept.warnings) == (alone.content, alone.findings, alone.warnings)


@given(claims())
def test_a_claim_is_written_canonically_and_read_back(claim: Claim) -> None:
    assert canonical_json(write_claim(claim)).decode() == claim_json(claim)
    assert read_claim(write_claim(claim)) == claim
