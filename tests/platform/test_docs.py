"""The page of the API's description: whole in itself, under a policy that lets nothing else in."""

from __future__ import annotations

import re

import pytest

from tests.kit.desk import Caller

PAGES = {
    "/docs": "text/html; charset=utf-8",
    "/docs/app.js": "text/javascript; charset=utf-8",
    "/docs/guides.js": "text/javascript; charset=utf-8",
    "/docs/try.js": "text/javascript; charset=utf-8",
    "/docs/style.css": "text/css; charset=utf-8",
}


@pytest.mark.parametrize("path", PAGES)
def test_the_page_and_its_parts_are_public_and_reach_no_other_host(caller: Caller, path: str) -> None:
    got = caller.call("GET", path, headers={"Authorization": "", "Accept": "*/*"})
    assert got.status == 200
    assert got.headers["Content-Type"] == PAGES[path]
    policy = got.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"(https?:)?//[a-z0-9.-]+\.[a-z]{2,}", got.text)


def test_the_page_holds_no_script_or_style_of_its_own(caller: Caller) -> None:
    page = caller.call("GET", "/docs").text
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "<style" not in page
    assert not re.search(r"\son[a-z]+=|\sstyle=", page)


def test_the_page_asks_for_parts_that_are_served(caller: Caller) -> None:
    page = caller.call("GET", "/docs").text
    for part in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert caller.call("GET", f"/{part}").status == 200


def test_the_document_names_the_address_it_is_served_at(caller: Caller) -> None:
    (server,) = caller.call("GET", "/v1/openapi.json").json["servers"]
    assert server["url"] == "{baseUrl}"
    assert server["variables"] == {"baseUrl": {"default": "https://quebao.example"}}


def test_the_page_of_problems_explains_every_kind_in_both_languages(caller: Caller) -> None:
    page = caller.call("GET", "/docs/problems")
    assert page.status == 200
    for code in ("own-act", "claim-no-taken", "invalid", "unavailable"):
        assert (f'id="{code}"' in page.text) is (code != "claim-no-taken")
    assert 'lang="zh-CN"' in page.text
    assert 'lang="en"' in page.text
