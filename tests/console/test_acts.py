"""Acts of users in the console, and their results when another act comes between."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Locator, Page, Route, expect

from chalicelib.main import wiring
from infra.local.replacing import replaced_items
from tests.kit.browser import SCREENSHOTS, Chromium, Look
from tests.kit.fixtures.console import Shown
from tests.kit.sign_in import sign_in_provider
from tests.kit.worked_cases import ROOT

pytestmark = pytest.mark.browser

HOSPITAL = "H53010200001"
ENGLISH = Look("en")


def ask_for_advance(shown: Shown, amount: str, *, as_agency: bool = False) -> str:
    asked = {"institution": HOSPITAL, "fund": "ordinary", "amount": amount, "reason": "turnover"}
    caller = ("agency", "530100") if as_agency else ("hospital", HOSPITAL)
    return shown.client.expect(202, shown.client.call("POST", "/v1/advances", caller, asked))["advance_id"]


def card(page: Page, amount: str) -> Locator:
    return page.locator(".todo > li").filter(has_text=amount)


def test_somebody_signs_in_by_the_role_picker_and_out_again(browser: Chromium) -> None:
    with browser.page(None, look=ENGLISH) as seen:
        seen.go("/work")
        seen.page.get_by_label("Auditor").check()
        seen.page.get_by_role("button", name="Enter").click()
        expect(seen.page.locator(".who")).to_contain_text("auditor")
        seen.page.get_by_role("button", name="Sign out").click()
        expect(seen.page.get_by_role("button", name="Enter")).to_be_visible()
        assert seen.complaints == []


def test_somebody_signs_in_at_a_provider_with_a_proof_of_the_code(browser: Chromium, shown: Shown) -> None:
    with sign_in_provider(lambda: shown.stack.issuer.token("finance", "530100")) as provider:
        configured = {
            "QUEBAO_SIGN_IN_CLIENT": "console",
            "QUEBAO_SIGN_IN_AUTHORIZE": f"{provider}/authorize",
            "QUEBAO_SIGN_IN_TOKEN": f"{provider}/token",
        }
        with replaced_items(os.environ, configured), browser.page(None, look=ENGLISH) as seen:
            assert wiring.process().config.sign_in_client == "console"
            seen.go("/payments")
            seen.page.get_by_role("button", name="Sign in").click()
            expect(seen.page.locator(".who")).to_contain_text("finance")
            expect(seen.page.get_by_role("heading", name="Payments")).to_be_visible()
            assert "code=" not in seen.page.url
            assert seen.complaints == []


def test_an_advance_is_approved_once_however_often_the_button_is_pressed(browser: Chromium, shown: Shown) -> None:
    advance_id = ask_for_advance(shown, "1234.00")
    with browser.page("agency", "530100", ENGLISH) as seen:
        sent: list[str] = []
        seen.page.on("request", lambda request: sent.append(request.method) if "/decision" in request.url else None)
        seen.go("/work")
        card(seen.page, "1,234.00").get_by_role("button", name="Approve").click()
        seen.page.get_by_role("button", name="Confirm Approve").dblclick()
        expect(card(seen.page, "1,234.00")).to_have_count(0)
        assert sent == ["POST"]
        assert seen.complaints == []
    found = shown.client.call("GET", f"/v1/advances/{advance_id}", ("auditor", "000000"))
    assert found.body["status"] in ("approved", "instructed")


def test_ones_own_request_is_shown_with_why_another_person_decides(browser: Chromium, shown: Shown) -> None:
    ask_for_advance(shown, "4321.00", as_agency=True)
    with browser.page("agency", "530100", ENGLISH) as seen:
        seen.go("/work")
        own = card(seen.page, "4,321.00")
        expect(own.get_by_role("button", name="Approve")).to_be_disabled()
        expect(own).to_contain_text("another person decides")
    with browser.page("agency", "530100", ENGLISH, actor="somebody-else") as seen:
        seen.go("/work")
        expect(card(seen.page, "4,321.00").get_by_role("button", name="Approve")).to_be_enabled()


def test_what_somebody_decided_first_is_said(browser: Chromium, shown: Shown) -> None:
    advance_id = ask_for_advance(shown, "2345.00")
    with browser.page("agency", "530100", ENGLISH) as seen:
        seen.expected.add(409)
        seen.go("/work")
        card(seen.page, "2,345.00").get_by_role("button", name="Refuse").click()
        seen.page.get_by_label("Reason").fill("not needed")
        first = shown.client.call(
            "POST", f"/v1/advances/{advance_id}/decision", ("agency", "530100"), {"decision": "approve"}, actor="other"
        )
        assert first.status == 200
        seen.page.get_by_role("button", name="Confirm Refuse").click()
        expect(seen.page.get_by_role("alert")).to_contain_text("Somebody changed this first")
        assert seen.complaints == []


def test_a_session_that_ends_is_renewed_without_losing_the_form(browser: Chromium, shown: Shown) -> None:
    with browser.page("hospital", HOSPITAL, ENGLISH) as seen:
        seen.expected.add(401)
        seen.go("/advances")
        seen.page.get_by_role("button", name="Ask for an advance").click()
        seen.page.get_by_label("Amount").fill("777.00")
        seen.page.get_by_label("Reason").fill("turnover")
        refused = {"status": 401, "json": {"code": "token-expired"}}
        seen.page.route("**/v1/advances", lambda route: route.fulfill(**refused), times=1)
        seen.page.get_by_role("button", name="Confirm Ask").click()
        seen.page.get_by_role("button", name="Sign in again").click()
        expect(seen.page.get_by_role("button", name="Sign in again")).to_have_count(0)
        expect(seen.page.get_by_label("Amount")).to_have_value("777.00")
        seen.page.get_by_role("button", name="Confirm Ask").click()
        expect(seen.page.locator(".page-head")).to_contain_text("requested")
        assert seen.complaints == []


def test_nothing_is_lost_while_the_network_is_gone(browser: Chromium, shown: Shown) -> None:
    with browser.page("hospital", HOSPITAL, ENGLISH) as seen:
        seen.go("/advances")
        seen.page.get_by_role("button", name="Ask for an advance").click()
        seen.page.get_by_label("Amount").fill("778.00")
        seen.page.get_by_label("Reason").fill("turnover")
        seen.page.context.set_offline(True)
        seen.page.get_by_role("button", name="Confirm Ask").click()
        expect(seen.page.get_by_role("alert")).to_contain_text("nothing was sent")
        expect(seen.page.get_by_label("Amount")).to_have_value("778.00")
        seen.page.context.set_offline(False)
        seen.page.get_by_role("button", name="Confirm Ask").click()
        expect(seen.page.locator(".page-head")).to_contain_text("requested")


def test_leaving_a_form_that_is_not_sent_is_asked_about(browser: Chromium, shown: Shown) -> None:
    with browser.page("hospital", HOSPITAL, ENGLISH) as seen:
        seen.go("/advances")
        seen.page.get_by_role("button", name="Ask for an advance").click()
        seen.page.get_by_label("Amount").fill("779.00")
        seen.page.evaluate("() => { location.hash = '#/claims'; }")
        seen.page.get_by_role("button", name="Stay").click()
        expect(seen.page.get_by_label("Amount")).to_have_value("779.00")
        seen.page.evaluate("() => { location.hash = '#/claims'; }")
        seen.page.get_by_role("button", name="Leave", exact=True).click()
        expect(seen.page.get_by_role("heading", name="Claims")).to_be_visible()
        assert seen.complaints == []


def test_filters_stand_in_the_address_and_narrow_the_list(browser: Chromium) -> None:
    with browser.page("agency", "530100", ENGLISH) as seen:
        seen.go("/claims")
        seen.page.get_by_label("State").select_option("settled")
        expect(seen.page.locator("tbody tr")).to_have_count(5)
        assert "status=settled" in seen.page.url
        seen.page.get_by_label("Number", exact=True).fill("YN-0001")
        seen.page.get_by_role("button", name="Search").click()
        expect(seen.page.locator("tbody tr")).to_have_count(1)
        seen.page.reload()
        expect(seen.page.locator("tbody tr")).to_have_count(1)
        assert seen.complaints == []


def test_a_line_of_a_statement_is_proved_in_the_browser_and_an_altered_one_is_not(
    browser: Chromium, shown: Shown
) -> None:
    with browser.page("auditor", "000000", ENGLISH) as seen:
        seen.go(f"/claims/{shown.remote_claim_id}?tab=clearing")
        expect(seen.page.get_by_text("Proved in this browser")).to_be_visible()

        def altered(route: Route) -> None:
            answer = route.fetch()
            document = answer.json()
            document["proofs"][0]["content"] = document["proofs"][0]["content"].replace("21600", "21601")
            route.fulfill(response=answer, json=document)

        seen.page.route("**/proofs/**", altered)
        seen.page.reload()
        expect(seen.page.get_by_text("Not proved")).to_be_visible()
        assert seen.complaints == []


def test_a_bill_is_decided_while_it_is_typed_compared_and_shared_without_a_person(browser: Chromium) -> None:
    with browser.page("hospital", HOSPITAL, ENGLISH) as seen:
        seen.go("/preview")
        seen.page.get_by_label("Identity number").fill("530102190001010019")
        seen.page.get_by_label("Name", exact=False).nth(0).fill("示例甲")
        seen.page.get_by_label("Find an item").fill("有创机械通气")
        seen.page.locator(".suggest button").first.click()
        seen.settle()
        seen.keep("preview-typed")
        expect(seen.page.locator(".waterfall .money").first).not_to_have_text("0.00")
        seen.page.get_by_role("button", name="Compare").click()
        seen.page.locator("[name=other-status]").select_option("none")
        expect(seen.page.get_by_role("heading", name="Differences by step")).to_be_visible()
        seen.keep("preview-compared")
        expect(seen.page.locator(".compare tr.chosen").first).to_be_visible()
        seen.page.locator("[name=other-status]").select_option("confirmed")
        with seen.page.expect_request(re.compile("bundle=[0-9a-f]{64}")):
            seen.page.locator("[name=other-bundle]").select_option(index=1)
        expect(seen.page.locator(".compare")).to_be_visible()
        seen.page.get_by_role("button", name="Make a link").click()
        assert "lines=" in seen.page.url
        assert "other_bundle=" in seen.page.url
        assert "5301021900" not in seen.page.url
        assert "示例甲" not in unquote(seen.page.url)
        assert seen.axe() == []
        assert seen.complaints == []


def test_an_agency_compares_two_insured_places_without_a_person(browser: Chromium) -> None:
    with browser.page("agency", "530100", ENGLISH) as seen:
        seen.go("/preview")
        expect(seen.page.get_by_label("Identity number")).to_have_count(0)
        seen.page.locator("[name=institution]").fill(HOSPITAL)
        seen.page.locator("[name=insured_area]").fill("530100")
        seen.page.get_by_label("Find an item").fill("有创机械通气")
        seen.page.locator(".suggest button").first.click()
        expect(seen.page.locator(".waterfall .money").first).not_to_have_text("0.00")
        seen.page.get_by_role("button", name="Compare").click()
        seen.page.locator("[name=other-insured_area]").fill("420100")
        expect(seen.page.locator(".compare")).to_be_visible()
        seen.keep("preview-areas")
        seen.page.get_by_role("button", name="Make a link").click()
        assert "other_insured_area=420100" in seen.page.url
        assert seen.axe() == []
        assert seen.complaints == []


def test_a_banks_file_is_compared_line_by_line_and_only_what_fits_is_reported(browser: Chromium, shown: Shown) -> None:
    finance = ("finance", "530100")
    orders = shown.client.call("GET", "/v1/payments?status=ordered", finance).body["items"]
    good, other = orders[0], orders[1]
    rows = ["order,reference,amount,outcome", f"{good['payment_id']},BANK-F1,{good['amount']},paid"]
    rows += [f"{other['payment_id']},BANK-F2,0.01,paid", "clm_unknown,BANK-F3,5.00,paid"]
    with browser.page("finance", "530100", ENGLISH) as seen:
        seen.go("/payments?tab=bank")
        seen.page.get_by_label("Choose a file").set_input_files(
            {"name": "bank.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
        )
        expect(seen.page.locator("tbody tr")).to_have_count(3)
        expect(seen.page.get_by_text("No such order waits")).to_be_visible()
        seen.keep("bank-file")
        seen.page.get_by_role("button", name="Report the lines that fit (1)").click()
        expect(seen.page.get_by_text("Reported", exact=True)).to_be_visible()
        assert seen.complaints == []
    listed = shown.client.call("GET", "/v1/payments", finance).body["items"]
    states = {each["payment_id"]: each["status"] for each in listed}
    assert (states[good["payment_id"]], states[other["payment_id"]]) == ("paid", "ordered")


def test_a_banks_workbook_is_booked_and_its_errors_are_given_back(
    browser: Chromium, shown: Shown, tmp_path: Path
) -> None:
    caller = ("finance", "530100")
    found = shown.client.expect(200, shown.client.call("GET", "/v1/payments?status=ordered", caller))["items"]
    order = found[-1]
    book = Workbook()
    assert book.active is not None
    for row in (
        ("payment_id", "bank_reference", "amount", "outcome"),
        (order["payment_id"], "BANK-WORKBOOK-1", float(order["amount"]), "paid"),
        (order["payment_id"], "BANK-WORKBOOK-2", 0.01, "paid"),
    ):
        book.active.append(row)
    book.save(tmp_path / "bank.xlsx")
    with browser.page("finance", "530100", ENGLISH) as seen:
        seen.go("/payments?tab=bank")
        seen.page.get_by_label("Choose an Excel or CSV file").set_input_files(tmp_path / "bank.xlsx")
        seen.page.get_by_role("button", name="Import and book").click()
        expect(seen.page.get_by_text("1 booked, 0 known, 1 refused.")).to_be_visible()
        expect(seen.page.get_by_text("The amount is not the order's.")).to_be_visible()
        with seen.page.expect_download() as given:
            seen.page.get_by_role("button", name="Each line's answer (Excel)").click()
        sheet = load_workbook(io.BytesIO(given.value.path().read_bytes())).active
        assert sheet is not None
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        assert [row[1] for row in rows] == ["known", "refused"]
        assert "金额" in str(rows[1][3])
        seen.keep("bank-workbook")
        assert seen.complaints == []
    paid = shown.client.expect(200, shown.client.call("GET", "/v1/payments?status=paid", caller))["items"]
    assert order["payment_id"] in {each["payment_id"] for each in paid}


def test_the_pictures_of_the_readme_are_taken(browser: Chromium, shown: Shown) -> None:
    with browser.page("agency", "530100", Look("zh", 1280, "light")) as seen:
        seen.go(f"/claims/{shown.claim_id}")
        seen.page.set_viewport_size({"width": 1280, "height": 860})
        seen.page.screenshot(path=str(SCREENSHOTS / "readme-claim.png"))
        assert (SCREENSHOTS / "readme-claim.png").stat().st_size > 20_000
    with browser.page("agency", "530100", Look("zh", 1280, "light")) as seen:
        seen.go(f"/services/reimbursements/{shown.records['reimbursements']}")
        seen.page.get_by_role("button", name="打印").click()
        expect(seen.page.frame_locator("iframe.printed").locator("h1")).to_be_visible()
        seen.page.screenshot(path=str(SCREENSHOTS / "readme-form.png"))
    assert all((ROOT / "docs" / name).exists() for name in ("console.png", "form.png"))
