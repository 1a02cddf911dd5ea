"""`make bench`: run every benchmark of this package, or those that `ARGS=` names, and print a table."""

from __future__ import annotations

import argparse
import importlib
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from bench.chart import growth_svg
from bench.record import Run, heads, record, written_time
from bench.timing import Row
from infra.local.report import console


def main() -> None:
    """Run the benchmarks: each module has a `measure()`, which gives its rows, a `check()` of the same work, and in
    `HEADS` the headings of its rows' ratio and note.
    """
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
    run = _run(out, known, wanted or known)
    for name, rows in run.measured.items():
        out.print(_table(name, rows))
    out.print(
        f"Python {sys.version.split()[0]}, {platform.machine()}, one process. Compare ratios, not times.", style="dim"
    )
    if asked.record:
        for path in record(run):
            out.print(f"Written to {path}", style="dim")
    if asked.chart is not None:
        every = [row for rows in run.measured.values() for row in rows]
        asked.chart.write_text(growth_svg("Microseconds by size, both logarithmic", every), encoding="utf-8")
    if failed := [name for name in run.took_s if name in run.missing]:
        raise SystemExit(f"make bench: {', '.join(failed)} failed; the others were measured.")


def _run(out: Console, known: Sequence[str], wanted: Sequence[str]) -> Run:
    run = Run()
    for name in known:
        if name in wanted:
            out.print(f"Measuring {name} …", style="dim")
            run.measure(name)
            out.print(f"{name} took {run.took_s[name]:.0f} s{run.failed(name)}.", style="dim")
        else:
            run.missing[name] = "not asked for"
    return run


def _table(name: str, rows: Sequence[Row]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=name, title_justify="left")
    for heading in ("what", "size", "unit", "median", *heads(name)):
        table.add_column(heading, justify="left" if heading in ("what", "unit") else "right")
    for row in rows:
        table.add_row(row.name, f"{row.size:,}", row.unit, written_time(row.median_s), f"{row.ratio:.2f}", row.note)
    return table


_FRAME = {"__init__", "__main__", "chart", "goals", "peers", "record", "rounds", "timing"}

if __name__ == "__main__":
    main()
