"""The list of claims in the console: its order, its sums from the server, and the reversal of several claims."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import Route, expect

from chalicelib.kernel.time import civil_date_of
from tests.kit.browser import Chromium, Look
from tests.kit.fixtures.console import Shown

pytestmark = pytest.mark.browser

ENGLISH = Look("en")


def test_a_list_is_put_in_order_within_a_period_and_summed_by_the_server(browser: Chromium, shown: Shown) -> None:
    hospital = ("hospital", "H53010200001")
    claims = shown.client.call("GET", "/v1/claims?limit=200", hospital).body["items"]
    day = civil_date_of(min(each["received_at"] for each in claims))
    last = day + timedelta(days=2)
    with browser.page(*hospital, ENGLISH) as seen:
        seen.go(f"/claims?sort=amount&from={day}")
        expect(seen.page.get_by_role("alert")).to_contain_text("at most 31 days")
        summary = shown.client.call("GET", "/v1/summary?by=payer", hospital).body
        seen.go("/claims")
        expect(seen.page.get_by_text(f"{summary['settled']} claims").first).to_be_visible()
        with seen.page.expect_response(re.compile("sort=amount.*status=settled")):
            seen.go(f"/claims?sort=amount&from={day}&to={last}&status=settled")
        seen.settle()
        bills = seen.page.locator("tbody td[data-title=Bill]").all_inner_texts()
        amounts = [float(each.replace(",", "")) for each in bills]
        assert amounts
        assert amounts == sorted(amounts, reverse=True)
        with seen.page.expect_response(re.compile("changed_since=")):
            seen.go(f"/claims?changed_since={day}")
        seen.settle()
        assert seen.page.locator("tbody tr").count() > 0
        seen.expected.add(422)
        assert seen.axe() == []


def test_an_agency_reverses_several_claims_for_one_reason(browser: Chromium, shown: Shown) -> None:
    with browser.page("agency", "530100", ENGLISH) as seen:
        sent: list[str] = []

        def answered(route: Route) -> None:
            sent.append(json.dumps(route.request.post_data_json))
            problem = {
                "code": "conflict",
                "errors": [{"code": "x", "field": "", "message": {"zh": "已清算", "en": "Cleared."}}],
            }
            status, told = (202, {"status": "reversed"}) if len(sent) == 1 else (409, problem)
            route.fulfill(status=status, content_type="application/json", body=json.dumps(told))

        # The claims stay as they are for the tests after this one.
        seen.page.route("**/reversal", answered)
        seen.expected.add(409)
        seen.go("/claims?status=settled")
        button = seen.page.get_by_role("button", name="Reverse those chosen")
        expect(button).to_be_disabled()
        boxes = seen.page.locator("input.choose")
        boxes.nth(0).check()
        boxes.nth(1).check()
        button.click()
        seen.page.get_by_label("Reason").last.fill("billed under the wrong department")
        seen.page.get_by_role("button", name="Confirm the reversals").click()
        expect(seen.page.get_by_role("status").filter(has_text="1 accepted, 1 refused")).to_be_visible()
        expect(seen.page.get_by_role("dialog")).to_contain_text("Cleared.")
        assert sent == [json.dumps({"reason": "billed under the wrong department"})] * 2
        seen.page.get_by_role("button", name="Done").click()
        expect(button).to_be_disabled()
        assert seen.axe() == []
