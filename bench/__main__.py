"""`make bench`: run every benchmark of this package, or those that `ARGS=` names, and print a table."""

from __future__ import annotations

import argparse
import importlib
import platform
import sys
import time
from pathlib import Path

from rich import box
from rich.table import Table

from bench.chart import growth_svg
from bench.record import record
from bench.timing import Row
from infra.local.report import console


def main() -> None:
    """Run the benchmarks: each module has a `measure()`, which gives its rows, and a `check()` of the same work."""
    known = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in _FRAME)
    parser = argparse.ArgumentParser(prog="make bench", description="Benchmarks: a table of ratios.")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(known))
    parser.add_argument("--quick", action="store_true", help="whether the work is right, at small sizes; untimed")
    parser.add_argument("--chart", type=Path, help="also draw the growth of what is measured, as SVG")
    parser.add_argument("--record", action="store_true", help="write all of it into docs/performance.md, with pictures")
    asked = parser.parse_args()
    wanted = asked.names
    if strange := sorted(set(wanted) - set(known)):
        parser.error(f"no benchmark {', '.join(strange)}; there are {', '.join(known)}")
    out = console()
    if asked.quick:
        for name in wanted or known:
            importlib.import_module(f"bench.{name}").check()
            out.print(f"{name}: what is measured is right.")
        return
    measured: dict[str, list[Row]] = {}
    began = time.monotonic()
    for name in wanted or known:
        out.print(f"Measuring {name} …", style="dim")
        measured[name] = importlib.import_module(f"bench.{name}").measure()
    rows = [row for found in measured.values() for row in found]
    took_s = time.monotonic() - began
    table = Table(box=box.SIMPLE_HEAD, title="Benchmarks", title_justify="left")
    for heading in ("what", "size", "unit", "median s", "per unit, against the first size", "note"):
        table.add_column(heading, justify="left" if heading in ("what", "unit", "note") else "right")
    for row in rows:
        table.add_row(row.name, str(row.size), row.unit, f"{row.median_s:.3f}", f"{row.ratio:.2f}", row.note)
    out.print(table)
    out.print(
        f"Python {sys.version.split()[0]}, {platform.machine()}, one process. Compare ratios, not times.", style="dim"
    )
    if asked.record:
        for path in record(measured, took_s):
            out.print(f"Written to {path}", style="dim")
    if asked.chart is not None:
        asked.chart.write_text(growth_svg("Microseconds by size, both logarithmic", rows), encoding="utf-8")


_FRAME = {"__init__", "__main__", "chart", "goals", "peers", "record", "rounds", "timing"}

if __name__ == "__main__":
    main()
