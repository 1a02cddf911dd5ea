"""Offices find a person by document and name from the pages themselves, and no address ever holds either."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from infra.local import sample
from tests.kit.browser import Chromium, Look, Seen

pytestmark = pytest.mark.browser

PATIENT = next(case["claim"]["patient"] for case in sample.worked_claims() if case["claim"]["claim_no"] == "YN-0004")


def find(seen: Seen, number: str, name: str, button: str) -> None:
    """Look a person up as an officer would, with the papers on the desk."""
    seen.page.locator("#field-find-id_no").fill(number)
    seen.page.locator("#field-find-name").fill(name)
    seen.page.get_by_role("button", name=button, exact=True).click()


def assert_nothing_personal_is_kept(seen: Seen) -> None:
    stores = "() => [location.href, ...Object.values(localStorage), ...Object.values(sessionStorage)].join(' ')"
    kept = seen.page.evaluate(stores)
    assert PATIENT["id_no"] not in kept
    assert PATIENT["name"] not in kept
    assert all(PATIENT["id_no"] not in place for place in seen.sent)


def test_health_finds_the_patient_whose_status_it_corrects(browser: Chromium) -> None:
    with browser.page("health", "530000") as seen:
        seen.expected |= {422}
        seen.go("/services/statuses")
        seen.page.get_by_role("button", name="更正病例状态").click()
        find(seen, PATIENT["id_no"], "别人", "查找")
        expect(seen.page.get_by_role("alert")).to_contain_text("请核对证件类型、号码和姓名")
        find(seen, PATIENT["id_no"], PATIENT["name"], "查找")
        expect(seen.page.get_by_role("status").filter(has_text="已找到")).to_be_visible()
        expect(seen.page.locator("#field-person")).to_have_value(re.compile(r"prs_[0-9a-f]{32}"))
        expect(seen.page.locator("dialog tbody")).to_contain_text("YN-0004")
        assert "none" not in seen.page.locator("dialog").inner_text()
        seen.keep("services-statuses-found")
        assert seen.axe() == []
        seen.page.get_by_label("更正为").select_option("confirmed")
        seen.page.get_by_label("自何日起").fill("2020-02-11")
        seen.page.get_by_label("理由").fill("复核病案首页")
        seen.page.get_by_role("button", name="确定").click()
        told = seen.page.locator("dialog dl")
        expect(told).to_contain_text("1 件")
        assert told.locator("dt").all_inner_texts() == ["结果不变"]
        seen.keep("services-statuses-told")
        assert seen.axe() == []
        assert_nothing_personal_is_kept(seen)
        assert seen.complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_an_agency_reads_the_enrolments_of_a_person_by_document_and_name(browser: Chromium, width: int) -> None:
    with browser.page("agency", "530100", Look("en", width)) as seen:
        seen.go("/services/enrolments")
        seen.settle()
        find(seen, PATIENT["id_no"], PATIENT["name"], "Find")
        expect(seen.page.locator("main tbody").first).to_contain_text("YN-0004")
        expect(seen.page.get_by_role("heading", name="Every version")).to_be_visible()
        seen.keep(f"services-enrolments-found-{width}")
        assert seen.axe() == []
        assert seen.overflow() <= 0
        assert_nothing_personal_is_kept(seen)
        assert seen.complaints == []


def test_the_auditor_reads_who_looked_a_person_up_by_the_persons_papers(browser: Chromium) -> None:
    with browser.page("auditor", "000000") as seen:
        seen.go("/ledger?tab=access")
        find(seen, PATIENT["id_no"], PATIENT["name"], "查找")
        rows = seen.page.locator("main table").filter(has_text="POST /v1/persons/search").locator("tbody tr")
        expect(rows.filter(has_text="审计").first).to_contain_text("查找人员")
        seen.keep("ledger-access-found")
        assert seen.axe() == []
        assert_nothing_personal_is_kept(seen)
        assert seen.complaints == []
