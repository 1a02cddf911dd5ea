"""docs/decisions.md can be found through: every entry stands in its table of contents, and has five lines."""

from __future__ import annotations

import re

from tests.kit.decisions import DECISIONS, with_contents

FIELDS = ["Chosen", "Instead of", "Why", "Costs", "Look again"]


def test_the_table_of_contents_is_current() -> None:
    text = DECISIONS.read_text(encoding="utf-8")
    assert with_contents(text) == text, "run `make contents`"


def test_every_decision_has_its_five_lines() -> None:
    entries = re.split(r"^### ", DECISIONS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    fields = {entry.splitlines()[0]: re.findall(r"^([A-Z][a-z ]+): ", entry, flags=re.MULTILINE) for entry in entries}
    assert {title: found for title, found in fields.items() if found != FIELDS} == {}
