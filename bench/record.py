"""Writes the measurements into docs/performance.md, with goals, machine and versions, and draws each growth.

A benchmark's section begins with its module's docstring, so the page says of a figure what the code says of it. A
benchmark that fails or is not asked for is named as missing; the others are written all the same.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.chart import growth_svg
from bench.goals import goals_told
from bench.rounds import PEERS
from bench.timing import Row

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- measured by make bench RECORD=1 -->", "<!-- end of what make bench measured -->"
_PACKAGES = ("numpy", "pydantic", "boto3", "chalice", "moto")
_PEERS = ("zen-engine", "duckdb", "openfisca-core", "numpy")


@dataclass
class Run:
    """The benchmarks that were measured: their rows, the seconds that each took, and the reason of each missing one."""

    measured: dict[str, list[Row]] = field(default_factory=dict)
    took_s: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def measure(self, name: str) -> None:
        """Measure a benchmark. A failure is kept, so that the other benchmarks are measured."""
        began = time.monotonic()
        try:
            self.measured[name] = import_module(f"bench.{name}").measure()
        except (Exception, SystemExit) as failure:  # noqa: BLE001 whatever ends one benchmark ends no other
            self.missing[name] = f"failed: {type(failure).__name__}: {failure}"
        self.took_s[name] = time.monotonic() - began

    def failed(self, name: str) -> str:
        """Return the failure of a benchmark as the end of a sentence, empty without any."""
        return f" and {self.missing[name]}" if name in self.missing else ""


def heads(name: str) -> tuple[str, str]:
    """Return the headings of the ratio and the note in a benchmark's table."""
    found: tuple[str, str] = import_module(f"bench.{name}").HEADS
    return found


def record(run: Run, docs: Path = ROOT / "docs") -> list[Path]:
    """Write the page, and a picture for each benchmark that grows; return the written paths."""
    page = docs / "performance.md"
    (docs / "pictures").mkdir(exist_ok=True)
    written = [page]
    parts = [BEGIN, "", machine(run), ""]
    if run.missing:
        parts += [*(f"- Missing: {name}, {reason}." for name, reason in run.missing.items()), ""]
    if goals := goals_told(run.measured):
        parts += ["## Goals", "", *goals, ""]
    for name, rows in run.measured.items():
        parts += [f"## {name.replace('_', ' ').capitalize()}", "", _about(name), "", *_table(name, rows), ""]
        growing = grown(rows)
        if growing:
            picture = docs / "pictures" / f"bench-{name.replace('_', '-')}.svg"
            title = f"{name.replace('_', ' ').capitalize()}: microseconds by size, both logarithmic"
            picture.write_text(growth_svg(title, growing), encoding="utf-8")
            parts += [f"![Growth of {name.replace('_', ' ')}](pictures/{picture.name})", ""]
            written.append(picture)
    text = page.read_text(encoding="utf-8")
    section = "\n".join([*parts, END])
    if BEGIN in text:
        text = re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: section, text, flags=re.DOTALL)
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    page.write_text(text, encoding="utf-8")
    return written


def _about(name: str) -> str:
    """Return what a benchmark says of itself, as one paragraph."""
    return " ".join((import_module(f"bench.{name}").__doc__ or "").split())


def grown(rows: Sequence[Row]) -> list[Row]:
    """Return the rows measured at more than a single size and with any time."""
    sizes: dict[str, set[int]] = {}
    for row in rows:
        sizes.setdefault(row.name, set()).add(row.size)
    return [row for row in rows if len(sizes[row.name]) > 1 and row.median_s > 0]


def machine(run: Run) -> str:
    """Describe the machine of the measurement and its length, as sentences."""
    took = ", ".join(f"{name} {took_s:.0f} s" for name, took_s in run.took_s.items())
    whole_s = sum(run.took_s.values())
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    peers = ", ".join(_peers()) or "not installed, so left out"
    ours = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_processor()}, {os.cpu_count()} processors seen, load afterwards "
        f"{load}. Python {platform.python_version()}, {ours}. Peers: {peers}. All of it took {whole_s:.0f} s: {took}."
    )


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _peers() -> list[str]:
    if not PEERS.exists():
        return []
    asked = f"from importlib.metadata import version as v; print(*[f'{{n}} {{v(n)}}' for n in {_PEERS!r}], sep=chr(10))"
    told = subprocess.run([str(PEERS), "-c", asked], capture_output=True, text=True, check=False)  # noqa: S603 our own
    return told.stdout.split("\n")[:-1]


def _table(name: str, rows: Sequence[Row]) -> list[str]:
    ratio, note = heads(name)
    head = [f"| what | size | median | {ratio} | {note} |", "|---|---|---|---|---|"]
    title = f"{name.replace('_', ' ')}: "
    return head + [
        f"| {row.name.removeprefix(title)} | {row.size:,} {row.unit} | {written_time(row.median_s)} | "
        f"{row.ratio:.2f} | {row.note} |"
        for row in rows
    ]


def written_time(took_s: float) -> str:
    """Write a time with three figures in the unit that suits the time; `counted` where none was taken."""
    if not took_s:
        return "counted"
    for unit, times in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if took_s * times >= 1 or unit == "us":
            return f"{took_s * times:,.3g} {unit}" if took_s * times < 1000 else f"{took_s * times:,.0f} {unit}"
    raise AssertionError("the last unit takes everything")
