"""Third-party parts of the console: pinned, unaltered, with their licences; and every pair of looks is seen."""

from __future__ import annotations

import hashlib
import json

from tests.kit.worked_cases import ROOT


def test_the_vendored_files_are_those_that_were_built() -> None:
    folder = ROOT / "chalicelib/console/static/vendor"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, built in manifest.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == built["sha256"]
        licence = (folder / name.replace(".js", ".LICENCE.txt")).read_text(encoding="utf-8")
        for package, version in built["packages"].items():
            assert locked[f"node_modules/{package}"]["version"] == version
            assert package in licence
