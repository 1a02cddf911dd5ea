"""Benchmark of the law by the number of areas: compiling the policy files, opening the bundle, proving the policy set.

The shipped areas, and one province copied with its notices, base file, areas and institutions. The ratio is of the time
by area: 1.00 is linear.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial

from bench.rounds import here
from bench.timing import Row, require
from chalicelib.law.authoring.compiler import CompiledBundle, compile_files, read_directory
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.proof import prove
from tests.kit.many_areas import files_with_copies, with_copies
from tests.kit.worked_cases import ROOT, shipped_bundle

HEADS = ("per area, against the first size", "")
FILES = (0, 3, 10)
"""Copies of the province whose files are compiled: some n, 2 n and 4 n areas."""
PROVEN = (0, 3, 10, 22, 48)
"""Copies in the policy sets that are proven: from the shipped areas to more than three hundred."""
ROUNDS = 3


def measure() -> list[Row]:
    """Measure processor time at each size."""
    rows: list[Row] = []
    for copies in FILES:
        files = files_with_copies(read_directory(ROOT / "policies"), copies)
        compiled = compile_files(files)
        areas = len(open_file(compiled).registry.areas)
        rows.append(_row("compile the policy files", areas, partial(compile_files, files), rows))
        rows.append(_row("open the bundle", areas, partial(open_file, compiled), rows))
    for copies in PROVEN:
        bundle = with_copies(shipped_bundle(), copies)
        rows.append(_row("prove the policy set", len(bundle.registry.areas), partial(prove, bundle), rows))
    return rows


def check() -> None:
    """Check that compiling twice gives one bundle, that copies compile and open, and that all of it is proved."""
    once, again = (_compiled(0) for _ in range(2))
    require("compiling twice gives the same bytes", (once.hash, once.content) == (again.hash, again.content))
    require("the bundle opens as what was compiled", open_file(once).hash == once.hash)
    require("the policy set is proved", not prove(shipped_bundle()).failures)
    copied = open_file(_compiled(1))
    require("a copied province is compiled", len(copied.registry.areas) > len(shipped_bundle().registry.areas))
    require("the policy set with a copy is proved", not prove(copied).failures)


def _compiled(copies: int) -> CompiledBundle:
    return compile_files(files_with_copies(read_directory(ROOT / "policies"), copies))


def _row(name: str, areas: int, work: Callable[[], object], before: list[Row]) -> Row:
    timed = here(work)
    timed(1)
    took = statistics.median(timed(1) for _ in range(ROUNDS))
    first = next((row.median_s / row.size for row in before if row.name == name), took / areas)
    return Row(name, areas, "areas", took, took / areas / first)
