"""Parts of pages that draw figures over days: each says the same in a chart and in words or a table."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.kit.browser import PAIRWISE, Chromium, Look

pytestmark = pytest.mark.browser

every_look = pytest.mark.parametrize("look", PAIRWISE, ids=str)
ENGLISH = Look("en", 1280, "light")
MONTHS = 12


def test_the_overview_parts_each_day_by_payer_and_leads_to_the_days_claims(browser: Chromium) -> None:
    with browser.page("agency", "530100", ENGLISH) as seen:
        seen.go("/overview")
        chart = seen.page.get_by_role("img", name="Settled by day of receipt and payer")
        expect(chart.locator("svg")).to_contain_text("Patient")
        seen.page.get_by_text("As a list, day by day").click()
        rows = seen.page.locator("details tbody tr")
        cells = rows.first.locator("td").all_inner_texts()
        amounts = [round(float(each.split("\n")[-1].replace(",", "")) * 100) for each in cells[3:]]
        assert sum(amounts[:-1]) == amounts[-1] > 0
        seen.keep("overview-days")
        rows.first.get_by_role("link").click()
        seen.settle()
        assert "from=" in seen.page.url
        assert seen.page.locator("main tbody tr").count() > 0
        assert seen.complaints == []


@every_look
def test_the_history_of_advances_is_read_when_it_is_opened(browser: Chromium, look: Look) -> None:
    with browser.page("agency", "530100", look) as seen:
        seen.go("/advances")
        assert not any("charts.js" in place for place in seen.sent)
        seen.page.locator("main details.part > summary").click()
        seen.settle()
        table = seen.page.locator("main details.part table")
        expect(table.locator("tbody tr")).to_have_count(MONTHS)
        expect(seen.page.locator("main details.part .chart svg")).to_be_visible()
        newest = table.locator("tbody tr").first.locator(".money").all_inner_texts()
        assert newest == seen.page.locator("main section tfoot .money").all_inner_texts()
        seen.page.locator("#field-history-of").select_option("H53010200001")
        assert table.locator("tbody tr").last.locator(".money").all_inner_texts() == ["0.00"] * len(newest)
        seen.page.evaluate("() => scrollTo(0, 0)")
        seen.keep(f"advances-history-{look}")
        assert seen.axe() == []
        assert seen.overflow() <= 0
        assert seen.complaints == []


@every_look
def test_a_notice_shows_the_days_of_its_provisions_on_one_axis(browser: Chromium, look: Look) -> None:
    with browser.page("policy", "000000", look) as seen:
        seen.go("/policies/yn-2020-12")
        rows = seen.page.locator(".timeline > li")
        expect(rows).to_have_count(3)
        assert "2020-02-01 – 2020-02-12" in rows.nth(0).inner_text()
        widths = [each.bounding_box() for each in rows.locator(".span").all()]
        assert [each["width"] > 0 for each in widths if each] == [True] * 3
        rows.nth(0).get_by_role("link").first.click()
        expect(seen.page.locator("article.chosen")).to_be_in_viewport()
        seen.page.evaluate("() => scrollTo(0, 0)")
        seen.keep(f"policy-timeline-{look}")
        assert seen.axe() == []
        assert seen.overflow() <= 0
        assert seen.complaints == []
