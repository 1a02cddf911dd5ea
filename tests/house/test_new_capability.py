"""A capability is added by a folder and two lines: one grows here in a copy of the product, and its route answers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

WARDS = {
    "__init__.py": "",
    "access.py": '''
"""Who reads how many wards a hospital has."""
from chalicelib.kernel.access import Action, Role, Scope
WARDS_READ = Action("wards:read", {Role.HOSPITAL: Scope.OWN})
''',
    "ports.py": '''
"""What wards need of the world."""
from typing import Protocol
from chalicelib.kernel.words.ids import InstitutionCode
class WardStore(Protocol):
    def count(self, institution: InstitutionCode) -> int: ...
''',
    "usecases.py": '''
"""Counts a hospital's wards."""
from dataclasses import dataclass
from chalicelib.kernel.access import Principal, require
from chalicelib.registry.domain.resources import own
from chalicelib.wards.access import WARDS_READ
from chalicelib.wards.ports import WardStore
@dataclass(frozen=True, slots=True)
class CountWards:
    wards: WardStore
    def __call__(self, principal: Principal) -> int:
        require(principal, WARDS_READ, own(principal, "wards"))
        return self.wards.count(principal.subject)
''',
    "http.py": '''
"""The route of wards."""
from chalice.app import Blueprint, Response
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag
from chalicelib.wards.access import WARDS_READ
from chalicelib.wards.usecases import CountWards
COUNT = Operation(
    id="countWards", tag=Tag.REGISTRY, summary=Text("病区数", "Count wards"), detail=Text("本机构", "Its own"),
    action=WARDS_READ, answers={200: Success(Text("数", "The count"))},
)
def blueprint(edge: Edge) -> Blueprint:
    endpoints = Endpoints(__name__, edge)
    @endpoints.route("GET", "/v1/wards", COUNT)
    def count_wards(call: Call, principal: Principal) -> Response:
        return answer({"wards": call.use(CountWards)(principal)})
    return endpoints.blueprint
''',
    "manifest.py": '''
"""Wards."""
from chalicelib.platform.capability import Capability
WARDS = Capability("wards", routes=("http",))
''',
}
"""A whole capability: a port, a use case, an action, a route."""

LINES = {
    "chalicelib/main/capabilities.py": (
        ("from chalicelib.worklist.manifest import WORKLIST\n", "from chalicelib.wards.manifest import WARDS\n"),
        ("    FILINGS,\n", "    WARDS,\n"),
    ),
    "pyproject.toml": (('    "settlement",\n', '    "wards",\n'),),
}
"""For each existing file that has to know it, the lines added and the lines they follow."""

PROBE = """
from chalice import Chalice
from chalice.test import Client
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.system import Ports
from chalicelib.main.capabilities import build_system, register
from chalicelib.main.commands.access import access_table
from chalicelib.platform.http.endpoints import Edge
from chalicelib.wards.ports import WardStore

class Kept:
    def count(self, institution):
        return 7

system = build_system(Ports().give(WardStore, Kept()))
app = Chalice(app_name="quebao", configure_logs=False)
nurse = Principal("nurse", Role.HOSPITAL, "H53010200001")
register(app, Edge(lambda: system, lambda token: nurse, lambda citation: {}))
got = Client(app).http.get("/v1/wards", headers={"Authorization": "Bearer x"})
assert (got.status_code, got.json_body) == (200, {"wards": 7}), got.body
assert "wards:read" in access_table()
"""


def test_a_new_capability_answers_and_keeps_the_contracts_with_two_existing_files_edited(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "chalicelib", tmp_path / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "chalicelib" / "wards").mkdir()
    for name, text in WARDS.items():
        (tmp_path / "chalicelib" / "wards" / name).write_text(text, encoding="utf-8")
    for name, added in LINES.items():
        text = (tmp_path / name).read_text(encoding="utf-8")
        for after, line in added:
            assert text.count(after) == 1, (name, after)
            text = text.replace(after, after + line)
        (tmp_path / name).write_text(text, encoding="utf-8")
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    for code in (PROBE, lint):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={"PYTHONPATH": str(tmp_path), "PATH": "", "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
