"""Architecture rules beyond import-linter: calls to the clock and the environment, and what app.py may know."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.kit.over_all import over_all

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "chalicelib"


def modules_of(name: str) -> list[Path]:
    """The modules of one name in every capability, whether it is a module or a folder."""
    return sorted([*PRODUCT.glob(f"*/{name}.py"), *PRODUCT.glob(f"*/{name}/**/*.py")])


RETRY = PRODUCT / "kernel/retry.py"  # waits some seconds, which are no money
DOMAIN = [*modules_of("domain"), *sorted({*(PRODUCT / "kernel").rglob("*.py")} - {RETRY})]
USE_CASES = [*modules_of("usecases"), *modules_of("ports"), RETRY]

IMPURE_CALLS = frozenset(
    {"date.today", "datetime.today", "datetime.now", "datetime.utcnow", "open", "input", "print", "eval", "exec"}
)
IMPURE_MODULES = frozenset({"os", "random", "secrets", "time", "uuid"})


def dotted(node: ast.expr) -> str:
    """The name a call is written with, `datetime.now` for `datetime.datetime.now` too; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value).rpartition('.')[2]}.{node.attr}"
    return ""


def impurities(source: str) -> list[str]:
    """List the uses of the clock, chance, the environment and float literals, with their lines."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and dotted(node.func) in IMPURE_CALLS:
            found.append(f"line {node.lineno}: {dotted(node.func)}()")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            found += [f"line {node.lineno}: import {name}" for name in names if name.split(".")[0] in IMPURE_MODULES]
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"line {node.lineno}: float {node.value}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            found.append(f"line {node.lineno}: float()")
    return found


IMPURE_ONCE = {"kernel/frozen/__init__.py": ["exec()"]}
"""Code compiled when a class is made: its fields, which the class declares."""


@over_all("path", DOMAIN, ids=lambda path: str(path.relative_to(PRODUCT)))
def test_the_domain_asks_neither_clock_nor_chance_nor_environment_and_holds_no_float(path: Path) -> None:
    found = [use.partition(": ")[2] for use in impurities(path.read_text(encoding="utf-8"))]
    assert found == IMPURE_ONCE.get(str(path.relative_to(PRODUCT)), [])


@over_all("path", USE_CASES, ids=lambda path: str(path.relative_to(PRODUCT)))
def test_use_cases_are_given_their_clock(path: Path) -> None:
    assert [use for use in impurities(path.read_text(encoding="utf-8")) if "float" not in use] == []


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "from os import environ",
        "from datetime import date\ndate.today()",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime, UTC\ndatetime.now(UTC)",
        "rate = 0.9",
        "rate = float('0.9')",
    ],
)
def test_the_search_for_impurities_finds_them(source: str) -> None:
    assert len(impurities(source)) == 1


def test_the_app_knows_only_chalice_and_the_product() -> None:
    modules = set()
    for node in ast.walk(ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            modules.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
    assert modules <= {"__future__", "chalice", "chalicelib", "collections", "typing"}
