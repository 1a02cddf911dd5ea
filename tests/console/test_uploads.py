"""Uploads of a reimbursement's documents from its page: each copy's state, its limits, and the server's check."""

from __future__ import annotations

from hashlib import sha256

import pytest
from playwright.sync_api import Locator, expect

from tests.kit.browser import Chromium, Look, Seen
from tests.kit.fixtures.console import Shown
from tests.kit.memory.samples import body, passport

pytestmark = pytest.mark.browser

DESK = ("agency", "530100")
LOOK = Look("en")
PDF = b"%PDF-1.4 scan of an invoice"


def paper(seen: Seen, title: str) -> Locator:
    """The part of the page about a kind of document."""
    return seen.page.locator(".paper").filter(has=seen.page.get_by_role("heading", name=title))


def choose(seen: Seen, title: str, content: bytes, name: str = "scan.pdf", media: str = "application/pdf") -> None:
    file = {"name": name, "mimeType": media, "buffer": content}
    paper(seen, title).locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def go(seen: Seen, shown: Shown) -> None:
    seen.go(f"/services/reimbursements/{shown.records['reimbursements']}")


def test_a_document_is_recorded_once_the_server_found_its_copy_and_can_be_opened(
    browser: Chromium, shown: Shown
) -> None:
    with browser.page(*DESK, LOOK) as seen:
        go(seen, shown)
        expect(paper(seen, "invoice")).to_contain_text("missing")
        choose(seen, "invoice", PDF)
        expect(paper(seen, "invoice")).to_contain_text("recorded")
        expect(paper(seen, "invoice")).to_contain_text(sha256(PDF).hexdigest()[:16])
        seen.keep("services-upload")
        assert seen.axe() == []
        with seen.page.expect_popup() as opened:
            paper(seen, "invoice").get_by_role("button", name="Open").click()
        assert seen.page.request.get(opened.value.url).body() == PDF
        assert seen.complaints == []
    case = shown.client.call("GET", f"/v1/reimbursements/{shown.records['reimbursements']}", DESK)
    assert sha256(PDF).hexdigest() in {each["sha256"] for each in case.body["documents"]}


@pytest.mark.parametrize(
    ("content", "media", "said"),
    [
        (b"hello", "text/plain", "Only a PDF, JPEG or PNG file is accepted."),
        (b"", "application/pdf", "The file is empty."),
        (bytes(10_000_001), "image/png", "The file has 10.1 MB; the limit is 10 MB"),
    ],
    ids=["type", "empty", "size"],
)
def test_a_file_that_the_api_does_not_take_is_refused_before_it_is_sent(
    content: bytes, media: str, said: str, browser: Chromium, shown: Shown
) -> None:
    with browser.page(*DESK, LOOK) as seen:
        go(seen, shown)
        sent: list[str] = []
        seen.page.on("request", lambda request: sent.append(request.url))
        choose(seen, "diagnosis", content, "file", media)
        expect(paper(seen, "diagnosis").get_by_role("alert")).to_contain_text(said)
        assert sent == []
        assert seen.complaints == []


def test_a_copy_that_the_storage_does_not_take_is_sent_again_by_the_same_button(
    browser: Chromium, shown: Shown
) -> None:
    with browser.page(*DESK, LOOK) as seen:
        seen.expected.add(403)
        go(seen, shown)
        refusing = "**/local/files/**"
        seen.page.route(refusing, lambda route: route.fulfill(status=403))
        choose(seen, "itemised list", PDF, "list.pdf")
        failed = paper(seen, "itemised list").get_by_role("alert")
        expect(failed).to_contain_text("The storage did not take the file (403)")
        seen.keep("services-upload-refused")
        assert seen.axe() == []
        seen.page.unroute(refusing)
        failed.get_by_role("button", name="Send it again").click()
        expect(paper(seen, "itemised list")).to_contain_text("recorded")
        assert seen.complaints == []


def test_a_case_is_forwarded_only_once_no_document_is_missing(browser: Chromium, shown: Shown) -> None:
    insured = {"insured_area": "530100", "insurance": "employee", "employment": "active", "assistance": "none"}
    shown.client.expect(201, shown.client.call("POST", "/v1/enrolments", DESK, {**passport(41), **insured}))
    bill = {**body("kunming-employee-in-wuhan"), "claim_no": "FP-41", "patient": passport(41)}
    accepted = shown.client.call("POST", "/v1/reimbursements", DESK, {"claim": bill, "payee": "person"})
    case = shown.client.expect(201, accepted)["case_id"]
    with browser.page(*DESK, LOOK) as seen:
        seen.go(f"/services/reimbursements/{case}")
        forward = seen.page.get_by_role("button", name="Forward a case")
        expect(forward).to_be_disabled()
        expect(seen.page.locator("main")).to_contain_text(
            "Missing documents: invoice, itemised list, certificate of diagnosis"
        )
        for title in ("invoice", "itemised list", "diagnosis"):
            choose(seen, title, PDF)
            expect(paper(seen, title)).to_contain_text("recorded")
        forward.click()
        seen.page.get_by_role("button", name="Confirm").click()
        expect(seen.page.locator("main .state").first).to_contain_text("sent on")
        assert seen.complaints == []


def test_finance_sees_which_documents_are_there_and_neither_opens_nor_sends_one(
    browser: Chromium, shown: Shown
) -> None:
    with browser.page("finance", "530100", LOOK) as seen:
        go(seen, shown)
        expect(seen.page.locator(".paper")).to_have_count(3)
        assert seen.page.locator(".paper button, .paper input").count() == 0
        assert seen.complaints == []
