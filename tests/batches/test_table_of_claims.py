"""Tables of claims over their routes: the template, rows that become claims, and the rows with their answers."""

from __future__ import annotations

import csv
import io
from base64 import b64encode
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from chalicelib.batches.schemas.tables import TITLES
from chalicelib.batches.usecases import ReceiveBatch
from chalicelib.claims.domain.record import ClaimStatus
from tests.kit.desk import ID_NO, Answered, Caller
from tests.kit.memory.samples import enrol_sample, policies
from tests.kit.memory.world import World

TABLE = "/v1/claims/batch/table"
FIRST = {
    "claim_no": "T-1",
    "id_type": "居民身份证",
    "id_no": ID_NO,
    "name": "示例甲",
    "kind": "住院",
    "admitted": "2020-02-01",
    "discharged": "2020-02-10",
    "main_code": "J12.800",
    "other_codes": "B97.200",
    "confirmed_on": "2020-02-02",
    "item_code": "120100010",
    "item_name": "有创机械通气",
    "date": "2020-02-03",
    "quantity": "5",
    "price": "1200",
    "amount": "6000",
}
SECOND = {"item_code": "120100003", "item_name": "示例护理", "date": "2020-02-04", "quantity": "1", "price": "20"}


@pytest.fixture(name="world")
def fixture_world() -> World:
    world = World(policies())
    enrol_sample(world, ID_NO)
    return world


@pytest.fixture(name="office")
def fixture_office(world: World) -> Caller:
    return Caller(world)


def csv_of(rows: list[dict[str, str]], names: tuple[str, ...] = tuple(TITLES)) -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(names)
    table.writerows([row.get(name, "") for name in names] for row in rows)
    return text.getvalue().encode()


def sent(office: Caller, content: bytes, path: str = TABLE) -> Answered:
    return office.call("POST", path, {"file": b64encode(content).decode()})


def received(world: World, office: Caller, content: bytes) -> str:
    """Send a table and let the machine receive its claims; return the batch's table route."""
    got = sent(office, content)
    assert got.status == 202, got.text
    while world.batch_machine.run(world.system[ReceiveBatch]):
        pass
    return f"/v1/claims/batches/{got.json['batch_id']}/table"


def rows_of(answered: Answered) -> list[dict[str, Any]]:
    return list(answered.json["lines"])


def test_rows_of_a_number_become_one_claim_that_settles(office: Caller, world: World) -> None:
    content = csv_of([FIRST, {**SECOND, "amount": "20"}])
    path = received(world, office, content)
    rows = rows_of(sent(office, content, path))
    assert [(row["line"], row["outcome"], row["claim_no"]) for row in rows] == [
        (2, "received", "T-1"),
        (3, "received", "T-1"),
    ]
    world.run_all()
    (record,) = world.memory.claims.values()
    assert (record.claim_id, record.status) == (rows[0]["claim_id"], ClaimStatus.SETTLED)
    assert record.settlement is not None
    assert record.settlement.bill.billed_fen == 602_000


def test_the_template_is_filled_in_and_sent_as_a_workbook(office: Caller, world: World) -> None:
    book = load_workbook(io.BytesIO(office.raw("GET", TABLE)))
    sheet = book.active
    assert sheet is not None
    assert [str(cell.value).split()[-1] for cell in sheet[1]] == list(TITLES)
    day = date.fromisoformat("2020-02-03")
    cells: dict[str, Any] = {**FIRST, "date": day, "quantity": 5, "price": 1200, "amount": 6000.0}
    sheet.append([cells.get(name) for name in TITLES])
    content = io.BytesIO()
    book.save(content)
    path = received(world, office, content.getvalue())
    (row,) = rows_of(sent(office, content.getvalue(), path))
    assert row["outcome"] == "received"


def test_every_error_stands_beside_its_row_in_the_workbook_that_comes_back(office: Caller, world: World) -> None:
    wrong = {**FIRST, "claim_no": "T-2", "id_no": "530102190001010018"}
    content = csv_of([FIRST, {**SECOND, "amount": "21"}, wrong, {**SECOND, "claim_no": "T-2", "amount": "x"}])
    path = received(world, office, content)
    body = {"file": b64encode(content).decode()}
    sheet = load_workbook(io.BytesIO(office.raw("POST", f"{path}?format=xlsx", body))).active
    assert sheet is not None
    heading, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    place = {str(name).split()[-1]: at for at, name in enumerate(heading)}
    assert [row[place["line"]] for row in rows] == [2, 3, 4, 5]
    assert [row[place["outcome"]] for row in rows] == ["未受理 refused"] * 4
    told = [row[place["(zh)"]] for row in rows]
    assert told[0] is not None
    assert "其他行有错误" in told[0], "the first row of the first claim is right by itself"
    assert told[1] is not None
    assert told[1].startswith("金额：")
    assert told[2].startswith("证件号码：")
    assert told[3].startswith("金额：")
    assert [row[place["item_name"]] for row in rows] == ["有创机械通气", "示例护理"] * 2
    assert not world.memory.claims, "a claim with a wrong row is not received"


def test_a_row_that_contradicts_its_claims_first_row_refuses_the_claim_and_no_other(
    office: Caller, world: World
) -> None:
    other = {**FIRST, "claim_no": "T-9", "admitted": "2020-03-01", "discharged": "2020-03-10", "date": "2020-03-03"}
    content = csv_of([FIRST, {**SECOND, "claim_no": "T-1", "amount": "20", "name": "示例乙"}, other])
    path = received(world, office, content)
    rows = rows_of(sent(office, content, path))
    assert [row["outcome"] for row in rows] == ["refused", "refused", "received"]
    assert [error["code"] for error in rows[1]["errors"]] == ["row-contradicts"]
    assert [error["code"] for error in rows[0]["errors"]] == ["another-row-wrong"]
    assert "示例乙" not in sent(office, content, path).text, "an answer repeats no name"


def test_the_same_table_again_is_the_same_batch(office: Caller, world: World) -> None:
    content = csv_of([FIRST])
    first = received(world, office, content)
    world.clock.move_to(world.clock.now() + timedelta(minutes=1))
    assert received(world, office, content) == first
    assert [row["outcome"] for row in rows_of(sent(office, content, first))] == ["known"]
    assert len(world.memory.claims) == 1


def test_rows_wait_until_their_claim_is_received(office: Caller) -> None:
    content = csv_of([FIRST])
    batch_id = sent(office, content).json["batch_id"]
    answered = sent(office, content, f"/v1/claims/batches/{batch_id}/table")
    assert (answered.json["status"], rows_of(answered)[0]["outcome"]) == ("receiving", "waiting")


def test_another_file_than_the_batchs_is_refused(office: Caller, world: World) -> None:
    path = received(world, office, csv_of([FIRST]))
    got = sent(office, csv_of([{**FIRST, "claim_no": "T-7"}]), path)
    assert (got.status, got.json["errors"][0]["code"]) == (422, "another-table")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (csv_of([FIRST], ("claim_no", "name")), "upload-heading"),
        (csv_of([]), "upload-empty"),
        (csv_of([FIRST] * 1001), "upload-too-long"),
        (b"\xff\xfe\x00", "upload-unreadable"),
    ],
)
def test_what_is_no_table_of_claims_is_refused_whole(content: bytes, code: str, office: Caller, world: World) -> None:
    got = sent(office, content)
    assert (got.status, got.json["errors"][0]["code"]) == (422, code)
    assert not world.batch_machine.waits


def test_another_hospital_neither_reads_nor_learns_of_a_batch(office: Caller, world: World) -> None:
    content = csv_of([FIRST])
    path = received(world, office, content)
    body = {"file": b64encode(content).decode()}
    assert office.call("POST", path, body, subject="H50010200001").status == 404
    assert office.call("POST", TABLE, body, role="agency", subject="530100").status == 403


def test_a_workbook_of_an_office_may_lack_the_columns_that_may_be_left_out(office: Caller, world: World) -> None:
    names = ("申请号", "证件号码", "姓名", "就诊类型", "入院或就诊日期", "主要诊断编码")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*names, "项目编码", "数量", "单价", "金额"])
    sheet.append(["T-5", ID_NO, "示例甲", "门诊", date(2020, 2, 3), "J12.800", "120100010", 1, 1200, 1200])
    content = io.BytesIO()
    book.save(content)
    path = received(world, office, content.getvalue())
    assert [row["outcome"] for row in rows_of(sent(office, content.getvalue(), path))] == ["received"]
