"""`make test-clients`: clients made from the API's description settle a claim, in Python and in strict TypeScript.

Reads the description from a running local stack (`--url`), makes both clients below .local/clients and runs their
journeys. The Python generator lives in a virtual environment of its own, the TypeScript tools in node_modules.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".local" / "clients"
HERE = Path(__file__).parent
CASE = ROOT / "infra" / "local" / "sample" / "claims" / "yunnan-employee-90-10.yaml"


def run(*command: str, given: Mapping[str, str] | None = None, quiet: bool = False) -> None:
    """Run a command in the project's root; a quiet command's output is shown only if it fails."""
    done = subprocess.run(
        command, cwd=ROOT, check=False, env={**os.environ, **(given or {})}, capture_output=quiet, text=True
    )
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed.\n{done.stdout or ''}{done.stderr or ''}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    url = parser.parse_args().url.rstrip("/")
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "src" / "generated").mkdir(parents=True)
    try:
        with urllib.request.urlopen(f"{url}/v1/openapi.json", timeout=60) as answer:
            (WORK / "openapi.json").write_bytes(answer.read())
    except (OSError, ValueError) as unreachable:
        raise SystemExit(f"test-clients: {url} does not answer ({unreachable}); start it with `make run`.") from None
    claim = stay_of_its_own(yaml.safe_load(CASE.read_text(encoding="utf-8"))["claim"])
    (WORK / "claim.json").write_text(json.dumps(claim, ensure_ascii=False), encoding="utf-8")
    token = subprocess.run(
        [sys.executable, "-m", "infra.local.token", "--role", "hospital", "--subject", claim["institution"]],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    given = {"QUEBAO_URL": url, "QUEBAO_TOKEN": token, "QUEBAO_CLAIM": str(WORK / "claim.json")}
    python(given)
    typescript(given)
    return 0


def stay_of_its_own(claim: dict[str, Any]) -> dict[str, Any]:
    """The worked claim on days on which the sample person has no other stay: the same bill twice would be refused."""
    visit = claim["visit"] | {"admitted": "2020-04-02", "discharged": "2020-04-16"}
    lines = [line | {"date": "2020-04-03"} for line in claim["lines"]]
    return claim | {"claim_no": f"CLIENT-{os.getpid()}", "visit": visit, "lines": lines}


def python(given: dict[str, str]) -> None:
    tools = ROOT / ".venv-clients" / "bin"
    run(
        str(tools / "openapi-python-client"),
        "generate",
        "--path",
        str(WORK / "openapi.json"),
        "--meta",
        "none",
        "--output-path",
        str(WORK / "python" / "generated"),
        quiet=True,
        given={"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
    )
    run(str(tools / "python"), str(HERE / "journey.py"), given={**given, "PYTHONPATH": str(WORK / "python")})


def typescript(given: dict[str, str]) -> None:
    bin_folder = ROOT / "node_modules" / ".bin"
    run(
        str(bin_folder / "openapi-typescript"),
        str(WORK / "openapi.json"),
        "--output",
        str(WORK / "src" / "generated" / "api.d.ts"),
        quiet=True,
    )
    shutil.copy(HERE / "journey.ts", WORK / "src" / "journey.ts")
    (WORK / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    run(str(bin_folder / "tsc"), "--project", str(HERE / "tsconfig.json"))
    run("node", str(WORK / "ts" / "journey.js"), given=given)


if __name__ == "__main__":
    sys.exit(main())
