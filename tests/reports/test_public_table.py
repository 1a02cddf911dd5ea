"""The table of N-05 through the public route, over a set whose figures are computed by hand."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.advances.usecases.advance import Advances
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.kernel.access import Principal, Role
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.reports.schemas import advances_file
from chalicelib.reports.usecases import Reports
from tests.impact.test_recalculate import settle
from tests.kit.areas import KUNMING
from tests.kit.desk import Caller
from tests.kit.memory.samples import KUNMING_HOSPITAL, agency, body, hospital
from tests.kit.memory.world import World

AUDITOR: dict[str, Any] = {"role": "auditor", "subject": "000000"}

COUNTED = ("yunnan-employee-90-10", "kunming-resident-critical-illness", "weihai-2023-outpatient-75")
APART = "shanxi-uninsured-returnee"


@pytest.mark.shows("N-05")
def test_the_public_table_is_the_one_computed_by_hand(world: World) -> None:
    """Three claims count and one stands apart.

    | claim | status | total | insurance |
    |---|---|---|---|
    | yunnan-employee-90-10 | confirmed | 17,000.00 | 15,300.00 |
    | kunming-resident-critical-illness | confirmed | 232,000.00 | 208,800.00 |
    | weihai-2023-outpatient-75 | suspected | 1,920.00 | 1,440.00 |
    | shanxi-uninsured-returnee | confirmed, uninsured | 6,000.00 | none: counted apart |

    Three person-times, 250,920.00, insurance 225,540.00. The confirmed: two persons, 249,000.00, 124,500.00 each;
    224,100.00 / 249,000.00 = 0.9 of it insured.
    """
    for name in (*COUNTED, APART):
        settle(world, body(name))
    today = world.clock.today().isoformat()
    table = Caller(world).call("GET", f"/v1/reports/settlement?from={today}&to={today}", **AUDITOR)
    assert table.status == 200
    assert table.json == {
        "from": today,
        "to": today,
        "as_at": today,
        "area": "000000",
        "person_times": 3,
        "total": "250920.00",
        "insurance_paid": "225540.00",
        "confirmed": {"persons": 2, "total": "249000.00", "average": "124500.00", "insurance_share": "0.9000"},
        "uninsured": {"person_times": 1, "total": "6000.00"},
    }


def test_the_same_table_comes_as_a_file_of_numbers_and_as_a_form_to_sign(world: World) -> None:
    for name in (*COUNTED, APART):
        settle(world, body(name))
    today, caller = world.clock.today().isoformat(), Caller(world)
    asked = f"/v1/reports/settlement?from={today}&to={today}&format="
    heading, row = csv.reader(io.StringIO(caller.call("GET", f"{asked}csv", **AUDITOR).text.removeprefix("\ufeff")))
    assert dict(zip(heading, row, strict=True)) == {
        "起 from": today,
        "止 to": today,
        "截至 as at": today,
        "区划 area": "'000000",
        "结算人次 Person-times": "3",
        "医疗总费用 Total cost": "250920.00",
        "医保支付 Insurance paid": "225540.00",
        "确诊人数 Confirmed persons": "2",
        "确诊总费用 Their cost": "249000.00",
        "确诊人均费用 Average a person": "124500.00",
        "确诊医保占比 Insured share": "0.9000",
        "未参保人次 Uninsured, person-times": "1",
        "未参保总费用 Uninsured, cost": "6000.00",
    }
    sheet = load_workbook(io.BytesIO(caller.raw("GET", f"{asked}xlsx", **AUDITOR))).worksheets[0]
    cells = {cell.value: cell for found in sheet.iter_rows() for cell in found if cell.value is not None}
    assert cells[250_920].number_format == "#,##0.00"
    assert cells[0.9].number_format == "0.00%"
    page = caller.call("GET", f"{asked}html", **AUDITOR).text
    for said in ("国家医保局 2020-03 访谈 问2", "250,920.00", "90.00%", "（盖章）", "Person-times"):
        assert said in page


def test_what_was_advanced_is_printed_by_province_and_institution(world: World) -> None:
    reports = world.system[Reports]
    asked = world.system[Advances].request(hospital(), KUNMING_HOSPITAL, AdvanceFund.SPECIAL, 10_000_000, "ward")
    world.system[Advances].decide(agency(KUNMING), asked.advance_id, approve=True, reason="enough")
    world.system[Advances].instruct(asked.advance_id)
    payer = Principal("payer", Role.FINANCE, "530100")
    world.system[AdvanceReceipts].receive(payer, asked.advance_id, "BANK-1", paid=True)
    report = reports.advances(Principal("auditor", Role.AUDITOR, "000000"), None, None)
    form = reports.advances_form(report)
    provinces, institutions = form.grids
    figures = (10_000_000, 0, 0, 10_000_000, 0, 0, 0, 0)
    assert list(provinces.rows) == [("云南省", *figures)]
    assert list(institutions.rows) == [("昆明示例三级医院", *figures)]
    assert provinces.total == institutions.total == ("合计", *figures)
    assert "国家医保局 2020-03 访谈 问1" in dict(form.facts)["依据 By"]
    assert [row[1] for row in advances_file(report).rows] == [KUNMING_HOSPITAL]
