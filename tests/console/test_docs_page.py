"""The page of the API: guides first, one thing at a time, found by its fields and tried at once, in Chromium."""

from __future__ import annotations

import csv
import re

import pytest
from playwright.sync_api import expect

from infra.local import sample
from tests.kit.browser import PAIRWISE, Chromium, Look, Seen
from tests.kit.worked_cases import ROOT

pytestmark = pytest.mark.browser

HEIGHT_MAX = 20_000
"""Height limit of a page: no reader scrolls to the end of a longer page."""

VIEWS = ("", "#errors", "#webhooks", "#persons", "#tag-claims", "#post-v1-claims", "#get-v1-clearing-runs-run-id-")


def open_docs(seen: Seen, place: str = "") -> None:
    seen.page.goto(f"{seen.url}/docs{place}")
    seen.page.wait_for_selector("main h2, main h3")
    seen.page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("number", "place"), list(enumerate(VIEWS)))
def test_a_view_is_whole(number: int, place: str, browser: Chromium) -> None:
    look = PAIRWISE[number % len(PAIRWISE)]
    with browser.page(None, look=look) as seen:
        open_docs(seen, place)
        seen.keep(f"docs-{'-'.join(re.findall('[a-z0-9]+', place)) or 'first'}-{look}")
        assert seen.complaints == []
        assert seen.axe() == []
        assert seen.overflow() <= 0
        assert seen.page.evaluate("() => document.documentElement.scrollHeight") < HEIGHT_MAX


def test_what_somebody_wants_to_do_stands_first(browser: Chromium) -> None:
    with browser.page(None) as seen:
        open_docs(seen)
        expect(seen.page.locator("main h2")).to_contain_text("Your first claim")
        first = seen.page.locator("#contents a").first
        expect(first).to_contain_text("Your first claim")


def test_names_of_fields_are_set_as_code_in_guides_and_descriptions(browser: Chromium) -> None:
    with browser.page(None, look=Look("en")) as seen:
        for place, name in (("#errors", "about"), ("#post-v1-cases-status", "recorded")):
            open_docs(seen, place)
            expect(seen.page.locator("main .en code", has_text=name).first).to_be_visible()
            assert "`" not in seen.page.locator("main").inner_text()
        assert seen.complaints == []


def test_the_example_of_a_claim_is_decided_from_the_page(browser: Chromium) -> None:
    with browser.page(None) as seen:
        open_docs(seen)
        preview = seen.page.locator(".tried form").first
        expect(preview.locator("[name=who]")).to_have_value("hospital@H53010200001")
        preview.get_by_role("button", name="Send").click()
        expect(preview.locator(".status")).to_have_text("200")
        expect(preview.locator(".answered")).to_contain_text('"shares"')
        seen.keep("docs-tried")
        assert seen.overflow() <= 0
        assert seen.complaints == []


@pytest.mark.parametrize("look", [Look("zh", 1280), Look("en", 390)], ids=str)
def test_a_form_says_what_each_parameter_means_and_takes(browser: Chromium, look: Look) -> None:
    with browser.page(None, look=look) as seen:
        open_docs(seen, "#get-v1-claims")
        form = seen.page.locator("form.try")
        status = form.locator("label").filter(has=seen.page.locator("select[name=status]"))
        expect(status).to_contain_text("The claim's state")
        assert "settled · 已结算 · settled" in status.locator("option").all_inner_texts()
        expect(form.locator("[name=institution]")).to_have_attribute("placeholder", "H53010200001")
        expect(form.locator("[name=from]")).to_have_attribute("type", "date")
        seen.keep(f"docs-parameters-{look}")
        assert seen.axe() == []
        assert seen.overflow() <= 0
        assert seen.complaints == []


def test_a_form_is_filled_where_an_example_is_known_and_offers_the_ids_of_the_list(browser: Chromium) -> None:
    with browser.page(None) as seen:
        open_docs(seen, "#get-v1-institutions-code-payments")
        expect(seen.page.locator("form.try [name=code]")).to_have_value("H53010200001")
        open_docs(seen, "#get-v1-claims-claim-id-")
        form = seen.page.locator("form.try")
        expect(form.locator("[name=who]")).to_be_visible()
        form.locator("[name=claim_id]").focus()
        expect(form.locator("datalist option").first).to_have_attribute("value", re.compile("clm_[a-z2-7]{26}"))
        assert seen.complaints == []


def test_the_contents_are_folded_where_the_window_is_narrow(browser: Chromium) -> None:
    with browser.page(None, look=Look("en", 390)) as seen:
        open_docs(seen, "#errors")
        expect(seen.page.locator("#contents section").first).to_be_hidden()
        seen.page.locator("#contents summary").first.click()
        seen.page.locator("#contents a", has_text="Being told of changes").click()
        expect(seen.page.locator("main h2")).to_contain_text("Being told of changes")
        expect(seen.page.locator("#contents section").first).to_be_hidden()
        assert seen.complaints == []


def test_the_example_of_a_claim_is_taken_once_and_again(browser: Chromium) -> None:
    with browser.page(None) as seen:
        open_docs(seen, "#post-v1-claims")
        form = seen.page.locator("form.try")
        for _ in range(2):
            expect(form.locator("[name=who]")).to_be_visible()
            form.get_by_role("button", name="Send").click()
            expect(form.locator(".status")).to_have_class("status ok")
        assert seen.complaints == []


def test_a_field_is_found_and_what_is_not_there_is_said(browser: Chromium) -> None:
    with browser.page(None, look=Look("en")) as seen:
        open_docs(seen)
        seen.page.locator("#filter").fill("advance_offset")
        expect(seen.page.locator("main")).to_contain_text("advance_offset")
        assert seen.page.locator("main tr").count() >= 2
        seen.page.locator("#filter").fill("nothing of the kind")
        expect(seen.page.locator("main")).to_contain_text("Nothing found")
        seen.page.locator("#filter").fill("")
        seen.page.evaluate("() => { location.hash = '#get-v1-me'; }")
        expect(seen.page.locator("main h3")).to_contain_text("Read the caller")
        assert seen.complaints == []


def test_the_persons_of_the_guide_are_those_of_the_local_stack() -> None:
    guides = (ROOT / "chalicelib/platform/http/docs/static/guides.js").read_text(encoding="utf-8")
    with (ROOT / "infra/local/sample/persons.csv").open(encoding="utf-8") as file:
        names = {row["id_no"]: row["name"] for row in csv.DictReader(file)}
    told = re.findall(r'\["([0-9X]{18})", \{ zh: "([^：]+)：', guides)
    assert len(told) >= 4
    assert {number: names.get(number) for number, _ in told} == dict(told)
    assert sample.worked_claims()
