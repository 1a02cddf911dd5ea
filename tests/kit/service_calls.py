"""Calls of the routes of the agency's services, good and bad ones."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.agreements.usecases.agree import AgreementRequest, Agreements
from chalicelib.agreements.usecases.blacklist import Blacklist
from chalicelib.arrivals.usecases import ArrivalRequest, Arrivals
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.coding.domain import CodingItem, coding_duty_id_of
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.issues.domain import IssueTopic, Reporter, issue_id_of
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.prescriptions.domain import prescription_id_of
from chalicelib.registry.domain.agreements import AgreementKind
from chalicelib.requisitions.domain import requisition_id_of
from chalicelib.supervision.domain.inspections import inspection_id_of
from chalicelib.supervision.domain.matters import matter_id_of
from chalicelib.supervision.domain.signs import Sign, SupervisionRule
from chalicelib.supply.domain.purchases import off_platform_id_of
from tests.kit.areas import DALIAN, FULING, KUNMING, TAIYUAN, WEIHAI
from tests.kit.contingency_calls import contingency_calls
from tests.kit.desk_calls import desk_calls
from tests.kit.memory.samples import agency, body, enrolment, hospital, passport, stated, submission
from tests.kit.memory.world import World
from tests.kit.progress_calls import figure_calls, progress_calls
from tests.kit.registry_calls import Call
from tests.kit.reimbursement_calls import reimbursement_calls
from tests.kit.supply_calls import supply_calls

_DALIAN = {"role": "agency", "subject": "210200"}
_SECOND = {**_DALIAN, "actor": "second"}
_PUBLIC = {"headers": {"Authorization": ""}}


def service_calls(world: World) -> Iterator[Call]:
    """Yield at least one good answer of every route of a service."""
    before = world.clock.now()
    world.clock.move_to(datetime(2020, 2, 18, 4, tzinfo=UTC))
    yield from _event_calls()
    yield ("GET", "/v1/operations"), {"role": "operator", "subject": "000000"}
    yield from _agreement_calls(world)
    yield from _prescription_calls(world)
    yield from _bed_calls()
    yield from _requisition_calls()
    yield from _premium_calls(world)
    yield from _issue_calls()
    yield from progress_calls(world)
    yield from figure_calls(world)
    yield from _arrival_calls(world)
    yield from _purchase_calls(world)
    yield from supply_calls(world)
    yield from contingency_calls(world)
    yield from desk_calls(world)
    yield from _account_calls()
    yield from _coding_calls()
    yield from _supervision_calls(world)
    yield from _inspection_calls(world)
    yield from _import_calls()
    yield from reimbursement_calls(world)
    world.clock.move_to(before)


def _event_calls() -> Iterator[Call]:
    yield ("GET", "/v1/events"), {"role": "hospital", "subject": "H21020200001"}
    yield ("GET", "/v1/events", "/v1/events?area=420100"), {"role": "hospital", "subject": "H21020200001"}
    yield ("GET", "/v1/events", "/v1/events?after=x"), {"role": "hospital", "subject": "H21020200001"}
    yield ("GET", "/v1/summary", "/v1/summary?by=status"), {"role": "hospital", "subject": "H21020200001"}
    yield ("GET", "/v1/summary", "/v1/summary?by=status&area=420100"), {"role": "hospital", "subject": "H21020200001"}
    yield ("GET", "/v1/summary"), {"role": "auditor", "subject": "000000"}


def _agreement_calls(world: World) -> Iterator[Call]:
    agreements, one = "/v1/agreements", "/v1/agreements/{agreement_id}"
    made = world.system[Agreements].ask(
        agency(DALIAN),
        AgreementRequest(InstitutionCode("H21020200002"), AgreementKind.TERMINATION, date(2020, 3, 1), None, "closed"),
    )
    asked = {"institution": "H21020200001", "kind": "service", "from": "2020-04-01", "reason": "renewed"}
    yield ("POST", agreements), {"body": asked, **_DALIAN}
    yield ("POST", agreements), {"body": {**asked, "kind": "temporary"}, **_DALIAN}
    yield ("POST", agreements), {"body": {}, **_DALIAN}
    yield ("GET", agreements), _DALIAN
    yield ("GET", agreements, f"{agreements}?status=wished"), _DALIAN
    yield ("GET", one, f"{agreements}/{made.agreement_id}"), _DALIAN
    yield ("GET", one, f"{agreements}/agr_none"), _DALIAN
    decided = f"{agreements}/{made.agreement_id}/decision"
    yield ("POST", f"{one}/decision", decided), {"body": {"decision": "approve"}, **_SECOND}
    yield ("POST", f"{one}/decision", decided), {"body": {"decision": "refuse", "reason": "no"}, **_SECOND}
    yield ("POST", f"{one}/decision", decided), {"body": {}, **_SECOND}
    yield ("GET", f"{agreements}/public", f"{agreements}/public?area=210200&on=2020-03-01"), _PUBLIC
    yield ("GET", f"{agreements}/public", f"{agreements}/public?on=soon"), _PUBLIC
    blacklist, entry = "/v1/blacklist", "/v1/blacklist/{entry_id}/decision"
    (line,) = world.system[Blacklist].upload(
        agency(DALIAN), date(2020, 2, 18), "code,name,ground\nH21020200001,,hoarded masks\n"
    )
    uploaded = {"listed_on": "2020-02-17", "csv": "code,name,ground\nH21020200001,,hoarded\nH1,,x\n"}
    yield ("POST", blacklist), {"body": uploaded, **_DALIAN}
    yield ("POST", blacklist), {"body": {**uploaded, "listed_on": "2020-03-01"}, **_DALIAN}
    yield ("POST", blacklist), {"body": {}, **_DALIAN}
    yield ("GET", blacklist), _DALIAN
    yield ("GET", blacklist, f"{blacklist}?listed_on=x"), _DALIAN
    verified = entry.format(entry_id=line.record_id)
    yield ("POST", entry, verified), {"body": {"decision": "approve", "from": "2020-02-20"}, **_SECOND}
    yield ("POST", entry, verified), {"body": {"decision": "refuse", "reason": "a namesake"}, **_SECOND}
    yield ("POST", entry, verified), {"body": {"decision": "approve"}, **_SECOND}


def _prescription_calls(world: World) -> Iterator[Call]:
    world.system[EnrolPerson](agency(KUNMING), enrolment(passport(91)["id_no"]))
    world.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
    rx, one = "/v1/prescriptions", "/v1/prescriptions/{prescription_id}"
    sent = {
        "prescription_no": "RX-91",
        "patient": passport(91),
        "kind": "chronic",
        "electronic": False,
        "issued_on": "2020-03-02",
        "days": 60,
        "items": [{"code": "X1", "name": "片剂", "quantity": "60"}],
    }
    yield ("POST", rx), {"body": sent}
    yield ("POST", rx), {"body": sent}
    yield ("POST", rx), {"body": {**sent, "days": 30}}
    yield ("POST", rx), {"body": {**sent, "prescription_no": "RX-92", "days": 200}}
    yield ("POST", rx), {"body": {}}
    path = f"{rx}/{prescription_id_of(InstitutionCode('H53010200001'), 'RX-91')}"
    yield ("GET", rx), {}
    yield ("GET", rx, f"{rx}?issued_on=soon"), {}
    yield ("GET", one, path), {}
    yield ("GET", one, f"{rx}/rx_none"), {}
    yield ("POST", f"{one}/circulation", f"{path}/circulation"), {"body": {"pharmacy": "P53010200009"}}
    yield ("POST", f"{one}/circulation", f"{path}/circulation"), {"body": {"pharmacy": "H53010200001"}}
    yield ("POST", f"{one}/circulation", f"{path}/circulation"), {"body": {}}
    filled = {"on": "2020-03-03", "certificate": "social-security-card", "paid_by": "cash"}
    pharmacy = {"role": "hospital", "subject": "P53010200009"}
    dispensing = (f"{one}/dispensing", f"{path}/dispensing")
    yield ("POST", *dispensing), {"body": filled, **pharmacy}
    yield ("POST", *dispensing), {"body": {**filled, "on": "2020-03-02"}, **pharmacy}
    yield ("POST", *dispensing), {"body": {}, **pharmacy}
    counts, kunming = "/v1/reports/prescriptions", {"role": "agency", "subject": "530100"}
    yield ("GET", counts, f"{counts}?date=2020-03-02"), kunming
    yield ("GET", counts), kunming
    online, health = "/v1/internet-institutions", {"role": "health", "subject": "371000"}
    listed = {"csv": "institution,from,to\nH37100200001,2023-01-10,\nH1,x,\n"}
    yield ("POST", online), {"body": listed, **health}
    yield ("POST", online), {"body": {"csv": "a\n"}, **health}
    yield ("POST", online), {"body": {}, **health}
    yield ("GET", online), _PUBLIC
    yield ("GET", online, f"{online}?limit=0"), _PUBLIC


def _requisition_calls() -> Iterator[Call]:
    requisitions, one = "/v1/requisitions", "/v1/requisitions/{requisition_id}"
    bureau = {"role": "agency", "subject": "500102", "actor": "bureau"}
    head = {"role": "finance", "subject": "500000", "actor": "head"}
    cashier, teller = {**head, "actor": "cashier"}, {"role": "finance", "subject": "500102", "actor": "teller"}
    lines = [{"kind": "basic", "amount": "1000.00"}]
    asked = {
        "requisition_no": "YK-1",
        "purpose": "settlement",
        "needed_on": "2020-02-20",
        "reason": "two weeks",
        "lines": lines,
    }
    path = f"{requisitions}/{requisition_id_of(FULING, 'YK-1')}"
    yield ("POST", requisitions), {"body": asked, **bureau}
    yield ("POST", requisitions), {"body": {**asked, "purpose": "advance"}, **bureau}
    yield ("POST", requisitions), {"body": {**asked, "requisition_no": "YK-2", "lines": lines * 2}, **bureau}
    yield ("POST", requisitions), {"body": {**asked, "requisition_no": "YK-3"}, "role": "agency", "subject": "210200"}
    yield ("POST", requisitions), {"body": {}, **bureau}
    yield ("GET", requisitions), bureau
    yield ("GET", requisitions, f"{requisitions}?status=asked&format=csv"), bureau
    yield ("GET", requisitions, f"{requisitions}?area=530100"), bureau
    yield ("GET", requisitions, f"{requisitions}?status=gone"), bureau
    yield ("GET", one, path), bureau
    yield ("GET", one, f"{requisitions}/req_none"), bureau
    yield ("GET", f"{one}/form", f"{path}/form"), bureau
    yield ("GET", f"{one}/form", f"{path}/form?format=pdf"), bureau
    yield ("GET", f"{one}/form", f"{requisitions}/req_none/form"), bureau
    yield from _requisition_withdrawals(bureau, head, asked)
    decided, word = (
        f"{path}/decision",
        {"kind": "basic", "bank_reference": "R-1", "amount": "1000.00", "outcome": "paid"},
    )
    yield ("POST", f"{one}/decision", decided), {"body": {"decision": "refuse"}, **head}
    yield ("POST", f"{one}/decision", decided), {"body": {"decision": "approve", "lines": lines}, **head}
    yield ("POST", f"{one}/decision", decided), {"body": {"decision": "refuse", "reason": "no"}, **head}
    yield ("POST", f"{one}/decision", decided), {"body": {}, **head}
    yield ("POST", f"{one}/decision", f"{requisitions}/req_none/decision"), {"body": {"decision": "refuse"}, **head}
    for end, who in (("payments", cashier), ("receipts", teller)):
        yield ("POST", f"{one}/{end}", f"{path}/{end}"), {"body": word, **who}
        yield ("POST", f"{one}/{end}", f"{path}/{end}"), {"body": {**word, "amount": "999.00"}, **who}
        yield ("POST", f"{one}/{end}", f"{path}/{end}"), {"body": {**word, "kind": "fiscal"}, **who}
        yield ("POST", f"{one}/{end}", f"{path}/{end}"), {"body": {}, **who}
        yield ("POST", f"{one}/{end}", f"{requisitions}/req_none/{end}"), {"body": word, **who}


def _requisition_withdrawals(bureau: Any, head: Any, asked: dict[str, Any]) -> Iterator[Call]:
    requisitions, one = "/v1/requisitions", "/v1/requisitions/{requisition_id}"
    path, why = f"{requisitions}/{requisition_id_of(FULING, 'YK-9')}", {"reason": "settled from the balance"}
    yield ("POST", requisitions), {"body": {**asked, "requisition_no": "YK-9"}, **bureau}
    yield ("POST", f"{one}/withdrawal", f"{path}/withdrawal"), {"body": {}, **bureau}
    yield ("POST", f"{one}/withdrawal", f"{path}/withdrawal"), {"body": {"reason": " "}, **bureau}
    yield ("POST", f"{one}/withdrawal", f"{path}/withdrawal"), {"body": why, **bureau}
    yield ("POST", f"{one}/withdrawal", f"{path}/withdrawal"), {"body": {"reason": "another"}, **bureau}
    yield ("POST", f"{one}/withdrawal", f"{requisitions}/req_none/withdrawal"), {"body": why, **bureau}
    refusal = {"decision": "refuse", "reason": "no"}
    yield ("POST", f"{one}/decision", f"{path}/decision"), {"body": refusal, **head}


def _bed_calls() -> Iterator[Call]:
    beds, hospital = "/v1/beds", {"role": "hospital", "subject": "H21020200001"}
    filed = {"kind": "infectious", "count": 40, "from": "2020-02-01"}
    yield ("POST", beds), {"body": filed, **hospital}
    yield ("POST", beds), {"body": {**filed, "from": "2020-01-01"}, **hospital}
    yield ("POST", beds), {"body": {}, **hospital}
    yield ("POST", beds), {"body": filed, "role": "hospital", "subject": "H99999999999"}
    yield ("GET", beds), _DALIAN
    yield ("GET", beds, f"{beds}?area=2"), _DALIAN


def _premium_calls(world: World) -> Iterator[Call]:
    deferrals, payments, flexible = "/v1/premium-deferrals", "/v1/premium-payments", "/v1/flexible-premiums"
    employer = "91210200MA0QABCD1N"
    sent = {
        "employer": employer,
        "month": "2020-02",
        "due_on": "2020-02-15",
        "amount": "12000.00",
        "size": "small",
        "ground": "closed by order",
    }
    yield ("POST", deferrals), {"body": sent, **_DALIAN}
    yield ("POST", deferrals), {"body": {**sent, "amount": "1.00"}, **_DALIAN}
    yield ("POST", deferrals), {"body": {**sent, "month": "2020-03", "size": "large"}, **_DALIAN}
    yield ("POST", deferrals), {"body": {}, **_DALIAN}
    yield ("GET", deferrals), _DALIAN
    yield ("GET", deferrals, f"{deferrals}?employer=x"), _DALIAN
    paid = {"employer": employer, "paid_on": "2020-03-01", "months": ["2020-02"]}
    yield ("POST", payments), {"body": paid, **_DALIAN}
    yield ("POST", payments), {"body": {**paid, "paid_on": "2020-02-20"}, **_DALIAN}
    yield ("POST", payments), {"body": {**paid, "paid_on": "2100-01-01"}, **_DALIAN}
    yield ("POST", payments), {"body": {**paid, "months": ["2020-05"]}, **_DALIAN}
    yield ("POST", payments), {"body": {}, **_DALIAN}
    person = world.system[EnrolPerson](agency(KUNMING), enrolment(passport(91)["id_no"])).person
    known = {"person": person, "paid_on": "2020-02-10"}
    yield ("POST", flexible), {"body": known, **_DALIAN}
    yield ("POST", flexible), {"body": {**known, "paid_on": "2100-01-01"}, **_DALIAN}
    yield ("POST", flexible), {"body": {**known, "person": f"prs_{'0' * 32}"}, **_DALIAN}
    yield ("POST", flexible), {"body": {}, **_DALIAN}
    yield ("GET", flexible), _DALIAN
    yield ("GET", flexible, f"{flexible}?area=2"), _DALIAN


def _purchase_calls(world: World) -> Iterator[Call]:
    before = world.clock.now()
    world.clock.move_to(datetime(2020, 3, 28, 4, tzinfo=UTC))
    purchases, one = "/v1/off-platform-purchases", "/v1/off-platform-purchases/{purchase_id}"
    taiyuan = {"role": "hospital", "subject": "H14010500001"}
    bought = {
        "purchase_no": "PO-1", "code": "X1", "name": "药品", "quantity": "100", "price": "15.00", "supplier": "公司",
        "bought_on": "2020-03-27",
    }  # fmt: skip
    path = f"{purchases}/{off_platform_id_of(InstitutionCode('H14010500001'), 'PO-1')}"
    yield ("POST", purchases), {"body": bought, **taiyuan}
    yield ("POST", purchases), {"body": {**bought, "quantity": "1"}, **taiyuan}
    yield ("POST", purchases), {"body": {**bought, "purchase_no": "PO-2", "bought_on": "2019-01-01"}, **taiyuan}
    yield ("POST", purchases), {"body": bought, "role": "hospital", "subject": "H99999999999"}
    yield ("POST", purchases), {"body": {}, **taiyuan}
    yield ("GET", purchases), taiyuan
    yield ("GET", purchases, f"{purchases}?status=gone"), taiyuan
    yield ("GET", purchases, f"{purchases}?area=530100"), {"role": "agency", "subject": "140100"}
    yield ("GET", one, path), taiyuan
    yield ("GET", one, f"{purchases}/pur_none"), taiyuan
    filing = f"{one}/filing"
    yield ("POST", filing, f"{path}/filing"), {"body": {"platform_no": "BA-1"}, **taiyuan}
    yield ("POST", filing, f"{path}/filing"), {"body": {"platform_no": "BA-2"}, **taiyuan}
    yield ("POST", filing, f"{path}/filing"), {"body": {}, **taiyuan}
    yield ("POST", filing, f"{path}/filing"), {"body": {"platform_no": "510102199001011239"}, **taiyuan}
    yield ("POST", filing, f"{purchases}/pur_none/filing"), {"body": {"platform_no": "BA-1"}, **taiyuan}
    world.clock.move_to(before)


def _arrival_calls(world: World) -> Iterator[Call]:
    before = world.clock.now()
    world.clock.move_to(datetime(2020, 3, 28, 4, tzinfo=UTC))
    arrivals, one, counts = "/v1/arrivals", "/v1/arrivals/{arrival_id}", "/v1/reports/arrivals"
    health = {"role": "health", "subject": "140100"}
    entered = {**passport(1), "area": "140100", "entered_on": "2020-03-27", "port": "太原机场"}
    made = world.system[Arrivals].register(
        Principal("health", Role.HEALTH, "140100"),
        ArrivalRequest(stated(passport(2)["id_no"]), "示例", TAIYUAN, date(2020, 3, 27), "太原机场"),
    )
    yield ("POST", arrivals), {"body": entered, **health}
    yield ("POST", arrivals), {"body": {**entered, "area": "530100"}, **health}
    yield ("POST", arrivals), {"body": {**entered, "entered_on": "2021-01-01"}, **health}
    yield ("POST", arrivals), {"body": {}, **health}
    yield ("GET", arrivals), health
    yield ("GET", arrivals, f"{arrivals}?area=2"), health
    yield ("GET", arrivals, f"{arrivals}?area=530100"), health
    yield ("GET", one, f"{arrivals}/{made.arrival_id}"), health
    yield ("GET", one, f"{arrivals}/arr_none"), health
    steps, path = f"{one}/steps", f"{arrivals}/{made.arrival_id}/steps"
    step = {"step": "handover", "at": "2020-03-27T06:00:00Z", "place": "隔离点"}
    yield ("POST", steps, path), {"body": step, **health}
    yield ("POST", steps, path), {"body": {"step": "test", "at": "2020-03-27T07:00:00Z"}, **health}
    yield ("POST", steps, path), {"body": {}, **health}
    gone = {"step": "withdrawal", "at": "2020-03-28T01:00:00Z", "reason": "not from abroad"}
    yield ("POST", steps, path), {"body": gone, **health}
    yield ("POST", steps, path), {"body": {**step, "place": "another"}, **health}
    yield ("POST", steps, f"{arrivals}/arr_none/steps"), {"body": step, **health}
    yield ("GET", counts, f"{counts}?date=2020-03-28"), health
    yield ("GET", counts), health
    yield ("GET", counts, f"{counts}?date=2020-03-28&area=530100"), health
    world.clock.move_to(before)


def _issue_calls() -> Iterator[Call]:
    issues, one = "/v1/issues", "/v1/issues/{issue_id}"
    fuling = {"role": "hospital", "subject": "H50010200001"}
    bureau = {"role": "agency", "subject": "500102", "actor": "bureau"}
    day, texts = date(2020, 2, 3), ("down", "no claim can be sent")
    filed = {"reporter": "institution", "topic": "system", "title": texts[0], "detail": texts[1], "on": "2020-02-03"}
    issue_id = issue_id_of("H50010200001", Reporter.INSTITUTION, IssueTopic.SYSTEM, day, *texts)
    yield ("POST", issues), {"body": filed, **fuling}
    yield ("POST", issues), {"body": {**filed, "reporter": "district"}, **fuling}
    yield ("POST", issues), {"body": {**filed, "on": "2019-01-01"}, **fuling}
    yield ("POST", issues), {"body": {}, **fuling}
    yield ("GET", issues), fuling
    yield ("GET", issues, f"{issues}?status=open&area=500102"), bureau
    yield ("GET", issues, f"{issues}?status=gone"), bureau
    yield ("GET", one, f"{issues}/{issue_id}"), bureau
    yield ("GET", one, f"{issues}/iss_none"), bureau
    passed, upward = f"{one}/forwarding", f"{issues}/{issue_id}/forwarding"
    sent = {"reason": "the city runs the system"}
    office = {"role": "township", "subject": "500102", "actor": "office"}
    told = {**filed, "reporter": "township"}
    township_id = issue_id_of("500102", Reporter.TOWNSHIP, IssueTopic.SYSTEM, day, *texts)
    yield ("POST", issues), {"body": told, **office}
    yield ("GET", issues), office
    yield ("POST", passed, f"{issues}/{township_id}/forwarding"), {"body": sent, **bureau}
    yield ("POST", passed, f"{issues}/{township_id}/forwarding"), {"body": {}, **bureau}
    city = {"role": "agency", "subject": "500000", "actor": "city"}
    yield ("POST", passed, f"{issues}/{township_id}/forwarding"), {"body": sent, **city}
    yield ("POST", passed, f"{issues}/iss_none/forwarding"), {"body": sent, **bureau}
    answered, path = f"{one}/answer", f"{issues}/{issue_id}/answer"
    yield ("POST", answered, path), {"body": {"answer": "it is up again"}, "role": "finance", "subject": "500102"}
    yield ("POST", answered, path), {"body": {"answer": "it is up again"}, **bureau}
    yield ("POST", answered, path), {"body": {"answer": "another answer"}, **bureau}
    yield ("POST", answered, f"{issues}/iss_none/answer"), {"body": {"answer": "nothing"}, **bureau}
    yield ("POST", passed, upward), {"body": sent, **bureau}


def _account_calls() -> Iterator[Call]:
    goods, purchases, pharmacy = "/v1/protective-goods", "/v1/account-purchases", {"subject": "P53010200009"}
    stranger = {"subject": "H99999999999"}
    item = {"code": "PG-01", "name": "口罩", "supply": "mask", "from": "2020-02-05"}
    yield ("POST", goods), {"body": item, **pharmacy}
    yield ("POST", goods), {"body": {**item, "from": "2019-01-01"}, **pharmacy}
    yield ("POST", goods), {"body": {}, **pharmacy}
    yield ("POST", goods), {"body": item, **stranger}
    yield ("GET", goods), pharmacy
    yield ("GET", goods, f"{goods}?limit=0"), pharmacy
    bought = {
        "purchase_no": "PA-91",
        "patient": passport(91),
        "on": "2020-02-10",
        "lines": [{"code": "PG-01", "quantity": 20, "amount": "50.00"}],
    }
    yield ("POST", purchases), {"body": bought, **pharmacy}
    yield ("POST", purchases), {"body": bought, **pharmacy}
    yield ("POST", purchases), {"body": {**bought, "on": "2020-02-11"}, **pharmacy}
    yield ("POST", purchases), {"body": {**bought, "purchase_no": "PA-92", "on": "2020-01-01"}, **pharmacy}
    yield ("POST", purchases), {"body": {}, **pharmacy}
    yield ("POST", purchases), {"body": bought, **stranger}
    yield ("GET", purchases), pharmacy
    yield ("GET", purchases, f"{purchases}?area=1"), pharmacy


def _coding_calls() -> Iterator[Call]:
    duties, one = "/v1/coding-duties", "/v1/coding-duties/{duty_id}"
    fuling = {"role": "hospital", "subject": "H50010200001"}
    bureau = {"role": "agency", "subject": "500102", "actor": "bureau"}
    path = f"{duties}/{coding_duty_id_of(CodingItem.DISEASE_MAPPING, 'B99.900', fuling['subject'], '')}"
    yield ("POST", duties), bureau
    yield ("GET", duties), fuling
    yield ("GET", duties, f"{duties}?format=csv&late=false"), bureau
    yield ("GET", duties, f"{duties}?late=perhaps"), bureau
    yield ("GET", duties, f"{duties}?area=530100"), bureau
    yield ("GET", one, path), fuling
    yield ("GET", one, f"{duties}/cod_none"), bureau
    yield ("POST", f"{one}/reminders", f"{path}/reminders"), {"body": {"text": "finish the mapping"}, **bureau}
    yield ("POST", f"{one}/reminders", f"{path}/reminders"), {"body": {}, **bureau}
    yield ("POST", f"{one}/report", f"{path}/report"), {"body": {"evidence": "mapped"}, **fuling}
    yield ("POST", f"{one}/report", f"{path}/report"), {"body": {"evidence": "mapped otherwise"}, **fuling}
    yield ("POST", f"{one}/report", f"{path}/report"), {"body": {}, **fuling}
    yield ("POST", f"{one}/reminders", f"{path}/reminders"), {"body": {"text": "finish the mapping"}, **bureau}
    yield ("POST", f"{one}/decision", f"{path}/decision"), {"body": {"decision": "refuse"}, **bureau}
    yield ("POST", f"{one}/decision", f"{path}/decision"), {"body": {"decision": "approve"}, **bureau}
    yield ("POST", f"{one}/decision", f"{path}/decision"), {"body": {"decision": "refuse", "reason": "no"}, **bureau}
    yield ("POST", f"{one}/decision", f"{path}/decision"), {"body": {}, **bureau}


def _supervision_calls(world: World) -> Iterator[Call]:
    reviews, matters, one = "/v1/claim-reviews", "/v1/suspicious-matters", "/v1/suspicious-matters/{matter_id}"
    chongqing = {"role": "agency", "subject": "500000"}
    second = {**chongqing, "actor": "second"}
    bill = body("chongqing-price-ceilings")
    here = {"role": "hospital", "subject": bill["institution"]}
    scan = {"code": "210300001", "name": "CT", "date": "2020-02-06", "quantity": "1", "price": "300.00"}
    lines = [{"no": no, "amount": "300.00", **scan} for no in (1, 2)]
    claim_id = world.system[SubmitClaim](
        hospital(bill["institution"]), submission({**bill, "lines": lines, "claim_no": "WATCHED"})
    ).view.claim_id
    sign = Sign(SupervisionRule.REPEATED_ITEM, "210300001/2020-02-06", (), Text("", ""), "")
    path = f"{matters}/{matter_id_of(claim_id, sign)}"
    yield ("POST", reviews), {"body": {"from": "2020-02-18", "to": "2020-02-18"}, **chongqing}
    yield ("POST", reviews), {"body": {"from": "2020-02-18", "to": "2020-02-17"}, **chongqing}
    yield ("POST", reviews), {"body": {}, **chongqing}
    yield ("GET", reviews), chongqing
    yield ("GET", reviews, f"{reviews}?area=1"), chongqing
    yield ("GET", matters), chongqing
    yield ("GET", matters, f"{matters}?format=csv&rule=repeated-item"), chongqing
    yield ("GET", matters, f"{matters}?rule=none"), chongqing
    yield ("GET", one, path), chongqing
    yield ("GET", one, f"{matters}/mat_none"), chongqing
    yield ("POST", f"{one}/outcome", f"{path}/outcome"), {"body": {"outcome": "nothing", "because": "x"}, **second}
    yield ("POST", f"{one}/question", f"{path}/question"), {"body": {"question": "why twice?"}, **chongqing}
    yield ("POST", f"{one}/question", f"{path}/question"), {"body": {"question": "what else?"}, **chongqing}
    yield ("POST", f"{one}/question", f"{path}/question"), {"body": {}, **chongqing}
    yield ("POST", f"{one}/answer", f"{path}/answer"), {"body": {"answer": "after a fall"}, **here}
    yield ("POST", f"{one}/answer", f"{path}/answer"), {"body": {"answer": "another"}, **here}
    yield ("POST", f"{one}/answer", f"{path}/answer"), {"body": {}, **here}
    yield ("POST", f"{one}/outcome", f"{path}/outcome"), {"body": {"outcome": "recovery", "because": "x"}, **second}
    yield ("POST", f"{one}/outcome", f"{path}/outcome"), {"body": {"outcome": "nothing", "because": "x"}, **second}
    yield ("POST", f"{one}/outcome", f"{path}/outcome"), {"body": {}, **second}


def _inspection_calls(world: World) -> Iterator[Call]:
    inspections, one = "/v1/inspections", "/v1/inspections/{inspection_id}"
    weihai, finance = {"role": "agency", "subject": "371000"}, {"role": "finance", "subject": "371000"}
    before, days = world.clock.now(), (date(2023, 1, 8), date(2023, 1, 31))
    world.clock.move_to(datetime(2023, 2, 1, 4, tzinfo=UTC))
    asked = {"institutions": ["H37100200001"], "from": "2023-01-08", "to": "2023-01-31", "purpose": "bills"}
    path = f"{inspections}/{inspection_id_of(WEIHAI, ('H37100200001',), *days, 'bills')}"
    closed = {"outcome": "nothing", "found": "all in order"}
    yield ("POST", inspections), {"body": asked, **weihai}
    yield ("POST", inspections), {"body": {**asked, "to": "2023-01-01"}, **weihai}
    yield ("POST", inspections), {"body": {}, **weihai}
    yield ("GET", inspections), weihai
    yield ("GET", inspections, f"{inspections}?status=gone"), weihai
    yield ("GET", one, path), weihai
    yield ("GET", one, f"{inspections}/ins_none"), weihai
    yield ("POST", f"{one}/outcome", f"{path}/outcome"), {"body": closed, **weihai}
    yield ("POST", f"{one}/participation", f"{path}/participation"), finance
    yield ("POST", f"{one}/outcome", f"{path}/outcome"), {"body": closed, **weihai}
    yield ("POST", f"{one}/outcome", f"{path}/outcome"), {"body": {**closed, "found": "other"}, **weihai}
    yield ("POST", f"{one}/participation", f"{path}/participation"), {**weihai, "actor": "late"}
    yield ("POST", f"{one}/outcome", f"{path}/outcome"), {"body": {}, **weihai}
    world.clock.move_to(before)


def _import_calls() -> Iterator[Call]:
    upload, table, path = "/v1/enrolments/upload", "/v1/registry-tables/{table}", "/v1/registry-tables/catalogue"
    kunming = {"role": "agency", "subject": "530100"}
    people = (
        "id_type,issued_by,id_no,name,insured_area,insurance\npassport,USA,SAMPLE000777,示例,530100,resident\n,,,x,,\n"
    )
    heading = "code,name_zh,name_en,kind,class,self_pay_ratio,price_ceiling,valid_from,valid_to,plan_from,plan_to\n"
    item = "XZ00NEW001A001010100099,新药,a new drug,drug,C,,,2027-01-01,,,\n"
    sent = {"file": b64encode(people.encode("gb18030")).decode()}
    yield ("POST", upload), {"body": sent, **kunming}
    yield ("POST", upload, f"{upload}?format=csv"), {"body": sent, **kunming}
    yield ("POST", upload), {"body": {"file": b64encode(b"a,b\n1,2\n").decode()}, **kunming}
    yield ("POST", upload), {"body": {}, **kunming}
    yield ("POST", table, path), {"body": {"file": b64encode((heading + item).encode()).decode()}, **kunming}
    wrong = {"file": b64encode((heading + item.replace("C", "Z")).encode()).decode()}
    yield ("POST", table, path), {"body": wrong, **kunming}
    yield ("POST", table, f"{path}?format=csv"), {"body": wrong, **kunming}
    yield ("POST", table, path), {"body": {"file": b64encode(b"a,b\n1,2\n").decode()}, **kunming}
    yield ("POST", table, path), {"body": {}, **kunming}
    yield ("POST", table, "/v1/registry-tables/areas"), {"body": wrong, **kunming}
