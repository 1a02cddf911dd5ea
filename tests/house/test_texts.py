"""Every text of the product stands in both languages without a mixture, and every refusal says what to do next.

The texts are read from the source: what no test provokes is held to the same.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.kit.sources import PRODUCT, modules, tree_of

HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN_SENTENCE = re.compile(r"(?:[A-Za-z]{2,}[ ,]+){3,}[A-Za-z]{2,}")
NEXT_STEP = re.compile("请|须|应|无需|改|再|只能|不得|以.*为准|即可|等待|重试")
"""Words by which a Chinese refusal states the next step, or the allowed values."""

SAYS_WHAT_STANDS = {
    "advance-status": "the status of the advance, and the one that is needed",
    "patient-advance-status": "the status of the request, and the one that is needed",
    "benefits-missing": "whose benefits an agency has to publish; the hospital can do nothing",
    "field-unknown": "the fields there are, and the nearest one",
    "policy-tie": "the two provisions, to the officer who wrote them",
    "proof-": "the case and the provisions, to the officer who wrote them",
    "task-other-kind": "how each kind of task is done",
}
"""Refusals that state the obstacle, and no act that one person could do at once."""


def constant(node: ast.expr) -> str | None:
    """A text as it stands in the source, its figures as braces."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        return "".join(str(part) for part in parts)
    return None


@cache
def calls() -> tuple[tuple[str, str, list[ast.expr]], ...]:
    """Return every call in the product: its place, its function, and its arguments."""
    return tuple(
        (
            f"{path.relative_to(PRODUCT)}:{node.lineno}",
            node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", ""),
            node.args,
        )
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
    )


def texts() -> Iterator[tuple[str, str, str]]:
    """Yield the place, the Chinese and the English of each text."""
    for where, name, given in calls():
        pair = given[:2] if name == "Text" else given[2:4] if name == "finding" else []
        zh, en = (constant(each) for each in pair) if len(pair) == 2 else (None, None)
        if zh and en:
            yield where, zh, en


def refusals() -> Iterator[tuple[str, str, str]]:
    """Yield the place, the code and the Chinese of each refusal."""
    for where, name, given in calls():
        code = constant(given[0]) if given else None
        if name == "finding" and len(given) >= 4:
            zh = constant(given[2])
        elif name == "Finding" and len(given) >= 3 and isinstance(given[2], ast.Call) and given[2].args:
            zh = constant(given[2].args[0])
        else:
            continue
        if code and zh:
            yield where, code, zh


def test_no_english_text_holds_chinese_and_no_chinese_one_an_english_sentence() -> None:
    found = list(texts())
    assert len(found) > 700
    assert [(where, en) for where, _, en in found if HAN.search(en)] == []
    assert [(where, zh) for where, zh, _ in found if LATIN_SENTENCE.search(zh)] == []


def test_every_refusal_says_what_to_do_next() -> None:
    found = list(refusals())
    assert len(found) > 80
    silent = [
        (where, code, zh)
        for where, code, zh in found
        if not NEXT_STEP.search(zh) and not any(code.startswith(known) for known in SAYS_WHAT_STANDS)
    ]
    assert silent == []


def test_the_list_of_refusals_that_say_what_stands_names_none_that_is_gone() -> None:
    codes = {code for _, code, _ in refusals()}
    assert [known for known in SAYS_WHAT_STANDS if not any(code.startswith(known) for code in codes)] == []
