"""`make doctor` says what a machine lacks, and `make help` lists every command under a heading."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from unicodedata import east_asian_width

import pytest

ROOT = Path(__file__).parents[2]
SHELL = shutil.which("sh") or "/bin/sh"


def doctor(path: str, port: int, locale: str = "C") -> tuple[int, str]:
    """Return the exit status and the output of `make doctor` on a machine whose commands are those of `path`."""
    asked = subprocess.run(
        [SHELL, str(ROOT / "infra" / "local" / "doctor.sh"), str(port)],
        env={"PATH": path, "LANG": locale},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.returncode, asked.stdout


@pytest.fixture(name="commands")
def fixture_commands(tmp_path: Path) -> Path:
    """A folder of the few commands that every machine has, and make."""
    for name in ("awk", "df", "head", "make"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / name).symlink_to(found)
    return tmp_path


def with_python(commands: Path) -> str:
    (commands / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (commands / "python3").chmod(0o755)
    return str(commands)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_machine_without_python_is_told_where_to_get_it(commands: Path) -> None:
    status, said = doctor(str(commands), free_port())
    assert status == 1
    assert "Python 3.11, 3.12 or 3.13 is missing" in said
    assert "1 missing" in said


def test_a_machine_with_what_the_system_needs_passes_without_what_is_optional(commands: Path) -> None:
    status, said = doctor(with_python(commands), free_port())
    assert status == 0
    assert "– Chromium is missing: only make test-browser needs it" in said
    assert "– git is missing" in said


def test_a_port_in_use_is_named(commands: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said = doctor(with_python(commands), port)
    assert status == 1
    assert f"Port {port} is in use" in said


def test_the_words_follow_the_locale(commands: Path) -> None:
    _, said = doctor(str(commands), free_port(), "zh_CN.UTF-8")
    assert "没有 Python 3.11、3.12 或 3.13" in said


def listed(locale: str) -> list[str]:
    """Return the lines of `make help` in a locale."""
    spoken = {**os.environ, "LC_ALL": locale}
    asked = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True, env=spoken)
    return asked.stdout.strip().splitlines()


@pytest.mark.parametrize(("locale", "heading"), [("C", "Start here"), ("zh_CN.UTF-8", "从这里开始")])
def test_every_command_is_listed_under_a_heading_in_the_words_of_the_locale(locale: str, heading: str) -> None:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = set(re.findall(r"^([a-z-]+):(?!=)", rules, flags=re.MULTILINE))
    lines = listed(locale)
    told = {line.split()[1]: line.split(maxsplit=2)[2:] for line in lines if line.startswith("  make ")}
    assert set(told) == commands
    assert all(told.values())
    assert lines[0] == heading


@pytest.mark.parametrize("locale", ["C", "zh_CN.UTF-8"])
def test_the_list_of_commands_fits_a_terminal_of_eighty_columns(locale: str) -> None:
    widths = {line: sum(1 + (east_asian_width(sign) in "WF") for sign in line) for line in listed(locale)}
    assert {line: width for line, width in widths.items() if width > 80} == {}
