"""Purchases come in from a table line by line, and every list of supply goes out as a file of numbers."""

from __future__ import annotations

import csv
import io
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.supply.ports import SupplyReportStore
from chalicelib.supply.usecases.upload import SUPPLY_LINES_MAX
from chalicelib.supply.usecases.watch import FollowSupply, WatchSupply
from tests.kit.desk import Answered, Caller
from tests.kit.memory.samples import agency
from tests.kit.memory.world import World
from tests.kit.supply_calls import DRUG

FULING = {"role": "hospital", "subject": "H50010200001"}
CHONGQING = {"role": "agency", "subject": "500000"}
HEADING = ("code", "on", "price", "ordered", "delivered", "corrects")
PAGE = PageRequest(50)


@pytest.fixture(name="caller")
def fixture_caller(world: World) -> Caller:
    world.clock.move_to(datetime(2020, 3, 20, 4, tzinfo=UTC))
    return Caller(world)


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (HEADING, *rows):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def sent(caller: Caller, content: bytes, form: str = "json", **who: Any) -> Answered:
    body = {"file": b64encode(content).decode()}
    return caller.call("POST", f"/v1/supply-reports/upload?format={form}", body, **(who or FULING))


def test_each_line_of_a_workbook_is_kept_or_refused_with_what_is_wrong_with_it(world: World, caller: Caller) -> None:
    """Line 2 and 3 are good, 4 repeats 2, 5 contradicts it without saying so, 6 has no price, 7 is not watched."""
    day = datetime(2020, 3, 2)  # noqa: DTZ001 a day has no zone
    content = workbook(
        (DRUG, day, 15.0, 100, 95, None),
        (DRUG, "2020-03-03", "16.50", 80, 80.5, None),
        (DRUG, day, 15, 100, 95, None),
        (DRUG, day, 99, 100, 95, None),
        (DRUG, "2020-03-04", None, 100, 95, None),
        ("X1", "2020-03-04", 15, 100, 95, None),
    )
    answered = sent(caller, content).json
    assert [each["outcome"] for each in answered["lines"]] == [
        "kept", "refused", "known", "refused", "refused", "refused",
    ]  # fmt: skip
    wrong = [{(found["code"], found["field"]) for found in each["errors"]} for each in answered["lines"]]
    assert wrong[1] == {("delivered-over-ordered", "delivered")}
    assert [next(iter(each))[0] for each in wrong[3:]] == ["supply-report-differs", "field-missing", "item-not-watched"]
    assert (answered["kept"], answered["known"], answered["refused"]) == (1, 1, 4)
    assert len(world.system[WatchSupply].find(agency(AreaCode("500000")), None, None, PAGE).items) == 1


def test_a_line_corrects_what_it_names_and_the_same_table_again_changes_nothing(world: World, caller: Caller) -> None:
    sent(caller, workbook((DRUG, "2020-03-02", 15, 100, 95, None)))
    correction = workbook((DRUG, "2020-03-02", 16, 100, 95, 1))
    first, again = sent(caller, correction).json, sent(caller, correction).json
    assert [each["lines"][0]["outcome"] for each in (first, again)] == ["changed", "known"]
    kept = world.ports[SupplyReportStore].get(first["lines"][0]["record_id"])
    assert kept is not None
    assert (kept.figures.price_millionths, kept.revision) == (16_000_000, 2)


def test_an_odd_line_of_a_table_becomes_a_matter_as_one_that_was_sent_alone(world: World, caller: Caller) -> None:
    usual = [(DRUG, f"2020-03-0{day}", 15, 100, 95, None) for day in range(2, 7)]
    sent(caller, workbook(*usual))
    sent(caller, workbook((DRUG, "2020-03-09", 30, 100, 95, None)), role="hospital", subject="H50010300002")
    (matter,) = world.system[FollowSupply].find(agency(AreaCode("500000")), None, None, PAGE).items
    assert matter.figure == 30_000_000


def test_a_longer_table_than_one_call_can_keep_is_refused_whole(caller: Caller) -> None:
    lines = [(DRUG, "2020-03-02", 15, 100, 95, None)] * (SUPPLY_LINES_MAX + 1)
    assert sent(caller, workbook(*lines)).findings == {("upload-too-long", "file")}


def test_the_answer_comes_back_as_a_file_with_the_errors_beside_each_line(caller: Caller) -> None:
    text = sent(caller, workbook((DRUG, "2020-03-02", None, 1, 1, None)), "csv").text.removeprefix("\ufeff")
    heading, row = csv.reader(io.StringIO(text))
    assert heading[:2] == ["行 line", "结果 outcome"]
    assert row[:2] == ["2", "refused"]
    assert "price" in row[4]


def test_reports_and_matters_go_out_with_their_figures_as_numbers(world: World, caller: Caller) -> None:
    usual = [(DRUG, f"2020-03-0{day}", 15, 100, 95, None) for day in range(2, 7)]
    sent(caller, workbook(*usual))
    sent(caller, workbook((DRUG, "2020-03-09", 30.5, 100, 95, None)), role="hospital", subject="H50010300002")
    sheet = load_workbook(io.BytesIO(caller.raw("GET", "/v1/supply-reports?format=xlsx", **CHONGQING))).active
    assert sheet is not None
    first = {heading.value: cell for heading, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (first["单价（元） price"].value, first["采购量 ordered"].value) == (30.5, 100)
    assert first["配送率 delivery"].number_format == "0.00%"
    text = caller.call("GET", "/v1/supply-matters?format=csv", **CHONGQING).text.removeprefix("\ufeff")
    (matter,) = csv.DictReader(io.StringIO(text))
    assert (matter["指标 measure"], matter["数值 figure"], matter["中位数 median"]) == ("price", "30.5", "15")


def test_nobody_reports_for_another_place(caller: Caller) -> None:
    assert sent(caller, workbook(), role="agency", subject="500000").status == 403
