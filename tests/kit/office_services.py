"""A record of every service of an office, as its people would make them in 2020 and 2023, for pages to show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.kernel.ports import Clock
from chalicelib.kernel.system import Ports, System
from chalicelib.main.capabilities import build_system
from tests.kit.contingency_calls import PLAN
from tests.kit.desk import Caller
from tests.kit.memory.samples import body, passport
from tests.kit.memory.world import FakeClock
from tests.kit.progress_calls import FIRST
from tests.kit.supply_calls import AZVUDINE, usual_and_odd_reports

DALIAN, KUNMING, BUREAU = ("agency", "210200"), ("agency", "530100"), ("agency", "500102")


class OfficeThen:
    """The API over the tables of a running stack, on the days of the emergency."""

    def __init__(self, ports: Ports) -> None:
        self.clock = FakeClock()
        self.system: System = build_system(ports.give(Clock, self.clock))
        self._caller = Caller(self)

    def at(self, year: int, month: int, day: int) -> None:
        """Go to noon of a day in China."""
        self.clock.move_to(datetime(year, month, day, 4, tzinfo=UTC))

    def send(self, path: str, caller: tuple[str, str], sent: Any = None, actor: str = "office") -> Any:
        """An act that is accepted; the answer."""
        role, subject = caller
        got = self._caller.call("POST", path, sent, role=role, subject=subject, actor=actor)
        assert got.status in (200, 201, 202), (path, got.status, got.json)
        return got.json

    def read(self, path: str, caller: tuple[str, str]) -> Any:
        """Return the answer to a reader."""
        role, subject = caller
        return self._caller.call("GET", path, role=role, subject=subject).json


def tell_services(ports: Ports) -> dict[str, str]:
    """Create a record of every service; return the ids of the records with a page, by the service's code."""
    office = OfficeThen(ports)
    made: dict[str, str] = {}
    office.at(2020, 2, 10)
    made["desk"] = _at_the_desk(office)
    office.at(2020, 2, 18)
    made |= _institutions(office) | _funds(office)
    _premiums(office)
    office.at(2020, 3, 2)
    made |= _patients(office)
    office.at(2020, 3, 20)
    for subject, sent in usual_and_odd_reports():
        office.send("/v1/supply-reports", ("hospital", subject), sent)
    office.at(2020, 3, 28)
    made |= _in_shanxi(office)
    office.at(2023, 1, 10)
    office.send("/v1/progress-reports", ("agency", "371082"), FIRST)
    office.at(2023, 2, 1)
    made["inspections"] = office.send(
        "/v1/inspections",
        ("agency", "371000"),
        {"institutions": ["H37100200001"], "from": "2023-01-08", "to": "2023-01-31", "purpose": "核查救治费用"},
    )["inspection_id"]
    listed = {"csv": "institution,from,to\nH37100200001,2023-01-10,\n"}
    office.send("/v1/internet-institutions", ("health", "371000"), listed)
    _in_weihai(office)
    return made


def _at_the_desk(office: OfficeThen) -> str:
    filed = {"kind": "account-withdrawal", "urgency": "urgent", "channel": "phone", "of_patient": False}
    matter = office.send("/v1/desk-matters", DALIAN, {**filed, "matter_no": "JB-1", "subject": "支取个人账户"})
    routine = {**filed, "urgency": "routine", "matter_no": "JB-2", "subject": "异地就医关系办理"}
    office.send("/v1/desk-matters", DALIAN, routine)
    booked = {"window": "3", "on": "2020-02-12", "at": "09:30", "channel": "phone", "reason": "急需手术费用"}
    office.send(f"/v1/desk-matters/{matter['matter_id']}/appointment", DALIAN, booked)
    asked = {"consultation_no": "RX-1", "subject": "epidemic", "came_at": "2020-02-09T19:20:00Z"}
    office.send("/v1/hotline-consultations", DALIAN, asked)
    return str(matter["matter_id"])


def _in_weihai(office: OfficeThen) -> None:
    """A hospital that runs low, a plan of the fund, and the figures of a month."""
    city = ("agency", "371000")
    office.at(2023, 2, 3)
    low = [{"code": AZVUDINE, "on_hand": "3", "daily_use": "4"}]
    office.send("/v1/drug-stocks", ("hospital", "H37100200001"), {"on": "2023-02-02", "lines": low})
    office.at(2023, 3, 2)
    office.send("/v1/contingency-plans", city, PLAN)
    office.send("/v1/fund-income", city, {"scheme": "employee", "month": "2023-01", "amount": "12000000.00"})
    office.send("/v1/fiscal-budgets", ("finance", "371082"), {"year": 2023, "amount": "3000000.00"})


def _institutions(office: OfficeThen) -> dict[str, str]:
    asked = {"institution": "H21020200001", "kind": "service", "from": "2020-04-01", "reason": "协议到期续签"}
    agreement = office.send("/v1/agreements", DALIAN, asked)
    office.send(
        "/v1/blacklist", DALIAN, {"listed_on": "2020-02-17", "csv": "code,name,ground\nH21020200001,,哄抬口罩价格\n"}
    )
    office.send("/v1/beds", ("hospital", "H21020200001"), {"kind": "infectious", "count": 40, "from": "2020-02-01"})
    office.send("/v1/coding-duties", BUREAU)
    reported = {"reporter": "institution", "topic": "system", "title": "结算接口中断"}
    told = {**reported, "detail": "今日上午起无法上传结算申请，请协助排查。", "on": "2020-02-17"}
    issue = office.send("/v1/issues", ("hospital", "H50010200001"), told)
    office.send("/v1/issues", ("township", "500102"), {**told, "reporter": "township", "title": "参保人咨询集中"})
    goods = {"code": "PG-01", "name": "一次性医用口罩", "supply": "mask", "from": "2020-02-05"}
    office.send("/v1/protective-goods", ("hospital", "P53010200009"), goods)
    coding = office.read("/v1/coding-duties", BUREAU)["items"][0]["duty_id"]
    return {"agreements": agreement["agreement_id"], "issues": issue["issue_id"], "coding": coding}


def _funds(office: OfficeThen) -> dict[str, str]:
    asked = {"requisition_no": "YK-2020-02", "purpose": "settlement", "needed_on": "2020-02-25"}
    lines = [{"kind": "basic", "amount": "1200000.00"}, {"kind": "assistance", "amount": "80000.00"}]
    requisition = office.send(
        "/v1/requisitions", ("agency", "500102"), {**asked, "reason": "两周结算用款", "lines": lines}
    )
    bill = body("chongqing-price-ceilings")
    scan = {"code": "210300001", "name": "CT", "date": "2020-02-06", "quantity": "1", "price": "300.00"}
    twice = [{"no": no, "amount": "300.00", **scan} for no in (1, 2)]
    claim = {**bill, "lines": twice, "claim_no": "WATCHED"}
    office.send("/v1/claims", ("hospital", bill["institution"]), claim)
    office.send("/v1/claim-reviews", ("agency", "500000"), {"from": "2020-02-18", "to": "2020-02-18"})
    return {"requisitions": requisition["requisition_id"]}


def _premiums(office: OfficeThen) -> None:
    employer = {"employer": "91210200MA0QABCD1N", "size": "small", "ground": "停工停产", "amount": "12000.00"}
    for month, due in (("2020-02", "2020-02-15"), ("2020-03", "2020-03-15")):
        office.send("/v1/premium-deferrals", DALIAN, {**employer, "month": month, "due_on": due})


def _patients(office: OfficeThen) -> dict[str, str]:
    insured = {"insured_area": "530100", "insurance": "employee", "employment": "active", "assistance": "none"}
    person = office.send("/v1/enrolments", KUNMING, {**passport(31), **insured})["person"]
    office.send("/v1/flexible-premiums", DALIAN, {"person": person, "paid_on": "2020-02-10"})
    filing = {"treatment_area": "420100", "kind": "temporary", "channel": "phone", "from": "2020-03-02"}
    office.send("/v1/filings", KUNMING, {**{k: v for k, v in passport(31).items() if k != "name"}, **filing})
    office.send(
        "/v1/enrolment-transfers",
        ("agency", "420100"),
        {**passport(31), "insured_area": "420100", "from": "2020-04-01"},
    )
    office.send("/v1/person-requests", KUNMING, {"person": person, "kind": "read", "purpose": "本人申请查阅"})
    bill = body("kunming-employee-in-wuhan")
    accepted = {"claim": {**bill, "claim_no": "FP-31", "patient": passport(31)}, "payee": "person"}
    case = office.send("/v1/reimbursements", KUNMING, accepted)
    prescribed = {"prescription_no": "RX-31", "patient": passport(31), "kind": "chronic", "electronic": False}
    items = [{"code": "X1", "name": "缬沙坦胶囊", "quantity": "60"}]
    prescription = office.send(
        "/v1/prescriptions",
        ("hospital", "H53010200001"),
        {**prescribed, "issued_on": "2020-03-02", "days": 60, "items": items},
    )
    bought = {"purchase_no": "PA-31", "patient": passport(31), "on": "2020-02-10"}
    office.send(
        "/v1/account-purchases",
        ("hospital", "P53010200009"),
        {**bought, "lines": [{"code": "PG-01", "quantity": 20, "amount": "50.00"}]},
    )
    return {
        "enrolments": person,
        "reimbursements": case["case_id"],
        "prescriptions": prescription["prescription_id"],
    }


def _in_shanxi(office: OfficeThen) -> dict[str, str]:
    bought = {"purchase_no": "CG-1", "code": "X1", "name": "阿比多尔片", "quantity": "100", "price": "15.00"}
    purchase = office.send(
        "/v1/off-platform-purchases",
        ("hospital", "H14010500001"),
        {**bought, "supplier": "医药公司", "bought_on": "2020-03-27"},
    )
    entered = {**passport(32), "area": "140100", "entered_on": "2020-03-27", "port": "太原机场"}
    arrival = office.send("/v1/arrivals", ("health", "140100"), entered)
    return {"purchases": purchase["purchase_id"], "arrivals": arrival["arrival_id"]}


def people_file() -> bytes:
    """Return a list of insured people with a good line and a bad line, as an office hands the list in."""
    return (
        "id_type,issued_by,id_no,name,insured_area,insurance\npassport,USA,SAMPLE000777,示例,530100,resident\n,,,x,,\n"
    ).encode("gb18030")
