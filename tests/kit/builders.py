"""Plain, good domain values for tests; a test changes the single value that it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from chalicelib.adjudication.domain.claim import (
    CaseStatus,
    Claim,
    Diagnosis,
    DiagnosisCode,
    DiagnosisRole,
    Entry,
    Line,
    StatusEvent,
    Visit,
    VisitKind,
)
from chalicelib.adjudication.domain.determination import (
    FUNDS,
    BudgetPart,
    CrossRegion,
    Determination,
    FiscalPart,
    Grounds,
    PayerAmount,
    Shares,
    Step,
    YearContribution,
)
from chalicelib.kernel.access import Role
from chalicelib.kernel.money import round_half_up
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, PersonToken
from chalicelib.law.domain.publication import Publication
from chalicelib.registry.domain.model import Institution, InstitutionKind
from tests.kit.areas import KUNMING, WUHUA

PERSON = PersonToken("prs_0123456789abcdef0123456789abcdef")
CLAIM_ID = ClaimId("clm_abcdefghijklmnopqrstuvwxyz")
NOW = Instant("2026-11-05T03:04:05Z")


def act(actor: str, at: Instant = NOW, role: Role = Role.POLICY, subject: str = "000000") -> Act:
    """Build an act of a person."""
    return Act(actor, role, subject, at)


def published(number: int, bundle: str, previous: str | None, at: Instant = NOW) -> Publication:
    """Build a publication: one officer handed the policy set in, another put it in force."""
    return Publication(number, bundle, previous, act("officer", at), act("second-officer", at))


HOSPITAL = InstitutionCode("H53010200001")


def institution(
    code: InstitutionCode = HOSPITAL,
    area: AreaCode = WUHUA,
    pooling_area: AreaCode = KUNMING,
    agency: AreaCode = KUNMING,
) -> Institution:
    """A designated hospital of level 3 in Kunming."""
    return Institution(
        code=code,
        name_zh="昆明示例三级医院",
        area=area,
        pooling_area=pooling_area,
        agency=agency,
        level=3,
        kind=InstitutionKind.HOSPITAL,
        treatment_designated=True,
        agreement_until=date(2020, 12, 31),
    )


def line(
    no: int = 1,
    *,
    quantity: str = "2",
    price: str = "15.00",
    amount_fen: int | None = None,
    on: date = date(2020, 2, 12),
    code: str = "120100010",
    refunds: int | None = None,
    name: str = "有创机械通气",
) -> Line:
    """A line whose amount, unless given, is quantity x price."""
    if amount_fen is None:
        amount_fen = round_half_up(Decimal(quantity) * Decimal(price) * 100)
    return Line(
        no=no,
        code=code,
        name=name,
        on=on,
        quantity=Decimal(quantity),
        price=Decimal(price),
        amount_fen=amount_fen,
        refunds=refunds,
    )


def claim(*lines: Line) -> Claim:
    """An inpatient stay from 10 February to 1 March 2020, with one line unless others are given."""
    return Claim(
        claim_no="YN-0003",
        institution=InstitutionCode("H53010200001"),
        person=PERSON,
        entry=Entry.NONE,
        visit=Visit(VisitKind.INPATIENT, date(2020, 2, 10), date(2020, 3, 1)),
        diagnosis=Diagnosis(
            history=(StatusEvent(CaseStatus.CONFIRMED, date(2020, 2, 10)),),
            codes=(DiagnosisCode("J12.800", DiagnosisRole.MAIN), DiagnosisCode("B97.200", DiagnosisRole.ADDITIONAL)),
        ),
        lines=lines or (line(),),
    )


def grounds(*citations: str) -> Grounds:
    """Build the grounds of a step, without the document's spelling of them."""
    return Grounds(citations, (), "[]", "[]", illustrative=False, interpretations=())


def determination(
    funds: tuple[PayerAmount, ...] = (),
    fiscal_split: tuple[FiscalPart, ...] = (),
    pays_first: AreaCode | None = None,
    cross_region: CrossRegion | None = None,
    central_refund_fen: int = 0,
    patient_fen: int = 0,
) -> Determination:
    """The determination of a protected inpatient claim in Kunming, whose shares follow from the funds and the split."""
    basic_fen, critical_fen, assistance_fen = (
        sum(part.amount_fen for part in funds if part.payer is payer) for payer in FUNDS
    )
    fiscal_fen = sum(part.amount_fen for part in fiscal_split)
    shares = Shares(basic_fen, critical_fen, assistance_fen, fiscal_fen, patient_fen)
    decided = Step("combined-share", "0.00", "0.00", "", Text("", ""), grounds("yn-2020-12.3.5", "nat-2020-2.1"))
    return Determination(
        claim_no="YN-0003",
        institution=InstitutionCode("H53010200001"),
        agency=KUNMING,
        treatment_area=KUNMING,
        insured_area=cross_region.debtor if cross_region else KUNMING,
        protected=True,
        protected_fen=shares.funds_fen + fiscal_fen,
        total_fen=shares.total_fen,
        in_scope_fen=shares.total_fen,
        excluded_fen=0,
        first_self_pay_fen=0,
        over_limit_fen=0,
        deductible_fen=0,
        shares=shares,
        payers=funds,
        fiscal_split=fiscal_split,
        pays_first=pays_first,
        central_refund_fen=central_refund_fen,
        cross_region=cross_region,
        budgets=(BudgetPart("separate", shares.funds_fen),),
        payment_method="by-item",
        personal_account_fen=0,
        lines=(),
        steps=(decided, replace(decided, step="fiscal", grounds=grounds("nat-2020-2.1", "yn-2020-12.3.6"))),
        illustrative=False,
        interpretations=(),
        records=(),
        contribution=YearContribution(),
        decided_on="2020-03-01",
        input_hash="",
        bundle_hash="",
    )
