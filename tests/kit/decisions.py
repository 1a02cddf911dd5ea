"""`make contents`: the table of contents of docs/decisions.md, written again from its entries."""

from __future__ import annotations

import re
from pathlib import Path

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions.md"
OPENING, CLOSING = "<!-- contents -->", "<!-- end of contents -->"
_ENTRY = re.compile(r"^### (\d{4}-\d{2}-\d{2}) · (.+)$", re.MULTILINE)


def anchor(heading: str) -> str:
    """Return a heading's link anchor: lower case, without punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def with_contents(text: str) -> str:
    """The page with its table of contents as its entries make it."""
    lines = [f"- [{title}](#{anchor(f'{day} · {title}')})" for day, title in _ENTRY.findall(text)]
    contents = "\n".join((OPENING, *lines, CLOSING))
    before, _, rest = text.partition(OPENING)
    _, _, after = rest.partition(CLOSING)
    return f"{before}{contents}{after}"


if __name__ == "__main__":
    DECISIONS.write_text(with_contents(DECISIONS.read_text(encoding="utf-8")), encoding="utf-8")
