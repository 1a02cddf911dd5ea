"""Every sentence with which the product refuses or warns: both languages, unmixed, and what to do next.

The sentences are read from the source (`tests/kit/refusals.py`), so that a new one is tested without being listed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from chalicelib.law.authoring.models import BaseFile
from chalicelib.law.schemas.notice_file import notice_schema
from tests.kit.documented import document
from tests.kit.refusals import HAN, TEXT, Said, refusals
from tests.kit.sources import modules, tree_of
from tests.kit.worked_cases import ROOT

ASKS_ZH = re.compile(r"(?<!申)请(?!求)|(?<!无)须|应(?=写|以|按|为)|不得|勿")
"""Words that ask for something. 请 within 申请, a noun, and 请求, another, asks for nothing."""

ASKS_EN = re.compile(
    r"[`\"]?(?:add|ask|begin|bill|check|choose|compare|contact|correct|encode|export|flatten|get|give|hand|have|help|keep"
    r"|leave|let|make|mark|merge|name|part|pay|publish|put|read|record|reduce|remind|remove|replace|report|save|say|see"
    r"|send|split|start|submit|swap|take|tell|use|wait|widen|write)\b",
    re.IGNORECASE,
)
"""Verbs with which a clause asks for an act."""

CLAUSE = re.compile(r"[.;:,)]\s+|\b(?:and|or|then)\s+")

PROPER = re.compile(
    r"Allow|Authorization|Bearer|CHN|CSV|Content-Encoding|Content-Type|GB/T|GB18030|H|ISO|JSON|M|P|Retry-After|USA|UTF-8|X|YAML|YYYY-MM-DD"
    r"|application/json|false|true"
)
"""Names and units that both languages write alike."""

LATIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*[A-Za-z0-9]|[A-Za-z]")
QUOTED = re.compile(
    r"“[^”]*”|\"[^\"]*\"|\\u[0-9a-z]{4}|(?:GET|POST) /v1/[a-z/{}_-]*|\S*\.yaml|[A-Z]-[0-9]{2}"
    r"|\{\}[A-Za-z0-9./_-]*|\{text\}"
)
"""Words that are repeated as they are written elsewhere: quotations, escapes, calls, files, rows and values."""


def test_the_sentences_of_every_finding_are_read() -> None:
    """A sample from each way of writing one: in place, from a table, from a name, from a function, of an error."""
    codes = {said.code for said in refusals()}
    assert {"order-twice", "claim-no", "not-held", "field-unknown", "own-act", "media-type", "tab"} <= codes
    assert len(codes) > 200


def stands_in_both_languages(said: Said) -> bool:
    chinese = HAN.search(said.zh)
    english = re.search("[a-z]{2}", said.en) and not HAN.search(said.en)
    return bool(chinese and english and not re.search("[，。；：！？“”（）]", said.en))


def english_in_chinese(said: Said) -> list[str]:
    """Return the words in the Chinese text that have no business there, and the beginnings of English sentences."""
    left = QUOTED.sub("", said.zh)
    words = [word for word in LATIN.findall(left) if not PROPER.fullmatch(word) and word not in known()]
    return words + re.findall(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", left)


def asks_for_an_act(said: Said) -> bool:
    if said.zh.startswith(TEXT):
        return True  # a longer form of a sentence that is asked by itself
    return bool(ASKS_ZH.search(said.zh)) and any(ASKS_EN.match(clause) for clause in CLAUSE.split(said.en))


def test_a_refusal_says_something_in_both_languages_without_mixing_them() -> None:
    assert [str(said) for said in refusals() if not stands_in_both_languages(said)] == []


def test_chinese_holds_no_english_but_codes_fields_units_and_names() -> None:
    assert {str(said): words for said in refusals() if (words := english_in_chinese(said))} == {}


def test_a_refusal_says_what_to_do_next() -> None:
    assert [str(said) for said in refusals() if not asks_for_an_act(said)] == []


@pytest.mark.parametrize(
    ("zh", "en", "fails"),
    [
        ("请更正日期。", "Correct the date.", set()),
        ("Correct the date.", "Correct the date.", {"languages", "mixture", "act"}),
        ("请更正日期。", "请更正。", {"languages", "act"}),
        ("请更正日期。", "Correct the date。", {"languages"}),
        ("请更正 nonsense。", "Correct the date.", {"mixture"}),
        ("日期有误。", "Correct the date.", {"act"}),
        ("请更正日期。", "The date is wrong.", {"act"}),
    ],
)
def test_a_sentence_that_lacks_something_is_found(zh: str, en: str, fails: set[str]) -> None:
    said = Said("here", "code", zh, en)
    found = {
        "languages": not stands_in_both_languages(said),
        "mixture": bool(english_in_chinese(said)),
        "act": not asks_for_an_act(said),
    }
    assert {name for name, failed in found.items() if failed} == fails


@cache
def known() -> frozenset[str]:
    """Names of fields, parameters and values, of the API and of the policy files."""
    files = {each.relative_to(ROOT).as_posix() for each in (ROOT / "policies").rglob("*.*")}
    columns = {
        column
        for table in (ROOT / "policies").rglob("*.csv")
        for column in table.read_text(encoding="utf-8").splitlines()[0].split(",")
    }
    files |= {each.rpartition("policies/")[2] for each in files} | {each.rpartition("/")[2] for each in files}
    return frozenset(
        {*names_in(document()), *names_in(notice_schema()), *names_in(BaseFile.model_json_schema()), *columns, *files}
    )


def names_in(schema: Any) -> Iterator[str]:
    """Yield the names of a schema's fields, parameters and values."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}) if isinstance(schema.get("properties"), dict) else ()
        for values in (schema.get("enum"), [schema.get("const")], [schema.get("name")]):
            yield from (each for each in values or () if isinstance(each, str))
        for value in schema.values():
            yield from names_in(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from names_in(each)


NOTHING_TO_NAME = {
    "_ALREADY_DISPUTED": "each of its lines by a dispute of its own, which the run lists",
    "_NOT_RULED": "the dispute that was asked about",
    "_NOTHING_TO_CLEAR": "nothing stands there",
    "INSURED_ELSEWHERE": "another area's business with a person",
    "_TWO_RECORDS": "the same",
    "_NOTHING_STANDS": "the same, whoever the person is",
    "_OVERLAPS": "the same: another hospital's bill",
    "PLACE_TAKEN": "somebody else's appointment",
    "_WINDOW_CLOSED": "the claim that was asked about",
    "NOTHING_TO_CORRECT": "nothing was reported",
    "_NOT_CURRENT": "nothing is published",
}
"""Conflicts that name no record: no record exists, or its owner may not be told."""


def in_conflict() -> Iterator[tuple[str, ast.expr]]:
    """Every finding of a conflict that is raised, with the file in which."""
    for path in modules():
        for node in ast.walk(tree_of(path)):
            match node:
                case ast.Raise(exc=ast.Call(func=ast.Name("Conflict"), args=[ast.List(elts), *_])):
                    yield from ((path.stem, choice) for each in elts for choice in choices(each))


def choices(said: ast.expr) -> tuple[ast.expr, ...]:
    return (said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,)


def test_a_conflict_names_what_stands_in_the_way() -> None:
    """An id or a status, as data: a caller need not read it out of a sentence, nor look for it."""
    found = list(in_conflict())
    assert len(found) > 80
    bare = {each.id for _, each in found if isinstance(each, ast.Name)}
    assert bare == NOTHING_TO_NAME.keys()
    named = [each for _, each in found if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)]
    assert {each.func.attr for each in named if isinstance(each.func, ast.Attribute)} == {"naming"}
    assert all(each.keywords for each in named)
