"""Statements and notices as their readers get them: right figures, names beside codes, and no person."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from chalicelib.advances.usecases.advance import Advances
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.platform.forms.model import ColumnKind, PrintedForm
from chalicelib.platform.forms.page import printed_page
from chalicelib.platform.forms.xlsx import workbook_of
from chalicelib.printing.usecases import PrepareForms
from chalicelib.requisitions.domain import RequisitionKind
from chalicelib.requisitions.usecases import BankWord, Requisitions
from tests.kit.areas import CHONGQING, KUNMING, YUZHONG
from tests.kit.desk import Caller
from tests.kit.memory.samples import KUNMING_HOSPITAL, agency, body, enrol_sample, hospital, submission
from tests.kit.memory.world import World
from tests.kit.one_page import not_one_page_wide
from tests.kit.requisition_rules import CASHIER, DISTRICT, HEAD, funds_asked

CLAIM = "chongqing-confirmed-b-and-c-items"
FULING = InstitutionCode("H50010200001")


@pytest.fixture(name="settled")
def fixture_settled(world: World) -> tuple[World, ClaimId]:
    claim = body(CLAIM)
    enrol_sample(world, claim["patient"]["id_no"])
    outcome = world.system[SubmitClaim](hospital(claim["institution"]), submission(claim))
    assert world.run_all() == ["Settled"]
    return world, outcome.view.claim_id


def sums(form: PrintedForm) -> Iterator[tuple[int, int]]:
    """Of every column of money its total as printed, and the sum of its rows."""
    for grid in form.grids:
        for place, column in enumerate(grid.columns):
            if column.kind is ColumnKind.MONEY and grid.total is not None:
                total, rows = grid.total[place], [row[place] for row in grid.rows]
                assert isinstance(total, int)
                yield total, sum(value for value in rows if isinstance(value, int))


def test_a_statement_says_who_pays_and_its_tables_add_up(settled: tuple[World, ClaimId]) -> None:
    world, claim_id = settled
    form = world.system[PrepareForms].settlement(hospital(FULING), claim_id)
    paid = {row[0]: row[1] for row in form.grids[0].rows}
    assert paid == {
        "基本医疗保险": 1_569_950,
        "大病保险（职工大额医疗费用补助）": 0,
        "医疗救助": 0,
        "财政补助": 430_050,
        "个人负担": 0,
    }
    found = list(sums(form))
    assert found
    assert all(total == added for total, added in found)
    assert form.illustrative


def test_a_statement_names_places_and_no_person(settled: tuple[World, ClaimId]) -> None:
    world, claim_id = settled
    answered = Caller(world).call("GET", f"/v1/claims/{claim_id}/statement", role="hospital", subject=FULING)
    assert answered.status == 200
    assert answered.headers["Content-Type"].startswith("text/html")
    patient = body(CLAIM)["patient"]
    assert "重庆市" in answered.text
    for secret in (patient["name"], patient["id_no"], "prs_"):
        assert secret not in answered.text


def test_a_statement_as_a_workbook_holds_the_same_amounts(settled: tuple[World, ClaimId]) -> None:
    world, claim_id = settled
    form = world.system[PrepareForms].settlement(hospital(FULING), claim_id)
    sheet = load_workbook(io.BytesIO(workbook_of(form)))[form.title]
    values = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {15_699.5, 4_300.5, 20_000} <= values
    assert not_one_page_wide(workbook_of(form)) == []


def test_quantities_and_prices_are_numbers_on_the_right(settled: tuple[World, ClaimId]) -> None:
    world, claim_id = settled
    form = world.system[PrepareForms].settlement(hospital(FULING), claim_id)
    (lines,) = [grid for grid in form.grids if "数量" in {each.heading for each in grid.columns}]
    quantity, price = (
        next(at for at, each in enumerate(lines.columns) if each.heading == of) for of in ("数量", "单价")
    )
    page = printed_page(form).decode()
    values = {(place, str(row[place])) for row in lines.rows for place in (quantity, price)}
    assert all(f'<td class="number">{row[quantity]}</td>' in page for row in lines.rows)
    assert all(f'<td class="number">{Decimal(str(row[price])):,.2f}</td>' in page for row in lines.rows)
    cells = [cell.value for row in load_workbook(io.BytesIO(workbook_of(form)))[form.title].iter_rows() for cell in row]
    assert {float(value) for _, value in values} <= {cell for cell in cells if isinstance(cell, int | float)}


def test_a_claim_that_is_not_settled_has_no_statement(world: World) -> None:
    claim = body(CLAIM)
    outcome = world.system[SubmitClaim](hospital(FULING), submission(claim))
    path = f"/v1/claims/{outcome.view.claim_id}/statement"
    answered = Caller(world).call("GET", path, role="hospital", subject=FULING)
    assert answered.status == 409
    assert answered.findings == {("claim-not-settled", "claim_id")}


def test_another_hospitals_statement_is_not_there(settled: tuple[World, ClaimId]) -> None:
    world, claim_id = settled
    with pytest.raises(NotFound):
        world.system[PrepareForms].settlement(hospital(KUNMING_HOSPITAL), claim_id)


def test_the_notice_of_an_advance_says_what_was_approved_and_by_which_article(world: World) -> None:
    advances = world.system[Advances]
    asked = advances.request(hospital(), KUNMING_HOSPITAL, AdvanceFund.SPECIAL, 10_000_000, "ward")
    advances.decide(agency(KUNMING), asked.advance_id, approve=True, reason="enough")
    form = world.system[PrepareForms].advance(agency(KUNMING), asked.advance_id)
    facts = dict(form.facts)
    assert facts["收款医疗机构"] == "昆明示例三级医院"
    assert "云医保〔2020〕12号" in facts["依据"]
    assert form.capitals_fen == 10_000_000


def test_the_notice_of_payment_adds_up_over_its_lines(settled: tuple[World, ClaimId]) -> None:
    world, _ = settled
    today = world.clock.today()
    form = world.system[PrepareForms].payment(agency(CHONGQING), FULING, today, today)
    assert all(total == added for total, added in sums(form))
    assert form.capitals_fen == 2_000_000
    assert "2000000" not in str(dict(form.codes))


def test_the_form_of_a_requisition_adds_up_while_it_waits_and_when_it_is_paid_in_part(world: World) -> None:
    """Source: C-12."""
    world.clock.move_to(datetime(2020, 2, 18, 4, tzinfo=UTC))
    requisitions, forms = world.system[Requisitions], world.system[PrepareForms]
    asked = requisitions.ask(DISTRICT, funds_asked()).requisition_id
    waiting = forms.requisition(DISTRICT, asked)
    assert (waiting.capitals_label, waiting.capitals_fen) == ("申请金额（大写）", 200_000)
    half = {RequisitionKind.BASIC: 60_000, RequisitionKind.FISCAL: 40_000}
    requisitions.approve(HEAD, asked, half, "half now")
    requisitions.pay(CASHIER, asked, BankWord(RequisitionKind.BASIC, "P-1", 50_000, came_back=False))
    form = forms.requisition(HEAD, asked)
    assert form.capitals_fen == 100_000
    assert form.grids[0].total == ("合计", 200_000, 100_000, 50_000, 0, 50_000, 0)
    assert all(total == added for total, added in sums(form))
    facts = dict(form.facts)
    assert (facts["审批意见"], facts["拨款单位"], facts["状态"]) == ("half now", "重庆市财政部门", "已批准，拨付中")
    assert "渝医保发〔2020〕3号" in facts["依据"]
    sheet = load_workbook(io.BytesIO(workbook_of(form)))[form.title]
    assert sheet.page_setup.fitToWidth == 1
    with pytest.raises(NotFound):
        forms.requisition(agency(YUZHONG), asked)
