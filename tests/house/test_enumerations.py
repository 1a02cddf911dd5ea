"""The values of an enumeration are written once: where the enumeration is declared."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.kit.sources import modules, text_of, tree_of


def declared(tree: ast.AST) -> Iterator[frozenset[str]]:
    """Yield the values of every StrEnum of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "StrEnum" for base in node.bases):
            values = [each.value for each in node.body if isinstance(each, ast.Assign)]
            yield frozenset(str(value.value) for value in values if isinstance(value, ast.Constant))


def repeated(tree: ast.AST, known: set[frozenset[str]]) -> Iterator[str]:
    """Yield every `Literal` whose values are all of the values of a known enumeration."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
            written = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            values = frozenset(str(each.value) for each in written if isinstance(each, ast.Constant))
            if values in known:
                yield f"line {node.lineno}: {ast.unparse(node)}"


def modules_with(word: str) -> list[Path]:
    return [path for path in modules() if word in text_of(path)]


def test_no_literal_repeats_the_values_of_an_enumeration() -> None:
    known = {values for path in modules_with("StrEnum") for values in declared(tree_of(path))}
    asked = modules_with("Literal")
    assert known
    assert asked
    assert {str(path): found for path in asked if (found := list(repeated(tree_of(path), known)))} == {}


def test_a_literal_that_repeats_an_enumeration_is_found() -> None:
    tree = ast.parse("""
class Fund(StrEnum):
    SPECIAL = "special"
    ORDINARY = "ordinary"

class Body:
    fund: Literal["ordinary", "special"] | None
    part: Literal["special", "rest"]
""")
    assert list(repeated(tree, set(declared(tree)))) == ["line 7: Literal['ordinary', 'special']"]
