"""Behaviours of rows that no bill of the shipped set can show, each by figures that its provision alone brings about.

A behaviour takes a policy set and fails by an assertion. With the shipped set it holds; without the row's provisions it
must not. A row whose provision only records what the code does anyway takes no part: its behaviour is the code's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from chalicelib.adjudication.domain.claim import CaseStatus, VisitKind
from chalicelib.advances.domain.model import refuse_substitute
from chalicelib.advances.domain.quota import Measure, Quota, Spending, measure_for, needs_top_up, quota_of
from chalicelib.kernel.clocks import ClockKind
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.law.domain.citation import articles_of
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import clock_rule, township_desk
from chalicelib.law.domain.services.vocabulary import Basis
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.patient_advances.domain import PatientCase, provision_for
from chalicelib.registry.domain.model import (
    AssistanceClass,
    CatalogueItem,
    Employment,
    Enrolment,
    Insurance,
    ItemClass,
    ItemKind,
)
from chalicelib.reports.usecases import statistics_ordered_by
from tests.kit.areas import KUNMING
from tests.kit.worked_cases import WorkedCase, decide, differences, worked_cases

Behaviour = Callable[[Bundle], None]
BEHAVIOURS: dict[str, Behaviour] = {}


def shows(row: str) -> Callable[[Behaviour], Behaviour]:
    """Say which row a behaviour shows; the table of articles names it."""

    def keep(behaviour: Behaviour) -> Behaviour:
        BEHAVIOURS[row] = behaviour
        return behaviour

    return keep


def fails(row: str, bundle: Bundle) -> bool:
    """Tell whether a row's behaviour fails under a policy set."""
    try:
        BEHAVIOURS[row](bundle)
    except AssertionError:
        return True
    return False


def measure(bundle: Bundle, institution: InstitutionCode, day: date) -> Measure:
    found = measure_for(bundle, bundle.registry.institutions[institution], day)
    assert found is not None, "no measure lets it have an advance"
    return found


@shows("N-04")
def before_any_local_notice_the_nation_earmarks_the_need(bundle: Bundle) -> None:
    found = measure(bundle, InstitutionCode("H53010200001"), date(2020, 1, 25))
    assert (found.basis, found.earmarked, found.ended) == (Basis.EARMARKED, True, False)
    assert quota_of(found, 5_000_00, Spending()) == Quota("nat-2020.1.6", "earmarked")


@shows("X-06")
def a_fever_clinic_of_shanxi_is_prepaid_in_full(bundle: Bundle) -> None:
    """Check a clinic with and without designation: the article names fever clinics beside designated hospitals."""
    clinic = bundle.registry.institutions["H14010500002"]
    for each in (clinic, replace(clinic, treatment_designated=False)):
        found = measure_for(bundle, each, date(2020, 4, 1))
        assert found is not None, "no measure lets it have an advance"
        assert (found.basis, found.ended) == (Basis.FULL, False)
    hospital = bundle.registry.institutions["H14010500001"]
    named = measure(bundle, hospital.code, date(2020, 4, 1))
    other = measure_for(bundle, replace(hospital, treatment_designated=False), date(2020, 4, 1))
    assert (named.basis, None if other is None else other.citation) == (Basis.FULL, "nat-2020.1.6")


@shows("C-10")
def chongqing_weighs_quota_application_and_added_spending(bundle: Bundle) -> None:
    """The answer shows 100.00 of a month's quota and 40.00 of added spending; the consequence is a judgement."""
    spending = Spending(ordinary_quota_fen=100_00, added_fen=40_00)
    quota = quota_of(measure(bundle, InstitutionCode("H50010300002"), date(2020, 3, 1)), 250_00, spending)
    assert quota == Quota(quota.citation, "ordinary-quota-plus", ordinary_quota_fen=100_00, added_fen=40_00)


@shows("D-04")
def dalian_records_a_first_payment_of_forty_million(bundle: Bundle) -> None:
    quota = quota_of(measure(bundle, InstitutionCode("H21020200001"), date(2020, 1, 28)), 2_000_000_00, Spending())
    assert (quota.basis, quota.first_payment_fen) == ("first-payment", 40_000_000_00)


@shows("S-05")
def shandong_has_at_least_one_to_two_months_paid_and_tops_up(bundle: Bundle) -> None:
    """30,000.00 a month: at least 30,000.00, as the range goes 60,000.00, and no ceiling."""
    found = measure(bundle, InstitutionCode("H37100200002"), date(2023, 2, 1))
    quota = quota_of(found, 100_000_00, Spending(monthly_fen=30_000_00))
    assert (quota.least_fen, quota.least_to_fen) == (30_000_00, 60_000_00)
    assert needs_top_up(found, last_paid_fen=50_000_00, balance_fen=9_999_99)
    assert not needs_top_up(found, last_paid_fen=50_000_00, balance_fen=10_000_00)


@shows("Y-02")
def yunnan_tops_up_and_takes_no_ordinary_advance_for_it(bundle: Bundle) -> None:
    found = measure(bundle, InstitutionCode("H53010200001"), date(2020, 3, 1))
    assert (found.basis, found.earmarked) == (Basis.EARMARKED, True)
    assert needs_top_up(found, last_paid_fen=100_00, balance_fen=19_99)
    with pytest.raises(Invalid) as refused:
        refuse_substitute(AdvanceFund.SPECIAL, AdvanceFund.ORDINARY, found)
    assert {each.citation for each in refused.value.findings} == {found.citation}


LISTED = "XZ99ZZZ001A001010100099"


@shows("S-09")
def a_drug_on_the_provinces_list_is_class_a_from_the_day_it_is_filed(bundle: Bundle) -> None:
    """Outside catalogue and plan, filed on 11 January 2023: excluded on the 10th, in scope on the 11th."""
    drug = CatalogueItem(
        LISTED, "省临时药品", "a drug of the list", ItemKind.DRUG, ItemClass.C, Fraction(0), None, *[None] * 4
    )
    registry = replace(bundle.registry, catalogue={**bundle.registry.catalogue, LISTED: (drug,)})
    listed = tuple(
        replace(each, value={**each.value, "items": {LISTED: "2023-01-11"}}) if "S-09" in each.rows else each
        for each in bundle.provisions
    )
    document = decided("weihai-2023-inpatient-split", Bundle(bundle.hash, bundle.notices, listed, registry), with_list)
    lines = {line["no"]: (line["in_scope"], line["excluded"]) for line in document["lines"]}
    assert lines == {1: ("0.00", "300.00"), 2: ("300.00", "0.00")}


def with_list(claim: dict[str, Any]) -> None:
    claim["lines"] = [
        {
            "no": no,
            "code": LISTED,
            "name": "省临时药品",
            "date": day,
            "quantity": "1",
            "price": "300.00",
            "amount": "300.00",
        }
        for no, day in ((1, "2023-01-10"), (2, "2023-01-11"))
    ]


@shows("S-14")
def a_temporary_agreement_lets_an_institution_settle(bundle: Bundle) -> None:
    """The institution's own agreement ended with 2022; the temporary agreement runs to the end of March 2023."""
    code = "H37100200001"
    ended = replace(
        bundle.registry.institutions[code],
        agreement_until=date(2022, 12, 31),
        temporary_agreement_until=date(2023, 3, 31),
    )
    registry = replace(bundle.registry, institutions={**bundle.registry.institutions, code: ended})
    case = case_of("weihai-2023-inpatient-split")
    document = decided(case.id, Bundle(bundle.hash, bundle.notices, bundle.provisions, registry))
    assert differences(case.document["expect"], document) == []
    assert "S-14" in {row for step in document["steps"] for each in step["decided_by"] for row in each["source"]}


@shows("Y-14")
def a_patient_of_yunnan_elsewhere_is_advanced_for(bundle: Bundle) -> None:
    """A Kunming employee treated in Wuhan. `test_patient_advances` holds the other persons served and not served."""
    enrolment = Enrolment(PersonToken(""), KUNMING, Insurance.EMPLOYEE, Employment.ACTIVE, AssistanceClass.NONE)
    case = PatientCase(
        PersonToken(""),
        InstitutionCode("H42010600001"),
        VisitKind.INPATIENT,
        date(2020, 2, 5),
        None,
        CaseStatus.CONFIRMED,
    )
    try:
        found = provision_for(bundle, case, enrolment, date(2020, 3, 1))
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert found.rows == ("Y-14",)


@shows("C-05")
def townships_of_fuling_are_a_desk_for_filings_and_report_within_a_day(bundle: Bundle) -> None:
    """And of no other district."""
    day = date(2020, 2, 15)
    assert township_desk(bundle, "filing-report", AreaCode("500102"), day) is not None
    assert township_desk(bundle, "filing-report", AreaCode("500103"), day) is None
    assert clock_rule(bundle, "filing-report", AreaCode("500102"), day).length == 24


@shows("C-13")
def chongqing_answers_filings_within_a_day_also_on_the_festival(bundle: Bundle) -> None:
    for business in ("filing-answer", "emergency-filing-answer"):
        rule = clock_rule(bundle, business, AreaCode("500102"), date(2020, 2, 1))
        assert (rule.kind, rule.length) == (ClockKind.HOURS, 24)


@shows("D-03")
def dalian_answers_an_emergency_filing_within_a_day_of_the_call(bundle: Bundle) -> None:
    rule = clock_rule(bundle, "emergency-filing-answer", AreaCode("210200"), date(2020, 2, 1))
    assert (rule.kind, rule.length) == (ClockKind.HOURS, 24)
    assert clock_rule(bundle, "filing-answer", AreaCode("210200"), date(2020, 2, 1)).citation is None


@shows("Y-05")
def yunnan_answers_filings_and_lets_a_prefecture_lift_the_requirement(bundle: Bundle) -> None:
    """`test_offices` shows a prefecture that does."""
    assert clock_rule(bundle, "emergency-filing-answer", AreaCode("532900"), date(2020, 2, 15)).length == 24
    stands = [each for each in bundle.by_slot[Slot.FILING_REQUIREMENT] if each.area == "530000"]
    assert [each.value for each in stands] == [{"required": True}]


@shows("S-08")
def a_drug_that_left_plan_and_catalogue_is_no_longer_paid(bundle: Bundle) -> None:
    """Outside the catalogue and out of the plan since March 2022: excluded in January 2023, and the line says why."""
    drug = CatalogueItem(
        LISTED, "移出方案的药品", "a drug that left", ItemKind.DRUG, ItemClass.C, Fraction(0), None, None, None,
        date(2020, 2, 18), date(2022, 3, 13),
    )  # fmt: skip
    registry = replace(bundle.registry, catalogue={**bundle.registry.catalogue, LISTED: (drug,)})
    left = Bundle(bundle.hash, bundle.notices, bundle.provisions, registry)
    for line in decided("weihai-2023-inpatient-split", left, with_list)["lines"]:
        assert (line["in_scope"], line["excluded"]) == ("0.00", "300.00")
        assert {row for each in line["citations"] for row in each["source"]} == {"S-08"}


@shows("S-18")
def shandongs_closing_clause_speaks_in_shandong_and_nowhere_else(bundle: Bundle) -> None:
    """The same regime, by the national notice, in Kunming: no clause of Shandong's stands in its reasons."""
    cited = {
        name: {
            (each["notice"], *each["source"])
            for step in decided(name, bundle)["steps"]
            if step["step"] == "regime"
            for each in step["decided_by"]
        }
        for name in ("weihai-admitted-8-january-2023", "kunming-2023-outpatient-national-floor")
    }
    assert cited["weihai-admitted-8-january-2023"] == {("nat-2023-1",), ("sd-2023-1", "S-18")}
    assert cited["kunming-2023-outpatient-national-floor"] == {("nat-2023-1",)}


@shows("N-05")
def the_published_statistics_name_the_article_that_has_them_made(bundle: Bundle) -> None:
    named = articles_of(bundle, statistics_ordered_by(bundle))
    assert named == ("国家医保局 2020-03 访谈 问2",)


def case_of(name: str) -> WorkedCase:
    return next(case for case in worked_cases() if case.id == name)


def decided(name: str, bundle: Bundle, change: Callable[[dict[str, Any]], None] = lambda _: None) -> Mapping[str, Any]:
    """A worked case's determination under a policy set, its claim changed first."""
    case = case_of(name)
    claim = dict(case.claim)
    change(claim)
    found = decide(WorkedCase(case.id, case.path, {**case.document, "claim": claim}), bundle)
    assert found.document is not None, [finding.code for finding in found.findings]
    return found.document


def without_row(bundle: Bundle, row: str) -> Bundle:
    """The set after every provision that names a row is gone."""
    left = tuple(provision for provision in bundle.provisions if row not in provision.rows)
    return Bundle(bundle.hash, bundle.notices, left, bundle.registry)


DECIDED_BY_SLOT = frozenset(Slot) - {Slot.RECORD, Slot.NOTHING}
"""The slots whose removal changes figures; a record's provision changes no figure."""

import tests.kit.service_behaviours  # noqa: E402, F401 - it registers the rows of the services here
