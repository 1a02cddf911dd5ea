"""Every page of the console as each role that may see it, in Debian's Chromium: pairwise over language, width and look.

A page fails on an error of the console, on anything the policy of content forbids, on an answer that is no success, on
a finding of axe, on a page wider than its window, and on more rows than a page may ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from chalicelib.kernel.access import Role
from chalicelib.main.commands.access import calls_by_action
from tests.kit.browser import PAIRWISE, Chromium, Look
from tests.kit.fixtures.console import Shown

pytestmark = pytest.mark.browser

SUBJECTS = {
    "hospital": "H53010200001",
    "agency": "530100",
    "finance": "530100",
    "health": "530000",
    "centre": "530000",
    "policy": "000000",
    "auditor": "000000",
}
EVERYBODY = tuple(SUBJECTS)

PAGES: dict[str, tuple[str, ...]] = {
    "/work": EVERYBODY,
    "/overview": ("agency", "finance", "health", "centre", "auditor"),
    "/claims": ("hospital", "agency", "auditor"),
    "/claims/{claim_id}": ("hospital", "agency", "auditor"),
    "/claims/{claim_id}?tab=lines": ("agency",),
    "/claims/{claim_id}?tab=postings": ("agency",),
    "/claims/{remote_claim_id}?tab=clearing": ("auditor",),
    "/claims/{claim_id}?tab=history": ("hospital",),
    "/preview": ("hospital",),
    "/advances": ("hospital", "agency", "finance", "auditor"),
    "/payments": ("hospital", "agency", "finance", "auditor"),
    "/payments?tab=remittance&institution=H53010200001": ("agency",),
    "/payments?tab=bank": ("finance",),
    "/clearing": ("agency", "finance", "centre", "auditor"),
    "/clearing/{cleared_run}": ("auditor",),
    "/clearing/{open_run}": ("agency", "centre"),
    "/clearing/{open_run}/530100": ("agency",),
    "/policies": EVERYBODY,
    "/policies?tab=bundles&bundle={bundle}": ("policy",),
    "/policies?tab=recalculations": ("policy", "auditor"),
    "/policies/yn-2020-12": ("policy", "hospital"),
    "/services": ("hospital", "agency", "health", "auditor"),
    "/services?tab=enrolments": ("agency",),
    "/services?tab=transfers": ("agency",),
    "/services?tab=patients": ("agency", "auditor"),
    "/services?tab=agreements": ("agency", "hospital"),
    "/services?tab=blacklist": ("agency", "auditor"),
    "/services?tab=requests": ("agency",),
    "/ledger": ("agency", "finance", "auditor"),
    "/ledger?tab=accounts&prefix=hospital/": ("auditor",),
    "/ledger?tab=find": ("finance",),
    "/ledger?tab=audit": ("auditor",),
    "/ledger?tab=access": ("auditor",),
    "/ledger/settle%3A{claim_id}": ("auditor",),
}
"""Where each page is, and the roles that may see it."""

WITH_CHARTS = ("/overview", "/clearing/{cleared_run}", "/clearing/{open_run}")

ROWS_MAX = 200
FIRST_LOAD_MAX, WITH_CHARTS_MAX = 60_000, 320_000
"""Bytes as a gateway compresses them, of everything that one page's first visit fetches."""

MENU = {
    "/overview": "reports:read",
    "/claims": "claims:read",
    "/preview": "claims:preview",
    "/advances": "advances:read",
    "/clearing": "clearing:read",
    "/ledger": "ledger:read",
}


def visits() -> Iterator[tuple[str, str, Look]]:
    """Every page as every role of it, with a look that moves on; a page with fewer roles is seen in each look alike."""
    for number, (place, roles) in enumerate(PAGES.items()):
        for turn in range(max(len(roles), len(PAIRWISE) if "?" not in place else 2)):
            yield place, roles[turn % len(roles)], PAIRWISE[(number + turn) % len(PAIRWISE)]


def name_of(place: str, role: str, look: Look) -> str:
    """The name of a picture: the page, without the ids that change."""
    return f"{'-'.join(re.findall('[A-Za-z0-9]+', place))}-{role}-{look}"


@pytest.mark.parametrize(("place", "role", "look"), list(visits()), ids=str)
def test_a_page_is_whole(place: str, role: str, look: Look, browser: Chromium, shown: Shown) -> None:
    with browser.page(role, SUBJECTS[role], look) as seen:
        seen.go(place.format(**vars(shown)))
        seen.keep(name_of(place, role, look))
        assert seen.complaints == []
        assert seen.axe() == []
        assert seen.overflow() <= 0
        assert {path: count for path, count in seen.rows.items() if count > ROWS_MAX} == {}
        assert sum(seen.sent.values()) <= (WITH_CHARTS_MAX if place in WITH_CHARTS else FIRST_LOAD_MAX)
        assert seen.page.get_by_role("alert").count() == 0


@pytest.mark.parametrize("look", PAIRWISE, ids=str)
def test_signing_in_is_whole(look: Look, browser: Chromium) -> None:
    with browser.page(None, look=look) as seen:
        seen.go("/work")
        seen.keep(f"sign-in-{look}")
        assert seen.complaints == []
        assert seen.axe() == []
        assert seen.overflow() <= 0


@pytest.mark.parametrize("role", EVERYBODY)
def test_the_menu_shows_what_the_role_is_granted_and_nothing_else(role: str, browser: Chromium) -> None:
    granted = {action.value for action in calls_by_action() if Role(role) in action.grants}
    with browser.page(role, SUBJECTS[role]) as seen:
        seen.go("/work")
        linked = {each.get_attribute("href") for each in seen.page.locator("#menu a").all()}
        assert {f"#{place}" in linked for place, action in MENU.items() if action in granted} <= {True}
        assert {f"#{place}" in linked for place, action in MENU.items() if action not in granted} <= {False}
        for place, action in MENU.items():
            if action not in granted:
                seen.go(place)
                assert seen.page.locator("main table, main form").count() == 0
        assert seen.complaints == []
