"""The engine over the published policies and a plain second evaluator that shares nothing with it agree to the fen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import Phase, event, find, given, settings
from hypothesis import strategies as st

from chalicelib.adjudication.domain.assess import Assessment, Circumstances, assess
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
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.kernel.money import round_half_up
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.law.domain.model import Bundle
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Insurance
from tests.kit.areas import CHONGQING, DALI, DALIAN, KUNMING, TAIYUAN, WEIHAI, WUHAN
from tests.kit.fixtures.properties import examples
from tests.kit.plain_reckoning import reckon, reckoned_of
from tests.kit.worked_cases import WorkedCase, enrolment_of, parse_case, prior_of, shipped_bundle, worked_cases

PERSON = PersonToken("prs_" + "0" * 32)
SETTLED_ON = date(2026, 11, 21)
LATE = date(2030, 12, 31)
REGIMES = (
    date(2020, 1, 10),
    date(2020, 1, 22),
    date(2020, 1, 25),
    date(2020, 1, 27),
    date(2020, 2, 1),
    date(2020, 2, 18),
    date(2020, 3, 26),
    date(2020, 4, 20),
    date(2022, 3, 14),
    date(2023, 1, 8),
    date(2023, 2, 10),
    date(2023, 3, 1),
    date(2023, 3, 31),
)
UNDER_CLASS_B = (date(2023, 1, 11), *REGIMES[-3:])
"""Days that are at least three after the change, as a stay is drawn within three of its day."""
DECIDED_CASES = [case for case in worked_cases() if "expect" in case.document]
POOLS = (KUNMING, DALI, CHONGQING, DALIAN, WEIHAI, AreaCode("371500"), TAIYUAN, WUHAN)


@cache
def bundle_with_agreements() -> Bundle:
    """The published set, its institutions' agreements running on, so that every place meets every day."""
    bundle = shipped_bundle()
    institutions = {code: replace(row, agreement_until=LATE) for code, row in bundle.registry.institutions.items()}
    return replace(bundle, registry=replace(bundle.registry, institutions=institutions))


def codes_for(
    institution: InstitutionCode, left: date, *, confirmed: bool, excluded: bool
) -> tuple[DiagnosisCode, ...]:
    """Codes that the place and the day accept: coding has its own tests."""
    if confirmed and institution.startswith("H53") and left >= date(2020, 2, 1) and left < date(2023, 1, 8):
        return (
            DiagnosisCode("J12.800", DiagnosisRole.MAIN),
            DiagnosisCode("B97.200", DiagnosisRole.ADDITIONAL),
        )
    if confirmed:
        return (DiagnosisCode("U07.100x001", DiagnosisRole.MAIN),)
    extra = (DiagnosisCode("Z03.800", DiagnosisRole.ADDITIONAL),) if excluded else ()
    return (DiagnosisCode("J18.900", DiagnosisRole.MAIN), *extra)


@st.composite
def billed(draw: st.DrawFn, first: date, days: int) -> tuple[Line, ...]:
    items = sorted(shipped_bundle().registry.catalogue)
    lines: list[Line] = []
    for no in range(1, draw(st.integers(1, 5)) + 1):
        quantity = draw(
            st.one_of(
                st.integers(1, 60).map(Decimal), st.integers(1, 400_000).map(lambda units: Decimal(units) / 10_000)
            )
        )
        price = draw(
            st.one_of(
                st.sampled_from(["0.01", "12.34", "150.00", "1200.00", "60000.00", "99999.99"]).map(Decimal),
                st.integers(0, 3_000_000_000).map(lambda units: Decimal(units) / 1_000_000),
            )
        )
        amount = max(0, round_half_up(quantity * price * 100) + draw(st.sampled_from([0, 0, 0, -1, 1])))
        on = first + timedelta(days=draw(st.integers(0, days)))
        supply = draw(st.sampled_from([None, None, None, None, "mask"]))
        code = draw(st.sampled_from([*items, "UNKNOWN"]))
        lines.append(Line(no, code, "示例", on, quantity, price, amount, supply=supply))
    for refunded in draw(st.lists(st.sampled_from(lines), max_size=2, unique_by=lambda line: line.no)):
        quantity = (refunded.quantity * draw(st.integers(1, 3)) / 3).quantize(Decimal("0.0001"), rounding="ROUND_DOWN")
        if quantity:
            amount = min(round_half_up(quantity * refunded.price * 100), refunded.amount_fen)
            on = first + timedelta(days=draw(st.integers(0, days)))
            lines.append(
                Line(len(lines) + 1, refunded.code, "退费", on, -quantity, refunded.price, -amount, refunds=refunded.no)
            )
    return tuple(lines)


@st.composite
def brought(draw: st.DrawFn, left: date) -> LaterDiagnosis | None:
    """Draw the result of a later stay of the episode, if any: mostly soon after the visit."""
    status = draw(st.sampled_from([None, CaseStatus.CONFIRMED, CaseStatus.CONFIRMED, CaseStatus.SUSPECTED]))
    if status is None:
        return None
    admitted = left + timedelta(days=draw(st.integers(0, 12)))
    discharged = admitted + timedelta(days=draw(st.integers(0, 25)))
    return LaterDiagnosis(status, admitted + timedelta(days=draw(st.integers(0, 3))), admitted, discharged)


@st.composite
def stays(draw: st.DrawFn, regimes: tuple[date, ...] = REGIMES) -> Claim:
    kind = draw(st.sampled_from([VisitKind.INPATIENT, VisitKind.INPATIENT, VisitKind.OUTPATIENT, VisitKind.EMERGENCY]))
    admitted = draw(st.sampled_from(regimes)) + timedelta(days=draw(st.integers(-3, 3)))
    days = draw(st.integers(0, 30)) if kind is VisitKind.INPATIENT else 0
    institutions = sorted(code for code in shipped_bundle().registry.institutions if code.startswith("H"))
    institution = InstitutionCode(draw(st.sampled_from(institutions)))
    statuses = draw(
        st.sampled_from(
            [
                [],
                [CaseStatus.CONFIRMED],
                [CaseStatus.SUSPECTED],
                [CaseStatus.SUSPECTED, CaseStatus.EXCLUDED],
                [CaseStatus.SUSPECTED, CaseStatus.CONFIRMED],
                [CaseStatus.SUSPECTED, CaseStatus.EXCLUDED, CaseStatus.SUSPECTED],
                [CaseStatus.CONFIRMED, CaseStatus.EXCLUDED],
                [CaseStatus.EXCLUDED],
            ]
        )
    )
    offsets = sorted(draw(st.lists(st.integers(-4, days + 2), min_size=len(statuses), max_size=len(statuses))))
    history = tuple(
        StatusEvent(status, admitted + timedelta(days=offset)) for status, offset in zip(statuses, offsets, strict=True)
    )
    confirmed = CaseStatus.CONFIRMED in statuses
    excluded = statuses[-2:] == [CaseStatus.SUSPECTED, CaseStatus.EXCLUDED]
    left = admitted + timedelta(days=days)
    later = draw(brought(left)) if not {CaseStatus.CONFIRMED, CaseStatus.SUSPECTED} & {*statuses} else None
    return Claim(
        claim_no="R-1",
        institution=institution,
        person=PERSON,
        entry=draw(st.sampled_from(Entry)),
        visit=Visit(kind, admitted, left),
        diagnosis=Diagnosis(
            history,
            codes_for(institution, left, confirmed=confirmed, excluded=excluded),
            "B99.900" if institution[:3] == "H50" else None,
            later,
        ),
        lines=draw(billed(admitted, days)),
        filing=draw(st.sampled_from([None, Filing.EMERGENCY, Filing.UNFILED])),
    )


@st.composite
def enrolled(draw: st.DrawFn, institution: InstitutionCode) -> Enrolment:
    insurance = draw(st.sampled_from(Insurance))
    at_home = shipped_bundle().registry.institutions[institution].pooling_area
    employment = draw(st.sampled_from([Employment.ACTIVE, Employment.RETIRED]))
    remote_half = draw(st.booleans())
    return Enrolment(
        PERSON,
        None if insurance is Insurance.NONE else draw(st.sampled_from(POOLS if remote_half else [at_home])),
        insurance,
        employment if insurance is Insurance.EMPLOYEE else Employment.NONE,
        draw(st.sampled_from(AssistanceClass)),
    )


YEARS = st.one_of(
    st.just(YearToDate()),
    st.builds(
        YearToDate,
        pool_fen=st.integers(0, 62_000_000),
        burden_fen=st.integers(0, 40_000_000),
        critical_fen=st.integers(0, 40_000_000),
        large_sum_fen=st.integers(0, 50_000_000),
        assistance_fen=st.integers(0, 6_000_000),
        outpatient_fen=st.integers(0, 300_000),
    ),
)


def decided(claim: Claim, person: Enrolment, prior: YearToDate, *, filed: bool) -> Assessment:
    circumstances = Circumstances(person, filed, prior, SETTLED_ON)
    return assess(claim, circumstances, bundle_with_agreements(), again=claim.diagnosis.later is not None)


@settings(max_examples=examples(300))
@given(stays(), st.data(), YEARS, st.sampled_from(Filing))
def test_a_second_evaluator_reaches_every_figure(
    claim: Claim, data: st.DataObject, prior: YearToDate, on_record: Filing
) -> None:
    person, filed = data.draw(enrolled(claim.institution)), on_record is Filing.FILED
    found = decided(claim, person, prior, filed=filed)
    event("decided" if found.document else f"refused {[finding.code for finding in found.findings]}")
    if found.document is not None:
        assert reckoned_of(found.document) == reckon(claim, person, prior, filed=filed)


def test_visits_that_a_later_diagnosis_covers_are_among_those_compared() -> None:
    """N-08: a visit at which nobody knew of the illness is protected by what a later stay brought, and one is not."""

    def is_covered(claim: Claim) -> bool:
        person = Enrolment(PERSON, None, Insurance.NONE, Employment.NONE, AssistanceClass.NONE)
        found = decided(claim, person, YearToDate(), filed=False)
        return found.document is not None and bool(found.document["protected"])

    # Any example will do: none has to be the smallest.
    drawn = settings(phases=[Phase.generate], max_examples=2_000)
    covered = find(stays(), lambda claim: claim.diagnosis.later is not None and is_covered(claim), settings=drawn)
    too_late = find(stays(), lambda claim: claim.diagnosis.later is not None and not is_covered(claim), settings=drawn)
    assert not is_covered(replace(covered, diagnosis=replace(covered.diagnosis, later=None)))
    assert too_late.diagnosis.later is not None


@settings(max_examples=examples(100))
@given(stays(UNDER_CLASS_B), st.data(), YEARS)
def test_a_later_diagnosis_changes_nothing_of_a_visit_under_class_b(
    claim: Claim, data: st.DataObject, prior: YearToDate
) -> None:
    """N-08 ended for visits from 2023-01-08 on: the rules of 2023 cover the stay alone."""
    person = data.draw(enrolled(claim.institution))
    alone = replace(claim, diagnosis=replace(claim.diagnosis, history=(), later=None))
    later = data.draw(brought(claim.visit.discharged_on).filter(bool))
    reached = replace(alone, diagnosis=replace(alone.diagnosis, later=later))
    circumstances = Circumstances(person, False, prior, SETTLED_ON)
    documents = [
        assess(each, circumstances, bundle_with_agreements(), again=True).document for each in (alone, reached)
    ]
    found = [reckoned_of(each) for each in documents if each is not None]
    assert found == [reckon(alone, person, prior, filed=False)] * 2
    assert reckon(reached, person, prior, filed=False) == found[0]


@pytest.mark.parametrize("case", DECIDED_CASES, ids=lambda case: case.id)
def test_a_second_evaluator_reaches_the_worked_cases(case: WorkedCase) -> None:
    person = enrolment_of(case.claim["patient"]["id_no"])
    claim = parse_case(case).to_claim(person.person)
    filed, prior = bool(case.document.get("filing_on_record")), prior_of(case)
    document = decided(claim, person, prior, filed=filed).document
    assert document is not None
    assert reckoned_of(document) == reckon(claim, person, prior, filed=filed)
