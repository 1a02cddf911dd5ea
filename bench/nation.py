"""Benchmark of opening a nation's bundle, 1.1 million institutions and 300,000 items, and of its first claim."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

from bench.timing import ROUNDS, Row, require
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.law.domain.bundle import WrittenBundle, open_bundle
from tests.kit.nation import PackedParts, grown
from tests.kit.worked_cases import decide, worked_cases

HEADS = ("against the first size", "read")
SIZES = ((275_000, 75_000), (1_100_000, 300_000))
SMALL = ((1_000, 250), (4_000, 1_000))
GOAL_S = 0.1


def measure() -> list[Row]:
    """Measure processor time of opening and of deciding cold, at a quarter and the whole of a nation; the ratio is to
    the first size, and 1.00 is flat.
    """
    rows: list[Row] = []
    for institutions, items in SIZES:
        written = grown(institutions, items)
        name, parts = sha256_hex(written.content), PackedParts(written.parts)
        opened = _median(partial(open_bundle, written.content, name, parts))
        decided = _median(_first_claim(written, name, parts))
        parts.requests = parts.bytes = 0
        _first_claim(written, name, parts)()
        said = f"{parts.requests} parts, {parts.bytes / 1000:.0f} KB"
        measured = (
            ("open a bundle", opened, f"{len(written.content) / 1000:.0f} KB"),
            ("open it and decide one claim", decided, said),
        )
        before = [row.median_s for row in rows[:2]] or [opened, decided]
        rows += [
            Row(what, institutions, "institution", took, took / first, note)
            for (what, took, note), first in zip(measured, before, strict=True)
        ]
    require("a nation's bundle opens within 100 ms", max(row.median_s for row in rows[::2]) < GOAL_S)
    return rows


def check() -> None:
    """Check that a claim is decided alike whatever else the lists hold, from a few parts of them."""
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    paid = set()
    for institutions, items in SMALL:
        written = grown(institutions, items)
        parts = PackedParts(written.parts)
        bundle = open_bundle(written.content, sha256_hex(written.content), parts)
        require("opening reads no part", parts.requests == 0)
        found = decide(case, bundle).determination
        paid.add(None if found is None else tuple(found.payers))
        require("a claim reads a few parts", 0 < parts.requests <= 12)
    require("it is paid alike", len(paid) == 1 and None not in paid)


def _first_claim(written: WrittenBundle, name: str, parts: PackedParts) -> Callable[[], object]:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    return lambda: decide(case, open_bundle(written.content, name, parts))


def _median(work: Callable[[], object]) -> float:
    """Return the median processor time: other work of the machine does not count."""
    took = []
    for _ in range(ROUNDS + 1):
        started = time.process_time()
        work()
        took.append(time.process_time() - started)
    return statistics.median(took[1:])
