"""Files in the API's answers: every list, report, form and upload that has a file according to the document."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import pytest

from chalicelib.platform.http.operation import CSV, HTML, XLSX
from tests.house.test_openapi import files_of, operations, resolved, walked
from tests.kit.one_page import not_one_page_wide

SHOWN_ELSEWHERE = {
    ("get", "/v1/clearing/runs/{run_id}/statements/{area}"): "tests/whole/test_clearing.py, for it needs a run",
    ("get", "/v1/clearing/runs/{run_id}/statements/{area}/claims"): "tests/clearing/test_stated_claims.py, likewise",
    ("get", "/v1/clearing/runs/{run_id}/statements/{area}/form"): "tests/printing/test_clearing_form.py, likewise",
    ("get", "/v1/claims/{claim_id}/statement"): "tests/printing/test_http.py, for it needs a claim's whole record",
}
OF_A_PROGRAM = {("get", "/v1/institutions/{code}/remittance")}
"""A hospital's system reads it by the names of its columns; `…/remittance/notice` is what people print."""

NO_PAGES = {
    "/v1/enrolments": "one person's, whose periods never overlap",
    "/v1/events": "a feed with a position of its own",
    "/v1/summary": "sums: as many as states, payers, agencies, or the days that were asked for",
}
"""Lists without `cursor`, and why."""


ONE_PRESCRIPTION = "/v1/prescriptions/{prescription_id}"
"""Route whose answer looks like a list: the items are the prescribed content, and no list."""


def shown(media: str) -> Iterator[tuple[tuple[str, str], bytes]]:
    """Every file of a kind that was answered, with its operation."""
    return (((each.method, each.path), each.files[media]) for each in walked() if media in each.files)


def promised(media: str) -> set[tuple[str, str]]:
    return {(method, path) for method, path, _ in operations() if media in files_of(method, path)} - {*SHOWN_ELSEWHERE}


@pytest.mark.parametrize("media", [CSV, XLSX, HTML])
def test_every_file_that_the_document_promises_is_answered(media: str) -> None:
    assert {operation for operation, _ in shown(media)} == promised(media)


def test_every_workbook_prints_one_page_wide_on_a4_with_page_numbers() -> None:
    for operation, content in shown(XLSX):
        assert not_one_page_wide(content) == [], operation


def test_every_printed_page_has_a_place_for_seal_and_signatures_and_numbers_its_pages() -> None:
    for operation, content in shown(HTML):
        page = content.decode()
        assert "（盖章）" in page, operation
        assert "＿＿＿＿＿" in page, operation
        assert "counter(page) " in page, operation
        assert "counter(pages) " in page, operation
        assert "size: A4" in page, operation


def test_every_csv_begins_with_the_mark_for_chinese_and_names_its_columns_in_both_languages() -> None:
    for operation, content in shown(CSV):
        if operation in OF_A_PROGRAM:
            continue
        assert content.startswith(b"\xef\xbb\xbf"), operation
        heading, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        assert len(set(heading)) == len(heading), operation
        assert any(ord(each) > 0xFF for each in "".join(heading)), operation
        assert any(each.isascii() and each.isalpha() for each in "".join(heading)), operation
        assert all(len(row) == len(heading) for row in rows), operation


def test_every_list_pages() -> None:
    unpaged = set()
    for method, path, operation in operations():
        answered = operation["responses"].get("200", {}).get("content", {}).get("application/json")
        fields = resolved(answered["schema"]).get("properties", {}) if answered else {}
        if method != "get" or "items" not in fields or path == ONE_PRESCRIPTION:
            continue
        names = {each["name"] for each in operation.get("parameters", ())}
        if not {"limit", "cursor"} <= names or "next" not in fields:
            unpaged.add(path)
    assert unpaged == set(NO_PAGES)


def test_every_import_says_line_by_line_what_became_of_it_and_what_is_wrong() -> None:
    """Every operation that takes a table answers with its lines and outcomes, and has been seen to refuse a line."""
    imports = {(method, path) for method, path, operation in operations() if is_import(operation)}
    refused = set()
    for each in walked():
        operation = (each.method, each.path)
        is_document = each.got.headers["Content-Type"] == "application/json"
        if operation not in imports or each.got.status != HTTPStatus.OK or not is_document:
            continue
        lines = each.got.json["lines"]
        assert [line["line"] for line in lines] == sorted({line["line"] for line in lines}), operation
        for line in lines:
            assert (line["outcome"] == "refused") == bool(line["errors"]), operation
            refused |= {operation} if line["outcome"] == "refused" else set()
    assert refused == imports


def is_import(operation: Mapping[str, Any]) -> bool:
    """Tell whether an operation takes a table and answers it; a table that is only accepted is answered later."""
    return takes_a_table(operation) and "200" in operation["responses"]


def takes_a_table(operation: Mapping[str, Any]) -> bool:
    """Tell whether an operation's body holds a file: a table in base64, or the text of a table."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return bool(body) and not {"file", "csv"}.isdisjoint(resolved(body["schema"]).get("properties", {}))
