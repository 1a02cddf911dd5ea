"""Calls of the routes of supply that is watched, good and bad ones."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime

from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.law.domain.services.vocabulary import SupplyMeasure
from chalicelib.supply.domain.matters import supply_matter_id_of
from chalicelib.supply.domain.measures import supply_report_id_of
from chalicelib.supply.domain.shortages import shortage_id_of
from tests.kit.memory.world import World
from tests.kit.registry_calls import Call

DRUG = "XN02BEP001A001010100014"
ODD_MATTER = supply_matter_id_of(
    supply_report_id_of(InstitutionCode("H50010300002"), DRUG, datetime(2020, 3, 9, tzinfo=UTC).date()),
    SupplyMeasure.PRICE,
    30_000_000,
)
"""Matter that the odd report of these calls becomes."""
AZVUDINE = "XJ05AFA001A001010100008"
SHORTAGE = shortage_id_of(InstitutionCode("H37100200001"), AZVUDINE)
"""A hospital of Weihai that has too little of a treatment drug."""


def usual_and_odd_reports() -> Iterator[tuple[str, dict[str, str]]]:
    """Five ordinary reports of one institution and an odd report of another: the reporter and the report."""
    usual = {"code": DRUG, "price": "15.00", "ordered": "100", "delivered": "95"}
    for day in range(2, 7):
        yield "H50010200001", {**usual, "on": f"2020-03-0{day}"}
    yield "H50010300002", {**usual, "on": "2020-03-09", "price": "30.00"}


def supply_calls(world: World) -> Iterator[Call]:
    """Yield at least one good answer of every route of the watch over supply."""
    before = world.clock.now()
    world.clock.move_to(datetime(2020, 3, 20, 4, tzinfo=UTC))
    reports, matters, one = "/v1/supply-reports", "/v1/supply-matters", "/v1/supply-matters/{matter_id}"
    yuzhong = {"role": "hospital", "subject": "H50010300002"}
    agency, second = {"role": "agency", "subject": "500000"}, {"role": "agency", "subject": "500000", "actor": "second"}
    sent: dict[str, str] = {}
    for subject, sent in usual_and_odd_reports():
        yield ("POST", reports), {"body": sent, "role": "hospital", "subject": subject}
    yield ("POST", reports), {"body": {**sent, "price": "31.00"}, **yuzhong}
    yield ("POST", reports), {"body": {**sent, "code": "X1", "price": "0.00"}, **yuzhong}
    yield ("POST", reports), {"body": {**sent, "on": "2019-01-01"}, **yuzhong}
    yield ("POST", reports), {"body": sent, "role": "hospital", "subject": "H99999999999"}
    yield ("POST", reports), {"body": {}, **yuzhong}
    table = f"code,on,price,ordered,delivered,corrects\n{DRUG},2020-03-10,15.00,80,80,\n{DRUG},2020-03-10,16,80,80,7\n"
    for text, more in ((table, yuzhong), ("code\n", yuzhong), (table, agency)):
        yield ("POST", f"{reports}/upload"), {"body": {"file": b64encode(text.encode()).decode()}, **more}
    yield ("POST", f"{reports}/upload"), {"body": {}, **yuzhong}
    yield ("GET", reports, f"{reports}?code={DRUG}"), agency
    yield ("GET", reports, f"{reports}?area=1"), agency
    yield ("GET", reports, f"{reports}?area=530100"), agency
    yield ("GET", matters, f"{matters}?status=open"), agency
    yield ("GET", matters, f"{matters}?status=gone"), agency
    yield ("GET", matters, f"{matters}?area=530100"), agency
    path = f"{matters}/{ODD_MATTER}"
    yield ("GET", one, path), yuzhong
    yield ("GET", one, f"{matters}/sma_none"), yuzhong
    steps = (
        ("investigation", {"verdict": "abnormal", "findings": "doubled"}, agency),
        ("forwarding", {"reason": "the whole city"}, agency),
        ("closing", {"because": "taken back"}, second),
    )
    for step, body, who in reversed(steps[1:]):
        yield ("POST", f"{one}/{step}", f"{path}/{step}"), {"body": body, **who}
    for step, body, who in steps:
        yield ("POST", f"{one}/{step}", f"{path}/{step}"), {"body": body, **who}
        yield ("POST", f"{one}/{step}", f"{path}/{step}"), {"body": {}, **who}
        yield ("POST", f"{one}/{step}", f"{matters}/sma_none/{step}"), {"body": body, **who}
        personal = {name: "530102190001010019" for name in body if name != "verdict"}
        yield ("POST", f"{one}/{step}", f"{path}/{step}"), {"body": {**body, **personal}, **who}
    yield ("POST", f"{one}/investigation", f"{path}/investigation"), {
        "body": {"verdict": "explained", "findings": "a slip"}, **agency,
    }  # fmt: skip
    yield ("GET", one, path), agency
    yield from _stock_calls(world)
    world.clock.move_to(before)


def _stock_calls(world: World) -> Iterator[Call]:
    world.clock.move_to(datetime(2023, 2, 3, 4, tzinfo=UTC))
    stocks, stands = "/v1/drug-stocks", "/v1/drug-availability"
    shortages, one = "/v1/drug-shortages", "/v1/drug-shortages/{shortage_id}"
    huancui, agency = {"role": "hospital", "subject": "H37100200001"}, {"role": "agency", "subject": "371000"}
    sent = {"on": "2023-02-02", "lines": [{"code": AZVUDINE, "on_hand": "27", "daily_use": "4"}]}
    yield ("POST", stocks), {"body": sent, **huancui}
    yield (
        ("POST", stocks),
        {"body": {**sent, "lines": [{"code": AZVUDINE, "on_hand": "0", "daily_use": "4"}]}, **huancui},
    )
    yield ("POST", stocks), {"body": {**sent, "lines": [{"code": "X1", "on_hand": "-1", "daily_use": "4"}]}, **huancui}
    yield ("POST", stocks), {"body": {**sent, "on": "2020-02-02"}, **huancui}
    yield ("POST", stocks), {"body": sent, "role": "hospital", "subject": "H99999999999"}
    yield ("POST", stocks), {"body": {}, **huancui}
    yield ("GET", stocks), agency
    yield ("GET", stocks, f"{stocks}?area=1"), agency
    yield ("GET", stocks, f"{stocks}?area=530100"), agency
    yield ("GET", stands, f"{stands}?state=low"), agency
    yield ("GET", stands, f"{stands}?format=csv"), agency
    yield ("GET", stands, f"{stands}?state=gone"), agency
    yield ("GET", stands, f"{stands}?area=530100"), agency
    yield ("GET", shortages, f"{shortages}?status=open"), agency
    yield ("GET", shortages, f"{shortages}?status=gone"), agency
    yield ("GET", shortages, f"{shortages}?area=530100"), agency
    path = f"{shortages}/{SHORTAGE}"
    yield ("GET", one, path), huancui
    yield ("GET", one, f"{shortages}/sho_none"), huancui
    said = {"text": "delivered on Monday"}
    for body in ({}, {"text": "530102190001010019"}, said, {"text": "something else"}):
        yield ("POST", f"{one}/answer", f"{path}/answer"), {"body": body, **agency}
    yield ("POST", f"{one}/answer", f"{shortages}/sho_none/answer"), {"body": said, **agency}
