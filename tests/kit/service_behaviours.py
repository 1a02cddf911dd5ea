"""Decisions of the rows of the agency's services, each shown by an answer that only its provision brings about.

A behaviour takes a policy set and fails by an assertion, as in `row_behaviours`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.agreements.usecases.blacklist import Blacklist
from chalicelib.arrivals.domain.model import Arrival, ArrivalStatus, StepKind
from chalicelib.arrivals.usecases import ArrivalRequest, Arrivals, StepRequest
from chalicelib.beds.domain import BedKind, StandingBeds
from chalicelib.beds.usecases import BedRequest, Beds
from chalicelib.budgets.domain import MonthSpending
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.coding.domain import CodingDuty
from chalicelib.coding.usecases import CodingDuties, CodingFilter
from chalicelib.contingency.domain import FundTrigger, PlanStatus
from chalicelib.contingency.usecases import AnalyseFund, ContingencyPlans, PlanRequest
from chalicelib.eligibility.domain import RoutingWay, routed
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.fund_accounts.usecases import AreaFigures
from chalicelib.issues.domain import IssueTopic, Reporter
from chalicelib.issues.usecases import IssueRequest, Issues
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Invalid, PolicyConflict
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.services.clocks import clock_rule
from chalicelib.law.domain.services.vocabulary import ConsultationSubject, EmployerSize, FundMeasure
from chalicelib.personal_accounts.domain import PurchaseLine
from chalicelib.personal_accounts.usecases import ItemRequest, PersonalAccounts, PurchaseRequest
from chalicelib.premiums.usecases import DeferralRequest, Premiums
from chalicelib.prescriptions.domain import PrescribedItem, Prescription, PrescriptionKind
from chalicelib.prescriptions.usecases.list_online import InternetList
from chalicelib.prescriptions.usecases.prescribe import PrescriptionRequest, Prescriptions
from chalicelib.progress_reports.usecases import ProgressReports, ProgressRequest
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Insurance
from chalicelib.reimbursements.domain.case import Payee, Reimbursement
from chalicelib.reimbursements.usecases.accept import AcceptReimbursement
from chalicelib.requisitions.domain import RequisitionKind, RequisitionPurpose
from chalicelib.requisitions.usecases import BankWord, RequisitionRequest, Requisitions
from chalicelib.service_desk.domain.dialysis import DialysisOutcome, DialysisReview, DialysisStatus
from chalicelib.service_desk.domain.kinds import Channel, DeskMatterKind, Urgency, Way
from chalicelib.service_desk.domain.matters import DeskMatter
from chalicelib.service_desk.usecases.dialysis import DialysisRequest, DialysisReviews
from chalicelib.service_desk.usecases.hotline import ConsultationRequest, Consultations
from chalicelib.service_desk.usecases.matters import DeskMatterRequest, DeskMatters
from chalicelib.service_desk.usecases.report import DeskReports
from chalicelib.supervision.usecases.follow import MatterFilter, Supervision
from chalicelib.supervision.usecases.inspect import InspectionRequest, Inspections
from chalicelib.supervision.usecases.review import ReviewClaims
from chalicelib.supply.domain.matters import SupplyMatter
from chalicelib.supply.domain.purchases import Goods, OffPlatformPurchase
from chalicelib.supply.domain.stocks import StockLine
from chalicelib.supply.usecases.purchases import OffPlatformPurchases, OffPlatformRequest
from chalicelib.supply.usecases.stocks import AvailabilityFilter, FollowShortages, ReportStock, ShowStocks, StockRequest
from chalicelib.supply.usecases.watch import FollowSupply, SupplyRequest, WatchSupply
from tests.kit.areas import CHONGQING, DALIAN, FULING, KUNMING, RONGCHENG, WEIHAI, WUHAN, YUZHONG
from tests.kit.memory.samples import (
    agency,
    body,
    enrol_sample,
    enrolment,
    hospital,
    passport,
    policies,
    stated,
    submission,
)
from tests.kit.memory.world import World
from tests.kit.requisition_rules import CASHIER, DISTRICT, HEAD, funds_asked
from tests.kit.row_behaviours import shows

TAIYUAN = Principal("health", Role.HEALTH, "140100")


def office(bundle: Bundle, day: date) -> World:
    """A world in which a policy set is in force, at noon of a day."""
    world = World(policies())
    world.bundles.current = lambda: bundle  # type: ignore[method-assign]  # as if it were published
    world.clock.move_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    return world


@shows("D-16")
def dalian_takes_in_the_daily_blacklist(bundle: Bundle) -> None:
    world = office(bundle, date(2020, 2, 18))
    try:
        (line,) = world.system[Blacklist].upload(
            agency(DALIAN), date(2020, 2, 18), "code,name,ground\nH21020200001,,hoarded masks\n"
        )
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert line.record_id is not None


def issues(world: World, code: str, day: date, kind: PrescriptionKind, **changes: Any) -> Prescription:
    """A prescription of a person insured in Kunming. Fails by an assertion where it is refused."""
    world.system[EnrolPerson](agency(KUNMING), enrolment(passport(1)["id_no"]))
    asked = PrescriptionRequest(
        "RX-1",
        stated(passport(1)["id_no"]),
        "示例",
        kind,
        False,
        day,
        7,
        (PrescribedItem("X1", "片剂", "1"),),
        None,
        None,
    )
    try:
        return world.system[Prescriptions].issue(hospital(code), replace(asked, **changes))[0]
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused


@shows("C-12")
def a_district_of_chongqing_asks_the_city_for_funds_and_is_paid_in_full(bundle: Bundle) -> None:
    world = office(bundle, date(2020, 2, 18))
    requisitions = world.system[Requisitions]
    try:
        asked = requisitions.ask(DISTRICT, funds_asked())
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert (asked.payer, asked.decision_clock.due) == ("500000", "2020-02-21T16:00:00.000000Z")
    amounts = {each.kind: each.asked_fen for each in asked.lines}
    approved = requisitions.approve(HEAD, asked.requisition_id, amounts, None)
    assert approved.payment_clock is not None
    assert approved.payment_clock.due == "2020-02-21T16:00:00.000000Z"
    word = BankWord(RequisitionKind.BASIC, "BANK-1", 60_000, came_back=False)
    paid = requisitions.pay(CASHIER, asked.requisition_id, word)
    assert [each.short_fen for each in paid.lines] == [40_000, 100_000]


@shows("N-09")
def a_chronic_patient_is_given_three_months_at_once(bundle: Bundle) -> None:
    day = date(2020, 3, 2)
    issues(office(bundle, day), "H53010200001", day, PrescriptionKind.CHRONIC, days=92)


@shows("N-10")
def a_prescription_travels_to_a_pharmacy_and_is_counted(bundle: Bundle) -> None:
    day = date(2020, 3, 2)
    world = office(bundle, day)
    kept = issues(world, "H53010200001", day, PrescriptionKind.ORDINARY)
    try:
        world.system[Prescriptions].send(hospital(), kept.prescription_id, InstitutionCode("P53010200009"))
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert world.system[Prescriptions].counts(agency(KUNMING), None, day).sent == 1


@shows("D-08")
def dalian_gives_three_months_and_makes_up_for_january(bundle: Bundle) -> None:
    day = date(2020, 2, 10)
    missed = {"missed_on": date(2020, 1, 20), "reason": "holiday-extended"}
    issues(office(bundle, day), "H21020200001", day, PrescriptionKind.POOLED, days=90, **missed)


@shows("S-11")
def shandong_has_electronic_prescriptions(bundle: Bundle) -> None:
    day = date(2023, 2, 1)
    issues(office(bundle, day), "H37100200001", day, PrescriptionKind.ORDINARY, is_electronic=True)


@shows("S-20")
def the_health_side_of_shandong_lists_who_sees_patients_online(bundle: Bundle) -> None:
    world = office(bundle, date(2023, 2, 1))
    health = Principal("health", Role.HEALTH, "371000")
    (line,) = world.system[InternetList].publish(health, "institution,from\nH37100200001,2023-01-10\n")
    assert line.record_id is not None, [each.code for each in line.findings]


def arrival(world: World, **changes: Any) -> Arrival:
    """Somebody registered in Taiyuan. Fails by an assertion where they are refused."""
    asked = ArrivalRequest(stated(passport(1)["id_no"]), "示例", AreaCode("140100"), date(2020, 3, 27), "太原机场")
    try:
        return world.system[Arrivals].register(TAIYUAN, replace(asked, **changes))
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused


def returnee() -> dict[str, Any]:
    """The bill of an uninsured patient admitted in Taiyuan on 28 March, on whom the hospital says nothing."""
    claim = {**body("shanxi-uninsured-returnee"), "patient": {**passport(1), "entry": "none"}}
    claim["visit"] |= {"admitted": "2020-03-28"}
    claim["diagnosis"]["history"] = [{"status": "confirmed", "on": "2020-03-29"}]
    claim["lines"] = [{**line, "date": "2020-03-29"} for line in claim["lines"]]
    return claim


@shows("X-07")
def taiyuan_watches_who_arrives_and_its_register_decides_the_entry(bundle: Bundle) -> None:
    """Uninsured, confirmed, in no register: no returnee whatever the hospital says, so finance pays (N-01)."""
    world = office(bundle, date(2020, 4, 20))
    world.system[EnrolPerson](
        agency(AreaCode("140100")), enrolment(passport(1)["id_no"], insured_area=None, insurance=Insurance.NONE)
    )
    preview = world.system[PreviewClaim]
    asked = submission(returnee())
    before = preview(hospital("H14010500001"), asked).determination["shares"]
    made = arrival(world)
    after = preview(hospital("H14010500001"), asked)
    assert (before["patient"], after.determination["shares"]["patient"]) == ("0.00", "6000.00")
    assert [each.code for each in after.warnings] == ["entry-differs"]
    taken = StepRequest(StepKind.ISOLATION, datetime(2020, 3, 27, 8, tzinfo=UTC), place="隔离点")
    legs = StepRequest(StepKind.HANDOVER, datetime(2020, 3, 27, 7, tzinfo=UTC), place="隔离点")
    for step in (legs, taken):
        made = world.system[Arrivals].record(TAIYUAN, made.arrival_id, step)
    assert made.first_test is not None
    assert made.first_test.due == "2020-03-29T08:00:00.000000Z"


@shows("X-09")
def taiyuan_hands_arrivals_over_and_refers_who_has_symptoms(bundle: Bundle) -> None:
    world = office(bundle, date(2020, 3, 28))
    made = arrival(world)
    enters = StepRequest(StepKind.ISOLATION, datetime(2020, 3, 27, 8, tzinfo=UTC), place="隔离点")
    try:
        world.system[Arrivals].record(TAIYUAN, made.arrival_id, enters)
    except Invalid as refused:
        assert [each.code for each in refused.findings] == ["transfer-open"]  # noqa: PT017 the behaviour is the refusal
    else:
        raise AssertionError("entered without a handover")
    referred = StepRequest(
        StepKind.REFERRAL, datetime(2020, 3, 28, 1, tzinfo=UTC), institution=InstitutionCode("H14010500001")
    )
    assert world.system[Arrivals].record(TAIYUAN, made.arrival_id, referred).status is ArrivalStatus.REFERRED


def buys(bundle: Bundle, code: str, day: date) -> OffPlatformPurchase:
    """Report an institution's purchase beside the platform on a day. Fails by an assertion where it is not allowed."""
    goods = Goods("X1", "示例药品", "100", "15", "示例医药公司")
    try:
        return (
            office(bundle, day)
            .system[OffPlatformPurchases]
            .report(hospital(code), OffPlatformRequest("PO-1", goods, day))
        )
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused


@shows("X-05")
def taiyuan_buys_first_and_files_within_ten_working_days(bundle: Bundle) -> None:
    """From Thursday 26 March: 3 days, 5 more without the weekend, and past Tomb Sweeping Day, 4 to 6 April."""
    assert buys(bundle, "H14010500001", date(2020, 3, 26)).filing.due == "2020-04-10T16:00:00.000000Z"


def odd_price(bundle: Bundle, usual: str, odd: str, area: AreaCode, code: str, on: date) -> SupplyMatter:
    """Return the finding on five ordinary prices of one institution and a double price of another.

    Fails by an assertion where the item is not watched, or nothing is found.
    """
    world = office(bundle, on)
    prices = [(usual, 15, 5 - each) for each in range(5)] + [(odd, 30, 0)]
    for institution, price, days_ago in prices:
        sold = SupplyRequest(code, on - timedelta(days=days_ago), Decimal(price), Decimal(100), Decimal(95))
        try:
            world.system[WatchSupply].report(hospital(institution), sold)
        except Invalid as refused:
            raise AssertionError([each.code for each in refused.findings]) from refused
    (found,) = world.system[FollowSupply].find(agency(area), None, None, PageRequest(9)).items
    assert (found.institution, found.code, found.figure) == (odd, code, 30_000_000)
    assert (found.usual.low, found.usual.high) == (11_250_000, 18_750_000)
    return found


@shows("C-19")
def chongqing_names_an_abnormal_price_and_reports_it_in_five_working_days(bundle: Bundle) -> None:
    found = odd_price(bundle, "H50010200001", "H50010300002", CHONGQING, "XN02BEP001A001010100014", date(2020, 3, 2))
    assert (found.told, found.clock.due) == ("500000", "2020-03-09T16:00:00.000000Z")


@shows("D-17")
def dalian_buys_epidemic_goods_first_and_watches_their_prices(bundle: Bundle) -> None:
    """From Tuesday 18 February: three days of that week, five of the next, and 2 and 3 March."""
    assert buys(bundle, "H21020200001", date(2020, 2, 18)).filing.due == "2020-03-03T16:00:00.000000Z"
    found = odd_price(bundle, "H21020200001", "H21020200002", DALIAN, "C1401020000100100001", date(2020, 3, 2))
    assert found.told == "210000"


@shows("S-12")
def weihai_files_what_was_bought_offline_and_watches_plan_drugs(bundle: Bundle) -> None:
    """From Thursday 2 February 2023: 3 February is the first day, the 16th the tenth."""
    assert buys(bundle, "H37100200001", date(2023, 2, 2)).filing.due == "2023-02-16T16:00:00.000000Z"
    found = odd_price(bundle, "H37100200001", "H37100200002", WEIHAI, "XJ05AFA001A001010100008", date(2023, 2, 2))
    assert found.told == "370000"


@shows("S-21")
def weihai_sees_which_treatment_drugs_its_lower_levels_lack(bundle: Bundle) -> None:
    """27 boxes at 4 a day last six whole days and 28 last seven; the hospital of level three is not asked."""
    world, huancui, day = office(bundle, date(2023, 2, 2)), hospital("H37100200001"), date(2023, 2, 2)
    azvudine, paxlovid = "XJ05AFA001A001010100008", "XJ05AEN001A001010100007"
    held = ((azvudine, 27), (paxlovid, 28))
    lines = tuple(StockLine.of(code, Decimal(on_hand), Decimal(4)) for code, on_hand in held)
    try:
        world.system[ReportStock](huancui, StockRequest(day, lines))
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    rows = world.system[ShowStocks].availability(agency(WEIHAI), AvailabilityFilter())
    reported = {each.drug.code: each.state for each in rows if each.last is not None}
    assert reported == {paxlovid: "stocked", azvudine: "low"}
    missing = [(each.institution.code, each.state) for each in rows if each.drug.code not in reported]
    assert {*missing} == {(code, "unreported") for code in (huancui.subject, "H37108200003")}
    (shortage,) = world.system[FollowShortages].find(agency(WEIHAI), None, None, PageRequest(9)).items
    assert (shortage.code, shortage.clock.due) == (azvudine, None)
    assert shortage.clock.rule.citation is not None


@shows("S-15")
def weihai_plans_for_its_fund_and_sees_when_a_month_reaches_the_plan(bundle: Bundle) -> None:
    """January 2023: 300,000 of 1,000,000 outside total control; 200,000 a month of the three months before."""
    world, weihai = office(bundle, date(2023, 2, 2)), agency(WEIHAI)
    for institution, month, control, separate in (
        ("H37100200001", "2023-01", 50_000_000, 30_000_000),
        ("H37108200003", "2023-01", 20_000_000, 0),
        *(("H37100200001", f"2022-{each}", 20_000_000, 0) for each in (10, 11, 12)),
        ("H37100200001", "2022-09", 900_000_000, 0),
        ("H53010200001", "2023-01", 900_000_000, 900_000_000),
    ):
        world.memory.money.spending[institution, month] = MonthSpending(month, control, separate)
    triggers = tuple(
        FundTrigger.of(FundMeasure(measure), Decimal(threshold), "ask the province")
        for measure, threshold in (
            *(("epidemic-share", "0.3"), ("epidemic-share", "0.3001"), ("growth", "5"), ("growth", "5.1")),
            *(("epidemic-amount", "300000"), ("epidemic-amount", "300000.01")),
        )
    )
    try:
        proposed = world.system[ContingencyPlans].propose(
            weihai, PlanRequest("YA-1", "Fund of the city", date(2023, 1, 8), triggers)
        )
        second = replace(weihai, actor="second")
        world.system[ContingencyPlans].decide(second, proposed.plan_id, PlanStatus.APPROVED, None)
        analysis = world.system[AnalyseFund](weihai, "2023-01")
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert [(each.measure, each.threshold) for each in analysis.met] == [
        ("epidemic-share", 3_000),
        ("growth", 50_000),
        ("epidemic-amount", 3_000_000_000),
    ]
    assert (analysis.clock.due, analysis.clock.rule.citation is None) == (None, False)


@shows("S-10")
def a_listed_institution_of_weihai_is_paid_for_a_first_visit_online(bundle: Bundle) -> None:
    world = office(bundle, date(2023, 2, 1))
    health = Principal("health", Role.HEALTH, "371000")
    world.system[InternetList].publish(health, "institution,from\nH37100200001,2023-01-10\n")
    claim = body("weihai-2023-outpatient-75")
    enrol_sample(world, claim["patient"]["id_no"])
    claim["visit"]["online"] = "first-visit"
    try:
        shown = world.system[PreviewClaim](hospital("H37100200001"), submission(claim))
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert shown.determination["shares"]["basic"] == "1440.00"


def files(bundle: Bundle, code: str, day: date, request: BedRequest) -> StandingBeds:
    """Beds filed on a day. Fails by an assertion where they are refused."""
    try:
        return office(bundle, day).system[Beds].file(hospital(code), request)
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused


@shows("W-06")
def finance_of_a_weihai_district_budgets_for_its_part(bundle: Bundle) -> None:
    world, payer = office(bundle, date(2023, 1, 12)), Principal("payer", Role.FINANCE, "371082")
    try:
        stated = world.system[AreaFigures].state_budget(payer, 2023, 3_000_000_00, None)
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert (stated.period, stated.amount_fen) == ("2023", 3_000_000_00)


@shows("S-13")
def a_fund_of_shandong_that_falls_short_asks_for_help(bundle: Bundle) -> None:
    """Check that the obstacle is the income that nobody stated, and not that no notice provides for help."""
    lines = ((RequisitionKind.BASIC, 1),)
    request = RequisitionRequest("TZ-1", RequisitionPurpose.DEFICIT, date(2023, 3, 20), "short", lines)
    codes: list[str] = []
    try:
        office(bundle, date(2023, 3, 2)).system[Requisitions].ask(agency(WEIHAI), request)
    except Invalid as refused:
        codes = [each.code for each in refused.findings]
    assert codes == ["fund-income-unstated"], codes


@shows("W-04")
def a_district_of_weihai_reports_by_two_every_day(bundle: Bundle) -> None:
    """On Saturday 14 January 2023, an hour late."""
    day = date(2023, 1, 14)
    request = ProgressRequest(None, day, "two windows", "all settle", None, ())
    world = office(bundle, day)
    world.clock.move_to(datetime(2023, 1, 14, 7, tzinfo=UTC))
    reports = world.system[ProgressReports]
    try:
        reports.report(agency(RONGCHENG), request)
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    stands = [each.status.value for each in reports.day(agency(WEIHAI), None, day).units]
    assert sorted(stands) == ["late", *["missing"] * 5]


@shows("D-06")
def dalian_files_infectious_beds_at_once_until_the_epidemic_is_lifted(bundle: Bundle) -> None:
    request = BedRequest(BedKind.INFECTIOUS, 40, date(2022, 12, 1), ())
    shown = files(bundle, "H21020200001", date(2023, 1, 8), request)
    assert shown.struck_off_on == date(2023, 1, 8)


@shows("X-08")
def shanxi_holds_a_reserve_with_others_behind_it(bundle: Bundle) -> None:
    day = date(2020, 3, 26)
    shown = files(bundle, "H14010500001", day, BedRequest(BedKind.RESERVE, 243, day, ("H14010500002",)))
    assert shown.filing.backups == ("H14010500002",)


@shows("D-14")
def an_affected_employer_pays_everything_later_without_a_fee(bundle: Bundle) -> None:
    """12,000.00 due on 15 February 2020, paid on 8 April 2023, three months after the end."""
    world, employer = office(bundle, date(2023, 4, 8)), "91210200MA0QABCD1N"
    premiums, dalian = world.system[Premiums], agency(DALIAN)
    request = DeferralRequest(employer, "2020-02", date(2020, 2, 15), 12_000_00, EmployerSize.SMALL, "closed")
    try:
        premiums.defer(dalian, request)
        (paid,) = premiums.pay(dalian, employer, date(2023, 4, 8), ("2020-02",))
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert (paid.fee_fen, paid.benefits) == (0, ("medical", "maternity"))


@shows("D-15")
def a_flexible_worker_of_dalian_does_not_wait(bundle: Bundle) -> None:
    world, day = office(bundle, date(2020, 2, 10)), date(2020, 2, 10)
    person = world.system[EnrolPerson](agency(DALIAN), enrolment(passport(1)["id_no"], insured_area=DALIAN)).person
    assert world.system[Premiums].cover(agency(DALIAN), person, day).covered_from == day


def told(bundle: Bundle, principal: Principal, reporter: Reporter, day: date) -> tuple[str, tuple[str, ...]]:
    """Return the addressee and offices told of a problem of a day. Fails by an assertion where nobody is told."""
    request = IssueRequest(reporter, IssueTopic.SYSTEM, "the system is down", "no claim can be sent", day)
    try:
        issue = office(bundle, day).system[Issues].report(principal, request)
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert issue.clock.rule.length == 24, issue.clock
    return issue.addressee, tuple(each.value for each in issue.offices)


@shows("C-20")
def an_institution_of_chongqing_tells_its_district(bundle: Bundle) -> None:
    found = told(bundle, hospital("H50010300002"), Reporter.INSTITUTION, date(2020, 2, 3))
    assert found == ("500103", ("agency",))


@shows("C-21")
def a_district_of_chongqing_tells_the_citys_bureau_and_finance(bundle: Bundle) -> None:
    found = told(bundle, agency(FULING), Reporter.DISTRICT, date(2020, 2, 3))
    assert found == ("500000", ("agency", "finance"))


@shows("C-22")
def a_township_of_fuling_tells_its_district(bundle: Bundle) -> None:
    assert told(bundle, agency(FULING), Reporter.TOWNSHIP, date(2020, 2, 3)) == ("500102", ("agency",))


@shows("W-05")
def a_district_of_weihai_tells_the_citys_three_departments(bundle: Bundle) -> None:
    found = told(bundle, agency(RONGCHENG), Reporter.DISTRICT, date(2023, 1, 12))
    assert found == ("371000", ("agency", "finance", "health"))


@shows("Y-07")
def an_employee_of_kunming_buys_masks_that_a_pharmacy_maintains(bundle: Bundle) -> None:
    day = date(2020, 3, 2)
    world, pharmacy = office(bundle, day), hospital("P53010200009")
    world.system[EnrolPerson](agency(KUNMING), enrolment(passport(1)["id_no"]))
    accounts = world.system[PersonalAccounts]
    request = PurchaseRequest("PA-1", stated(passport(1)["id_no"]), "示例", day, (PurchaseLine("PG-01", 20, 50_00),))
    try:
        accounts.maintain(pharmacy, ItemRequest("PG-01", "口罩", "mask", date(2020, 2, 5), None))
        bought, _ = accounts.buy(pharmacy, request)
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert bought.total_fen == 50_00


def owed(bundle: Bundle, principal: Principal, day: date) -> tuple[CodingDuty, ...]:
    """Return the duties of an institution's or a bureau's systems once every duty of the day is opened."""
    coding = office(bundle, day).system[CodingDuties]
    coding.open_everywhere()
    return coding.find(principal, CodingFilter(), PageRequest(200)).items


@shows("C-02")
def a_named_hospital_of_fuling_adds_the_disease_and_maps_its_code(bundle: Bundle) -> None:
    found = owed(bundle, hospital("H50010200001"), date(2020, 2, 3))
    assert [(each.item.value, each.code, each.citation) for each in found] == [
        ("disease-mapping", "B99.900", "fl-2020-6.2-register")
    ]


@shows("C-23")
def a_named_hospital_of_chongqing_is_seen_to_by_its_district(bundle: Bundle) -> None:
    (duty,) = owed(bundle, hospital("H50010300002"), date(2020, 2, 3))
    assert (duty.bureau, duty.supervision, duty.clock.due) == (
        "500103",
        "cq-2020-3.5.3-supervision",
        "2020-02-07T16:00:00.000000Z",
    )


@shows("S-19")
def institutions_of_shandong_test_their_interfaces_and_bureaus_change_settings(bundle: Bundle) -> None:
    found = owed(bundle, agency(WEIHAI), date(2023, 1, 10))
    hospitals = {each.item.value for each in found if each.institution == "H37100200001"}
    assert hospitals == {"interface-change", "system-docking", "interface-test"}
    assert [each.bureau for each in found if each.institution is None] == ["371000"]
    assert all(each.supervision and each.clock.due for each in found)


@shows("C-18")
def a_service_charged_twice_a_day_in_chongqing_is_picked_out(bundle: Bundle) -> None:
    day = date(2020, 2, 20)
    world, bill = office(bundle, day), body("chongqing-price-ceilings")
    scan = {"code": "210300001", "name": "CT", "date": "2020-02-06", "quantity": "1", "price": "300.00"}
    lines = [{"no": no, "amount": "300.00", **scan} for no in (1, 2)]
    world.system[SubmitClaim](hospital(bill["institution"]), submission({**bill, "lines": lines}))
    try:
        world.system[ReviewClaims](agency(CHONGQING), day, day)
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    (matter,) = world.system[Supervision].find(agency(CHONGQING), MatterFilter(), PageRequest(10)).items
    assert (matter.rule.value, matter.citation) == ("repeated-item", "cq-2020-3.5.2-repeated")


@shows("W-02")
def weihais_bureau_and_finance_inspect_together(bundle: Bundle) -> None:
    days = date(2023, 1, 8), date(2023, 1, 31)
    asked = InspectionRequest(("H37100200001",), *days, "the bills of the first month", ())
    try:
        opened = office(bundle, date(2023, 2, 1)).system[Inspections].open(agency(WEIHAI), asked)
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert tuple(each.value for each in opened.offices) == ("agency", "finance")


def reimbursed(bundle: Bundle, area: AreaCode, principal: Principal, like: str) -> Reimbursement:
    """A bill of a person of an area that a desk accepts. Fails by an assertion where it is refused."""
    world = office(bundle, date(2020, 3, 2))
    world.system[EnrolPerson](agency(area), enrolment(passport(1)["id_no"], insured_area=area))
    try:
        accept = world.system[AcceptReimbursement]
        return accept(principal, submission({**body(like), "patient": passport(1)}), Payee.PERSON)[0]
    except (Invalid, PolicyConflict) as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused


@shows("C-06")
def a_township_of_fuling_accepts_a_manual_claim_and_sends_it_on_in_two_working_days(bundle: Bundle) -> None:
    case = reimbursed(bundle, FULING, Principal("clerk", Role.TOWNSHIP, "500102"), "kunming-employee-in-wuhan")
    assert case.citation == "fl-2020-6.3-manual"
    assert clock_rule(bundle, "reimbursement-forwarding", AreaCode("500102"), date(2020, 2, 20)).length == 2


@shows("C-14")
def somebody_of_chongqing_without_a_filing_is_reimbursed_with_a_clock_on_each_stage(bundle: Bundle) -> None:
    case = reimbursed(bundle, YUZHONG, agency(DALIAN), "kunming-employee-in-wuhan")
    assert (case.citation, case.payer) == ("cq-2020-3.4.2", "500000")
    stages = ("reimbursement-audit", "reimbursement-settlement", "reimbursement-payment")
    assert [clock_rule(bundle, stage, AreaCode("500103"), date(2020, 2, 20)).length for stage in stages] == [5, 5, 5]


@shows("Y-12")
def somebody_of_wuhan_in_kunming_is_settled_with_online(bundle: Bundle) -> None:
    """By the notice of the place of treatment; both records of the row stand with a settled bill of a patient."""
    person = Enrolment(PersonToken("prs_1"), WUHAN, Insurance.EMPLOYEE, Employment.ACTIVE, AssistanceClass.NONE)
    hospital_here = bundle.registry.institutions["H53010200001"]
    found = routed(bundle, hospital_here, (), person, date(2020, 2, 10), filed=False)
    assert (found.way, found.citations[0]) == (RoutingWay.REMOTE_ONLINE, "yn-2020-12.4.1-network")


@shows("Y-13")
def a_person_of_kunming_is_reimbursed_in_full_before_others(bundle: Bundle) -> None:
    case = reimbursed(bundle, KUNMING, agency(KUNMING), "kunming-employee-in-wuhan")
    assert bundle.by_citation[case.citation].value["full"] is True
    assert clock_rule(bundle, "reimbursement-audit", AreaCode("530100"), date(2020, 2, 20)).length == 3


def matter(**changes: Any) -> DeskMatterRequest:
    """Build a matter of the desk as received, routine and at the counter unless other values are given."""
    plain = DeskMatterRequest(
        "JB-1",
        DeskMatterKind.OTHER,
        Urgency.ROUTINE,
        Channel.COUNTER,
        "asks for a certificate",
        person=None,
        of_patient=False,
        came_on=None,
        deadline_on=None,
        papers_missing=(),
    )
    return replace(plain, **changes)


def taken_in(bundle: Bundle, principal: Principal, day: date, **changes: Any) -> DeskMatter:
    """A matter that an area's desk takes in on a day. Fails by an assertion where it is refused."""
    try:
        return office(bundle, day).system[DeskMatters].record(principal, matter(**changes)).matter
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused


@shows("N-11")
def an_admitting_hospital_has_a_green_channel_and_what_can_wait_is_postponed(bundle: Bundle) -> None:
    day = date(2020, 2, 10)
    green = taken_in(bundle, hospital("H50010300002"), day, channel=Channel.WEB)
    assert (green.handling.way, green.clock.rule.length) == (Way.GREEN_CHANNEL, 24)
    late = taken_in(
        bundle, agency(YUZHONG), day, urgency=Urgency.DEFERRABLE, channel=Channel.MAIL, deadline_on=date(2020, 2, 1)
    )
    assert (late.handling.way, late.handling.after_deadline, late.clock.due) == (Way.POSTPONED, True, None)


@shows("D-09")
def dalian_does_fourteen_services_by_fax_and_counts_them(bundle: Bundle) -> None:
    day = date(2020, 2, 10)
    world = office(bundle, day)
    asked = matter(kind=DeskMatterKind.COVER_TRANSFER, channel=Channel.FAX)
    try:
        found = world.system[DeskMatters].record(agency(DALIAN), asked).matter
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    assert found.handling.contactless == (Channel.WEB, Channel.APP, Channel.FAX, Channel.MAIL)
    report = world.system[DeskReports](agency(DALIAN), None, day, day)
    cited = {row for each in report.citations for row in bundle.by_citation[each].rows}
    assert (report.contactless.received, cited) == (1, {"D-09"})


@shows("D-13")
def dalian_answers_at_night_and_counts_by_subject_and_hour(bundle: Bundle) -> None:
    """A call at 03:20 of a Sunday."""
    world, day = office(bundle, date(2020, 2, 10)), date(2020, 2, 9)
    asked = ConsultationRequest("RX-1", ConsultationSubject.EPIDEMIC, datetime(2020, 2, 8, 19, 20, tzinfo=UTC))
    try:
        world.system[Consultations].record(agency(DALIAN), asked)
    except Invalid as refused:
        raise AssertionError([each.code for each in refused.findings]) from refused
    report = world.system[Consultations].report(agency(DALIAN), None, day, day)
    assert (report.of(ConsultationSubject.EPIDEMIC, 3), report.total) == (1, 1)
    assert [each.number for each in report.hotlines] == ["83709222"]


def dialysis(world: World, **changes: Any) -> DialysisReview:
    """Build a review that a hospital of Dalian requests for a person insured there."""
    person = world.system[EnrolPerson](agency(DALIAN), enrolment(passport(1)["id_no"], insured_area=DALIAN)).person
    asked = DialysisRequest("TX-1", person, date(2020, 2, 1), date(2020, 2, 29))
    return world.system[DialysisReviews].ask(hospital("H21020200002"), replace(asked, **changes)).review


@shows("D-11")
def dalian_lets_dialysis_pass_and_audits_it_once_the_epidemic_is_lifted(bundle: Bundle) -> None:
    world, dalian = office(bundle, date(2020, 3, 2)), agency(DALIAN)
    made, reviews = dialysis(world), world.system[DialysisReviews]
    assert made.status is DialysisStatus.PASSED, made.status
    refused = ""
    try:
        reviews.audit(dalian, made.review_id, DialysisOutcome.UPHELD, "as recorded", ())
    except Conflict as early:
        refused = early.findings[0].code
    assert refused == "audit-early"
    world.clock.move_to(datetime(2023, 1, 8, 4, tzinfo=UTC))
    found = reviews.audit(dalian, made.review_id, DialysisOutcome.UPHELD, "as recorded", ())
    assert (found.review.status, found.audit_from) == (DialysisStatus.UPHELD, date(2023, 1, 8))


@shows("D-12")
def dalian_postpones_five_kinds_but_for_who_cannot_wait(bundle: Bundle) -> None:
    day, kind = date(2020, 2, 10), DeskMatterKind.ACCOUNT_WITHDRAWAL
    assert taken_in(bundle, agency(DALIAN), day, kind=kind).handling.way is Way.POSTPONED
    urgent = taken_in(bundle, agency(DALIAN), day, kind=kind, urgency=Urgency.URGENT)
    assert (urgent.handling.way, urgent.handling.urgent_by) == (Way.APPOINTMENT, (Channel.PHONE,))


@shows("S-16")
def shandong_handles_each_of_five_kinds_in_its_own_way(bundle: Bundle) -> None:
    day = date(2023, 1, 14)
    ways = [taken_in(bundle, agency(WEIHAI), day, urgency=each, channel=Channel.APP).handling.way for each in Urgency]
    assert ways == [Way.ONLINE, Way.AT_ONCE, Way.CONVENIENT, Way.POSTPONED, Way.REASSURED]


@shows("Y-18")
def yunnan_handles_a_patients_matter_at_once_and_takes_papers_later(bundle: Bundle) -> None:
    found = taken_in(bundle, agency(KUNMING), date(2020, 2, 8), of_patient=True, papers_missing=("invoice",))
    assert (found.handling.way, found.clock.rule.length, found.owed) == (Way.GREEN_CHANNEL, 8, ("invoice",))
