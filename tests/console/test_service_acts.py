"""Acts of users on the pages of services, all of which are made from the API's own description."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.kit.browser import Chromium, Look
from tests.kit.fixtures.console import Shown
from tests.kit.office_services import people_file

pytestmark = pytest.mark.browser

ENGLISH = Look("en")


def test_a_form_says_beside_the_field_what_is_missing_and_what_the_api_refuses(browser: Chromium, shown: Shown) -> None:
    with browser.page("agency", "530100", ENGLISH) as seen:
        seen.expected |= {400, 422}
        seen.go("/services/persons")
        seen.page.get_by_role("button", name="Ask to read, correct or erase").click()
        seen.page.get_by_role("button", name="Confirm").click()
        expect(seen.page.get_by_text("required entries are missing")).to_be_visible()
        seen.page.get_by_role("textbox", name="Person").fill("nobody")
        seen.page.get_by_label("Kind").select_option("read")
        seen.page.get_by_label("Purpose").fill("asked for at the counter")
        seen.page.get_by_role("button", name="Confirm").click()
        expect(seen.page.locator("#field-person-error")).to_be_visible()
        assert seen.complaints == []


def test_what_needs_two_people_is_decided_by_the_second(browser: Chromium, shown: Shown) -> None:
    with browser.page("agency", "530100", ENGLISH, actor="one") as seen:
        seen.go("/services/persons")
        seen.page.get_by_role("button", name="Ask to read, correct or erase").click()
        seen.page.get_by_role("textbox", name="Person").fill(shown.records["enrolments"])
        seen.page.get_by_label("Kind").select_option("read")
        seen.page.get_by_label("Purpose").fill("asked for at the counter")
        seen.page.get_by_role("button", name="Confirm").click()
        row = seen.page.locator("tbody tr").filter(has_text="asked for at the counter")
        row.get_by_role("link").click()
        expect(seen.page.get_by_role("button", name="Decide a request")).to_be_disabled()
        expect(seen.page.locator("main")).to_contain_text("another person takes this one")
        record = seen.page.url
        assert seen.complaints == []
    with browser.page("agency", "530100", ENGLISH, actor="two") as seen:
        seen.go(record.partition("#")[2])
        seen.page.get_by_role("button", name="Decide a request").click()
        seen.page.get_by_label("Decision").select_option("approve")
        seen.keep("services-decision")
        assert seen.axe() == []
        seen.page.get_by_role("button", name="Confirm").click()
        expect(seen.page.locator("main .state").first).to_contain_text("approved")
        assert seen.complaints == []
    with browser.page("agency", "530100", ENGLISH, actor="one") as seen:
        seen.go(record.partition("#")[2])
        seen.page.get_by_role("button", name="Open a record").click()
        seen.page.get_by_role("button", name="Confirm").click()
        expect(seen.page.locator("dialog dl")).to_contain_text("SAMPLE0000")
        seen.keep("services-opened")
        seen.page.locator("dialog").get_by_role("button", name="Close", exact=True).last.click()
        expect(seen.page.locator("dialog")).to_have_count(0)
        assert seen.complaints == []


def test_a_list_is_taken_in_line_by_line_and_comes_back_with_its_errors(browser: Chromium, shown: Shown) -> None:
    with browser.page("agency", "530100", ENGLISH) as seen:
        seen.go("/services/imports")
        seen.page.get_by_role("button", name="Record enrolments from a table").click()
        seen.page.locator("input[type=file]").set_input_files(
            {"name": "people.csv", "mimeType": "text/csv", "buffer": people_file()}
        )
        seen.page.get_by_role("button", name="Confirm").click()
        expect(seen.page.get_by_role("status").filter(has_text="1 refused")).to_be_visible()
        expect(seen.page.locator("dialog li").first).to_contain_text("Line 3")
        seen.keep("services-imported")
        assert seen.axe() == []
        with seen.page.expect_download() as taken:
            seen.page.get_by_role("button", name="with a column of errors").click()
        assert taken.value.suggested_filename.endswith(".xlsx")
        assert seen.complaints == []


def test_a_form_is_shown_as_it_is_printed(browser: Chromium, shown: Shown) -> None:
    with browser.page("agency", "530100", Look("zh", 1280, "light")) as seen:
        seen.go(f"/services/reimbursements/{shown.records['reimbursements']}")
        seen.page.get_by_role("button", name="打印").click()
        form = seen.page.frame_locator("iframe.printed")
        expect(form.locator("h1")).to_contain_text("手工结算")
        font = form.locator("h1").evaluate("(each) => getComputedStyle(each).textAlign")
        assert font == "center"
        seen.keep("services-printed")
        assert seen.complaints == []


@pytest.mark.parametrize(
    ("role", "place", "button", "title"),
    [
        ("hospital", "/claims/{claim_id}", "打印结算单", "结算单"),
        ("agency", "/payments?tab=remittance&institution=H53010200001", "打印支付通知单", "支付通知"),
        ("finance", "/advances?status=paid", "通知单", "拨付通知"),
    ],
)
def test_the_forms_that_offices_hand_out_are_printed_from_their_pages(
    role: str, place: str, button: str, title: str, browser: Chromium, shown: Shown
) -> None:
    subject = "H53010200001" if role == "hospital" else "530100"
    with browser.page(role, subject, Look("zh", 1280, "light")) as seen:
        seen.go(place.format(claim_id=shown.claim_id))
        seen.page.get_by_role("button", name=button).first.click()
        expect(seen.page.frame_locator("iframe.printed").locator("h1")).to_contain_text(title)
        seen.keep(f"printed-{role}")
        assert seen.complaints == []


def test_filters_of_a_service_stand_in_the_address(browser: Chromium) -> None:
    with browser.page("agency", "500102", ENGLISH) as seen:
        seen.go("/services/issues")
        seen.page.get_by_label("State").select_option("answered")
        expect(seen.page.get_by_text("Nothing matches")).to_be_visible()
        assert "status=answered" in seen.page.url
        seen.page.reload()
        expect(seen.page.get_by_text("Nothing matches")).to_be_visible()
        assert seen.complaints == []


def test_a_service_of_others_is_no_page(browser: Chromium) -> None:
    with browser.page("township", "530102", ENGLISH) as seen:
        seen.go("/services")
        assert seen.page.get_by_role("link", name="Requisitions").count() == 0
        seen.go("/services/requisitions")
        expect(seen.page.get_by_role("heading", name="No such page")).to_be_visible()
        assert seen.page.locator("main table").count() == 0
        assert seen.complaints == []
