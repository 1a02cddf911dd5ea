"""Debian's Chromium driven as a person would: signed-in user, language, size and theme of the page, and its errors.

All complaints of the browser are kept: errors of the console, requests forbidden by the content policy, unsuccessful
answers, findings of axe. So are the received data: rows of lists, and bytes as a gateway would compress them.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

from infra.local.stack import LocalStack
from tests.kit.worked_cases import ROOT

SCREENSHOTS = ROOT / ".local" / "screenshots"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "The browser tests need Chromium and axe-core: on Debian, apt-get install chromium; then make node_modules/.ready"
)

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
)
_PATIENCE_MS = 20_000
expect.set_options(timeout=_PATIENCE_MS)


@dataclass(frozen=True, slots=True)
class Look:
    """The appearance of a page: language, width and theme."""

    language: str = "zh"
    width: int = 1280
    theme: str = "light"

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{self.theme}"


USUAL = Look()
PAIRWISE = (Look("zh", 1280, "light"), Look("en", 1280, "dark"), Look("zh", 390, "dark"), Look("en", 390, "light"))
"""Every pair of a language, a width and a theme."""


@dataclass
class Seen:
    """A page, its complaints and its received data. `expected` are statuses that are part of the story."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    expected: set[int] = field(default_factory=set)

    def go(self, place: str) -> None:
        """Go to a place of the console and wait until nothing is loading any more."""
        self.page.goto(f"{self.url}/console#{place}")
        self.settle()

    def settle(self) -> None:
        """Wait until the page has content and has finished loading."""
        self.page.wait_for_load_state("networkidle", timeout=_PATIENCE_MS)
        self.page.wait_for_selector("h1", timeout=_PATIENCE_MS)
        self.page.wait_for_function("() => !document.querySelector('.skeleton')", timeout=_PATIENCE_MS)
        self.page.wait_for_load_state("networkidle", timeout=_PATIENCE_MS)

    def axe(self) -> list[str]:
        """Return the violations of WCAG 2.2 AA that axe finds on the page."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = self.page.evaluate(
            "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", tags
        )
        return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"][:3]]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth"))

    def keep(self, name: str) -> None:
        """Keep a picture of the page."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SCREENSHOTS / f"{name}.png"), full_page=True)


class Chromium:
    """A running browser over a served stack."""

    def __init__(self, browser: Browser, stack: LocalStack) -> None:
        self._browser = browser
        self._stack = stack

    @contextmanager
    def page(
        self,
        role: str | None,
        subject: str = "",
        look: Look = USUAL,
        *,
        actor: str | None = None,
        lifetime_s: int = 3600,
    ) -> Iterator[Seen]:
        """Open a page as a signed-in user (None: not signed in), for the length of the block."""
        context = self._browser.new_context(
            viewport={"width": look.width, "height": 900},
            color_scheme="light",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        script = _keeping("localStorage", {"language": look.language, "theme": look.theme})
        if role is not None:
            token = self._stack.issuer.token(role, subject, actor, lifetime_s)
            script += _keeping("sessionStorage", {"token": token})
        context.add_init_script(script)
        page = context.new_page()
        seen = Seen(page, self._stack.url)
        page.on("console", lambda message: _heard(seen, message))
        page.on("pageerror", lambda error: seen.complaints.append(f"error: {error}"))
        page.on("response", lambda response: _answered(seen, response))
        try:
            yield seen
        finally:
            context.close()


def _keeping(storage: str, kept: Mapping[str, str]) -> str:
    """A script that fills a storage before the page's own run, where nothing stands in it yet."""
    return f"for (const [k, v] of Object.entries({json.dumps(kept)})) {storage}.getItem(k) ?? {storage}.setItem(k, v);"


def _heard(seen: Seen, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
        seen.complaints.append(f"{message.type}: {message.text}")


def _answered(seen: Seen, response: Response) -> None:
    if response.status >= 400 and response.status not in seen.expected:
        seen.complaints.append(f"{response.status} {response.request.method} {response.url}")
    if response.status != 200 or response.request.method == "HEAD":
        return
    path = response.url.removeprefix(seen.url)
    kind = response.headers.get("content-type", "")
    if not kind.startswith(("text/", "application/json", "image/svg")):
        return
    body = response.body()
    seen.sent[path] = len(gzip.compress(body))
    if path.startswith("/v1/") and kind.startswith("application/json"):
        document: Any = json.loads(body)
        items = document.get("items") if isinstance(document, dict) else None
        if isinstance(items, list):
            seen.rows[path] = len(items)


def chromium_path() -> Path | None:
    """Find Chromium on this machine."""
    found = next((each for name in CHROMIUM if (each := shutil.which(name))), None)
    return None if found is None else Path(found)


@contextmanager
def chromium(stack: LocalStack) -> Iterator[Chromium]:
    """A browser for the length of the block; ends the run in words where this machine has none."""
    path = chromium_path()
    if path is None or not AXE.exists():
        pytest.exit(MISSING, returncode=2)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(path), args=list(_FLAGS))
        try:
            yield Chromium(browser, stack)
        finally:
            browser.close()
