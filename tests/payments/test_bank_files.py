"""Bank files booked line by line: a fitting line once, an unfitting line with its reason, a repeated file never."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import Any

import pytest
from openpyxl import Workbook

from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.payments.usecases.receive_many import RECEIPT_LINES_MAX
from chalicelib.settlement.ports import HospitalStore
from tests.kit.areas import KUNMING
from tests.kit.books import what_is_wrong
from tests.kit.desk import Answered, Caller
from tests.kit.memory.samples import KUNMING_HOSPITAL, agency, body, enrolment, hospital, passport, submission
from tests.kit.memory.world import World

HEADING = ("payment_id", "bank_reference", "amount", "outcome")
FINANCE = {"role": "finance", "subject": "530100"}


@pytest.fixture(name="orders")
def fixture_orders(world: World) -> list[tuple[str, float]]:
    """Two orders that wait for the bank, each with its amount in yuan."""
    for number in range(2):
        world.system[EnrolPerson](agency(KUNMING), enrolment(passport(number)["id_no"]))
        claim = {**body(), "claim_no": f"FILE-{number}", "patient": passport(number)}
        world.system[SubmitClaim](hospital(), submission(claim))
        world.run_all()
    return [(each.payment_id, each.amount_fen / 100) for each in standing(world)]


def standing(world: World) -> list[Any]:
    return list(world.ports[HospitalStore].payment_orders(KUNMING_HOSPITAL, PageRequest(50)).items)


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (HEADING, *rows):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def sent(world: World, content: bytes, form: str = "json", **caller: Any) -> Answered:
    path = f"/v1/payments/receipts?format={form}"
    return Caller(world).call("POST", path, {"file": b64encode(content).decode()}, **(caller or FINANCE))


def test_a_workbook_whose_amounts_are_numbers_is_booked_line_by_line(
    world: World, orders: list[tuple[str, float]]
) -> None:
    (first, amount), (second, other) = orders
    content = workbook(
        (first, "BANK-1", amount, "paid"),
        (second, "BANK-2", other + 1, "paid"),
        ("clm_none", "BANK-3", 1, "paid"),
        (second, "BANK-4", "a lot", "perhaps"),
        (second, "BANK-1", other, "paid"),
    )
    answered = sent(world, content)
    assert answered.status == 200
    assert [each["outcome"] for each in answered.json["lines"]] == ["kept", *["refused"] * 4]
    codes = [[error["code"] for error in each["errors"]] for each in answered.json["lines"]]
    assert codes[1:3] == [["amount-not-the-orders"], ["order-unknown"]]
    assert sorted(codes[3]) == ["money-format", "value-unknown"]
    assert codes[4] == ["bank-reference-taken"]
    assert [each.status.value for each in standing(world) if each.payment_id == first] == ["paid"]
    assert [each.status.value for each in standing(world) if each.payment_id == second] == ["ordered"]
    assert what_is_wrong(world.ports, world.system, [ClaimId(first), ClaimId(second)]) == []


def test_the_same_file_again_books_nothing_and_says_so(world: World, orders: list[tuple[str, float]]) -> None:
    rows = [(payment_id, f"BANK-{place}", amount, "paid") for place, (payment_id, amount) in enumerate(orders)]
    assert sent(world, workbook(*rows)).json["kept"] == 2
    booked = (standing(world), dict(world.memory.ledger))
    again = sent(world, workbook(*rows)).json
    assert (again["kept"], again["known"], again["refused"]) == (0, 2, 0)
    assert (standing(world), dict(world.memory.ledger)) == booked


def test_the_answer_as_a_file_has_a_column_of_errors(world: World, orders: list[tuple[str, float]]) -> None:
    table = ",".join(HEADING) + f"\n{orders[0][0]},BANK-1,{orders[0][1]:.2f},paid\nclm_none,BANK-2,1.00,paid\n"
    lines = sent(world, table.encode("gb18030"), "csv").text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "行 line,结果 outcome,编号 record,错误,errors"
    assert lines[1].startswith("2,kept")
    assert "GET /v1/payments" in lines[2]


def test_a_failed_payment_of_a_file_is_owed_again(world: World, orders: list[tuple[str, float]]) -> None:
    payment_id, amount = orders[0]
    assert sent(world, workbook((payment_id, "BANK-1", amount, "failed"))).json["kept"] == 1
    assert [each.status.value for each in standing(world) if each.payment_id == payment_id] == ["failed"]
    assert what_is_wrong(world.ports, world.system, [ClaimId(each) for each, _ in orders]) == []


def test_another_office_books_none_of_it_and_other_roles_may_not(world: World, orders: list[tuple[str, float]]) -> None:
    content = workbook((orders[0][0], "BANK-1", orders[0][1], "paid"))
    foreign = sent(world, content, role="finance", subject="420100").json["lines"]
    assert [error["code"] for error in foreign[0]["errors"]] == ["order-unknown"]
    assert sent(world, content, role="agency", subject="530100").status == 403
    too_many = workbook(*[("clm_none", "B", 1, "paid")] * (RECEIPT_LINES_MAX + 1))
    assert {code for code, _ in sent(world, too_many).findings} == {"upload-too-long"}
