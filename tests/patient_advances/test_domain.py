"""The article on advances for patients elsewhere: the patients served, the offices that pass a request on, its money.

The policies are the project's own; take the provision away and nobody is served.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.adjudication.domain.claim import CaseStatus, VisitKind
from chalicelib.advances.domain.model import Advance, AdvanceStatus
from chalicelib.clearing.domain.run import RunStatus
from chalicelib.kernel.access import Role
from chalicelib.kernel.errors import Conflict, Invalid, OwnAct
from chalicelib.kernel.money import FEN_MAX
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, RunId, TransactionId
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.model import Bundle
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.obligations import Window
from chalicelib.patient_advances.domain import (
    Debt,
    PatientAdvance,
    PatientAdvanceId,
    PatientAdvanceStatus,
    PatientCase,
    SettledClaim,
    Stage,
    case_findings,
    provision_for,
    request_findings,
    request_id_of,
    stage_of,
)
from chalicelib.registry.domain.model import NATION, AssistanceClass, Employment, Enrolment, Insurance
from tests.kit import areas
from tests.kit.areas import YUNNAN
from tests.kit.builders import NOW, PERSON
from tests.kit.memory.samples import policies
from tests.kit.row_behaviours import without_row

WUHAN, CHONGQING, KUNMING, DALI = (
    InstitutionCode("H42010600001"),
    InstitutionCode("H50010200001"),
    "H53010200001",
    "H53290100001",
)
TODAY = date(2020, 3, 1)
CITATION = "yn-2020-12.4.3"


@pytest.fixture(name="bundle", scope="module")
def fixture_bundle() -> Bundle:
    return open_file(policies())


CASE = PatientCase(PERSON, WUHAN, VisitKind.INPATIENT, date(2020, 2, 5), None, CaseStatus.CONFIRMED)


def enrolled(area: AreaCode = areas.KUNMING, insurance: Insurance = Insurance.EMPLOYEE) -> Enrolment:
    employment = Employment.ACTIVE if insurance is Insurance.EMPLOYEE else Employment.NONE
    return Enrolment(PERSON, area, insurance, employment, AssistanceClass.NONE)


def why_not(bundle: Bundle, case: PatientCase, enrolment: Enrolment, today: date = TODAY) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        provision_for(bundle, case, enrolment, today)
    return {(each.code, each.field) for each in refused.value.findings}


@pytest.mark.parametrize("institution", [WUHAN, CHONGQING, "H21020200001", "H14010500001"])
@pytest.mark.parametrize(("area", "insurance"), [("530100", Insurance.EMPLOYEE), ("532900", Insurance.RESIDENT)])
def test_yunnans_own_insured_in_another_province_are_served(
    bundle: Bundle, institution: InstitutionCode, area: AreaCode, insurance: Insurance
) -> None:
    found = provision_for(bundle, replace(CASE, institution=institution), enrolled(area, insurance), TODAY)
    assert found.citation == CITATION


@pytest.mark.parametrize("visit", list(VisitKind))
def test_every_kind_of_visit_is_served(bundle: Bundle, visit: VisitKind) -> None:
    assert provision_for(bundle, replace(CASE, visit=visit), enrolled(), TODAY).citation == CITATION


@pytest.mark.parametrize("institution", [KUNMING, DALI])
def test_nobody_is_served_inside_the_province(bundle: Bundle, institution: InstitutionCode) -> None:
    case = replace(CASE, institution=institution)
    assert why_not(bundle, case, enrolled()) == {("not-in-another-province", "institution")}


def test_those_whom_the_treatment_place_does_not_protect_are_not_served(bundle: Bundle) -> None:
    """The national notices protect the suspected from 27 January, so a day before nobody does in Wuhan."""
    early = replace(CASE, status=CaseStatus.SUSPECTED, admitted_on=date(2020, 1, 10), discharged_on=date(2020, 1, 20))
    assert why_not(bundle, early, enrolled()) == {
        ("not-protected", "case_status"),
        ("patient-advance-not-in-force", "visit.admitted"),
    }


def test_the_article_serves_from_its_day_and_by_the_day_of_discharge(bundle: Bundle) -> None:
    before = replace(CASE, admitted_on=date(2020, 1, 25), discharged_on=date(2020, 1, 31))
    assert why_not(bundle, before, enrolled()) == {("patient-advance-not-in-force", "visit.admitted")}
    later = replace(before, discharged_on=date(2020, 2, 1))
    assert provision_for(bundle, later, enrolled(), TODAY).citation == CITATION


def test_a_stay_that_goes_on_is_looked_at_on_the_day_of_the_report(bundle: Bundle) -> None:
    early = replace(CASE, admitted_on=date(2020, 1, 25))
    assert why_not(bundle, early, enrolled(), date(2020, 1, 31)) == {("patient-advance-not-in-force", "visit.admitted")}
    assert provision_for(bundle, early, enrolled(), date(2020, 2, 1)).citation == CITATION


def test_the_regime_of_2023_has_set_the_article_aside(bundle: Bundle) -> None:
    case = replace(CASE, admitted_on=date(2023, 1, 8))
    with pytest.raises(Invalid) as refused:
        provision_for(bundle, case, enrolled(), date(2023, 1, 9))
    (finding,) = refused.value.findings
    assert finding.code == "patient-advance-set-aside"
    assert finding.citation is not None
    assert not finding.citation.startswith("yn-")


@pytest.mark.parametrize(("area", "institution"), [("420100", KUNMING), ("500000", WUHAN), ("371000", KUNMING)])
def test_an_article_of_yunnan_serves_nobody_who_is_insured_elsewhere(
    bundle: Bundle, area: AreaCode, institution: InstitutionCode
) -> None:
    """The article does not serve patients whom other provinces insure and Yunnan treats."""
    case = replace(CASE, institution=institution)
    assert why_not(bundle, case, enrolled(area)) == {("patient-advance-not-provided", "person")}


@pytest.mark.shows("Y-14")
def test_without_the_provision_nobody_is_served(bundle: Bundle) -> None:
    assert why_not(without_row(bundle, "Y-14"), CASE, enrolled()) == {("patient-advance-not-provided", "person")}


@pytest.mark.parametrize(
    ("case", "wrong"),
    [
        (replace(CASE, admitted_on=date(2020, 3, 2)), {"date-in-future"}),
        (replace(CASE, discharged_on=date(2020, 3, 2)), {"date-in-future"}),
        (replace(CASE, discharged_on=date(2020, 2, 4)), {"period-order"}),
        (replace(CASE, visit=VisitKind.OUTPATIENT, discharged_on=date(2020, 2, 6)), {"visit-one-day"}),
        (CASE, set()),
    ],
)
def test_the_days_of_a_visit_have_come_and_are_in_order(case: PatientCase, wrong: set[str]) -> None:
    assert {finding.code for finding in case_findings(case, TODAY)} == wrong


@pytest.mark.parametrize(
    ("amount_fen", "reason", "wrong"),
    [
        (0, "need", {"amount-range"}),
        (-1, "need", {"amount-range"}),
        (FEN_MAX + 1, "  ", {"amount-range", "reason-required"}),
        (FEN_MAX, "need", set()),
    ],
)
def test_an_amount_and_a_reason_are_given(amount_fen: int, reason: str, wrong: set[str]) -> None:
    assert {finding.code for finding in request_findings(amount_fen, reason)} == wrong


def test_the_same_request_has_the_same_ids() -> None:
    assert request_id_of(CASE, 100, "need", 1) == request_id_of(CASE, 100, "need", 1)
    ids = {
        request_id_of(CASE, 100, "need", 1),
        request_id_of(CASE, 100, "need", 2),
        request_id_of(CASE, 101, "need", 1),
        request_id_of(CASE, 100, "more need", 1),
        request_id_of(replace(CASE, institution=CHONGQING), 100, "need", 1),
    }
    assert len(ids) == 5


def reported(amount_fen: int = 1_000) -> PatientAdvance:
    return PatientAdvance(
        request_id=PatientAdvanceId("pad_x"),
        case=CASE,
        insured_area=AreaCode("530100"),
        pooling_area=AreaCode("530100"),
        centre=YUNNAN,
        agency=AreaCode("420100"),
        amount_fen=amount_fen,
        reason="need",
        citation=CITATION,
        reported=Act("clerk", Role.AGENCY, "530100", NOW),
    )


def forwarded() -> PatientAdvance:
    return reported().forwarded(Act("centre", Role.CENTRE, "530000", NOW))


def granted(amount_fen: int | None = None) -> Advance:
    return forwarded().accepted(Act("head", Role.AGENCY, "420100", NOW), amount_fen)[1]


def test_a_granted_request_is_an_approved_special_advance_to_the_treating_hospital() -> None:
    request, advance = forwarded().accepted(Act("head", Role.AGENCY, "420100", NOW), 600)
    assert (request.status, request.revision, request.granted_fen) == (PatientAdvanceStatus.ACCEPTED, 3, 600)
    assert (advance.institution, advance.agency, advance.fund) == (WUHAN, "420100", AdvanceFund.SPECIAL)
    assert (advance.status, advance.approved_fen) == (AdvanceStatus.APPROVED, 600)
    assert (advance.requested.actor, advance.decided_in and advance.decided_in.actor) == ("clerk", "head")
    assert (advance.quota.citation, advance.patient_advance) == (CITATION, "pad_x")
    assert request.advance_id == advance.advance_id
    assert forwarded().accepted(Act("head", Role.AGENCY, "420100", NOW), None)[0].granted_fen == 1_000


@pytest.mark.parametrize("amount_fen", [0, -1, 1_001, FEN_MAX + 1])
def test_no_more_is_granted_than_was_asked_for_and_never_nothing(amount_fen: int) -> None:
    with pytest.raises(Invalid):
        forwarded().accepted(Act("head", Role.AGENCY, "420100", NOW), amount_fen)


def test_declining_and_refusing_need_a_reason() -> None:
    for step in (reported().declined, forwarded().refused):
        with pytest.raises(Invalid):
            step(Act("head", Role.AGENCY, "420100", NOW), " ")
        assert step(Act("head", Role.AGENCY, "420100", NOW), "not ours").answer == "not ours"


@pytest.mark.parametrize("actor", ["clerk", "centre"])
def test_who_reported_or_forwarded_a_request_does_not_grant_it(actor: str) -> None:
    with pytest.raises(OwnAct):
        forwarded().accepted(Act(actor, Role.AGENCY, "420100", NOW), None)
    with pytest.raises(OwnAct):
        forwarded().refused(Act(actor, Role.AGENCY, "420100", NOW), "no")


def test_who_reported_a_request_does_not_pass_it_on() -> None:
    with pytest.raises(OwnAct):
        reported().forwarded(Act("clerk", Role.CENTRE, "530000", NOW))
    with pytest.raises(OwnAct):
        reported().declined(Act("clerk", Role.CENTRE, "530000", NOW), "no")


STEPS: dict[str, Callable[[PatientAdvance], object]] = {
    "forward": lambda request: request.forwarded(Act("other", Role.CENTRE, "530000", NOW)),
    "decline": lambda request: request.declined(Act("other", Role.CENTRE, "530000", NOW), "no"),
    "accept": lambda request: request.accepted(Act("other", Role.AGENCY, "420100", NOW), None),
    "refuse": lambda request: request.refused(Act("other", Role.AGENCY, "420100", NOW), "no"),
}
ALLOWED = {PatientAdvanceStatus.REPORTED: {"forward", "decline"}, PatientAdvanceStatus.FORWARDED: {"accept", "refuse"}}


@pytest.mark.parametrize("status", list(PatientAdvanceStatus))
@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_taken_once_and_in_its_order(status: PatientAdvanceStatus, step: str) -> None:
    request = replace(reported(), status=status)
    if step in ALLOWED.get(status, set()):
        assert STEPS[step](request) is not None
    else:
        with pytest.raises(Conflict):
            STEPS[step](request)


def test_the_agency_of_the_treatment_place_sees_a_request_once_it_is_asked() -> None:
    assert reported().areas == {"530100"}
    assert reported().declined(Act("centre", Role.CENTRE, "530000", NOW), "no").areas == {"530100"}
    assert forwarded().areas == {"530100", "420100"}
    assert forwarded().refused(Act("head", Role.AGENCY, "420100", NOW), "no").areas == {"530100", "420100"}


def test_the_same_may_be_asked_for_anew_once_nothing_more_comes_of_it() -> None:
    accepted, advance = forwarded().accepted(Act("head", Role.AGENCY, "420100", NOW), None)
    assert not reported().is_over(None)
    assert not accepted.is_over(advance)
    assert reported().declined(Act("centre", Role.CENTRE, "530000", NOW), "no").is_over(None)
    assert forwarded().refused(Act("head", Role.AGENCY, "420100", NOW), "no").is_over(None)
    assert accepted.is_over(replace(advance, status=AdvanceStatus.FAILED))
    assert accepted.is_over(replace(advance, status=AdvanceStatus.RETURNED))


WINDOW = Window(NATION, "2020-03", 1)
OPEN = Debt(TransactionId("settle:clm_1"), 500, WINDOW)
CLEARED = replace(OPEN, run_id=RunId("clr_1"), run_status=RunStatus.SETTLED)
DISPUTED = replace(CLEARED, is_disputed=True)


def claim(*debts: Debt) -> SettledClaim:
    return SettledClaim(ClaimId("clm_1"), NOW, 100, debts)


@pytest.mark.parametrize(
    ("status", "claims", "stage"),
    [
        (AdvanceStatus.APPROVED, (), Stage.PAYING),
        (AdvanceStatus.INSTRUCTED, (claim(CLEARED),), Stage.PAYING),
        (AdvanceStatus.FAILED, (claim(CLEARED),), Stage.FAILED),
        (AdvanceStatus.RETURNED, (), Stage.RETURNED),
        (AdvanceStatus.PAID, (), Stage.PAID),
        (AdvanceStatus.PAID, (claim(OPEN),), Stage.SETTLED),
        (AdvanceStatus.PAID, (claim(replace(CLEARED, run_status=RunStatus.INSTRUCTED)),), Stage.SETTLED),
        (AdvanceStatus.PAID, (claim(CLEARED), claim(OPEN)), Stage.SETTLED),
        (AdvanceStatus.PAID, (claim(DISPUTED),), Stage.SETTLED),
        (AdvanceStatus.PAID, (claim(replace(DISPUTED, is_resolved=True), OPEN),), Stage.SETTLED),
        (AdvanceStatus.PAID, (claim(replace(DISPUTED, is_resolved=True), CLEARED),), Stage.CLEARED),
        (AdvanceStatus.PAID, (claim(CLEARED), claim(CLEARED)), Stage.CLEARED),
        (AdvanceStatus.RETURNED, (claim(CLEARED),), Stage.CLEARED),
    ],
)
def test_the_money_is_followed_from_the_payment_to_the_clearing(
    status: AdvanceStatus, claims: tuple[SettledClaim, ...], stage: Stage
) -> None:
    assert stage_of(replace(granted(), status=status), claims) is stage
