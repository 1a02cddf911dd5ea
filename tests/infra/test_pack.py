"""The deployed archive: kept files, removed files, and the same archive for the same source."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.local.template import INFRA
from infra.pack import DROPPED, SERVICES, is_needed, pack
from tests.kit.sources import modules, tree_of

ROOT = INFRA.parent
IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
from infra.pack import is_needed

class Missing:
    def find_spec(self, name, path=None, target=None):
        if not is_needed(name.replace(".", "/") + "/x.py") and not is_needed(name.replace(".", "/") + ".py"):
            raise ModuleNotFoundError(f"the archive holds no {name}", name=name)

sys.meta_path.insert(0, Missing())
import app, chalicelib
for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
    if ".commands" not in module.name:
        importlib.import_module(module.name)
import openpyxl.workbook
print(sum(name.startswith("chalicelib.") for name in sys.modules))
"""


def archive(path: Path, **entries: str) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "/"), content)
    return path


@pytest.mark.parametrize(
    ("entry", "needed"),
    [
        ("chalicelib/kernel/money.py", True),
        ("chalicelib/console/static/app.js", True),
        ("botocore/data/dynamodb/2012-08-10/service-2.json.gz", True),
        ("botocore/data/endpoints.json", True),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", False),
        ("pip/_internal/main.py", False),
        ("pip-26.2.1.dist-info/METADATA", False),
        ("pydantic-2.14.3.dist-info/licenses/LICENSE", True),
        ("pydantic-2.14.3.dist-info/RECORD", False),
        ("distutils-precedence.pth", False),
        ("stdnum/cn/ric.py", True),
        ("stdnum/exceptions.py", True),
        ("stdnum/be/vat.py", False),
    ],
)
def test_an_entry_stays_where_a_function_may_read_it(entry: str, needed: bool) -> None:  # noqa: FBT001
    assert is_needed(entry) is needed


def test_every_function_imports_from_what_stays() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 400


def test_the_services_that_stay_are_those_whose_clients_are_built() -> None:
    built = {
        call.args[0].value
        for path in modules()
        for call in ast.walk(tree_of(path))
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
        if isinstance(call.func, (ast.Attribute, ast.Name))
        if (call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id) == "client"
    }
    assert built == SERVICES


def test_a_package_that_goes_is_named_by_no_requirement_of_ours() -> None:
    asked = {
        line.split("==")[0].split("[")[0].strip().lower()
        for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    assert not asked & DROPPED


def test_the_same_source_gives_the_same_archive_whatever_its_entries_order_and_time(tmp_path: Path) -> None:
    entries = {"app.py": "VALUE = {'a', 'b'}\n", "chalicelib__one.py": "ONE = 1\n", "pip__x.py": "1\n"}
    first = archive(tmp_path / "first.zip", **entries)
    second = archive(tmp_path / "second.zip", **dict(reversed(entries.items())))
    pack(first)
    pack(second)
    assert first.read_bytes() == second.read_bytes()
    tag = sys.implementation.cache_tag
    assert zipfile.ZipFile(first).namelist() == [
        "app.py",
        f"__pycache__/app.{tag}.pyc",
        "chalicelib/one.py",
        f"chalicelib/__pycache__/one.{tag}.pyc",
    ]


def test_a_compiled_module_is_imported_in_place_of_its_source(tmp_path: Path) -> None:
    made = archive(tmp_path / "made.zip", **{"module.py": "VALUE = 'compiled'\n"})
    pack(made)
    zipfile.ZipFile(made).extractall(tmp_path)
    # Unchecked: the source no longer counts, as it cannot change where a function runs.
    (tmp_path / "module.py").write_text("VALUE = 'read'\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", "import module; print(module.VALUE)"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "compiled\n"
