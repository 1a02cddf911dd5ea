"""Claims, enrolments and years as hypothesis draws them, for any bill, place and time."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

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
from chalicelib.kernel.words.ids import InstitutionCode, PersonToken
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Insurance
from tests.kit.worked_cases import shipped_bundle

PERSON = PersonToken("prs_" + "0" * 32)
EDGES = (
    date(2020, 1, 20),
    date(2020, 1, 22),
    date(2020, 1, 27),
    date(2020, 2, 1),
    date(2020, 2, 13),
    date(2020, 3, 26),
    date(2023, 1, 8),
    date(2023, 3, 31),
)
CODES = (
    DiagnosisCode("J12.800", DiagnosisRole.MAIN),
    DiagnosisCode("B97.200", DiagnosisRole.ADDITIONAL),
)
NATIONAL_CODES = (DiagnosisCode("U07.100x001", DiagnosisRole.MAIN),)


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    kind = draw(st.sampled_from(VisitKind))
    admitted = draw(st.sampled_from(EDGES)) + timedelta(days=draw(st.integers(-3, 60)))
    days = draw(st.integers(0, 40)) if kind is VisitKind.INPATIENT else 0
    return Visit(kind, admitted, admitted + timedelta(days=days))


@st.composite
def lines_of(draw: st.DrawFn, visit: Visit) -> tuple[Line, ...]:
    items = [*sorted(shipped_bundle().registry.catalogue), "UNKNOWN-ITEM"]
    stay = (visit.discharged_on - visit.admitted_on).days
    lines: list[Line] = []
    for no in range(1, draw(st.integers(1, 6)) + 1):
        quantity = Decimal(draw(st.integers(1, 400_000))) / 10_000
        price = Decimal(draw(st.integers(0, 2_000_000_000))) / 1_000_000
        on = visit.admitted_on + timedelta(days=draw(st.integers(0, stay)))
        amount_fen = round_half_up(quantity * price * 100)
        supply = draw(st.sampled_from([None, None, None, "mask"]))
        lines.append(Line(no, draw(st.sampled_from(items)), "示例项目", on, quantity, price, amount_fen, supply=supply))
    for refunded in draw(st.lists(st.sampled_from(lines), max_size=2, unique_by=lambda line: line.no)):
        part = refunded.quantity * draw(st.integers(1, 3)) / 3
        quantity = part.quantize(Decimal("0.0001"), rounding="ROUND_DOWN")
        if quantity:
            amount_fen = min(round_half_up(quantity * refunded.price * 100), refunded.amount_fen)
            no = len(lines) + 1
            lines.append(
                Line(
                    no, refunded.code, "退费", refunded.on, -quantity, refunded.price, -amount_fen, refunds=refunded.no
                )
            )
    return tuple(lines)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    visit = draw(visits())
    institution = InstitutionCode(draw(st.sampled_from(sorted(shipped_bundle().registry.institutions))))
    day = st.integers(-5, 10).map(lambda days: visit.admitted_on + timedelta(days=days))
    after = visit.discharged_on + timedelta(days=3)
    later = LaterDiagnosis(CaseStatus.CONFIRMED, after, after, after + timedelta(days=9))
    history = draw(st.lists(st.builds(StatusEvent, st.sampled_from(CaseStatus), day), max_size=3))
    return Claim(
        claim_no="P-1",
        institution=institution,
        person=PERSON,
        entry=draw(st.sampled_from(Entry)),
        visit=visit,
        diagnosis=Diagnosis(
            tuple(history),
            draw(
                st.sampled_from([CODES, NATIONAL_CODES, (*CODES, DiagnosisCode("Z03.800", DiagnosisRole.ADDITIONAL))])
            ),
            draw(st.sampled_from([None, "B99.900"])),
            draw(st.sampled_from([None, None, None, later])),
        ),
        lines=draw(lines_of(visit)),
        filing=draw(st.sampled_from([None, Filing.EMERGENCY, Filing.UNFILED])),
    )


@st.composite
def enrolments(draw: st.DrawFn) -> Enrolment:
    insurance = draw(st.sampled_from(Insurance))
    insured = [area for area in shipped_bundle().registry.areas if area[:2] != "00" and area[4:] == "00"]
    pooling = sorted({shipped_bundle().registry.pooling_area(area) for area in insured} & WITH_BENEFITS)
    return Enrolment(
        PERSON,
        None if insurance is Insurance.NONE else draw(st.sampled_from(pooling)),
        insurance,
        draw(st.sampled_from(Employment)),
        draw(st.sampled_from(AssistanceClass)),
    )


WITH_BENEFITS = {"530100", "532900", "500000", "210200", "371000", "371500", "140100", "420100"}

PRIORS = st.builds(
    YearToDate,
    pool_fen=st.integers(0, 60_000_000),
    burden_fen=st.integers(0, 40_000_000),
    critical_fen=st.integers(0, 40_000_000),
    large_sum_fen=st.integers(0, 50_000_000),
    assistance_fen=st.integers(0, 6_000_000),
    outpatient_fen=st.integers(0, 300_000),
)
