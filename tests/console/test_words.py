"""Words of pages: a page loads the words of what its calls may answer, and a service's sheet brings its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import app
from chalicelib.console.domain.table import SERVICES
from chalicelib.console.schemas.sheets import sheet_of
from chalicelib.console.schemas.words import calls_of_page, words_of_all, words_of_page
from tests.kit.desk import Caller
from tests.kit.over_all import over_all

ROUTES = app.app.routes
PAGES = sorted(Path("chalicelib/console/static/pages").glob("*.js"))
NOBODY = {"Authorization": ""}


def read_module(caller: Caller, path: str) -> dict[str, Any]:
    """Return the data of a module of words."""
    text = caller.call("GET", path, headers=NOBODY).text
    found: dict[str, Any] = json.loads(text.removeprefix("export default ").removesuffix(";"))
    return found


def test_the_calls_of_a_page_are_read_from_its_source() -> None:
    source = 'get("/v1/tasks", {}); post(`/v1/tasks/${row.task_id}/retry`); get(`/v1/claims/${encodeURIComponent(id)}`)'
    assert {each.id for each in calls_of_page(source, ROUTES)} >= {"listTasks", "readTask", "retryTask", "readClaim"}
    assert "listClaims" not in {each.id for each in calls_of_page(source, ROUTES)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_that_calls_the_api_calls_routes_that_exist(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    assert bool(calls_of_page(source, ROUTES)) == ("/v1/" in source)


def test_a_page_has_the_words_of_its_own_answers_and_no_others(caller: Caller) -> None:
    words = read_module(caller, "/console/words/clearing.js")
    assert words["places"]["RunDocument.status"]
    assert "dialysis" not in json.dumps(words)
    assert len(words["values"]) < len(words_of_all()["values"]) / 2


def test_a_page_that_shows_a_part_of_another_has_the_words_of_that_part(caller: Caller) -> None:
    ledger, claim = (read_module(caller, f"/console/words/{each}.js") for each in ("ledger", "claim"))
    assert set(claim["values"]) <= set(ledger["values"])


def test_the_words_of_all_pages_are_the_words_of_the_api(caller: Caller) -> None:
    assert read_module(caller, "/console/words/all.js") == words_of_all()


def test_a_word_that_a_source_names_itself_is_a_word_of_the_page() -> None:
    words = words_of_page('label("settled"); label(status, "RunDocument.status")', ROUTES)
    assert (set(words["values"]), set(words["places"])) == ({"settled"}, {"RunDocument.status"})


@over_all("service", SERVICES, ids=lambda service: service.code)
def test_a_sheet_has_the_words_of_all_its_values(service: Any) -> None:
    sheet = sheet_of(service, ROUTES)
    words, known = sheet["words"], words_of_all()

    def values(part: Any) -> set[str]:
        below = part.values() if isinstance(part, dict) else part if isinstance(part, (list, tuple)) else ()
        own = {str(each) for each in part["o"]} if isinstance(part, dict) and "o" in part else set()
        return own.union(*(values(each) for each in below))

    shown = values({**sheet, "words": None})
    assert shown & set(known["values"]) == set(words["values"])
