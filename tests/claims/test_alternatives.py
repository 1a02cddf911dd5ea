"""Changes that would alter the patient's part: told only if they do, and true if a person really makes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import event, given, settings

from chalicelib.adjudication.domain.assess import Circumstances, assess
from chalicelib.adjudication.domain.claim import CaseStatus, Claim, Entry, Filing, StatusEvent
from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.alternative_texts import next_step, what_changes
from chalicelib.claims.domain.alternatives import (
    Alternative,
    ChangedFact,
    Grounding,
    alternatives_of,
    tried_changes,
)
from chalicelib.claims.usecases.reading import ReadAlternatives, ReadClaim
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.filings.usecases import Filings
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, NotFound
from chalicelib.kernel.money import Fen, parse_yuan
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.law.domain.model import Bundle
from chalicelib.lookups.domain import Lookup
from chalicelib.registry.domain.enrolments import EnrolmentVersion, PersonEnrolments
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Insurance
from chalicelib.settlement.usecases.correct_status import CorrectStatus
from tests.adjudication.test_columns import CASES, worked
from tests.filings.test_usecases import PATIENT, filing, ordinary_stay
from tests.kit.areas import WUHAN
from tests.kit.desk import Caller
from tests.kit.fixtures.properties import examples
from tests.kit.memory.samples import AUDITOR, KUNMING_HOSPITAL, agency, body, enrolment, hospital, submission
from tests.kit.memory.world import World
from tests.kit.worked_cases import shipped_bundle

HEALTH = Principal("doctor", Role.HEALTH, "530000")

Named = tuple[ChangedFact, str]


def every_change(
    claim: Claim, known: Circumstances, bundle: Bundle
) -> Iterator[tuple[Named, Claim, Circumstances, Bundle]]:
    """Yield every nameable change, written out: each fact of the documentation with each of its other values."""
    diagnosis = claim.diagnosis
    first = min((event.on for event in diagnosis.history), default=claim.visit.admitted_on)
    for value in ("confirmed", "suspected", "none"):
        said = () if value == "none" else (StatusEvent(CaseStatus(value), first),)
        yield (ChangedFact.STATUS, value), replace(claim, diagnosis=replace(diagnosis, history=said)), known, bundle
    yield (ChangedFact.FILING, "filed"), claim, replace(known, filing_on_record=True), bundle
    if not known.filing_on_record:
        yield (ChangedFact.FILING, "emergency"), replace(claim, filing=Filing.EMERGENCY), known, bundle
    for entry in Entry:
        yield (ChangedFact.ENTRY, entry.value), replace(claim, entry=entry), known, bundle
    institution = bundle.registry.institutions[claim.institution]
    enrolled = known.enrolment
    assert enrolled is not None
    area = enrolled.insured_area or institution.pooling_area
    others: dict[Named, Enrolment] = {
        (ChangedFact.ENROLMENT, "employee"): replace(
            enrolled, insured_area=area, insurance=Insurance.EMPLOYEE, employment=Employment.ACTIVE
        ),
        (ChangedFact.ENROLMENT, "resident"): replace(
            enrolled, insured_area=area, insurance=Insurance.RESIDENT, employment=Employment.NONE
        ),
        **{(ChangedFact.ASSISTANCE, each.value): replace(enrolled, assistance=each) for each in AssistanceClass},
    }
    if enrolled.insurance is not Insurance.NONE:
        others[ChangedFact.INSURED_AREA, institution.pooling_area] = replace(
            enrolled, insured_area=institution.pooling_area
        )
    if enrolled.insurance is Insurance.EMPLOYEE:
        others[ChangedFact.EMPLOYMENT, "active"] = replace(enrolled, employment=Employment.ACTIVE)
        others[ChangedFact.EMPLOYMENT, "retired"] = replace(enrolled, employment=Employment.RETIRED)
    for named, other in others.items():
        if named[0] is not ChangedFact.ENROLMENT or named[1] != enrolled.insurance:
            yield named, claim, replace(known, enrolment=other), bundle
    registers = {
        **{(ChangedFact.LEVEL, str(level)): replace(institution, level=level) for level in (1, 2, 3)},
        (ChangedFact.DESIGNATION, "designated"): replace(institution, treatment_designated=True),
        (ChangedFact.DESIGNATION, "not-designated"): replace(institution, treatment_designated=False),
    }
    for named, register in registers.items():
        if named[0] is not ChangedFact.LEVEL or institution.level is not None:
            held = {**bundle.registry.institutions, register.code: register}
            yield named, claim, known, replace(bundle, registry=replace(bundle.registry, institutions=held))


def patient_fen(claim: Claim, known: Circumstances, bundle: Bundle) -> Fen | None:
    decision = assess(claim, known, bundle, again=True).decision
    return None if decision is None else decision.sharing.patient_fen


@settings(max_examples=examples(60))
@given(CASES)
def test_whatever_is_told_comes_true_and_whatever_is_not_told_changes_nothing(
    case: tuple[Claim, Circumstances],
) -> None:
    claim, known = case
    bundle = shipped_bundle()
    now_fen = patient_fen(claim, known, bundle)
    told = {(each.fact, each.value): each for each in alternatives_of(claim, known, bundle).found}
    changed = every_change(claim, known, bundle)
    comes_to = {named: patient_fen(other, others, law) for named, other, others, law in changed}
    moving = {named: then for named, then in comes_to.items() if then is not None and then != now_fen}
    if now_fen is None:
        assert told == {}
        return
    event(f"{len(told)} told")
    assert {named: each.patient_then_fen for named, each in told.items()} == moving
    for each in told.values():
        assert each.patient_now_fen == now_fen
        assert each.asked_by or each.no_longer
        assert {*each.asked_by, *each.no_longer} <= bundle.by_citation.keys()


def test_no_text_has_a_place_for_a_value_and_each_is_written_in_both_languages() -> None:
    claim, known = worked()[0]
    for change in tried_changes(Grounding(claim, known, shipped_bundle())):
        alternative = Alternative(change.fact, change.value, 0, 1, (), (), ())
        for text in (what_changes(alternative), next_step(alternative)):
            assert text.zh
            assert text.en
            assert known.enrolment is not None
            assert known.enrolment.person not in text.zh + text.en
    texts = [
        what_changes(Alternative(fact, value, 0, 1, (), (), ()))
        for fact, value in ((ChangedFact.LEVEL, "1"), (ChangedFact.LEVEL, "2"), (ChangedFact.INSURED_AREA, "530100"))
    ]
    assert len({text.zh for text in texts}) == len(texts)


@pytest.fixture(name="wuhan")
def fixture_wuhan(world: World) -> World:
    """A world that knows the patient as an employee of Wuhan's, treated in Kunming for another illness."""
    world.system[EnrolPerson](agency(WUHAN), enrolment(PATIENT, insured_area=WUHAN))
    return world


def asked(world: World, stay: dict[str, Any] | None = None) -> dict[Named, Alternative]:
    found = world.system[PreviewClaim](hospital(), submission(stay or ordinary_stay()), alternatives=True).alternatives
    assert found is not None
    return {(each.fact, each.value): each for each in found.found}


def previewed_fen(world: World, stay: dict[str, Any] | None = None) -> Fen:
    document = world.system[PreviewClaim](hospital(), submission(stay or ordinary_stay())).determination
    return parse_yuan(document["shares"]["patient"])


def test_the_patient_bears_what_was_told_once_the_treatment_is_filed(wuhan: World) -> None:
    told = asked(wuhan)[ChangedFact.FILING, "filed"]
    assert told.patient_now_fen == previewed_fen(wuhan)
    assert told.difference_fen < 0
    assert any("remote-cut" in each for each in told.asked_by)
    wuhan.system[Filings].record(agency(WUHAN), filing())
    assert previewed_fen(wuhan) == told.patient_then_fen
    assert all(fact is not ChangedFact.FILING for fact, _ in asked(wuhan))


def test_the_patient_bears_what_was_told_once_the_hospital_says_that_it_was_an_emergency(wuhan: World) -> None:
    told = asked(wuhan)[ChangedFact.FILING, "emergency"]
    assert previewed_fen(wuhan, {**ordinary_stay(), "remote": {"filing": "emergency"}}) == told.patient_then_fen


@pytest.mark.parametrize(
    ("named", "changes"),
    [
        ((ChangedFact.EMPLOYMENT, "retired"), {"employment": Employment.RETIRED}),
        ((ChangedFact.ENROLMENT, "resident"), {"insurance": Insurance.RESIDENT, "employment": Employment.NONE}),
        ((ChangedFact.ASSISTANCE, "subsistence"), {"assistance": AssistanceClass.SUBSISTENCE}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)
def test_the_patient_bears_what_was_told_once_the_agency_corrects_the_enrolment(
    wuhan: World, named: Named, changes: dict[str, Any]
) -> None:
    told = asked(wuhan)[named]
    corrected = replace(enrolment(PATIENT, insured_area=WUHAN), **changes)
    wuhan.system[EnrolPerson](agency(WUHAN), corrected)
    assert previewed_fen(wuhan) == told.patient_then_fen


def test_a_status_is_told_with_the_codes_that_it_asks_for(wuhan: World) -> None:
    told = asked(wuhan)[ChangedFact.STATUS, "confirmed"]
    assert {duty.code for duty in told.duties} == {"diagnosis-main-required", "diagnosis-additional-required"}
    stay = ordinary_stay()
    stay["diagnosis"] = {
        "history": [{"status": "confirmed", "on": stay["visit"]["admitted"]}],
        "codes": [{"code": "J12.800", "role": "main"}, {"code": "B97.200", "role": "additional"}],
    }
    assert previewed_fen(wuhan, stay) == told.patient_then_fen


def settled(world: World) -> ClaimId:
    claim_id = world.system[SubmitClaim](hospital(), submission(ordinary_stay())).view.claim_id
    assert world.run_all() == ["Settled"]
    return claim_id


def test_a_settled_claim_comes_to_what_was_told_once_its_status_is_corrected(wuhan: World) -> None:
    claim_id = settled(wuhan)
    found = wuhan.system[ReadAlternatives](hospital(), claim_id).found
    (told,) = [each for each in found if (each.fact, each.value) == (ChangedFact.STATUS, "confirmed")]
    admitted = date.fromisoformat(ordinary_stay()["visit"]["admitted"])
    event = StatusEvent(CaseStatus.CONFIRMED, admitted)
    wuhan.system[CorrectStatus].of_claim(HEALTH, claim_id, event, "second test")
    wuhan.run_all()
    document = wuhan.system[ReadClaim](hospital(), claim_id).determination
    assert document is not None
    assert parse_yuan(document["shares"]["patient"]) == told.patient_then_fen
    again = wuhan.system[ReadAlternatives](hospital(), claim_id).found
    assert {each.patient_now_fen for each in again} == {told.patient_then_fen}


def test_a_settled_claim_is_asked_by_what_its_decision_holds_and_by_nothing_learnt_since(wuhan: World) -> None:
    claim_id = settled(wuhan)
    before = wuhan.system[ReadAlternatives](hospital(), claim_id)
    assert before.found
    wuhan.memory.forget(PersonEnrolments, EnrolmentVersion, FilingRecord, PersonYear)
    assert wuhan.system[ReadAlternatives](AUDITOR, claim_id) == before


def test_who_asked_about_a_settled_claim_stands_in_the_access_record(wuhan: World) -> None:
    claim_id = settled(wuhan)
    wuhan.system[ReadAlternatives](hospital(), claim_id)
    calls = [each.call for each in wuhan.memory.all(Lookup)]
    assert "GET /v1/claims/{claim_id}/alternatives" in calls


def test_a_foreign_claim_is_not_found_and_one_that_is_not_settled_is_a_conflict(wuhan: World) -> None:
    claim_id = wuhan.system[SubmitClaim](hospital(), submission(ordinary_stay())).view.claim_id
    with pytest.raises(Conflict) as refused:
        wuhan.system[ReadAlternatives](hospital(), claim_id)
    assert [finding.code for finding in refused.value.findings] == ["not-settled"]
    for reader, asked_for in ((hospital("H50010600001"), claim_id), (hospital(), ClaimId("clm_" + "a" * 26))):
        with pytest.raises(NotFound):
            wuhan.system[ReadAlternatives](reader, asked_for)


def test_a_preview_tells_alternatives_only_where_they_are_asked_for(caller: Caller) -> None:
    plain = caller.call("POST", "/v1/claims/preview", body(), subject=KUNMING_HOSPITAL)
    assert "alternatives" not in plain.json
    wrong = caller.call("POST", "/v1/claims/preview?alternatives=yes", body(), subject=KUNMING_HOSPITAL)
    assert (wrong.status, wrong.json["errors"][0]["code"]) == (400, "parameter-invalid")


def test_alternatives_are_answered_over_http_in_both_languages_with_citations(wuhan: World) -> None:
    claim_id = settled(wuhan)
    caller = Caller(wuhan)
    previewed = caller.call("POST", "/v1/claims/preview?alternatives=true", ordinary_stay(), subject=KUNMING_HOSPITAL)
    asked_for = caller.call("GET", f"/v1/claims/{claim_id}/alternatives", subject=KUNMING_HOSPITAL)
    assert previewed.json["alternatives"] == asked_for.json["alternatives"]
    first = asked_for.json["alternatives"][0]
    assert first["what"].keys() == first["next_step"].keys() == {"zh", "en"}
    assert {"notice", "document_no", "article", "provision", "source"} <= first["asked_by"][0].keys()
    moved_fen = parse_yuan(first["patient_then"]) - parse_yuan(first["patient_now"])
    assert parse_yuan(first["difference"]) == moved_fen
    person = ordinary_stay()["patient"]
    for value in (person["id_no"], person["name"]):
        assert value not in str(asked_for.json)
