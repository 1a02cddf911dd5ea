"""The rules of the tree: the names inside a capability, the sizes, one meaning for a name, and contracts that bite."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

from chalicelib.main.capabilities import CAPABILITIES
from tests.kit.over_all import over_all
from tests.kit.sources import tree_of

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / "chalicelib"
OUTSIDE = frozenset({"kernel", "platform", "main"})
"""Folders that are no capability."""

NAMES = frozenset(
    {"domain", "ports", "usecases", "tables", "schemas", "http", "tasks", "access", "manifest"}
    # where there is another store, another form or another desk
    | {"static", "vault", "tokens", "archive", "bundles", "seal", "machine", "desk", "authoring", "forms", "charts"}
)
MODULES_MAX = 12
LINES_MAX = 400

LONGER: dict[str, int] = {}
"""Modules that are longer for now, and how long they may be at most. The list only shrinks."""

MEANS_SEVERAL_THINGS = frozenset(
    {
        *("Adjustment", "Answer", "Budget", "Debt", "Entry", "Fault", "Line", "Outcome", "Payment"),
        *("Resolution", "Row", "Run", "Scope", "SettledClaim", "Split", "Stage", "Standing", "Step"),
        *("areas_of", "describe", "divide", "finding", "listed", "parties"),
        *("recognised", "reconcile", "report", "request_id_of", "resource_of", "run_pk", "summed"),
        *("token_sk", "unknown_institution"),
    }
)
"""Public names that are defined twice for now. The list only shrinks."""

EVERYWHERE = frozenset({"blueprint", "connect", "main"})
"""Names of the entry of every module of routes, every manifest and every command."""


def capabilities() -> list[Path]:
    return sorted(each for each in PRODUCT.iterdir() if each.is_dir() and each.name not in {*OUTSIDE, "__pycache__"})


def modules(folder: Path = PRODUCT) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def test_main_lists_every_capability_that_shows_something_of_itself() -> None:
    shown = {each.name for each in capabilities() if (each / "manifest.py").exists()}
    assert {each.name for each in CAPABILITIES} == shown


@over_all("capability", capabilities(), ids=lambda path: path.name)
def test_a_capability_holds_only_the_agreed_names(capability: Path) -> None:
    found = {each.stem for each in capability.iterdir() if each.name not in {"__init__.py", "__pycache__"}}
    assert found <= NAMES


def test_a_name_is_a_module_or_a_folder_of_modules_but_not_both() -> None:
    assert [str(each) for each in modules() if each.with_suffix("").is_dir()] == []


def test_no_folder_holds_more_modules_than_can_be_seen_at_once() -> None:
    counted: dict[Path, int] = defaultdict(int)
    for each in modules():
        counted[each.parent] += each.name != "__init__.py"
    assert {str(folder): count for folder, count in counted.items() if count > MODULES_MAX} == {}


def test_no_module_is_longer_than_four_hundred_lines_but_those_on_a_list_that_shrinks() -> None:
    lengths = {str(each.relative_to(PRODUCT)): len(each.read_text(encoding="utf-8").splitlines()) for each in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGER.get(name, LINES_MAX)} == {}
    assert [name for name in LONGER if lengths.get(name, 0) <= LINES_MAX] == []


def test_a_public_name_means_one_thing_but_those_on_a_list_that_shrinks() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for each in modules():
        for node in tree_of(each).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                places[node.name].add(str(each.relative_to(PRODUCT)))
    several = {name for name, found in places.items() if len(found) > 1} - EVERYWHERE
    assert {name: sorted(places[name]) for name in several - MEANS_SEVERAL_THINGS} == {}
    assert MEANS_SEVERAL_THINGS - several == set()


BREAKS = {
    "Capabilities stand in one order, and each is in it": ("kernel/money.py", "import chalicelib.claims.domain.record"),
    "Inside a capability": ("budgets/domain.py", "import chalicelib.budgets.usecases"),
    "The domain knows no cloud": ("budgets/domain.py", "import boto3"),
    "Use cases and ports talk to ports": ("budgets/usecases.py", "import yaml"),
    "Only platform.aws, stores and the wiring": ("ledger/http.py", "import boto3"),
    "Stores are reached through ports": ("budgets/usecases.py", "import chalicelib.ledger.tables"),
    "Routes and tasks are bound by manifests": ("payments/usecases/read.py", "import chalicelib.ledger.http"),
    "Manifests are listed by main": ("payments/usecases/read.py", "import chalicelib.ledger.manifest"),
    "The environment is read in one module": ("ledger/archive.py", "import os"),
    "What is deployed knows nothing": ("main/config.py", "import moto"),
}
"""For each contract a line that breaks it, by the beginning of its name."""


def test_every_contract_fails_where_a_line_breaks_it(tmp_path: Path) -> None:
    """All lines stand in one copy, for import-linter judges each contract by itself."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    for contract in contracts:
        assert any(contract["name"].startswith(begins) for begins in BREAKS), f"nothing breaks {contract['name']}"
    shutil.copytree(PRODUCT, tmp_path / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, line in BREAKS.values():
        with (tmp_path / "chalicelib" / name).open("a", encoding="utf-8") as module:
            module.write(f"\n{line}\n")
    linted = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "", "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = [line for line in linted.stdout.splitlines() if " BROKEN" in line]
    assert len(broken) == len(contracts), linted.stdout + linted.stderr
