"""The search for personal data finds what it is there to find: a leak is planted in every place, and the screen taken
out. A search that found nothing because it cannot find would pass every other test.
"""

from __future__ import annotations

import gzip
import io
import itertools
import json
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from chalicelib.adjudication.domain import identity_checks
from chalicelib.platform.http import screen
from tests.kit.fixtures.system import System
from tests.kit.traces import buckets, everything, executions, readable, tables, where
from tests.kit.worked_cases import fresh_identity, worked_cases
from tests.whole.test_sentinels import Standing, exported

NUMBER, NAME = "371002190005020033", "示例巳午未"
LEAKS = (NUMBER, NAME)
WRITTEN = {
    "as it is": f"before {NUMBER}".encode(),
    "as a name": f"姓名 {NAME}。".encode(),
    "escaped": json.dumps({"reason": NAME}).encode(),
    "escaped twice": json.dumps({"body": json.dumps({"reason": NAME})}).encode(),
    "compressed": gzip.compress(NUMBER.encode()),
}


@contextmanager
def planted_in_table(system: System, table: str, told: dict[str, Any]) -> Iterator[None]:
    """A table of our own, without a stream: items of the system's tables are carried on by the readers of streams."""
    dynamodb = system.stack.client("dynamodb")
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "PLANTED"}, "told": told})
    try:
        yield
    finally:
        dynamodb.delete_table(TableName=table)


@contextmanager
def planted_in_bucket(system: System, bucket: str, key: str, content: bytes) -> Iterator[None]:
    s3 = system.stack.client("s3")
    version = s3.put_object(Bucket=bucket, Key=key, Body=content).get("VersionId", "null")
    try:
        yield
    finally:
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version, BypassGovernanceRetention=True)


TOLD: dict[str, dict[str, Any]] = {
    "in-a-text": {"S": json.dumps(NAME)},
    "in-a-name": {"M": {NUMBER: {"N": "1"}}},
    "in-bytes": {"B": gzip.compress(NAME.encode())},
}


def test_every_item_of_every_table_is_read_and_a_leak_found_however_it_is_written(system: System) -> None:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    system.settle(system.for_newcomer(case.claim, "read-all"))
    with ExitStack() as planted:
        for table, told in TOLD.items():
            planted.enter_context(planted_in_table(system, table, told))
        read = tables(system)
    assert where(read, LEAKS) == TOLD.keys()
    dynamodb = system.stack.client("dynamodb")
    for name in ("QUEBAO_STATE_TABLE", "QUEBAO_LEDGER_TABLE", "QUEBAO_ACCESS_TABLE", "QUEBAO_VAULT_TABLE"):
        table = system.stack.environment[name]
        (*_, last) = dynamodb.get_paginator("scan").paginate(TableName=table)
        assert last["Items"][-1]["pk"]["S"] in read[table]


def test_a_leak_in_any_bucket_is_found_in_a_key_and_in_whatever_a_content_is_written(system: System) -> None:
    """Also in the locked copy of the ledger."""
    names = [each["Name"] for each in system.stack.client("s3").list_buckets()["Buckets"]]
    assert system.stack.environment["QUEBAO_LEDGER_COPY_BUCKET"] in names
    leaks = [(f"planted/{NUMBER}", b"{}"), *((f"planted/{n}", raw) for n, raw in WRITTEN.items())]
    with ExitStack() as planted:
        for bucket, (key, content) in itertools.product(names, leaks):
            planted.enter_context(planted_in_bucket(system, bucket, key, content))
        assert where(buckets(), LEAKS) == {f"{bucket}/{key}" for bucket in names for key, _ in leaks}
    assert where(buckets(), LEAKS) == set()


@pytest.mark.parametrize("written", WRITTEN)
def test_a_leak_in_a_workbook_is_found(written: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as workbook:
        workbook.writestr("xl/worksheets/sheet1.xml", WRITTEN[written])
    assert where({"file": readable(file.getvalue())}, LEAKS) == {"file"}
    assert where({"file": readable(file.getvalue())}, ("371002190005020042", "示例戌")) == set()


def test_a_leak_in_the_log_or_in_an_execution_is_found(system: System) -> None:
    end = system.log.tell()
    system.log.write(json.dumps({"event": "request answered", "reason": NAME}) + "\n")
    assert where({"log": readable(system.log.getvalue())}, LEAKS) == {"log"}
    system.log.seek(end)
    system.log.truncate()
    for number, leaked in enumerate(LEAKS):
        run_once(system, f"planted-{number}", json.dumps({"claim_id": leaked}))
    kept = executions()
    assert [where(kept, [leaked]) for leaked in LEAKS] == [{"executions"}] * len(LEAKS)


def run_once(system: System, name: str, told: str) -> None:
    """An execution of a machine whose histories are kept: that of settlements is an Express one and keeps none."""
    machine = system.stack.environment["QUEBAO_RECALCULATION_MACHINE"]
    system.stack.client("stepfunctions").start_execution(stateMachineArn=machine, name=name, input=told)
    system.stack.join_executions()


def test_without_the_screen_the_search_finds_a_person_in_tables_bodies_exports_and_answers(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    leaked = fresh_identity("371002190001010011", 9_999)
    mine = system.for_newcomer(case.claim, f"N{leaked}")
    assert system.submit(mine).status == 422

    monkeypatch.setattr(screen, "screen", lambda *_: [])
    monkeypatch.setattr("chalicelib.platform.http.fields.screen", lambda *_: [])
    monkeypatch.setattr(identity_checks, "personal_data", lambda *_: None)
    monkeypatch.setattr(identity_checks, "holds_identity_of_another", lambda *_: False)
    told = {"answer": json.dumps(system.settle(mine))}
    found = where(everything(system), (leaked,))
    assert system.stack.environment["QUEBAO_STATE_TABLE"] in found
    assert any(place.startswith(system.stack.environment["QUEBAO_BUCKET"]) for place in found)
    assert where(told, (leaked,)) == {"answer"}
    here = Standing({"code": mine["institution"]})
    files = {which: text for which, _, text in exported(system, here, about="/v1/institutions/{code}", roles_max=1)}
    shown = where(files, (leaked,))
    assert any("text/csv" in which for which in shown), sorted(files)
    assert any("spreadsheet" in which for which in shown), sorted(files)
