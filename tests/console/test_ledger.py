"""The ledger in the console: from an account to its entries, and from an entry to its transaction and the articles."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.kit.browser import Chromium, Look
from tests.kit.fixtures.console import Shown

pytestmark = pytest.mark.browser

ENGLISH = Look("en")


def test_an_officer_goes_from_an_account_to_an_entry_and_to_the_articles_behind_it(
    browser: Chromium, shown: Shown
) -> None:
    with browser.page("agency", "530100", ENGLISH) as seen:
        seen.go("/ledger?tab=accounts&prefix=hospital/")
        seen.page.locator("td a").filter(has_text=re.compile("payable")).first.click()
        seen.settle()
        seen.page.get_by_label("Kind").select_option("settled")
        seen.settle()
        entry = seen.page.locator("tbody tr").filter(has_text=shown.claim_id)
        expect(entry).to_have_count(1)
        entry.get_by_role("link", name=f"settle:{shown.claim_id}").click()
        seen.settle()
        expect(seen.page.locator("a.cited").first).to_be_visible()
        seen.page.locator("td a").filter(has_text="Fund").first.click()
        seen.settle()
        expect(seen.page.locator("tbody tr").filter(has_text=shown.claim_id)).to_have_count(1)
        assert seen.complaints == []


def test_a_period_is_listed_without_an_id_and_saved_as_a_workbook(browser: Chromium, shown: Shown) -> None:
    with browser.page("auditor", "000000", ENGLISH) as seen:
        seen.go("/ledger?tab=transactions")
        expect(seen.page.get_by_text("this month's transactions are listed")).to_be_visible()
        whole = seen.page.locator("tbody tr").count()
        seen.page.get_by_label("Cause").fill(shown.claim_id)
        seen.page.get_by_role("button", name="Search").click()
        rows = seen.page.locator("tbody tr")
        # The former rows stay on the page until the list arrives.
        expect(rows.filter(has_not_text=shown.claim_id)).to_have_count(0)
        assert 0 < rows.count() < whole
        with seen.page.expect_download() as saved:
            seen.page.get_by_role("button", name="Excel file").click()
        sheet = load_workbook(io.BytesIO(saved.value.path().read_bytes())).worksheets[0]
        assert sheet.max_row == rows.count() + 1
        assert all(isinstance(cell.value, (int, float)) for cell in sheet["F"][1:])
        seen.go("/ledger?tab=transactions&from=2020-01-01&to=2021-12-31")
        expect(seen.page.get_by_role("alert")).to_contain_text("92 days")


def test_the_auditor_sees_who_did_what_and_how_it_ended(browser: Chromium, shown: Shown) -> None:
    with browser.page("auditor", "000000") as seen:
        seen.go("/ledger?tab=acts")
        rows = seen.page.locator("main tbody tr")
        expect(rows.filter(has_text="测算各条款影响的金额").first).to_contain_text("已办理")
        assert rows.filter(has_text="POST").count() == 0
        assert shown.claim_id not in rows.all_inner_texts()
        assert seen.axe() == []
        assert seen.overflow() <= 0
        assert seen.complaints == []
