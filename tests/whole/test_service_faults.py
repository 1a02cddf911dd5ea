"""Every AWS call of the agency's services is lost once before and once after it took effect.

How a story is played again and again is said in tests/kit/losses.py.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.coding.domain import CodingItem, coding_duty_id_of
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.supervision.domain.matters import matter_id_of
from chalicelib.supervision.domain.signs import Sign, SupervisionRule
from infra.local.stack import LocalStack
from tests.kit.areas import WEIHAI
from tests.kit.contingency_calls import ANALYSIS_ID, PLAN, PLAN_ID
from tests.kit.losses import Act, End, Stories, Story, lose_every_call
from tests.kit.memory.samples import passport
from tests.kit.office import claim, enrol, read, settle
from tests.kit.progress_calls import FIRST
from tests.kit.reimbursement_papers import PAPERS, bring_copies, papers_body
from tests.kit.stage import Stage, staged
from tests.kit.supply_calls import AZVUDINE, ODD_MATTER, SHORTAGE, usual_and_odd_reports

STORIES = Stories()
AGENCY, SECOND = ("agency", "530100"), ("agency", "530100", "second")
DALIAN, DALIANS_SECOND = ("agency", "210200"), ("agency", "210200", "second")


@STORIES.covering("POST /v1/agreements", "POST /v1/agreements/{agreement_id}/decision")
def an_agreement_is_asked_for_and_confirmed(stage: Stage) -> tuple[Act, End]:
    sent = {"institution": "H53010200001", "kind": "service", "from": "2027-01-01", "reason": "renewed"}

    def act() -> object:
        made = stage.call("POST", "/v1/agreements", AGENCY, sent, 202)
        path = f"/v1/agreements/{made['agreement_id']}/decision"
        return stage.call("POST", path, SECOND, {"decision": "approve"})["status"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/agreements?status=recorded", AGENCY)["items"]
        assert (kept["from"], kept["asked"]["actor"] == kept["decided"]["actor"]) == ("2027-01-01", False)

    return act, finish


@STORIES.covering("POST /v1/blacklist", "POST /v1/blacklist/{entry_id}/decision")
def a_days_blacklist_is_taken_in_and_verified(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2020, 2, 18, 4, tzinfo=UTC))
    sent = {"listed_on": "2020-02-18", "csv": "code,name,ground\nH21020200001,,hoarded masks\nH1,,unknown\n"}

    def act() -> object:
        taken = stage.call("POST", "/v1/blacklist", DALIAN, sent)
        path = f"/v1/blacklist/{taken['lines'][0]['record_id']}/decision"
        said = {"decision": "approve", "from": "2020-02-20"}
        return stage.call("POST", path, DALIANS_SECOND, said)["terminated_from"]

    def finish() -> None:
        (ended,) = read(stage, "/v1/agreements?status=recorded", DALIAN)["items"]
        assert (ended["kind"], ended["from"], ended["entry_id"] is None) == ("termination", "2020-02-20", False)

    return act, finish


@STORIES.covering(
    "POST /v1/prescriptions",
    "POST /v1/prescriptions/{prescription_id}/circulation",
    "POST /v1/prescriptions/{prescription_id}/dispensing",
)
def a_prescription_is_issued_sent_and_filled(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    stage.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
    hospital, pharmacy = ("hospital", "H53010200001"), ("hospital", "P53010200009")
    sent = {
        "prescription_no": "RX-1",
        "patient": passport(1),
        "kind": "chronic",
        "electronic": False,
        "issued_on": "2020-03-02",
        "days": 60,
        "items": [{"code": "X1", "name": "片剂", "quantity": "60"}],
    }
    filled = {"on": "2020-03-02", "certificate": "social-security-card", "paid_by": "cash"}

    def act() -> object:
        made = stage.call("POST", "/v1/prescriptions", hospital, sent, 201)
        path = f"/v1/prescriptions/{made['prescription_id']}"
        stage.call("POST", f"{path}/circulation", hospital, {"pharmacy": pharmacy[1]})
        return stage.call("POST", f"{path}/dispensing", pharmacy, filled)["status"]

    def finish() -> None:
        counts = read(stage, "/v1/reports/prescriptions?date=2020-03-02", AGENCY)
        assert (counts["issued"], counts["sent"], counts["dispensed"]) == (1, 1, 1)

    return act, finish


@STORIES.covering("POST /v1/internet-institutions")
def the_list_of_internet_institutions_is_published(stage: Stage) -> tuple[Act, End]:
    sent = {"csv": "institution,from,to\nH37100200001,2023-01-10,\nH37100200001,2023-05-01,\n"}

    def act() -> object:
        taken = stage.call("POST", "/v1/internet-institutions", ("health", "371000"), sent)
        return [each["record_id"] for each in taken["lines"]]

    def finish() -> None:
        assert len(read(stage, "/v1/internet-institutions", AGENCY)["items"]) == 2

    return act, finish


@STORIES.covering("POST /v1/arrivals", "POST /v1/arrivals/{arrival_id}/steps")
def an_arrival_is_registered_and_isolated(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2020, 3, 28, 4, tzinfo=UTC))
    taiyuan = ("health", "140100")
    sent = {**passport(1), "area": "140100", "entered_on": "2020-03-27", "port": "太原机场"}

    def act() -> object:
        made = stage.call("POST", "/v1/arrivals", taiyuan, sent)
        path = f"/v1/arrivals/{made['arrival_id']}/steps"
        for step, hour in (("handover", 6), ("isolation", 7)):
            said = {"step": step, "at": f"2020-03-27T{hour:02}:00:00Z", "place": "隔离点"}
            made = stage.call("POST", path, taiyuan, said)
        return made["status"]

    def finish() -> None:
        (city,) = read(stage, "/v1/reports/arrivals?date=2020-03-28", ("health", "140000"))["cities"]
        assert (city["tracked"], city["at_points"]) == (1, 1)

    return act, finish


@STORIES.covering(
    "POST /v1/supply-reports",
    "POST /v1/supply-matters/{matter_id}/investigation",
    "POST /v1/supply-matters/{matter_id}/forwarding",
    "POST /v1/supply-matters/{matter_id}/closing",
)
def an_odd_price_is_reported_found_passed_on_and_closed(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2020, 3, 20, 4, tzinfo=UTC))
    agency, second = ("agency", "500000"), ("agency", "500000", "second")
    *usual, (yuzhong, odd) = usual_and_odd_reports()
    for subject, sent in usual:
        stage.call("POST", "/v1/supply-reports", ("hospital", subject), sent)
    path = f"/v1/supply-matters/{ODD_MATTER}"

    def act() -> object:
        stage.call("POST", "/v1/supply-reports", ("hospital", yuzhong), odd)
        stage.call("POST", f"{path}/investigation", agency, {"verdict": "abnormal", "findings": "doubled"})
        stage.call("POST", f"{path}/forwarding", agency, {"reason": "the whole city"})
        return stage.call("POST", f"{path}/closing", second, {"because": "taken back"})["status"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/supply-matters?status=closed", agency)["items"]
        assert (kept["figure"], kept["low"], kept["high"]) == ("30", "11.25", "18.75")
        assert read(stage, "/v1/tasks?status=open", agency)["items"] == []

    return act, finish


@STORIES.covering("POST /v1/drug-stocks", "POST /v1/drug-shortages/{shortage_id}/answer")
def a_drug_runs_out_is_answered_filled_up_and_runs_out_again(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2023, 2, 6, 4, tzinfo=UTC))
    agency, huancui = ("agency", "371000"), ("hospital", "H37100200001")

    def holds(day: int, on_hand: str) -> None:
        lines = [{"code": AZVUDINE, "on_hand": on_hand, "daily_use": "4"}]
        stage.call("POST", "/v1/drug-stocks", huancui, {"on": f"2023-02-0{day}", "lines": lines})

    def act() -> None:
        holds(2, "27")
        stage.call("POST", f"/v1/drug-shortages/{SHORTAGE}/answer", agency, {"text": "delivered on Monday"})
        holds(3, "60")
        holds(4, "0")

    def finish() -> None:
        (kept,) = read(stage, "/v1/drug-shortages?status=open", agency)["items"]
        assert (kept["state"], kept["since"], [each["since"] for each in kept["past"]]) == (
            *("out", "2023-02-04"),
            ["2023-02-02"],
        )
        (task,) = read(stage, "/v1/tasks?status=open", agency)["items"]
        assert task["duty"]["subject_id"] == SHORTAGE

    return act, finish


@STORIES.covering("POST /v1/off-platform-purchases", "POST /v1/off-platform-purchases/{purchase_id}/filing")
def a_purchase_beside_the_platform_is_reported_and_filed(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2020, 3, 28, 4, tzinfo=UTC))
    taiyuan = ("hospital", "H14010500001")
    goods = {"code": "X1", "name": "药品", "quantity": "100", "price": "15.00", "supplier": "公司"}

    def act() -> object:
        sent = {"purchase_no": "PO-1", "bought_on": "2020-03-27", **goods}
        made = stage.call("POST", "/v1/off-platform-purchases", taiyuan, sent)
        path = f"/v1/off-platform-purchases/{made['purchase_id']}/filing"
        return stage.call("POST", path, taiyuan, {"platform_no": "BA-1"})["status"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/off-platform-purchases?status=filed", ("agency", "140100"))["items"]
        assert (kept["platform_no"], kept["filing"]["late"]) == ("BA-1", False)
        assert read(stage, "/v1/tasks?status=open", taiyuan)["items"] == []

    return act, finish


@STORIES.covering("POST /v1/beds")
def beds_are_filed(stage: Stage) -> tuple[Act, End]:
    sent = {"kind": "infectious", "count": 40, "from": "2020-02-01"}

    def finish() -> None:
        assert len(read(stage, "/v1/beds", DALIAN)["items"]) == 1

    return lambda: stage.call("POST", "/v1/beds", ("hospital", "H21020200001"), sent)["filing_id"], finish


@STORIES.covering("POST /v1/premium-deferrals", "POST /v1/premium-payments")
def premiums_are_deferred_and_paid_together(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2020, 6, 1, 4, tzinfo=UTC))
    employer = "91210200MA0QABCD1N"
    of_month = {"employer": employer, "amount": "12000.00", "size": "small", "ground": "closed by order"}

    def act() -> object:
        for month in ("2020-02", "2020-03"):
            sent = {**of_month, "month": month, "due_on": f"{month}-15"}
            stage.call("POST", "/v1/premium-deferrals", DALIAN, sent)
        paid = {"employer": employer, "paid_on": "2020-06-01", "months": ["2020-02", "2020-03"]}
        return stage.call("POST", "/v1/premium-payments", DALIAN, paid)["late_fee"]

    def finish() -> None:
        assert {each["late_fee"] for each in read(stage, "/v1/premium-deferrals", DALIAN)["items"]} == {"0.00"}

    return act, finish


@STORIES.covering("POST /v1/fund-income", "POST /v1/fiscal-budgets")
def income_and_a_budget_are_stated_and_help_is_asked_for(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2023, 2, 2, 4, tzinfo=UTC))
    city, payer = ("agency", "371000"), ("finance", "371082")
    asked = {
        "requisition_no": "TZ-1",
        "purpose": "deficit",
        "needed_on": "2023-02-20",
        "reason": "the fund falls short",
        "lines": [{"kind": "basic", "amount": "10.00"}],
    }
    settle(stage, weihai_bill(stage))
    stage.clock.move_to(datetime(2023, 3, 2, 4, tzinfo=UTC))

    def act() -> object:
        for scheme in ("employee", "resident"):
            for month in ("2023-01", "2023-02"):
                stage.call("POST", "/v1/fund-income", city, {"scheme": scheme, "month": month, "amount": "0.00"})
        stage.call("POST", "/v1/fiscal-budgets", payer, {"year": 2023, "amount": "3000000.00"})
        return stage.call("POST", "/v1/requisitions", city, asked)["status"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/fiscal-budgets", payer)["items"]
        assert (kept["amount"], len(kept["versions"])) == ("3000000.00", 1)
        assert len(read(stage, "/v1/fund-income?scheme=resident", city)["items"]) == 2
        (asked_for,) = read(stage, "/v1/requisitions", city)["items"]
        assert (asked_for["payer"], asked_for["requested"]) == ("371000", "10.00")

    return act, finish


@STORIES.covering("progress_remind", "POST /v1/progress-reports")
def a_district_is_reminded_reports_and_amends_its_report(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2023, 1, 10, 4, tzinfo=UTC))
    rongcheng, city = ("agency", "371082"), ("agency", "371000")

    def act() -> object:
        stage.task("progress_remind")
        stage.call("POST", "/v1/progress-reports", rongcheng, FIRST)
        made = stage.call("POST", "/v1/progress-reports", rongcheng, {**FIRST, "problems": "one"})
        stage.task("progress_remind")  # what the first could not reach, the next one meets again
        return len(made["versions"])

    def finish() -> None:
        day = read(stage, "/v1/reports/progress?on=2023-01-10", city)
        assert (day["expected"], day["missing"]) == (6, 0)
        (sent,) = (each for each in day["units"] if each["status"] == "sent")
        assert (sent["unit"], len(sent["report"]["versions"])) == ("371082", 2)
        assert read(stage, "/v1/tasks?status=open", rongcheng)["items"] == []
        assert len(read(stage, "/v1/tasks?status=open", city)["items"]) == 5

    return act, finish


@STORIES.covering("POST /v1/issues", "POST /v1/issues/{issue_id}/forwarding", "POST /v1/issues/{issue_id}/answer")
def an_issue_is_reported_forwarded_and_answered(stage: Stage) -> tuple[Act, End]:
    bureau, city = ("agency", "500102", "bureau"), ("agency", "500000", "city")
    texts = {"title": "down", "detail": "no claim can be sent"}
    sent = {"reporter": "township", "topic": "system", "on": "2020-02-03", **texts}

    def act() -> object:
        made = stage.call("POST", "/v1/issues", ("township", "500102"), sent)
        path = f"/v1/issues/{made['issue_id']}"
        stage.call("POST", f"{path}/forwarding", bureau, {"reason": "the city runs the system"})
        return stage.call("POST", f"{path}/answer", city, {"answer": "it is up again"})["status"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/issues?status=answered", city[:2])["items"]
        assert (kept["answer"], kept["addressee"]) == ("it is up again", "500000")
        for area, business in (("500102", "issue-of-township"), ("500000", "issue-of-district")):
            (task,) = read(stage, "/v1/tasks?kind=duty", ("agency", area))["items"]
            assert (task["duty"]["business"], task["status"]) == (business, "done")

    return act, finish


@STORIES.covering("coding_open")
def the_duties_of_coding_are_opened_at_night(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2023, 1, 10, 4, tzinfo=UTC))

    def act() -> object:
        stage.task("coding_open")
        return None  # how many were new is less where the write took effect unheard

    def finish() -> None:
        duties = read(stage, "/v1/coding-duties", ("agency", "371000"))["items"]
        tasks = read(stage, "/v1/tasks?status=open", ("agency", "371000"))["items"]
        assert {each["duty"]["subject_id"] for each in tasks} == {each["duty_id"] for each in duties} != set()

    return act, finish


@STORIES.covering(
    "POST /v1/coding-duties",
    "POST /v1/coding-duties/{duty_id}/reminders",
    "POST /v1/coding-duties/{duty_id}/report",
    "POST /v1/coding-duties/{duty_id}/decision",
)
def a_duty_of_coding_is_reported_and_confirmed(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2023, 1, 10, 4, tzinfo=UTC))
    bureau, weihai = ("agency", "371000"), ("hospital", "H37100200001")
    duty_id = coding_duty_id_of(CodingItem.INTERFACE_TEST, None, weihai[1], "sd-2023-1.8-systems")

    def act() -> object:
        stage.call("POST", "/v1/coding-duties", bureau, {})
        path = f"/v1/coding-duties/{duty_id}"
        stage.call("POST", f"{path}/reminders", bureau, {"text": "finish"})
        stage.call("POST", f"{path}/report", weihai, {"evidence": "tested"})
        stage.call("POST", f"{path}/decision", bureau, {"decision": "approve"})
        return None

    def finish() -> None:
        (duty,) = read(stage, "/v1/coding-duties?status=done", bureau)["items"]
        assert (len(duty["reminders"]), duty["evidence"]) == (1, "tested")
        tasks = read(stage, "/v1/tasks?status=done", bureau)["items"]
        assert [each["duty"]["subject_id"] for each in tasks] == [duty["duty_id"]]

    return act, finish


def desk_matter(**changes: str) -> dict[str, object]:
    taken = {"matter_no": "JB-1", "kind": "account-withdrawal", "urgency": "routine", "channel": "phone"}
    return {**taken, "subject": "draws the account", "of_patient": False, "came_on": "2020-02-10", **changes}


@STORIES.covering(
    "POST /v1/desk-matters",
    "POST /v1/desk-matters/{matter_id}/handover",
    "POST /v1/desk-matters/{matter_id}/appointment",
    "POST /v1/desk-appointments/{appointment_id}/cancellation",
    "POST /v1/desk-matters/{matter_id}/answer",
)
def a_matter_that_cannot_wait_is_booked_and_finished(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2020, 2, 10, 4, tzinfo=UTC))
    place = {"window": "3", "on": "2020-02-12", "at": "09:30", "channel": "phone", "reason": "an operation"}
    other = {**place, "at": "10:00"}

    def act() -> object:
        made = stage.call("POST", "/v1/desk-matters", DALIAN, desk_matter())
        path = f"/v1/desk-matters/{made['matter_id']}"
        stage.call("POST", f"{path}/handover", DALIAN, {"area": "210200", "reason": "its own"})
        booked = stage.call("POST", f"{path}/appointment", DALIAN, place)
        if booked is not None:
            cancelled = f"/v1/desk-appointments/{booked['appointment_id']}/cancellation"
            stage.call("POST", cancelled, DALIAN, {"reason": "another time"})
        stage.call("POST", f"{path}/appointment", DALIAN, other)
        return stage.call("POST", f"{path}/answer", DALIAN, {"answer": "drawn"})["status"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/desk-matters?status=finished", DALIAN)["items"]
        taken = [each for each in read(stage, "/v1/desk-appointments", DALIAN)["items"] if each["cancelled"] is None]
        assert (kept["handling"]["way"], [each["at"] for each in taken]) == ("appointment", ["10:00"])
        (task,) = read(stage, "/v1/tasks?kind=duty", DALIAN)["items"]
        assert task["status"] == "done"

    return act, finish


def weihai_bill(stage: Stage) -> dict[str, Any]:
    """A bill of Weihai with one scan twice on one day, of an enrolled person."""
    enrol(stage, 1, area=WEIHAI)
    stage.clock.move_to(datetime(2023, 2, 10, 4, tzinfo=UTC))
    scan = {"code": "210300001", "name": "CT", "date": "2023-01-12", "quantity": "1", "price": "300.00"}
    lines = [{"no": no, "amount": "300.00", **scan} for no in (1, 2)]
    visit = {"kind": "inpatient", "admitted": "2023-01-10", "discharged": "2023-01-16"}
    return claim(1, "weihai-2023-inpatient-split", lines=lines, visit=visit)


@STORIES.covering("fund_analyse")
def the_fund_of_the_month_that_is_over_is_analysed_at_night(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2023, 3, 3, 4, tzinfo=UTC))
    weihai, second = ("agency", "371000"), ("agency", "371000", "second")
    stage.call("POST", "/v1/contingency-plans", weihai, PLAN)
    stage.call("POST", f"/v1/contingency-plans/{PLAN_ID}/decision", second, {"decision": "approve"})

    def act() -> object:
        return stage.task("fund_analyse")

    def finish() -> None:
        (kept,) = read(stage, "/v1/fund-analyses", weihai)["items"]
        assert (kept["month"], kept["analysed"]["actor"]) == ("2023-02", "schedule")

    return act, finish


@STORIES.covering(
    "POST /v1/contingency-plans",
    "POST /v1/contingency-plans/{plan_id}/decision",
    "POST /v1/fund-analyses",
    "POST /v1/fund-analyses/{analysis_id}/answer",
)
def a_plan_is_approved_and_a_month_reaches_it(stage: Stage) -> tuple[Act, End]:
    settle(stage, weihai_bill(stage))
    stage.clock.move_to(datetime(2023, 3, 3, 4, tzinfo=UTC))
    weihai, second = ("agency", "371000"), ("agency", "371000", "second")

    def act() -> object:
        stage.call("POST", "/v1/contingency-plans", weihai, PLAN)
        stage.call("POST", f"/v1/contingency-plans/{PLAN_ID}/decision", second, {"decision": "approve"})
        stage.call("POST", "/v1/fund-analyses", weihai, {"month": "2023-02"})
        said = {"text": "adjustment asked of the province"}
        return stage.call("POST", f"/v1/fund-analyses/{ANALYSIS_ID}/answer", weihai, said)["status"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/fund-analyses?status=answered", weihai)["items"]
        assert [each["measure"] for each in kept["met"]] == ["epidemic-amount"]
        assert kept["epidemic"] == kept["funds"] != "0.00"
        waiting = read(stage, "/v1/tasks?status=open", weihai)["items"]
        assert [each for each in waiting if each["duty"]["business"] == "fund-contingency"] == []

    return act, finish


@STORIES.covering("supervision_review")
def the_claims_of_the_day_before_are_reviewed_at_night(stage: Stage) -> tuple[Act, End]:
    settle(stage, weihai_bill(stage))
    stage.clock.move_to(datetime(2023, 2, 10, 18, tzinfo=UTC))

    def finish() -> None:
        (matter,) = read(stage, "/v1/suspicious-matters", ("agency", "371000"))["items"]
        assert matter["rule"] == "repeated-item"

    return lambda: stage.task("supervision_review"), finish


@STORIES.covering(
    "POST /v1/claim-reviews",
    "POST /v1/suspicious-matters/{matter_id}/question",
    "POST /v1/suspicious-matters/{matter_id}/answer",
    "POST /v1/suspicious-matters/{matter_id}/outcome",
)
def a_suspicious_matter_is_found_answered_and_closed(stage: Stage) -> tuple[Act, End]:
    sent = weihai_bill(stage)
    claim_id = settle(stage, sent)
    bureau, second = ("agency", "371000"), ("agency", "371000", "second")
    sign = Sign(SupervisionRule.REPEATED_ITEM, "210300001/2023-01-12", (), Text("", ""), "")
    path = f"/v1/suspicious-matters/{matter_id_of(claim_id, sign)}"

    def act() -> object:
        stage.call("POST", "/v1/claim-reviews", bureau, {"from": "2023-02-10", "to": "2023-02-10"})
        stage.call("POST", f"{path}/question", bureau, {"question": "why twice?"})
        stage.call("POST", f"{path}/answer", ("hospital", sent["institution"]), {"answer": "after a fall"})
        closed = {"outcome": "nothing", "because": "the record shows it"}
        return stage.call("POST", f"{path}/outcome", second, closed)["status"]

    def finish() -> None:
        (matter,) = read(stage, "/v1/suspicious-matters?status=closed", bureau)["items"]
        assert (matter["answer"], matter["outcome"]) == ("after a fall", "nothing")

    return act, finish


@STORIES.covering("desk_resume")
def a_postponed_matter_comes_back(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2020, 2, 10, 4, tzinfo=UTC))
    stage.call("POST", "/v1/desk-matters", DALIAN, desk_matter())
    stage.clock.move_to(datetime(2023, 1, 8, 4, tzinfo=UTC))

    def act() -> object:
        stage.task("desk_resume")
        return stage.task("desk_resume")  # what the first could not reach, the next one meets again

    def finish() -> None:
        (kept,) = read(stage, "/v1/desk-matters?status=open", DALIAN)["items"]
        (task,) = read(stage, "/v1/tasks?kind=duty&status=open", DALIAN)["items"]
        assert task["duty"]["subject_id"] == kept["matter_id"]

    return act, finish


@STORIES.covering(
    "POST /v1/inspections",
    "POST /v1/inspections/{inspection_id}/participation",
    "POST /v1/inspections/{inspection_id}/outcome",
)
def offices_inspect_together(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2023, 2, 1, 4, tzinfo=UTC))
    bureau, finance = ("agency", "371000"), ("finance", "371000")
    asked = {"institutions": ["H37100200001"], "from": "2023-01-08", "to": "2023-01-31", "purpose": "bills"}

    def act() -> object:
        opened = stage.call("POST", "/v1/inspections", bureau, asked)
        path = f"/v1/inspections/{opened['inspection_id']}"
        stage.call("POST", f"{path}/participation", finance, {})
        return stage.call("POST", f"{path}/outcome", bureau, {"outcome": "nothing", "found": "in order"})["status"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/inspections?status=closed", finance)["items"]
        assert [each["role"] for each in kept["took_part"]] == ["agency", "finance"]

    return act, finish


@STORIES.covering("POST /v1/supply-reports/upload")
def a_table_of_purchases_is_reported(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2020, 3, 20, 4, tzinfo=UTC))
    hospital_, drug = ("hospital", "H50010200001"), "XN02BEP001A001010100014"
    lines = "".join(f"{drug},2020-03-0{day},15.00,100,95\n" for day in (2, 3))
    sent = {"file": b64encode(f"code,on,price,ordered,delivered\n{lines}".encode()).decode()}

    def act() -> object:
        answered = stage.call("POST", "/v1/supply-reports/upload", hospital_, sent)
        return [each["record_id"] for each in answered["lines"]]

    def finish() -> None:
        kept = read(stage, "/v1/supply-reports", hospital_)["items"]
        assert [(each["on"], each["revision"]) for each in kept] == [("2020-03-03", 1), ("2020-03-02", 1)]

    return act, finish


@STORIES.covering("POST /v1/enrolments/upload")
def a_table_of_enrolments_is_recorded(stage: Stage) -> tuple[Act, End]:
    lines = "".join(f"passport,USA,SAMPLE00010{number},示例,530100,resident\n" for number in range(2))
    table = "id_type,issued_by,id_no,name,insured_area,insurance\n" + lines
    sent = {"file": b64encode(table.encode("gb18030")).decode()}

    def act() -> object:
        answered = stage.call("POST", "/v1/enrolments/upload", AGENCY, sent)
        return [each["record_id"] for each in answered["lines"]]

    def finish() -> None:
        persons = {pk for _, pk, _ in stage.items() if pk.startswith("PERSON#")}
        assert len(persons) == 2

    return act, finish


@STORIES.covering("POST /v1/registry-tables/{table}")
def a_list_of_the_catalogue_is_brought_and_put_in_force(stage: Stage) -> tuple[Act, End]:
    heading = "code,name_zh,name_en,kind,class,self_pay_ratio,price_ceiling,valid_from,valid_to,plan_from,plan_to\n"
    item = "XZ00NEW001A001010100099,新药,a new drug,drug,C,,,2027-01-01,,,\n"
    sent = {"file": b64encode((heading + item).encode()).decode()}

    def act() -> object:
        brought = stage.call("POST", "/v1/registry-tables/catalogue", AGENCY, sent)
        path = f"/v1/policies/bundles/{brought['bundle']}/decision"
        return stage.call("POST", path, ("policy", "000000"), {"decision": "approve"})["status"]

    def finish() -> None:
        newest, *_ = read(stage, "/v1/policies/bundles", ("policy", "000000"))["items"]
        assert (newest["number"], newest["kept_by"] == newest["decided_by"]) == (2, False)

    return act, finish


@STORIES.covering(
    "POST /v1/requisitions",
    "POST /v1/requisitions/{requisition_id}/decision",
    "POST /v1/requisitions/{requisition_id}/payments",
    "POST /v1/requisitions/{requisition_id}/receipts",
)
def a_district_asks_for_funds_and_is_paid(stage: Stage) -> tuple[Act, End]:
    bureau, city = ("agency", "500102"), ("finance", "500000", "head")
    lines = [{"kind": "basic", "amount": "1000.00"}]
    sent = {"requisition_no": "YK-1", "purpose": "settlement", "needed_on": "2020-02-20", "reason": "two weeks"}
    word = {"kind": "basic", "bank_reference": "R-1", "amount": "600.00", "outcome": "paid"}

    def act() -> object:
        stage.clock.move_to(datetime(2020, 2, 18, 4, tzinfo=UTC))
        made = stage.call("POST", "/v1/requisitions", bureau, {**sent, "lines": lines})
        path = f"/v1/requisitions/{made['requisition_id']}"
        stage.call("POST", f"{path}/decision", city, {"decision": "approve", "lines": lines})
        stage.call("POST", f"{path}/payments", ("finance", "500000", "cashier"), word)
        return stage.call("POST", f"{path}/receipts", ("finance", "500102", "teller"), word)["received"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/requisitions", bureau)["items"]
        assert (kept["paid"], kept["received"], kept["short"]) == ("600.00", "600.00", "400.00")
        accounts = read(stage, "/v1/ledger/accounts?prefix=bank/500", ("auditor", "000000"))["items"]
        assert {each["account"]: each["balance"] for each in accounts} == {
            "bank/500000/cash": "-600.00",
            "bank/500102/cash": "600.00",
        }

    return act, finish


@STORIES.covering("POST /v1/requisitions/{requisition_id}/withdrawal")
def a_district_takes_back_what_was_approved_and_the_bank_pays_all_the_same(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2020, 2, 18, 4, tzinfo=UTC))
    bureau, city = ("agency", "500102"), ("finance", "500000", "head")
    lines = [{"kind": "basic", "amount": "1000.00"}]
    sent = {"requisition_no": "YK-1", "purpose": "settlement", "needed_on": "2020-02-20", "reason": "two weeks"}
    made = stage.call("POST", "/v1/requisitions", bureau, {**sent, "lines": lines})
    path = f"/v1/requisitions/{made['requisition_id']}"
    stage.call("POST", f"{path}/decision", city, {"decision": "approve", "lines": lines})
    word = {"kind": "basic", "bank_reference": "R-1", "amount": "600.00", "outcome": "paid"}

    def act() -> object:
        stage.call("POST", f"{path}/withdrawal", bureau, {"reason": "settled from the balance"})
        return stage.call("POST", f"{path}/payments", ("finance", "500000", "cashier"), word)["status"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/requisitions", bureau)["items"]
        assert (kept["status"], kept["short"], kept["lines"][0]["beyond"]) == ("withdrawn", "0.00", "600.00")

    return act, finish


@STORIES.covering("POST /v1/desk-matters/{matter_id}/withdrawal")
def a_matter_is_taken_back(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2020, 2, 10, 4, tzinfo=UTC))
    made = stage.call("POST", "/v1/desk-matters", DALIAN, desk_matter(kind="cover-transfer", channel="fax"))

    def act() -> object:
        path = f"/v1/desk-matters/{made['matter_id']}/withdrawal"
        return stage.call("POST", path, DALIAN, {"reason": "recorded twice"})["status"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/desk-matters", DALIAN)["items"]
        assert (kept["status"], kept["answer"]) == ("withdrawn", "recorded twice")

    return act, finish


@STORIES.covering("POST /v1/hotline-consultations", "POST /v1/hotline-consultations/{consultation_id}/withdrawal")
def a_call_is_recorded_and_another_taken_back(stage: Stage) -> tuple[Act, End]:
    stage.clock.move_to(datetime(2020, 2, 10, 4, tzinfo=UTC))
    sent = {"subject": "epidemic", "came_at": "2020-02-09T19:20:00Z"}

    def act() -> object:
        stage.call("POST", "/v1/hotline-consultations", DALIAN, {**sent, "consultation_no": "RX-1"})
        other = stage.call("POST", "/v1/hotline-consultations", DALIAN, {**sent, "consultation_no": "RX-2"})
        path = f"/v1/hotline-consultations/{other['consultation_id']}/withdrawal"
        return stage.call("POST", path, DALIAN, {"reason": "recorded twice"})["withdrawn_because"]

    def finish() -> None:
        told = read(stage, "/v1/reports/hotline?from=2020-02-10&to=2020-02-10", DALIAN)
        assert (told["consultations"], told["withdrawn"]) == (1, 1)
        assert [each["hour"] for each in told["by_hour"] if each["by_subject"][0]["consultations"]] == [3]

    return act, finish


@STORIES.covering("POST /v1/dialysis-reviews", "POST /v1/dialysis-reviews/{review_id}/audit")
def a_dialysis_that_passed_wrongly_is_taken_back(stage: Stage) -> tuple[Act, End]:
    """Lose each call of the review, of the audit and of the reversal: the claim is reversed once."""
    enrol(stage, 1, area=AreaCode("210200"), insurance="resident")
    stage.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
    bill = claim(1, "dalian-local-resident-near-subsistence", institution="H21020200001")
    claim_id = settle(stage, bill)
    hospital = ("hospital", bill["institution"])
    (person,) = {pk.removeprefix("PERSON#") for _, pk, _ in stage.items() if pk.startswith("PERSON#")}
    asked = {"review_no": "TX-1", "person": person, "from": "2020-02-01", "to": "2020-02-29"}
    found = {"outcome": "wrong", "reason": "no session took place", "claims": [claim_id]}

    def act() -> object:
        stage.clock.move_to(datetime(2020, 3, 2, 5, tzinfo=UTC))
        made = stage.call("POST", "/v1/dialysis-reviews", hospital, asked)
        stage.clock.move_to(datetime(2023, 1, 8, 4, tzinfo=UTC))
        return stage.call("POST", f"/v1/dialysis-reviews/{made['review_id']}/audit", DALIAN, found)["status"]

    def finish() -> None:
        (kept,) = read(stage, "/v1/dialysis-reviews", DALIAN)["items"]
        assert kept["status"] == "recovered"
        assert read(stage, f"/v1/claims/{claim_id}", hospital)["status"] == "reversed"

    return act, finish


@STORIES.covering("POST /v1/dialysis-reviews/{review_id}/decision", "POST /v1/dialysis-reviews/{review_id}/withdrawal")
def a_dialysis_is_decided_and_another_taken_back(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1, area=AreaCode("210200"))
    stage.clock.move_to(datetime(2023, 1, 9, 4, tzinfo=UTC))
    (person,) = {pk.removeprefix("PERSON#") for _, pk, _ in stage.items() if pk.startswith("PERSON#")}
    hospital, asked = ("hospital", "H21020200001"), {"person": person, "from": "2023-01-01", "to": "2023-01-08"}
    first, second = (
        stage.call("POST", "/v1/dialysis-reviews", hospital, {**asked, "review_no": no})["review_id"]
        for no in ("TX-1", "TX-2")
    )

    def act() -> object:
        stage.call("POST", f"/v1/dialysis-reviews/{second}/withdrawal", hospital, {"reason": "asked twice"})
        return stage.call("POST", f"/v1/dialysis-reviews/{first}/decision", DALIAN, {"decision": "approve"})["status"]

    def finish() -> None:
        items = read(stage, "/v1/dialysis-reviews", DALIAN)["items"]
        assert sorted(each["status"] for each in items) == ["approved", "withdrawn"]

    return act, finish


@STORIES.covering("POST /v1/flexible-premiums")
def a_flexible_worker_pays(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    (person,) = {pk.removeprefix("PERSON#") for _, pk, _ in stage.items() if pk.startswith("PERSON#")}
    sent = {"person": person, "paid_on": "2020-02-10"}

    def finish() -> None:
        (kept,) = read(stage, "/v1/flexible-premiums", DALIAN)["items"]
        assert kept["covered_from"] == "2020-02-10"

    return lambda: stage.call("POST", "/v1/flexible-premiums", DALIAN, sent)["cover_id"], finish


@STORIES.covering("POST /v1/protective-goods", "POST /v1/account-purchases")
def masks_are_bought_with_the_personal_account(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    stage.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
    pharmacy = ("hospital", "P53010200009")
    item = {"code": "PG-01", "name": "口罩", "supply": "mask", "from": "2020-02-05"}
    lines = [{"code": "PG-01", "quantity": 20, "amount": "50.00"}]
    bought = {"purchase_no": "PA-1", "patient": passport(1), "on": "2020-03-02", "lines": lines}

    def act() -> object:
        stage.call("POST", "/v1/protective-goods", pharmacy, item)
        return stage.call("POST", "/v1/account-purchases", pharmacy, bought, 201)["total"]

    def finish() -> None:
        assert [each["total"] for each in read(stage, "/v1/account-purchases", AGENCY)["items"]] == ["50.00"]

    return act, finish


@STORIES.covering(
    "POST /v1/reimbursements",
    "POST /v1/reimbursements/{case_id}/uploads",
    "POST /v1/reimbursements/{case_id}/documents",
    "POST /v1/reimbursements/{case_id}/forwarding",
    "POST /v1/reimbursements/{case_id}/audit",
    "POST /v1/reimbursements/{case_id}/decision",
    "POST /v1/reimbursements/{case_id}/receipt",
    "POST /v1/reimbursements/{case_id}/payment",
)
def a_bill_that_a_person_paid_is_reimbursed_by_hand(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    stage.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
    finance = ("finance", "530100", "treasurer")
    bill = {**claim(1, "kunming-employee-in-wuhan"), "claim_no": "FP-1"}
    copy = {"content_hash": PAPERS[0][1], "size": 20, "media_type": "application/pdf"}
    storage = stage.cloud.client("s3")

    def act() -> object:
        made = stage.call("POST", "/v1/reimbursements", AGENCY, {"claim": bill, "payee": "person"}, 201)
        path = f"/v1/reimbursements/{made['case_id']}"
        stage.call("POST", f"{path}/uploads", AGENCY, copy)
        bring_copies(
            lambda key, content: storage.put_object(Bucket=stage.config.bucket, Key=key, Body=content), made["case_id"]
        )
        stage.call("POST", f"{path}/documents", AGENCY, papers_body())
        stage.call("POST", f"{path}/forwarding", AGENCY)
        stage.call("POST", f"{path}/audit", AGENCY, {"outcome": "passed"})
        stage.call("POST", f"{path}/decision", SECOND, {"decision": "approve"})
        stage.call("POST", f"{path}/receipt", finance, {"bank_reference": "B-1", "outcome": "failed"})
        stage.call("POST", f"{path}/payment", SECOND)
        return stage.call("POST", f"{path}/receipt", finance, {"bank_reference": "B-2", "outcome": "paid"})["status"]

    def finish() -> None:
        (paid,) = read(stage, "/v1/reimbursements", AGENCY)["items"]
        assert (paid["status"], paid["payment"]["amount"], paid["payment"]["orders"]) == ("paid", "24000.00", 2)
        assert paid["payment"]["overpaid"] == "0.00"

    return act, finish


@STORIES.covering("POST /v1/reimbursements/{case_id}/correction")
def a_bill_is_corrected_and_the_hospital_claims_the_days_it_leaves(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    stage.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
    bill = claim(1, "kunming-employee-in-wuhan")
    made = stage.call("POST", "/v1/reimbursements", AGENCY, {"claim": bill, "payee": "person"}, 201)
    path = f"/v1/reimbursements/{made['case_id']}/correction"
    line = {**bill["lines"][0], "date": "2020-02-25"}
    visit = {"kind": "inpatient", "admitted": "2020-02-24", "discharged": "2020-02-28"}
    corrected = {"claim": {**bill, "visit": visit, "lines": [line]}, "payee": "person", "reason": "another stay"}

    def finish() -> None:
        (kept,) = read(stage, "/v1/reimbursements", AGENCY)["items"]
        assert (kept["admitted"], len(kept["corrections"])) == ("2020-02-24", 1)
        assert settle(stage, {**bill, "claim_no": "SC-1"})

    return lambda: stage.call("POST", path, AGENCY, corrected)["status"], finish


@STORIES.covering("POST /v1/reimbursements/{case_id}/withdrawal")
def a_reimbursement_is_withdrawn_and_the_hospital_claims_the_visit(stage: Stage) -> tuple[Act, End]:
    enrol(stage, 1)
    stage.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
    bill = claim(1, "kunming-employee-in-wuhan")
    made = stage.call("POST", "/v1/reimbursements", AGENCY, {"claim": bill, "payee": "person"}, 201)
    path = f"/v1/reimbursements/{made['case_id']}/withdrawal"

    def finish() -> None:
        assert settle(stage, {**bill, "claim_no": "SC-1"})

    return lambda: stage.call("POST", path, AGENCY, {"reason": "the hospital claims it"})["status"], finish


@pytest.mark.stack
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_aws_call_of_a_service_may_be_lost_once(
    cloud: LocalStack, tell: Callable[[str], None], story: Story
) -> None:
    with staged(cloud) as stage:
        tell(lose_every_call(stage, story))
