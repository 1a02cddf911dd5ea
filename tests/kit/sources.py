"""The product's own source, read and parsed once a process for every test that looks into the source."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.kit.worked_cases import ROOT

PRODUCT = ROOT / "chalicelib"


@cache
def modules() -> tuple[Path, ...]:
    """Return every module of the product, by path."""
    return tuple(sorted(PRODUCT.rglob("*.py")))


@cache
def text_of(path: Path) -> str:
    """Return the text of a file."""
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a module. Everybody shares the tree: nobody changes it."""
    return ast.parse(text_of(path))
