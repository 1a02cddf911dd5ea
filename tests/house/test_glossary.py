"""Consistent terms: words that the glossary forbids are written nowhere, and pages generated from it are current."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from chalicelib.main.commands.glossary import CODE, PAGE, SOURCE, read_glossary, write_code, write_page
from tests.kit.sources import text_of
from tests.kit.worked_cases import ROOT, shipped_bundle

GLOSSARY = read_glossary(ROOT / SOURCE)
FORBIDDEN = sorted(
    {word for each in GLOSSARY["terms"].values() for words in each.get("not", {}).values() for word in words}
)
_WRITTEN = (
    "chalicelib/**/*.py",
    "chalicelib/**/*.js",
    "chalicelib/**/*.html",
    "chalicelib/**/*.json",
    "policies/**/*.yaml",
    "policies/**/*.csv",
    "docs/*.md",
    "*.md",
    "infra/local/**/*.py",
)


@cache
def written() -> tuple[Path, ...]:
    """Everything in which people read the field's words."""
    kept = {ROOT / SOURCE, ROOT / PAGE, ROOT / CODE}
    return tuple(path for pattern in _WRITTEN for path in sorted(ROOT.glob(pattern)) if path not in kept)


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_text_uses_a_word_that_the_glossary_replaces(word: str) -> None:
    pattern = re.compile(re.escape(word) if not word.isascii() else rf"\b{re.escape(word)}\b")
    found = [str(path.relative_to(ROOT)) for path in written() if pattern.search(text_of(path))]
    assert found == []


def test_the_code_and_the_page_are_what_the_glossary_says() -> None:
    assert (ROOT / CODE).read_text(encoding="utf-8") == write_code(GLOSSARY)
    assert (ROOT / PAGE).read_text(encoding="utf-8") == write_page(GLOSSARY)


def test_every_term_says_both_languages_and_no_two_terms_share_a_word() -> None:
    for section in GLOSSARY.values():
        for language in ("zh", "en"):
            words = [each[language] for each in section.values()]
            assert len(words) == len(set(words))
            assert all(words)


def test_every_record_that_a_notice_asks_for_has_a_name() -> None:
    asked = {str(p.value["what"]) for p in shipped_bundle().provisions if "what" in p.value}
    missing = asked - GLOSSARY["records"].keys()
    assert not missing, f"name them under `records` in {SOURCE}, then run `make glossary`"


def test_a_forbidden_word_is_never_part_of_an_allowed_one() -> None:
    allowed = [each[language] for each in GLOSSARY["terms"].values() for language in ("zh", "en")]
    assert [(word, term) for word in FORBIDDEN for term in allowed if word in term] == []
