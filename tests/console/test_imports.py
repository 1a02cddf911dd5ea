"""Import of claims from a table on its page: the template, the batch, and the errors given back beside the rows."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.kit.browser import Chromium, Look
from tests.kit.fixtures.console import Shown

pytestmark = pytest.mark.browser

HOSPITAL = "H53010200001"
PATIENT = {"id_no": "530102190001010019", "name": "示例甲", "kind": "outpatient", "main_code": "J12.800"}
ITEM = {"item_code": "120100010", "item_name": "有创机械通气", "quantity": "1", "price": "1200"}


def table(names: list[str]) -> bytes:
    """A table under a template's heading: a claim that is right, and another whose amount is wrong."""
    rows = [
        {"claim_no": "TAB-1", **PATIENT, "admitted": "2020-07-01", **ITEM, "amount": "1200"},
        {"claim_no": "TAB-2", **PATIENT, "admitted": "2020-07-02", **ITEM, "amount": "1300"},
    ]
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(names)
    written.writerows([row.get(name.split()[-1], "") for name in names] for row in rows)
    return text.getvalue().encode()


def test_a_hospital_fills_in_the_template_and_gets_its_errors_beside_the_rows(browser: Chromium, shown: Shown) -> None:
    with browser.page("hospital", HOSPITAL, Look("en")) as seen:
        seen.go("/claims")
        seen.page.get_by_role("link", name="Import a table").click()
        with seen.page.expect_download() as taken:
            seen.page.get_by_role("button", name="Template (Excel)").click()
        sheet = load_workbook(io.BytesIO(taken.value.path().read_bytes())).active
        assert sheet is not None
        names = [str(cell.value) for cell in sheet[1]]
        file = {"name": "july.csv", "mimeType": "text/csv", "buffer": table(names)}
        seen.page.get_by_label("Choose an Excel or CSV file").set_input_files(file)  # type: ignore[arg-type]
        seen.page.get_by_role("button", name="Import", exact=True).click()
        answer = seen.page.get_by_role("status").filter(has_text="Refused rows: 1")
        expect(answer).to_be_visible(timeout=60_000)
        row = seen.page.locator("tbody tr")
        expect(row).to_have_count(1)
        expect(row).to_contain_text("TAB-2")
        seen.keep("claims-imported")
        assert seen.axe() == []
        with seen.page.expect_download() as given:
            seen.page.get_by_role("button", name="The table with answers and errors").click()
        answered = load_workbook(io.BytesIO(given.value.path().read_bytes())).active
        assert answered is not None
        heading, first, second = ([cell.value for cell in row] for row in answered.iter_rows())
        at = heading.index("错误 errors")
        assert first[at] is None
        assert "amount" in str(second[at])
        seen.page.get_by_role("link", name="Another table").click()
        expect(seen.page.locator("tbody tr").first).to_contain_text("done")
        assert seen.complaints == []
    listed = shown.client.call("GET", "/v1/claims?claim_no=TAB-1", ("hospital", HOSPITAL)).body["items"]
    assert [each["claim_no"] for each in listed] == ["TAB-1"]
