"""Every page of the console as each role that may see it, in Debian's Chromium: pairwise over language, width and look.

A page fails on an error of the console, on anything the policy of content forbids, on an answer that is no success, on
a finding of axe, on a page wider than its window, and on more rows than a page may ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from chalicelib.console.domain.table import SERVICES
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
    "township": "530102",
    "operator": "000000",
}
EVERYBODY = tuple(SUBJECTS)

PAGES: dict[str, tuple[str, ...]] = {
    "/work": EVERYBODY,
    "/overview": ("agency", "finance", "health", "centre", "auditor"),
    "/claims": ("hospital", "agency", "auditor"),
    "/claims/{claim_id}": ("hospital", "agency", "auditor"),
    "/claims/{claim_id}?tab=lines": ("agency",),
    "/claims/{claim_id}?tab=postings": ("agency",),
    "/claims/{claim_id}?tab=alternatives": ("hospital",),
    "/claims/{remote_claim_id}?tab=clearing": ("auditor",),
    "/claims/{claim_id}?tab=history": ("hospital",),
    "/claims/import": ("hospital", "auditor"),
    "/preview": ("hospital", "agency", "centre", "policy"),
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
    "/policies?tab=simulations": ("policy", "auditor"),
    "/policies?tab=simulations&simulation={simulation}": ("policy",),
    "/policies/yn-2020-12": ("policy", "hospital"),
    "/effects": ("agency", "finance", "health", "centre", "policy", "auditor"),
    "/effects?run={article_effects}": ("agency", "policy"),
    "/services": ("hospital", "agency", "finance", "health", "township", "auditor"),
    "/operations": ("operator", "auditor"),
    "/ledger": ("agency", "finance", "auditor"),
    "/ledger?tab=accounts&prefix=hospital/": ("auditor",),
    "/ledger?tab=accounts&account=hospital/H53010200001/payable": ("agency", "auditor"),
    "/ledger?tab=transactions": ("finance", "auditor"),
    "/ledger?tab=audit": ("auditor",),
    "/ledger?tab=access": ("auditor",),
    "/ledger?tab=acts": ("auditor",),
    "/ledger/settle%3A{claim_id}": ("auditor",),
}
"""Address of every page, and the roles that may see it."""

SERVICE_PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "filings": (("agency", "530100"), ("hospital", "H53010200001")),
    "enrolments": (("agency", "530100"),),
    "enrolments?person={enrolments}": (("agency", "530100"),),
    "transfers": (("agency", "530100"), ("agency", "420100")),
    "deferrals": (("agency", "210200"),),
    "flexible": (("agency", "210200"),),
    "persons": (("agency", "530100"),),
    "reimbursements": (("agency", "530100"), ("township", "530102")),
    "reimbursements/{reimbursements}": (("agency", "530100"), ("finance", "530100")),
    "prescriptions": (("hospital", "H53010200001"),),
    "prescriptions/{prescriptions}": (("hospital", "H53010200001"),),
    "patients": (("agency", "532900"), ("centre", "530000")),
    "statuses": (("health", "530000"),),
    "arrivals": (("health", "140100"),),
    "arrivals/{arrivals}": (("health", "140100"),),
    "account-purchases": (("hospital", "P53010200009"),),
    "goods": (("hospital", "P53010200009"),),
    "dialysis": (("hospital", "H53010200001"), ("agency", "530100")),
    "stocks": (("hospital", "H37100200001"), ("health", "371000")),
    "shortages": (("agency", "371000"),),
    "supply": (("hospital", "H50010300002"),),
    "supply-matters": (("agency", "500000"),),
    "plans": (("agency", "371000"), ("finance", "371000")),
    "analyses": (("agency", "371000"),),
    "fund-income?scheme=employee": (("agency", "371000"), ("auditor", "000000")),
    "fiscal-budgets": (("finance", "371082"),),
    "hotline": (("agency", "210200"),),
    "progress": (("agency", "371082"), ("health", "371000")),
    "agreements": (("agency", "210200"), ("auditor", "000000")),
    "agreements/{agreements}": (("agency", "210200"),),
    "blacklist": (("agency", "210200"),),
    "beds": (("hospital", "H21020200001"), ("health", "210200")),
    "internet": (("health", "371000"),),
    "coding": (("agency", "500102"),),
    "coding/{coding}": (("agency", "500102"),),
    "purchases": (("hospital", "H14010500001"),),
    "purchases/{purchases}": (("agency", "140100"),),
    "requisitions": (("agency", "500102"), ("finance", "500000")),
    "requisitions/{requisitions}": (("finance", "500000"),),
    "matters": (("agency", "500000"),),
    "reviews": (("agency", "500000"),),
    "inspections": (("agency", "371000"), ("finance", "371000")),
    "inspections/{inspections}": (("agency", "371000"),),
    "desk": (("agency", "210200"),),
    "desk/{desk}": (("agency", "210200"),),
    "appointments?on=2020-02-12": (("agency", "210200"),),
    "issues": (("agency", "500102"), ("township", "500102")),
    "issues/{issues}": (("agency", "500102"),),
    "imports": (("agency", "530100"), ("policy", "000000")),
}
"""Services of which a page shows something: the reader of each page, as role and subject."""

WITH_CHARTS = (
    "/overview",
    "/effects?run={article_effects}",
    "/clearing/{cleared_run}",
    "/clearing/{open_run}",
    "/policies?tab=simulations&simulation={simulation}",
)

_WITHOUT_ROWS = (
    *("enrolments", "statuses", "imports", "filings", "reimbursements", "patients", "agreements"),
    *("dialysis", "analyses", "fund-income"),
)
"""Pages that are empty before a user asks for content, or empty to one of their roles."""

ROWS_MAX = 200
FIRST_LOAD_MAX, WITH_CHARTS_MAX = 60_000, 320_000
"""Bytes as a gateway compresses them, of all files fetched on a page's first visit."""

ALL_WORDS = "/console/words/all.js"
"""Asked for by a page that shows a value of which it has no word."""

MENU = {
    "/overview": "reports:read",
    "/claims": "claims:read",
    "/preview": "claims:estimate",
    "/advances": "advances:read",
    "/clearing": "clearing:read",
    "/effects": "policies:read-moved",
    "/ledger": "ledger:read",
    "/operations": "operations:read",
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
        assert ALL_WORDS not in seen.sent
        assert seen.page.get_by_role("alert").count() == 0


def service_visits() -> Iterator[tuple[str, str, str, Look]]:
    """Every service's page as everybody who may see it, each in one look."""
    for number, (place, parties) in enumerate(SERVICE_PAGES.items()):
        for turn, (role, subject) in enumerate(parties):
            yield place, role, subject, PAIRWISE[(number + turn * 2) % len(PAIRWISE)]


@pytest.mark.parametrize(("place", "role", "subject", "look"), list(service_visits()), ids=str)
def test_a_services_page_is_whole(
    place: str, role: str, subject: str, look: Look, browser: Chromium, shown: Shown
) -> None:
    with browser.page(role, subject, look) as seen:
        seen.go(f"/services/{place.format(**shown.records)}")
        seen.keep(name_of(f"services-{place}", role, look))
        assert seen.complaints == []
        assert seen.axe() == []
        assert seen.overflow() <= 0
        assert sum(seen.sent.values()) <= FIRST_LOAD_MAX
        assert ALL_WORDS not in seen.sent
        assert seen.page.get_by_role("alert").count() == 0
        if not place.startswith(_WITHOUT_ROWS):
            assert seen.page.locator("main tbody tr, main .facts").count() > 0


def test_every_service_has_its_page_here() -> None:
    assert {re.split("[/?]", place)[0] for place in SERVICE_PAGES} == {each.code for each in SERVICES}


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
