"""Pages say in words what the system keeps as codes, in one language at a time, and show what a narrow window hides."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Route, expect

from tests.kit.browser import Chromium, Look
from tests.kit.fixtures.console import Shown

pytestmark = pytest.mark.browser

ENGLISH = Look("en", 1280, "light")
NARROW = Look("zh", 390, "light")
PROVINCES = [f"{number}0000" for number in (11, 12, 13, 14, 15, 21, 22, 23)]


def test_the_ledgers_transactions_are_named_in_words(browser: Chromium) -> None:
    with browser.page("auditor", "000000") as seen:
        seen.go("/ledger?tab=transactions")
        rows = seen.page.locator("main tbody")
        expect(rows).to_contain_text("支付指令")
        expect(rows).to_contain_text("清算款到账")
        assert "payment-ordered" not in rows.inner_text()
        assert seen.page.get_by_label("类型").locator("option", has_text="冲抵预拨").count() == 1
        assert seen.complaints == []


def test_the_state_machines_are_named_in_the_language_of_the_page(browser: Chromium) -> None:
    with browser.page("operator", "000000") as seen:
        seen.go("/operations")
        expect(seen.page.locator("main")).to_contain_text("清算：跨省")
        expect(seen.page.locator("main")).to_contain_text("政策模拟")
        assert seen.complaints == []


@pytest.mark.parametrize("look", [Look("zh", 1280, "light"), Look("en", 390, "dark")], ids=str)
def test_the_alarms_stand_in_words_the_raised_before_the_quiet(browser: Chromium, look: Look) -> None:
    def answered(route: Route) -> None:
        whole = route.fetch()
        found = whole.json()
        assert {each["standing"] for each in found["alarms"]} == {"unknown"}
        raised = [{**found["alarms"][0], "standing": "raised"}, *found["alarms"][1:]]
        route.fulfill(response=whole, body=json.dumps({**found, "alarms": raised}))

    with browser.page("operator", "000000", look) as seen:
        seen.page.route("**/v1/operations", answered)
        seen.go("/operations")
        shown = seen.page.locator("section").filter(
            has=seen.page.get_by_role("heading", name=("告警", "Alarms")[look.language == "en"])
        )
        expect(shown.locator("tbody").first).to_contain_text("AuditBooksFailedAlarm")
        expect(shown.locator("tbody tr")).not_to_have_count(1)
        assert "运行手册" in shown.inner_text() or "runbook" in shown.inner_text()
        seen.keep(f"operations-alarms-{look}")
        assert seen.axe() == []
        assert seen.overflow() <= 0
        assert seen.complaints == []


def test_a_page_in_english_gives_the_code_beside_an_institutions_chinese_name(browser: Chromium) -> None:
    with browser.page("finance", "530100", ENGLISH) as seen:
        seen.go("/advances")
        expect(seen.page.locator("main tbody").first).to_contain_text("昆明示例三级医院 H53010200001")
        expect(seen.page.get_by_text("Institutions, issuers and document numbers stand in Chinese")).to_be_visible()
        assert "：" not in seen.page.locator("main").inner_text()


def test_who_looked_a_person_up_is_told_in_words(browser: Chromium, shown: Shown) -> None:
    with browser.page("auditor", "000000") as seen:
        seen.go(f"/ledger?tab=access&person={shown.records['enrolments']}")
        heads = seen.page.locator("main thead th").all_inner_texts()
        empty = seen.page.get_by_text("没有人查询过此人。")
        assert heads[:4] == ["时间", "查询人", "角色", "单位"] or empty.count() == 1
        assert seen.complaints == []


def test_the_notices_in_force_stand_below_their_areas_the_nation_first(browser: Chromium) -> None:
    with browser.page("policy", "000000") as seen:
        seen.go("/policies")
        heads = [each.split()[0] for each in seen.page.locator("main h2").all_inner_texts()]
        assert heads[0] == "全国"
        assert heads.index("云南省") < heads.index("昆明市")


def test_the_overview_sums_the_claims_of_its_days_by_state_and_payer(browser: Chromium) -> None:
    with browser.page("agency", "530100") as seen:
        seen.go("/overview")
        expect(seen.page.get_by_role("heading", name="期间受理的申请")).to_be_visible()
        assert seen.page.get_by_label("日期起").input_value().endswith("-01-01")
        seen.page.locator("a.tile", has_text="不予受理").click()
        seen.settle()
        expect(seen.page.locator("main tbody")).to_contain_text("YN-AGAIN")
        assert seen.complaints == []


def test_flows_between_many_areas_are_a_matrix_shaded_by_amount(browser: Chromium, shown: Shown) -> None:
    owed = [
        {"debtor": debtor, "creditor": creditor, "kind": "fund", "amount": f"{10 * row + column}.00", "claims": 1}
        for row, debtor in enumerate(PROVINCES, start=1)
        for column, creditor in enumerate(PROVINCES, start=1)
        if debtor != creditor
    ]

    def answered(route: Route) -> None:
        whole = route.fetch()
        route.fulfill(response=whole, body=json.dumps({**whole.json(), "obligations": owed}))

    with browser.page("auditor", "000000") as seen:
        seen.page.route(f"**/v1/clearing/runs/{shown.cleared_run}", answered)
        seen.go(f"/clearing/{shown.cleared_run}")
        matrix = seen.page.locator("table.matrix")
        assert (matrix.locator("tbody tr").count(), matrix.locator("thead th").count()) == (8, 9)
        expect(matrix.locator("tbody tr").nth(1).locator("td").first).to_have_text("21.00")
        assert seen.axe() == []
        assert seen.overflow() <= 0
        seen.keep("clearing-matrix")


def test_the_open_part_of_a_page_is_in_sight_on_a_narrow_window(browser: Chromium) -> None:
    with browser.page("hospital", "H37100200001", NARROW) as seen:
        seen.go("/services/stocks")
        tab = seen.page.locator(".tabs [aria-current]")
        expect(tab).to_be_in_viewport(ratio=0.9)


def test_the_overview_says_what_the_bank_moved_on_the_last_day_and_leads_to_its_transactions(browser: Chromium) -> None:
    with browser.page("finance", "530100") as seen:
        seen.go("/overview")
        card = seen.page.locator("section", has=seen.page.get_by_role("heading", name="银行收付"))
        expect(card.locator("tbody tr", has_text="预拨到账")).to_contain_text("100,000.00")
        expect(card.locator("tfoot")).to_contain_text("合计")
        card.get_by_role("link", name="清算款到账").click()
        seen.settle()
        rows = seen.page.locator("main tbody tr")
        assert rows.count() >= 1
        assert all("清算款到账" in each for each in rows.all_inner_texts())
        assert seen.complaints == []


@pytest.mark.parametrize("look", [Look("zh", 1280, "light"), Look("en", 1280, "dark")], ids=str)
def test_what_can_be_done_about_a_row_stays_in_sight_in_a_wide_table(browser: Chromium, look: Look) -> None:
    with browser.page("agency", "530100", look) as seen:
        seen.go("/advances")
        buttons = seen.page.locator("main tbody td:last-child button")
        assert buttons.count() > 0
        hidden = buttons.evaluate_all(
            """found => found.filter(each => {
                const own = each.getBoundingClientRect(), table = each.closest(".scroll").getBoundingClientRect();
                return own.left < table.left || own.right > table.right + 1;
            }).map(each => each.textContent)"""
        )
        assert hidden == []
        assert seen.complaints == []


def test_a_claims_lines_name_the_items_that_were_billed(browser: Chromium, shown: Shown) -> None:
    with browser.page("agency", "530100") as seen:
        seen.go(f"/claims/{shown.claim_id}?tab=lines")
        sent = shown.client.expect(
            200, shown.client.call("GET", f"/v1/claims/{shown.claim_id}/submitted", ("agency", "530100"))
        )
        rows = seen.page.locator("main .scroll").last.locator("tbody tr").all_inner_texts()
        assert [line["name"] in row and line["code"] in row for line, row in zip(sent["lines"], rows, strict=True)] == [
            True
        ] * len(sent["lines"])
        assert seen.complaints == []


def test_a_provision_says_how_many_claims_it_is_used_by(browser: Chromium, shown: Shown) -> None:
    with browser.page("policy", "000000") as seen:
        seen.go("/policies/yn-2020-12")
        used = seen.page.get_by_role("link", name=re.compile("用于 [1-9][0-9]* 件申请"))
        expect(used.first).to_be_visible()
        used.first.click()
        seen.settle()
        assert f"run={shown.article_effects}" in seen.page.url
        assert seen.complaints == []


def test_without_a_computation_a_notice_leads_to_where_it_is_asked_for(browser: Chromium) -> None:
    with browser.page("policy", "000000", ENGLISH) as seen:
        seen.page.route(
            "**/v1/reports/article-effects?*", lambda route: route.fulfill(json={"items": [], "next": None})
        )
        seen.go("/policies/yn-2020-12")
        expect(seen.page.get_by_text("has not been computed")).to_be_visible()
        seen.page.locator("main p").get_by_role("link", name="What articles moved").click()
        seen.settle()
        assert "/effects" in seen.page.url
        assert seen.complaints == []
